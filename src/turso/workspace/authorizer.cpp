// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/authorizer.h"

#include "turso/sql/lexer.h"
#include "turso/sql/rules.h"

#include <sqlite3.h>

namespace Turso::Embedded
{

using Sql::StatementClass;

namespace
{

bool isSchemaTable(const std::string &table)
{
    return Sql::equalsFolded(table, "sqlite_master") || Sql::equalsFolded(table, "sqlite_schema")
        || Sql::equalsFolded(table, "sqlite_temp_master");
}

/// The tables of an R-tree's own. It prepares what changes them as soon as it is opened, be it by a
/// query; SQLite then still knows whether the query itself writes.
bool isShadowOfRtree(const std::string &table)
{
    const std::string name = Sql::lowered(table);
    return name.ends_with("_node") || name.ends_with("_rowid") || name.ends_with("_parent");
}

void refuseCall(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    sqlite3_result_error(context, "The function is never allowed.", -1);
}

/// SQLite asks nobody about calls in the constraints and defaults of a table that is already there.
void replaceFunctions(sqlite3 *db)
{
    static constexpr std::pair<const char *, int> kFunctions[] = {
        {"load_extension", 1}, {"load_extension", 2}, {"sqlite_log", 2},
        {"fts3_tokenizer", 1}, {"fts3_tokenizer", 2}, {"rtreecheck", -1},
    };
    for (const auto &[name, count] : kFunctions)
        sqlite3_create_function_v2(db, name, count, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                                   &refuseCall, nullptr, nullptr, nullptr);
}

std::string textOf(const char *text)
{
    return text != nullptr ? text : "";
}

} // namespace

void Authorizer::attach(sqlite3 *db)
{
    replaceFunctions(db);
    sqlite3_set_authorizer(db, &Authorizer::ask, this);
}

void Authorizer::allow(StatementClass statementClass, bool isExplain)
{
    m_own = false;
    m_recording = false;
    m_class = statementClass;
    m_explain = isExplain;
    m_refusal.clear();
}

int Authorizer::ask(void *self, int action, const char *first, const char *second,
                    const char *schema, const char *trigger)
{
    auto *authorizer = static_cast<Authorizer *>(self);
    return authorizer->m_own ? SQLITE_OK
                             : authorizer->decide(action, first, second, schema, trigger);
}

int Authorizer::refuse(std::string sentence)
{
    // The first reason is the cause; what follows are its consequences.
    if (m_refusal.empty())
        m_refusal = std::move(sentence);
    return SQLITE_DENY;
}

int Authorizer::decide(int action, const char *first, const char *second, const char *schema,
                       const char *trigger)
{
    // CREATE TABLE temp.x announces itself as any other. ALTER TABLE looks into the temporary
    // schema.
    const bool isTemp = schema != nullptr && Sql::equalsFolded(schema, "temp");
    if (isTemp && !m_explain && action != SQLITE_READ && !isSchemaTable(textOf(first)))
        return refuse("TEMP objects are not allowed.");
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        // A view hides its tables from the lexical half.
        return Sql::isDeniedTable(textOf(first)) ? refuse(Sql::deniedSentence(textOf(first)))
                                                 : SQLITE_OK;
    case SQLITE_FUNCTION:
        return Sql::isDeniedFunction(textOf(second))
            ? refuse(Sql::deniedSentence(textOf(second) + "()"))
            : SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return decideChange(action, textOf(first), trigger);
    case SQLITE_PRAGMA:
        return decidePragma(first, second);
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
        // EXPLAIN only shows the program of such a statement.
        return m_explain ? SQLITE_OK : refuse("Transaction control and ATTACH are never allowed.");
    default:
        return decideSchema(action, first, second);
    }
}

void Authorizer::note(int action, const std::string &table, const char *trigger)
{
    if (isSchemaTable(table))
        return;
    if (trigger != nullptr) {
        m_witness.triggered.emplace(action, Sql::lowered(table));
    } else if (isShadowOfRtree(table) && !Sql::equalsFolded(table, m_target)) {
        m_witness.changesShadow = true;
    } else if (m_witness.primaryAction == 0) {
        m_witness.primaryAction = action;
        m_witness.primaryTable = table;
    }
}

int Authorizer::decideChange(int action, const std::string &table, const char *trigger)
{
    if (m_recording)
        note(action, table, trigger);
    // Virtual tables of SQLite's own (pragma_table_info ...) announce updates of sqlite_master when
    // they are declared; really writing there is impossible on a defensive connection.
    if (m_explain || m_class == StatementClass::Schema || isSchemaTable(table))
        return SQLITE_OK;
    if (Sql::isSystemName(table))
        return refuse(table + " is a system table; it is never changed directly.");
    if (m_class == StatementClass::Read && !isShadowOfRtree(table))
        return refuse("The statement changes " + table + ", though it reads like a query.");
    return SQLITE_OK;
}

int Authorizer::decideSchema(int action, const char *first, const char *second)
{
    if (m_recording)
        m_witness.changesSchema = true;
    if (m_explain)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW:
        return refuse("TEMP objects are not allowed.");
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
        if (!Sql::isAllowedModule(textOf(second)))
            return refuse("The module " + textOf(second)
                          + " is not allowed: its data is not inside the database.");
        break;
    default:
        break;
    }
    if (m_class != StatementClass::Schema)
        return refuse("The statement changes the schema (" + textOf(first)
                      + "), though it does not read like that.");
    return SQLITE_OK;
}

int Authorizer::decidePragma(const char *name, const char *argument)
{
    if (m_recording)
        m_witness.hasPragma = true;
    const Sql::PragmaRule rule = Sql::pragmaRule(textOf(name));
    if (rule == Sql::PragmaRule::Refused
        || (rule == Sql::PragmaRule::WithoutArgument && argument != nullptr))
        return refuse("PRAGMA " + textOf(name) + " is not one of the PRAGMAs that only look.");
    return SQLITE_OK;
}

} // namespace Turso::Embedded
