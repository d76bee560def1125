#include "core/importers/item_import.h"
#include "core/base/hash.h"
#include "core/importers/item_row.h"
#include "core/importers/row_progress.h"
#include "core/workspace/layout.h"
#include <fmt/format.h>
#include <vector>

namespace core {

namespace {

class ItemImport {
public:
    ItemImport(const ItemSource& source, WorkspaceBuilder& builder, ImportReport& report)
        : source_(source), name_(source.file.string()), builder_(builder), report_(report) {}

    /// False: the row was left out.
    bool add(const ItemRow& row) {
        if (!row.isGood) return false;
        if (const auto known = builder_.findItem(row.text.id)) return isSame(row, *known);
        NewItem item{.text = row.text, .picture = row.image, .pictureIdentity = {}, .extra = row.extra};
        if (!row.image.empty() && !addPicture(row, item)) return false;
        noteMissing(row);
        builder_.addItem(item);
        contentOfItem_.push_back(hashOf(row));
        return true;
    }

private:
    void report(Severity severity, const ItemRow& row, ItemField field, std::string kind, std::string why) {
        report_.add({severity, std::move(kind), name_, row.line, row.column(field), std::move(why)});
    }

    static std::uint64_t hashOf(const ItemRow& row) {
        const ItemText& text = row.text;
        return Hasher().add(text.modelText()).add(text.description).add(row.image).add(row.extra).value();
    }

    /// The same product again is harmless; another product of that id is not. True: it is the same.
    bool isSame(const ItemRow& row, ItemIndex known) {
        if (contentOfItem_[known.slot()] == hashOf(row)) {
            report(Severity::warning, row, ItemField::id, "repeated-item",
                   fmt::format("item {} was there before, just the same; it is taken once", inQuotes(row.text.id)));
            return true;
        }
        report(Severity::error, row, ItemField::id, "duplicate-item",
               fmt::format("item {} was there before, with other content", inQuotes(row.text.id)));
        return false;
    }

    bool addPicture(const ItemRow& row, NewItem& item) {
        const PictureReference picture = source_.pictures->resolve(row.image);
        const std::string why = fmt::format("picture {} {}", inQuotes(row.image), picture.why);
        switch (picture.state) {
        case PictureReference::State::leavesFolder:
            report(Severity::error, row, ItemField::image, "picture-outside", why);
            return false;
        case PictureReference::State::missing:
            report(Severity::warning, row, ItemField::image, "picture-missing", why);
            return true;
        case PictureReference::State::found:
            break;
        }
        item.picture = picture.path;
        item.pictureIdentity = picture.identity;
        if (source_.copyPictures) source_.pictures->copy(picture, builder_.buildFolder() / layout::pictures);
        return true;
    }

    void noteMissing(const ItemRow& row) {
        if (row.text.title.empty() && row.text.description.empty())
            report(Severity::note, row, ItemField::title, "no-text", "title and description are missing");
        if (!row.text.price) report(Severity::note, row, ItemField::price, "no-price", "price is missing");
        if (row.image.empty()) report(Severity::note, row, ItemField::image, "no-picture", "image is missing");
    }

    const ItemSource& source_;
    std::string name_;
    WorkspaceBuilder& builder_;
    ImportReport& report_;
    std::vector<std::uint64_t> contentOfItem_;
};

} // namespace

void reportDamage(const LineReader& lines, const std::string& file, ImportReport& report) {
    if (!lines.damage().empty())
        report.addBlocking(
            {Severity::error, "damaged-file", file, lines.lineNumber(), 0, lines.damage() + "; what follows is lost"});
}

void importItems(const ItemSource& source, WorkspaceBuilder& builder, ImportReport& report, ImportResult& result,
                 const ProgressSink& progress, const std::stop_token& stop) {
    LineReader lines(source.file);
    const std::string name = source.file.string();
    if (lines.isUtf16())
        return report.addBlocking(
            {Severity::error, "bad-encoding", name, 1, 0, "the file is UTF-16; it must be UTF-8"});
    const auto reader = openItems(source.file, lines, name, report);
    ItemImport items(source, builder, report);
    RowProgress rowProgress("reading " + source.file.filename().string(), lines, progress, stop);
    for (ItemRow row; reader->next(row); rowProgress.row()) {
        ++result.itemsRead;
        result.itemsLeftOut += !items.add(row);
    }
    reportDamage(lines, name, report);
}

} // namespace core
