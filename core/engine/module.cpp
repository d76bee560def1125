#include "core/engine/module.h"
#include <dlfcn.h>
#include <string>

namespace core {

namespace {
std::filesystem::path programFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }
std::filesystem::path installedModule() { return programFolder().parent_path() / "lib/pixrec/libengine_torch.so"; }
} // namespace

std::filesystem::path defaultModulePath() {
    const auto beside = programFolder() / "libengine_torch.so";
    return !std::filesystem::exists(beside) && std::filesystem::exists(installedModule()) ? installedModule() : beside;
}

std::filesystem::path shippedModelsPath() {
    if (defaultModulePath() == installedModule()) return programFolder().parent_path() / "share/pixrec/models";
    return PIXREC_SHIPPED_MODELS;
}

const ModuleEntry& loadModule(const std::filesystem::path& file) {
    static const ModuleEntry* const entry = [&file] {
        // RTLD_LOCAL keeps Debian's LibTorch, which brings Qt 5 along, out of the program's symbol lookup.
        void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!library) throw Error(ErrorKind::unavailable, std::string("load the inference module: ") + dlerror());
        const auto* const found = static_cast<const ModuleEntry*>(dlsym(library, "pixrec_module"));
        if (!found || found->abi != moduleAbi)
            throw Error(ErrorKind::unavailable,
                        "load the inference module: " + file.string() + " belongs to another version");
        return found;
    }();
    return *entry;
}

} // namespace core
