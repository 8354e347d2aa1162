// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace Mcp
{

/// Where the messages for one agent go: an HTTP connection, which holds one request at a time, or a
/// line connection, which holds many. Owned by its transport, which tells Server::hungUp() before
/// it goes. None of the functions calls back into the server.
class Outlet
{
public:
    Outlet() = default;
    Outlet(const Outlet &) = delete;
    Outlet &operator=(const Outlet &) = delete;
    virtual ~Outlet() = default;

    /// True if a notification can be sent ahead of the response.
    virtual bool canStream() const = 0;
    /// Sends a notification, or a request of the server's own; over HTTP the first one opens the
    /// request's event stream.
    virtual void notify(std::string_view message) = 0;
    /// Sends a response. Over HTTP it is the last message of the event stream if one was opened,
    /// else the whole answer.
    virtual void finish(std::string_view message) = 0;
    /// Sends an error response: finish(), but over HTTP with this status unless a stream has begun.
    virtual void refuse(int status, std::string_view message) = 0;
    /// Over HTTP: ends the event stream without a response. On a line: nothing.
    virtual void endStream() = 0;
    /// Ends the event stream of a client that comes back for the rest of it; nothing for others.
    virtual void pause() { }
};

/// An answer over HTTP that is not an event stream. The views must live until answer() has
/// returned.
struct HttpAnswer {
    int status = 200;
    std::string_view body = {}; ///< JSON, or empty
    std::string_view sessionId = {}; ///< Mcp-Session-Id to send, or empty
    std::string_view allow = {}; ///< Allow to send, or empty
};

/// The HTTP half of an Outlet.
class HttpOutlet : public Outlet
{
public:
    virtual void answer(const HttpAnswer &answer) = 0;
    /// Opens the event stream before there is a message for it.
    virtual void openStream() = 0;
    /// One event with an id, by which a client resumes the stream. An empty `message` is the event
    /// that only tells the id and that the client may come back after half a second.
    virtual void sendEvent(std::string_view id, std::string_view message) = 0;
};

} // namespace Mcp
