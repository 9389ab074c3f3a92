/* SPDX-License-Identifier: MIT */
/*
 * "I hold this lock": answered from the lock itself, which knows its owner.
 *
 * same:    lockdep_assert_held*, lockdep_assert_not_held, lockdep_is_held,
 *          lockdep_assert_irqs_*, lockdep_assert_in_softirq,
 *          lockdep_assert_preemption_* (checked when DMASIM_DEBUG is defined,
 *          evaluated to nothing otherwise, as without CONFIG_LOCKDEP)
 * reduced: a read-held rwlock or rw_semaphore is "held" by whoever asks
 * stub:    classes, keys, subclasses, lock_acquire() annotations: no effect
 */
#ifndef _DMASIM_LINUX_LOCKDEP_H
#define _DMASIM_LINUX_LOCKDEP_H

#include <linux/lockdep_types.h>
#include <linux/compiler.h>
#include <linux/bug.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>

struct raw_spinlock;
struct spinlock;
struct mutex;
struct rw_semaphore;
struct srcu_struct;

int lib_raw_spin_held(const struct raw_spinlock *lock);
int lib_spin_held(const struct spinlock *lock);
int lib_rwlock_held(const void *lock);
int lib_mutex_held(const struct mutex *lock);
int lib_rwsem_held(const struct rw_semaphore *sem);
int lib_lock_unknown_held(const void *lock);

#define lockdep_is_held(lock) \
	_Generic((lock),						\
		struct raw_spinlock *: lib_raw_spin_held,		\
		const struct raw_spinlock *: lib_raw_spin_held,		\
		struct spinlock *: lib_spin_held,			\
		const struct spinlock *: lib_spin_held,			\
		struct mutex *: lib_mutex_held,				\
		const struct mutex *: lib_mutex_held,			\
		struct rw_semaphore *: lib_rwsem_held,			\
		const struct rw_semaphore *: lib_rwsem_held,		\
		struct lib_rwlock *: lib_rwlock_held,			\
		const struct lib_rwlock *: lib_rwlock_held,		\
		default: lib_lock_unknown_held)(lock)

struct lib_rwlock;

#define lockdep_is_held_type(lock, r) lockdep_is_held(lock)

#ifdef DMASIM_DEBUG
#define lib_lockdep_assert(cond) ((void)WARN_ON(!(cond)))
#define lib_lockdep_assert_once(cond) ((void)WARN_ON_ONCE(!(cond)))
#else
#define lib_lockdep_assert(cond) ((void)sizeof((cond) ? 1 : 0))
#define lib_lockdep_assert_once(cond) ((void)sizeof((cond) ? 1 : 0))
#endif

#define lockdep_assert(cond) lib_lockdep_assert(cond)
#define lockdep_assert_once(cond) lib_lockdep_assert_once(cond)
#define lockdep_assert_held(l) lib_lockdep_assert(lockdep_is_held(l))
#define lockdep_assert_held_once(l) lib_lockdep_assert_once(lockdep_is_held(l))
#define lockdep_assert_held_write(l) lockdep_assert_held(l)
#define lockdep_assert_held_read(l) lockdep_assert_held(l)
#define lockdep_assert_none_held_once() \
	do {                            \
	} while (0)

/*
 * The owner word answers "held by me" exactly for exclusive locks, so the
 * negative form is as good as the positive one for those.
 */
#define lockdep_assert_not_held(l) lib_lockdep_assert(!lockdep_is_held(l))

#define lockdep_assert_irqs_enabled() lib_lockdep_assert(!irqs_disabled())
#define lockdep_assert_irqs_disabled() lib_lockdep_assert(irqs_disabled())
#define lockdep_assert_in_irq() lib_lockdep_assert(in_hardirq())
#define lockdep_assert_in_softirq() \
	lib_lockdep_assert(in_softirq() && !in_hardirq())
#define lockdep_assert_preemption_enabled() lib_lockdep_assert(preemptible())
#define lockdep_assert_preemption_disabled() lib_lockdep_assert(!preemptible())
#define lockdep_assert_no_hardirq() lib_lockdep_assert(!in_hardirq())

#define lockdep_register_key(key) \
	do {                      \
		(void)(key);      \
	} while (0)
#define lockdep_unregister_key(key) \
	do {                        \
		(void)(key);        \
	} while (0)
#define lockdep_set_class(lock, key) \
	do {                         \
		(void)(lock);        \
		(void)(key);         \
	} while (0)
#define lockdep_set_class_and_name(lock, key, name) \
	do {                                        \
		(void)(lock);                       \
		(void)(key);                        \
		(void)(name);                       \
	} while (0)
#define lockdep_set_class_and_subclass(lock, key, sub) \
	do {                                           \
		(void)(lock);                          \
		(void)(key);                           \
	} while (0)
#define lockdep_set_subclass(lock, sub) \
	do {                            \
		(void)(lock);           \
	} while (0)
#define lockdep_set_novalidate_class(lock) \
	do {                               \
		(void)(lock);              \
	} while (0)
#define lockdep_set_notrack_class(lock) \
	do {                            \
		(void)(lock);           \
	} while (0)
#define lockdep_init_map(map, name, key, sub) \
	do {                                  \
		(void)(name);                 \
		(void)(key);                  \
	} while (0)
#define lockdep_off() \
	do {          \
	} while (0)
#define lockdep_on() \
	do {         \
	} while (0)
#define lockdep_depth(tsk) (0)
#define lockdep_pin_lock(l) ((struct pin_cookie){ 0 })
#define lockdep_unpin_lock(l, c) \
	do {                     \
		(void)(c);       \
	} while (0)
#define lockdep_hardirqs_enabled() (!irqs_disabled())
#define debug_locks_off() (0)

#define lock_map_acquire(map) \
	do {                  \
		(void)(map);  \
	} while (0)
#define lock_map_acquire_read(map) \
	do {                       \
		(void)(map);       \
	} while (0)
#define lock_map_release(map) \
	do {                  \
		(void)(map);  \
	} while (0)
#define lock_acquire(...) \
	do {              \
	} while (0)
#define lock_release(...) \
	do {              \
	} while (0)
#define rwsem_acquire_read(...) \
	do {                    \
	} while (0)
#define rwsem_release(...) \
	do {               \
	} while (0)

#define might_lock(lock)      \
	do {                  \
		(void)(lock); \
	} while (0)
#define might_lock_read(lock) \
	do {                  \
		(void)(lock); \
	} while (0)
#define might_lock_nested(lock, sub) \
	do {                         \
		(void)(lock);        \
	} while (0)

#endif
