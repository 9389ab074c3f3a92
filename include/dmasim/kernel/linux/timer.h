/* SPDX-License-Identifier: MIT */
/*
 * Timers: callbacks in soft interrupt context at a jiffy.
 *
 * They run when a thread waits or calls dmasim_run(), ordered by expiry, then
 * by arming. With virtual time a waiting machine skips to the next one.
 *
 * same:    timer_setup, DEFINE_TIMER, add_timer, mod_timer(_pending),
 *          timer_reduce, timer_delete(_sync), timer_shutdown(_sync),
 *          timer_pending, timer_container_of, and the older del_timer names
 * reduced: deferrable and pinned timers are plain timers
 * stub:    -
 */
#ifndef _DMASIM_LINUX_TIMER_H
#define _DMASIM_LINUX_TIMER_H

#include <linux/timer_types.h>
#include <linux/container_of.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>

#if __STDC_HOSTED__
#include <time.h>
#endif

#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000

#define __TIMER_INITIALIZER(_function, _flags)             \
	{                                                  \
		.function = (_function), .flags = (_flags) \
	}
#define DEFINE_TIMER(_name, _function) \
	struct timer_list _name = __TIMER_INITIALIZER(_function, 0)

void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags);

#define timer_setup(timer, callback, flags) \
	timer_init_key(timer, callback, flags)
#define timer_setup_on_stack(timer, callback, flags) \
	timer_init_key(timer, callback, flags)
#define __timer_init(timer, fn, flags) timer_init_key(timer, fn, flags)
#define timer_destroy_on_stack(timer) \
	do {                          \
		(void)(timer);        \
	} while (0)
#define destroy_timer_on_stack(timer) timer_destroy_on_stack(timer)

int timer_pending(const struct timer_list *timer);
void add_timer(struct timer_list *timer);
int mod_timer(struct timer_list *timer, unsigned long expires);
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int timer_reduce(struct timer_list *timer, unsigned long expires);
/* libc has a timer_delete() of its own: ours is another symbol. */
int dmasim_timer_delete(struct timer_list *timer);
#define timer_delete(timer) dmasim_timer_delete(timer)
int timer_delete_sync(struct timer_list *timer);
int timer_delete_sync_try(struct timer_list *timer);
int timer_shutdown(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);

#define add_timer_on(timer, cpu) add_timer(timer)
#define add_timer_local(timer) add_timer(timer)
#define add_timer_global(timer) add_timer(timer)
#define del_timer(timer) timer_delete(timer)
#define del_timer_sync(timer) timer_delete_sync(timer)
#define try_to_del_timer_sync(timer) timer_delete_sync_try(timer)

#define timer_container_of(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, typeof(*var), timer_fieldname)
#define from_timer(var, callback_timer, timer_fieldname) \
	timer_container_of(var, callback_timer, timer_fieldname)

#endif
