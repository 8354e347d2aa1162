// SPDX-License-Identifier: GPL-3.0-or-later
// Agents that keep a strict account of what they get.
#pragma once

#include "world.h"

#include "mcp/server/outlet.h"

#include <memory>
#include <string>

namespace Fuzz
{

inline Json read(std::string_view text)
{
    Json message = Json::parse(text, nullptr, false);
    CHECK(!message.is_discarded());
    return message;
}

/// The outlet of a line connection.
class LineAgent final : public Mcp::Outlet
{
public:
    LineAgent(World &world, Owner owner)
        : owner(std::move(owner))
        , m_world(world)
    {
        this->owner.onLine = true;
    }
    bool canStream() const override { return true; }
    void notify(std::string_view text) override { CHECK(take(text) != Account::Response); }
    void finish(std::string_view text) override { CHECK(take(text) == Account::Response); }
    void refuse(int, std::string_view text) override { finish(text); }
    void endStream() override { }

    Account account;
    Owner owner;

private:
    Account::Kind take(std::string_view text)
    {
        const Json message = read(text);
        m_world.look(message, owner);
        return account.got(message, text);
    }
    World &m_world;
};

/// The outlet of an HTTP connection, which takes one request after another.
class HttpAgent final : public Mcp::HttpOutlet
{
public:
    enum State { Idle, Holding, Streaming };
    enum Era { Neither, Legacy, Modern };
    struct Exchange {
        Owner owner = {};
        Era era = Neither;
        bool streams = true;
        bool isRpc = true; ///< a POST
        std::string sessionId = {};
        std::string lastEventId = {};
        std::string request = {}; ///< the id, as it was written
    };

    explicit HttpAgent(World &world)
        : m_world(world)
    {
    }
    /// Before a request is served.
    void begin(Exchange next, std::string_view body);

    bool canStream() const override
    {
        CHECK(state != Idle);
        return exchange.streams;
    }
    void openStream() override
    {
        CHECK(state == Holding && exchange.streams && exchange.era == Legacy);
        state = Streaming;
    }
    void notify(std::string_view text) override
    {
        CHECK(state != Idle && exchange.streams && exchange.era == Modern);
        CHECK(take(text) == Account::Notification);
        state = Streaming;
    }
    void finish(std::string_view text) override { refuse(200, text); }
    void refuse(int answerStatus, std::string_view text) override
    {
        CHECK(state == Holding || (state == Streaming && exchange.era == Modern));
        CHECK(answerStatus == 200 || exchange.era == Modern);
        status = answerStatus;
        CHECK(take(text) == Account::Response);
        CHECK(account->isSettled());
        state = Idle;
    }
    void endStream() override;
    void answer(const Mcp::HttpAnswer &answer) override;
    void sendEvent(std::string_view id, std::string_view message) override;

    State state = Idle;
    int status = 0; ///< of the last answer; 0: a stream, or none yet
    Exchange exchange;
    std::shared_ptr<Account> account = std::make_shared<Account>();
    std::string streamName; ///< of the legacy stream that this is the connection of
    unsigned long long lastNumber = 0; ///< of its events

private:
    Account::Kind take(std::string_view text);
    void join(const std::string &name, unsigned long long number);

    World &m_world;
};

/// "NAME-NUMBER" or "NAME.REQUEST-NUMBER".
struct EventName {
    std::string stream; ///< empty: it is no event's id
    unsigned long long number = 0;
    bool namesRequest = false; ///< which has not been answered yet
};

inline EventName eventName(std::string_view id)
{
    const std::size_t dash = id.rfind('-');
    const std::string_view digits
        = dash == std::string_view::npos ? std::string_view() : id.substr(dash + 1);
    if (digits.empty() || digits.size() > 18
        || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    const std::string_view name = id.substr(0, dash);
    const std::size_t dot = name.find('.');
    return {std::string(name.substr(0, dot)), std::stoull(std::string(digits)),
            dot != std::string_view::npos};
}

} // namespace Fuzz
