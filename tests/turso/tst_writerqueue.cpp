// SPDX-License-Identifier: GPL-3.0-or-later
// Who may write: in order of arrival, one at a time, held across jobs, let go from wherever.
#include "support/testcase.h"
#include "turso/workspace/writerqueue.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace Turso::Embedded;

class WriterQueueTest : public Support::TestCase
{
    Q_OBJECT

    std::unique_ptr<Workers> m_threads;
    std::shared_ptr<WriterQueue> m_queue;
    std::atomic<int> m_contended = 0;

    void setUp() override
    {
        m_threads = std::make_unique<Workers>(2, std::chrono::milliseconds(1000),
                                              std::function<void()>());
        m_queue = std::make_shared<WriterQueue>(*m_threads);
        m_contended = 0;
    }
    void tearDown() override
    {
        m_threads.reset();
        m_queue.reset();
    }
    /// A turn, and what becomes ready when it begins.
    std::pair<std::unique_ptr<WriterTurn>, std::future<void>> request()
    {
        auto begun = std::make_shared<std::promise<void>>();
        auto future = begun->get_future();
        auto turn = m_queue->request([begun] { begun->set_value(); }, [this] { ++m_contended; });
        turn->ask();
        return {std::move(turn), std::move(future)};
    }
    std::future<void> post(std::function<void()> work = {})
    {
        auto done = std::make_shared<std::promise<void>>();
        auto future = done->get_future();
        m_queue->post([done, work = std::move(work)] {
            if (work)
                work();
            done->set_value();
        });
        return future;
    }
    static bool isThere(const std::future<void> &future)
    {
        return future.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    }
    static bool isStillAway(const std::future<void> &future)
    {
        return future.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
    }

private Q_SLOTS:
    void aTurnIsHeldUntilItIsReleased();
    void whoLeavesTheLineNeverHasTheTurn();
    void theHolderHearsThatOthersBeginToWait();
    void itHearsItAgainWhenTheFirstHasLeft();
    void whoLeftBeforeAskingIsNotInTheLine();
    void whoComesBehindOthersHearsItAtOnce();
    void everybodyWritesAlone();
    void aDroppedLineRunsNothing();
};

void WriterQueueTest::aTurnIsHeldUntilItIsReleased()
{
    auto [turn, begun] = request();
    QVERIFY(isThere(begun));
    auto [second, secondBegun] = request();
    const auto third = post();
    m_threads->post([] {});
    QVERIFY(isStillAway(secondBegun));
    turn->release();
    turn->release();
    QVERIFY(isThere(secondBegun));
    QVERIFY(isStillAway(third));
    second.reset();
    QVERIFY(isThere(third));
}

void WriterQueueTest::whoLeavesTheLineNeverHasTheTurn()
{
    auto [turn, begun] = request();
    QVERIFY(isThere(begun));
    auto [second, secondBegun] = request();
    const auto third = post();
    second.reset();
    turn.reset();
    QVERIFY(isThere(third));
    QVERIFY(secondBegun.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    QVERIFY_EXCEPTION_THROWN(secondBegun.get(), std::future_error); // its job was dropped unrun
    bool isIdle = false;
    while (!isIdle)
        m_queue->ifIdle([&isIdle] { isIdle = true; });
}

void WriterQueueTest::theHolderHearsThatOthersBeginToWait()
{
    auto [turn, begun] = request();
    QVERIFY(isThere(begun));
    QCOMPARE(m_contended.load(), 0);
    const auto second = post();
    QCOMPARE(m_contended.load(), 1);
    const auto third = post();
    QCOMPARE(m_contended.load(), 1);
    QVERIFY(turn->isContended());
    turn->release();
    QVERIFY(!turn->isContended());
    QVERIFY(isThere(third));
    QVERIFY(isThere(second));
}

void WriterQueueTest::itHearsItAgainWhenTheFirstHasLeft()
{
    auto [turn, begun] = request();
    QVERIFY(isThere(begun));
    auto [second, secondBegun] = request();
    second.reset();
    QVERIFY(!turn->isContended());
    const auto third = post();
    QCOMPARE(m_contended.load(), 2);
    turn->release();
    QVERIFY(isThere(third));
}

void WriterQueueTest::whoComesBehindOthersHearsItAtOnce()
{
    std::promise<void> go;
    const auto first = post([&go] { go.get_future().wait(); });
    auto [turn, begun] = request();
    const auto third = post();
    go.set_value();
    QVERIFY(isThere(begun));
    QTRY_COMPARE(m_contended.load(), 1);
    turn->release();
    QVERIFY(isThere(third));
    QVERIFY(isThere(first));
}

void WriterQueueTest::whoLeftBeforeAskingIsNotInTheLine()
{
    auto turn = m_queue->request([] { qFatal("nobody's turn"); }, [] {});
    turn->release();
    turn->ask();
    QVERIFY(isThere(post()));
}

void WriterQueueTest::everybodyWritesAlone()
{
    std::atomic<int> writing = 0;
    std::atomic<int> done = 0;
    std::atomic<bool> overlapped = false;
    const auto write = [&] {
        if (++writing != 1)
            overlapped = true;
        --writing;
    };
    constexpr int kEach = 500;
    std::vector<std::thread> clients;
    for (int client = 0; client < 4; ++client) {
        clients.emplace_back([&, client] {
            for (int i = 0; i < kEach; ++i) {
                if (client % 2 == 0) {
                    auto over = post(write);
                    over.wait();
                    ++done;
                    continue;
                }
                auto [turn, begun] = request();
                if (i % 3 == 0) {
                    turn.reset(); // perhaps before its turn, perhaps after
                } else {
                    begun.wait();
                    write();
                }
                ++done;
            }
        });
    }
    for (std::thread &client : clients)
        client.join();
    QCOMPARE(done.load(), 4 * kEach);
    QVERIFY(!overlapped);
    QVERIFY(isThere(post()));
}

void WriterQueueTest::aDroppedLineRunsNothing()
{
    auto [turn, begun] = request();
    QVERIFY(isThere(begun));
    bool ran = false;
    auto second = post([&ran] { ran = true; });
    m_threads->stop();
    m_queue->drop();
    QVERIFY_EXCEPTION_THROWN(second.get(), std::future_error);
    turn.reset();
    QVERIFY(!ran);
}

QTEST_GUILESS_MAIN(WriterQueueTest)
#include "tst_writerqueue.moc"
