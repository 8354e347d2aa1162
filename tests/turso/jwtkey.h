// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/signingkey.h"

#include <QFile>
#include <QTemporaryDir>

#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <optional>
#include <string>

/// An Ed25519 key: its public half as sqld wants it, its private half to sign tokens with.
class JwtKey
{
public:
    JwtKey()
    {
        const std::string file = m_folder.filePath(QStringLiteral("secret")).toStdString();
        auto key = Turso::PlatformApi::SigningKey::open(file);
        if (!key)
            return;
        m_key = *key;
        QFile bytes(QString::fromStdString(file));
        if (!bytes.open(QIODevice::ReadOnly))
            return;
        const QByteArray secret = bytes.readAll();
        const std::shared_ptr<EVP_PKEY> both(
            EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519, nullptr,
                reinterpret_cast<const unsigned char *>(secret.constData()),
                static_cast<std::size_t>(secret.size())),
            EVP_PKEY_free);
        const std::shared_ptr<BIO> pem(BIO_new(BIO_s_mem()), BIO_free);
        char *text = nullptr;
        if (!both || PEM_write_bio_PUBKEY(pem.get(), both.get()) != 1)
            return;
        const long size = BIO_get_mem_data(pem.get(), &text);
        m_pem = QByteArray(text, static_cast<qsizetype>(size));
        QFile out(publicFile());
        if (out.open(QIODevice::WriteOnly))
            out.write(m_pem);
    }

    /// For --auth-jwt-key-file.
    QString publicFile() const { return m_folder.filePath(QStringLiteral("public.pem")); }
    std::string publicPem() const { return m_pem.toStdString(); }
    std::string token(const Base::Json &claims) const
    {
        return m_key ? m_key->sign(claims) : std::string();
    }

private:
    QTemporaryDir m_folder;
    std::optional<Turso::PlatformApi::SigningKey> m_key;
    QByteArray m_pem;
};
