#include "tests/support/fake_engine.h"
#include "ui/engine_client/engine_client.h"
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

namespace {
core::RecommendRequest request(const char* model, int newest) {
    core::RecommendRequest made;
    made.model = model;
    made.history = {{{newest}, 0}};
    return made;
}
} // namespace

class TestEngineClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        control_ = std::make_shared<test::FakeControl>();
        client_ = std::make_unique<ui::EngineClient>(
            [control = control_]() -> const core::ModuleEntry& { return test::fakeModule(control); });
    }
    void cleanup() {
        control_->release();
        client_.reset();
    }

    void onlyTheNewestScreenIsAnswered() {
        client_->open("/shop", {});
        control_->set([](auto& behaviour) { behaviour.recommendMs = 5; });
        std::vector<std::pair<quint64, int>> seen;
        std::vector<int> firstItems;
        connect(client_.get(), &ui::EngineClient::listReady, this,
                [&](quint64 ticket, int index, const core::RecommendResult& result) {
                    seen.emplace_back(ticket, index);
                    firstItems.push_back(result.items.front().item.value);
                });
        quint64 ticket = 0;
        for (int newest = 1; newest <= 20; ++newest)
            ticket = client_->recommend({request("text-only", newest), request("multimodal", newest)});
        QTRY_COMPARE(seen.size(), std::size_t(2));
        QCOMPARE(seen, (std::vector<std::pair<quint64, int>>{{ticket, 0}, {ticket, 1}}));
        QCOMPARE(firstItems, (std::vector<int>{21, 22}));
    }
    void devicesAreTimedByTheEngineThatIsThere() {
        QSignalSpy timed(client_.get(), &ui::EngineClient::devicesTimed);
        QSignalSpy failed(client_.get(), &ui::EngineClient::timingFailed);
        client_->timeDevices();
        QTRY_COMPARE(failed.count(), 1); // nothing is open yet
        client_->open({}, {});
        client_->timeDevices();
        QTRY_COMPARE(timed.count(), 1);
        QCOMPARE(timed.first().first().value<std::vector<core::DeviceTiming>>().size(), std::size_t(2));
    }
    void anotherPrecisionStartsTheEngineAnew() {
        QSignalSpy opened(client_.get(), &ui::EngineClient::opened);
        client_->open("/shop", {});
        QTRY_COMPARE(opened.count(), 1);
        const auto before = control_->callCount("createEngine");
        client_->open("/shop", {.device = "auto", .threads = 0, .precision = "bf16"});
        QTRY_COMPARE(opened.count(), 2);
        QCOMPARE(control_->callCount("createEngine"), before + 1);
    }
    void theFirstListIsDeliveredBeforeTheSecondIsReady() {
        client_->open("/shop", {});
        QSignalSpy ready(client_.get(), &ui::EngineClient::listReady);
        client_->recommend({request("text-only", 1)});
        QTRY_COMPARE(ready.count(), 1);
        control_->failNext("prepare", core::ErrorKind::corrupt, "load model multimodal: damaged");
        QSignalSpy failed(client_.get(), &ui::EngineClient::listFailed);
        client_->recommend({request("text-only", 2), request("multimodal", 2)});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(ready.count(), 2);
        QCOMPARE(failed.first().at(1).toInt(), 1);
        QVERIFY(failed.first().at(2).value<ui::EngineFailure>().message.contains(QStringLiteral("damaged")));
    }
    void aListThatTakesLongTellsHowFarItIs() {
        client_->open("/shop", {});
        control_->set([](auto& behaviour) { behaviour.writes = {"red", "red shirt"}; });
        QStringList told;
        connect(client_.get(), &ui::EngineClient::listProgressed, this,
                [&](quint64 ticket, int index, const core::Progress& progress) {
                    QCOMPARE(ticket, client_->newestTicket());
                    told += QStringLiteral("%1: %2, %3 of %4 %5")
                                .arg(index)
                                .arg(QString::fromStdString(progress.what))
                                .arg(progress.done)
                                .arg(progress.total)
                                .arg(QString::fromStdString(progress.unit));
                });
        QSignalSpy ready(client_.get(), &ui::EngineClient::listReady);
        client_->recommend({request("popularity", 1), request("multimodal", 1)});
        QTRY_COMPARE(ready.count(), 2);
        QCOMPARE(told, (QStringList{"0: red, 1 of 2 tokens", "0: red shirt, 2 of 2 tokens", "1: red, 1 of 2 tokens",
                                    "1: red shirt, 2 of 2 tokens"}));
        QSignalSpy ranked(client_.get(), &ui::EngineClient::rankReady);
        auto probing = request("popularity", 2);
        probing.probes = {{7}};
        client_->explain({probing}, {});
        QTRY_COMPARE(ranked.count(), 1);
        QCOMPARE(told.size(), 4); // the list is there: what the inspector asks does not make it wait again
    }
    void anEditWhileAModelIsPreparedDoesNotStartItOver() {
        control_->set([](auto& behaviour) { behaviour.prepareMs = 60; });
        client_->open("/shop", {});
        QSignalSpy ready(client_.get(), &ui::EngineClient::listReady);
        QSignalSpy preparing(client_.get(), &ui::EngineClient::preparing);
        client_->recommend({request("text-only", 1)});
        QTRY_VERIFY(preparing.count() > 0);
        client_->recommend({request("text-only", 2)});
        QTRY_COMPARE(ready.count(), 1);
        QCOMPARE(control_->callCount("prepare"), std::size_t(1));
    }
    void aMissingModuleIsReportedAndSaidAgainWithEveryList() {
        ui::EngineClient client([]() -> const core::ModuleEntry& {
            throw core::Error(core::ErrorKind::unavailable, "load the inference module: no such file");
        });
        QSignalSpy unavailable(&client, &ui::EngineClient::unavailable);
        QSignalSpy failed(&client, &ui::EngineClient::listFailed);
        client.open("/shop", {});
        client.recommend({request("text-only", 1)});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(unavailable.count(), 1);
        QVERIFY(failed.first().at(2).value<ui::EngineFailure>().message.contains(QStringLiteral("no such file")));
    }
    void lookAlikesOfATextModelFailWithAReason() {
        client_->open("/shop", {});
        QSignalSpy ready(client_.get(), &ui::EngineClient::similarReady);
        QSignalSpy failed(client_.get(), &ui::EngineClient::similarFailed);
        QSignalSpy ranks(client_.get(), &ui::EngineClient::rankReady);
        auto rank = request("text-only", 1);
        rank.probes = {{3}};
        client_->explain({rank}, {{"text-only", {3}, core::SimilarSpace::picture, 4},
                                  {"text-only", {3}, core::SimilarSpace::text, 4}});
        QTRY_COMPARE(ready.count() + failed.count(), 2);
        QCOMPARE(ranks.count(), 1);
        QCOMPARE(ranks.first().at(2).value<core::ProbedRank>().modelRank, std::int64_t(2)); // 1 -> 2, 3
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.first().at(2).value<ui::EngineFailure>().message.contains(QStringLiteral("picture")));
    }
    void dyingWhileBusyDoesNotWaitForTheWork() {
        QSignalSpy opened(client_.get(), &ui::EngineClient::opened);
        client_->open("/shop", {});
        QTRY_COMPARE(opened.count(), 1);
        control_->hold();
        client_->recommend({request("text-only", 1)});
        QTRY_VERIFY(control_->callCount("prepare") > 0 || control_->callCount("recommend") > 0);
        QElapsedTimer clock;
        clock.start();
        client_.reset();
        QVERIFY(clock.elapsed() < 1000);
    }

private:
    std::shared_ptr<test::FakeControl> control_;
    std::unique_ptr<ui::EngineClient> client_;
};
QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
