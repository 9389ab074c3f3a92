/* SPDX-License-Identifier: MIT */
/*
 * References that can be killed: no new ones after that, and a callback when
 * the last one is gone.
 *
 * Models lib/percpu-refcount.c in its atomic mode, all the time: with the
 * handful of CPUs of a test, one counter does.
 *
 * I1  While alive, @count includes the initial reference.
 * I2  @dead changes before a kill drops that reference.
 *
 * Tests: tests/unit/lib/test_refcount.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/percpu-refcount.h>

#include "lib/internal.h"

/**
 * percpu_ref_init() - start counting
 * @release: called when the count reaches 0; may sleep only if no putter is
 *	atomic
 * @flags: PERCPU_REF_INIT_DEAD: killed from the start, count 0
 *
 * Return: 0.
 */
int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
		    unsigned int flags, gfp_t gfp)
{
	ref->dead = !!(flags & PERCPU_REF_INIT_DEAD);
	atomic_long_set(&ref->count, !ref->dead);
	ref->release = release;
	return 0;
}
EXPORT_SYMBOL(percpu_ref_init);

/** percpu_ref_exit() - stop. Context: nobody uses @ref any more. */
void percpu_ref_exit(struct percpu_ref *ref)
{
	ref->release = NULL;
	WRITE_ONCE(ref->dead, 1);
}
EXPORT_SYMBOL(percpu_ref_exit);

/** percpu_ref_switch_to_atomic() - counts in one atomic already. */
void percpu_ref_switch_to_atomic(struct percpu_ref *ref,
				 percpu_ref_func_t *confirm_switch)
{
	if (confirm_switch)
		confirm_switch(ref);
}
EXPORT_SYMBOL(percpu_ref_switch_to_atomic);

/** percpu_ref_switch_to_atomic_sync() - counts in one atomic already. */
void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref)
{
}
EXPORT_SYMBOL(percpu_ref_switch_to_atomic_sync);

/** percpu_ref_switch_to_percpu() - permitted, without effect. */
void percpu_ref_switch_to_percpu(struct percpu_ref *ref)
{
}
EXPORT_SYMBOL(percpu_ref_switch_to_percpu);

/**
 * percpu_ref_kill_and_confirm() - no new live references; drop the initial one
 * @confirm_kill: called when all CPUs see @ref dead, that is before return
 *
 * A second kill WARNs and does nothing.
 */
void percpu_ref_kill_and_confirm(struct percpu_ref *ref,
				 percpu_ref_func_t *confirm_kill)
{
	if (WARN_ONCE(xchg(&ref->dead, 1), "percpu ref %ps killed twice",
		      ref->release))
		return;
	if (confirm_kill)
		confirm_kill(ref);
	percpu_ref_put(ref);
}
EXPORT_SYMBOL(percpu_ref_kill_and_confirm);

/**
 * percpu_ref_resurrect() - live again, with references others still hold
 *
 * Context: @ref was killed and has not been released, or its release is over.
 */
void percpu_ref_resurrect(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_dying(ref));
	percpu_ref_get(ref);
	smp_store_release(&ref->dead, 0u);
}
EXPORT_SYMBOL(percpu_ref_resurrect);

/** percpu_ref_reinit() - live again, from 0. */
void percpu_ref_reinit(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_zero(ref));
	percpu_ref_resurrect(ref);
}
EXPORT_SYMBOL(percpu_ref_reinit);
