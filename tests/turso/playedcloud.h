// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "http/server.h"
#include "turso/platformapi/workspaceserver.h"
#include "turso/workspace/workspace.h"

#include <QNetworkAccessManager>
#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// Turso Cloud as far as it can be had here: the workspace's own HTTP face, whose Platform API is
/// reached through this. It has the tokens of the real thing (JWTs with its claims), and answers
/// with the oddities that were seen of it. SQL goes to the face itself, which checks its tokens.
class PlayedCloud final : public QObject, public Http::Handler
{
public:
    enum Oddity : unsigned {
        LowerKeys = 1, ///< name, dbId, hostname
        BothKeys = 2, ///< Hostname and hostname
        BareOrganizations = 4, ///< a list without an object around it
        OnlyTotal = 8, ///< `total` instead of `usage`
        TextErrors = 16, ///< text/plain
        EmptyErrors = 32,
        ObjectErrors = 64, ///< {"error":{"message":...}}
        WrongTypes = 128, ///< JSON that calls itself something else
        SlowBodies = 256, ///< in pieces
        NoPages = 512, ///< `limit` and `cursor` are not known
        PartialLists = 1024, ///< without parents
        LateDatabases = 2048, ///< what is new is missing at first
        FinePermissions = 4096, ///< taken, where the workspace refuses them
        All = 8191,
    };

    /// Something that happens to the next request that fits.
    struct Trick {
        std::string method;
        std::string part; ///< of its path
        int status = 200;
        std::string body = {};
        std::string type = "application/json";
        bool isCut = false; ///< in the middle of the answer
        bool isDone = false; ///< it is carried out all the same
        std::vector<std::pair<std::string, std::string>> fields = {};
    };

    /// `folder`: of the workspace. What goes wrong ends the program.
    explicit PlayedCloud(std::string folder);
    ~PlayedCloud() override;

    std::string apiUrl() const;
    static std::string organization() { return "local"; }
    /// By name: "organization", "group" (full access to the group `default`), "read-only",
    /// "no-sql" (all scopes without db:mint-token), "unscoped".
    const std::string &token(const std::string &name) const { return m_tokens.at(name); }
    Turso::Workspace &workspace() { return *m_workspace; }

    void setOddities(unsigned oddities) { m_oddities = oddities; }
    void play(Trick trick) { m_tricks.push_back(std::move(trick)); }
    /// Is told each SQL token that is handed out.
    std::function<void(const std::string &)> onMinted;
    /// Requests to the Platform API so far that begin so: "POST /v1/".
    std::size_t count(const std::string &start) const;

    bool serves(const Http::Request &) const override { return true; }
    void serve(std::shared_ptr<Http::Exchange> exchange) override;

private:
    struct Answer {
        int status = 0;
        std::string type;
        std::string body;
    };
    using ExchangePointer = std::shared_ptr<Http::Exchange>;

    void mintTokens(const std::string &folder);
    bool tricked(const ExchangePointer &exchange);
    void forward(const ExchangePointer &exchange);
    std::string ownTokenOf(const std::string &authorization) const;
    void reply(const ExchangePointer &exchange, Answer answer);
    Answer changed(const std::string &path, Answer answer) const;
    Answer asError(Answer answer) const;
    void deliver(const ExchangePointer &exchange, const Answer &answer) const;
    bool has(Oddity oddity) const { return (m_oddities & oddity) != 0; }

    const Base::SystemClock m_clock;
    std::unique_ptr<Turso::Workspace> m_workspace;
    std::unique_ptr<Turso::WorkspaceServer> m_face;
    std::string m_faceUrl;
    QNetworkAccessManager m_network;
    std::unique_ptr<Http::Server> m_server;
    unsigned m_oddities = 0;
    std::vector<Trick> m_tricks;
    std::vector<std::string> m_heard;
    std::map<std::string, int> m_lateFor; ///< new databases: requests that do not see them yet
    std::map<std::string, std::string> m_tokens; ///< by name
    std::map<std::string, std::string> m_own; ///< the workspace's, by the token that stands for it
};
