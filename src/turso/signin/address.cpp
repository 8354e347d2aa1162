// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/address.h"

#include <QHostAddress>
#include <QString>

#include <algorithm>

namespace Turso
{

namespace
{

constexpr std::size_t kMostAddress = 2048;
constexpr qsizetype kMostWords = 200;
constexpr std::size_t kMostToken = 64 * 1024;

} // namespace

std::optional<QUrl> addressOf(std::string_view text)
{
    const bool isPlain = text.size() <= kMostAddress
        && std::all_of(text.begin(), text.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
    if (!isPlain)
        return std::nullopt;
    const QUrl url(QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())),
                   QUrl::StrictMode);
    if (!url.isValid() || (url.scheme() != u"https" && url.scheme() != u"http")
        || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasFragment())
        return std::nullopt;
    return url;
}

bool isLoopback(const QUrl &url)
{
    const QString host = url.host();
    return host == u"localhost" || QHostAddress(host).isLoopback();
}

bool isFit(const QUrl &url, const QUrl &resource)
{
    return url.scheme() == u"https" || (isLoopback(url) && isLoopback(resource));
}

std::string plainWords(std::string_view text)
{
    QString words = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    for (QChar &letter : words) {
        if (!letter.isPrint() && !letter.isSurrogate())
            letter = u' ';
    }
    words = words.simplified();
    if (words.size() > kMostWords)
        words = words.left(kMostWords) + QChar(0x2026);
    return words.toStdString();
}

bool isTokenText(std::string_view text)
{
    return !text.empty() && text.size() <= kMostToken
        && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace Turso
