#include "ui/views/shoppers/shopper_list_model.h"
#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <limits>

namespace ui {

QString shopperFacts(const ShopperRow& row) {
    QString events = row.events == 1 ? ShopperListModel::tr("1 event")
                                     : ShopperListModel::tr("%1 events").arg(QLocale().toString(row.events));
    if (!row.lastTime) return events;
    const QDate last = QDateTime::fromMSecsSinceEpoch(*row.lastTime, Qt::UTC).date();
    return ShopperListModel::tr("%1, last %2").arg(events, QLocale().toString(last, QStringLiteral("d MMM yyyy")));
}

void ShopperListModel::setSource(ShopperSource source, qint64 total) {
    beginResetModel();
    source_ = std::move(source);
    total_ = total;
    text_.clear();
    differences_ = nullptr;
    if (sort_ == ShopperSort::difference || sort_ == ShopperSort::trueRank) sort_ = ShopperSort::fileOrder;
    pictures_.clear();
    find();
    endResetModel();
}

void ShopperListModel::setScratchShoppers(std::vector<ScratchShopperRow> rows) {
    if (std::ranges::equal(rows, scratch_, {}, &ScratchShopperRow::number, &ScratchShopperRow::number)) {
        scratch_ = std::move(rows); // an edit of a history: nothing moves
        if (!scratch_.empty()) Q_EMIT dataChanged(index(0), index(scratchCount() - 1));
        return;
    }
    beginResetModel();
    scratch_ = std::move(rows);
    endResetModel();
}

void ShopperListModel::setDifferences(std::shared_ptr<const ShopperDifferences> differences) {
    beginResetModel();
    const bool wasSortedHere = isSortedHere();
    differences_ = std::move(differences);
    if (wasSortedHere || isSortedHere()) find();
    endResetModel();
}

void ShopperListModel::setQuery(const QString& text, ShopperSort sort) {
    beginResetModel();
    text_ = text;
    sort_ = sort;
    find();
    endResetModel();
}

void ShopperListModel::find() {
    pages_.clear();
    byFigures_.clear();
    found_ = 0;
    if (!source_.page || total_ == 0) return;
    if (isSortedHere()) {
        sortByFigures();
        found_ = static_cast<qint64>(byFigures_.size());
    } else {
        auto first = std::make_unique<Page>();
        core::UserPage page = source_.page(text_, sort_, 0, pageSize);
        found_ = page.total;
        *first = std::move(page.users);
        pages_.insert(0, first.release());
    }
}

bool ShopperListModel::isSortedHere() const {
    return hasDifferences() && (sort_ == ShopperSort::difference || sort_ == ShopperSort::trueRank);
}

/// The order needs every match at once, so the whole result is read: as positions, 4 bytes each.
void ShopperListModel::sortByFigures() {
    if (text_.isEmpty()) {
        byFigures_.resize(static_cast<std::size_t>(total_));
        for (std::size_t user = 0; user < byFigures_.size(); ++user)
            byFigures_[user] = {static_cast<std::int32_t>(user)};
    } else {
        const core::UserPage all = source_.page(text_, ShopperSort::fileOrder, 0, total_);
        byFigures_.reserve(all.users.size());
        for (const core::UserRow& user : all.users) byFigures_.push_back(user.index);
    }
    // Largest first; shoppers without a value stand last, in file order.
    const auto value = [this](core::UserIndex user) {
        const auto figures = figuresOf(user);
        if (!figures) return -std::numeric_limits<float>::infinity();
        return sort_ == ShopperSort::difference ? figures->difference : -figures->trueRankB;
    };
    std::vector<std::pair<float, core::UserIndex>> keyed;
    keyed.reserve(byFigures_.size());
    for (const core::UserIndex user : byFigures_) keyed.emplace_back(value(user), user);
    std::ranges::stable_sort(keyed, std::greater{}, [](const auto& pair) { return pair.first; });
    std::ranges::transform(keyed, byFigures_.begin(), [](const auto& pair) { return pair.second; });
}

std::optional<ShopperFigures> ShopperListModel::figuresOf(core::UserIndex user) const {
    if (!differences_) return {};
    const auto found = differences_->find(user);
    return found == differences_->end() ? std::nullopt : std::optional(found->second);
}

const ShopperListModel::Page& ShopperListModel::page(qint64 number) const {
    if (const Page* known = pages_.object(number)) return *known;
    auto fresh = std::make_unique<Page>();
    if (byFigures_.empty()) {
        *fresh = source_.page(text_, sort_, number * pageSize, pageSize).users;
    } else {
        const qint64 end = std::min<qint64>((number + 1) * pageSize, found_);
        for (qint64 at = number * pageSize; at < end; ++at)
            fresh->push_back(source_.user(byFigures_[static_cast<std::size_t>(at)]));
    }
    const Page& result = *fresh;
    pages_.insert(number, fresh.release());
    return result;
}

ShopperRow ShopperListModel::rowAt(int row) const {
    if (row < 0 || row >= rowCount()) return {};
    if (row < scratchCount()) {
        const ScratchShopperRow& scratch = scratch_[static_cast<std::size_t>(row)];
        return {.user = {},
                .scratch = scratch.number,
                .name = scratch.name,
                .events = scratch.events,
                .lastTime = {},
                .pictures = scratch.newestPictures,
                .figures = {}};
    }
    const qint64 at = row - scratchCount();
    const Page& rows = page(at / pageSize);
    const auto inPage = static_cast<std::size_t>(at % pageSize);
    if (inPage >= rows.size()) return {}; // the source gave fewer than it promised
    const core::UserRow& user = rows[inPage];
    const QStringList* pictures = pictures_.object(user.index.value);
    if (pictures == nullptr && source_.newestPictures) {
        auto* read = new QStringList(source_.newestPictures(user.index));
        pictures_.insert(user.index.value, read);
        pictures = read;
    }
    return {.user = user.index,
            .scratch = 0,
            .name = QString::fromStdString(user.id),
            .events = user.events,
            .lastTime = user.lastTime,
            .pictures = pictures == nullptr ? QStringList() : *pictures,
            .figures = figuresOf(user.index)};
}

int ShopperListModel::rowOfScratch(int number) const {
    const auto found = std::ranges::find(scratch_, number, &ScratchShopperRow::number);
    return found == scratch_.end() ? -1 : static_cast<int>(found - scratch_.begin());
}

int ShopperListModel::knownRowOf(core::UserIndex user) const {
    if (!user.isValid()) return -1;
    if (!byFigures_.empty()) {
        const auto found = std::ranges::find(byFigures_, user);
        return found == byFigures_.end() ? -1 : scratchCount() + static_cast<int>(found - byFigures_.begin());
    }
    // In file order without a search a row number is the shopper's own.
    if (text_.isEmpty() && sort_ == ShopperSort::fileOrder)
        return user.value < found_ ? scratchCount() + user.value : -1;
    for (const qint64 number : pages_.keys()) {
        const Page& rows = *pages_.object(number);
        const auto found = std::ranges::find(rows, user, &core::UserRow::index);
        if (found != rows.end()) return scratchCount() + static_cast<int>(number * pageSize + (found - rows.begin()));
    }
    return -1;
}

int ShopperListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : scratchCount() + static_cast<int>(found_);
}

QVariant ShopperListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    switch (role) {
    case Qt::DisplayRole:
        return rowAt(index.row()).name;
    case RowRole:
        return QVariant::fromValue(rowAt(index.row()));
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
        const ShopperRow row = rowAt(index.row());
        QStringList parts{row.scratch != 0 ? tr("Scratch shopper %1").arg(row.name) : tr("Shopper %1").arg(row.name),
                          shopperFacts(row)};
        if (row.figures) {
            const QLocale locale;
            const float difference = row.figures->difference;
            if (row.figures->trueRankA > 0 && row.figures->trueRankB > 0)
                parts += tr("true next: rank %1 in A, %2 in B")
                             .arg(locale.toString(row.figures->trueRankA, 'f', 0),
                                  locale.toString(row.figures->trueRankB, 'f', 0));
            parts += tr("B minus A %1%2")
                         .arg(difference < 0 ? QString(QChar(0x2212)) : QStringLiteral("+"),
                              locale.toString(std::abs(difference), 'f', 2));
        }
        return parts.join(role == Qt::ToolTipRole ? QStringLiteral("\n") : QStringLiteral(", "));
    }
    default:
        return {};
    }
}

} // namespace ui
