// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/bridgeprocess.h"

#include <QProcessEnvironment>

using Base::Json;

bool PlayedApp::start(const QString &path)
{
    m_server = std::make_unique<QLocalServer>();
    QObject::connect(m_server.get(), &QLocalServer::newConnection, m_server.get(), [this] {
        while (QLocalSocket *socket = m_server->nextPendingConnection()) {
            socket->setParent(nullptr);
            const std::size_t index = m_bridges.size();
            m_bridges.emplace_back(socket);
            m_received.emplace_back();
            m_answered.push_back(0);
            QObject::connect(socket, &QLocalSocket::readyRead, socket,
                             [this, index] { take(index); });
            take(index);
        }
    });
    m_server->setMaxPendingConnections(100);
    return m_server->listen(path);
}

void PlayedApp::stop()
{
    m_server->close();
    for (const auto &bridge : m_bridges)
        bridge->abort();
    m_server.reset();
    m_bridges.clear();
    m_received.clear();
    m_answered.clear();
}

void PlayedApp::take(std::size_t index)
{
    m_received[index] += m_bridges[index]->readAll();
    if (!m_answersAll)
        return;
    qsizetype end = -1;
    while ((end = m_received[index].indexOf('\n', m_answered[index])) >= 0) {
        const QByteArray line = m_received[index].mid(m_answered[index], end - m_answered[index]);
        m_answered[index] = end + 1;
        const auto message = Base::parseJson(line.toStdString());
        if (message && message->contains("id"))
            say(QByteArray::fromStdString(
                    Json{{"jsonrpc", "2.0"}, {"id", (*message)["id"]}, {"result", {{"ok", true}}}}
                        .dump()),
                index);
    }
}

QByteArrayList PlayedApp::lines(std::size_t index)
{
    if (index >= m_received.size())
        return {};
    QByteArrayList list = m_received[index].split('\n');
    list.removeLast();
    return list;
}

void PlayedApp::say(const QByteArray &line, std::size_t index)
{
    m_bridges.at(index)->write(line + '\n');
}

BridgeProcess::BridgeProcess(const QStringList &arguments, bool mayStartApp)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("TURSO_COMPANION_NO_AUTOSTART"));
    if (!mayStartApp)
        environment.insert(QStringLiteral("TURSO_COMPANION_NO_AUTOSTART"), QStringLiteral("1"));
    setProcessEnvironment(environment);
    setProgram(QStringLiteral(BINARY_FOLDER "/turso-companion-mcp"));
    setArguments(arguments);
}

QByteArrayList BridgeProcess::answers()
{
    m_output += readAllStandardOutput();
    QByteArrayList list = m_output.split('\n');
    list.removeLast();
    return list;
}

QByteArray errorMessage(const QByteArray &line)
{
    const auto message = Base::parseJson(line.toStdString());
    if (!message || Base::integerMember(Base::member(*message, "error"), "code") != -32603)
        return {};
    return QByteArray::fromStdString(
        Base::stringMember(Base::member(*message, "error"), "message").value_or(""));
}

QByteArray idOf(const QByteArray &line)
{
    const auto message = Base::parseJson(line.toStdString());
    return message ? QByteArray::fromStdString(Base::member(*message, "id").dump()) : QByteArray();
}
