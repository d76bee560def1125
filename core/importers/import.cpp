#include "core/importers/import.h"
#include "core/base/error.h"
#include "core/importers/event_import.h"
#include "core/importers/import_report.h"
#include "core/importers/item_import.h"
#include "core/importers/picture_folder.h"
#include "core/workspace/layout.h"
#include "core/workspace/workspace_builder.h"
#include <fmt/format.h>
#include <system_error>

namespace core {

namespace {

namespace fs = std::filesystem;

void requireFile(const std::optional<fs::path>& file) {
    std::error_code error;
    if (file && !fs::exists(*file, error))
        throw Error(ErrorKind::notFound, fmt::format("import {}: there is no such file", file->string()));
}

fs::path pictureFolderOf(const ImportRequest& request) {
    if (request.pictures) return *request.pictures;
    return fs::absolute(request.items).parent_path();
}

/// Pictures that are only referenced must not go with the workspace that is replaced.
void requirePicturesOutside(const PictureFolder& pictures, const ImportRequest& request) {
    std::error_code error;
    const fs::path target = fs::canonical(request.workspace, error);
    if (error || request.copyPictures) return;
    if (const auto inside = pictures.path().lexically_relative(target).string(); !inside.starts_with(".."))
        throw Error(ErrorKind::unavailable,
                    fmt::format("import {}: its pictures lie in the workspace that would be replaced; have them copied "
                                "(--copy-pictures)",
                                request.items.string()));
}

fs::path rejectedReportOf(const fs::path& workspace) {
    fs::path target = fs::absolute(workspace).lexically_normal();
    if (target.filename().empty()) target = target.parent_path();
    return target.string() + "." + std::string(layout::importReport);
}

std::string sourceOf(const ImportRequest& request) {
    std::string source = "import of " + request.items.filename().string();
    if (request.interactions) source += " and " + request.interactions->filename().string();
    return source;
}

std::string rejectionOf(const ImportResult& result) {
    const ImportFinding& first = result.findings.front();
    const std::string more =
        result.errors > 1 ? fmt::format(" (and {} more errors)", result.errors - 1) : std::string();
    return fmt::format("import {}{}", first.text(), more);
}

} // namespace

ImportResult importWorkspace(const ImportRequest& request, const ProgressSink& progress, std::stop_token stop) {
    requireFile(request.items);
    requireFile(request.interactions);
    const PictureFolder pictures(pictureFolderOf(request));
    WorkspaceBuilder builder(request.workspace, request.replace ? IfExists::replace : IfExists::refuse);
    requirePicturesOutside(pictures, request);

    ImportResult result;
    const fs::path reportFile = builder.buildFolder() / layout::importReport;
    ImportReport report(reportFile);
    importItems({request.items, &pictures, request.copyPictures}, builder, report, result, progress, stop);
    if (request.interactions) importEvents(*request.interactions, builder, report, result, progress, stop);
    if (result.itemsRead == result.itemsLeftOut)
        report.addBlocking(
            {Severity::error, "empty-catalog", request.items.string(), 0, 0, "there is no product in it"});

    result.accepted = !report.hasBlocking() && (report.errors() == 0 || request.skipBadRows);
    report.finish(result);
    std::error_code error;
    const fs::path rejectedReport = rejectedReportOf(request.workspace);
    if (!result.accepted) {
        result.message = rejectionOf(result);
        result.report = rejectedReport;
        fs::rename(reportFile, result.report, error);
        if (error)
            throw Error(ErrorKind::unavailable, fmt::format("write {}: {}", result.report.string(), error.message()));
        return result;
    }
    builder.setPictureRoot(request.copyPictures ? fs::path(layout::pictures) : pictures.path());
    builder.setSource(sourceOf(request));
    result.summary = builder.commit(progress, stop);
    result.report = request.workspace / layout::importReport;
    fs::remove(rejectedReport, error); // of an earlier try; it speaks of files that are mended now
    return result;
}

} // namespace core
