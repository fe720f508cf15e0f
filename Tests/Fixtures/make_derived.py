"""Operators that PyTorch derives from others: copies of views, results written to `out`, views in place."""
from fixture import *

seed(1)
f = Fixture("derived_copies")
x = floats(2, 3, 4)
ROWS = {
    "view": "torch.view_copy(x, [4, 6]), torch.view_copy(x.transpose(0, 2), [4, -1]), torch.view_copy(x, torch.int32)",
    "permute": "torch.permute_copy(x, [2, 0, 1]), torch.transpose_copy(x, 0, 2), torch.t_copy(x[0])",
    "expand": "torch.expand_copy(x[:, :1], [2, 5, 4]), torch.unsqueeze_copy(x, 1), torch.squeeze_copy(x[:1]), torch.squeeze_copy(x[:1], 0), torch.squeeze_copy(x[:1], [0, 1])",
    "parts": "torch.select_copy(x, 1, -1), torch.slice_copy(x, 2, 1, 4, 2), torch.narrow_copy(x, 1, 1, 2), torch.unfold_copy(x, 2, 2, 1), torch.as_strided_copy(x, [2, 2], [3, 4], 1), torch.diagonal_copy(x, 0, 1, 2)",
    "lists": "torch.split_copy(x, 2, 2), torch.unbind_copy(x, 1), torch.split_with_sizes_copy(x, [1, 3], 2)",
    "no_alias": "y = torch.view_copy(x, [24]); y.zero_(); z = torch.permute_copy(x, [0, 1, 2]); z.fill_(1.0); x",
    "order": "torch.permute_copy(x, [2, 1, 0]).stride(), torch.expand_copy(x[:1], [3, 3, 4]).is_contiguous()",
}
for name, source in ROWS.items():
    f.op(name, source, x=x)
f.op("integers", "torch.permute_copy(x, [1, 0]), torch.unsqueeze_copy(x, -1), torch.view_copy(x, [-1])", x=ints(2, 3, dtype=torch.int8))
f.op("empty", "torch.view_copy(x, [3, 0]), torch.unbind_copy(x, 1)", x=floats(0, 3))
f.op("wrong", "torch.permute_copy(x, [0, 0, 1])", x=x, error="")
f.write()

seed(2)
f = Fixture("derived_out")
f.op("copies", "o = torch.empty([0]); torch.permute_copy(x, [1, 0], out=o); p = torch.empty([0]); torch.select_copy(x, 0, 1, out=p); torch.ops.aten.expand_copy(p, [2, 3], out=o); o, p", x=floats(2, 3))
f.op("activations", "o = torch.empty([0]); torch.sigmoid(x, out=o); p = torch.empty([0]); torch.tanh(x, out=p); q = torch.empty([0]); torch._C._nn.gelu(x, out=q); o, p, q", x=floats(5))
f.op("matrices", "o = torch.empty([0]); torch.mm(x, y, out=o); p = torch.empty([0]); torch.addmm(o, x, y, out=p); q = torch.empty([0]); torch.bmm(x.unsqueeze(0), y.unsqueeze(0), out=q); o, p, q", x=floats(2, 3), y=floats(3, 2))
f.op("same_memory", "torch.sigmoid(x, out=x); x", x=floats(4))
f.op("strided", "o = torch.zeros([3, 2]); torch.tanh(x, out=o.t()); o", x=floats(2, 3))
f.op("wrong", "o = torch.empty([4], dtype=torch.int64); torch.sigmoid(x, out=o); o", x=floats(4), error="")
f.write()

seed(3)
f = Fixture("derived_views_in_place")
f.op("squeeze", "y = x.clone(); y.squeeze_([0, 2]); y.add_(1.0); y", x=floats(1, 3, 1))
f.op("as_strided", "y = x.clone(); y.as_strided_([2, 2], [1, 2], 1); y.mul_(2.0); y", x=floats(6))
f.op("swap", "y = x.clone(); y.swapaxes_(0, 1); y.swapdims_(-1, 0); y.resize_as_(x[0]); y", x=floats(2, 3))
f.write()
