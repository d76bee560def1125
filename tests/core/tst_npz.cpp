#include "core/array_files/float_rows.h"
#include "core/array_files/npy.h"
#include "core/base/error.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <zip.h>

using core::ErrorKind;
using namespace std::string_literals;

namespace {

const test::TemporaryFolder folder;

std::string floats(const std::string& shape, std::vector<float> values) {
    std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
    std::string bytes = "\x93NUMPY\1\0"s;
    bytes += static_cast<char>(dictionary.size());
    bytes += '\0';
    return bytes + dictionary + std::string(reinterpret_cast<const char*>(values.data()), values.size() * 4);
}

struct Entry {
    std::string name, bytes;
    zip_int32_t compression = ZIP_CM_DEFLATE;
};

std::filesystem::path npz(const std::vector<Entry>& entries) {
    auto file = folder / "arrays.npz";
    std::filesystem::remove(file);
    zip_t* archive = zip_open(file.c_str(), ZIP_CREATE, nullptr);
    for (const auto& entry : entries) {
        const auto at = zip_file_add(archive, entry.name.c_str(),
                                     zip_source_buffer(archive, entry.bytes.data(), entry.bytes.size(), 0), 0);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(at), entry.compression, 0);
    }
    VERIFY(zip_close(archive) == 0);
    return file;
}

std::string complaint(const std::filesystem::path& file) {
    try {
        core::readNpzFile(file);
    } catch (const core::Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE(arraysAreReadCompressedOrNot) {
    const auto arrays = core::readNpzFile(npz(
        {{"item_vectors.npy", floats("(2, 1)", {1, 2})}, {"user_vectors.npy", floats("(1, 1)", {3}), ZIP_CM_STORE}}));
    COMPARE(arrays.size(), 2U);
    VERIFY((core::toFloats("x", arrays.at("item_vectors").numbers) == std::vector<float>{1, 2}));
    VERIFY((core::toFloats("x", arrays.at("user_vectors").numbers) == std::vector<float>{3}));
}

TEST_CASE(whatIsNoArrayIsCorruptAndNamed) {
    const auto message = complaint(npz({{"good.npy", floats("(1,)", {1})}, {"readme.txt", "hello, this is no array"}}));
    VERIFY2(message.find("array \"readme.txt\": it is no npy file") != std::string::npos, message);
}

TEST_CASE(aCutOrFlippedFileIsCorrupt) {
    const auto whole = test::read(npz({{"a.npy", floats("(4,)", {1, 2, 3, 4}), ZIP_CM_STORE}}));
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += 3)
        VERIFY2(!complaint(test::write(folder / "cut.npz", whole.substr(0, bytes))).empty(), std::to_string(bytes));
    auto flipped = whole;
    flipped[whole.find("}\n") + 3] ^= 1; // in the first float
    VERIFY(complaint(test::write(folder / "flipped.npz", flipped)).find("checksum") != std::string::npos);
}

TEST_CASE(aFileThatWouldFillTheMemoryIsRefused) {
    auto bytes = test::read(npz({{"zeros.npy", floats("(4096,)", std::vector<float>(4096))}}));
    const std::uint32_t claimed = 0x7fffffff; // where both headers of the entry say how large it is
    bytes.replace(22, 4, reinterpret_cast<const char*>(&claimed), 4);
    bytes.replace(bytes.find("PK\1\2") + 24, 4, reinterpret_cast<const char*>(&claimed), 4);
    const auto message = complaint(test::write(folder / "bomb.npz", bytes));
    VERIFY2(message.find("expand to 2147483647") != std::string::npos, message);
}

TEST_CASE(anAbsentFileIsNotFound) { THROWS_ERROR(core::readNpzFile(folder / "absent.npz"), ErrorKind::notFound); }
