#include "ui/session/session.h"
#include "ui/session/model_heads.h"
#include "ui/session/storage_writer.h"
#include "ui/views/common/error_text.h"
#include <algorithm>
#include <exception>

namespace ui {

namespace {
constexpr int keptItems = 20'000;  ///< products kept in memory, some 10 MB
constexpr int longestWalk = 1'000; ///< steps that Back remembers
} // namespace

Session::Session(QObject* parent) : QObject(parent) {}
Session::~Session() {
    undoStack_.blockSignals(true); // whoever listens may be gone already
}

std::optional<QString> Session::openWorkspace(const std::filesystem::path& folder) {
    std::unique_ptr<core::Workspace> opened;
    try {
        opened = std::make_unique<core::Workspace>(folder, core::WorkspaceAccess::readOnly);
        summary_ = opened->summary();
    } catch (const std::exception& error) {
        return errorText(error);
    }
    writer_.reset(); // writes what is left of the old workspace
    undoStack_.clear();
    edited_.clear();
    items_.clear();
    visited_.clear();
    place_ = -1;
    shopper_ = {};
    history_.clear();
    original_.clear();
    trueNext_.reset();
    models_.clear();
    rules_ = {};
    selected_ = hovered_ = sought_ = {};
    scratch_.clear();
    scratchIds_.clear();
    workspace_ = std::move(opened);
    folder_ = folder;
    for (auto& stored : workspace_->interactions().scratchShoppers()) {
        scratchIds_[nextScratch_] = stored.id;
        scratch_.push_back({nextScratch_++, QString::fromStdString(stored.name), std::move(stored.items)});
    }
    startWriter();
    Q_EMIT workspaceChanged();
    Q_EMIT modelsChanged();
    Q_EMIT rulesChanged();
    Q_EMIT scratchShoppersChanged();
    if (summary_.users > 0) {
        showShopper(ShopperRef::ofUser({0}));
    } else if (!scratch_.empty()) {
        showShopper(ShopperRef::ofScratch(scratch_.front().number));
    } else {
        show({});
    }
    Q_EMIT selectedItemChanged();
    return {};
}

void Session::startWriter() {
    writer_ = std::make_unique<StorageWriter>(folder_);
    connect(writer_.get(), &StorageWriter::opened, this, [this](bool isReadOnly, const QString& reason) {
        if (isReadOnly) Q_EMIT workspaceReadOnly(reason);
    });
    connect(writer_.get(), &StorageWriter::saved, this, &Session::scratchSaved);
    connect(writer_.get(), &StorageWriter::failed, this, &Session::storageFailed);
    writer_->start();
}

const core::CatalogItem& Session::item(core::ItemIndex index) {
    const auto found = items_.constFind(index.value);
    if (found != items_.constEnd()) return *found;
    if (items_.size() >= keptItems) items_.clear();
    core::CatalogItem read;
    read.index = index;
    try {
        if (workspace_ && index.isValid()) read = workspace_->catalog().item(index);
    } catch (const std::exception& error) {
        read.text.title = error.what();
    }
    return *items_.insert(index.value, read);
}

QString Session::titleOf(const core::CatalogItem& item) {
    return QString::fromStdString(item.text.title.empty() ? item.text.id : item.text.title);
}

QString Session::pictureOf(const core::CatalogItem& item) { return QString::fromStdString(item.picture.string()); }

// ---- shopper

QString Session::shopperName() const {
    if (shopper_.isScratch())
        for (const auto& row : scratch_)
            if (row.number == shopper_.number) return row.name;
    if (!shopper_.isUser() || !workspace_) return {};
    try {
        return QString::fromStdString(workspace_->interactions().user(shopper_.user()).id);
    } catch (const std::exception&) {
        return {};
    }
}

void Session::showShopper(const ShopperRef& shopper) {
    if (!workspace_ || shopper == shopper_) return;
    if (shopper.isScratch() && !scratchRow(shopper.number)) return;
    const int walked = place_ + 1;
    visited_.resize(static_cast<std::size_t>(walked));
    visited_.push_back(shopper);
    if (visited_.size() > longestWalk) visited_.erase(visited_.begin());
    place_ = static_cast<int>(visited_.size()) - 1;
    show(shopper);
}

void Session::goBack() {
    if (canGoBack()) show(visited_[static_cast<std::size_t>(--place_)]);
}

void Session::goForward() {
    if (canGoForward()) show(visited_[static_cast<std::size_t>(++place_)]);
}

void Session::show(const ShopperRef& shopper) {
    shopper_ = shopper;
    original_.clear();
    trueNext_.reset();
    if (shopper.isUser()) {
        try {
            original_ = workspace_->interactions().history(shopper.user());
        } catch (const std::exception& error) {
            Q_EMIT storageFailed(errorText(error));
        }
        if (original_.size() >= 3) { // as core::LeaveOneOut: shorter ones are for training, whole
            trueNext_ = original_.back();
            original_.pop_back();
        }
    } else if (const auto* row = shopper.isScratch() ? scratchRow(shopper.number) : nullptr) {
        for (const auto item : row->items) original_.push_back({item, 0});
    }
    const auto edited = edited_.find(shopper);
    history_ = edited == edited_.end() ? original_ : edited->second;
    Q_EMIT shopperChanged();
    Q_EMIT historyChanged();
    Q_EMIT visitedChanged();
    Q_EMIT requestChanged();
}

ScratchRow* Session::scratchRow(int number) {
    const auto found = std::find_if(scratch_.begin(), scratch_.end(),
                                    [number](const ScratchRow& row) { return row.number == number; });
    return found == scratch_.end() ? nullptr : &*found;
}

// ---- what is compared

QStringList headNames(const core::ModelInfo& model) {
    QStringList names{QString::fromStdString(model.name)};
    if (model.recommender != "pixrec-vlm" || !model.problem.empty()) return names;
    if (model.capabilities.readsText) names += names.front() + QStringLiteral(":generative");
    return names << names.front() + QStringLiteral(":mix");
}

const core::ModelInfo* Session::model(Slot slot) const {
    const auto name = modelName(slot).toStdString();
    const auto isNamed = [&name](const core::ModelInfo& one) { return one.name == name; };
    const auto hasHeadNamed = [&name](const core::ModelInfo& one) {
        return headNames(one).contains(QString::fromStdString(name));
    };
    auto found = std::find_if(models_.begin(), models_.end(), isNamed);
    if (found == models_.end()) found = std::find_if(models_.begin(), models_.end(), hasHeadNamed);
    return found == models_.end() ? nullptr : &*found;
}

void Session::setModels(std::vector<core::ModelInfo> models) {
    models_ = std::move(models);
    const auto pick = [this](const char* name, const char* modality, const char* baseline) -> QString {
        for (const auto& one : models_)
            if (one.name == name && one.problem.empty()) return QString::fromStdString(one.name);
        for (const auto& one : models_)
            if (one.modality == modality && one.problem.empty()) return QString::fromStdString(one.name);
        for (const auto& one : models_)
            if (one.name == baseline) return QString::fromStdString(one.name);
        return models_.empty() ? QString() : QString::fromStdString(models_.front().name);
    };
    if (!model(Slot::a)) modelA_ = pick("text-only", "text", "popularity");
    if (!model(Slot::b)) modelB_ = pick("multimodal", "both", "co-occurrence");
    Q_EMIT modelsChanged();
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setModelName(Slot slot, const QString& name) {
    QString& current = slot == Slot::a ? modelA_ : modelB_;
    if (current == name) return;
    current = name;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setCompareMode(CompareMode mode) {
    if (compareMode_ == mode) return;
    compareMode_ = mode;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setK(int k) {
    k = std::clamp(k, 1, 1000);
    if (k_ == k) return;
    k_ = k;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

// ---- selection and presentation

void Session::selectItem(core::ItemIndex item) {
    if (selected_ == item) return;
    selected_ = item;
    Q_EMIT selectedItemChanged();
}

void Session::hoverItem(core::ItemIndex item) {
    if (hovered_ == item) return;
    hovered_ = item;
    Q_EMIT hoveredItemChanged();
}

void Session::seekItem(core::ItemIndex item) {
    if (sought_ == item) return;
    sought_ = item;
    Q_EMIT soughtItemChanged();
    Q_EMIT requestChanged();
}

void Session::setShowsTrueNext(bool shows) {
    if (showsTrueNext_ == shows) return;
    showsTrueNext_ = shows;
    Q_EMIT trueNextShownChanged();
}

void Session::setShowsScores(bool shows) {
    if (showsScores_ == shows) return;
    showsScores_ = shows;
    Q_EMIT presentationChanged();
}

void Session::setPresenting(bool isPresenting) {
    if (isPresenting_ == isPresenting) return;
    isPresenting_ = isPresenting;
    Q_EMIT presentationChanged();
}

} // namespace ui
