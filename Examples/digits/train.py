"""Trains the digits example and writes everything else in this folder.

    python train.py            # about half a minute

The data are scikit-learn's 1797 handwritten digits (8x8 pixels, 16 grey levels). A quarter of them is held out before
training and never seen by it, nor by the calibration of the quantized model. All seeds are fixed.
"""
import hashlib
import io
import json
import pathlib
import shutil
import warnings
import zipfile

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.ao.nn.quantized import FloatFunctional
from torch.ao.quantization import (DeQuantStub, HistogramObserver, QConfig, QuantStub, convert,
                                   default_per_channel_weight_observer, fuse_modules, prepare)
from torch.jit.mobile import _load_for_lite_interpreter

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).resolve().parent
SEED = 20


class ConvBNReLU(nn.Sequential):
    def __init__(self, cin: int, cout: int, kernel: int = 3, stride: int = 1, groups: int = 1, relu: bool = True):
        layers = [nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout)]
        if relu:
            layers.append(nn.ReLU())
        super().__init__(*layers)


class InvertedResidual(nn.Module):
    """MobileNetV2's block: widen (1x1), depthwise 3x3, narrow (1x1, linear), and add the input where shapes allow."""

    def __init__(self, cin: int, cout: int, stride: int, widen: int = 3):
        super().__init__()
        wide = cin * widen
        self.widen = ConvBNReLU(cin, wide, kernel=1)
        self.depthwise = ConvBNReLU(wide, wide, stride=stride, groups=wide)
        self.narrow = ConvBNReLU(wide, cout, kernel=1, relu=False)
        self.residual = stride == 1 and cin == cout
        self.skip = FloatFunctional()

    def forward(self, x):
        y = self.narrow(self.depthwise(self.widen(x)))
        if self.residual:
            y = self.skip.add(x, y)
        return y


class Digits(nn.Module):
    """float32 N x 1 x 8 x 8 pictures in 0...1 -> N x 10 probabilities. `logits` stops before the softmax."""

    def __init__(self):
        super().__init__()
        self.quant = QuantStub()
        self.stem = ConvBNReLU(1, 16)
        self.blocks = nn.Sequential(
            InvertedResidual(16, 16, stride=1),
            InvertedResidual(16, 32, stride=2),
            InvertedResidual(32, 32, stride=1),
        )
        self.head = ConvBNReLU(32, 64, kernel=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(64, 10)
        self.dequant = DeQuantStub()

    @torch.jit.export
    def logits(self, x):
        x = self.quant(x)
        x = self.head(self.blocks(self.stem(x)))
        x = torch.flatten(self.pool(x), 1)
        return self.dequant(self.classifier(x))

    def forward(self, x):
        return torch.softmax(self.logits(x), dim=1)


def shifted(x: torch.Tensor) -> torch.Tensor:
    """Each picture moved by -1, 0 or 1 pixel in both directions: the only augmentation."""
    out = torch.zeros_like(x)
    padded = nn.functional.pad(x, (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (x.shape[0],)), torch.randint(0, 3, (x.shape[0],))
    for i in range(x.shape[0]):
        out[i] = padded[i, :, dy[i]:dy[i] + 8, dx[i]:dx[i] + 8]
    return out


def train(model: Digits, x: torch.Tensor, y: torch.Tensor, epochs: int = 60) -> None:
    model.train()
    steps = epochs * ((len(x) + 63) // 64)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
    for epoch in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(x)).split(64):
            loss = nn.functional.cross_entropy(model.logits(shifted(x[batch])), y[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1:3d}  loss {total / len(x):.4f}", flush=True)
    model.eval()


def quantize(model: Digits, calibration: torch.Tensor) -> nn.Module:
    """Static int8, eager mode, for the QNNPACK engine: 8-bit activations, per-channel 8-bit weights."""
    torch.backends.quantized.engine = "qnnpack"
    model.eval()
    for module in model.modules():
        if isinstance(module, ConvBNReLU):
            fuse_modules(module, [str(i) for i in range(len(module))], inplace=True)
    model.qconfig = QConfig(activation=HistogramObserver.with_args(reduce_range=False),
                            weight=default_per_channel_weight_observer)
    prepare(model, inplace=True)
    for batch in calibration.split(64):
        model(batch)
    return convert(model, inplace=True)


def save(model: nn.Module, path: pathlib.Path):
    """Writes `model` as PyTorch does, without the debug records: they hold the source paths of this computer."""
    whole = io.BytesIO(torch.jit.script(model)._save_to_buffer_for_lite_interpreter())
    with zipfile.ZipFile(whole) as archive:
        root = archive.namelist()[0].split("/")[0] + "/"
        writer = torch._C.PyTorchFileWriter(str(path))
        writer.set_min_version(int(archive.read(root + "version")))
        for name in archive.namelist():
            record = name[len(root):]
            if not record.endswith(".debug_pkl") and record not in ("version", "byteorder", ".data/serialization_id"):
                content = archive.read(name)
                writer.write_record(record, content, len(content))
        writer.write_end_of_file()
    return _load_for_lite_interpreter(str(path))


def rounding_safe(x: np.ndarray, scale: float, zero_point: int) -> bool:
    """True if quantizing x gives the same integers whether the zero point is added before or after rounding."""
    inverse = np.float32(1) / np.float32(scale)
    after = np.rint((x * inverse).astype(np.float32)).astype(np.int64) + zero_point
    before = np.rint((x.astype(np.float64) * np.float64(inverse) + zero_point).astype(np.float32)).astype(np.int64)
    return bool((after == before).all())


def main() -> None:
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    data = load_digits()
    images = (data.images / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    labels = data.target.astype(np.int64)
    kept, held_out = train_test_split(np.arange(len(images)), test_size=0.25, random_state=SEED, stratify=labels)
    held_out.sort()
    x, y = torch.from_numpy(images[kept]), torch.from_numpy(labels[kept])
    test_x, test_y = torch.from_numpy(images[held_out]), torch.from_numpy(labels[held_out])

    model = Digits()
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(x)} training and {len(test_x)} held-out pictures")
    train(model, x, y)
    float_file = save(model, HERE / "digits_float.ptl")
    int8_model = quantize(model, x)
    int8_file = save(int8_model, HERE / "digits_int8.ptl")
    assert rounding_safe(test_x.numpy(), float(int8_model.quant.scale), int(int8_model.quant.zero_point))

    expected = {"torch": "2.13.0", "engine": "qnnpack", "pictures": len(test_x)}
    with torch.no_grad():
        for name, module in (("float", float_file), ("int8", int8_file)):
            logits = module.run_method("logits", test_x)
            # One picture at a time and all at once must agree; int8 to the last bit.
            single = torch.cat([module.run_method("logits", picture[None]) for picture in test_x])
            torch.testing.assert_close(single, logits, **({"rtol": 0, "atol": 0} if name == "int8" else {}))
            correct = int((logits.argmax(1) == test_y).sum())
            path = HERE / f"digits_{name}.ptl"
            expected[name] = {
                "file": path.name,
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "correct": correct,
                "accuracy": round(correct / len(test_y), 4),
                "wrong": [{"index": int(i), "label": int(test_y[i]), "predicted": int(logits[i].argmax())}
                          for i in (logits.argmax(1) != test_y).nonzero().flatten()],
            }
            np.save(HERE / f"heldout_logits_{name}.npy", logits.numpy())
            print(f"{name}: {correct} of {len(test_y)} correct, {path.stat().st_size} bytes")

    np.save(HERE / "heldout_images.npy", test_x.numpy())
    np.save(HERE / "heldout_labels.npy", test_y.numpy())
    np.save(HERE / "heldout_probabilities_int8.npy", int8_file(test_x).numpy())
    pictures = HERE / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    expected["examples"] = []
    for digit in range(10):                      # the first of each digit in the held-out set, right or wrong
        index = int((test_y == digit).nonzero()[0])
        file = f"{digit}_of_test_{index:04d}.npy"
        np.save(pictures / file, test_x[index:index + 1].numpy())
        p = int8_file(test_x[index:index + 1])[0]
        expected["examples"].append({"file": f"pictures/{file}", "label": digit, "heldout_index": index,
                                     "dataset_index": int(held_out[index]), "predicted": int(p.argmax()),
                                     "probability": float(p.max())})
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
