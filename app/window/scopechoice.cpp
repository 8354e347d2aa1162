// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/scopechoice.h"

#include "window/connectionwords.h"
#include "window/grantwords.h"
#include "window/wording.h"

#include <algorithm>
#include <utility>

namespace Window
{

using Gateway::Access;
using Gateway::Permission;
using Gateway::Permissions;

namespace
{

constexpr qsizetype kNameLetters = 80;

QString databaseCount(std::size_t count)
{
    return count == 1
        ? ScopeChoice::tr("1 database")
        : ScopeChoice::tr("%1 databases").arg(Wording::count(static_cast<std::int64_t>(count)));
}

} // namespace

ScopeChoice::ScopeChoice(QObject *parent)
    : QObject(parent)
    , m_permissions(Permissions::readOnly())
    , m_databases(nullptr)
{
    connect(&m_databases, &DatabaseChoices::pickedChanged, this, &ScopeChoice::changed);
}

void ScopeChoice::begin(const std::string &agent, const std::string &connection)
{
    m_grant.reset();
    m_agent = agent;
    m_wanted = connection;
    m_permissions = Permissions::readOnly();
    m_custom = false;
    m_seconds = 0;
    m_scopes.clear();
    m_loaded = false;
    settle();
}

void ScopeChoice::begin(const Gateway::Grant &grant)
{
    begin(grant.agent, grant.connection);
    m_grant = grant;
    m_permissions = grant.permissions;
    m_custom
        = m_permissions != Permissions::readOnly() && m_permissions != Permissions::fullAccess();
    m_seconds = kKeepEnd;
    settle();
}

void ScopeChoice::offer(std::vector<Gateway::ConnectionScope> scopes)
{
    m_scopes = std::move(scopes);
    m_loaded = true;
    settle();
}

void ScopeChoice::setAgent(const std::string &agent)
{
    m_agent = agent;
    Q_EMIT changed();
}

void ScopeChoice::settle()
{
    const auto wanted = std::find_if(m_scopes.begin(), m_scopes.end(),
                                     [this](const auto &scope) { return scope.id == m_wanted; });
    m_place = wanted == m_scopes.end() ? 0 : static_cast<std::size_t>(wanted - m_scopes.begin());
    m_groupIndex = 0;
    m_allDatabases = true;
    std::set<std::string> picked;
    if (m_grant) {
        const std::vector<Gateway::GroupScope> none;
        const auto &groups = place() ? place()->groups : none;
        const auto found = std::find_if(groups.begin(), groups.end(), [this](const auto &group) {
            return group.name == m_grant->group;
        });
        // A group that has gone is not offered again; its grant reaches nothing until one is
        // picked.
        m_groupIndex = m_grant->group.empty() ? static_cast<int>(groups.size())
            : found == groups.end()           ? -1
                                              : static_cast<int>(found - groups.begin());
        picked.insert(m_grant->databases.begin(), m_grant->databases.end());
        m_allDatabases = picked.empty();
    }
    showDatabases(picked);
    Q_EMIT placesChanged();
    Q_EMIT changed();
}

const Gateway::ConnectionScope *ScopeChoice::place() const
{
    return m_place < m_scopes.size() ? &m_scopes[m_place] : nullptr;
}

const Gateway::GroupScope *ScopeChoice::group() const
{
    const auto *at = place();
    if (!at || m_groupIndex < 0 || static_cast<std::size_t>(m_groupIndex) >= at->groups.size())
        return nullptr;
    return &at->groups[static_cast<std::size_t>(m_groupIndex)];
}

void ScopeChoice::showDatabases(const std::set<std::string> &picked)
{
    if (const auto *only = group())
        m_databases.show({*only}, picked, false);
    else
        m_databases.show(place() ? place()->groups : std::vector<Gateway::GroupScope>(), picked,
                         true);
}

QVariantList ScopeChoice::connections() const
{
    QVariantList list;
    for (const Gateway::ConnectionScope &scope : m_scopes) {
        Gateway::ConnectionInfo info;
        info.kind = scope.kind;
        info.organization = scope.kind == "turso-cloud" ? scope.organization : std::string();
        const bool broken = !scope.problem.empty();
        list.append(
            QVariantMap{{QStringLiteral("value"), Wording::text(scope.id)},
                        {QStringLiteral("text"), Wording::oneLine(scope.name, kNameLetters)},
                        {QStringLiteral("note"),
                         broken ? tr("cannot be used now") : ConnectionWords::place(info)},
                        {QStringLiteral("glyph"), ConnectionWords::glyph(scope.kind)},
                        {QStringLiteral("bad"), broken}});
    }
    return list;
}

QVariantList ScopeChoice::groups() const
{
    QVariantList list;
    const auto *at = place();
    if (!at)
        return list;
    std::size_t all = 0;
    for (const Gateway::GroupScope &group : at->groups) {
        all += group.databases.size();
        list.append(QVariantMap{
            {QStringLiteral("text"),
             group.name.empty() ? tr("no group") : Wording::oneLine(group.name, kNameLetters)},
            {QStringLiteral("note"), databaseCount(group.databases.size())},
            {QStringLiteral("locked"), group.deleteProtection},
            {QStringLiteral("whole"), false}});
    }
    list.append(QVariantMap{{QStringLiteral("text"), tr("Whole organization")},
                            {QStringLiteral("note"), tr("all groups, %1").arg(databaseCount(all))},
                            {QStringLiteral("locked"), false},
                            {QStringLiteral("whole"), true}});
    return list;
}

QString ScopeChoice::problem() const
{
    return place() ? Wording::oneLine(place()->problem, 240) : QString();
}

QString ScopeChoice::organization() const
{
    return place() ? Wording::oneLine(place()->organization, kNameLetters) : QString();
}

QString ScopeChoice::connection() const
{
    return place() ? Wording::text(place()->id) : QString();
}

void ScopeChoice::setConnection(const QString &id)
{
    if (id == connection() || isPlaceFixed())
        return;
    m_wanted = id.toStdString();
    settle();
}

void ScopeChoice::setGroupIndex(int index)
{
    const auto *at = place();
    if (!at || index == m_groupIndex || index < 0 || index > static_cast<int>(at->groups.size()))
        return;
    m_groupIndex = index;
    m_allDatabases = true; // those that were picked are of another group
    showDatabases({});
    Q_EMIT changed();
}

void ScopeChoice::setAllDatabases(bool all)
{
    if (all == m_allDatabases)
        return;
    m_allDatabases = all;
    Q_EMIT changed();
}

int ScopeChoice::databasesNow() const
{
    if (const auto *only = group())
        return static_cast<int>(only->databases.size());
    std::size_t all = 0;
    if (place() && m_groupIndex >= 0) {
        for (const Gateway::GroupScope &each : place()->groups)
            all += each.databases.size();
        all += static_cast<std::size_t>(place()->leftOut);
    }
    return static_cast<int>(all);
}

QString ScopeChoice::preset() const
{
    if (m_custom)
        return QStringLiteral("custom");
    return m_permissions == Permissions::fullAccess() ? QStringLiteral("full-access")
                                                      : QStringLiteral("read-only");
}

void ScopeChoice::setPreset(const QString &preset)
{
    if (preset == this->preset())
        return;
    m_custom = preset == QStringLiteral("custom"); // which starts with what is there
    if (!m_custom)
        m_permissions = preset == QStringLiteral("full-access") ? Permissions::fullAccess()
                                                                : Permissions::readOnly();
    Q_EMIT changed();
}

QVariantList ScopeChoice::permissions() const
{
    QVariantList list;
    for (int i = 0; i < Gateway::kPermissionCount; ++i) {
        const auto permission = static_cast<Permission>(i);
        const bool alwaysAsks = Gateway::alwaysAsks(permission);
        const Access access = m_permissions.access(permission);
        const QString shown = access == Access::Off ? QStringLiteral("off")
            : access == Access::Ask || alwaysAsks   ? QStringLiteral("asks")
                                                    : QStringLiteral("on");
        list.append(QVariantMap{{QStringLiteral("title"), GrantWords::permission(permission)},
                                {QStringLiteral("access"), shown},
                                {QStringLiteral("mayRunAlone"), !alwaysAsks}});
    }
    return list;
}

void ScopeChoice::setAccess(int permission, const QString &access)
{
    if (permission < 0 || permission >= Gateway::kPermissionCount)
        return;
    const auto which = static_cast<Permission>(permission);
    Access wanted = access == QStringLiteral("on") ? Access::On
        : access == QStringLiteral("asks")         ? Access::Ask
                                                   : Access::Off;
    // It asks because of what it is: granted is all that can be said of it.
    if (wanted == Access::Ask && Gateway::alwaysAsks(which))
        wanted = Access::On;
    m_custom = true;
    m_permissions.set(which, wanted);
    Q_EMIT changed();
}

void ScopeChoice::setSeconds(int seconds)
{
    if (seconds == m_seconds || seconds < (isPlaceFixed() ? kKeepEnd : 0))
        return;
    m_seconds = seconds;
    Q_EMIT changed();
}

Gateway::GrantDraft ScopeChoice::draft() const
{
    Gateway::GrantDraft draft;
    draft.agent = m_agent;
    if (const auto *at = place()) {
        draft.connection = at->id;
        draft.organization = at->organization;
    }
    if (const auto *only = group())
        draft.group = only->name;
    else if (m_grant && m_groupIndex < 0)
        draft.group = m_grant->group;
    if (!m_allDatabases)
        draft.databases.assign(m_databases.picked().begin(), m_databases.picked().end());
    draft.permissions = m_permissions;
    if (m_seconds > 0)
        draft.expiresIn = Base::Millis(m_seconds) * 1000;
    return draft;
}

QVariantList ScopeChoice::tools() const
{
    QVariantList list;
    for (const Gateway::ToolEffect &tool : Gateway::effectsOf(draft()))
        list.append(
            QVariantMap{{QStringLiteral("name"), Wording::text(tool.tool)},
                        {QStringLiteral("effect"), Wording::text(Gateway::effectName(tool.effect))},
                        {QStringLiteral("note"), Wording::text(tool.note)}});
    return list;
}

QString ScopeChoice::sentence() const
{
    if (!m_loaded)
        return {};
    Gateway::GrantDraft shown = draft();
    shown.agent = Wording::oneLine(shown.agent, 60).toStdString();
    if (shown.agent.empty())
        shown.agent = tr("It").toStdString();
    for (std::string *name : {&shown.group, &shown.organization})
        *name = Wording::oneLine(*name, kNameLetters).toStdString();
    for (std::string &name : shown.databases)
        name = Wording::oneLine(name, kNameLetters).toStdString();
    return Wording::text(Gateway::effectSentence(shown, static_cast<std::size_t>(databasesNow())));
}

QString ScopeChoice::missing() const
{
    if (!m_loaded)
        return tr("Looking up what there is…");
    if (!place())
        return tr("There is no connection to pick from.");
    if (!m_allDatabases && m_databases.picked().empty())
        return tr("Pick at least one database.");
    if (m_permissions == Permissions())
        return tr("Everything is off: that would be a no.");
    return {};
}

QStringList ScopeChoice::differences() const
{
    return m_grant ? GrantWords::differences(*m_grant, draft(), m_seconds) : QStringList();
}

} // namespace Window
