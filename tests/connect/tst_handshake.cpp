// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine.h"

#include "support/testcase.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>

using namespace Connect;

namespace
{

// Plays a server over stdin and stdout.
Command shell(const char *script)
{
    return {"/bin/sh", {"-c", script}, {}, {}};
}

Base::Result<Handshake> outcome(const Base::Pending<Handshake> &pending)
{
    if (!QTest::qWaitFor([&] { return pending.isFinished(); }, 20000))
        return Base::fail(Base::ErrorKind::Internal, "It never ended.");
    return Base::resultOf(pending);
}

constexpr const char *kGood
    = "read line; case $line in *initialize*) ;; *) exit 3;; esac\n"
      "echo '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}'\n"
      "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"serverInfo\":{\"name\":\"played\","
      "\"version\":\"'$VERSION'\"}}}'\n"
      "read line; read line\n"
      "echo '{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}"
      "]}}'\n"
      "cat >/dev/null; touch \"$PWD/left\"\n";

} // namespace

class TestHandshake : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aServerIsAskedForItsTools()
    {
        const QTemporaryDir folder;
        Command command = shell(kGood);
        command.environment = {{"VERSION", "1.2"}};
        command.folder = folder.path().toStdString();
        const auto found = outcome(shakeHands(command, 10000));
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QCOMPARE(found->server, std::string("played"));
        QCOMPARE(found->version, std::string("1.2"));
        QCOMPARE(found->tools, (std::vector<std::string>{"a", "b"}));
        QVERIFY(found->sentence.starts_with("played 1.2 answered in "));
        // It was told that we have gone, and could leave in peace.
        QVERIFY(QTest::qWaitFor(
            [&] { return QFile::exists(folder.filePath(QStringLiteral("left"))); }, 10000));
    }

    void failuresAreSentences_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("sentence");
        const auto row = [](const char *script, const char *sentence) {
            QTest::newRow(sentence) << QByteArray(script) << QByteArray(sentence);
        };
        row("echo 'no such profile' >&2; exit 1",
            "/bin/sh ended before it answered: no such profile");
        row("exit 0", "/bin/sh ended before it answered.");
        row("echo hello; cat", "/bin/sh said something that is not MCP.");
        row("read line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":"
            "\"not today\"}}'; cat",
            "/bin/sh refused: not today");
        row("read line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}'; read a; read b; echo "
            "'{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}'; cat",
            "/bin/sh did not list its tools.");
        row("head -c 9000000 /dev/zero; cat", "/bin/sh said too much.");
    }
    void failuresAreSentences()
    {
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, sentence);
        const auto found = outcome(shakeHands(shell(script.constData()), 15000));
        QVERIFY(!found);
        QCOMPARE(QByteArray::fromStdString(found.error().message), sentence);
    }

    void silenceHasAnEnd()
    {
        const auto found = outcome(shakeHands(shell("exec sleep 60"), 300));
        QCOMPARE(found.error().message, std::string("It did not answer within 1 seconds."));
    }

    void whatCannotBeStartedIsSaid()
    {
        const auto found = outcome(shakeHands(Command{"/no/such/bridge", {}, {}, {}}, 10000));
        QVERIFY(!found);
        QVERIFY(found.error().message.starts_with("/no/such/bridge cannot be started"));
    }

    void urlsAreDialled_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        QTest::addColumn<QByteArray>("sentence");
        const QByteArray asks = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer "
                                "resource_metadata=\"http://127.0.0.1:PORT/meta\"\r\n"
                                "Content-Length: 0\r\n\r\n";
        const auto ok = [](const QByteArray &body) {
            return "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size())
                + "\r\n\r\n" + body;
        };
        QTest::newRow("ours") << asks
                              << ok("{\"authorization_servers\":[],\"resource_name\":\"T\"}")
                              << QByteArray("T answered in ");
        QTest::newRow("no metadata")
            << asks << ok("x") << QByteArray("URL does not say how to sign in.");
        QTest::newRow("a web server")
            << ok("hello") << QByteArray()
            << QByteArray("URL is not Turso Companion's: it answered with status 200.");
        QTest::newRow("sends us elsewhere")
            << QByteArray(asks).replace("127.0.0.1:PORT", "127.0.0.2:1") << QByteArray()
            << QByteArray("URL does not say how to sign in.");
    }
    void urlsAreDialled()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        QFETCH(QByteArray, sentence);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QByteArray port = QByteArray::number(server.serverPort());
        int requests = 0;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&, socket] {
                const QByteArray request = socket->readAll();
                if (request.startsWith("POST") || request.startsWith("GET"))
                    socket->write(
                        QByteArray(requests++ == 0 ? first : second).replace("PORT", port));
            });
        });
        const std::string url = "http://127.0.0.1:" + port.toStdString() + "/mcp";
        const auto found = outcome(shakeHands(url, 10000));
        const std::string said = found ? found->sentence : found.error().message;
        sentence.replace("URL", QByteArray::fromStdString(url));
        QVERIFY2(QByteArray::fromStdString(said).startsWith(sentence), said.c_str());
        QCOMPARE(found.has_value(), qstrcmp(QTest::currentDataTag(), "ours") == 0);
    }

    void nobodyAtAUrlIsSaid()
    {
        const auto found = outcome(shakeHands("http://127.0.0.1:1/mcp", 10000));
        QCOMPARE(found.error().message, std::string("Nothing answers at http://127.0.0.1:1/mcp."));
    }

    void verifyingAsksWhatStandsInTheFile()
    {
        const Machine machine;
        machine.give("cursor",
                     R"({"mcpServers": {"turso-companion": {"command": "/no/such/bridge"}}})");
        const auto found = outcome(machine.connector().verify("cursor", 5000));
        QVERIFY(!found && found.error().message.starts_with("/no/such/bridge cannot be started"));
        const auto none = outcome(machine.connector().verify("codex", 5000));
        QCOMPARE(none.error().kind, Base::ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestHandshake)
#include "tst_handshake.moc"
