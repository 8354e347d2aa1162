// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/fakeplatform.h"
#include "gateway/manualclock.h"
#include "gateway/settings.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/tool.h"
#include "support/testcase.h"

#include <algorithm>

using namespace Gateway;
using Base::Json;
using Turso::QueryFigures;

/// database_analytics: what it asks a connection for, and how it tells the answer.
class tst_Analytics : public Support::TestCase
{
    Q_OBJECT

private:
    static constexpr Base::Millis kDay = 24LL * 60 * 60 * 1000;

    Settings m_settings;
    Grant m_grant;
    ManualClock m_clock;
    std::unique_ptr<FakePlatform> m_platform;

    void setUp() override
    {
        m_platform = std::make_unique<FakePlatform>();
        m_platform->can.analytics = true;
    }

    /// The answer's members, or {"code", "argument", "message"}.
    Json ask(Json arguments)
    {
        const auto tools = allTools(m_settings);
        const auto tool = std::find_if(tools.begin(), tools.end(), [](const Tool &one) {
            return one.description.name == "database_analytics";
        });
        const auto failed = [](const Base::Error &error) {
            const auto details = Base::parseJson(error.details.empty() ? "{}" : error.details);
            return Json{{"code", Base::wireCode(error.kind)},
                        {"argument", Base::member(*details, "argument")},
                        {"message", error.message}};
        };
        arguments["database"] = "demo-shop";
        const auto checked = checkedArguments(tool->description.inputSchema, arguments);
        if (!checked)
            return failed(checked.error());
        const auto plan = tool->plan(*checked);
        if (!plan)
            return failed(plan.error());
        RunContext context{*m_platform, m_grant, m_settings, {}, {}, {}, m_clock.now()};
        const auto running = tool->run(*plan, context);
        if (!QTest::qWaitFor([&running] { return running.isFinished(); }))
            return {};
        const auto yield = running.result();
        return yield ? *Base::parseJson('{' + yield->members + '}') : failed(yield.error());
    }

    static QueryFigures query(const char *name, std::int64_t count, double total, double most)
    {
        QueryFigures one;
        one.fingerprint = name;
        one.query = std::string("SELECT ") + name;
        one.source = "workspace";
        one.count = count;
        one.totalMs = total;
        one.maxMs = most;
        return one;
    }
    static std::string names(const Json &answer)
    {
        std::string all;
        for (const Json &one : answer["queries"])
            all += one["fingerprint"].get<std::string>();
        return all;
    }

private Q_SLOTS:
    void theLastDayIsMeantIfNothingIsSaid()
    {
        const Json answer = ask({});
        QCOMPARE(m_platform->periods.size(), std::size_t(1));
        QCOMPARE(m_platform->periods.front().first, m_clock.now() - kDay);
        QCOMPARE(m_platform->periods.front().second, m_clock.now());
        QVERIFY(answer["from"] == Json(Base::toRfc3339(m_clock.now() - kDay)));
        QVERIFY(answer["to"] == Json(Base::toRfc3339(m_clock.now())));
        QVERIFY(answer["database"] == Json("demo-shop"));
        QVERIFY(answer["queries"] == Json::array() && answer["sources"] == Json::array());

        ask({{"to", "2026-11-20T12:00:00+02:00"}});
        QCOMPARE(m_platform->periods.back().second, Base::parseRfc3339("2026-11-20T10:00:00Z"));
        QCOMPARE(m_platform->periods.back().first, Base::parseRfc3339("2026-11-19T10:00:00Z"));
        const std::string from = Base::toRfc3339(m_clock.now() - 1000);
        ask({{"from", from}});
        QCOMPARE(m_platform->periods.back().first, m_clock.now() - 1000);
        QCOMPARE(m_platform->periods.back().second, m_clock.now());
    }

    void whatMakesNoSenseIsRefusedByItsName_data()
    {
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>("argument");
        const auto row = [](const char *arguments, const char *argument) {
            QTest::newRow(arguments) << QByteArray(arguments) << QByteArray(argument);
        };
        row(R"({"from":"2026-11-20T12:00:00"})", "from");
        row(R"({"from":"2026-11-20"})", "from");
        row(R"({"to":"yesterday"})", "to");
        row(R"({"to":"1h"})", "to");
        row(R"({"from":5})", "from");
        row(R"({"from":"2026-11-20T12:00:00Z","to":"2026-11-20T12:00:00Z"})", "from");
        row(R"({"from":"2026-11-20T12:00:01Z","to":"2026-11-20T12:00:00Z"})", "from");
        row(R"({"from":"2999-01-01T00:00:00Z"})", "from");
        row(R"({"order_by":"median"})", "order_by");
        row(R"({"order_by":"COUNT"})", "order_by");
        row(R"({"limit":0})", "limit");
        row(R"({"limit":101})", "limit");
        row(R"({"group":"default"})", "group");
    }
    void whatMakesNoSenseIsRefusedByItsName()
    {
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, argument);
        const Json answer = ask(*Base::parseJson(arguments.toStdString()));
        QVERIFY(answer.value("code", "") == "invalid_argument");
        QVERIFY2(answer["argument"] == Json(argument.toStdString()),
                 Base::dumpJson(answer).c_str());
        QVERIFY(m_platform->periods.empty());
    }

    void queriesComeInTheOrderThatIsAskedFor()
    {
        QueryFigures a = query("a", 1, 50, 50);
        QueryFigures b = query("b", 100, 30, 2);
        QueryFigures c = query("c", 10, 40, 39);
        a.rowsWritten = 0;
        b.rowsWritten = 7;
        b.p95Ms = 1;
        c.p95Ms = 20;
        c.p99Ms = 38;
        m_platform->figures.queries = {b, a, c};
        QCOMPARE(names(ask({})), std::string("acb"));
        QCOMPARE(names(ask({{"order_by", "total"}})), std::string("acb"));
        QCOMPARE(names(ask({{"order_by", "count"}})), std::string("bca"));
        QCOMPARE(names(ask({{"order_by", "avg"}})), std::string("acb"));
        QCOMPARE(names(ask({{"order_by", "max"}})), std::string("acb"));
        QCOMPARE(names(ask({{"order_by", "p95"}})), std::string("cba")); // not reported: last
        QCOMPARE(names(ask({{"order_by", "p99"}})), std::string("cab"));
        QCOMPARE(names(ask({{"order_by", "rows_written"}})), std::string("bac"));
        QCOMPARE(names(ask({{"order_by", "rows_read"}})), std::string("acb")); // by nobody
        QCOMPARE(names(ask({{"limit", 2}})), std::string("ac"));
        std::vector<QueryFigures> many(40, a);
        m_platform->figures.queries = many;
        QCOMPARE(ask({})["queries"].size(), std::size_t(10));
        QCOMPARE(ask({{"limit", 100}})["queries"].size(), std::size_t(40));
    }

    void whatIsNotReportedIsNull()
    {
        QueryFigures silent;
        silent.fingerprint = "s";
        silent.query = "SELECT ?";
        silent.source = "turso-cloud";
        QueryFigures full = query("f", 3, 1.23456, 0.5);
        full.errors = 1;
        full.p50Ms = 0.4;
        full.rowsRead = 9'007'199'254'740'993;
        full.lastSeen = 1'795'361'975'007;
        full.agentShare = 2.0 / 3;
        m_platform->figures.queries = {silent, full};
        m_platform->figures.sources = {{"workspace", "All of it.", {"rows_written"}}};
        const Json answer = ask({});
        const Json expected = *Base::parseJson(R"([
            {"fingerprint":"f","query":"SELECT f","count":3,"errors":1,"total_ms":1.235,
             "avg_ms":0.412,"p50_ms":0.4,"p95_ms":null,"p99_ms":null,"max_ms":0.5,
             "rows_read":"9007199254740993","rows_written":null,
             "last_seen":"2026-11-22T15:39:35.007Z","source":"workspace","agent_share":0.667},
            {"fingerprint":"s","query":"SELECT ?","count":null,"errors":null,"total_ms":null,
             "avg_ms":null,"p50_ms":null,"p95_ms":null,"p99_ms":null,"max_ms":null,
             "rows_read":null,"rows_written":null,"last_seen":null,"source":"turso-cloud",
             "agent_share":null}])");
        QVERIFY2(answer["queries"] == expected, Base::dumpJson(answer["queries"]).c_str());
        QVERIFY(
            answer["sources"]
            == Json::parse(
                R"([{"source":"workspace","covers":"All of it.","missing":["rows_written"]}])"));
    }

    void aConnectionWithoutFiguresSaysSo()
    {
        m_platform->can.analytics = false;
        QVERIFY(ask({}).value("code", "") == "unsupported");
    }
};

QTEST_GUILESS_MAIN(tst_Analytics)
#include "tst_analytics.moc"
