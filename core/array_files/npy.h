#pragma once
#include "core/array_files/safetensors.h"
#include <functional>

/// NumPy's file formats (numpy.org, "numpy.lib.format"), versions 1 to 3. Nothing in them is ever executed: pickled
/// objects are refused.
namespace core {

/// An array of numbers or of texts.
struct NpyArray {
    StoredTensor numbers;           ///< dtype "text": see texts
    std::vector<std::string> texts; ///< row-major, UTF-8

    bool isText() const { return numbers.dtype == "text"; }
};

/// Reads up to `count` bytes and says how many there were; fewer only at the end.
using ByteReader = std::function<std::size_t(char* into, std::size_t count)>;

/// One array out of `bytesInAll` bytes. `name` stands in messages. Throws Error(corrupt): not npy, cut, longer than its
/// header says; Error(invalidInput), with what to do about it: pickled objects, big-endian numbers, Fortran order,
/// structured, complex and other kinds that are not read.
NpyArray readNpyArray(const std::string& name, std::uint64_t bytesInAll, const ByteReader& read);

/// Throws Error(notFound) besides.
NpyArray readNpyFile(const std::filesystem::path& file);
/// The arrays of an npz file by name, compressed or not. Built with PIXREC_WORKSPACE only (libzip).
std::map<std::string, NpyArray> readNpzFile(const std::filesystem::path& file);

} // namespace core
