// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "http/form.h"
#include "mcp/auth/clients.h"
#include "mcp/auth/consent.h"
#include "mcp/auth/questions.h"
#include "mcp/auth/tokens.h"

#include <QTimer>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace Mcp::Auth
{

using Http::Form;

/// A request to one of the server's paths that has passed the guard of Host and Origin.
struct Request {
    std::string method = {};
    std::string path = {};
    std::string query = {};
    std::string host = {}; ///< as it was dialled, with the port
    std::string fetchDest = {}; ///< Sec-Fetch-Dest, from browsers
    std::string contentType = {};
    std::string body = {};
};

struct Reply {
    int status = 200;
    std::string contentType = {};
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> fields = {};
};

/// Runs once.
using Answer = std::function<void(Reply)>;

/// Clients whose id is an https address that holds their metadata (client-id metadata documents).
class ClientDocuments
{
public:
    virtual ~ClientDocuments() = default;
    /// The error is a sentence for the person in front of the browser.
    using Found = std::function<void(Base::Result<Client>)>;
    virtual void find(const std::string &url, Found found) = 0;
};

struct AuthorizationServerOptions {
    std::uint16_t port = 0; ///< of the listener that it is reached by
    std::string file; ///< where clients and tokens (hashed) are kept, 0600
    std::string key; ///< 32 bytes that stay the same
};

/// An OAuth 2.1 authorization server for the agents of this machine (draft-ietf-oauth-v2-1, RFC
/// 7591, 7636, 8414, 8707, 9207, 9728, 7009). Public clients only, PKCE with S256 only. Nothing
/// that a browser does grants anything: /authorize shows a page that waits, and the person decides
/// in a window of ours. One thread, which never waits.
class AuthorizationServer
{
public:
    /// `documents` may be null: then only registered clients are known.
    AuthorizationServer(AuthorizationServerOptions options, ConsentDesk &desk,
                        ClientDocuments *documents, const Base::Clock &clock);
    ~AuthorizationServer();
    AuthorizationServer(const AuthorizationServer &) = delete;
    AuthorizationServer &operator=(const AuthorizationServer &) = delete;

    /// Reads the file; none is no error.
    Base::Result<void> load();

    static bool servesPath(std::string_view path);
    /// `gone` is filled with what is to be called when the client hangs up before the answer; it
    /// may be left empty.
    void serve(const Request &request, Answer answer, std::function<void()> *gone);

    /// The person's answer. NotFound: the question's time is over; a yes still counts if the agent
    /// tries again soon.
    bool decide(const std::string &questionId, std::optional<Consent> consent, No why = No::Said);
    /// The grant behind an access token, or nothing.
    std::optional<Authorization> find(std::string_view accessToken) const;
    /// Ends all that stands on a grant.
    void forgetGrant(std::string_view grantId);

    /// Acts on times that have passed. Its own timer sees to it.
    void sweep();

private:
    void authorize(const Request &request, Answer answer);
    void authorizeFor(Client client, const Form &form, Answer answer);
    void waitForVerdict(const Request &request, Answer answer, std::function<void()> *gone);
    std::string target(const Verdict &verdict);
    Reply ended(const Verdict &verdict);
    Reply told(const std::optional<Verdict> &verdict);
    Reply token(const Request &request);
    Reply redeemed(const Form &form);
    Reply refreshed(const Form &form);
    Reply registration(const Request &request);
    Reply revocation(const Request &request);
    std::optional<std::vector<std::string>> resourcesOf(const Form &form) const;
    bool isCrowded(std::vector<Base::Millis> &times, std::size_t most);
    bool save();
    Reply issued(const tl::expected<TokenPair, Tokens::Refusal> &pair);

    const AuthorizationServerOptions m_options;
    const std::string m_resource; ///< the one name under which tokens are kept
    ConsentDesk &m_desk;
    ClientDocuments *const m_documents;
    const Base::Clock &m_clock;
    Clients m_clients;
    Tokens m_tokens;
    Questions m_questions;
    std::vector<Base::Millis> m_registrations; ///< of the last minute
    std::vector<Base::Millis> m_failures; ///< at /token
    QTimer m_saveSoon; ///< registrations are kept a moment later
    QTimer m_timer; ///< runs while a tab waits
    std::shared_ptr<int> m_alive; ///< for answers of documents that come too late
};

} // namespace Mcp::Auth
