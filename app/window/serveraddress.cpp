// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/serveraddress.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace Window::ServerAddress
{

namespace
{

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::ServerAddress", text);
}

const QStringList &schemes()
{
    static const QStringList all{QStringLiteral("http"), QStringLiteral("https"),
                                 QStringLiteral("libsql")};
    return all;
}

bool isOnThisComputer(const QString &host)
{
    return host == QStringLiteral("localhost") || host.endsWith(QStringLiteral(".localhost"))
        || QHostAddress(host).isLoopback();
}

/// "htt", "https:/": may still become an address.
bool isOnTheWay(const QString &text)
{
    return std::any_of(schemes().begin(), schemes().end(), [&text](const QString &scheme) {
        return (scheme + QStringLiteral("://")).startsWith(text, Qt::CaseInsensitive);
    });
}

} // namespace

QString problem(const QString &typed)
{
    const QString text = typed.trimmed();
    if (text.isEmpty() || isOnTheWay(text))
        return {};
    const QUrl url(text, QUrl::StrictMode);
    if (!text.contains(QStringLiteral("://")))
        return tr("Begin with http:// or https://, as in http://127.0.0.1:8080.");
    if (!schemes().contains(url.scheme()) && url.isValid())
        return tr("%1:// is not spoken here. Use http://, https:// or libsql://.")
            .arg(url.scheme().left(20));
    if (!url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment())
        return tr("Only the address belongs here. A token goes into its own field, where it is "
                  "kept secret.");
    if (!url.isValid() || url.host().isEmpty())
        return tr("This is no address yet: a name or number of a host is missing, or a letter in "
                  "it does not belong there.");
    return {};
}

bool isGood(const QString &typed)
{
    const QString text = typed.trimmed();
    return !text.isEmpty() && problem(text).isEmpty()
        && !QUrl(text, QUrl::StrictMode).host().isEmpty();
}

QString note(const QString &typed)
{
    const QUrl url(typed.trimmed(), QUrl::StrictMode);
    if (!isGood(typed) || url.scheme() != QStringLiteral("http") || isOnThisComputer(url.host()))
        return {};
    return tr("Not encrypted: whoever is on the way can read the data and the token. Use https:// "
              "outside of a network that you trust.");
}

} // namespace Window::ServerAddress
