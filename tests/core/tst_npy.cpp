#include "core/array_files/float_rows.h"
#include "core/array_files/npy.h"
#include "core/base/error.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <cstring>

using core::ErrorKind;
using namespace std::string_literals;

namespace {

const test::TemporaryFolder folder;

template <class Number>
std::string bytesOf(const std::vector<Number>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)};
}

/// As numpy.lib.format describes it, put together by hand.
std::string npy(const std::string& dictionary, const std::string& data, char version = 1) {
    const auto length = static_cast<std::uint32_t>(dictionary.size());
    std::string bytes = "\x93NUMPY"s + version + '\0';
    bytes.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
    return bytes + dictionary + data;
}

std::string header(const char* descr, const char* shape, const char* fortran = "False") {
    return "{'descr': '"s + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }          \n";
}

core::NpyArray readBytes(const std::string& bytes) {
    return core::readNpyFile(test::write(folder / "array.npy", bytes));
}

/// The message of the error of this kind that reading throws; empty where it throws none.
std::string complaint(const std::string& bytes, ErrorKind kind) {
    try {
        readBytes(bytes);
    } catch (const core::Error& error) {
        return error.kind() == kind ? error.what() : "another kind: "s + error.what();
    }
    return {};
}

bool complainsOf(const std::string& bytes, ErrorKind kind, const char* words) {
    const auto message = complaint(bytes, kind);
    return message.find(words) != std::string::npos && message.find("array.npy") != std::string::npos;
}

std::string four(const std::vector<float>& values) { return bytesOf(values); }

} // namespace

TEST_CASE(arraysOfAllThreeVersionsAreRead) {
    for (const char version : {'\1', '\2', '\3'}) {
        const auto array = readBytes(npy(header("<f4", "(2, 2)"), four({1, 2, 3, 4}), version));
        VERIFY((array.numbers.shape == std::vector<std::int64_t>{2, 2}));
        VERIFY((core::toFloats("x", array.numbers) == std::vector<float>{1, 2, 3, 4}));
    }
}

TEST_CASE(emptyAndScalarArraysAreRead) {
    COMPARE(readBytes(npy(header("<f4", "(0, 4)"), "")).numbers.bytes.size(), 0U);
    COMPARE(core::toFloats("x", readBytes(npy(header("<f4", "()"), four({7}))).numbers).at(0), 7.0F);
}

TEST_CASE(halvesDoublesAndSmallWholeNumbersBecomeFloats) {
    // 1, -2, 65504 (the largest), 2^-24 (the smallest), infinity
    const std::vector<std::uint16_t> halves{0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00};
    const auto floats = core::toFloats("x", readBytes(npy(header("<f2", "(5,)"), bytesOf(halves))).numbers);
    VERIFY((floats == std::vector<float>{1, -2, 65504, 0x1p-24F, INFINITY}));
    VERIFY((core::toFloats("x", readBytes(npy(header("<f8", "(1,)"), bytesOf<double>({0.5}))).numbers) ==
            std::vector<float>{0.5}));
    VERIFY(
        (core::toFloats("x", readBytes(npy(header("|i1", "(2,)"), "\x01\xff")).numbers) == std::vector<float>{1, -1}));
    core::StoredTensor brain{"BF16", {2}, std::vector<std::byte>(4)};
    const std::vector<std::uint16_t> brains{0x3f80, 0xc040}; // 1, -3
    std::memcpy(brain.bytes.data(), brains.data(), 4);
    VERIFY((core::toFloats("x", brain) == std::vector<float>{1, -3}));
    const auto whole = readBytes(npy(header("<i8", "(1,)"), bytesOf<std::int64_t>({7})));
    THROWS_ERROR(core::toFloats("x", whole.numbers), ErrorKind::invalidInput);
}

TEST_CASE(textsOfBothKindsAreRead) {
    const std::vector<std::uint32_t> points{'a', 0, 0, 0x1F392, 0xe9, 0}; // "a", "🎒é", three places each
    const auto unicode = readBytes(npy(header("<U3", "(2,)"), bytesOf(points)));
    VERIFY(unicode.isText());
    VERIFY((unicode.texts == std::vector<std::string>{"a", "🎒é"}));
    const auto bytes = readBytes(npy(header("|S2", "(2,)"), "ab\0\0"s));
    VERIFY((bytes.texts == std::vector<std::string>{"ab", ""}));
    VERIFY(
        complainsOf(npy(header("<U1", "(1,)"), bytesOf<std::uint32_t>({0xd800})), ErrorKind::corrupt, "not Unicode"));
}

TEST_CASE(whatWouldNeedCodeOrAnotherOrderIsRefusedWithWhatToDo) {
    const auto refused = [](const std::string& bytes, const char* words) {
        return complainsOf(bytes, ErrorKind::invalidInput, words);
    };
    VERIFY(refused(npy(header("|O", "(2,)"), "\x80\x04pickle"), "pickles"));
    VERIFY(refused(npy(header("|O", "(2,)"), "\x80\x04pickle"), "astype('str')"));
    VERIFY(refused(npy(header(">f4", "(1,)"), four({1})), "big-endian"));
    VERIFY(refused(npy(header("<f4", "(2, 2)", "True"), four({1, 2, 3, 4})), "ascontiguousarray"));
    VERIFY(refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}\n", four({1})), "structured"));
    VERIFY(refused(npy(header("<c8", "(1,)"), "12345678"), "\"<c8\""));
    VERIFY(refused(npy(header("<M8[ns]", "(1,)"), "12345678"), "\"<M8[ns]\""));
    VERIFY(refused(npy(header("|V2", "(1,)"), "12"), "\"|V2\""));
}

TEST_CASE(aVectorInFortranOrderIsTheSameInBoth) {
    COMPARE(core::toFloats("x", readBytes(npy(header("<f4", "(2,)", "True"), four({1, 2}))).numbers).at(1), 2.0F);
}

TEST_CASE(anArrayCutAnywhereIsCorrupt) {
    const auto whole = npy(header("<f4", "(2, 2)"), four({1, 2, 3, 4}));
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes)
        VERIFY2(!complaint(whole.substr(0, bytes), ErrorKind::corrupt).starts_with("another") &&
                    !complaint(whole.substr(0, bytes), ErrorKind::corrupt).empty(),
                std::to_string(bytes));
}

TEST_CASE(headersThatLieAreCorrupt) {
    const auto corrupt = [](const std::string& bytes, const char* words) {
        return complainsOf(bytes, ErrorKind::corrupt, words);
    };
    VERIFY(corrupt("\x93NUMPX\1\0\0\0"s, "no npy file"));
    VERIFY(corrupt(npy(header("<f4", "(1,)"), four({1}), 9), "version 9"));
    VERIFY(corrupt(npy(header("<f4", "(3,)"), four({1})), "its header lies"));
    VERIFY(corrupt(npy(header("<f4", "(1,)"), four({1, 2})), "4 bytes after its last element"));
    VERIFY(corrupt(npy(header("<f4", "(4611686018427387904, 8)"), ""), "its header lies"));
    VERIFY(corrupt(npy(header("<f4", "(99999999999999999999,)"), ""), "header is damaged"));
    VERIFY(corrupt(npy(header("<f4", "(-1,)"), ""), "header is damaged"));
    VERIFY(corrupt(npy("{'descr': '<f4', 'shape': (0,)}", ""), "header is damaged"));
    VERIFY(corrupt(npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", ""), "damaged"));
    VERIFY(corrupt(npy("__import__('os').system('true')", ""), "header is damaged"));
    auto long2 = npy(header("<f4", "(0,)"), "", 2);
    long2[8] = long2[9] = long2[10] = long2[11] = '\xff';
    VERIFY(corrupt(long2, "does not fit a file"));
}

TEST_CASE(anAbsentFileIsNotFound) { THROWS_ERROR(core::readNpyFile(folder / "absent.npy"), ErrorKind::notFound); }
