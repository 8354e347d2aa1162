// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "control/fakedesk.h"
#include "control/fields.h"
#include "control/operatorkey.h"
#include "support/testcase.h"

#include <QTemporaryDir>

#include <functional>
#include <set>
#include <sys/stat.h>

using namespace Control;
using Base::Json;

namespace
{

// One kind of value: its JSON, and a decoder that says whether it takes a JSON, and what it makes
// of it.
struct Kind {
    const char *name;
    Json json;
    std::function<std::string(const Json &)> error; ///< empty: taken
    std::function<Json(const Json &)> again; ///< decoded and encoded
    std::set<std::string> keys;
    std::set<std::string> mayBeNull;
};

template <typename T>
Kind kind(const char *name, const T &value, Base::Result<T> (*decode)(const Json &),
          std::set<std::string> keys, std::set<std::string> mayBeNull)
{
    return {name,
            toJson(value),
            [decode](const Json &json) {
                auto result = decode(json);
                return result ? std::string() : result.error().message;
            },
            [decode](const Json &json) { return toJson(decode(json).value()); },
            std::move(keys),
            std::move(mayBeNull)};
}

std::vector<Kind> kinds()
{
    const FakeDesk desk;
    Gateway::CallDetail detail;
    detail.record = FakeDesk::someCall("call_1", 5);
    detail.arguments = "{\"a\":1}";
    detail.result = "{}";
    const std::set<std::string> callKeys
        = {"call_id",         "started_at", "agent",       "tool",     "connection", "database",
           "statement_class", "risk",       "state",       "decision", "rule",       "rows",
           "affected_rows",   "bytes",      "duration_ms", "wait_ms",  "code",       "sql"};
    auto detailKeys = callKeys;
    detailKeys.insert({"grant_id", "approval_id", "program", "arguments", "result", "reason",
                       "judge_ms", "preview_ms", "run_ms"});
    return {
        kind("status", desk.currentStatus, statusFrom,
             {"endpoint", "version", "profile", "pid", "connections", "agents", "approvals_pending",
              "read_only", "read_only_until", "workspace_served"},
             {"read_only_until", "workspace_served"}),
        kind("connection", FakeConnections::someConnection("co_1"), connectionFrom,
             {"id", "kind", "name", "state", "sentence", "organization", "url", "admin_url",
              "api_url", "warnings", "facts", "capabilities", "signed_in_by", "token_kept",
              "token_note", "checked_at"},
             {"checked_at"}),
        kind("agent", desk.knownAgents[0], agentFrom,
             {"name", "program", "transport", "connected", "calls_today", "last_call_at"},
             {"last_call_at"}),
        kind("call", detail.record, callFrom, callKeys, {"rows", "affected_rows"}),
        kind("detail", detail, callDetailFrom, detailKeys,
             {"rows", "affected_rows", "arguments", "result"}),
        kind("approval", desk.openApprovals[0], approvalFrom,
             {"id",     "kind",       "call_id",    "agent",    "program",   "asker",
              "tool",   "connection", "database",   "sentence", "context",   "risk",
              "impact", "sql",        "reason",     "undo",     "must_type", "may_remember",
              "offer",  "created_at", "expires_at", "state"},
             {"impact", "asker", "offer"}),
        kind("scope", desk.knownScopes[0], connectionScopeFrom,
             {"id", "kind", "name", "organization", "groups", "left_out", "problem"}, {}),
        kind("grant", desk.knownGrants[0], grantFrom,
             {"id", "kind", "agent", "program", "connection", "organization", "group", "databases",
              "permissions", "created_at", "expires_at", "last_used_at", "paused"},
             {"expires_at", "last_used_at"}),
        kind("token", Gateway::MintedToken{"t", desk.knownGrants[0]}, mintedTokenFrom,
             {"token", "grant"}, {}),
    };
}

} // namespace

class tst_Codec : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyValueHasExactlyTheKeysOfTheProtocol()
    {
        for (const Kind &each : kinds()) {
            std::set<std::string> keys;
            for (const auto &item : each.json.items())
                keys.insert(item.key());
            QVERIFY2(keys == each.keys, each.name);
        }
    }

    void longTextsOfListedApprovalsAreCut()
    {
        auto approval = FakeDesk::someApproval("ap_1");
        QVERIFY(listedApprovals({approval})[0] == toJson(approval));
        approval.sql = std::string(kListedApprovalBytes, 's');
        approval.reason = std::string(kListedApprovalBytes - 1, 'r') + "é!";
        approval.impact = "{\"a\":\"" + std::string(kListedImpactBytes - 8, 'i') + "\"}";
        QCOMPARE(approval.impact.size(), kListedImpactBytes);
        Json listed = listedApprovals({approval})[0];
        QVERIFY(listed["sql"] == Json(approval.sql));
        QVERIFY(listed["reason"]
                == Json(std::string(kListedApprovalBytes - 1, 'r')
                        + "\n… cut here, 16386 bytes in all"));
        QVERIFY(listed["impact"].is_object());
        approval.sql += 's';
        approval.impact.insert(6, "i");
        listed = listedApprovals({approval})[0];
        QVERIFY(
            listed["sql"]
            == Json(std::string(kListedApprovalBytes, 's') + "\n… cut here, 16385 bytes in all"));
        QVERIFY(listed["impact"].is_null());
        QVERIFY(approvalFrom(listed));
        QVERIFY(toJson(approval)["sql"] == Json(approval.sql));
        QVERIFY(toJson(approval)["impact"].is_object());
    }

    void everyValueComesBackUnchanged()
    {
        for (const Kind &each : kinds()) {
            QCOMPARE(each.error(each.json), std::string());
            QVERIFY2(each.again(each.json) == each.json, each.name);
            Json more = each.json;
            more["of a later version"] = 1;
            QVERIFY2(each.again(more) == each.json, each.name);
        }
    }

    // Generated: each member of each value, missing and with each wrong type.
    void everyMissingOrWrongMemberIsNamed()
    {
        const Json values[]
            = {nullptr, true, 7, 1.5, "§", Json::array({1}), Json::object({{"x", 1}})};
        int checked = 0;
        for (const Kind &each : kinds()) {
            for (const std::string &key : each.keys) {
                for (const Json &value : values) {
                    Json json = each.json;
                    const bool sameType = json[key].type_name() == std::string(value.type_name())
                        && !value.is_string();
                    json[key] = value;
                    const bool isPlainText = value.is_string() && each.json[key].is_string()
                        && each.error(json).empty();
                    const bool mayBeNull = value.is_null() && each.mayBeNull.contains(key);
                    const bool mayBeObject = value.is_object()
                        && (key == "impact" || key == "arguments" || key == "result");
                    const bool mayBeNumber = value.is_number_integer()
                        && each.mayBeNull.contains(key)
                        && (key == "rows" || key == "affected_rows");
                    const bool isNumber = value.is_number() && each.json[key].is_number_float();
                    if ((sameType && key != "connections" && key != "databases" && key != "grant"
                         && key != "facts" && key != "capabilities")
                        || isPlainText || mayBeNull || mayBeObject || mayBeNumber || isNumber)
                        continue;
                    const std::string error = each.error(json);
                    QVERIFY2(!error.empty(),
                             (std::string(each.name) + "." + key + " = " + value.dump()).c_str());
                    ++checked;
                }
                Json json = each.json;
                json.erase(key);
                if (each.mayBeNull.contains(key) && each.error(json).empty())
                    continue;
                QVERIFY2(each.error(json).find(key) != std::string::npos, key.c_str());
                ++checked;
            }
        }
        QVERIFY2(checked > 400, std::to_string(checked).c_str());
    }

    void textThatIsNotUtf8DoesNotSpoilALine()
    {
        Gateway::CallRecord call = FakeDesk::someCall("c", 0);
        call.sql = "SELECT '\xff\xc0'";
        QVERIFY(Base::parseJson(Base::dumpJson(toJson(call))));
    }

    void listedSqlIsCutAtACharacter()
    {
        Gateway::CallRecord call = FakeDesk::someCall("c", 0);
        for (std::size_t shift = 0; shift < 4; ++shift) {
            call.sql = std::string(kListedSqlBytes - shift, 'x') + "😀😀";
            const std::string text = toJson(call)["sql"].get<std::string>();
            QVERIFY(text.size() <= kListedSqlBytes + 3 && text.ends_with("…"));
            QVERIFY(Base::parseJson("\"" + text + "\""));
        }
        Gateway::CallDetail detail;
        detail.record = call;
        QCOMPARE(toJson(detail)["sql"].get<std::string>(), call.sql);
    }

    void draftsAreReadStrictly_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("valid");
        const auto row = [](const char *name, const char *json, bool valid) {
            QTest::newRow(name) << QByteArray(json).replace('\'', '"') << valid;
        };
        row("least", "{'agent':'a','permissions':'read-only'}", true);
        row("all",
            "{'agent':'a','connection':'workspace','organization':'o','group':'g','databases':['d']"
            ","
            "'permissions':'read,write:ask','expires':'8h'}",
            true);
        row("no agent", "{'permissions':'read-only'}", false);
        row("empty agent", "{'agent':'','permissions':'read-only'}", false);
        row("no permissions", "{'agent':'a'}", false);
        row("wrong permission", "{'agent':'a','permissions':'everything'}", false);
        row("unknown member", "{'agent':'a','permissions':'read-only','database':'d'}", false);
        row("database as text", "{'agent':'a','permissions':'read-only','databases':'d'}", false);
        row("nameless database", "{'agent':'a','permissions':'read-only','databases':['']}", false);
        row("expires as number", "{'agent':'a','permissions':'read-only','expires':8}", false);
        row("expires as nonsense", "{'agent':'a','permissions':'read-only','expires':'soon'}",
            false);
        row("list", "[]", false);
        row("null", "null", false);
    }
    void draftsAreReadStrictly()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, valid);
        const auto draft = draftFrom(Base::parseJson(json.toStdString()).value());
        QCOMPARE(draft.has_value(), valid);
        if (draft)
            QVERIFY(draftFrom(toJson(*draft)).value().permissions == draft->permissions);
    }

    void durationsComeBackAtLeastAsLong()
    {
        for (const Base::Millis duration :
             {1LL, 1000LL, 90'000LL, 3'600'000LL, 86'400'000LL, 604'800'000LL, 9'999'999'000LL,
              10'000'001'000LL, 999'999'999'000LL}) {
            const auto back = Base::parseDuration(durationText(duration));
            QVERIFY2(back && *back >= duration, durationText(duration).c_str());
        }
        QCOMPARE(durationText(28'800'000), std::string("8h"));
        QCOMPARE(durationText(5'400'000), std::string("90m"));
    }

    void timesAreReadBack()
    {
        for (const Base::Millis time :
             {0LL, 1'795'361'975'007LL, 951'782'400'000LL, 4'102'444'799'999LL})
            QCOMPARE(fromRfc3339(Base::toRfc3339(time)).value_or(-1), time);
        QCOMPARE(fromRfc3339("2026-11-22T15:39:35Z").value_or(-1), 1'795'361'975'000);
        for (const char *text :
             {"", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
              "2026-11-22T24:00:00Z", "2026-11-22T15:39:35", "2026-11-22 15:39:35Z",
              "2026-11-22T15:39:35.Z", "2026-11-22T15:39:35.1x3Z"})
            QVERIFY2(!fromRfc3339(text), text);
    }

    void errorCodesComeBack()
    {
        using Base::ErrorKind;
        for (const ErrorKind kind : {ErrorKind::NotFound, ErrorKind::NotGranted, ErrorKind::Denied,
                                     ErrorKind::InvalidArgument, ErrorKind::Internal})
            QCOMPARE(errorKindFrom(errorCode(kind)), kind);
        QCOMPARE(errorCode(ErrorKind::NotGranted), std::string_view("not_allowed"));
        QCOMPARE(errorCode(ErrorKind::Denied), std::string_view("already_answered"));
        QCOMPARE(errorKindFrom("of a later version"), ErrorKind::Internal);
    }

    void operatorKeysMustBePrivateAndLong_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("mode");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("plain") << QByteArray("0123456789abcdef\n") << 0600
                               << QByteArray("0123456789abcdef");
        QTest::newRow("spaces") << QByteArray("  0123456789abcdef \r\nx") << 0400
                                << QByteArray("0123456789abcdef");
        QTest::newRow("short") << QByteArray("0123456789abcde\n") << 0600 << QByteArray();
        QTest::newRow("second line") << QByteArray("\n0123456789abcdef") << 0600 << QByteArray();
        QTest::newRow("empty") << QByteArray() << 0600 << QByteArray();
        QTest::newRow("group reads") << QByteArray("0123456789abcdef") << 0640 << QByteArray();
        QTest::newRow("others read") << QByteArray("0123456789abcdef") << 0604 << QByteArray();
        QTest::newRow("others write") << QByteArray("0123456789abcdef") << 0602 << QByteArray();
    }
    void operatorKeysMustBePrivateAndLong()
    {
        QFETCH(QByteArray, content);
        QFETCH(int, mode);
        QFETCH(QByteArray, key);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("key"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QCOMPARE(chmod(path.toUtf8().constData(), mode_t(mode)), 0);
        const auto read = readOperatorKey(path.toStdString());
        QCOMPARE(read.has_value(), !key.isEmpty());
        if (read)
            QVERIFY(read->equals(key.toStdString()));
        else
            QCOMPARE(read.error().kind == Base::ErrorKind::NotGranted, (mode & 077) != 0);
        QCOMPARE(readOperatorKey("/nowhere/key").error().kind, Base::ErrorKind::NotFound);
        QVERIFY(!readOperatorKey(folder.path().toStdString()));
    }
};

QTEST_GUILESS_MAIN(tst_Codec)
#include "tst_codec.moc"
