// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/session.h"

#include "base/socketpath.h"

#include <QCoreApplication>

#include <cstdio>
#include <utility>

namespace Ctl
{

using Base::ErrorKind;
using Base::Json;

ExitCode exitCodeOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidArgument:
        return WrongUsage;
    case ErrorKind::NotFound:
        return NotFound;
    case ErrorKind::NotGranted:
        return Refused;
    default:
        return Failed;
    }
}

Session::Session(Arguments arguments, Base::Secret operatorKey)
    : m_arguments(std::move(arguments))
    , m_operatorKey(std::move(operatorKey))
{
}

void Session::start(std::function<void(Session &)> command, bool needsApp)
{
    if (!needsApp)
        m_withoutApp = command;
    m_needsApp = needsApp;
    const std::string path = Base::controlSocketPath(m_arguments.value("--profile").value_or(""));
    m_client = Control::Client::toSocket(path);
    connect(m_client.get(), &Control::Client::closed, this, &Session::lostConnection);
    Json params = Json::object();
    if (!m_operatorKey.isEmpty())
        params["operator_key"] = m_operatorKey.revealForUse();
    ask("hello", std::move(params), [this, command = std::move(command)](const Json &) {
        m_greeted = true;
        m_withoutApp = nullptr;
        command(*this);
    });
}

void Session::ask(const std::string &method, Json params, std::function<void(const Json &)> use)
{
    m_client->call(method, std::move(params),
                   [this, use = std::move(use)](const Base::Result<Json> &result) {
                       if (m_finished)
                           return;
                       if (result)
                           use(*result);
                       else if (result.error().kind == ErrorKind::Cancelled && !m_client->isOpen())
                           lostConnection();
                       else
                           fail(result.error());
                   });
}

void Session::listen(std::function<void(const Control::Notification &)> use)
{
    connect(m_client.get(), &Control::Client::notified, this,
            [this, use = std::move(use)](const Control::Notification &notification) {
                if (!m_finished)
                    use(notification);
            });
}

void Session::print(std::string text) const
{
    if (text.empty() || text.back() != '\n')
        text += '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void Session::printJson(const Json &value) const
{
    print(Base::dumpJson(value));
}

void Session::finish(ExitCode code)
{
    if (!std::exchange(m_finished, true))
        QCoreApplication::exit(code);
}

void Session::fail(const Base::Error &error)
{
    if (m_finished)
        return;
    std::fprintf(stderr, "turso-companionctl: %s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "%s\n", error.hint.c_str());
    finish(exitCodeOf(error.kind));
}

void Session::lostConnection()
{
    if (m_finished)
        return;
    if (const auto command = std::exchange(m_withoutApp, nullptr))
        return command(*this);
    if (!m_greeted && !m_needsApp)
        return; // it runs without
    std::fputs(m_greeted ? "turso-companionctl: Turso Companion has ended.\n"
                         : "turso-companionctl: Turso Companion is not running.\n"
                           "Start it with: turso-companion (or turso-companion --headless)\n",
               stderr);
    finish(NotRunning);
}

} // namespace Ctl
