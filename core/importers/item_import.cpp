#include "core/importers/item_import.h"
#include "core/base/hash.h"
#include "core/importers/row_progress.h"
#include <filesystem>
#include <fmt/format.h>

namespace core {

namespace {

std::uint64_t hashOf(const ItemRow& row) {
    const ItemText& text = row.text;
    return Hasher().add(text.modelText()).add(text.description).add(row.image).add(row.extra).value();
}

/// "https://shop/images/I/71twb.jpg?x=1" -> "71twb": what a downloaded copy is usually called.
std::string_view nameInAddress(std::string_view address) {
    address = address.substr(0, address.find_first_of("?#"));
    if (const auto slash = address.find_last_of('/'); slash != std::string_view::npos) address.remove_prefix(slash + 1);
    return address.substr(0, address.find_last_of('.'));
}

} // namespace

/// False: the row was left out.
bool ItemImport::add(const ItemRow& row, const PlanRules& rules) {
    if (!row.isGood) return false;
    if (const auto known = builder_.findItem(row.text.id)) return isSame(row, *known, rules);
    NewItem item{.text = row.text, .picture = row.image, .pictureIdentity = {}, .extra = row.extra};
    if (pictures_.index) {
        item.picture = pictures_.index->find(row.text.id);
        if (item.picture.empty()) item.picture = pictures_.index->find(nameInAddress(row.image));
    }
    const bool hasPicture = !item.picture.empty();
    if (hasPicture && !addPicture(row, item)) return false;
    noteMissing(row, rules, hasPicture);
    builder_.addItem(item);
    knownItems_.push_back({hashOf(row), row.line, files_.size() - 1});
    return true;
}

std::string ItemImport::placeOf(const Known& known) const {
    const std::string line = fmt::format("line {}", known.line);
    return known.file + 1 == files_.size() ? line : fmt::format("{} of {}", line, files_[known.file]);
}

void ItemImport::report(Severity severity, const ItemRow& row, ItemField field, std::string kind, std::string why) {
    report_.add({severity, std::move(kind), name_, row.line, row.column(field), std::move(why)});
}

/// The same product again is harmless; another product of that id is not, unless the plan says so. True: it is
/// harmless.
bool ItemImport::isSame(const ItemRow& row, ItemIndex known, const PlanRules& rules) {
    const Known& before = knownItems_[known.slot()];
    const bool isEqual = before.content == hashOf(row);
    if (rules.takesFirstOfSeveral) {
        laterRows_ += !isEqual;
    } else if (isEqual) {
        report(Severity::warning, row, ItemField::id, "repeated-item",
               fmt::format("item {} is in {} too, just the same; it is taken once", inQuotes(row.text.id),
                           placeOf(before)));
    } else {
        report(Severity::error, row, ItemField::id, "duplicate-item",
               fmt::format("item {} is in {} too, with other content", inQuotes(row.text.id), placeOf(before)));
    }
    return isEqual || rules.takesFirstOfSeveral;
}

bool ItemImport::addPicture(const ItemRow& row, NewItem& item) {
    const PictureReference picture = pictures_.supply->resolve(item.picture);
    const std::string why = fmt::format("picture {} {}", inQuotes(item.picture), picture.why);
    switch (picture.state) {
    case PictureReference::State::leavesFolder:
        report(Severity::error, row, ItemField::image, "picture-outside", why);
        return false;
    case PictureReference::State::missing:
        report(Severity::warning, row, ItemField::image, "picture-missing", why);
        return true;
    case PictureReference::State::odd:
        report(Severity::warning, row, ItemField::image, "picture-unreadable", why);
        break;
    case PictureReference::State::found:
        break;
    }
    item.picture = picture.path;
    item.pictureIdentity = picture.identity;
    return true;
}

void ItemImport::noteMissing(const ItemRow& row, const PlanRules& rules, bool hasPicture) {
    if (row.text.title.empty() && row.text.description.empty())
        report(Severity::note, row, ItemField::title, "no-text", "title and description are missing");
    if (!row.text.price && !rules.takesPricesFromEvents)
        report(Severity::note, row, ItemField::price, "no-price", "price is missing");
    if (!hasPicture) report(Severity::note, row, ItemField::image, "no-picture", "image is missing");
}

void reportDamage(const LineReader& lines, const std::string& file, ImportReport& report) {
    if (!lines.damage().empty())
        report.addBlocking(
            {Severity::error, "damaged-file", file, lines.lineNumber(), 0, lines.damage() + "; what follows is lost"});
}

void ItemImport::addFile(const PlannedFile& file, const ProgressSink& progress, const std::stop_token& stop) {
    LineReader lines(file.file, file.encoding);
    name_ = file.file.name();
    files_.push_back(name_);
    if (lines.isUtf16())
        return report_.addBlocking(
            {Severity::error, "bad-encoding", name_, 1, 0, "the file is UTF-16; only UTF-8 is read"});
    const auto reader = openItems(file, lines, report_);
    RowProgress rowProgress("reading " + std::filesystem::path(name_).filename().string(), progress, stop);
    for (ItemRow row; reader->next(row); rowProgress.row(lines)) {
        if (row.isGood && row.text.id.empty() && file.rules.leavesOutRowsWithoutItem) continue;
        ++result_.itemsRead;
        result_.itemsLeftOut += !add(row, file.rules);
    }
    reportDamage(lines, name_, report_);
    if (laterRows_ > 0)
        report_.add({Severity::note, "later-rows", name_, 0, 0,
                     fmt::format("{} rows name a product that was there before, with other content; the first row of a "
                                 "product is taken",
                                 laterRows_)});
    laterRows_ = 0;
}

} // namespace core
