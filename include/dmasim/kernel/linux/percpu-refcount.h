/* SPDX-License-Identifier: MIT */
/*
 * A reference count that can be killed and waited for.
 *
 * Same:    initial reference, kill, tryget_live, release callback, resurrect,
 *          reinit.
 * Reduced: always counts in one atomic; init cannot fail for want of memory;
 *          mode switches are immediate.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PERCPU_REFCOUNT_H
#define _DMASIM_LINUX_PERCPU_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/types.h>

struct percpu_ref;
typedef void(percpu_ref_func_t)(struct percpu_ref *ref);

enum {
	PERCPU_REF_INIT_ATOMIC = 1 << 0,
	PERCPU_REF_INIT_DEAD = 1 << 1,
	PERCPU_REF_ALLOW_REINIT = 1 << 2,
};

/**
 * struct percpu_ref - see percpu_ref_init()
 * @count: references, the initial one included while alive
 * @dead: percpu_ref_kill() was called
 * @release: called when @count reaches 0
 */
struct percpu_ref {
	atomic_long_t count;
	unsigned int dead;
	percpu_ref_func_t *release;
};

int __must_check percpu_ref_init(struct percpu_ref *ref,
				 percpu_ref_func_t *release, unsigned int flags,
				 gfp_t gfp);
void percpu_ref_exit(struct percpu_ref *ref);
void percpu_ref_switch_to_atomic(struct percpu_ref *ref,
				 percpu_ref_func_t *confirm_switch);
void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref);
void percpu_ref_switch_to_percpu(struct percpu_ref *ref);
void percpu_ref_kill_and_confirm(struct percpu_ref *ref,
				 percpu_ref_func_t *confirm_kill);
void percpu_ref_resurrect(struct percpu_ref *ref);
void percpu_ref_reinit(struct percpu_ref *ref);

static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	percpu_ref_kill_and_confirm(ref, NULL);
}

static inline bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	return smp_load_acquire(&ref->dead) != 0;
}

static inline bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return atomic_long_read(&ref->count) == 0;
}

static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	atomic_long_add((long)nr, &ref->count);
}

static inline void percpu_ref_get(struct percpu_ref *ref)
{
	percpu_ref_get_many(ref, 1);
}

static inline bool percpu_ref_tryget_many(struct percpu_ref *ref,
					  unsigned long nr)
{
	return atomic_long_add_unless(&ref->count, (long)nr, 0);
}

static inline bool percpu_ref_tryget(struct percpu_ref *ref)
{
	return percpu_ref_tryget_many(ref, 1);
}

static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	if (unlikely(atomic_long_sub_and_test((long)nr, &ref->count)))
		ref->release(ref);
}

static inline void percpu_ref_put(struct percpu_ref *ref)
{
	percpu_ref_put_many(ref, 1);
}

/**
 * percpu_ref_tryget_live() - take a reference unless the count was killed
 *
 * Counts first and looks afterwards, so that a killer who saw the count
 * without this reference is seen here.
 */
static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	if (percpu_ref_is_dying(ref) || !percpu_ref_tryget(ref))
		return false;
	if (likely(!percpu_ref_is_dying(ref)))
		return true;
	percpu_ref_put(ref);
	return false;
}

static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	return percpu_ref_tryget_live(ref);
}

#endif
