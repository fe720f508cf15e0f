"""Layers in float32: convolutions, products of matrices, normalization, activations, pooling, embeddings, recurrence, attention,
resizing and padding."""
from torch import nn

from fixture import *

CL = "x = x.contiguous(memory_format=torch.channels_last); "

# --- Convolutions -------------------------------------------------------------------------------------------------------------
seed(1)
f = Fixture("float_layers_convolution", w=floats(5, 3, 3, 3), b=floats(5), w1=floats(7, 3, 1, 1), wg=floats(4, 2, 3, 3), wd=floats(6, 1, 3, 3), wd5=floats(6, 1, 5, 5),
            wm=floats(6, 1, 3, 3), w23=floats(2, 3, 2, 3), l=floats(4, 3, 3), lb=floats(4), ld=floats(3, 1, 5), v=floats(3, 2, 2, 3, 2), vb=floats(3),
            t=floats(3, 4, 3, 3), tb=floats(4), tg=floats(4, 2, 3, 3), t1=floats(3, 2, 4), t3=floats(2, 3, 2, 2, 2))
for name, source, shape in (
    ("k3", "torch.conv2d(x, self.w, self.b)", (1, 3, 5, 7)),
    ("k3_padding", "torch.conv2d(x, self.w, self.b, [1, 1], [1, 1])", (2, 3, 5, 4)),
    ("k3_stride", "torch.conv2d(x, self.w, None, [2, 2], [1, 1])", (1, 3, 6, 7)),
    ("k3_stride_uneven", "torch.conv2d(x, self.w, self.b, [2, 1], [0, 2])", (1, 3, 5, 4)),
    ("k3_dilation", "torch.conv2d(x, self.w, self.b, [1, 1], [2, 2], [2, 2])", (1, 3, 5, 5)),
    ("k1", "torch.conv2d(x, self.w1)", (2, 3, 3, 4)),
    ("k1_stride", "torch.conv2d(x, self.w1, None, [2, 2])", (1, 3, 5, 4)),
    ("k2x3", "torch.conv2d(x, self.w23)", (1, 3, 4, 5)),
    ("groups", "torch.conv2d(x, self.wg, None, [1, 1], [1, 1], [1, 1], 2)", (1, 4, 5, 5)),
    ("depthwise", "torch.conv2d(x, self.wd, None, [1, 1], [1, 1], [1, 1], 6)", (2, 6, 5, 4)),
    ("depthwise_stride", "torch.conv2d(x, self.wd, None, [2, 2], [1, 1], [1, 1], 6)", (1, 6, 5, 6)),
    ("depthwise_k5", "torch.conv2d(x, self.wd5, None, [1, 1], [2, 2], [1, 1], 6)", (1, 6, 5, 4)),
    ("depthwise_multiplier", "torch.conv2d(x, self.wm, None, [1, 1], [1, 1], [1, 1], 3)", (1, 3, 4, 4)),
    ("same", "torch.conv2d(x, self.w, self.b, [1, 1], 'same')", (1, 3, 4, 5)),
    ("same_even_kernel", "torch.conv2d(x, self.w23, None, [1, 1], 'same', [1, 2])", (1, 3, 4, 5)),
    ("valid", "torch.conv2d(x, self.w, self.b, [1, 1], 'valid')", (1, 3, 4, 5)),
    ("channels_last", CL + "torch.conv2d(x, self.w, self.b, [1, 1], [1, 1])", (2, 3, 4, 5)),
    ("no_batch", "torch.conv2d(x, self.w, self.b)", (3, 4, 5)),
    ("conv1d", "torch.conv1d(x, self.l, self.lb)", (1, 3, 9)),
    ("conv1d_stride_padding", "torch.conv1d(x, self.l, self.lb, [2], [1])", (2, 3, 8)),
    ("conv1d_dilation", "torch.conv1d(x, self.l, None, [1], [4], [4])", (1, 3, 9)),
    ("conv1d_depthwise", "torch.conv1d(x, self.ld, None, [1], [2], [1], 3)", (1, 3, 7)),
    ("conv1d_same", "torch.conv1d(x, self.l, self.lb, [1], 'same', [2])", (1, 3, 7)),
    ("conv3d", "torch.conv3d(x, self.v, self.vb)", (1, 2, 4, 5, 3)),
    ("conv3d_stride_padding", "torch.conv3d(x, self.v, self.vb, [2, 1, 1], [1, 1, 0])", (2, 2, 3, 4, 3)),
    ("transposed", "torch.conv_transpose2d(x, self.t, self.tb)", (1, 3, 3, 4)),
    ("transposed_stride", "torch.conv_transpose2d(x, self.t, self.tb, [2, 2], [1, 1], [1, 1])", (2, 3, 3, 4)),
    ("transposed_groups", "torch.conv_transpose2d(x, self.tg, None, [2, 2], [1, 1], [0, 0], 2)", (1, 4, 3, 3)),
    ("transposed_dilation", "torch.conv_transpose2d(x, self.t, None, [1, 1], [2, 2], [0, 0], 1, [2, 2])", (1, 3, 4, 4)),
    ("transposed_1d", "torch.conv_transpose1d(x, self.t1, None, [2], [1])", (1, 3, 5)),
    ("transposed_3d", "torch.conv_transpose3d(x, self.t3, None, [2, 2, 2])", (1, 2, 2, 3, 2)),
    ("convolution", "torch._convolution(x, self.w, self.b, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)", (1, 3, 4, 5)),
):
    f.op(name, source, x=floats(*shape))
f.write()


class Modules(nn.Module):
    """Through modules, with their branches on padding modes."""

    def __init__(self):
        super().__init__()
        self.reflect, self.replicate = nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), nn.Conv2d(2, 3, 3, padding=2, padding_mode="replicate")
        self.circular, self.same = nn.Conv1d(2, 3, 3, padding=1, padding_mode="circular"), nn.Conv2d(2, 3, 4, padding="same")
        self.transpose = nn.ConvTranspose2d(2, 3, 3, stride=2)
        self.norm, self.relu = nn.BatchNorm2d(3), nn.ReLU6()

    def forward(self, x):
        return self.relu(self.norm(self.reflect(x))), self.replicate(x), self.circular(x[0].transpose(0, 1)), self.same(x), self.transpose(x)

    @torch.jit.export
    def sized(self, x, size: List[int]):
        return self.transpose(x, size)


torch.manual_seed(1)
f = Fixture("float_layers_convolution_modules", Modules())
f.case("forward", floats(1, 2, 5, 6))
f.case("sized", floats(1, 2, 3, 3), [8, 8])
f.write()

# --- Products of matrices -----------------------------------------------------------------------------------------------------
seed(2)
f = Fixture("float_layers_matrix", w=floats(5, 7), b=floats(5))
for name, source, *shapes in (
    ("linear", "F.linear(x, self.w, self.b)", (3, 7)),
    ("linear_no_bias", "F.linear(x, self.w)", (3, 7)),
    ("linear_one_dimension", "F.linear(x, self.w, self.b)", (7,)),
    ("linear_three_dimensions", "F.linear(x, self.w, self.b)", (2, 3, 7)),
    ("linear_transposed_input", "F.linear(x.t(), self.w, self.b)", (7, 3)),
    ("linear_empty", "F.linear(x, self.w, self.b)", (0, 7)),
    ("mm", "torch.mm(x, y)", (3, 4), (4, 5)),
    ("mm_transposed", "torch.mm(x.t(), y.t())", (4, 3), (5, 4)),
    ("mm_empty", "torch.mm(x, y)", (3, 0), (0, 5)),
    ("bmm", "torch.bmm(x, y)", (2, 3, 4), (2, 4, 5)),
    ("bmm_transposed", "torch.bmm(x, y.transpose(1, 2))", (2, 3, 4), (2, 5, 4)),
    ("matmul_vectors", "torch.matmul(x, y)", (6,), (6,)),
    ("matmul_matrix_vector", "x @ y", (3, 6), (6,)),
    ("matmul_vector_matrix", "x @ y", (6,), (6, 4)),
    ("matmul_batch_matrix", "x @ y", (2, 3, 4), (4, 5)),
    ("matmul_matrix_batch", "x @ y", (3, 4), (2, 4, 5)),
    ("matmul_broadcast", "x @ y", (2, 1, 3, 4), (3, 4, 2)),
    ("matmul_batch_vector", "x @ y", (2, 3, 4), (4,)),
    ("addmm", "torch.addmm(z, x, y)", (3, 4), (4, 5), (3, 5)),
    ("addmm_scaled", "torch.addmm(z, x, y, beta=0.5, alpha=2.0)", (3, 4), (4, 5), (5,)),
    ("baddbmm", "torch.baddbmm(z, x, y, beta=0.5)", (2, 3, 4), (2, 4, 5), (2, 3, 5)),
    ("mv", "torch.mv(x, y)", (3, 4), (4,)),
    ("dot", "torch.dot(x, y)", (9,), (9,)),
    ("outer", "torch.outer(x, y)", (3,), (4,)),
    ("addmv", "torch.addmv(z, x, y)", (3, 4), (4,), (3,)),
    ("addr", "torch.addr(z, x, y)", (3,), (4,), (3, 4)),
    ("einsum_matrix", "torch.einsum('ij,jk->ik', [x, y])", (3, 4), (4, 2)),
    ("einsum_batch", "torch.einsum('bij,bkj->bik', [x, y])", (2, 3, 4), (2, 5, 4)),
    ("bilinear", "F.bilinear(x, y, z)", (3, 4), (3, 2), (5, 4, 2)),
    ("tensordot", "torch.tensordot(x, y, [[1], [0]])", (3, 4), (4, 2)),
    ("cosine", "F.cosine_similarity(x, y, 1, 1e-8)", (3, 5), (3, 5)),
    ("cdist", "torch.cdist(x, y)", (3, 4), (5, 4)),
    ("chain", "torch.mm(torch.mm(x, y), z)", (3, 4), (4, 2), (2, 3)),
):
    f.op(name, source, **dict(zip("xyz", (floats(*s) for s in shapes))))
f.op("mm_doubles", "torch.mm(x, y)", x=floats(3, 4, dtype=torch.float64), y=floats(4, 2, dtype=torch.float64))
f.op("mm_integers", "torch.mm(x, y)", x=ints(3, 4), y=ints(4, 2))
f.op("wide_sum", "torch.mm(x, y)", x=floats(2, 300), y=floats(300, 3), tolerance={"rtol": 1.3e-6, "atol": 3e-5}, reason="sums of 300 products in another order")
f.write()

# --- Normalization ------------------------------------------------------------------------------------------------------------
seed(3)
f = Fixture("float_layers_normalization", g=floats(6), b=floats(6), m=floats(6), v=floats(6).abs() + 0.2, g2=floats(3, 4), b2=floats(3, 4))
f.op("batch_norm", "F.batch_norm(x, self.m, self.v, self.g, self.b, False, 0.1, 1e-5)", x=floats(2, 6, 3, 4))
f.op("batch_norm_2d_input", "F.batch_norm(x, self.m, self.v, self.g, self.b)", x=floats(4, 6))
f.op("batch_norm_3d_input", "torch.batch_norm(x, self.g, self.b, self.m, self.v, False, 0.1, 1e-3, False)", x=floats(2, 6, 5))
f.op("batch_norm_5d_input", "torch.batch_norm(x, self.g, self.b, self.m, self.v, False, 0.1, 1e-5, False)", x=floats(1, 6, 2, 2, 3))
f.op("batch_norm_no_weight", "F.batch_norm(x, self.m, self.v)", x=floats(2, 6, 3))
f.op("batch_norm_of_the_batch", "F.batch_norm(x, None, None, self.g, self.b, True)", x=floats(3, 6, 2, 2))
f.op("batch_norm_channels_last", CL + "F.batch_norm(x, self.m, self.v, self.g, self.b)", x=floats(2, 6, 3, 2))
f.op("layer_norm", "F.layer_norm(x, [6], self.g, self.b, 1e-5)", x=floats(3, 2, 6))
f.op("layer_norm_two_dimensions", "F.layer_norm(x, [3, 4], self.g2, self.b2)", x=floats(2, 3, 4))
f.op("layer_norm_no_weight", "F.layer_norm(x, [6])", x=floats(4, 6))
f.op("layer_norm_transposed", "F.layer_norm(x.t(), [6], self.g, self.b)", x=floats(6, 4))
f.op("group_norm", "F.group_norm(x, 3, self.g, self.b)", x=floats(2, 6, 3, 3))
f.op("group_norm_one_group", "F.group_norm(x, 1, self.g, self.b, 1e-3)", x=floats(2, 6, 4))
f.op("group_norm_no_weight", "torch.group_norm(x, 2)", x=floats(1, 6, 2))
f.op("instance_norm", "F.instance_norm(x, None, None, self.g, self.b)", x=floats(2, 6, 3, 4))
f.op("instance_norm_statistics", "F.instance_norm(x, self.m, self.v, self.g, self.b, False)", x=floats(2, 6, 5))
f.op("local_response", "F.local_response_norm(x, 3)", x=floats(1, 6, 3, 3))
f.op("normalize", "F.normalize(x, 2.0, 1), F.normalize(x, 1.0, 0)", x=floats(3, 4))
f.op("rms", "x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.g", x=floats(3, 6))
f.write()

# --- Activations --------------------------------------------------------------------------------------------------------------
seed(4)
f = Fixture("float_layers_activations", w=floats(3).abs())
points = torch.cat([torch.linspace(-8, 8, 33), torch.tensor([0.0, -0.0, 3.0, -3.0, 6.0, 1.0, -1.0, 0.5, -0.5, 20.0, -20.0, 100.0, -100.0, 1e-8, -1e-8])])
for source in ("F.relu(x)", "F.relu6(x)", "F.leaky_relu(x, 0.1)", "F.elu(x, 0.7)", "F.selu(x)", "F.celu(x, 1.3)", "F.gelu(x)", "F.gelu(x, approximate='tanh')", "F.silu(x)", "F.mish(x)", "F.hardswish(x)",
               "F.hardsigmoid(x)", "F.hardtanh(x, -0.5, 2.0)", "torch.sigmoid(x)", "torch.tanh(x)", "F.softplus(x)", "F.softplus(x, 2.0, 5.0)", "F.softsign(x)", "F.softshrink(x, 0.4)", "F.hardshrink(x, 0.4)", "F.tanhshrink(x)",
               "F.logsigmoid(x)", "F.threshold(x, 0.3, 9.0)", "F.glu(x, 0)", "F.rrelu(x, 0.1, 0.3, False)", "F.dropout(x, 0.5, False)", "torch.clamp(x, -1.0, 2.5)", "torch.clamp(x, min=0.25)", "torch.clamp_max(x, 0.25)"):
    f.op("f_" + re.sub(r"\W+", "_", source.split(".", 1)[1]).strip("_"), source, x=points)
f.op("prelu", "F.prelu(x, self.w), F.prelu(x, self.w[:1])", x=floats(2, 3, 4))
f.op("in_place", "x = x.clone(); F.relu_(x); x.sigmoid_(); F.hardtanh_(x, 0.5, 0.9); x", x=floats(7))
f.op("doubles", "torch.sigmoid(x), torch.tanh(x), F.gelu(x), F.softplus(x)", x=points.double())
f.op("strided", "F.silu(x[:, ::2].t())", x=floats(3, 6))
for dim in (0, 1, 2, -1):
    name = "last" if dim < 0 else str(dim)
    f.op(f"softmax_{name}", f"torch.softmax(x, {dim}), F.softmax(x, dim={dim}), torch.log_softmax(x, {dim})", x=floats(3, 4, 5, scale=3))
f.op("softmax_one_dimension", "torch.softmax(x, 0), torch.log_softmax(x, 0)", x=floats(9, scale=20))
f.op("softmax_masked", "torch.softmax(x.masked_fill(x > 0, float('-inf')), 1)", x=torch.tensor([[1.0, -1, 2, -2], [-1, -2, -3, 4]]))
f.op("softmin", "F.softmin(x, 1)", x=floats(2, 4))
f.op("softmax_large", "torch.softmax(x, 1), torch.logsumexp(x, 1)", x=torch.tensor([[1000.0, 1001, 999], [-1000, -1001, -999]]))
f.op("losses", "F.mse_loss(x, y), F.l1_loss(x, y), F.smooth_l1_loss(x, y), F.binary_cross_entropy_with_logits(x, y.sigmoid()), F.kl_div(torch.log_softmax(x, 1), torch.softmax(y, 1), reduction='batchmean')", x=floats(3, 4), y=floats(3, 4))
f.op("cross_entropy", "F.cross_entropy(x, y), F.nll_loss(torch.log_softmax(x, 1), y)", x=floats(4, 5), y=torch.tensor([0, 3, 4, 1]))
f.write()

# --- Pooling ------------------------------------------------------------------------------------------------------------------
seed(5)
f = Fixture("float_layers_pooling")
for name, source, shape in (
    ("max1d", "torch.max_pool1d(x, [3], [2], [1])", (2, 3, 9)),
    ("max2d", "torch.max_pool2d(x, [2, 2])", (1, 3, 5, 6)),
    ("max2d_padding", "torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])", (2, 3, 6, 7)),
    ("max2d_ceil", "torch.max_pool2d(x, [3, 2], [2, 2], [0, 0], [1, 1], True)", (1, 2, 6, 7)),
    ("max2d_dilation", "torch.max_pool2d(x, [2, 2], [1, 1], [0, 0], [2, 2])", (1, 2, 5, 5)),
    ("max2d_no_batch", "torch.max_pool2d(x, [2, 2])", (3, 5, 6)),
    ("max2d_channels_last", CL + "torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])", (2, 3, 6, 7)),
    ("max3d", "torch.max_pool3d(x, [2, 2, 2], [1, 2, 1])", (1, 2, 3, 4, 3)),
    ("max_indices", "F.max_pool2d_with_indices(x, [2, 2])", (1, 2, 4, 5)),
    ("average1d", "torch.avg_pool1d(x, [3], [2], [1])", (2, 3, 9)),
    ("average2d", "F.avg_pool2d(x, [2, 2])", (1, 3, 5, 6)),
    ("average2d_padding", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1])", (1, 3, 5, 6)),
    ("average2d_not_counted", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1], False, False)", (1, 3, 5, 6)),
    ("average2d_ceil", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1], True, False)", (1, 2, 6, 6)),
    ("average2d_divisor", "F.avg_pool2d(x, [2, 2], [2, 2], [0, 0], False, True, 3)", (1, 2, 4, 4)),
    ("average3d", "F.avg_pool3d(x, [2, 2, 2], [2, 1, 1])", (1, 2, 4, 3, 3)),
    ("adaptive_average1d", "torch.adaptive_avg_pool1d(x, [3])", (2, 3, 7)),
    ("adaptive_average2d_1", "F.adaptive_avg_pool2d(x, [1, 1])", (2, 3, 5, 4)),
    ("adaptive_average2d_3x2", "F.adaptive_avg_pool2d(x, [3, 2])", (1, 3, 7, 5)),
    ("adaptive_average2d_larger", "F.adaptive_avg_pool2d(x, [5, 6])", (1, 2, 3, 4)),
    ("adaptive_average3d", "F.adaptive_avg_pool3d(x, [2, 1, 2])", (1, 2, 3, 2, 4)),
    ("adaptive_max1d", "F.adaptive_max_pool1d(x, [3])", (2, 3, 7)),
    ("adaptive_max2d", "F.adaptive_max_pool2d(x, [2, 3])", (1, 3, 5, 7)),
    ("lp", "F.lp_pool2d(x, 2.0, [2, 2])", (1, 2, 4, 4)),
    ("adaptive_average2d_channels_last", CL + "F.adaptive_avg_pool2d(x, [2, 2])", (2, 3, 5, 4)),
    ("average2d_channels_last", CL + "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1])", (2, 3, 5, 6)),
    ("unfold", "F.unfold(x, [2, 3], [1, 1], [1, 0], [1, 2])", (1, 2, 4, 5)),
    ("fold", "F.fold(x, [4, 5], [2, 2])", (1, 8, 12)),
):
    f.op(name, source, x=floats(*shape))
f.write()

# --- Embeddings ---------------------------------------------------------------------------------------------------------------
seed(6)
f = Fixture("float_layers_embedding", w=floats(9, 4), per=floats(7))
i = ints(2, 5, low=0, high=9)
f.op("plain", "F.embedding(x, self.w)", x=i, tolerance="exact")
f.op("int32", "F.embedding(x, self.w)", x=i.int(), tolerance="exact")
f.op("one", "F.embedding(x, self.w, padding_idx=2)", x=torch.tensor(3), tolerance="exact")
f.op("bag_mean", "F.embedding_bag(x, self.w, y, mode='mean')", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 3, 5]))
f.op("bag_sum", "torch.embedding_bag(self.w, x, y, False, 0, False, None, False)[0]", x=ints(7, low=0, high=9), y=torch.tensor([0, 2, 6]))
f.op("bag_max", "F.embedding_bag(x, self.w, y, mode='max')", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 5]))
f.op("bag_weights", "torch.embedding_bag(self.w, x, y, False, 0, False, self.per, True)[0]", x=ints(7, low=0, high=9), y=torch.tensor([0, 2, 7]))
f.op("bag_2d", "F.embedding_bag(x, self.w, mode='sum')", x=i)
f.op("one_hot", "F.one_hot(x, 9), F.one_hot(x)", x=i)
f.write()


# --- Recurrence ---------------------------------------------------------------------------------------------------------------
class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.lstm_two = nn.LSTM(4, 3), nn.LSTM(4, 3, num_layers=2, bidirectional=True, batch_first=True)
        self.lstm_plain, self.lstm_projected = nn.LSTM(4, 3, bias=False), nn.LSTM(4, 5, proj_size=2)
        self.gru, self.gru_two = nn.GRU(4, 3), nn.GRU(4, 3, num_layers=2, bidirectional=True, batch_first=True)
        self.tanh, self.relu = nn.RNN(4, 3), nn.RNN(4, 3, nonlinearity="relu", bidirectional=True)
        self.lstm_cell, self.gru_cell, self.rnn_cell = nn.LSTMCell(4, 3), nn.GRUCell(4, 3), nn.RNNCell(4, 3)

    def forward(self, x):
        return self.lstm(x)

    @torch.jit.export
    def lstm_state(self, x, h, c):
        return self.lstm(x, (h, c))

    @torch.jit.export
    def lstm_layers(self, x):
        return self.lstm_two(x)

    @torch.jit.export
    def lstm_without_bias(self, x):
        return self.lstm_plain(x)[0]

    @torch.jit.export
    def lstm_projection(self, x):
        return self.lstm_projected(x)

    @torch.jit.export
    def gru_one(self, x):
        return self.gru(x)

    @torch.jit.export
    def gru_layers(self, x, h):
        return self.gru_two(x, h)

    @torch.jit.export
    def simple(self, x):
        return self.tanh(x), self.relu(x)

    @torch.jit.export
    def cells(self, x):
        h, c = self.lstm_cell(x)
        h, c = self.lstm_cell(x, (h, c))
        return h, c, self.gru_cell(x, h), self.rnn_cell(x, h)


torch.manual_seed(7)
f = Fixture("float_layers_recurrent", Recurrent())
f.case("forward", floats(5, 1, 4))
f.case("forward", floats(1, 2, 4))
f.case("forward", floats(3, 4))
f.case("lstm_state", floats(3, 2, 4), floats(1, 2, 3), floats(1, 2, 3))
f.case("lstm_layers", floats(2, 4, 4))
f.case("lstm_without_bias", floats(3, 2, 4))
f.case("lstm_projection", floats(3, 2, 4))
f.case("gru_one", floats(4, 2, 4))
f.case("gru_layers", floats(2, 3, 4), floats(4, 2, 3))
f.case("simple", floats(3, 2, 4))
f.case("cells", floats(2, 4))
f.write()


# --- Attention ----------------------------------------------------------------------------------------------------------------
class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2)

    def forward(self, q, k, v):
        return self.attention(q, k, v)

    @torch.jit.export
    def masked(self, x, mask: Tensor, padding: Tensor):
        return self.attention(x, x, x, key_padding_mask=padding, attn_mask=mask)


torch.manual_seed(8)
f = Fixture("float_layers_attention", Attention())
f.case("forward", floats(3, 2, 8), floats(4, 2, 8), floats(4, 2, 8))
f.case("masked", floats(3, 2, 8), torch.ones(3, 3).triu(1).bool(), torch.tensor([[False, False, True], [False, False, False]]))
f.write()


class Encoder(nn.Module):
    """A transformer layer written out, as exported models have it."""

    def __init__(self, width: int = 8, heads: int = 2):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, mask: Optional[Tensor] = None):
        b, t, c = x.size()
        q, k, v = self.qkv(self.first(x)).view(b, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-2, -1) / math.sqrt(c // self.heads)
        if mask is not None:
            scores = scores.masked_fill(mask, float("-inf"))
        x = x + self.out((torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.down(F.gelu(self.up(self.second(x))))


torch.manual_seed(9)
f = Fixture("float_layers_encoder", Encoder())
f.case("forward", floats(2, 3, 8))
f.case("forward", floats(1, 4, 8), torch.ones(4, 4).triu(1).bool())
f.define("def scaled(self, q: Tensor, k: Tensor, v: Tensor): return F.scaled_dot_product_attention(q, k, v), F.scaled_dot_product_attention(q, k, v, is_causal=True)")
f.case("scaled", floats(1, 2, 3, 4), floats(1, 2, 3, 4), floats(1, 2, 3, 4))
f.write()

# --- Resizing and padding -----------------------------------------------------------------------------------------------------
seed(10)
f = Fixture("float_layers_resize")
for name, source, shape in (
    ("interpolate_scale", "F.interpolate(x, scale_factor=2.0)", (1, 2, 3, 4)),
    ("interpolate_bilinear", "F.interpolate(x, size=[5, 7], mode='bilinear', align_corners=False)", (1, 2, 3, 4)),
    ("nearest", "torch._C._nn.upsample_nearest2d(x, [5, 9], None, None)", (2, 2, 3, 4)),
    ("nearest_down", "torch._C._nn.upsample_nearest2d(x, None, [0.6, 0.5])", (1, 2, 6, 5)),
    ("nearest_exact", "torch._C._nn._upsample_nearest_exact2d(x, [5, 9], None, None)", (1, 2, 3, 4)),
    ("nearest1d", "torch._C._nn.upsample_nearest1d(x, [7], None)", (1, 2, 3)),
    ("nearest3d", "torch._C._nn.upsample_nearest3d(x, None, [2.0, 1.0, 2.0])", (1, 1, 2, 3, 2)),
    ("linear1d", "torch._C._nn.upsample_linear1d(x, [7], False, None)", (1, 2, 3)),
    ("bilinear", "torch._C._nn.upsample_bilinear2d(x, [7, 5], False, None, None)", (2, 2, 3, 4)),
    ("bilinear_corners", "torch._C._nn.upsample_bilinear2d(x, [7, 5], True, None, None)", (1, 2, 3, 4)),
    ("bilinear_scale", "torch._C._nn.upsample_bilinear2d(x, None, False, [1.7, 2.3])", (1, 2, 3, 4)),
    ("bilinear_down", "torch._C._nn.upsample_bilinear2d(x, [2, 3], False, None, None)", (1, 2, 7, 8)),
    ("bilinear_channels_last", CL + "torch._C._nn.upsample_bilinear2d(x, [6, 8], False, None, None)", (1, 5, 3, 4)),
    ("bilinear_one", "torch._C._nn.upsample_bilinear2d(x, [1, 1], True, None, None)", (1, 2, 3, 4)),
    ("bicubic", "torch._C._nn.upsample_bicubic2d(x, [7, 6], False, None, None)", (1, 2, 4, 5)),
    ("bicubic_corners", "torch._C._nn.upsample_bicubic2d(x, [7, 6], True, None, None)", (1, 2, 4, 5)),
    ("trilinear", "torch._C._nn.upsample_trilinear3d(x, [3, 4, 5], False, None, None, None)", (1, 1, 2, 3, 2)),
    ("pixel_shuffle", "F.pixel_shuffle(x, 2)", (1, 8, 2, 3)),
    ("pixel_unshuffle", "F.pixel_unshuffle(x, 2)", (1, 2, 4, 6)),
    ("channel_shuffle", "torch.channel_shuffle(x, 3)", (1, 6, 2, 2)),
    ("pad_constant", "F.pad(x, [1, 2, 0, 3])", (1, 2, 3, 4)),
    ("pad_value", "F.pad(x, [1, 0], 'constant', -2.5)", (2, 3)),
    ("pad_crop", "F.pad(x, [-1, 1, 2, -1])", (1, 2, 3, 4)),
    ("pad_channels", "F.pad(x, [0, 0, 0, 0, 1, 1])", (1, 2, 3, 2)),
    ("reflect", "F.pad(x, [1, 2, 2, 1], 'reflect')", (1, 2, 3, 4)),
    ("reflect1d", "F.pad(x, [2, 1], 'reflect')", (1, 2, 4)),
    ("replicate", "F.pad(x, [1, 3, 2, 0], 'replicate')", (1, 2, 3, 4)),
    ("replicate1d", "F.pad(x, [2, 1], 'replicate')", (2, 3, 4)),
    ("replicate3d", "F.pad(x, [1, 0, 1, 1, 0, 1], 'replicate')", (1, 1, 2, 2, 3)),
    ("circular", "F.pad(x, [1, 2, 0, 1], 'circular')", (1, 2, 3, 4)),
    ("grid_sample", "F.grid_sample(x, torch.stack([x[:, 0], x[:, 1]], 3), align_corners=False)", (1, 2, 3, 3)),
    ("affine", "F.affine_grid(x, [1, 2, 3, 4], align_corners=False)", (1, 2, 3)),
):
    f.op(name, source, x=floats(*shape))
f.write()
