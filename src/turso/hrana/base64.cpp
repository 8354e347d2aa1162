// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/base64.h"

#include <array>
#include <cstdint>

namespace Turso::Hrana
{

namespace
{

constexpr std::string_view kAlphabet
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xFF;

constexpr std::array<std::uint8_t, 256> digits()
{
    std::array<std::uint8_t, 256> all{};
    all.fill(kNone);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        all[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return all;
}

constexpr std::array<std::uint8_t, 256> kDigits = digits();

} // namespace

tl::expected<std::string, std::string> fromBase64(std::string_view text)
{
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t group = 0;
    int bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (kDigits[byte] == kNone)
            return tl::unexpected("Invalid byte " + std::to_string(byte) + ", offset "
                                  + std::to_string(i) + ".");
        group = group << 6 | kDigits[byte];
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits & 0xFF);
        }
    }
    if (text.size() % 4 == 1)
        return tl::unexpected<std::string>("Encoded text cannot have a 6-bit remainder.");
    return bytes;
}

} // namespace Turso::Hrana
