"""Runs the arguments that torch's operator database says are wrong, and checks that literun refuses them as it should.

    python errors.py FOLDER --literun PROGRAM [--only add,gather]

Each of op_db's error samples becomes a program that torch's own lite interpreter refuses. literun has to end with exit code 6 (or
4, where something is not supported) and one line that names the operator (or is the program's own exception): never a result, never a signal. FOLDER keeps the
programs of those that fail.
"""
import argparse
import collections
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db

from opdb_cases import Refused, array_of, first_line, name_of, plain, scripted, tensors_of, visit

SECONDS = 20


def refusals(op):
    """(what, archive, inputs) for each error sample that torch's lite interpreter refuses when it runs."""
    try:
        samples = list(op.error_inputs("cpu"))
    except Exception:
        return
    for number, sample in enumerate(samples):
        given = sample.sample_input
        try:
            arguments = visit([[given.input, *given.args], given.kwargs], plain)
            archive = scripted(op, arguments)._save_to_buffer_for_lite_interpreter()
            inputs = tensors_of(arguments)
            if any(x.device.type != "cpu" or x.dim() > 8 for x in inputs):
                continue
            with tempfile.NamedTemporaryFile(suffix=".ptl") as file:
                file.write(archive)
                file.flush()
                loaded = torch.jit.mobile._load_for_lite_interpreter(file.name)
                try:
                    loaded(*[x.clone() for x in inputs])
                except Exception as error:
                    yield f"{name_of(op)} {number}", archive, inputs, first_line(error)
        except Exception:
            continue                                   # no program can be made of it


def check(literun: list[str], folder: pathlib.Path, archive: bytes, inputs, message: str) -> str | None:
    """What is wrong with literun's answer."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "model.ptl").write_bytes(archive)
    words = [*literun, "run", str(folder / "model.ptl")]
    for index, tensor in enumerate(inputs):
        np.save(folder / f"{index}.npy", array_of(tensor))
        words += ["-i", str(folder / f"{index}.npy")]
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s"
    if done.returncode == 0:
        return "accepted"
    if done.returncode < 0 or done.returncode > 6:
        return f"exit code {done.returncode}"
    if "is not in this build" in done.stderr:
        return "missing operator"
    if done.returncode not in (4, 6):
        return f"exit code {done.returncode}: {done.stderr.strip()[-200:]}"
    if message.startswith("Error: "):                  # raised by the program itself: with its own text
        return None if message[7:] in done.stderr else f"another message: {done.stderr.strip()[-200:]}"
    if len(done.stderr.strip().splitlines()) != 1 or "::" not in done.stderr:
        return f"unclear: {done.stderr.strip()[-200:]}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--literun", default="build/host/literun")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    only = set(filter(None, arguments.only.split(",")))
    outcomes, total = collections.Counter(), 0
    for op in op_db:
        if only and not {op.name, name_of(op)} & only:
            continue
        for what, archive, inputs, message in refusals(op):
            total += 1
            folder = arguments.folder / what.replace(" ", "_")
            problem = check(arguments.literun.split(), folder, archive, inputs, message)
            if problem is None:
                shutil.rmtree(folder)
                continue
            outcomes[problem.split(":")[0]] += 1
            print(f"{what}: {problem}\n    torch: {message}", flush=True)
    failed = sum(outcomes.values())
    print(f"{total - failed} of {total} refused with a clear error" + "".join(f"; {n} {k}" for k, n in outcomes.most_common()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
