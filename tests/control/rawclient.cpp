// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/rawclient.h"

#include <QEventLoop>
#include <QTimer>

using Base::Json;

RawClient::RawClient(const QString &path)
{
    socket.connectToServer(path);
}

RawClient::RawClient(int descriptor)
{
    socket.setSocketDescriptor(descriptor);
}

QByteArrayList RawClient::lines()
{
    if (socket.isOpen())
        m_input += socket.readAll();
    // Each byte is looked at once: a line may have megabytes, and come in a thousand pieces.
    for (qsizetype end; (end = m_input.indexOf('\n', m_searched)) >= 0; m_searched = 0) {
        m_lines.append(m_input.first(end));
        m_input.remove(0, end + 1);
    }
    m_searched = m_input.size();
    return m_lines;
}

Json RawClient::ask(const char *method, const Json &params)
{
    const int id = ++m_lastId;
    qsizetype next = lines().size();
    const Json message = {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
    say(QByteArray::fromStdString(message.dump()) + '\n');
    Json answer;
    const auto hasAnswer = [&] {
        for (const QByteArrayList all = lines(); next < all.size(); ++next) {
            const auto parsed = Base::parseJson(all[next].toStdString());
            if (parsed && Base::integerMember(*parsed, "id") == id) {
                answer = *parsed;
                return true;
            }
        }
        return isGone();
    };
    // Not qWaitFor, which looks every 10 ms or so: the tables ask hundreds of times.
    QEventLoop loop;
    QObject::connect(&socket, &QLocalSocket::readyRead, &loop, &QEventLoop::quit);
    QObject::connect(&socket, &QLocalSocket::disconnected, &loop, &QEventLoop::quit);
    QTimer patience;
    patience.setSingleShot(true);
    patience.start(20'000);
    QObject::connect(&patience, &QTimer::timeout, &loop, &QEventLoop::quit);
    while (!hasAnswer()) {
        if (!patience.isActive())
            return nullptr;
        loop.exec();
    }
    return answer.contains("error") ? answer : Base::member(answer, "result");
}

std::string RawClient::code(const Json &answer)
{
    const Json &error = Base::member(answer, "error");
    const Json &data = Base::member(error, "data");
    if (data.is_object())
        return Base::stringMember(data, "code").value_or("?");
    return error.is_object() ? std::to_string(Base::integerMember(error, "code").value_or(0)) : "";
}

std::vector<Json> RawClient::notifications(const char *method)
{
    std::vector<Json> found;
    for (const QByteArray &line : lines()) {
        const auto parsed = Base::parseJson(line.toStdString());
        if (parsed && Base::stringMember(*parsed, "method") == method)
            found.push_back((*parsed)["params"]);
    }
    return found;
}
