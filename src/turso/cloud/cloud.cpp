// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/cloud.h"

#include "turso/cloud/account.h"
#include "turso/cloud/branches.h"
#include "turso/cloud/figures.h"
#include "turso/cloud/flow.h"
#include "turso/cloud/groups.h"
#include "turso/cloud/sqltokens.h"
#include "turso/sqlclient/sqlclient.h"

#include <utility>

namespace Turso
{

using namespace CloudApi;
using Base::ErrorKind;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;

class Cloud::Private : public QObject
{
public:
    explicit Private(CloudOptions given)
        : options(std::move(given))
        , clock(options.clock ? *options.clock : machineClock)
        , api(options.apiUrl, options.organization, options.token, options.renew)
        , facts(options.folder)
        , recorder(options.folder.empty() ? nullptr : std::make_unique<Recorder>(options.folder))
        , databases(api, clock, options.patience)
        , groups(api, databases, options.group)
        , account(api, facts, clock, options.organization)
        , branches(databases, account, clock)
        , figures(api, databases, recorder.get())
        , tokens(api, databases, facts, clock, recorder.get())
        , access(tokens.access())
    {
        // Later, as whoever hears of it may end the connection.
        connect(
            &api, &Api::refused, this,
            [this](const QString &sentence) {
                if (options.signedOut)
                    options.signedOut(sentence.toStdString());
            },
            Qt::QueuedConnection);
    }

    Pending<Database> create(NewDatabase wanted, const std::string &group);
    SqlClient &sql();

    const CloudOptions options;
    const Base::SystemClock machineClock;
    const Base::Clock &clock;
    Api api;
    Facts facts;
    const std::unique_ptr<Recorder> recorder;
    Databases databases;
    Groups groups;
    Account account;
    Branches branches;
    FigureSource figures;
    SqlTokens tokens;
    const std::shared_ptr<SqlAccess> access;
    std::unique_ptr<SqlClient> client; ///< once there is SQL to run; goes first
};

/// Sockets and their thread are made when somebody runs SQL.
SqlClient &Cloud::Private::sql()
{
    if (!client) {
        SqlClientOptions settings;
        settings.executions = recorder.get();
        client = std::make_unique<SqlClient>(settings);
    }
    return *client;
}

Pending<Database> Cloud::Private::create(NewDatabase wanted, const std::string &group)
{
    Json body = {{"name", wanted.name}, {"group", group}};
    if (wanted.sizeLimit)
        body["size_limit"] = std::to_string(*wanted.sizeLimit);
    if (wanted.useTursodb)
        body["use_tursodb"] = true; // the key alone decides, on some of Turso's servers
    const auto posted = databases.post(wanted.name, std::move(body),
                                       "create the database \"" + wanted.name + "\"");
    return andThen(posted, this, [this, wanted, group](Database made) {
        made.group = made.group.empty() ? group : made.group;
        made.configuration.sizeLimit = wanted.sizeLimit;
        const auto shown = databases.appeared(wanted.name, [](const Database &) { return true; });
        const auto whole = andThen(
            shown, this, [this, wanted](const Database &) { return databases.whole(wanted.name); });
        // It is there, even where Turso does not show it yet.
        return afterwards(whole, this, [made = std::move(made)](Result<Database> found) {
            return readyNow<Database>(found ? std::move(*found) : made);
        });
    });
}

Cloud::Cloud(CloudOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

Cloud::~Cloud() = default;

Capabilities Cloud::capabilities() const
{
    return {.groups = true,
            .createDatabases = true,
            .branches = true,
            .pointInTime = true,
            .configuration = true,
            .analytics = true,
            .rolledBackDryRun = true,
            .auditList = d->facts.hasAuditList()};
}

Organization Cloud::organization() const
{
    const CloudOptions &options = d->options;
    return {options.organization,
            options.organizationName.empty() ? options.organization : options.organizationName};
}

Pending<std::vector<Group>> Cloud::groups()
{
    return d->groups.all();
}

Pending<std::vector<Database>> Cloud::databases(std::string group)
{
    return d->databases.all(std::move(group));
}

Pending<DatabasePage> Cloud::databasePage(std::string group, int limit, std::string cursor)
{
    return d->databases.page(std::move(group), limit, std::move(cursor));
}

Pending<Database> Cloud::database(std::string name)
{
    return d->databases.whole(std::move(name));
}

Pending<Database> Cloud::createDatabase(NewDatabase database)
{
    if (auto checked = checkNew(database.name); !checked)
        return readyNow<Database>(tl::unexpected(checked.error()));
    const auto limit = database.sizeLimit ? checkSizeLimit(*database.sizeLimit) : Result<void>();
    if (!limit)
        return readyNow<Database>(tl::unexpected(limit.error()));
    const auto group
        = database.group.empty() ? d->groups.usual() : readyNow<std::string>(database.group);
    return andThen(group, d.get(),
                   [this, database](const std::string &name) { return d->create(database, name); });
}

Pending<std::string> Cloud::deleteDatabase(std::string name)
{
    return d->databases.remove(std::move(name));
}

Pending<Configured> Cloud::configureDatabase(std::string name, ConfigurationChange change)
{
    return d->databases.configure(std::move(name), std::move(change));
}

Pending<Group> Cloud::createGroup(std::string name)
{
    return d->groups.create(std::move(name));
}

Pending<Group> Cloud::deleteGroup(std::string name)
{
    return d->groups.remove(std::move(name));
}

Pending<Group> Cloud::protectGroup(std::string name, bool isProtected)
{
    return d->groups.protect(std::move(name), isProtected);
}

Pending<Database> Cloud::createBranch(NewBranch branch)
{
    return d->branches.create(std::move(branch));
}

Pending<std::vector<Database>> Cloud::branches(std::string database)
{
    return d->branches.of(std::move(database));
}

Pending<Analytics> Cloud::analytics(std::string database, Base::Millis from, Base::Millis to)
{
    return d->figures.of(std::move(database), from, to);
}

Pending<Health> Cloud::check()
{
    return d->account.health();
}

Pending<AuditPage> Cloud::auditList(int page)
{
    return d->account.auditList(page);
}

std::unique_ptr<Session> Cloud::openSession(std::string database, Privilege privilege)
{
    return d->sql().openSession(d->access, std::move(database), privilege);
}

} // namespace Turso
