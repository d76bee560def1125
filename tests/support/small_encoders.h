#pragma once
#include "tests/support/temporary_folder.h"

/// Whole checkpoint folders from the fixtures, which have networks and golden outputs alone.
namespace test {

/// WordPiece over letters and digits, alone and as parts of words: small enough for the fixtures' networks.
inline std::string letterTokenizer() {
    std::string vocabulary = R"("[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3)";
    int id = 4;
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789"))
        for (const char* before : {"", "##"})
            vocabulary += ",\"" + std::string(before) + c + "\":" + std::to_string(id++);
    return R"({"version":"1.0","added_tokens":[],"normalizer":{"type":"Lowercase"},)"
           R"("pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,"model":{"type":"WordPiece",)"
           R"("unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{)" +
           vocabulary + "}}}";
}

/// `network`: "bert", "clip", "siglip", "mobilenet", ... of tests/data/hf/encoders; reads letters, and pictures of
/// `side` pixels (0: none).
inline std::filesystem::path makeSmallEncoder(const std::filesystem::path& folder, const std::string& network,
                                              int side = 0) {
    std::filesystem::create_directories(folder);
    const std::filesystem::path fixture = std::filesystem::path(PIXREC_TEST_DATA) / "hf" / "encoders" / network;
    for (const char* file : {"config.json", "model.safetensors"})
        std::filesystem::copy_file(fixture / file, folder / file);
    write(folder / "tokenizer.json", letterTokenizer());
    if (side == 0) return folder;
    const auto size = std::to_string(side);
    write(folder / "preprocessor_config.json", R"({"image_processor_type":"SiglipImageProcessor","size":{"height":)" +
                                                   size + ",\"width\":" + size +
                                                   R"(},"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]})");
    return folder;
}

} // namespace test
