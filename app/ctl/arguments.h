// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Ctl
{

struct Option {
    std::string_view name; ///< "--filter"
    std::string_view value; ///< what to write for the value, or empty for a switch
    std::string_view help;
    bool repeatable = false;
};

/// The command line after it was read: which words, which operands, which options. All text, not
/// yet understood.
class Arguments
{
public:
    std::vector<std::string> operands;

    bool has(std::string_view option) const { return m_options.contains(option); }
    /// The value of an option, or nothing.
    std::optional<std::string> value(std::string_view option) const;
    std::vector<std::string> values(std::string_view option) const;
    void add(std::string_view option, std::string value);

private:
    std::map<std::string, std::vector<std::string>, std::less<>> m_options;
};

/// The options that every command knows.
std::span<const Option> commonOptions();

struct Command;

/// A command line that was understood.
struct Invocation {
    const Command *command = nullptr; ///< null: only --help or --version
    Arguments arguments;
};

/// Reads the words after the program's name. InvalidArgument, a sentence for the person, where they
/// are wrong.
Base::Result<Invocation> readCommandLine(const std::vector<std::string> &words,
                                         std::span<const Command> commands);

} // namespace Ctl
