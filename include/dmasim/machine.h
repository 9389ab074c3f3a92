/* SPDX-License-Identifier: MIT */
/*
 * The simulated machine: build it, use the kernel API, destroy it.
 *
 *	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
 *	struct dmasim_machine *m;
 *
 *	cfg.iommu = DMASIM_IOMMU_STRICT;
 *	cfg.iommu_format = "amdv1";
 *	if (dmasim_machine_create(&cfg, &m))
 *		puts(dmasim_refusal());
 *
 * One machine exists per process at a time. The thread that creates it runs as
 * simulated CPU 0. None of these calls may be made from kernel-dialect code
 * that holds a spinlock.
 */
#ifndef DMASIM_MACHINE_H
#define DMASIM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dmasim_machine;

/** enum dmasim_iommu - what stands between a device and memory. */
enum dmasim_iommu {
	DMASIM_IOMMU_OFF, /* no IOMMU: device address = physical address */
	DMASIM_IOMMU_IDENTITY, /* IOMMU present, default domain passes through */
	DMASIM_IOMMU_STRICT, /* translated; unmap waits for invalidation */
	DMASIM_IOMMU_LAZY, /* translated; invalidation is deferred */
};

/**
 * enum dmasim_peers - may a device reach the BARs of another one?
 *
 * All devices sit below one root port. The kernel side knows: pages of a BAR
 * (pci_p2pdma_add_resource()) are mapped as the path demands.
 */
enum dmasim_peers {
	DMASIM_PEERS_DIRECT, /* by their bus address; no IOMMU in between */
	DMASIM_PEERS_HOST_BRIDGE, /* up to the host bridge, through the IOMMU */
	DMASIM_PEERS_NONE, /* never */
};

/**
 * enum dmasim_invalidation - when a command in the IOMMU's queue takes effect
 *
 * No correct driver can tell; one that does not wait for its commands can.
 */
enum dmasim_invalidation {
	DMASIM_INVALIDATION_AT_WAIT, /* as late as the hardware may */
	DMASIM_INVALIDATION_IMMEDIATE, /* when the driver rings the doorbell */
	DMASIM_INVALIDATION_RANDOM, /* some time in between, by seed */
};

/** enum dmasim_layout - how the page allocator hands out pages. */
enum dmasim_layout {
	DMASIM_LAYOUT_CONTIGUOUS, /* neighbours in order */
	DMASIM_LAYOUT_SCATTERED, /* single pages far apart, by seed */
};

/**
 * struct dmasim_restricted - RAM for the DMA of some devices only
 * @size: bytes, whole pages; 0: there is none
 * @base: physical address, page aligned; 0: anywhere below 4 GiB
 * @all: devices that name no pool get this one
 *
 * What firmware describes as "restricted-dma-pool". Its devices bounce all their
 * mappings through it, and their coherent memory comes from it.
 */
struct dmasim_restricted {
	uint64_t size;
	uint64_t base;
	bool all;
};

#define DMASIM_MAX_RESTRICTED 4

/**
 * struct dmasim_dma_range - an inbound window of the host bridge
 * @bus: address of its first byte as devices send it
 * @cpu: physical address of the same byte
 * @size: bytes; 0: no window
 *
 * An entry of what firmware describes as "dma-ranges". All are whole pages.
 */
struct dmasim_dma_range {
	uint64_t bus;
	uint64_t cpu;
	uint64_t size;
};

#define DMASIM_MAX_DMA_RANGES 4

/**
 * struct dmasim_machine_config - what to build
 * @size: sizeof(struct dmasim_machine_config), set by the initialiser
 * @ram_bytes: RAM in bytes, a multiple of 4 MiB, at least 16 MiB
 * @ram_hole_start: RAM from here up to 4 GiB is moved above 4 GiB, to leave
 *	room for devices; a multiple of 4 MiB, at least 16 MiB, at most 0xfac00000
 * @layout: policy for single pages
 * @peers: how devices reach each other
 * @nr_cpus: simulated CPUs, 1..64
 * @iommu: see enum dmasim_iommu
 * @iommu_format: format of page tables; NULL: "vtdss". With the levels it can
 *	start with and, first, those that 0 means:
 *	"vtdss"		4; 3..5	VT-d second stage
 *	"amdv1"		3; 2..6	AMD host tables, which grow to 6
 *	"x86_64"	4; 5	AMD v2 guest tables
 *	"vtdfs"		4; 5	VT-d first stage: x86_64 with signed addresses
 *	"riscv64"	4; 3..5	Sv48, Sv39, Sv57 with Svnapot
 *	"arm_s1_4k"	4; 3	ARM LPAE stage 1, granule 4 KiB
 *	"arm_s2_4k"	4; 3	stage 2; 3: root of 8 tables, 42 bits
 *	"arm_s1_16k"	4; 2..4	granule 16 KiB; these four as @iommu_granule
 *	"arm_s2_16k"	3; 2	says if PAGE_SIZE is smaller
 *	"arm_s1_64k"	3; 2
 *	"arm_s2_64k"	3; 2
 * @iommu_levels: page-table levels to start with, 0 for the format's default
 * @iommu_granule: smallest page in bytes that the IOMMU offers, 0 for the
 *	format's. amdv1 takes any power of two from 4 KiB to 1 GiB, others their
 *	own only. A granule above PAGE_SIZE leaves devices without the DMA API
 *	(event "iommu-granule"); domains of their own still work.
 * @iommu_caching_mode: the IOMMU caches not-present translations
 * @iommu_prefetch: a walk also remembers what the other entries of the same 64 bytes
 *	of the table say, and a device with ATS is told of them, too
 * @iotlb_entries: translations that the IOTLB can hold; 0: any number, so that a
 *	missing invalidation shows whenever it is used. For experiments with
 *	performance only
 * @iotlb_random: what it throws out then is chosen by @seed, not by age
 * @iommu_walk_coherent: page-table walks see the CPU's caches, as the initialiser
 *	says. False: the driver writes tables back (docs/invalidation.md)
 * @iommu_commands: in which words the driver tells the IOMMU to forget, through a
 *	queue in RAM (docs/invalidation.md): "vtd", "amd", "smmu", "smmu-norange"
 *	(without range commands), "smmu-norange-7.0" (likewise, as newer kernels drive
 *	it), "riscv"; NULL: those of the hardware that has
 *	@iommu_format; "direct": no queue, a call that acts at once
 * @invalidation_mode: when commands in the queue take effect
 * @iommu_shadow_on_flush: a flush takes long (a hypervisor copies page tables
 *	then): lazy mode flushes after 32767 unmaps or 1 s, not 255 or 10 ms
 * @iommu_deferred_attach: as in a crash kernel, devices are left alone until their
 *	first mapping attaches them
 * @iommu_debug_pagealloc: the kernel's boot option iommu.debug_pagealloc (7.0):
 *	mappings are counted by page, and a page that is freed while a domain maps it
 *	is told ("iommu-page-freed"), whoever owns the domain
 * @iova_allocator: "linux" (address for address what Linux hands out) or "gap"
 *	(logarithmic however full and fragmented the space is); NULL: "linux"
 * @forcedac: do not try addresses below 4 GiB first for PCI devices
 * @noncoherent: no device sees the CPU's caches, as if each had asked for it
 * @swiotlb: the kernel's boot option, "[slabs][,areas][,force|noforce]", slabs
 *	of 2 KiB, e.g. "force", "8192,4"; NULL: none. As with the kernel there are
 *	bounce buffers if some RAM lies above 4 GiB or "force" is given: by
 *	default 64 MiB below 4 GiB with an area a CPU, or less if there is no room
 * @coherent_pool: the kernel's boot option, bytes of each atomic pool (whole
 *	pages, rounded up to a power of two): uncached memory for GFP_ATOMIC
 *	coherent allocations of devices that do not snoop, one for each zone, from
 *	the first such device on. 0: 128 KiB a GiB of RAM. At most 1024 pages
 * @cache_speculation: chance enters the caches of devices that do not snoop: one
 *	line in so many, by @seed, is written back or fetched again without being
 *	asked for. Correct drivers do not notice; a store to a line that a device
 *	owns, or a missing sync, shows now and then. 0: never
 * @kmalloc_bounce: CONFIG_DMA_BOUNCE_UNALIGNED_KMALLOC: kmalloc() buffers that
 *	may share a cache line are bounced for devices that do not snoop; the
 *	machine then has bounce buffers, however little RAM
 * @checker: start with the checker of the DMA API on, see <dmasim/checker.h>;
 *	so does DMASIM_CHECKER=1 in the environment
 * @checker_entries: mappings that it can hold before it asks for more memory,
 *	as the kernel's dma_debug_entries=; 0: 65536
 * @swiotlb_dynamic: bounce buffers grow when they are full
 *	(CONFIG_SWIOTLB_DYNAMIC): the job that adds a pool runs when a thread waits
 * @restricted: pools that devices name by number, from 1
 * @dma_range: inbound windows of the host bridge, apart from each other on both
 *	sides: devices reach memory through them only, at a distance of @cpu - @bus
 *	from where it is. An access outside all of them is refused
 *	(DMASIM_DMA_WINDOW). Without an IOMMU each window leads to some RAM, and one
 *	that moves addresses keeps off those of BARs and interrupts; with one they
 *	say which IOVAs there are, and may not move addresses. Devices of the kernel
 *	have them as dma_range_map and bus_dma_limit, the bridge as dma_ranges. All
 *	empty: every address passes as it is
 * @confidential: a guest whose memory is encrypted: devices see only what was
 *	shared with them (set_memory_decrypted()), so everything that they do
 *	without IOMMU is bounced, and coherent memory is shared
 * @cost: what steps of the hardware cost, counted and priced beside everything
 *	else (<dmasim/cost.h>): "PRESET[,STEP=NS...]" or "STEP=NS[,...]", e.g.
 *	"server,wait=700"; NULL, "none": nothing is counted. Presets are assumptions
 *	(docs/cost-model.md)
 * @seed: of every random choice; 0: taken from DMASIM_SEED, else 1
 * @real_time: timers follow the host's clock instead of virtual time
 */
struct dmasim_machine_config {
	size_t size;
	uint64_t ram_bytes;
	uint64_t ram_hole_start;
	enum dmasim_layout layout;
	enum dmasim_peers peers;
	unsigned int nr_cpus;
	enum dmasim_iommu iommu;
	const char *iommu_format;
	unsigned int iommu_levels;
	uint64_t iommu_granule;
	bool iommu_caching_mode;
	bool iommu_prefetch;
	unsigned int iotlb_entries;
	bool iotlb_random;
	bool iommu_walk_coherent;
	const char *iommu_commands;
	enum dmasim_invalidation invalidation_mode;
	bool iommu_shadow_on_flush;
	bool iommu_deferred_attach;
	bool iommu_debug_pagealloc;
	const char *iova_allocator;
	bool forcedac;
	bool noncoherent;
	const char *swiotlb;
	uint64_t coherent_pool;
	unsigned int cache_speculation;
	bool kmalloc_bounce;
	bool checker;
	unsigned int checker_entries;
	bool swiotlb_dynamic;
	struct dmasim_restricted restricted[DMASIM_MAX_RESTRICTED];
	struct dmasim_dma_range dma_range[DMASIM_MAX_DMA_RANGES];
	bool confidential;
	const char *cost;
	uint64_t seed;
	bool real_time;
};

#define DMASIM_MACHINE_CONFIG_INIT                                     \
	{                                                              \
		.size = sizeof(struct dmasim_machine_config),          \
		.ram_bytes = 8ull << 30, .ram_hole_start = 3ull << 30, \
		.nr_cpus = 4, .iommu_walk_coherent = true,             \
	}

/**
 * dmasim_machine_create() - build and boot
 * @cfg: copied
 * @machine: set on success
 *
 * Return: 0; -EBUSY if a machine exists; -EINVAL for a configuration that
 * cannot exist; -ENOMEM. dmasim_refusal() then says why in one line.
 */
int dmasim_machine_create(const struct dmasim_machine_config *cfg,
			  struct dmasim_machine **machine);

/**
 * dmasim_machine_destroy() - unplug all devices, shut down, check for leaks
 *
 * Events stay readable until the next machine is created.
 * Return: number of leaks found (each is an event of kind leak), 0 if clean.
 */
unsigned int dmasim_machine_destroy(struct dmasim_machine *machine);

/** dmasim_refusal() - reason of the last refused call of this API. */
const char *dmasim_refusal(void);

/**
 * dmasim_param_set() - set a module parameter, as modprobe or sysfs would
 * @module: e.g. "nvme"
 * @param: e.g. "sgl_threshold"
 * @value: text, parsed by the parameter's type
 *
 * Parameters that a driver reads at probe must be set before its device is
 * plugged in. Every parameter has its default again in the next machine.
 * Return: 0, -ENOENT for an unknown module or parameter, -EINVAL or another
 * errno of the parameter's own check; dmasim_refusal() says why.
 */
int dmasim_param_set(const char *module, const char *param, const char *value);

/** dmasim_seed() - the seed in force. */
uint64_t dmasim_seed(void);

/**
 * dmasim_run() - let the machine's own work happen
 *
 * Runs soft interrupts, work items and timers that are due, without advancing
 * the clock, until nothing is due.
 */
void dmasim_run(void);

/** dmasim_run_for() - the same while virtual time advances by @ns. */
void dmasim_run_for(uint64_t ns);

/** dmasim_now() - virtual (or real) nanoseconds since the machine's start. */
uint64_t dmasim_now(void);

/** dmasim_host_now() - ns of the host's monotonic clock, to measure by. */
uint64_t dmasim_host_now(void);

/**
 * dmasim_cpu_bind() - run the calling thread as simulated CPU @cpu
 *
 * Every thread but the creator's starts on CPU 0 without owning it, which is
 * correct but slower. Return: 0, -EINVAL, or -EBUSY if a thread owns @cpu.
 */
int dmasim_cpu_bind(unsigned int cpu);

/**
 * dmasim_set_layout() - change the policy for pages allocated from now on
 */
void dmasim_set_layout(enum dmasim_layout layout);

/** dmasim_panic_hook() - called with the text of a BUG() instead of abort();
 * it must not return (longjmp). NULL restores. */
void dmasim_panic_hook(void (*hook)(const char *text));

#ifdef __cplusplus
}
#endif

#endif
