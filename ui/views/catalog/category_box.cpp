#include "ui/views/catalog/category_box.h"
#include <QLocale>
#include <QSignalBlocker>
#include <map>

namespace ui {
namespace {
constexpr std::string_view separator = " > ";
}

std::vector<std::string> categoryAndParents(const std::string& category) {
    std::vector<std::string> chain;
    for (std::string rest = category; !rest.empty();) {
        chain.push_back(rest);
        const std::size_t cut = rest.rfind(separator);
        rest = cut == std::string::npos ? std::string() : rest.substr(0, cut);
    }
    return chain;
}

std::vector<CategoryEntry> categoryTree(const std::vector<core::CategoryCount>& categories) {
    // By their parts and not by their bytes: "A - B" must not stand between "A" and "A > B".
    std::map<std::vector<std::string>, CategoryEntry> tree;
    for (const core::CategoryCount& counted : categories) {
        if (counted.category.empty()) continue;
        std::vector<std::string> chain = categoryAndParents(counted.category);
        std::vector<std::string> path;
        for (auto one = chain.rbegin(); one != chain.rend(); ++one) {
            path.push_back(*one);
            CategoryEntry& entry = tree[path];
            entry.category = *one;
            entry.depth = static_cast<int>(path.size()) - 1;
            entry.items += counted.items;
        }
    }
    std::vector<CategoryEntry> entries;
    for (auto& [path, entry] : tree) entries.push_back(std::move(entry));
    return entries;
}

CategoryBox::CategoryBox(QWidget* parent) : QComboBox(parent) {
    setAccessibleName(tr("Category"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(8); // and as much more as there is room
    setMaxVisibleItems(20);
    addItem(tr("All categories"));
    connect(this, &QComboBox::currentIndexChanged, this, &CategoryBox::categoryChanged);
}

void CategoryBox::setCategories(const std::vector<core::CategoryCount>& categories) {
    const QSignalBlocker quiet(this);
    const auto chosen = category();
    clear();
    addItem(tr("All categories"));
    for (const CategoryEntry& entry : categoryTree(categories)) {
        const QString name = QString::fromStdString(entry.category).section(QLatin1String(separator.data()), -1, -1);
        addItem(QString(entry.depth * 4, QLatin1Char(' ')) +
                    tr("%1 (%2)").arg(name, QLocale().toString(static_cast<qlonglong>(entry.items))),
                QString::fromStdString(entry.category));
    }
    setCategory(chosen);
}

std::optional<std::string> CategoryBox::category() const {
    const QString chosen = currentData().toString();
    return chosen.isEmpty() ? std::nullopt : std::optional(chosen.toStdString());
}

void CategoryBox::setCategory(const std::optional<std::string>& category) {
    const int index = category ? findData(QString::fromStdString(*category)) : 0;
    setCurrentIndex(std::max(0, index));
}

} // namespace ui
