#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <csignal>
#include <cstring>
#include <fstream>
#include <sys/resource.h>

using core::ErrorKind;
using core::StoredTensor;
using core::TensorFile;

namespace {

const test::TemporaryFolder folder;

StoredTensor floats(std::vector<std::int64_t> shape, const std::vector<float>& values) {
    StoredTensor tensor{.dtype = "F32", .shape = std::move(shape), .bytes = std::vector<std::byte>(values.size() * 4)};
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

/// A file with this header and so many zero bytes of data.
std::filesystem::path fileOf(const std::string& header, std::size_t dataBytes) {
    auto file = folder.path() / "made.safetensors";
    std::ofstream stream(file, std::ios::binary);
    const std::uint64_t length = header.size();
    stream.write(reinterpret_cast<const char*>(&length), sizeof length);
    stream << header << std::string(dataBytes, '\0');
    return file;
}

/// The message of the Error(corrupt) that reading throws; empty where it throws none.
std::string complaint(const std::filesystem::path& file) {
    try {
        core::readTensorFile(file);
    } catch (const core::Error& error) {
        return error.kind() == ErrorKind::corrupt ? error.what() : std::string();
    }
    return {};
}

bool complainsOf(const std::filesystem::path& file, const std::string& words) {
    const auto message = complaint(file);
    return message.find(words) != std::string::npos && message.find(file.filename().string()) != std::string::npos;
}

} // namespace

TEST_CASE(aWriteThatFailsLeavesNothingAndKeepsWhatWasThere) {
    const auto file = folder.path() / "full.safetensors";
    TensorFile small, large;
    small.tensors["a"] = floats({}, {0.5F});
    large.tensors["a"] = floats({2000}, std::vector<float>(2000, 1.0F));
    core::writeTensorFile(file, small);
    rlimit before{};
    VERIFY(getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit few{4000, before.rlim_max}; // as a full disk: some bytes can be written, not all
    VERIFY(setrlimit(RLIMIT_FSIZE, &few) == 0);
    THROWS_ERROR(core::writeTensorFile(file, large), core::ErrorKind::unavailable);
    VERIFY(setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    VERIFY(!std::filesystem::exists(file.string() + ".partial"));
    COMPARE(core::readTensorFile(file).tensors.at("a").bytes.size(), 4U);
}

TEST_CASE(whatIsWrittenIsRead) {
    TensorFile written;
    written.metadata["note"] = "two \"tensors\"";
    written.tensors["b"] = floats({2, 3}, {1, 2, 3, 4, 5, 6});
    written.tensors["a"] = floats({}, {0.5F});
    written.tensors["none"] = floats({0, 4}, {});
    const auto file = folder.path() / "whole.safetensors";
    core::writeTensorFile(file, written);
    const auto read = core::readTensorFile(file);
    COMPARE(read.metadata.at("note"), written.metadata.at("note"));
    COMPARE(read.tensors.size(), 3U);
    for (const auto& [name, tensor] : written.tensors) {
        VERIFY2(read.tensors.at(name).bytes == tensor.bytes, name);
        VERIFY2(read.tensors.at(name).shape == tensor.shape, name);
    }
    VERIFY(!std::filesystem::exists(file.string() + ".partial"));
}

TEST_CASE(anAbsentFileIsNotFound) { THROWS_ERROR(core::readTensorFile(folder.path() / "absent"), ErrorKind::notFound); }

TEST_CASE(aFileCutAnywhereIsCorrupt) {
    TensorFile written;
    written.tensors["weight"] = floats({4}, {1, 2, 3, 4});
    const auto file = folder.path() / "cut.safetensors";
    core::writeTensorFile(file, written);
    for (auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file)) - 1; bytes >= 0; --bytes) {
        std::filesystem::resize_file(file, static_cast<std::uintmax_t>(bytes));
        VERIFY2(!complaint(file).empty(), "cut to " + std::to_string(bytes) + " bytes");
    }
}

TEST_CASE(aCutFileNamesTheTensorThatSuffers) {
    TensorFile written;
    written.tensors["weight"] = floats({4}, {1, 2, 3, 4});
    const auto file = folder.path() / "named.safetensors";
    core::writeTensorFile(file, written);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    VERIFY2(complainsOf(file, "\"weight\""), complaint(file));
}

TEST_CASE(aHeaderLongerThanTheFileIsCorrupt) {
    const auto file = fileOf("{}", 0);
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    const std::uint64_t huge = ~std::uint64_t{0};
    stream.write(reinterpret_cast<const char*>(&huge), sizeof huge);
    stream.close();
    VERIFY2(complainsOf(file, "does not fit a file"), complaint(file));
}

TEST_CASE(headersThatLieAreCorrupt) {
    const auto tensor = [](const char* dtype, const char* shape, const char* offsets) {
        return std::string("{\"t\":{\"dtype\":\"") + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets +
               "}}";
    };
    VERIFY(complaint(fileOf(tensor("F32", "[2]", "[0,8]"), 8)).empty());
    VERIFY(complainsOf(fileOf("not json", 0), "not a JSON object"));
    VERIFY(complainsOf(fileOf("[1]", 0), "not a JSON object"));
    VERIFY(complainsOf(fileOf("{\"t\":{}}", 0), "needs dtype"));
    VERIFY(complainsOf(fileOf("{\"__metadata__\":{\"a\":1}}", 0), "not a text"));
    VERIFY(complainsOf(fileOf(tensor("F33", "[2]", "[0,8]"), 8), "dtype \"F33\""));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[0,12]"), 8), "outside"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[8,0]"), 8), "outside"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[-8,0]"), 8), "\"t\""));
    VERIFY(complainsOf(fileOf(tensor("F32", "[3]", "[0,8]"), 8), "do not fit its shape"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[-2]", "[0,8]"), 8), "not a list of whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[1e300]", "[0,8]"), 8), "not a list of whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[true]", "[0,4]"), 4), "not a list of whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[18446744073709551615]", "[0,4]"), 4), "not a list of whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[0,8,9]"), 8), "two whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[0.5,8]"), 8), "two whole numbers"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[4611686018427387904,4]", "[0,0]"), 0), "do not fit its shape"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[2]", "[0,8]"), 9), "belong to none"));
    VERIFY(complainsOf(fileOf(tensor("F32", "[1]", "[4,8]"), 8), "overlap or hole"));
}

TEST_CASE(overlappingTensorsAreCorrupt) {
    const std::string header = R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                               R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})";
    VERIFY(complainsOf(fileOf(header, 6), "\"b\""));
}

TEST_CASE(overlapIsFoundBeforeMemoryIsAskedFor) {
    // A thousand tensors, each all of a megabyte: a gigabyte, were they read.
    std::string header = "{";
    for (int number = 0; number < 1000; ++number)
        header += (number == 0 ? "\"" : ",\"") + std::to_string(number) +
                  R"(":{"dtype":"U8","shape":[1048576],"data_offsets":[0,1048576]})";
    VERIFY(complainsOf(fileOf(header + "}", 1 << 20), "overlap"));
}

TEST_CASE(aNameThatComesTwiceIsCorrupt) {
    const std::string empty = R"({"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    VERIFY(complainsOf(fileOf("{\"t\":" + empty + ",\"t\":" + empty + "}", 0), "\"t\" twice"));
    VERIFY(complainsOf(fileOf(R"({"t":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}})", 0),
                       "\"dtype\" twice"));
}

TEST_CASE(aHeaderThatIsNoUtf8OrNestsWithoutEndIsCorrupt) {
    VERIFY(complainsOf(fileOf("{\"\xff\":1}", 0), "not a JSON object in UTF-8"));
    VERIFY(complainsOf(fileOf("{\"a\":" + std::string(100000, '['), 0), "nests deeper"));
}

TEST_CASE(aNameWithControlCharactersIsEscapedInMessages) {
    VERIFY(complainsOf(fileOf("{\"a\\u001b[2J\":{}}", 0), "a\\u001b[2J"));
}

TEST_CASE(aTensorWhoseBytesContradictItsShapeIsNotWritten) {
    TensorFile content;
    content.tensors["t"] = floats({3}, {1, 2});
    THROWS_ERROR(core::writeTensorFile(folder.path() / "never", content), ErrorKind::internal);
    VERIFY(!std::filesystem::exists(folder.path() / "never"));
}

TEST_CASE(aFolderThatCannotBeWrittenIsUnavailable) {
    THROWS_ERROR(core::writeTensorFile(folder.path() / "no" / "such" / "folder", TensorFile{}), ErrorKind::unavailable);
}
