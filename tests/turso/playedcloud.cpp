// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/playedcloud.h"

#include "base/secret.h"
#include "turso/platformapi/access.h"

#include <QNetworkReply>
#include <QTimer>

#include <algorithm>

using Base::Json;

namespace
{

constexpr char kUnscoped[] = "unscoped";
constexpr int kLateTimes = 2;

std::string jwtOf(const Json &claims)
{
    const auto part = [](const std::string &text) {
        return QByteArray::fromStdString(text)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
            .toStdString();
    };
    return part(R"({"alg":"EdDSA","typ":"JWT"})") + '.' + part(Base::dumpJson(claims)) + '.'
        + part(Base::randomToken());
}

/// `change` for every object in it.
template <typename Change>
void everywhere(Json &value, const Change &change)
{
    if (value.is_object())
        change(value);
    if (value.is_structured()) {
        for (Json &inside : value)
            everywhere(inside, change);
    }
}

void rename(Json &object, const char *from, const char *to, bool keepsBoth)
{
    if (!object.contains(from))
        return;
    object[to] = object[from];
    if (!keepsBoth)
        object.erase(from);
}

} // namespace

PlayedCloud::PlayedCloud(std::string folder)
{
    Turso::WorkspaceOptions options;
    options.folder = folder;
    options.seedDemo = false;
    auto workspace = Turso::Workspace::open(options);
    if (!workspace)
        qFatal("%s", workspace.error().message.c_str());
    m_workspace = std::move(*workspace);
    mintTokens(folder);
    m_face = std::make_unique<Turso::WorkspaceServer>(*m_workspace, m_clock, folder);
    const auto served = m_face->on(0);
    if (!served)
        qFatal("%s", served.error().message.c_str());
    m_faceUrl = served->address.platformUrl;
    m_network.setAutoDeleteReplies(true);
    m_server = std::make_unique<Http::Server>(Http::ServerOptions{});
    m_server->add(*this);
    if (const auto port = m_server->listen(); !port)
        qFatal("%s", port.error().message.c_str());
}

PlayedCloud::~PlayedCloud()
{
    m_server.reset();
    m_face.reset(); // before the workspace, whose databases it serves
}

/// Before the face is there: it reads them.
void PlayedCloud::mintTokens(const std::string &folder)
{
    using Turso::PlatformApi::Scopes;
    auto access = Turso::PlatformApi::Access::open(folder, m_clock);
    auto groups = m_workspace->groups();
    groups.waitForFinished();
    if (!access || groups.resultCount() == 0 || !groups.result() || groups.result()->empty())
        qFatal("the workspace has no tokens");
    const std::string groupId = groups.result()->front().id;
    const std::vector<std::string> noSql
        = {"read", "db:create", "db:delete", "db:configure", "db:rotate-creds"};
    const std::map<std::string, std::vector<std::string>> wanted = {{"organization", {}},
                                                                    {"group", {"full-access"}},
                                                                    {"read-only", {"read-only"}},
                                                                    {"no-sql", noSql},
                                                                    {kUnscoped, {}}};
    for (const auto &[name, scopes] : wanted) {
        Turso::PlatformApi::ApiToken draft{.name = "played-" + name, .organization = "local"};
        Json claims = {{"jti", name}};
        if (name != kUnscoped)
            claims["org_id"] = 26543;
        if (!scopes.empty()) {
            draft.groupId = groupId;
            draft.scopes = Scopes::parse(scopes).value_or(Scopes());
            claims["group_uuid"] = groupId;
            claims["scopes"] = {{"scopes", draft.scopes.names()}};
        }
        // A workspace may have been played before.
        for (const auto &token : std::vector((*access)->tokens())) {
            if (token.name == draft.name)
                (void)(*access)->revoke(token.id);
        }
        const auto minted = (*access)->mint(std::move(draft));
        if (!minted)
            qFatal("%s", minted.error().message.c_str());
        m_tokens[name] = jwtOf(claims);
        m_own[m_tokens[name]] = minted->secret;
    }
}

std::string PlayedCloud::apiUrl() const
{
    return "http://127.0.0.1:" + std::to_string(m_server->port());
}

std::size_t PlayedCloud::count(const std::string &start) const
{
    return static_cast<std::size_t>(
        std::count_if(m_heard.begin(), m_heard.end(),
                      [&start](const std::string &one) { return one.starts_with(start); }));
}

void PlayedCloud::serve(ExchangePointer exchange)
{
    const Http::Request &request = exchange->request();
    m_heard.push_back(request.method + ' ' + request.target);
    if (!tricked(exchange))
        forward(exchange);
}

bool PlayedCloud::tricked(const ExchangePointer &exchange)
{
    const Http::Request &request = exchange->request();
    const auto trick = std::find_if(m_tricks.begin(), m_tricks.end(), [&request](const Trick &one) {
        return one.method == request.method && request.target.find(one.part) != std::string::npos;
    });
    if (trick == m_tricks.end())
        return false;
    const Trick played = *trick;
    m_tricks.erase(trick);
    if (played.isDone) {
        QNetworkRequest done(QUrl(QString::fromStdString(m_faceUrl + request.target)));
        done.setRawHeader("Authorization",
                          QByteArray::fromStdString(ownTokenOf(request.header("authorization"))));
        m_network.sendCustomRequest(done, QByteArray::fromStdString(request.method),
                                    QByteArray::fromStdString(request.body));
    }
    Http::Response response{played.status, played.type, played.body, played.fields};
    if (played.isCut) {
        exchange->begin(std::move(response));
        exchange->cut();
    } else {
        exchange->answer(std::move(response));
    }
    return true;
}

std::string PlayedCloud::ownTokenOf(const std::string &authorization) const
{
    constexpr std::string_view kBearer = "Bearer ";
    const auto own = m_own.find(authorization.substr(
        std::min(authorization.size(), authorization.starts_with(kBearer) ? kBearer.size() : 0)));
    return own == m_own.end() ? authorization : std::string(kBearer) + own->second;
}

void PlayedCloud::forward(const ExchangePointer &exchange)
{
    const Http::Request &request = exchange->request();
    std::string target = has(NoPages) && request.path.ends_with("/databases")
            && request.query.find("parent=") == std::string::npos
        ? request.path
        : request.target;
    QNetworkRequest forwarded(QUrl(QString::fromStdString(m_faceUrl + target)));
    forwarded.setRawHeader("Authorization",
                           QByteArray::fromStdString(ownTokenOf(request.header("authorization"))));
    std::string body = request.body;
    // Turso takes them, and nobody knows what it does with them.
    if (has(FinePermissions) && target.find("/auth/tokens") != std::string::npos)
        body = "{}";
    if (!body.empty())
        forwarded.setRawHeader("Content-Type", "application/json");
    auto *reply = m_network.sendCustomRequest(forwarded, QByteArray::fromStdString(request.method),
                                              QByteArray::fromStdString(body));
    connect(reply, &QNetworkReply::finished, this, [this, exchange, reply] {
        Answer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.type = reply->header(QNetworkRequest::ContentTypeHeader).toString().toStdString();
        answer.body = reply->readAll().toStdString();
        this->reply(exchange, std::move(answer));
    });
}

void PlayedCloud::reply(const ExchangePointer &exchange, Answer answer)
{
    const Http::Request &request = exchange->request();
    const std::string &path = request.path;
    const bool isUnscoped = request.header("authorization") == "Bearer " + m_tokens.at(kUnscoped);
    if (isUnscoped && path == "/v1/organizations")
        answer.body = R"({"organizations":[{"slug":"local","name":"local"},{"slug":"ann"}]})";
    const auto made = Base::parseJson(request.body);
    if (onMinted && answer.status == 200 && path.ends_with("/auth/tokens")) {
        if (const auto minted = Base::parseJson(answer.body))
            onMinted(Base::stringMember(*minted, "jwt").value_or(""));
    }
    if (has(LateDatabases) && request.method == "POST" && path.ends_with("/databases")
        && answer.status == 200 && made)
        m_lateFor[Base::stringMember(*made, "name").value_or("")] = kLateTimes;
    const auto late = m_lateFor.find(path.substr(path.rfind('/') + 1));
    if (request.method == "GET" && late != m_lateFor.end() && late->second-- > 0)
        answer = {404, "application/json",
                  R"({"error":"could not find database with name )" + late->first
                      + R"(: record not found"})"};
    deliver(exchange, changed(path, std::move(answer)));
}

PlayedCloud::Answer PlayedCloud::asError(Answer answer) const
{
    const auto body = Base::parseJson(answer.body);
    const std::string words
        = body ? Base::stringMember(*body, "error").value_or(answer.body) : answer.body;
    if (has(EmptyErrors))
        return {answer.status, "", ""};
    if (has(TextErrors))
        return {answer.status, "text/plain; charset=utf-8", words};
    if (has(ObjectErrors) && body) {
        Json object = *body;
        object["error"] = {{"message", words}, {"status", answer.status}};
        return {answer.status, answer.type, Base::dumpJson(object)};
    }
    return answer;
}

PlayedCloud::Answer PlayedCloud::changed(const std::string &path, Answer answer) const
{
    if (answer.status != 200)
        return asError(std::move(answer));
    auto body = Base::parseJson(answer.body);
    if (!body)
        return answer;
    const bool isList = path.ends_with("/databases");
    everywhere(*body, [this, isList](Json &object) {
        if (has(PartialLists) && isList)
            object.erase("parent");
        if (has(OnlyTotal) && object.contains("total"))
            object.erase("usage");
        if (has(LowerKeys) || has(BothKeys)) {
            rename(object, "Name", "name", !has(LowerKeys));
            rename(object, "DbId", "dbId", !has(LowerKeys));
            rename(object, "Hostname", "hostname", !has(LowerKeys));
        }
    });
    if (has(BareOrganizations) && path == "/v1/organizations" && body->is_object())
        *body = Json((*body)["organizations"]);
    answer.body = Base::dumpJson(*body);
    // A key that comes twice, as no JSON object can hold it.
    if (has(BothKeys) && body->is_object() && !body->empty())
        answer.body.insert(1, R"("new_key":{"deep":[null]},"new_key":2,)");
    if (has(WrongTypes))
        answer.type = "text/plain";
    return answer;
}

void PlayedCloud::deliver(const ExchangePointer &exchange, const Answer &answer) const
{
    if (!has(SlowBodies) || answer.body.size() < 2)
        return exchange->answer({answer.status, answer.type, answer.body, {}});
    const std::size_t half = answer.body.size() / 2;
    exchange->begin({answer.status, answer.type, answer.body.substr(0, half), {}});
    constexpr int kPauseMs = 10;
    QTimer::singleShot(kPauseMs, this, [exchange, rest = answer.body.substr(half)] {
        exchange->write(rest);
        exchange->end();
    });
}
