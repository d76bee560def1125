#include "core/array_files/safetensors.h"
#include "core/workspace/known_encoders.h"
#include "tests/engine/engine_shop.h"
#include "tests/support/cases.h"
#include "tests/support/small_encoders.h"
#include <algorithm>
#include <nlohmann/json.hpp>

// PixRec with encoders of Hugging Face folders in the place of its small ones, through the module's entry.

using namespace test;
using core::ErrorKind;

namespace {

core::TrainRequest training(const std::filesystem::path& shop, const std::string& name,
                            std::map<std::string, std::string> options, const std::string& modality = "both") {
    core::TrainRequest request;
    request.workspace = shop;
    request.name = name;
    request.modality = modality;
    request.epochs = 2;
    request.device = "cpu";
    request.options = std::move(options);
    return request;
}

core::TrainResult train(const core::TrainRequest& request) {
    const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
    return jobs->train(request, [](const core::TrainPoint&) {}, {});
}

/// A shop without models, and two encoders beside it.
struct TowerShop {
    TemporaryFolder folder;
    std::filesystem::path path = folder / "shop";
    std::filesystem::path text = makeSmallEncoder(folder / "bert", "bert");
    std::filesystem::path picture = makeSmallEncoder(folder / "siglip", "siglip", 24);
    TowerShop() { makeEngineShop(path); }
    core::TrainRequest both(const std::string& name) const {
        return training(path, name, {{"text-encoder", text.string()}, {"picture-encoder", picture.string()}});
    }
    void addEncoder(const std::filesystem::path& encoder) const {
        core::EncodeRequest request;
        request.workspace = path;
        request.textEncoder = encoder;
        const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
        jobs->encode(request, {});
    }
};

bool mentions(const std::vector<std::string>& notices, const std::string& words) {
    return std::any_of(notices.begin(), notices.end(),
                       [&](const std::string& notice) { return notice.find(words) != std::string::npos; });
}

std::string errorOf(const std::function<void()>& act) {
    try {
        act();
    } catch (const core::Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE(frozenEncodersAreTowersOfARecommender) {
    const TowerShop shop;
    const auto trained = train(shop.both("towers"));
    VERIFY(trained.model.capabilities.readsText && trained.model.capabilities.readsPicture);
    const auto folder = shop.path / "models" / "towers";
    const auto settings = nlohmann::json::parse(read(folder / "model.json")).at("settings");
    COMPARE(settings.at("text_encoder").at("folder").get<std::string>(), shop.text.string());
    COMPARE(settings.at("text_encoder").at("tune").get<std::string>(), std::string("frozen"));
    COMPARE(settings.at("text_encoder").at("hash").get<std::string>().size(), std::size_t(16));
    COMPARE(settings.at("picture_encoder").at("width").get<int>(), 32);
    VERIFY(!std::filesystem::exists(folder / "vocabulary.json")); // its words are the encoder's own
    for (const auto& [name, tensor] : core::readTensorFile(folder / "model.safetensors").tensors)
        VERIFY2(!name.starts_with("text_encoder") && !name.starts_with("picture_encoder"), name);
    VERIFY2(read(folder / "README.md").find("text encoder | frozen, 32 numbers") != std::string::npos, "");

    const auto engine = makeEngine(shop.path);
    const auto first = engine->recommend(askFor("towers", {1, 2}), {});
    COMPARE(first.items.size(), std::size_t(10));
    COMPARE(engine->similar({"towers", {0}, core::SimilarSpace::picture, 5}, {}).size(), std::size_t(5));
    VERIFY(mentions(first.notices, "1 of 48 products have no picture"));
    const auto again = makeEngine(shop.path);
    VERIFY(again->prepare("towers", ignoreProgress, {}).isWarm);
    VERIFY(itemsOf(again->recommend(askFor("towers", {1, 2}), {})) == itemsOf(first));
}

TEST_CASE(oneEncoderAloneLeavesTheOtherTowerAsItWas) {
    const TowerShop shop;
    train(training(shop.path, "text alone", {{"text-encoder", shop.picture.string()}}, "text")); // SigLIP reads texts
    train(training(shop.path, "pictures alone", {{"picture-encoder", shop.picture.string()}}));
    const auto engine = makeEngine(shop.path);
    for (const char* name : {"text alone", "pictures alone"})
        COMPARE(engine->recommend(askFor(name, {3}), {}).items.size(), std::size_t(10));
    VERIFY(std::filesystem::exists(shop.path / "models" / "pictures alone" / "vocabulary.json"));
    core::EvaluateRequest request;
    request.workspace = shop.path;
    request.models = {"text alone", "pictures alone"};
    request.resamples = 50;
    const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
    COMPARE(jobs->evaluate(request, {}).models.size(), std::size_t(2));
}

TEST_CASE(theSameEncodersInAnotherPlaceGiveTheSameModel) {
    const TowerShop shop;
    const auto here = train(shop.both("here"));
    auto moved = shop.both("there");
    std::filesystem::copy(shop.text, shop.folder / "moved", std::filesystem::copy_options::recursive);
    moved.options["text-encoder"] = (shop.folder / "moved").string();
    COMPARE(train(moved).model.hash, here.model.hash);
}

TEST_CASE(anEncoderMayGoOnceProductsAreRead) {
    const TowerShop shop;
    train(shop.both("towers"));
    const auto before = makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {});
    std::filesystem::rename(shop.text, shop.folder / "gone");
    const auto warm = makeEngine(shop.path)->recommend(askFor("towers", {1, 2, 3}), {});
    COMPARE(warm.items.size(), std::size_t(10));
    VERIFY(mentions(warm.notices, "text encoder is not in " + shop.text.string()));
    VERIFY(mentions(warm.notices, "new products cannot be read"));
    std::filesystem::remove(shop.path / "cache.sqlite");
    const auto cold = [&] { makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {}); };
    THROWS_ERROR(cold(), ErrorKind::unavailable);
    VERIFY2(errorOf(cold).find("Put that checkpoint there again") != std::string::npos, errorOf(cold));
    shop.addEncoder(shop.folder / "gone"); // where it is now
    const auto found = makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {});
    VERIFY(itemsOf(found) == itemsOf(before));
    VERIFY(!mentions(found.notices, "encoder is not in"));
    std::filesystem::rename(shop.folder / "gone", shop.text);
    VERIFY(itemsOf(makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {})) == itemsOf(before));
}

TEST_CASE(anotherEncoderInTheFolderIsNoticed) {
    const TowerShop shop;
    train(shop.both("towers"));
    makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {});
    std::filesystem::remove_all(shop.text);
    makeSmallEncoder(shop.text, "bert_bfloat");
    VERIFY(mentions(makeEngine(shop.path)->recommend(askFor("towers", {1, 2, 3}), {}).notices,
                    "is not the one that it was trained with"));
    std::filesystem::remove(shop.path / "cache.sqlite");
    THROWS_ERROR(makeEngine(shop.path)->recommend(askFor("towers", {1, 2}), {}), ErrorKind::unavailable);
}

TEST_CASE(encodersThatDoNotFitTheModalityAreRefused) {
    const TowerShop shop;
    const auto text = shop.text.string(), picture = shop.picture.string();
    THROWS_ERROR(train(training(shop.path, "a", {{"picture-encoder", picture}}, "text")), ErrorKind::invalidInput);
    THROWS_ERROR(train(training(shop.path, "a", {{"text-encoder", text}}, "image")), ErrorKind::invalidInput);
    THROWS_ERROR(train(training(shop.path, "a", {{"text-encoder", (shop.folder / "nowhere").string()}})),
                 ErrorKind::notFound);
    THROWS_ERROR(train(training(shop.path, "a", {{"sound-encoder", text}})), ErrorKind::invalidInput);
    VERIFY(!std::filesystem::exists(shop.path / "models" / "a"));
}

TEST_CASE(encodersLearnAsTheyAreTold) {
    const TowerShop shop;
    for (const std::string tuning : {"top", "whole", "lora"}) {
        auto request = shop.both(tuning);
        request.options["tune"] = tuning;
        request.options["layers"] = "1";
        request.options["rank"] = "4";
        if (tuning != "lora") request.options.erase("rank");
        if (tuning != "top") request.options.erase("layers");
        train(request);
        const auto folder = shop.path / "models" / tuning;
        const auto tower = nlohmann::json::parse(read(folder / "model.json")).at("settings").at("text_encoder");
        COMPARE(tower.at("tune").get<std::string>(), tuning);
        const auto weights = core::readTensorFile(folder / "model.safetensors").tensors;
        const auto has = [&weights](const char* name) { return weights.contains(std::string("text_encoder.") + name); };
        COMPARE(has("tokens"), tuning == "whole");
        COMPARE(has("0/inner/weight"), tuning == "whole");
        COMPARE(has("2/inner/weight"), tuning != "lora");
        COMPARE(has("2/inner/up"), tuning == "lora");
        VERIFY(weights.contains(tuning == "lora" ? "picture_encoder.0/query/down" : "picture_encoder.head/probe"));
        // LoRA's changes begin as nothing, so what they hold was learnt.
        if (tuning == "lora") {
            const auto& up = weights.at("text_encoder.2/inner/up").bytes;
            VERIFY(std::any_of(up.begin(), up.end(), [](std::byte byte) { return byte != std::byte{0}; }));
        }
        const auto warm = makeEngine(shop.path)->recommend(askFor(tuning, {1, 2}), {});
        std::filesystem::remove(shop.path / "cache.sqlite");
        VERIFY(itemsOf(makeEngine(shop.path)->recommend(askFor(tuning, {1, 2}), {})) == itemsOf(warm));
    }
}

TEST_CASE(aTunedModelNeedsItsEncoderForNewProductsAlone) {
    const TowerShop shop;
    auto request = shop.both("tuned");
    request.options["tune"] = "lora";
    train(request);
    const auto before = makeEngine(shop.path)->recommend(askFor("tuned", {1, 2}), {});
    std::filesystem::rename(shop.text, shop.folder / "gone");
    const auto warm = makeEngine(shop.path)->recommend(askFor("tuned", {4}), {});
    VERIFY(mentions(warm.notices, "text encoder is not in " + shop.text.string()));
    std::filesystem::remove(shop.path / "cache.sqlite");
    THROWS_ERROR(makeEngine(shop.path)->recommend(askFor("tuned", {1, 2}), {}), ErrorKind::unavailable);
    shop.addEncoder(shop.folder / "gone");
    VERIFY(itemsOf(makeEngine(shop.path)->recommend(askFor("tuned", {1, 2}), {})) == itemsOf(before));
    std::filesystem::rename(shop.folder / "gone", shop.text);
    VERIFY(itemsOf(makeEngine(shop.path)->recommend(askFor("tuned", {1, 2}), {})) == itemsOf(before));
}

TEST_CASE(aTunedTrainingResumesToTheSameModel) {
    const TowerShop shop;
    auto request = shop.both("at once");
    request.options["tune"] = "lora";
    const auto whole = train(request);
    request.name = "later";
    std::stop_source stop;
    core::JobContext context;
    context.stop = stop.get_token();
    const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
    THROWS_ERROR(jobs->train(
                     request, [&stop](const core::TrainPoint&) { stop.request_stop(); }, context),
                 ErrorKind::cancelled);
    request.resume = true;
    COMPARE(train(request).model.hash, whole.model.hash);
}

TEST_CASE(networksOfConvolutionsTakeNoLora) {
    const TowerShop shop;
    const auto convolutions = makeSmallEncoder(shop.folder / "mobilenet", "mobilenet", 40);
    auto request = shop.both("convolutions");
    request.options["picture-encoder"] = convolutions.string();
    request.options["tune"] = "lora";
    THROWS_ERROR(train(request), ErrorKind::invalidInput);
    request.options["picture-tune"] = "top";
    train(request);
    COMPARE(makeEngine(shop.path)->recommend(askFor("convolutions", {1, 2}), {}).items.size(), std::size_t(10));
    request.name = "wrong";
    request.options["picture-tune"] = "sideways";
    THROWS_ERROR(train(request), ErrorKind::invalidInput);
    THROWS_ERROR(train(training(shop.path, "wrong", {{"tune", "top"}})), ErrorKind::invalidInput); // nothing to tune
}

TEST_CASE(productsAreFoundByPictureAndByWords) {
    const TowerShop shop;
    core::EncodeRequest encode;
    encode.workspace = shop.path;
    encode.textEncoder = encode.pictureEncoder = shop.picture;
    const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
    VERIFY(core::knownEncoders(shop.path).empty());
    jobs->encode(encode, {});
    const auto known = core::knownEncoders(shop.path);
    COMPARE(known.size(), std::size_t(1));
    VERIFY(known[0].readsTexts && known[0].readsPictures && known[0].hasJointSpace);
    COMPARE(known[0].folder, shop.picture.string());

    const std::unique_ptr<core::ProductSearch> search(engineModule().createSearch());
    core::SearchRequest request;
    request.workspace = shop.path;
    request.encoder = shop.picture;
    request.picture = shop.path / "pictures" / "7.ppm";
    request.k = 5;
    const auto byPicture = search->find(request, ignoreProgress, {});
    COMPARE(byPicture.items.size(), std::size_t(5));
    COMPARE(byPicture.items[0].item.value, 7); // its own picture
    COMPARE_NEAR(byPicture.items[0].similarity, 1.0, 1e-5);
    COMPARE(byPicture.compared, std::int64_t(47)); // one product has none
    request.picture.clear();
    request.text = "a bag";
    VERIFY(search->find(request, ignoreProgress, {}).space == core::SimilarSpace::picture); // a joint space
    request.encoder = shop.text;                                                            // BERT: texts by words
    const auto byWords = search->find(request, ignoreProgress, {});
    VERIFY(byWords.space == core::SimilarSpace::text && byWords.compared == 48);
    request.picture = shop.path / "pictures" / "7.ppm";
    THROWS_ERROR(search->find(request, ignoreProgress, {}), ErrorKind::invalidInput); // BERT sees nothing
    request.encoder = shop.picture;
    request.picture = write(shop.folder / "noise.png", "no picture");
    THROWS_ERROR(search->find(request, ignoreProgress, {}), ErrorKind::invalidInput);
    request.picture = shop.folder / "nowhere.png";
    THROWS_ERROR(search->find(request, ignoreProgress, {}), ErrorKind::notFound);
}
