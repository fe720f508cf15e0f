/* A few threads that do the shares of one piece of work together, again and again. They belong to their maker: no global pool.
 *
 * Every worker, the caller's thread is worker 0, has a range of the shares. It takes them from the front, and when there are no
 * more, it takes those of the others from the back. So a worker meets the memory that it worked on in the step before, and one
 * that the system does not let run is not waited for: the others do its shares. The caller waits only for shares that were begun.
 *
 * No lock while the workers are awake. A worker without work spins for a while, longer than the pause between two steps, and
 * then sleeps until there is more. */
#ifndef LITE_THREADS_H
#define LITE_THREADS_H
#include "lite_allocation.h"
#include "lite_platform.h"
#include <pthread.h>
#include <stdint.h>

/* Does share `share`; no two shares run as one `worker` at a time. */
typedef void (*lite_thread_work)(const void *context, int share, int worker);

/* The shares of a worker that nobody took: generation << 32 | end << 16 | first. A cache line of its own, and the one that
 * processors fetch with it. The generation changes with each piece of work, so that no old range can be mistaken for a new one. */
typedef struct lite_thread_range {
  uint64_t word;
  char padding[120];
} lite_thread_range;

struct lite_threads;
typedef struct lite_thread_worker {
  struct lite_threads *pool;
  int index;
  pthread_t thread;
} lite_thread_worker;

typedef struct lite_threads {
  pthread_mutex_t mutex;
  pthread_cond_t wake;             /* there is work, or the end */
  pthread_cond_t done;             /* the last share is done */
  uint32_t sleeping;               /* workers that wait for `wake` */
  uint32_t is_waiting;             /* the caller sleeps until `done` */
  uint32_t must_stop;
  int count;                       /* workers, the caller counted */
  uint32_t generation;
  /* Of the work at hand: valid for who holds a share that is not reported as done. */
  lite_thread_work work;
  const void *context;
  lite_thread_worker *workers;
  lite_thread_range *ranges;
  char padding[128];
  uint32_t unfinished;             /* shares that are not reported as done */
} lite_threads;

enum { LITE_MAXIMUM_SHARES = 0xffff };
/* How long a worker spins before it sleeps, and the caller before it does. */
enum { LITE_SPIN_NANOSECONDS = 50000 };

static inline void lite_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb"); /* `yield` does nothing on most processors */
#endif
}

/* Takes a share out of a range; -1 when there is none. */
static inline int lite_thread_claim(lite_thread_range *range, int from_back) {
  uint64_t word = __atomic_load_n(&range->word, __ATOMIC_ACQUIRE);
  for (;;) {
    uint32_t first = word & 0xffff, end = word >> 16 & 0xffff;
    if (first >= end) return -1;
    uint64_t rest = from_back ? word - (1u << 16) : word + 1;
    if (__atomic_compare_exchange_n(&range->word, &word, rest, 1, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return from_back ? (int)end - 1 : (int)first;
  }
}

static inline int lite_thread_has_work(lite_thread_range *range) {
  uint64_t word = __atomic_load_n(&range->word, __ATOMIC_SEQ_CST);
  return (word & 0xffff) < (word >> 16 & 0xffff);
}

/* Does what is left, the worker's own shares first; returns how many. */
static inline uint32_t lite_thread_do_shares(lite_threads *pool, int worker) {
  uint32_t done = 0;
  for (int step = 0; step < pool->count; step++) {
    int owner = (worker + step) % pool->count;
    for (;;) {
      int share = lite_thread_claim(&pool->ranges[owner], step > 0);
      if (share < 0) break;
      pool->work(pool->context, share, worker);
      done++;
    }
  }
  return done;
}

static inline void *lite_thread_main(void *argument) {
  lite_thread_worker *own = (lite_thread_worker *)argument;
  lite_threads *pool = own->pool;
  lite_thread_range *range = &pool->ranges[own->index];
  for (;;) {
    uint64_t limit = lite_clock_nanoseconds() + LITE_SPIN_NANOSECONDS;
    for (uint32_t spin = 1; !lite_thread_has_work(range) && !__atomic_load_n(&pool->must_stop, __ATOMIC_RELAXED); spin++) {
      if (spin % 16 == 0 && lite_clock_nanoseconds() >= limit) break;
      lite_spin_pause();
    }
    if (!lite_thread_has_work(range)) {
      pthread_mutex_lock(&pool->mutex);
      /* Ordered against lite_threads_wake: either it sees the sleeper, or the sleeper sees the work. */
      __atomic_fetch_add(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
      while (!lite_thread_has_work(range) && !__atomic_load_n(&pool->must_stop, __ATOMIC_SEQ_CST))
        pthread_cond_wait(&pool->wake, &pool->mutex);
      __atomic_fetch_sub(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
      pthread_mutex_unlock(&pool->mutex);
    }
    if (__atomic_load_n(&pool->must_stop, __ATOMIC_ACQUIRE)) return NULL;
    uint32_t done = lite_thread_do_shares(pool, own->index);
    if (done > 0 && __atomic_sub_fetch(&pool->unfinished, done, __ATOMIC_SEQ_CST) == 0 &&
        __atomic_load_n(&pool->is_waiting, __ATOMIC_SEQ_CST)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static inline void lite_threads_wake(lite_threads *pool) {
  if (__atomic_load_n(&pool->sleeping, __ATOMIC_SEQ_CST) == 0) return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

/* Makes `count` workers, the caller's thread counted; fewer when the system refuses threads. NULL without memory. */
static inline lite_threads *lite_threads_create(int count) {
  if (count < 1) return NULL;
  size_t ranges = sizeof(lite_threads), workers = ranges + sizeof(lite_thread_range) * (size_t)count;
  void *memory = lite_allocate_zeroed(workers + sizeof(lite_thread_worker) * (size_t)count);
  if (!memory) return NULL;
  lite_threads *pool = (lite_threads *)memory;
  pool->ranges = (lite_thread_range *)((char *)memory + ranges);
  pool->workers = (lite_thread_worker *)((char *)memory + workers);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->count = count;
  for (int index = 1; index < count; index++) {
    pool->workers[index].pool = pool;
    pool->workers[index].index = index;
    if (pthread_create(&pool->workers[index].thread, NULL, lite_thread_main, &pool->workers[index]) != 0) {
      /* Workers look at `count` only when they have shares, and so far nobody has. */
      pool->count = index;
      break;
    }
  }
  return pool;
}

/* Calls work(context, share, worker) for each of the shares, at most LITE_MAXIMUM_SHARES; returns when all are done. */
static inline void lite_threads_run(lite_threads *pool, lite_thread_work work, const void *context, int shares) {
  pool->work = work;
  pool->context = context;
  pool->generation++;
  __atomic_store_n(&pool->unfinished, (uint32_t)shares, __ATOMIC_RELAXED);
  for (int index = pool->count - 1; index >= 0; index--) {
    uint64_t first = (uint64_t)shares * (uint64_t)index / (uint64_t)pool->count;
    uint64_t end = (uint64_t)shares * ((uint64_t)index + 1) / (uint64_t)pool->count;
    __atomic_store_n(&pool->ranges[index].word, (uint64_t)pool->generation << 32 | end << 16 | first, __ATOMIC_SEQ_CST);
  }
  lite_threads_wake(pool);
  uint32_t done = lite_thread_do_shares(pool, 0);
  if (__atomic_sub_fetch(&pool->unfinished, done, __ATOMIC_SEQ_CST) == 0) return;
  uint64_t limit = lite_clock_nanoseconds() + LITE_SPIN_NANOSECONDS;
  for (uint32_t spin = 1; __atomic_load_n(&pool->unfinished, __ATOMIC_ACQUIRE) > 0; spin++) {
    if (spin % 16 == 0 && lite_clock_nanoseconds() >= limit) break;
    lite_spin_pause();
  }
  if (__atomic_load_n(&pool->unfinished, __ATOMIC_ACQUIRE) == 0) return;
  pthread_mutex_lock(&pool->mutex);
  __atomic_store_n(&pool->is_waiting, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&pool->unfinished, __ATOMIC_SEQ_CST) > 0) pthread_cond_wait(&pool->done, &pool->mutex);
  __atomic_store_n(&pool->is_waiting, 0, __ATOMIC_SEQ_CST);
  pthread_mutex_unlock(&pool->mutex);
}

/* Ends the threads and the pool. */
static inline void lite_threads_destroy(lite_threads *pool) {
  __atomic_store_n(&pool->must_stop, 1, __ATOMIC_SEQ_CST);
  lite_threads_wake(pool);
  for (int index = 1; index < pool->count; index++) pthread_join(pool->workers[index].thread, NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  lite_release(pool);
}

/* Takes a share that a caller of the library hands out; 0 when it was taken before. */
static inline int lite_share_claim(uint8_t *share) { return !__atomic_exchange_n(share, 1, __ATOMIC_ACQ_REL); }
#endif
