// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "signin/standin.h"
#include "support/testcase.h"
#include "turso/connections/connectionbook.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <map>

using Base::ErrorKind;
using Base::Json;
using Base::Secret;
using namespace Turso;

namespace
{

/// A keychain that the test locks, or takes away.
class PlayedKeychain final : public SecretStore
{
public:
    std::map<std::string, std::string> secrets; ///< by account
    bool isLocked = false;
    bool isThere = true;

    Base::Pending<Kept> write(SecretName name, Secret secret) override
    {
        secrets[name.account] = secret.revealForUse();
        return Base::readyNow<Kept>(isThere ? Kept{true, {}} : Kept{false, "There is none."});
    }
    Base::Pending<std::shared_ptr<const Secret>> read(SecretName name) override
    {
        using Answer = std::shared_ptr<const Secret>;
        const auto it = secrets.find(name.account);
        if (it == secrets.end())
            return Base::readyNow<Answer>(Base::fail(ErrorKind::NotFound, "There is none."));
        if (isLocked)
            return Base::readyNow<Answer>(Base::fail(ErrorKind::Unauthorized, "It is locked.",
                                                     "Unlock it.", R"({"keychain":"locked"})"));
        return Base::readyNow<Answer>(Answer(std::make_shared<const Secret>(it->second)));
    }
    Base::Pending<bool> remove(SecretName name) override
    {
        secrets.erase(name.account);
        return Base::readyNow<bool>(true);
    }
    std::string refresh() const
    {
        for (const auto &[account, secret] : secrets) {
            if (account.starts_with("refresh token of "))
                return secret;
        }
        return {};
    }
};

Http::Response json(int status, const Json &body)
{
    return {.status = status, .contentType = "application/json", .body = body.dump()};
}

} // namespace

/// A connection to Turso Cloud that somebody signed in to with a browser: its token from the first
/// to the last.
class TestConnectionSignIn : public Support::TestCase
{
    Q_OBJECT

    const Base::SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    PlayedKeychain m_keychain;
    std::unique_ptr<Support::StandIn> m_server;
    std::unique_ptr<ConnectionBook> m_book;
    std::unique_ptr<Support::Browser> m_browser;
    std::vector<std::string> m_given; ///< the tokens that the server handed out
    std::string m_valid; ///< the one that it takes
    std::string m_id;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_keychain = {};
        m_given.clear();
        m_browser = std::make_unique<Support::Browser>();
        m_server = std::make_unique<Support::StandIn>();
        m_server->refreshes = true;
        m_server->makeToken = [this] {
            const auto part = [](const std::string &text) {
                return QByteArray::fromStdString(text)
                    .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
                    .toStdString();
            };
            const Json claims{{"org_id", 7}, {"jti", "t" + std::to_string(m_given.size())}};
            m_valid = part(R"({"alg":"EdDSA"})") + '.' + part(claims.dump()) + ".c2ln";
            m_given.push_back(m_valid);
            return m_valid;
        };
        m_server->api = [this](const Http::Request &request) {
            return answerTo(request);
        };
        openBook();
        const auto added = wait(m_book->add(
            {kTursoCloud, "cloud", {}, {}, m_server->origin(), {}, {}, {}, false, false}));
        QVERIFY(added);
        m_id = added->spec.id;
    }
    void tearDown() override
    {
        m_book.reset();
        QCOMPARE(m_server->problems, std::vector<std::string>());
    }
    void openBook()
    {
        m_book.reset();
        m_book = std::make_unique<ConnectionBook>(
            ConnectionBookOptions{m_folder->path().toStdString(), &m_keychain, &m_clock});
        QVERIFY(m_book->open());
    }
    Http::Response answerTo(const Http::Request &request) const
    {
        if (request.header("authorization") != "Bearer " + m_valid)
            return json(401, {{"error", "unauthorized"}});
        if (request.path == "/v1/auth/validate")
            return json(200, {{"exp", -1}});
        if (request.path == "/v1/organizations")
            return json(200, {{"organizations", {{{"slug", "acme"}, {"name", "Acme"}}}}});
        if (request.path == "/v1/organizations/acme/groups")
            return json(200, {{"groups", {{{"name", "default"}, {"uuid", "g1"}}}}});
        if (request.path == "/v1/organizations/acme/databases")
            return json(200, {{"databases", Json::array()}});
        return json(404, {{"error", "not found"}});
    }
    template <typename T>
    static Base::Result<T> wait(const Base::Pending<T> &pending)
    {
        if (!QTest::qWaitFor([&pending] { return pending.isFinished(); }, 30'000))
            return Base::fail(ErrorKind::Internal, "It has not come.");
        return Base::resultOf(pending);
    }
    ConnectionView view() const
    {
        for (ConnectionView &one : m_book->list()) {
            if (one.spec.id == m_id)
                return one;
        }
        return {};
    }
    std::string state() const { return view().state; }
    void signIn()
    {
        const auto page = wait(m_book->signIn(m_id));
        QVERIFY(page);
        m_browser->open(QUrl::fromEncoded(QByteArray::fromStdString(page->url)));
        QTRY_COMPARE(state(), std::string("ready"));
    }
    /// The server does not take the token any more that it gave out.
    void expire() { m_valid = "nobody's"; }
    std::string asked() const
    {
        const auto list = wait(m_book->find(m_id)->databases({}));
        return list ? "ok" : std::string(Base::wireCode(list.error().kind));
    }
    QByteArray files() const
    {
        QFile stored(m_folder->filePath(QStringLiteral("connections.json")));
        QFile registered(m_folder->filePath(QStringLiteral("registrations.json")));
        QByteArray all;
        for (QFile *file : {&stored, &registered})
            all += file->open(QIODevice::ReadOnly) ? file->readAll() : QByteArray("missing");
        return all;
    }

private Q_SLOTS:
    void signingInKeepsBothTokensInTheKeychainAlone()
    {
        QCOMPARE(state(), std::string("signed-out"));
        signIn();
        QCOMPARE(view().spec.organization, std::string("acme"));
        QCOMPARE(view().spec.signedInBy, std::string("browser"));
        QCOMPARE(m_keychain.secrets.size(), std::size_t(2));
        QCOMPARE(m_keychain.refresh(), m_server->liveRefresh);
        for (const auto &[account, secret] : m_keychain.secrets)
            QVERIFY2(!files().contains(QByteArray::fromStdString(secret)), account.c_str());
        QCOMPARE(asked(), std::string("ok"));
    }

    void aTokenThatHasEndedIsRenewedOnce()
    {
        signIn();
        const int before = m_server->tokens;
        for (int round = 1; round <= 3; ++round) {
            expire();
            std::vector<Base::Pending<std::vector<Database>>> asked;
            for (int i = 0; i < 20; ++i)
                asked.push_back(m_book->find(m_id)->databases({}));
            for (const auto &one : asked)
                QVERIFY(wait(one));
            QCOMPARE(m_server->tokens, before + round);
            QCOMPARE(m_keychain.refresh(), m_server->liveRefresh);
        }
        QCOMPARE(state(), std::string("ready"));
        QCOMPARE(m_keychain.secrets.at("token of " + m_id), m_given.back());
    }

    void alsoAfterARestart()
    {
        signIn();
        openBook();
        QTRY_COMPARE(state(), std::string("ready"));
        expire();
        QCOMPARE(asked(), std::string("ok"));
        openBook();
        QTRY_COMPARE(state(), std::string("ready"));
    }

    void alsoWithoutAKeychain()
    {
        m_keychain.isThere = false;
        signIn();
        QCOMPARE(view().tokenKept, std::string("memory"));
        expire();
        QCOMPARE(asked(), std::string("ok"));
    }

    void aRefusedRenewalSignsOutOnce()
    {
        signIn();
        QSignalSpy changed(m_book.get(), &ConnectionBook::changed);
        m_server->liveRefresh = "another";
        expire();
        const int before = m_server->tokens;
        QCOMPARE(asked(), std::string("unauthorized"));
        QTRY_COMPARE(state(), std::string("signed-out"));
        QVERIFY(view().sentence.find("ign in") != std::string::npos);
        QCOMPARE(asked(), std::string("unauthorized"));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_server->tokens, before + 1);
        QCOMPARE(m_keychain.refresh(), std::string());
        signIn();
        QCOMPARE(asked(), std::string("ok"));
    }

    void troubleOnTheWayIsNoSignOut()
    {
        signIn();
        expire();
        m_server->instead["/token"] = {.status = 503, .contentType = "text/html", .body = "busy"};
        QCOMPARE(asked(), std::string("upstream_error"));
        QCOMPARE(state(), std::string("ready"));
        QCOMPARE(m_keychain.refresh(), m_server->liveRefresh);
        m_server->instead.clear();
        QCOMPARE(asked(), std::string("ok"));
    }

    void aLockedKeychainIsNoSignOut()
    {
        signIn();
        expire();
        m_keychain.isLocked = true;
        QCOMPARE(asked(), std::string("unauthorized"));
        QCOMPARE(state(), std::string("locked"));
        QCOMPARE(m_keychain.secrets.size(), std::size_t(2));
        m_keychain.isLocked = false;
        QVERIFY(wait(m_book->check(m_id)));
        QTRY_COMPARE(state(), std::string("ready"));
    }

    void signingOutEndsThemAtTheServer()
    {
        signIn();
        const std::string refresh = m_server->liveRefresh;
        const auto out = wait(m_book->signOut(m_id));
        QVERIFY(out);
        QCOMPARE(out->state, std::string("signed-out"));
        QTRY_COMPARE(m_server->ended, (std::set<std::string>{m_given.back(), refresh}));
        QTRY_VERIFY(m_keychain.secrets.empty());
        QCOMPARE(state(), std::string("signed-out"));
        QCOMPARE(view().sentence, std::string("Sign in to use it."));
        QCOMPARE(asked(), std::string("unauthorized"));
    }

    void aServerThatDoesNotEndThemIsTold()
    {
        signIn();
        m_server->instead["/revoke"] = {.status = 500};
        QVERIFY(wait(m_book->signOut(m_id)));
        QTRY_VERIFY(m_keychain.secrets.empty());
        QTRY_VERIFY(view().sentence.find("may still be good") != std::string::npos);
        QCOMPARE(state(), std::string("signed-out"));
    }

    void aServerThatCannotEndThemIsTold()
    {
        m_server->canRevoke = false;
        signIn();
        QVERIFY(wait(m_book->signOut(m_id)));
        QTRY_VERIFY(view().sentence.find("may still be good") != std::string::npos);
    }

    void signingInAgainEndsTheOnesBefore()
    {
        signIn();
        const std::set<std::string> before{m_given.back(), m_server->liveRefresh};
        m_server->refreshes = false; // and the next has none
        const auto page = wait(m_book->signIn(m_id));
        QVERIFY(page);
        m_browser->open(QUrl::fromEncoded(QByteArray::fromStdString(page->url)));
        QTRY_COMPARE(m_server->ended, before);
        QTRY_COMPARE(m_keychain.secrets.size(), std::size_t(1));
        QTRY_COMPARE(state(), std::string("ready"));
        QCOMPARE(m_keychain.secrets.at("token of " + m_id), m_given.back());
    }

    void aLockedKeychainAtTheEndIsTold()
    {
        signIn();
        m_keychain.isLocked = true;
        QVERIFY(wait(m_book->signOut(m_id)));
        QTRY_VERIFY(view().sentence.find("may still be good") != std::string::npos);
        QCOMPARE(state(), std::string("signed-out"));
    }

    void removingEndsThemToo()
    {
        signIn();
        const std::string refresh = m_server->liveRefresh;
        QVERIFY(wait(m_book->remove(m_id)));
        QTRY_COMPARE(m_server->ended, (std::set<std::string>{m_given.back(), refresh}));
        QTRY_VERIFY(m_keychain.secrets.empty());
    }

    void anotherTokenTakesItsPlace()
    {
        signIn();
        const std::string first = m_given.back();
        const auto pasted = std::make_shared<const Secret>(m_server->makeToken());
        QVERIFY(wait(m_book->change(m_id, {}, {}, pasted, {})));
        QTRY_COMPARE(m_server->ended.count(first), std::size_t(1));
        QCOMPARE(view().spec.signedInBy, std::string("token"));
        QCOMPARE(m_keychain.secrets.size(), std::size_t(1));
        expire();
        QCOMPARE(asked(), std::string("unauthorized"));
        QTRY_COMPARE(state(), std::string("signed-out"));
    }

    void aForgottenRegistrationIsMadeAnewOnce()
    {
        signIn();
        QCOMPARE(m_server->registrations, 1);
        QVERIFY(wait(m_book->signOut(m_id)));
        m_server->forgetClients();
        signIn(); // one page is opened, and goes on by itself
        QCOMPARE(m_server->registrations, 2);
        QCOMPARE(asked(), std::string("ok"));
    }
};

QTEST_GUILESS_MAIN(TestConnectionSignIn)
#include "tst_connectionsignin.moc"
