/* SPDX-License-Identifier: MIT */
/*
 * Timers and high resolution timers: alarms of the scheduler with a function.
 *
 * A jiffy timer fires when its jiffy begins, and not in the jiffy it was armed
 * in, so a timer that arms itself for "now" still lets time pass.
 *
 * I1  A timer is queued in lib_sched.alarms exactly while timer_pending().
 * I2  After timer_delete_sync() the function does not run and will not.
 * I3  A timer without a function (shut down) is never queued.
 *
 * Locks: lib_sched.lock.
 * Tests: tests/unit/lib/test_timer.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/timer.h>

#include "lib/lib.h"

/** lib_jiffies() - what "jiffies" says. Context: any. */
unsigned long lib_jiffies(void)
{
	return INITIAL_JIFFIES + lib_now() / TICK_NSEC;
}
EXPORT_SYMBOL(lib_jiffies);

/** ktime_get_ns() - nanoseconds since the machine's start. Context: any. */
u64 ktime_get_ns(void)
{
	return lib_now();
}
EXPORT_SYMBOL(ktime_get_ns);

/* ---- shared ------------------------------------------------------------- */

/* Is the handler of @alarm running, and is that this very thread? Lock held. */
static bool is_firing(const struct lib_alarm *alarm, bool *mine)
{
	struct lib_firing *firing;

	list_for_each_entry(firing, &lib_sched.firing, node)
		if (firing->alarm == alarm) {
			*mine = firing->tid == dmasim_self.tid;
			return true;
		}
	return false;
}

/* Take @alarm off and wait for its handler. Return: was it queued? */
static bool alarm_del_sync(struct lib_alarm *alarm, const char *who)
{
	bool was_queued = false, mine = false, busy;

	do {
		raw_spin_lock(&lib_sched.lock);
		was_queued |= lib_alarm_del(alarm);
		busy = is_firing(alarm, &mine);
		raw_spin_unlock(&lib_sched.lock);
		if (busy &&
		    WARN(mine, "%s called by the timer's own function", who))
			break;
		if (busy)
			lib_yield();
	} while (busy);
	return was_queued;
}

/* ---- timers ------------------------------------------------------------- */

static void timer_fire(struct lib_alarm *alarm)
{
	struct timer_list *timer =
		container_of(alarm, struct timer_list, entry);
	void (*fn)(struct timer_list *) =
		__atomic_load_n(&timer->function, __ATOMIC_RELAXED);

	if (fn)
		fn(timer);
}

static u64 moment_of_jiffy(unsigned long expires)
{
	unsigned long next = lib_jiffies() + 1;

	if (time_before(expires, next))
		expires = next;
	return min_t(u64, expires - INITIAL_JIFFIES,
		     LIB_NEVER / 2 / TICK_NSEC) *
	       TICK_NSEC;
}

/**
 * timer_init_key() - timer_setup()
 * @timer: not pending
 * @func: called in soft interrupt context
 * @flags: TIMER_*, recorded
 */
void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags)
{
	timer->entry.node.next = NULL;
	timer->entry.fire = timer_fire;
	timer->function = func;
	timer->flags = flags;
}
EXPORT_SYMBOL(timer_init_key);

/** timer_pending() - is it armed? Context: any. */
int timer_pending(const struct timer_list *timer)
{
	return lib_alarm_queued(&timer->entry);
}
EXPORT_SYMBOL(timer_pending);

enum arming { ARM, ARM_IF_PENDING, ARM_EARLIER };

static int arm(struct timer_list *timer, unsigned long expires, enum arming how)
{
	bool pending, go;

	raw_spin_lock(&lib_sched.lock);
	pending = lib_alarm_queued(&timer->entry);
	go = timer->function && (pending || how != ARM_IF_PENDING);
	if (how == ARM_EARLIER && pending &&
	    !time_before(expires, timer->expires))
		go = false;
	if (go) {
		lib_alarm_del(&timer->entry);
		timer->expires = expires;
		timer->entry.fire = timer_fire;
		lib_alarm_add(&timer->entry, moment_of_jiffy(expires));
	}
	raw_spin_unlock(&lib_sched.lock);
	if (go)
		lib_sched_kick();
	return pending;
}

/**
 * mod_timer() - arm, or move an armed timer
 * @timer: the timer; nothing happens after timer_shutdown()
 * @expires: jiffy
 *
 * Context: any. Return: 1 if it was pending, else 0.
 */
int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM);
}
EXPORT_SYMBOL(mod_timer);

/** mod_timer_pending() - move the timer only if it is pending. */
int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM_IF_PENDING);
}
EXPORT_SYMBOL(mod_timer_pending);

/** timer_reduce() - arm, but never make a pending timer later. */
int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM_EARLIER);
}
EXPORT_SYMBOL(timer_reduce);

/** add_timer() - arm a timer that is not pending, for timer->expires. */
void add_timer(struct timer_list *timer)
{
	if (WARN_ON(timer_pending(timer)))
		return;
	mod_timer(timer, timer->expires);
}
EXPORT_SYMBOL(add_timer);

static int disarm(struct timer_list *timer, bool shutdown)
{
	int was_pending;

	raw_spin_lock(&lib_sched.lock);
	was_pending = lib_alarm_del(&timer->entry);
	if (shutdown)
		__atomic_store_n(&timer->function, NULL, __ATOMIC_RELAXED);
	raw_spin_unlock(&lib_sched.lock);
	return was_pending;
}

/**
 * timer_delete() - disarm
 * @timer: the timer; its function may be running
 *
 * Context: any. Return: 1 if it was pending, else 0.
 */
int dmasim_timer_delete(struct timer_list *timer)
{
	return disarm(timer, false);
}
EXPORT_SYMBOL(dmasim_timer_delete);

/**
 * timer_delete_sync() - disarm and wait for a running function
 * @timer: the timer; WARNs when called by its own function
 *
 * Context: not hard interrupt. Return: 1 if it was pending, else 0.
 */
int timer_delete_sync(struct timer_list *timer)
{
	return alarm_del_sync(&timer->entry, "timer_delete_sync()");
}
EXPORT_SYMBOL(timer_delete_sync);

/** timer_delete_sync_try() - Return: as timer_delete(), -1 if it runs. */
int timer_delete_sync_try(struct timer_list *timer)
{
	bool mine;
	int ret;

	raw_spin_lock(&lib_sched.lock);
	ret = is_firing(&timer->entry, &mine) ?
		      -1 :
		      (int)lib_alarm_del(&timer->entry);
	raw_spin_unlock(&lib_sched.lock);
	return ret;
}
EXPORT_SYMBOL(timer_delete_sync_try);

/** timer_shutdown() - timer_delete(), and arming it again has no effect. */
int timer_shutdown(struct timer_list *timer)
{
	return disarm(timer, true);
}
EXPORT_SYMBOL(timer_shutdown);

/** timer_shutdown_sync() - timer_shutdown(), and the function has ended. */
int timer_shutdown_sync(struct timer_list *timer)
{
	int was_pending = disarm(timer, true);

	alarm_del_sync(&timer->entry, "timer_shutdown_sync()");
	return was_pending;
}
EXPORT_SYMBOL(timer_shutdown_sync);

/* ---- high resolution timers --------------------------------------------- */

static void hrtimer_fire(struct lib_alarm *alarm)
{
	struct hrtimer *timer = container_of(alarm, struct hrtimer, entry);

	if (timer->function(timer) == HRTIMER_NORESTART)
		return;
	raw_spin_lock(&lib_sched.lock);
	if (!lib_alarm_queued(alarm))
		lib_alarm_add(alarm, (u64)timer->expires);
	raw_spin_unlock(&lib_sched.lock);
}

/**
 * hrtimer_setup() - initialise
 * @timer: not queued
 * @function: called in soft interrupt context
 * @clock_id: one clock serves all
 * @mode: how hrtimer_start() will read its time
 */
void hrtimer_setup(struct hrtimer *timer,
		   enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock_id, enum hrtimer_mode mode)
{
	timer->entry.node.next = NULL;
	timer->entry.fire = hrtimer_fire;
	timer->function = function;
	timer->expires = 0;
}
EXPORT_SYMBOL(hrtimer_setup);

/**
 * hrtimer_start() - arm, or move
 * @timer: the timer
 * @tim: time, relative if @mode says so
 * @mode: HRTIMER_MODE_*
 *
 * Context: any.
 */
void hrtimer_start(struct hrtimer *timer, ktime_t tim,
		   const enum hrtimer_mode mode)
{
	raw_spin_lock(&lib_sched.lock);
	lib_alarm_del(&timer->entry);
	timer->expires = mode & HRTIMER_MODE_REL ? ktime_get() + tim : tim;
	lib_alarm_add(&timer->entry, (u64)max_t(s64, timer->expires, 0));
	raw_spin_unlock(&lib_sched.lock);
	lib_sched_kick();
}
EXPORT_SYMBOL(hrtimer_start);

/** hrtimer_try_to_cancel() - Return: 1 was queued, 0 was not, -1 it runs. */
int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	bool mine;
	int ret = -1;

	raw_spin_lock(&lib_sched.lock);
	if (!is_firing(&timer->entry, &mine))
		ret = lib_alarm_del(&timer->entry);
	raw_spin_unlock(&lib_sched.lock);
	return ret;
}
EXPORT_SYMBOL(hrtimer_try_to_cancel);

/** hrtimer_cancel() - cancel and wait for the function. Return: 1 if queued. */
int hrtimer_cancel(struct hrtimer *timer)
{
	return alarm_del_sync(&timer->entry, "hrtimer_cancel()");
}
EXPORT_SYMBOL(hrtimer_cancel);

/** hrtimer_active() - queued or running. Context: any. */
bool hrtimer_active(const struct hrtimer *timer)
{
	bool mine, ret;

	raw_spin_lock(&lib_sched.lock);
	ret = lib_alarm_queued(&timer->entry) ||
	      is_firing(&timer->entry, &mine);
	raw_spin_unlock(&lib_sched.lock);
	return ret;
}
EXPORT_SYMBOL(hrtimer_active);

/**
 * hrtimer_forward() - move the expiry past @now in steps of @interval
 * @timer: not queued
 * @now: moment to pass
 * @interval: step, positive
 *
 * Return: number of steps, 0 if the expiry is in the future already.
 */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	u64 steps;

	if (now < timer->expires || WARN_ON(interval <= 0))
		return 0;
	steps = (u64)(now - timer->expires) / (u64)interval + 1;
	timer->expires += (ktime_t)steps * interval;
	return steps;
}
EXPORT_SYMBOL(hrtimer_forward);

/* ---- leaks -------------------------------------------------------------- */

/** lib_timer_check() - report armed timers. Return: their number. */
unsigned int lib_timer_check(void)
{
	struct lib_alarm *alarm;
	unsigned int leaks = 0;
	char name[64];

	list_for_each_entry(alarm, &lib_sched.alarms, node) {
		const void *fn =
			alarm->fire == hrtimer_fire ?
				(void *)container_of(alarm, struct hrtimer,
						     entry)
					->function :
				(void *)container_of(alarm, struct timer_list,
						     entry)
					->function;

		leaks++;
		lib_event(LIB_EVENT_LEAK, "timer-leak", NULL, 0, 0,
			  "timer is still armed: %s",
			  lib_symbol(fn, name, sizeof(name)));
	}
	return leaks;
}
