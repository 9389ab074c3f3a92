/* SPDX-License-Identifier: MIT */
/*
 * Read-copy-update.
 *
 * A reader publishes the grace-period number it entered with in its task; a
 * writer raises the number and waits until no task shows an older one. All of
 * it is __atomic operations, so the thread sanitizer sees why freeing is safe.
 *
 * same:    rcu_read_lock (nests), rcu_dereference*, rcu_assign_pointer,
 *          RCU_INIT_POINTER, rcu_replace_pointer, call_rcu, synchronize_rcu,
 *          rcu_barrier, kfree_rcu, kfree_rcu_mightsleep, guard(rcu)
 * reduced: callbacks run when a thread waits, in soft interrupt context;
 *          bh and sched flavours are the same RCU; the condition argument of
 *          rcu_dereference_check() is evaluated in debug builds only by sizeof
 * stub:    rcu_read_lock_held() is true outside debug builds
 */
#ifndef _DMASIM_LINUX_RCUPDATE_H
#define _DMASIM_LINUX_RCUPDATE_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/bottom_half.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/cleanup.h>
#include <linux/stddef.h>

/* Number of the current grace period; readers copy it. Never 0. */
extern u64 lib_rcu_period;
/* Readers may publish with a plain store: writers use a heavy barrier. */
extern bool lib_rcu_light_readers;

static __always_inline void rcu_read_lock(void)
{
	struct task_struct *me = current;

	if (me->rcu_nesting++)
		return;
	if (lib_rcu_light_readers) {
		__atomic_store_n(&me->rcu_ctr,
				 __atomic_load_n(&lib_rcu_period,
						 __ATOMIC_RELAXED),
				 __ATOMIC_RELAXED);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	} else {
		(void)__atomic_exchange_n(&me->rcu_ctr,
					  __atomic_load_n(&lib_rcu_period,
							  __ATOMIC_RELAXED),
					  __ATOMIC_SEQ_CST);
	}
}

static __always_inline void rcu_read_unlock(void)
{
	struct task_struct *me = current;

	if (--me->rcu_nesting == 0)
		__atomic_store_n(&me->rcu_ctr, 0, __ATOMIC_RELEASE);
}

static __always_inline void rcu_read_lock_bh(void)
{
	local_bh_disable();
	rcu_read_lock();
}

static __always_inline void rcu_read_unlock_bh(void)
{
	rcu_read_unlock();
	local_bh_enable();
}

static __always_inline void rcu_read_lock_sched(void)
{
	preempt_disable();
	rcu_read_lock();
}

static __always_inline void rcu_read_unlock_sched(void)
{
	rcu_read_unlock();
	preempt_enable();
}

static inline int rcu_read_lock_held(void)
{
#ifdef DMASIM_DEBUG
	return current->rcu_nesting != 0;
#else
	return 1;
#endif
}

#define rcu_read_lock_bh_held() rcu_read_lock_held()
#define rcu_read_lock_sched_held() rcu_read_lock_held()
#define rcu_read_lock_any_held() rcu_read_lock_held()
#define rcu_lockdep_assert(c, s) \
	do {                     \
		(void)sizeof(c); \
	} while (0)
#define RCU_LOCKDEP_WARN(c, s)   \
	do {                     \
		(void)sizeof(c); \
	} while (0)
#define rcu_sleep_check() \
	do {              \
	} while (0)
#define rcu_is_watching() (true)

void call_rcu(struct rcu_head *head, rcu_callback_t func);
void synchronize_rcu(void);
void rcu_barrier(void);

#define call_rcu_hurry(head, func) call_rcu(head, func)
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_net() synchronize_rcu()
#define rcu_expedite_gp() \
	do {              \
	} while (0)
#define rcu_unexpedite_gp() \
	do {                \
	} while (0)

unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long cookie);
void cond_synchronize_rcu(unsigned long cookie);

/* ---- pointers ----------------------------------------------------------- */

#define rcu_access_pointer(p) \
	((typeof(*(p)) __force *)__atomic_load_n(&(p), __ATOMIC_RELAXED))
#define rcu_dereference_check(p, c)                                        \
	({                                                                 \
		(void)sizeof(c);                                           \
		(typeof(*(p)) __force *)__atomic_load_n(&(p),              \
							__ATOMIC_ACQUIRE); \
	})
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define rcu_dereference_bh(p) rcu_dereference_check(p, 0)
#define rcu_dereference_sched(p) rcu_dereference_check(p, 0)
#define rcu_dereference_raw(p) rcu_dereference_check(p, 0)
#define rcu_dereference_raw_check(p) rcu_dereference_check(p, 0)
#define rcu_dereference_bh_check(p, c) rcu_dereference_check(p, c)
#define rcu_dereference_sched_check(p, c) rcu_dereference_check(p, c)
#define rcu_dereference_protected(p, c)                                    \
	({                                                                 \
		(void)sizeof(c);                                           \
		(typeof(*(p)) __force *)__atomic_load_n(&(p),              \
							__ATOMIC_RELAXED); \
	})
#define rcu_dereference_all(p) rcu_dereference_check(p, 0)

#define rcu_assign_pointer(p, v) \
	__atomic_store_n(&(p), (typeof(p))(v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v) \
	__atomic_store_n(&(p), (typeof(p))(v), __ATOMIC_RELAXED)
#define RCU_POINTER_INITIALIZER(p, v) .p = (typeof(*v) __force __rcu *)(v)
#define RCU_INITIALIZER(v) ((typeof(*(v)) __force __rcu *)(v))
#define rcu_replace_pointer(rcu_ptr, ptr, c)                            \
	({                                                              \
		(void)sizeof(c);                                        \
		(typeof(rcu_ptr))__atomic_exchange_n(&(rcu_ptr), (ptr), \
						     __ATOMIC_ACQ_REL); \
	})
#define unrcu_pointer(p) ((typeof(*(p)) __force *)(p))
#define rcu_pointer_handoff(p) (p)
#define rcu_swap_protected(p, v, c) ((v) = rcu_replace_pointer(p, v, c))

/* ---- freeing ------------------------------------------------------------ */

void lib_call_rcu_free(struct rcu_head *head, unsigned long offset,
		       void (*free_fn)(const void *ptr));

/* The caller's file includes linux/slab.h: kfree() is the memory layer's. */
#define kfree_rcu(ptr, rhf)                                              \
	do {                                                             \
		typeof(ptr) __lib_ptr = (ptr);                           \
                                                                         \
		if (__lib_ptr)                                           \
			lib_call_rcu_free(&__lib_ptr->rhf,               \
					  offsetof(typeof(*(ptr)), rhf), \
					  kfree);                        \
	} while (0)
#define kvfree_rcu(ptr, rhf)                                             \
	do {                                                             \
		typeof(ptr) __lib_ptr = (ptr);                           \
                                                                         \
		if (__lib_ptr)                                           \
			lib_call_rcu_free(&__lib_ptr->rhf,               \
					  offsetof(typeof(*(ptr)), rhf), \
					  kvfree);                       \
	} while (0)
#define kfree_rcu_mightsleep(ptr)              \
	do {                                   \
		typeof(ptr) __lib_ptr = (ptr); \
                                               \
		if (__lib_ptr) {               \
			synchronize_rcu();     \
			kfree(__lib_ptr);      \
		}                              \
	} while (0)
#define kvfree_rcu_mightsleep(ptr)             \
	do {                                   \
		typeof(ptr) __lib_ptr = (ptr); \
                                               \
		if (__lib_ptr) {               \
			synchronize_rcu();     \
			kvfree(__lib_ptr);     \
		}                              \
	} while (0)

static inline void init_rcu_head(struct rcu_head *head)
{
}
static inline void destroy_rcu_head(struct rcu_head *head)
{
}
static inline void init_rcu_head_on_stack(struct rcu_head *head)
{
}
static inline void destroy_rcu_head_on_stack(struct rcu_head *head)
{
}

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

#endif
