// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/call.h"

#include <functional>
#include <string>

namespace Turso::PlatformApi
{

struct Route;

/// A request that changed something, or tried to.
struct Change {
    std::string client; ///< what the program calls itself, or the token's name
    std::string action; ///< as Route::action; a tool's name where there is one for the same
    std::string database; ///< or empty
    std::string arguments; ///< text of a JSON object: method, path and body, without secrets
    Base::Millis startedAt = 0;
    int status = 200;
    std::string error; ///< the answer's sentence, if it was refused
};

/// Turso's Platform API over a connection: requests in, answers out, by Turso's rules. Knows no
/// sockets. One thread. Sources: Turso's OpenAPI description, its command line and its npm client.
class Service : public QObject
{
    Q_OBJECT
public:
    /// All must outlive it.
    Service(Platform &platform, Access &access, const Base::Clock &clock);
    /// What the databases' host names end with, before the first request: "localhost:PORT".
    void setHostSuffix(std::string suffix) { m_parts.hostSuffix = std::move(suffix); }

    /// `reply` runs once, now or later on this thread, but never after the service has gone.
    void handle(Request request, Reply reply);
    /// True for paths of this API; whatever it does not know there is 404.
    static bool owns(std::string_view path);

    /// While it is, what changes anything is refused with 403.
    void setReadOnly(bool on) { m_isReadOnly = on; }

Q_SIGNALS:
    void changed(const Turso::PlatformApi::Change &change);

private:
    void authenticated(const CallPointer &call);
    bool mayRun(const Route &route, const CallPointer &call) const;
    void resolve(const Route &route, const CallPointer &call);
    void watch(const Route &route, Call &call);

    Parts m_parts;
    bool m_isReadOnly = false;
};

} // namespace Turso::PlatformApi
