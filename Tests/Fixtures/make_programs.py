"""Whole programs of the kind that people write in C++ around a model, for want of a runtime that interprets: parsing, searching,
decoding, tracking state. Every method is run by PyTorch's lite interpreter."""
from fixture import *

FLOATS = {"rtol": 1.3e-6, "atol": 1e-5}
NAMED = "PyTorch's lite interpreter takes no named tuples from Python; this is the TorchScript module's result"


# --- A recursive network over parse trees, from text ----------------------------------------------------------------------------
class TreeNetwork(torch.nn.Module):
    """A tree LSTM (Tai et al. 2015) over a bracketed sentence: the program splits the text, looks words up and keeps a stack."""

    def __init__(self, width: int = 4):
        super().__init__()
        words = ["the", "a", "cat", "dog", "sat", "ran", "home", "down"]
        self.vocabulary: Dict[str, int] = {word: i + 1 for i, word in enumerate(words)}
        self.words = torch.nn.Embedding(len(words) + 1, width)
        self.leaf = torch.nn.Linear(width, 3 * width)
        self.node = torch.nn.Linear(2 * width, 5 * width)
        self.labels = torch.nn.Linear(width, 3)

    def read(self, text: str) -> List[str]:
        out: List[str] = []
        for piece in text.replace("(", " ( ").replace(")", " ) ").split():
            out.append(piece.lower())
        return out

    def make_leaf(self, word: str) -> Tuple[Tensor, Tensor]:
        number = self.vocabulary.get(word, 0)
        i, o, u = self.leaf(self.words(torch.tensor([number]))).chunk(3, 1)
        c = torch.sigmoid(i) * torch.tanh(u)
        return torch.sigmoid(o) * torch.tanh(c), c

    def make_node(self, left: Tuple[Tensor, Tensor], right: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tensor]:
        i, f, g, o, u = self.node(torch.cat([left[0], right[0]], 1)).chunk(5, 1)
        c = torch.sigmoid(i) * torch.tanh(u) + torch.sigmoid(f) * left[1] + torch.sigmoid(g) * right[1]
        return torch.sigmoid(o) * torch.tanh(c), c

    def forward(self, text: str) -> Tuple[Tensor, List[Tuple[str, int]], int]:
        stack: List[Tuple[str, Tuple[Tensor, Tensor]]] = []
        opened: List[int] = []
        phrases: List[Tuple[str, int]] = []
        deepest = 0
        for position, token in enumerate(self.read(text)):
            if token == "(":
                opened.append(len(stack))
                deepest = max(deepest, len(opened))
            elif token == ")":
                if len(opened) == 0:
                    raise ValueError("token {}: a bracket closes that was not opened".format(position))
                start = opened.pop()
                if len(stack) - start < 1:
                    raise ValueError("token {}: nothing between brackets".format(position))
                while len(stack) - start > 1:
                    right_text, right = stack.pop()
                    left_text, left = stack.pop()
                    stack.append((left_text + " " + right_text, self.make_node(left, right)))
                phrase, state = stack[-1]
                phrases.append((phrase, int(self.labels(state[0]).argmax(1))))
            else:
                stack.append((token, self.make_leaf(token)))
        if len(opened) > 0:
            raise ValueError("{} brackets are still open".format(len(opened)))
        assert len(stack) == 1, "{} trees, expected one".format(len(stack))
        return F.log_softmax(self.labels(stack[0][1][0]), 1), phrases, deepest


torch.manual_seed(11)
f = Fixture("programs_tree_network", TreeNetwork().eval())
f.case("forward", "((the cat) (sat down))")
f.case("forward", "( (The DOG) (ran (home fast)) )")
f.case("forward", "(((a cat) ran) (the dog sat home))")
f.case("forward", "((the cat) sat", error="1 brackets are still open")
f.case("forward", "the cat)", error="token 2: a bracket closes that was not opened")
f.case("forward", "(() cat)", error="token 2: nothing between brackets")
f.case("forward", "the cat", error="2 trees, expected one")
f.write()


# --- Beam search over an LSTM step, beams as a batch ------------------------------------------------------------------------------
class LSTMBeamSearch(torch.nn.Module):
    """Beams are rows of the state; what survives is gathered, and back pointers are followed in the end."""

    def __init__(self, width: int = 6):
        super().__init__()
        self.characters: List[str] = ["<end>", "<start>", "a", "b", "c", "d", " ", "e"]
        self.embedding = torch.nn.Embedding(len(self.characters), width)
        self.cell = torch.nn.LSTMCell(width, width)
        self.out = torch.nn.Linear(width, len(self.characters))

    def forward(self, context: Tensor, beams: int, steps: int, penalty: float = 0.6) -> List[Tuple[str, float]]:
        h, c = context.expand(beams, -1).contiguous(), torch.zeros(beams, context.size(1))
        scores = torch.full([beams], -1e9)
        scores[0] = 0.0                                          # all beams are alike at first: one counts
        last = torch.ones(beams, dtype=torch.int64)
        tokens: List[Tensor] = []
        parents: List[Tensor] = []
        finished: List[Tuple[str, float]] = []
        for step in range(steps):
            h, c = self.cell(self.embedding(last), (h, c))
            candidates = scores.unsqueeze(1) + F.log_softmax(self.out(h), 1)
            candidates[:, 1] = -1e9                              # a start never follows
            if step == 0:
                candidates[:, 0] = -1e9
            best, flat = candidates.view(-1).topk(beams)
            parent, last = torch.div(flat, candidates.size(1), rounding_mode="floor"), flat % candidates.size(1)
            tokens.append(last)
            parents.append(parent)
            h, c, scores = h[parent], c.index_select(0, parent), best.clone()
            for i in range(beams):
                if int(last[i]) == 0:
                    finished.append((self.text(tokens, parents, i), float(best[i]) / (step + 1.0) ** penalty))
                    scores[i] = -1e9
            if len(finished) >= beams:
                break
        if len(finished) == 0:
            for i in range(beams):
                finished.append((self.text(tokens, parents, i) + "...", float(scores[i]) / float(steps) ** penalty))
        order = torch.tensor([-f[1] for f in finished]).argsort()
        return [finished[int(i)] for i in order]

    def text(self, tokens: List[Tensor], parents: List[Tensor], beam: int) -> str:
        out: List[str] = []
        step = len(tokens) - 1
        while step >= 0:
            token = int(tokens[step][beam])
            if token > 1:
                out.append(self.characters[token])
            beam = int(parents[step][beam])
            step -= 1
        out.reverse()
        return "".join(out)


torch.manual_seed(12)
search = LSTMBeamSearch().eval()
for name, parameter in search.named_parameters():
    parameter.data *= 2.5                                        # decisive scores: no two are within rounding
quantized = torch.ao.quantization.quantize_dynamic(search, {torch.nn.LSTMCell, torch.nn.Linear}, dtype=torch.qint8)
for name, module in (("programs_beam_search_lstm", search), ("programs_beam_search_lstm_int8", quantized)):
    f = Fixture(name, module)
    seed(12)
    for beams, steps in ((1, 5), (3, 8), (5, 12), (4, 2)):
        f.case("forward", floats(1, 6), beams, steps, tolerance=FLOATS)
    f.write()


# --- A detector's boxes, and suppression in place ---------------------------------------------------------------------------------
class Detections(NamedTuple):
    boxes: Tensor
    scores: Tensor
    labels: Tensor


class Detector(torch.nn.Module):
    """Decodes a detector's output against its anchors and suppresses overlaps, writing masks through views."""

    def __init__(self):
        super().__init__()
        centers = torch.stack(torch.meshgrid(torch.arange(4.0), torch.arange(4.0), indexing="ij"), -1).view(-1, 2) * 8 + 4
        self.register_buffer("anchors", torch.cat([centers, torch.full([16, 2], 12.0)], 1))
        self.names: List[str] = ["person", "bicycle", "car"]

    def decode(self, offsets: Tensor) -> Tensor:
        boxes = torch.empty_like(offsets)
        boxes[:, :2] = self.anchors[:, :2] + offsets[:, :2] * 0.1 * self.anchors[:, 2:]
        boxes[:, 2:] = self.anchors[:, 2:] * torch.exp(offsets[:, 2:] * 0.2)
        boxes[:, :2] -= boxes[:, 2:] / 2                         # in place, through a view, from the same tensor
        boxes[:, 2:] += boxes[:, :2]
        return boxes.clamp_(0, 32)

    def suppress(self, boxes: Tensor, scores: Tensor, limit: float) -> Tensor:
        order = scores.argsort(descending=True, stable=True)
        b = boxes[order]
        areas = (b[:, 2] - b[:, 0]).mul_(b[:, 3] - b[:, 1])
        gone = torch.zeros(b.size(0), dtype=torch.bool)
        for i in range(b.size(0)):
            if bool(gone[i]):
                continue
            low = torch.maximum(b[i, :2], b[i + 1:, :2])
            high = torch.minimum(b[i, 2:], b[i + 1:, 2:])
            inner = (high - low).clamp_(min=0).prod(1)
            gone[i + 1:] |= inner / (areas[i] + areas[i + 1:] - inner) > limit
        return order[~gone]

    def forward(self, offsets: Tensor, logits: Tensor, threshold: float = 0.4, limit: float = 0.45, most: int = 5) -> Detections:
        boxes, best = self.decode(offsets), torch.softmax(logits, 1)[:, 1:]
        scores, labels = best.max(1)
        mask = scores > threshold
        boxes, scores, labels = boxes[mask], scores[mask], labels[mask]
        # Classes are moved apart, so that only boxes of one class overlap.
        kept = self.suppress(boxes + labels.unsqueeze(1) * 100.0, scores, limit)[:most]
        return Detections(boxes[kept], scores[kept], labels[kept])

    @torch.jit.export
    def describe(self, found: Detections) -> List[str]:
        lines: List[str] = []
        for i in range(found.scores.size(0)):
            corners: List[int] = found.boxes[i].round().to(torch.int64).tolist()
            lines.append(f"{self.names[int(found.labels[i])]}: {int(found.scores[i] * 100)}% at {corners}")
        return lines


f = Fixture("programs_detector", Detector())
seed(13)
offsets, logits = floats(16, 4), floats(16, 4, scale=2.0)
f.case("forward", offsets, logits, 0.4, 0.45, 5)
f.case("forward", offsets, logits, 0.3, 0.1, 100)
f.case("forward", offsets, logits, 1.5, 0.5, 5)
f.case("forward", floats(16, 4, scale=4.0), floats(16, 4))
f.case("describe", Detections(torch.tensor([[1.0, 2.4, 30.6, 31.0], [0.0, 0.0, 4.0, 5.0]]), torch.tensor([0.875, 0.5]), torch.tensor([2, 0])),
       computed=NAMED)
f.write()


# --- Speech: from scores to words -----------------------------------------------------------------------------------------------
class Transcription(torch.nn.Module):
    """CTC decoding: greedy, and the prefix beam search whose hypotheses are the keys of a dict."""

    def __init__(self):
        super().__init__()
        self.blank = 0
        self.letters: Dict[int, str] = {1: "a", 2: "b", 3: "c", 4: " ", 5: "é"}
        self.bonus: Dict[str, float] = {"ab": 1.5, "cab": 2.5, "a": 0.25}

    def forward(self, scores: Tensor) -> Tuple[str, float, List[Tuple[str, int, int]]]:
        """The text, its mean probability, and each word with its first and last frame."""
        probabilities, path = scores.softmax(1).max(1)
        text, word, first, previous = "", "", 0, self.blank
        words: List[Tuple[str, int, int]] = []
        codes: List[int] = path.tolist()
        for frame, letter in enumerate(codes):
            if letter != previous and letter != self.blank:
                if self.letters[letter] == " ":
                    if len(word) > 0:
                        words.append((word, first, frame - 1))
                    word = ""
                else:
                    if len(word) == 0:
                        first = frame
                    word += self.letters[letter]
                text += self.letters[letter]
            previous = letter
        if len(word) > 0:
            words.append((word, first, path.size(0) - 1))
        return text.strip(), float(probabilities.mean()), words

    def join(self, a: float, b: float) -> float:
        if a == -float("inf"):
            return b
        if b == -float("inf"):
            return a
        return max(a, b) + math.log1p(math.exp(-abs(a - b)))

    @torch.jit.export
    def search(self, scores: Tensor, beams: int) -> List[Tuple[str, float]]:
        rows: List[List[float]] = scores.log_softmax(1).tolist()
        none = -float("inf")
        # Prefix: the logarithms of its probability with a blank last, and with a letter last.
        prefixes: Dict[str, Tuple[float, float]] = {"": (0.0, none)}
        for row in rows:
            following: Dict[str, Tuple[float, float]] = {}
            for prefix, (blank, letter) in prefixes.items():
                total = self.join(blank, letter)
                old = following.get(prefix, (none, none))
                following[prefix] = (self.join(old[0], total + row[self.blank]), old[1])
                for code, symbol in self.letters.items():
                    repeats = len(prefix) > 0 and prefix.endswith(symbol)
                    if repeats:
                        old = following[prefix]
                        following[prefix] = (old[0], self.join(old[1], letter + row[code]))
                    longer = prefix + symbol
                    gain = (blank if repeats else total) + row[code]
                    if symbol == " ":
                        gain += self.bonus.get(prefix.split(" ")[-1], 0.0)
                    old = following.get(longer, (none, none))
                    following[longer] = (old[0], self.join(old[1], gain))
            ranked: List[Tuple[float, str]] = []
            for prefix, (blank, letter) in following.items():
                ranked.append((-self.join(blank, letter), prefix))
            ranked.sort()
            prefixes.clear()
            for _, prefix in ranked[:beams]:
                prefixes[prefix] = following[prefix]
        return [(prefix, self.join(state[0], state[1])) for prefix, state in prefixes.items()]

    @torch.jit.export
    def count(self, texts: List[str]) -> Dict[str, Dict[str, int]]:
        """How often which word follows which."""
        table: Dict[str, Dict[str, int]] = {}
        for text in texts:
            words = text.split()
            for i in range(len(words) - 1):
                if words[i] not in table:
                    empty: Dict[str, int] = {}
                    table[words[i]] = empty
                row = table[words[i]]
                row[words[i + 1]] = row.get(words[i + 1], 0) + 1
        return table


f = Fixture("programs_transcription", Transcription())
seed(14)
spoken = torch.tensor([3, 3, 0, 1, 2, 2, 4, 0, 1, 0, 1, 4, 4, 5, 0, 2])
clear = F.one_hot(spoken, 6).float() * 4 + floats(16, 6, scale=0.6)
f.case("forward", clear, tolerance=FLOATS)
f.case("forward", floats(9, 6, scale=2.0), tolerance=FLOATS)
f.case("forward", torch.eye(6)[[0, 0, 0]], tolerance=FLOATS)
f.case("search", clear, 4, tolerance=FLOATS)
f.case("search", floats(9, 6, scale=2.0), 6, tolerance=FLOATS)
f.case("count", ["the cat and the dog", "the cat", "", "a"])
f.write()


# --- A stream: state from call to call --------------------------------------------------------------------------------------------
class KeywordStream(torch.nn.Module):
    """Frames arrive in chunks of any length; a ring of the last frames, a recurrent state and the events so far stay in the module."""

    window: int
    state: Optional[Tensor]
    events: List[Tuple[int, str]]

    def __init__(self, features: int = 4, window: int = 5, width: int = 3):
        super().__init__()
        self.window, self.state = window, None
        self.register_buffer("ring", torch.zeros(features, window))
        self.register_buffer("average", torch.zeros(3))
        self.convolution = torch.nn.Conv1d(features, width, window)
        self.cell, self.out = torch.nn.GRUCell(width, width), torch.nn.Linear(width, 3)
        self.frames, self.names = 0, ["silence", "yes", "no"]
        self.events = []
        self.counts: Dict[str, int] = {"yes": 0, "no": 0}

    def push(self, frame: Tensor) -> Tensor:
        self.ring[:, :-1] = self.ring[:, 1:].clone()
        self.ring[:, -1].copy_(frame)
        self.frames += 1
        features = torch.relu(self.convolution(self.ring.unsqueeze(0))).squeeze(2)
        self.state = self.cell(features, self.state)
        state = self.state
        assert state is not None
        return torch.softmax(self.out(state), 1)[0]

    def forward(self, chunk: Tensor) -> Tuple[Tensor, List[Tuple[int, str]]]:
        scores = torch.zeros(chunk.size(1), 3)
        for i in range(chunk.size(1)):
            row = scores[i]                                      # a view: the result is written through it
            row += self.push(chunk[:, i])
            self.average.mul_(0.8).add_(row, alpha=0.2)
            if self.frames >= self.window:
                best = int(self.average.argmax())
                name = self.names[best]
                if best > 0 and (len(self.events) == 0 or self.events[-1][1] != name):
                    self.events.append((self.frames, name))
                    self.counts[name] += 1
        return scores, self.events[-3:]

    @torch.jit.export
    def report(self) -> Tuple[int, Dict[str, int], str, bool]:
        text = ", ".join(["{}@{}".format(name, frame) for frame, name in self.events])
        return self.frames, self.counts, text, self.state is None

    @torch.jit.export
    def restart(self):
        self.ring.zero_()
        self.average.fill_(0)
        self.state = None
        self.frames = 0
        self.events.clear()
        for name in self.counts.keys():
            self.counts[name] = 0


torch.manual_seed(16)
stream = KeywordStream().eval()
stream.out.weight.data *= 6
f = Fixture("programs_keyword_stream", stream)
seed(16)
first, second, third = floats(4, 3, scale=2.0), floats(4, 9, scale=2.0), floats(4, 1, scale=2.0)
f.calls(("report",), ("forward", first), ("report",), ("forward", second), ("forward", third), ("report",), ("restart",), ("report",),
        ("forward", first), ("forward", second), ("report",))
f.case("forward", torch.cat([first, second], 1))
f.write()


# --- Stages behind an interface ----------------------------------------------------------------------------------------------------
@torch.jit.interface
class Stage(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass

    def describe(self, depth: int) -> str:
        pass


class Scale(torch.nn.Module):
    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor

    @torch.jit.export
    def describe(self, depth: int) -> str:
        return "{}scale by {}".format("".join([" " for _ in range(depth)]), self.factor)


class Remember(torch.nn.Module):
    """Adds what it saw before."""

    def __init__(self):
        super().__init__()
        self.register_buffer("before", torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        y = x + self.before
        self.before.copy_(x)
        return y

    @torch.jit.export
    def describe(self, depth: int) -> str:
        return "".join([" " for _ in range(depth)]) + "remember " + str(int(self.before.sum()))


class Pipeline(torch.nn.Module):
    first: Stage
    second: Stage

    def __init__(self):
        super().__init__()
        self.first, self.second = Scale(0.5), Remember()
        self.stages = torch.nn.ModuleList([Scale(2.0), Remember(), Scale(-1.0)])

    def forward(self, x: Tensor, plan: List[int]) -> Tensor:
        for step in plan:
            if step < 0:
                x = self.first.forward(x) if step == -1 else self.second.forward(x)
            else:
                stage: Stage = self.stages[step]
                x = stage.forward(x)
        return x

    @torch.jit.export
    def describe(self) -> List[str]:
        out = [self.first.describe(0), self.second.describe(1)]
        for i, stage in enumerate(self.stages):
            out.append(stage.describe(i))
        return out


f = Fixture("programs_pipeline", Pipeline())
x = torch.arange(3.0)
f.calls(("forward", x, [0, 1, 2, -1, -2]), ("describe",), ("forward", x + 1, [1, 1, -2, 0]), ("describe",), ("forward", x, [0, 0, -1]))
f.case("forward", x, [3], error="")
f.write()


# --- Tables that are filled through views -----------------------------------------------------------------------------------------
f = Fixture("programs_tables")
for source, *cases in (
    # The cheapest way to turn one word into another: two rows of a table, written element by element.
    ("""def edit_distance(self, a: str, b: str):
    table = torch.zeros(len(a) + 1, len(b) + 1, dtype=torch.int64)
    table[0] = torch.arange(len(b) + 1)
    table.t()[0].copy_(torch.arange(len(a) + 1))
    for i in range(len(a)):
        row = table[i + 1]
        for j in range(len(b)):
            cost = int(a[i] != b[j])
            row[j + 1] = min(int(table[i, j + 1]) + 1, int(row[j]) + 1, int(table[i, j]) + cost)
    return table, int(table[-1, -1])
""", ("kitten", "sitting"), ("", "abc"), ("flaw", "lawn")),
    ("""def viterbi(self, emissions: Tensor, transitions: Tensor):
    steps, states = emissions.size(0), emissions.size(1)
    scores = torch.full([steps, states], -1e4)
    back = torch.zeros([steps, states], dtype=torch.int64)
    scores[0] = emissions[0]
    for t in range(1, steps):
        best, where = (scores[t - 1].unsqueeze(1) + transitions).max(0)
        torch.add(best, emissions[t], out=scores[t])
        back[t].copy_(where)
    path: List[int] = [int(scores[-1].argmax())]
    for t in range(steps - 1, 0, -1):
        path.insert(0, int(back[t, path[0]]))
    return path, scores, float(scores[-1].max())
""", (floats(6, 3), floats(3, 3)), (floats(1, 4), floats(4, 4))),
    # One memory under many names.
    ("""def aliases(self, x: Tensor):
    x = x.clone()
    flat, columns, middle = x.view(-1), x.t(), x[1:-1, 1:-1]
    flat[::5] = 0.0
    columns[0] += 100
    middle *= -1
    x.diagonal().add_(1000)
    pieces = x.chunk(2, 1)
    pieces[1][0].fill_(7)
    a, b = x[0], x[3]
    a.copy_(b)
    for i, row in enumerate(x.unbind(0)):
        row[i % 2::3].sub_(float(i))
    x.narrow(0, 2, 1).masked_fill_(x[2:3] < 0, 0.5)
    x[torch.tensor([0, 2]), 3] = torch.tensor([-1.0, -2.0])
    x[:, 2][x[:, 2] > 50] = 50
    x.select(1, 1).index_add_(0, torch.tensor([1, 1, 3]), torch.ones(3))
    y = x.unsqueeze(0).expand(2, 4, 4)
    x[3, 3] = 99
    return x, flat, columns, middle, y, pieces[0].sum()
""", (floats(4, 4),)),
    ("""def swap(self, x: Tensor, i: int, j: int):
    y = x.clone()
    row = y[i].clone()
    y[i] = y[j]
    y[j] = row
    z = x.clone()
    z[[i, j]] = z[[j, i]]
    w = x.clone()
    wrong = w[i]
    w[i] = w[j]
    w[j] = wrong                                                 # a view, so the row is lost
    return y, z, w
""", (floats(3, 2), 0, 2)),
    ("""def shift(self, x: Tensor, frames: Tensor):
    n = frames.size(1)
    x = x.clone()
    x[:, :-n] = x[:, n:].clone()
    x[:, -n:] = frames
    return x, x.roll(1, 1), x.flip(0)[0]
""", (floats(2, 6), floats(2, 2)),),
    ("""def scatter(self, values: Tensor, groups: Tensor, n: int):
    total, count = torch.zeros(n), torch.zeros(n)
    total.index_add_(0, groups, values)
    count.scatter_add_(0, groups, torch.ones_like(values))
    mean = torch.where(count > 0, total / count.clamp(min=1), torch.full([n], -1.0))
    largest = torch.full([n], -1e9).scatter_reduce(0, groups, values, "amax")
    order = groups.argsort(stable=True)
    return mean, largest, values[order], torch.bincount(groups, minlength=n)
""", (floats(7), torch.tensor([2, 0, 2, 4, 0, 2, 4]), 5)),
):
    f.define(source)
    for case in cases:
        f.case(source.split("(")[0].split()[-1], *case, tolerance=FLOATS)
f.write()


# --- Records in, records out -------------------------------------------------------------------------------------------------------
class Sample(NamedTuple):
    name: str
    values: Tensor
    weights: List[float]
    parent: Optional[int]


class Summary(NamedTuple):
    title: str
    moments: Tuple[float, float]
    table: Dict[str, List[Tuple[int, float]]]
    note: Optional[str]


class Records(torch.nn.Module):
    def forward(self, sample: Sample, deep: Dict[str, List[Tuple[int, float]]]) -> Summary:
        table: Dict[str, List[Tuple[int, float]]] = {}
        for key, rows in deep.items():
            table[key.upper()] = sorted(rows)
        for i, w in enumerate(sample.weights):
            key = "even" if i % 2 == 0 else "odd"
            if key not in table:
                empty: List[Tuple[int, float]] = []
                table[key] = empty
            table[key].append((i, w))
        parent = sample.parent
        note = None if parent is None else "child of {}".format(parent)
        return Summary(sample.name.title(), (float(sample.values.mean()), float(sample.values.var())), table, note)

    @torch.jit.export
    def text(self, summary: Summary) -> str:
        lines = [f"{summary.title}: mean {summary.moments[0]}, variance {summary.moments[1]}"]
        for key, rows in summary.table.items():
            cells = ["%d=%s" % (i, str(w)) for i, w in rows]
            lines.append(key.ljust(6, ".") + " " + " | ".join(cells) + " (" + str(len(rows)).zfill(3) + ")")
        note = summary.note
        lines.append("-" if note is None else note.center(20, "*"))
        return "\\n".join(lines)

    @torch.jit.export
    def containers(self, x: Dict[str, Tuple[List[Tensor], Dict[int, Optional[str]]]]) -> Tuple[List[List[Tuple[str, Tensor]]], int]:
        out: List[List[Tuple[str, Tensor]]] = []
        missing = 0
        for key, (tensors, names) in x.items():
            row: List[Tuple[str, Tensor]] = []
            for i, t in enumerate(tensors):
                name: Optional[str] = names[i] if i in names else None
                if name is None:
                    missing += 1
                    name = "{}#{}".format(key, i)
                row.append((name, t * len(names)))
            out.append(row)
        return out, missing


f = Fixture("programs_records", Records())
seed(18)
deep = {"b": [(2, 0.5), (1, 0.25), (1, 0.125)], "a": []}
f.case("forward", Sample("first sample", floats(5), [0.5, 1.5, 2.5], None), deep, tolerance=FLOATS, computed=NAMED)
f.case("forward", Sample("x", torch.ones(2), [1.0], 7), {"even": [(9, 1.0)]}, tolerance=FLOATS, computed=NAMED)
f.case("text", Summary("Name", (0.5, 1e-7), {"A": [(1, 0.125), (2, 1e20)], "long key": []}, None), computed=NAMED)
f.case("text", Summary("", (-0.0, 100.0), {"k": [(-3, 2.0)]}, "note"), computed=NAMED)
f.case("containers", {"p": ([floats(2), floats(1)], {0: "zero", 5: None}), "q": ([torch.ones(1)], {0: None})},
       computed="PyTorch's lite interpreter cannot infer the type of such an argument; this is the TorchScript module's result")
f.write()


# --- What goes wrong ---------------------------------------------------------------------------------------------------------------
f = Fixture("programs_failures")
for source, inputs, message in (
    ("def checked(self, n: int):\n    if n < 0:\n        raise ValueError('n is {}, must not be negative'.format(n))\n    return n", (-3,), "n is -3, must not be negative"),
    ("def asserted(self, x: Tensor):\n    assert x.dim() == 2, 'found {} dimensions'.format(x.dim())\n    return x", (floats(3),), "found 1 dimensions"),
    ("def bare(self, x: Tensor):\n    assert x.dim() == 2\n    return x", (floats(3),), "AssertionError"),
    ("def not_implemented(self, k: str):\n    if k != 'a':\n        raise NotImplementedError(k)\n    return k", ("mode b",), "mode b"),
    ("def deep(self, n: int) -> int:\n    for i in range(n):\n        for j in range(n):\n            if i * j == 6:\n                raise RuntimeError('at ' + str((i, j)))\n    return n", (5,), "at (2, 3)"),
    ("def key(self, d: Dict[str, int], k: str): return d[k]", ({"a": 1}, "b"), "KeyError"),
    ("def list_index(self, x: List[Tensor]): return x[2]", ([floats(1), floats(1)],), "list index out of range"),
    ("def none(self, x: Optional[Tensor]):\n    return torch.jit._unwrap_optional(x)", (None,), "Unwrapping null optional"),
    ("def shapes(self, x: Tensor, y: Tensor): return x + y", (floats(2, 3), floats(2, 4)), "must match"),
    ("def product(self, x: Tensor, y: Tensor): return x @ y", (floats(2, 3), floats(4, 5)), "2x3 and 4x5"),
    ("def reshape(self, x: Tensor): return x.view(2, 5)", (floats(2, 3),), "is invalid for input of size 6"),
    ("def dimension(self, x: Tensor, d: int): return x.sum(d)", (floats(2, 3), 2), "Dimension out of range (expected to be in range of [-2, 1], but got 2)"),
    ("def element(self, x: Tensor, i: int): return x[i]", (floats(3), 5), "index 5 out of range for tensor of size [3] at dimension 0"),
    ("def gather(self, x: Tensor, i: Tensor): return x[i]", (floats(3), torch.tensor([0, 4])), "index 4 is out of bounds for"),
    ("def lookup(self, x: Tensor, i: Tensor): return F.embedding(i, x)", (floats(3, 2), torch.tensor([3])), "index out of range"),
    ("def joined(self, x: List[Tensor]): return torch.cat(x, 0)", ([floats(2, 3), floats(2, 4)],), "Sizes of tensors must match except in dimension 0"),
    ("def stacked(self, x: List[Tensor]): return torch.stack(x)", ([floats(2), floats(3)],), "equal"),
    ("def number(self, s: str): return int(s)", ("twelve",), ""),
    ("def convolve(self, x: Tensor, w: Tensor): return F.conv1d(x, w)", (floats(1, 3, 5), floats(2, 4, 3)), ""),
    ("def normalize(self, x: Tensor): return F.layer_norm(x, [4])", (floats(2, 3),), ""),
):
    source = source.replace("F.embedding(i, x)", "torch.embedding(x, i)").replace("F.conv1d", "torch.conv1d").replace("F.layer_norm", "torch.layer_norm")
    f.define(source)
    f.case(source.split("(")[0].split()[-1], *inputs, error=message)
f.write()
