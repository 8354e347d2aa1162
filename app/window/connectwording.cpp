// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectwording.h"

#include "window/wording.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace Window::ConnectWording
{

namespace
{

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::ConnectWording", text);
}

struct StateWords {
    QString text;
    const char *tone;
};

StateWords stateWords(Connect::AgentState state)
{
    switch (state) {
    case Connect::AgentState::NotInstalled:
        break;
    case Connect::AgentState::Installed:
        return {tr("Installed, not connected"), "plain"};
    case Connect::AgentState::Connected:
        return {tr("Connected"), "good"};
    case Connect::AgentState::ConnectedDifferently:
        return {tr("Outdated"), "warn"};
    case Connect::AgentState::FileBroken:
        return {tr("File cannot be read"), "bad"};
    }
    return {tr("Not found"), "quiet"};
}

constexpr qsizetype kLongest = 400; ///< letters of a line
constexpr qsizetype kBefore = 60; ///< of them, ahead of the change

struct Line {
    QString text;
    const char *kind;
    int number;
};

/// Where a line differs from the one that it replaces, or that replaces it.
qsizetype firstDifference(const std::vector<Line> &lines, std::size_t at)
{
    const auto isKind = [&lines](std::size_t i, const char *kind) {
        return i < lines.size() && QLatin1StringView(lines[i].kind) == QLatin1StringView(kind);
    };
    std::size_t other = at;
    if (isKind(at, "removed") && isKind(at + 1, "added"))
        other = at + 1;
    else if (isKind(at, "added") && at > 0 && isKind(at - 1, "removed"))
        other = at - 1;
    const QString &a = lines[at].text;
    const QString &b = lines[other].text;
    return other == at ? 0
                       : std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

QString shortened(const QString &text, qsizetype around)
{
    if (text.size() <= kLongest)
        return text;
    const QChar more(0x2026);
    const qsizetype begin = around > kBefore ? around - kBefore : 0;
    QString part = text.mid(begin, kLongest);
    if (begin > 0)
        part.prepend(more);
    return begin + kLongest < text.size() ? part + more : part;
}

std::vector<Line> linesOf(std::string_view unified)
{
    static const QRegularExpression place(
        QStringLiteral("^@@ -(\\d+)(?:,\\d+)? \\+(\\d+)(?:,\\d+)? @@"));
    std::vector<Line> lines;
    int before = 0;
    int after = 0;
    QStringList all = Wording::unmasked(unified).split(u'\n');
    if (all.last().isEmpty())
        all.removeLast();
    for (QString line : all) {
        if (line.endsWith(u'\r'))
            line.chop(1);
        if (const auto found = place.match(line); found.hasMatch()) {
            before = found.captured(1).toInt();
            after = found.captured(2).toInt();
            if (!lines.empty())
                lines.push_back({QStringLiteral("…"), "place", 0});
        } else if (before == 0 && after == 0) {
            continue; // the names of the files stand above
        } else if (line.startsWith(u'+')) {
            lines.push_back({line.mid(1), "added", after++});
        } else if (line.startsWith(u'-')) {
            lines.push_back({line.mid(1), "removed", before++});
        } else if (line.startsWith(u'\\')) {
            lines.push_back({tr("no line end at the end of the file"), "place", 0});
        } else {
            lines.push_back({line.mid(1), "context", after++});
            ++before;
        }
    }
    return lines;
}

} // namespace

QVariantMap agent(const Connect::AgentInfo &agent)
{
    const StateWords state = stateWords(agent.state);
    return {{QStringLiteral("id"), Wording::text(agent.id)},
            {QStringLiteral("name"), Wording::text(agent.name)},
            {QStringLiteral("file"), Wording::unmasked(agent.file)},
            {QStringLiteral("state"), Wording::text(Connect::stateName(agent.state))},
            {QStringLiteral("stateText"), state.text},
            {QStringLiteral("tone"), QLatin1StringView(state.tone)},
            {QStringLiteral("explanation"), Wording::unmasked(agent.explanation)},
            {QStringLiteral("restartNote"), Wording::unmasked(agent.restartNote)},
            {QStringLiteral("bundle"), Wording::unmasked(agent.bundle)},
            {QStringLiteral("ours"), agent.way.has_value() || agent.canUndo}};
}

QVariantList ways(const std::vector<Connect::Way> &ways)
{
    QVariantList list;
    for (const Connect::Way way : ways)
        list << QVariantMap{{QStringLiteral("value"), Wording::text(Connect::wayName(way))},
                            {QStringLiteral("text"),
                             way == Connect::Way::Bridge ? tr("Local program") : tr("HTTP")}};
    return list;
}

QVariantList diff(std::string_view unified)
{
    const std::vector<Line> lines = linesOf(unified);
    QVariantList list;
    for (std::size_t i = 0; i < lines.size(); ++i)
        list << QVariantMap{
            {QStringLiteral("text"), shortened(lines[i].text, firstDifference(lines, i))},
            {QStringLiteral("kind"), QLatin1StringView(lines[i].kind)},
            {QStringLiteral("number"), lines[i].number}};
    return list;
}

QVariantMap step(const QString &text, const char *state, const QString &detail)
{
    return {{QStringLiteral("text"), text},
            {QStringLiteral("state"), QLatin1StringView(state)},
            {QStringLiteral("detail"), detail}};
}

QVariantMap recipe(const Connect::Recipe &recipe)
{
    return {{QStringLiteral("url"), Wording::text(recipe.url)},
            {QStringLiteral("commandLine"), Wording::text(recipe.commandLine)},
            {QStringLiteral("json"), Wording::text(recipe.json).trimmed()},
            {QStringLiteral("urlJson"), Wording::text(recipe.urlJson).trimmed()}};
}

} // namespace Window::ConnectWording
