// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/hrana/protocol.h"
#include "turso/workspace/streams/streamstatement.h"

#include <map>
#include <optional>
#include <string>

namespace Turso::Hrana
{

/// The SQL texts that a client has stored with its stream. Used by one job at a time.
class SqlTexts
{
public:
    /// What answers a request that asks for what is not there: status 400, this text.
    template <typename T>
    using Found = tl::expected<T, std::string>;

    Found<std::string> textOf(const SqlText &text) const;
    /// An error where it is too much; a Found's problem where the number is taken.
    Found<std::optional<Embedded::StreamError>> store(std::int64_t id, const std::string &sql);
    void remove(std::int64_t id) { m_texts.erase(id); }

private:
    std::map<std::int64_t, std::string> m_texts;
};

} // namespace Turso::Hrana
