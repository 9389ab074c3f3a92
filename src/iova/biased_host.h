/* SPDX-License-Identifier: MIT */
/*
 * A lock that costs its owner no atomic operation.
 *
 * Data of one simulated CPU is nearly always used by the one thread that owns
 * the CPU; now and then another thread must look at it. The owner announces
 * itself with a plain store and checks with a plain load that nobody wants to
 * get in; the other side pays for both with a barrier on all threads:
 *
 *   owner                          visitor (holds .lock)
 *   busy = 1                       shut |= VISITOR
 *   compiler barrier               host_heavy_barrier()
 *   shut? -> busy = 0, use .lock   wait until busy == 0
 *   ... data ...                   ... data ...
 *   busy = 0 (release)             shut &= ~VISITOR (release)
 *
 * Where that barrier is not to be had (sanitized builds), and for data without
 * an owner, the lock is shut for good and everybody uses .lock.
 *
 * B1  Either the owner sees shut, or the visitor sees busy: the heavy barrier
 *     falls before the owner's load (which then sees shut) or after its store
 *     (which the visitor then sees).
 * B2  Only the thread that owns the CPU calls biased_enter() on an open lock,
 *     and the section it guards neither sleeps nor calls out, so busy is
 *     cleared soon and no interrupt handler can find it set by its own thread.
 * B3  .lock excludes visitors from one another, and from an owner that found
 *     the lock shut. It is taken with interrupts off: sections under it call
 *     out, and a handler on the same thread may want it.
 * B4  A CPU that changes its owner does so through host_cpu_bind(), which
 *     orders the sections of the old owner before those of the new one.
 * Tests: tests/unit/iova/test_biased.c
 */
#ifndef DMASIM_IOVA_BIASED_HOST_H
#define DMASIM_IOVA_BIASED_HOST_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <asm/barrier.h>

#include "host/host.h"

#define BIASED_NEVER (1u << 0) /* no owner, or no heavy barrier */
#define BIASED_VISITOR (1u << 1) /* a visitor is inside or waits */

/**
 * struct biased_lock - see above
 * @busy: the owner is inside; written by the owner only while open
 * @shut: BIASED_* bits; VISITOR is protected by @lock
 * @lock: the ordinary lock
 */
struct biased_lock {
	u32 busy;
	u32 shut;
	spinlock_t lock;
};

/* @owned: a thread owns the data, and host_heavy_barrier() returned true. */
static inline void biased_init(struct biased_lock *l, bool owned)
{
	l->busy = 0;
	l->shut = owned ? 0 : BIASED_NEVER;
	spin_lock_init(&l->lock);
}

/* False: the lock is shut, use biased_lock_shared(). */
static __always_inline bool biased_enter(struct biased_lock *l)
{
	WRITE_ONCE(l->busy, 1);
	barrier();
	if (likely(!smp_load_acquire(&l->shut)))
		return true;
	smp_store_release(&l->busy, 0);
	return false;
}

static __always_inline void biased_leave(struct biased_lock *l)
{
	smp_store_release(&l->busy, 0);
}

/* For the owner that found the lock shut, and for users without an owner. */
#define biased_lock_shared(l, flags) spin_lock_irqsave(&(l)->lock, flags)
#define biased_unlock_shared(l, flags) spin_unlock_irqrestore(&(l)->lock, flags)

static inline void __biased_visit(struct biased_lock *l)
{
	u32 shut = READ_ONCE(l->shut);

	if (shut & BIASED_NEVER)
		return;
	WRITE_ONCE(l->shut, shut | BIASED_VISITOR);
	host_heavy_barrier();
	while (smp_load_acquire(&l->busy))
		host_yield();
}

static inline void __biased_unvisit(struct biased_lock *l)
{
	u32 shut = READ_ONCE(l->shut);

	smp_store_release(&l->shut, shut & ~BIASED_VISITOR);
}

/* For everybody but the owner. May wait for the owner's section to end. */
#define biased_visit(l, flags)                        \
	do {                                          \
		spin_lock_irqsave(&(l)->lock, flags); \
		__biased_visit(l);                    \
	} while (0)

#define biased_unvisit(l, flags)                           \
	do {                                               \
		__biased_unvisit(l);                       \
		spin_unlock_irqrestore(&(l)->lock, flags); \
	} while (0)

#endif
