// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/contract/suite.h"

#include <QUuid>

#include <utility>

using namespace Turso;

int runContract(ContractSubject &subject, int argc, char **argv)
{
    qInfo("Contract: %s", qPrintable(subject.name()));
    ContractSuite suite(subject);
    return QTest::qExec(&suite, argc, argv);
}

void ContractSuite::initTestCase()
{
    m_run = QUuid::createUuid().toString(QUuid::Id128).left(6).toStdString();
    for (const Difference &difference : m_subject.differences()) {
        QVERIFY2(!difference.reason.empty(), difference.check.c_str());
        m_differences[difference.check] = difference;
    }
    const QString problem = m_subject.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void ContractSuite::cleanupTestCase()
{
    m_subject.stop();
    // A list of differences is worth something only if it is complete and true. If single tests
    // were chosen, the others had no occasion to ask.
    if (QCoreApplication::arguments().size() > 1)
        return;
    for (const auto &[check, difference] : m_differences)
        QVERIFY2(m_asked.contains(check), ("no test asks for " + check).c_str());
}

std::string ContractSuite::expected(const std::string &check, const std::string &usual)
{
    m_asked.insert(check);
    const auto known = m_differences.find(check);
    return known == m_differences.end() ? usual : known->second.answer;
}

std::string ContractSuite::rowsOf(const Base::Result<Outcome> &result)
{
    if (!result)
        return "error: " + kindOf(result) + ": " + result.error().message;
    return result->statements.empty() ? "none" : result->statements.back().rows;
}

std::string ContractSuite::freshName()
{
    return "contract-" + m_run + "-" + std::to_string(++m_number);
}

std::string ContractSuite::fresh(const std::string &schema, std::optional<std::int64_t> sizeLimit)
{
    NewDatabase wanted;
    wanted.name = freshName();
    wanted.sizeLimit = sizeLimit;
    const auto made = wait(platform().createDatabase(wanted));
    if (!made) {
        qInfo("no database: %s", made.error().message.c_str());
        return {};
    }
    if (schema.empty())
        return wanted.name;
    const auto built = run(wanted.name, Privilege::Schema, scriptOf(schema));
    if (built)
        return wanted.name;
    qInfo("no schema: %s", built.error().message.c_str());
    return {};
}

Script ContractSuite::scriptOf(const std::string &sql, Arguments arguments)
{
    Script script;
    if (auto statements = Sql::classify(sql))
        script.statements = *statements;
    script.arguments = std::move(arguments);
    return script;
}

Base::Result<Outcome> ContractSuite::run(const std::string &database, Privilege privilege,
                                         Script script, const Base::CancelToken &cancel)
{
    const auto session = platform().openSession(database, privilege);
    return wait(session->execute(std::move(script), cancel));
}

Base::Result<Outcome> ContractSuite::read(const std::string &database, const std::string &sql)
{
    return run(database, Privilege::Read, scriptOf(sql));
}

Base::Result<Outcome> ContractSuite::write(const std::string &database, const std::string &sql,
                                           Privilege privilege)
{
    return run(database, privilege, scriptOf(sql));
}

Base::Result<Configured> ContractSuite::configure(const std::string &database,
                                                  const ConfigurationChange &change)
{
    return wait(platform().configureDatabase(database, change));
}
