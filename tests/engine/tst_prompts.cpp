#include "core/base/error.h"
#include "core/checkpoints/prompt_writer.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <fstream>
#include <nlohmann/json.hpp>

using namespace core;
using nlohmann::json;

namespace {

const std::filesystem::path folder = PIXREC_TEST_DATA "/hf/chat";

json golden() { return json::parse(std::ifstream(folder / "chat.json")); }

std::vector<ChatMessage> messagesOf(const json& list) {
    std::vector<ChatMessage> messages;
    for (const auto& one : list) {
        ChatMessage message{one.at("role"), {}};
        if (one.at("content").is_string())
            message.content.push_back({false, one.at("content")});
        else
            for (const auto& piece : one.at("content"))
                message.content.push_back({piece.at("type") == "image", piece.value("text", "")});
        messages.push_back(std::move(message));
    }
    return messages;
}

/// The message of the error, empty where there is none.
template <class Call>
std::string errorOf(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE(conversationsAreWrittenAsJinjaWritesThem) {
    const json all = golden();
    int written = 0, refused = 0;
    for (const auto& one : all.at("cases")) {
        const std::string name = one.at("template");
        const auto chat = ChatTemplate::parse(all.at("templates").at(name).get<std::string>(), name,
                                              {{"bos_token", "<s>"}, {"eos_token", "</s>"}});
        const auto messages = messagesOf(one.at("messages"));
        if (one.contains("error")) {
            const std::string error = errorOf([&] { chat.apply(messages, one.at("asks")); });
            VERIFY2(error.find(one.at("error").get<std::string>()) != std::string::npos, error);
            ++refused;
            continue;
        }
        const std::string found = chat.apply(messages, one.at("asks"));
        VERIFY2(found == one.at("text").get<std::string>(),
                name + ":\n" + found + "\n--- due:\n" + one.at("text").get<std::string>());
        ++written;
    }
    VERIFY(written >= 24);
    VERIFY(refused >= 4);
}

TEST_CASE(promptsWithPicturesAreTokenizedAsProcessorsDo) {
    const test::TemporaryFolder temporary;
    std::filesystem::copy(PIXREC_TEST_DATA "/hf/tokenizers/gemma", temporary.path() / "paligemma2");
    auto config = json::parse(std::ifstream(PIXREC_TEST_DATA "/hf/decoders/paligemma2/config.json"));
    const json all = golden();
    for (const auto& one : all.at("prompts"))
        if (one.contains("image_token")) config["image_token_index"] = one.at("image_token");
    std::ofstream(temporary.path() / "paligemma2" / "config.json") << config;
    const auto idefics3 = PromptWriter::load(folder / "idefics3");
    const auto paligemma = PromptWriter::load(temporary.path() / "paligemma2");
    VERIFY(idefics3.hasChatTemplate());
    VERIFY(!paligemma.hasChatTemplate());
    for (const auto& one : all.at("prompts")) {
        const auto& writer = one.at("network") == "idefics3" ? idefics3 : paligemma;
        const auto found = one.contains("text") ? writer.ids(one.at("text").get<std::string>(), one.at("pictures"))
                                                : writer.ids(messagesOf(one.at("messages")));
        VERIFY2(found == one.at("ids").get<std::vector<std::int32_t>>(),
                one.dump().substr(0, 200) + "\n found " + json(found).dump());
    }
}

TEST_CASE(promptsThatDoNotFitArePlainlyRefused) {
    const auto writer = PromptWriter::load(folder / "idefics3");
    THROWS_ERROR(writer.ids("no place", 1), ErrorKind::invalidInput);
    THROWS_ERROR(writer.ids("<image> and <image>", 1), ErrorKind::invalidInput);
    const auto plain = ChatTemplate::parse("{% for m in messages %}{{ m.content }}{% endfor %}", "plain");
    const ChatMessage picture{"user", {{true, ""}}};
    THROWS_ERROR(plain.apply(std::span(&picture, 1), false), ErrorKind::invalidInput);
}

TEST_CASE(templatesThatAreNotUnderstoodAreNamedWithTheirLine) {
    const auto parsed = [](const char* text) { return errorOf([&] { ChatTemplate::parse(text, "it"); }); };
    const auto has = [](const std::string& text, const char* part) {
        VERIFY2(text.find(part) != std::string::npos, text + "\n  lacks " + part);
    };
    has(parsed("a\n{% macro x() %}{% endmacro %}"), "it, line 2: \"macro\" is not supported");
    has(parsed("{% for m in messages %}"), "\"endfor\" is missing");
    has(parsed("{% if a %}{% endfor %}"), "\"endif\" is missing");
    has(parsed("{% endif %}"), "has no beginning");
    has(parsed("{{ a"), "line 1: \"}}\" is missing");
    has(parsed("{{ 'a }}"), "does not end");
    has(parsed("{{ a + }}"), "a name was due");
    has(parsed("{{ a b }}"), "\"b\" was not expected");
    has(parsed(("{{ " + std::string(1000, '(') + " }}").c_str()), "too deeply nested");
    const auto applied = [&](const char* text) {
        return errorOf([&] { ChatTemplate::parse(text, "it").apply({}, false); });
    };
    has(applied("{{ strftime_now('%d') }}"), "\"strftime_now\" is not supported");
    has(applied("{{ 'a'|shuffle }}"), "filter \"shuffle\"");
    has(applied("{{ a.b.c }}"), "of something undefined");
    has(applied("{{ 'a' - 1 }}"), "between string and number");
    has(applied(
            "{% set x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}{% set x=x~x %}{% set "
            "x=x~x~x~x~x~x~x~x "
            "%}{% set x=x~x~x~x~x~x~x~x~x~x~x~x %}{% set x=x~x~x~x~x~x~x~x~x~x~x~x %}{% set x=x~x~x~x~x~x~x~x~x~x~x~x "
            "%}{% set x=x~x~x~x~x~x~x~x~x~x~x~x %}{% set x=x~x~x~x~x~x~x~x~x~x~x~x %}"),
        "too long");
}
