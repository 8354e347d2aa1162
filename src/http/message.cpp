// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/message.h"

#include <algorithm>

namespace Http
{

namespace
{

// A buffer that one large body has grown is not worth keeping.
constexpr std::size_t kKeptBody = 64 * 1024;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool equalsLower(std::string_view text, std::string_view lowerCase)
{
    return std::equal(text.begin(), text.end(), lowerCase.begin(), lowerCase.end(),
                      [](char a, char b) { return lower(a) == b; });
}

bool equalIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

void Message::clear()
{
    method.clear();
    target.clear();
    http10 = false;
    keepAlive = true;
    expectsContinue = false;
    if (body.capacity() > kKeptBody)
        body = std::string();
    body.clear();
}

} // namespace Http
