// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request.h"

#include <algorithm>

namespace Http
{

namespace
{

constexpr std::size_t kMostFields = 100;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

std::string Request::header(std::string_view name) const
{
    std::string joined;
    bool isFirst = true;
    for (const auto &[key, value] : fields) {
        if (key != name)
            continue;
        if (!std::exchange(isFirst, false))
            joined += ", ";
        joined += value;
    }
    return joined;
}

int Request::count(std::string_view name) const
{
    return static_cast<int>(std::count_if(
        fields.begin(), fields.end(), [name](const auto &field) { return field.first == name; }));
}

bool Request::addField(std::string_view name, std::string_view value)
{
    std::string key(name);
    std::transform(key.begin(), key.end(), key.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    fields.emplace_back(std::move(key), value);
    return fields.size() <= kMostFields;
}

void Request::clear()
{
    Message::clear();
    path.clear();
    query.clear();
    fields.clear();
}

void Request::splitTarget()
{
    const std::size_t mark = target.find('?');
    path = target.substr(0, mark);
    query = mark == std::string::npos ? std::string() : target.substr(mark + 1);
}

bool percentDecoded(std::string_view text, std::string &out)
{
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size())
            return false;
        const int high = hexDigit(text[i + 1]);
        const int low = hexDigit(text[i + 2]);
        if (high < 0 || low < 0 || high + low == 0)
            return false;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return true;
}

} // namespace Http
