// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include "base/clock.h"

#include <QRandomGenerator>

namespace Base
{

std::string newId(std::string_view prefix)
{
    static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string id(prefix);
    id += '_';
    const auto time = static_cast<unsigned long long>(SystemClock().now());
    for (int shift = 45; shift >= 0; shift -= 5)
        id += kDigits[(time >> shift) & 31U];
    unsigned long long bits = QRandomGenerator::system()->generate64();
    for (int i = 0; i < 8; ++i, bits >>= 5)
        id += kDigits[bits & 31U];
    bits = QRandomGenerator::system()->generate64();
    for (int i = 0; i < 8; ++i, bits >>= 5)
        id += kDigits[bits & 31U];
    return id;
}

} // namespace Base
