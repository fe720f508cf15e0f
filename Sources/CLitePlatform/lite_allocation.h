/* Where memory comes from: the allocation scopes that docs/memory.md describes.
 *
 * Every block that Lite allocates belongs to a scope (an opened model, a session) and remembers it in a header before
 * its first byte, so that any thread can give it back. In what ships this holds for Swift's own objects too: the linker
 * leads the calls of posix_memalign and free that Swift's runtime makes to AllocationHook.swift (--wrap). */
#ifndef LITE_ALLOCATION_H
#define LITE_ALLOCATION_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef LITE_WRAPS_ALLOCATION
int __real_posix_memalign(void **out, size_t alignment, size_t size);
void __real_free(void *memory);
#else
#define __real_posix_memalign posix_memalign
#define __real_free free
#endif

/* Why work must end: bits of lite_scope.stop. */
enum { LITE_STOP_CANCELLED = 1, LITE_STOP_OUT_OF_MEMORY = 2, LITE_STOP_LIMIT = 4 };

typedef struct lite_scope {
  /* The caller's functions; NULL for the C library's. */
  void *context;
  void *(*allocate)(void *context, size_t size, size_t alignment);
  void (*release)(void *context, void *memory, size_t size, size_t alignment);
  /* Bytes that blocks may take together, headers counted. */
  size_t limit;
  /* Bytes of living blocks, and of this struct while its owner keeps it: the scope ends when none are left. */
  size_t live_bytes;
  size_t peak_bytes;
  uint32_t stop;
  void *owner; /* the AllocationScope; NULL for the default scope */
  /* Kept aside for Swift's objects once memory is refused: they cannot do without. A stack of blocks that is empty
   * again when the last of them is given back. */
  uint32_t reserve_lock;
  char *reserve;
  size_t reserve_size, reserve_used, reserve_blocks;
} lite_scope;

/* What lies before a block's first byte. */
typedef struct lite_block {
  lite_scope *scope;
  uint64_t facts; /* size with all that lies before << 8 | lead << 2 | source */
} lite_block;

enum { LITE_BLOCK_ALLOCATED = 0, LITE_BLOCK_RESERVE = 1, LITE_BLOCK_SYSTEM = 2 };
enum { LITE_LEAD = sizeof(lite_block), LITE_DEFAULT_RESERVE = 16384, LITE_SCOPE_RESERVE = 16384 };

/* The scope of blocks that no model or session asks for: the C library's memory, not counted. One in the process:
 * a weak function is, where a variable or an inline function would be one a module. */
__attribute__((weak, noinline)) lite_scope *lite_scope_default(void) {
  static char reserve[LITE_DEFAULT_RESERVE] __attribute__((aligned(16)));
  static lite_scope scope = {.limit = PTRDIFF_MAX, .reserve = reserve, .reserve_size = LITE_DEFAULT_RESERVE};
  return &scope;
}

/* The scope that this thread works for; NULL for the default one. */
__attribute__((weak, noinline)) lite_scope **lite_scope_of_thread(void) {
  static __thread lite_scope *current;
  return &current;
}

static inline lite_scope *_Nonnull lite_scope_current(void) {
  lite_scope *scope = *lite_scope_of_thread();
  return scope ? scope : lite_scope_default();
}

/* Makes a scope the thread's, and returns the one before. */
static inline lite_scope *lite_scope_enter(lite_scope *scope) {
  lite_scope **current = lite_scope_of_thread(), *previous = *current;
  *current = scope;
  return previous;
}

static inline uint32_t lite_scope_stop(const lite_scope *scope) { return __atomic_load_n(&scope->stop, __ATOMIC_RELAXED); }
static inline void lite_scope_raise(lite_scope *scope, uint32_t bits) { __atomic_fetch_or(&scope->stop, bits, __ATOMIC_RELAXED); }
/* Lowers some of the bits; returns those of them that were raised. */
static inline uint32_t lite_scope_lower(lite_scope *scope, uint32_t bits) {
  return __atomic_fetch_and(&scope->stop, ~bits, __ATOMIC_RELAXED) & bits;
}
static inline size_t lite_scope_live_bytes(const lite_scope *scope) {
  return __atomic_load_n(&scope->live_bytes, __ATOMIC_RELAXED) - sizeof *scope;
}
static inline size_t lite_scope_peak_bytes(const lite_scope *scope) {
  return __atomic_load_n(&scope->peak_bytes, __ATOMIC_RELAXED) - sizeof *scope;
}

/* Whether a block of so many bytes, aligned to 64, is within the limit. */
static inline int lite_scope_has_room(const lite_scope *scope, size_t size) {
  size_t live = __atomic_load_n(&scope->live_bytes, __ATOMIC_RELAXED);
  return live <= scope->limit && size <= scope->limit - live && scope->limit - live - size >= 64;
}

static inline void *lite_scope_take(const lite_scope *scope, size_t size, size_t alignment) {
  void *memory = NULL;
  if (scope->allocate) return scope->allocate(scope->context, size, alignment);
  return __real_posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}
static inline void lite_scope_give(const lite_scope *scope, void *memory, size_t size, size_t alignment) {
  if (scope->release) scope->release(scope->context, memory, size, alignment);
  else __real_free(memory);
}

/* Counts bytes; whether they are within the limit. */
static inline int lite_scope_count(lite_scope *scope, size_t size) {
  size_t live = __atomic_add_fetch(&scope->live_bytes, size, __ATOMIC_RELAXED);
  if (live > __atomic_load_n(&scope->peak_bytes, __ATOMIC_RELAXED)) __atomic_store_n(&scope->peak_bytes, live, __ATOMIC_RELAXED);
  return live <= scope->limit;
}
static inline void lite_scope_uncount(lite_scope *scope, size_t size) {
  if (__atomic_sub_fetch(&scope->live_bytes, size, __ATOMIC_ACQ_REL) == 0) {
    lite_scope ended = *scope;
    if (ended.reserve) lite_scope_give(&ended, ended.reserve, ended.reserve_size, 16);
    lite_scope_give(&ended, scope, sizeof *scope, 16);
  }
}

/* A scope with its reserve; NULL when the memory for them is refused. */
static inline lite_scope *lite_scope_create(
    void *context, void *(*allocate)(void *, size_t, size_t), void (*release)(void *, void *, size_t, size_t), size_t limit) {
  lite_scope draft = {.context = context, .allocate = allocate, .release = release, .limit = limit};
  lite_scope *scope = (lite_scope *)lite_scope_take(&draft, sizeof draft, 16);
  if (!scope) return NULL;
  draft.reserve = (char *)lite_scope_take(&draft, LITE_SCOPE_RESERVE, 16);
  if (!draft.reserve) {
    lite_scope_give(&draft, scope, sizeof draft, 16);
    return NULL;
  }
  draft.reserve_size = LITE_SCOPE_RESERVE;
  draft.live_bytes = draft.peak_bytes = sizeof draft;
  draft.limit = limit > PTRDIFF_MAX - sizeof draft ? PTRDIFF_MAX : limit + sizeof draft;
  *scope = draft;
  return scope;
}

/* Its owner needs it no longer: it ends with its last block. */
static inline void lite_scope_close(lite_scope *scope) { lite_scope_uncount(scope, sizeof *scope); }

/* A part of the reserve, or NULL. */
static inline void *lite_scope_draw(lite_scope *scope, size_t size) {
  void *memory = NULL;
  size = (size + 15) & ~(size_t)15;
  while (__atomic_exchange_n(&scope->reserve_lock, 1, __ATOMIC_ACQUIRE)) {}
  if (size <= scope->reserve_size - scope->reserve_used) {
    memory = scope->reserve + scope->reserve_used;
    scope->reserve_used += size;
    scope->reserve_blocks++;
  }
  __atomic_store_n(&scope->reserve_lock, 0, __ATOMIC_RELEASE);
  return memory;
}
static inline void lite_scope_return(lite_scope *scope) {
  while (__atomic_exchange_n(&scope->reserve_lock, 1, __ATOMIC_ACQUIRE)) {}
  if (--scope->reserve_blocks == 0) scope->reserve_used = 0;
  __atomic_store_n(&scope->reserve_lock, 0, __ATOMIC_RELEASE);
}

/* Memory in place of what was refused: out of the reserve, then the C library's. The work that needs it ends at its next
 * look at `stop`. */
static inline void *lite_scope_save(lite_scope *scope, size_t size, size_t lead, int *source) {
  void *memory = NULL;
  lite_scope_raise(scope, LITE_STOP_OUT_OF_MEMORY);
  *source = LITE_BLOCK_RESERVE;
  if (lead == LITE_LEAD) memory = lite_scope_draw(scope, size);
  if (memory) return memory;
  *source = LITE_BLOCK_SYSTEM;
  return __real_posix_memalign(&memory, lead, size) == 0 ? memory : NULL;
}

/* A block of the thread's scope, not cleared.
 * alignment: a power of two. is_object: Swift's, which must not be refused; others are refused with NULL. */
static inline void *lite_block_allocate(size_t size, size_t alignment, int is_object) {
  lite_scope *scope = lite_scope_current();
  size_t lead = alignment > LITE_LEAD ? alignment : LITE_LEAD, total;
  int source = LITE_BLOCK_ALLOCATED, is_counted = scope != lite_scope_default();
  if (__builtin_add_overflow(size, lead, &total) || (uint64_t)total >> 55) return NULL;
  if (is_counted && !lite_scope_count(scope, total)) {
    if (!is_object) {
      lite_scope_uncount(scope, total);
      return NULL;
    }
    lite_scope_raise(scope, LITE_STOP_LIMIT);
  }
  char *memory = (char *)lite_scope_take(scope, total, lead);
  if (!memory && is_object) memory = (char *)lite_scope_save(scope, total, lead, &source);
  if (!memory) {
    if (is_counted) lite_scope_uncount(scope, total);
    return NULL;
  }
  lite_block *block = (lite_block *)(memory + lead) - 1;
  block->scope = scope;
  block->facts = (uint64_t)total << 8 | (uint64_t)__builtin_ctzl(lead) << 2 | (uint64_t)source;
  return memory + lead;
}

/* Gives back a block, on any thread. NULL is accepted. */
static inline void lite_block_release(void *memory) {
  if (!memory) return;
  lite_block block = *((lite_block *)memory - 1);
  size_t total = (size_t)(block.facts >> 8), lead = (size_t)1 << (block.facts >> 2 & 63);
  char *start = (char *)memory - lead;
  switch (block.facts & 3) {
  case LITE_BLOCK_ALLOCATED: lite_scope_give(block.scope, start, total, lead); break;
  case LITE_BLOCK_RESERVE: lite_scope_return(block.scope); break;
  default: __real_free(start);
  }
  if (block.scope != lite_scope_default()) lite_scope_uncount(block.scope, total);
}

/* A cleared block of the thread's scope, or NULL. */
static inline void *lite_allocate_zeroed(size_t size) {
  void *memory = lite_block_allocate(size, LITE_LEAD, 0);
  return memory ? memset(memory, 0, size) : NULL;
}
static inline void lite_release(void *memory) { lite_block_release(memory); }
#endif
