"""Writes well-known networks, with random weights and PyTorch's results, to a folder outside of the repository:

    python make_zoo.py FOLDER [NAME...]          `make models MODELS=FOLDER` replays them

Each network is made in a process of its own: memory, seeds and instruction sets stay apart."""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Fixtures"))
from fixture import *                                            # noqa: E402

STATIC = ["mobilenet_v2_int8", "mobilenet_v3_large_int8", "resnet18_int8", "resnet50_int8_channel", "resnext101_32x8d_int8",
          "inception_v3_int8", "googlenet_int8", "shufflenet_v2_x1_0_int8"]
FLOATING = ["bert_float32", "bert_int8", "wav2vec_float32", "wav2vec_int8", "lstm_lm_int8", "gru_lm_int8"]


def tensors(value) -> list:
    if isinstance(value, torch.Tensor):
        return [value]
    return [t for x in value if x is not None for t in tensors(x)] if isinstance(value, (list, tuple)) else []


def make(name: str, folder: pathlib.Path) -> None:
    """Writes the model and its cases."""
    if name in STATIC:
        import vision as family
    else:
        import sequence as family
    start = time.perf_counter()
    model, inputs = family.MODELS[name]()
    shutil.rmtree(folder, ignore_errors=True)
    rewrite(lite_bytes(torch.jit.script(model)), folder / "model.ptl", keep=lambda record: not record.startswith("code/"))
    loaded = load(folder / "model.ptl")
    notes = []
    for number, values in enumerate(inputs):
        result = loaded(*copied(values))
        case = folder / f"case{number}"
        case.mkdir()
        count = [0]
        document = {"method": "forward", "inputs": [encode(x, case, count) for x in values], "output": encode(result, case, count)}
        document["tolerance"] = "exact" if name in STATIC else default_tolerance(result)
        write_json(case / "case.json", document)
        first = tensors(result)[0]
        distinct = len(first.unique())
        notes.append(f"{distinct} values in [{float(first.min()):.3g}, {float(first.max()):.3g}]")
        # A degenerate network would compare equal whatever the kernels do.
        assert distinct >= min(100, first.numel() // 4) and bool(torch.isfinite(first).all()), (name, distinct)
    if name in STATIC:
        spans = spread_of_codes(model, inputs[0])
        notes.append(f"layers use {min(spans)} to {max(spans)} of 256 codes, half of them {sorted(spans)[len(spans) // 2]} or more")
    print(f"{name}: {(folder / 'model.ptl').stat().st_size / 1e6:.1f} MB, {time.perf_counter() - start:.0f} s; " + "; ".join(notes), flush=True)


def spread_of_codes(model: torch.nn.Module, values: tuple) -> list[int]:
    """How many distinct codes each layer's quantized result has."""
    spans = []

    def record(module, inputs, output):
        if isinstance(output, torch.Tensor) and output.is_quantized:
            spans.append(len(output.int_repr().unique()))

    handles = [m.register_forward_hook(record) for m in model.modules() if not list(m.children())]
    model(*values)
    for handle in handles:
        handle.remove()
    return spans


def replay(folder: pathlib.Path) -> None:
    """Runs the cases again, with oneDNN and without, and prints the largest difference of each to its recorded result."""
    largest = []
    for case in sorted(folder.glob("case*")):
        document = json.loads((case / "case.json").read_text())
        inputs, expected = [decode(x, case) for x in document["inputs"]], tensors(decode(document["output"], case))
        differences = []
        for enabled in (True, False):
            with torch.backends.mkldnn.flags(enabled=enabled):
                result = tensors(load(folder / "model.ptl")(*copied(inputs)))
            differences.append(max(float((a - b).abs().max()) for a, b in zip(result, expected)))
        largest.append(max(differences))
    print(*largest)


def allow_own_spread(name: str, folder: pathlib.Path) -> None:
    """States how far PyTorch is from itself with other instructions, and allows twice that: no other implementation can be held
    closer. Float results differ by the order of summation; after a dynamic quantization, which rounds to 256 steps, one unit in the
    last place may become a whole step, and the steps spread from layer to layer."""
    spread = [0.0] * len(list(folder.glob("case*")))
    for capability in ("avx512", "avx2", "default"):
        out = subprocess.run([sys.executable, "-W", "ignore", __file__, "--replay", str(folder)], capture_output=True, text=True, check=True,
                             env=os.environ | {"ATEN_CPU_CAPABILITY": capability}).stdout
        spread = [max(a, float(b)) for a, b in zip(spread, out.split())]
    for number, value in enumerate(spread):
        path = folder / f"case{number}" / "case.json"
        document = json.loads(path.read_text())
        if 2 * value > document["tolerance"]["atol"]:
            document["tolerance"]["atol"] = 2 * value
            document["tolerance_reason"] = f"PyTorch differs from itself by {value:.2g} with other instructions"
            write_json(path, document)
    print(f"    PyTorch with other instructions, or without oneDNN, differs by {' '.join(f'{x:.2g}' for x in spread)}", flush=True)


def main() -> None:
    if sys.argv[1] == "--make":
        return make(sys.argv[2], pathlib.Path(sys.argv[3]))
    if sys.argv[1] == "--replay":
        return replay(pathlib.Path(sys.argv[2]))
    folder = pathlib.Path(sys.argv[1]).resolve()
    assert not folder.is_relative_to(HERE.parents[1]), "a folder outside of the repository, please"
    for name in sys.argv[2:] or STATIC + FLOATING:
        if subprocess.run([sys.executable, "-W", "ignore", __file__, "--make", name, str(folder / name)]).returncode:
            print(f"{name}: failed", flush=True)
        elif name in FLOATING:
            allow_own_spread(name, folder / name)


if __name__ == "__main__":
    main()
