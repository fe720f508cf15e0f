/* A few threads that do one piece of work together, again and again. They belong to their maker: no global pool.
 * Work is handed out without a lock while the threads are awake; after a short spin they sleep until there is more. */
#ifndef LITE_THREADS_H
#define LITE_THREADS_H
#include "lite_allocation.h"
#include <pthread.h>
#include <stdint.h>

typedef void (*lite_thread_work)(const void *context, int index, int count);

typedef struct lite_threads {
  pthread_mutex_t mutex;
  pthread_cond_t wake;             /* there is work, or the end */
  pthread_cond_t done;             /* the last thread has finished */
  uint32_t generation;             /* counts pieces of work */
  uint32_t pending;                /* threads that are still at work */
  uint32_t sleeping;
  uint32_t is_waiting;             /* the caller sleeps until `done` */
  uint32_t must_stop;
  int count;                       /* threads, the caller not counted */
  lite_thread_work work;
  const void *context;
  pthread_t *threads;
  struct lite_thread_start { struct lite_threads *pool; int index; } *starts;
} lite_threads;

static inline void lite_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Some ten microseconds: longer than the pause between two steps of a plan. */
enum { LITE_SPINS = 2000 };

static inline void *lite_thread_main(void *start) {
  struct lite_thread_start *own = (struct lite_thread_start *)start;
  lite_threads *pool = own->pool;
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < LITE_SPINS && __atomic_load_n(&pool->generation, __ATOMIC_ACQUIRE) == seen; spin++) lite_spin_pause();
    if (__atomic_load_n(&pool->generation, __ATOMIC_ACQUIRE) == seen) {
      pthread_mutex_lock(&pool->mutex);
      /* Ordered against lite_threads_run: either it sees the sleeper, or the sleeper sees the work. */
      __atomic_fetch_add(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
      while (__atomic_load_n(&pool->generation, __ATOMIC_SEQ_CST) == seen) pthread_cond_wait(&pool->wake, &pool->mutex);
      __atomic_fetch_sub(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
      pthread_mutex_unlock(&pool->mutex);
    }
    seen++;
    if (__atomic_load_n(&pool->must_stop, __ATOMIC_ACQUIRE)) return NULL;
    pool->work(pool->context, own->index + 1, pool->count + 1);
    if (__atomic_sub_fetch(&pool->pending, 1, __ATOMIC_SEQ_CST) == 0 && __atomic_load_n(&pool->is_waiting, __ATOMIC_SEQ_CST)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static inline void lite_threads_announce(lite_threads *pool) {
  __atomic_fetch_add(&pool->generation, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&pool->sleeping, __ATOMIC_SEQ_CST) > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
  }
}

/* Makes up to `count` threads besides the caller's. NULL without memory; fewer threads when the system refuses. */
static inline lite_threads *lite_threads_create(int count) {
  lite_threads *pool = (lite_threads *)lite_allocate_zeroed(sizeof *pool);
  if (!pool) return NULL;
  pool->threads = (pthread_t *)lite_allocate_zeroed(((size_t)count + 1) * sizeof *pool->threads);
  pool->starts = (struct lite_thread_start *)lite_allocate_zeroed(((size_t)count + 1) * sizeof *pool->starts);
  if (!pool->threads || !pool->starts) {
    lite_release(pool->threads);
    lite_release(pool->starts);
    lite_release(pool);
    return NULL;
  }
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  for (int index = 0; index < count; index++) {
    pool->starts[index].pool = pool;
    pool->starts[index].index = index;
    if (pthread_create(&pool->threads[index], NULL, lite_thread_main, &pool->starts[index]) != 0) break;
    pool->count = index + 1;
  }
  return pool;
}

/* Calls work(context, index, count) for every index at one time, 0 on the calling thread; returns when all are done. */
static inline void lite_threads_run(lite_threads *pool, lite_thread_work work, const void *context) {
  if (pool->count == 0) {
    work(context, 0, 1);
    return;
  }
  pool->work = work;
  pool->context = context;
  __atomic_store_n(&pool->pending, (uint32_t)pool->count, __ATOMIC_RELEASE);
  lite_threads_announce(pool);
  work(context, 0, pool->count + 1);
  for (int spin = 0; spin < LITE_SPINS && __atomic_load_n(&pool->pending, __ATOMIC_ACQUIRE) > 0; spin++) lite_spin_pause();
  if (__atomic_load_n(&pool->pending, __ATOMIC_ACQUIRE) > 0) {
    pthread_mutex_lock(&pool->mutex);
    __atomic_store_n(&pool->is_waiting, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&pool->pending, __ATOMIC_SEQ_CST) > 0) pthread_cond_wait(&pool->done, &pool->mutex);
    __atomic_store_n(&pool->is_waiting, 0, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&pool->mutex);
  }
}

/* Ends the threads and the pool. */
static inline void lite_threads_destroy(lite_threads *pool) {
  __atomic_store_n(&pool->must_stop, 1, __ATOMIC_RELEASE);
  if (pool->count > 0) lite_threads_announce(pool);
  for (int index = 0; index < pool->count; index++) pthread_join(pool->threads[index], NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  lite_release(pool->starts);
  lite_release(pool->threads);
  lite_release(pool);
}
#endif
