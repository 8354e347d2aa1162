// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace Turso::Hrana
{

enum class Access { ReadOnly, FullAccess };

/// What answers a whole HTTP request instead of its results, and ends its stream.
struct Refusal {
    int status = 400;
    std::string text;
    bool isJson = false;
};

/// The database that a client asks for.
struct AskedDatabase {
    std::string name;
    std::string id;
    std::string asked; ///< as the client calls it, which an error repeats
};

/// Knows which token may use which database. Asked on the event loop, for each request; quick.
class Authorizer
{
public:
    virtual ~Authorizer() = default;
    /// `authorization`: the value of the header, empty if there is none.
    virtual tl::expected<Access, Refusal> authorize(std::string_view authorization,
                                                    const AskedDatabase &database)
        = 0;
};

} // namespace Turso::Hrana
