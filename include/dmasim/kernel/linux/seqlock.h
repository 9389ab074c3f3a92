/* SPDX-License-Identifier: MIT */
/*
 * Sequence counters and sequence locks.
 *
 * Built on __atomic loads and read-modify-writes instead of fences, because
 * the thread sanitizer does not understand fences. Readers of the protected
 * data must use READ_ONCE() for it to stay quiet.
 *
 * same:    seqcount_t, seqcount_spinlock_t and relatives, seqlock_t: begin,
 *          retry, write begin/end, irqsave/bh forms, latch absent
 * reduced: associated lock types are the plain counter
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SEQLOCK_H
#define _DMASIM_LINUX_SEQLOCK_H

#include <linux/spinlock.h>
#include <linux/seqlock_types.h>
#include <linux/kernel.h>

#define seqcount_init(s) __atomic_store_n(&(s)->sequence, 0, __ATOMIC_RELAXED)
#define SEQCNT_ZERO(name)     \
	{                     \
		.sequence = 0 \
	}

#define seqcount_spinlock_init(s, lock) seqcount_init(s)
#define seqcount_raw_spinlock_init(s, lock) seqcount_init(s)
#define seqcount_rwlock_init(s, lock) seqcount_init(s)
#define seqcount_mutex_init(s, lock) seqcount_init(s)
#define SEQCNT_SPINLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_RAW_SPINLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_MUTEX_ZERO(name, lock) SEQCNT_ZERO(name)

void lib_seq_wait(const seqcount_t *s);

static inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seen;

	for (;;) {
		seen = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
		if (likely(!(seen & 1)))
			return seen;
		lib_seq_wait(s);
	}
}

/* A read-modify-write cannot move before the data loads it follows. */
static inline int read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	return __atomic_fetch_add((u32 *)&s->sequence, 0, __ATOMIC_ACQ_REL) !=
	       start;
}

static inline unsigned int raw_read_seqcount(const seqcount_t *s)
{
	return __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
}

#define raw_read_seqcount_begin(s) read_seqcount_begin(s)
#define __read_seqcount_begin(s) read_seqcount_begin(s)
#define __read_seqcount_retry(s, v) read_seqcount_retry(s, v)

static inline void write_seqcount_begin(seqcount_t *s)
{
	preempt_disable();
	__atomic_fetch_add(&s->sequence, 1, __ATOMIC_ACQ_REL);
}

static inline void write_seqcount_end(seqcount_t *s)
{
	__atomic_fetch_add(&s->sequence, 1, __ATOMIC_RELEASE);
	preempt_enable();
}

#define raw_write_seqcount_begin(s) write_seqcount_begin(s)
#define raw_write_seqcount_end(s) write_seqcount_end(s)
#define write_seqcount_begin_nested(s, sub) write_seqcount_begin(s)

static inline void write_seqcount_invalidate(seqcount_t *s)
{
	__atomic_fetch_add(&s->sequence, 2, __ATOMIC_ACQ_REL);
}

#define __SEQLOCK_UNLOCKED(name)                   \
	{                                          \
		.lock = __SPIN_LOCK_UNLOCKED(name) \
	}
#define DEFINE_SEQLOCK(x) seqlock_t x = __SEQLOCK_UNLOCKED(x)

static inline void seqlock_init(seqlock_t *sl)
{
	spin_lock_init(&sl->lock);
	seqcount_init(&sl->seqcount);
}

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl,
					 unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

static inline void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock(&sl->lock);
}

#define write_seqlock_irqsave(sl, flags)               \
	do {                                           \
		spin_lock_irqsave(&(sl)->lock, flags); \
		write_seqcount_begin(&(sl)->seqcount); \
	} while (0)
#define write_sequnlock_irqrestore(sl, flags)               \
	do {                                                \
		write_seqcount_end(&(sl)->seqcount);        \
		spin_unlock_irqrestore(&(sl)->lock, flags); \
	} while (0)
#define write_seqlock_irq(sl)                          \
	do {                                           \
		spin_lock_irq(&(sl)->lock);            \
		write_seqcount_begin(&(sl)->seqcount); \
	} while (0)
#define write_sequnlock_irq(sl)                      \
	do {                                         \
		write_seqcount_end(&(sl)->seqcount); \
		spin_unlock_irq(&(sl)->lock);        \
	} while (0)
#define write_seqlock_bh(sl)                           \
	do {                                           \
		spin_lock_bh(&(sl)->lock);             \
		write_seqcount_begin(&(sl)->seqcount); \
	} while (0)
#define write_sequnlock_bh(sl)                       \
	do {                                         \
		write_seqcount_end(&(sl)->seqcount); \
		spin_unlock_bh(&(sl)->lock);         \
	} while (0)

#define read_seqlock_excl(sl) spin_lock(&(sl)->lock)
#define read_sequnlock_excl(sl) spin_unlock(&(sl)->lock)

#endif
