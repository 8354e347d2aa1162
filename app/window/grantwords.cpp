// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/grantwords.h"

#include "window/wording.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <set>

namespace Window::GrantWords
{

using Gateway::Access;
using Gateway::Asker;

namespace
{

constexpr qsizetype kLetters = 80;

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::GrantWords", text);
}

QString name(const std::string &utf8)
{
    return Wording::oneLine(utf8, kLetters);
}

QString fileName(const std::string &path)
{
    return name(path.substr(path.rfind('/') + 1));
}

QString scopeWord(std::string_view scope)
{
    if (scope == "db:read")
        return tr("reading");
    if (scope == "db:write")
        return tr("writing");
    return tr("managing");
}

bool names(std::string_view list, std::string_view word)
{
    for (std::size_t at = list.find(word); at != std::string_view::npos;
         at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
            return true;
    }
    return false;
}

QString accessDifference(Access before, Access after, const QString &what)
{
    if (before == after)
        return {};
    if (after == Access::Off)
        return QStringLiteral("− ") + what;
    if (before == Access::Off)
        return QStringLiteral("+ ")
            + (after == Access::Ask ? tr("%1, asks every time").arg(what) : what);
    return after == Access::Ask ? tr("− %1 without asking").arg(what)
                                : tr("+ %1 without asking").arg(what);
}

void addPlaces(QStringList &list, const Gateway::Grant &before, const Gateway::GrantDraft &after)
{
    if (before.group != after.group) {
        if (after.group.empty())
            list << tr("+ the whole organization");
        else if (before.group.empty())
            list << tr("− all groups but %1").arg(name(after.group));
        else
            list << tr("− group %1").arg(name(before.group))
                 << tr("+ group %1").arg(name(after.group));
    }
    const std::set<std::string> old(before.databases.begin(), before.databases.end());
    const std::set<std::string> now(after.databases.begin(), after.databases.end());
    if (old.empty() != now.empty())
        list << (now.empty() ? tr("+ all databases") : tr("− all databases but the picked ones"));
    if (now.empty())
        return;
    for (const std::string &database : now) {
        if (!old.contains(database))
            list << tr("+ database %1").arg(name(database));
    }
    for (const std::string &database : old) {
        if (!now.contains(database))
            list << tr("− database %1").arg(name(database));
    }
}

} // namespace

QString permission(Gateway::Permission permission)
{
    constexpr std::array<const char *, Gateway::kPermissionCount> kTitles = {
        QT_TRANSLATE_NOOP("Window::GrantWords", "Read data"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Add and change rows"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Delete rows"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Change the schema"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Create databases"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Make branches"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Change settings"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "Delete databases"),
        QT_TRANSLATE_NOOP("Window::GrantWords", "See query statistics"),
    };
    return tr(kTitles[static_cast<std::size_t>(permission)]);
}

QString proofTitle(const Asker &asker)
{
    switch (asker.proof) {
    case Asker::Proof::Verified:
        return tr("Verified by %1").arg(name(asker.host));
    case Asker::Proof::SelfDeclared:
        return tr("Unverified name");
    case Asker::Proof::LocalProgram:
        break;
    }
    return tr("Program on this computer");
}

QString kindTitle(const std::string &kind)
{
    return kind == "bridge" ? tr("Program on this computer")
        : kind == "token"   ? tr("Token")
                            : tr("Signed in");
}

QString proofText(const Asker &asker)
{
    // A line of its own, which no long name can push away.
    const QString to = asker.answerTo.empty()
        ? QString()
        : QLatin1Char('\n') + tr("Your answer goes to %1.").arg(name(asker.answerTo));
    switch (asker.proof) {
    case Asker::Proof::Verified:
        return tr("Its name comes from %1.").arg(name(asker.host)) + to;
    case Asker::Proof::SelfDeclared:
        return tr("It gave itself this name, as any program could. Go on only if you have just "
                  "started to connect it.")
            + to;
    case Asker::Proof::LocalProgram:
        break;
    }
    if (asker.executable.empty())
        return tr("Which program it is cannot be told, so it cannot be let in from here.");
    const QString path = Wording::oneLine(asker.executable, 200);
    if (asker.announced.empty() || fileName(asker.executable) == name(asker.announced))
        return path;
    return tr("%1, which calls itself %2").arg(path, name(asker.announced));
}

bool isDoubtful(const std::string &agent, const Asker &asker)
{
    static const std::array<const char *, 14> kKnown
        = {"claude", "codex",         "chatgpt",  "openai", "cursor", "copilot", "vs code",
           "vscode", "visual studio", "windsurf", "gemini", "zed",    "cline",   "goose"};
    if (asker.proof == Asker::Proof::LocalProgram)
        return asker.executable.empty();
    if (asker.proof == Asker::Proof::Verified)
        return false;
    const QString lower = Wording::text(agent).toLower();
    return std::any_of(kKnown.begin(), kKnown.end(), [&lower](const char *known) {
        return lower.contains(QLatin1StringView(known));
    });
}

QVariantList wishes(const std::string &askedScope, const Gateway::Permissions &given)
{
    QVariantList list;
    const std::string got = Gateway::scopeOf(given);
    for (const char *scope : {"db:read", "db:write", "db:admin"}) {
        const bool asked = names(askedScope, scope);
        const bool gets = names(got, scope);
        if (!asked && !gets)
            continue;
        const QString state = !asked ? QStringLiteral("extra")
            : gets                   ? QStringLiteral("given")
                                     : QStringLiteral("kept");
        list.append(QVariantMap{{QStringLiteral("text"), scopeWord(scope)},
                                {QStringLiteral("state"), state}});
    }
    return list;
}

QStringList differences(const Gateway::Grant &before, const Gateway::GrantDraft &after, int seconds)
{
    QStringList list;
    for (int i = 0; i < Gateway::kPermissionCount; ++i) {
        const auto which = static_cast<Gateway::Permission>(i);
        const QString line
            = accessDifference(before.permissions.access(which), after.permissions.access(which),
                               permission(which).toLower());
        if (!line.isEmpty())
            list << line;
    }
    addPlaces(list, before, after);
    if (seconds == 3600)
        list << tr("ends in 1 hour");
    else if (seconds > 0)
        list << tr("ends in %1").arg(Wording::span(Base::Millis(seconds) * 1000));
    else if (seconds == 0 && before.expiresAt)
        list << tr("no end, until revoked");
    return list;
}

} // namespace Window::GrantWords
