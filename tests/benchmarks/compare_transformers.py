#!/usr/bin/env python3
"""compare_transformers.py BENCH_BACKBONES ENCODER: this program and Transformers on the same weights, one thread each, one after the other.

A random network of SmolLM2-135M's sizes (float32 and bfloat16 files): prompt and generation tokens per second. ENCODER is MiniLM's folder
(packaging/get-encoders.sh): 512 product-like texts per second, here with texts of one length together, there in batches of 32 padded to the
longest, in order. Both say what their LibTorch is; they are of one line only where this program was built with Python's."""
import json, os, random, resource, subprocess, sys, tempfile, time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
PROMPT, NEW = 256, 32


def best(work):
    wall = cpu = 1e9
    for _ in range(3):
        w, c = time.perf_counter(), time.process_time()
        work()
        wall, cpu = min(wall, time.perf_counter() - w), min(cpu, time.process_time() - c)
    return wall, cpu


def rate(n, t): return {"per_second": n / t[0], "per_cpu_second": n / t[1]}
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def make(folder, kind):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    torch.manual_seed(1)
    config = LlamaConfig(hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, vocab_size=49152,
                         max_position_embeddings=8192, tie_word_embeddings=True, rope_theta=100000.0, bos_token_id=0, eos_token_id=49151)
    LlamaForCausalLM(config).to(getattr(torch, kind)).save_pretrained(folder)


def theirs(what, folder, more):
    """In a process of its own, for its memory."""
    import torch
    torch.set_num_threads(1)
    before = peak()
    with torch.inference_mode():
        if what == "generate":
            from transformers import LlamaForCausalLM
            model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
            ids = torch.tensor([[3 + i * 7919 % (49152 - 3) for i in range(PROMPT)]])
            mask = torch.ones_like(ids)
            def run(n): return model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=n, pad_token_id=0)
            one, all = best(lambda: run(1)), best(lambda: run(NEW))
            result = {"prompt": rate(PROMPT, one), "generation": rate(run(NEW).shape[1] - PROMPT - 1, (all[0] - one[0], all[1] - one[1]))}
        else:
            from transformers import AutoTokenizer, BertModel
            model, tokenizer = BertModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
            texts = open(more).read().splitlines()
            def run():
                for i in range(0, len(texts), 32):
                    batch = tokenizer(texts[i : i + 32], padding=True, truncation=True, max_length=512, return_tensors="pt")
                    hidden, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
                    torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1))
            result = {"texts": rate(len(texts), best(run))}
    print(json.dumps({**result, "peak_bytes": peak(), "before_bytes": before, "torch": torch.__version__}))


def text(r):
    words = "red blue linen cotton shirt dress shoe leather bag summer winter soft wide slim classic sport kids women men with long short sleeve zip".split()
    return f"Title: {' '.join(r.choices(words, k=r.randint(3, 14)))} Category: {' '.join(r.choices(words, k=2))} Brand: {r.choice(words)} Price: {r.randint(5, 200)}.{r.randint(0, 99):02d}"


def main(bench, encoder):
    def child(*command): return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    def show(name, ours, other): print(json.dumps({"case": name, "ours": ours, "transformers": other}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("float32", "bfloat16"):
            where = os.path.join(folder, kind)
            subprocess.run([sys.executable, __file__, "--make", where, kind], check=True)
            show("generate " + kind, child(bench, "generate", where, str(PROMPT), str(NEW)), child(sys.executable, __file__, "--theirs", "generate", where, ""))
        texts = os.path.join(folder, "texts")
        r = random.Random(1)
        with open(texts, "w") as file: file.write("\n".join(text(r) for _ in range(512)) + "\n")
        show("encode", child(bench, "encode", encoder, texts), child(sys.executable, __file__, "--theirs", "encode", encoder, texts))


if __name__ == "__main__":
    if sys.argv[1] == "--make": make(*sys.argv[2:4])
    elif sys.argv[1] == "--theirs": theirs(*sys.argv[2:5])
    else: main(*sys.argv[1:3])
