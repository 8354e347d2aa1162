// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/frontdesk.h"

#include "base/ids.h"
#include "base/logging.h"
#include "gateway/callfilter.h"
#include "gateway/scopes.h"

#include <QCoreApplication>
#include <QFile>
#include <QSaveFile>

#include <algorithm>

namespace Gateway
{

using Base::ErrorKind;
using Base::Result;

namespace
{

constexpr Base::Millis kDay = 86'400'000;
constexpr std::size_t kMostAgents = 1'000;

std::string file(const std::string &profile, const char *name)
{
    return profile + "/" + name;
}

} // namespace

Result<std::unique_ptr<FrontDesk>> FrontDesk::open(std::string profile, std::string version,
                                                   Connections &connections,
                                                   const Base::Clock &clock)
{
    auto settings = readSettings(file(profile, "settings.json"));
    if (!settings)
        return tl::unexpected(settings.error());
    auto grants = GrantStore::open(file(profile, "grants.json"), clock);
    if (!grants)
        return tl::unexpected(grants.error());
    std::unique_ptr<FrontDesk> gateway(new FrontDesk(
        std::move(profile), std::move(version), connections, clock, *settings, std::move(*grants)));
    return gateway;
}

FrontDesk::FrontDesk(std::string profile, std::string version, Connections &connections,
                     const Base::Clock &clock, Settings settings, GrantStore grants)
    : m_profile(std::move(profile))
    , m_version(std::move(version))
    , m_connections(connections)
    , m_clock(clock)
    , m_settings(settings)
    , m_grants(std::move(grants))
    , m_identity(m_grants)
    , m_rules(clock)
    , m_approvals(clock, settings.approvalDeadline, settings.maxOpenApprovals)
    , m_signIns(m_grants, m_approvals)
    , m_offers(m_grants, m_approvals, connections, clock)
    , m_history(file(m_profile, "history.db"))
    , m_pipeline(std::make_unique<Pipeline>(Pipeline::Parts{connections, m_identity, m_approvals,
                                                            m_rules, m_history, m_settings, clock}))
    , m_names(std::make_unique<Names>(*m_pipeline, m_identity))
    , m_resources(std::make_unique<DatabaseResources>(*m_pipeline, *m_names))
    , m_prompts(std::make_unique<DatabasePrompts>(*m_pipeline, *m_names, connections))
{
    Base::whenDone(m_history.open(), this, [](const Result<bool> &opened) {
        if (!opened)
            qCCritical(logGateway, "%s", opened.error().message.c_str());
    });
    connect(m_pipeline.get(), &Pipeline::callChanged, this, &FrontDesk::noteCall);
    connect(m_pipeline.get(), &Pipeline::grantCreated, this, &Desk::statusChanged);
    connect(m_pipeline.get(), &Pipeline::grantCreated, this, &FrontDesk::noteGrant);
    connect(m_pipeline.get(), &Pipeline::schemaChanged, this, &FrontDesk::noteSchema);
    connect(m_pipeline.get(), &Pipeline::databasesChanged, this, &FrontDesk::noteDatabases);
    connect(&m_signIns, &SignIns::grantCreated, this, [this](const Grant &grant) {
        noteGrant(grant);
        Q_EMIT statusChanged();
    });
    connect(&m_signIns, &SignIns::grantChanged, this, &FrontDesk::noteChange);
    connect(&m_signIns, &SignIns::grantReplaced, this,
            [this](const Grant &grant) { grantIsGone(grant); });
    connect(m_pipeline.get(), &Pipeline::wanting, &m_offers, &Offers::consider);
    connect(&m_offers, &Offers::accepted, this,
            [this](const std::string &grantId, const GrantChange &change) {
                if (const auto done = changeGrant(grantId, change); !done)
                    qCWarning(logGateway, "%s", done.error().message.c_str());
            });
    connect(&m_connections, &Connections::changed, this, [this](const ConnectionInfo &now) {
        m_names->forget();
        Q_EMIT connectionChanged(now);
        Q_EMIT statusChanged();
    });
    connect(&m_connections, &Connections::removed, this,
            [this](const QString &id) { connectionIsGone(id.toStdString()); });
    m_expiryTimer.setSingleShot(true);
    connect(&m_expiryTimer, &QTimer::timeout, this, &FrontDesk::endExpired);
    connect(&m_approvals, &ApprovalQueue::changed, this, [this](const Approval &approval) {
        Q_EMIT approvalChanged(approval);
        Q_EMIT statusChanged();
    });
    m_liftTimer.setSingleShot(true);
    connect(&m_liftTimer, &QTimer::timeout, this, [this] {
        // A timer cannot be set for as long as a person can: then this is only a stop on the way.
        if (m_readOnlyUntil && *m_readOnlyUntil > m_clock.now())
            applyReadOnly(true, m_readOnlyUntil);
        else
            setReadOnly(false, std::nullopt);
    });
    readState();
    scheduleExpiry();
}

FrontDesk::~FrontDesk()
{
    m_prompts.reset(); // what uses the pipeline, and then it before what it uses
    m_resources.reset();
    m_pipeline.reset();
    if (const auto saved = m_grants.save(); !saved)
        qCWarning(logGateway, "%s", saved.error().message.c_str());
}

void FrontDesk::setEndpoint(std::string endpoint)
{
    m_endpoint = std::move(endpoint);
    Q_EMIT statusChanged();
}

void FrontDesk::setConnected(std::vector<std::pair<Mcp::Principal, std::string>> agents)
{
    m_connected = std::move(agents);
    Q_EMIT statusChanged();
}

void FrontDesk::setWorkspaceDoor(WorkspaceDoor *door)
{
    m_door = door;
    if (m_door)
        m_door->setReadOnly(m_readOnly);
    Q_EMIT statusChanged();
}

void FrontDesk::noteOutside(CallDetail call)
{
    call.record.id = Base::newId("call");
    call.record.connection = kWorkspace;
    call.record.decision = "allowed";
    call.record.rule = "a program with a token of the workspace's own";
    call.record.durationMs = static_cast<double>(m_clock.now() - call.record.startedAt);
    Q_EMIT callChanged(call.record);
    if (call.record.state == CallState::Done && !call.record.database.empty())
        noteDatabases(kWorkspace, call.record.database);
    m_history.record(std::move(call));
}

Result<WorkspaceAccess> FrontDesk::serveWorkspace(bool on, std::optional<std::uint16_t> port)
{
    if (!m_door)
        return Base::fail(ErrorKind::Unsupported, "The workspace cannot be served here.");
    Result<WorkspaceAccess> done = WorkspaceAccess{};
    if (on) {
        done = m_door->open(port);
    } else if (auto closed = m_door->close(); !closed) {
        done = tl::unexpected(closed.error());
    }
    Q_EMIT statusChanged();
    return done;
}

void FrontDesk::noteCall(const CallRecord &call)
{
    if (isFinal(call.state) && (m_days.size() < kMostAgents || m_days.contains(call.agent))) {
        Day &day = m_days[call.agent];
        const long long today = m_clock.now() / kDay;
        if (day.day != today)
            day = {today, 0, 0};
        ++day.calls;
        day.last = call.startedAt;
    }
    Q_EMIT callChanged(call);
}

void FrontDesk::noteDatabases(const std::string &connection, const std::string &database)
{
    m_names->forget();
    for (const Mcp::Principal &principal : principals()) {
        if (m_names->reach(principal, connection).mayCover(database))
            Q_EMIT resourcesChanged(QByteArray::fromStdString(principal.id));
    }
}

void FrontDesk::noteSchema(const std::string &connection, const std::string &database)
{
    noteDatabases(connection, database); // tables are listed as well
    const std::vector<std::string> uris = m_resources->watched(connection, database);
    const auto platform = m_connections.find(connection);
    if (uris.empty() || !platform)
        return;
    Base::whenDone(
        platform->database(database), this,
        [this, uris, connection, platform](const Result<Turso::Database> &found) {
            if (!found)
                return;
            for (const Mcp::Principal &principal : principals()) {
                if (!m_names->reach(principal, connection).covers(found->name, found->group))
                    continue;
                for (const std::string &uri : uris)
                    Q_EMIT resourceUpdated(QByteArray::fromStdString(uri),
                                           QByteArray::fromStdString(principal.id));
            }
        });
}

Status FrontDesk::status() const
{
    Status status;
    status.endpoint = m_endpoint;
    status.version = m_version;
    status.profile = m_profile;
    status.pid = QCoreApplication::applicationPid();
    status.connections = m_connections.list();
    std::vector<std::string> names;
    for (const auto &[principal, transport] : m_connected)
        names.push_back(principal.agent);
    std::sort(names.begin(), names.end());
    status.agents = static_cast<int>(std::unique(names.begin(), names.end()) - names.begin());
    status.approvalsPending = static_cast<int>(m_approvals.open().size());
    status.readOnly = m_readOnly;
    status.readOnlyUntil = m_readOnlyUntil;
    if (m_door)
        status.served = m_door->state();
    return status;
}

std::vector<AgentInfo> FrontDesk::agents() const
{
    std::map<std::string, AgentInfo> byName;
    for (const Grant &grant : m_grants.all()) {
        AgentInfo &agent = byName[grant.agent];
        agent.name = grant.agent;
        agent.program = grant.program;
        agent.transport = grant.kind == "bridge" ? "stdio" : "http";
        if (grant.lastUsedAt)
            agent.lastCallAt = std::max(agent.lastCallAt.value_or(0), *grant.lastUsedAt);
    }
    for (const auto &[principal, transport] : m_connected) {
        AgentInfo &agent = byName[principal.agent];
        agent.name = principal.agent;
        agent.transport = transport;
        agent.connected = true;
        if (Identity::isLocalProgram(principal))
            agent.program = m_identity.executable(principal);
    }
    const long long today = m_clock.now() / kDay;
    std::vector<AgentInfo> agents;
    for (auto &[name, agent] : byName) {
        if (const auto day = m_days.find(name); day != m_days.end() && day->second.day == today) {
            agent.callsToday = day->second.calls;
            agent.lastCallAt = std::max(agent.lastCallAt.value_or(0), day->second.last);
        }
        agents.push_back(std::move(agent));
    }
    return agents;
}

Base::Pending<std::vector<ConnectionScope>> FrontDesk::scopes()
{
    return scopesOf(m_connections, this);
}

Base::Pending<std::vector<CallRecord>> FrontDesk::calls(std::string filter, int limit)
{
    using Records = std::vector<CallRecord>;
    const auto parsed = CallFilter::parse(filter);
    if (!parsed)
        return Base::readyNow(Result<Records>(tl::unexpected(parsed.error())));
    Records running = m_pipeline->running();
    std::erase_if(running, [&](const CallRecord &call) { return !parsed->matches(call); });
    return Base::mapped(
        m_history.find(std::move(filter), limit),
        [running = std::move(running), limit](const Result<Records> &done) -> Result<Records> {
            Result<Records> stored = done;
            if (!stored)
                return stored;
            for (const CallRecord &call : running) {
                // what is durable before it runs is in the file as well, in an older state
                std::erase_if(*stored,
                              [&](const CallRecord &other) { return other.id == call.id; });
                stored->push_back(call);
            }
            std::sort(stored->begin(), stored->end(),
                      [](const CallRecord &a, const CallRecord &b) { return a.id > b.id; });
            if (stored->size() > static_cast<std::size_t>(limit))
                stored->resize(static_cast<std::size_t>(limit));
            return stored;
        });
}

Base::Pending<CallDetail> FrontDesk::call(std::string id)
{
    if (auto running = m_pipeline->detail(id))
        return Base::readyNow(Result<CallDetail>(std::move(*running)));
    return m_history.call(std::move(id));
}

std::vector<Approval> FrontDesk::approvals() const
{
    return m_approvals.open();
}

Result<Approval> FrontDesk::approval(const std::string &id) const
{
    if (auto found = m_approvals.find(id))
        return *found;
    return Base::fail(ErrorKind::NotFound, "There is no approval " + id + ".");
}

Result<Approval> FrontDesk::approve(const std::string &id, std::optional<Remember> remember,
                                    std::optional<GrantDraft> grant)
{
    if (grant) {
        grant->agent
            = approval(id).map([](const Approval &asked) { return asked.agent; }).value_or("");
        auto whole = completed(*grant);
        if (!whole)
            return tl::unexpected(whole.error());
        grant = *whole;
    }
    return m_approvals.approve(id, remember, std::move(grant));
}

Result<Approval> FrontDesk::deny(const std::string &id, std::string message)
{
    return m_approvals.deny(id, std::move(message));
}

Result<Approval> FrontDesk::extend(const std::string &id)
{
    return m_approvals.extend(id);
}

Status FrontDesk::setReadOnly(bool on, std::optional<Base::Millis> duration)
{
    std::optional<Base::Millis> until;
    if (on && duration)
        until = m_clock.now() + *duration;
    applyReadOnly(on, until);
    saveState();
    return status();
}

void FrontDesk::applyReadOnly(bool on, std::optional<Base::Millis> until)
{
    m_readOnly = on;
    m_readOnlyUntil = until;
    m_liftTimer.stop();
    if (until)
        m_liftTimer.start(
            static_cast<int>(std::clamp<Base::Millis>(*until - m_clock.now(), 1, 2'000'000'000)));
    m_pipeline->setReadOnly(on);
    if (m_door)
        m_door->setReadOnly(on);
    Q_EMIT statusChanged();
}

void FrontDesk::readState()
{
    QFile source(QString::fromStdString(file(m_profile, "state.json")));
    if (!source.exists())
        return;
    const bool opened = source.open(QIODevice::ReadOnly);
    const auto state = Base::parseJson(opened ? source.readAll().toStdString() : std::string());
    if (!state)
        return applyReadOnly(true, std::nullopt); // when unsure, less
    const bool on = Base::boolMember(*state, "read_only").value_or(true);
    std::optional<Base::Millis> until;
    if (const auto time = Base::integerMember(*state, "read_only_until"))
        until = *time;
    if (on && (!until || *until > m_clock.now()))
        applyReadOnly(true, until);
}

void FrontDesk::saveState() const
{
    Base::Json state = {{"read_only", m_readOnly}, {"read_only_until", nullptr}};
    if (m_readOnlyUntil)
        state["read_only_until"] = *m_readOnlyUntil;
    QSaveFile out(QString::fromStdString(file(m_profile, "state.json")));
    const QByteArray text = QByteArray::fromStdString(Base::dumpJson(state));
    if (!out.open(QIODevice::WriteOnly) || !out.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || out.write(text) != text.size() || !out.commit())
        qCWarning(logGateway,
                  "The read-only switch could not be saved; it holds until the app ends.");
}

} // namespace Gateway
