/* Counts what the whole process asks of the allocator and of mutexes: the functions below replace libc's. */
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
/* Whether anything is counted: not in a build with a sanitizer. */
int allocations_are_counted(void);
/* Calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and memalign since the process began. */
long allocation_count(void);
/* Calls of free with something to free. */
long release_count(void);
/* Calls of pthread_mutex_lock. */
long lock_count(void);
#endif
