// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <functional>
#include <string>
#include <vector>

namespace Played
{

/// The connections of the played app, as its control API tells them. What is added is ready; Turso
/// Cloud without a token is signed out until somebody signs in.
class Connections final
{
public:
    using Tell = std::function<void(const std::string &method, const Base::Json &params)>;

    explicit Connections(Tell tell);

    bool knows(const std::string &method) const;
    Base::Result<Base::Json> reply(const std::string &method, const Base::Json &params);

    /// Changes one and tells it.
    void become(const std::string &id, const Base::Json &members);
    /// One with every member that the API has; `members` say what is different.
    static Base::Json make(const Base::Json &members);

    std::vector<Base::Json> all;
    Base::Json added = Base::Json::object(); ///< what the next one that is added is like
    Base::Json cli = {{"found", false}, {"username", ""}, {"organization", ""}, {"api_url", ""}};
    std::vector<Base::Json> audit; ///< entries, newest first
    int auditPage = 100; ///< entries of one page
    std::vector<Base::Json> databases; ///< of each connection, by name

private:
    Base::Json *find(const std::string &id);
    Base::Result<Base::Json> changed(const std::string &id, const Base::Json &members);
    bool reached(const Base::Json &params) const;
    Base::Json add(const Base::Json &params);
    Base::Json signIn(const std::string &id);
    Base::Json auditList(int page) const;
    Base::Json databaseList(const Base::Json &params) const;

    Tell m_tell;
    int m_made = 0;
};

} // namespace Played
