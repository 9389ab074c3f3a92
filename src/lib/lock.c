/* SPDX-License-Identifier: MIT */
/*
 * The slow halves of locks, and the sleeping locks as a whole.
 *
 * Spinning: a word that stays taken makes the thread yield until it is free. The
 * word names the owner, so waiting for oneself is found in every build. Debug
 * builds keep a list of the spinlocks a thread holds with the places that took
 * them, for that report and for "scheduling while atomic".
 *
 * Sleeping locks are one compare-exchange while nobody contends. A task that
 * finds one taken waits in lib_sched_wait() with "try to take it" as the
 * condition; waiters are counted so that an uncontended release stays cheap.
 *
 * L1  A lock word changes from free to taken only by compare-exchange with
 *     acquire order, and back with release order.
 * L2  A waiter raises .waiters before its last look at the word, a releaser
 *     frees the word before it looks at .waiters: nobody sleeps for ever.
 *
 * Locks: may be called with none of src/lib's held.
 * Tests: tests/unit/lib/test_lock.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>

#define MAX_HELD 40
#define NR_HELD_LISTS 128

/**
 * struct held_locks - spinlocks a thread holds (debug builds)
 * @nr: in use; may exceed MAX_HELD, what is above is not recorded
 */
struct held_locks {
	unsigned int nr;
	struct {
		const void *lock;
		const void *place;
	} held[MAX_HELD];
};

/* Static, because a thread's list outlives a machine. */
static struct {
	struct held_locks locks;
	bool taken;
} held_pool[NR_HELD_LISTS];

/* This thread's list; NULL if there are too many threads: nothing is noted. */
static struct held_locks *my_locks(void)
{
	unsigned int i;

	for (i = 0; !dmasim_self.locks && i < NR_HELD_LISTS; i++) {
		if (__atomic_exchange_n(&held_pool[i].taken, true,
					__ATOMIC_ACQUIRE))
			continue;
		held_pool[i].locks.nr = 0;
		dmasim_self.locks = &held_pool[i].locks;
	}
	return dmasim_self.locks;
}

/** lib_locks_forget() - the calling thread ends: its list is free again. */
void lib_locks_forget(void)
{
	unsigned long off = (char *)dmasim_self.locks - (char *)held_pool;

	if (!dmasim_self.locks)
		return;
	dmasim_self.locks = NULL;
	__atomic_store_n(&held_pool[off / sizeof(held_pool[0])].taken, false,
			 __ATOMIC_RELEASE);
}

/** lib_spin_note_lock() - debug: the caller's caller took @lock. */
void lib_spin_note_lock(const void *lock)
{
	struct held_locks *mine = my_locks();

	if (!mine)
		return;
	if (mine->nr < MAX_HELD) {
		mine->held[mine->nr].lock = lock;
		mine->held[mine->nr].place = __builtin_return_address(0);
	}
	mine->nr++;
}
EXPORT_SYMBOL(lib_spin_note_lock);

/**
 * lib_spin_note_unlock() - debug: @lock is about to be released
 *
 * A lock taken by code that is built without checks is not in the list.
 */
void lib_spin_note_unlock(const void *lock)
{
	struct held_locks *mine = dmasim_self.locks;
	unsigned int i;

	if (!mine || !mine->nr)
		return;
	if (mine->nr > MAX_HELD) {
		mine->nr--;
		return;
	}
	for (i = mine->nr; i--;)
		if (mine->held[i].lock == lock)
			break;
	if (i == ~0u)
		return;
	mine->nr--;
	for (; i < mine->nr; i++)
		mine->held[i] = mine->held[i + 1];
}
EXPORT_SYMBOL(lib_spin_note_unlock);

/** lib_spin_bad_unlock() - debug: a lock is released by who does not own it. */
void lib_spin_bad_unlock(const void *lock, u32 owner)
{
	panic("spinlock %p released by thread %u, owner is %u%s", lock,
	      dmasim_self.tid, owner & ~DMASIM_LOCK_HELD,
	      owner ? "" : " (it is free)");
}
EXPORT_SYMBOL(lib_spin_bad_unlock);

static void __noreturn self_deadlock(const void *lock, const void *here)
{
	const struct held_locks *mine = dmasim_self.locks;
	char first[96] = "a place not recorded", second[96];
	unsigned int i;

	for (i = 0; mine && i < min_t(unsigned int, mine->nr, MAX_HELD); i++)
		if (mine->held[i].lock == lock)
			lib_symbol(mine->held[i].place, first, sizeof(first));
	panic("spinlock %p taken twice by one thread: first at %s, again at %s",
	      lock, first, lib_symbol(here, second, sizeof(second)));
}

/**
 * lib_spin_slow() - take a spinlock that was found taken
 * @lock: the lock
 *
 * Context: any. Panics if the owner is the caller.
 */
void lib_spin_slow(raw_spinlock_t *lock)
{
	lib_threads_running(); /* gives the thread its number */
	do {
		u32 owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

		if (owner == lib_spin_self())
			self_deadlock(lock, __builtin_return_address(0));
		if (owner)
			lib_yield();
	} while (!lib_spin_try(lock));
}
EXPORT_SYMBOL(lib_spin_slow);

/** lib_read_slow() - take a rwlock for reading that was found taken. */
void lib_read_slow(rwlock_t *lock)
{
	do {
		if (__atomic_load_n(&lock->writer, __ATOMIC_RELAXED) ==
			    dmasim_self.tid &&
		    dmasim_self.tid)
			self_deadlock(lock, __builtin_return_address(0));
		lib_yield();
	} while (!lib_read_try(lock));
}
EXPORT_SYMBOL(lib_read_slow);

/** lib_write_slow() - take a rwlock for writing that was found taken. */
void lib_write_slow(rwlock_t *lock)
{
	do {
		if (__atomic_load_n(&lock->writer, __ATOMIC_RELAXED) ==
			    dmasim_self.tid &&
		    dmasim_self.tid)
			self_deadlock(lock, __builtin_return_address(0));
		lib_yield();
	} while (!lib_write_try(lock));
}
EXPORT_SYMBOL(lib_write_slow);

/** lib_seq_wait() - a writer is inside; let it finish. */
void lib_seq_wait(const seqcount_t *s)
{
	lib_yield();
}
EXPORT_SYMBOL(lib_seq_wait);

/* ---- who holds it? ------------------------------------------------------ */

/** lib_raw_spin_held() - does this thread hold @lock? */
int lib_raw_spin_held(const raw_spinlock_t *lock)
{
	return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) ==
	       lib_spin_self();
}
EXPORT_SYMBOL(lib_raw_spin_held);

/** lib_spin_held() - does this thread hold @lock? */
int lib_spin_held(const spinlock_t *lock)
{
	return lib_raw_spin_held(&lock->rlock);
}
EXPORT_SYMBOL(lib_spin_held);

/** lib_rwlock_held() - does anybody read, or this thread write, @arg? */
int lib_rwlock_held(const void *arg)
{
	const rwlock_t *lock = arg;
	u32 count = __atomic_load_n(&lock->count, __ATOMIC_RELAXED);

	if (count & DMASIM_RWLOCK_WRITER)
		return __atomic_load_n(&lock->writer, __ATOMIC_RELAXED) ==
		       dmasim_self.tid;
	return count != 0;
}
EXPORT_SYMBOL(lib_rwlock_held);

/** lib_mutex_held() - does this task hold @lock? */
int lib_mutex_held(const struct mutex *lock)
{
	return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) ==
	       (unsigned long)current;
}
EXPORT_SYMBOL(lib_mutex_held);

/** lib_rwsem_held() - does anybody read, or this task write, @sem? */
int lib_rwsem_held(const struct rw_semaphore *sem)
{
	u32 count = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);

	if (count == RWSEM_LIB_WRITER)
		return __atomic_load_n(&sem->owner, __ATOMIC_RELAXED) ==
		       (unsigned long)current;
	return count != 0;
}
EXPORT_SYMBOL(lib_rwsem_held);

/** lib_lock_unknown_held() - a kind of lock that knows no owner: true. */
int lib_lock_unknown_held(const void *lock)
{
	return 1;
}
EXPORT_SYMBOL(lib_lock_unknown_held);

/* ---- mutex -------------------------------------------------------------- */

/** struct taking - a lock and who wants it; others may look on his behalf. */
struct taking {
	void *lock;
	unsigned long task;
};

static bool mutex_take(struct mutex *lock, unsigned long task)
{
	unsigned long nobody = 0;

	return __atomic_compare_exchange_n(&lock->owner, &nobody, task, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static bool mutex_ready(void *arg)
{
	struct taking *t = arg;

	return mutex_take(t->lock, t->task);
}

/**
 * mutex_lock() - take a mutex, waiting for it if needed
 * @lock: not held by the caller; that panics
 *
 * Context: process, may sleep.
 */
void mutex_lock(struct mutex *lock)
{
	struct taking t = { lock, (unsigned long)current };

	might_sleep();
	if (likely(mutex_take(lock, t.task)))
		return;
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == t.task)
		panic("mutex %p locked twice by %s-%d", lock, current->comm,
		      current->pid);
	__atomic_fetch_add(&lock->waiters, 1, __ATOMIC_SEQ_CST);
	lib_sched_wait(mutex_ready, &t, LIB_NEVER, "a mutex");
	__atomic_fetch_sub(&lock->waiters, 1, __ATOMIC_SEQ_CST);
}
EXPORT_SYMBOL(mutex_lock);

/**
 * mutex_trylock() - take a mutex if it is free
 * @lock: the mutex
 *
 * Context: process; does not sleep. Return: 1 if taken, 0 if not.
 */
int mutex_trylock(struct mutex *lock)
{
	return mutex_take(lock, (unsigned long)current);
}
EXPORT_SYMBOL(mutex_trylock);

/**
 * mutex_unlock() - release a mutex
 * @lock: held by the caller; WARNs otherwise
 *
 * Context: process.
 */
void mutex_unlock(struct mutex *lock)
{
	unsigned long owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

	WARN(owner != (unsigned long)current,
	     "mutex %p released by %s-%d, which does not own it", lock,
	     current->comm, current->pid);
	__atomic_store_n(&lock->owner, 0, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&lock->waiters, __ATOMIC_SEQ_CST))
		lib_sched_kick();
}
EXPORT_SYMBOL(mutex_unlock);

/**
 * atomic_dec_and_mutex_lock() - drop a reference; the last one locks
 * @cnt: the count
 * @lock: taken if @cnt became 0
 *
 * Context: process, may sleep. Return: 1 with @lock held, else 0.
 */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (!atomic_dec_and_test(cnt)) {
		mutex_unlock(lock);
		return 0;
	}
	return 1;
}
EXPORT_SYMBOL(atomic_dec_and_mutex_lock);

/* ---- rw_semaphore ------------------------------------------------------- */

static bool read_take(struct rw_semaphore *sem)
{
	u32 seen = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);

	do {
		if (seen == RWSEM_LIB_WRITER)
			return false;
	} while (!__atomic_compare_exchange_n(&sem->count, &seen, seen + 1,
					      true, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	return true;
}

static bool write_take(struct rw_semaphore *sem, unsigned long task)
{
	u32 seen = 0;

	if (!__atomic_compare_exchange_n(&sem->count, &seen, RWSEM_LIB_WRITER,
					 false, __ATOMIC_SEQ_CST,
					 __ATOMIC_RELAXED))
		return false;
	__atomic_store_n(&sem->owner, task, __ATOMIC_RELAXED);
	return true;
}

static bool read_ready(void *arg)
{
	return read_take(((struct taking *)arg)->lock);
}

static bool write_ready(void *arg)
{
	struct taking *t = arg;

	return write_take(t->lock, t->task);
}

static void rwsem_wait(struct rw_semaphore *sem, bool (*ready)(void *arg),
		       const char *what)
{
	struct taking t = { sem, (unsigned long)current };

	if (__atomic_load_n(&sem->owner, __ATOMIC_RELAXED) == t.task)
		panic("rw_semaphore %p taken twice by %s-%d", sem,
		      current->comm, current->pid);
	__atomic_fetch_add(&sem->waiters, 1, __ATOMIC_SEQ_CST);
	lib_sched_wait(ready, &t, LIB_NEVER, what);
	__atomic_fetch_sub(&sem->waiters, 1, __ATOMIC_SEQ_CST);
}

static void rwsem_released(struct rw_semaphore *sem)
{
	if (__atomic_load_n(&sem->waiters, __ATOMIC_SEQ_CST))
		lib_sched_kick();
}

/** down_read() - take for reading. Context: process, may sleep. */
void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	if (!read_take(sem))
		rwsem_wait(sem, read_ready, "a rw_semaphore (read)");
}
EXPORT_SYMBOL(down_read);

/** down_read_trylock() - Return: 1 if taken, 0 if a writer has it. */
int down_read_trylock(struct rw_semaphore *sem)
{
	return read_take(sem);
}
EXPORT_SYMBOL(down_read_trylock);

/** up_read() - release after down_read(). Context: any. */
void up_read(struct rw_semaphore *sem)
{
	__atomic_fetch_sub(&sem->count, 1, __ATOMIC_SEQ_CST);
	rwsem_released(sem);
}
EXPORT_SYMBOL(up_read);

/** down_write() - take for writing. Context: process, may sleep. */
void down_write(struct rw_semaphore *sem)
{
	might_sleep();
	if (!write_take(sem, (unsigned long)current))
		rwsem_wait(sem, write_ready, "a rw_semaphore (write)");
}
EXPORT_SYMBOL(down_write);

/** down_write_trylock() - Return: 1 if taken, 0 if not. */
int down_write_trylock(struct rw_semaphore *sem)
{
	return write_take(sem, (unsigned long)current);
}
EXPORT_SYMBOL(down_write_trylock);

/** up_write() - release after down_write(). Context: process. */
void up_write(struct rw_semaphore *sem)
{
	WARN_ON(!lib_rwsem_held(sem));
	__atomic_store_n(&sem->owner, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&sem->count, 0, __ATOMIC_SEQ_CST);
	rwsem_released(sem);
}
EXPORT_SYMBOL(up_write);

/** downgrade_write() - go from writing to reading without a gap. */
void downgrade_write(struct rw_semaphore *sem)
{
	__atomic_store_n(&sem->owner, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&sem->count, 1, __ATOMIC_SEQ_CST);
	rwsem_released(sem);
}
EXPORT_SYMBOL(downgrade_write);

/* ---- semaphore ---------------------------------------------------------- */

static bool sema_take(void *arg)
{
	struct semaphore *sem = arg;
	u32 seen = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);

	while (seen)
		if (__atomic_compare_exchange_n(&sem->count, &seen, seen - 1,
						true, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

/** down() - take one unit. Context: process, may sleep. */
void down(struct semaphore *sem)
{
	might_sleep();
	if (!sema_take(sem))
		lib_sched_wait(sema_take, sem, LIB_NEVER, "a semaphore");
}
EXPORT_SYMBOL(down);

/** down_trylock() - Return: 0 if a unit was taken, 1 if there is none. */
int down_trylock(struct semaphore *sem)
{
	return !sema_take(sem);
}
EXPORT_SYMBOL(down_trylock);

/**
 * down_timeout() - take one unit within a time
 * @sem: the semaphore
 * @jiffies_left: limit in jiffies
 *
 * Context: process, may sleep. Return: 0 or -ETIME.
 */
int down_timeout(struct semaphore *sem, long jiffies_left)
{
	return lib_sched_wait(sema_take, sem,
			      lib_now() + (u64)jiffies_left * TICK_NSEC,
			      "a semaphore");
}
EXPORT_SYMBOL(down_timeout);

/** up() - give one unit back. Context: any. */
void up(struct semaphore *sem)
{
	__atomic_fetch_add(&sem->count, 1, __ATOMIC_RELEASE);
	lib_sched_kick();
}
EXPORT_SYMBOL(up);
