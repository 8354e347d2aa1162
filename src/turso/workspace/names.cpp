// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/names.h"

#include <algorithm>
#include <array>
#include <random>

namespace Turso::Embedded
{

Base::Result<void> checkName(std::string_view name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), allowed)
        || name.front() == '-' || name.back() == '-')
        return Base::fail(
            Base::ErrorKind::InvalidArgument,
            "A name has 1 to 64 lower-case letters, digits and dashes, and no dash at "
            "its beginning or end.");
    return {};
}

std::string newDatabaseId()
{
    std::random_device random;
    std::array<unsigned char, 16> bytes{};
    do {
        for (unsigned char &byte : bytes)
            byte = static_cast<unsigned char>(random() & 0xFF);
    } while (bytes[5] == 0x10);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    static constexpr char kHex[] = "0123456789abcdef";
    std::string id;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            id += '-';
        id += kHex[bytes[i] >> 4];
        id += kHex[bytes[i] & 15];
    }
    return id;
}

} // namespace Turso::Embedded
