// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/statementreader.h"

#include "turso/sql/deniednames.h"
#include "turso/sql/rules.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace Turso::Sql
{

void StatementReader::refuse(std::string sentence)
{
    m_statement.statementClass = StatementClass::Refused;
    m_statement.refusal = std::move(sentence);
}

Statement StatementReader::read()
{
    m_statement.text = std::string(m_tokens.span(0, m_tokens.size()));
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
        if (m_tokens.is(i, TokenKind::Illegal)) {
            refuse("SQLite cannot read the text \"" + std::string(m_tokens.text(i).substr(0, 40))
                   + "\".");
            return std::move(m_statement);
        }
    }
    if (m_tokens.isWord(0, "EXPLAIN"))
        readExplain();
    else
        readStatement(0);
    const std::string denied = deniedName(m_tokens);
    if (!denied.empty() && m_statement.refusal.empty())
        refuse(deniedSentence(denied));
    if (m_statement.statementClass == StatementClass::Refused)
        m_statement.createsOnly = m_statement.dropsData = m_statement.wholeTable
            = m_statement.updatesOnConflict = false;
    return std::move(m_statement);
}

void StatementReader::readExplain()
{
    std::size_t at = 1;
    if (m_tokens.isWord(1, "QUERY") && m_tokens.isWord(2, "PLAN"))
        at = 3;
    m_statement.isExplain = true;
    if (m_tokens.isWord(at, "EXPLAIN")) {
        m_statement.verb = "EXPLAIN";
        refuse("EXPLAIN of EXPLAIN is not SQL.");
        return;
    }
    readStatement(at);
    const bool isPragma = m_statement.verb == "PRAGMA";
    const bool isPlaced
        = m_statement.verb != "ANALYZE" || m_statement.statementClass != StatementClass::Refused;
    const bool known = !m_statement.verb.empty() && isPlaced;
    m_statement.verb = "EXPLAIN";
    m_statement.wholeTable = m_statement.dropsData = m_statement.createsOnly
        = m_statement.updatesOnConflict = false;
    if (isPragma) {
        // SQLite carries out many PRAGMAs while it prepares them, EXPLAIN or not.
        refuse("EXPLAIN of a PRAGMA can already change settings and is never allowed.");
    } else if (known) {
        m_statement.statementClass = StatementClass::Read;
        m_statement.refusal.clear();
    }
}

void StatementReader::readStatement(std::size_t at)
{
    using Reading = void (StatementReader::*)(std::size_t);
    struct Verb {
        std::string_view word;
        Reading reading;
        bool mayFollowCtes;
    };
    static constexpr Verb kVerbs[] = {
        {"SELECT", &StatementReader::readSelect, true},
        {"VALUES", &StatementReader::readSelect, true},
        {"INSERT", &StatementReader::readInsert, true},
        {"REPLACE", &StatementReader::readInsert, true},
        {"UPDATE", &StatementReader::readUpdate, true},
        {"DELETE", &StatementReader::readDelete, true},
        {"CREATE", &StatementReader::readCreate, false},
        {"ALTER", &StatementReader::readAlter, false},
        {"DROP", &StatementReader::readDrop, false},
        {"REINDEX", &StatementReader::readMaintenance, false},
        {"ANALYZE", &StatementReader::readMaintenance, false},
        {"PRAGMA", &StatementReader::readPragma, false},
    };
    const bool hasCtes = m_tokens.isWord(at, "WITH");
    const auto verbAt = verbAfterCtes(m_tokens, at);
    if (!verbAt)
        return refuse("The WITH clause cannot be understood.");
    for (const auto &[verb, reading, mayFollowCtes] : kVerbs) {
        if (!m_tokens.isWord(*verbAt, verb))
            continue;
        if (hasCtes && !mayFollowCtes)
            break;
        m_statement.verb = std::string(verb);
        (this->*reading)(*verbAt);
        if (mayFollowCtes && m_statement.refusal.empty())
            checkOtherVerbs(at, *verbAt);
        return;
    }
    if (hasCtes)
        return refuse("After the WITH clause stands no SELECT, INSERT, UPDATE or DELETE.");
    refuseVerb(at);
}

void StatementReader::checkOtherVerbs(std::size_t from, std::size_t verb)
{
    // SQLite reserves these words, so that none of them can be a name there. Another engine may
    // take what they begin: WITH q AS (DELETE ... RETURNING ...) SELECT, or SELECT ... INTO.
    static constexpr std::string_view kVerbs[]
        = {"INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INTO", "SET"};
    const bool inserts = m_statement.verb == "INSERT" || m_statement.verb == "REPLACE";
    for (std::size_t i = from; i < m_tokens.size(); ++i) {
        const auto isIt = [&](std::string_view word) {
            return m_tokens.isWord(i, word);
        };
        if (i == verb || std::none_of(std::begin(kVerbs), std::end(kVerbs), isIt))
            continue;
        const bool isUpsert = inserts && isIt("UPDATE") && m_tokens.isWord(i - 1, "DO");
        const bool isOwn = i > verb
            && ((inserts && (isIt("INTO") || isIt("SET")))
                || (m_statement.verb == "UPDATE" && isIt("SET")));
        if (!isUpsert && !isOwn)
            return refuse("A " + m_statement.verb + " with a second verb ("
                          + lowered(m_tokens.text(i)) + ") inside is not SQLite's SQL.");
    }
}

void StatementReader::refuseVerb(std::size_t at)
{
    static constexpr std::string_view kTransaction[]
        = {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"};
    const auto setVerb = [this](std::string_view verb) {
        m_statement.verb = std::string(verb);
    };
    for (const std::string_view verb : kTransaction) {
        if (m_tokens.isWord(at, verb)) {
            setVerb(verb);
            return refuse(
                m_statement.verb
                + " is not allowed: each call is one transaction of its own, all or nothing.");
        }
    }
    if (m_tokens.isWord(at, "ATTACH")) {
        setVerb("ATTACH");
        return refuse(
            "ATTACH is not allowed: a call works on one database and opens no other file.");
    }
    if (m_tokens.isWord(at, "DETACH")) {
        setVerb("DETACH");
        return refuse("DETACH is not allowed: a call works on one database only.");
    }
    if (m_tokens.isWord(at, "VACUUM")) {
        setVerb("VACUUM");
        return refuse("VACUUM is not allowed: it rewrites the database or writes another file.");
    }
    if (m_tokens.is(at, TokenKind::Dot))
        return refuse("Dot-commands belong to the sqlite3 shell; they are not SQL.");
    refuse("The statement begins with \"" + std::string(m_tokens.text(at).substr(0, 40))
           + "\", which is not a statement that is understood.");
}

bool StatementReader::readQualifiedName(std::size_t &at, std::string &schema,
                                        std::string &name) const
{
    if (!m_tokens.isName(at))
        return false;
    name = m_tokens.name(at++);
    if (!m_tokens.is(at, TokenKind::Dot))
        return true;
    if (!m_tokens.isName(at + 1))
        return false;
    schema = std::exchange(name, m_tokens.name(at + 1));
    at += 2;
    return true;
}

bool StatementReader::checkSystemName(const std::string &name)
{
    if (!isSystemName(name))
        return true;
    refuse(name + " is a system name; such tables are never created, changed or dropped here.");
    return false;
}

bool StatementReader::readTarget(std::size_t &at)
{
    std::string schema;
    if (!readQualifiedName(at, schema, m_statement.table)) {
        refuse("It cannot be seen which table or object the " + m_statement.verb + " is about.");
        return false;
    }
    if (equalsFolded(schema, "temp")) {
        refuse("TEMP objects are not allowed: they would outlive the call that made them.");
        return false;
    }
    return checkSystemName(m_statement.table);
}

void StatementReader::readSelect(std::size_t at)
{
    m_statement.statementClass = StatementClass::Read;
    const auto from = m_tokens.find("FROM", at);
    std::string schema;
    std::size_t name = from.value_or(m_tokens.size()) + 1;
    if (from && m_tokens.isName(name) && !m_tokens.isWord(name, "SELECT"))
        readQualifiedName(name, schema, m_statement.table);
}

bool StatementReader::readOrReplace(std::size_t &at) const
{
    if (!m_tokens.isWord(at, "OR"))
        return false;
    at += 2;
    return m_tokens.isWord(at - 1, "REPLACE");
}

void StatementReader::readInsert(std::size_t at)
{
    bool replaces = m_tokens.isWord(at++, "REPLACE");
    replaces = readOrReplace(at) || replaces;
    if (!m_tokens.isWord(at++, "INTO"))
        return refuse("It cannot be seen where the " + m_statement.verb + " goes.");
    if (!readTarget(at))
        return;
    m_statement.statementClass = replaces ? StatementClass::Replace : StatementClass::Write;
    m_statement.updatesOnConflict = updatesOnConflict(at);
    if (m_tokens.isWord(at, "AS"))
        at += 2;
    if (!m_tokens.is(at, TokenKind::LeftParen))
        return;
    // INSERT INTO fts(fts, ...) is a command to a full-text table ('delete-all', 'rebuild', ...),
    // not a row.
    const std::size_t end = m_tokens.afterParenthesis(at);
    for (std::size_t i = at + 1; i < end; ++i) {
        if (m_tokens.isName(i) && equalsFolded(m_tokens.name(i), m_statement.table)) {
            m_statement.statementClass = StatementClass::Replace;
            m_statement.wholeTable = true;
        }
    }
}

bool StatementReader::updatesOnConflict(std::size_t from) const
{
    // Only an upsert has the two words side by side: UPDATE is never a name.
    for (auto at = m_tokens.find("DO", from); at; at = m_tokens.find("DO", *at + 1)) {
        if (m_tokens.isWord(*at + 1, "UPDATE"))
            return true;
    }
    return false;
}

void StatementReader::readUpdate(std::size_t at)
{
    const bool replaces = readOrReplace(++at);
    if (!readTarget(at))
        return;
    if (!m_tokens.find("SET", at))
        return refuse("The UPDATE has no SET.");
    m_statement.statementClass = replaces ? StatementClass::Replace : StatementClass::Write;
    m_statement.wholeTable = isWholeTable(at);
}

void StatementReader::readDelete(std::size_t at)
{
    if (!m_tokens.isWord(++at, "FROM"))
        return refuse("It cannot be seen where the DELETE takes from.");
    if (!readTarget(++at))
        return;
    m_statement.statementClass = StatementClass::Delete;
    m_statement.wholeTable = isWholeTable(at);
}

bool StatementReader::isWholeTable(std::size_t from) const
{
    const auto where = m_tokens.find("WHERE", from);
    if (!where)
        return !m_tokens.find("LIMIT", from);
    // A condition of constants only (WHERE 1=1, WHERE true) chooses no rows.
    static constexpr std::string_view kConstant[]
        = {"TRUE", "FALSE", "NOT", "AND", "OR", "IS", "NULL", "BETWEEN", "LIKE", "IN"};
    static constexpr std::string_view kEnd[] = {"RETURNING", "ORDER", "LIMIT"};
    for (std::size_t i = *where + 1; i < m_tokens.size(); ++i) {
        const auto isIt = [&](std::string_view word) {
            return m_tokens.isWord(i, word);
        };
        if (std::any_of(std::begin(kEnd), std::end(kEnd), isIt))
            return !m_tokens.isWord(i, "LIMIT");
        if (m_tokens.is(i, TokenKind::QuotedName) || m_tokens.is(i, TokenKind::Variable))
            return false;
        if (m_tokens.is(i, TokenKind::Word)
            && std::none_of(std::begin(kConstant), std::end(kConstant), isIt))
            return false;
    }
    return true;
}

void StatementReader::skipIf(std::size_t &at, const char *const (&words)[3]) const
{
    std::size_t i = at;
    for (const char *word : words) {
        if (word[0] != '\0' && !m_tokens.isWord(i++, word))
            return;
    }
    at = i;
}

void StatementReader::readCreate(std::size_t at)
{
    ++at;
    if (m_tokens.isWord(at, "TEMP") || m_tokens.isWord(at, "TEMPORARY")) {
        m_statement.verb = "CREATE TEMP";
        return refuse("TEMP objects are not allowed: they would outlive the call that made them.");
    }
    std::string kind;
    if (m_tokens.isWord(at, "UNIQUE") && m_tokens.isWord(at + 1, "INDEX"))
        ++at;
    if (m_tokens.isWord(at, "VIRTUAL") && m_tokens.isWord(at + 1, "TABLE")) {
        kind = "VIRTUAL TABLE";
        ++at;
    }
    for (const char *object : {"TABLE", "INDEX", "VIEW", "TRIGGER"}) {
        if (kind.empty() && m_tokens.isWord(at, object))
            kind = object;
    }
    if (kind.empty())
        return refuse("It cannot be seen what the CREATE makes.");
    m_statement.verb = "CREATE " + kind;
    skipIf(++at, {"IF", "NOT", "EXISTS"});
    if (!readTarget(at))
        return;
    m_statement.statementClass = StatementClass::Schema;
    m_statement.createsOnly = kind == "TABLE" || kind == "INDEX" || kind == "VIEW";
    if (kind == "INDEX" || kind == "TRIGGER")
        return readCreateOn(at);
    if (kind == "VIRTUAL TABLE") {
        if (!m_tokens.isWord(at, "USING") || !m_tokens.isName(at + 1))
            return refuse("The CREATE VIRTUAL TABLE names no module.");
        if (const std::string module = m_tokens.name(at + 1); !isAllowedModule(module))
            return refuse(
                "The module " + module
                + " is not one that keeps its data inside the database; only full-text and "
                  "R-tree tables are allowed.");
    }
}

void StatementReader::readCreateOn(std::size_t at)
{
    const auto on = m_tokens.find("ON", at);
    if (!on || !m_tokens.isName(*on + 1))
        return refuse("It cannot be seen which table the " + m_statement.verb + " is about.");
    at = *on + 1;
    readTarget(at);
}

void StatementReader::readAlter(std::size_t at)
{
    m_statement.verb = "ALTER TABLE";
    if (!m_tokens.isWord(at + 1, "TABLE"))
        return refuse("Only ALTER TABLE is understood.");
    at += 2;
    if (!readTarget(at))
        return;
    m_statement.statementClass = StatementClass::Schema;
    m_statement.dropsData = m_tokens.isWord(at, "DROP");
    if (m_tokens.isWord(at, "RENAME") && m_tokens.isWord(at + 1, "TO"))
        checkSystemName(m_tokens.name(at + 2));
}

void StatementReader::readDrop(std::size_t at)
{
    ++at;
    std::string kind;
    for (const char *object : {"TABLE", "INDEX", "VIEW", "TRIGGER"}) {
        if (m_tokens.isWord(at, object))
            kind = object;
    }
    if (kind.empty())
        return refuse("It cannot be seen what the DROP removes.");
    m_statement.verb = "DROP " + kind;
    skipIf(++at, {"IF", "EXISTS", ""});
    if (!readTarget(at))
        return;
    m_statement.statementClass = StatementClass::Schema;
    m_statement.dropsData = kind == "TABLE";
}

void StatementReader::readMaintenance(std::size_t at)
{
    if (m_tokens.has(++at) && !readTarget(at))
        return;
    if (m_statement.verb == "ANALYZE" && equalsFolded(m_statement.table, "temp"))
        return refuse("There are no TEMP objects to analyse.");
    // EXPLAIN ANALYZE DELETE ... would run the DELETE in other engines.
    if (m_tokens.has(at))
        return refuse("Behind " + m_statement.verb + " and its name stands more.");
    m_statement.statementClass = StatementClass::Schema;
}

void StatementReader::readPragma(std::size_t at)
{
    std::string schema;
    std::string name;
    if (!readQualifiedName(++at, schema, name))
        return refuse("The PRAGMA names no setting.");
    const PragmaRule rule = pragmaRule(name);
    if (rule == PragmaRule::Refused || (!schema.empty() && !equalsFolded(schema, "main")))
        return refuse("PRAGMA " + name + " is not one of the PRAGMAs that only look.");
    if (m_tokens.has(at)) {
        if (!m_tokens.is(at, TokenKind::LeftParen))
            return refuse("PRAGMA " + name + " may be read but not set.");
        if (rule != PragmaRule::WithArgument)
            return refuse("PRAGMA " + name
                          + " takes no argument here: it may be read but not set.");
        const bool oneValue = m_tokens.has(at + 1) && m_tokens.is(at + 2, TokenKind::RightParen)
            && m_tokens.size() == at + 3;
        if (!oneValue || !(m_tokens.isName(at + 1) || m_tokens.is(at + 1, TokenKind::Number)))
            return refuse("The argument of PRAGMA " + name + " must be one name or number.");
        if (m_tokens.isName(at + 1))
            m_statement.table = m_tokens.name(at + 1);
    }
    m_statement.statementClass = StatementClass::Read;
}

} // namespace Turso::Sql
