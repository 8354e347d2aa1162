// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/outputqueue.h"

#include <algorithm>
#include <utility>

namespace Http
{

namespace
{

// What the device holds at most. Enough to keep it writing until the next turn of the event loop.
constexpr long long kPiece = 256 * 1024;
// A quick reader of something large must not keep the others waiting.
constexpr long long kTurn = 4 * kPiece;

} // namespace

OutputQueue::OutputQueue(QIODevice &device, std::function<void()> flush, const Limits &limits,
                         long long &total)
    : m_device(device)
    , m_flush(std::move(flush))
    , m_limits(limits)
    , m_total(total)
{
}

bool OutputQueue::send(std::string_view head, std::string_view body, std::string_view tail)
{
    if (m_dropped)
        return true;
    if (!admit(static_cast<long long>(head.size() + body.size() + tail.size())))
        return false;
    const bool waited = waiting() > 0;
    if (m_segments.empty()) {
        m_giving = true;
        m_turn = kTurn;
        if (give(head) && give(body) && give(tail) && !m_dropped)
            m_flush();
        m_giving = false;
    }
    for (const std::string_view part : {head, body, tail})
        keep(part);
    if (waiting() > 0 && !waited)
        m_lastTaken = std::chrono::steady_clock::now();
    count();
    return true;
}

// Counts a message in. False: it would be too much.
bool OutputQueue::admit(long long size)
{
    const long long waits = waiting();
    const long long taken = m_sent - waits;
    const long long largest = std::max(0LL, m_largestEnd - std::max(m_largestBegin, taken));
    if (size > largest) {
        if (waits > m_limits.unsentBytes)
            return false;
        m_largestBegin = m_sent;
        m_largestEnd = m_sent + size;
    } else if (waits - largest + size > m_limits.unsentBytes) {
        return false;
    }
    m_sent += size;
    return true;
}

// Gives the device what it may hold of the part and cuts that off. False: not all; then the device
// is left with something to write, and comes for more.
bool OutputQueue::give(std::string_view &part)
{
    while (!part.empty() && !m_dropped) {
        const long long room = kPiece - m_device.bytesToWrite();
        if (room <= 0) {
            if (m_turn <= 0)
                return false;
            m_flush();
            if (m_device.bytesToWrite() >= kPiece)
                return false;
            continue;
        }
        const auto size = std::min(part.size(), static_cast<std::size_t>(room));
        m_device.write(part.data(), static_cast<qint64>(size));
        m_turn -= static_cast<long long>(size);
        part.remove_prefix(size);
    }
    return true;
}

void OutputQueue::keep(std::string_view part)
{
    if (part.empty() || m_dropped)
        return;
    m_queued += static_cast<long long>(part.size());
    if (!m_segments.empty()
        && m_segments.back().size() + part.size() <= static_cast<std::size_t>(kPiece))
        m_segments.back() += part;
    else
        m_segments.emplace_back(part);
}

void OutputQueue::feed()
{
    if (m_dropped)
        return;
    m_lastTaken = std::chrono::steady_clock::now();
    if (m_giving)
        return; // send() sees to the rest
    // No flush: the device is about to write, and each of its turns is one of the event loop.
    // Topping it up little by little would only be more system calls.
    m_turn = 0;
    bool room = m_device.bytesToWrite() <= kPiece / 2;
    while (room && !m_segments.empty()) {
        std::string_view rest = std::string_view(m_segments.front()).substr(m_at);
        const std::size_t before = rest.size();
        room = give(rest);
        m_at += before - rest.size();
        m_queued -= static_cast<long long>(before - rest.size());
        if (room) {
            m_segments.pop_front();
            m_at = 0;
        }
    }
    count();
}

void OutputQueue::drop()
{
    m_dropped = true;
    m_segments = {};
    m_at = 0;
    m_queued = 0;
    m_total -= std::exchange(m_counted, 0);
}

void OutputQueue::count()
{
    if (m_dropped)
        return;
    m_total += waiting() - std::exchange(m_counted, waiting());
}

} // namespace Http
