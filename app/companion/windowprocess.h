// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>

#include <functional>

namespace Companion
{

/// Starts `turso-companion-window`, hands it one end of a socket pair and the other to whoever
/// serves it. One at a time. A window that dies while a question waits is started again, with a
/// pause that grows.
class WindowProcess : public QObject
{
    Q_OBJECT
public:
    /// Takes over the descriptor.
    using Adopt = std::function<void(int descriptor)>;

    explicit WindowProcess(Adopt adopt);
    ~WindowProcess() override;

    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    /// With a page: the main window; without: only for what waits.
    void start(const QString &page = {});
    /// It went while a question was open.
    void startAgainSoon();

private:
    void launch(const QString &page);

    Adopt m_adopt;
    QProcess m_process;
    QElapsedTimer m_sinceStart;
    int m_crashes = 0;
};

} // namespace Companion
