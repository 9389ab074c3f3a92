/* SPDX-License-Identifier: MIT */
/*
 * Wall 1, the hardware manual: what kernel-side code can ask of the machine.
 *
 * Only seams (*_hw.c), src/sim and the hardware itself include this. The
 * kernel side sees RAM by physical address, config and MMIO accesses, IOMMU
 * contexts and invalidation commands, cache maintenance and one interrupt
 * sink. It never sees a device model: devices are reached by their registers.
 * The device side of the house is hw/device.h.
 *
 * W1  No device reaches memory except through hw_dma_read()/hw_dma_write(),
 *     which translate with the page-table bytes in RAM (hw/iommu.c). A peer's
 *     BAR may be reached by its bus address, without translation.
 * W2  The IOMMU forgets a cached translation only on a command from here.
 * W3  Hardware reports enum hw_status, never an errno.
 */
#ifndef HW_HW_H
#define HW_HW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hw_status {
	HW_OK = 0,
	HW_ERR_UNMAPPED, /* no translation for this address */
	HW_ERR_PERM, /* translation without this right */
	HW_ERR_RANGE, /* address wider than the table translates */
	HW_ERR_RESERVED, /* reserved bits set, malformed entry */
	HW_ERR_TABLE, /* page-table pointer outside RAM, or a loop */
	HW_ERR_BLOCKED, /* context entry says: no DMA */
	HW_ERR_DECODE, /* physical address that nobody claims */
	HW_ERR_BUSMASTER, /* bus mastering is off on the path */
	HW_ERR_SIZE, /* access size or alignment not supported */
	HW_ERR_PRIVATE, /* encrypted page that was not shared */
	HW_ERR_WINDOW, /* outside all inbound windows of the host bridge */
	HW_ERR_ACCESS, /* ARM: the leaf's access flag is clear (F_ACCESS) */
	HW_ERR_ADDR_SIZE, /* ARM: the entry's address is too wide (F_ADDR_SIZE) */
};

/** hw_status_name() - short name, e.g. "unmapped". */
const char *hw_status_name(enum hw_status status);

/* ---- machine --------------------------------------------------------------- */

struct hw_ram_range {
	uint64_t start; /* physical, page aligned, never 0 */
	uint64_t size;
};

#define HW_MAX_RAM_RANGES 8

/** struct hw_dma_window - addresses of devices that the host bridge takes */
struct hw_dma_window {
	uint64_t bus; /* as devices send them */
	uint64_t phys; /* where the first of them leads */
	uint64_t size; /* not 0; neither end wraps */
};

#define HW_MAX_DMA_WINDOWS 4

enum hw_pt_format {
	HW_PT_NONE,
	HW_PT_VTDSS, /* VT-d second stage, 3..5 levels */
	HW_PT_AMDV1, /* AMD v1 host table, 1..6 levels */
	HW_PT_X86_64, /* AMD v2, VT-d first stage: 4, 5 levels */
	HW_PT_RISCV_64, /* Sv39, Sv48, Sv57 */
	HW_PT_ARM_S1_4K, /* ARM LPAE stage 1 by granule */
	HW_PT_ARM_S1_16K,
	HW_PT_ARM_S1_64K,
	HW_PT_ARM_S2_4K, /* and stage 2 */
	HW_PT_ARM_S2_16K,
	HW_PT_ARM_S2_64K,
	HW_PT_EXTRA, /* from here on: hw_iommu_add_format() */
	HW_PT_MAX = HW_PT_EXTRA + 4,
};

/** enum hw_peers - what becomes of a device's access to another one's BAR. */
enum hw_peers {
	HW_PEERS_NONE, /* refused wherever it comes from */
	HW_PEERS_DIRECT, /* bus addresses go straight to the peer */
	HW_PEERS_REDIRECT, /* all accesses go up to the IOMMU first (ACS) */
};

/** enum hw_cmdq_mode - when a command in the invalidation queue takes effect. */
enum hw_cmdq_mode {
	HW_CMDQ_AT_WAIT, /* as late as allowed: when software polls */
	HW_CMDQ_IMMEDIATE, /* when the doorbell rings */
	HW_CMDQ_RANDOM, /* some then, some at each poll */
};

/**
 * struct hw_config - the machine to build
 * @ram: usable RAM, ascending, not overlapping
 * @mmio32_start, @mmio32_end: 32-bit MMIO window of the host bridge, [start,
 *	end); 0xfee00000..0xfeefffff never decodes as device memory
 * @mmio64_start, @mmio64_end: 64-bit window, 0/0 for none
 * @peers: do devices reach each other? Unless HW_PEERS_NONE, what the IOMMU
 *	sends to a BAR is routed back down to it, too
 * @dma_window: inbound windows, ascending, apart from each other; what is sent to no window
 *	is refused. With an IOMMU behind them they do not move addresses
 * @nr_dma_windows: 0: every address passes as it is
 * @iommu: an IOMMU is present; without one device addresses are physical
 * @iommu_caching_mode: not-present translations are cached too
 * @iommu_messages: the IOMMU translates interrupt messages as it does other
 *	writes; false: they pass it by
 * @iommu_oas_lg2: physical address width, 52 if 0
 * @iotlb_entries: capacity of the IOTLB, 0 = unlimited
 * @iotlb_random: what is thrown out then is chosen by @iotlb_seed, not by age
 * @iommu_prefetch: a walk also remembers what lies in the same 64 bytes of the
 *	table
 * @walk_noncoherent: page-table walks do not see the CPU's caches
 * @cmdq_mode: when commands in the invalidation queue take effect
 * @cmdq_seed: for HW_CMDQ_RANDOM
 * @cache_speculation: one line in so many is written back or fetched without
 *	being asked for, 0: none is
 * @cache_seed: which ones
 * @confidential: RAM is encrypted; devices see pages that were shared only
 * @count_steps: count what a cost model has a price for (cost.c)
 */
struct hw_config {
	struct hw_ram_range ram[HW_MAX_RAM_RANGES];
	unsigned int nr_ram;
	uint64_t mmio32_start, mmio32_end;
	uint64_t mmio64_start, mmio64_end;
	enum hw_peers peers;
	struct hw_dma_window dma_window[HW_MAX_DMA_WINDOWS];
	unsigned int nr_dma_windows;
	bool iommu;
	bool iommu_caching_mode;
	bool iommu_messages;
	unsigned int iommu_oas_lg2;
	unsigned int iotlb_entries;
	bool iotlb_random;
	uint64_t iotlb_seed;
	bool iommu_prefetch;
	bool walk_noncoherent;
	enum hw_cmdq_mode cmdq_mode;
	uint64_t cmdq_seed;
	unsigned int cache_speculation;
	uint64_t cache_seed;
	bool confidential;
	bool count_steps;
};

/**
 * hw_init() - power on
 * Return: NULL, or a static text that says which part of @cfg cannot exist.
 */
const char *hw_init(const struct hw_config *cfg);
void hw_exit(void);

/* ---- RAM (ram.c) ------------------------------------------------------------ */

/** hw_ram_base() - host address of physical 0: RAM at phys is base + phys. */
void *hw_ram_base(void);
uint64_t hw_ram_end(void); /* one past the last RAM byte */
bool hw_ram_valid(uint64_t phys, uint64_t len); /* all of it is RAM */
const struct hw_config *hw_get_config(void);

/* ---- CPU-side cache maintenance (cache.c) ------------------------------------- */

void hw_cache_clean(uint64_t phys, uint64_t len); /* CPU view -> memory */
void hw_cache_invalidate(uint64_t phys, uint64_t len); /* memory -> CPU view */
void hw_cache_wait(void); /* until all of it is complete */

/**
 * hw_cache_set_uncached() - let CPU and devices see the same bytes, or end that
 * @phys, @len: whole pages
 * Return: false if the host has no memory for it.
 */
bool hw_cache_set_uncached(uint64_t phys, uint64_t len, bool uncached);

/**
 * struct hw_cache_stats - maintenance operations so far
 * @clean_lines, @invalidate_lines: lines that the ranges touched
 * @written_back: lines that were dirty when they were cleaned
 * @overwritten: of these, lines that a device had written to meanwhile
 * @discarded: lines that were dirty when they were invalidated
 * @waits: how often software waited for maintenance to complete
 * @spec_written_back: dirty lines lost by speculation (of @written_back)
 * @spec_fetched: clean lines that a device wrote to, fetched by speculation
 */
struct hw_cache_stats {
	uint64_t cleans, clean_bytes, clean_lines;
	uint64_t written_back, overwritten;
	uint64_t invalidates, invalidate_bytes, invalidate_lines;
	uint64_t discarded;
	uint64_t waits;
	uint64_t spec_written_back, spec_fetched;
};

void hw_cache_get_stats(struct hw_cache_stats *stats);

/* ---- what the hardware did, for traces (machine.c) --------------------------------- */

enum hw_trace_kind {
	HW_TRACE_IOTLB_HIT, /* .dev, .addr, .write */
	HW_TRACE_IOTLB_MISS, /* the same */
	HW_TRACE_IOTLB_FLUSH, /* .what, .tag, .addr to .last */
	HW_TRACE_CACHE_CLEAN, /* .addr, .len */
	HW_TRACE_CACHE_INVALIDATE, /* the same */
};

struct hw_trace {
	enum hw_trace_kind kind;
	const char *dev;
	const char *what; /* "all", "context", "domain" or "range" */
	uint32_t tag; /* domain, or requester of a context */
	uint64_t addr, last, len;
	bool write;
};

/**
 * hw_trace_set() - have @observer called for each of these; NULL: for none
 *
 * It is called on the thread concerned, perhaps with a device's lock held, and
 * must not call the hardware. While there is one, devices keep no translations
 * of their own, so that every look-up is seen.
 */
void hw_trace_set(void (*observer)(const struct hw_trace *did));

/* ---- what devices do to memory (fabric.c) -------------------------------------- */

/**
 * struct hw_dma_access - a piece of an access that was carried out
 * @coherent: the device sees, and changes, what the CPU sees
 * @pasid: of the request, 0: none
 * @addr, @phys: first byte, for the device and in memory
 * @data: bytes read or written
 */
struct hw_dma_access {
	uint16_t rid;
	bool write;
	bool coherent;
	uint32_t pasid;
	uint64_t addr, phys, len;
	const void *data;
};

/**
 * hw_set_dma_observer() - a debug aid, not a hardware operation
 * @fn: called on the thread that made the access, after each piece, without a
 *	lock of the hardware; NULL: nobody
 */
void hw_set_dma_observer(void (*fn)(const struct hw_dma_access *access));

/* ---- encrypted memory (private.c) --------------------------------------------- */

/**
 * hw_mem_set_shared() - let devices see whole pages, or hide them
 *
 * What is in pages that change is noise from then on. When a page has become
 * private no device is at it any more.
 * Return: false: not RAM, or the machine has no encryption.
 */
bool hw_mem_set_shared(uint64_t phys, uint64_t len, bool shared);

/** hw_mem_any_shared() - may devices see a page of this RAM? Any context. */
bool hw_mem_any_shared(uint64_t phys, uint64_t len);

/* ---- PCI config space and MMIO (fabric.c) ------------------------------------- */

/**
 * hw_cfg_read() - read @size (1, 2, 4) bytes of config space
 * @rid: bus << 8 | devfn
 * Return: the value; all ones if nobody answers.
 */
uint32_t hw_cfg_read(uint16_t rid, uint16_t reg, unsigned int size);
void hw_cfg_write(uint16_t rid, uint16_t reg, unsigned int size, uint32_t val);

/** hw_dev_snoops() - what firmware says: are @rid's accesses coherent? */
bool hw_dev_snoops(uint16_t rid);

/** hw_mmio_read() - read @size (1, 2, 4, 8) bytes; all ones if unclaimed. */
uint64_t hw_mmio_read(uint64_t phys, unsigned int size);
void hw_mmio_write(uint64_t phys, unsigned int size, uint64_t val);

/* ---- interrupts (irq.c) --------------------------------------------------------- */

/**
 * hw_irq_set_sink() - where message-signalled interrupts go
 *
 * A write to 0xfee00000..0xfeefffff becomes sink(ctx, address, data) on the
 * thread that made the write. A second sink replaces the first; NULL drops.
 */
void hw_irq_set_sink(void (*sink)(void *ctx, uint64_t addr, uint32_t data),
		     void *ctx);

/** HW_IRQ_IOMMU_FAULT - data of the message the IOMMU sends on a new fault. */
#define HW_IRQ_IOMMU_ADDR 0xfee00000ull
#define HW_IRQ_IOMMU_FAULT 0xf0u
/** HW_IRQ_IOMMU_PAGES - and when a device asks for a page. */
#define HW_IRQ_IOMMU_PAGES 0xf1u

/* ---- IOMMU (iommu*.c, iotlb.h, walk_<fmt>.c) --------------------------------------- */

enum hw_iommu_mode {
	HW_IOMMU_BLOCK, /* every access faults */
	HW_IOMMU_BYPASS, /* device address = physical address */
	HW_IOMMU_TRANSLATE,
};

/**
 * struct hw_iommu_context - what the IOMMU knows about one requester
 * @format: table format, for HW_IOMMU_TRANSLATE
 * @root: physical address of the top table
 * @levels: number of levels walked
 * @va_lg2: width of device addresses, 0: as many bits as @levels translate
 * @sign_extend: the bits above that width must repeat its highest one
 * @domain: tag of cached translations; 0 of a context that has none
 * @pasid: the other half of the tag; 0: requests without PASID
 * @dirty: hardware marks what is read and written through in the entries (AMD
 *	HAD, VT-d SSADE, SMMU HA and HD, RISC-V SADE)
 * @deferred: software invalidates this domain's unmapped ranges later; until
 *	then a device may hit what was unmapped, which is counted, not reported
 */
struct hw_iommu_context {
	enum hw_iommu_mode mode;
	enum hw_pt_format format;
	uint64_t root;
	uint8_t levels;
	uint8_t va_lg2;
	bool sign_extend;
	uint16_t domain;
	uint32_t pasid;
	bool dirty;
	bool deferred;
};

/**
 * hw_iommu_set_context() - write the context entry of requester @rid
 *
 * The IOMMU may go on using the entry it has cached until HW_INV_CONTEXT.
 */
void hw_iommu_set_context(uint16_t rid, const struct hw_iommu_context *ctx);

/**
 * hw_iommu_set_pasid_context() - write an entry of a requester's PASID table
 * @pasid: not 0; @ctx: as for hw_iommu_set_context(). HW_IOMMU_BLOCK, which is what
 *	PASIDs without an entry do, takes it away
 *
 * The IOMMU may go on using the entry it has cached until HW_INV_CONTEXT. Cached
 * translations are tagged as @ctx says, whatever the PASID.
 * Return: false if the host has no memory for one more.
 */
bool hw_iommu_set_pasid_context(uint16_t rid, uint32_t pasid,
				const struct hw_iommu_context *ctx);

enum hw_inv_type {
	HW_INV_ALL, /* everything */
	HW_INV_CONTEXT, /* context entry of .rid */
	HW_INV_CONTEXTS, /* all context entries */
	HW_INV_TRANSLATIONS, /* all translations */
	HW_INV_DOMAIN, /* all translations tagged .domain */
	HW_INV_RANGE, /* those of .domain overlapping first..last */
	HW_INV_DEVICE, /* what device .rid keeps of first..last */
};

/** enum hw_stage - which translations a command means. */
enum hw_stage { HW_ANY_STAGE, HW_FIRST_STAGE, HW_SECOND_STAGE };

/**
 * struct hw_inv_cmd - one invalidation command
 * @rid_ignore: bits of @rid that may differ
 * @by_domain: contexts: only if they have this domain
 * @by_pasid: only what is tagged @pasid, too; contexts: only those that requests
 *	with @pasid use, 0: those without, else those of all PASIDs and none
 * @stage: only translations of this kind of table
 * @leaf_only: keep walk-cache entries (no table was unlinked)
 * @leaf_level: only leaves of this level, plus 1; 0: of any
 */
struct hw_inv_cmd {
	enum hw_inv_type type;
	uint16_t rid, rid_ignore;
	uint16_t domain;
	bool by_domain, by_pasid;
	uint32_t pasid;
	enum hw_stage stage;
	bool leaf_only;
	uint8_t leaf_level;
	uint64_t first, last; /* inclusive device addresses */
};

/** hw_iommu_invalidate() - execute @nr commands; they are done on return. */
void hw_iommu_invalidate(const struct hw_inv_cmd *cmds, unsigned int nr);

/* ---- invalidation queue (cmdq.c, cmdq_<hw>.c) ---------------------------------- */

/** enum hw_cmdq_kind - whose commands it understands; 16 bytes each. */
enum hw_cmdq_kind {
	HW_CMDQ_NONE,
	HW_CMDQ_VTD, /* queued invalidation */
	HW_CMDQ_AMD, /* command buffer */
	HW_CMDQ_SMMU, /* SMMUv3 command queue */
	HW_CMDQ_RISCV, /* RISC-V IOMMU command queue */
};

enum hw_cmdq_error {
	HW_CMDQ_GOOD,
	HW_CMDQ_ILLEGAL, /* the command at the head */
	HW_CMDQ_NO_ANSWER, /* a device TLB did not answer */
};

/**
 * hw_cmdq_enable() - give the IOMMU a ring in RAM; head and tail are 0
 * @base: physical address, aligned to 16
 * @entries: power of two, 2..65536
 * Return: false, and no queue, if that cannot be.
 */
bool hw_cmdq_enable(enum hw_cmdq_kind kind, uint64_t base, uint32_t entries);

/** hw_cmdq_disable() - no queue; what was pending never happens. */
void hw_cmdq_disable(void);

/** hw_cmdq_doorbell() - entries up to @tail (exclusive) are valid. */
void hw_cmdq_doorbell(uint32_t tail);

/** hw_cmdq_head() - register: the entry to be fetched next. */
uint32_t hw_cmdq_head(void);

/**
 * hw_cmdq_poll() - software waits a moment for the queue
 *
 * Not an operation of real hardware, which needs no such call to make progress.
 * Executes all that is pending, or in HW_CMDQ_RANDOM a part of it.
 */
void hw_cmdq_poll(void);

/** hw_cmdq_error() - register: why the queue stands still. */
enum hw_cmdq_error hw_cmdq_error(void);

/** hw_cmdq_restart() - clear the error; fetching goes on at the head. */
void hw_cmdq_restart(void);

/** hw_atc_lose() - the next @nr invalidations of device TLBs get no answer. */
void hw_atc_lose(unsigned int nr);

/**
 * struct hw_cmdq_stats - since power-on
 * @commands: executed, waits included
 * @waits: completed
 * @illegal, @unanswered: commands that were refused, or got no answer
 * @doorbells: rung
 */
struct hw_cmdq_stats {
	uint64_t commands, waits, illegal, unanswered, doorbells;
};

void hw_cmdq_get_stats(struct hw_cmdq_stats *stats);

/**
 * hw_iommu_table_freed() - a page-table page goes back to the allocator
 *
 * Debug aid, not a hardware operation: a later walk through a stale pointer to
 * it is reported as event "iommu-freed-table".
 */
void hw_iommu_table_freed(uint64_t phys, uint64_t len);

/**
 * hw_iommu_dirty_read() - software reads the dirty marks of a range
 *
 * Debug aid, not a hardware operation: a write since the last invalidation that
 * left no mark, because the IOTLB remembers that there is one, is reported as
 * event "iotlb-dirty-lost".
 * @domain: tag of the translations
 * @first, @last: device addresses, inclusive
 */
void hw_iommu_dirty_read(uint16_t domain, uint64_t first, uint64_t last);

/**
 * hw_iommu_flush() - all of a domain is about to be flushed, or has been (@done)
 *
 * Debug aid, not a hardware operation: what a device keeps beyond is not taken for
 * a deferred hit. Does nothing without hw_iommu_set_check().
 */
void hw_iommu_flush(uint16_t domain, bool done);

/**
 * hw_iommu_mapped() - a range of a domain leads somewhere new
 *
 * Debug aid, not a hardware operation: a translation that is still cached from
 * before, by the IOTLB or a device, and leads elsewhere, is reported as event
 * "iommu-reuse". Does nothing
 * without hw_iommu_set_check().
 */
void hw_iommu_mapped(uint16_t domain, uint32_t pasid, uint64_t first,
		     uint64_t last);

/**
 * hw_iommu_iova_freed() - a range of a domain may be handed out again
 * @first_stage: with @pasid the rest of its tag
 * @origin, @nr: call path of who unmapped it, if that was somebody else; 0: none
 *
 * Debug aid, not a hardware operation: a translation of it that is cached still, by
 * the IOMMU or a device, is reported as event "iommu-freed-iova". Does nothing
 * without hw_iommu_set_check().
 */
void hw_iommu_iova_freed(uint16_t domain, bool first_stage, uint32_t pasid,
			 uint64_t first, uint64_t last, void *const *origin,
			 unsigned int nr);

/* ---- page requests (page_request.c) ------------------------------------------- */

/** enum hw_page_code - how a group of requests is answered. */
enum hw_page_code { HW_PAGE_SUCCESS, HW_PAGE_INVALID, HW_PAGE_FAILURE };

/**
 * struct hw_page_request - a device needs a page
 * @pasid: 0: none
 * @grpid: requests of a number are answered together, when the @last has come
 */
struct hw_page_request {
	uint16_t rid;
	uint32_t pasid;
	uint32_t grpid;
	uint64_t addr;
	bool read, write, last;
};

/** struct hw_page_answer - @pasid: that of the requests, 0: none */
struct hw_page_answer {
	uint32_t pasid;
	uint32_t grpid;
	uint32_t code;
};

/** hw_page_request_next() - take the oldest; @lost: some found no room. */
bool hw_page_request_next(struct hw_page_request *rq, bool *lost);

/** hw_page_respond() - answer group @grpid of requester @rid and @pasid (0: none). */
void hw_page_respond(uint16_t rid, uint32_t pasid, uint32_t grpid,
		     uint32_t code);

/** struct hw_iommu_fault - a refused access. */
struct hw_iommu_fault {
	uint16_t rid;
	uint32_t pasid; /* 0: none */
	bool write;
	enum hw_status reason;
	uint64_t addr; /* device address of the first refused byte */
	uint64_t len; /* bytes of the access from there on */
	uint8_t level; /* generic level (0 = leaf table) of the entry */
	uint64_t entry; /* that entry, 0 if none was read */
};

/** hw_iommu_next_fault() - take the oldest unread record; false if none. */
bool hw_iommu_next_fault(struct hw_iommu_fault *fault);

/**
 * hw_iommu_fault_from() - look at the next record without taking it
 * @nr: number of the record to look for, from 0 since power-on; set to the one
 *	after that found
 *
 * Records that were overwritten are passed over. Return: false if there is none.
 */
bool hw_iommu_fault_from(uint64_t *nr, struct hw_iommu_fault *fault);

#define HW_IOMMU_MAX_LEVELS 6

struct hw_iommu_stats {
	uint64_t lookups, hits, misses, walk_reads, faults;
	uint64_t level_reads[HW_IOMMU_MAX_LEVELS]; /* of walk_reads, by level */
	/* commands executed; waits are in struct hw_cmdq_stats */
	uint64_t cmds_all, cmds_context, cmds_domain, cmds_range, cmds_device;
	uint64_t range_bytes; /* covered by cmds_range */
	uint64_t atc_hits; /* in the TLBs of devices with ATS */
	uint64_t stale_hits; /* hits whose fresh walk would differ */
	uint64_t deferred_hits; /* the same, of a range waiting to be flushed */
	uint64_t iotlb_entries; /* live now */
};

void hw_iommu_get_stats(struct hw_iommu_stats *stats);

/**
 * hw_iommu_set_check() - compare every IOTLB hit with a fresh walk
 *
 * A difference adds event "iotlb-stale" (use-after-unmap, wrong-target,
 * stale-permission or missed-map) and counts in stale_hits; the access goes on
 * with what was cached, as hardware would. On in DMASIM_DEBUG builds.
 */
void hw_iommu_set_check(bool on);

/**
 * hw_iommu_peek() - translate as the hardware would, from memory only
 *
 * Fills no cache and records no fault; for inspection and tests.
 * @size_lg2: if not NULL, lg2 of the leaf's size
 */
enum hw_status hw_iommu_peek(uint16_t rid, uint64_t addr, bool write,
			     uint64_t *phys, unsigned int *size_lg2);

/* ---- steps that cost time on real hardware (cost.c) --------------------------------- */

/**
 * enum hw_cost_step - what is counted, and by whom it is done
 * @HW_COST_COMMAND: CPU: an invalidation command is written; waits apart
 * @HW_COST_WAIT: CPU: waiting until commands are complete
 * @HW_COST_DEVICE_FLUSH: CPU: of these, a command that a device TLB answers
 * @HW_COST_MMIO_READ, @HW_COST_MMIO_WRITE: CPU: a register, configuration space
 *	and doorbells of the IOMMU included
 * @HW_COST_CACHE_CLEAN, @HW_COST_CACHE_INVALIDATE: CPU: a line of 64 bytes
 * @HW_COST_CACHE_WAIT: CPU: waiting for such maintenance
 * @HW_COST_BOUNCE_BYTE: CPU: a byte copied to or from a bounce buffer
 * @HW_COST_CONTEXT_FETCH: device: its context entry is read from memory
 * @HW_COST_IOTLB_HIT: device: a translation, or "nothing", was cached
 * @HW_COST_WALK_CACHE_HIT: device: it was not, but a table on the way was
 * @HW_COST_WALK_READ: device: a page-table entry is read from memory
 * @HW_COST_DEVICE_TLB_HIT: device: it knew a translation itself (ATS)
 * @HW_COST_ATS_REQUEST: device: it did not; request and completion
 */
enum hw_cost_step {
	HW_COST_COMMAND,
	HW_COST_WAIT,
	HW_COST_DEVICE_FLUSH,
	HW_COST_MMIO_READ,
	HW_COST_MMIO_WRITE,
	HW_COST_CACHE_CLEAN,
	HW_COST_CACHE_INVALIDATE,
	HW_COST_CACHE_WAIT,
	HW_COST_BOUNCE_BYTE,
	HW_COST_CONTEXT_FETCH,
	HW_COST_IOTLB_HIT,
	HW_COST_WALK_CACHE_HIT,
	HW_COST_WALK_READ,
	HW_COST_DEVICE_TLB_HIT,
	HW_COST_ATS_REQUEST,
	HW_NR_COSTS,
};

#define HW_COST_CPUS 64

/** hw_cost_cpu_add() - this thread's CPU did @nr steps; count_steps is set. */
void hw_cost_cpu_add(enum hw_cost_step step, uint64_t nr);

/** hw_cost_get_cpu() - add the steps of @cpu to @out. */
void hw_cost_get_cpu(unsigned int cpu, uint64_t out[HW_NR_COSTS]);

/** hw_cost_get_devs() - add those for all devices, also unplugged ones. */
void hw_cost_get_devs(uint64_t out[HW_NR_COSTS]);

/* ---- looking into the IOMMU (inspect.c); debug aids, no hardware operations --------- */

/**
 * enum hw_field_kind - what a field of a page-table entry is
 * @HW_FIELD_FLAG: one bit
 * @HW_FIELD_NUMBER: a code or a count
 * @HW_FIELD_ADDRESS: part of an address, in place
 * @HW_FIELD_IGNORED: nothing to the hardware; perhaps software keeps something
 * @HW_FIELD_ZERO: reserved, must be 0
 */
enum hw_field_kind {
	HW_FIELD_FLAG,
	HW_FIELD_NUMBER,
	HW_FIELD_ADDRESS,
	HW_FIELD_IGNORED,
	HW_FIELD_ZERO,
};

/** struct hw_entry_field - bits @high to @low of an entry. */
struct hw_entry_field {
	const char *name;
	uint8_t high, low;
	enum hw_field_kind kind;
	uint64_t value;
};

/** enum hw_entry_kind - what an entry is to a walk. */
enum hw_entry_kind {
	HW_ENTRY_ABSENT,
	HW_ENTRY_TABLE,
	HW_ENTRY_LEAF,
	HW_ENTRY_BROKEN, /* refused, or not followed */
};

/**
 * struct hw_pt_entry - an entry of a page table, as hardware reads it
 * @table: physical address of the table that holds it
 * @index: of the entry there
 * @nr: entries that say it together, from @index on
 * @level: generic, 0 holds the smallest leaves
 * @word: the entry
 * @below: table: level of the table it points to
 * @first, @last: device addresses that it decides about
 * @target: table or leaf: where it leads
 * @read, @write: rights collected from the root to here
 * @status: broken: why
 * @why: the same in words
 */
struct hw_pt_entry {
	uint64_t table;
	uint32_t index, nr;
	uint8_t level, below;
	enum hw_entry_kind kind;
	uint64_t word;
	uint64_t first, last;
	uint64_t target;
	bool read, write;
	enum hw_status status;
	char why[96];
};

/**
 * struct hw_pt_geometry - what a format makes of a context
 * @name: the format's
 * @granule_lg2: lg2 of the smallest leaf
 * @width: bits of a device address
 */
struct hw_pt_geometry {
	const char *name;
	unsigned int granule_lg2, index_lg2, width;
};

/**
 * struct hw_cached_entry - something that the IOTLB holds
 * @domain, @pasid: its tag
 * @table: a pointer to a table, not a translation
 * @absent: the knowledge that there is nothing
 * @level: of the leaf entry; of the table
 * @first, @lg2: device addresses it speaks of: 2^@lg2 bytes from @first on
 * @target: where they lead
 */
struct hw_cached_entry {
	uint16_t domain;
	uint32_t pasid;
	bool table, absent, read, write;
	uint8_t level, lg2;
	uint64_t first, target;
};

/** hw_iommu_idle() - false: a thread, perhaps this one, is inside the IOMMU. */
bool hw_iommu_idle(void);

/**
 * hw_iommu_get_context() - the context entry of a requester
 * @mem: as software wrote it
 * @used: the copy in use; only if the result is true
 * Return: is one cached?
 */
bool hw_iommu_get_context(uint16_t rid, struct hw_iommu_context *mem,
			  struct hw_iommu_context *used);

/** hw_pt_geometry() - false: not a context that translates. */
bool hw_pt_geometry(const struct hw_iommu_context *ctx,
		    struct hw_pt_geometry *geometry);

/**
 * hw_pt_walk() - the entries that decide about one device address
 * @e: room for HW_PT_MAX_WALK entries, from the root down
 * @nr: how many there are
 * @phys: HW_OK: where the address leads
 *
 * Return: HW_OK or why a walk ends without a leaf; rights are in the last entry.
 */
#define HW_PT_MAX_WALK 7
enum hw_status hw_pt_walk(const struct hw_iommu_context *ctx, uint64_t addr,
			  struct hw_pt_entry *e, unsigned int *nr,
			  uint64_t *phys);

/**
 * hw_pt_visit() - every entry of a table that is present, depth first
 * @fn: told of a table before what is in it; false: stop
 * @max_tables: tables looked into; more are not followed, and said to be broken
 *
 * What is no table, or lies above itself, is not followed. Nobody changes the
 * tables meanwhile.
 */
void hw_pt_visit(const struct hw_iommu_context *ctx, unsigned int max_tables,
		 bool (*fn)(void *arg, const struct hw_pt_entry *e), void *arg);

/**
 * hw_pt_fields() - an entry taken apart, lowest bits first
 * @out: room for @max fields; 64 are always enough
 * Return: their number; 0: the format has no description.
 */
unsigned int hw_pt_fields(const struct hw_iommu_context *ctx,
			  const struct hw_pt_entry *e,
			  struct hw_entry_field *out, unsigned int max);

/**
 * hw_iommu_get_cached() - what the IOTLB holds, in no order
 * Return: how many there are, of which at most @max were written.
 */
uint64_t hw_iommu_get_cached(struct hw_cached_entry *out, uint64_t max);

#endif
