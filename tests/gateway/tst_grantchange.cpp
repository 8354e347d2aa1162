// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/grantstore.h"
#include "gateway/manualclock.h"
#include "support/testcase.h"

#include "base/json.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace Gateway;
using Base::Json;

// What is more and what is less, over everything that a grant can be, and what the store keeps of
// it.
class tst_GrantChange : public Support::TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    ManualClock m_clock;
    std::string m_file;

    static constexpr int kStates = 19'683; // 3^9

    void setUp() override
    {
        static int count = 0;
        m_file = m_folder.filePath(QString::number(++count)).toStdString();
    }
    GrantStore store() { return std::move(GrantStore::open(m_file, m_clock).value()); }
    static GrantDraft draft(const char *permissions = "read-only")
    {
        GrantDraft draft;
        draft.agent = "codex";
        draft.organization = "local";
        draft.group = "default";
        draft.databases = {"demo-shop"};
        draft.permissions = Permissions::parse(permissions).value();
        return draft;
    }
    // The digits of a number to base three.
    static std::array<int, kPermissionCount> digits(int state)
    {
        std::array<int, kPermissionCount> digits{};
        for (int &digit : digits) {
            digit = state % 3;
            state /= 3;
        }
        return digits;
    }
    static Permissions permissions(int state)
    {
        constexpr Access kAccesses[] = {Access::Off, Access::Ask, Access::On};
        Permissions permissions;
        const auto accesses = digits(state);
        for (int i = 0; i < kPermissionCount; ++i)
            permissions.set(static_cast<Permission>(i), kAccesses[accesses[std::size_t(i)]]);
        return permissions;
    }

    struct Scope {
        std::string group;
        std::vector<std::string> databases;
        std::optional<Base::Millis> expiresAt;
        bool paused;

        Grant grant() const
        {
            Grant grant;
            grant.group = group;
            grant.databases = databases;
            grant.expiresAt = expiresAt;
            grant.paused = paused;
            return grant;
        }
        // By looking at every database of every group at every time.
        bool reaches(const std::string &database, const std::string &in, Base::Millis at) const
        {
            const bool listed
                = databases.empty() || std::count(databases.begin(), databases.end(), database) > 0;
            return !paused && listed && (group.empty() || group == in)
                && (!expiresAt || at < *expiresAt);
        }
    };
    static std::vector<Scope> scopes()
    {
        std::vector<Scope> all;
        for (const char *group : {"", "g", "h"}) {
            for (const auto &databases :
                 {std::vector<std::string>{}, {"a"}, {"b"}, {"a", "b"}, {"b", "a"}}) {
                for (const auto &end :
                     {std::optional<Base::Millis>{}, std::optional<Base::Millis>{100},
                      std::optional<Base::Millis>{200}}) {
                    for (const bool paused : {false, true})
                        all.push_back({group, databases, end, paused});
                }
            }
        }
        return all;
    }

private Q_SLOTS:
    // All 19,683 sets of permissions, each against a spread of others; every digit decides alone.
    void morePermissionIsMore()
    {
        std::vector<std::pair<std::array<int, kPermissionCount>, Grant>> others;
        for (int state = 0; state < kStates; state += 397) {
            Grant grant;
            grant.permissions = permissions(state);
            others.emplace_back(digits(state), grant);
        }
        int wider = 0;
        for (int state = 0; state < kStates; ++state) {
            Grant before;
            before.permissions = permissions(state);
            const auto had = digits(state);
            QVERIFY(!widens(before, before));
            for (const auto &[has, after] : others) {
                bool more = false;
                for (std::size_t i = 0; i < had.size(); ++i)
                    more = more || has[i] > had[i];
                QVERIFY2(widens(before, after) == more, before.permissions.text().c_str());
                wider += more ? 1 : 0;
            }
        }
        QVERIFY(wider > kStates);
    }

    // One permission changes, and the others are whatever they are.
    void everyPermissionCountsByItself()
    {
        int power = 1;
        for (int i = 0; i < kPermissionCount; ++i, power *= 3) {
            for (int state = 0; state < kStates; state += 53) {
                const int others = state - state / power % 3 * power;
                for (int from = 0; from < 3; ++from) {
                    for (int to = 0; to < 3; ++to) {
                        Grant before;
                        Grant after;
                        before.permissions = permissions(others + from * power);
                        after.permissions = permissions(others + to * power);
                        QCOMPARE(widens(before, after), to > from);
                    }
                }
            }
        }
    }

    // Every scope to every other: it is more exactly where something can be reached that could not.
    void moreScopeIsMore()
    {
        const auto all = scopes();
        QCOMPARE(all.size(), std::size_t(90));
        for (const Scope &before : all) {
            for (const Scope &after : all) {
                // While paused nothing is reached: then what counts is what resuming would give.
                Scope was = before;
                Scope is = after;
                const bool resumes = was.paused && !is.paused;
                was.paused = is.paused = false;
                bool more = resumes;
                for (const char *database : {"a", "b", "c"}) {
                    for (const char *group : {"g", "h", "i"}) {
                        for (const Base::Millis at : {50, 150, 250})
                            more = more
                                || (is.reaches(database, group, at)
                                    && !was.reaches(database, group, at));
                    }
                }
                QCOMPARE(widens(before.grant(), after.grant()), more);
            }
        }
    }

    void onlyWhatIsGivenChanges()
    {
        Grant before;
        before.id = "g";
        before.agent = "codex";
        before.connection = "workspace";
        before.organization = "local";
        before.group = "default";
        before.databases = {"a"};
        before.permissions = Permissions::readOnly();
        before.kind = "oauth";
        before.program = "client";
        before.createdAt = 5;
        before.expiresAt = 100;
        before.lastUsedAt = 6;
        for (int fields = 0; fields < 32; ++fields) {
            GrantChange change;
            Grant expected = before;
            if (fields & 1) {
                change.group = "";
                expected.group.clear();
            }
            if (fields & 2) {
                change.databases = std::vector<std::string>{};
                expected.databases.clear();
            }
            if (fields & 4)
                change.permissions = expected.permissions = Permissions::fullAccess();
            if (fields & 8) {
                change.expiry = Expiry{};
                expected.expiresAt.reset();
            }
            if (fields & 16)
                change.paused = expected.paused = true;
            QVERIFY(changed(before, change) == expected);
        }
    }

    void aChangeIsThereAfterARestartAndTheTokenStaysTheSame()
    {
        GrantChange change;
        change.group = "";
        change.databases = {"b", "c"};
        change.permissions = Permissions::parse("read:ask,delete").value();
        change.expiry = Expiry{m_clock.now() + 60'000};
        change.paused = true;
        std::string token;
        Grant after;
        {
            auto grants = store();
            const auto minted = grants.mintToken(draft()).value();
            token = minted.token;
            after = grants.change(minted.grant.id, change).value();
            QVERIFY(after == changed(minted.grant, change));
        }
        auto again = store();
        QVERIFY(again.byToken(token) == after);
        change = {};
        change.paused = false;
        change.expiry = Expiry{};
        QVERIFY(again.change(after.id, change));
        QVERIFY(!store().byToken(token)->paused && !store().byToken(token)->expiresAt);
    }

    void whatMakesNoSenseIsRefused()
    {
        auto grants = store();
        const auto id = grants.mintToken(draft())->grant.id;
        const auto before = grants.all();
        GrantChange nothing;
        nothing.permissions = Permissions();
        QCOMPARE(grants.change(id, nothing).error().kind, Base::ErrorKind::InvalidArgument);
        GrantChange past;
        past.expiry = Expiry{m_clock.now()};
        QCOMPARE(grants.change(id, past).error().kind, Base::ErrorKind::InvalidArgument);
        QCOMPARE(grants.change("grant_x", {}).error().kind, Base::ErrorKind::NotFound);
        QVERIFY(grants.all() == before);
        GrantChange brief;
        brief.expiry = Expiry{m_clock.now() + 1};
        QVERIFY(grants.change(id, brief));
        QCOMPARE(*grants.nextExpiry(), m_clock.now() + 1);
        m_clock.advance(1);
        QCOMPARE(grants.change(id, {}).error().kind, Base::ErrorKind::NotFound);
        QCOMPARE(grants.takeExpired().size(), std::size_t(1));
        QVERIFY(!grants.nextExpiry() && grants.takeExpired().empty());
    }

    void lessHoldsEvenWhereItCannotBeSavedAndMoreDoesNot()
    {
        const QString folder = m_folder.filePath(QStringLiteral("gone"));
        QVERIFY(QDir().mkpath(folder));
        m_file = (folder + QStringLiteral("/grants.json")).toStdString();
        auto grants = store();
        const auto id = grants.mintToken(draft("read,write"))->grant.id;
        QVERIFY(QDir(folder).removeRecursively());
        GrantChange more;
        more.permissions = Permissions::fullAccess();
        const auto before = grants.all();
        QVERIFY(!grants.change(id, more));
        QVERIFY(grants.all() == before);
        more.paused = true; // both: then it is more
        QVERIFY(!grants.change(id, more));
        QVERIFY(grants.all() == before);
        GrantChange less;
        less.paused = true;
        QVERIFY(!grants.change(id, less)); // says that it could not be saved
        QVERIFY(grants.find(id)->paused);
        less.paused = false;
        QVERIFY(!grants.change(id, less));
        QVERIFY(grants.find(id)->paused);
    }

    // Each member of a stored grant, missing and of each wrong type: damage never reads as more.
    void aDamagedGrantIsAnErrorAndStaysAsItIs()
    {
        {
            auto grants = store();
            GrantDraft limited = draft();
            limited.expiresIn = 60'000;
            QVERIFY(grants.mintToken(limited));
        }
        QFile file(QString::fromStdString(m_file));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const Json whole = Base::parseJson(file.readAll().toStdString()).value();
        file.close();
        const auto opens = [&](const Json &grant) {
            Json damaged = whole;
            damaged["grants"][0] = grant;
            const QByteArray text = QByteArray::fromStdString(Base::dumpJson(damaged));
            [&] {
                QVERIFY(file.open(QIODevice::WriteOnly));
                file.write(text);
                file.close();
            }();
            const bool opened = GrantStore::open(m_file, m_clock).has_value();
            [&] {
                QVERIFY(file.open(QIODevice::ReadOnly));
                QCOMPARE(file.readAll(), text);
                file.close();
            }();
            return opened;
        };
        const Json &grant = whole["grants"][0];
        QVERIFY(opens(grant));
        const Json values[] = {nullptr, true, 7, 1.5, "§", Json::array({1}), Json::object()};
        int checked = 0;
        for (const auto &item : grant.items()) {
            for (const Json &value : values) {
                const bool mayBeNull = item.key() == "expires_at" || item.key() == "last_used_at";
                const bool isNumber = item.value().is_number() || mayBeNull;
                const bool fits = value.type() == item.value().type()
                    || (value.is_number_integer() && isNumber) || (value.is_null() && mayBeNull);
                if (fits && item.key() != "databases" && item.key() != "permissions")
                    continue; // another value of the right type
                Json damaged = grant;
                damaged[item.key()] = value;
                QVERIFY2(!opens(damaged), (item.key() + " is " + Base::dumpJson(value)).c_str());
                ++checked;
            }
            Json missing = grant;
            missing.erase(item.key());
            // Not written by earlier versions, which could not pause.
            QCOMPARE(opens(missing), item.key() == "paused");
        }
        QCOMPARE(grant.size(), std::size_t(14));
        QVERIFY(checked > 70);
    }
};

QTEST_GUILESS_MAIN(tst_GrantChange)
#include "tst_grantchange.moc"
