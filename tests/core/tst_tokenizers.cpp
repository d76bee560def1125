#include "core/base/error.h"
#include "core/text/pretrained_tokenizer.h"
#include "core/text/utf8.h"
#include "tests/support/gzip_file.h"
#include <QDir>
#include <QTest>
#include <atomic>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>

using core::PretrainedTokenizer;
using core::TokenizedText;

namespace {

const std::string folder = PIXREC_TEST_DATA "/hf/tokenizers/";

std::vector<std::string> readTexts() {
    const std::string bytes = test::readGzip(folder + "texts.gz");
    std::vector<std::string> texts;
    for (std::size_t at = 0; at + 4 <= bytes.size();) {
        std::uint32_t length = 0;
        std::memcpy(&length, bytes.data() + at, 4);
        texts.push_back(bytes.substr(at + 4, length));
        at += 4 + length;
    }
    return texts;
}

/// The reference counts characters: the number of the character that each byte is in, and one more.
std::vector<std::uint32_t> charactersOf(const std::string& text) {
    std::vector<std::uint32_t> numbers;
    std::uint32_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++count;
        numbers.push_back(count - 1);
    }
    numbers.push_back(count);
    return numbers;
}

struct Golden {
    std::string bytes;
    std::size_t at = 0;
    nlohmann::json about;

    explicit Golden(const std::string& path) : bytes(test::readGzip(path)), at(bytes.find('\n') + 1) {
        about = nlohmann::json::parse(bytes.substr(0, at));
    }
    std::int64_t next() {
        std::int64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(bytes.at(at++));
            value |= static_cast<std::int64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
    }
};

std::string listOf(const std::vector<std::int32_t>& ids) {
    std::ostringstream text;
    for (const auto id : ids) text << id << ' ';
    return text.str();
}

std::string readFile(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string errorOf(const std::string& json) {
    try {
        PretrainedTokenizer::parse(json, "shop/tokenizer.json");
    } catch (const core::Error& error) {
        return error.kind() == core::ErrorKind::corrupt ? error.what() : "another kind of error";
    }
    return "no error";
}

} // namespace

/// Against what Hugging Face's `tokenizers` made of the same texts; tests/data/make_hf_fixtures.py says how.
class TestTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        texts_ = readTexts();
        QVERIFY(texts_.size() >= 5000);
    }

    void idsAndSpansAreThoseOfTheReference_data() { eachTokenizer(); }
    void idsAndSpansAreThoseOfTheReference() {
        QFETCH(QString, name);
        const auto tokenizer = PretrainedTokenizer::load(folder + name.toStdString());
        Golden golden(folder + name.toStdString() + "/golden.gz");
        QCOMPARE(golden.about["texts"].get<std::size_t>(), texts_.size());
        int wrong = 0;
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            std::vector<std::int32_t> ids(static_cast<std::size_t>(golden.next()));
            for (auto& id : ids) id = static_cast<std::int32_t>(golden.next());
            const TokenizedText found = tokenizer->encode(texts_[i]);
            const auto characters = charactersOf(texts_[i]);
            bool isSame = found.ids == ids;
            std::string spans;
            std::int64_t begin = 0;
            for (std::size_t k = 0; k < ids.size(); ++k) {
                const std::int64_t step = golden.next();
                begin += step % 2 == 0 ? step / 2 : -(step + 1) / 2;
                const std::int64_t length = golden.next();
                if (!isSame) continue;
                const auto span = found.spans[k];
                const std::int64_t foundBegin = characters.at(span.begin),
                                   foundEnd = span.end == 0 ? 0 : characters.at(span.end - 1) + 1;
                const std::int64_t foundLength = std::max<std::int64_t>(foundEnd - foundBegin, 0);
                if (foundBegin != begin || foundLength != length)
                    spans += QStringLiteral(" token %1: [%2, %3) not [%4, %5)")
                                 .arg(k)
                                 .arg(foundBegin)
                                 .arg(foundBegin + foundLength)
                                 .arg(begin)
                                 .arg(begin + length)
                                 .toStdString();
            }
            if (isSame && spans.empty()) continue;
            if (++wrong <= 5)
                qWarning("text %zu: %s\n  due   %s\n  found %s\n %s", i,
                         QByteArray::fromStdString(texts_[i].substr(0, 200)).toPercentEncoding(" ").constData(),
                         listOf(ids).substr(0, 400).c_str(), listOf(found.ids).substr(0, 400).c_str(),
                         spans.substr(0, 300).c_str());
        }
        QCOMPARE(golden.at, golden.bytes.size());
        QCOMPARE(wrong, 0);
    }

    void pairsCutsAndDecodedTextsAreThoseOfTheReference_data() { eachTokenizer(); }
    void pairsCutsAndDecodedTextsAreThoseOfTheReference() {
        QFETCH(QString, name);
        const auto tokenizer = PretrainedTokenizer::load(folder + name.toStdString());
        const auto more = nlohmann::json::parse(test::readGzip(folder + name.toStdString() + "/more.gz"));
        const auto texts = more["texts"].get<std::vector<std::string>>();
        QVERIFY(texts.size() > 100);
        using Ids = std::vector<std::int32_t>;
        const auto same = [&](const Ids& found, const nlohmann::json& due, const std::string& what) {
            if (found == due.get<Ids>()) return true;
            qWarning("%s\n  due   %s\n  found %s", what.c_str(), due.dump().c_str(), listOf(found).c_str());
            return false;
        };
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QVERIFY(same(tokenizer->encode(texts[i], {.addsSpecial = false}).ids, more["plain"][i],
                         "without special tokens: " + texts[i]));
            QVERIFY(same(tokenizer->encode(texts[i], {.wantsSpans = false, .mostTokens = 12}).ids,
                         more["cut"]["right"][i], "cut: " + texts[i]));
            QVERIFY(same(tokenizer->encode(texts[i], {.mostTokens = 12, .cutsAtStart = true}).ids,
                         more["cut"]["left"][i], "cut left: " + texts[i]));
            const auto ids = tokenizer->encode(texts[i]).ids;
            QCOMPARE(QString::fromStdString(tokenizer->decode(ids)),
                     QString::fromStdString(more["decoded"][i].get<std::string>()));
            QCOMPARE(QString::fromStdString(tokenizer->decode(ids, false)),
                     QString::fromStdString(more["decoded_special"][i].get<std::string>()));
        }
        for (std::size_t i = 0; i + 1 < texts.size(); i += 2) {
            const auto pair = tokenizer->encodePair(texts[i], texts[i + 1]);
            QVERIFY(same(pair.ids, more["pairs"][i / 2][0], "pair: " + texts[i]));
            QVERIFY(same(pair.typeIds, more["pairs"][i / 2][1], "types of a pair: " + texts[i]));
            QVERIFY(same(tokenizer->encodePair(texts[i], texts[i + 1], {.mostTokens = 12}).ids,
                         more["cut"]["right_pairs"][i / 2], "cut pair"));
            QVERIFY(same(tokenizer->encodePair(texts[i], texts[i + 1], {.mostTokens = 12, .cutsAtStart = true}).ids,
                         more["cut"]["left_pairs"][i / 2], "cut pair left"));
        }
    }

    void brokenUtf8ReadsAsTheReplacementCharacter() {
        const auto tokenizer = PretrainedTokenizer::load(folder + "byte_bpe");
        const auto broken = tokenizer->encode("ab\xE4\xB8z\xFF"), repaired = tokenizer->encode("ab\uFFFDz\uFFFD");
        QVERIFY(broken.ids == repaired.ids);
        QCOMPARE(broken.spans.back().end, 6U); // of the bytes as given
        std::mt19937 random(5);
        for (const char* name : {"byte_bpe", "wordpiece", "t5", "gemma", "unigram_bytes"}) {
            const auto any = PretrainedTokenizer::load(folder + name);
            for (int i = 0; i < 300; ++i) {
                std::string bytes(random() % 40, '\0');
                for (char& c : bytes) c = static_cast<char>(random() & 0xFF);
                const auto result = any->encode(bytes);
                for (const auto& span : result.spans) QVERIFY(span.begin <= span.end && span.end <= bytes.size());
                const std::string text = any->decode(result.ids);
                QCOMPARE(core::validUtf8Prefix(text), text.size());
            }
        }
    }

    void aTokenizerMayBeUsedByManyThreads() {
        const auto tokenizer = PretrainedTokenizer::load(folder + "llama3");
        std::vector<std::vector<std::int32_t>> due;
        for (std::size_t i = 0; i < 300; ++i) due.push_back(tokenizer->encode(texts_[i + 100]).ids);
        std::atomic<int> wrong = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (std::size_t i = 0; i < due.size(); ++i) wrong += tokenizer->encode(texts_[i + 100]).ids != due[i];
            });
        threads.clear();
        QCOMPARE(wrong.load(), 0);
    }

    void tokensHaveNamesAndNumbers() {
        const auto tokenizer = PretrainedTokenizer::load(folder + "wordpiece" + "/tokenizer.json");
        QCOMPARE(QString::fromStdString(tokenizer->modelName()), QStringLiteral("WordPiece"));
        QCOMPARE(tokenizer->size(), 1500);
        QVERIFY(tokenizer->idOf("[SEP]") == 3);
        QVERIFY(tokenizer->tokenOf(3) == "[SEP]");
        QVERIFY(!tokenizer->idOf("no such token") && !tokenizer->tokenOf(-1) && !tokenizer->tokenOf(99999));
        QVERIFY(!tokenizer->mostTokensOfFile());
        QCOMPARE(tokenizer->specialTokenCount(true), std::size_t{3});
        QVERIFY_THROWS_EXCEPTION(core::Error, tokenizer->encode("a", {.mostTokens = 1}));
        QCOMPARE(tokenizer->encode("a", {.mostTokens = 2}).ids.size(), std::size_t{2});
    }

    void errorsNameTheFileAndThePlace_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("due");
        const QString model = QStringLiteral(R"("model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0}})");
        const auto row = [&](const char* name, const QString& json, const QString& due) {
            QTest::newRow(name) << json << "read shop/tokenizer.json: " + due;
        };
        row("no JSON", "{\"model\":", "not JSON at byte");
        row("a huge number", R"({"version":1e999})", "holds a number that is too large");
        row("a list", "[]", "the whole file: an object was due");
        row("no model", "{}", "the whole file: \"model\" is missing");
        row("version", "{\"version\":\"2.0\"," + model + "}", "version: only version 1.0");
        row("unknown model", R"({"model":{"type":"Neural"}})",
            "model.type: \"Neural\" is not supported; known are BPE,");
        row("unknown normaliser",
            "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Rot13\"}]}," +
                model + "}",
            "normalizer.normalizers[1].type: \"Rot13\" is not supported");
        row("unknown pre-tokenizer", "{\"pre_tokenizer\":{\"type\":\"UnicodeScripts\"}," + model + "}",
            "pre_tokenizer.type: \"UnicodeScripts\"");
        row("unknown decoder", "{\"decoder\":{\"type\":\"CTC\"}," + model + "}",
            "decoder.type: \"CTC\" is not supported");
        row("unknown post-processor", "{\"post_processor\":{\"type\":\"X\"}," + model + "}",
            "post_processor.type: \"X\"");
        row("bad expression",
            "{\"pre_tokenizer\":{\"type\":\"Split\",\"behavior\":\"Isolated\",\"pattern\":{\"Regex\":\"a(b\"}}," +
                model + "}",
            "pre_tokenizer.pattern.Regex: the expression cannot be read at character");
        row("bad id", R"({"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":-1}}})",
            "model.vocab: the id of \"a\"");
        row("absurd id", R"({"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":2000000000}}})",
            "model.vocab: the id of \"a\"");
        row("bad merge", R"({"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}})",
            "model.merges[0]: \"ab\" is not in the vocabulary");
        row("half a merge", R"({"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}})",
            "model.merges[0]: \"a\" is not two tokens");
        row("unknown out of range", R"({"model":{"type":"Unigram","unk_id":5,"vocab":[["a",0.5]]}})",
            "model.unk_id: a whole number from 0 to 0");
        row("no score", R"({"model":{"type":"Unigram","vocab":[["a"]]}})", "model.vocab[0]: a token and its score");
        row("template",
            "{\"post_processor\":{\"type\":\"TemplateProcessing\",\"special_tokens\":{},\"pair\":[],\"single\":[{"
            "\"SpecialToken\":{\"id\":\"[CLS]\"}}]}," +
                model + "}",
            "post_processor.single[0].SpecialToken.id: \"[CLS]\" is not among the special_tokens");
        row("added token", "{\"added_tokens\":[{\"id\":0}]," + model + "}", "added_tokens[0]: \"content\" is missing");
        row("charsmap", "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"////\"}," + model + "}",
            "normalizer.precompiled_charsmap: not a table");
        row("dropout", R"({"model":{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}})",
            "model.dropout: random merges");
        row("deep", QString(R"({"normalizer":)") + QString(R"({"type":"Sequence","normalizers":[)").repeated(5000),
            "more than 64 levels");
    }
    void errorsNameTheFileAndThePlace() {
        QFETCH(QString, json);
        QFETCH(QString, due);
        const QString found = QString::fromStdString(errorOf(json.toStdString()));
        QVERIFY2(found.startsWith(due), qPrintable(found + "\ndue: " + due));
    }

    void aMissingFileIsNamed() {
        try {
            PretrainedTokenizer::load("/no/such/folder");
            QFAIL("no error");
        } catch (const core::Error& error) {
            QVERIFY(error.kind() == core::ErrorKind::notFound);
            QVERIFY(QString(error.what()).contains("/no/such/folder"));
        }
    }

    /// Damaged files are refused, or read as something else, but nothing worse.
    void damagedFilesNeverCrash() {
        std::mt19937 random(7);
        int refused = 0;
        for (const char* name : {"wordpiece_cased", "byte_bpe_digits", "clip", "gemma", "unigram_bytes"}) {
            const std::string whole = readFile(folder + name + "/tokenizer.json");
            // The parts before and after the vocabulary are where damage tells.
            for (int i = 0; i < 60; ++i) {
                std::string damaged = whole;
                const std::size_t near = random() % 2 ? random() % 2500 : random() % damaged.size();
                switch (random() % 4) {
                case 0:
                    damaged[near] = static_cast<char>(random() & 0x7F);
                    break;
                case 1:
                    damaged.resize(near);
                    break;
                case 2:
                    damaged.erase(near, random() % 30);
                    break;
                default:
                    damaged.insert(near, damaged, random() % damaged.size(), random() % 40);
                }
                try {
                    const auto tokenizer = PretrainedTokenizer::parse(damaged, "damaged");
                    for (std::size_t t = 0; t < 40; ++t) tokenizer->decode(tokenizer->encode(texts_[t]).ids);
                } catch (const core::Error&) {
                    ++refused;
                }
            }
        }
        QVERIFY(refused > 150);
    }

private:
    static void eachTokenizer() {
        QTest::addColumn<QString>("name");
        const auto names = QDir(QString::fromStdString(folder)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QVERIFY(names.size() >= 12);
        for (const auto& name : names) QTest::newRow(qPrintable(name)) << name;
    }

    std::vector<std::string> texts_;
};
QTEST_APPLESS_MAIN(TestTokenizers)
#include "tst_tokenizers.moc"
