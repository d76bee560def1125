#!/usr/bin/env python3
"""compare_gpu.py BIN OUT.json [--device cuda:0] [--rows 10000000] [--shoppers 50000]: exact search and SASRec's training on a graphics
processor, here (bench_retrieval and bench_sequence in BIN, of the gpu preset) and in PyTorch, one after the other, into one JSON file.

Search: one query over ROWS x 128 halves, and 1,000 queries over a tenth of them, k = 100; PyTorch: matmul and topk, as much at once as
memory holds. Training: random histories, softmax over 12,000 products, width 64, two blocks and heads, batches of 64 histories of like
length padded to their longest; both count predictions that enter the loss. --device cpu with small numbers tries it out."""
import argparse, csv, datetime, json, os, platform, random, subprocess, sys, tempfile, time
import torch
from torch import nn
from torch.nn.functional import cross_entropy

parser = argparse.ArgumentParser()
parser.add_argument("bin")
parser.add_argument("out")
parser.add_argument("--device", default="cuda:0")
parser.add_argument("--rows", type=int, default=10_000_000)
parser.add_argument("--shoppers", type=int, default=50_000)
options = parser.parse_args()
device = torch.device(options.device)
precision = "fp16" if device.type == "cuda" else "fp32"
ITEMS, WIDTH, BATCH = 12_000, 64, 64


def ours(program, *words):
    done = subprocess.run([os.path.join(options.bin, program), *map(str, words)], capture_output=True, text=True)
    if done.returncode: sys.exit(f"{program}: {done.stderr}")
    return json.loads(done.stdout)


def wait():
    if device.type == "cuda": torch.cuda.synchronize()


def search(rows, queries, k=100, times=20):
    torch.manual_seed(1)
    dtype = torch.half if precision == "fp16" else torch.float
    table = torch.randn(rows, 128, device=device, dtype=dtype)
    wanted = torch.randn(queries, 128)
    step = max(1, min(queries, 2**32 // rows))  # scores of 2^32 products at once
    def once():
        parts = [(part.to(device, dtype) @ table.T).topk(k) for part in wanted.split(step)]
        return [(part.values.float().cpu(), part.indices.cpu()) for part in parts]
    once()
    seconds = []
    for _ in range(times):
        start = time.perf_counter(); once(); wait(); seconds.append(time.perf_counter() - start)
    return sorted(seconds)[times // 2]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))
        self.inward, self.outward = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))
        self.drop = nn.Dropout(0.2)
    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = (part.view(b, t, 2, WIDTH // 2).transpose(1, 2) for part in self.inward(self.norms[0](x)).chunk(3, -1))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, WIDTH)
        x = x + self.drop(self.outward(mixed))
        return x + self.drop(self.inner(self.norms[1](x)))


def training(histories):
    torch.manual_seed(1)
    items, places = nn.Embedding(ITEMS + 1, WIDTH, padding_idx=0).to(device), nn.Embedding(50, WIDTH).to(device)
    blocks = nn.Sequential(Block(), Block(), nn.LayerNorm(WIDTH)).to(device)
    optimizer = torch.optim.AdamW([*items.parameters(), *places.parameters(), *blocks.parameters()], lr=2e-3)
    histories = sorted((h[:-2] for h in histories if len(h) > 3), key=len)  # two are held out
    batches = [histories[i:i + BATCH] for i in range(0, len(histories), BATCH)]
    random.Random(1).shuffle(batches)
    events, start = 0, None
    for number, batch in enumerate(batches):
        if number == 5: wait(); events, start = 0, time.perf_counter()  # after the libraries have started
        longest = max(map(len, batch)) - 1
        read = torch.tensor([h[:-1] + [0] * (longest - len(h) + 1) for h in batch], device=device)
        target = torch.tensor([h[1:] + [0] * (longest - len(h) + 1) for h in batch], device=device)
        state = blocks(items(read) + places.weight[:longest])
        known = target > 0
        loss = cross_entropy(state[known] @ items.weight.T, target[known])
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        events += sum(len(h) - 1 for h in batch)
    wait()
    return events / (time.perf_counter() - start)


report = {"date": datetime.date.today().isoformat(), "machine": platform.machine(), "torch": torch.__version__, "device": str(device)}
if device.type == "cuda":
    report["gpu"] = torch.cuda.get_device_name(device)
    report["driver"] = subprocess.run(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"], capture_output=True, text=True).stdout.strip()
for name, rows, queries in (("one query", options.rows, 1), ("1,000 queries", options.rows // 10, 1000)):
    here = ours("bench_retrieval", "--device", options.device, "--precision", precision, "--rows", rows, "--queries", queries)
    there = search(rows, queries)
    report[f"search, {name}"] = {"here": here, "pytorch_seconds": there, "ratio": there / here["seconds_median"]}
draw = random.Random(1)
histories = [[draw.randrange(1, ITEMS + 1) for _ in range(draw.randint(5, 30))] for _ in range(options.shoppers)]
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/interactions.csv", "w", newline="") as file:
        rows = csv.writer(file); rows.writerow(["user", "item", "timestamp"])
        for shopper, history in enumerate(histories):
            for place, item in enumerate(history): rows.writerow([f"u{shopper}", f"i{item}", place])
    here = ours("bench_sequence", folder, f"{folder}/model", "sasrec", "--device", options.device, "--epochs", 2, "--set", "inner-width=128", "--set",
                "full-softmax=1000000", "--set", "validation-users=100", "--resamples", 1)
there = training(histories)
report["training, SASRec"] = {"here": here["events_per_second"], "pytorch_events_per_second": there, "ratio": here["events_per_second"]["median"] / there}
with open(options.out, "w") as file: json.dump(report, file, indent=2)
print(json.dumps(report, indent=2))
