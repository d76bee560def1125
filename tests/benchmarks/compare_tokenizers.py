#!/usr/bin/env python3
"""Our tokenizer beside Hugging Face's, one thread each, in one run, by turns; CPU seconds, best of the rounds.

    python3 tests/benchmarks/compare_tokenizers.py BUILD/bin/bench_tokenize [TOKENIZER.json ...]
Needs `tokenizers`; without names all fixtures of tests/data/hf/tokenizers are run.
"""
import os
os.environ["RAYON_NUM_THREADS"], os.environ["TOKENIZERS_PARALLELISM"] = "1", "false"
import glob, gzip, json, struct, subprocess, sys, tempfile, time
import tokenizers

here = os.path.dirname(os.path.abspath(__file__))
fixtures = os.path.join(here, "..", "data", "hf", "tokenizers")
ROUNDS = 3


def main():
    program, files = sys.argv[1], sys.argv[2:] or sorted(glob.glob(os.path.join(fixtures, "*", "tokenizer.json")))
    data = gzip.open(os.path.join(fixtures, "texts.gz")).read()
    texts, at = [], 0
    while at < len(data):
        n = struct.unpack_from("<I", data, at)[0]
        texts.append(data[at + 4 : at + 4 + n].decode())
        at += 4 + n
    with tempfile.NamedTemporaryFile() as plain:
        plain.write(data)
        plain.flush()
        for file in files:
            tok = tokenizers.Tokenizer.from_file(file)
            tok.no_padding(), tok.no_truncation()
            theirs = {"spans": 1e9, "ids": 1e9}
            ours = {"spans": 1e9, "ids": 1e9}
            for _ in range(ROUNDS):
                for kind, encode in (("spans", tok.encode_batch), ("ids", tok.encode_batch_fast)):
                    start = time.process_time()
                    made = encode(texts)
                    theirs[kind] = min(theirs[kind], time.process_time() - start)
                    count = sum(len(e.ids) for e in made)
                    del made
                out = json.loads(subprocess.run([program, file, plain.name, "2"], check=True, capture_output=True).stdout)
                for kind in ours: ours[kind] = min(ours[kind], out[kind]["cpuSeconds"])
                assert out["spans"]["tokens"] == count, (out, count)
            print(json.dumps({"tokenizer": os.path.basename(os.path.dirname(file)), "tokens": count, "reference": tokenizers.__version__,
                              **{k + "Ours": round(ours[k], 3) for k in ours}, **{k + "Theirs": round(theirs[k], 3) for k in theirs},
                              **{k + "Speedup": round(theirs[k] / ours[k], 2) for k in ours}}))


main()
