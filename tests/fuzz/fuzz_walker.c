/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: raw bytes are the tables that a hardware walker reads.
 *
 * The first bytes choose a format, a shape and an address; the rest fills all of a
 * small RAM over and over. Whatever stands there: a walk reads RAM only, ends, and
 * is the same each time and from each table on its way; all of a leaf translates
 * alike; and what a device gets from its access, with and without the IOTLB, is
 * what the walk says.
 */
#include "fuzz/device.h"
#include "hw/walk.h"

#define RAM 0x100000ull
#define RAM_SIZE 0x80000ull
#define RAM_MASK (RAM_SIZE - 1)

static const struct {
	enum hw_pt_format nr;
	const struct hw_walk_format *format;
} formats[] = {
	{ HW_PT_VTDSS, &hw_vtdss_format },
	{ HW_PT_AMDV1, &hw_amdv1_format },
	{ HW_PT_X86_64, &hw_x86_64_format },
	{ HW_PT_RISCV_64, &hw_riscv_64_format },
	{ HW_PT_ARM_S1_4K, &hw_arm_s1_4k_format },
	{ HW_PT_ARM_S1_16K, &hw_arm_s1_16k_format },
	{ HW_PT_ARM_S1_64K, &hw_arm_s1_64k_format },
	{ HW_PT_ARM_S2_4K, &hw_arm_s2_4k_format },
	{ HW_PT_ARM_S2_16K, &hw_arm_s2_16k_format },
	{ HW_PT_ARM_S2_64K, &hw_arm_s2_64k_format },
};

static const struct hw_walk_format *format;
static struct hw_dev *device;

static void boot_once(void)
{
	static const struct hw_config cfg = {
		.ram = { { RAM, RAM_SIZE } },
		.nr_ram = 1,
		.mmio32_start = MEM32,
		.mmio32_end = 0xd0000000,
		.iommu = true,
	};

	if (device)
		return;
	device = fuzz_device(&cfg);
	hw_iommu_set_check(true);
}

/* Make an entry point into RAM, whatever it points to. */
static uint64_t into_ram(enum hw_pt_format nr, uint64_t entry)
{
	const uint64_t pages = RAM_MASK & ~0xfffull;

	if (nr == HW_PT_RISCV_64)
		return (entry & ~(0xfffffffffffull << 10)) |
		       ((RAM | (entry << 2 & pages)) >> 2);
	return (entry & ~0x000ffffffffff000ull) | RAM | (entry & pages);
}

static void fill_ram(struct fuzz *f, enum hw_pt_format nr, bool point)
{
	size_t filled, more;
	uint64_t *ram = ram64(RAM);

	for (filled = 0; f->at < f->end && filled < RAM_SIZE; filled += 8) {
		ram[filled / 8] = fuzz_take(f, 8);
		if (point)
			ram[filled / 8] = into_ram(nr, ram[filled / 8]);
	}
	if (!filled)
		memset(ram, 0, RAM_SIZE);
	/* What stands there is a multiple of the input: say it again. */
	for (; filled && filled < RAM_SIZE; filled += more) {
		more = RAM_SIZE - filled < filled ? RAM_SIZE - filled : filled;
		memcpy((char *)ram + filled, ram, more);
	}
}

/* ---- what must hold of one walk ---- */

static bool in_ram(uint64_t phys, uint64_t len)
{
	return phys >= RAM && phys - RAM <= RAM_SIZE - len;
}

static bool same(const struct hw_walk *a, const struct hw_walk *b)
{
	return a->phys == b->phys && a->lg2 == b->lg2 && a->read == b->read &&
	       a->write == b->write && a->level == b->level &&
	       a->table == b->table && a->entry == b->entry;
}

static void check_shape(const struct hw_walk_start *start, uint64_t addr,
			const struct hw_walk *w, enum hw_status status)
{
	unsigned int i;

	FUZZ_CHECK(w->reads <= start->level + 1u);
	FUZZ_CHECK(w->nr_steps <= start->level);
	for (i = 0; i < w->nr_steps; i++) {
		FUZZ_CHECK(in_ram(w->step[i].table, 8ull << format->index_lg2));
		FUZZ_CHECK(w->step[i].level <
			   (i ? w->step[i - 1].level : start->level));
	}
	if (status) {
		FUZZ_CHECK(
			status == HW_ERR_RANGE || status == HW_ERR_UNMAPPED ||
			status == HW_ERR_RESERVED || status == HW_ERR_TABLE ||
			status == HW_ERR_ACCESS || status == HW_ERR_ADDR_SIZE);
		return;
	}
	FUZZ_CHECK(w->reads && in_ram(w->table, 8));
	FUZZ_CHECK(w->lg2 >= format->granule_lg2 && w->lg2 < 64);
	FUZZ_CHECK(!(w->phys >> start->oas_lg2));
	FUZZ_CHECK(!((w->phys ^ addr) & ((1ull << w->lg2) - 1)));
}

static enum hw_status walk(const struct hw_walk_start *start, uint64_t addr,
			   struct hw_walk *w)
{
	struct hw_walk again;
	enum hw_status status = format->walk(start, addr, w);
	unsigned int i;

	check_shape(start, addr, w, status);
	FUZZ_CHECK(format->walk(start, addr, &again) == status);
	FUZZ_CHECK(same(w, &again));
	/*
	 * As the walk cache does: go on from a table that was found before. None
	 * is remembered of a way to a malformed entry.
	 */
	for (i = 0; i < w->nr_steps; i++) {
		struct hw_walk_start from = *start;

		if (status && status != HW_ERR_UNMAPPED)
			break;
		from.table = w->step[i].table;
		from.level = w->step[i].level;
		from.read = w->step[i].read;
		from.write = w->step[i].write;
		FUZZ_CHECK(format->walk(&from, addr, &again) == status);
		FUZZ_CHECK(same(w, &again));
	}
	return status;
}

/* The ends of a leaf, and a place in between, say the same. */
static void check_leaf(const struct hw_walk_start *start, uint64_t addr,
		       const struct hw_walk *w)
{
	uint64_t mask = (1ull << w->lg2) - 1;
	const uint64_t places[] = { 0, mask, mask / 3 };
	unsigned int i;

	/* Of several entries, each has rights and an access flag of its own. */
	bool one = (w->lg2 - format->granule_lg2) % format->index_lg2 == 0;

	for (i = 0; i < 3; i++) {
		struct hw_walk other;
		enum hw_status status =
			walk(start, (addr & ~mask) + places[i], &other);

		FUZZ_CHECK(!status || (!one && status == HW_ERR_ACCESS));
		FUZZ_CHECK(other.phys == (w->phys & ~mask) + places[i]);
		FUZZ_CHECK(other.lg2 == w->lg2);
		FUZZ_CHECK(!one ||
			   (other.read == w->read && other.write == w->write));
	}
}

/* ---- a device's access ---- */

static void check_device(uint64_t addr, const struct hw_walk *w,
			 enum hw_status status)
{
	uint64_t value = 0, phys = 0;
	unsigned int i;

	/* Not translated: interrupts. */
	addr &= ~7ull;
	if (addr >> 20 == 0xfee)
		return;
	FUZZ_CHECK(hw_iommu_peek(RID, addr, true, &phys, NULL) ==
		   (status   ? status :
		    w->write ? HW_OK :
			       HW_ERR_PERM));
	if (!status && !w->read)
		status = HW_ERR_PERM;
	/* A miss, a hit, and the device's own memory of it. */
	for (i = 0; i < 3; i++) {
		struct hw_iommu_fault fault;
		enum hw_status got = hw_dma_read(device, addr, &value, 8);

		if (status) {
			FUZZ_CHECK(got == status);
			FUZZ_CHECK(hw_iommu_next_fault(&fault));
			FUZZ_CHECK(fault.reason == status &&
				   fault.addr == addr && !fault.write);
		} else if (in_ram(w->phys & ~7ull, 8)) {
			FUZZ_CHECK(!got && value == *ram64(w->phys & ~7ull));
		}
		while (hw_iommu_next_fault(&fault))
			;
	}
	FUZZ_CHECK(!host_event_count(HOST_EVENT_FAULT, "iotlb-stale"));
}

static void attach(enum hw_pt_format nr, const struct hw_walk_start *start)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = nr,
		.root = start->table,
		.levels = start->levels,
		.va_lg2 = start->va_lg2,
		.sign_extend = start->sign_extend,
		.domain = 1,
	};
	const struct hw_inv_cmd all = { .type = HW_INV_ALL };

	hw_iommu_set_context(RID, &ctx);
	hw_iommu_invalidate(&all, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };
	struct hw_walk_start start = { .read = true, .write = true };
	unsigned int shape, width, extra, nr;
	enum hw_status status;
	struct hw_walk w;
	uint64_t addr;

	boot_once();
	nr = fuzz_take(&f, 1) % (sizeof(formats) / sizeof(formats[0]));
	format = formats[nr].format;
	shape = (unsigned int)fuzz_take(&f, 1);
	extra = (unsigned int)fuzz_take(&f, 1);
	start.levels = (uint8_t)(format->min_levels +
				 shape % (format->max_levels -
					  format->min_levels + 1));
	start.level = start.levels - 1u;
	start.oas_lg2 = 52;
	start.sign_extend = format->sign_extends && shape & 0x40;
	/* As wide as the levels, or as a root of several tables makes them. */
	width = format->granule_lg2 + start.levels * format->index_lg2 +
		extra % (format->concat_lg2 + 1u);
	if (extra & 0x80)
		width--;
	start.va_lg2 =
		(uint8_t)(width > format->va_lg2 ? format->va_lg2 : width);
	/* Where RAM begins, or where a table there hangs over its end. */
	start.table = extra & 0x40 ? RAM + RAM_SIZE - 0x1000 : RAM;
	addr = fuzz_take(&f, 8);
	if (!(shape & 0x20))
		addr &= (1ull << (start.va_lg2 - 1)) - 1;
	fill_ram(&f, formats[nr].nr, shape & 0x80);

	status = walk(&start, addr, &w);
	if (!status)
		check_leaf(&start, addr, &w);
	attach(formats[nr].nr, &start);
	if (!host_event_count(HOST_EVENT_MISUSE, "iommu-context"))
		check_device(addr, &w, status);
	host_event_reset();
	return 0;
}
