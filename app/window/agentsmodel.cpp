// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/agentsmodel.h"

#include "control/codec.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDateTime>
#include <QQmlEngine>

#include <algorithm>
#include <tuple>
#include <utility>

namespace Window
{

namespace
{

constexpr int kSoonMs = 200;
constexpr int kBusyMs = 1000; ///< calls may come a thousand a second
constexpr int kMinuteMs = 60'000;
constexpr std::size_t kMostGone = 20; ///< of one agent

std::shared_ptr<GrantsModel> newGrants()
{
    // A view may still be letting go of it.
    std::shared_ptr<GrantsModel> model(new GrantsModel(nullptr),
                                       [](GrantsModel *gone) { gone->deleteLater(); });
    QQmlEngine::setObjectOwnership(model.get(), QQmlEngine::CppOwnership);
    return model;
}

QVariantMap badge(const QString &text, const char *tone, const char *glyph)
{
    return {{QStringLiteral("text"), text},
            {QStringLiteral("tone"), QLatin1StringView(tone)},
            {QStringLiteral("glyph"), QLatin1StringView(glyph)}};
}

/// How we know an agent: as its grants tell, or as it came by.
QString howOf(const Gateway::AgentInfo &agent, const std::vector<GrantRow> &live,
              const std::vector<GrantRow> &ended)
{
    QStringList hows;
    for (const GrantRow &grant : live.empty() ? ended : live) {
        if (!hows.contains(grant.how))
            hows << grant.how;
    }
    if (hows.isEmpty()) {
        Gateway::Grant seen;
        seen.kind = agent.transport == "stdio" ? "bridge" : "token";
        seen.program = agent.program;
        hows << holderWording(seen);
    }
    return hows.size() > 2 ? AgentsModel::tr("Known in %1 ways, see below").arg(hows.size())
                           : hows.join(AgentsModel::tr("; "));
}

} // namespace

void AgentsModel::Row::arrive()
{
    live = newGrants();
    ended = newGrants();
    live->show(std::exchange(newLive, {}));
    ended->show(std::exchange(newEnded, {}));
}

bool AgentsModel::Row::take(Row &&next)
{
    live->show(std::move(next.newLive));
    ended->show(std::move(next.newEnded));
    const bool same = how == next.how && connected == next.connected && badges == next.badges
        && lastCall == next.lastCall && calls == next.calls;
    how = std::move(next.how);
    connected = next.connected;
    badges = std::move(next.badges);
    lastCall = std::move(next.lastCall);
    calls = std::move(next.calls);
    return !same;
}

AgentsModel::AgentsModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &AgentsModel::load);
    m_minutes.setInterval(kMinuteMs);
    m_minutes.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_minutes, &QTimer::timeout, this, &AgentsModel::show);
    const auto soon = [this](int milliseconds) {
        if (m_watched && !(m_soon.isActive() && m_soon.remainingTime() <= milliseconds))
            m_soon.start(milliseconds);
    };
    connect(&link, &DeskLink::statusChanged, this, [soon] { soon(kSoonMs); });
    connect(&link, &DeskLink::callsChanged, this, [soon] { soon(kBusyMs); });
}

void AgentsModel::setWatched(bool watched)
{
    if (watched == m_watched)
        return;
    m_watched = watched;
    Q_EMIT watchedChanged();
    if (!watched) {
        m_minutes.stop();
        m_soon.stop();
        return;
    }
    m_reorder = true;
    m_minutes.start();
    load();
}

void AgentsModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    Q_EMIT filterChanged();
    show();
}

void AgentsModel::setProblem(const QString &problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

int AgentsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant AgentsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case NameRole:
        return row.name;
    case HowRole:
        return row.how;
    case ConnectedRole:
        return row.connected;
    case BadgesRole:
        return row.badges;
    case LastCallRole:
        return row.lastCall;
    case CallsRole:
        return row.calls;
    case GrantsRole:
        return QVariant::fromValue(row.live.get());
    case EndedRole:
        return QVariant::fromValue(row.ended.get());
    default:
        return {};
    }
}

QHash<int, QByteArray> AgentsModel::roleNames() const
{
    return {{NameRole, "name"},     {HowRole, "how"},           {ConnectedRole, "online"},
            {BadgesRole, "badges"}, {LastCallRole, "lastCall"}, {CallsRole, "calls"},
            {GrantsRole, "grants"}, {EndedRole, "ended"}};
}

void AgentsModel::revoke(const QString &grantId)
{
    change("grants.revoke", {{"id", grantId.toStdString()}});
}

void AgentsModel::setPaused(const QString &grantId, bool paused)
{
    change("grants.change", {{"id", grantId.toStdString()}, {"paused", paused}});
}

void AgentsModel::change(const char *method, Base::Json params)
{
    m_link.call(method, std::move(params), this, [this](const Base::Result<Base::Json> &answer) {
        if (!answer)
            Q_EMIT m_link.failed(
                Wording::text(answer.error().message + " " + answer.error().hint).trimmed());
        load();
    });
}

void AgentsModel::load()
{
    m_soon.stop();
    const auto failed = [this](const Base::Error &error) {
        setProblem(Wording::text(error.message));
    };
    m_link.call("agents.list", Base::Json::object(), this,
                [this, failed](const Base::Result<Base::Json> &listed) {
                    auto agents = listed ? Control::listFrom(*listed, Control::agentFrom)
                                         : tl::unexpected<Base::Error>(listed.error());
                    if (!agents)
                        return failed(agents.error());
                    m_link.call("grants.list", Base::Json::object(), this,
                                [this, failed, agents = std::move(*agents)](
                                    const Base::Result<Base::Json> &answer) {
                                    auto grants = answer
                                        ? Control::listFrom(*answer, Control::grantFrom)
                                        : tl::unexpected<Base::Error>(answer.error());
                                    if (!grants)
                                        return failed(grants.error());
                                    setProblem({});
                                    takeLists(agents, std::move(*grants));
                                });
                });
}

void AgentsModel::takeLists(std::vector<Gateway::AgentInfo> agents,
                            std::vector<Gateway::Grant> grants)
{
    std::vector<Known> known;
    for (Gateway::AgentInfo &agent : agents)
        known.push_back({std::move(agent), {}, {}});
    for (Gateway::Grant &grant : grants) {
        auto found = std::find_if(known.begin(), known.end(), [&grant](const Known &one) {
            return one.agent.name == grant.agent;
        });
        if (found == known.end()) { // has not come by yet
            Gateway::AgentInfo agent;
            agent.name = grant.agent;
            agent.transport = grant.kind == "bridge" ? "stdio" : "http";
            found = known.insert(known.end(), Known{std::move(agent), {}, {}});
        }
        found->grants.push_back(std::move(grant));
    }
    for (Known &one : known)
        std::stable_sort(one.grants.begin(), one.grants.end(), [](const auto &a, const auto &b) {
            return std::tie(a.connection, a.createdAt, a.id)
                < std::tie(b.connection, b.createdAt, b.id);
        });
    keepGone(known);
    keepOrder(known);
    m_reorder = false;
    const auto before = total();
    m_known = std::move(known);
    show();
    if (total() != before)
        Q_EMIT countChanged();
    if (!std::exchange(m_loaded, true))
        Q_EMIT loadedChanged();
}

/// What was known a moment ago and is not any more has ended just now: the app does not list it.
void AgentsModel::keepGone(std::vector<Known> &known) const
{
    const Base::Millis now = QDateTime::currentMSecsSinceEpoch();
    for (const Known &before : m_known) {
        std::vector<Gone> gone;
        auto same = std::find_if(known.begin(), known.end(), [&before](const Known &one) {
            return one.agent.name == before.agent.name;
        });
        const auto holds = [&](const Gateway::Grant &grant) {
            return same != known.end()
                && std::any_of(same->grants.begin(), same->grants.end(),
                               [&grant](const auto &one) { return one.id == grant.id; });
        };
        for (const Gateway::Grant &grant : before.grants) {
            if (!holds(grant))
                gone.push_back({grant, std::min(now, grant.expiresAt.value_or(now))});
        }
        for (const Gone &one : before.gone) {
            if (!holds(one.grant) && gone.size() < kMostGone)
                gone.push_back(one);
        }
        if (gone.empty())
            continue;
        if (same == known.end()) {
            Gateway::AgentInfo agent = before.agent;
            agent.connected = false;
            same = known.insert(known.end(), Known{std::move(agent), {}, {}});
        }
        same->gone = std::move(gone);
    }
}

void AgentsModel::forget(const QString &grantId)
{
    const std::string id = grantId.toStdString();
    for (Known &known : m_known)
        std::erase_if(known.gone, [&id](const Gone &gone) { return gone.grant.id == id; });
    show();
}

void AgentsModel::keepOrder(std::vector<Known> &known) const
{
    const auto place = [this](const Known &one) {
        const auto found
            = std::find_if(m_known.begin(), m_known.end(), [&one](const Known &before) {
                  return before.agent.name == one.agent.name;
              });
        return found - m_known.begin(); // who is new: behind all
    };
    const bool anew = m_reorder;
    std::stable_sort(known.begin(), known.end(), [&place, anew](const Known &a, const Known &b) {
        return anew ? std::pair(!a.agent.connected, a.agent.name)
                < std::pair(!b.agent.connected, b.agent.name)
                    : place(a) < place(b);
    });
}

void AgentsModel::show()
{
    const Base::Millis now = QDateTime::currentMSecsSinceEpoch();
    std::vector<Row> rows;
    for (const Known &known : m_known) {
        if (matches(known))
            rows.push_back(rowOf(known, now));
    }
    const int before = count();
    RowSync<AgentsModel, Row>::apply(*this, m_rows, std::move(rows));
    if (count() != before)
        Q_EMIT countChanged();
}

bool AgentsModel::matches(const Known &known) const
{
    QStringList texts{Wording::text(known.agent.name), Wording::text(known.agent.program)};
    for (const Gateway::Grant &grant : known.grants) {
        texts << Wording::text(grant.program) << m_link.connectionName(grant.connection)
              << Wording::text(grant.group);
        for (const std::string &database : grant.databases)
            texts << Wording::text(database);
    }
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&texts](const QString &word) {
        return std::any_of(texts.begin(), texts.end(), [&word](const QString &text) {
            return text.contains(word, Qt::CaseInsensitive);
        });
    });
}

AgentsModel::Row AgentsModel::rowOf(const Known &known, Base::Millis now) const
{
    const Gateway::AgentInfo &agent = known.agent;
    Row row;
    row.id = agent.name;
    row.name = Wording::oneLine(agent.name, 120);
    row.connected = agent.connected;
    std::size_t paused = 0;
    std::size_t readOnly = 0;
    Base::Millis firstEnd = 0;
    for (const Gateway::Grant &grant : known.grants) {
        GrantRow shown = GrantRow::of(grant, m_link.connectionName(grant.connection), now);
        paused += shown.paused && !shown.ended;
        readOnly += grant.permissions == Gateway::Permissions::readOnly() && !shown.ended;
        if (shown.endsSoon && (firstEnd == 0 || *grant.expiresAt < firstEnd))
            firstEnd = *grant.expiresAt;
        (shown.ended ? row.newEnded : row.newLive).push_back(std::move(shown));
    }
    for (const Gone &gone : known.gone) {
        row.newEnded.push_back(
            GrantRow::of(gone.grant, m_link.connectionName(gone.grant.connection), now));
        row.newEnded.back().ended = true;
        row.newEnded.back().until = tr("ended %1").arg(Wording::ago(gone.at, now));
    }
    if (agent.connected)
        row.badges << badge(tr("Connected"), "good", "plug");
    if (row.newLive.empty())
        row.badges << badge(tr("May do nothing"), "quiet", "lock");
    else if (paused == row.newLive.size())
        row.badges << badge(tr("Paused"), "warn", "pause");
    else if (readOnly == row.newLive.size())
        row.badges << badge(tr("Read only"), "quiet", "lock");
    if (firstEnd > 0)
        row.badges << badge(tr("Ends in %1").arg(Wording::span(firstEnd - now)), "warn", "clock");
    row.how = howOf(agent, row.newLive, row.newEnded);
    const auto calls = agent.callsToday;
    row.calls = calls == 0 ? tr("no calls today")
        : calls == 1       ? tr("1 call today")
                           : tr("%1 calls today").arg(Wording::count(calls));
    row.lastCall = agent.lastCallAt ? tr("last call %1").arg(Wording::ago(*agent.lastCallAt, now))
                                    : tr("has not called yet");
    return row;
}

} // namespace Window
