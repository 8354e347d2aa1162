// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

class QSocketNotifier;

namespace Companion
{

/// SIGTERM, SIGINT and SIGHUP as a call on the event loop of the thread that made this. One per
/// process.
class TerminationSignals
{
public:
    explicit TerminationSignals(std::function<void()> ended);
    ~TerminationSignals();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace Companion
