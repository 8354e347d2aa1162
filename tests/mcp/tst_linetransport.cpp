// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/linelistener.h"
#include "support/testcase.h"
#include "support/wirerecord.h"

#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QTemporaryDir>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace TestMcp;
using namespace std::chrono_literals;
using Base::Json;

namespace
{

/// A bridge as the listener sees it.
class LineClient
{
public:
    explicit LineClient(const std::string &path)
    {
        socket.connectToServer(QString::fromStdString(path));
    }
    void send(const QByteArray &line)
    {
        m_record.sent(line.toStdString());
        socket.write(line + '\n');
        socket.flush();
    }
    /// The next line as JSON, or null.
    Json next(int timeout = 5000)
    {
        QByteArray line;
        (void)QTest::qWaitFor(
            [&] {
                if (!socket.canReadLine())
                    return false;
                line = socket.readLine();
                return true;
            },
            timeout);
        m_record.received(line.toStdString());
        return Base::parseJson(line.toStdString()).value_or(Json());
    }
    Json ask(const QByteArray &line)
    {
        send(line);
        return next();
    }

    QLocalSocket socket;

private:
    Support::WireRecord m_record;
};

} // namespace

class tst_LineTransport : public Support::TestCase
{
    Q_OBJECT

protected:
    void setUp() override
    {
        folder = std::make_unique<QTemporaryDir>();
        path = folder->filePath(QStringLiteral("s")).toStdString();
        gate = std::make_unique<FakeGate>();
        start();
    }
    void tearDown() override
    {
        listener.reset();
        server.reset();
    }

private:
    void start(Mcp::LineOptions options = {})
    {
        listener.reset();
        server = std::make_unique<Mcp::Server>(*gate, serverInfo(), "0123456789abcdef");
        listener = std::make_unique<Mcp::LineListener>(*server, authenticator, options);
        const auto result = listener->listen(path);
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    }

    std::unique_ptr<QTemporaryDir> folder;
    std::string path;
    std::unique_ptr<FakeGate> gate;
    FakeAuthenticator authenticator;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::LineListener> listener;

private Q_SLOTS:
    void theHelloNamesTheAgentAndTheKernelTheProgram()
    {
        LineClient client(path);
        client.send(R"({"turso_companion_bridge":1,"agent":"claude-desktop"})");
        QCOMPARE(client.ask(initializeBody("2025-06-18"))["result"]["protocolVersion"],
                 Json("2025-06-18"));
        QCOMPARE(authenticator.lastPeer.announced, std::string("claude-desktop"));
        QCOMPARE(authenticator.lastPeer.pid, static_cast<long long>(getpid()));
        QCOMPARE(authenticator.lastPeer.uid, static_cast<long long>(getuid()));
        QCOMPARE(QString::fromStdString(authenticator.lastPeer.executable),
                 QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath());
        QVERIFY(!authenticator.lastPeer.parentExecutable.empty());
        QVERIFY(!authenticator.lastPeer.parentCommand.empty());
        QVERIFY(authenticator.lastPeer.parentCommand.size() <= 1024);
        const std::vector<Mcp::ConnectedAgent> agents
            = {{"peer-claude-desktop", "claude-desktop", "stdio"}};
        QCOMPARE(listener->agents(), agents);
    }

    void aFirstLineThatIsMcpIsServedWithoutAName()
    {
        LineClient client(path);
        QCOMPARE(client.ask(legacyBody("1", "ping"))["result"], Json(Json::object()));
        QCOMPARE(authenticator.lastPeer.announced, std::string());
    }

    void linesAreReadLeniently()
    {
        LineClient client(path);
        client.send("\xEF\xBB\xBF" + legacyBody("1", "ping") + "\r");
        QCOMPARE(client.next()["id"], Json(1));
        client.send("");
        client.send("\r");
        client.send("   ");
        QCOMPARE(client.ask(legacyBody("2", "ping"))["id"], Json(2));
        client.send("{nonsense");
        const Json error = client.next();
        QCOMPARE(error["error"]["code"], Json(-32700));
        QVERIFY(!error.contains("id"));
        QCOMPARE(client.ask(legacyBody("null", "ping"))["error"]["code"], Json(-32600));
        QCOMPARE(client.ask(legacyBody("3", "foo/bar"))["error"]["code"], Json(-32601));
    }

    void manyLinesInOneWriteAndOneLineInManyWrites()
    {
        LineClient client(path);
        QByteArray burst;
        for (int i = 0; i < 100; ++i)
            burst += legacyBody(QByteArray::number(i), "ping") + '\n';
        client.socket.write(burst);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(client.next()["id"], Json(i));
        const QByteArray slow = legacyBody("\"slow\"", "ping") + '\n';
        for (const char c : slow) {
            client.socket.write(&c, 1);
            client.socket.flush();
            QCoreApplication::processEvents();
        }
        QCOMPARE(client.next()["id"], Json("slow"));
    }

    void eachRevisionIsNegotiated_data()
    {
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<QByteArray>("given");
        for (const char *version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
            QTest::newRow(version) << QByteArray(version) << QByteArray(version);
        QTest::newRow("modern") << QByteArray("2026-07-28") << QByteArray("2025-11-25");
        QTest::newRow("unknown") << QByteArray("x") << QByteArray("2025-11-25");
    }
    void eachRevisionIsNegotiated()
    {
        QFETCH(QByteArray, asked);
        QFETCH(QByteArray, given);
        LineClient client(path);
        QCOMPARE(client.ask(initializeBody(asked))["result"]["protocolVersion"],
                 Json(given.toStdString()));
        const Json tool = client.ask(legacyBody("1", "tools/list"))["result"]["tools"][0];
        QCOMPARE(tool.contains("annotations"), given != "2024-11-05");
        QCOMPARE(tool.contains("title"), given >= "2025-06-18");
        const QByteArray batch
            = '[' + legacyBody("1", "ping") + ',' + legacyBody("2", "ping") + ']';
        const Json answer = client.ask(batch);
        if (given <= "2025-03-26")
            QCOMPARE(answer.size(), std::size_t(2));
        else
            QCOMPARE(answer["error"]["code"], Json(-32600));
    }

    void bothErasShareOnePipe()
    {
        LineClient client(path);
        QCOMPARE(client.ask(legacyBody("1", "server/discover"))["error"]["code"], Json(-32602));
        const Json discover = client.ask(modernBody("2", "server/discover"))["result"];
        QCOMPARE(discover["resultType"], Json("complete"));
        client.ask(initializeBody("2025-11-25"));
        QVERIFY(!client.ask(legacyBody("3", "tools/list"))["result"].contains("resultType"));
        QVERIFY(client.ask(modernBody("4", "tools/list"))["result"].contains("ttlMs"));
        QCOMPARE(client.ask(modernBody("5", "ping"))["error"]["code"], Json(-32601));
        const Json old
            = client.ask(modernBody("6", "tools/list").replace("2026-07-28", "2025-11-25"));
        QCOMPARE(old["error"]["code"], Json(-32022));
        const Json call
            = client.ask(modernBody("7", "tools/call", R"("name":"echo")",
                                    R"("io.modelcontextprotocol/clientInfo":{"name":"n"})"));
        QCOMPARE(call["result"]["structuredContent"], Json(Json::object()));
        QVERIFY(gate->lastCall.modern);
        QCOMPARE(gate->lastCall.clientName, std::string("n"));
    }

    void callsAreAnsweredAsTheyFinish()
    {
        LineClient client(path);
        client.send(legacyBody("1", "tools/call", R"({"name":"held"})"));
        QCOMPARE(client.ask(legacyBody("2", "tools/call", R"({"name":"echo"})"))["id"], Json(2));
        gate->finishOldest();
        QCOMPARE(client.next()["id"], Json(1));
        QCOMPARE(server->callsInFlight(), std::size_t(0));
    }

    void progressGoesAheadOfTheAnswer()
    {
        LineClient client(path);
        client.send(
            legacyBody("1", "tools/call", R"({"name":"held","_meta":{"progressToken":"t"}})"));
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        auto &held = gate->held.begin()->second;
        QVERIFY(held.call.reportsProgress);
        held.report(Mcp::Progress{1, 10.0, "waiting"});
        held.report(Mcp::Progress{1, 10.0, "the same again"});
        held.report(Mcp::Progress{0.5, 10.0, "backwards"});
        held.report(Mcp::Progress{2, {}, {}});
        gate->finishOldest();
        const Json first = client.next();
        QCOMPARE(first["method"], Json("notifications/progress"));
        QCOMPARE(
            first["params"],
            Json({{"progressToken", "t"}, {"progress", 1}, {"total", 10}, {"message", "waiting"}}));
        QCOMPARE(client.next()["params"], Json({{"progressToken", "t"}, {"progress", 2}}));
        QCOMPARE(client.next()["id"], Json(1));
    }

    void aCancelledCallHasNoAnswer_data()
    {
        QTest::addColumn<bool>("modern");
        QTest::newRow("legacy") << false;
        QTest::newRow("modern") << true;
    }
    void aCancelledCallHasNoAnswer()
    {
        QFETCH(bool, modern);
        LineClient client(path);
        LineClient other(path);
        const auto call = [&](const QByteArray &id) {
            return modern ? modernBody(id, "tools/call", R"("name":"held")")
                          : legacyBody(id, "tools/call", R"({"name":"held"})");
        };
        client.send(call("7"));
        client.send(call("\"7\""));
        QTRY_COMPARE(gate->held.size(), std::size_t(2));
        const QByteArray cancel
            = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})";
        other.send(cancel); // ids are each connection's own
        QCOMPARE(other.ask(legacyBody("1", "ping"))["id"], Json(1));
        QCOMPARE(gate->held.size(), std::size_t(2));
        client.send(cancel);
        QTRY_COMPARE(gate->cancelled.size(), std::size_t(1));
        gate->finishOldest();
        QCOMPARE(client.next()["id"], Json("7"));
        QCOMPARE(client.ask(legacyBody("8", "ping"))["id"], Json(8));
        QCOMPARE(server->callsInFlight(), std::size_t(0));
    }

    void aClosedConnectionCancelsItsCalls()
    {
        LineClient client(path);
        client.send(legacyBody("1", "tools/call", R"({"name":"held"})"));
        client.send(modernBody("2", "tools/call", R"("name":"held")"));
        QTRY_COMPARE(gate->held.size(), std::size_t(2));
        client.socket.abort();
        QTRY_COMPARE(gate->cancelled.size(), std::size_t(2));
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QCOMPARE(server->callsInFlight(), std::size_t(0));
        QVERIFY(listener->agents().empty());
        QVERIFY(!listener->hasTimer());
    }

    void changedToolsAreAnnouncedToThoseWhoListen()
    {
        LineClient legacy(path);
        LineClient modern(path);
        LineClient silent(path);
        legacy.ask(initializeBody("2025-11-25"));
        legacy.ask(initializeBody("2025-11-25")); // again: still one announcement
        silent.ask(modernBody("1", "tools/list"));
        const Json ack = modern.ask(
            modernBody("\"L\"", "subscriptions/listen",
                       R"("notifications":{"toolsListChanged":true,"promptsListChanged":true})"));
        QCOMPARE(ack["method"], Json("notifications/subscriptions/acknowledged"));
        QCOMPARE(ack["params"]["notifications"], Json({{"toolsListChanged", true}}));
        QCOMPARE(ack["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], Json("L"));
        server->toolsChanged();
        QCOMPARE(legacy.next()["method"], Json("notifications/tools/list_changed"));
        const Json tagged = modern.next();
        QCOMPARE(tagged["method"], Json("notifications/tools/list_changed"));
        QCOMPARE(tagged["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], Json("L"));
        QCOMPARE(legacy.ask(legacyBody("5", "ping"))["id"], Json(5));
        QCOMPARE(silent.ask(modernBody("5", "tools/list"))["id"], Json(5));
        modern.send(
            R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"L"}})");
        QTRY_COMPARE(server->subscriptionCount(), std::size_t(1));
        server->toolsChanged("peer-somebody-else");
        QCOMPARE(legacy.ask(legacyBody("6", "ping"))["id"], Json(6));
    }

    void batchesAnswerWhenAllIsAnswered()
    {
        LineClient client(path);
        client.ask(initializeBody("2025-03-26"));
        client.send('[' + legacyBody("1", "tools/call", R"({"name":"held"})") + ','
                    + legacyBody("2", "ping")
                    + R"(,{"jsonrpc":"2.0","method":"notifications/x"},7])");
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        gate->finishOldest();
        const Json answer = client.next();
        QCOMPARE(answer.size(), std::size_t(3));
        QCOMPARE(answer[0]["id"], Json(2));
        QCOMPARE(answer[1]["error"]["code"], Json(-32600));
        QCOMPARE(answer[2]["id"], Json(1));
    }

    void tooLongALineEndsTheConnection()
    {
        start({.lineBytes = 10'000});
        LineClient fits(path);
        QByteArray line = legacyBody("1", "ping");
        fits.send(line + QByteArray(9'000, ' '));
        QCOMPARE(fits.next()["id"], Json(1));
        for (const bool terminated : {true, false}) {
            LineClient client(path);
            client.socket.write(QByteArray(20'000, 'x') + (terminated ? "\n" : ""));
            QCOMPARE(client.next()["error"]["code"], Json(-32600));
            QTRY_COMPARE(client.socket.state(), QLocalSocket::UnconnectedState);
        }
        QCOMPARE(fits.ask(legacyBody("2", "ping"))["id"], Json(2));
    }

    void aSlowReaderIsBounded()
    {
        Mcp::LineOptions options;
        options.limits.unsentBytes = 2 * 1024 * 1024;
        start(options);
        LineClient client(path);
        client.socket.setReadBufferSize(1024); // takes this much and no more
        for (int i = 0; i < 8; ++i)
            client.send(legacyBody(QByteArray::number(i), "tools/call",
                                   R"({"name":"big","arguments":{"bytes":1000000}})"));
        client.send(legacyBody("9", "tools/call", R"({"name":"held"})"));
        // Reading pauses once a megabyte waits, so the later calls are not even begun.
        QTRY_VERIFY(gate->begun > 0);
        QTest::qWait(50);
        QVERIFY(gate->begun < 8);
        client.socket.setReadBufferSize(0);
        QTRY_COMPARE(gate->begun, 9);
    }

    void aReaderThatHasStoppedIsDropped()
    {
        Mcp::LineOptions options;
        options.limits.stalled = 50ms;
        start(options);
        LineClient client(path);
        client.socket.setReadBufferSize(1024);
        client.send(
            legacyBody("1", "tools/call", R"({"name":"big","arguments":{"bytes":9000000}})"));
        QTRY_COMPARE(listener->connectionCount(), std::size_t(1));
        QTRY_VERIFY(gate->begun == 1);
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
    }

    void connectionsAreCapped()
    {
        Mcp::LineOptions options;
        options.limits.connections = 2;
        start(options);
        LineClient first(path);
        LineClient second(path);
        QCOMPARE(first.ask(legacyBody("1", "ping"))["id"], Json(1));
        QCOMPARE(second.ask(legacyBody("1", "ping"))["id"], Json(1));
        LineClient third(path);
        QTRY_COMPARE(third.socket.state(), QLocalSocket::UnconnectedState);
        first.socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(1));
        LineClient fourth(path);
        QCOMPARE(fourth.ask(legacyBody("1", "ping"))["id"], Json(1));
    }

    void theSocketIsPrivateAndOneThatDiedIsReplaced()
    {
        const QString name = QString::fromStdString(path);
        QCOMPARE(QFile::permissions(name)
                     & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther
                        | QFile::ExeOwner),
                 QFile::Permissions{});
        Mcp::LineListener rival(*server, authenticator);
        const auto refused = rival.listen(path);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Base::ErrorKind::AlreadyExists);
        LineClient client(path);
        QCOMPARE(client.ask(legacyBody("1", "ping"))["id"], Json(1));

        listener.reset();
        QVERIFY(!QFile::exists(name));
        // What a crash leaves: a socket file without a listener.
        const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const void *raw = &address;
        QCOMPARE(::bind(dead, static_cast<const sockaddr *>(raw), sizeof address), 0);
        ::close(dead);
        QVERIFY(QFile::exists(name));
        start();
        LineClient again(path);
        QCOMPARE(again.ask(legacyBody("1", "ping"))["id"], Json(1));
    }

    void runningOutOfDescriptorsIsNotTheEnd()
    {
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
        LineClient first(path);
        QCOMPARE(first.ask(legacyBody("1", "ping"))["id"], Json(1));
        LineClient waiting(path); // connected, not yet accepted
        const int lowest = dup(0); // every descriptor below this one is in use
        ::close(lowest);
        const rlimit none{rlim_t(lowest), before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &none), 0);
        waiting.send(legacyBody("2", "ping"));
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
        QCOMPARE(listener->connectionCount(), std::size_t(1));
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
        QCOMPARE(waiting.next()["id"], Json(2));
    }

    void aSocketThatAnotherInstanceMadeIsLeftAlone()
    {
        QVERIFY(QFile::remove(QString::fromStdString(path)));
        Mcp::LineListener successor(*server, authenticator);
        QVERIFY(successor.listen(path));
        listener->close();
        LineClient client(path);
        QCOMPARE(client.ask(legacyBody("1", "ping"))["id"], Json(1));
    }

    void aFileThatIsNoSocketIsNeverRemoved()
    {
        listener.reset();
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("precious");
        file.close();
        Mcp::LineListener other(*server, authenticator);
        QVERIFY(!other.listen(path));
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("precious"));
    }
};

QTEST_GUILESS_MAIN(tst_LineTransport)
#include "tst_linetransport.moc"
