// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/signer.h"

#include "base/secret.h"

#include <QMessageAuthenticationCode>

namespace Mcp
{

namespace
{

constexpr auto kUrlAlphabet = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QByteArray bytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray authentication(std::string_view text, std::string_view key)
{
    return QMessageAuthenticationCode::hash(bytes(text), bytes(key), QCryptographicHash::Sha256);
}

} // namespace

Signer::Signer(std::string_view key, std::string_view purpose)
    : m_key(authentication(purpose, key).toStdString())
{
}

std::string Signer::signature(std::string_view text) const
{
    return authentication(text, m_key).toBase64(kUrlAlphabet).toStdString();
}

std::string Signer::sealed(std::string_view payload) const
{
    std::string text = bytes(payload).toBase64(kUrlAlphabet).toStdString();
    const std::string proof = signature(text);
    return text + '.' + proof;
}

std::optional<std::string> Signer::opened(std::string_view text) const
{
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    const std::string_view payload = text.substr(0, dot);
    if (!Base::constantTimeEquals(signature(payload), text.substr(dot + 1)))
        return std::nullopt;
    return QByteArray::fromBase64(bytes(payload), kUrlAlphabet).toStdString();
}

} // namespace Mcp
