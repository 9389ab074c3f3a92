/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers: where the memory comes from, and who may use it.
 * Models kernel/dma/swiotlb.c (set-up, sizes, queries), 6.17.
 *
 * Reduced: one allocator with one pool that neither grows nor shrinks, no
 * restricted regions (swiotlb_alloc() has nothing to give); no debugfs, its
 * figures are in struct swiotlb_stats. Pool and slots are set aside at the top of
 * low memory and not touched before somebody bounces.
 *
 *	slots asked for -> multiples of a set -> at least a set an area
 *	                -> a power of two -> halved until memory is found
 *
 * I1  nslabs is 0 or a power of two of at least nareas sets; nareas is a power
 *     of two. Both stay as they are while the pool is there.
 * I2  The pool's physical address is aligned to a set or better.
 * I3  After swiotlb_exit() nothing of a pool is left: no device is served.
 * Locks: none: set-up is before the devices.
 * Tests: tests/unit/swiotlb/test_pool.c
 */
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/dma-map-ops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "mm/mm.h"
#include "swiotlb/slots.h"

#define SWIOTLB_DEFAULT_SLABS (IO_TLB_DEFAULT_SIZE >> IO_TLB_SHIFT)
/* A megabyte; with less it is not worth it. */
#define SWIOTLB_MIN_SLABS 512ul
/* 64 GiB, as much RAM as there can be; larger wishes end here. */
#define SWIOTLB_MAX_SLABS (1ul << 25)

struct io_tlb_mem io_tlb_default_mem;

/**
 * struct swiotlb_option - what the boot option and drivers asked for
 * @slabs: slots, a multiple of a set
 * @areas: 0: one a CPU
 */
struct swiotlb_option {
	unsigned long slabs;
	unsigned int areas;
	bool force;
	bool disable;
};

static struct swiotlb_option option = { .slabs = SWIOTLB_DEFAULT_SLABS };

/* ---- the boot option -------------------------------------------------------- */

static bool option_number(const char **text, unsigned long *value)
{
	char *end;

	if (!isdigit(**text))
		return false;
	*value = simple_strtoul(*text, &end, 0);
	*text = end;
	return true;
}

/* "[slabs][,areas][,force|noforce]", at least one of them. */
static bool option_parse(const char *text, struct swiotlb_option *opt)
{
	unsigned long number;

	if (option_number(&text, &number)) {
		number = min(number, SWIOTLB_MAX_SLABS);
		opt->slabs = ALIGN(number, IO_TLB_SEGSIZE);
		if (!*text)
			return number;
		if (*text++ != ',' || !number)
			return false;
		if (option_number(&text, &number)) {
			if (!number || number > SWIOTLB_MAX_AREAS)
				return false;
			opt->areas = roundup_pow_of_two(number);
			if (!*text)
				return true;
			if (*text++ != ',')
				return false;
		}
	}
	opt->force = !strcmp(text, "force");
	opt->disable = !strcmp(text, "noforce");
	return opt->force || opt->disable;
}

bool swiotlb_option_valid(const char *text)
{
	struct swiotlb_option opt = {};

	return !text || option_parse(text, &opt);
}

/* The area count is known from here on, and with it the least size. */
static unsigned long option_settle(void)
{
	if (!option.areas)
		option.areas = roundup_pow_of_two(num_possible_cpus());
	option.slabs = roundup_pow_of_two(max_t(unsigned long, option.slabs,
						IO_TLB_SEGSIZE *option.areas));
	return option.slabs;
}

/**
 * swiotlb_adjust_size() - another default size
 * @size: bytes, rounded up
 *
 * For early code; a size that somebody else chose stays. Context: boot.
 */
void swiotlb_adjust_size(unsigned long size)
{
	if (option.slabs != SWIOTLB_DEFAULT_SLABS || !size)
		return;
	option.slabs = min(size >> IO_TLB_SHIFT, SWIOTLB_MAX_SLABS);
	option.slabs = ALIGN(max(option.slabs, 1ul), IO_TLB_SEGSIZE);
	if (option.areas)
		option_settle();
	pr_info("bounce buffers: %lu slots by default\n", option.slabs);
}

/** swiotlb_size_or_default() - bytes of the pool that is, or is to be. */
unsigned long swiotlb_size_or_default(void)
{
	return option.slabs << IO_TLB_SHIFT;
}

/* ---- the pool ---------------------------------------------------------------- */

static unsigned long pages_of_slots(unsigned long nslabs)
{
	return roundup_pow_of_two(
		DIV_ROUND_UP(nslabs * sizeof(struct io_tlb_slot), PAGE_SIZE));
}

static inline unsigned long pages_of_pool(unsigned long nslabs)
{
	return nslabs >> (PAGE_SHIFT - IO_TLB_SHIFT);
}

static struct io_tlb_area areas[SWIOTLB_MAX_AREAS];

/* Both parts, or neither. */
static int pool_reserve(struct io_tlb_pool *pool, unsigned long nslabs,
			bool low)
{
	struct page *memory = mm_reserve(pages_of_pool(nslabs), low);
	struct page *slots;

	if (!memory)
		return -ENOMEM;
	slots = mm_reserve(pages_of_slots(nslabs), low);
	if (!slots) {
		mm_unreserve(memory, pages_of_pool(nslabs));
		return -ENOMEM;
	}
	pool->vaddr = page_to_virt(memory);
	pool->start = page_to_phys(memory);
	pool->end = pool->start + (nslabs << IO_TLB_SHIFT);
	pool->slots = page_to_virt(slots);
	pool->nslabs = nslabs;
	return 0;
}

static void pool_release(struct io_tlb_pool *pool)
{
	mm_unreserve(virt_to_page(pool->slots), pages_of_slots(pool->nslabs));
	mm_unreserve(virt_to_page(pool->vaddr), pages_of_pool(pool->nslabs));
	memset(pool, 0, sizeof(*pool));
}

/* The pool has its memory: give it areas and let devices use it. */
static void pool_open(struct io_tlb_mem *mem, bool late)
{
	struct io_tlb_pool *pool = &mem->defpool;
	unsigned int i;

	pool->nareas = min_t(unsigned long, option.areas,
			     pool->nslabs / IO_TLB_SEGSIZE);
	pool->area_nslabs = pool->nslabs / pool->nareas;
	pool->areas = areas;
	pool->late_alloc = late;
	memset(areas, 0, sizeof(areas));
	for (i = 0; i < pool->nareas; i++)
		spin_lock_init(&areas[i].lock);
	mem->nslabs = pool->nslabs;
}

/* Halve until there is room and @remap, if any, agrees. */
static int pool_find(struct io_tlb_pool *pool, unsigned long nslabs, bool low,
		     int (*remap)(void *tlb, unsigned long nslabs))
{
	int ret;

	for (;; nslabs >>= 1) {
		ret = pool_reserve(pool, nslabs, low);
		if (!ret) {
			ret = remap ? remap(pool->vaddr, nslabs) : 0;
			if (!ret)
				return 0;
			pool_release(pool);
		}
		if (nslabs <= SWIOTLB_MIN_SLABS)
			return ret;
	}
}

/**
 * swiotlb_init_remap() - set the default pool up at boot
 * @addressing_limit: there is memory that 32-bit devices do not reach
 * @flags: SWIOTLB_FORCE: bounce everything; SWIOTLB_ANY: anywhere;
 *	SWIOTLB_VERBOSE: say what was done
 * @remap: asked to prepare the memory, may be NULL; an error of it means less
 *
 * Nothing if neither the limit nor anybody's wish to force asks for a pool, or
 * if the boot option forbids it. Without room there is none (logged).
 * Context: boot.
 */
void swiotlb_init_remap(bool addressing_limit, unsigned int flags,
			int (*remap)(void *tlb, unsigned long nslabs))
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;

	if (!addressing_limit && !option.force && !(flags & SWIOTLB_FORCE))
		return;
	if (option.disable || mem->nslabs)
		return;
	mem->force_bounce = option.force || flags & SWIOTLB_FORCE;
	if (pool_find(&mem->defpool, option_settle(), !(flags & SWIOTLB_ANY),
		      remap)) {
		pr_warn("bounce buffers: no memory for %lu bytes\n",
			swiotlb_size_or_default());
		return;
	}
	pool_open(mem, false);
	if (flags & SWIOTLB_VERBOSE)
		swiotlb_print_info();
}

/** swiotlb_init() - swiotlb_init_remap() of memory as it is */
void swiotlb_init(bool addressing_limited, unsigned int flags)
{
	swiotlb_init_remap(addressing_limited, flags, NULL);
}

/**
 * swiotlb_init_late() - set the default pool up when the machine is running
 * @size: bytes, rounded up to a power of two
 * @gfp_mask: GFP_DMA32 or GFP_DMA: below 4 GiB
 * @remap: as of swiotlb_init_remap()
 *
 * Context: process.
 * Return: 0, also if there is a pool or the boot option forbids one; -ENOMEM;
 * the errno of @remap if it agrees to no size.
 */
int swiotlb_init_late(size_t size, gfp_t gfp_mask,
		      int (*remap)(void *tlb, unsigned long nslabs))
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;
	unsigned long nslabs;
	int ret;

	if (mem->nslabs || option.disable)
		return 0;
	if (should_fail_site(DMASIM_SITE_PAGE))
		return -ENOMEM;
	option_settle();
	nslabs = min_t(size_t, size >> IO_TLB_SHIFT, SWIOTLB_MAX_SLABS);
	nslabs = roundup_pow_of_two(
		max_t(unsigned long, nslabs, IO_TLB_SEGSIZE));
	mem->force_bounce = option.force;
	ret = pool_find(&mem->defpool, nslabs,
			gfp_mask & (__GFP_DMA | __GFP_DMA32), remap);
	if (ret)
		return ret;
	pool_open(mem, true);
	swiotlb_print_info();
	return 0;
}

/* Back to a machine without a pool. */
static void pool_close(void)
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;

	if (mem->nslabs)
		pool_release(&mem->defpool);
	memset(mem, 0, sizeof(*mem));
}

/**
 * swiotlb_exit() - give the default pool back
 *
 * Nothing if everything must bounce. Nobody may have a buffer. Context: process.
 */
void swiotlb_exit(void)
{
	if (!io_tlb_default_mem.force_bounce)
		pool_close();
}

/* No memory is encrypted. */
void swiotlb_update_mem_attributes(void)
{
}

/** swiotlb_print_info() - a line about the default pool in the log. */
void swiotlb_print_info(void)
{
	const struct io_tlb_pool *pool = &io_tlb_default_mem.defpool;
	phys_addr_t last = pool->end - 1;

	if (!io_tlb_default_mem.nslabs) {
		pr_warn("bounce buffers: none\n");
		return;
	}
	pr_info("bounce buffers: %pa-%pa, %lu slots in %u areas%s\n",
		&pool->start, &last, pool->nslabs, pool->nareas,
		io_tlb_default_mem.force_bounce ? ", forced" : "");
}

/* ---- queries ----------------------------------------------------------------- */

/** swiotlb_dev_init() - let a new device use the default pool, now or later. */
void swiotlb_dev_init(struct device *dev)
{
	dev->dma_io_tlb_mem = &io_tlb_default_mem;
	dev->dma_uses_io_tlb = false;
}

/**
 * swiotlb_max_mapping_size() - bytes that one bounce can hold
 *
 * A set of slots less what the device's alignment may cost. Context: any.
 */
size_t swiotlb_max_mapping_size(struct device *dev)
{
	size_t set = (size_t)IO_TLB_SIZE * IO_TLB_SEGSIZE;

	return set - roundup(dma_get_min_align_mask(dev), IO_TLB_SIZE);
}

bool is_swiotlb_allocated(void)
{
	return io_tlb_default_mem.nslabs;
}

/** is_swiotlb_active() - does the allocator of @dev have slots? */
bool is_swiotlb_active(struct device *dev)
{
	return dev->dma_io_tlb_mem && dev->dma_io_tlb_mem->nslabs;
}

/** default_swiotlb_base() - first physical address of the default pool, or 0. */
phys_addr_t default_swiotlb_base(void)
{
	return io_tlb_default_mem.defpool.start;
}

/** default_swiotlb_limit() - its last one, or 0. */
phys_addr_t default_swiotlb_limit(void)
{
	return is_swiotlb_allocated() ? io_tlb_default_mem.defpool.end - 1 : 0;
}

struct io_tlb_pool *__swiotlb_find_pool(struct device *dev, phys_addr_t paddr)
{
	struct io_tlb_pool *pool = &dev->dma_io_tlb_mem->defpool;

	return paddr >= pool->start && paddr < pool->end ? pool : NULL;
}

/** swiotlb_alloc() - NULL: only restricted pools lend their memory. */
struct page *swiotlb_alloc(struct device *dev, size_t size)
{
	return NULL;
}

/** swiotlb_free() - false: the page came from somewhere else. */
bool swiotlb_free(struct device *dev, struct page *page, size_t size)
{
	return false;
}

/* ---- life of a machine -------------------------------------------------------- */

int swiotlb_boot(const struct swiotlb_params *params)
{
	option = (struct swiotlb_option){ .slabs = SWIOTLB_DEFAULT_SLABS };
	lib_counter_reset(&swiotlb_bounces);
	swiotlb_set_release_hook(NULL);
	if (params->option && !option_parse(params->option, &option))
		return -EINVAL;
	swiotlb_init(params->addressing_limited, SWIOTLB_VERBOSE);
	return 0;
}

unsigned int swiotlb_check(void)
{
	unsigned long used = atomic_long_read(&io_tlb_default_mem.total_used);

	if (!used)
		return 0;
	lib_event(LIB_EVENT_LEAK, "bounce-leak", NULL, 0, used << IO_TLB_SHIFT,
		  "%lu slots of bounce buffers were not released", used);
	return 1;
}

void swiotlb_shutdown(void)
{
	pool_close();
	swiotlb_set_release_hook(NULL);
	option = (struct swiotlb_option){ .slabs = SWIOTLB_DEFAULT_SLABS };
}

void swiotlb_get_stats(struct swiotlb_stats *stats)
{
	const struct io_tlb_mem *mem = &io_tlb_default_mem;

	*stats = (struct swiotlb_stats){
		.slots = mem->nslabs,
		.areas = mem->defpool.nareas,
		.used = atomic_long_read(&mem->total_used),
		.used_hiwater = atomic_long_read(&mem->used_hiwater),
		.bounces = lib_counter_read(&swiotlb_bounces),
		.base = mem->defpool.start,
	};
}

int swiotlb_set_hiwater(unsigned long value)
{
	if (value)
		return -EINVAL;
	atomic_long_set(&io_tlb_default_mem.used_hiwater, 0);
	return 0;
}
