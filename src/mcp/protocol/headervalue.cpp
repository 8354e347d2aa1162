// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/headervalue.h"

#include <QByteArray>

namespace Mcp
{

std::optional<std::string> decodeHeaderValue(std::string_view value)
{
    constexpr std::string_view kOpen = "=?base64?";
    constexpr std::string_view kClose = "?=";
    for (const char c : value) {
        if ((c < 0x20 && c != '\t') || c == 0x7F || static_cast<unsigned char>(c) >= 0x80)
            return std::nullopt;
    }
    if (value.size() < kOpen.size() + kClose.size() || !value.starts_with(kOpen)
        || !value.ends_with(kClose))
        return std::string(value);
    value.remove_prefix(kOpen.size());
    value.remove_suffix(kClose.size());
    const QByteArray coded(value.data(), static_cast<qsizetype>(value.size()));
    const auto decoded = QByteArray::fromBase64Encoding(
        coded, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    // Coding it again is the strictest check of alphabet, padding and unused bits.
    if (!decoded || decoded.decoded.toBase64() != coded || !decoded.decoded.isValidUtf8())
        return std::nullopt;
    return decoded.decoded.toStdString();
}

} // namespace Mcp
