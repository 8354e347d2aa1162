// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/wording.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include <array>
#include <cmath>

namespace Window::Wording
{

namespace
{

constexpr qsizetype kCellLength = 80;
constexpr Base::Millis kSecond = 1000;
constexpr Base::Millis kMinute = 60 * kSecond;
constexpr Base::Millis kHour = 60 * kMinute;
constexpr Base::Millis kDay = 24 * kHour;

QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("Window::Wording", text, nullptr, n);
}

// Figures are grouped and dotted alike everywhere, as SQL tools do, whatever the desktop's
// language.
QLocale figures()
{
    return QLocale(QLocale::English, QLocale::UnitedStates);
}

QString counted(Base::Millis number, const char *one, const char *many)
{
    return number == 1 ? tr(one) : tr(many).arg(number);
}

} // namespace

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString unmasked(std::string_view utf8)
{
    const QString whole = text(utf8);
    QString shown;
    shown.reserve(whole.size());
    for (const QChar letter : whole) {
        const bool spoken = letter == u'\n' || letter == u'\t' || letter == u'\r';
        const bool masks = letter.category() == QChar::Other_Format
            || letter.category() == QChar::Other_Control
            || letter.category() == QChar::Separator_Line
            || letter.category() == QChar::Separator_Paragraph;
        if (masks && !spoken)
            shown += QStringLiteral("⟨U+%1⟩")
                         .arg(letter.unicode(), 4, 16, QLatin1Char('0'))
                         .toUpper();
        else
            shown += letter;
    }
    return shown;
}

QString oneLine(std::string_view utf8, qsizetype limit)
{
    // Far more bytes than can be shown: a megabyte of SQL is not turned over for its first hundred
    // letters.
    const auto bytes = static_cast<std::size_t>(limit) * 8;
    QString line = text(utf8.substr(0, bytes)).simplified();
    for (QChar &letter : line) {
        if (!letter.isPrint() && !letter.isSurrogate())
            letter = QChar::ReplacementCharacter;
    }
    if (line.size() <= limit && utf8.size() <= bytes)
        return line;
    line.truncate(limit - 1);
    if (line.endsWith(QChar(0xfffd)) || (!line.isEmpty() && line.back().isHighSurrogate()))
        line.chop(1);
    return line + QChar(0x2026);
}

QString count(std::optional<std::int64_t> number)
{
    return number ? figures().toString(static_cast<qlonglong>(*number)) : QString();
}

QString duration(double milliseconds)
{
    if (milliseconds < 0 || !std::isfinite(milliseconds))
        return {};
    const QLocale locale = figures();
    if (milliseconds < 10)
        return tr("%1 ms").arg(locale.toString(milliseconds, 'f', 1));
    if (milliseconds < 1000)
        return tr("%1 ms").arg(locale.toString(milliseconds, 'f', 0));
    if (milliseconds < kMinute)
        return tr("%1 s").arg(
            locale.toString(milliseconds / kSecond, 'f', milliseconds < 10'000 ? 2 : 1));
    const auto seconds = static_cast<qlonglong>(milliseconds / kSecond);
    return tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString clockTime(Base::Millis time)
{
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(time);
    const bool today = local.date() == QDate::currentDate();
    return local.toString(today ? QStringLiteral("HH:mm:ss") : QStringLiteral("ddd HH:mm"));
}

QString ago(Base::Millis time, Base::Millis now)
{
    const Base::Millis past = now - time;
    if (past < kMinute)
        return tr("just now");
    if (past < kHour)
        return counted(past / kMinute, "1 minute ago", "%1 minutes ago");
    const QDateTime then = QDateTime::fromMSecsSinceEpoch(time);
    const qint64 days = then.date().daysTo(QDateTime::fromMSecsSinceEpoch(now).date());
    const QString clock = then.toString(QStringLiteral("HH:mm"));
    if (days == 0)
        return tr("today, %1").arg(clock);
    if (days == 1)
        return tr("yesterday, %1").arg(clock);
    return tr("%1, %2").arg(then.toString(QStringLiteral("d MMMM")), clock);
}

QString span(Base::Millis milliseconds)
{
    if (milliseconds >= 2 * kDay)
        return tr("%1 days").arg((milliseconds + kDay / 2) / kDay);
    if (milliseconds >= 2 * kHour)
        return tr("%1 hours").arg((milliseconds + kHour / 2) / kHour);
    return counted((milliseconds + kMinute - 1) / kMinute, "1 minute", "%1 minutes");
}

QString size(std::int64_t bytes)
{
    return figures().formattedDataSize(bytes, bytes < 10'000'000 ? 1 : 0,
                                       QLocale::DataSizeSIFormat);
}

QString cell(const Base::Json &value)
{
    if (value.is_null())
        return QStringLiteral("NULL");
    if (value.is_string())
        return oneLine(value.get_ref<const std::string &>(), kCellLength);
    if (const auto blob = Base::stringMember(value, "base64"); blob && value.size() == 1)
        return tr("blob, %1 bytes")
            .arg(figures().toString(static_cast<qlonglong>(blob->size() / 4 * 3)));
    return oneLine(Base::dumpJson(value), kCellLength);
}

QString environment(std::string_view connection, std::string_view database)
{
    // A word of its own, so that "products" is not production.
    static const QRegularExpression production(
        QStringLiteral("(^|[^a-z])(prod|production|live)([^a-z]|$)"));
    static const QRegularExpression staging(
        QStringLiteral("(^|[^a-z])(staging|stage|preprod)([^a-z]|$)"));
    const QString names = (text(connection) + QLatin1Char(' ') + text(database)).toLower();
    if (names.contains(production))
        return tr("production");
    return names.contains(staging) ? tr("staging") : QString();
}

QString decision(std::string_view decision)
{
    if (decision == "allowed")
        return tr("allowed");
    if (decision == "approved")
        return tr("you approved");
    if (decision == "rule")
        return tr("remembered");
    if (decision == "denied")
        return tr("you denied");
    if (decision == "expired")
        return tr("no answer");
    if (decision == "refused")
        return tr("refused");
    return text(decision);
}

QString permissions(const Gateway::Permissions &permissions)
{
    if (permissions == Gateway::Permissions::readOnly())
        return tr("Read only");
    if (permissions == Gateway::Permissions::fullAccess())
        return tr("Full access, asks before anything destructive");
    QStringList allowed;
    for (int i = 0; i < Gateway::kPermissionCount; ++i) {
        const auto permission = static_cast<Gateway::Permission>(i);
        const Gateway::Access access = permissions.access(permission);
        if (access == Gateway::Access::Off)
            continue;
        const QString name = text(Gateway::permissionName(permission)).replace(u'-', u' ');
        allowed << (access == Gateway::Access::Ask ? tr("%1 (asks)").arg(name) : name);
    }
    return allowed.isEmpty() ? tr("Nothing") : allowed.join(QStringLiteral(", "));
}

QString allow(const Gateway::Offer &offer)
{
    if (!offer.permission)
        return tr("Allow this database");
    switch (*offer.permission) {
    case Gateway::Permission::Read:
        return tr("Allow reading");
    case Gateway::Permission::Write:
        return tr("Allow writing");
    case Gateway::Permission::Delete:
        return tr("Allow deleting rows");
    case Gateway::Permission::Schema:
        return tr("Allow schema changes");
    case Gateway::Permission::Create:
        return tr("Allow new databases");
    case Gateway::Permission::Branch:
        return tr("Allow branches");
    case Gateway::Permission::Configure:
        return tr("Allow configuring");
    case Gateway::Permission::DeleteDatabase:
        return tr("Allow deleting databases");
    case Gateway::Permission::Analytics:
        break;
    }
    return tr("Allow statistics");
}

} // namespace Window::Wording
