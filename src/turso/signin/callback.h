// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "http/server.h"

#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace Turso
{

/// What the browser brings back.
struct CallbackAnswer {
    std::string code = {};
    std::string error = {}; ///< a code of RFC 6749; empty: it has gone well
    std::string description = {}; ///< the server's words for it
};

/// The address on this machine at which a sign-in's answer arrives: 127.0.0.1 only, one path, GET
/// only, one answer. Whoever does not know the sign-in's state is turned away and changes nothing.
/// The browser is held until it is known what has become of the sign-in.
class Callback final : public Http::Handler
{
public:
    struct Expected {
        std::string state;
        std::string issuer;
        bool namesItself = false; ///< then an answer without `iss` is not the server's
    };
    using Came = std::function<void(Base::Result<CallbackAnswer>)>;

    Callback();

    /// 0: any port. Before expect().
    Base::Result<std::uint16_t> listen(std::uint16_t port);
    QString address() const;

    /// Waits for one answer, anew each time. `came` is called once: Unauthorized, if the answer is
    /// another server's.
    void expect(Expected expected, Came came);

    /// Says in the browser that is held how it ended, if one is, and takes no further requests.
    /// What was said is still sent.
    static void conclude(std::shared_ptr<Callback> callback, const std::string &title,
                         const std::string &text);
    /// Sends the browser that is held on to another page; false: none is held. Goes on listening.
    bool sendOn(const QString &url);

    bool serves(const Http::Request &request) const override;
    void serve(std::shared_ptr<Http::Exchange> exchange) override;

private:
    void tell(const std::string &title, const std::string &text);
    void take(const std::shared_ptr<Http::Exchange> &exchange);

    std::unique_ptr<Http::Server> m_server;
    std::string m_host;
    Expected m_expected;
    Came m_came;
    std::shared_ptr<Http::Exchange> m_held;
};

} // namespace Turso
