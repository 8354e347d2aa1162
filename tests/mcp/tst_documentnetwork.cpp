// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/documentnetwork.h"
#include "support/testcase.h"

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace Mcp::Auth;

/// The way to a document over real TLS, on this machine: what the guard lets through is the guard's
/// own test.
class tst_DocumentNetwork : public Support::TestCase
{
    Q_OBJECT

    void setUp() override
    {
        server = std::make_unique<QSslServer>();
        server->setSslConfiguration(serverTls);
        QVERIFY(server->listen(QHostAddress::LocalHost));
        requests.clear();
        connect(server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
            QTcpSocket *socket = server->nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                requests.append(socket->readAll());
                if (!requests.contains("\r\n\r\n"))
                    return;
                socket->write(response);
                if (closes)
                    socket->disconnectFromHost();
            });
        });
        closes = true;
        result.reset();
    }
    void fetch(const QString &host, const QSslConfiguration &tls)
    {
        network = std::make_unique<InternetDocuments>(tls);
        QUrl url;
        url.setScheme(QStringLiteral("https"));
        url.setHost(host);
        url.setPort(server->serverPort());
        url.setPath(QStringLiteral("/client.json"));
        network->fetch(url, QHostAddress(QHostAddress::LocalHost),
                       [this](auto document) { result = std::move(document); });
        QVERIFY(QTest::qWaitFor([this] { return result.has_value(); }, 15'000));
    }
    static QByteArray answer(const QByteArray &status, const QByteArray &fields,
                             const QByteArray &body)
    {
        return "HTTP/1.1 " + status + "\r\n" + fields
            + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    QTemporaryDir folder;
    QSslConfiguration serverTls;
    QSslConfiguration clientTls;
    std::unique_ptr<QSslServer> server;
    std::unique_ptr<InternetDocuments> network;
    QByteArray requests;
    QByteArray response;
    bool closes = true;
    std::optional<Base::Result<FetchedDocument>> result;

private Q_SLOTS:
    void initTestCase()
    {
        const QString key = folder.filePath(QStringLiteral("key.pem"));
        const QString certificate = folder.filePath(QStringLiteral("cert.pem"));
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                       QStringLiteral("rsa:2048"), QStringLiteral("-nodes"),
                       QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                       QStringLiteral("/CN=agent.example"), QStringLiteral("-addext"),
                       QStringLiteral("subjectAltName=DNS:agent.example"),
                       QStringLiteral("-keyout"), key, QStringLiteral("-out"), certificate});
        QVERIFY2(openssl.waitForFinished() && openssl.exitCode() == 0,
                 openssl.readAllStandardError().constData());
        QFile keyFile(key);
        QVERIFY(keyFile.open(QIODevice::ReadOnly));
        const auto certificates = QSslCertificate::fromPath(certificate);
        serverTls.setPrivateKey(QSslKey(&keyFile, QSsl::Rsa));
        serverTls.setLocalCertificate(certificates.front());
        clientTls = QSslConfiguration::defaultConfiguration();
        clientTls.setCaCertificates(certificates);
    }

    void aDocumentComesFromTheAddressUnderItsHostsName()
    {
        response
            = answer("200 OK", "Content-Type: application/json\r\nCache-Control: max-age=60\r\n",
                     "{\"a\":1}");
        fetch(QStringLiteral("agent.example"), clientTls);
        QVERIFY2(*result, *result ? "" : result->error().message.c_str());
        QCOMPARE((*result)->status, 200);
        QCOMPARE((*result)->body, std::string("{\"a\":1}"));
        QCOMPARE((*result)->cacheControl, std::string("max-age=60"));
        QVERIFY(requests.startsWith("GET /client.json HTTP/1.1\r\n"));
        QVERIFY(requests.contains("Host: agent.example:"));
        QVERIFY(!requests.contains("Cookie"));
        QVERIFY(!requests.contains("127.0.0.1"));
    }

    void anotherHostsCertificateIsRefused()
    {
        response = answer("200 OK", "Content-Type: application/json\r\n", "{}");
        fetch(QStringLiteral("other.example"), clientTls);
        QVERIFY(!*result);
        QVERIFY(requests.isEmpty());
    }

    void aCertificateThatNobodyVouchesForIsRefused()
    {
        response = answer("200 OK", "Content-Type: application/json\r\n", "{}");
        fetch(QStringLiteral("agent.example"), QSslConfiguration::defaultConfiguration());
        QVERIFY(!*result);
        QVERIFY(requests.isEmpty());
    }

    void aRedirectIsNotFollowed()
    {
        response = answer("302 Found", "Location: https://127.0.0.1:1/\r\n", {});
        fetch(QStringLiteral("agent.example"), clientTls);
        QVERIFY(*result);
        QCOMPARE((*result)->status, 302);
        QCOMPARE(requests.count("GET "), 1);
    }

    void aLargeDocumentIsNotReadToItsEnd()
    {
        response = answer("200 OK", "Content-Type: application/json\r\n",
                          QByteArray(4 * 1024 * 1024, 'a'));
        fetch(QStringLiteral("agent.example"), clientTls);
        QVERIFY(!*result);
        QVERIFY2(result->error().message.find("larger") != std::string::npos,
                 result->error().message.c_str());
    }

    void aServerThatNeverEndsIsGivenUp()
    {
        response
            = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{";
        closes = false;
        QElapsedTimer timer;
        timer.start();
        fetch(QStringLiteral("agent.example"), clientTls);
        QVERIFY(!*result);
        QVERIFY(timer.elapsed() >= DocumentNetwork::kTimeoutMs - 500);
        QVERIFY(timer.elapsed() < DocumentNetwork::kTimeoutMs + 5'000);
    }

    void aNameThatIsNoneIsAnError()
    {
        network = std::make_unique<InternetDocuments>(clientTls);
        std::optional<Base::Result<std::vector<QHostAddress>>> found;
        network->resolve(QStringLiteral("nobody.invalid"),
                         [&found](auto addresses) { found = std::move(addresses); });
        QVERIFY(QTest::qWaitFor([&found] { return found.has_value(); }, 30'000));
        QVERIFY(!*found);
    }
};

QTEST_GUILESS_MAIN(tst_DocumentNetwork)
#include "tst_documentnetwork.moc"
