// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "mcp/auth/clients.h"

#include <string>

namespace Mcp::Auth
{

/// An agent asks to be let in; a person decides, in a window of ours and nowhere else.
struct ConsentQuestion {
    std::string id;
    Client client;
    std::string redirectOwner; ///< who would get the code, see redirectOwner()
    std::string scope; ///< asked for; a wish, nothing more
    Base::Millis askedAt = 0;
    Base::Millis expiresAt = 0;
};

/// What was agreed to.
struct Consent {
    std::string grantId;
    std::string scope; ///< what the client is told that it got
};

/// Why it is a no.
enum class No {
    Said, ///< by the person
    Unanswered,
    Failed, ///< the person may have said yes, but it could not be done or could not be asked
};

/// Puts questions to the person. Called on the server's thread.
class ConsentDesk
{
public:
    virtual ~ConsentDesk() = default;
    /// The answer comes by AuthorizationServer::decide(), at any time, or never.
    virtual void ask(const ConsentQuestion &question) = 0;
    /// Nobody can be told any more: the question's time is over.
    virtual void withdraw(const std::string &questionId) = 0;
    /// False: the grant has been revoked or has expired.
    virtual bool isLive(const std::string &grantId) const = 0;
};

} // namespace Mcp::Auth
