#!/usr/bin/env python3
"""compare_vlm.py BENCH_VLM TOKENIZER [DEVICE PRECISION]: training, prompts and products of a text PixRec here and in PyTorch with Transformers, one thread
each, one after the other, on the same random network, titles and histories.

TOKENIZER is a folder with tokenizer.json (MiniLM's: packaging/get-encoders.sh). Two networks: of tiny's sizes, and SmolLM2-135M's width with six of
its thirty layers. DEVICE: cpu or cuda:N, PRECISION: fp32 or bf16 (the peer: autocast, weights in float32). The peer does what methods.md 1 says in the usual way: batches padded to their longest text, logits of all places of the joint
texts, targets alone, AdamW. Training counts events (those of a history and the target). Both name their LibTorch."""
import json, os, random, resource, subprocess, sys, tempfile, time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
SIZES = {"tiny": (dict(hidden_size=128, intermediate_size=352, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=4), 32),
         "smollm2-135m, 6 of 30 layers": (dict(hidden_size=576, intermediate_size=1536, num_hidden_layers=6, num_attention_heads=9, num_key_value_heads=3), 8)}
BEGIN, FIRST, NEXT = "This is the summary of a user's purchase history.", " The first item bought is as follows.", "\nThe next item bought is as follows."


def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def make(folder, tokenizer, sizes):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    torch.manual_seed(1)
    with open(os.path.join(tokenizer, "tokenizer.json")) as file: parts = json.load(file)
    if "merges" in parts["model"]:  # as older libraries read them
        parts["model"]["merges"] = [m if isinstance(m, str) else " ".join(m) for m in parts["model"]["merges"]]
    written = os.path.join(folder, "tokenizer.json")
    with open(written, "w") as file: json.dump(parts, file)
    words = len(PreTrainedTokenizerFast(tokenizer_file=written))
    LlamaForCausalLM(LlamaConfig(**sizes, vocab_size=words, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2)).save_pretrained(folder)


def draw(items, shoppers, prompts):
    r = random.Random(1)
    words = "red blue linen cotton shirt dress shoe leather bag summer winter soft wide slim classic sport kids women men with long short sleeve zip".split()
    return {"titles": [" ".join(r.choices(words, k=r.randint(3, 10))) + f" {i}" for i in range(items)],
            "histories": [[r.randrange(items) for _ in range(r.randint(5, 10))] for _ in range(shoppers)],
            "prompts": [[r.randrange(items) for _ in range(5)] for _ in range(prompts)]}


def theirs(folder, data, batch, device, precision):
    import torch
    from torch.nn.functional import cross_entropy, normalize
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast
    torch.set_num_threads(1)
    torch.manual_seed(1)
    r = random.Random(2)
    data = json.load(open(data))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"))
    model = LlamaForCausalLM.from_pretrained(folder).to(device)
    user, item = (torch.nn.Linear(model.config.hidden_size, 128).to(device) for _ in range(2))
    lower = torch.autocast(torch.device(device).type, torch.bfloat16, enabled=precision == "bf16")
    def wait():
        if device != "cpu": torch.cuda.synchronize()
    def ids(text): return tokenizer(text, add_special_tokens=False).input_ids
    texts = [f"Title: {t}. Category: Unknown. Brand: Unknown. Price: Unknown." for t in data["titles"]]
    inside, alone = [ids(" " + t)[:32] for t in texts], [ids(t)[:32] + [model.config.eos_token_id] for t in texts]
    begin, first, later, last = tokenizer(BEGIN).input_ids, ids(FIRST), ids(NEXT), ids(NEXT + "\n")
    def history(items):
        text = list(begin)
        for i, it in enumerate(items): text += (later if i else first) + inside[it]
        return text + last
    def padded(all):
        longest = max(map(len, all))
        return (torch.tensor([t + [0] * (longest - len(t)) for t in all]).to(device), torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in all]).to(device))
    def hidden(all):
        tokens, mask = padded(all)
        return model.model(input_ids=tokens, attention_mask=mask, use_cache=False).last_hidden_state, mask
    def mean(states, mask): return (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)

    def loss(windows):
        before, target = [history(w[:-1]) for w in windows], [w[-1] for w in windows]
        joint = [b + alone[t] for b, t in zip(before, target)]
        states, mask = hidden(joint)
        places = torch.arange(states.shape[1], device=device)[None]
        start = torch.tensor([len(b) for b in before], device=device)[:, None]
        old, own = mask * (places < start), mask * (places >= start)
        labels = padded(joint)[0].masked_fill(own == 0, -100)
        logits = model.lm_head(states[:, :-1])
        tokens = cross_entropy(logits.flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=-100)
        single, single_mask = hidden([alone[t] for t in target])
        z_user, z_joint, z_alone = (normalize(p, dim=-1) for p in (user(mean(states, old)), item(mean(states, own)), item(mean(single, single_mask))))
        row = torch.tensor(target, device=device)
        twin = (row[:, None] == row[None]) & ~torch.eye(len(row), dtype=torch.bool, device=device)
        def contrast(anchors): return cross_entropy((anchors @ z_alone.T / 0.5).float().masked_fill(twin, -1e9), torch.arange(len(row), device=device))
        return 0.85 * tokens + 0.125 * contrast(z_joint) + 0.025 * contrast(z_user)

    windows = []
    for h in data["histories"]:
        events = h[:-2]
        n = r.randint(1, min(5, len(events) - 1))
        start = r.randint(0, len(events) - 1 - n)
        windows.append(events[start : start + n + 1])
    r.shuffle(windows)
    everything = [*model.parameters(), *user.parameters(), *item.parameters()]
    optimizer = torch.optim.AdamW(everything, lr=1e-4, weight_decay=0.01)
    model.train()
    start = time.perf_counter()
    total = 0
    for i in range(0, len(windows), batch):
        optimizer.zero_grad()
        with lower: value = loss(windows[i : i + batch])
        value.backward()
        torch.nn.utils.clip_grad_norm_(everything, 1.0)
        optimizer.step()
        total += value.item() * len(windows[i : i + batch])
    wait()
    result = {"training_events_per_second": sum(map(len, windows)) / (time.perf_counter() - start), "loss": total / len(windows), "training_peak_bytes": peak()}
    model.eval()
    with torch.inference_mode(), lower:
        start = time.perf_counter()
        vectors = torch.cat([normalize(item(mean(*hidden(alone[i : i + 32]))), dim=-1) for i in range(0, len(alone), 32)])
        wait()
        result["items_per_second"] = len(alone) / (time.perf_counter() - start)
        prompts = [history(p) for p in data["prompts"]]
        start = time.perf_counter()
        for p in prompts: (normalize(user(mean(*hidden([p]))), dim=-1) @ vectors.T).cpu()
        tokens = sum(map(len, prompts))
        result.update(prompt_tokens_per_second=tokens / (time.perf_counter() - start), prompt_tokens=tokens / len(prompts), peak_bytes=peak(), libtorch=torch.__version__)
    print(json.dumps(result))


def main(bench, tokenizer, device="cpu", precision="fp32"):
    def child(*command): return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    for name, (sizes, batch) in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, __file__, "--make", folder, tokenizer, json.dumps(sizes)], check=True)
            data = os.path.join(folder, "data.json")
            with open(data, "w") as file: json.dump(draw(2000, 320, 200) if batch > 8 else draw(300, 48, 40), file)
            ours, other = child(bench, folder, data, str(batch), device, precision), child(sys.executable, __file__, "--theirs", folder, data, str(batch), device, precision)
            print(json.dumps({"network": name, "ours": ours, "pytorch": other, "ratio": {key: round(ours[key] / other[key], 2) for key in ours if isinstance(ours[key], (float, int)) and (device == "cpu" or "peak" not in key)}}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--make": make(sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
    elif sys.argv[1] == "--theirs": theirs(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5], sys.argv[6])
    else: main(*sys.argv[1:])
