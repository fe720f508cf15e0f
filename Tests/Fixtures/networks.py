"""A small quantized network that several scripts use."""
from torch.ao.quantization import (DeQuantStub, HistogramObserver, QConfig, QuantStub, convert,
                                   default_per_channel_weight_observer, fuse_modules, get_default_qconfig, prepare)

from fixture import *


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.quant, self.dequant = QuantStub(), DeQuantStub()
        self.stem = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, 2, 1, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU())
        self.depthwise = torch.nn.Sequential(torch.nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU())
        self.pointwise = torch.nn.Sequential(torch.nn.Conv2d(8, 8, 1, bias=False), torch.nn.BatchNorm2d(8))
        self.skip = torch.ao.nn.quantized.FloatFunctional()
        self.pool, self.linear = torch.nn.AdaptiveAvgPool2d(1), torch.nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(self.quant(x))
        x = self.skip.add_relu(x, self.pointwise(self.depthwise(x)))
        return self.dequant(self.linear(torch.flatten(self.pool(x), 1)))


def small(channel: bool) -> torch.nn.Module:
    model = Small().eval()
    for bn in (model.stem[1], model.depthwise[1], model.pointwise[1]):
        bn.running_mean.copy_(floats(8, scale=0.1))
        bn.running_var.copy_(floats(8).abs() + 0.5)
        bn.weight.copy_(floats(8).abs() + 0.5)
        bn.bias.copy_(floats(8, scale=0.2))
    fuse_modules(model, [["stem.0", "stem.1", "stem.2"], ["depthwise.0", "depthwise.1", "depthwise.2"], ["pointwise.0", "pointwise.1"]], inplace=True)
    model.qconfig = QConfig(activation=HistogramObserver.with_args(reduce_range=False), weight=default_per_channel_weight_observer) \
        if channel else get_default_qconfig("qnnpack")
    prepare(model, inplace=True)
    for _ in range(4):
        model(floats(4, 3, 9, 11))
    return convert(model, inplace=True)
