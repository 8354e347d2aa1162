// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/follow.h"

#include "control/codec.h"
#include "ctl/text.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace Ctl
{

using Base::Json;

namespace
{

constexpr int kMostCalls = 1000;
constexpr qsizetype kMostRemembered = 20'000;

int s_stopPipe[2] = {-1, -1};

void noteSignal(int)
{
    const char byte = 0;
    // Nothing can be done about a full pipe: then a stop is on its way already.
    [[maybe_unused]] const ssize_t written = write(s_stopPipe[1], &byte, 1);
}

std::string localTime(Base::Millis time)
{
    const std::time_t seconds = static_cast<std::time_t>(time / 1000);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%m-%d %H:%M:%S", &parts);
    return text;
}

} // namespace

void CallPrinter::add(const Json &call)
{
    if (m_session.printsJson())
        return m_session.printJson(call);
    const auto record = m_session.decoded(Control::callFrom(call));
    if (!record)
        return;
    const auto rows = record->affectedRows ? record->affectedRows : record->rows;
    std::string state(Gateway::callStateName(record->state));
    if (!record->code.empty() && record->code != state)
        state += " (" + record->code + ")";
    m_rows.push_back({localTime(record->startedAt), record->agent, record->tool, record->database,
                      state, rows ? std::to_string(*rows) : "-", spanText(record->durationMs),
                      record->id, clipped(shown(record->sql), 60)});
}

void CallPrinter::flush()
{
    if (m_session.printsJson())
        return;
    if (m_widths.empty()) {
        m_rows.insert(
            m_rows.begin(),
            {"TIME", "AGENT", "TOOL", "DATABASE", "STATE", "ROWS", "TOOK", "CALL", "SQL"});
        m_widths.resize(m_rows.front().size());
    }
    for (auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = row[i].empty() ? "-" : shown(row[i]);
            m_widths[i] = std::max(m_widths[i], columns(row[i]));
        }
    }
    std::string text;
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool isLast = i + 1 == row.size();
            text += row[i] + (isLast ? "\n" : std::string(m_widths[i] - columns(row[i]) + 2, ' '));
        }
    }
    m_rows.clear();
    if (!text.empty())
        m_session.print(text);
}

Follow::Follow(Session &session, std::string filter, std::size_t limit)
    : QObject(&session)
    , m_session(session)
    , m_filter(std::move(filter))
    , m_limit(limit)
    , m_printer(session)
{
}

void Follow::start()
{
    if (pipe2(s_stopPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return m_session.fail({Base::ErrorKind::Internal, "Could not watch for signals."});
    m_stop = std::make_unique<QSocketNotifier>(s_stopPipe[0], QSocketNotifier::Read);
    connect(m_stop.get(), &QSocketNotifier::activated, this, [this] { m_session.finish(Done); });
    std::signal(SIGINT, noteSignal);
    std::signal(SIGTERM, noteSignal);
    m_session.listen([this](const Control::Notification &notification) {
        if (notification.method != "calls.changed")
            return;
        // The app understands filters, and only it: ask again when something has happened.
        if (!m_filter.empty())
            return listAgain();
        for (const Json &call : Base::member(notification.params, "calls")) {
            if (m_listed)
                show(call);
            else
                m_early.push_back(call);
        }
        m_printer.flush();
    });
    m_session.ask("subscribe", {{"topics", {"calls"}}}, [this](const Json &) { listAgain(); });
}

void Follow::listAgain()
{
    if (std::exchange(m_listing, true)) {
        m_listWanted = true;
        return;
    }
    const Json params = {{"filter", m_filter}, {"limit", kMostCalls}};
    m_session.ask("calls.list", params, [this](const Json &result) {
        m_listing = false;
        const bool isFirst = !std::exchange(m_listed, true);
        std::size_t older = isFirst && result.size() > m_limit ? result.size() - m_limit : 0;
        for (auto it = result.rbegin(); it != result.rend(); ++it) {
            if (older > 0) {
                --older;
                remember(*it);
            } else {
                show(*it);
            }
        }
        for (const Json &call : std::exchange(m_early, {}))
            show(call);
        m_printer.flush();
        if (std::exchange(m_listWanted, false))
            listAgain();
    });
}

void Follow::show(const Json &call)
{
    if (remember(call))
        m_printer.add(call);
}

bool Follow::remember(const Json &call)
{
    const auto id = QByteArray::fromStdString(Base::stringMember(call, "call_id").value_or(""));
    const auto state = QByteArray::fromStdString(Base::stringMember(call, "state").value_or(""));
    const bool isPassing = state == "judging" || state == "previewing" || state == "running";
    if (isPassing || m_shown.value(id) == state)
        return false;
    if (m_shown.size() > kMostRemembered)
        m_shown.clear();
    m_shown.insert(id, state);
    return true;
}

} // namespace Ctl
