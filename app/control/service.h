// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "control/methods.h"
#include "gateway/desk.h"

#include <functional>
#include <string>

namespace Control
{

/// One request on the desk: checks who asks, reads the parameters, asks the desk, writes the
/// answer. Knows no sockets. Keeps no state of its own, so that it can serve every client. The desk
/// must outlive it.
class Service
{
public:
    using Reply = std::function<void(Base::Result<Base::Json>)>;

    explicit Service(Gateway::Desk &desk)
        : m_desk(desk)
    {
    }

    /// NotGranted where the method needs a decision and `mayDecide` is false. `reply` runs once,
    /// now or later on this thread, but never after `client` has gone. `method` is any but hello
    /// and subscribe, which are about the client and not the desk.
    void perform(const Method &method, const Base::Json &params, bool mayDecide, QObject *client,
                 Reply reply) const;

    /// The refusal of a decision, with what to do instead.
    static tl::unexpected<Base::Error> mayNotDecide();

    const Gateway::Desk &desk() const { return m_desk; }

private:
    Base::Result<Base::Json> answer(std::string_view name, const Base::Json &params) const;
    Base::Result<Base::Json> approve(const Base::Json &params) const;
    Base::Result<Base::Json> changeGrant(const Base::Json &params, bool mayDecide) const;
    Base::Result<Base::Json> setReadOnly(const Base::Json &params, bool mayDecide) const;
    Base::Result<Base::Json> serveWorkspace(const Base::Json &params, bool mayDecide) const;
    Base::Result<Base::Json> revoke(const Base::Json &params, bool tokensOnly) const;
    void listScopes(const Base::Json &params, QObject *client, Reply reply) const;
    void listCalls(const Base::Json &params, QObject *client, Reply reply) const;
    void showCall(const Base::Json &params, QObject *client, Reply reply) const;

    Gateway::Desk &m_desk;
    Base::SystemClock m_clock;
};

} // namespace Control
