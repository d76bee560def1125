#include "ui/views/catalog/item_mime.h"
#include <QDataStream>
#include <QIODevice>
#include <QMimeData>

namespace ui {

QMimeData* makeItemMime(const std::vector<core::ItemIndex>& items, const QStringList& ids) {
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    for (const core::ItemIndex item : items) stream << qint32{item.value};
    auto* data = new QMimeData;
    data->setData(QLatin1String(itemMimeType), bytes);
    data->setText(ids.join(QLatin1Char('\n')));
    return data;
}

std::vector<core::ItemIndex> itemsOfMime(const QMimeData* data) {
    std::vector<core::ItemIndex> items;
    if (data == nullptr) return items;
    QDataStream stream(data->data(QLatin1String(itemMimeType)));
    for (qint32 value = -1; !stream.atEnd();) {
        stream >> value;
        if (stream.status() == QDataStream::Ok && value >= 0) items.push_back({value});
    }
    return items;
}

} // namespace ui
