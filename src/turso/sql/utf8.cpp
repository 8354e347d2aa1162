// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/utf8.h"

namespace Turso::Sql
{

namespace
{

bool isTail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/// How many bytes follow `lead`, and the range that the first of them must be in.
struct Form {
    std::size_t tails = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    bool valid = true;
};

Form formOf(unsigned char lead)
{
    if (lead < 0x80)
        return {0};
    if (lead >= 0xC2 && lead <= 0xDF)
        return {1};
    if (lead >= 0xE0 && lead <= 0xEF)
        return {2, static_cast<unsigned char>(lead == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(lead == 0xED ? 0x9F : 0xBF)};
    if (lead >= 0xF0 && lead <= 0xF4)
        return {3, static_cast<unsigned char>(lead == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(lead == 0xF4 ? 0x8F : 0xBF)};
    return {0, 0, 0, false};
}

} // namespace

std::size_t validUtf8(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        const Form form = formOf(static_cast<unsigned char>(text[i]));
        if (!form.valid || i + form.tails >= text.size())
            break;
        for (std::size_t k = 1; k <= form.tails; ++k) {
            const auto c = static_cast<unsigned char>(text[i + k]);
            if (!isTail(c) || (k == 1 && (c < form.low || c > form.high)))
                return i;
        }
        i += form.tails + 1;
    }
    return i;
}

bool isUtf8(std::string_view text)
{
    return validUtf8(text) == text.size();
}

std::string_view cutUtf8(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && isTail(static_cast<unsigned char>(text[bytes])))
        --bytes;
    return text.substr(0, bytes);
}

} // namespace Turso::Sql
