/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers: the default allocator, where its memory comes from, and who
 * may use it.
 * Models kernel/dma/swiotlb.c (set-up, sizes, queries), 6.17.
 *
 * Pool and slots are set aside at the top of low memory and not touched before
 * somebody bounces, unless memory is encrypted: then the pool is shared, and
 * cleared, when it is opened.
 *
 *	slots asked for -> multiples of a set -> at least a set an area
 *	                -> a power of two -> halved until memory is found
 *
 * I1  nslabs is 0 or a power of two of at least nareas sets; nareas is a power
 *     of two. Both stay as they are while the pool is there.
 * I2  The pool's physical address is aligned to a set or better.
 * I3  After swiotlb_exit() nothing of a pool is left: no device is served.
 * I4  mem->nslabs is the sum over mem->pools, of which defpool is the first;
 *     quirk "pool-outlived" keeps it after swiotlb_exit().
 * Locks: mem->lock: adding to mem->pools, which RCU protects; else none: set-up
 * is before the devices.
 * Tests: tests/unit/swiotlb/test_pool.c
 */
#include <linux/bug.h>
#include <linux/cc_platform.h>
#include <linux/ctype.h>
#include <linux/dma-map-ops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
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
/* CONFIG_SWIOTLB_DYNAMIC, a switch of the machine here */
static bool dynamic;

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

static struct page *pool_pages(unsigned long nr_pages, bool low)
{
	return should_fail_site(DMASIM_SITE_PAGE) ? NULL :
						    mm_reserve(nr_pages, low);
}

/* Both parts, or neither. */
static int pool_reserve(struct io_tlb_pool *pool, unsigned long nslabs,
			bool low)
{
	struct page *memory = pool_pages(pages_of_pool(nslabs), low);
	struct page *slots;

	if (!memory)
		return -ENOMEM;
	slots = pool_pages(pages_of_slots(nslabs), low);
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

/**
 * swiotlb_fit_areas() - how many areas of at least a set fit
 * @nareas: wanted, a power of two
 *
 * Return: @nareas, or the power of two that fits.
 */
unsigned int swiotlb_fit_areas(unsigned int nareas, unsigned long nslabs)
{
	while (nareas > 1 && nareas * IO_TLB_SEGSIZE > nslabs)
		nareas /= 2;
	return nareas;
}

/** swiotlb_mem_open() - an allocator without pools. */
void swiotlb_mem_open(struct io_tlb_mem *mem)
{
	memset(mem, 0, sizeof(*mem));
	spin_lock_init(&mem->lock);
	INIT_LIST_HEAD(&mem->pools);
	INIT_WORK(&mem->dyn_alloc, swiotlb_grow);
}

/** swiotlb_mem_add() - let devices use a pool. Context: any. */
void swiotlb_mem_add(struct io_tlb_mem *mem, struct io_tlb_pool *pool)
{
	unsigned long flags;

	spin_lock_irqsave(&mem->lock, flags);
	list_add_tail_rcu(&pool->node, &mem->pools);
	mem->nslabs += pool->nslabs;
	spin_unlock_irqrestore(&mem->lock, flags);
}

/**
 * swiotlb_pool_share() - let devices see a pool although memory is encrypted
 *
 * What was in it is gone. Nothing on other machines.
 * Context: any. Return: 0 or -ENOMEM.
 */
int swiotlb_pool_share(struct io_tlb_pool *pool)
{
	size_t bytes = PAGE_ALIGN(pool->nslabs << IO_TLB_SHIFT);
	int ret;

	if (!cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		return 0;
	ret = set_memory_decrypted((unsigned long)pool->vaddr,
				   bytes >> PAGE_SHIFT);
	if (!ret)
		memset(pool->vaddr, 0, bytes);
	return ret;
}

/** swiotlb_pool_unshare() - before its memory is given back. */
void swiotlb_pool_unshare(struct io_tlb_pool *pool)
{
	size_t bytes = PAGE_ALIGN(pool->nslabs << IO_TLB_SHIFT);

	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		set_memory_encrypted((unsigned long)pool->vaddr,
				     bytes >> PAGE_SHIFT);
}

/* The pool has its memory: give it areas and let devices use it. */
static void pool_open(struct io_tlb_mem *mem, bool late)
{
	struct io_tlb_pool *pool = &mem->defpool;
	unsigned int i;

	pool->nareas = swiotlb_fit_areas(option.areas, pool->nslabs);
	pool->area_nslabs = pool->nslabs / pool->nareas;
	pool->areas = areas;
	pool->late_alloc = late;
	memset(areas, 0, sizeof(areas));
	for (i = 0; i < pool->nareas; i++)
		spin_lock_init(&areas[i].lock);
	/* Memory that was used before; at boot it is zero. */
	if (late)
		memset(pool->vaddr, 0, pool->nslabs << IO_TLB_SHIFT);
	swiotlb_mem_add(mem, pool);
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
	mem->can_grow = dynamic && !remap;
	mem->phys_limit = flags & SWIOTLB_ANY ? U64_MAX : DMA_BIT_MASK(32);
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
	option_settle();
	nslabs = min_t(size_t, size >> IO_TLB_SHIFT, SWIOTLB_MAX_SLABS);
	nslabs = roundup_pow_of_two(
		max_t(unsigned long, nslabs, IO_TLB_SEGSIZE));
	mem->force_bounce = option.force;
	ret = pool_find(&mem->defpool, nslabs,
			gfp_mask & (__GFP_DMA | __GFP_DMA32), remap);
	if (ret)
		return ret;
	ret = swiotlb_pool_share(&mem->defpool);
	if (ret) {
		pool_release(&mem->defpool);
		return ret;
	}
	mem->can_grow = dynamic && !remap;
	mem->phys_limit = U64_MAX;
	if (gfp_mask & __GFP_DMA)
		mem->phys_limit = DMA_BIT_MASK(24);
	else if (gfp_mask & __GFP_DMA32)
		mem->phys_limit = DMA_BIT_MASK(32);
	pool_open(mem, true);
	swiotlb_print_info();
	return 0;
}

/* Back to a machine without a pool. */
static void pool_close(void)
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;

	/* Not by mem->nslabs: see swiotlb_exit(). */
	if (!mem->defpool.nslabs)
		return;
	swiotlb_shrink(mem);
	swiotlb_pool_unshare(&mem->defpool);
	pool_release(&mem->defpool);
	swiotlb_mem_open(mem);
}

/**
 * swiotlb_exit() - give the default allocator's pools back
 *
 * Nothing if everything must bounce. Nobody may have a buffer. Context: process.
 */
void swiotlb_exit(void)
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;
	unsigned long nslabs = mem->nslabs;

	if (mem->force_bounce)
		return;
	pool_close();
	/* Slots without memory: who asks how many there are is deceived. */
	if (lib_quirk(QUIRK_POOL_OUTLIVED))
		mem->nslabs = nslabs;
}

/**
 * swiotlb_update_mem_attributes() - let devices see the pool of the boot
 *
 * A pool that cannot be shared is of no use and goes (logged).
 * Context: boot, after swiotlb_init(); nothing unless memory is encrypted.
 */
void swiotlb_update_mem_attributes(void)
{
	struct io_tlb_mem *mem = &io_tlb_default_mem;

	if (!mem->nslabs || !swiotlb_pool_share(&mem->defpool))
		return;
	pr_warn("bounce buffers: %lu slots cannot be shared with devices\n",
		mem->nslabs);
	pool_release(&mem->defpool);
	swiotlb_mem_open(mem);
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

/* Linux would read through the null pointer. Here, because no lower layer has
 * calls that want a device that can do DMA. */
noinline void dma_report_no_device(const char *call)
{
	lib_event(LIB_EVENT_MISUSE, "dma-no-device", NULL, 0, 0,
		  "%s() without a device", call);
}
EXPORT_SYMBOL_GPL(dma_report_no_device);

/** swiotlb_dev_init() - let a new device use the default pool, now or later. */
void swiotlb_dev_init(struct device *dev)
{
	if (dma_no_device(dev))
		return;
	dev->dma_io_tlb_mem = &io_tlb_default_mem;
	INIT_LIST_HEAD(&dev->dma_io_tlb_pools);
	spin_lock_init(&dev->dma_io_tlb_lock);
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

	if (dma_no_device(dev))
		return 0;
	return set - roundup(dma_get_min_align_mask(dev), IO_TLB_SIZE);
}

bool is_swiotlb_allocated(void)
{
	return io_tlb_default_mem.nslabs;
}

/** is_swiotlb_active() - does the allocator of @dev have slots? */
bool is_swiotlb_active(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return dev->dma_io_tlb_mem && dev->dma_io_tlb_mem->nslabs;
}

/**
 * default_swiotlb_base() - first physical address of the default pool, or 0
 *
 * Who asks relies on one range: the allocator does not grow from now on.
 */
phys_addr_t default_swiotlb_base(void)
{
	WRITE_ONCE(io_tlb_default_mem.can_grow, false);
	return io_tlb_default_mem.defpool.start;
}

/** default_swiotlb_limit() - its last one, or 0. */
phys_addr_t default_swiotlb_limit(void)
{
	return is_swiotlb_allocated() ? io_tlb_default_mem.defpool.end - 1 : 0;
}

struct io_tlb_pool *__swiotlb_find_pool(struct device *dev, phys_addr_t paddr)
{
	struct io_tlb_pool *pool;

	if (dma_no_device(dev))
		return NULL;
	pool = &dev->dma_io_tlb_mem->defpool;
	return likely(pool_holds(pool, paddr)) ? pool :
						 swiotlb_find_grown(dev, paddr);
}

/* ---- life of a machine -------------------------------------------------------- */

int swiotlb_boot(const struct swiotlb_params *params)
{
	bool shared = cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT);

	option = (struct swiotlb_option){ .slabs = SWIOTLB_DEFAULT_SLABS };
	dynamic = params->dynamic;
	swiotlb_mem_open(&io_tlb_default_mem);
	lib_counter_reset(&swiotlb_bounces);
	swiotlb_set_release_hook(NULL);
	if (params->option && !option_parse(params->option, &option))
		return -EINVAL;
	swiotlb_init(params->addressing_limited,
		     SWIOTLB_VERBOSE | (shared ? SWIOTLB_FORCE : 0));
	swiotlb_update_mem_attributes();
	return 0;
}

void swiotlb_shutdown(void)
{
	swiotlb_regions_close();
	pool_close();
	swiotlb_mem_open(&io_tlb_default_mem);
	swiotlb_set_release_hook(NULL);
	option = (struct swiotlb_option){ .slabs = SWIOTLB_DEFAULT_SLABS };
	dynamic = false;
}
