/* SPDX-License-Identifier: MIT */
/*
 * Failure sites: "let the n-th call of this kind fail".
 *
 * Each site has a plan of its own, and one more plan counts the calls of any
 * set of sites together. A call that is counted by both fails if either says
 * so. Sites without a plan cost the caller one load.
 *
 * I1  Bit s of lib_fail_armed is set iff site s has a plan or is in the set.
 * I2  A plan of kind "once" fires at most once; it goes on counting.
 *
 * Locks: a flag that is held for a few instructions.
 * Tests: tests/unit/lib/test_fail.c
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "lib/internal.h"

/**
 * struct fail_plan - what shall happen
 * @nth: call that fails, from 1; 0: no plan
 * @all_later: so do all calls after it
 * @calls: calls counted so far
 */
struct fail_plan {
	u64 nth;
	bool all_later;
	u64 calls;
};

static struct fail_plan site_plan[DMASIM_NR_SITES];
static struct fail_plan any_plan;
static u32 any_mask;
static u64 fired;
static bool fail_busy;

u32 lib_fail_armed;

static const char *const site_names[] = {
	[DMASIM_SITE_PAGE] = "page",
	[DMASIM_SITE_SLAB] = "slab",
	[DMASIM_SITE_VMALLOC] = "vmalloc",
	[DMASIM_SITE_MEMPOOL] = "mempool",
	[DMASIM_SITE_IOVA] = "iova",
	[DMASIM_SITE_PT_PAGE] = "pt-page",
	[DMASIM_SITE_IOMMU_SYNC] = "iommu-sync",
	[DMASIM_SITE_BOUNCE] = "bounce",
	[DMASIM_SITE_MAP] = "map",
	[DMASIM_SITE_DMA_POOL] = "dma-pool",
	[DMASIM_SITE_COHERENT] = "coherent",
	[DMASIM_SITE_IRQ] = "irq",
	[DMASIM_SITE_QUEUE] = "queue",
	[DMASIM_SITE_PIN] = "pin",
	[DMASIM_SITE_NOTIFIER] = "notifier",
	[DMASIM_SITE_TRACE] = "trace",
	[DMASIM_SITE_CHECKER] = "checker",
	[DMASIM_SITE_SHARE] = "share",
	[DMASIM_SITE_DEVICE_TLB] = "device-tlb",
};

static_assert(ARRAY_SIZE(site_names) == DMASIM_NR_SITES);

static void fail_lock(void)
{
	while (__atomic_test_and_set(&fail_busy, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void fail_unlock(void)
{
	__atomic_clear(&fail_busy, __ATOMIC_RELEASE);
}

static void fail_rearm(void)
{
	u32 armed = any_plan.nth ? any_mask : 0;
	int s;

	for (s = 0; s < DMASIM_NR_SITES; s++)
		if (site_plan[s].nth)
			armed |= BIT_U32(s);
	WRITE_ONCE(lib_fail_armed, armed);
}

static bool plan_counts(struct fail_plan *plan)
{
	if (!plan->nth)
		return false;
	plan->calls++;
	return plan->calls == plan->nth ||
	       (plan->all_later && plan->calls > plan->nth);
}

static void plan_set(enum dmasim_site site, u64 nth, bool all_later)
{
	if ((unsigned int)site >= DMASIM_NR_SITES)
		return;
	fail_lock();
	site_plan[site] = (struct fail_plan){ nth, all_later, 0 };
	if (nth)
		fired = 0;
	fail_rearm();
	fail_unlock();
}

/**
 * lib_fail_check() - count a call of @site; shall it fail?
 *
 * Use should_fail_site(). Context: any.
 */
bool lib_fail_check(enum dmasim_site site)
{
	bool fail;
	u64 call;

	if (!(READ_ONCE(lib_fail_armed) & BIT_U32(site)))
		return false;

	fail_lock();
	fail = plan_counts(&site_plan[site]);
	call = site_plan[site].calls;
	if (any_mask & BIT_U32(site) && plan_counts(&any_plan)) {
		fail = true;
		call = any_plan.calls;
	}
	fired += fail;
	fail_unlock();

	if (fail)
		lib_event(LIB_EVENT_NOTE, "injected-failure", NULL, call, 0,
			  "call %llu of site %s fails as asked", call,
			  site_names[site]);
	return fail;
}

/** lib_fail_site_name() - "page", "iova", ...; "?" for no site. */
const char *lib_fail_site_name(enum dmasim_site site)
{
	return (unsigned int)site < DMASIM_NR_SITES ? site_names[site] : "?";
}

/**
 * lib_fail_nth() - the @nth call of @site from now on fails, once
 * @nth: from 1; 0 disarms @site
 *
 * Replaces the site's plan; lib_fail_fired() starts again at 0.
 * Context: any.
 */
void lib_fail_nth(enum dmasim_site site, u64 nth)
{
	plan_set(site, nth, false);
}

/** lib_fail_from() - like lib_fail_nth(), but all later calls fail, too. */
void lib_fail_from(enum dmasim_site site, u64 nth)
{
	plan_set(site, nth, true);
}

/**
 * lib_fail_any_nth() - the @nth call of the sites in @mask together fails, once
 * @mask: bits 1 << site; 0 disarms
 *
 * Context: any.
 */
void lib_fail_any_nth(u32 mask, u64 nth)
{
	fail_lock();
	any_mask = mask & (BIT_U32(DMASIM_NR_SITES) - 1);
	any_plan = (struct fail_plan){ any_mask ? nth : 0, false, 0 };
	if (any_plan.nth)
		fired = 0;
	fail_rearm();
	fail_unlock();
}

/** lib_fail_off() - forget all plans. lib_fail_fired() keeps its value. */
void lib_fail_off(void)
{
	int s;

	fail_lock();
	for (s = 0; s < DMASIM_NR_SITES; s++)
		site_plan[s] = (struct fail_plan){};
	any_plan = (struct fail_plan){};
	any_mask = 0;
	fail_rearm();
	fail_unlock();
}

/** lib_fail_fired() - failures delivered since something was last armed. */
u64 lib_fail_fired(void)
{
	u64 n;

	fail_lock();
	n = fired;
	fail_unlock();
	return n;
}

/**
 * lib_site_calls() - calls of @site since it was armed
 *
 * For a site armed through a set only: calls of the whole set.
 */
u64 lib_site_calls(enum dmasim_site site)
{
	u64 n = 0;

	if ((unsigned int)site >= DMASIM_NR_SITES)
		return 0;
	fail_lock();
	if (site_plan[site].nth)
		n = site_plan[site].calls;
	else if (any_mask & BIT_U32(site))
		n = any_plan.calls;
	fail_unlock();
	return n;
}
