#pragma once
#include "core/workspace/workspace_builder.h"
#include <filesystem>
#include <string>

namespace test {

inline core::NewItem item(std::string id, std::string title, std::string category = "",
                          std::optional<double> price = {}) {
    core::NewItem item;
    item.text.id = std::move(id);
    item.text.title = std::move(title);
    item.text.category = std::move(category);
    item.text.price = price;
    return item;
}

inline const core::ProgressSink noProgress = [](const core::Progress&) {};

/// Seven products and three shoppers; "anna" buys a, b, a; "bert" b; "cleo" nothing.
inline core::WorkspaceSummary makeSmallShop(const std::filesystem::path& folder,
                                            core::IfExists ifExists = core::IfExists::refuse) {
    core::WorkspaceBuilder builder(folder, ifExists);
    builder.setPictureRoot("/pictures");
    builder.setSource("by hand");
    builder.setHasTimes(true);
    const auto add = [&](core::NewItem product, const char* brand, const char* description, const char* picture) {
        product.text.brand = brand;
        product.text.description = description;
        product.picture = picture;
        product.pictureIdentity = picture;
        return builder.addItem(product);
    };
    const auto a = add(item("24-MB01", "Joust Duffle Bag", "Gear > Bags", 34), "Luma", "for the gym", "a.jpg");
    const auto b = add(item("0042", "Crème brûlée bowl", "Gear", 5.5), "", "", "b/b.jpg");
    add(item("🎒", "Backpack", "Gear > Bags", 120), "Luma", "", "");
    add(item("'; DROP TABLE items; --", "Joust mug", "Kitchen", {}), "", "NEAR the fire", "");
    add(item("x", "", "Gearbox", 7), "", "", "");
    add(item("twin 1", "Cup", "Kitchen", 3), "", "one", "c.jpg");
    add(item("twin 2", "Cup", "Kitchen", 3), "", "two", "d.jpg");
    const auto anna = builder.addUser("anna");
    const auto bert = builder.addUser("bert");
    builder.addUser("cleo");
    builder.addEvent(anna, b, 2000);
    builder.addEvent(bert, b, 9000);
    builder.addEvent(anna, a, 1000);
    builder.addEvent(anna, a, 2000);
    return builder.commit(noProgress, {});
}

} // namespace test
