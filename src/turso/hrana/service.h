// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"
#include "turso/hrana/access.h"
#include "turso/hrana/pipelinejob.h"
#include "turso/hrana/streams.h"
#include "turso/workspace/workers.h"
#include "turso/workspace/workspace.h"

#include <memory>
#include <string>

namespace Turso::Hrana
{

/// Turso's SQL over HTTP on the workspace's databases: /v2/pipeline, /v3/pipeline, /v3/cursor, and
/// what clients look at before. A database is named by `x-namespace-bin`, or by the first label of
/// Host: NAME-local or NAME. One thread: the server's.
class Service final : public QObject, public Http::Handler
{
public:
    /// Both must outlive it, and it the server.
    Service(Workspace &workspace, Authorizer &authorizer);

    bool serves(const Http::Request &request) const override;
    void serve(std::shared_ptr<Http::Exchange> exchange) override;

    std::size_t streamCount() const { return m_streams.size(); }
    /// True while a wake-up is due.
    bool hasTimer() const { return m_streams.hasTimer(); }

private:
    struct Target {
        std::shared_ptr<Embedded::DatabaseFile> file;
        AskedDatabase database;
        StreamOwner owner;
        bool mayWrite = false;
    };
    using Found = tl::expected<Target, Refusal>;
    using ExchangePointer = std::shared_ptr<Http::Exchange>;

    Found target(const Http::Request &request);
    bool find(Target &target, const std::string &name) const;
    Found authorized(const Http::Request &request, Target target);
    void read(ExchangePointer exchange, Target target);
    template <typename Body>
    tl::expected<BusyStream, Refusal> streamFor(const Body &body, const Target &target);
    void pipeline(const ExchangePointer &exchange, const Target &target, PipelineBody body,
                  Version version);
    void answered(const ExchangePointer &exchange, const std::string &stream,
                  const Base::Result<PipelineOutcome> &outcome);
    void cursor(const ExchangePointer &exchange, const Target &target, CursorBody body);

    Workspace &m_workspace;
    Authorizer &m_authorizer;
    Streams m_streams;
    Embedded::Workers m_readers; ///< of large bodies
};

} // namespace Turso::Hrana
