"""torchvision's quantizable networks with random weights, quantized statically.

Weights are random; what a trained network has and a random one lacks are activations that use the range of their codes at every
depth. Batch normalization makes them: its statistics are measured on the calibration images, so that each layer's output has
mean beta and deviation gamma. The residual sums, concatenations and classifiers behind them are calibrated like a user's."""
import torch

# torchvision's import asks for operators that its binary part registers; the networks here use none of them.
_library = torch.library.Library("torchvision", "DEF")
for _name in ("nms", "qnms", "roi_align", "ps_roi_align", "roi_pool", "ps_roi_pool", "deform_conv2d"):
    _library.define(_name + "(Tensor a) -> Tensor")

import torchvision.models.quantization as quantizable            # noqa: E402

PER_TENSOR = torch.ao.quantization.default_weight_observer
PER_CHANNEL = torch.ao.quantization.default_per_channel_weight_observer


def images(count: int, size: int, generator: torch.Generator) -> torch.Tensor:
    """Normalized pictures: smooth colour fields with edges and some noise, as photographs have them."""
    pictures = []
    for _ in range(count):
        coarse = torch.randn(1, 3, 7, 7, generator=generator)
        blocks = torch.randn(1, 3, 16, 16, generator=generator)
        picture = torch.nn.functional.interpolate(coarse, size=(size, size), mode="bicubic")
        picture = picture + 0.5 * torch.nn.functional.interpolate(blocks, size=(size, size), mode="nearest")
        pictures.append(picture + 0.1 * torch.randn(1, 3, size, size, generator=generator))
    return torch.cat(pictures).clamp(-2.1, 2.6)


def randomize(model: torch.nn.Module) -> None:
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.6, 1.4)
            torch.nn.init.uniform_(module.bias, -0.3, 0.5)
            module.momentum = None                               # the plain average over the batches seen
        elif isinstance(module, torch.nn.Linear):
            torch.nn.init.normal_(module.weight, 0, 2 / module.in_features**0.5)
            torch.nn.init.uniform_(module.bias, -0.1, 0.1)


def quantized(make, size: int, weights=PER_TENSOR, seed: int = 1, **options) -> tuple[torch.nn.Module, list]:
    """The converted network and its two inputs."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = make(weights=None, quantize=False, **options)
    randomize(model)
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    with torch.no_grad():
        for _ in range(2):
            model(images(4, size, generator))
    model.eval()
    model.qconfig = torch.ao.quantization.QConfig(
        activation=torch.ao.quantization.HistogramObserver.with_args(reduce_range=False), weight=weights)
    model.fuse_model(is_qat=False)
    torch.ao.quantization.prepare(model, inplace=True)
    with torch.no_grad():
        for _ in range(3):
            model(images(1, size, generator))
    torch.ao.quantization.convert(model, inplace=True)
    return model, [(images(1, size, generator),) for _ in range(2)]


MODELS = {
    "mobilenet_v2_int8": lambda: quantized(quantizable.mobilenet_v2, 224),
    "mobilenet_v3_large_int8": lambda: quantized(quantizable.mobilenet_v3_large, 224),
    "resnet18_int8": lambda: quantized(quantizable.resnet18, 224),
    "resnet50_int8_channel": lambda: quantized(quantizable.resnet50, 224, PER_CHANNEL),
    "resnext101_32x8d_int8": lambda: quantized(quantizable.resnext101_32x8d, 224),
    "inception_v3_int8": lambda: quantized(quantizable.inception_v3, 299, aux_logits=False, init_weights=False),
    "googlenet_int8": lambda: quantized(quantizable.googlenet, 224, aux_logits=False, init_weights=False),
    "shufflenet_v2_x1_0_int8": lambda: quantized(quantizable.shufflenet_v2_x1_0, 224),
}
