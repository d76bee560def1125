#include "core/base/latest_wins.h"
#include <QTest>
#include <atomic>
#include <chrono>

using namespace std::chrono_literals;
using Worker = core::LatestWins<int, int, 2>;

namespace {
/// Works until told to go on, or stopped.
struct Gate {
    std::atomic<int> started{0};
    std::atomic<bool> isOpen{false};
    int pass(int value, const std::stop_token& stop) {
        ++started;
        while (!isOpen && !stop.stop_requested()) std::this_thread::sleep_for(1ms);
        return value;
    }
};
} // namespace

class TestLatestWins : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyTheLatestAnswerArrives() {
        Gate gate;
        std::mutex mutex;
        std::vector<int> seen;
        Worker worker([&](int value, Worker::Ticket, std::stop_token stop) { return gate.pass(value, stop); },
                      [&](std::size_t, Worker::Ticket, int value) {
                          const std::lock_guard lock(mutex);
                          seen.push_back(value);
                      });
        for (int i = 1; i <= 50; ++i) worker.submit(0, i);
        gate.isOpen = true;
        QTRY_COMPARE_WITH_TIMEOUT((std::lock_guard(mutex), seen.size()), std::size_t(1), 5000);
        QCOMPARE(seen.front(), 50);
    }
    void lanesDoNotDisturbEachOther() {
        Gate gate;
        std::atomic<int> sum{0};
        Worker worker([&](int value, Worker::Ticket, std::stop_token stop) { return gate.pass(value, stop); },
                      [&](std::size_t, Worker::Ticket, int value) { sum += value; });
        worker.submit(0, 1);
        QTRY_COMPARE(gate.started.load(), 1);
        worker.submit(1, 10); // waits, and must not stop lane 0
        gate.isOpen = true;
        QTRY_COMPARE(sum.load(), 11);
    }
    void aCancelledAnswerNeverArrives() {
        Gate gate;
        std::atomic<int> delivered{0};
        Worker worker([&](int value, Worker::Ticket, std::stop_token stop) { return gate.pass(value, stop); },
                      [&](std::size_t, Worker::Ticket, int value) { delivered = value; });
        worker.submit(0, 1);
        QTRY_COMPARE(gate.started.load(), 1);
        worker.cancel(0); // stops it: the gate lets go although it is shut
        worker.submit(1, 2);
        QTRY_COMPARE(gate.started.load(), 2);
        gate.isOpen = true;
        QTRY_COMPARE(delivered.load(), 2);
    }
    void dyingWhileBusyDoesNotWaitForTheWork() {
        Gate gate; // never opened
        const auto start = std::chrono::steady_clock::now();
        {
            Worker worker([&](int value, Worker::Ticket, std::stop_token stop) { return gate.pass(value, stop); },
                          [](std::size_t, Worker::Ticket, int) {});
            worker.submit(0, 1);
            QTRY_COMPARE(gate.started.load(), 1);
        }
        QVERIFY(std::chrono::steady_clock::now() - start < 2s);
    }
};
QTEST_GUILESS_MAIN(TestLatestWins)
#include "tst_latest_wins.moc"
