// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/settings.h"
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/tool.h"
#include "support/testcase.h"

#include <QTemporaryDir>

#include <set>

using namespace Gateway;
using Base::Json;

class tst_Arguments : public Support::TestCase
{
    Q_OBJECT

private:
    Settings m_settings;

    const Tool *tool(const std::vector<Tool> &tools, const std::string &name)
    {
        for (const Tool &one : tools) {
            if (one.description.name == name)
                return &one;
        }
        return nullptr;
    }

private Q_SLOTS:
    void theThirteenToolsAreListedWithHonestAnnotations()
    {
        struct Row {
            const char *name;
            bool readOnly, destructive, idempotent;
        };
        const std::vector<Row> rows = {
            {"list_databases", true, false, true},        {"get_database", true, false, true},
            {"list_branches", true, false, true},         {"database_analytics", true, false, true},
            {"read_database", true, false, true},         {"write_database", false, true, false},
            {"delete_from_database", false, true, false}, {"evolve_schema", false, true, false},
            {"create_database", false, false, false},     {"create_branch", false, false, false},
            {"set_database_config", false, true, true},   {"delete_database", false, true, false},
            {"approval_wait", true, false, true}};
        const auto tools = allTools(m_settings);
        QCOMPARE(tools.size(), rows.size());
        for (const Row &row : rows) {
            const Tool *found = tool(tools, row.name);
            QVERIFY2(found, row.name);
            const auto &hints = found->description.annotations;
            QVERIFY2(hints.readOnly == row.readOnly && hints.destructive == row.destructive
                         && hints.idempotent == row.idempotent && !hints.openWorld,
                     row.name);
        }
    }

    void schemasAreFlatPlainAndDescribed()
    {
        const std::set<std::string> plain{"string", "integer", "boolean", "array"};
        for (const Tool &one : allTools(m_settings)) {
            const Json &input = one.description.inputSchema;
            QVERIFY(input["additionalProperties"] == Json(false));
            for (const auto &[name, property] : input["properties"].items()) {
                QVERIFY2(plain.contains(property["type"].get<std::string>()), name.c_str());
                QVERIFY2(!property["description"].get<std::string>().empty(), name.c_str());
                QVERIFY2(property["type"] != "array" || property.contains("items"), name.c_str());
            }
            for (const auto &[name, property] : one.description.outputSchema["properties"].items())
                QVERIFY2(property.contains("description"), name.c_str());
            QVERIFY(one.description.name.size() <= 40);
            QVERIFY(!one.description.description.empty());
        }
    }

    void argumentsAreCheckedByName_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>(
            "wrong"); // the argument named by the error, or empty when right
        const auto row = [](const char *name, const char *tool, const char *arguments,
                            const char *wrong) {
            QTest::newRow(name) << QByteArray(tool) << QByteArray(arguments) << QByteArray(wrong);
        };
        row("right", "read_database", R"({"database":"a","sql":"SELECT 1"})", "");
        row("unknown", "read_database", R"({"database":"a","sql":"x","force":true})", "force");
        row("missing", "read_database", R"({"database":"a"})", "sql");
        row("wrong type", "read_database", R"({"database":1,"sql":"x"})", "database");
        row("alias query", "read_database", R"({"database":"a","query":"x"})", "");
        row("alias database_name", "read_database", R"({"database_name":"a","sql":"x"})", "");
        row("alias name", "get_database", R"({"name":"a"})", "");
        row("no alias where name is real", "create_database", R"({"database":"a"})", "database");
        row("branch has both", "create_branch", R"({"database":"a","name":"b"})", "");
        row("twice", "read_database", R"({"database":"a","database_name":"b","sql":"x"})",
            "database_name");
        row("null is not given", "read_database", R"({"database":"a","sql":"x","max_rows":null})",
            "");
        row("null does not satisfy", "read_database", R"({"database":"a","sql":null})", "sql");
        row("below", "read_database", R"({"database":"a","sql":"x","max_rows":0})", "max_rows");
        row("above", "read_database", R"({"database":"a","sql":"x","max_rows":10001})", "max_rows");
        row("float that is whole", "read_database", R"({"database":"a","sql":"x","max_rows":5.0})",
            "");
        row("float", "read_database", R"({"database":"a","sql":"x","max_rows":5.5})", "max_rows");
        row("huge", "read_database", R"({"database":"a","sql":"x","max_rows":1e300})", "max_rows");
        row("args by position", "read_database", R"({"database":"a","sql":"x","args":[1]})", "");
        row("args by name", "read_database", R"({"database":"a","sql":"x","args":{"a":1}})", "");
        row("args as text", "read_database", R"({"database":"a","sql":"x","args":"1"})", "args");
        row("strings only", "set_database_config", R"({"database":"a","allowed_ips":[1]})",
            "allowed_ips");
        row("boolean as text", "create_database", R"({"name":"a","use_tursodb":"yes"})",
            "use_tursodb");
        row("no object", "read_database", "[]", "arguments");
    }
    void argumentsAreCheckedByName()
    {
        QFETCH(QByteArray, tool);
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, wrong);
        const auto tools = allTools(m_settings);
        const auto checked
            = checkedArguments(this->tool(tools, tool.toStdString())->description.inputSchema,
                               Base::parseJson(arguments.toStdString()).value());
        QCOMPARE(checked.has_value(), wrong.isEmpty());
        if (checked && checked->contains("max_rows"))
            QCOMPARE(Base::integerMember(*checked, "max_rows").value_or(0), 5);
        if (!checked)
            QCOMPARE(checked.error().details,
                     "{\"argument\":" + Base::quoteJson(wrong.toStdString()) + "}");
    }

    void plansSayWhatACallWouldDo_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QByteArray>("outcome"); // code, or permission/risk/asks
        const auto row = [](const char *tool, const char *sql, const char *outcome) {
            QTest::newRow(sql) << QByteArray(tool) << QByteArray(sql) << QByteArray(outcome);
        };
        row("read_database", "SELECT 1", "read safe no");
        row("read_database", "SELECT 1; SELECT 2", "not_understood");
        row("read_database", "SELECT 1; DELETE FROM t", "wrong_tool");
        row("read_database", "WITH a AS (SELECT 1) DELETE FROM t", "wrong_tool");
        row("read_database", "ATTACH 'x' AS y", "not_understood");
        row("read_database", "PRAGMA writable_schema = 1", "not_understood");
        row("write_database", "INSERT INTO t VALUES (1)", "write change no");
        row("write_database", "UPDATE t SET a = 1 WHERE id = 2", "write change no");
        row("write_database", "UPDATE t SET a = 1", "write destructive yes");
        row("write_database", "REPLACE INTO t VALUES (1)", "write destructive yes");
        row("write_database", "DELETE FROM t", "wrong_tool");
        row("write_database", "INSERT INTO t VALUES (1); DROP TABLE t", "wrong_tool");
        row("write_database", "SELECT 1", "wrong_tool");
        row("write_database", "BEGIN; DELETE FROM t", "not_understood");
        row("delete_from_database", "DELETE FROM t WHERE id = 1", "delete destructive yes");
        row("delete_from_database", "DROP TABLE t", "wrong_tool");
        row("evolve_schema", "CREATE TABLE t (a)", "schema change no");
        row("evolve_schema", "DROP TABLE t", "schema destructive yes");
        row("evolve_schema", "ALTER TABLE t ADD COLUMN b", "schema destructive yes");
        row("evolve_schema", "DELETE FROM t", "wrong_tool");
    }
    void plansSayWhatACallWouldDo()
    {
        QFETCH(QByteArray, tool);
        QFETCH(QByteArray, sql);
        QFETCH(QByteArray, outcome);
        const auto tools = allTools(m_settings);
        const auto plan = this->tool(tools, tool.toStdString())
                              ->plan({{"database", "a"}, {"sql", sql.toStdString()}});
        if (!plan) {
            QCOMPARE(QByteArray(Base::wireCode(plan.error().kind).data()), outcome);
            return;
        }
        const QByteArray seen = QByteArray(permissionName(plan->permission).data()) + ' '
            + riskName(plan->risk).data() + (plan->asks ? " yes" : " no");
        QCOMPARE(seen, outcome);
    }

    void replaceNeedsDeleteAsWell()
    {
        const auto tools = allTools(m_settings);
        const auto plan
            = tool(tools, "write_database")
                  ->plan({{"database", "a"}, {"sql", "INSERT OR REPLACE INTO t VALUES (1)"}});
        QVERIFY(plan);
        QCOMPARE(plan->further, std::vector<Permission>{Permission::Delete});
    }

    void dryRunsAskNobody()
    {
        const auto tools = allTools(m_settings);
        const auto plan
            = tool(tools, "delete_from_database")
                  ->plan({{"database", "a"}, {"sql", "DELETE FROM t"}, {"dry_run", true}});
        QVERIFY(plan && plan->dryRun && !plan->asks && plan->risk == Risk::Change);
    }

    void deletingADatabaseNeedsItsNameTyped()
    {
        const auto tools = allTools(m_settings);
        const auto plan = tool(tools, "delete_database")->plan({{"database", "shop-prod"}});
        QVERIFY(plan && plan->asks && plan->risk == Risk::Irreversible);
        QCOMPARE(plan->mustType, std::string("shop-prod"));
    }

    void valuesAreBoundAsTheyAre()
    {
        const Json values
            = {nullptr, true, 1, 9223372036854775807LL, 1.5, "x", {{"base64", "AP8="}}};
        const auto bound = bindings(values);
        QVERIFY(bound);
        const auto &list = std::get<std::vector<Turso::Value>>(*bound);
        QVERIFY(std::holds_alternative<std::monostate>(list[0]));
        QCOMPARE(std::get<std::int64_t>(list[1]), 1);
        QCOMPARE(std::get<std::int64_t>(list[3]), 9223372036854775807LL);
        QCOMPARE(std::get<Turso::Blob>(list[6]).bytes, std::string("\0\xff", 2));
        for (const Json &bad : {Json(18446744073709551615ULL), Json(Json::array()),
                                Json({{"base64", "!"}}), Json({{"other", 1}})})
            QVERIFY(!bindings(Json::array({bad})));
    }

    void bigIntegersAreStrings()
    {
        std::string out;
        appendInteger(out, 9007199254740991);
        out += ' ';
        appendInteger(out, 9007199254740992);
        out += ' ';
        appendInteger(out, -9007199254740992);
        QCOMPARE(out, std::string(R"(9007199254740991 "9007199254740992" "-9007199254740992")"));
    }

    void settingsNameWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("right");
        QTest::newRow("empty object") << QByteArray("{}") << true;
        QTest::newRow("duration") << QByteArray(R"({"approval_deadline":"10m"})") << true;
        QTest::newRow("misspelt") << QByteArray(R"({"approval_dead_line":"10m"})") << false;
        QTest::newRow("wrong type") << QByteArray(R"({"approval_deadline":10})") << false;
        QTest::newRow("out of range") << QByteArray(R"({"max_result_bytes":5})") << false;
        QTest::newRow("not JSON") << QByteArray("{") << false;
    }
    void settingsNameWhatIsWrong()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, right);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("settings.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        QCOMPARE(readSettings(file.fileName().toStdString()).has_value(), right);
        QVERIFY(readSettings("/nowhere/settings.json").has_value());
    }
};

QTEST_GUILESS_MAIN(tst_Arguments)
#include "tst_arguments.moc"
