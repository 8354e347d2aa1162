// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QRandomGenerator>

namespace Base
{

Secret &Secret::operator=(Secret &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_text = std::move(other.m_text);
        other.wipe();
    }
    return *this;
}

void Secret::wipe()
{
    // volatile: the compiler must not drop writes to a string that is about to die
    volatile char *bytes = m_text.data();
    for (std::size_t i = 0; i < m_text.size(); ++i)
        bytes[i] = 0;
    m_text.clear();
}

bool Secret::equals(std::string_view other) const
{
    return constantTimeEquals(m_text, other);
}

bool constantTimeEquals(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

std::string randomToken(int bytes)
{
    QByteArray raw(bytes, Qt::Uninitialized);
    for (int i = 0; i < bytes; ++i)
        raw[i] = static_cast<char>(QRandomGenerator::system()->bounded(256));
    return raw.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::string sha256Hex(std::string_view text)
{
    return QCryptographicHash::hash(
               QByteArrayView(text.data(), static_cast<qsizetype>(text.size())),
               QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

} // namespace Base
