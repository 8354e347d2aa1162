// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/scriptcheck.h"

#include "base/json.h"
#include "turso/arguments.h"
#include "turso/sql/parameters.h"
#include "turso/workspace/scriptrun.h"

namespace Turso::Remote
{

Base::Result<void> checkScript(const Script &script, Privilege privilege)
{
    if (auto checked = Embedded::checkClasses(script, privilege); !checked)
        return checked;
    Script read;
    for (const Sql::Statement &statement : script.statements) {
        auto statements = Sql::classify(statement.text);
        if (!statements)
            return tl::unexpected(std::move(statements).error());
        if (statements->size() != 1)
            return Base::fail(Base::ErrorKind::NotUnderstood,
                              "What was said to be one statement is several; nothing was run.", {},
                              Base::dumpJson({{"statement", read.statements.size()}}));
        read.statements.push_back(std::move(statements->front()));
    }
    if (auto checked = Embedded::checkClasses(read, privilege); !checked)
        return checked;
    for (const Sql::Statement &statement : script.statements) {
        const auto matched = argumentsFor(Sql::parametersOf(statement.text), script.arguments);
        if (!matched)
            return tl::unexpected(matched.error());
    }
    return {};
}

} // namespace Turso::Remote
