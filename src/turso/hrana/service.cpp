// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/service.h"

#include "base/secret.h"
#include "turso/hrana/base64.h"
#include "turso/hrana/cursoranswer.h"
#include "turso/hrana/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace Turso::Hrana
{

namespace
{

enum class Route { None, Health, Version, Hello, Pipeline2, Pipeline3, Cursor };

/// Bodies up to this are read on the event loop: that takes less than handing them over.
constexpr std::size_t kQuickBody = 32 * 1024;

Route routeOf(std::string_view path)
{
    static constexpr std::pair<std::string_view, Route> kRoutes[]
        = {{"/health", Route::Health},
           {"/version", Route::Version},
           {"/v2", Route::Hello},
           {"/v3", Route::Hello},
           {"/v2/pipeline", Route::Pipeline2},
           {"/v3/pipeline", Route::Pipeline3},
           {"/v3/cursor", Route::Cursor}};
    for (const auto &[known, route] : kRoutes) {
        if (known == path)
            return route;
    }
    return Route::None;
}

tl::unexpected<Refusal> refuse(int status, std::string_view sentence)
{
    return tl::unexpected<Refusal>(Refusal{status, errorBody(sentence), true});
}

tl::unexpected<Refusal> noSuchNamespace(const std::string &name)
{
    return refuse(404, "Namespace `" + name + "` doesn't exist");
}

/// What `read` makes of the body: at once, or on a thread if it is large.
template <typename Body, typename Read>
Base::Pending<Body> readLater(std::string text, Embedded::Workers &threads, Read read)
{
    const auto result = [](auto &&body) {
        return body
            ? Base::Result<Body>(std::move(*body))
            : Base::Result<Body>(Base::fail(Base::ErrorKind::InvalidArgument, body.error()));
    };
    auto promise = std::make_shared<QPromise<Base::Result<Body>>>();
    promise->start();
    auto future = promise->future();
    threads.post([promise, text = std::move(text), read, result] {
        promise->addResult(result(read(text)));
        promise->finish();
    });
    return future;
}

} // namespace

Service::Service(Workspace &workspace, Authorizer &authorizer)
    : m_workspace(workspace)
    , m_authorizer(authorizer)
    , m_readers(1, std::chrono::seconds(10), {})
{
}

bool Service::serves(const Http::Request &request) const
{
    return routeOf(request.path) != Route::None;
}

void Service::serve(ExchangePointer exchange)
{
    const Http::Request &request = exchange->request();
    const Route route = routeOf(request.path);
    const bool posts
        = route == Route::Pipeline2 || route == Route::Pipeline3 || route == Route::Cursor;
    const bool isRight
        = posts ? request.method == "POST" : request.method == "GET" || request.method == "HEAD";
    if (!isRight)
        return exchange->answer(
            {.status = 405, .fields = {{"Allow", posts ? "POST" : "GET,HEAD"}}});
    if (route == Route::Health)
        return exchange->answer({});
    if (route == Route::Version)
        return exchange->answer(
            {.contentType = "text/plain",
             .body = "turso-companion " + QCoreApplication::applicationVersion().toStdString()});
    if (route == Route::Hello)
        return exchange->answer(
            {.contentType = "text/plain", .body = "Hello, this is HTTP API v2 (Hrana over HTTP)"});
    auto found = target(request);
    if (!found)
        return answer(*exchange, found.error());
    read(std::move(exchange), std::move(*found));
}

bool Service::find(Target &target, const std::string &name) const
{
    target.file = m_workspace.databaseFile(name);
    target.database.name = name;
    return target.file != nullptr;
}

Service::Found Service::target(const Http::Request &request)
{
    Target target;
    std::string &asked = target.database.asked;
    if (request.count("x-namespace-bin") > 0) {
        const std::string field = request.header("x-namespace-bin");
        if (field.ends_with('='))
            return refuse(400, "Invalid namespace bytes: `Invalid padding`");
        auto name = fromBase64(field);
        if (!name)
            return refuse(400, "Invalid namespace bytes: `" + name.error() + "`");
        asked = std::move(*name);
        if (!find(target, asked))
            return noSuchNamespace(asked);
        return authorized(request, std::move(target));
    }
    const std::string host = request.header("host");
    const std::size_t dot = host.find('.');
    asked = dot == std::string::npos ? "default" : host.substr(0, dot);
    // A database's host name is NAME-local.SUFFIX; the short form is as on Turso's server.
    static constexpr std::string_view kOrganization = "-local";
    const bool isLong = asked.ends_with(kOrganization)
        && find(target, asked.substr(0, asked.size() - kOrganization.size()));
    if (!isLong && !find(target, asked))
        return noSuchNamespace(asked);
    return authorized(request, std::move(target));
}

Service::Found Service::authorized(const Http::Request &request, Target target)
{
    const std::string authorization = request.header("authorization");
    target.database.id = target.file->reporting().databaseId;
    const auto access = m_authorizer.authorize(authorization, target.database);
    if (!access)
        return tl::unexpected(access.error());
    target.owner = {target.database.id, Base::sha256Hex(authorization)};
    target.mayWrite = *access == Access::FullAccess;
    return target;
}

void Service::read(ExchangePointer exchange, Target target)
{
    const Route route = routeOf(exchange->request().path);
    const Version version = route == Route::Pipeline2 ? Version::Two : Version::Three;
    std::string text = exchange->takeBody();
    const auto serve = [this, exchange, target = std::move(target),
                        version]<typename Body>(tl::expected<Body, std::string> body) {
        if (!body)
            return answer(*exchange, Refusal{400, body.error()});
        if constexpr (std::is_same_v<Body, CursorBody>)
            cursor(exchange, target, std::move(*body));
        else
            pipeline(exchange, target, std::move(*body), version);
    };
    const bool isQuick = text.size() <= kQuickBody;
    const auto later = [&]<typename Body>(auto readBody, std::type_identity<Body>) {
        Base::whenDone(
            readLater<Body>(std::move(text), m_readers, readBody), this,
            [serve](Base::Result<Body> body) {
                if (body)
                    serve(tl::expected<Body, std::string>(std::move(*body)));
                else
                    serve(tl::expected<Body, std::string>(tl::unexpected(body.error().message)));
            });
    };
    if (route == Route::Cursor)
        return isQuick ? serve(readCursor(text))
                       : later(&readCursor, std::type_identity<CursorBody>());
    if (isQuick)
        return serve(readPipeline(text));
    later(&readPipeline, std::type_identity<PipelineBody>());
}

template <typename Body>
tl::expected<BusyStream, Refusal> Service::streamFor(const Body &body, const Target &target)
{
    return body.baton ? m_streams.take(*body.baton, target.owner)
                      : m_streams.open(target.file, target.mayWrite, target.owner);
}

void Service::pipeline(const ExchangePointer &exchange, const Target &target, PipelineBody body,
                       Version version)
{
    const auto stream = streamFor(body, target);
    if (!stream)
        return answer(*exchange, stream.error());
    const auto job = std::make_shared<PipelineJob>(
        std::move(body.requests),
        JobContext{version, target.mayWrite, target.database.asked, stream->texts});
    exchange->onGone([this, id = stream->id] { m_streams.end(id); });
    Base::whenDone(job->outcome(), this,
                   [this, exchange, id = stream->id](const Base::Result<PipelineOutcome> &outcome) {
                       answered(exchange, id, outcome);
                   });
    stream->stream->start(job);
}

void Service::answered(const ExchangePointer &exchange, const std::string &stream,
                       const Base::Result<PipelineOutcome> &outcome)
{
    if (!outcome || outcome->refusal) {
        m_streams.end(stream);
        const Refusal ended{500, errorBody("The stream was ended."), true};
        return answer(*exchange, outcome ? *outcome->refusal : ended);
    }
    std::string baton = "null";
    if (outcome->isClosed) {
        m_streams.end(stream);
    } else if (const auto next = m_streams.nextBaton(stream)) {
        baton = '"' + *next + '"';
        m_streams.release(stream);
    }
    exchange->answer({.contentType = "application/json",
                      .body = "{\"baton\":" + baton + ",\"base_url\":null,\"results\":["
                          + outcome->results + "]}"});
}

void Service::cursor(const ExchangePointer &exchange, const Target &target, CursorBody body)
{
    auto stream = streamFor(body, target);
    if (!stream)
        return answer(*exchange, stream.error());
    auto job = std::make_shared<CursorJob>(
        std::move(body.batch),
        JobContext{Version::Three, target.mayWrite, target.database.asked, stream->texts});
    std::make_shared<CursorAnswer>(exchange, m_streams, std::move(*stream), std::move(job))
        ->start();
}

} // namespace Turso::Hrana
