// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/form.h"
#include "http/server.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QUrl>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace Support
{

/// A resource and its authorization server on one port, strict where the specifications are, and
/// odd where it is told to be.
class StandIn final : public Http::Handler
{
public:
    StandIn();

    std::string origin() const { return "http://127.0.0.1:" + std::to_string(m_server.port()); }
    std::string resource() const { return origin() + "/mcp"; }

    // How it is odd.
    std::string resourceName; ///< empty: the right one
    std::string metadataIssuer; ///< likewise
    std::string callbackIss = "right"; ///< "none", "right", or what it says instead
    std::string callbackState; ///< empty: the right one
    std::string code; ///< that it gives out; empty: any
    std::string error; ///< that it answers instead of a code
    std::string errorWords = "Somebody's words";
    bool challenges = true; ///< its 401 says where its metadata is
    bool hasS256 = true;
    bool namesItself = true;
    bool registers = true;
    bool takesClients = true; ///< at its token endpoint
    bool refreshes = false;
    bool canRevoke = true;
    std::string authMethod = "none";
    std::map<std::string, Http::Response>
        instead; ///< by path: what it answers whatever it is asked
    std::set<std::string> silent; ///< paths at which it never answers
    std::string tokenType = "Bearer";
    std::string expiresIn = "3600"; ///< as JSON
    std::string authorizeQuery; ///< that its endpoint has already

    // What it has seen.
    std::vector<std::string> problems; ///< what no client should do
    std::vector<std::string> paths;
    int registrations = 0;
    int tokens = 0;
    std::map<std::string, std::string> lastAuthorize;
    std::map<std::string, std::string> lastToken;
    std::set<std::string> ended; ///< tokens
    std::string liveRefresh;
    std::function<void()> onToken; ///< before a token is answered
    std::function<std::string()> makeToken; ///< what it hands out; not set: "token-N"
    /// What stands behind it: the paths below /v1.
    std::function<Http::Response(const Http::Request &)> api;

    void forgetClients() { m_clients.clear(); }

    bool serves(const Http::Request &) const override { return true; }
    void serve(std::shared_ptr<Http::Exchange> exchange) override;

private:
    Http::Response answerTo(const Http::Request &request);
    Http::Response metadata();
    Http::Response registered(const Http::Request &request);
    Http::Response authorize(const Http::Request &request);
    Http::Response token(const Http::Request &request);
    Http::Response redeem(const Http::Form &form);
    Http::Response tokens_(std::string refresh);
    void expect(bool isRight, const std::string &what)
    {
        if (!isRight)
            problems.push_back(what);
    }

    struct Grant {
        std::string client, redirect, challenge, resource;
    };
    Http::Server m_server;
    std::map<std::string, std::string> m_clients; ///< id, redirect address
    std::map<std::string, Grant> m_codes;
    std::vector<std::shared_ptr<Http::Exchange>> m_held;
    int m_next = 1;
};

/// A browser: goes where it is sent, and tells what it shows at the end.
class Browser : public QObject
{
    Q_OBJECT
public:
    Browser() { m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy); }
    void open(const QUrl &url);

    int opened = 0;
    int shown = 0;
    int status = 0;
    QString page;
    QUrl lastCallback;

private:
    QNetworkAccessManager m_network;
};

} // namespace Support
