// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Gateway
{

inline constexpr char kSchemaTemplate[] = "turso://{connection}/{database}/schema";
inline constexpr char kTableTemplate[] = "turso://{connection}/{database}/tables/{table}";

/// What a resource's URI names: a database's schema, or one of its tables. Names are decoded.
struct ResourceUri {
    std::string connection;
    std::string database;
    std::optional<std::string> table = {};

    /// Nothing for whatever is not exactly one of the two forms: empty or further segments, a
    /// query, percent signs without two digits, names that are not UTF-8.
    static std::optional<ResourceUri> parse(std::string_view uri);
    /// The one spelling that is listed: everything but RFC 3986's unreserved characters encoded.
    std::string text() const;

    bool operator==(const ResourceUri &) const = default;
};

} // namespace Gateway
