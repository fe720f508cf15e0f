"""Replays every committed case with PyTorch's lite interpreter and compares: `python check.py [name...]`.

It also looks at the rules of the folder: sizes, no source paths in the archives."""
import sys
import zipfile

from fixture import *

FAMILIES = ("quantized_convolution", "quantized_linear", "quantized_elementwise", "quantized_pooling", "quantized_parameters", "float_layers", "tensor_basics",
            "language", "versions", "prepacked", "recurrent")


def replay(folder: pathlib.Path, model: pathlib.Path) -> str | None:
    case = json.loads((folder / "case.json").read_text())
    if "computed" in case:                                   # PyTorch itself cannot: the case says why
        return None
    loaded = load(model)
    for call in case.get("calls", [case]):
        inputs = tuple(decode(x, folder) for x in call["inputs"])
        if "error" in case:
            try:
                return f"no error, but {loaded.run_method(call['method'], *inputs)}"
            except Exception as error:
                return None if case["error"] in str(error) else f"another error: {error}"
        problem = difference(decode(call["output"], folder), loaded.run_method(call["method"], *inputs), case["tolerance"])
        if problem:
            return f"{call['method']}: {problem}"
    return None


def main() -> int:
    failures = total = 0
    for family in FAMILIES:
        cases = size = 0
        for fixture in sorted(OPERATORS.glob(family + "*")):
            size += sum(f.stat().st_size for f in fixture.rglob("*") if f.is_file())
            if len(sys.argv) > 1 and fixture.name not in sys.argv[1:]:
                continue
            with zipfile.ZipFile(fixture / "model.ptl") as archive:
                assert not any(name.endswith(".debug_pkl") for name in archive.namelist()), fixture
            for folder in sorted(fixture.glob("case*")):
                cases += 1
                try:
                    problem = replay(folder, fixture / "model.ptl")
                except Exception as error:
                    problem = f"{type(error).__name__}: {error}"
                if problem:
                    failures += 1
                    print(f"{fixture.name}/{folder.name}: {problem}")
        print(f"{family}: {cases} cases, {size} bytes")
        assert size < 1 << 20
        total += cases
    bad = sum(f.stat().st_size for f in HERE.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    print(f"{total} cases, {failures} failures; {bad} bytes in all")
    assert bad < 4 << 20
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
