// SPDX-License-Identifier: GPL-3.0-or-later
// One-row reads through SqlClient and through a plain client (one pipeline with its close on a kept
// connection), in turn on the same sqld: medians and their ratio. Not a test: figures depend on the
// machine.
#include "turso/sqlclientfixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTcpSocket>

#include <algorithm>
#include <cstdio>

using Turso::Privilege;

namespace
{

constexpr const char *kSql = "SELECT id, name FROM t WHERE id = 7";

/// One kept connection; the next request goes when the answer is there.
class Plain : public QObject
{
public:
    Plain(quint16 port, std::vector<double> &times, int &left)
        : m_times(times)
        , m_left(left)
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.waitForConnected();
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(&m_socket, &QTcpSocket::readyRead, this, &Plain::take);
    }
    void send()
    {
        if (m_left <= 0)
            return;
        --m_left;
        const QByteArray body = QByteArray(R"({"requests":[{"type":"execute","stmt":{"sql":")")
            + kSql + R"("}},{"type":"close"}]})";
        m_timer.start();
        m_socket.write("POST /v2/pipeline HTTP/1.1\r\nHost: x\r\nContent-Type: "
                       "application/json\r\nContent-Length: "
                       + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        m_socket.flush();
    }

private:
    void take()
    {
        m_bytes += m_socket.readAll();
        const auto head = m_bytes.indexOf("\r\n\r\n");
        const auto at = m_bytes.toLower().indexOf("content-length: ");
        if (head < 0 || at < 0)
            return;
        const auto length = m_bytes.mid(at + 16, m_bytes.indexOf('\r', at) - at - 16).toLongLong();
        if (m_bytes.size() < head + 4 + length)
            return;
        m_bytes.clear();
        m_times.push_back(static_cast<double>(m_timer.nsecsElapsed()) / 1e6);
        send();
    }

    QTcpSocket m_socket;
    QByteArray m_bytes;
    QElapsedTimer m_timer;
    std::vector<double> &m_times;
    int &m_left;
};

struct Figures {
    double median = 0;
    double perSecond = 0;
};

Figures figures(std::vector<double> &times, const QElapsedTimer &timer)
{
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], static_cast<double>(times.size()) / seconds};
}

Figures plain(quint16 port, int atOnce, int count)
{
    std::vector<double> times;
    int left = count;
    std::vector<std::unique_ptr<Plain>> all;
    for (int i = 0; i < atOnce; ++i)
        all.push_back(std::make_unique<Plain>(port, times, left));
    QElapsedTimer timer;
    timer.start();
    for (const auto &one : all)
        one->send();
    while (times.size() < static_cast<std::size_t>(count))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return figures(times, timer);
}

Figures ours(Turso::SqlClient &client, const std::shared_ptr<FixedAccess> &access, int atOnce,
             int count)
{
    std::vector<double> times;
    int left = count;
    QObject owner;
    std::function<void()> send = [&] {
        if (left <= 0)
            return;
        --left;
        QElapsedTimer one;
        one.start();
        const std::shared_ptr<Turso::Session> session
            = client.openSession(access, "db", Privilege::Read);
        Base::whenDone(session->execute(scriptOf(kSql), {}), &owner,
                       [&, one, session](const Base::Result<Turso::Outcome> &result) {
                           if (!result)
                               std::fprintf(stderr, "%s\n", result.error().message.c_str());
                           times.push_back(static_cast<double>(one.nsecsElapsed()) / 1e6);
                           send();
                       });
    };
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < atOnce; ++i)
        send();
    while (times.size() < static_cast<std::size_t>(count))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return figures(times, timer);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    SqldProcess sqld;
    SqldProcess::Options options;
    options.namespaces = options.admin = false;
    if (const QString why = sqld.start(options); !why.isEmpty())
        return std::fprintf(stderr, "%s\n", qPrintable(why)), 1;
    Turso::SqlClient client;
    const auto access = std::make_shared<FixedAccess>(sqld.url());
    for (const auto &[privilege, sql] :
         {std::pair(Privilege::Schema, "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)"),
          std::pair(Privilege::Write, "INSERT INTO t VALUES(7, 'seven')")}) {
        const auto session = client.openSession(access, "db", privilege);
        if (const auto made = waitFor(session->execute(scriptOf(sql), {})); !made)
            return std::fprintf(stderr, "%s\n", made.error().message.c_str()), 1;
    }
    const auto port = static_cast<quint16>(std::stoi(sqld.url().substr(sqld.url().rfind(':') + 1)));
    for (const int atOnce : {1, 8, 32}) {
        std::vector<double> latency;
        std::vector<double> rate;
        for (int round = 0; round < 5; ++round) {
            const int count = 400 * (atOnce > 1 ? 4 : 1);
            const Figures theirs = plain(port, atOnce, count);
            const Figures own = ours(client, access, atOnce, count);
            latency.push_back(own.median / theirs.median);
            rate.push_back(own.perSecond / theirs.perSecond);
            std::printf("%2d at once: plain %.3f ms %.0f/s, ours %.3f ms %.0f/s\n", atOnce,
                        theirs.median, theirs.perSecond, own.median, own.perSecond);
        }
        std::sort(latency.begin(), latency.end());
        std::sort(rate.begin(), rate.end());
        std::printf("%2d at once: p50 ratio %.2f, calls/s ratio %.2f (medians of 5 rounds)\n",
                    atOnce, latency[2], rate[2]);
    }
    return 0;
}
