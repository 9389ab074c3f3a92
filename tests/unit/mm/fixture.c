/* SPDX-License-Identifier: MIT */
/*
 * Machines for tests of src/mm. See fixture.h.
 */
#include "fixture.h"

#include <linux/mm.h>

#include <stdlib.h>

#include "host/host.h"
#include "hw/hw.h"

#define MIB 1048576ull
#define GIB (1024 * MIB)

static u64 accepted;

static int build(const struct hw_config *cfg, enum mm_layout layout)
{
	struct lib_params lib = { .nr_cpus = 2, .seed = test_seed() };
	struct mm_params mm = { .layout = layout, .seed = test_seed() };

	host_event_reset();
	accepted = 0;
	assert_null(hw_init(cfg));
	assert_int_equal(lib_boot(&lib), 0);
	assert_int_equal(mm_boot(&mm), 0);
	return 0;
}

static const struct hw_config small_config = {
	.ram = { { 1 * MIB, 23 * MIB } },
	.nr_ram = 1,
	.mmio32_start = 3 * GIB,
	.mmio32_end = 4 * GIB,
};

int small_machine(void **state)
{
	return build(&small_config, MM_LAYOUT_CONTIGUOUS);
}

int scattered_machine(void **state)
{
	return build(&small_config, MM_LAYOUT_SCATTERED);
}

int hole_machine(void **state)
{
	static const struct hw_config cfg = {
		.ram = { { 1 * MIB, 3 * GIB - 1 * MIB }, { 4 * GIB, 1 * GIB } },
		.nr_ram = 2,
		.mmio32_start = 3 * GIB,
		.mmio32_end = 4 * GIB,
	};

	return build(&cfg, MM_LAYOUT_CONTIGUOUS);
}

void machine_off(void)
{
	mm_shutdown();
	lib_shutdown();
	hw_exit();
}

int no_machine(void **state)
{
	unsigned int leaks = mm_check();
	u64 bad;

	bad = host_event_count(HOST_EVENT_WARN, NULL) +
	      host_event_count(HOST_EVENT_MISUSE, NULL);
	machine_off();
	if (leaks || bad != accepted) {
		print_error(
			"%u leaks, %llu bad events, %llu of them expected\n",
			leaks, bad, accepted);
		print_error("last event: %s\n", last_event());
		return -1;
	}
	return 0;
}

u64 expect_events(enum lib_event_kind kind, const char *id)
{
	u64 nr = host_event_count((enum host_event_kind)kind, id);

	if (kind == LIB_EVENT_WARN || kind == LIB_EVENT_MISUSE)
		accepted += nr;
	return nr;
}

const char *last_event(void)
{
	static struct host_event ev;

	return host_event_get(host_event_last(), &ev) ? ev.text : "";
}

u64 test_seed(void)
{
	const char *text = getenv("DMASIM_SEED");

	return text ? strtoull(text, NULL, 0) : 1;
}

struct page **only_single_pages(void)
{
	static struct page *page[SMALL_PAGES];
	unsigned int i, nr = 0;

	while (nr < SMALL_PAGES &&
	       (page[nr] = alloc_page(GFP_KERNEL | __GFP_NOWARN)))
		nr++;
	for (i = 0; i < nr; i++) {
		if (page_to_pfn(page[i]) & 1)
			continue;
		__free_page(page[i]);
		page[i] = NULL;
	}
	return page;
}

void single_pages_end(struct page **page)
{
	unsigned int i;

	for (i = 0; i < SMALL_PAGES; i++)
		if (page[i])
			__free_page(page[i]);
}
