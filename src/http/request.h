// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/requestparser.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Http
{

/// A request as a handler sees it.
struct Request final : Message {
    std::string path; ///< as it was sent (percent-encoded), up to the query
    std::string query; ///< behind the `?`, without it
    /// In order of arrival, names in lower case.
    std::vector<std::pair<std::string, std::string>> fields;

    /// The value of the field, whose name is given in lower case; several are joined with ", ".
    /// Empty if there is none.
    std::string header(std::string_view name) const;
    int count(std::string_view name) const;

    bool addField(std::string_view name, std::string_view value) override;
    void clear() override;
    /// Splits the target once the head is there.
    void splitTarget();
};

/// `text` with its %XX replaced; nothing if one is malformed or is a NUL.
bool percentDecoded(std::string_view text, std::string &out);

} // namespace Http
