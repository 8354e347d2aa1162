// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/grantsmodel.h"

#include "window/wording.h"

#include <QCoreApplication>
#include <QUrl>

#include <utility>

namespace Window
{

namespace
{

constexpr Base::Millis kSoon = 24 * 3'600'000;
constexpr qsizetype kNameLength = 60;
constexpr std::size_t kNamed = 3; ///< databases that a line names

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::GrantRow", text);
}

QString databaseWording(const std::vector<std::string> &databases)
{
    if (databases.empty())
        return tr("All databases");
    QStringList named;
    // Three, and "and 2 more" rather than "and 1 more" where the one could have been named.
    const std::size_t count = databases.size() <= kNamed + 1 ? databases.size() : kNamed;
    for (std::size_t i = 0; i < count; ++i)
        named << Wording::oneLine(databases[i], kNameLength);
    const QString line = named.join(QStringLiteral(", "));
    return count == databases.size() ? line
                                     : tr("%1 and %2 more").arg(line).arg(databases.size() - count);
}

QString untilWording(const Gateway::Grant &grant, Base::Millis now)
{
    if (!grant.expiresAt)
        return tr("until you revoke it");
    return *grant.expiresAt > now ? tr("%1 left").arg(Wording::span(*grant.expiresAt - now))
                                  : tr("ended %1").arg(Wording::ago(*grant.expiresAt, now));
}

QString farewellWording(const Gateway::Grant &grant)
{
    if (grant.kind == "token")
        return tr("The token stops working at once, and cannot be brought back: a new one would "
                  "have to be made.");
    if (grant.kind == "oauth")
        return tr("It is signed out at once. This cannot be undone: it would have to sign in again "
                  "and ask you.");
    return tr("Its next call is refused. This cannot be undone: it would have to ask you again.");
}

} // namespace

QString holderWording(const Gateway::Grant &grant)
{
    const QString program = Wording::oneLine(grant.program, 240);
    if (grant.kind == "token")
        return tr("Bearer token");
    if (grant.kind == "oauth") {
        // A client whose id is an address has shown that the address is its own.
        const QUrl address(program, QUrl::StrictMode);
        if (address.scheme() == QLatin1StringView("https") && !address.host().isEmpty())
            return tr("Signed in · verified by %1").arg(address.host());
        return tr("Signed in · the name is its own claim");
    }
    return program.isEmpty() ? tr("Local program · any that goes by this name")
                             : tr("Local program · %1").arg(program);
}

bool GrantRow::take(GrantRow &&next)
{
    if (*this == next)
        return false;
    *this = std::move(next);
    return true;
}

GrantRow GrantRow::of(const Gateway::Grant &grant, const QString &connection, Base::Millis now)
{
    GrantRow row;
    row.id = Wording::text(grant.id);
    row.what = Wording::permissions(grant.permissions);
    row.what.replace(0, 1, row.what.left(1).toUpper());
    row.everything = grant.databases.empty();
    row.place = connection;
    if (!grant.group.empty())
        row.place += tr(" · group %1").arg(Wording::oneLine(grant.group, kNameLength));
    row.databases = databaseWording(grant.databases);
    if (grant.databases.size() > kNamed + 1) {
        for (const std::string &database : grant.databases)
            row.allDatabases << Wording::oneLine(database, kNameLength);
    }
    row.until = untilWording(grant, now);
    row.used = grant.lastUsedAt ? tr("used %1").arg(Wording::ago(*grant.lastUsedAt, now))
                                : tr("not used yet");
    row.how = holderWording(grant);
    row.farewell = farewellWording(grant);
    row.paused = grant.paused;
    row.ended = grant.expiresAt && *grant.expiresAt <= now;
    row.endsSoon = grant.expiresAt && !row.ended && *grant.expiresAt - now < kSoon;
    return row;
}

int GrantsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant GrantsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const GrantRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case IdRole:
        return row.id;
    case WhatRole:
        return row.what;
    case PlaceRole:
        return row.place;
    case DatabasesRole:
        return row.databases;
    case AllDatabasesRole:
        return row.allDatabases;
    case EverythingRole:
        return row.everything;
    case UntilRole:
        return row.until;
    case UsedRole:
        return row.used;
    case HowRole:
        return row.how;
    case FarewellRole:
        return row.farewell;
    case PausedRole:
        return row.paused;
    case EndedRole:
        return row.ended;
    case EndsSoonRole:
        return row.endsSoon;
    default:
        return {};
    }
}

QHash<int, QByteArray> GrantsModel::roleNames() const
{
    return {{IdRole, "grantId"},
            {WhatRole, "what"},
            {PlaceRole, "place"},
            {DatabasesRole, "databases"},
            {UntilRole, "until"},
            {EverythingRole, "everything"},
            {AllDatabasesRole, "allDatabases"},
            {UsedRole, "used"},
            {HowRole, "how"},
            {PausedRole, "paused"},
            {FarewellRole, "farewell"},
            {EndedRole, "ended"},
            {EndsSoonRole, "endsSoon"}};
}

void GrantsModel::show(std::vector<GrantRow> rows)
{
    const int before = count();
    RowSync<GrantsModel, GrantRow>::apply(*this, m_rows, std::move(rows));
    if (count() != before)
        Q_EMIT countChanged();
}

} // namespace Window
