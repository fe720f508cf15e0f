"""Makes `names/`: models whose archives name their inputs and outputs (extra/lite.json), arrays in several orders of
dimensions, what PyTorch computes of them, and what `align_to` of its named tensors does.

    python make_names.py      # needs torch

Two models are written by PyTorch with `_extra_files`, `added.ptl` got its names afterwards from python/lite_names.py; that
PyTorch opens it still, with the same results, is checked here.
"""
import itertools
import json
import pathlib
import shutil
import sys
import zipfile
from typing import Tuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "python"))
import lite_names  # noqa: E402
from fixture import load, rewrite, seed  # noqa: E402

OUT = HERE / "names"
IMAGE = lite_names.image("image", size=(3, 3), **lite_names.IMAGENET)
SCORES = lite_names.tensor("scores", torch.float32, ["batch", "class"], [None, 5],
                           labels=["cat", "dog", "Sämann", "a \"quoted\" one", "fish"])


class Photo(torch.nn.Module):
    """Three channels and 3x3 pixels: an image in the wrong order has the right sizes."""

    def __init__(self):
        super().__init__()
        self.convolution = torch.nn.Conv2d(3, 4, 2)
        self.linear = torch.nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(F.relu(self.convolution(x)).flatten(1))


class Pair(torch.nn.Module):
    """Several inputs and outputs, and a second method."""

    def forward(self, x: Tensor, weight: Tensor, scale: float = 2.0) -> Tuple[Tensor, Tensor]:
        # A view that needs its input dense, as many models begin.
        return x.view(x.size(0), -1) * scale, x * weight.unsqueeze(2)

    @torch.jit.export
    def encode(self, ids: Tensor) -> Tensor:
        return ids * 2


def write(name: str, module: torch.nn.Module, **names) -> None:
    extra = {} if not names else {lite_names.RECORD: lite_names.text(lite_names.describe(**names))}
    rewrite(torch.jit.script(module)._save_to_buffer_for_lite_interpreter(_extra_files=extra), OUT / name)


def save(name: str, tensor: Tensor) -> None:
    np.save(OUT / name, np.ascontiguousarray(tensor.numpy()))


def photo() -> None:
    seed(5)
    module = Photo().eval()
    write("photo.ptl", module, inputs=[IMAGE], outputs=[SCORES])
    pixels = torch.from_numpy(np.random.default_rng(7).integers(0, 256, (3, 3, 3), dtype=np.uint8))     # height, width, channel
    # torchvision's to_tensor and normalize.
    mean, std = (torch.tensor(IMAGE[key]).view(3, 1, 1) for key in ("mean", "std"))
    image = pixels.permute(2, 0, 1).float().div(255).sub(mean).div(std).unsqueeze(0)
    save("photo_hwc_bytes.npy", pixels)
    save("photo_nchw.npy", image)
    save("photo_nhwc.npy", image.permute(0, 2, 3, 1))
    expected = load(OUT / "photo.ptl")(image)
    save("photo_scores.npy", expected)
    wrong = load(OUT / "photo.ptl")(image.permute(0, 2, 3, 1).contiguous())
    assert (expected - wrong).abs().max() > 0.1
    write("unnamed.ptl", module)
    # Names that the helper would refuse: as many sizes as nobody can mean.
    wrong = json.dumps({"lite_names": 1, "inputs": [{**IMAGE, "sizes": [3, 3, 3]}]})
    rewrite(torch.jit.script(module)._save_to_buffer_for_lite_interpreter(_extra_files={lite_names.RECORD: wrong}), OUT / "broken.ptl")
    add(image, expected)


def add(image: Tensor, expected: Tensor) -> None:
    """Names for a file that has none, and other ones for a file that has some."""
    names = lite_names.describe([IMAGE], [SCORES])
    other = lite_names.describe([lite_names.tensor("other")])
    target = OUT / "added.ptl"
    lite_names.add(OUT / "unnamed.ptl", other, target)
    assert lite_names.read(OUT / "unnamed.ptl") is None and lite_names.read(target) == other
    lite_names.add(target, names)
    assert lite_names.read(target) == names
    assert torch.equal(load(target)(image), expected)
    with zipfile.ZipFile(target) as new, zipfile.ZipFile(OUT / "unnamed.ptl") as old:
        assert new.namelist()[:-1] == old.namelist() and new.testzip() is None
        for info in new.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            with open(target, "rb") as file:
                file.seek(info.header_offset + 26)
                name, padding = (int.from_bytes(file.read(2), "little") for _ in range(2))
            assert (info.header_offset + 30 + name + padding) % 64 == 0, info.filename
        for name in old.namelist():
            assert new.read(name) == old.read(name)


def pair() -> None:
    seed(9)
    write("pair.ptl", Pair(), inputs=[
        lite_names.tensor("features", "float32", ["batch", "time", "channel"], [None, None, 4]),
        lite_names.tensor("weight", dimensions=["batch", "time"]),
        lite_names.tensor("scale")],
        outputs=[lite_names.tensor("flat"), lite_names.tensor("weighted", "float32", ["batch", "time", "channel"])],
        methods={"encode": {"inputs": [lite_names.tensor("tokens", "int64", ["batch", "length"])], "outputs": []}})
    features, weight = torch.randn(2, 3, 4), torch.randn(2, 3)
    flat, weighted = load(OUT / "pair.ptl")(features, weight, 2.0)
    save("features_tcn.npy", features.permute(1, 2, 0))
    save("weight_tn.npy", weight.t())
    save("flat.npy", flat)
    save("weighted.npy", weighted)


def align_to() -> None:
    """Sizes and elements of `align_to`, or its refusal, for all sorts of names. PyTorch 2.13 has no named tensors any more;
    their documentation said "permutes the dimensions of the self tensor to match the order specified in names, adding
    size-one dims for any new names; all of the dims of self must be named, and be in names". Here numpy does that."""
    declared = ("batch", "channel", "height", "width")
    cases = []
    lists = [names for count in (1, 2, 3, 4) for names in itertools.permutations(declared, count)]
    lists += [("batch", "time", "height", "width"), ("time",), ("batch", "channel", "height", "width", "time")]
    for names in lists:
        sizes = [{"batch": 2, "channel": 3, "height": 4, "width": 5, "time": 6}[name] for name in names]
        case = {"names": names, "sizes": sizes}
        if set(names) <= set(declared):
            array = np.arange(np.prod(sizes)).reshape(sizes).transpose([names.index(n) for n in declared if n in names])
            array = np.expand_dims(array, [i for i, n in enumerate(declared) if n not in names])
            case.update(aligned=array.shape, elements=array.flatten()[:24].tolist())
        cases.append(case)
    (OUT / "align_to.json").write_text(json.dumps({"declared": declared, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    photo()
    pair()
    align_to()
