// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/resourceuri.h"

#include <QStringDecoder>

#include <vector>

namespace Gateway
{

namespace
{

constexpr std::string_view kScheme = "turso://";
constexpr std::size_t kLongest = 8 * 1024;

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '.' || c == '_' || c == '~';
}

// What may stand in a path as it is. Beyond ASCII too: people type names as they are.
bool isPlain(char c)
{
    return isUnreserved(c) || static_cast<unsigned char>(c) >= 0x80
        || std::string_view("!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool isName(const std::string &text)
{
    if (text.empty() || text.find('\0') != std::string::npos)
        return false;
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded
        = decoder(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return !decoder.hasError() && !decoded.isNull();
}

std::optional<std::string> decoded(std::string_view segment)
{
    std::string out;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            if (!isPlain(segment[i]))
                return std::nullopt;
            out += segment[i];
            continue;
        }
        const int high = i + 2 < segment.size() ? digit(segment[i + 1]) : -1;
        const int low = i + 2 < segment.size() ? digit(segment[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return isName(out) ? std::optional(out) : std::nullopt;
}

std::string encoded(std::string_view name)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : name) {
        if (isUnreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

} // namespace

std::optional<ResourceUri> ResourceUri::parse(std::string_view uri)
{
    if (uri.size() > kLongest || !uri.starts_with(kScheme))
        return std::nullopt;
    std::string_view rest = uri.substr(kScheme.size());
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t slash = rest.find('/');
        const auto part = decoded(rest.substr(0, slash));
        if (!part)
            return std::nullopt;
        parts.push_back(*part);
        if (slash == std::string_view::npos)
            break;
        rest.remove_prefix(slash + 1);
    }
    if (parts.size() == 3 && parts[2] == "schema")
        return ResourceUri{parts[0], parts[1], std::nullopt};
    if (parts.size() == 4 && parts[2] == "tables")
        return ResourceUri{parts[0], parts[1], parts[3]};
    return std::nullopt;
}

std::string ResourceUri::text() const
{
    const std::string base = std::string(kScheme) + encoded(connection) + '/' + encoded(database);
    return table ? base + "/tables/" + encoded(*table) : base + "/schema";
}

} // namespace Gateway
