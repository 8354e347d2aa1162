// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/auth/documents.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QSslConfiguration>

namespace Mcp::Auth
{

/// The network as it is: the system's names, and https. One thread, that of its event loop, which
/// never waits.
class InternetDocuments final : public QObject, public DocumentNetwork
{
    Q_OBJECT

public:
    /// `tls` says whose certificates count: the system's, if left out.
    explicit InternetDocuments(QSslConfiguration tls = QSslConfiguration::defaultConfiguration());

    void resolve(const QString &host, Addresses found) override;
    void fetch(const QUrl &url, const QHostAddress &address, Fetched fetched) override;

private:
    QSslConfiguration m_tls;
    QNetworkAccessManager m_network;
};

} // namespace Mcp::Auth
