// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/arguments.h"

#include "ctl/commands.h"

#include <algorithm>

namespace Ctl
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

constexpr Option kCommon[] = {
    {"--profile", "DIR", "the instance with this profile folder, instead of your own"},
    {"--operator-key-file", "FILE", "decide with the key that the app was started with"},
    {"--json", "", "print JSON for programs"},
    {"--help", "", "explain the command"},
    {"--version", "", "print the version"},
};

const Option *find(std::span<const Option> options, std::string_view name)
{
    const auto it = std::find_if(options.begin(), options.end(),
                                 [name](const Option &option) { return option.name == name; });
    return it == options.end() ? nullptr : &*it;
}

// An option that any command knows: enough to tell its value from a word of the command.
const Option *findAnywhere(std::span<const Command> commands, std::string_view name)
{
    if (const Option *option = find(kCommon, name))
        return option;
    for (const Command &command : commands) {
        if (const Option *option = find(command.options, name))
            return option;
    }
    return nullptr;
}

struct Given {
    const Option *option;
    std::string value;
};

// The command with the most words that stand at the beginning of `words`, which are taken away.
const Command *takeCommand(std::vector<std::string> &words, std::span<const Command> commands)
{
    for (std::size_t count = std::min<std::size_t>(3, words.size()); count > 0; --count) {
        std::string name = words[0];
        for (std::size_t i = 1; i < count; ++i)
            name += ' ' + words[i];
        for (const Command &command : commands) {
            if (command.name != name)
                continue;
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
            return &command;
        }
    }
    return nullptr;
}

bool fits(const Command &command, std::size_t operands)
{
    const auto needed = static_cast<std::size_t>(
        std::count_if(command.operands.begin(), command.operands.end(),
                      [](std::string_view name) { return !name.starts_with('['); }));
    return operands >= needed && operands <= command.operands.size();
}

Result<Invocation> checked(const Command *command, std::vector<std::string> operands,
                           const std::vector<Given> &given)
{
    Invocation invocation;
    invocation.command = command;
    invocation.arguments.operands = std::move(operands);
    for (const Given &each : given) {
        const bool known = find(kCommon, each.option->name)
            || (command && find(command->options, each.option->name));
        if (!known)
            return fail(ErrorKind::InvalidArgument,
                        std::string(each.option->name) + " does not belong to this command.");
        if (invocation.arguments.has(each.option->name) && !each.option->repeatable)
            return fail(ErrorKind::InvalidArgument,
                        std::string(each.option->name) + " is given twice.");
        invocation.arguments.add(each.option->name, each.value);
    }
    const bool explains
        = invocation.arguments.has("--help") || invocation.arguments.has("--version");
    if (!command && !explains)
        return fail(ErrorKind::InvalidArgument, "Say what to do.");
    if (command && !explains && !fits(*command, invocation.arguments.operands.size()))
        return fail(ErrorKind::InvalidArgument, "Usage: " + usageLine(*command));
    return invocation;
}

} // namespace

std::optional<std::string> Arguments::value(std::string_view option) const
{
    const auto it = m_options.find(option);
    return it == m_options.end() ? std::nullopt : std::optional(it->second.front());
}

std::vector<std::string> Arguments::values(std::string_view option) const
{
    const auto it = m_options.find(option);
    return it == m_options.end() ? std::vector<std::string>{} : it->second;
}

void Arguments::add(std::string_view option, std::string value)
{
    m_options[std::string(option)].push_back(std::move(value));
}

std::span<const Option> commonOptions()
{
    return kCommon;
}

Result<Invocation> readCommandLine(const std::vector<std::string> &words,
                                   std::span<const Command> commands)
{
    std::vector<std::string> plain;
    std::vector<Given> given;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].size() < 2 || words[i].front() != '-') {
            plain.push_back(words[i]);
            continue;
        }
        const auto equals = words[i].find('=');
        const std::string name = words[i] == "-h" ? "--help" : words[i].substr(0, equals);
        const Option *option = findAnywhere(commands, name);
        if (!option)
            return fail(ErrorKind::InvalidArgument, "Unknown option " + name + ".");
        const bool inlined = equals != std::string::npos;
        if (option->value.empty() && inlined)
            return fail(ErrorKind::InvalidArgument, name + " takes no value.");
        if (!option->value.empty() && !inlined && i + 1 == words.size())
            return fail(ErrorKind::InvalidArgument,
                        name + " needs a value: " + std::string(option->value) + ".");
        std::string value;
        if (!option->value.empty())
            value = inlined ? words[i].substr(equals + 1) : words[++i];
        given.push_back({option, std::move(value)});
    }
    const std::string first = plain.empty() ? std::string() : plain.front();
    const Command *command = takeCommand(plain, commands);
    if (!command && !first.empty()) {
        const std::string named = plain.size() > 1 ? first + ' ' + plain[1] : first;
        return fail(ErrorKind::InvalidArgument, "unknown command \"" + named + "\"",
                    "turso-companionctl --help lists the commands.");
    }
    return checked(command, std::move(plain), given);
}

} // namespace Ctl
