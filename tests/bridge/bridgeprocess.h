// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <QByteArrayList>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>

#include <memory>
#include <vector>

/// The app, played: accepts bridges, keeps what they say, says what it is told to.
class PlayedApp
{
public:
    bool start(const QString &path);
    void stop(); ///< as a crash does it: every connection ends, the socket goes
    QLocalSocket *bridge(std::size_t index = 0) { return m_bridges.at(index).get(); }
    std::size_t count() const { return m_bridges.size(); }
    /// The lines of one bridge so far, the hello first.
    QByteArrayList lines(std::size_t index = 0);
    void say(const QByteArray &line, std::size_t index = 0);
    /// Answers every request with its own method and id from now on.
    void answerAll() { m_answersAll = true; }

private:
    void take(std::size_t index);
    std::unique_ptr<QLocalServer> m_server;
    std::vector<std::unique_ptr<QLocalSocket>> m_bridges;
    std::vector<QByteArray> m_received;
    std::vector<qsizetype> m_answered;
    bool m_answersAll = false;
};

/// The bridge program with its two pipes.
class BridgeProcess : public QProcess
{
public:
    explicit BridgeProcess(const QStringList &arguments = {}, bool mayStartApp = false);
    void say(const QByteArray &line) { write(line + '\n'); }
    QByteArrayList answers();

private:
    QByteArray m_output;
};

/// The message of the JSON-RPC error in `line`, or nothing.
QByteArray errorMessage(const QByteArray &line);
/// The "id" of the message as JSON text.
QByteArray idOf(const QByteArray &line);
