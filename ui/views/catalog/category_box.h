#pragma once
#include "core/catalog/catalog.h"
#include <QComboBox>
#include <optional>
#include <string>
#include <vector>

namespace ui {

/// A category and what it holds, children included, in the order of a tree: parents before their children.
struct CategoryEntry {
    std::string category; ///< "Gear > Bags"
    int depth = 0;        ///< 0: has no parent
    std::int64_t items = 0;
};

/// Parents that no product names itself are made up here, so that they can be chosen.
std::vector<CategoryEntry> categoryTree(const std::vector<core::CategoryCount>& categories);

/// "Gear > Bags" and its parents, the nearest first: "Gear > Bags", "Gear".
std::vector<std::string> categoryAndParents(const std::string& category);

/// Choice of one category or all, indented as a tree, with counts.
class CategoryBox : public QComboBox {
    Q_OBJECT
public:
    explicit CategoryBox(QWidget* parent = nullptr);
    /// Keeps the choice where the new list has it too; no signal.
    void setCategories(const std::vector<core::CategoryCount>& categories);
    std::optional<std::string> category() const;
    void setCategory(const std::optional<std::string>& category);

Q_SIGNALS:
    void categoryChanged();
};

} // namespace ui
