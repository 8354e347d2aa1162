// SPDX-License-Identifier: GPL-3.0-or-later
// The contract's control plane.
#include "turso/contract/suite.h"

#include <algorithm>

using namespace Turso;

namespace
{

std::vector<std::string> namesOf(const std::vector<Database> &databases)
{
    std::vector<std::string> names;
    for (const Database &database : databases)
        names.push_back(database.name);
    return names;
}

bool has(const std::vector<Database> &databases, const std::string &name)
{
    const auto names = namesOf(databases);
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string texts(const std::vector<std::string> &list)
{
    std::string all;
    for (const std::string &text : list)
        all += (all.empty() ? "" : ",") + text;
    return all;
}

} // namespace

void ContractSuite::itTellsWhatItCanDo()
{
    const Capabilities told = platform().capabilities();
    const Capabilities right = m_subject.capabilities();
    QCOMPARE(told.groups, right.groups);
    QCOMPARE(told.createDatabases, right.createDatabases);
    QCOMPARE(told.branches, right.branches);
    QCOMPARE(told.pointInTime, right.pointInTime);
    QCOMPARE(told.configuration, right.configuration);
    QCOMPARE(told.analytics, right.analytics);
    QCOMPARE(told.rolledBackDryRun, right.rolledBackDryRun);
    QCOMPARE(told.auditList, right.auditList);
    QCOMPARE(kindOf(wait(platform().auditList(1))),
             std::string(right.auditList ? "ok" : "unsupported"));
    const auto health = wait(platform().check());
    QVERIFY2(health, why(health));
    QVERIFY2(health->state == Health::State::Ready, health->sentence.c_str());
}

void ContractSuite::thereIsAnOrganizationWithAGroup()
{
    QVERIFY(!platform().organization().slug.empty());
    QVERIFY(!platform().organization().name.empty());
    const auto groups = wait(platform().groups());
    QVERIFY2(groups && !groups->empty(), why(groups));
    QVERIFY(!groups->front().name.empty() && !groups->front().id.empty());
    const std::string name = fresh();
    QCOMPARE(wait(platform().database(name)).value_or(Database()).group, groups->front().name);
}

void ContractSuite::databasesAreListedByNameAndGroup()
{
    const std::string one = fresh();
    const std::string two = fresh();
    QVERIFY(!one.empty() && !two.empty());
    const auto all = wait(platform().databases(""));
    QVERIFY2(all && has(*all, one) && has(*all, two), why(all));
    const auto names = namesOf(*all);
    QVERIFY(std::is_sorted(names.begin(), names.end()));
    const std::string group = wait(platform().database(one))->group;
    const auto inGroup = wait(platform().databases(group));
    QVERIFY2(inGroup && has(*inGroup, one), why(inGroup));
    const auto inNone = wait(platform().databases("no-such-group"));
    QVERIFY2(inNone ? inNone->empty() : kindOf(inNone) == "not_found", why(inNone));
}

void ContractSuite::pagesMakeUpTheList()
{
    for (int i = 0; i < 5; ++i)
        QVERIFY(!fresh().empty());
    const auto all = wait(platform().databases(""));
    QVERIFY2(all, why(all));
    std::vector<std::string> paged;
    std::string cursor;
    int pages = 0;
    do {
        const auto page = wait(platform().databasePage("", 2, cursor));
        QVERIFY2(page, why(page));
        const auto names = namesOf(page->databases);
        QVERIFY(std::is_sorted(names.begin(), names.end()));
        paged.insert(paged.end(), names.begin(), names.end());
        cursor = page->next;
        ++pages;
    } while (!cursor.empty() && pages < 1000);
    QCOMPARE(texts(paged), texts(namesOf(*all)));
    QCOMPARE(std::string(pages > 1 ? "several" : "one"), expected("pages_of_two", "several"));
    QCOMPARE(kindOf(wait(platform().databasePage("", 2, "nobody's cursor"))),
             expected("nobodys_cursor", "invalid_argument"));
}

void ContractSuite::aDatabaseTellsWhatItIs()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    const auto database = wait(platform().database(name));
    QVERIFY2(database, why(database));
    QCOMPARE(database->name, name);
    QVERIFY(!database->id.empty() && !database->hostname.empty() && !database->region.empty());
    QCOMPARE(database->engine, std::string("libsql"));
    QVERIFY(!database->parent);
    QCOMPARE(std::string(database->createdAt ? "known" : "unknown"),
             expected("created_at", "known"));
    const DatabaseConfiguration &configuration = database->configuration;
    QVERIFY(!configuration.deleteProtection && !configuration.blockReads
            && !configuration.blockWrites && !configuration.sizeLimit);
    QVERIFY(configuration.allowedIps.empty() && configuration.allowedAwsVpcIds.empty());
    QCOMPARE(wait(platform().database(name))->id, database->id);
}

void ContractSuite::namesOutsideTheRuleAreNobodys()
{
    const std::vector<std::string> odd
        = {"",  "A",  "a b", "../x", "a/b",  "a%2Fb", "a.b",
           "ä", "-a", "a-",  "a_b",  "a\nb", "a?b=c", std::string(65, 'a')};
    for (const std::string &name : odd) {
        QVERIFY2(kindOf(wait(platform().database(name))) == "not_found", name.c_str());
        QVERIFY2(kindOf(wait(platform().deleteDatabase(name))) == "not_found", name.c_str());
        QVERIFY2(kindOf(wait(platform().branches(name))) == "not_found", name.c_str());
        QVERIFY2(kindOf(configure(name, {.blockReads = true})) == "not_found", name.c_str());
        QVERIFY2(kindOf(read(name, "SELECT 1")) == "not_found", name.c_str());
        NewDatabase wanted;
        wanted.name = name;
        QVERIFY2(kindOf(wait(platform().createDatabase(wanted))) == "invalid_argument",
                 name.c_str());
    }
}

void ContractSuite::creatingChecksWhatItIsTold()
{
    const std::string name = fresh();
    NewDatabase wanted;
    wanted.name = name;
    QCOMPARE(kindOf(wait(platform().createDatabase(wanted))), std::string("already_exists"));
    wanted.name = freshName();
    wanted.group = "no-such-group";
    QCOMPARE(kindOf(wait(platform().createDatabase(wanted))), std::string("not_found"));
    wanted.group.clear();
    wanted.sizeLimit = 100;
    QCOMPARE(kindOf(wait(platform().createDatabase(wanted))), std::string("invalid_argument"));
    wanted.sizeLimit.reset();
    wanted.useTursodb = true;
    QCOMPARE(kindOf(wait(platform().createDatabase(wanted))),
             expected("create_tursodb", "unsupported"));
    wanted.useTursodb = false;
    wanted.sizeLimit = 1'000'000;
    const auto limited = wait(platform().createDatabase(wanted));
    QVERIFY2(limited || expected("create_tursodb", "unsupported") == "ok", why(limited));
    if (limited)
        QCOMPARE(limited->configuration.sizeLimit.value_or(0), std::int64_t(999'424));
}

void ContractSuite::deletingIsForGoodAndFreesTheName()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    const std::string id = wait(platform().database(name))->id;
    QCOMPARE(wait(platform().deleteDatabase(name)).value_or(""), name);
    QCOMPARE(kindOf(wait(platform().database(name))), std::string("not_found"));
    QCOMPARE(kindOf(read(name, "SELECT 1")), std::string("not_found"));
    QCOMPARE(kindOf(wait(platform().deleteDatabase(name))), std::string("not_found"));
    QVERIFY(!has(*wait(platform().databases("")), name));
    NewDatabase wanted;
    wanted.name = name;
    const auto again = wait(platform().createDatabase(wanted));
    QVERIFY2(again && again->id != id, why(again));
    QCOMPARE(rowsOf(read(name, "SELECT count(*) FROM sqlite_schema")), std::string("[[0]]"));
}

void ContractSuite::aProtectedDatabaseStays()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    QVERIFY(configure(name, {.deleteProtection = true}));
    const auto kept = wait(platform().deleteDatabase(name));
    QCOMPARE(kindOf(kept), std::string("protected"));
    QVERIFY(!kept.error().hint.empty());
    QVERIFY(read(name, "SELECT * FROM t"));
    QVERIFY(wait(platform().database(name))->configuration.deleteProtection);
    QVERIFY(configure(name, {.deleteProtection = false}));
    QCOMPARE(kindOf(wait(platform().deleteDatabase(name))), std::string("ok"));
}

void ContractSuite::aConfigurationChangesAsAskedAndNoFurther()
{
    const std::string name = fresh();
    ConfigurationChange change;
    change.sizeLimit = 10'000'000;
    change.deleteProtection = true;
    change.allowedIps = {"10.0.0.0/8", " 127.0.0.1 ", "10.0.0.0/8"};
    auto done = configure(name, change);
    QVERIFY2(done, why(done));
    std::sort(done->changed.begin(), done->changed.end());
    QCOMPARE(texts(done->changed), std::string("allowed_ips,delete_protection,size_limit"));
    QCOMPARE(done->database.configuration.sizeLimit.value_or(0), std::int64_t(9'998'336));
    QCOMPARE(texts(done->database.configuration.allowedIps), std::string("10.0.0.0/8,127.0.0.1"));
    done = configure(name, change);
    QVERIFY2(done && done->changed.empty(), why(done));
    done = configure(name, {.blockWrites = true});
    QCOMPARE(texts(done->changed), std::string("block_writes"));
    const DatabaseConfiguration after = wait(platform().database(name))->configuration;
    QVERIFY(after.deleteProtection && after.blockWrites && !after.blockReads);
    QCOMPARE(after.sizeLimit.value_or(0), std::int64_t(9'998'336));
    QCOMPARE(after.allowedIps.size(), std::size_t(2));
    done = configure(name,
                     {.deleteProtection = false,
                      .blockWrites = false,
                      .allowedIps = std::vector<std::string>()});
    QVERIFY2(done && done->database.configuration.allowedIps.empty(), why(done));
    QCOMPARE(done->changed.size(), std::size_t(3));
}

void ContractSuite::aWrongConfigurationChangesNothing()
{
    const std::string name = fresh();
    ConfigurationChange change;
    change.blockWrites = true;
    change.allowedIps = {"not an address"};
    auto refused = configure(name, change);
    QCOMPARE(kindOf(refused), std::string("invalid_argument"));
    QCOMPARE(detail(refused, "argument"), std::string("\"allowed_ips\""));
    change.allowedIps.reset();
    change.allowedAwsVpcIds = {"vpc-1"};
    refused = configure(name, change);
    QCOMPARE(detail(refused, "argument"), std::string("\"allowed_aws_vpc_ids\""));
    change.allowedAwsVpcIds.reset();
    change.sizeLimit = 10;
    refused = configure(name, change);
    QCOMPARE(detail(refused, "argument"), std::string("\"size_limit\""));
    const DatabaseConfiguration after = wait(platform().database(name))->configuration;
    QVERIFY(!after.blockWrites && after.allowedIps.empty() && !after.sizeLimit);
    QCOMPARE(kindOf(configure(freshName(), {.blockReads = true})), std::string("not_found"));
}

void ContractSuite::blockedReadsAndWritesAreRefused()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    QVERIFY(write(name, "INSERT INTO t VALUES(1)"));
    QVERIFY(configure(name, {.blockWrites = true}));
    QCOMPARE(kindOf(write(name, "INSERT INTO t VALUES(2)")), std::string("read_only_mode"));
    QCOMPARE(kindOf(write(name, "DELETE FROM t", Privilege::Delete)),
             std::string("read_only_mode"));
    QCOMPARE(kindOf(write(name, "DROP TABLE t", Privilege::Schema)), std::string("read_only_mode"));
    Script dry = scriptOf("DELETE FROM t");
    dry.dryRun = true;
    QCOMPARE(kindOf(run(name, Privilege::Delete, dry)), std::string("read_only_mode"));
    QCOMPARE(rowsOf(read(name, "SELECT a FROM t")), std::string("[[1]]"));
    QVERIFY(configure(name, {.blockReads = true, .blockWrites = false}));
    QCOMPARE(kindOf(read(name, "SELECT a FROM t")), std::string("read_only_mode"));
    QVERIFY(configure(name, {.blockReads = false}));
    QVERIFY(write(name, "INSERT INTO t VALUES(2)"));
    QCOMPARE(rowsOf(read(name, "SELECT count(*) FROM t")), std::string("[[2]]"));
}

void ContractSuite::allowRulesShutThisMachineOut()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    QVERIFY(configure(name, {.allowedIps = std::vector<std::string>{"192.0.2.1"}}));
    QCOMPARE(kindOf(read(name, "SELECT 1")), std::string("read_only_mode"));
    QCOMPARE(kindOf(write(name, "INSERT INTO t VALUES(1)")), std::string("read_only_mode"));
    QVERIFY(configure(name, {.allowedIps = std::vector<std::string>()}));
    QCOMPARE(rowsOf(read(name, "SELECT count(*) FROM t")), std::string("[[0]]"));
}

void ContractSuite::aSizeLimitHolds()
{
    const std::string name = fresh("CREATE TABLE t(a)", 100'000);
    const auto full = write(name,
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                            "1000) INSERT INTO t SELECT randomblob(500) FROM n");
    QCOMPARE(kindOf(full), std::string("limit_exceeded"));
    QCOMPARE(rowsOf(read(name, "SELECT count(*) FROM t")), std::string("[[0]]"));
    QVERIFY(write(name, "INSERT INTO t VALUES(1)"));
}

void ContractSuite::aBranchHasWhatItsSourceHad()
{
    const std::string source = fresh("CREATE TABLE t(a); CREATE TABLE \"odd \"\"name\"(b)");
    QVERIFY(write(source, "INSERT INTO t VALUES(1), (2), (3)"));
    NewBranch wanted;
    wanted.database = source;
    for (int i = 0; i < 3; ++i) {
        // The newest write is what a hurried copy would lose.
        QVERIFY(write(source, "INSERT INTO t VALUES(4)"));
        wanted.name = freshName();
        const auto branch = wait(platform().createBranch(wanted));
        QVERIFY2(branch, why(branch));
        QVERIFY(branch->parent && branch->parent->name == source);
        QCOMPARE(branch->parent->id, wait(platform().database(source))->id);
        QVERIFY(branch->parent->branchedAt > 0);
        QCOMPARE(rowsOf(read(wanted.name, "SELECT count(*) FROM t")),
                 "[[" + std::to_string(4 + i) + "]]");
    }
    QVERIFY(write(wanted.name, "INSERT INTO \"odd \"\"name\" VALUES(1)"));
    QVERIFY(write(source, "DELETE FROM t", Privilege::Delete));
    QCOMPARE(rowsOf(read(wanted.name, "SELECT count(*) FROM t")), std::string("[[6]]"));
    QCOMPARE(rowsOf(read(source, "SELECT count(*) FROM \"odd \"\"name\"")), std::string("[[0]]"));
}

void ContractSuite::branchesAreToldBySource()
{
    const std::string source = fresh("CREATE TABLE t(a)");
    QVERIFY(wait(platform().branches(source))->empty());
    NewBranch wanted;
    wanted.database = source;
    wanted.name = freshName();
    QVERIFY(configure(source, {.deleteProtection = true, .blockWrites = true}));
    const auto branch = wait(platform().createBranch(wanted));
    QVERIFY2(branch, why(branch));
    QVERIFY(!branch->configuration.deleteProtection && !branch->configuration.blockWrites);
    NewBranch second = wanted;
    second.database = wanted.name;
    second.name = freshName();
    QVERIFY(wait(platform().createBranch(second)));
    const auto direct = wait(platform().branches(source));
    QVERIFY2(direct, why(direct));
    QCOMPARE(texts(namesOf(*direct)), wanted.name);
    QCOMPARE(texts(namesOf(*wait(platform().branches(wanted.name)))), second.name);
    QCOMPARE(kindOf(wait(platform().deleteDatabase(wanted.name))), std::string("ok"));
    QVERIFY(wait(platform().branches(source))->empty());
    QVERIFY(wait(platform().database(second.name)));
}

void ContractSuite::branchingChecksWhatItIsTold()
{
    const std::string source = fresh("CREATE TABLE t(a)");
    NewBranch wanted;
    wanted.database = source;
    wanted.name = source;
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("invalid_argument"));
    wanted.name = fresh();
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("already_exists"));
    wanted.name = "No Name";
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("invalid_argument"));
    wanted.name = freshName();
    wanted.group = "no-such-group";
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("not_found"));
    wanted.group.clear();
    wanted.database = freshName();
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("not_found"));
    QCOMPARE(kindOf(wait(platform().branches(wanted.database))), std::string("not_found"));
    wanted.database = source;
    QVERIFY(configure(source, {.blockReads = true}));
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))),
             expected("branch_of_blocked_reads", "ok"));
}

void ContractSuite::aBranchOfThenNeedsPointInTime()
{
    const std::string source = fresh("CREATE TABLE t(a)");
    QVERIFY(write(source, "INSERT INTO t VALUES(1)"));
    QTest::qWait(20);
    const Base::Millis then = Base::SystemClock().now();
    QTest::qWait(20);
    QVERIFY(write(source, "INSERT INTO t VALUES(2)"));
    NewBranch wanted;
    wanted.database = source;
    wanted.name = freshName();
    wanted.timestamp = then;
    const auto branch = wait(platform().createBranch(wanted));
    if (!m_subject.capabilities().pointInTime) {
        QCOMPARE(kindOf(branch), std::string("unsupported"));
        QCOMPARE(detail(branch, "capability"), std::string("\"point_in_time\""));
        QCOMPARE(kindOf(wait(platform().database(wanted.name))), std::string("not_found"));
        return;
    }
    QVERIFY2(branch, why(branch));
    QCOMPARE(rowsOf(read(wanted.name, "SELECT a FROM t")), expected("then", "[[1]]"));
    wanted.name = freshName();
    wanted.timestamp = then - 400LL * 24 * 3600 * 1000;
    QCOMPARE(kindOf(wait(platform().createBranch(wanted))), std::string("invalid_argument"));
}

void ContractSuite::groupsAreMadeAndUnmade()
{
    const std::string name = freshName();
    if (!m_subject.capabilities().groups) {
        const auto made = wait(platform().createGroup(name));
        QCOMPARE(kindOf(made), std::string("unsupported"));
        QCOMPARE(detail(made, "capability"), std::string("\"groups\""));
        QCOMPARE(kindOf(wait(platform().deleteGroup(name))), std::string("unsupported"));
        return;
    }
    const auto made = wait(platform().createGroup(name));
    QVERIFY2(made && made->name == name, why(made));
    QCOMPARE(kindOf(wait(platform().createGroup(name))), std::string("already_exists"));
    NewDatabase wanted;
    wanted.name = freshName();
    wanted.group = name;
    QVERIFY(wait(platform().createDatabase(wanted)));
    QCOMPARE(texts(namesOf(*wait(platform().databases(name)))), wanted.name);
    QCOMPARE(kindOf(wait(platform().deleteGroup(name))), std::string("protected"));
    QVERIFY(wait(platform().protectGroup(name, true)));
    QCOMPARE(kindOf(wait(platform().deleteDatabase(wanted.name))), std::string("protected"));
    QVERIFY(wait(platform().protectGroup(name, false)));
    QVERIFY(wait(platform().deleteDatabase(wanted.name)));
    QCOMPARE(kindOf(wait(platform().deleteGroup(name))), std::string("ok"));
    QCOMPARE(kindOf(wait(platform().deleteGroup(name))), std::string("not_found"));
}

void ContractSuite::figuresTellWhatRan()
{
    const std::string name = fresh("CREATE TABLE t(a)");
    const Base::Millis from = Base::SystemClock().now() - 60'000;
    QVERIFY(write(name, "INSERT INTO t VALUES(1)"));
    QVERIFY(write(name, "INSERT INTO t VALUES(2)"));
    QVERIFY(!read(name, "SELECT missing FROM t"));
    const auto figures = wait(platform().analytics(name, from, Base::SystemClock().now() + 60'000));
    QVERIFY2(figures, why(figures));
    QVERIFY(figures->from <= from && !figures->sources.empty());
    for (const FiguresSource &source : figures->sources)
        QVERIFY(!source.source.empty() && !source.covers.empty());
    const QueryFigures *inserted = nullptr;
    for (const QueryFigures &query : figures->queries) {
        QVERIFY2(query.query.find("VALUES(1)") == std::string::npos, query.query.c_str());
        QVERIFY(std::any_of(figures->sources.begin(), figures->sources.end(),
                            [&query](const auto &one) { return one.source == query.source; }));
        const bool isOwn = query.agentShare.has_value();
        if (isOwn && query.query.find("INSERT INTO t") == 0)
            inserted = &query;
    }
    QVERIFY(inserted != nullptr);
    QCOMPARE(inserted->count.value_or(0), std::int64_t(2));
    QCOMPARE(inserted->errors.value_or(-1), std::int64_t(0));
    QCOMPARE(inserted->rowsWritten.value_or(0), std::int64_t(2));
    QVERIFY(inserted->p95Ms.value_or(0) > 0 && inserted->totalMs.value_or(0) > 0);
    QCOMPARE(inserted->agentShare.value_or(0), 1.0);
    QCOMPARE(kindOf(wait(platform().analytics(freshName(), from, from + 1))),
             std::string("not_found"));
}
