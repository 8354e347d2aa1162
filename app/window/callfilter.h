// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace Window
{

/// The filter words of Gateway::Desk::calls(), applied to calls as they arrive: all must match,
/// letters' case does not matter. `tool:` `db:` `agent:` `code:` are found in the field, `is:` is
/// the whole state or decision, any other word is found in the SQL. A word may have `*` at its end.
class CallFilter
{
public:
    CallFilter() = default;
    explicit CallFilter(const QString &text);

    bool isEmpty() const { return m_words.empty(); }
    bool matches(const Gateway::CallRecord &call) const;
    /// The words before a colon that are not known: they match nothing.
    const QStringList &unknownKeys() const { return m_unknownKeys; }

private:
    struct Word {
        QString key; ///< or empty
        QString value;
    };
    std::vector<Word> m_words;
    QStringList m_unknownKeys;
};

} // namespace Window
