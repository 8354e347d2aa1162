// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <QByteArrayList>
#include <QLocalSocket>

#include <memory>

/// A client that can also misbehave: sends any bytes, keeps every line that comes back.
class RawClient
{
public:
    explicit RawClient(const QString &path);
    /// Over one end of a pair.
    explicit RawClient(int descriptor);

    void say(const QByteArray &bytes) { socket.write(bytes); }
    /// Sends a request; the result or the error object comes back, or null when the connection
    /// ended.
    Base::Json ask(const char *method, const Base::Json &params = Base::Json::object());
    Base::Json askKey(const char *key) { return ask("hello", {{"operator_key", key}}); }
    /// data.code of the error, "" for a result.
    static std::string code(const Base::Json &answer);
    QByteArrayList lines();
    /// The params of the notifications with that method so far.
    std::vector<Base::Json> notifications(const char *method);
    bool isGone() const { return socket.state() == QLocalSocket::UnconnectedState; }

    QLocalSocket socket;

private:
    QByteArrayList m_lines;
    QByteArray m_input; // not a whole line yet
    qsizetype m_searched = 0;
    int m_lastId = 1000; // beyond the ids that tests write by hand
};
