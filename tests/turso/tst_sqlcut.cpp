// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclientfixture.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTimer>

#include <map>

using Turso::Privilege;

namespace
{

/// Stands between client and server, and cuts both off at one moment.
class CuttingProxy : public QTcpServer
{
public:
    enum class Cut { InRequest, InAnswer, AfterRequest, Never };

    explicit CuttingProxy(quint16 target)
        : m_target(target)
    {
        connect(this, &QTcpServer::newConnection, this, [this] { take(nextPendingConnection()); });
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    void next(Cut cut, qint64 bytes, int microseconds)
    {
        m_cut = cut;
        m_bytes = bytes;
        m_microseconds = microseconds;
    }
    void setListening(bool on)
    {
        if (!on)
            return close();
        QVERIFY(listen(QHostAddress::LocalHost, m_port));
    }

private:
    void take(QTcpSocket *client)
    {
        auto *server = new QTcpSocket(client);
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
        connect(client, &QTcpSocket::readyRead, server,
                [this, client, server] { pass(client, server, Cut::InRequest); });
        connect(server, &QTcpSocket::connected, server,
                [this, client, server] { pass(client, server, Cut::InRequest); });
        connect(server, &QTcpSocket::readyRead, client,
                [this, client, server] { pass(server, client, Cut::InAnswer); });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        connect(server, &QTcpSocket::disconnected, client, [client] { client->abort(); });
    }
    void cutOff(QTcpSocket *one, QTcpSocket *other)
    {
        one->abort();
        other->abort();
    }
    void pass(QTcpSocket *from, QTcpSocket *to, Cut direction)
    {
        if (to->state() != QAbstractSocket::ConnectedState)
            return;
        QByteArray bytes = from->readAll();
        const bool cuts = m_cut == direction && bytes.size() > m_bytes;
        if (cuts)
            bytes.truncate(m_bytes);
        to->write(bytes);
        to->flush();
        if (m_cut == direction)
            m_bytes -= bytes.size();
        if (cuts)
            return cutOff(from, to);
        if (m_cut == Cut::AfterRequest && direction == Cut::InRequest && !bytes.isEmpty()) {
            QElapsedTimer timer;
            timer.start();
            while (timer.nsecsElapsed() / 1'000 < m_microseconds) { }
            cutOff(from, to);
        }
    }

    const quint16 m_target;
    const quint16 m_port = (listen(QHostAddress::LocalHost), serverPort());
    Cut m_cut = Cut::Never;
    qint64 m_bytes = 0;
    int m_microseconds = 0;
};

} // namespace

class TestSqlCut : public SqlClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServer(); }
    void whatIsReportedIsWhatIsThere();
};

void TestSqlCut::whatIsReportedIsWhatIsThere()
{
    open(m_sqld.url());
    makeSchema("CREATE TABLE cut(i INTEGER, half INTEGER)");
    const quint16 port
        = static_cast<quint16>(std::stoi(m_sqld.url().substr(m_sqld.url().rfind(':') + 1)));
    CuttingProxy proxy(port);
    open(proxy.url());
    std::map<int, std::string> told;
    std::map<std::string, int> counted;
    auto *random = QRandomGenerator::global();
    for (int i = 0; i < 100; ++i) {
        const int kind = i % 5;
        if (kind == 4) {
            open(proxy.url()); // no connection is left over
            proxy.setListening(false);
        }
        const CuttingProxy::Cut cuts[]
            = {CuttingProxy::Cut::InRequest, CuttingProxy::Cut::InAnswer,
               CuttingProxy::Cut::AfterRequest, CuttingProxy::Cut::Never, CuttingProxy::Cut::Never};
        proxy.next(cuts[kind], random->bounded(kind == 0 ? 1'100 : 900), random->bounded(4'000));
        Turso::Script script
            = scriptOf("INSERT INTO cut VALUES(" + std::to_string(i)
                       + ", 1); INSERT INTO cut VALUES(" + std::to_string(i) + ", 2)");
        if (i % 2 == 0)
            script.maxRowsChanged = 10;
        const auto result = run(Privilege::Write, script);
        told[i] = result ? "ok" : outcomeOf(result);
        ++counted[told[i]];
        if (kind == 4)
            proxy.setListening(true);
    }
    // Whoever was cut off may still be at work: the next writer has to wait for it.
    open(m_sqld.url());
    QVERIFY(run(Privilege::Write, scriptOf("INSERT INTO cut VALUES(-1, 0)")));
    QVERIFY(counted["ok"] >= 20);
    QVERIFY(counted["unknown"] >= 20);
    QVERIFY(counted["not_run"] >= 20);
    for (const auto &[i, outcome] : told) {
        const std::string there = rows("SELECT count(*) FROM cut WHERE i = " + std::to_string(i));
        const std::string row = std::to_string(i) + ": " + outcome + ", but " + there;
        if (outcome == "ok")
            QVERIFY2(there == "[[2]]", row.c_str());
        else if (outcome == "not_run")
            QVERIFY2(there == "[[0]]", row.c_str());
        else
            QVERIFY2(outcome == "unknown" && (there == "[[0]]" || there == "[[2]]"), row.c_str());
    }
}

QTEST_GUILESS_MAIN(TestSqlCut)
#include "tst_sqlcut.moc"
