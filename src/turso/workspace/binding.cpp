// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/binding.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Embedded
{

using Base::ErrorKind;
using Base::fail;

namespace
{

struct Binder {
    sqlite3_stmt *statement;
    int index;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
    int operator()(const std::string &value) const
    {
        return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    }
    int operator()(const Blob &value) const
    {
        // A null pointer would bind NULL, not an empty blob.
        if (value.bytes.empty())
            return sqlite3_bind_zeroblob(statement, index, 0);
        return sqlite3_bind_blob64(statement, index, value.bytes.data(), value.bytes.size(),
                                   SQLITE_STATIC);
    }
};

Base::Result<void> bindOne(sqlite3_stmt *statement, int index, const Value &value)
{
    const int code = bindValue(statement, index, value);
    if (code == SQLITE_OK)
        return {};
    return fail(ErrorKind::InvalidArgument,
                code == SQLITE_TOOBIG
                    ? "Argument " + std::to_string(index) + " has more than 5,000,000 bytes."
                    : "Argument " + std::to_string(index) + " cannot be bound.");
}

std::string countOf(std::size_t count, const char *noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Base::Result<void> bindPositions(sqlite3_stmt *statement, const std::vector<Value> &values)
{
    const auto expected = static_cast<std::size_t>(sqlite3_bind_parameter_count(statement));
    if (values.size() != expected) {
        std::string message = "The statement has " + countOf(expected, "parameter") + ", but "
            + countOf(values.size(), "argument")
            + (values.size() == 1 ? " was given" : " were given");
        if (values.size() < expected)
            message += "; number " + std::to_string(values.size() + 1) + " is missing";
        return fail(ErrorKind::InvalidArgument, message + ".");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (auto bound = bindOne(statement, static_cast<int>(i) + 1, values[i]); !bound)
            return bound;
    }
    return {};
}

std::string_view withoutPrefix(std::string_view name)
{
    static constexpr std::string_view kPrefixes = ":@$?#";
    if (!name.empty() && kPrefixes.find(name.front()) != std::string_view::npos)
        name.remove_prefix(1);
    return name;
}

Base::Result<void> bindNames(sqlite3_stmt *statement,
                             const std::vector<std::pair<std::string, Value>> &values)
{
    std::vector<bool> used(values.size(), false);
    const int count = sqlite3_bind_parameter_count(statement);
    for (int index = 1; index <= count; ++index) {
        const char *parameter = sqlite3_bind_parameter_name(statement, index);
        if (parameter == nullptr)
            return fail(ErrorKind::InvalidArgument,
                        "Parameter " + std::to_string(index)
                            + " of the statement has no name; give the arguments as an array.");
        std::size_t matches = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string &name = values[i].first;
            if (name != parameter && name != withoutPrefix(parameter))
                continue;
            used[i] = true;
            if (++matches > 1)
                return fail(ErrorKind::InvalidArgument,
                            std::string("The parameter ") + parameter + " was given twice.");
            if (auto bound = bindOne(statement, index, values[i].second); !bound)
                return bound;
        }
        if (matches == 0)
            return fail(ErrorKind::InvalidArgument,
                        std::string("There is no argument for the parameter ") + parameter + ".");
    }
    const auto unknown = std::find(used.begin(), used.end(), false);
    if (unknown != used.end())
        return fail(ErrorKind::InvalidArgument,
                    "The statement has no parameter named "
                        + values[static_cast<std::size_t>(unknown - used.begin())].first + ".");
    return {};
}

} // namespace

int bindValue(sqlite3_stmt *statement, int index, const Value &value)
{
    return std::visit(Binder{statement, index}, value);
}

Base::Result<void> bindArguments(sqlite3_stmt *statement, const Arguments &arguments)
{
    if (const auto *values = std::get_if<0>(&arguments))
        return bindPositions(statement, *values);
    return bindNames(statement, std::get<1>(arguments));
}

bool isEmpty(const Arguments &arguments)
{
    return std::visit([](const auto &values) { return values.empty(); }, arguments);
}

} // namespace Turso::Embedded
