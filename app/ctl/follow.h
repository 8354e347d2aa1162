// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ctl/session.h"

#include <QHash>
#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Ctl
{

/// Prints calls: one line of JSON each, or a row of a table. A table keeps its columns between
/// flushes, so that later rows stand under the same title.
class CallPrinter
{
public:
    explicit CallPrinter(Session &session)
        : m_session(session)
    {
    }
    void add(const Base::Json &call);
    void flush();

private:
    Session &m_session;
    std::vector<std::vector<std::string>> m_rows;
    std::vector<std::size_t> m_widths;
};

/// `calls --follow`: the last calls, then every call when it waits for the person and when it is
/// over, until SIGINT or SIGTERM (exit 0) or the app's end. Deleted with the session.
class Follow final : public QObject
{
    Q_OBJECT
public:
    Follow(Session &session, std::string filter, std::size_t limit);
    void start();

private:
    void listAgain();
    void show(const Base::Json &call);
    /// False if there is nothing new to print about that call.
    bool remember(const Base::Json &call);

    Session &m_session;
    const std::string m_filter;
    const std::size_t m_limit;
    CallPrinter m_printer;
    QHash<QByteArray, QByteArray> m_shown; ///< call -> the state in which it was printed last
    std::vector<Base::Json> m_early; ///< arrived before the first list
    bool m_listed = false;
    bool m_listing = false;
    bool m_listWanted = false;
    std::unique_ptr<QSocketNotifier> m_stop;
};

} // namespace Ctl
