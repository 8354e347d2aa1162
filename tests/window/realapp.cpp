// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/realapp.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Played
{

RealApp::RealApp(const QString &program)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program,
                    {QStringLiteral("--headless"), QStringLiteral("--profile"), profile(),
                     QStringLiteral("--port"), QStringLiteral("0")});
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(20'000))
            return;
    }
    m_endpoint = QJsonDocument::fromJson(m_process.readLine())
                     .object()[QLatin1StringView("endpoint")]
                     .toString();
}

RealApp::~RealApp()
{
    m_process.terminate();
    m_process.waitForFinished(10'000);
}

} // namespace Played
