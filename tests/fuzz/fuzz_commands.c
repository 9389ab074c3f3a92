/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: raw bytes are commands in the IOMMU's invalidation queue.
 *
 * The first byte chooses whose commands and when they take effect. Whatever they
 * are: the queue goes on or says why it does not, memory changes only where a wait
 * writes its status, and a proper invalidation afterwards leaves nothing cached of
 * what a device had used before.
 */
#include "fuzz/device.h"
#include "hw/machine.h"

#define RAM_LOW 0x100000ull
#define RAM_LOW_SIZE 0x10000ull
#define RAM_HIGH_SIZE 0x10000ull
#define RING RAM_LOW
#define ENTRIES 32u
#define PAGE_A (RAM_LOW + 0x8000)
#define PAGE_B (RAM_LOW + 0x9000)
#define DOMAIN 5

/** struct set - one that drops all translations, and a wait without status */
static const struct set {
	enum hw_cmdq_kind kind;
	uint64_t drop_all, wait;
} sets[] = {
	{ HW_CMDQ_VTD, 0x12, 0x05 },
	{ HW_CMDQ_AMD, 8ull << 60, 1ull << 60 },
	{ HW_CMDQ_SMMU, 0x30, 0x46 },
	{ HW_CMDQ_RISCV, 0x81, 0x02 },
};

static struct hw_dev *device;
static uint8_t low[RAM_LOW_SIZE], high[RAM_HIGH_SIZE];

static void boot_once(void)
{
	static const struct hw_config cfg = {
		.ram = { { RAM_LOW, RAM_LOW_SIZE },
			 { RAM_HIGH, RAM_HIGH_SIZE } },
		.nr_ram = 2,
		.mmio32_start = MEM32,
		.mmio32_end = 0xd0000000,
		.iommu = true,
	};

	if (device)
		return;
	device = fuzz_device(&cfg);
	hw_iommu_set_check(false);
}

/* Two pages of the device's, to @page; the commands may have written anywhere. */
static void set_up(uint64_t page)
{
	memset(ram64(RAM_LOW), 0, RAM_LOW_SIZE);
	memset(ram64(RAM_HIGH), 0, RAM_HIGH_SIZE);
	board_translate(device, DOMAIN);
	board_map(0x1000, page, 3);
	board_map(0x2000, page, 3);
	*ram64(PAGE_A) = 'A';
	*ram64(PAGE_B) = 'B';
}

static enum hw_status reads(uint64_t iova, uint64_t *word)
{
	return hw_dma_read(device, iova, word, sizeof(*word));
}

static void put(uint32_t slot, uint64_t word0, uint64_t word1)
{
	ram64(RING)[2 * slot] = word0;
	ram64(RING)[2 * slot + 1] = word1;
}

/* How many bytes of 8 are not what they were. */
static unsigned int changed(const uint8_t *before, uint64_t phys, uint64_t len)
{
	unsigned int n = 0;
	uint64_t i;

	for (i = 0; i < len; i += 8)
		n += !!memcmp(before + i, ram64(phys + i), 8);
	return n;
}

/*
 * Run the queue up to @tail, as a driver does that puts a wait in the place of a
 * command that was refused.
 */
static void run(const struct set *set, uint32_t tail, unsigned int *replaced)
{
	unsigned int polls;

	hw_cmdq_doorbell(tail);
	for (polls = 0; hw_cmdq_head() != tail; polls++) {
		FUZZ_CHECK(polls < 4 * ENTRIES);
		if (hw_cmdq_error() == HW_CMDQ_ILLEGAL) {
			put(hw_cmdq_head(), set->wait, 0);
			(*replaced)++;
		}
		if (hw_cmdq_error())
			hw_cmdq_restart();
		hw_cmdq_poll();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };
	struct hw_cmdq_stats before, after;
	const struct set *set;
	unsigned int how, replaced = 0;
	uint64_t word = 0;
	uint32_t tail;

	boot_once();
	how = (unsigned int)fuzz_take(&f, 1);
	set = &sets[how & 3];
	hw_config.cmdq_mode = (enum hw_cmdq_mode)((how >> 2) % 3);
	set_up(PAGE_A);
	invalidate(HW_INV_ALL, 0, 0);
	FUZZ_CHECK(!reads(0x1000, &word) && word == 'A');
	FUZZ_CHECK(!reads(0x2000, &word) && word == 'A');

	FUZZ_CHECK(hw_cmdq_enable(set->kind, RING, ENTRIES));
	for (tail = 0; tail < ENTRIES - 1 && f.at < f.end; tail++) {
		put(tail, fuzz_take(&f, 8), 0);
		ram64(RING)[2 * tail + 1] = fuzz_take(&f, 8);
	}
	memcpy(low, ram64(RAM_LOW), RAM_LOW_SIZE);
	memcpy(high, ram64(RAM_HIGH), RAM_HIGH_SIZE);
	hw_cmdq_get_stats(&before);
	run(set, tail, &replaced);
	hw_cmdq_get_stats(&after);
	/* VT-d drops what follows when a device does not answer. */
	FUZZ_CHECK(after.commands - before.commands <= tail);
	FUZZ_CHECK(after.commands - before.commands == tail ||
		   after.unanswered != before.unanswered);
	FUZZ_CHECK(after.illegal - before.illegal == replaced);
	/* What was put in place of a command is a wait, and two words. */
	FUZZ_CHECK(changed(low, RAM_LOW, RAM_LOW_SIZE) +
			   changed(high, RAM_HIGH, RAM_HIGH_SIZE) <=
		   after.waits - before.waits + replaced);

	/* The same software again, in earnest. */
	replaced = 0;
	set_up(PAGE_B);
	FUZZ_CHECK(hw_cmdq_enable(set->kind, RING, ENTRIES));
	put(0, set->drop_all, 0);
	put(1, set->wait, 0);
	run(set, 2, &replaced);
	FUZZ_CHECK(!replaced);
	FUZZ_CHECK(!reads(0x1000, &word) && word == 'B');
	FUZZ_CHECK(!reads(0x2000, &word) && word == 'B');
	hw_cmdq_disable();
	host_event_reset();
	return 0;
}
