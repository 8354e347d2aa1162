// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/methods.h"

namespace Control
{

namespace
{

constexpr Method kMethods[] = {
    {"hello", Need::Nothing},
    {"subscribe", Need::Nothing},
    {"window.open", Need::Nothing},
    {"status", Need::Nothing},
    {"connections.list", Need::Nothing},
    {"connections.add", Need::Decide},
    {"connections.change", Need::Decide},
    {"connections.check", Need::Nothing},
    {"connections.remove", Need::Decide},
    {"connections.sign_in", Need::Decide},
    {"connections.sign_in_cancel", Need::Decide},
    {"connections.sign_out", Need::Nothing},
    {"connections.databases", Need::Nothing},
    {"connections.audit", Need::Nothing},
    {"connections.cli_account", Need::Nothing},
    {"agents.list", Need::Nothing},
    {"scopes.list", Need::Nothing},
    {"calls.list", Need::Nothing},
    {"calls.show", Need::Nothing},
    {"approvals.list", Need::Nothing},
    {"approvals.show", Need::Nothing},
    {"approvals.approve", Need::Decide},
    {"approvals.deny", Need::Nothing},
    {"approvals.extend", Need::Decide},
    {"grants.list", Need::Nothing},
    {"grants.create", Need::Decide},
    {"grants.change", Need::DecideToWiden},
    {"grants.revoke", Need::Nothing},
    {"tokens.create", Need::Decide},
    {"tokens.list", Need::Nothing},
    {"tokens.revoke", Need::Nothing},
    {"read_only.set", Need::DecideToLift},
    {"workspace.serve", Need::DecideToOpen},
};

} // namespace

std::span<const Method> methods()
{
    return kMethods;
}

const Method *findMethod(std::string_view name)
{
    for (const Method &method : kMethods) {
        if (method.name == name)
            return &method;
    }
    return nullptr;
}

} // namespace Control
