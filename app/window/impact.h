// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVariantList>

#include <string>

namespace Window
{

/// What a call would change, laid out for the eye. Read from the impact object of the tools' API;
/// members that are missing or of another type are left out.
struct Impact {
    QString title; ///< "What would go", "What would change", "What would be added"
    QString note; ///< how it was found out, where that is worth a word
    /// One per table with sample rows: {table, columns: [{name, letters}], rows: [[{text, before,
    /// changed}]], more}. `letters` is the width of the widest cell; `before` is the value that
    /// would be replaced.
    QVariantList samples;
    QStringList schema; ///< one sentence per object that would change
    QStringList
        tables; ///< further tables that are touched: "order_items: 212 rows deleted by a cascade"

    bool isEmpty() const { return samples.isEmpty() && schema.isEmpty() && tables.isEmpty(); }

    /// `text` is a JSON object or empty.
    static Impact read(const std::string &text);
};

} // namespace Window
