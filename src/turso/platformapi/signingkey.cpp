// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/signingkey.h"

#include <QByteArray>
#include <QFile>
#include <QSaveFile>
#include <QString>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::fail;

namespace
{

constexpr qint64 kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kLongestToken = 8192;

struct ContextFree {
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
};
using ContextPointer = std::unique_ptr<EVP_MD_CTX, ContextFree>;

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

std::string encoded(std::string_view bytes)
{
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()))
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::optional<std::string> decoded(std::string_view text)
{
    const auto result = QByteArray::fromBase64Encoding(
        QByteArray(text.data(), static_cast<qsizetype>(text.size())),
        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals
            | QByteArray::AbortOnBase64DecodingErrors);
    if (!result)
        return std::nullopt;
    return result.decoded.toStdString();
}

tl::unexpected<Base::Error> cannotUse(const std::string &file)
{
    return fail(ErrorKind::Internal, "The workspace's signing key " + file + " cannot be used.",
                "Remove the file: a new key is made, and tokens of the old one end.");
}

Base::Result<QByteArray> bytesIn(const std::string &file)
{
    const QString path = QString::fromStdString(file);
    QFile source(path);
    if (source.exists()) {
        if (!source.open(QIODevice::ReadOnly))
            return cannotUse(file);
        constexpr auto kOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        if (source.permissions() & kOthers)
            return fail(ErrorKind::NotGranted,
                        "Others can read the workspace's signing key " + file + ".",
                        "Remove the file: a new key is made, and tokens of the old one end.");
        QByteArray bytes = source.read(kKeyBytes + 1);
        if (bytes.size() != kKeyBytes)
            return cannotUse(file);
        return bytes;
    }
    std::array<unsigned char, kKeyBytes> bytes{};
    EVP_PKEY *made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    std::size_t length = bytes.size();
    const bool done = made && EVP_PKEY_get_raw_private_key(made, bytes.data(), &length) == 1;
    EVP_PKEY_free(made);
    QByteArray key(reinterpret_cast<const char *>(bytes.data()), kKeyBytes);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    QSaveFile out(path);
    if (!done || !out.open(QIODevice::WriteOnly)
        || !out.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || out.write(key) != key.size()
        || !out.commit())
        return fail(ErrorKind::Internal, "Could not write " + file + ".",
                    "See whether the disk is full.");
    return key;
}

} // namespace

Base::Result<SigningKey> SigningKey::open(const std::string &file)
{
    auto bytes = bytesIn(file);
    if (!bytes)
        return tl::unexpected(std::move(bytes).error());
    std::shared_ptr<EVP_PKEY> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                     reinterpret_cast<const unsigned char *>(bytes->constData()),
                                     kKeyBytes),
        EVP_PKEY_free);
    OPENSSL_cleanse(bytes->data(), kKeyBytes);
    if (!key)
        return cannotUse(file);
    return SigningKey(std::move(key));
}

std::string SigningKey::sign(const Base::Json &claims) const
{
    const std::string text
        = encoded(R"({"alg":"EdDSA","typ":"JWT"})") + '.' + encoded(Base::dumpJson(claims));
    std::array<unsigned char, kSignatureBytes> signature{};
    std::size_t length = signature.size();
    const ContextPointer context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, m_key.get()) != 1
        || EVP_DigestSign(context.get(), signature.data(), &length, bytesOf(text), text.size())
            != 1)
        return {}; // out of memory; an empty token is nobody's
    return text + '.' + encoded({reinterpret_cast<const char *>(signature.data()), length});
}

std::optional<Base::Json> SigningKey::verified(std::string_view token) const
{
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    if (token.size() > kLongestToken || first == std::string_view::npos || second == first)
        return std::nullopt;
    const auto header = decoded(token.substr(0, first));
    const auto claims = decoded(token.substr(first + 1, second - first - 1));
    const auto signature = decoded(token.substr(second + 1));
    if (!header || !claims || !signature || signature->size() != kSignatureBytes)
        return std::nullopt;
    const auto head = Base::parseJson(*header);
    if (!head || Base::stringMember(*head, "alg") != "EdDSA")
        return std::nullopt;
    const std::string_view text = token.substr(0, second);
    const ContextPointer context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, m_key.get()) != 1
        || EVP_DigestVerify(context.get(), bytesOf(*signature), signature->size(), bytesOf(text),
                            text.size())
            != 1)
        return std::nullopt;
    auto parsed = Base::parseJson(*claims);
    if (!parsed || !parsed->is_object())
        return std::nullopt;
    return std::move(*parsed);
}

} // namespace Turso::PlatformApi
