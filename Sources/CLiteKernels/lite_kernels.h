/* The kernel contract: what the interpreter asks of a kernel tier, and nothing else.
 *
 * A kernel knows pointers, sizes, strides and quantization parameters. It does not know tensors, it
 * does not allocate, it does not fail: the operator that calls it has checked every size, and every
 * pointer is valid for what the sizes say. Each tier (scalar, NEON baseline, dotprod, ...) is a
 * `lite_kernel_table`; the scalar tier defines the numbers, and every other tier returns the same
 * bits for 8-bit results.
 *
 * Layout: 8-bit activations are channels-last (N, H, W, C), so that one kernel position ("tap") of
 * one pixel is a run of `depth` consecutive bytes. Strides and sizes are counted in elements.
 *
 * Arithmetic (PyTorch's QNNPACK engine; pytorch/aten/src/ATen/native/quantized/cpu/qnnpack):
 *   accumulator = sum (x - x_zero) * (w - w_zero) + bias          exact in int32
 *   y = clamp(rne(float(accumulator) * scale[c]) + y_zero)        scale = f32(f32(w_scale*x_scale) * f32(1/y_scale))
 * where rne rounds to nearest, ties to even. Callers fold -x_zero * sum(w) into `bias`.
 */
#ifndef LITE_KERNELS_H
#define LITE_KERNELS_H
#include <stddef.h>
#include <stdint.h>

/* Element types, numbered as PyTorch's ScalarType is in files and in bytecode. */
enum {
  LITE_DTYPE_U8 = 0, LITE_DTYPE_S8 = 1, LITE_DTYPE_S16 = 2, LITE_DTYPE_S32 = 3, LITE_DTYPE_S64 = 4,
  LITE_DTYPE_F16 = 5, LITE_DTYPE_F32 = 6, LITE_DTYPE_F64 = 7, LITE_DTYPE_BOOL = 11, LITE_DTYPE_BF16 = 15
};

/* How float becomes integer in quantize. PyTorch on ARM rounds x/scale and then adds the zero point;
 * the x86 wheel of PyTorch 2.13 adds first, with one fused multiply-add. They differ on near-halves only. */
enum { LITE_ROUND_THEN_ADD = 0, LITE_ADD_THEN_ROUND = 1 };

/* Where the rows of a matrix or the taps of a convolution are read.
 * Row r, tap t starts at indirection[r * taps + t]; with indirection == NULL, taps is 1 and row r
 * starts at input + r * input_stride. */
typedef struct lite_gemm_u8s8 {
  size_t rows;                            /* output pixels, or rows of the left matrix */
  size_t channels;                        /* output channels */
  size_t taps;                            /* kernel height * width; 1 for a matrix product */
  size_t depth;                           /* input channels of a tap */
  const uint8_t *const *indirection;      /* [rows][taps], or NULL */
  const uint8_t *input;
  size_t input_stride;
  const void *weights;                    /* packed by pack_gemm_s8 of the same table */
  const int32_t *bias;                    /* [channels], -x_zero * (sum(w) - taps*depth*w_zero) included; see lite_output_f32 */
  const int32_t *weight_zero_points;      /* [channels], or NULL when all are 0 */
  const float *scales;                    /* [channels] */
  void *workspace;                        /* gemm_workspace_size bytes at a multiple of 16; contents do not matter, one per thread */
} lite_gemm_u8s8;

/* Geometry of a two-dimensional window operation on one image. */
typedef struct lite_window {
  size_t input_height, input_width, output_height, output_width;
  size_t kernel_height, kernel_width, stride_height, stride_width;
  size_t dilation_height, dilation_width;
  intptr_t padding_top, padding_left;
} lite_window;

/* Quantized output of one row: channel c goes to output[row * stride + c]. */
typedef struct lite_output_u8 {
  uint8_t *data;
  size_t stride;
  int32_t zero_point;
  int32_t minimum;                        /* 0, or zero_point when a ReLU is fused */
  int32_t maximum;                        /* 255 */
} lite_output_u8;

/* Float output of a dynamically quantized layer, where the input's quantization is known only when it runs:
 * y = f32(f32(f32(scales[c] * input_scale) * f32(sum)) + bias[c]), each product and sum rounded, then max(0, y) if relu;
 * sum = sum over x * (w - w_zero) - input_zero_point * gemm.bias[c], where gemm.bias has the sums of (w - w_zero) and
 * gemm.scales those of the weights. */
typedef struct lite_output_f32 {
  float *data;
  size_t stride;
  const float *bias;                      /* [channels], or NULL for zeros */
  int32_t relu;
  float input_scale;
  int32_t input_zero_point;
} lite_output_f32;

/* Depthwise convolution, channel multiplier 1: every output channel reads its own input channel. */
typedef struct lite_depthwise_u8s8 {
  size_t pixels;
  size_t channels;
  size_t taps;
  const uint8_t *const *indirection;      /* [pixels][taps], each to `channels` bytes */
  const void *weights;                    /* packed by pack_depthwise_s8 of the same table */
  const int32_t *bias;                    /* [channels], zero point folded as above */
  const int32_t *weight_zero_points;      /* [channels], or NULL when all are 0 */
  const float *scales;
} lite_depthwise_u8s8;

/* Two-dimensional convolution of one image (and one group of its channels) with the geometry given instead of
 * pointers: kernels that read whole runs of pixels, or slide over columns, need it. Not transposed. */
typedef struct lite_convolution_u8s8 {
  lite_window window;
  size_t channels;                        /* output channels of the group; of a depthwise convolution also its input channels */
  size_t depth;                           /* input channels of the group; 1 for a depthwise convolution */
  const uint8_t *input;                   /* the group's first channel of pixel (0, 0) */
  size_t input_stride;                    /* bytes from one pixel to the next: the input channels of all groups */
  uint8_t input_zero_point;               /* what padding reads */
  size_t first_row, end_row;              /* output rows to compute; output.data is pixel (0, 0) of the whole result */
  const void *weights;                    /* packed by pack_gemm_s8 or pack_depthwise_s8 of the same table; taps row by row */
  const int32_t *bias;                    /* as above */
  const int32_t *weight_zero_points;
  const float *scales;
  void *workspace;                        /* (depthwise_)convolution_workspace_size bytes at a multiple of 16, one per thread */
} lite_convolution_u8s8;

/* Float matrix product or indirect convolution: y = clamp(sum x*w + bias, minimum, maximum).
 * Output element (row, channel) goes to output[row * output_stride + channel * output_channel_stride],
 * so that channels-first and channels-last results are written directly. */
typedef struct lite_gemm_f32 {
  size_t rows, channels, taps, depth;
  const float *const *indirection;        /* as above */
  const float *input;
  size_t input_stride;
  const float *weights;                   /* packed by pack_gemm_f32 of the same table */
  const float *bias;                      /* [channels], or NULL */
  float minimum, maximum;                 /* -INFINITY, INFINITY for none */
  float *output;
  size_t output_stride, output_channel_stride;
} lite_gemm_f32;

/* Elementwise over bytes of quantized data: how a' = (a - zero) * scale joins. */
typedef struct lite_add_u8 {              /* QNNPACK add, see spec of q8vadd: fixed point with a rounding shift */
  int32_t a_multiplier, b_multiplier, bias;   /* accumulator = bias + a*a_multiplier + b*b_multiplier */
  uint32_t shift;                         /* rounded, ties away from zero; 0 < shift < 32 */
  int32_t zero_point, minimum, maximum;
} lite_add_u8;

typedef struct lite_multiply_u8 {         /* y = clamp(rne(f32((a-za)*(b-zb)) * scale) + zero_point) */
  int32_t a_zero_point, b_zero_point;
  float scale;
  int32_t zero_point, minimum, maximum;
} lite_multiply_u8;

/* Binary elementwise operators. Arithmetic is done in the element type (float16 and bfloat16 in float32);
 * integers wrap. Comparison and logic write one byte, 0 or 1. */
enum {
  LITE_BINARY_ADD, LITE_BINARY_SUB, LITE_BINARY_MUL, LITE_BINARY_DIV,      /* DIV: floating types only; with ADD and SUB: a + alpha*b */
  LITE_BINARY_DIV_TRUNC, LITE_BINARY_DIV_FLOOR, LITE_BINARY_REMAINDER, LITE_BINARY_FMOD, /* integer division by 0 gives 0: the operator has refused it */
  LITE_BINARY_MINIMUM, LITE_BINARY_MAXIMUM,                                /* NaN wins */
  LITE_BINARY_POW,
  LITE_BINARY_EQ, LITE_BINARY_NE, LITE_BINARY_LT, LITE_BINARY_LE, LITE_BINARY_GT, LITE_BINARY_GE,
  LITE_BINARY_LOGICAL_AND, LITE_BINARY_LOGICAL_OR, LITE_BINARY_LOGICAL_XOR,
  LITE_BINARY_BITWISE_AND, LITE_BINARY_BITWISE_OR, LITE_BINARY_BITWISE_XOR, /* integers and bool */
  LITE_BINARY_COUNT
};

/* Unary elementwise operators; the transcendental ones are for floating types only.
 * `parameters` points to doubles as noted. */
enum {
  LITE_UNARY_COPY, LITE_UNARY_NEG, LITE_UNARY_ABS, LITE_UNARY_SIGN, LITE_UNARY_RELU, LITE_UNARY_SQUARE,
  LITE_UNARY_CLAMP,                       /* parameters: minimum, maximum */
  LITE_UNARY_BITWISE_NOT, LITE_UNARY_LOGICAL_NOT, /* LOGICAL_NOT writes bool */
  LITE_UNARY_EXP, LITE_UNARY_LOG, LITE_UNARY_LOG1P, LITE_UNARY_EXPM1, LITE_UNARY_SQRT, LITE_UNARY_RSQRT, LITE_UNARY_RECIPROCAL,
  LITE_UNARY_SIN, LITE_UNARY_COS, LITE_UNARY_TANH, LITE_UNARY_SIGMOID, LITE_UNARY_ERF,
  LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC,   /* ROUND: ties to even */
  LITE_UNARY_GELU, LITE_UNARY_GELU_TANH, LITE_UNARY_SILU, LITE_UNARY_HARDSWISH, LITE_UNARY_HARDSIGMOID,
  LITE_UNARY_LEAKY_RELU,                  /* parameters: negative slope */
  LITE_UNARY_ELU,                         /* parameters: alpha, scale, input_scale */
  LITE_UNARY_HARDTANH,                    /* parameters: minimum, maximum (same as CLAMP) */
  LITE_UNARY_SOFTPLUS,                    /* parameters: beta, threshold */
  LITE_UNARY_COUNT
};

/* One inner loop over `count` elements with byte strides (0 repeats an operand).
 * parameters: for ADD and SUB, {alpha}; else as above or NULL. Output may be the same memory as an input. */
typedef void (*lite_binary_loop)(void *output, intptr_t output_stride, const void *a, intptr_t a_stride,
                                 const void *b, intptr_t b_stride, size_t count, const double *parameters);
typedef void (*lite_unary_loop)(void *output, intptr_t output_stride, const void *a, intptr_t a_stride,
                                size_t count, const double *parameters);
/* Converts between any two of the element types above, as PyTorch does on x86: floats are truncated to int32 (to
 * int64 for u8 and s64), where out-of-range and NaN give the minimum, and then wrap to a smaller type; to bool: != 0. */
typedef lite_unary_loop lite_convert_loop;

/* What a tier offers. No kernel is NULL, except that a `*_loop` selector may return NULL for a combination of operator
 * and type that does not exist. */
/* --- 8-bit matrix product and convolution --- */
/* Bytes that pack_gemm_s8 writes. */
typedef size_t (*lite_packed_gemm_s8_size_function)(size_t channels, size_t taps, size_t depth);
/* weight (channel, tap, d) is read from weights[channel*channel_stride + tap*tap_stride + d*depth_stride]. */
typedef void (*lite_pack_gemm_s8_function)(size_t channels, size_t taps, size_t depth, const int8_t *weights,
                     intptr_t channel_stride, intptr_t tap_stride, intptr_t depth_stride, void *packed);
/* Bytes of gemm.workspace. */
typedef size_t (*lite_gemm_workspace_size_function)(size_t rows, size_t channels, size_t taps, size_t depth);
typedef void (*lite_gemm_u8s8_function)(const lite_gemm_u8s8 *gemm, const lite_output_u8 *output);
typedef void (*lite_gemm_u8s8_f32_function)(const lite_gemm_u8s8 *gemm, const lite_output_f32 *output);
typedef size_t (*lite_packed_depthwise_s8_size_function)(size_t channels, size_t taps);
typedef void (*lite_pack_depthwise_s8_function)(size_t channels, size_t taps, const int8_t *weights,
                          intptr_t channel_stride, intptr_t tap_stride, void *packed);
typedef void (*lite_depthwise_u8s8_function)(const lite_depthwise_u8s8 *depthwise, const lite_output_u8 *output);
/* Bytes of convolution.workspace; pointers in it are not read. */
typedef size_t (*lite_convolution_workspace_size_function)(const lite_convolution_u8s8 *convolution);
typedef void (*lite_convolution_u8s8_function)(const lite_convolution_u8s8 *convolution, const lite_output_u8 *output);
typedef size_t (*lite_depthwise_convolution_workspace_size_function)(const lite_convolution_u8s8 *convolution);
typedef void (*lite_depthwise_convolution_u8s8_function)(const lite_convolution_u8s8 *convolution, const lite_output_u8 *output);

/* --- 8-bit pooling, channels-last: `taps` pointers a pixel, each to `channels` bytes --- */
typedef void (*lite_max_pool_u8_function)(size_t pixels, size_t channels, size_t taps, const uint8_t *const *indirection,
                    uint8_t *output, size_t output_stride);
/* y = clamp(rne(f32(sum(q) - taps * input_zero_point) * scale) + zero_point); padding taps point at a row of input_zero_point. */
typedef void (*lite_average_pool_u8_function)(size_t pixels, size_t channels, size_t taps, const uint8_t *const *indirection,
                        int32_t input_zero_point, float scale, const lite_output_u8 *output);

/* --- 8-bit elementwise --- */
typedef void (*lite_add_u8_function)(size_t count, const uint8_t *a, const uint8_t *b, const lite_add_u8 *parameters, uint8_t *output);
typedef void (*lite_multiply_u8_function)(size_t count, const uint8_t *a, const uint8_t *b, const lite_multiply_u8 *parameters, uint8_t *output);
typedef void (*lite_lookup_u8_function)(size_t count, const uint8_t *input, const uint8_t table[256], uint8_t *output);
typedef void (*lite_clamp_u8_function)(size_t count, const uint8_t *input, uint8_t minimum, uint8_t maximum, uint8_t *output);
/* y = clamp(rne(x * inverse_scale) + zero_point) or the other order; rounding is LITE_ROUND_THEN_ADD or LITE_ADD_THEN_ROUND. */
typedef void (*lite_quantize_u8_function)(size_t count, const float *input, float inverse_scale, int32_t zero_point, int32_t rounding, uint8_t *output);
/* The same for pixels of one image, float [channels][stride] to quantized [pixels][channels]. */
typedef void (*lite_quantize_channels_last_u8_function)(size_t pixels, size_t channels, const float *input, size_t stride,
                                  float inverse_scale, int32_t zero_point, int32_t rounding, uint8_t *output);
typedef void (*lite_quantize_s8_function)(size_t count, const float *input, float inverse_scale, int32_t zero_point, int32_t rounding, int8_t *output);
typedef void (*lite_quantize_s32_function)(size_t count, const float *input, float inverse_scale, int32_t zero_point, int32_t rounding, int32_t *output);
/* y = scale * f32(q - zero_point), one rounding for each step. */
typedef void (*lite_dequantize_u8_function)(size_t count, const uint8_t *input, float scale, int32_t zero_point, float *output);
typedef void (*lite_dequantize_s8_function)(size_t count, const int8_t *input, float scale, int32_t zero_point, float *output);
typedef void (*lite_dequantize_s32_function)(size_t count, const int32_t *input, float scale, int32_t zero_point, float *output);

/* --- float --- */
typedef size_t (*lite_packed_gemm_f32_size_function)(size_t channels, size_t taps, size_t depth);
typedef void (*lite_pack_gemm_f32_function)(size_t channels, size_t taps, size_t depth, const float *weights,
                      intptr_t channel_stride, intptr_t tap_stride, intptr_t depth_stride, float *packed);
typedef void (*lite_gemm_f32_function)(const lite_gemm_f32 *gemm);
/* One plane: y = sum over the window of x * kernel[kh][kw], + bias. Padding reads as 0. */
typedef void (*lite_depthwise_plane_f32_function)(const lite_window *window, const float *input, const float *kernel, float bias, float *output);
/* Padding is ignored; NaN wins. indices (flat position h*width+w of the winner) may be NULL. */
typedef void (*lite_max_pool_plane_f32_function)(const lite_window *window, const float *input, float *output, int64_t *indices);
/* divisor_override 0: kernel area, clipped to the input plus padding, or without padding when count_include_pad is 0. */
typedef void (*lite_average_pool_plane_f32_function)(const lite_window *window, intptr_t padding_bottom, intptr_t padding_right,
                               int32_t count_include_pad, int64_t divisor_override, const float *input, float *output);
typedef void (*lite_minimum_maximum_f32_function)(size_t count, const float *input, float *minimum, float *maximum); /* count > 0 */
typedef float (*lite_sum_f32_function)(size_t count, const float *input);                       /* pairwise or blocked: error grows as log n */
typedef void (*lite_softmax_f32_function)(size_t rows, size_t count, const float *input, float *output, int32_t logarithm);
typedef void (*lite_layer_norm_f32_function)(size_t rows, size_t count, const float *input, const float *gamma, const float *beta,
                       float epsilon, float *output);                     /* gamma, beta may be NULL */
typedef void (*lite_scale_shift_f32_function)(size_t count, const float *input, float scale, float shift, float *output); /* f32(x*scale) + shift */
/* gates: input, forget, cell, output, `count` each, one after the other.
 * c = sigmoid(f)*c + sigmoid(i)*tanh(g); h = sigmoid(o)*tanh(c). cell may equal cell_output. */
typedef void (*lite_lstm_cell_f32_function)(size_t count, const float *gates, const float *cell, float *cell_output, float *hidden_output);
/* Both gate rows hold reset, update, new: r=sigmoid(i_r+h_r), z=sigmoid(i_z+h_z), n=tanh(i_n+h_n*r), h=(h-n)*z+n. */
typedef void (*lite_gru_cell_f32_function)(size_t count, const float *input_gates, const float *hidden_gates, const float *hidden, float *hidden_output);

/* --- elementwise over any type --- */
typedef lite_binary_loop (*lite_binary_loop_function)(int32_t operation, int32_t dtype);
typedef lite_unary_loop (*lite_unary_loop_function)(int32_t operation, int32_t dtype);
typedef lite_convert_loop (*lite_convert_loop_function)(int32_t from, int32_t to);

/* The tiers, each with all that the ones before it have. */
enum { LITE_TIER_SCALAR, LITE_TIER_NEON, LITE_TIER_DOTPROD, LITE_TIER_I8MM };

/* The kernels of a tier. They are no members but functions that choose one: what no operator asks for is not linked. In
 * Swift they read as members, kernels.gemm_f32. */
typedef struct lite_kernel_table {
  int32_t tier;
} lite_kernel_table;

/* Each kernel: lite_NAME_scalar() gives the portable one. LITE_VECTOR_KERNEL has others, that lite_NAME_neon() chooses from. */
#define LITE_KERNEL_GETTER(kernel, choice)                                      \
  __attribute__((swift_name("getter:lite_kernel_table." #kernel "(self:)")))     \
  static inline lite_##kernel##_function lite_kernel_##kernel(lite_kernel_table kernels) { return choice; }
#define LITE_SCALAR_KERNEL(kernel)                       \
  lite_##kernel##_function lite_##kernel##_scalar(void); \
  LITE_KERNEL_GETTER(kernel, ((void)kernels, lite_##kernel##_scalar()))
#ifdef __aarch64__
#define LITE_VECTOR_KERNEL(kernel)                           \
  lite_##kernel##_function lite_##kernel##_scalar(void);     \
  lite_##kernel##_function lite_##kernel##_neon(int32_t tier); \
  LITE_KERNEL_GETTER(kernel, kernels.tier == LITE_TIER_SCALAR ? lite_##kernel##_scalar() : lite_##kernel##_neon(kernels.tier))
#else
#define LITE_VECTOR_KERNEL(kernel) LITE_SCALAR_KERNEL(kernel)
#endif

LITE_VECTOR_KERNEL(packed_gemm_s8_size)
LITE_VECTOR_KERNEL(pack_gemm_s8)
LITE_VECTOR_KERNEL(gemm_workspace_size)
LITE_VECTOR_KERNEL(gemm_u8s8)
LITE_VECTOR_KERNEL(gemm_u8s8_f32)
LITE_VECTOR_KERNEL(packed_depthwise_s8_size)
LITE_VECTOR_KERNEL(pack_depthwise_s8)
LITE_VECTOR_KERNEL(depthwise_u8s8)
LITE_VECTOR_KERNEL(convolution_workspace_size)
LITE_VECTOR_KERNEL(convolution_u8s8)
LITE_VECTOR_KERNEL(depthwise_convolution_workspace_size)
LITE_VECTOR_KERNEL(depthwise_convolution_u8s8)
LITE_VECTOR_KERNEL(max_pool_u8)
LITE_VECTOR_KERNEL(average_pool_u8)
LITE_VECTOR_KERNEL(add_u8)
LITE_VECTOR_KERNEL(multiply_u8)
LITE_VECTOR_KERNEL(lookup_u8)
LITE_VECTOR_KERNEL(clamp_u8)
LITE_VECTOR_KERNEL(quantize_u8)
LITE_VECTOR_KERNEL(quantize_channels_last_u8)
LITE_VECTOR_KERNEL(quantize_s8)
LITE_SCALAR_KERNEL(quantize_s32)
LITE_VECTOR_KERNEL(dequantize_u8)
LITE_VECTOR_KERNEL(dequantize_s8)
LITE_SCALAR_KERNEL(dequantize_s32)
LITE_SCALAR_KERNEL(packed_gemm_f32_size)
LITE_VECTOR_KERNEL(pack_gemm_f32)
LITE_VECTOR_KERNEL(gemm_f32)
LITE_VECTOR_KERNEL(depthwise_plane_f32)
LITE_SCALAR_KERNEL(max_pool_plane_f32)
LITE_SCALAR_KERNEL(average_pool_plane_f32)
LITE_VECTOR_KERNEL(minimum_maximum_f32)
LITE_VECTOR_KERNEL(sum_f32)
LITE_VECTOR_KERNEL(softmax_f32)
LITE_VECTOR_KERNEL(layer_norm_f32)
LITE_VECTOR_KERNEL(scale_shift_f32)
LITE_VECTOR_KERNEL(lstm_cell_f32)
LITE_VECTOR_KERNEL(gru_cell_f32)
LITE_SCALAR_KERNEL(binary_loop)
LITE_VECTOR_KERNEL(unary_loop)
LITE_SCALAR_KERNEL(convert_loop)

/* "scalar", "neon", ... */
__attribute__((swift_name("getter:lite_kernel_table.name(self:)")))
static inline const char *lite_kernel_tier_name(lite_kernel_table kernels) {
  return kernels.tier == LITE_TIER_I8MM ? "i8mm" : kernels.tier == LITE_TIER_DOTPROD ? "dotprod"
         : kernels.tier == LITE_TIER_NEON ? "neon" : "scalar";
}

/* The tiers. Each table is immutable and lives for the whole process. NULL where the processor at hand lacks the
 * instructions, or the build the kernels. */
const lite_kernel_table *lite_kernels_scalar(void);
const lite_kernel_table *lite_kernels_neon(void);      /* ARMv8.0 */
const lite_kernel_table *lite_kernels_dotprod(void);   /* and FEAT_DotProd: sdot */
const lite_kernel_table *lite_kernels_i8mm(void);      /* and FEAT_I8MM: smmla */
/* The fastest of them for the processor at hand; never NULL. */
const lite_kernel_table *lite_kernels_best(void);

/* For tiers: the pointers of one output row of a convolution, [output_width][taps]; taps outside of the image point at `outside`. */
void lite_fill_row_pointers(const lite_convolution_u8s8 *convolution, size_t row, const uint8_t *outside, const uint8_t **pointers);

#endif
