// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/text.h"

#include <QList>
#include <QString>
#include <QStringView>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace Ctl
{

namespace
{

// Marks that change the direction of writing or hide text: a statement must not look like another
// one.
bool isDeceiving(char32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C
        || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

// East Asian Width W and F, roughly: the blocks that terminals draw two cells wide.
bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF)
        || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

std::size_t columnsOf(char32_t c)
{
    const auto category = QChar::category(c);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing)
        return 0;
    return isWide(c) ? 2 : 1;
}

QList<uint> characters(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toUcs4();
}

void append(std::string &out, char32_t c)
{
    out += QString::fromUcs4(&c, 1).toStdString();
}

std::string figure(double value, const char *unit)
{
    char text[64];
    std::snprintf(text, sizeof text, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    return text;
}

std::string roundSpan(long long seconds)
{
    if (seconds < 60)
        return std::to_string(seconds) + " s";
    if (seconds < 3600)
        return std::to_string(seconds / 60) + " min";
    if (seconds < 86400)
        return std::to_string(seconds / 3600) + " h";
    return std::to_string(seconds / 86400) + (seconds < 2 * 86400 ? " day" : " days");
}

} // namespace

std::string shown(std::string_view text, bool keepLines)
{
    std::string out;
    for (const uint c : characters(text)) {
        if (keepLines && (c == '\n' || c == '\t')) {
            out += static_cast<char>(c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += ' ';
        } else if (isDeceiving(c)) {
            char code[16];
            std::snprintf(code, sizeof code, c < 0x100 ? "\\x%02x" : "\\u{%x}", c);
            out += code;
        } else {
            append(out, c);
        }
    }
    return out;
}

std::size_t columns(std::string_view text)
{
    std::size_t sum = 0;
    for (const uint c : characters(text))
        sum += columnsOf(c);
    return sum;
}

std::string clipped(std::string_view text, std::size_t width)
{
    if (columns(text) <= width)
        return std::string(text);
    std::string out;
    std::size_t used = 0;
    for (const uint c : characters(text)) {
        used += columnsOf(c);
        if (used + 1 > width)
            break;
        append(out, c);
    }
    return out + "…";
}

std::string relativeTime(std::optional<Base::Millis> time, Base::Millis now)
{
    if (!time)
        return "-";
    const Base::Millis distance = *time - now;
    if (std::llabs(distance) < 1000)
        return "now";
    const std::string span = roundSpan(std::llabs(distance) / 1000);
    return distance < 0 ? span + " ago" : "in " + span;
}

std::string spanText(double millis)
{
    if (millis < 999.5)
        return figure(millis, "ms");
    if (millis < 99'950)
        return figure(millis / 1000, "s");
    return roundSpan(std::llround(millis / 1000));
}

void Table::add(std::vector<std::string> cells)
{
    for (std::string &cell : cells)
        cell = cell.empty() ? "-" : shown(cell);
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const
{
    std::vector<std::size_t> widths(m_rows.front().size());
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns(row[i]));
    }
    std::string out;
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size())
                out += std::string(widths[i] - columns(row[i]) + 2, ' ');
        }
        out += '\n';
    }
    return out;
}

std::string facts(const std::vector<std::pair<std::string, std::string>> &rows)
{
    std::size_t width = 0;
    for (const auto &[name, value] : rows)
        width = value.empty() ? width : std::max(width, columns(name));
    std::string out;
    for (const auto &[name, value] : rows) {
        if (!value.empty())
            out += name + ':' + std::string(width - columns(name) + 2, ' ') + shown(value) + '\n';
    }
    return out;
}

} // namespace Ctl
