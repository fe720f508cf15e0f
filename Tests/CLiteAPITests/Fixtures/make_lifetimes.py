"""Makes `lifetimes.ptl`: programs that keep, take apart and write what they are given.

    python make_lifetimes.py      # needs torch
"""
import pathlib
import sys
from typing import Any, Dict, List

import torch
from torch import Tensor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Fixtures"))
from fixture import rewrite  # noqa: E402


class Lifetimes(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("kept", torch.zeros(4))

    def forward(self) -> Tensor:
        return self.kept + 0

    @torch.jit.export
    def pop_list(self, items: List[Tensor]) -> int:
        self.kept = items.pop()
        return len(items)

    @torch.jit.export
    def pop_dict(self, items: Dict[str, Tensor]) -> int:
        self.kept = items.pop("x")
        return len(items)

    @torch.jit.export
    def clear_list(self, items: List[Tensor]) -> Tensor:
        first = items[0]
        items.clear()
        return first

    @torch.jit.export
    def keep_and_spin(self, x: Tensor, y: Tensor, count: int) -> int:
        self.kept = x
        y.add_(1)
        total = 0
        for _ in range(count):
            total += int(y.sum().item())
        return total

    @torch.jit.export
    def first_key(self, items: Dict[Tensor, int]) -> int:
        self.kept = list(items.keys())[0]
        return len(items)

    @torch.jit.export
    def normalize(self, x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        return torch.batch_norm(x, None, None, mean, variance, True, 0.5, 1e-5, False)

    @torch.jit.export
    def normalize_natively(self, x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        return torch.native_batch_norm(x, None, None, mean, variance, True, 0.5, 1e-5)[0]

    @torch.jit.export
    def mean_of_batch(self, x: Tensor) -> float:
        mean = torch.zeros(2)
        torch.batch_norm(x, None, None, mean, None, True, 1.0, 1e-5, False)
        return float(mean[0].item())

    @torch.jit.export
    def describe(self, x: Tensor) -> str:
        return "{} {}".format([x], {"x": x})

    @torch.jit.export
    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y

    @torch.jit.export
    def pair(self, x: Tensor) -> List[Tensor]:
        return [x + 1, x + 2]

    @torch.jit.export
    def swap_items(self, items: List[Tensor]) -> int:
        items[0] = items[1] * 1
        items[1] = items[0] * 1
        return len(items)

    @torch.jit.export
    def grow(self, x: Tensor) -> int:
        x.resize_([1000])
        x.resize_([4])
        return x.numel()

    @torch.jit.export
    def far(self, x: Tensor) -> Tensor:
        return x.as_strided([2], [1], 60) + 0

    @torch.jit.export
    def require_ten(self, x: Tensor) -> Tensor:
        other = torch.full([4], -1.0)
        if float(x.sum().item()) != 10.0:
            raise ValueError("the input is not what was given")
        return other

    @torch.jit.export
    def knot(self) -> int:
        items: List[Any] = []
        for _ in range(3):
            items.append(items)
        return len(items)

    @torch.jit.export
    def laugh(self, count: int) -> List[Any]:
        items: List[Any] = [count]
        for _ in range(count):
            items = torch.jit.annotate(List[Any], [items, items])
        items.append(len(items))
        return items


model = torch.jit.script(Lifetimes().eval())
rewrite(model._save_to_buffer_for_lite_interpreter(), HERE / "lifetimes.ptl")
