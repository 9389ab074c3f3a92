/* SPDX-License-Identifier: MIT */
/*
 * A machine with one bare PCI endpoint, built anew for each case, and the
 * variants of machines that one case list runs over.
 *
 * The machine is the one of the specification's test section: a granule of
 * 4 KiB, whatever a page has, 48-bit aperture, coherent trusted PCI device,
 * 64-bit mask, one CPU.
 * Teardown demands that nothing is left: no page, object, IOVA, page-table
 * page, mapping, and no event that the case did not announce.
 */
#ifndef SUPPORT_FIXTURE_H
#define SUPPORT_FIXTURE_H

#include <asm/page.h>

#include <dmasim/device.h>
#include <dmasim/fault.h>
#include <dmasim/inspect.h>
#include <dmasim/machine.h>

#include "support/events.h"
#include "support/test.h"

struct pci_dev;

/**
 * struct variant - a kind of machine; translated: devices see IOVAs;
 * noncoherent: they do not see the CPU's caches
 * @swiotlb: boot option, NULL: none
 * @granule: smallest page of the IOMMU, 0: 4 KiB
 * @va_lg2, @oas_lg2: width of device and physical addresses; 0: 48 and 52
 * @write_reads: the format's right to write implies that to read
 * @checker: the checker of the DMA API is on
 * @grows: bounce buffers grow
 * @restricted: devices have a restricted pool of so many bytes, 0: none
 * @confidential: memory is encrypted
 * @speculation: one line in so many is written back or fetched by chance
 * @commands, @invalidation: the IOMMU's queue, as in the machine's configuration
 * @walks_unsnooped: its walks do not see the CPU's caches
 * @prefetch: they bring along what lies beside
 * @iova_allocator: as in the machine's configuration
 * @ranges: two inbound windows of the host bridge, NULL: none
 */
struct variant {
	const char *name;
	enum dmasim_iommu iommu;
	const char *format;
	bool translated;
	bool lazy;
	bool noncoherent;
	const char *swiotlb;
	uint64_t granule;
	unsigned int va_lg2, oas_lg2;
	bool write_reads;
	bool checker;
	bool grows;
	uint64_t restricted;
	bool confidential;
	unsigned int speculation;
	const char *commands;
	enum dmasim_invalidation invalidation;
	bool walks_unsnooped;
	bool prefetch;
	const char *iova_allocator;
	const struct dmasim_dma_range *ranges;
};

/** variant_top() - first address beyond what devices can use */
static inline uint64_t variant_top(const struct variant *v)
{
	return 1ull << (v->va_lg2 ? v->va_lg2 : 48);
}

/* direct, identity, {vtdss, amdv1} x {strict, lazy} */
extern const struct variant variants_all[6];
/* the same, and direct with everything bounced: from a pool, from one that is too
 * small and grows, from a restricted one, in a confidential guest */
extern const struct variant variants_with_bounce[10];
extern const struct variant variants_translated[4];
extern const struct variant variants_strict[2];
/* the other formats that the DMA API can use, strict */
extern const struct variant variants_formats[5];
extern const struct variant variant_vtdss_strict;
/* the logarithmic allocator of addresses: {strict, lazy} */
extern const struct variant variants_gap[2];

/* The same six, and the four of them that translate, without snooping. */
extern const struct variant variants_noncoherent[6];
extern const struct variant variants_noncoherent_translated[4];

/* Without snooping and with caches that do every second thing by themselves. */
extern const struct variant variants_speculation[2];

/* Every granule that fits this build's pages: 4, 16 and 64 KiB. */
#if PAGE_SHIFT == 12
#define NR_GRANULES 2
#elif PAGE_SHIFT == 14
#define NR_GRANULES 3
#else
#define NR_GRANULES 5
#endif
extern const struct variant variants_granules[NR_GRANULES];
/* RAM below and above 4 GiB at distances of their own, bounced or not. */
extern const struct variant variants_offset[3];
/* Where the standard machine's RAM begins for their devices. */
#define OFFSET_LOW 0x1000000000ull
#define OFFSET_HIGH 0x2000000000ull
/* With the checker on: direct, bounced, {strict, lazy}, without snooping. */
extern const struct variant variants_checker[5];
extern const struct variant variants_checker_translated[2];
extern const struct variant variants_checker_direct[1];
extern const struct variant variants_checker_strict[1];
extern const struct variant variants_checker_lazy[1];

/**
 * struct fixture - state of a case (cmocka's *state)
 * @cfg: what the machine was built from
 * @hw: the endpoint as hardware: dmasim_dma_read(f->hw, iova, ...)
 * @dev, @pdev: the same endpoint as the kernel sees it
 */
struct fixture {
	const struct variant *variant;
	struct dmasim_machine_config cfg;
	struct dmasim_machine *machine;
	struct dmasim_device *hw;
	struct device *dev;
	struct pci_dev *pdev;
};

/** fixture_cache - cache counters when the current device was plugged in. */
extern struct dmasim_cache_stats fixture_cache;

/** fixture_setup() / fixture_teardown() - for cmocka_unit_test_setup_teardown */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/** fixture_setup_without_device() - only the machine; f->hw is NULL. */
int fixture_setup_without_device(void **state);

/**
 * fixture_make_external() - replace the device by one that is not trusted
 *
 * It keeps page offsets (minimum alignment mask 0xfff), as NVMe wants it.
 */
void fixture_make_external(struct fixture *f);

/** expect_checker() - announce diagnoses, if this machine has the checker on. */
#define expect_checker(f, id, times)                                   \
	do {                                                           \
		if ((f)->variant->checker)                             \
			expect_events(DMASIM_EVENT_MISUSE, id, times); \
	} while (0)
/** variant_bounces() - does an ordinary device bounce everything? */
bool variant_bounces(const struct variant *variant);

/** fixture_rebuild() - rebuild the machine after editing f->cfg. */
void fixture_rebuild(struct fixture *f);

/** fixture_case() - one case with the standard fixture. */
#define fixture_case(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

/**
 * run_variants() - run a case list over machines, as groups "suite[variant]"
 * Return: number of failed cases.
 */
int run_variants_(const char *suite, const struct CMUnitTest *tests, size_t nr,
		  const struct variant *variants, size_t nr_variants);

#define run_variants(suite, tests, variants)                            \
	run_variants_(suite, tests, sizeof(tests) / sizeof((tests)[0]), \
		      variants, sizeof(variants) / sizeof((variants)[0]))

/**
 * run_matrix() - the same over every cell of {direct, bounce, strict, lazy,
 * identity} x {devices that snoop, that do not} x {checker off, on}
 */
#define run_matrix(suite, tests) \
	run_matrix_(suite, tests, sizeof(tests) / sizeof((tests)[0]))
int run_matrix_(const char *suite, const struct CMUnitTest *tests, size_t nr);

/** assert_device_faults() - every byte of the range is refused to the device. */
#define assert_device_faults(f, addr, len) \
	assert_device_faults_(f, addr, len, __FILE__, __LINE__)
void assert_device_faults_(struct fixture *f, uint64_t addr, uint64_t len,
			   const char *file, int line);

/** assert_translates() - the page tables in RAM say @iova -> @phys. */
#define assert_translates(f, iova, phys) \
	assert_translates_(f, iova, phys, __FILE__, __LINE__)
void assert_translates_(struct fixture *f, uint64_t iova, uint64_t phys,
			const char *file, int line);

/** assert_not_mapped() - they say nothing about any page of the range. */
#define assert_not_mapped(f, iova, len) \
	assert_not_mapped_(f, iova, len, __FILE__, __LINE__)
void assert_not_mapped_(struct fixture *f, uint64_t iova, uint64_t len,
			const char *file, int line);

#endif
