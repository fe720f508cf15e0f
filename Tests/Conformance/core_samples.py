"""Samples of the core operators that no entry of op_db records: the tracer sees what the Python function of an entry calls, which
is often another operator. They are called as `torch.ops.aten.NAME`."""
from types import SimpleNamespace

import torch

POSITIONS = torch.tensor([0, 2, 1])

# Overload: arguments, made with t(sizes), which gives a tensor of the dtype.
SAMPLES = {
    "_adaptive_avg_pool2d": lambda t: (t(2, 3, 5, 7), [2, 3]),
    "_adaptive_avg_pool3d": lambda t: (t(1, 2, 4, 5, 6), [2, 3, 2]),
    "_cdist_forward": lambda t: (t(3, 4), t(2, 4), 2.0, None),
    "_embedding_bag": lambda t: (t(5, 3), torch.tensor([0, 4, 2, 2]), torch.tensor([0, 2])),
    "_log_softmax": lambda t: (t(3, 4), -1, False),
    "_native_batch_norm_legit_no_training": lambda t: (t(2, 3, 4), t(3), t(3), t(3), t(3).abs() + 1, 0.1, 1e-5),
    "_pdist_forward": lambda t: (t(4, 3), 2.0),
    "_softmax": lambda t: (t(3, 4), 0, False),
    "_to_copy": lambda t: (t(3, 4),),
    "add.Scalar": lambda t: (t(3, 4), 2, 3),
    "alias": lambda t: (t(3, 4),),
    "bitwise_and.Scalar": lambda t: (t(3, 4), 1),
    "bitwise_or.Scalar": lambda t: (t(3, 4), 1),
    "bitwise_xor.Scalar": lambda t: (t(3, 4), 1),
    "clamp": lambda t: (t(3, 4), 0, 3),
    "col2im": lambda t: (t(1, 8, 4), [3, 3], [2, 2], [1, 1], [0, 0], [1, 1]),
    "convolution": lambda t: (t(1, 2, 5, 5), t(3, 2, 3, 3), t(3), [1, 2], [1, 0], [1, 1], False, [0, 0], 1),
    "copy": lambda t: (t(3, 4), t(4)),
    "div.Scalar": lambda t: (t(3, 4), 2),
    "div.Scalar_mode": lambda t: (t(3, 4), 2, "floor"),
    "eq.Scalar": lambda t: (t(3, 4), 1),
    "fmod.Scalar": lambda t: (t(3, 4), 3),
    "ge.Scalar": lambda t: (t(3, 4), 1),
    "gt.Scalar": lambda t: (t(3, 4), 1),
    "le.Scalar": lambda t: (t(3, 4), 1),
    "lt.Scalar": lambda t: (t(3, 4), 1),
    "mul.Scalar": lambda t: (t(3, 4), 3),
    "ne.Scalar": lambda t: (t(3, 4), 1),
    "pow.Scalar": lambda t: (2, t(3, 4).abs()),
    "pow.Tensor_Scalar": lambda t: (t(3, 4), 3),
    "reflection_pad1d": lambda t: (t(2, 5), [2, 1]),
    "reflection_pad2d": lambda t: (t(1, 2, 4, 5), [1, 2, 2, 0]),
    "reflection_pad3d": lambda t: (t(1, 3, 4, 5), [1, 2, 2, 0, 1, 1]),
    "remainder.Scalar": lambda t: (t(3, 4), 3),
    "replication_pad2d": lambda t: (t(1, 2, 4, 5), [1, 2, 2, 0]),
    "replication_pad3d": lambda t: (t(1, 3, 4, 5), [1, 2, 2, 0, 1, 1]),
    "scatter.value": lambda t: (t(3, 4), 0, torch.tensor([[0, 2, 1]]), 1),
    "sub.Scalar": lambda t: (t(3, 4), 2),
}


class Direct:
    """An entry like those of op_db."""
    variant_test_name = ""

    def __init__(self, overload: str):
        self.overload = overload
        self.name = "core." + overload
        self.aten_name = overload.partition(".")[0]

    def __call__(self, *arguments, **options):
        name, _, overload = self.overload.partition(".")
        return getattr(getattr(torch.ops.aten, name), overload or "default")(*arguments, **options)

    def supported_dtypes(self, device):
        from opdb_cases import ALL_DTYPES                    # those that torch does not take are refused
        return set(ALL_DTYPES.values())

    def sample_inputs(self, device, dtype, requires_grad=False):
        def make(*sizes):
            low, high = (0, 2) if dtype == torch.bool else (0, 9) if dtype == torch.uint8 else (-9, 10)
            return torch.randn(sizes).mul(2).to(dtype) if dtype.is_floating_point else torch.randint(low, high, sizes).to(dtype)
        first, *rest = SAMPLES[self.overload](make)
        yield SimpleNamespace(input=first, args=tuple(rest), kwargs={})


ENTRIES = [Direct(overload) for overload in SAMPLES]
