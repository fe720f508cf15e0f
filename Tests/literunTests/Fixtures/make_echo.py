"""Makes `echo.ptl`: methods that return what they get, one for each kind of argument, so that tests of the command line
see what it made of an input. They need no operators.

    python make_echo.py      # needs torch
"""
import io
import pathlib
import sys
from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Fixtures"))
from fixture import rewrite  # noqa: E402


class Echo(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x

    @torch.jit.export
    def two(self, first: Tensor, second: Tensor) -> Tuple[Tensor, Tensor]:
        return (first, second)

    @torch.jit.export
    def integer(self, n: int) -> int:
        return n

    @torch.jit.export
    def decimal(self, n: float) -> float:
        return n

    @torch.jit.export
    def flag(self, b: bool) -> bool:
        return b

    @torch.jit.export
    def word(self, s: str) -> str:
        return s

    @torch.jit.export
    def integers(self, n: List[int]) -> List[int]:
        return n

    @torch.jit.export
    def maybe(self, n: Optional[int]) -> Optional[int]:
        return n

    @torch.jit.export
    def pair(self, p: Tuple[int, List[float]]) -> Tuple[int, List[float]]:
        return p

    @torch.jit.export
    def table(self, d: Dict[str, List[float]]) -> Dict[str, List[float]]:
        return d

    @torch.jit.export
    def numbered(self, d: Dict[int, str]) -> Dict[int, str]:
        return d

    @torch.jit.export
    def tensors(self, t: List[Tensor]) -> List[Tensor]:
        return t

    @torch.jit.export
    def nested(self, t: Dict[str, Tensor], other: Tensor) -> Tuple[List[Tensor], Dict[str, Tensor]]:
        return ([other], t)

    @torch.jit.export
    def fails(self, x: Tensor) -> Tensor:
        raise ValueError("this method always fails")


if __name__ == "__main__":
    buffer = io.BytesIO(torch.jit.script(Echo())._save_to_buffer_for_lite_interpreter())
    rewrite(buffer.getvalue(), HERE / "echo.ptl")
