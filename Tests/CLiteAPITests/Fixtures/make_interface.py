"""Makes `interface.ptl`: a method for each thing that crosses the C interface.

    python make_interface.py      # needs torch
"""
import io
import pathlib
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Fixtures"))
from fixture import rewrite  # noqa: E402


class Detection(NamedTuple):
    boxes: Tensor
    label: str


class Interface(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = torch.nn.Conv2d(3, 4, 3, padding=1)
        self.register_buffer("last", torch.zeros(2, 3))
        self.count: int = 0

    def forward(self, x: Tensor, scale: float = 2.0) -> Tensor:
        return x * scale + 1

    @torch.jit.export
    def plain(self, n: int, x: float, b: bool, s: str, o: Optional[int]) -> Tuple[int, float, bool, str, Optional[int]]:
        return (n + 1, x * 2, not b, s + "!", o)

    @torch.jit.export
    def echo(self, value: Any) -> Any:
        return value

    @torch.jit.export
    def lists(self, xs: List[Tensor], ns: List[int]) -> Tuple[Tensor, int]:
        xs.append(torch.ones(1, 3))
        return torch.cat(xs), len(ns)

    @torch.jit.export
    def table(self, d: Dict[str, Tensor]) -> Dict[str, Tensor]:
        result: Dict[str, Tensor] = {}
        for name, x in d.items():
            result[name + "_doubled"] = x * 2
        return result

    @torch.jit.export
    def detect(self, x: Tensor) -> Detection:
        return Detection(x + 0.5, "cat")

    @torch.jit.export
    def write_input(self, x: Tensor) -> Tensor:
        x.add_(1)
        return x.unsqueeze_(0) * 1

    @torch.jit.export
    def keep_input(self, x: Tensor) -> Tensor:
        previous = self.last
        self.last = x
        return previous + 0

    @torch.jit.export
    def counted(self, x: Tensor) -> Tensor:
        self.count += 1
        self.last += x
        return self.last * self.count

    @torch.jit.export
    def refuse(self, x: Tensor) -> Tensor:
        if x.dim() == 2:
            raise ValueError("two dimensions are too few")
        return x.view(7)

    @torch.jit.export
    def spin(self, n: int) -> int:
        total = 0
        for i in range(n):
            total += i
        return total

    @torch.jit.export
    def layout(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (x * 2).contiguous(memory_format=torch.channels_last), x.transpose(2, 3)

    @torch.jit.export
    def convolve(self, x: Tensor) -> Tensor:
        return self.convolution(x)

    @torch.jit.export
    def quantize(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        scales = torch.tensor([0.5, 0.25], dtype=torch.float64)
        return (torch.quantize_per_tensor(x, 0.1, 10, torch.quint8),
                torch.quantize_per_channel(x, scales, torch.tensor([1, -2]), 0, torch.qint8))

    @torch.jit.export
    def dequantize(self, x: Tensor) -> Tensor:
        return x.dequantize()


torch.manual_seed(5)
model = torch.jit.script(Interface().eval())
buffer = io.BytesIO(model._save_to_buffer_for_lite_interpreter(_extra_files={"note.txt": "kept beside the model", "empty.bin": ""}))
rewrite(buffer.getvalue(), HERE / "interface.ptl")
