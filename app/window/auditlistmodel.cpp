// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/auditlistmodel.h"

#include "base/clock.h"
#include "window/auditwording.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace Window
{

namespace
{

constexpr qsizetype kMessageLetters = 300;
constexpr qsizetype kNameLetters = 60;

QString dayOf(const QDateTime &time)
{
    const QDate today = QDate::currentDate();
    if (time.date() == today)
        return AuditListModel::tr("Today");
    if (time.date() == today.addDays(-1))
        return AuditListModel::tr("Yesterday");
    return QLocale().toString(time.date(), QStringLiteral("d MMMM yyyy"));
}

} // namespace

AuditListModel::AuditListModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
}

int AuditListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant AuditListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case DayRole:
        return row.day;
    case TimeRole:
        return row.time;
    case TextRole:
        return row.text;
    case GlyphRole:
        return row.glyph;
    case ToneRole:
        return row.tone;
    case MessageRole:
        return row.message;
    case WhoRole:
        return row.who;
    case FromRole:
        return row.from;
    default:
        return {};
    }
}

QHash<int, QByteArray> AuditListModel::roleNames() const
{
    return {{DayRole, "day"},   {TimeRole, "time"},       {TextRole, "text"}, {GlyphRole, "glyph"},
            {ToneRole, "tone"}, {MessageRole, "message"}, {WhoRole, "who"},   {FromRole, "from"}};
}

void AuditListModel::open(const QString &connectionId, const QString &name)
{
    ++m_turn;
    beginResetModel();
    m_rows.clear();
    endResetModel();
    m_id = connectionId.toStdString();
    m_name = name;
    m_page = 0;
    m_pages = 0;
    m_busy = false;
    m_lacking = false;
    m_problem.clear();
    loadMore();
}

void AuditListModel::loadMore()
{
    if (m_busy || m_id.empty() || (m_page > 0 && !hasMore()))
        return;
    m_busy = true;
    m_problem.clear();
    Q_EMIT changed();
    m_link.call("connections.audit", {{"id", m_id}, {"page", m_page + 1}}, this,
                [this, turn = m_turn](const Base::Result<Base::Json> &answer) {
                    if (turn != m_turn)
                        return;
                    m_busy = false;
                    if (answer)
                        takePage(*answer);
                    else
                        fail(answer.error());
                });
}

void AuditListModel::fail(const Base::Error &error)
{
    m_lacking = error.kind == Base::ErrorKind::Unsupported;
    m_problem = Wording::oneLine(error.message + " " + error.hint, kMessageLetters);
    Q_EMIT changed();
}

void AuditListModel::takePage(const Base::Json &page)
{
    std::vector<Row> rows;
    for (const Base::Json &entry : Base::member(page, "entries"))
        rows.push_back(rowOf(entry));
    constexpr long long kMostPages = 1'000'000;
    ++m_page; // whatever the answer says: it goes on, and comes to an end
    m_pages = static_cast<int>(
        std::clamp(Base::integerMember(page, "pages").value_or(m_page), 0LL, kMostPages));
    if (!rows.empty()) {
        beginInsertRows({}, count(), count() + static_cast<int>(rows.size()) - 1);
        std::move(rows.begin(), rows.end(), std::back_inserter(m_rows));
        endInsertRows();
    }
    Q_EMIT changed();
}

AuditListModel::Row AuditListModel::rowOf(const Base::Json &entry)
{
    const auto text = [&entry](const char *key) {
        return Base::stringMember(entry, key).value_or("");
    };
    const AuditWording::Deed deed = AuditWording::deed(text("code"));
    Row row;
    if (const auto at = Base::parseRfc3339(text("at"))) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(*at);
        row.day = dayOf(time);
        row.time = time.toString(QStringLiteral("HH:mm"));
    }
    row.text = deed.text;
    row.glyph = deed.glyph;
    row.tone = deed.tone;
    row.message = Wording::oneLine(text("message"), kMessageLetters);
    row.who = Wording::oneLine(text("author"), kNameLetters);
    row.from = AuditWording::origin(text("origin"));
    return row;
}

} // namespace Window
