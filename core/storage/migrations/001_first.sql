-- Positions in the program (ItemIndex, UserIndex) are row - 1: rows are dense, in catalog order.

CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Empty text means missing. picture is relative to meta 'picture_root', or absolute; picture_identity is empty where
-- there was no picture to be read when the catalog was made. events counts the events that name the product.
CREATE TABLE items (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    brand TEXT NOT NULL DEFAULT '',
    price REAL,
    description TEXT NOT NULL DEFAULT '',
    picture TEXT NOT NULL DEFAULT '',
    picture_identity TEXT NOT NULL DEFAULT '',
    extra TEXT NOT NULL DEFAULT '',
    events INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX items_by_category ON items (category);
CREATE INDEX items_by_title ON items (title COLLATE NOCASE);
CREATE INDEX items_by_price ON items (price);
CREATE INDEX items_by_events ON items (events);

CREATE VIRTUAL TABLE items_fts USING fts5 (
    title, category, brand, description, id,
    content = 'items', content_rowid = 'row', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE users (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    events INTEGER NOT NULL DEFAULT 0,
    last_time INTEGER
);
CREATE INDEX users_by_events ON users (events);
CREATE INDEX users_by_last_time ON users (last_time);

-- A history in order of the key: time first, then seq, the order of the source. time is milliseconds since 1970 UTC
-- where meta 'has_times' is 1, a bare order else.
CREATE TABLE events (
    user INTEGER NOT NULL REFERENCES users (row),
    time INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES items (row),
    PRIMARY KEY (user, time, seq)
) WITHOUT ROWID;

CREATE TABLE scratch_shoppers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL
);
CREATE TABLE scratch_events (
    shopper INTEGER NOT NULL REFERENCES scratch_shoppers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES items (row),
    PRIMARY KEY (shopper, position)
) WITHOUT ROWID;
