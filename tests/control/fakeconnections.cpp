// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/fakedesk.h"

using namespace Gateway;

ConnectionInfo FakeConnections::someConnection(const std::string &id)
{
    ConnectionInfo connection{id, "turso-cloud", "Acme", "ready"};
    connection.sentence = "Nothing is wrong.";
    connection.organization = "acme";
    connection.url = "http://127.0.0.1:8080";
    connection.adminUrl = "http://127.0.0.1:8081";
    connection.apiUrl = "https://api.turso.tech";
    connection.warnings = {"It listens to everyone."};
    connection.facts = {{"Plan", "Scaler"}, {"Point in time", "30 days"}};
    connection.capabilities = {{"analytics", true}, {"groups", false}};
    connection.signedInBy = "browser";
    connection.tokenKept = "memory";
    connection.tokenNote = "There is no keychain.";
    connection.checkedAt = 1'763'900'000'123;
    return connection;
}

Base::Pending<ConnectionInfo> FakeConnections::did(const QString &what, const std::string &id)
{
    m_done << what;
    if (id == "lost")
        return Base::readyNow<ConnectionInfo>(
            Base::fail(Base::ErrorKind::NotFound, "There is no connection lost."));
    return Base::readyNow<ConnectionInfo>(someConnection(id));
}

Base::Pending<ConnectionInfo> FakeConnections::add(ConnectionDraft draft)
{
    const auto length = [](const std::shared_ptr<const Base::Secret> &secret) {
        return secret ? static_cast<int>(secret->revealForUse().size()) : -1;
    };
    return did(QStringLiteral("add %1 %2 %3 %4 %5 %6 token %7 key %8 cli %9 unchecked %10")
                   .arg(QString::fromStdString(draft.kind), QString::fromStdString(draft.name),
                        QString::fromStdString(draft.url), QString::fromStdString(draft.adminUrl),
                        QString::fromStdString(draft.apiUrl),
                        QString::fromStdString(draft.organization))
                   .arg(length(draft.token))
                   .arg(length(draft.adminKey))
                   .arg(draft.fromCli)
                   .arg(draft.unchecked),
               "new");
}

Base::Pending<ConnectionInfo> FakeConnections::change(std::string id, ConnectionChange change)
{
    return did(
        QStringLiteral("change %1 %2")
            .arg(QString::fromStdString(id), QString::fromStdString(change.name.value_or("-"))),
        id);
}

Base::Pending<ConnectionInfo> FakeConnections::check(std::string id)
{
    return did(QStringLiteral("check ") + QString::fromStdString(id), id);
}

Base::Pending<bool> FakeConnections::remove(std::string id)
{
    m_done << QStringLiteral("remove ") + QString::fromStdString(id);
    return Base::readyNow<bool>(true);
}

Base::Pending<SignInOffer> FakeConnections::signIn(std::string id)
{
    m_done << QStringLiteral("sign in ") + QString::fromStdString(id);
    return Base::readyNow<SignInOffer>(
        SignInOffer{"https://example.test/authorize?client_id=a", 1'763'900'300'000});
}

Base::Result<void> FakeConnections::cancelSignIn(const std::string &id)
{
    m_done << QStringLiteral("cancel ") + QString::fromStdString(id);
    return {};
}

Base::Pending<ConnectionInfo> FakeConnections::signOut(std::string id)
{
    return did(QStringLiteral("sign out ") + QString::fromStdString(id), id);
}

Base::Pending<Turso::DatabasePage> FakeConnections::databases(std::string id, int limit,
                                                              std::string cursor)
{
    m_done << QStringLiteral("databases %1 %2 %3")
                  .arg(QString::fromStdString(id))
                  .arg(limit)
                  .arg(QString::fromStdString(cursor));
    Turso::Database shop;
    shop.name = "shop";
    shop.group = "default";
    shop.sizeBytes = 4096;
    Turso::Database branch;
    branch.name = "shop-now";
    branch.group = "default";
    branch.parent = Turso::ParentDatabase{"id-1", "shop"};
    return Base::readyNow<Turso::DatabasePage>(cursor.empty()
                                                   ? Turso::DatabasePage{{shop}, "after shop"}
                                                   : Turso::DatabasePage{{branch}, {}});
}

Base::Pending<Turso::AuditPage> FakeConnections::auditList(std::string id, int page)
{
    m_done << QStringLiteral("audit %1 %2").arg(QString::fromStdString(id)).arg(page);
    return Base::readyNow<Turso::AuditPage>(
        Turso::AuditPage{{{1'763'900'000'000, "db-create", "made shop", "ada", "cli"}}, page, 3});
}

Base::Result<CliAccountInfo> FakeConnections::cliAccount() const
{
    return CliAccountInfo{true, "ada", "acme", "https://api.turso.tech"};
}
