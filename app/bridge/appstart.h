// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace Bridge
{

/// Connects to the app's local socket. Returns a non-blocking descriptor, or -1 when nobody of this
/// user answers.
int connectToApp(const std::string &socketPath);

/// Starts `turso-companion --background` as a process of its own, with nothing of ours but the
/// environment: the one beside this program, else the one in $PATH. Returns an empty string, or a
/// sentence that says why not.
std::string startApp(const std::string &profile);

/// Holds the lock that lets one of several bridges start the app; the others only wait for the
/// socket.
class StartLock
{
public:
    explicit StartLock(const std::string &folder);
    ~StartLock();
    StartLock(const StartLock &) = delete;
    StartLock &operator=(const StartLock &) = delete;
    bool isHeld() const { return m_held; }

private:
    int m_descriptor = -1;
    bool m_held = false;
};

} // namespace Bridge
