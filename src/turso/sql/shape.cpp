// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/shape.h"

#include "turso/sql/statement.h"

#include <QByteArray>
#include <QCryptographicHash>

namespace Turso::Sql
{

namespace
{

constexpr qsizetype kFingerprintBytes = 8;
constexpr std::string_view kLeftOut = "\u2026";

bool isInsideCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

} // namespace

Shape shapeOf(std::string_view sql)
{
    Shape shape;
    shape.text = normalized(sql);
    const auto bytes
        = QByteArray::fromRawData(shape.text.data(), static_cast<qsizetype>(shape.text.size()));
    shape.fingerprint = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256)
                            .left(kFingerprintBytes)
                            .toHex()
                            .toStdString();
    if (shape.text.size() > kMaxShapeBytes) {
        std::size_t end = kMaxShapeBytes - kLeftOut.size();
        while (isInsideCharacter(shape.text[end]))
            --end;
        shape.text.resize(end);
        shape.text += kLeftOut;
        shape.text.shrink_to_fit();
    }
    return shape;
}

} // namespace Turso::Sql
