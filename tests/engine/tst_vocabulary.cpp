#include "core/base/error.h"
#include "core/text/byte_pair_vocabulary.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <fstream>

using core::BytePairVocabulary;
using core::ErrorKind;

namespace {

const test::TemporaryFolder folder;
const std::vector<std::string> texts{"Red linen shirt. Price: 19.90", "Blue linen shirt. Price: 24.90",
                                     "Linen trousers"};

} // namespace

TEST_CASE(theMostFrequentPairIsJoinedFirst) {
    // "ab" stands four times, "bc" twice: 'a' is byte 97, so id 98.
    const std::vector<std::string> corpus{"abc", "abc", "abd", "abd"};
    const auto vocabulary = BytePairVocabulary::train(corpus, 258);
    COMPARE(vocabulary.size(), 258);
    const auto ids = vocabulary.encode("abc");
    COMPARE(ids.size(), 2U);
    COMPARE(ids[0], 257);
    COMPARE(ids[1], 'c' + 1);
}

TEST_CASE(frequentWordsBecomeOneIdAndRareOnesStayPieces) {
    const auto vocabulary = BytePairVocabulary::train(texts, 1000);
    COMPARE(vocabulary.encode(" linen").size(), 1U);
    VERIFY(vocabulary.encode(" zygote").size() > 1);
    VERIFY(vocabulary.size() < 1000); // nothing stands together twice any more
}

TEST_CASE(anyBytesAreEncodedAndNoneIsPadding) {
    const auto vocabulary = BytePairVocabulary::train(texts, 400);
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<char>(byte));
    for (const std::string& text :
         {every, std::string("\xff\xfe"), std::string("naïve 商品"), std::string("  "), std::string(5000, 'x')}) {
        const auto ids = vocabulary.encode(text);
        VERIFY(!ids.empty());
        for (const auto id : ids) VERIFY(id > 0 && id < vocabulary.size());
    }
    VERIFY(vocabulary.encode("").empty());
}

TEST_CASE(caseDoesNotMatterAndWordsDoNotRunTogether) {
    const auto vocabulary = BytePairVocabulary::train(texts, 400);
    VERIFY(vocabulary.encode("RED Linen") == vocabulary.encode("red linen"));
    VERIFY(vocabulary.encode("red linen") != vocabulary.encode("redlinen"));
}

TEST_CASE(trainingTwiceGivesTheSameAndOrderOfTextsDoesNotMatter) {
    const auto first = BytePairVocabulary::train(texts, 300);
    const std::vector<std::string> reversed(texts.rbegin(), texts.rend());
    const auto second = BytePairVocabulary::train(reversed, 300);
    for (const auto& text : texts) VERIFY(first.encode(text) == second.encode(text));
}

TEST_CASE(aSavedVocabularyEncodesAlike) {
    const auto vocabulary = BytePairVocabulary::train(texts, 400);
    const auto file = folder.path() / "vocabulary.json";
    vocabulary.save(file);
    const auto loaded = BytePairVocabulary::load(file);
    COMPARE(loaded.size(), vocabulary.size());
    for (const auto& text : texts) VERIFY(loaded.encode(text) == vocabulary.encode(text));
}

TEST_CASE(damagedVocabulariesAreNamed) {
    THROWS_ERROR(BytePairVocabulary::load(folder.path() / "absent.json"), ErrorKind::notFound);
    const auto file = folder.path() / "damaged.json";
    for (const char* content :
         {"", "{", "[]", R"({"type":"byte-pair"})", R"({"type":"byte-pair","merges":[[1]]})",
          R"({"type":"byte-pair","merges":[[1,300]]})", R"({"type":"byte-pair","merges":[[0,5]]})"}) {
        std::ofstream(file) << content;
        THROWS_ERROR(BytePairVocabulary::load(file), ErrorKind::corrupt);
    }
}
