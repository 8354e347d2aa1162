// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/authorizationserver.h"

#include "base/logging.h"
#include "mcp/auth/metadata.h"
#include "mcp/auth/pages.h"
#include "mcp/auth/redirect.h"
#include "mcp/auth/replies.h"

#include <QFile>
#include <QSaveFile>
#include <QString>

#include <algorithm>
#include <array>
#include <utility>

namespace Mcp::Auth
{

using Base::ErrorKind;
using Base::Json;

namespace
{

constexpr std::string_view kWaitPath = "/authorize/wait";
constexpr Base::Millis kPatience = 25'000; // of one request that waits
constexpr Base::Millis kMinute = 60'000;
constexpr std::size_t kMostState = 4096;
constexpr int kSaveSoonMs = 1'000;
constexpr int kSaveAgainMs = 10'000; // after it has failed

bool isForm(std::string_view contentType)
{
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    std::string type(contentType.substr(0, contentType.find(';')));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type == kForm;
}

constexpr char kOver[] = "It has been answered, or nobody did in time. Start again from the agent.";

bool isApplication(const Verdict &verdict)
{
    return redirectKind(verdict.visit.binding.redirectUri) == RedirectKind::Application;
}

} // namespace

AuthorizationServer::AuthorizationServer(AuthorizationServerOptions options, ConsentDesk &desk,
                                         ClientDocuments *documents, const Base::Clock &clock)
    : m_options(std::move(options))
    , m_resource(issuerOf(m_options.port) + "/mcp")
    , m_desk(desk)
    , m_documents(documents)
    , m_clock(clock)
    , m_clients(clock)
    , m_tokens(m_options.key, clock)
    , m_questions(desk, clock)
    , m_alive(std::make_shared<int>())
{
    m_saveSoon.setSingleShot(true);
    QObject::connect(&m_saveSoon, &QTimer::timeout, [this] { save(); });
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, [this] { sweep(); });
}

void AuthorizationServer::sweep()
{
    const Base::Millis next = m_questions.sweep();
    if (m_questions.openCount() == 0)
        return m_timer.stop();
    m_timer.start(static_cast<int>(std::clamp<Base::Millis>(next - m_clock.now(), 1, kMinute)));
}

AuthorizationServer::~AuthorizationServer()
{
    if (m_saveSoon.isActive())
        save();
}

Base::Result<void> AuthorizationServer::load()
{
    QFile file(QString::fromStdString(m_options.file));
    if (!file.exists())
        return {};
    const auto parsed = file.open(QIODevice::ReadOnly)
        ? Base::parseJson(file.readAll().toStdString())
        : Base::Result<Json>(Base::fail(ErrorKind::Internal, {}));
    if (!parsed || !m_clients.fromJson(Base::member(*parsed, "clients"))
        || !m_tokens.fromJson(Base::member(*parsed, "families")))
        return Base::fail(ErrorKind::Internal,
                          "The sign-ins in " + m_options.file + " could not be read.",
                          "Move the file away; agents then have to sign in again.");
    return {};
}

bool AuthorizationServer::save()
{
    m_saveSoon.stop();
    const std::string text = Base::dumpJson(
        {{"version", 1}, {"clients", m_clients.toJson()}, {"families", m_tokens.toJson()}});
    QSaveFile file(QString::fromStdString(m_options.file));
    const bool saved = file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(text.data(), static_cast<qint64>(text.size()))
            == static_cast<qint64>(text.size())
        && file.commit();
    if (saved) {
        m_tokens.saved();
        return true;
    }
    qCWarning(logMcp, "Sign-ins cannot be saved and may be those of before after a restart: %s",
              qPrintable(file.errorString()));
    m_saveSoon.start(kSaveAgainMs);
    return false;
}

bool AuthorizationServer::servesPath(std::string_view path)
{
    constexpr std::array<std::string_view, 9> kPaths{"/.well-known/oauth-protected-resource",
                                                     "/.well-known/oauth-protected-resource/mcp",
                                                     "/.well-known/oauth-authorization-server",
                                                     "/.well-known/oauth-authorization-server/mcp",
                                                     "/authorize",
                                                     kWaitPath,
                                                     "/token",
                                                     "/register",
                                                     "/revoke"};
    return std::find(kPaths.begin(), kPaths.end(), path) != kPaths.end();
}

void AuthorizationServer::serve(const Request &request, Answer answer, std::function<void()> *gone)
{
    const bool reads = request.path.starts_with("/.well-known/") || request.path == "/authorize"
        || request.path == kWaitPath;
    if (request.method != (reads ? "GET" : "POST")) {
        Reply reply = errorReply(405, "invalid_request", "This address takes another method.");
        reply.fields.emplace_back("Allow", reads ? "GET" : "POST");
        return answer(std::move(reply));
    }
    if (request.path == "/authorize")
        return authorize(request, std::move(answer));
    if (request.path == kWaitPath)
        return waitForVerdict(request, std::move(answer), gone);
    if (request.path == "/token")
        return answer(token(request));
    if (request.path == "/register")
        return answer(registration(request));
    if (request.path == "/revoke")
        return answer(revocation(request));
    const bool isResource = request.path.starts_with("/.well-known/oauth-protected-resource");
    answer({.status = 200,
            .contentType = "application/json",
            .body = isResource ? resourceMetadata(request.host, m_options.port)
                               : serverMetadata(m_options.port)});
}

/// Nothing if one of them is not ours; otherwise under the one name.
std::optional<std::vector<std::string>> AuthorizationServer::resourcesOf(const Form &form) const
{
    std::vector<std::string> resources;
    for (const std::string &resource : form.all("resource")) {
        if (!isOwnResource(resource, m_options.port))
            return std::nullopt;
        resources.push_back(m_resource);
    }
    return resources;
}

void AuthorizationServer::authorize(const Request &request, Answer answer)
{
    // A page's picture or frame is nobody's sign-in.
    if (!request.fetchDest.empty() && request.fetchDest != "document")
        return answer(messagePage(403, "A sign-in needs a page of its own",
                                  "Start it from the agent, which opens your browser."));
    const auto form = Form::parse(request.query);
    if (!form)
        return answer(messagePage(400, "This sign-in cannot be read",
                                  "The agent has sent a malformed address. Start again from the "
                                  "agent."));
    const std::string &id = (*form)["client_id"];
    if (m_documents != nullptr && id.starts_with("https://")) {
        const std::weak_ptr<int> alive = m_alive;
        return m_documents->find(
            id, [this, alive, form = *form, answer = std::move(answer)](auto client) {
                if (alive.expired())
                    return;
                if (client)
                    return authorizeFor(std::move(*client), form, answer);
                answer(messagePage(400, "The agent cannot be verified", client.error().message));
            });
    }
    auto client = m_clients.find(id);
    if (!client)
        return answer(messagePage(400, "This agent is not known here",
                                  "It has not registered, or that was long ago. Remove the "
                                  "server from the agent and add it again."));
    authorizeFor(std::move(*client), *form, std::move(answer));
}

void AuthorizationServer::authorizeFor(Client client, const Form &form, Answer answer)
{
    std::string uri = form["redirect_uri"];
    const bool isImplied = uri.empty() && client.redirectUris.size() == 1;
    if (isImplied)
        uri = client.redirectUris.front();
    // Never redirected to what is not known: the page would be an open door.
    if (!isRegistered(uri, client.redirectUris))
        return answer(messagePage(400, "This sign-in leads somewhere else",
                                  "The agent wants the answer to go to an address that it has not "
                                  "registered, so it has been stopped."));
    const std::string issuer = issuerOf(m_options.port);
    const auto refuse = [&](std::string_view code, std::string_view description) {
        // Of a document's client nobody here has ever heard: it gets no redirect for nothing.
        if (client.isDocument)
            return answer(messagePage(400, "This sign-in cannot begin", description));
        answer(redirectReply(withQuery(uri,
                                       {{"error", code},
                                        {"error_description", description},
                                        {"state", form["state"]},
                                        {"iss", issuer}})));
    };
    if (form["response_type"] != "code")
        return refuse("unsupported_response_type", "Only response_type=code is offered.");
    if (form["code_challenge_method"] != "S256" || !isChallenge(form["code_challenge"]))
        return refuse("invalid_request", "PKCE with code_challenge_method=S256 is needed.");
    if (form["state"].size() > kMostState)
        return refuse("invalid_request", "state is too long.");
    if (!resourcesOf(form))
        return refuse("invalid_target", "This server's resource is " + m_resource + '.');
    Visit visit{.client = client,
                .binding = {client.id, uri, form["code_challenge"], isImplied},
                .resource = m_resource,
                .scope = form["scope"].substr(0, kMostState),
                .state = form["state"]};
    if (auto consent = m_questions.unusedYes(visit))
        return answer(ended({std::move(visit), std::move(consent), No::Said}));
    const std::string owner = redirectOwner(uri);
    const auto ticket = m_questions.open(std::move(visit));
    if (!ticket)
        return answer(messagePage(429, "Other agents are waiting",
                                  "Answer what Turso Companion is asking already, then sign in "
                                  "again from the agent. If you have just said no to it, wait a "
                                  "minute."));
    sweep();
    answer(waitingPage(client.name, owner, std::string(kWaitPath) + "?ticket=" + *ticket));
}

void AuthorizationServer::waitForVerdict(const Request &request, Answer answer,
                                         std::function<void()> *gone)
{
    const auto form = Form::parse(request.query);
    const std::string ticket = form ? (*form)["ticket"] : std::string();
    const bool isScript = form && (*form)["as"] == "json";
    const auto shared = std::make_shared<Answer>(std::move(answer));
    const std::string again = std::string(kWaitPath) + "?ticket=" + ticket;
    const bool known
        = m_questions.wait(ticket, kPatience, [this, shared, again, isScript](auto verdict) {
              if (isScript)
                  return (*shared)(told(verdict));
              // Asked to come back, the browser keeps showing the
              // page that it has.
              (*shared)(verdict ? ended(*verdict) : redirectReply(again));
          });
    if (!known && isScript)
        return (*shared)(jsonReply(410, endingText("This sign-in is over", kOver)));
    if (!known)
        return (*shared)(messagePage(410, "This sign-in is over", kOver));
    sweep();
    if (gone != nullptr)
        *gone = [this, ticket, alive = std::weak_ptr<int>(m_alive)] {
            if (!alive.expired())
                m_questions.left(ticket);
        };
}

/// Where the client gets its answer.
std::string AuthorizationServer::target(const Verdict &verdict)
{
    const Visit &visit = verdict.visit;
    const std::string issuer = issuerOf(m_options.port);
    const std::string &uri = visit.binding.redirectUri;
    if (!verdict.consent)
        return withQuery(uri,
                         {{"error", verdict.why == No::Failed ? "server_error" : "access_denied"},
                          {"error_description", sentenceOf(verdict.why)},
                          {"state", visit.state},
                          {"iss", issuer}});
    m_clients.noteAuthorized(visit.client);
    const std::string code = m_tokens.code(
        {verdict.consent->grantId, visit.client.id, visit.resource, verdict.consent->scope},
        visit.binding);
    return withQuery(uri, {{"code", code}, {"state", visit.state}, {"iss", issuer}});
}

Reply AuthorizationServer::ended(const Verdict &verdict)
{
    std::string location = target(verdict);
    if (verdict.consent && isApplication(verdict))
        return handOverPage(verdict.visit.client.name, location);
    return redirectReply(std::move(location));
}

/// The same for the page's script, which says it before it goes on.
Reply AuthorizationServer::told(const std::optional<Verdict> &verdict)
{
    if (!verdict)
        return jsonReply(200, Base::dumpJson({{"state", "waiting"}}));
    const std::string &name = verdict->visit.client.name;
    if (verdict->consent)
        return jsonReply(200,
                         endingText("You can go back to " + name,
                                    name + " has what you agreed to. You can close this page.",
                                    target(*verdict), isApplication(*verdict)));
    return jsonReply(200,
                     endingText(name + " stays out",
                                std::string(sentenceOf(verdict->why)) + " Nothing was granted.",
                                target(*verdict), isApplication(*verdict)));
}

bool AuthorizationServer::decide(const std::string &questionId, std::optional<Consent> consent,
                                 No why)
{
    return m_questions.decide(questionId, std::move(consent), why);
}

/// True if there were `most` in the last minute; otherwise this is one more.
bool AuthorizationServer::isCrowded(std::vector<Base::Millis> &times, std::size_t most)
{
    const Base::Millis now = m_clock.now();
    std::erase_if(times, [now](Base::Millis time) { return time + kMinute <= now; });
    return times.size() >= most;
}

Reply AuthorizationServer::token(const Request &request)
{
    const auto form = Form::parse(request.body);
    Reply reply;
    if (!isForm(request.contentType) || !form)
        reply = errorReply(
            400, "invalid_request",
            "The body must be application/x-www-form-urlencoded, each parameter once.");
    else if ((*form)["client_id"].empty())
        reply = errorReply(401, "invalid_client", "client_id is missing.");
    else if ((*form)["grant_type"] == "authorization_code")
        reply = redeemed(*form);
    else if ((*form)["grant_type"] == "refresh_token")
        reply = refreshed(*form);
    else
        reply = errorReply(400, "unsupported_grant_type",
                           "authorization_code and refresh_token are offered.");
    if (reply.status == 200)
        return reply;
    // What is right is never refused for others' mistakes: what could be guessed has 256 bits.
    constexpr std::size_t kMostFailures = 60;
    if (isCrowded(m_failures, kMostFailures))
        return tooManyReply("Too many failed requests. Try again in a minute.");
    m_failures.push_back(m_clock.now());
    return reply;
}

Reply AuthorizationServer::redeemed(const Form &form)
{
    const auto resources = resourcesOf(form);
    if (!resources)
        return errorReply(400, "invalid_target", "This server's resource is " + m_resource + '.');
    const auto pair = m_tokens.redeem(form["code"], {form["client_id"], form["redirect_uri"], {}},
                                      form["code_verifier"], *resources);
    if (pair)
        m_questions.used(form["client_id"]);
    return issued(pair);
}

/// An answered token is one that stays, and one that is of use.
Reply AuthorizationServer::issued(const tl::expected<TokenPair, Tokens::Refusal> &pair)
{
    const auto authorization = pair ? m_tokens.find(pair->access) : std::nullopt;
    const bool isLive = authorization && m_desk.isLive(authorization->grantId);
    if (authorization && !isLive)
        m_tokens.forgetGrant(authorization->grantId);
    if (m_tokens.isDirty())
        save();
    if (!pair)
        return refusalReply(pair.error());
    return isLive ? tokenReply(*pair) : refusalReply(Tokens::Refusal::Unknown);
}

Reply AuthorizationServer::refreshed(const Form &form)
{
    const auto resources = resourcesOf(form);
    if (!resources)
        return errorReply(400, "invalid_target", "This server's resource is " + m_resource + '.');
    return issued(m_tokens.refresh(form["refresh_token"], form["client_id"], *resources));
}

Reply AuthorizationServer::registration(const Request &request)
{
    constexpr std::size_t kMostBytes = 8 * 1024;
    constexpr std::size_t kMostPerMinute = 60;
    if (isCrowded(m_registrations, kMostPerMinute))
        return tooManyReply("Too many registrations. Try again in a minute.");
    m_registrations.push_back(m_clock.now());
    if (request.body.size() > kMostBytes)
        return errorReply(400, "invalid_client_metadata", "The metadata is larger than 8 KiB.");
    const auto client = m_clients.registered(request.body);
    if (!client)
        return errorReply(400, client.error().code.c_str(), client.error().description);
    // It grants nothing, so a crash may lose it; a flood of them must not keep the disk busy.
    if (!m_saveSoon.isActive())
        m_saveSoon.start(kSaveSoonMs);
    return jsonReply(201,
                     Base::dumpJson({{"client_id", client->id},
                                     {"client_id_issued_at", client->registeredAt / 1000},
                                     {"client_name", client->name},
                                     {"redirect_uris", client->redirectUris},
                                     {"grant_types", {"authorization_code", "refresh_token"}},
                                     {"response_types", {"code"}},
                                     {"token_endpoint_auth_method", "none"},
                                     {"scope", std::string(kScopes)}}));
}

Reply AuthorizationServer::revocation(const Request &request)
{
    const auto form = Form::parse(request.body);
    if (!isForm(request.contentType) || !form || (*form)["token"].empty())
        return errorReply(400, "invalid_request", "The body must be a form with the token.");
    m_tokens.revoke((*form)["token"], (*form)["client_id"]);
    if (m_tokens.isDirty() && !save())
        return errorReply(503, "temporarily_unavailable", "It holds until a restart. Try again.");
    return jsonReply(200, "{}");
}

std::optional<Authorization> AuthorizationServer::find(std::string_view accessToken) const
{
    auto found = m_tokens.find(accessToken);
    return found && m_desk.isLive(found->grantId) ? found : std::nullopt;
}

void AuthorizationServer::forgetGrant(std::string_view grantId)
{
    m_tokens.forgetGrant(grantId);
    if (m_tokens.isDirty())
        save();
}

} // namespace Mcp::Auth
