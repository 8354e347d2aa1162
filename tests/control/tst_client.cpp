// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/socketpath.h"
#include "control/client.h"
#include "control/fakedesk.h"
#include "control/server.h"
#include "support/testcase.h"

#include <QLocalServer>
#include <QTemporaryDir>

using namespace Control;
using Base::ErrorKind;
using Base::Json;
using Base::Result;

class tst_Client : public Support::TestCase
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path() const { return m_folder.filePath(QStringLiteral("s")); }

private Q_SLOTS:
    void callsReachTheAppAndComeBack()
    {
        qputenv("TURSO_COMPANION_RUNTIME_DIR", m_folder.path().toUtf8());
        FakeDesk desk;
        Server server(desk, Base::Secret());
        QVERIFY(server.listen(""));
        const auto client = Client::toSocket(Base::controlSocketPath(""));
        Json status;
        Base::Error error;
        ErrorKind unknown = ErrorKind::Internal;
        client->call("status", Json::object(),
                     [&](const Result<Json> &result) { status = *result; });
        client->call("grants.create", {{"agent", "a"}, {"permissions", "read-only"}},
                     [&](const Result<Json> &result) { error = result.error(); });
        client->call("undo", Json::object(),
                     [&](const Result<Json> &result) { unknown = result.error().kind; });
        QVERIFY(status.is_null());
        QTRY_COMPARE(unknown, ErrorKind::Unsupported);
        QVERIFY(status["pid"] == Json(4711));
        QCOMPARE(error.kind, ErrorKind::NotGranted);
        QVERIFY(error.hint.find("--operator-key-file") != std::string::npos);
        int heard = 0;
        connect(client.get(), &Client::notified, this, [&](const Notification &notification) {
            heard += notification.method == "status.changed";
        });
        client->call("subscribe", {{"topics", {"status"}}}, nullptr);
        QTRY_COMPARE(heard, 1);
    }

    void anAppThatIsNotThereIsToldOnce()
    {
        const auto client = Client::toSocket("/nowhere/s");
        int closed = 0;
        QList<ErrorKind> answers;
        connect(client.get(), &Client::closed, this, [&] { ++closed; });
        const auto note = [&](const Result<Json> &result) {
            answers += result.error().kind;
        };
        client->call("status", Json::object(), note);
        QCOMPARE(answers.size(), 0);
        QTRY_COMPARE(closed, 1);
        QCOMPARE(answers, QList<ErrorKind>({ErrorKind::Cancelled}));
        client->call("status", Json::object(), note);
        QCOMPARE(answers.size(), 1);
        QTRY_COMPARE(answers.size(), 2);
        QCOMPARE(closed, 1);
        QVERIFY(!client->isOpen());
    }

    void openCallsEndWithTheConnection()
    {
        QLocalServer server;
        QVERIFY(server.listen(path()));
        const auto client = Client::toSocket(path().toStdString());
        QString order;
        connect(client.get(), &Client::closed, this, [&] { order += QLatin1Char('c'); });
        for (int i = 0; i < 3; ++i)
            client->call("status", Json::object(),
                         [&order, i](const Result<Json> &) { order += QString::number(i); });
        QTRY_VERIFY(server.hasPendingConnections());
        server.nextPendingConnection()->abort();
        QTRY_COMPARE(order, QStringLiteral("012c"));
    }

    void aContextThatIsGoneHearsNothing()
    {
        const auto client = Client::toSocket("/nowhere/s");
        auto context = std::make_unique<QObject>();
        int heard = 0;
        client->call(
            "status", Json::object(), [&](const Result<Json> &) { ++heard; }, context.get());
        client->call(
            "status", Json::object(), [&](const Result<Json> &) { heard += 10; }, this);
        context.reset();
        QTRY_COMPARE(heard, 10);
    }

    void aCallbackMayEndTheClient()
    {
        QLocalServer server;
        QVERIFY(server.listen(path()));
        auto client = Client::toSocket(path().toStdString());
        int answers = 0;
        for (int i = 0; i < 2; ++i)
            client->call("status", Json::object(), [&](const Result<Json> &) {
                ++answers;
                client.reset();
            });
        QTRY_VERIFY(server.hasPendingConnections());
        QLocalSocket *peer = server.nextPendingConnection();
        peer->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\n{\"jsonrpc\":\"2.0\",\"id\":2,"
                    "\"result\":2}\n");
        QTRY_VERIFY(!client);
        QTRY_COMPARE(peer->state(), QLocalSocket::UnconnectedState);
        QCOMPARE(answers, 1);
    }

    void nonsenseEndsTheConnection()
    {
        QLocalServer server;
        QVERIFY(server.listen(path()));
        const auto client = Client::toSocket(path().toStdString());
        bool closed = false;
        connect(client.get(), &Client::closed, this, [&] { closed = true; });
        QTRY_VERIFY(server.hasPendingConnections());
        server.nextPendingConnection()->write("nonsense\n");
        QTRY_VERIFY(closed);
    }
};

QTEST_GUILESS_MAIN(tst_Client)
#include "tst_client.moc"
