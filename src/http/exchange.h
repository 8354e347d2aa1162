// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace Http
{

/// An answer. Its length is added, and what the connection needs.
struct Response {
    int status = 200;
    std::string contentType = {}; ///< empty: not sent
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> fields = {}; ///< further header fields
};

/// One request and the one way to answer it. Whoever holds it last without having answered has
/// answered 500. Its functions are called on the server's thread; after the client has gone they do
/// nothing.
class Exchange
{
public:
    virtual ~Exchange() = default;

    virtual const Request &request() const = 0;
    /// For a handler that wants to keep it: the exchange's own is empty afterwards.
    virtual std::string takeBody() = 0;

    /// The whole answer.
    virtual void answer(Response response) = 0;

    /// An answer in parts: begin(), write() as often as wanted, end(). `head.body` is its first
    /// part.
    virtual void begin(Response head) = 0;
    /// Sends a part, of any size. False: the client has not taken enough of it, so wait for
    /// onWritable() before the next one. Whoever does not wait fills memory until the limit of the
    /// connection ends it.
    virtual bool write(std::string_view part) = 0;
    virtual void end() = 0;
    /// Ends the answer so that the client sees that it is not complete.
    virtual void cut() = 0;

    /// Called once, from the event loop, when the client has gone before it was answered; it takes
    /// the place of an earlier one. Called soon if it has gone already.
    virtual void onGone(std::function<void()> gone) = 0;
    /// Called whenever the client has taken what write() found too much.
    virtual void onWritable(std::function<void()> writable) = 0;
};

/// Makes the answers. Has to outlive the server.
class Handler
{
public:
    virtual ~Handler() = default;
    /// True if the request is this one's; its body is not there yet.
    virtual bool serves(const Request &request) const = 0;
    /// Must return soon: it is called on the thread of the event loop. One exchange of a connection
    /// at a time.
    virtual void serve(std::shared_ptr<Exchange> exchange) = 0;
};

} // namespace Http
