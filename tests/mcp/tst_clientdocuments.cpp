// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/documents.h"
#include "support/testcase.h"

#include <QStringList>

using namespace Mcp::Auth;
using Base::Json;

namespace
{

const std::string kUrl = "https://agent.example/oauth/client.json";
constexpr Base::Millis kMinute = 60'000;

class TestClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return time; }
    Base::Millis time = 1'800'000'000'000;
};

/// Holds what was asked for until the test answers.
class Network final : public DocumentNetwork
{
public:
    struct Fetch {
        QUrl url;
        QHostAddress address;
        Fetched fetched;
    };
    void resolve(const QString &host, Addresses found) override
    {
        names.push_back(host);
        lookups.push_back(std::move(found));
    }
    void fetch(const QUrl &url, const QHostAddress &address, Fetched fetched) override
    {
        fetches.push_back({url, address, std::move(fetched)});
    }

    QStringList names;
    std::vector<Addresses> lookups;
    std::vector<Fetch> fetches;
};

Json metadata()
{
    return {{"client_id", kUrl},
            {"client_name", "Example Agent"},
            {"redirect_uris", {"http://127.0.0.1/callback"}}};
}

FetchedDocument document(const Json &json, std::string cacheControl = {})
{
    return {200, "application/json", std::move(cacheControl), Base::dumpJson(json)};
}

} // namespace

class tst_ClientDocuments : public Support::TestCase
{
    Q_OBJECT

    void setUp() override
    {
        network = std::make_unique<Network>();
        documents = std::make_unique<Documents>(*network, clock);
        answers.clear();
    }
    void find(const std::string &url = kUrl)
    {
        documents->find(url, [this](auto client) { answers.push_back(std::move(client)); });
    }
    void resolve(const QStringList &addresses, std::size_t at = 0)
    {
        std::vector<QHostAddress> list;
        for (const QString &address : addresses)
            list.emplace_back(address);
        network->lookups.at(at)(list);
    }
    void serve(const FetchedDocument &document)
    {
        QVERIFY(!network->fetches.empty());
        network->fetches.back().fetched(document);
    }

    TestClock clock;
    std::unique_ptr<Network> network;
    std::unique_ptr<Documents> documents;
    std::vector<Base::Result<Client>> answers;

private Q_SLOTS:
    void aDocumentSaysWhoAsks()
    {
        find();
        QCOMPARE(network->names, QStringList{QStringLiteral("agent.example")});
        resolve({QStringLiteral("93.184.216.34")});
        QCOMPARE(network->fetches.front().address, QHostAddress(QStringLiteral("93.184.216.34")));
        QCOMPARE(network->fetches.front().url.toString().toStdString(), kUrl);
        serve(document(metadata()));
        QCOMPARE(answers.size(), std::size_t(1));
        QVERIFY(answers.front());
        QCOMPARE(answers.front()->id, kUrl);
        QCOMPARE(answers.front()->name, std::string("Example Agent"));
        QVERIFY(answers.front()->isDocument);
    }

    void anIdThatIsNoDocumentsAddressIsNotAskedFor_data()
    {
        QTest::addColumn<QString>("id");
        const char *const ids[] = {"http://agent.example/client.json",
                                   "https://agent.example",
                                   "https://agent.example/",
                                   "https://localhost/client.json",
                                   "https://router/client.json",
                                   "https://127.0.0.1/client.json",
                                   "https://127.1/client.json",
                                   "https://2130706433/client.json",
                                   "https://0x7f.0.0.1/client.json",
                                   "https://0177.0.0.1/client.json",
                                   "https://10.0.0.1/client.json",
                                   "https://[::1]/client.json",
                                   "https://[::ffff:127.0.0.1]/client.json",
                                   "https://agent.example.:443/client.json",
                                   "https://agent.example:22/client.json",
                                   "https://agent.example:443/client.json",
                                   "https://user@agent.example/client.json",
                                   "https://user:pass@agent.example/client.json",
                                   "https://agent.example/a/../client.json",
                                   "https://agent.example/a/./client.json",
                                   "https://agent.example/a/%2e%2e/client.json",
                                   "https://agent.example/client.json#x",
                                   "https://agent.example/cli ent.json",
                                   "https://agent.example\\@10.0.0.1/client.json",
                                   "https://AGENT.example/client.json",
                                   "https://ag\u00e9nt.example/client.json",
                                   "https:///client.json",
                                   "https://.example/client.json"};
        for (const char *const id : ids)
            QTest::newRow(id) << QString::fromUtf8(id);
        QTest::newRow("too long") << QStringLiteral("https://agent.example/")
                + QString(600, QLatin1Char('a'));
        QTest::newRow("line break") << QStringLiteral("https://agent.example/a\nHost: x");
    }
    void anIdThatIsNoDocumentsAddressIsNotAskedFor()
    {
        QFETCH(QString, id);
        find(id.toStdString());
        QCOMPARE(answers.size(), std::size_t(1));
        QVERIFY(!answers.front());
        QVERIFY(network->names.isEmpty());
    }

    void onlyPublicAddressesAreAsked_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("isPublic");
        const char *const privateOnes[] = {"0.0.0.0",
                                           "0.1.2.3",
                                           "10.0.0.1",
                                           "10.255.255.255",
                                           "100.64.0.1",
                                           "100.127.255.255",
                                           "127.0.0.1",
                                           "127.255.255.254",
                                           "169.254.0.1",
                                           "169.254.169.254",
                                           "172.16.0.1",
                                           "172.31.255.255",
                                           "192.0.0.1",
                                           "192.0.2.1",
                                           "192.88.99.1",
                                           "192.168.0.1",
                                           "192.168.255.255",
                                           "198.18.0.1",
                                           "198.19.255.255",
                                           "198.51.100.1",
                                           "203.0.113.1",
                                           "224.0.0.1",
                                           "239.255.255.255",
                                           "240.0.0.1",
                                           "255.255.255.255",
                                           "::",
                                           "::1",
                                           "::ffff:127.0.0.1",
                                           "::ffff:10.0.0.1",
                                           "::ffff:169.254.169.254",
                                           "::127.0.0.1",
                                           "64:ff9b::7f00:1",
                                           "64:ff9b:1::1",
                                           "100::1",
                                           "2001::1",
                                           "2001:10::1",
                                           "2001:db8::1",
                                           "2002:7f00:1::1",
                                           "3fff::1",
                                           "fc00::1",
                                           "fd00:ec2::254",
                                           "fe80::1",
                                           "fec0::1",
                                           "ff02::1"};
        for (const char *const address : privateOnes)
            QTest::newRow(address) << QString::fromLatin1(address) << false;
        const char *const publicOnes[]
            = {"1.1.1.1",        "8.8.8.8",         "9.255.255.255",       "11.0.0.0",
               "93.184.216.34",  "100.63.255.255",  "100.128.0.0",         "172.15.255.255",
               "172.32.0.0",     "192.167.255.255", "192.169.0.0",         "223.255.255.255",
               "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450:4001::200e"};
        for (const char *const address : publicOnes)
            QTest::newRow(address) << QString::fromLatin1(address) << true;
    }
    void onlyPublicAddressesAreAsked()
    {
        QFETCH(QString, address);
        QFETCH(bool, isPublic);
        find();
        resolve({address});
        QCOMPARE(network->fetches.size(), std::size_t(isPublic ? 1 : 0));
        QCOMPARE(answers.size(), std::size_t(isPublic ? 0 : 1));
        if (!isPublic)
            QVERIFY(!answers.front());
    }

    void onePrivateAddressAmongPublicOnesIsEnough()
    {
        find();
        resolve({QStringLiteral("8.8.8.8"), QStringLiteral("192.168.0.1")});
        QVERIFY(network->fetches.empty());
        QVERIFY(!answers.front());
        QVERIFY(answers.front().error().message.find("private network") != std::string::npos);
    }

    void aDocumentMustBeTheClients_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("status");
        const auto add = [](const char *tag, const Json &json) {
            QTest::newRow(tag) << QByteArray::fromStdString(Base::dumpJson(json))
                               << QByteArray("application/json") << 200;
        };
        const auto with = [](const char *key, const Json &value) {
            Json changed = metadata();
            changed[key] = value;
            return changed;
        };
        const auto without = [](const char *key) {
            Json changed = metadata();
            changed.erase(key);
            return changed;
        };
        add("another id", with("client_id", "https://agent.example/oauth/client.json/"));
        add("another host", with("client_id", "https://other.example/oauth/client.json"));
        add("no id", without("client_id"));
        add("a number as id", with("client_id", 1));
        add("no redirects", without("redirect_uris"));
        add("a script as redirect", with("redirect_uris", {"javascript:alert(1)"}));
        add("plain http elsewhere", with("redirect_uris", {"http://agent.example/cb"}));
        add("a secret", with("client_secret", "s"));
        add("a secret's method", with("token_endpoint_auth_method", "client_secret_post"));
        add("a key's method", with("token_endpoint_auth_method", "private_key_jwt"));
        add("implicit flow only", with("response_types", {"token"}));
        add("a list", Json::array({metadata()}));
        QTest::newRow("no json") << QByteArray("hello") << QByteArray("application/json") << 200;
        QTest::newRow("html") << QByteArray::fromStdString(Base::dumpJson(metadata()))
                              << QByteArray("text/html") << 200;
        for (const int status : {204, 301, 302, 404, 500})
            QTest::addRow("status %d", status)
                << QByteArray::fromStdString(Base::dumpJson(metadata()))
                << QByteArray("application/json") << status;
    }
    void aDocumentMustBeTheClients()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, type);
        QFETCH(int, status);
        find();
        resolve({QStringLiteral("8.8.8.8")});
        serve({status, type.toStdString(), {}, body.toStdString()});
        QCOMPARE(answers.size(), std::size_t(1));
        QVERIFY(!answers.front());
    }

    void documentsAreKeptAsTheirServerAllows_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("minutes");
        QTest::newRow("nothing said") << QByteArray() << 5;
        QTest::newRow("no-store") << QByteArray("no-store") << 5;
        QTest::newRow("a second") << QByteArray("max-age=1") << 5;
        QTest::newRow("an hour") << QByteArray("public, max-age=3600") << 60;
        QTest::newRow("a year") << QByteArray("Max-Age=31536000, immutable") << 24 * 60;
        QTest::newRow("beyond numbers") << QByteArray("max-age=99999999999999999999") << 24 * 60;
        QTest::newRow("negative") << QByteArray("max-age=-5") << 5;
        QTest::newRow("shared caches only") << QByteArray("s-maxage=86400") << 5;
    }
    void documentsAreKeptAsTheirServerAllows()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, minutes);
        find();
        resolve({QStringLiteral("8.8.8.8")});
        serve(document(metadata(), header.toStdString()));
        clock.time += minutes * kMinute - 1;
        find();
        QCOMPARE(answers.size(), std::size_t(2));
        QVERIFY(answers.back());
        QCOMPARE(network->lookups.size(), std::size_t(1));
        clock.time += 1;
        find();
        QCOMPARE(network->lookups.size(), std::size_t(2));
    }

    void aServerThatIsGoneLeavesWhatWasKnownForADay()
    {
        find();
        resolve({QStringLiteral("8.8.8.8")});
        serve(document(metadata()));
        clock.time += 10 * kMinute;
        find();
        network->lookups.back()(Base::fail(Base::ErrorKind::NotFound, "no such name"));
        QVERIFY(answers.back());
        find(); // it was asked for a moment ago
        QCOMPARE(network->lookups.size(), std::size_t(2));
        clock.time += 25 * 60 * kMinute;
        find();
        network->lookups.back()(Base::fail(Base::ErrorKind::NotFound, "no such name"));
        QVERIFY(!answers.back());
    }

    void aHundredTabsAskOnceAMinute()
    {
        for (int i = 0; i < 100; ++i)
            find();
        QCOMPARE(network->lookups.size(), std::size_t(1));
        resolve({QStringLiteral("10.0.0.1")});
        QCOMPARE(answers.size(), std::size_t(100)); // 16 waited, the others were refused
        for (int i = 0; i < 100; ++i)
            find();
        QCOMPARE(network->lookups.size(), std::size_t(1));
        clock.time += kMinute;
        find();
        QCOMPARE(network->lookups.size(), std::size_t(2));
    }

    void fewAreAskedAtOnceAndFewAreKept()
    {
        for (int i = 0; i < 10; ++i)
            find("https://agent.example/" + std::to_string(i));
        QCOMPARE(network->lookups.size(), Documents::kMostAtOnce);
        QCOMPARE(answers.size(), 10 - Documents::kMostAtOnce);
        for (std::size_t i = 0; i < Documents::kMostAtOnce; ++i)
            resolve({QStringLiteral("10.0.0.1")}, i);
        // Failures of others push nobody out whose document is known.
        find();
        resolve({QStringLiteral("8.8.8.8")}, Documents::kMostAtOnce);
        serve(document(metadata(), "max-age=86400"));
        QVERIFY(answers.back());
        for (int i = 0; i < 200; ++i) {
            find("https://agent.example/more/" + std::to_string(i));
            resolve({QStringLiteral("10.0.0.1")}, network->lookups.size() - 1);
        }
        const std::size_t lookups = network->lookups.size();
        find();
        QVERIFY(answers.back());
        QCOMPARE(network->lookups.size(), lookups);
    }

    void anAnswerAfterTheEndIsNobodys()
    {
        find();
        documents.reset();
        resolve({QStringLiteral("8.8.8.8")});
        QVERIFY(network->fetches.empty());
        QVERIFY(answers.empty());
    }
};

QTEST_GUILESS_MAIN(tst_ClientDocuments)
#include "tst_clientdocuments.moc"
