// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace Played
{

/// The real app, headless, with a profile of its own; for what has to be answered in earnest.
class RealApp final
{
public:
    explicit RealApp(const QString &program);
    ~RealApp();

    bool isServing() const { return !m_endpoint.isEmpty(); }
    QString profile() const { return m_profile.path(); }
    QString endpoint() const { return m_endpoint; }

private:
    QTemporaryDir m_profile;
    QProcess m_process;
    QString m_endpoint;
};

} // namespace Played
