"""Runs torch's operator database (op_db) in literun and prints which operators give torch's results. See README.md.

    opdb.py generate CASES [--only NAME,…] [--dtypes NAME,…]   needs torch; once
    opdb.py run CASES --literun PROGRAM [--only …]             needs numpy
"""
import argparse
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# torch.testing's tolerances, (rtol, atol); what is not listed is exact.
TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7),
              "complex64": (1.3e-6, 1e-5), "complex128": (1e-7, 1e-7)}
# What literun's JSON calls torch's types.
SCALARS = {"bool": "bool", "int": "int", "float": "float", "str": "str", "complex": "complex"}
SECONDS = 20
COMPARED = ("exact", "up to sign")


# --- Comparing ------------------------------------------------------------------------------------------------------------

class Different(Exception):
    """A kind ("wrong type", "wrong shape", "wrong numbers") and what differs."""

    def __init__(self, kind: str, text: str):
        super().__init__(kind, text)
        self.kind, self.text = kind, text


def compare_numbers(expected: np.ndarray, found: np.ndarray, dtype: str, kind: str, place: str, rounding_error: float = 0) -> None:
    if kind == "up to sign":
        expected, found = np.abs(expected), np.abs(found)
    rtol, atol = TOLERANCES.get(dtype, (0, 0))
    with np.errstate(all="ignore"):
        same = (expected == found) | ((expected != expected) & (found != found))
        if rtol:
            wide = np.complex128 if np.iscomplexobj(expected) else np.float64
            e, f = expected.astype(wide), found.astype(wide)
            distance = np.abs(e - f)
            same |= np.isfinite(e) & np.isfinite(f) & (distance <= atol + rtol * np.abs(e) + 2 * rounding_error)
        if same.all():
            return
        count = int((~same).sum())
        first = tuple(int(i) for i in np.argwhere(~same)[0])
        text = f"{place}{count} of {same.size} {dtype} elements differ, first at {list(first)}: expected {expected[first]}, found {found[first]}"
        if rtol and np.isfinite(e[~same]).all() and np.isfinite(f[~same]).all():
            text += f"; largest difference {np.max(distance[~same]):.3g}, relative {np.max(distance[~same] / np.maximum(np.abs(e[~same]), 1e-300)):.3g}"
    raise Different("wrong numbers", text)


def selected(x: np.ndarray, positions: np.ndarray, dimension: int) -> np.ndarray:
    """The elements at these positions along a dimension, which the result may have lost."""
    if x.ndim == 0:
        return np.where(positions == 0, x, positions)
    if (positions < 0).any() or (positions >= x.shape[dimension]).any():
        raise Different("wrong numbers", f"positions {positions.min()} to {positions.max()} along a dimension of {x.shape[dimension]}")
    if positions.ndim == x.ndim and (np.diff(np.sort(positions, dimension), axis=dimension) == 0).any():
        raise Different("wrong numbers", "a position occurs twice")
    if positions.ndim < x.ndim:
        return np.take_along_axis(x, np.expand_dims(positions, dimension), dimension)
    return np.take_along_axis(x, positions, dimension)


def compare(expected: dict, found, case: dict, folder: pathlib.Path, place: str = "") -> None:
    """Holds what literun gave (ResultJSON) against the case's value. Throws Different."""
    kind = expected["t"]
    if kind == "None":
        if found is not None and found.get("type") not in ("None", "NoneType"):
            raise Different("wrong type", f"{place}expected None, found {found.get('type')}")
        return
    if found is None:
        raise Different("wrong type", f"{place}expected {kind}, found nothing")
    given = found["type"]
    if kind in ("list", "tuple"):
        if "items" not in found or given.lower() != kind:
            raise Different("wrong type", f"{place}expected {kind}, found {given}")
        if len(found["items"]) != len(expected["v"]):
            raise Different("wrong shape", f"{place}expected {len(expected['v'])} items, found {len(found['items'])}")
        for index, (e, f) in enumerate(zip(expected["v"], found["items"])):
            compare(e, f, case, folder, f"{place}item {index}: ")
    elif kind == "tensor":
        if given != "Tensor":
            raise Different("wrong type", f"{place}expected Tensor, found {given}")
        if found["dtype"] != expected["dtype"]:
            raise Different("wrong type", f"{place}expected {expected['dtype']}, found {found['dtype']}")
        if found["shape"] != expected["shape"]:
            raise Different("wrong shape", f"{place}expected {expected['shape']}, found {found['shape']}")
        if case["kind"] in COMPARED:
            a, b = np.load(folder / expected["npy"]), np.load(found["file"])
            if "positions_along" in case and place in ("", "item 1: "):
                a, b = (selected(np.load(folder / "0.npy"), i, case["positions_along"]) for i in (a, b))
            compare_numbers(a, b, expected["dtype"], case["kind"], place, expected.get("rounding_error", 0))
    else:
        if given != SCALARS[kind]:
            raise Different("wrong type", f"{place}expected {kind}, found {given}")
        if case["kind"] not in COMPARED:
            return
        if kind == "complex":
            value, want = complex(found["real"], found["imaginary"]), complex(*map(float, expected["v"]))
            close = abs(value - want) <= 1e-7 + 1e-7 * abs(want) or value == want
        elif kind == "float":
            value, want = float(found["value"] if found["value"] is not None else math.nan), float(expected["v"])
            close = value == want or math.isclose(value, want, rel_tol=1e-7, abs_tol=1e-7) or (math.isnan(value) and math.isnan(want))
        else:
            value, want = found["value"], expected["v"]
            close = value == want
        if not close:
            raise Different("wrong numbers", f"{place}expected {want!r}, found {value!r}")


# --- Running --------------------------------------------------------------------------------------------------------------

def command(literun: list[str], folder: pathlib.Path, case: dict) -> list[str]:
    words = [*literun, "run", str(folder / "model.ptl")]
    for index in range(case["inputs"]):
        words += ["-i", str(folder / f"{index}.npy")]
    return words


def run_case(literun: list[str], folder: pathlib.Path, case: dict, scratch: pathlib.Path) -> dict | None:
    """Runs a case and returns its failure, or None."""
    output = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    try:
        try:
            done = subprocess.run(command(literun, folder, case) + ["--json", "-o", str(output)], capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return {"kind": "hang", "text": f"no answer in {SECONDS} s"}
        if done.returncode < 0 or done.returncode >= 128:
            number = -done.returncode if done.returncode < 0 else done.returncode - 128
            return {"kind": "crash", "text": f"signal {number}: {done.stderr.decode(errors='replace').strip()[-300:]}"}
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return {"kind": "crash", "text": f"exit code {done.returncode}, no JSON: {done.stderr.decode(errors='replace').strip()[-300:]}"}
        if "error" in answer:
            text = answer["error"].removeprefix(f"{folder / 'model.ptl'}: ")
            if answer["status"] == "LITE_E_MISSING_OPERATOR":
                missing = text.partition("operators are missing: ")[2] or re.search(r"operator (\S+) is not", text)[1]
                return {"kind": "missing operator", "text": text, "missing": re.findall(r"[\w]+::[\w.]+", missing)}
            return {"kind": "error", "text": text, "status": answer["status"]}
        try:
            compare(case["output"], answer["output"], case, folder)
        except Different as difference:
            return {"kind": difference.kind, "text": difference.text}
        return None
    finally:
        shutil.rmtree(output, ignore_errors=True)


def load(root: pathlib.Path, only: set[str] | None) -> dict[str, dict]:
    """The index of every operator; `only` names operators, with or without their variant, or ATen operators in the programs."""
    found = {}
    for path in sorted(root.glob("*/index.json")):
        index = json.loads(path.read_text())
        if not only or index["operator"] in only or index["operator"].partition(".")[0] in only or any(
                name in only or name.partition(".")[0] in only for case in index["cases"].values() for name in case["operators"]):
            found[index["operator"]] = index
    return found


# --- Reporting ------------------------------------------------------------------------------------------------------------

def category(operator: str) -> str:
    first, dot, _ = operator.partition(".")
    return "nn.functional" if operator.startswith("nn.functional.") else first if dot and first in ("linalg", "fft", "special", "signal", "masked", "torch") \
        else "in __dunder__ form" if operator.startswith("__") else "tensor functions"


class Table:
    """Results by operator: all cases that count are those whose values can be compared."""

    def __init__(self, indexes: dict[str, dict], failures: dict[tuple[str, str], dict | None]):
        self.indexes, self.failures = indexes, failures
        self.counts = [(operator, name, case) for operator, index in indexes.items() for name, case in index["cases"].items()
                       if case["kind"] != "random"]

    def figure(self, cases) -> str:
        cases = list(cases)
        passed = sum(self.failures[o, n] is None for o, n, _ in cases)
        return f"{passed:5} of {len(cases):5}  {100 * passed / len(cases):6.2f} %" if cases else "    0 of     0"

    def lines(self):
        width = max(map(len, self.indexes), default=0)
        for operator, index in self.indexes.items():
            cases = [(operator, n, c) for n, c in index["cases"].items()]
            if not cases:
                reason = next(iter(index["refused"].values()), "no samples of these dtypes")
                yield f"{operator:{width}}       -        no case: {reason[:110]}"
                continue
            failed = [n for o, n, c in cases if self.failures[o, n]]
            core = "core" if all(c["core"] for _, _, c in cases) else "part" if any(c["core"] for _, _, c in cases) else ""
            line = f"{operator:{width}}  {core:4} {len(cases) - len(failed):3}/{len(cases):<3}"
            if all(c["kind"] == "random" for _, _, c in cases):
                line += " (random: type and shape)"
            if failed:
                failure = self.failures[operator, failed[0]]
                line += f" {failed[0]}: {failure['kind']}: {self.summary(failure)[:150]}"
            yield line

    @staticmethod
    def summary(failure: dict) -> str:
        return " ".join(failure["missing"]) if "missing" in failure else failure["text"]

    def totals(self):
        yield f"all        {self.figure(self.counts)}"
        yield f"core       {self.figure(c for c in self.counts if c[2]['core'])}   all computing operators of the program are core"
        yield f"some core  {self.figure(c for c in self.counts if c[2]['core_operators'])}   at least one is"
        random = [(o, n, c) for o, index in self.indexes.items() for n, c in index["cases"].items() if c["kind"] == "random"]
        yield f"random     {self.figure(random)}   not in the figures above: type and shape only"
        for dtype in dict.fromkeys(c[2]["dtype"] for c in self.counts):
            yield f"{dtype:10} {self.figure(c for c in self.counts if c[2]['dtype'] == dtype)}"
        groups = defaultdict(list)
        for entry in self.counts:
            groups[category(entry[0])].append(entry)
        for group, entries in sorted(groups.items(), key=lambda item: -len(item[1])):
            yield f"  {group:20} {self.figure(entries)}"
        whole = [o for o, index in self.indexes.items() if index["cases"]]
        clean = sum(all(self.failures[o, n] is None for n in self.indexes[o]["cases"]) for o in whole)
        yield f"entries of op_db: {len(self.indexes)}, with cases {len(whole)}, all of whose cases pass {clean}"
        kinds = Counter(f["kind"] for f in self.failures.values() if f)
        yield "failures: " + (", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none")


def report(root: pathlib.Path, arguments, indexes, failures) -> None:
    table = Table(indexes, failures)
    text = "\n".join([*table.lines(), "", *table.totals()])
    if arguments.table:
        arguments.table.write_text(text + "\n")
        print("\n".join(table.totals()))
    else:
        print(text)
    if arguments.failures:
        entries = [{"operator": o, "case": n, "core": indexes[o]["cases"][n]["core"], **{k: indexes[o]["cases"][n][k] for k in ("dtype", "sample", "operators", "kind")},
                    "failure": f} for (o, n), f in failures.items() if f]
        for entry in entries:
            entry["comparison"] = entry.pop("kind")
        arguments.failures.write_text(json.dumps(entries, indent=1) + "\n")
    if arguments.only:
        for (operator, name), failure in failures.items():
            if failure:
                case = indexes[operator]["cases"][name]
                print(f"\n{operator} {name}({case['sample']}) by {' '.join(case['operators'])}\n  {failure['kind']}: {failure['text']}"
                      f"\n  {' '.join(command(arguments.literun.split(), root / operator / name, case))}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("generate", "run"))
    parser.add_argument("cases", type=pathlib.Path, help="folder of the cases")
    parser.add_argument("--only", metavar="NAME,…", help="these operators: of op_db (add, nn.functional.pad) or, to run, of the programs (aten::add.Tensor)")
    parser.add_argument("--core", action="store_true", help="to generate: programs of core operators only, in every dtype")
    parser.add_argument("--literun", default="build/host/literun", help="the program, with words before it if it needs some (qemu)")
    parser.add_argument("--table", type=pathlib.Path, help="write the table here, and print totals only")
    parser.add_argument("--failures", type=pathlib.Path, help="write the failures here, as JSON")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dtypes", metavar="NAME,…", help="generate samples of these dtypes instead of float32,int64,bool")
    arguments = parser.parse_args()
    only = set(arguments.only.split(",")) if arguments.only else None
    if arguments.action == "generate":
        import opdb_cases
        dtypes = arguments.dtypes.split(",") if arguments.dtypes else None
        opdb_cases.generate(arguments.cases, only, arguments.processes, arguments.core, dtypes)
        return 0
    indexes = load(arguments.cases, only)
    if not indexes:
        parser.error(f"no cases of {arguments.only or 'any operator'} in {arguments.cases}")
    try:
        subprocess.run([*arguments.literun.split(), "--help"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        parser.error(f"{error}; {getattr(error, 'stderr', b'').decode(errors='replace')}")
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as scratch, ThreadPoolExecutor(arguments.processes) as pool:
        jobs = {(o, n): pool.submit(run_case, arguments.literun.split(), arguments.cases / o / n, c, pathlib.Path(scratch))
                for o, index in indexes.items() for n, c in index["cases"].items()}
        failures = {key: job.result() for key, job in jobs.items()}
    report(arguments.cases, arguments, indexes, failures)
    return 1 if any(failures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
