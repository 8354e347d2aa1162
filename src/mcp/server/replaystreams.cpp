// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/replaystreams.h"

#include "base/json.h"
#include "base/secret.h"
#include "mcp/jsonrpc/message.h"

#include <QByteArray>

#include <algorithm>
#include <charconv>
#include <utility>

namespace Mcp
{

namespace
{

constexpr auto kUrlAlphabet = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

struct EventId {
    std::string_view stream;
    unsigned long long number = 0;
    std::string request = {};
};

// What comes back is a client's claim: it goes out again only if it is an id as it was sent.
bool isRequestId(std::string_view text)
{
    const auto value = Base::parseJson(text);
    if (!value)
        return false;
    // Numbers were kept as they were written: their digits may exceed what a number holds.
    if (value->is_number())
        return text.find_first_not_of("+-.0123456789Ee") == std::string_view::npos;
    return rawToken(*value) == text;
}

// "RANDOM-NUMBER", or "RANDOM.REQUEST-NUMBER" with the request's id in base64url, so that even a
// server which has forgotten the stream can tell the client that its request has come to nothing.
bool readEventId(std::string_view text, EventId &id)
{
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos)
        return false;
    const std::string_view digits = text.substr(dash + 1);
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), id.number);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size())
        return false;
    const std::string_view rest = text.substr(0, dash);
    id.stream = rest.substr(0, rest.find('.'));
    if (id.stream.empty()) // that of a stream which has not been opened
        return false;
    if (id.stream.size() == rest.size())
        return true;
    const std::string_view request = rest.substr(id.stream.size() + 1);
    const std::string raw = QByteArray::fromBase64(
                                QByteArray(request.data(), qsizetype(request.size())), kUrlAlphabet)
                                .toStdString();
    if (isRequestId(raw))
        id.request = raw;
    return true;
}

} // namespace

bool ReplayStream::canStream() const
{
    return m_live ? m_live->canStream() : m_opened;
}

std::string ReplayStream::eventId(unsigned long long number, bool last) const
{
    // Who has the last event has the answer: should it come back, it must not be told another.
    std::string id = m_id;
    if (!m_request.empty() && !last) {
        const QByteArray raw(m_request.data(), qsizetype(m_request.size()));
        id += '.' + raw.toBase64(kUrlAlphabet).toStdString();
    }
    return id + '-' + std::to_string(number);
}

void ReplayStream::open()
{
    if (m_opened || !m_live || !m_live->canStream())
        return;
    m_opened = true;
    m_id = Base::randomToken(12);
    std::replace(m_id.begin(), m_id.end(), '-', '_');
    m_live->openStream();
    // Clients of older revisions fail on an event without data.
    if (m_revision >= Revision::V2025_11_25)
        m_live->sendEvent(eventId(0, false), {});
}

void ReplayStream::keep(std::string_view message, bool last)
{
    m_events.push_back({++m_last, std::string(message), last});
    m_bytes += message.size();
    m_owner->m_bytes += message.size();
    const ReplayLimits &limits = m_owner->m_limits;
    while (m_events.size() > 1
           && (m_events.size() > limits.streamEvents || m_bytes > limits.streamBytes)) {
        m_bytes -= m_events.front().message.size();
        m_owner->m_bytes -= m_events.front().message.size();
        m_events.pop_front();
    }
    if (m_live)
        m_live->sendEvent(eventId(m_last, last), message);
    m_owner->makeRoom();
}

void ReplayStream::notify(std::string_view message)
{
    open();
    if (m_opened && !m_ended)
        keep(message, false);
}

void ReplayStream::finish(std::string_view message)
{
    if (m_ended)
        return;
    if (m_opened) {
        keep(message, true);
        return endStream();
    }
    if (m_live)
        m_live->finish(message);
    m_owner->ended(*this);
}

void ReplayStream::refuse(int status, std::string_view message)
{
    if (m_opened || !m_live)
        return finish(message);
    m_live->refuse(status, message);
    m_owner->ended(*this);
}

void ReplayStream::endStream()
{
    if (m_ended)
        return;
    if (m_live)
        m_live->endStream();
    m_owner->ended(*this);
}

void ReplayStream::pause()
{
    if (m_ended || m_revision < Revision::V2025_11_25)
        return;
    open();
    if (!m_opened || !m_live)
        return;
    m_live->endStream();
    m_owner->release(*this);
}

ReplayStreams::ReplayStreams(const ReplayLimits &limits, std::function<void(ReplayStream &)> lost,
                             std::function<void(Time)> wake)
    : m_limits(limits)
    , m_lost(std::move(lost))
    , m_wake(std::move(wake))
{
}

ReplayStreams::~ReplayStreams() = default;

ReplayStream &ReplayStreams::add(HttpOutlet &live, std::string session, Revision revision,
                                 std::string request)
{
    m_gone.clear();
    auto stream = std::make_unique<ReplayStream>();
    ReplayStream &result = *stream;
    result.m_owner = this;
    result.m_live = &live;
    result.m_session = std::move(session);
    result.m_revision = revision;
    result.m_request = std::move(request);
    m_byLive[&live] = &result;
    m_streams.emplace(&result, std::move(stream));
    return result;
}

// Takes a stream off its connection; it stays for its client to come back.
void ReplayStreams::release(ReplayStream &stream)
{
    m_byLive.erase(stream.m_live);
    stream.m_live = nullptr;
    stream.m_until = std::chrono::steady_clock::now() + m_limits.kept;
    if (!stream.m_opened)
        return;
    makeRoom();
    m_wake(stream.m_until);
}

void ReplayStreams::ended(ReplayStream &stream)
{
    stream.m_ended = true;
    release(stream);
    if (!stream.m_opened)
        forget(stream);
}

std::unique_ptr<ReplayStream> ReplayStreams::take(ReplayStream &stream)
{
    const auto it = m_streams.find(&stream);
    if (it == m_streams.end())
        return nullptr;
    if (stream.m_live)
        m_byLive.erase(stream.m_live);
    m_bytes -= stream.m_bytes;
    stream.m_bytes = 0;
    stream.m_events.clear();
    stream.m_ended = true;
    stream.m_live = nullptr;
    auto taken = std::move(it->second);
    m_streams.erase(it);
    return taken;
}

void ReplayStreams::forget(ReplayStream &stream)
{
    if (auto taken = take(stream))
        m_gone.push_back(std::move(taken));
}

void ReplayStreams::makeRoom()
{
    while (m_bytes > m_limits.bytes || waiting() > m_limits.streams) {
        // Ended ones first, then those that wait for their client; never one that is being heard.
        ReplayStream *victim = nullptr;
        for (const auto &[key, stream] : m_streams) {
            if (stream->m_live)
                continue;
            const bool better = !victim || (stream->m_ended && !victim->m_ended)
                || (stream->m_ended == victim->m_ended && stream->m_until < victim->m_until);
            if (better)
                victim = stream.get();
        }
        if (!victim)
            return;
        if (victim->m_ended) {
            forget(*victim);
            continue;
        }
        // Whoever writes to it may be doing so at this moment, and is told afterwards: see sweep().
        m_lostSoon.push_back(take(*victim));
        m_wake(std::chrono::steady_clock::now());
    }
}

void ReplayStreams::detach(Outlet &live)
{
    m_gone.clear();
    const auto it = m_byLive.find(&live);
    if (it == m_byLive.end())
        return;
    ReplayStream &stream = *it->second;
    release(stream);
    if (stream.m_opened)
        return;
    m_lost(stream);
    forget(stream);
}

bool ReplayStreams::resume(HttpOutlet &live, std::string_view session, std::string_view lastEventId,
                           std::string &request)
{
    m_gone.clear();
    EventId last;
    if (!readEventId(lastEventId, last))
        return false;
    request = last.request;
    const auto it = std::find_if(m_streams.begin(), m_streams.end(), [&](const auto &item) {
        return item.second->m_id == last.stream && item.second->m_session == session;
    });
    if (it == m_streams.end())
        return false;
    ReplayStream &stream = *it->second;
    if (stream.m_live) { // the client knows better: that connection is dead
        stream.m_live->endStream();
        m_byLive.erase(stream.m_live);
        stream.m_live = nullptr;
    }
    live.openStream();
    for (const ReplayStream::Event &event : stream.m_events) {
        if (event.number > last.number)
            live.sendEvent(stream.eventId(event.number, event.last), event.message);
    }
    if (stream.m_ended) {
        live.endStream();
        return true;
    }
    stream.m_live = &live;
    stream.m_until = Time::max();
    m_byLive[&live] = &stream;
    return true;
}

void ReplayStreams::endSession(std::string_view session)
{
    std::vector<ReplayStream *> mine;
    for (const auto &[key, stream] : m_streams) {
        if (stream->m_session == session && !stream->m_live)
            mine.push_back(stream.get());
    }
    for (ReplayStream *stream : mine) {
        if (!stream->m_ended)
            m_lost(*stream);
        forget(*stream);
    }
}

void ReplayStreams::sweep(Time now)
{
    const auto lost = std::exchange(m_lostSoon, {});
    for (const auto &stream : lost)
        m_lost(*stream);
    std::vector<ReplayStream *> late;
    for (const auto &[key, stream] : m_streams) {
        if (stream->m_until <= now)
            late.push_back(stream.get());
    }
    for (ReplayStream *stream : late) {
        if (!stream->m_ended)
            m_lost(*stream);
        forget(*stream);
    }
}

ReplayStreams::Time ReplayStreams::next() const
{
    if (!m_lostSoon.empty())
        return std::chrono::steady_clock::now();
    Time soonest = Time::max();
    for (const auto &[key, stream] : m_streams)
        soonest = std::min(soonest, stream->m_until);
    return soonest;
}

} // namespace Mcp
