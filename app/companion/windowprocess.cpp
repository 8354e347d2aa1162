// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/windowprocess.h"

#include "base/logging.h"

#include <QCoreApplication>
#include <QDir>
#include <QTimer>

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Companion
{

namespace
{

constexpr int kInherited = 3;
constexpr int kStableMs = 10'000;

} // namespace

WindowProcess::WindowProcess(Adopt adopt)
    : m_adopt(std::move(adopt))
{
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.setInputChannelMode(QProcess::ManagedInputChannel);
    connect(&m_process, &QProcess::errorOccurred, this, [](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            qCWarning(logDesktop, "The window process could not be started.");
    });
}

WindowProcess::~WindowProcess()
{
    m_process.disconnect(this);
    if (isRunning()) {
        m_process.terminate();
        m_process.waitForFinished(1'000);
    }
}

void WindowProcess::start(const QString &page)
{
    if (!isRunning())
        launch(page);
}

void WindowProcess::startAgainSoon()
{
    if (m_sinceStart.isValid() && m_sinceStart.elapsed() > kStableMs)
        m_crashes = 0;
    const int pause = std::min(200 << std::min(m_crashes++, 8), 60'000);
    QTimer::singleShot(pause, this, [this] { start(); });
}

void WindowProcess::launch(const QString &page)
{
    std::array<int, 2> pair{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        qCWarning(logDesktop, "No socket pair for the window process.");
        return;
    }
    const int theirs = pair[1];
    m_process.setChildProcessModifier([theirs] {
        // Between fork and exec: only what is safe after a fork. dup2 clears close-on-exec, except
        // onto itself.
        if (theirs == kInherited)
            fcntl(theirs, F_SETFD, 0);
        else
            dup2(theirs, kInherited);
    });
    QStringList arguments{QStringLiteral("--control-fd"), QString::number(kInherited)};
    if (!page.isEmpty())
        arguments << QStringLiteral("--page") << page;
    m_process.start(QDir(QCoreApplication::applicationDirPath())
                        .filePath(QStringLiteral("turso-companion-window")),
                    arguments);
    close(theirs);
    m_sinceStart.start();
    m_adopt(pair[0]);
}

} // namespace Companion
