// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/history/history.h"

#include "base/logging.h"
#include "gateway/history/historyfile.h"

#include <memory>
#include <utility>

namespace Gateway
{

namespace
{

constexpr int kBatchMs = 250;
constexpr std::size_t kBatchCalls = 32;

} // namespace

History::History(std::string file)
    : m_file(new HistoryFile(std::move(file)))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kBatchMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!m_waiting.empty()) {
            flush();
            m_timer.start();
        }
    });
    m_thread.setObjectName(QStringLiteral("history"));
    m_file->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_file, &QObject::deleteLater);
    m_thread.start();
}

History::~History()
{
    flush();
    // Queued work runs before the thread's loop sees quit(): both go through the same queue.
    QMetaObject::invokeMethod(m_file, [this] { m_thread.quit(); });
    m_thread.wait();
}

template <typename T, typename Work>
Base::Pending<T> History::post(Work work)
{
    auto promise = std::make_shared<QPromise<Base::Result<T>>>();
    promise->start();
    auto future = promise->future();
    QMetaObject::invokeMethod(m_file, [promise, work = std::move(work), file = m_file]() mutable {
        promise->addResult(work(*file));
        promise->finish();
    });
    return future;
}

Base::Pending<bool> History::open()
{
    return post<bool>([](HistoryFile &file) { return file.open(); });
}

void History::record(CallDetail call)
{
    m_waiting.push_back(std::move(call));
    // After a quiet time at once, then in batches.
    if (!m_timer.isActive()) {
        flush();
        m_timer.start();
    } else if (m_waiting.size() >= kBatchCalls) {
        flush();
    }
}

void History::flush()
{
    if (m_waiting.empty())
        return;
    QMetaObject::invokeMethod(m_file, [file = m_file, calls = std::exchange(m_waiting, {})] {
        if (const auto written = file->write(calls, false); !written)
            qCWarning(logGateway, "%s", written.error().message.c_str());
    });
}

Base::Pending<bool> History::recordDurably(CallDetail call)
{
    std::vector<CallDetail> calls = std::exchange(m_waiting, {});
    calls.push_back(std::move(call));
    return post<bool>(
        [calls = std::move(calls)](HistoryFile &file) { return file.write(calls, true); });
}

Base::Pending<std::vector<CallRecord>> History::find(std::string filter, int limit)
{
    flush();
    const auto parsed = CallFilter::parse(filter);
    if (!parsed)
        return Base::readyNow(
            Base::Result<std::vector<CallRecord>>(tl::unexpected(parsed.error())));
    return post<std::vector<CallRecord>>(
        [filter = *parsed, limit](HistoryFile &file) { return file.find(filter, limit); });
}

Base::Pending<CallDetail> History::call(std::string id)
{
    flush();
    return post<CallDetail>([id = std::move(id)](HistoryFile &file) { return file.call(id); });
}

} // namespace Gateway
