// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/values.h"

namespace Gateway
{

std::string_view riskName(Risk risk)
{
    switch (risk) {
    case Risk::Safe:
        return "safe";
    case Risk::Change:
        return "change";
    case Risk::Destructive:
        return "destructive";
    case Risk::Irreversible:
        break;
    }
    return "irreversible";
}

std::optional<Risk> riskFromName(std::string_view name)
{
    for (const Risk risk : {Risk::Safe, Risk::Change, Risk::Destructive, Risk::Irreversible}) {
        if (riskName(risk) == name)
            return risk;
    }
    return std::nullopt;
}

std::string_view callStateName(CallState state)
{
    switch (state) {
    case CallState::Judging:
        return "judging";
    case CallState::Previewing:
        return "previewing";
    case CallState::Waiting:
        return "waiting";
    case CallState::Running:
        return "running";
    case CallState::Done:
        return "done";
    case CallState::Refused:
        return "refused";
    case CallState::Denied:
        return "denied";
    case CallState::Failed:
        return "failed";
    case CallState::Cancelled:
        break;
    }
    return "cancelled";
}

bool isFinal(CallState state)
{
    return state >= CallState::Done;
}

std::string_view proofName(Asker::Proof proof)
{
    switch (proof) {
    case Asker::Proof::Verified:
        return "verified";
    case Asker::Proof::SelfDeclared:
        return "self-declared";
    case Asker::Proof::LocalProgram:
        break;
    }
    return "local-program";
}

std::string_view approvalStateName(ApprovalState state)
{
    switch (state) {
    case ApprovalState::Open:
        return "open";
    case ApprovalState::Approved:
        return "approved";
    case ApprovalState::Denied:
        return "denied";
    case ApprovalState::Expired:
        return "expired";
    case ApprovalState::Withdrawn:
        break;
    }
    return "withdrawn";
}

} // namespace Gateway
