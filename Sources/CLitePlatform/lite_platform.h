/* All that Lite asks of the operating system and of libm, as inline functions that Swift can import in
 * both build modes and for both processors. Only libc symbols that old boards have: no fstat (its symbol
 * version is new in glibc 2.33), no getrandom. */
#ifndef LITE_PLATFORM_H
#define LITE_PLATFORM_H
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Opens for reading; a descriptor, or -1 with errno set. */
static inline int lite_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }
/* Creates or truncates for writing, mode 0644; a descriptor, or -1 with errno set. */
static inline int lite_open_write(const char *path) { return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644); }
static inline int lite_errno(void) { return errno; }
/* A static text for an errno value. */
static inline const char *lite_errno_text(int code) { return strerror(code); }
/* The same open file under another descriptor, or -1 with errno set. */
static inline int lite_duplicate(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }
/* Size of an open file in bytes, or -1 (a pipe, a directory). Its position stays. */
static inline int64_t lite_file_size(int fd) {
  off_t position = lseek(fd, 0, SEEK_CUR);
  off_t size = lseek(fd, 0, SEEK_END);
  if (position >= 0) lseek(fd, position, SEEK_SET);
  return (int64_t)size;
}
/* Bytes of a page of memory. */
static inline size_t lite_page_size(void) {
  long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? (size_t)size : 4096;
}
/* Read-only private mapping of a part of a file, from a multiple of the page size on, or NULL. */
static inline const void *lite_map_read(int fd, int64_t offset, size_t size) {
  void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, (off_t)offset);
  return p == MAP_FAILED ? NULL : p;
}
/* Reads `count` bytes at `offset`; 0, or -1 with errno set (EIO when the file ends before). */
static inline int lite_read_at(int fd, void *bytes, size_t count, int64_t offset) {
  char *p = (char *)bytes;
  while (count > 0) {
    ssize_t n = pread(fd, p, count, (off_t)offset);
    if (n == 0) errno = EIO;
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n; count -= (size_t)n; offset += n;
  }
  return 0;
}
static inline void lite_unmap(const void *p, size_t size) { munmap((void *)p, size); }
/* One of two random words that the kernel drew when it started this process: the same at each call. 0 where it did not. */
static inline uint64_t lite_random_word(int index) {
  const char *drawn = (const char *)getauxval(AT_RANDOM);
  uint64_t word = 0;
  if (drawn) memcpy(&word, drawn + 8 * (index & 1), sizeof word);
  return word;
}
/* Nanoseconds of a clock that never steps back. */
static inline uint64_t lite_clock_nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
/* Writes all of it; 0, or -1 with errno set. */
static inline int lite_write_all(int fd, const void *bytes, size_t count) {
  const char *p = (const char *)bytes;
  while (count > 0) {
    ssize_t n = write(fd, p, count);
    if (n < 0) { if (errno == EINTR) continue; return -1; }
    p += n; count -= (size_t)n;
  }
  return 0;
}
/* Writes a number with `digits` significant digits (printf's %g) and a terminating zero; the length without it. */
static inline int lite_format_double(char *buffer, size_t size, int digits, double value) {
  return snprintf(buffer, size, "%.*g", digits, value);
}
/* Makes a directory unless it is there; 0, or -1 with errno set. */
static inline int lite_make_directory(const char *path) { return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : -1; }
/* sqrt(x*x + y*y) without overflow on the way; libm's hypot has a symbol version of its own since glibc 2.35. */
static inline double lite_hypotenuse(double x, double y) {
  double a = fabs(x), b = fabs(y);
  if (isinf(a) || isinf(b)) return INFINITY;
  double large = a > b ? a : b, small = a > b ? b : a;
  if (!(large > 0)) return a + b;
  double ratio = small / large;
  /* Squares that neither overflow nor vanish need no scaling, and lose less. */
  if (large < 0x1p500 && large > 0x1p-500) return sqrt(large * large + small * small);
  return large * sqrt(1 + ratio * ratio);
}
static inline int lite_is_terminal(int fd) { return isatty(fd); }
/* A figure of this process in bytes, from /proc/self/status: "VmHWM:", the peak resident set size; 0 where there is none. */
static inline uint64_t lite_process_bytes(const char *field) {
  char buffer[4096];
  int fd = open("/proc/self/status", O_RDONLY);
  if (fd < 0) return 0;
  ssize_t n = read(fd, buffer, sizeof buffer - 1);
  close(fd);
  if (n <= 0) return 0;
  buffer[n] = 0;
  const char *line = strstr(buffer, field);
  return line ? strtoull(line + strlen(field), NULL, 10) * 1024u : 0;
}
#endif
