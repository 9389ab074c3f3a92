/* SPDX-License-Identifier: MIT */
/*
 * What the kernel-side folders share beyond <linux/...>: machine life cycle,
 * events, failure sites, counters, initcalls.
 *
 * The only header of src/lib that other folders include.
 *
 * L1  lib_boot() and lib_shutdown() alternate; after the latter nothing of a
 *     machine is left: once-flags, parameters, failure sites, random state.
 * L2  Only log_host.c, percpu_host.c and the scheduler's seams call the host.
 *
 * Tests: tests/unit/lib/test_boot.c, test_fail.c, test_event.c
 */
#ifndef LIB_LIB_H
#define LIB_LIB_H

#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/types.h>

#include <dmasim/fault.h>

#include "lib/quirk.h"
#include "lib/sched_api.h"

struct device;

/* ---- life cycle (boot.c) ------------------------------------------------- */

/**
 * struct lib_params - what lib needs to know about the machine
 * @nr_cpus: simulated CPUs, 1..64
 * @seed: of lib_random() and get_random_*(); any value
 * @real_time: timers follow the host's clock instead of virtual time
 * @count_steps: the machine counts steps that a cost model has a price for
 */
struct lib_params {
	unsigned int nr_cpus;
	u64 seed;
	bool real_time;
	bool count_steps;
};

/* the parameters in force; nr_cpus is 1 while no machine exists */
extern struct lib_params lib_params;

/**
 * lib_boot() - first step of a machine's start
 * Return: 0; -EINVAL for parameters that cannot be; -EBUSY if already up;
 * -ENOMEM.
 */
int lib_boot(const struct lib_params *params);

/**
 * lib_check() - look for what should be gone by now
 * Return: leaks found; each is an event of kind LIB_EVENT_LEAK.
 */
unsigned int lib_check(void);
void lib_shutdown(void);

/** lib_initcalls() - run all module_init() functions in link order. */
void lib_initcalls(void);

/** lib_exitcalls() - run module_exit() functions in reverse order. */
void lib_exitcalls(void);

/* ---- module parameters (params.c) ---------------------------------------- */

/**
 * lib_param_set() - set a module parameter
 *
 * The value before the first set comes back at lib_shutdown().
 * Return: 0, -ENOENT if there is no such parameter, or what its set() says.
 */
int lib_param_set(const char *module, const char *param, const char *val);

/**
 * lib_param_get() - print a parameter's value, without newline
 * Return: length, -ENOENT, or what its get() says.
 */
int lib_param_get(const char *module, const char *param, char *buf, size_t len);

/** lib_for_each_param() - call @fn for each; stops when it returns not 0. */
int lib_for_each_param(int (*fn)(const char *module, const char *param,
				 void *arg),
		       void *arg);

/* ---- events (printk.c, log_host.c) --------------------------------------- */

/** enum lib_event_kind - the same values as enum host_event_kind. */
enum lib_event_kind {
	LIB_EVENT_LOG,
	LIB_EVENT_WARN,
	LIB_EVENT_FAULT,
	LIB_EVENT_MISUSE,
	LIB_EVENT_REFUSAL,
	LIB_EVENT_LEAK,
	LIB_EVENT_NOTE,
};

/**
 * lib_event() - append to the event ring
 * @id: string with static lifetime; tests count these
 * @dev: the device concerned, or NULL
 * @addr: @id says which address this is; 0 if meaningless
 * @len: bytes, 0 if meaningless
 * @fmt: kernel format (%pad, %pe, ...), one line without newline
 */
void lib_event(enum lib_event_kind kind, const char *id, struct device *dev,
	       u64 addr, u64 len, const char *fmt, ...) __printf(6, 7) __cold;

/** lib_event_put_from() - text is ready; @origin: where what it is about was
 * made, @nr return addresses. @dev: a name, "" if none. */
void lib_event_put_from(enum lib_event_kind kind, const char *id,
			const char *dev, u64 addr, u64 len, const char *text,
			void *const *origin, unsigned int nr);

/** lib_unimplemented() - panic: @func is not part of the library yet. */
void lib_unimplemented(const char *func) __noreturn __cold;

/**
 * lib_set_dev_name() - the device layer says how devices are called
 * @name: of the device; NULL: all are called "(device)"
 * @driver: of its driver, or of its bus if it has none; may be NULL
 */
void lib_set_dev_name(const char *(*name)(const struct device *dev),
		      const char *(*driver)(const struct device *dev));

/** lib_dev_name() - "" for NULL. */
const char *lib_dev_name(const struct device *dev);

/* ---- random numbers (random.c) ------------------------------------------- */

/** lib_random() - next 64 bits of the machine's seeded generator. */
u64 lib_random(void);

/* ---- failure sites (fail.c) ---------------------------------------------- */

/* bit s: site s may fail; all that a call looks at when nothing is armed */
extern u32 lib_fail_armed __attribute__((__visibility__("hidden")));

bool lib_fail_check(enum dmasim_site site);

/**
 * should_fail_site() - shall this call of @site fail?
 *
 * Every place that can run out of something asks once per attempt.
 */
static __always_inline bool should_fail_site(enum dmasim_site site)
{
	return unlikely(READ_ONCE(lib_fail_armed)) && lib_fail_check(site);
}

/* behind <dmasim/fault.h>, one for one */
const char *lib_fail_site_name(enum dmasim_site site);
void lib_fail_nth(enum dmasim_site site, u64 nth);
void lib_fail_any_nth(u32 mask, u64 nth);
void lib_fail_from(enum dmasim_site site, u64 nth);
void lib_fail_off(void);
u64 lib_fail_fired(void);
u64 lib_site_calls(enum dmasim_site site);

/* ---- observers (tracepoint.c) --------------------------------------------- */

/** enum lib_watch - who wants to know of calls */
enum lib_watch {
	LIB_WATCH_TRACE = 1, /* a probe is attached to some tracepoint */
	LIB_WATCH_CHECKER = 2, /* the checker of the DMA API is on */
	LIB_WATCH_PAGES = 4, /* what is mapped is counted (iommu/mapcount.c) */
};

/* enum lib_watch; all that a hot path looks at while nobody watches */
extern u32 lib_watchers __attribute__((__visibility__("hidden")));

/** lib_watched() - must this call go where observers are asked one by one? */
static __always_inline bool lib_watched(u32 watchers)
{
	return unlikely(READ_ONCE(lib_watchers) & watchers);
}

/** lib_watch() - one of enum lib_watch comes or goes. Any context. */
void lib_watch(enum lib_watch watcher, bool on);

/* ---- counters ------------------------------------------------------------ */

struct lib_counter_slot {
	u64 n;
} __aligned(64);

/**
 * struct lib_counter - a statistic that is cheap to add to
 * @slot: the first for threads that own no CPU, then one for each CPU's owner
 */
struct lib_counter {
	struct lib_counter_slot slot[CONFIG_NR_CPUS + 1];
};
static_assert(sizeof(struct lib_counter_slot) == DMASIM_STRIPE);

/** lib_counter_add() - no lost counts: owners have a slot to themselves. */
static __always_inline void lib_counter_add(struct lib_counter *c, u64 n)
{
	u32 stripe = dmasim_self.stripe;
	u64 *mine = (u64 *)((char *)c + stripe);

	if (likely(stripe))
		__atomic_store_n(mine,
				 __atomic_load_n(mine, __ATOMIC_RELAXED) + n,
				 __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(mine, n, __ATOMIC_RELAXED);
}

u64 lib_counter_read(const struct lib_counter *c);
u64 lib_counter_of_cpu(const struct lib_counter *c, unsigned int cpu);
void lib_counter_reset(struct lib_counter *c);

/* ---- steps that cost time on real hardware (cost_hw.c) -------------------- */

/** enum lib_cost_step - those that are done here, not by the hardware. */
enum lib_cost_step {
	LIB_COST_COMMAND, /* an invalidation command, but no wait, is written */
	LIB_COST_WAIT, /* until commands are complete */
	LIB_COST_BOUNCE_BYTE, /* copied */
};

void lib_cost_add(enum lib_cost_step step, u64 nr);

/** lib_cost() - this CPU did @nr steps; one predicted branch unless counted. */
static __always_inline void lib_cost(enum lib_cost_step step, u64 nr)
{
	if (unlikely(lib_params.count_steps))
		lib_cost_add(step, nr);
}

#endif
