// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/gate.h"

#include "base/json.h"

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Turso::Sql::Statement;
using Turso::Sql::StatementClass;

std::string_view toolFor(StatementClass statementClass)
{
    switch (statementClass) {
    case StatementClass::Read:
        return "read_database";
    case StatementClass::Write:
    case StatementClass::Replace:
        return "write_database";
    case StatementClass::Delete:
        return "delete_from_database";
    case StatementClass::Schema:
        return "evolve_schema";
    case StatementClass::Refused:
        break;
    }
    return {};
}

std::string at(std::size_t index)
{
    return "\"statement\":" + std::to_string(index);
}

} // namespace

Base::Result<std::vector<Statement>> gate(std::string_view tool, std::string_view sql)
{
    auto statements = Turso::Sql::classify(sql);
    if (!statements)
        return statements;
    for (std::size_t i = 0; i < statements->size(); ++i) {
        const Statement &statement = (*statements)[i];
        if (statement.statementClass == StatementClass::Refused)
            return Base::fail(ErrorKind::NotUnderstood, statement.refusal,
                              "Nothing was run. Send only statements that this tool is for.",
                              "{" + at(i) + "}");
        const std::string_view right = toolFor(statement.statementClass);
        if (right != tool)
            return Base::fail(ErrorKind::WrongTool,
                              "Statement " + std::to_string(i) + " (" + statement.verb
                                  + ") belongs to " + std::string(right) + ".",
                              statements->size() > 1
                                  ? "Nothing was run. Send it by itself with that tool."
                                  : "Nothing was run. Send it with that tool.",
                              "{\"use_tool\":" + Base::quoteJson(right) + "," + at(i) + "}");
    }
    if (statements->size() > 1 && tool == "read_database")
        return Base::fail(ErrorKind::NotUnderstood, "read_database takes one statement at a time.",
                          "Send the statements one by one.", "{" + at(1) + "}");
    return statements;
}

} // namespace Gateway
