"""Recurrent networks that PyTorch's lite interpreter saves but cannot load: `nn.LSTM` and `nn.GRU` on their own, whose packed
sequence method has a type string that its parser refuses. The results are those of the same modules in TorchScript."""
from fixture import *
from torch.nn.utils.rnn import pack_padded_sequence

WHY = "PyTorch 2.13 refuses the type torch.nn.utils.rnn.PackedSequence of its own file; the result is that of the TorchScript module"


def write(name, module, runs):
    """`runs`: (method, inputs of the file's method, the TorchScript module's inputs)."""
    module = torch.jit.script(module.eval())
    folder = OPERATORS / name
    shutil.rmtree(folder, ignore_errors=True)
    rewrite(lite_bytes(module), folder / "model.ptl", keep=lambda r: not r.startswith("code/"))
    for number, (method, inputs) in enumerate(runs):
        case = folder / f"case{number}"
        case.mkdir()
        count = [0]
        plain = tuple(tuple(x) if hasattr(x, "_fields") else x for x in inputs)
        result = module._c._get_method(method)(*inputs)
        document = {"method": method if method != "forward__0" else "forward", "inputs": [encode(x, case, count) for x in plain],
                    "output": encode(result, case, count), "computed": WHY, "tolerance": default_tolerance(result)}
        write_json(case / "case.json", document)
    print(f"{name}: {len(runs)} cases")


def packed(lengths, x, sort=True):
    return pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=sort)


def main():
    seed(1)
    x, hidden = floats(5, 3, 4), (floats(2, 3, 6), floats(2, 3, 6))
    write("recurrent_lstm", torch.nn.LSTM(4, 6, bidirectional=True), [
        ("forward__0", (x,)), ("forward__0", (x, hidden)), ("forward__0", (x[:, 0],)),
        ("forward__1", (packed([5, 3, 2], x),)), ("forward__1", (packed([2, 5, 4], x, sort=False), hidden)),
    ])
    seed(2)
    x = floats(2, 5, 4)
    write("recurrent_gru", torch.nn.GRU(4, 3, num_layers=2, batch_first=True), [
        ("forward__0", (x,)), ("forward__0", (x, floats(2, 2, 3))), ("forward__1", (packed([3, 2], floats(3, 2, 4)),)),
    ])


if __name__ == "__main__":
    main()
