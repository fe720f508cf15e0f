/* Compares those functions of libm that are linked in the version of glibc 2.17 (scripts/glibc-stubs) with the newest
 * version of this system: the same bits for random arguments and all pairs of special ones? NaNs count as equal.
 * Usage: libm_versions COUNT */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __aarch64__
#define OLD "GLIBC_2.17"
#else
#define OLD "GLIBC_2.2.5"
#endif

#define FUNCTIONS(one, one_float, two, two_float) \
  one(exp) one(exp2) one(log) one(log2) one(lgamma) one_float(expf) one_float(exp2f) one_float(logf) one_float(log2f) \
  two(pow) two(hypot) two_float(powf)

#define ONE(name) double old_##name(double); __asm__(".symver old_" #name "," #name "@" OLD);
#define ONE_FLOAT(name) float old_##name(float); __asm__(".symver old_" #name "," #name "@" OLD);
#define TWO(name) double old_##name(double, double); __asm__(".symver old_" #name "," #name "@" OLD);
#define TWO_FLOAT(name) float old_##name(float, float); __asm__(".symver old_" #name "," #name "@" OLD);
FUNCTIONS(ONE, ONE_FLOAT, TWO, TWO_FLOAT)

static uint64_t state = 88172645463325252u;
static uint64_t random_bits(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static long differences;
static void compare(const char *name, double old, double new, double x, double y) {
  if ((old != old && new != new) || memcmp(&old, &new, sizeof old) == 0) return;
  if (differences++ < 20) printf("%s(%a, %a): %a in the old version, %a in the new one\n", name, x, y, old, new);
}

/* Arguments of every magnitude, for float and double each. */
static void compare_all(double x, double y, float a, float b) {
#define COMPARE_ONE(name) compare(#name, old_##name(x), name(x), x, 0);
#define COMPARE_ONE_FLOAT(name) compare(#name, old_##name(a), name(a), a, 0);
#define COMPARE_TWO(name) compare(#name, old_##name(x, y), name(x, y), x, y);
#define COMPARE_TWO_FLOAT(name) compare(#name, old_##name(a, b), name(a, b), a, b);
  FUNCTIONS(COMPARE_ONE, COMPARE_ONE_FLOAT, COMPARE_TWO, COMPARE_TWO_FLOAT)
}

int main(int argc, char **argv) {
  static const double special[] = {
    0.0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -3, 1e300, -1e300, 1e-300, -1e-300, 5e-324, -5e-324, INFINITY, -INFINITY, NAN, 709.78, 710,
    -745, -746, 88.7, 89, -104, -103.9, 1024, -1075, 128, 129, -150, 1e38, 1e39, 1e-45, 1e-46, 3e9, 4503599627370497.0,
    9007199254740993.0, 9007199254740991.0};
  const size_t count = sizeof special / sizeof *special;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < count; j++) compare_all(special[i], special[j], (float)special[i], (float)special[j]);
  }
  long random = argc > 1 ? atol(argv[1]) : 100000;
  for (long index = 0; index < random; index++) {
    uint64_t first = random_bits(), second = random_bits();
    /* In turn any bits, and numbers of everyday size. */
    double x = (double)(int64_t)first * 0x1p-53, y = (double)(int64_t)second * 0x1p-56;
    float a = (float)x, b = (float)y;
    if (index % 2) {
      uint32_t low = (uint32_t)(first >> 16), high = (uint32_t)(second >> 16);
      memcpy(&x, &first, sizeof x);
      memcpy(&y, &second, sizeof y);
      memcpy(&a, &low, sizeof a);
      memcpy(&b, &high, sizeof b);
    }
    compare_all(x, y, a, b);
  }
  printf("libm's old versions: %ld results differ, of %ld random arguments and %zu pairs of special ones\n", differences, random, count * count);
  return differences != 0;
}
