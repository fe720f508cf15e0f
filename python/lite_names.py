#!/usr/bin/env python3
"""Names for the inputs and outputs of a PyTorch lite-interpreter model (.ptl), for Lite.

A model takes its inputs by position, in an order of dimensions that nobody checks. The names written by this file go into
the model's archive as `extra/lite.json`; PyTorch ignores them, Lite checks inputs against them, finds inputs by name and
puts dimensions into the model's order. The form is described in Lite's docs/named-dimensions.md.

At export:

    import lite_names
    lite_names.save(torch.jit.script(model), "m.ptl",
                    inputs=[lite_names.image("image", size=(224, 224), **lite_names.IMAGENET)],
                    outputs=[lite_names.tensor("scores", dtype="float32", dimensions=["batch", "class"], sizes=[None, 1000])])

An existing file, without the Python model and without torch:

    lite_names.add("m.ptl", lite_names.describe(inputs=[...], outputs=[...]))

or from the command line, with a JSON file of the same form:

    python lite_names.py m.ptl                  # prints the names in m.ptl
    python lite_names.py m.ptl names.json       # writes them into it; -o OTHER.ptl leaves m.ptl alone

This one file is all; copy it to where it is needed. It needs Python 3.9, and torch for `save` only.
"""
import argparse
import json
import math
import os
import re
import struct
import sys
import tempfile
import zipfile

VERSION = 1
RECORD = "lite.json"

# What torchvision's ImageNet weights were trained with.
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "range": [0, 1], "channels": "RGB"}

_DTYPES = ["uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex32", "complex64", "complex128",
           "bool", "qint8", "quint8", "qint32", "bfloat16", "quint4x2", "quint2x4"]
_CHANNELS = ("C", "c", "channel", "channels")
_ALIGNMENT = 64     # of a record's data, as PyTorch writes it


# --- What is said -----------------------------------------------------------------------------------------------------------

def tensor(name, dtype=None, dimensions=None, sizes=None, mean=None, std=None, range=None, channels=None, labels=None):
    """One input or output; what is None is not said.

    dtype       "float32", or torch.float32
    dimensions  names in the model's order: ["batch", "channel", "height", "width"]
    sizes       one for each dimension, None where it may differ from run to run
    range       of images: what the bytes 0 and 255 become, before mean is subtracted and std divided by: [0, 1]
    mean, std   one number, or one for each channel; they need a range
    channels    the order of the channels: "RGB"
    labels      names of the positions along the last dimension, of classes say
    """
    values = {"name": name, "dtype": None if dtype is None else str(dtype).removeprefix("torch."), "dimensions": dimensions,
              "sizes": sizes, "mean": mean, "std": std, "range": range, "channels": channels, "labels": labels}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items() if value is not None}


def image(name="image", size=(None, None), batch=None, layout="NCHW", dtype="float32", mean=None, std=None, range=None,
          channels="RGB"):
    """An image input: size is (height, width); layout the model's order."""
    meaning = {"N": ("batch", batch), "C": ("channel", len(channels)), "H": ("height", size[0]), "W": ("width", size[1])}
    pairs = [meaning[letter] for letter in layout]
    return tensor(name, dtype, [n for n, _ in pairs], [s for _, s in pairs], mean, std, range, channels)


def describe(inputs=(), outputs=(), methods=None):
    """What goes into the file: of `forward`, and of other methods as {"encode": {"inputs": […], "outputs": […]}}. outputs
    describe the tensors of the result, depth first. Raises ValueError for what Lite would not accept."""
    result = {"lite_names": VERSION}
    if inputs or outputs:
        result.update(inputs=list(inputs), outputs=list(outputs))
    if methods:
        result["methods"] = methods
    check(result)
    return result


# --- Checks, the same as Lite's ---------------------------------------------------------------------------------------------

def check(names):
    """Raises ValueError, with the place, for what Lite would not accept of `describe`'s result."""
    if not isinstance(names, dict) or names.get("lite_names") != VERSION:
        raise ValueError(f"expected an object with \"lite_names\": {VERSION}")
    for method, parts in [("forward", names), *names.get("methods", {}).items()]:
        for key in ("inputs", "outputs"):
            entries = parts.get(key, [])
            for index, entry in enumerate(entries):
                try:
                    _check(entry)
                except ValueError as error:
                    raise ValueError(f"{method}, {key}[{index}]: {error}") from None
            if len({entry["name"] for entry in entries}) < len(entries):
                raise ValueError(f"{method}, {key}: two have the same name")


def _check(entry):
    def identifier(text, what):
        if not isinstance(text, str) or not re.fullmatch(r"(?!\d)[A-Za-z0-9_\u0080-\U0010ffff]+", text) or len(text.encode()) > 64:
            raise ValueError(f"{what} is {text!r}, expected letters, digits and _, no digit first, at most 64 bytes")

    identifier(entry.get("name"), "name")
    dimensions, sizes, labels = entry.get("dimensions"), entry.get("sizes"), entry.get("labels")
    if entry.get("dtype", "float32") not in _DTYPES:
        raise ValueError(f"dtype is {entry['dtype']!r}, expected one of {', '.join(_DTYPES)}")
    for dimension in dimensions or []:
        identifier(dimension, "a dimension")
    if len(set(dimensions or [])) < len(dimensions or []):
        raise ValueError("two dimensions have the same name")
    rank = len(dimensions if dimensions is not None else sizes or [])
    if rank > 8 or (sizes is not None and len(sizes) != rank):
        raise ValueError("expected one size for each dimension, None where it may differ, and at most 8")
    if any(s is not None and (not isinstance(s, int) or isinstance(s, bool) or s < 0) for s in sizes or []):
        raise ValueError("sizes are whole numbers, or None")
    if "channels" in entry:
        identifier(entry["channels"], "channels")
    if labels is not None:
        if any(not isinstance(text, str) or "\0" in text for text in labels):
            raise ValueError("labels are texts")
        if sizes and sizes[-1] is not None and sizes[-1] != len(labels):
            raise ValueError(f"found {len(labels)} labels, the last dimension is of {sizes[-1]}")
    _check_normalization(entry, dimensions or [], sizes)


def _check_normalization(entry, dimensions, sizes):
    lists = {key: entry[key] for key in ("mean", "std", "range") if key in entry}
    if not lists:
        return
    for key, numbers in lists.items():
        if not isinstance(numbers, list) or not numbers or any(not _is_number(x) for x in numbers):
            raise ValueError(f"{key} is a list of finite numbers")
    if "range" not in lists:
        raise ValueError("mean and std need a range: what 0 and 255 of an image become before, [0, 1] say")
    if len(lists["range"]) != 2 or lists["range"][0] >= lists["range"][1]:
        raise ValueError("range is two numbers, the lower first")
    if any(x <= 0 for x in lists.get("std", [])):
        raise ValueError("std: expected positive numbers")
    count = max(len(lists.get(key, [0])) for key in ("mean", "std"))
    if count > 16:
        raise ValueError("mean and std have at most 16 numbers")
    if any(len(lists.get(key, [0])) not in (1, count) for key in ("mean", "std")):
        raise ValueError("mean and std have one number, or one for each channel")
    axis = next((i for i, name in enumerate(dimensions) if name in _CHANNELS), None)
    if count > 1 and (axis is None or (sizes and sizes[axis] not in (None, count))):
        raise ValueError(f"{count} numbers for mean or std need a dimension named channel, of that size if it is fixed")
    if not entry.get("dtype", "float32").removeprefix("b").startswith("float"):
        raise ValueError(f"range, mean and std are of floats, found dtype {entry['dtype']}")


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 3.4e38 and not math.isnan(value)


# --- Into the file ----------------------------------------------------------------------------------------------------------

def text(names):
    """The JSON that goes into the file."""
    check(names)
    return json.dumps(names, ensure_ascii=False, separators=(",", ":"))


def save(module, path, inputs=(), outputs=(), methods=None):
    """`module._save_for_lite_interpreter(path)` with names. module: scripted or traced."""
    names = describe(inputs, outputs, methods)
    arguments = len(list(module.forward.schema.arguments)) - 1 if hasattr(module, "forward") else None
    if arguments is not None and len(names.get("inputs", [])) > arguments:
        raise ValueError(f"{len(names['inputs'])} inputs are described, forward takes {arguments}")
    module._save_for_lite_interpreter(str(path), _extra_files={RECORD: text(names)})


def read(path):
    """The names in a .ptl file, or None. Raises ValueError if they are no JSON."""
    with zipfile.ZipFile(path) as archive:
        record = _root(archive) + "extra/" + RECORD
        return json.loads(archive.read(record)) if record in archive.namelist() else None


def add(path, names, output=None):
    """Writes names into an existing .ptl file, in place of those it has; to `output` if given, else the file itself is
    replaced, at once when all is written. All other records keep their bytes and their order; like PyTorch's own writer
    this one stores them uncompressed, their data aligned to 64 bytes."""
    output = os.path.realpath(output or path)
    content = text(names).encode()
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(output), prefix=".lite_names-")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
            added = _root(old) + "extra/" + RECORD
            for name in old.namelist():
                if name != added:
                    _store(new, name, old.read(name))
            _store(new, added, content)
        os.chmod(temporary, os.stat(path).st_mode & 0o777)
        os.replace(temporary, output)
    except BaseException:
        os.unlink(temporary)
        raise


def _root(archive):
    """The archive's folder, which all records are in."""
    names = archive.namelist()
    root = names[0].split("/")[0] + "/" if names else ""
    if root + "bytecode.pkl" not in names:
        raise ValueError("this is no file of _save_for_lite_interpreter: it has no bytecode.pkl")
    return root


def _store(archive, name, content):
    info = zipfile.ZipInfo(name)
    # The data comes behind the local header (30 bytes), the name and an extra field, which PyTorch too calls "FB". The
    # name is written as ASCII or, if that does not do, as UTF-8.
    begin = archive.fp.tell() + 30 + len(name.encode()) + 4
    padding = -begin % _ALIGNMENT
    info.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    archive.writestr(info, content)


def main():
    parser = argparse.ArgumentParser(description="Prints the names in a .ptl file, or writes names into it.")
    parser.add_argument("model")
    parser.add_argument("names", nargs="?", help="a JSON file; without it the model's names are printed")
    parser.add_argument("-o", "--output", help="the file to write; the model itself if not given")
    arguments = parser.parse_args()
    try:
        if arguments.names is None:
            found = read(arguments.model)
            if found is None:
                sys.exit(f"{arguments.model} has no names")
            print(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            with open(arguments.names, encoding="utf-8") as file:
                add(arguments.model, json.load(file), arguments.output)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(f"{arguments.model}: {error}")


if __name__ == "__main__":
    main()
