// SPDX-License-Identifier: GPL-3.0-or-later
// Ten thousand clients that do everything wrong, after which nothing may be left of them.
#include "fakes.h"
#include "httpclient.h"
#include "procself.h"

#include "mcp/transport/httplistener.h"
#include "mcp/transport/linelistener.h"
#include "support/testcase.h"

#include <QTemporaryDir>

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>

using namespace TestMcp;
using namespace std::chrono_literals;

namespace
{

constexpr int kClients = 10'000;

/// A socket with nothing around it, that never waits.
class Peer
{
public:
    explicit Peer(quint16 port)
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        dial(&address, sizeof address);
    }
    explicit Peer(const std::string &path)
        : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        dial(&address, sizeof address);
    }
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;
    ~Peer() { ::close(m_socket); }

    bool connected() const { return m_connected; }
    void send(const QByteArray &bytes) const
    {
        (void)::send(m_socket, bytes.constData(), std::size_t(bytes.size()), MSG_NOSIGNAL);
    }
    void readSome() const
    {
        std::array<char, 4096> buffer{};
        (void)::recv(m_socket, buffer.data(), buffer.size(), 0);
    }
    void saysNoMore() const { ::shutdown(m_socket, SHUT_WR); }
    /// Its end will be a reset.
    void willReset() const
    {
        const linger now{1, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

private:
    void dial(const void *address, socklen_t size)
    {
        m_connected = ::connect(m_socket, static_cast<const sockaddr *>(address), size) == 0
            || errno == EINPROGRESS;
    }

    int m_socket;
    bool m_connected = false;
};

} // namespace

class tst_Abuse : public Support::TestCase
{
    Q_OBJECT

protected:
    void setUp() override
    {
        folder = std::make_unique<QTemporaryDir>();
        path = folder->filePath(QStringLiteral("s")).toStdString();
        gate = std::make_unique<FakeGate>();
        server = std::make_unique<Mcp::Server>(
            *gate, serverInfo(), "0123456789abcdef",
            Mcp::ReplayLimits{.kept = std::chrono::milliseconds(200)});
        Mcp::HttpOptions options;
        options.limits.halfSent = 500ms;
        options.limits.drain = 100ms;
        options.parser.bodyBytes = 200'000;
        http = std::make_unique<Mcp::HttpListener>(*server, &authenticator, options);
        QVERIFY(http->listen());
        Mcp::LineOptions lineOptions;
        lineOptions.lineBytes = 100'000;
        lines = std::make_unique<Mcp::LineListener>(*server, authenticator, lineOptions);
        QVERIFY(lines->listen(path));
        HttpClient opener(http->port());
        session = openSession(opener);
        QVERIFY(!session.isEmpty());
    }
    void tearDown() override
    {
        http.reset();
        lines.reset();
        server.reset();
    }

private:
    int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random); }

    QByteArray garbage()
    {
        QByteArray bytes(1 + below(3000), Qt::Uninitialized);
        for (char &byte : bytes)
            byte = char(below(256));
        return bytes;
    }
    // What a client may send, in one piece; for HTTP the body only.
    QByteArray message(bool overHttp)
    {
        switch (below(9)) {
        case 0:
            return modernBody("1", "tools/call", R"("name":"held")", R"("progressToken":1)");
        case 1:
            return modernBody("2", "tools/call", R"("name":"echo")");
        case 2:
            return modernBody("3", "tools/call", R"("name":"big","arguments":{"bytes":400000})");
        case 3:
            return modernBody("4", "subscriptions/listen",
                              R"("notifications":{"toolsListChanged":true})");
        case 4:
            return legacyBody("5", "tools/call", R"({"name":"held"})");
        case 5:
            return initializeBody(overHttp ? "2025-11-25" : "2025-03-26");
        case 6:
            return '[' + legacyBody("6", "ping") + ','
                + legacyBody("7", "tools/call", R"({"name":"held"})") + ']';
        case 7:
            return QByteArray(below(300'000), 'x');
        default:
            return garbage();
        }
    }
    QByteArray httpRequest(const HttpClient &form)
    {
        const int kind = below(10);
        if (kind == 0)
            return garbage();
        if (kind == 1)
            return form.format("GET", "", {{"Mcp-Session-Id", session}});
        if (kind == 2)
            return form.format("OPTIONS", "", {{"Authorization", QByteArray()}});
        const QByteArray body = message(true);
        Headers headers;
        if (body.contains("2026-07-28"))
            headers = body.contains("listen") ? modernHeaders("subscriptions/listen")
                                              : modernHeaders("tools/call",
                                                              body.contains("held")       ? "held"
                                                                  : body.contains("echo") ? "echo"
                                                                                          : "big");
        else
            headers = {{"Mcp-Session-Id", session}};
        if (kind == 3)
            headers.push_back({"Expect", "100-continue"});
        if (kind == 4)
            headers.push_back({"Connection", "close"});
        if (kind == 5)
            headers.push_back({"Authorization", "Bearer mallory"});
        QByteArray request = form.format("POST", body, headers);
        if (kind == 6)
            request.replace("HTTP/1.1", "HTTP/1.0");
        return request;
    }
    QByteArray lineRequest()
    {
        if (below(3) == 0)
            return "{\"turso_companion_bridge\":1,\"agent\":\"a\"}\n" + message(false) + '\n';
        return message(false) + '\n';
    }
    void serveALittle(int i)
    {
        for (int turn = below(4); turn > 0; --turn)
            QCoreApplication::processEvents();
        if (i % 7 == 0 && !gate->held.empty()) {
            gate->held.begin()->second.report(Mcp::Progress{double(i), {}, {}});
            gate->finishOldest();
        }
        if (i % 11 == 0)
            server->toolsChanged();
    }

    std::mt19937 random;
    std::unique_ptr<QTemporaryDir> folder;
    std::string path;
    QByteArray session;
    FakeAuthenticator authenticator;
    std::unique_ptr<FakeGate> gate;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpListener> http;
    std::unique_ptr<Mcp::LineListener> lines;

private Q_SLOTS:
    void nothingIsLeftOfTenThousandBadClients()
    {
        bool given = false;
        const uint seed = qEnvironmentVariableIntValue("ABUSE_SEED", &given);
        const uint used = given ? seed : std::random_device{}();
        random.seed(used);
        qInfo("ABUSE_SEED=%u", used);

        HttpClient form(http->port()); // only writes requests
        QVERIFY(form.waitConnected());
        form.socket.abort();
        QTRY_COMPARE(http->connectionCount(), std::size_t(0));
        QVERIFY(!http->hasTimer());
        const auto descriptors = openDescriptors();
        const auto tasks = threads();
        std::vector<std::unique_ptr<Peer>> live;
        int connected = 0;
        for (int i = 0; i < kClients; ++i) {
            const bool onALine = below(3) == 0;
            auto peer
                = onALine ? std::make_unique<Peer>(path) : std::make_unique<Peer>(http->port());
            connected += peer->connected() ? 1 : 0;
            QByteArray bytes;
            for (int n = below(4); n > 0; --n) // none, one, or several in a row
                bytes += onALine ? lineRequest() : httpRequest(form);
            if (below(2) == 0)
                bytes.truncate(below(int(bytes.size()) + 1));
            peer->send(bytes);
            switch (below(5)) {
            case 0:
                peer->saysNoMore();
                break;
            case 1:
            case 2:
                peer->willReset();
                break;
            default:
                break;
            }
            if (below(4) != 0)
                live.push_back(std::move(peer)); // else it is gone before it was accepted
            serveALittle(i);
            while (live.size() > 40) {
                const auto at = std::size_t(below(int(live.size())));
                if (below(2) == 0)
                    live[at]->readSome();
                else
                    live.erase(live.begin() + qsizetype(at));
            }
        }
        live.clear();
        QVERIFY2(connected > kClients * 9 / 10, qPrintable(QString::number(connected)));
        QTRY_COMPARE(http->connectionCount(), std::size_t(0));
        QTRY_COMPARE(lines->connectionCount(), std::size_t(0));
        while (!gate->held.empty())
            gate->finishOldest(); // legacy calls outlive their clients
        QCOMPARE(server->callsInFlight(), std::size_t(0));
        QTRY_COMPARE(server->subscriptionCount(), std::size_t(0));
        QTRY_COMPARE(server->keptStreams(), std::size_t(0));
        QVERIFY(!http->hasTimer());
        QVERIFY(!lines->hasTimer());
        QVERIFY(http->agents().empty());
        QVERIFY(lines->agents().empty());
        QTRY_COMPARE(openDescriptors(), descriptors);
        QCOMPARE(threads(), tasks);

        HttpClient last(http->port());
        QCOMPARE(
            last.ask("POST", modernBody("1", "tools/list"), modernHeaders("tools/list")).status,
            200);
        qInfo("%d calls begun, %zu cancelled", gate->begun, gate->cancelled.size());
        QVERIFY(gate->begun > 100);
        QVERIFY(!gate->cancelled.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Abuse)
#include "tst_abuse.moc"
