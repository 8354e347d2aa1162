// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include "base/clock.h"

#include <QRandomGenerator>

#include <mutex>

namespace Base
{

namespace
{

constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct Moment {
    unsigned long long time; ///< milliseconds
    unsigned count; ///< of ids in that millisecond
};

// Strictly increasing, whatever the clock does.
Moment nextMoment()
{
    static std::mutex mutex;
    static Moment last{0, 0};
    const auto now = static_cast<unsigned long long>(SystemClock().now());
    const std::lock_guard lock(mutex);
    if (now > last.time)
        last = {now, 0};
    else if (++last.count >= 1U << 20U)
        last = {last.time + 1, 0};
    return last;
}

} // namespace

std::string newId(std::string_view prefix)
{
    const Moment moment = nextMoment();
    std::string id(prefix);
    id += '_';
    for (int shift = 45; shift >= 0; shift -= 5)
        id += kDigits[(moment.time >> static_cast<unsigned>(shift)) & 31U];
    for (int shift = 15; shift >= 0; shift -= 5)
        id += kDigits[(moment.count >> static_cast<unsigned>(shift)) & 31U];
    unsigned long long bits = QRandomGenerator::system()->generate64();
    for (int i = 0; i < 12; ++i, bits >>= 5U)
        id += kDigits[bits & 31U];
    return id;
}

} // namespace Base
