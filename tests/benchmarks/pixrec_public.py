#!/usr/bin/env python3
"""pixrec_public.py FILE.jsonl FOLDER: the public data of PixRec (souradipp76/PixRec, data/*.jsonl) as items.jsonl and interactions.csv.

Each line is a shopper: a history and the product that came next, in order but without times. They get dates that say which part an event
is for: the product that came next 1 June 2021 (test), the newest of two or more before it 1 January 2021 (validation), all others January
2020 in order (training)."""
import csv, datetime, json, pathlib, re, sys

source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
products = {}
with open(source, encoding="utf-8") as lines, open(folder / "interactions.csv", "w", encoding="utf-8", newline="") as events:
    rows = csv.writer(events)
    rows.writerow(["user", "item", "timestamp"])
    for shopper, line in enumerate(lines):
        record = json.loads(line)
        history = record["user_history"]
        for place, text in enumerate(history):
            day = datetime.date(2020, 1, 1) + datetime.timedelta(days=place)
            if 0 < place == len(history) - 1:
                day = datetime.date(2021, 1, 1)
            rows.writerow([f"u{shopper}", products.setdefault(text, f"p{len(products):04}"), day])
        target = record["target_item"]
        rows.writerow([f"u{shopper}", products.setdefault(target, f"p{len(products):04}"), "2021-06-01"])
with open(folder / "items.jsonl", "w", encoding="utf-8") as items:
    for text, name in products.items():
        title, category, brand, price = re.match(r"Title: (.*)\. Category: (.*?)\. Brand: (.*?)\. Price: (.*?)\. Image: $", text, re.S).groups()
        known = {"id": name, "title": title, "category": category, "brand": brand}
        items.write(json.dumps({key: value for key, value in known.items() if value != "Unknown"}) + "\n")
print(f"{len(products)} products, {shopper + 1} shoppers")
