// SPDX-License-Identifier: GPL-3.0-or-later
#include "agents.h"

namespace Fuzz
{

void HttpAgent::begin(Exchange next, std::string_view body)
{
    CHECK(state == Idle);
    state = Holding;
    status = 0;
    exchange = std::move(next);
    streamName.clear();
    lastNumber = 0;
    account = std::make_shared<Account>();
    if (exchange.isRpc)
        account->sent(body);
    else if (!exchange.lastEventId.empty())
        account->mayBeLost();
}

Account::Kind HttpAgent::take(std::string_view text)
{
    const Json message = read(text);
    m_world.look(message, exchange.owner);
    return account->got(message, text);
}

void HttpAgent::endStream()
{
    CHECK(state != Idle);
    const bool mayComeBack = state == Streaming && exchange.era == Legacy
        && (m_world.resuming == streamName
            || (m_world.pausing && exchange.owner.revision >= Mcp::Revision::V2025_11_25));
    CHECK(!exchange.isRpc || mayComeBack || account->isSettled());
    state = Idle;
}

void HttpAgent::answer(const Mcp::HttpAnswer &answer)
{
    CHECK(state == Holding);
    CHECK(answer.status >= 200 && answer.status < 500);
    CHECK(answer.status != 202 || answer.body.empty());
    CHECK((answer.status == 405) == !answer.allow.empty());
    status = answer.status;
    if (!exchange.isRpc)
        CHECK(answer.body.empty() || Json::accept(answer.body));
    else if (!answer.body.empty())
        CHECK(take(answer.body) == Account::Response);
    CHECK(account->isSettled());
    state = Idle;
    if (!answer.sessionId.empty())
        m_world.saw('s', std::string(answer.sessionId));
}

// The first event tells which stream this is: a new one, or one that was left before.
void HttpAgent::join(const std::string &name, unsigned long long number)
{
    const auto [lastName, last, unanswered] = eventName(exchange.lastEventId);
    auto &stream = m_world.streams[name];
    streamName = name;
    if (stream) {
        CHECK(!exchange.isRpc && lastName == name && !stream->forgotten);
        CHECK(stream->owner.sameAs(exchange.owner));
        account = stream->account;
        lastNumber = last;
        CHECK(unanswered || stream->request.empty() || lastNumber == 0);
    } else {
        stream = std::make_shared<Stream>();
        stream->owner = exchange.owner;
        stream->sessionId = exchange.sessionId;
        stream->request = exchange.request;
        stream->account = account;
    }
    // Where it begins anew, newer clients are told first which stream it is.
    if (lastName != name && exchange.owner.revision >= Mcp::Revision::V2025_11_25)
        CHECK(number == 0);
}

void HttpAgent::sendEvent(std::string_view id, std::string_view message)
{
    CHECK(state == Streaming && exchange.era == Legacy);
    CHECK(id.find_first_of("\r\n") == std::string_view::npos);
    const auto [name, number, unanswered] = eventName(id);
    CHECK(!name.empty() && message.empty() == (number == 0));
    const bool first = streamName.empty() || (number > 0 && lastNumber == 0);
    if (streamName.empty())
        join(name, number);
    CHECK(name == streamName);
    CHECK(number == 0 ? first : number > lastNumber);
    CHECK(m_world.tight || number == 0 || number == lastNumber + 1);
    lastNumber = number;
    m_world.saw('e', std::string(id));
    Stream &stream = *m_world.streams[name];
    const bool answers
        = !stream.request.empty() && !message.empty() && !read(message).contains("method");
    CHECK(unanswered == (!stream.request.empty() && !answers));
    const auto [known, fresh] = stream.events.emplace(number, message);
    if (!fresh)
        CHECK(known->second == message); // the same again
    else if (!message.empty())
        take(message);
}

} // namespace Fuzz
