"""Networks over sequences with random weights, their linear and recurrent layers dynamically quantized."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def dynamic(model: nn.Module) -> nn.Module:
    """Linear and recurrent layers with int8 weights; activations are quantized by their range in each run."""
    return torch.ao.quantization.quantize_dynamic(model.eval(), {nn.Linear, nn.LSTM, nn.GRU}, dtype=torch.qint8)


def spread(model: nn.Module) -> nn.Module:
    """Random weights of a size that keeps activations and attention from fading with depth."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 1.2 / math.sqrt(module.in_features))
            if module.bias is not None:
                nn.init.uniform_(module.bias, -0.2, 0.2)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, 0, 0.8)
        elif isinstance(module, (nn.LayerNorm, nn.GroupNorm)):
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.uniform_(module.bias, -0.2, 0.2)
        elif isinstance(module, nn.Conv1d):
            nn.init.kaiming_normal_(module.weight)
        elif isinstance(module, (nn.LSTM, nn.GRU)):
            for parameter in module.parameters():
                nn.init.normal_(parameter, 0, 1.5 / math.sqrt(module.hidden_size))
    return model


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, self.size).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query, key, value = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(self.size) + mask
        context = torch.matmul(F.softmax(scores, dim=-1), value)
        return self.out(context.transpose(1, 2).reshape(x.size(0), x.size(1), -1))


class EncoderLayer(nn.Module):
    """Attention and a feed-forward network, each normalized after the sum (BERT, wav2vec 2.0 base)."""

    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.attention, self.first = SelfAttention(width, heads), nn.LayerNorm(width)
        self.up, self.down, self.second = nn.Linear(width, inner), nn.Linear(inner, width), nn.LayerNorm(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.first(x + self.attention(x, mask))
        return self.second(x + self.down(F.gelu(self.up(x))))


class Bert(nn.Module):
    """Devlin et al. 2018: token, position and segment embeddings, encoder layers, a pooler."""

    def __init__(self, words: int = 30522, width: int = 384, heads: int = 12, inner: int = 1536, layers: int = 6):
        super().__init__()
        self.words, self.positions, self.segments = nn.Embedding(words, width), nn.Embedding(512, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList([EncoderLayer(width, heads, inner) for _ in range(layers)])
        self.pooler = nn.Linear(width, width)

    def forward(self, tokens: Tensor, attended: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        positions = torch.arange(tokens.size(1), device=tokens.device).unsqueeze(0)
        x = self.norm(self.words(tokens) + self.positions(positions) + self.segments(segments))
        mask = (1.0 - attended[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, mask)
        return x, torch.tanh(self.pooler(x[:, 0]))


class SpeechEncoder(nn.Module):
    """Baevski et al. 2020, the base network, less wide: convolutions over the wave (the first normalized per channel, as group
    normalization), a convolution as position, encoder layers, characters."""

    def __init__(self, channels: int = 256, width: int = 384, heads: int = 6, inner: int = 1536, layers: int = 4, characters: int = 32):
        super().__init__()
        shape = [(10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)]
        self.convolutions = nn.ModuleList([
            nn.Conv1d(1 if i == 0 else channels, channels, kernel, stride, bias=False) for i, (kernel, stride) in enumerate(shape)])
        self.first = nn.GroupNorm(channels, channels)
        self.norm, self.project = nn.LayerNorm(channels), nn.Linear(channels, width)
        self.position = nn.Conv1d(width, width, 128, padding=64, groups=16)
        self.after = nn.LayerNorm(width)
        self.layers = nn.ModuleList([EncoderLayer(width, heads, inner) for _ in range(layers)])
        self.characters = nn.Linear(width, characters)

    def forward(self, wave: Tensor) -> Tensor:
        x = wave.unsqueeze(1)
        for i, convolution in enumerate(self.convolutions):
            x = convolution(x)
            if i == 0:
                x = self.first(x)
            x = F.gelu(x)
        x = self.project(self.norm(x.transpose(1, 2)))
        positions = F.gelu(self.position(x.transpose(1, 2))[:, :, :-1])    # an even kernel gives one too many
        x = self.after(x + positions.transpose(1, 2))
        mask = torch.zeros([1, 1, 1, x.size(1)])
        for layer in self.layers:
            x = layer(x, mask)
        return F.log_softmax(self.characters(x), dim=-1)


class LanguageModel(nn.Module):
    """Two recurrent layers between an embedding and word scores; the caller carries the state from call to call."""

    def __init__(self, kind: str, words: int = 10000, width: int = 256, hidden: int = 512):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.recurrent = (nn.LSTM if kind == "lstm" else nn.GRU)(width, hidden, num_layers=2, batch_first=True)
        self.out = nn.Linear(hidden, words)


class LSTMLanguageModel(LanguageModel):
    def forward(self, tokens: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y, state = self.recurrent(self.embedding(tokens), state)
        return self.out(y), state


class GRULanguageModel(LanguageModel):
    def forward(self, tokens: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        y, state = self.recurrent(self.embedding(tokens), state)
        return self.out(y), state


def wave(seconds: float, seed: int) -> Tensor:
    """Harmonics of a gliding tone with noise, 16 kHz, normalized."""
    generator = torch.Generator().manual_seed(seed)
    t = torch.arange(int(seconds * 16000)) / 16000
    phase = 2 * math.pi * (110 + 40 * seed) * (t + 0.1 * torch.sin(3 * t))
    x = sum(torch.sin(k * phase) / k for k in range(1, 8)) * (0.3 + torch.sin(9 * t).abs())
    x = x + 0.1 * torch.randn(t.shape, generator=generator)
    return ((x - x.mean()) / x.std()).unsqueeze(0)


def bert(finish):
    torch.manual_seed(2)
    model = finish(spread(Bert()).eval())
    inputs = []
    for length, padded in ((64, 50), (128, 128)):
        tokens = torch.randint(0, 30522, (1, length))
        inputs.append((tokens, (torch.arange(length) < padded).long()[None], (torch.arange(length) >= 20).long()[None]))
    return model, inputs


def speech(finish):
    torch.manual_seed(3)
    return finish(spread(SpeechEncoder()).eval()), [(wave(1.0, 1),), (wave(2.5, 2),)]


def lstm(**sizes):
    torch.manual_seed(4)
    model = dynamic(spread(LSTMLanguageModel("lstm", **sizes)))
    words, hidden = sizes.get("words", 10000), sizes.get("hidden", 512)
    zero = torch.zeros(2, 1, hidden)
    some = torch.randn(2, 3, hidden) * 0.3
    return model, [(torch.randint(0, words, (1, 24)), (zero, zero.clone())), (torch.randint(0, words, (3, 7)), (some, some * 2))]


def gru(**sizes):
    torch.manual_seed(5)
    model = dynamic(spread(GRULanguageModel("gru", **sizes)))
    words, hidden = sizes.get("words", 10000), sizes.get("hidden", 512)
    return model, [(torch.randint(0, words, (1, 24)), torch.zeros(2, 1, hidden)),
                   (torch.randint(0, words, (3, 7)), torch.randn(2, 3, hidden) * 0.3)]


def same(model: nn.Module) -> nn.Module:
    return model


MODELS = {
    "bert_float32": lambda: bert(same),
    "bert_int8": lambda: bert(dynamic),
    "wav2vec_float32": lambda: speech(same),
    "wav2vec_int8": lambda: speech(dynamic),
    "lstm_lm_int8": lstm,
    "gru_lm_int8": gru,
}
