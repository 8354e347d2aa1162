// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "control/client.h"
#include "ctl/arguments.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>

namespace Ctl
{

enum ExitCode { Done = 0, Failed = 1, WrongUsage = 2, NotRunning = 3, NotFound = 4, Refused = 5 };

/// The exit code that an error ends the program with.
ExitCode exitCodeOf(Base::ErrorKind kind);

/// One run of the command line: the connection to the app, and the way to the end of the program.
/// Every error ends it, with a sentence on stderr.
class Session final : public QObject
{
    Q_OBJECT
public:
    Session(Arguments arguments, Base::Secret operatorKey);

    /// Connects, says hello, then runs the command; without an app too if it does not need one.
    void start(std::function<void(Session &)> command, bool needsApp = true);

    /// There is an app to ask.
    bool hasApp() const { return m_greeted; }

    /// Asks the app; `use` gets the result, errors end the program.
    void ask(const std::string &method, Base::Json params,
             std::function<void(const Base::Json &)> use);

    /// Called for every notification from now on.
    void listen(std::function<void(const Control::Notification &)> use);

    const Arguments &arguments() const { return m_arguments; }
    std::string operand() const { return m_arguments.operands.front(); }
    bool printsJson() const { return m_arguments.has("--json"); }

    /// One line, or several, to stdout; a final newline is added if there is none.
    void print(std::string text) const;
    /// Prints the value as one line of JSON.
    void printJson(const Base::Json &value) const;

    void finish(ExitCode code = Done);
    void fail(const Base::Error &error);

    /// The value of a decoder; its failure (an app of another version) ends the program and gives
    /// nothing.
    template <typename T>
    std::optional<T> decoded(Base::Result<T> value)
    {
        if (value)
            return std::move(*value);
        fail({Base::ErrorKind::Internal,
              "The app answered something unexpected: " + value.error().message,
              "Are the app and turso-companionctl of the same version?"});
        return std::nullopt;
    }

private:
    void lostConnection();

    Arguments m_arguments;
    Base::Secret m_operatorKey;
    std::unique_ptr<Control::Client> m_client;
    std::function<void(Session &)> m_withoutApp; ///< until it is known whether there is one
    bool m_needsApp = true;
    bool m_greeted = false;
    bool m_finished = false;
};

} // namespace Ctl
