// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/sqltexts.h"

namespace Turso::Hrana
{

namespace
{

// As many and as long as Turso's server keeps.
constexpr std::size_t kMostTexts = 50;
constexpr std::size_t kLongestText = 5000;

} // namespace

SqlTexts::Found<std::string> SqlTexts::textOf(const SqlText &text) const
{
    if (text.sql && text.sqlId)
        return tl::unexpected<std::string>("Either `sql` or `sql_id` are required, but not both");
    if (text.sql)
        return *text.sql;
    if (!text.sqlId)
        return tl::unexpected<std::string>("Either `sql` or `sql_id` are required");
    const auto found = m_texts.find(*text.sqlId);
    if (found == m_texts.end())
        return tl::unexpected("SQL text " + std::to_string(*text.sqlId) + " not found");
    return found->second;
}

SqlTexts::Found<std::optional<Embedded::StreamError>> SqlTexts::store(std::int64_t id,
                                                                      const std::string &sql)
{
    if (m_texts.contains(id))
        return tl::unexpected("SQL text " + std::to_string(id) + " already exists");
    if (m_texts.size() >= kMostTexts)
        return Embedded::StreamError{"The server already stores 50 SQL texts, it cannot store more",
                                     "SQL_STORE_TOO_MANY"};
    if (sql.size() > kLongestText)
        return Embedded::StreamError{"The statement is too large to be stored: "
                                         + std::to_string(sql.size()) + " of 5000 bytes",
                                     "SQL_STORE_TOO_LARGE"};
    m_texts.emplace(id, sql);
    return std::nullopt;
}

} // namespace Turso::Hrana
