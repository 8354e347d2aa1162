// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/connections/connectionbook.h"
#include "turso/sqldprocess.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <map>

using Base::ErrorKind;
using Base::Secret;
using namespace Turso;

/// A keychain that the test locks and unlocks.
class PlayedKeychain final : public SecretStore
{
public:
    std::map<std::string, std::string> secrets;
    bool isLocked = false;

    Base::Pending<Kept> write(SecretName name, Secret secret) override
    {
        secrets[name.issuer + '\n' + name.account] = secret.revealForUse();
        return Base::readyNow<Kept>(Kept{true, {}});
    }
    Base::Pending<std::shared_ptr<const Secret>> read(SecretName name) override
    {
        using Answer = std::shared_ptr<const Secret>;
        const auto it = secrets.find(name.issuer + '\n' + name.account);
        if (it == secrets.end())
            return Base::readyNow<Answer>(Base::fail(ErrorKind::NotFound, "There is none."));
        if (isLocked)
            return Base::readyNow<Answer>(Base::fail(ErrorKind::Unauthorized, "It is locked."));
        return Base::readyNow<Answer>(Answer(std::make_shared<const Secret>(it->second)));
    }
    Base::Pending<bool> remove(SecretName name) override
    {
        secrets.erase(name.issuer + '\n' + name.account);
        return Base::readyNow<bool>(true);
    }
};

class TestConnectionBook : public Support::TestCase
{
    Q_OBJECT

    const Base::SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    PlayedKeychain m_keychain;
    std::unique_ptr<ConnectionBook> m_book;
    SqldProcess m_sqld;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_keychain = {};
        QVERIFY(openBook());
    }
    void tearDown() override
    {
        m_book.reset();
        m_sqld.stop();
    }
    Base::Result<void> openBook()
    {
        m_book.reset();
        m_book = std::make_unique<ConnectionBook>(
            ConnectionBookOptions{m_folder->path().toStdString(), &m_keychain, &m_clock});
        return m_book->open();
    }
    QString file() const { return m_folder->filePath(QStringLiteral("connections.json")); }
    QByteArray text() const
    {
        QFile stored(file());
        return stored.open(QIODevice::ReadOnly) ? stored.readAll() : QByteArray();
    }
    template <typename T>
    static Base::Result<T> wait(const Base::Pending<T> &pending)
    {
        if (!QTest::qWaitFor([&pending] { return pending.isFinished(); }, 40'000))
            return Base::fail(ErrorKind::Internal, "It has not come.");
        return Base::resultOf(pending);
    }
    ConnectionWish server(const char *name = "")
    {
        ConnectionWish wish{kLibsqlServer, name, m_sqld.url(), m_sqld.adminUrl()};
        wish.adminKey = std::make_shared<const Secret>("c2VjcmV0LWFkbWluLWtleQ==");
        return wish;
    }
    void startServer()
    {
        SqldProcess::Options options;
        options.adminKey = QStringLiteral("c2VjcmV0LWFkbWluLWtleQ==");
        QCOMPARE(m_sqld.start(options), QString());
    }
    std::string state(const std::string &id) const
    {
        for (const ConnectionView &view : m_book->list()) {
            if (view.spec.id == id)
                return view.state;
        }
        return "gone";
    }

private Q_SLOTS:
    void urlsOfServers_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("taken");
        const auto row = [](const char *url, const char *taken = "") {
            QTest::newRow(url) << QString::fromLatin1(url) << QString::fromLatin1(taken);
        };
        row("http://127.0.0.1:8080", "http://127.0.0.1:8080");
        row("http://127.0.0.1:8080/", "http://127.0.0.1:8080");
        row("https://db.example.com", "https://db.example.com");
        row("http://[::1]:8080", "http://[::1]:8080");
        row("");
        row("127.0.0.1:8080");
        row("ftp://example.com");
        row("libsql://example.com");
        row("file:///etc/passwd");
        row("http://");
        row("http://user:secret@example.com");
        row("http://example.com/path");
        row("http://example.com?token=secret");
        row("http://example.com#x");
        row("http://exa mple.com");
        row("http://example.com:99999");
        row("javascript:alert(1)");
    }
    void urlsOfServers()
    {
        QFETCH(QString, url);
        QFETCH(QString, taken);
        const auto checked = checkedServerUrl(url.toStdString(), "url");
        QCOMPARE(QString::fromStdString(checked.value_or(std::string())), taken);
        if (!checked)
            QVERIFY(checked.error().details.find("\"url\"") != std::string::npos);
    }

    void aDamagedFileIsToldAndKept_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const char *bytes) {
            QTest::newRow(name) << QByteArray(bytes);
        };
        row("empty", "");
        row("no JSON", "{");
        row("another version", R"({"version":2,"connections":[]})");
        row("no list", R"({"version":1})");
        row("unknown kind", R"({"version":1,"connections":[{"id":"a","kind":"x","name":"n"}]})");
        row("an id that is a path",
            R"({"version":1,"connections":[{"id":"../a","kind":"turso-cloud","name":"n"}]})");
        row("nameless", R"({"version":1,"connections":[{"id":"a","kind":"turso-cloud"}]})");
    }
    void aDamagedFileIsToldAndKept()
    {
        QFETCH(QByteArray, bytes);
        QFile stored(file());
        QVERIFY(stored.open(QIODevice::WriteOnly));
        stored.write(bytes);
        stored.close();
        QCOMPARE(openBook().error().kind, ErrorKind::InvalidArgument);
        QVERIFY(m_book->list().empty());
        QVERIFY(!wait(m_book->add({kTursoCloud})));
        QCOMPARE(text(), bytes);
    }

    void aServerIsAddedKeptAndFoundAgain()
    {
        startServer();
        const auto added = wait(m_book->add(server("lab")));
        QVERIFY2(added, added ? "" : added.error().message.c_str());
        QCOMPARE(added->state, std::string("ready"));
        const std::string id = added->spec.id;
        QVERIFY(m_book->find(id));
        QVERIFY(m_book->find(id)->capabilities().createDatabases);
        QVERIFY(!text().contains("c2VjcmV0"));
        QCOMPARE(QFile::permissions(file()) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        QCOMPARE(m_keychain.secrets.size(), std::size_t(1));
        QCOMPARE(wait(m_book->add(server("lab"))).error().kind, ErrorKind::AlreadyExists);

        QVERIFY(openBook());
        QCOMPARE(m_book->list().size(), std::size_t(1));
        QTRY_COMPARE(state(id), std::string("ready"));
        QVERIFY(wait(m_book->find(id)->createDatabase({"shop", {}, {}, false})));
    }

    void aServerThatIsNotThereIsNotAdded()
    {
        ConnectionWish wish{kLibsqlServer, "lab", "http://127.0.0.1:9"};
        const auto refused = wait(m_book->add(wish));
        QCOMPARE(refused.error().kind, ErrorKind::UpstreamError);
        QVERIFY(m_book->list().empty());
        QVERIFY(text().isEmpty());
        wish.unchecked = true;
        const auto added = wait(m_book->add(wish));
        QVERIFY(added);
        QCOMPARE(added->state, std::string("unreachable"));
        QVERIFY(!added->sentence.empty());
    }

    void aServerComesAndGoesWithoutARestart()
    {
        startServer();
        const std::string id = wait(m_book->add(server())).value().spec.id;
        m_sqld.stop();
        QCOMPARE(wait(m_book->check(id)).value().state, std::string("unreachable"));
        QCOMPARE(m_sqld.restart(), QString());
        QCOMPARE(wait(m_book->check(id)).value().state, std::string("ready"));
    }

    void aLockedKeychainIsNoSignOut()
    {
        startServer();
        const std::string id = wait(m_book->add(server())).value().spec.id;
        m_keychain.isLocked = true;
        QVERIFY(openBook());
        QTRY_COMPARE(state(id), std::string("locked"));
        QVERIFY(!m_book->find(id));
        QCOMPARE(m_keychain.secrets.size(), std::size_t(1));
        m_keychain.isLocked = false;
        QVERIFY(wait(m_book->check(id)));
        QTRY_COMPARE(state(id), std::string("ready"));
    }

    void whatIsRemovedLeavesNothing()
    {
        startServer();
        const std::string id = wait(m_book->add(server())).value().spec.id;
        QSignalSpy removed(m_book.get(), &ConnectionBook::removed);
        auto inUse = m_book->find(id);
        QVERIFY(wait(m_book->remove(id)));
        QCOMPARE(removed.size(), 1);
        QVERIFY(m_keychain.secrets.empty());
        QVERIFY(!m_book->has(id));
        inUse.reset(); // the last who works on it takes its folder along
        QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("connections/"))
                               + QString::fromStdString(id)));
        QCOMPARE(wait(m_book->remove(id)).error().kind, ErrorKind::NotFound);
        QVERIFY(openBook());
        QVERIFY(m_book->list().empty());
    }

    void namesStayUnique()
    {
        startServer();
        const std::string first = wait(m_book->add(server())).value().spec.name;
        const auto second = wait(m_book->add(server())).value();
        QVERIFY(second.spec.name != first);
        QCOMPARE(wait(m_book->change(second.spec.id, first, {}, {}, {})).error().kind,
                 ErrorKind::AlreadyExists);
        QCOMPARE(wait(m_book->change(second.spec.id, "other", {}, {}, {})).value().spec.name,
                 std::string("other"));
        QCOMPARE(wait(m_book->change("co_x", "other", {}, {}, {})).error().kind,
                 ErrorKind::NotFound);
    }

    void aCloudWithoutATokenIsSignedOut()
    {
        const auto added = wait(m_book->add({kTursoCloud}));
        QVERIFY(added);
        QCOMPARE(added->state, std::string("signed-out"));
        QCOMPARE(added->spec.apiUrl, std::string(kTursoApi));
        ConnectionWish elsewhere{kTursoCloud};
        elsewhere.apiUrl = "http://example.com"; // no token over the network in the clear
        QCOMPARE(wait(m_book->add(elsewhere)).error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(wait(m_book->add({"oracle"})).error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestConnectionBook)
#include "tst_connectionbook.moc"
