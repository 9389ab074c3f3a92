/* SPDX-License-Identifier: MIT */
/*
 * Scopes that restrict what an allocation may do.
 *
 * same:    memalloc_{noio,nofs,noreclaim,pin}_save/restore, scope guards;
 *          current_gfp_context
 * reduced: mmgrab/mmdrop/mmget belong to linux/mm.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_MM_H
#define _DMASIM_LINUX_SCHED_MM_H

#include <linux/sched.h>
#include <linux/gfp_types.h>
#include <linux/cleanup.h>

/* Set @bit in current->flags; tell whether it was set before. */
static inline unsigned int lib_task_flag_enter(unsigned int bit)
{
	struct task_struct *me = current;
	unsigned int before = me->flags & bit;

	me->flags |= bit;
	return before;
}

static inline void lib_task_flag_leave(unsigned int bit, unsigned int before)
{
	if (!before)
		current->flags &= ~bit;
}

#define memalloc_flags_save(f) lib_task_flag_enter(f)
#define memalloc_noio_save() lib_task_flag_enter(PF_MEMALLOC_NOIO)
#define memalloc_noio_restore(v) lib_task_flag_leave(PF_MEMALLOC_NOIO, v)
#define memalloc_nofs_save() lib_task_flag_enter(PF_MEMALLOC_NOFS)
#define memalloc_nofs_restore(v) lib_task_flag_leave(PF_MEMALLOC_NOFS, v)
#define memalloc_noreclaim_save() lib_task_flag_enter(PF_MEMALLOC)
#define memalloc_noreclaim_restore(v) lib_task_flag_leave(PF_MEMALLOC, v)
#define memalloc_pin_save() lib_task_flag_enter(PF_MEMALLOC_PIN)
#define memalloc_pin_restore(v) lib_task_flag_leave(PF_MEMALLOC_PIN, v)

static inline gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int scope = current->flags;

	if (scope & PF_MEMALLOC_NOIO)
		return flags & ~(__GFP_IO | __GFP_FS);
	if (scope & PF_MEMALLOC_NOFS)
		return flags & ~__GFP_FS;
	return flags;
}

static inline void might_alloc(gfp_t gfp_mask)
{
	might_sleep_if(gfp_mask & __GFP_DIRECT_RECLAIM);
}

#endif
