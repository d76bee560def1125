#include "core/base/error.h"
#include "core/pixels/picture_preprocessor.h"
#include "tests/support/gzip_file.h"
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using core::PicturePreprocessor;
using core::PixelArray;

namespace {

PixelArray readPicture(const nlohmann::json& json) {
    PixelArray picture(json["width"], json["height"]);
    picture.values = json["values"].get<std::vector<std::uint8_t>>();
    return picture;
}

QString errorOf(const std::string& json) {
    try {
        PicturePreprocessor::parse(json, "shop/preprocessor_config.json");
    } catch (const core::Error& error) {
        return error.kind() == core::ErrorKind::corrupt ? error.what() : "another kind of error";
    }
    return "no error";
}

} // namespace

/// Against Pillow and Transformers; tests/data/make_hf_fixtures.py says which.
class TestPixels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        golden_ = nlohmann::json::parse(test::readGzip(PIXREC_TEST_DATA "/hf/pictures/pictures.json.gz"));
        for (const auto& picture : golden_["pictures"]) pictures_.push_back(readPicture(picture));
        QVERIFY(pictures_.size() >= 4);
    }

    void everyFilterGivesPillowsValues() {
        QVERIFY(golden_["resized"].size() > 100);
        for (const auto& due : golden_["resized"]) {
            const PixelArray wanted = readPicture(due);
            const auto filter = static_cast<core::ResampleFilter>(due["filter"].get<int>());
            const PixelArray found =
                core::resize(pictures_[due["picture"].get<std::size_t>()], wanted.width, wanted.height, filter);
            QVERIFY2(found.width == wanted.width && found.height == wanted.height && found.values == wanted.values,
                     qPrintable(QString("picture %1, filter %2, %3 x %4")
                                    .arg(due["picture"].get<int>())
                                    .arg(due["filter"].get<int>())
                                    .arg(wanted.width)
                                    .arg(wanted.height)));
        }
    }

    void everyProcessorGivesTransformersValues() {
        QVERIFY(golden_["prepared"].size() >= 20);
        for (const auto& due : golden_["prepared"]) {
            const auto processor = PicturePreprocessor::parse(due["config"].dump(), due["kind"].get<std::string>());
            const auto found = processor.apply(pictures_[due["picture"].get<std::size_t>()]);
            const auto wanted = due["values"].get<std::vector<float>>();
            const QString what =
                QString("%1, picture %2").arg(due["kind"].get<std::string>().c_str()).arg(due["picture"].get<int>());
            QVERIFY2(found.width == due["width"].get<int>() && found.height == due["height"].get<int>(),
                     qPrintable(what));
            QCOMPARE(found.values.size(), wanted.size());
            float worst = 0;
            for (std::size_t i = 0; i < wanted.size(); ++i)
                worst = std::max(worst, std::abs(found.values[i] - wanted[i]));
            QVERIFY2(worst <= 1e-6F, qPrintable(what + QString(": differs by %1").arg(static_cast<double>(worst))));
        }
    }

    void theSizeThatANetworkGetsIsKnownBefore() {
        const std::string end = R"("image_mean":[0,0,0],"image_std":[1,1,1]})";
        const auto square = PicturePreprocessor::parse(R"({"size":{"height":24,"width":32},)" + end, "a");
        QVERIFY(square.outputSize() == std::pair(32, 24));
        const auto shortest = PicturePreprocessor::parse(R"({"size":{"shortest_edge":24},)" + end, "b");
        QVERIFY(!shortest.outputSize());
        const auto scaled =
            PicturePreprocessor::parse(R"({"do_resize":false,"do_rescale":false,"do_normalize":false})", "c")
                .apply(pictures_[0]);
        QCOMPARE(scaled.values[0], static_cast<float>(pictures_[0].values[0]));
    }

    void impossibleSizesAreRefused() {
        QVERIFY_THROWS_EXCEPTION(core::Error, core::resize(pictures_[0], 0, 5, core::ResampleFilter::box));
        QVERIFY_THROWS_EXCEPTION(core::Error, core::resize(pictures_[0], 100000, 100000, core::ResampleFilter::box));
        QVERIFY_THROWS_EXCEPTION(core::Error, core::resize(PixelArray(), 5, 5, core::ResampleFilter::box));
        const auto shortest =
            PicturePreprocessor::parse(R"({"size":{"shortest_edge":8000},"do_normalize":false})", "a");
        QVERIFY_THROWS_EXCEPTION(core::Error, shortest.apply(PixelArray(60000, 1)));
    }

    void errorsNameTheFileAndThePlace() {
        const auto expect = [](const std::string& json, const char* due) {
            const QString found = errorOf(json);
            return found.startsWith("read shop/preprocessor_config.json: " + QString(due))
                       ? true
                       : (qWarning("%s", qPrintable(found)), false);
        };
        QVERIFY(expect("{", "not JSON at byte"));
        QVERIFY(expect("{}", "the whole file: \"size\" is missing"));
        QVERIFY(expect(R"({"size":{"height":0,"width":3}})",
                       "size.height: a whole number from 1 to 8192 was due, found 0"));
        QVERIFY(expect(R"({"size":5,"image_mean":[1,2]})", "image_mean: three numbers were due, found 2"));
        QVERIFY(expect(R"({"size":5,"image_mean":1,"image_std":0})", "image_std: 0 cannot be divided by"));
        QVERIFY(expect(R"({"size":5,"resample":9})", "resample: a whole number from 0 to 5"));
        QVERIFY(expect(R"({"image_processor_type":"Siglip2ImageProcessor"})",
                       "image_processor_type: \"Siglip2ImageProcessor\" makes pictures of varying size"));
    }

private:
    nlohmann::json golden_;
    std::vector<PixelArray> pictures_;
};
QTEST_APPLESS_MAIN(TestPixels)
#include "tst_pixels.moc"
