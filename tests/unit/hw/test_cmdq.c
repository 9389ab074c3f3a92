/* SPDX-License-Identifier: MIT */
/*
 * src/hw/cmdq.c and its decoders: what each command drops, what is illegal, when
 * commands take effect. The words are written out, so that encoder and decoder
 * cannot agree on something wrong.
 */
#include "unit/hw/board.h"

#define DEV_RID 0x0100
#define RING 0x300000ull
#define STATUS 0x310000ull
#define PAGE_A 0x200000ull
#define ENTRIES 8u

static uint32_t tail;

static int power_on(void **state, enum hw_cmdq_kind kind,
		    enum hw_cmdq_mode mode)
{
	board_config.cmdq_mode = mode;
	board_config.cmdq_seed = 3;
	board_setup_iommu(state);
	board_config.cmdq_mode = HW_CMDQ_AT_WAIT;
	hw_iommu_set_check(false);
	*ram64(PAGE_A) = 'A';
	tail = 0;
	assert_true(hw_cmdq_enable(kind, RING, ENTRIES));
	return 0;
}

static int setup_vtd(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_AT_WAIT);
}

static int setup_vtd_immediate(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_IMMEDIATE);
}

static int setup_vtd_random(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_RANDOM);
}

static void put(uint64_t word0, uint64_t word1)
{
	ram64(RING)[2 * tail] = word0;
	ram64(RING)[2 * tail + 1] = word1;
	tail = (tail + 1) % ENTRIES;
}

/* One command, and as much time as it wants. */
static void command(uint64_t word0, uint64_t word1)
{
	put(word0, word1);
	hw_cmdq_doorbell(tail);
	hw_cmdq_poll();
}

static struct hw_cmdq_stats queue_stats(void)
{
	struct hw_cmdq_stats s;

	hw_cmdq_get_stats(&s);
	return s;
}

static enum hw_status reads(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word;

	return hw_dma_read(dev, iova, &word, 8);
}

/* Translate pages 1 and 2 of domain 5, have both cached, unmap them. */
static void cache_two(struct hw_dev *dev)
{
	board_translate(dev, 5);
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_A, 3);
	assert_int_equal(reads(dev, 0x1000), HW_OK);
	assert_int_equal(reads(dev, 0x2000), HW_OK);
	board_map(0x1000, 0, 0);
	board_map(0x2000, 0, 0);
}

/* Which of them are still cached, 1 for the first, 2 for the second. */
static unsigned int still_cached(struct hw_dev *dev)
{
	return (reads(dev, 0x1000) == HW_OK ? 1 : 0) |
	       (reads(dev, 0x2000) == HW_OK ? 2 : 0);
}

/* ---- VT-d ---------------------------------------------------------------------- */

static const struct {
	const char *what;
	uint64_t word0, word1;
	unsigned int left; /* of pages 1 and 2 of domain 5 */
} vtd_translations[] = {
	{ "page 1 of domain 5", 0x500f2, 0x1000, 2 },
	{ "page 1, leaves only", 0x500f2, 0x1040, 2 },
	{ "page 1 of domain 6", 0x600f2, 0x1000, 3 },
	{ "4 pages", 0x500f2, 0x2, 0 },
	{ "2 pages that begin at 2", 0x500f2, 0x2001, 1 },
	{ "address mask rounds down", 0x500f2, 0x3001, 1 },
	{ "domain 5", 0x50022, 0, 0 },
	{ "domain 6", 0x60022, 0, 3 },
	{ "everything", 0x12, 0, 0 },
	{ "first stage, page 1", 0x50036, 0x1000, 3 },
	{ "first stage, PASID 0", 0x50026, 0, 3 },
	{ "a device TLB", 0x0100000000000003, 0x1000, 3 },
	{ "a wait", 0x0000000200000025, STATUS, 3 },
};

/* spec: iommu-pt I3 */
static void vtd_commands_drop_what_they_name(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(vtd_translations) / sizeof(*vtd_translations);
	     i++) {
		unsigned int left;

		cache_two(*state);
		command(vtd_translations[i].word0, vtd_translations[i].word1);
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		left = still_cached(*state);
		if (left != vtd_translations[i].left)
			fail_msg("%s leaves %u", vtd_translations[i].what,
				 left);
		invalidate(HW_INV_ALL, 0, 0);
	}
}

static void vtd_leaf_hint_keeps_the_walk_cache(void **state)
{
	uint64_t before;

	cache_two(*state);
	board_map(0x1000, PAGE_A, 3);
	command(0x500f2, 0x1040);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 1);

	command(0x500f2, 0x1000);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 4);
}

static const struct {
	const char *what;
	uint64_t word0;
	bool dropped;
} vtd_contexts[] = {
	{ "device 0100 of domain 5", 0x0000010000050031, true },
	{ "device 0100 of domain 6", 0x0000010000060031, false },
	{ "device 0108", 0x0000010800050031, false },
	{ "device 0104, highest function bit ignored", 0x0001010400050031,
	  true },
	{ "device 0103, two bits ignored", 0x0002010300050031, false },
	{ "device 0107, three bits ignored", 0x0003010700050031, true },
	{ "domain 5", 0x50021, true },
	{ "domain 6", 0x60021, false },
	{ "all", 0x11, true },
	{ "PASID cache of domain 5", 0x50007, true },
	{ "PASID 0 of domain 5", 0x50017, true },
	{ "PASID 1 of domain 5", 0x100050017, false },
	{ "PASID cache of domain 6", 0x60007, false },
	{ "all PASIDs", 0x37, true },
};

static void vtd_commands_drop_the_contexts_they_name(void **state)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };
	size_t i;

	for (i = 0; i < sizeof(vtd_contexts) / sizeof(*vtd_contexts); i++) {
		bool dropped;

		board_translate(*state, 5);
		board_map(0x1000, PAGE_A, 3);
		assert_int_equal(reads(*state, 0x1000), HW_OK);
		hw_iommu_set_context(DEV_RID, &blocked);
		command(vtd_contexts[i].word0, 0);
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		dropped = reads(*state, 0x1000) == HW_ERR_BLOCKED;
		if (dropped != vtd_contexts[i].dropped)
			fail_msg("%s: dropped %d", vtd_contexts[i].what,
				 dropped);
		invalidate(HW_INV_ALL, 0, 0);
	}
}

/* First-stage translations of the same number are another tag (pitfall 11). */
static void vtd_stages_and_pasids_are_apart(void **state)
{
	struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_X86_64,
		.root = T3,
		.levels = 4,
		.domain = 5,
		.pasid = 9,
	};

	ram64(T3)[0] = T2 | 7;
	ram64(T2)[0] = T1 | 7;
	ram64(T1)[0] = T0 | 7;
	ram64(T0)[1] = PAGE_A | 0x67;
	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	ram64(T0)[1] = 0;

	command(0x500f2, 0x1000); /* pages of the second stage */
	command(0x0000000800050036, 0x1000); /* PASID 8 */
	command(0x0000000800050026, 0);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	command(0x0000000900050036, 0x1000);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

static const struct {
	const char *why;
	uint64_t word0, word1;
} vtd_illegal[] = {
	{ "type", 0, 0 },
	{ "type", 9, 0 },
	{ "granularity", 0x50002, 0 },
	{ "granularity", 0x1, 0 },
	{ "granularity", 0x27, 0 },
	{ "granularity", 0x16, 0 },
	{ "address mask", 0x500f2, 0x13 },
	{ "address mask", 0x50036, 0x13 },
	{ "reserved bits", 0x500f2, 0x1080 },
	{ "reserved bits", 0x1000500f2, 0x1000 },
	{ "reserved bits", 0x50031, 1 },
	{ "reserved bits", 0x0100000000000003, 0x1002 },
	{ "reserved bits", 0x8000000000000007, 0 },
	{ "reserved bits", 0x2000000125, STATUS },
	{ "no interrupts on waits", 0x15, STATUS },
	{ "the status word is not in RAM", 0x200000025, 0x40000000 },
	{ "the status word is not in RAM", 0x200000025, UINT64_MAX & ~3ull },
};

static void vtd_illegal_commands_stop_the_queue(void **state)
{
	uint32_t at = 0;
	size_t i;

	for (i = 0; i < sizeof(vtd_illegal) / sizeof(*vtd_illegal); i++) {
		struct host_event ev;

		cache_two(*state);
		command(vtd_illegal[i].word0, vtd_illegal[i].word1);
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_ILLEGAL);
		assert_int_equal(hw_cmdq_head(), at);
		assert_true(host_event_get(host_event_last(), &ev));
		assert_string_equal(ev.id, "iommu-command");
		if (!strstr(ev.text, vtd_illegal[i].why))
			fail_msg("not \"%s\": %s", vtd_illegal[i].why, ev.text);

		/* What is behind it waits for the restart. */
		command(0x50022, 0);
		assert_int_equal(still_cached(*state), 3);
		ram64(RING)[2 * at] = 0x25; /* a wait, without status address */
		ram64(RING)[2 * at] = 0x5; /* and without status */
		ram64(RING)[2 * at + 1] = 0;
		hw_cmdq_restart();
		hw_cmdq_poll();
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		assert_int_equal(still_cached(*state), 0);
		at = (at + 2) % ENTRIES;
		assert_int_equal(hw_cmdq_head(), at);
	}
	assert_int_equal(queue_stats().illegal, i);
}

/* ---- when -------------------------------------------------------------------- */

static void at_wait_nothing_happens_before_a_poll(void **state)
{
	cache_two(*state);
	put(0x50022, 0);
	put(0x0000000200000025, STATUS);
	hw_cmdq_doorbell(tail);
	assert_int_equal(still_cached(*state), 3);
	assert_int_equal(*ram64(STATUS), 0);
	assert_int_equal(hw_cmdq_head(), 0);

	hw_cmdq_poll();
	assert_int_equal(*ram64(STATUS), 2);
	assert_int_equal(still_cached(*state), 0);
	assert_int_equal(hw_cmdq_head(), 2);
	assert_int_equal(queue_stats().commands, 2);
	assert_int_equal(queue_stats().waits, 1);
	assert_int_equal(queue_stats().doorbells, 1);
}

static void immediate_means_at_the_doorbell(void **state)
{
	cache_two(*state);
	put(0x50022, 0);
	put(0x0000000200000025, STATUS);
	hw_cmdq_doorbell(tail);
	assert_int_equal(*ram64(STATUS), 2);
	assert_int_equal(still_cached(*state), 0);
}

/* By chance, but in order: a status word never comes before what it is for. */
static void random_keeps_the_order(void **state)
{
	unsigned int early = 0, late = 0, i;

	for (i = 0; i < 100; i++) {
		unsigned int polls = 0;

		cache_two(*state);
		*ram64(STATUS) = 0;
		put(0x500f2, 0x1000);
		put(0x500f2, 0x2000);
		put(0x0000000200000025, STATUS);
		hw_cmdq_doorbell(tail);
		if (*ram64(STATUS))
			early++;
		while (!*ram64(STATUS)) {
			/* Nothing of the second while the first is there. */
			assert_true(still_cached(*state) != 1);
			assert_true(++polls < 1000);
			hw_cmdq_poll();
		}
		late += polls > 1;
		assert_int_equal(still_cached(*state), 0);
	}
	assert_in_range(early, 1, 99);
	assert_in_range(late, 1, 99);
}

/* ---- registers ----------------------------------------------------------------- */

static void a_ring_that_cannot_be_is_refused(void **state)
{
	static const struct {
		enum hw_cmdq_kind kind;
		uint64_t base;
		uint32_t entries;
	} bad[] = {
		{ HW_CMDQ_NONE, RING, 8 },	{ 99, RING, 8 },
		{ HW_CMDQ_VTD, RING + 8, 8 },	{ HW_CMDQ_VTD, RING, 1 },
		{ HW_CMDQ_VTD, RING, 12 },	{ HW_CMDQ_VTD, RING, 131072 },
		{ HW_CMDQ_VTD, 0x40000000, 8 }, { HW_CMDQ_VTD, 0xfffff0, 8 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(hw_cmdq_enable(bad[i].kind, bad[i].base,
					    bad[i].entries));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-queue"), i);
	/* The old one is still there. */
	command(0x0000000200000025, STATUS);
	assert_int_equal(*ram64(STATUS), 2);
}

static void a_doorbell_beyond_the_ring_is_misuse(void **state)
{
	(void)state;
	hw_cmdq_doorbell(ENTRIES);
	hw_cmdq_disable();
	hw_cmdq_doorbell(0);
	hw_cmdq_poll();
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-queue"), 2);
	assert_int_equal(queue_stats().doorbells, 0);
}

/* A completed wait: no device is still copying through what was dropped. */
struct stream {
	struct hw_dev *dev;
	uint32_t stop;
};

static void stream_reads(void *arg)
{
	struct stream *s = arg;
	uint64_t words[32];

	while (!__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE))
		hw_dma_read(s->dev, 0x1000, words, sizeof(words));
}

static void a_completed_wait_leaves_no_access_under_way(void **state)
{
	struct stream s = { .dev = *state };
	struct host_thread *t;
	int i;

	board_translate(*state, 5);
	t = host_thread_create(stream_reads, &s, "device");
	for (i = 0; i < 100; i++) {
		__atomic_store_n(&ram64(T0)[1], PAGE_A | 3, __ATOMIC_RELEASE);
		host_yield();
		__atomic_store_n(&ram64(T0)[1], 0, __ATOMIC_RELEASE);
		put(0x500f2, 0x1040);
		command(0x0000000200000025, STATUS);
		/* Plain stores: a device still reading would be a race. */
		memset(ram64(PAGE_A), i, 256);
	}
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELEASE);
	host_thread_join(t);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

#define CASE(fn, setup) \
	cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(vtd_commands_drop_what_they_name, setup_vtd),
		CASE(vtd_leaf_hint_keeps_the_walk_cache, setup_vtd),
		CASE(vtd_commands_drop_the_contexts_they_name, setup_vtd),
		CASE(vtd_stages_and_pasids_are_apart, setup_vtd),
		CASE(vtd_illegal_commands_stop_the_queue, setup_vtd),
		CASE(at_wait_nothing_happens_before_a_poll, setup_vtd),
		CASE(immediate_means_at_the_doorbell, setup_vtd_immediate),
		CASE(random_keeps_the_order, setup_vtd_random),
		CASE(a_ring_that_cannot_be_is_refused, setup_vtd),
		CASE(a_doorbell_beyond_the_ring_is_misuse, setup_vtd),
		CASE(a_completed_wait_leaves_no_access_under_way, setup_vtd),
	};

	return cmocka_run_group_tests_name("hw cmdq", tests, NULL, NULL);
}
