// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/effects.h"
#include "gateway/settings.h"
#include "gateway/toolfacts.h"
#include "gateway/tools/tool.h"
#include "support/testcase.h"

#include <map>
#include <set>

using namespace Gateway;
using Base::Json;

namespace
{

// Written by hand from the tools' API, not taken from the code.
const std::set<std::string_view> kAlwaysAsk = {"delete_from_database", "delete_database"};
const std::set<std::string_view> kAskIfGrave
    = {"write_database", "evolve_schema", "set_database_config"};
const std::map<std::string_view, Permission> kNeeds = {
    {"list_databases", Permission::Read},
    {"get_database", Permission::Read},
    {"create_database", Permission::Create},
    {"delete_database", Permission::DeleteDatabase},
    {"set_database_config", Permission::Configure},
    {"create_branch", Permission::Branch},
    {"list_branches", Permission::Read},
    {"database_analytics", Permission::Analytics},
    {"read_database", Permission::Read},
    {"write_database", Permission::Write},
    {"delete_from_database", Permission::Delete},
    {"evolve_schema", Permission::Schema},
};

Effect expected(std::string_view tool, Access access)
{
    if (access == Access::Off)
        return Effect::Off;
    if (access == Access::Ask || kAlwaysAsk.contains(tool))
        return Effect::Asks;
    return kAskIfGrave.contains(tool) ? Effect::OnAsks : Effect::On;
}

/// Every one of the 3^9 sets of permissions.
template <typename Check>
void forAllPermissions(Check check)
{
    int count = 1;
    for (int i = 0; i < kPermissionCount; ++i)
        count *= 3;
    for (int number = 0; number < count; ++number) {
        Permissions permissions;
        for (int i = 0, rest = number; i < kPermissionCount; ++i, rest /= 3)
            permissions.set(static_cast<Permission>(i), static_cast<Access>(rest % 3));
        check(permissions);
    }
}

GrantDraft draftOf(const Permissions &permissions)
{
    GrantDraft draft;
    draft.agent = "Codex";
    draft.organization = "local";
    draft.group = "prod";
    draft.permissions = permissions;
    return draft;
}

bool contains(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class tst_Effects : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everySetOfPermissionsHasTheEffectsThatThePolicyGivesIt()
    {
        int seen = 0;
        int wrong = 0;
        forAllPermissions([&](const Permissions &permissions) {
            const auto effects = effectsOf(draftOf(permissions));
            wrong += effects.size() == kNeeds.size() ? 0 : 1;
            for (const ToolEffect &effect : effects) {
                const Permission needs = kNeeds.at(effect.tool);
                const bool right = effect.permission == needs && !effect.note.empty()
                    && effect.effect == expected(effect.tool, permissions.access(needs));
                wrong += right ? 0 : 1;
                ++seen;
            }
        });
        QCOMPARE(seen, 19'683 * 12);
        QCOMPARE(wrong, 0);
    }

    void theSentenceHidesNothingForAnySetOfPermissions()
    {
        int wrong = 0;
        forAllPermissions([&](const Permissions &permissions) {
            const GrantDraft draft = draftOf(permissions);
            const std::string text = effectSentence(draft, 3);
            bool changes = false;
            bool any = false;
            bool asks = false;
            for (const ToolEffect &effect : effectsOf(draft)) {
                const bool looks = effect.permission == Permission::Read
                    || effect.permission == Permission::Analytics;
                any = any || effect.effect != Effect::Off;
                changes = changes || (!looks && effect.effect != Effect::Off);
                asks = asks || effect.effect == Effect::Asks || effect.effect == Effect::OnAsks;
            }
            const bool deletes = permissions.access(Permission::DeleteDatabase) != Access::Off;
            const bool right = contains(text, "may do nothing.") == !any
                && contains(text, "It can change nothing.") == (any && !changes)
                && contains(text, "It asks you before") == asks
                && contains(text, "deleting a database") == deletes
                && contains(text, "cannot be brought back") == deletes
                && contains(text, "deleting rows")
                    == (permissions.access(Permission::Delete) != Access::Off)
                && text.starts_with("Codex may ") && text.ends_with('.');
            wrong += right ? 0 : 1;
        });
        QCOMPARE(wrong, 0);
    }

    void sentencesReadAsAColleagueWouldSayThem()
    {
        GrantDraft draft = draftOf(Permissions::readOnly());
        QCOMPARE(effectSentence(draft, 2),
                 std::string("Codex may read data and see query statistics in every database of "
                             "group prod (2 today, and those made later). It can change nothing."));
        draft.databases = {"shop", "demo", "test"};
        QCOMPARE(effectSentence(draft, 9),
                 std::string("Codex may read data and see query statistics in 3 databases of group "
                             "prod. It can change nothing."));
        draft.databases = {"shop"};
        draft.permissions = Permissions::parse("read,write:ask").value();
        QCOMPARE(effectSentence(draft, 9),
                 std::string("Codex may read data in the database shop. It asks you before adding "
                             "or changing rows."));
        draft.databases.clear();
        draft.group.clear();
        draft.permissions = Permissions::parse("delete-database").value();
        QCOMPARE(effectSentence(draft, 40),
                 std::string(
                     "Codex may do nothing in every database of every group of "
                     "organization local (40 today, and those made later) without asking "
                     "you. It asks you before deleting a database. If you approve that, a deleted "
                     "database cannot be brought back."));
    }

    void whoMayUseCertainDatabasesMakesNoOthers()
    {
        GrantDraft draft = draftOf(Permissions::fullAccess());
        draft.databases = {"shop"};
        for (const ToolEffect &effect : effectsOf(draft)) {
            const bool makes = effect.tool == "create_database" || effect.tool == "create_branch";
            QCOMPARE(effect.effect == Effect::Off, makes);
            QCOMPARE(contains(effect.note, "cannot make others"), makes);
        }
        QVERIFY(!contains(effectSentence(draft, 1), "create databases"));
        QVERIFY(!contains(effectSentence(draft, 1), "make branches"));
    }

    void replacingRowsIsSaidToBeRefusedWithoutTheRightToDelete()
    {
        for (const char *permissions : {"write", "write,delete"}) {
            const auto effects = effectsOf(draftOf(Permissions::parse(permissions).value()));
            const auto write = std::find_if(effects.begin(), effects.end(), [](const auto &one) {
                return one.tool == "write_database";
            });
            QCOMPARE(contains(write->note, "refused for replacing rows"),
                     std::string_view(permissions) == "write");
        }
    }

    void whatReachesFarIsKnown()
    {
        GrantDraft draft = draftOf(Permissions::readOnly());
        QVERIFY(!isWholeOrganization(draft) && !mayDeleteDatabases(draft));
        draft.group.clear();
        QVERIFY(isWholeOrganization(draft));
        draft.databases = {"shop"};
        QVERIFY(!isWholeOrganization(draft));
        for (const char *permissions : {"full-access", "delete-database", "delete-database:ask"})
            QVERIFY(mayDeleteDatabases(draftOf(Permissions::parse(permissions).value())));
        for (int i = 0; i < kPermissionCount; ++i) {
            const auto permission = static_cast<Permission>(i);
            QCOMPARE(alwaysAsks(permission),
                     permission == Permission::Delete || permission == Permission::DeleteDatabase);
        }
    }

    // The table is what the tools are made from, and what their plans really say.
    void theTableAgreesWithTheTools()
    {
        struct Use {
            std::string_view tool;
            Json arguments;
            bool grave;
        };
        const std::vector<Use> uses = {
            {"list_databases", Json::object(), false},
            {"get_database", {{"database", "d"}}, false},
            {"create_database", {{"name", "d"}}, false},
            {"delete_database", {{"database", "d"}}, true},
            {"set_database_config", {{"database", "d"}, {"delete_protection", true}}, false},
            {"set_database_config", {{"database", "d"}, {"delete_protection", false}}, true},
            {"create_branch", {{"database", "d"}, {"name", "b"}}, false},
            {"list_branches", {{"database", "d"}}, false},
            {"database_analytics", {{"database", "d"}}, false},
            {"read_database", {{"database", "d"}, {"sql", "SELECT 1"}}, false},
            {"write_database", {{"database", "d"}, {"sql", "INSERT INTO t VALUES (1)"}}, false},
            {"write_database", {{"database", "d"}, {"sql", "UPDATE t SET a = 1"}}, true},
            {"delete_from_database", {{"database", "d"}, {"sql", "DELETE FROM t"}}, true},
            {"evolve_schema", {{"database", "d"}, {"sql", "CREATE TABLE t(a)"}}, false},
            {"evolve_schema", {{"database", "d"}, {"sql", "DROP TABLE t"}}, true},
        };
        const Settings settings;
        const std::vector<Tool> tools = allTools(settings);
        QCOMPARE(tools.size(), toolFacts().size() + 1);
        for (std::size_t i = 0; i < toolFacts().size(); ++i) {
            const ToolFacts &facts = toolFacts()[i];
            const auto found = std::find_if(tools.begin(), tools.end(), [&facts](const Tool &tool) {
                return tool.description.name == facts.tool;
            });
            QVERIFY2(found != tools.end(), facts.tool.data());
            QCOMPARE(found->permission, facts.permission);
            int seen = 0;
            for (const Use &use : uses) {
                if (use.tool != facts.tool)
                    continue;
                ++seen;
                const auto plan = found->plan(use.arguments);
                QVERIFY2(plan, facts.tool.data());
                QCOMPARE(plan->permission, facts.permission);
                QCOMPARE(plan->changes, facts.changes);
                QCOMPARE(plan->risk, use.grave ? facts.gravest : facts.mildest);
                QCOMPARE(plan->asks, use.grave);
            }
            QVERIFY2(seen > 0, facts.tool.data());
        }
        QVERIFY(!findToolFacts(kApprovalWait));
    }
};

QTEST_GUILESS_MAIN(tst_Effects)
#include "tst_effects.moc"
