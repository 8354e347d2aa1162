// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// What can be granted, from the top down: connection, groups, databases.
struct DatabaseScope {
    std::string name;
    bool deleteProtection = false;
    std::string branchOf = {}; ///< the database it was branched from, or empty
    std::optional<std::int64_t> sizeBytes = {};

    bool operator==(const DatabaseScope &) const = default;
};

struct GroupScope {
    std::string name;
    bool deleteProtection = false; ///< keeps all its databases
    std::vector<DatabaseScope> databases = {}; ///< by name

    bool operator==(const GroupScope &) const = default;
};

struct ConnectionScope {
    std::string id;
    std::string kind;
    std::string name;
    std::string organization;
    std::vector<GroupScope> groups = {}; ///< as the connection lists them
    std::int64_t leftOut = 0; ///< databases beyond kMostScopeDatabases
    std::string problem = {}; ///< a sentence: it could not be asked

    bool operator==(const ConnectionScope &) const = default;
};
inline constexpr std::size_t kMostScopeDatabases = 5'000; ///< of one connection

} // namespace Gateway
