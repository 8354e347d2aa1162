// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/arguments.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

using Positions = std::vector<Value>;
using Names = std::vector<std::pair<std::string, Value>>;

std::string countOf(std::size_t count, const char *noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Result<std::vector<const Value *>> byPosition(std::size_t expected, const Positions &values)
{
    if (values.size() != expected) {
        std::string message = "The statement has " + countOf(expected, "parameter") + ", but "
            + countOf(values.size(), "argument")
            + (values.size() == 1 ? " was given" : " were given");
        if (values.size() < expected)
            message += "; number " + std::to_string(values.size() + 1) + " is missing";
        return fail(ErrorKind::InvalidArgument, message + ".");
    }
    std::vector<const Value *> matched;
    matched.reserve(values.size());
    for (const Value &value : values)
        matched.push_back(&value);
    return matched;
}

std::string_view withoutPrefix(std::string_view name)
{
    static constexpr std::string_view kPrefixes = ":@$?#";
    if (!name.empty() && kPrefixes.find(name.front()) != std::string_view::npos)
        name.remove_prefix(1);
    return name;
}

Result<std::vector<const Value *>> byName(const std::vector<std::string> &parameters,
                                          const Names &values)
{
    std::vector<const Value *> matched;
    std::vector<bool> used(values.size(), false);
    for (const std::string &parameter : parameters) {
        if (parameter.empty())
            return fail(ErrorKind::InvalidArgument,
                        "Parameter " + std::to_string(matched.size() + 1)
                            + " of the statement has no name; give the arguments as an array.");
        const Value *match = nullptr;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string &name = values[i].first;
            if (name != parameter && name != withoutPrefix(parameter))
                continue;
            used[i] = true;
            if (match != nullptr)
                return fail(ErrorKind::InvalidArgument,
                            "The parameter " + parameter + " was given twice.");
            match = &values[i].second;
        }
        if (match == nullptr)
            return fail(ErrorKind::InvalidArgument,
                        "There is no argument for the parameter " + parameter + ".");
        matched.push_back(match);
    }
    const auto unknown = std::find(used.begin(), used.end(), false);
    if (unknown != used.end())
        return fail(ErrorKind::InvalidArgument,
                    "The statement has no parameter named "
                        + values[static_cast<std::size_t>(unknown - used.begin())].first + ".");
    return matched;
}

} // namespace

Result<std::vector<const Value *>> argumentsFor(const std::vector<std::string> &parameters,
                                                const Arguments &arguments)
{
    if (const auto *values = std::get_if<Positions>(&arguments))
        return byPosition(parameters.size(), *values);
    return byName(parameters, std::get<Names>(arguments));
}

} // namespace Turso
