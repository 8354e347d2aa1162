// SPDX-License-Identifier: GPL-3.0-or-later
// The contract on a real sqld with namespaces and its admin API: once open to everybody on this
// machine, once with JWT.
#include "turso/contract/serverdifferences.h"
#include "turso/jwtkey.h"
#include "turso/libsqlserver/libsqlserver.h"
#include "turso/sqldprocess.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace
{

class SqldSubject : public ContractSubject
{
public:
    explicit SqldSubject(bool asksForToken)
        : m_asksForToken(asksForToken)
    {
    }

    QString name() const override
    {
        return m_asksForToken ? QStringLiteral("libsql-server with JWT")
                              : QStringLiteral("libsql-server");
    }
    QString start() override
    {
        SqldProcess::Options sqld{.adminKey = QStringLiteral("a2V5")};
        if (m_asksForToken)
            sqld.jwtKeyFile = m_key.publicFile();
        if (const QString problem = m_sqld.start(sqld); !problem.isEmpty())
            return problem;
        Turso::LibsqlServerOptions options;
        options.id = "sqld";
        options.url = m_sqld.url();
        options.adminUrl = m_sqld.adminUrl();
        options.adminKey = std::make_shared<const Base::Secret>("a2V5");
        if (m_asksForToken)
            options.token = std::make_shared<const Base::Secret>(m_key.token(Base::Json::object()));
        options.folder = m_folder.path().toStdString();
        auto opened = Turso::LibsqlServer::open(options);
        if (!opened)
            return QString::fromStdString(opened.error().message);
        m_server = std::move(*opened);
        // What it can do, it knows when it has been asked.
        const auto health = m_server->check();
        if (!QTest::qWaitFor([&health] { return health.isFinished(); }, 30'000))
            return QStringLiteral("the check does not end");
        const auto result = Base::resultOf(health);
        return result ? QString::fromStdString(result->sentence)
                      : QString::fromStdString(result.error().message);
    }
    void stop() override
    {
        m_server.reset();
        m_sqld.stop();
    }
    Turso::Platform &platform() override { return *m_server; }
    Turso::Capabilities capabilities() const override
    {
        return {.groups = false,
                .createDatabases = true,
                .branches = true,
                .pointInTime = false,
                .configuration = true,
                .analytics = true,
                .rolledBackDryRun = true};
    }
    std::vector<Difference> differences() const override
    {
        auto all = serverDifferences();
        all.push_back({"branch_of_blocked_reads", "read_only_mode",
                       "A fork can lose the newest commit, and nobody could compare it."});
        return all;
    }

private:
    const bool m_asksForToken;
    const JwtKey m_key;
    SqldProcess m_sqld;
    QTemporaryDir m_folder;
    std::unique_ptr<Turso::LibsqlServer> m_server;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    int failed = 0;
    for (const bool asksForToken : {false, true}) {
        SqldSubject subject(asksForToken);
        failed += runContract(subject, argc, argv);
    }
    return failed;
}
