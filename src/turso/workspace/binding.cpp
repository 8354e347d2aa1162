// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/binding.h"

#include "turso/arguments.h"

#include <sqlite3.h>

#include <string>
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

std::vector<std::string> parametersOf(sqlite3_stmt *statement)
{
    std::vector<std::string> parameters;
    const int count = sqlite3_bind_parameter_count(statement);
    for (int index = 1; index <= count; ++index) {
        const char *name = sqlite3_bind_parameter_name(statement, index);
        parameters.emplace_back(name == nullptr ? "" : name);
    }
    return parameters;
}

} // namespace

int bindValue(sqlite3_stmt *statement, int index, const Value &value)
{
    return std::visit(Binder{statement, index}, value);
}

Base::Result<void> bindArguments(sqlite3_stmt *statement, const Arguments &arguments)
{
    const auto values = argumentsFor(parametersOf(statement), arguments);
    if (!values)
        return tl::unexpected(values.error());
    for (std::size_t i = 0; i < values->size(); ++i) {
        if (auto bound = bindOne(statement, static_cast<int>(i) + 1, *(*values)[i]); !bound)
            return bound;
    }
    return {};
}

bool isEmpty(const Arguments &arguments)
{
    return std::visit([](const auto &values) { return values.empty(); }, arguments);
}

} // namespace Turso::Embedded
