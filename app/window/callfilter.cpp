// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/callfilter.h"

#include "window/wording.h"

#include <algorithm>

namespace Window
{

namespace
{

bool found(const std::string &in, const QString &value)
{
    return Wording::text(in).contains(value, Qt::CaseInsensitive);
}

bool isState(const Gateway::CallRecord &call, const QString &value)
{
    const auto same = [&value](std::string_view word) {
        return value.compare(Wording::text(word), Qt::CaseInsensitive) == 0;
    };
    return same(Gateway::callStateName(call.state)) || same(call.decision);
}

} // namespace

CallFilter::CallFilter(const QString &text)
{
    static const QStringList known
        = {QStringLiteral("tool"), QStringLiteral("db"), QStringLiteral("agent"),
           QStringLiteral("is"), QStringLiteral("code")};
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const qsizetype colon = word.indexOf(u':');
        Word entry{colon > 0 ? word.left(colon).toLower() : QString(),
                   word.mid(colon > 0 ? colon + 1 : 0)};
        if (entry.value.endsWith(u'*'))
            entry.value.chop(1);
        if (!entry.key.isEmpty() && !known.contains(entry.key))
            m_unknownKeys << entry.key;
        m_words.push_back(std::move(entry));
    }
}

bool CallFilter::matches(const Gateway::CallRecord &call) const
{
    return std::all_of(m_words.begin(), m_words.end(), [&call](const Word &word) {
        if (word.key.isEmpty())
            return found(call.sql, word.value);
        if (word.key == QLatin1StringView("tool"))
            return found(call.tool, word.value);
        if (word.key == QLatin1StringView("db"))
            return found(call.database, word.value);
        if (word.key == QLatin1StringView("agent"))
            return found(call.agent, word.value);
        if (word.key == QLatin1StringView("code"))
            return found(call.code, word.value);
        return word.key == QLatin1StringView("is") && isState(call, word.value);
    });
}

} // namespace Window
