// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "turso/platform.h"
#include "turso/platformapi/access.h"
#include "turso/platformapi/message.h"
#include "turso/platformapi/target.h"

#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::PlatformApi
{

/// What the routes work with.
struct Parts {
    Platform &platform;
    Access &access;
    const Base::Clock &clock;
    QObject *owner; ///< of what is waited for; nothing is answered after it has gone
    std::string hostSuffix; ///< "localhost:PORT"
};

/// One request on its way through a route: who asks, for what, and how to answer.
class Call
{
public:
    Call(Request request, Target target, Reply reply)
        : m_request(std::move(request))
        , m_target(std::move(target))
        , m_reply(std::move(reply))
    {
    }

    const Request &request() const { return m_request; }
    const Target &target() const { return m_target; }
    /// What stands in the path for {NAME}.
    const std::string &parameter(std::string_view name) const;

    /// The member of the body with this name in any case, as Go reads JSON; null if it is missing.
    const Base::Json &field(std::string_view name) const;
    /// Answers 400 and is nothing if it is there with another type. `isThere`: also for null.
    std::optional<std::string> textField(std::string_view name, bool &isRight) const;
    std::optional<bool> flagField(std::string_view name, bool &isRight) const;
    std::optional<std::vector<std::string>> listField(std::string_view name, bool &isRight) const;

    void answer(const Base::Json &body) const;
    /// {"error": sentence}
    void refuse(int status, std::string_view sentence) const;
    /// The same with the status that belongs to the error's kind.
    void refuse(const Base::Error &error) const;
    void reply(Answer answer) const;

    bool mayReach(const std::string &group) const;
    /// The group with this name, if the caller reaches it.
    const Group *groupNamed(std::string_view name) const;
    std::string groupName(const std::string &id) const;

    // Filled on the way to the route.
    ApiToken caller;
    std::map<std::string, std::string, std::less<>> parameters;
    Base::Json body = Base::Json::object();
    std::vector<Group> groups;
    Group group; ///< {group}
    Database database; ///< {database}, or what was made
    std::function<void(const Answer &)> observer; ///< hears the answer before it is given

private:
    const Request m_request;
    const Target m_target;
    const Reply m_reply;
};

using CallPointer = std::shared_ptr<Call>;

} // namespace Turso::PlatformApi
