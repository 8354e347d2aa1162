// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline.h"

#include <QIODevice>

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace Http
{

/// What one connection has still to send. Owns it, and gives it to the socket in pieces as the
/// socket takes them, so that nothing is kept twice. Tells readers that are slow from those that
/// have stopped.
class OutputQueue
{
public:
    struct Limits {
        milliseconds stalled; ///< with output waiting and none taken
        long long unsentBytes; ///< that may wait besides the one largest message
    };

    /// `flush` makes the device write what it can at once. `total` counts what waits on all
    /// connections of a listener, and outlives the last call of drop().
    OutputQueue(QIODevice &device, std::function<void()> flush, const Limits &limits,
                long long &total);

    /// Sends a message that comes in up to three parts; none of them is kept. One message may be of
    /// any size: those who make results bound them. False: too much waits besides, and nothing of
    /// this was taken.
    [[nodiscard]] bool send(std::string_view head, std::string_view body = {},
                            std::string_view tail = {});
    /// The device has written something: gives it more.
    void feed();
    /// Forgets all and takes nothing any more.
    void drop();

    /// Bytes that were sent and that the system has not taken yet.
    long long waiting() const { return m_dropped ? 0 : m_queued + m_device.bytesToWrite(); }
    /// True when the device has everything, though it may not have written it.
    bool isGiven() const { return m_segments.empty(); }
    /// While something waits: when the system last took some of it, or when the wait began.
    SteadyTime lastTaken() const { return m_lastTaken; }
    /// When next to look for a stop, or SteadyTime::max(). A time that is past: it has stopped.
    SteadyTime stopsAt() const
    {
        return waiting() > 0 ? m_lastTaken + m_limits.stalled : SteadyTime::max();
    }

private:
    bool admit(long long size);
    bool give(std::string_view &part);
    void keep(std::string_view part);
    void count();

    QIODevice &m_device;
    std::function<void()> m_flush;
    Limits m_limits;
    long long &m_total;
    std::deque<std::string> m_segments;
    std::size_t m_at = 0; // what of the first segment the device has
    long long m_queued = 0; // bytes in the segments that the device does not have
    long long m_counted = 0; // what of m_total is this queue's
    long long m_sent = 0; // bytes that send() was given, ever
    long long m_largestBegin = 0; // the largest message that waits, in the count of m_sent
    long long m_largestEnd = 0;
    long long m_turn = 0; // what this call may still give
    SteadyTime m_lastTaken;
    bool m_giving = false; // send() is on the stack
    bool m_dropped = false;
};

} // namespace Http
