/* NEON (Advanced SIMD) for Swift: arm_neon.h, whose inline functions Swift imports as they are, and
 * functions for those intrinsics that are macros, because they take a constant. Empty on other processors.
 *
 * Instructions beyond ARMv8.0 are written as such. The compiler then needs no leave to use them, and cannot put one
 * where nobody asked the processor whether it has them: all tiers live in one module and share its code. */
#ifndef LITE_NEON_H
#define LITE_NEON_H
#if defined(__aarch64__)
#include <arm_neon.h>
#include <stddef.h>

#define LITE_NEON static inline __attribute__((always_inline))

/* -1 in lanes that are negative, 0 in the others. */
LITE_NEON int32x4_t lite_neon_sign(int32x4_t a) { return vshrq_n_s32(a, 31); }

/* 2^a for a in -126 ... 127. */
LITE_NEON float32x4_t lite_neon_power_of_two(int32x4_t a) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(a, vdupq_n_s32(127)), 23));
}

/* a + w * x[lane], in one rounding. */
#define LITE_NEON_MULTIPLY_LANE(name, lane) \
  LITE_NEON float32x4_t name(float32x4_t a, float32x4_t w, float32x4_t x) { return vfmaq_laneq_f32(a, w, x, lane); }
LITE_NEON_MULTIPLY_LANE(lite_neon_multiply_lane0, 0)
LITE_NEON_MULTIPLY_LANE(lite_neon_multiply_lane1, 1)
LITE_NEON_MULTIPLY_LANE(lite_neon_multiply_lane2, 2)
LITE_NEON_MULTIPLY_LANE(lite_neon_multiply_lane3, 3)

/* Rows to columns. */
LITE_NEON float32x4x4_t lite_neon_transpose_f32(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t d) {
  float32x4_t e = vzip1q_f32(a, c), f = vzip2q_f32(a, c), g = vzip1q_f32(b, d), h = vzip2q_f32(b, d);
  float32x4x4_t v = {{vzip1q_f32(e, g), vzip2q_f32(e, g), vzip1q_f32(f, h), vzip2q_f32(f, h)}};
  return v;
}

/* 2^(n + shift), where n is the integer in the low bits of 1.5 * 2^23 + n. */
LITE_NEON float32x4_t lite_neon_power_of_shifted(float32x4_t shifted, int32_t shift) {
  return vreinterpretq_f32_s32(vaddq_s32(vshlq_n_s32(vreinterpretq_s32_f32(shifted), 23), vdupq_n_s32((127 + shift) * (1 << 23))));
}
/* Half of that n, rounded down. */
LITE_NEON int32x4_t lite_neon_half_of_shifted(float32x4_t shifted) {
  return vshrq_n_s32(vsubq_s32(vreinterpretq_s32_f32(shifted), vdupq_n_s32(0x4B400000)), 1);
}

/* Loads and stores at any address. */
LITE_NEON int8x8_t lite_neon_load8(const void *p) { return vld1_s8((const int8_t *)p); }
LITE_NEON int8x16_t lite_neon_load16(const void *p) { return vld1q_s8((const int8_t *)p); }
LITE_NEON int32x4_t lite_neon_load_s32(const void *p) { return vld1q_s32((const int32_t *)p); }
LITE_NEON float32x4_t lite_neon_load_f32(const void *p) { return vld1q_f32((const float *)p); }
LITE_NEON void lite_neon_store8(void *p, uint8x8_t a) { vst1_u8((uint8_t *)p, a); }
LITE_NEON void lite_neon_store16(void *p, uint8x16_t a) { vst1q_u8((uint8_t *)p, a); }
LITE_NEON void lite_neon_store_s32(void *p, int32x4_t a) { vst1q_s32((int32_t *)p, a); }
LITE_NEON void lite_neon_store_f32(void *p, float32x4_t a) { vst1q_f32((float *)p, a); }

/* Four registers to memory, element by element in turn: 32-bit elements, 64-bit elements. */
LITE_NEON void lite_neon_interleave4(void *p, int8x16_t a, int8x16_t b, int8x16_t c, int8x16_t d) {
  int32x4x4_t v = {{vreinterpretq_s32_s8(a), vreinterpretq_s32_s8(b), vreinterpretq_s32_s8(c), vreinterpretq_s32_s8(d)}};
  vst4q_s32((int32_t *)p, v);
}
LITE_NEON void lite_neon_interleave8(void *p, int8x16_t a, int8x16_t b, int8x16_t c, int8x16_t d) {
  int64x2x4_t v = {{vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b), vreinterpretq_s64_s8(c), vreinterpretq_s64_s8(d)}};
  vst4q_s64((int64_t *)p, v);
}

/* Three registers to memory, byte by byte in turn. */
LITE_NEON void lite_neon_interleave3(void *p, uint8x16_t a, uint8x16_t b, uint8x16_t c) {
  uint8x16x3_t v = {{a, b, c}};
  vst3q_u8((uint8_t *)p, v);
}

/* Consecutive registers: one instruction loads or stores two, three or four. */
LITE_NEON int8x16x4_t lite_neon_load4x16(const void *p) { return vld1q_s8_x4((const int8_t *)p); }
LITE_NEON int8x16x2_t lite_neon_load2x16(const void *p) { return vld1q_s8_x2((const int8_t *)p); }
LITE_NEON int32x4x4_t lite_neon_load4_s32(const void *p) { return vld1q_s32_x4((const int32_t *)p); }
LITE_NEON float32x4x4_t lite_neon_load4_f32(const void *p) { return vld1q_f32_x4((const float *)p); }
LITE_NEON void lite_neon_store4_s32(void *p, int32x4_t a, int32x4_t b, int32x4_t c, int32x4_t d) {
  int32x4x4_t v = {{a, b, c, d}};
  vst1q_s32_x4((int32_t *)p, v);
}
LITE_NEON void lite_neon_store4_f32(void *p, float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t d) {
  float32x4x4_t v = {{a, b, c, d}};
  vst1q_f32_x4((float *)p, v);
}

/* Sixteen registers of sums from memory in four instructions. The registers are named, since a compiler that is left to
 * choose keeps four that were loaded together as one value, and copies it. */
typedef struct { int32x4_t v[16]; } lite_neon_sums;
LITE_NEON lite_neon_sums lite_neon_load_sums(const void *p) {
  register int32x4_t a0 __asm__("v16"), a1 __asm__("v17"), a2 __asm__("v18"), a3 __asm__("v19");
  register int32x4_t b0 __asm__("v20"), b1 __asm__("v21"), b2 __asm__("v22"), b3 __asm__("v23");
  register int32x4_t c0 __asm__("v24"), c1 __asm__("v25"), c2 __asm__("v26"), c3 __asm__("v27");
  register int32x4_t d0 __asm__("v28"), d1 __asm__("v29"), d2 __asm__("v30"), d3 __asm__("v31");
  __asm__("ld1 {v16.4s-v19.4s}, [%16], #64\n\tld1 {v20.4s-v23.4s}, [%16], #64\n\t"
          "ld1 {v24.4s-v27.4s}, [%16], #64\n\tld1 {v28.4s-v31.4s}, [%16]"
          : "=w"(a0), "=w"(a1), "=w"(a2), "=w"(a3), "=w"(b0), "=w"(b1), "=w"(b2), "=w"(b3), "=w"(c0), "=w"(c1), "=w"(c2),
            "=w"(c3), "=w"(d0), "=w"(d1), "=w"(d2), "=w"(d3), "+r"(p)
          : "m"(*(const char(*)[256])p));
  lite_neon_sums sums = {{a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3}};
  return sums;
}

/* 64 entries of a table; table[i] for each i below 64, and the lane of `a` for the others. */
LITE_NEON uint8x16x4_t lite_neon_load64(const void *p) { return vld1q_u8_x4((const uint8_t *)p); }
LITE_NEON uint8x16_t lite_neon_lookup(uint8x16_t a, uint8x16x4_t table, uint8x16_t i) { return vqtbx4q_u8(a, table, i); }

/* The compiler computes a and b before anything that uses w or x after this: fewer values are alive at a time. Makes
 * no instruction. */
LITE_NEON void lite_neon_in_turn(int32x4_t *a, int32x4_t *b, int8x16_t *w, int8x16_t *x) {
  __asm__ volatile("" : "+w"(*a), "+w"(*b), "+w"(*w), "+w"(*x));
}
/* p + n, which the compiler does not reckon from p again: a load from p then moves it on. */
LITE_NEON const void *_Nonnull lite_neon_next(const void *_Nonnull p, ptrdiff_t n) {
  p = (const char *)p + n;
  __asm__("" : "+r"(p));
  return p;
}

/* a + b, which the compiler does not reckon from a again: it keeps one offset, not a pointer for each place it is added to. */
LITE_NEON ptrdiff_t lite_neon_advance(ptrdiff_t a, ptrdiff_t b) {
  a += b;
  __asm__("" : "+r"(a));
  return a;
}

/* The same pointer, through which the compiler loads again what it has loaded. Makes no instruction. */
LITE_NEON const void *_Nonnull lite_neon_again(const void *_Nonnull p) {
  __asm__("" : "+r"(p));
  return p;
}

/* Two neighbouring pairs of bytes, each repeated over a register. */
typedef struct { int8x16_t first, second; } lite_neon_pairs;
LITE_NEON lite_neon_pairs lite_neon_load_pairs(const void *p) {
  int16x8x2_t v = vld2q_dup_s16((const int16_t *)p);
  lite_neon_pairs pairs = {vreinterpretq_s8_s16(v.val[0]), vreinterpretq_s8_s16(v.val[1])};
  return pairs;
}
/* Four or eight bytes repeated over a register. */
LITE_NEON int8x16_t lite_neon_repeat4(const void *p) { return vreinterpretq_s8_s32(vld1q_dup_s32((const int32_t *)p)); }
LITE_NEON int8x16_t lite_neon_repeat8(const void *p) { return vreinterpretq_s8_s64(vld1q_dup_s64((const int64_t *)p)); }
/* Low or high halves of two registers. */
LITE_NEON int32x4_t lite_neon_lows(int32x4_t a, int32x4_t b) {
  return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}
LITE_NEON int32x4_t lite_neon_highs(int32x4_t a, int32x4_t b) {
  return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

/* Bytes of a and b in turn. */
LITE_NEON int8x16_t lite_neon_zip8(int8x8_t a, int8x8_t b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}
/* Pairs of bytes of a and b in turn: the first four pairs of each, the last four. */
LITE_NEON int8x16_t lite_neon_zip_pairs_low(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s16(vzip1q_s16(vreinterpretq_s16_s8(a), vreinterpretq_s16_s8(b)));
}
LITE_NEON int8x16_t lite_neon_zip_pairs_high(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s16(vzip2q_s16(vreinterpretq_s16_s8(a), vreinterpretq_s16_s8(b)));
}
/* Bytes of a (0...7), b (16...23) and c (32...39) by index; 0 for 255. */
LITE_NEON int8x16_t lite_neon_pick3(int8x8_t a, int8x8_t b, int8x8_t c, uint8x16_t index) {
#define LITE_NEON_WIDEN(x) __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1)
  int8x16x3_t table = {{LITE_NEON_WIDEN(a), LITE_NEON_WIDEN(b), LITE_NEON_WIDEN(c)}};
#undef LITE_NEON_WIDEN
  return vqtbl3q_s8(table, index);
}
/* [0, a0, a1, a2] of every four bytes. */
LITE_NEON int8x16_t lite_neon_next_line(int8x16_t a) { return vreinterpretq_s8_s32(vshlq_n_s32(vreinterpretq_s32_s8(a), 8)); }
LITE_NEON void lite_neon_store_high8(void *p, uint8x16_t a) { vst1q_lane_u64((uint64_t *)p, vreinterpretq_u64_u8(a), 1); }

/* FEAT_DotProd: a[i] + sum over j of w[4i+j] * x[4i+j], or with the four bytes of one lane of x. */
#define LITE_NEON_DOT(name, operand) \
  LITE_NEON int32x4_t name(int32x4_t a, int8x16_t w, int8x16_t x) { \
    __asm__(".arch_extension dotprod\n\tsdot %0.4s, %1.16b, " operand : "+w"(a) : "w"(w), "w"(x)); \
    return a; \
  }
LITE_NEON_DOT(lite_neon_dot, "%2.16b")
LITE_NEON_DOT(lite_neon_dot0, "%2.4b[0]")
LITE_NEON_DOT(lite_neon_dot1, "%2.4b[1]")
LITE_NEON_DOT(lite_neon_dot2, "%2.4b[2]")
LITE_NEON_DOT(lite_neon_dot3, "%2.4b[3]")

/* FEAT_I8MM: the 2x2 products of two rows (x) and two columns (w) of eight bytes, added to
 * a = [row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1]. */
LITE_NEON int32x4_t lite_neon_matrix(int32x4_t a, int8x16_t x, int8x16_t w) {
  __asm__(".arch_extension i8mm\n\tsmmla %0.4s, %1.16b, %2.16b" : "+w"(a) : "w"(x), "w"(w));
  return a;
}

/* What Linux tells of the processor: FEAT_DotProd, FEAT_I8MM. */
#include <sys/auxv.h>
LITE_NEON int lite_neon_has_dot(void) { return (getauxval(AT_HWCAP) >> 20) & 1; }
LITE_NEON int lite_neon_has_matrix(void) { return (getauxval(AT_HWCAP2) >> 13) & 1; }

#endif
#endif
