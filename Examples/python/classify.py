#!/usr/bin/env python3
"""Tells what a picture shows, through liblite.so and ctypes: no package to install, any Python from 3.8 on.

    python3 classify.py digits_int8.ptl pictures/3.pgm [SCORES]

LITE_LIBRARY names another library than the installed one. SCORES receives the probabilities as they are, float32."""
import array
import ctypes
import os
import sys
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_float, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

ABI_VERSION = 2  # of the structs below, as in lite.h
FLOAT32 = 6
MAX_RANK = 8


class Error(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("instruction", c_int32), ("reserved", c_int32),
                ("method", c_char * 112), ("operator_name", c_char * 112), ("message", c_char * 512)]


class TensorView(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("dtype", c_int32), ("rank", c_int32), ("flags", c_uint32),
                ("shape", c_int64 * MAX_RANK), ("strides", c_int64 * MAX_RANK), ("data", c_void_p), ("byte_count", c_size_t),
                ("quantization", c_int32), ("zero_point", c_int32), ("scale", c_double), ("channel_axis", c_int32),
                ("reserved", c_int32), ("scales", c_void_p), ("zero_points", c_void_p), ("float_zero_points", c_void_p),
                ("dimensions", c_char_p)]


class LiteError(Exception):
    pass


def load():
    lite = ctypes.CDLL(os.environ.get("LITE_LIBRARY", f"liblite.so.{ABI_VERSION}"))
    if lite.lite_abi_version() != ABI_VERSION:
        raise LiteError(f"the library has interface {lite.lite_abi_version()}, this program needs {ABI_VERSION}")
    # Functions that return a status; what each takes before its lite_error.
    functions = {
        "lite_model_open_file": [c_char_p, c_void_p, POINTER(c_void_p)],
        "lite_session_create": [c_void_p, c_void_p, POINTER(c_void_p)],
        "lite_session_bind_input": [c_void_p, c_uint32, POINTER(TensorView)],
        "lite_session_run": [c_void_p],
        "lite_session_output": [c_void_p, c_uint32, POINTER(TensorView)],
    }
    for name, arguments in functions.items():
        getattr(lite, name).argtypes = arguments + [POINTER(Error)]
    for name in ("lite_model_release", "lite_session_destroy"):
        getattr(lite, name).argtypes = [c_void_p]
        getattr(lite, name).restype = None
    lite.lite_init.argtypes = [c_void_p, c_size_t]
    lite.lite_status_name.restype = c_char_p
    return lite


class Model:
    """A model and a session. Free it with close(), or use it in a with statement."""

    def __init__(self, path):
        self.lite = load()
        self.model, self.session, self.error = c_void_p(), c_void_p(), self.struct(Error)
        try:
            self.call("lite_model_open_file", os.fsencode(path), None, byref(self.model))
            self.call("lite_session_create", self.model, None, byref(self.session))
        except LiteError:
            self.close()
            raise

    def struct(self, kind):
        value = kind()
        self.lite.lite_init(byref(value), ctypes.sizeof(value))
        return value

    def call(self, name, *arguments):
        status = getattr(self.lite, name)(*arguments, byref(self.error))
        if status:
            raise LiteError(f"{self.lite.lite_status_name(status).decode()}: {self.error.message.decode()}")

    def run(self, values, shape):
        """Runs the model on an array.array('f') and returns the first tensor of its result as another."""
        view = self.struct(TensorView)
        view.dtype, view.rank = FLOAT32, len(shape)
        view.shape[: len(shape)] = shape
        view.data, count = values.buffer_info()
        view.byte_count = count * values.itemsize
        self.call("lite_session_bind_input", self.session, 0, byref(view))
        self.call("lite_session_run", self.session)
        output = self.struct(TensorView)
        self.call("lite_session_output", self.session, 0, byref(output))
        if output.dtype != FLOAT32:
            raise LiteError(f"the result has element type {output.dtype}, expected float32")
        return array.array("f", ctypes.string_at(output.data, output.byte_count))

    def close(self):
        self.lite.lite_session_destroy(self.session)
        self.lite.lite_model_release(self.model)
        self.session, self.model = c_void_p(), c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def read_picture(path):
    """A binary PGM of 8 bits: its values from 0 to 1, height and width."""
    with open(path, "rb") as file:
        fields, row = [], b""
        while len(fields) < 4 and (row := file.readline()):
            fields += row.split(b"#")[0].split()
        data = file.read()
    if fields[:1] != [b"P5"] or len(fields) != 4:
        raise ValueError(f"{path} is not a binary PGM")
    width, height, maximum = map(int, fields[1:])
    if not 0 < maximum < 256 or len(data) != width * height:
        raise ValueError(f"{path} has {len(data)} samples up to {maximum}, expected {width * height} of 8 bits")
    return array.array("f", (sample / maximum for sample in data)), height, width


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        values, height, width = read_picture(sys.argv[2])
        with Model(sys.argv[1]) as model:
            scores = model.run(values, [1, 1, height, width])
    except (LiteError, OSError, ValueError) as problem:
        sys.exit(str(problem))
    best = max(range(len(scores)), key=lambda index: scores[index])
    print(f"It is class {best}, {100 * scores[best]:.1f} % sure.")
    if len(sys.argv) == 4:
        with open(sys.argv[3], "wb") as file:
            scores.tofile(file)


if __name__ == "__main__":
    main()
