"""What `optimize_for_mobile` makes: float layers with packed weights and fused ReLU or hardtanh, as `prepacked::*` operators on
`xnnpack.*OpContext` objects. PyTorch's wheels are built without XNNPACK and can neither make nor load such files. So each module is
written with ordinary layers, whose results are recorded, and once more with stand-ins that are then replaced in the archive:

    x.hypot(p)    prepacked::linear_clamp_run(x, p)
    x.atan2(p)    prepacked::conv2d_clamp_run(x, p)
    x.fmod(p)     prepacked::conv2d_transpose_clamp_run(x, p)

where p is a tensor attribute that becomes an object with the state that RegisterOpContextClass.cpp (pytorch/aten/src/ATen/native/
xnnpack) describes."""
import pickled
from fixture import *

WHY = "PyTorch's wheels have no XNNPACK; the result is that of the layers before optimize_for_mobile"
RUNS = {"aten::hypot": "linear_clamp_run", "aten::atan2": "conv2d_clamp_run", "aten::fmod": "conv2d_transpose_clamp_run"}
CLASSES = {"linear": "LinearOpContext", "conv2d": "Conv2dOpContext", "conv2d_transpose": "TransposeConv2dOpContext"}


def ints_of(*values):
    return pickled.Call(pickled.Global("torch.jit._pickle", "build_intlist"), (list(values),))


class Layer:
    """A layer as it was, `reference`, and the object that replaces it: class and state from a tree of attributes."""

    def __init__(self, kind, weight, bias=None, minimum=None, maximum=None, **geometry):
        self.kind, self.weight, self.bias, self.minimum, self.maximum = kind, weight, bias, minimum, maximum
        self.geometry = geometry

    def state(self, weight, bias):
        g = self.geometry
        numbers = () if self.kind == "linear" else (ints_of(*g.get("stride", (1, 1))), ints_of(*g.get("padding", (0, 0))))
        if self.kind == "conv2d_transpose":
            numbers += (ints_of(*g.get("output_padding", (0, 0))),)
        if self.kind != "linear":
            numbers += (ints_of(*g.get("dilation", (1, 1))), g.get("groups", 1))
        return (weight, bias, *numbers, self.minimum, self.maximum)

    def reference(self, name):
        """The layer as an expression of `x`."""
        g = "".join(f", {key}={value}" for key, value in self.geometry.items())
        function = {"linear": "F.linear", "conv2d": "F.conv2d", "conv2d_transpose": "F.conv_transpose2d"}[self.kind]
        y = f"{function}(x, self.{name}_weight, {f'self.{name}_bias' if self.bias is not None else 'None'}{g})"
        if self.minimum is not None or self.maximum is not None:
            y = f"torch.clamp({y}, {self.minimum}, {self.maximum})"
        return y

    def stand_in(self, name):
        return "x.{}(self.{})".format({"linear": "hypot", "conv2d": "atan2", "conv2d_transpose": "fmod"}[self.kind], name)


def attributes(layers):
    """The packed objects' places come first; the tensors after them are only there for the objects, or the reference."""
    result = {name: torch.zeros(1) for name in layers}
    for name, layer in layers.items():
        result[name + "_weight"] = layer.weight
        if layer.bias is not None:
            result[name + "_bias"] = layer.bias
    return result


def replaced(layers, operators=lambda name, overload, count: None):
    """Changes records of an archive: stand-ins become prepacked operators, attributes packed objects."""
    def change(record, content):
        if record == "data.pkl":
            tree = pickled.parse(content)
            for name, layer in layers.items():
                weight, bias = tree.state[name + "_weight"], tree.state.get(name + "_bias")
                tree.state[name] = pickled.Object(pickled.Global("__torch__.torch.classes.xnnpack", CLASSES[layer.kind]), layer.state(weight, bias))
            for name in [n for n in tree.state if n.endswith(("_weight", "_bias"))]:
                del tree.state[name]
            return pickled.emit(tree)
        if record == "bytecode.pkl":
            def renamed(table):
                return tuple(operators(*o) or (("prepacked::" + RUNS[o[0]], "", 2) if o[0] in RUNS else o) for o in table)
            return pickled.emit(pickled.changed_method(pickled.parse(content), "", operators=renamed))
        return content
    return change


def write(name, layers, methods, *, version=None, change=None):
    """`methods`: name -> (body with {layer} in place of each layer's call, inputs)."""
    def module(call):
        f = Fixture(name, **attributes(layers))
        for method, (body, *cases) in methods.items():
            calls = {key: call(layer, key) for key, layer in layers.items()}
            f.define(f"def {method}(self, x):\n" + "".join(f"    {line}\n" for line in body.format(**calls).split("; ")))
            for x in cases:
                f.case(method, x)
        return f
    reference = module(lambda layer, key: layer.reference(key))
    reference.write()
    optimized = module(lambda layer, key: layer.stand_in(key))
    path = OPERATORS / name / "model.ptl"
    rewrite(lite_bytes(optimized.module), path, keep=lambda r: not r.startswith("code/"), change=change or replaced(layers))
    mark(path)


def mark(path):
    for case in path.parent.glob("case*/case.json"):
        write_json(case, json.loads(case.read_text()) | {"computed": WHY})



def main():
    seed(1)
    layers = {
        "plain": Layer("linear", floats(5, 7), floats(5)),
        "relu": Layer("linear", floats(5, 7), floats(5), 0),
        "relu6": Layer("linear", floats(19, 7), None, 0.0, 6.0),
        "narrow": Layer("linear", floats(1, 7), floats(1), -0.5, 0.25),
    }
    write("prepacked_linear", layers, {
        "plain_run": ("return {plain}", floats(3, 7), floats(7), floats(2, 0, 7), floats(2, 3, 7)),
        "relu_run": ("return {relu}", floats(9, 7)),
        "relu6_run": ("return {relu6}", floats(2, 3, 7), floats(1, 7, scale=20)),
        "narrow_run": ("x = x.transpose(0, 1); return {narrow}", floats(7, 4)),
    })
    layers = {
        "plain": Layer("conv2d", floats(4, 3, 3, 3), floats(4)),
        "strided": Layer("conv2d", floats(6, 2, 3, 2), floats(6), 0, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        "pointwise": Layer("conv2d", floats(11, 5, 1, 1), None, 0.0, 6.0),
        "depthwise": Layer("conv2d", floats(6, 1, 3, 3), floats(6), 0, 6, padding=(1, 1), groups=6),
        "doubled": Layer("conv2d", floats(8, 1, 5, 3), floats(8), None, 1.5, stride=(1, 2), padding=(2, 1), groups=4),
        "channels_last": Layer("conv2d", floats(4, 3, 3, 3).contiguous(memory_format=torch.channels_last), floats(4), -1.0, 1.0, padding=(1, 1)),
        "upward": Layer("conv2d_transpose", floats(3, 4, 3, 3), floats(4), -2.0, 2.0, stride=(2, 2), padding=(1, 1), output_padding=(1, 0)),
        "grouped": Layer("conv2d_transpose", floats(4, 3, 2, 3), None, stride=(1, 3), padding=(0, 1), dilation=(2, 1), groups=2),
    }
    nhwc = floats(2, 6, 5, 4).contiguous(memory_format=torch.channels_last)
    write("prepacked_convolution", layers, {
        "plain_run": ("return {plain}", floats(1, 3, 6, 5), floats(2, 3, 3, 3)),
        "strided_run": ("return {strided}", floats(1, 4, 7, 6)),
        "pointwise_run": ("return {pointwise}", floats(2, 5, 3, 4), floats(1, 5, 1, 1, scale=9)),
        "depthwise_run": ("return {depthwise}", floats(1, 6, 5, 5), floats(2, 6, 4, 3, scale=5)),
        "depthwise_channels_last": ("x = x.contiguous(memory_format=torch.channels_last); x = {depthwise}; return x", nhwc.contiguous()),
        "doubled_run": ("return {doubled}", floats(1, 4, 6, 7)),
        "channels_last_run": ("return {channels_last}", floats(1, 3, 4, 4)),
        "channels_last_stay": ("x = x.contiguous(memory_format=torch.channels_last); x = {channels_last}; return x", floats(1, 3, 4, 5)),
        "upward_run": ("return {upward}", floats(1, 3, 4, 5)),
        "grouped_run": ("return {grouped}", floats(1, 4, 3, 4)),
    })

    # A network with inverted residuals, as optimize_for_mobile leaves it: bias and batch norm folded, ReLU6 fused.
    layers = {
        "stem": Layer("conv2d", floats(8, 3, 3, 3, scale=0.3), floats(8), 0, 6, stride=(2, 2), padding=(1, 1)),
        "expand": Layer("conv2d", floats(16, 8, 1, 1, scale=0.3), floats(16), 0, 6),
        "depth": Layer("conv2d", floats(16, 1, 3, 3, scale=0.4), floats(16), 0, 6, padding=(1, 1), groups=16),
        "project": Layer("conv2d", floats(8, 16, 1, 1, scale=0.3), floats(8)),
        "classify": Layer("linear", floats(10, 8), floats(10)),
    }
    body = "x = {stem}; y = x; x = {expand}; x = {depth}; x = {project}; x = y + x; x = F.hardtanh(x, -3.0, 3.0); x = x.mean([2, 3]); return {classify}"
    write("prepacked_network", layers, {"forward": (body, floats(1, 3, 17, 15), floats(3, 3, 16, 16))})

    # Packed while it runs: the stand-ins take fewer arguments, and the bounds are put before the call.
    seed(2)
    packs = {"quantized::conv2d_prepack": ("prepacked::conv2d_clamp_prepack", 8), "quantized::conv_transpose2d_prepack": ("prepacked::conv2d_transpose_clamp_prepack", 9),
             "quantized::linear_prepack": ("prepacked::linear_clamp_prepack", 4), "quantized::conv2d_dynamic": ("prepacked::conv2d_clamp_run", 2),
             "quantized::conv_transpose2d_dynamic": ("prepacked::conv2d_transpose_clamp_run", 2), "quantized::linear_dynamic": ("prepacked::linear_clamp_run", 2),
             "quantized::conv2d_unpack_sizes": ("prepacked::unpack_prepacked_sizes_conv2d", 1)}
    methods = {
        "convolve": ("torch.clamp(F.conv2d(x, self.w, self.b, [2, 1], [1, 1], [1, 1], 1), -0.75, 1.25)",
                     "torch.ops.quantized.conv2d_dynamic(x, torch.ops.quantized.conv2d_prepack(self.w, self.b, [2, 1], [1, 1], [1, 1], 1))"),
        "transpose": ("torch.clamp(F.conv_transpose2d(x, self.w, None, [2, 2], [1, 1], [1, 1], 1, [1, 1]), -0.75, 1.25)",
                      "torch.ops.quantized.conv_transpose2d_dynamic(x, torch.ops.quantized.conv_transpose2d_prepack(self.w, None, [2, 2], [1, 1], [1, 1], [1, 1], 1))"),
        "multiply": ("torch.clamp(F.linear(x, self.m), -0.75, 1.25)",
                     "torch.ops.quantized.linear_dynamic(x, torch.ops.quantized.linear_prepack(self.m, None))"),
        "sizes": ("([4, 4, 3, 3], [4], [2, 1], [1, 1], [1, 1], 1)",
                  "torch.ops.quantized.conv2d_unpack_sizes(torch.ops.quantized.conv2d_prepack(self.w, self.b, [2, 1], [1, 1], [1, 1], 1))"),
    }
    tensors = dict(w=floats(4, 4, 3, 3), b=floats(4), m=floats(3, 4))
    inputs = floats(1, 4, 6, 4)
    f = Fixture("prepacked_packing", **tensors)
    for method, (reference, _) in methods.items():
        f.op(method, reference, x=inputs)
    f.write()
    g = Fixture(f.name, **tensors)
    for method, (_, stand_in) in methods.items():
        g.define(f"def {method}(self, x):\n    return {stand_in}\n")

    def method_changed(method):
        if isinstance(method, int):
            return method
        tables = dict(method[1])
        operators, constants = tables["operators"], tables["constants"]
        bounds = (("LOADC", len(constants), 0), ("LOADC", len(constants) + 1, 0))
        instructions = ()
        for step in tables["instructions"]:
            name = operators[step[1]][0] if step[0] == "OP" else ""
            assert step[0] not in ("JF", "JMP", "LOOP")       # nothing may jump over what is put in
            if name.endswith("_dynamic") and name in packs:   # ..., reduce_range: dropped
                assert instructions[-1][0] == "LOADC" or operators[step[1]][2] == 2
                if operators[step[1]][2] == 3:
                    instructions = instructions[:-1]
            if name == "quantized::linear_prepack" and operators[step[1]][2] == 1:        # a bias of None is left out
                instructions += (("LOADC", len(constants) + 2, 0),)
            instructions += (bounds if name.endswith("prepack") else ()) + (step,)
        tables["instructions"] = instructions
        tables["constants"] = constants + (-0.75, 1.25, None)
        tables["operators"] = tuple((packs[o[0]][0], "", packs[o[0]][1]) if o[0] in packs else o for o in operators)
        return (method[0], tuple(tables.items()), *method[2:])

    def change(record, content):
        return pickled.emit(tuple(map(method_changed, pickled.parse(content)))) if record == "bytecode.pkl" else content
    path = OPERATORS / f.name / "model.ptl"
    rewrite(lite_bytes(g.module), path, keep=lambda r: not r.startswith("code/"), change=change)
    mark(path)


if __name__ == "__main__":
    main()
