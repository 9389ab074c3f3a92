/* SPDX-License-Identifier: MIT */
/*
 * What the suites of tests/api share: patterns, RAM at chosen addresses,
 * counters, accesses by the device, BUG() as an expectation.
 */
#ifndef TESTS_API_API_H
#define TESTS_API_API_H

#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "support/fixture.h"
#include "support/sweep.h"

/* Both formats map at least this. */
#define PAGE_4K 0x1000ul

/* One counter of the machine, read now: iommu_stat(invalidations). */
#define iommu_stat(field)                         \
	({                                        \
		struct dmasim_iommu_stats stats_; \
		dmasim_iommu_get_stats(&stats_);  \
		stats_.field;                     \
	})
#define dma_stat(field)                         \
	({                                      \
		struct dmasim_dma_stats stats_; \
		dmasim_dma_get_stats(&stats_);  \
		stats_.field;                   \
	})

#define cache_stat(field)                           \
	({                                          \
		struct dmasim_cache_stats stats_;   \
		dmasim_cache_get_stats(&stats_);    \
		stats_.field - fixture_cache.field; \
	})

static inline u8 pattern_byte(u64 seed, size_t i)
{
	return seed * 167 + i * 31 + (i >> 8) * 7 + (i >> 16) * 3 + 1;
}

/*
 * As many as 256 of them from a multiple of 256 on, where they are a stretch of
 * the multiples of 31: most of a suite's time goes here.
 */
static inline const u8 *pattern_block(u64 seed, size_t i)
{
#define MULTIPLE(k) (u8)((k)*31)
#define MULTIPLES_4(k) \
	MULTIPLE(k), MULTIPLE(k + 1), MULTIPLE(k + 2), MULTIPLE(k + 3)
#define MULTIPLES_16(k)                                         \
	MULTIPLES_4(k), MULTIPLES_4(k + 4), MULTIPLES_4(k + 8), \
		MULTIPLES_4(k + 12)
#define MULTIPLES_64(k)                                              \
	MULTIPLES_16(k), MULTIPLES_16(k + 16), MULTIPLES_16(k + 32), \
		MULTIPLES_16(k + 48)
	static const u8 multiples[512] = {
		MULTIPLES_64(0),   MULTIPLES_64(64),  MULTIPLES_64(128),
		MULTIPLES_64(192), MULTIPLES_64(256), MULTIPLES_64(320),
		MULTIPLES_64(384), MULTIPLES_64(448),
	};

	/* 223 times 31 is 1, as bytes go. */
	return multiples + (u8)(pattern_byte(seed, i) * 223);
}

static inline void fill_pattern(void *buf, size_t len, u64 seed)
{
	u8 *byte = buf;
	size_t i;

	for (i = 0; i < len; i += 256)
		memcpy(byte + i, pattern_block(seed, i), min(len - i, 256));
}

static inline void assert_pattern_(const void *buf, size_t len, u64 seed,
				   const char *file, int line)
{
	const u8 *byte = buf;
	size_t i = 0;

	while (i + 256 <= len && !memcmp(byte + i, pattern_block(seed, i), 256))
		i += 256;
	for (; i < len; i++) {
		if (byte[i] == pattern_byte(seed, i))
			continue;
		print_error("byte %zu of %zu is 0x%02x, expected 0x%02x\n", i,
			    len, byte[i], pattern_byte(seed, i));
		_fail(file, line);
	}
}

#define assert_pattern(buf, len, seed) \
	assert_pattern_(buf, len, seed, __FILE__, __LINE__)

/* RAM at a chosen physical address that nobody else has in use. */
static inline void *ram_at(phys_addr_t phys, size_t len)
{
	phys_addr_t page;
	void *ram = dmasim_ram(phys, len);

	assert_non_null(ram);
	for (page = phys & PAGE_MASK; page < phys + len; page += PAGE_SIZE)
		assert_int_equal(page_count(phys_to_page(page)), 0);
	return ram;
}

static inline void assert_dma_(enum dmasim_dma got, enum dmasim_dma want,
			       u64 addr, const char *file, int line)
{
	if (got == want)
		return;
	print_error("DMA at 0x%llx: %s, expected %s\n",
		    (unsigned long long)addr, dmasim_dma_name(got),
		    dmasim_dma_name(want));
	_fail(file, line);
}

/* What becomes of a one-byte access by the device. */
static inline enum dmasim_dma device_read_byte(struct fixture *f, u64 addr)
{
	u8 byte;

	return dmasim_dma_read(f->hw, addr, &byte, 1);
}

static inline enum dmasim_dma device_write_byte(struct fixture *f, u64 addr)
{
	u8 byte = 0x5a;

	return dmasim_dma_write(f->hw, addr, &byte, 1);
}

#define assert_read(f, addr, want) \
	assert_dma_(device_read_byte(f, addr), want, addr, __FILE__, __LINE__)
#define assert_write(f, addr, want) \
	assert_dma_(device_write_byte(f, addr), want, addr, __FILE__, __LINE__)

/* The device finds the pattern @seed at @addr. */
static inline void assert_device_reads_(struct fixture *f, u64 addr, size_t len,
					u64 seed, const char *file, int line)
{
	u8 *buf = malloc(len);

	assert_non_null(buf);
	assert_dma_(dmasim_dma_read(f->hw, addr, buf, len), DMASIM_DMA_OK, addr,
		    file, line);
	assert_pattern_(buf, len, seed, file, line);
	free(buf);
}

#define assert_device_reads(f, addr, len, seed) \
	assert_device_reads_(f, addr, len, seed, __FILE__, __LINE__)

/* The device stores the pattern @seed at @addr. */
static inline void assert_device_writes_(struct fixture *f, u64 addr,
					 size_t len, u64 seed, const char *file,
					 int line)
{
	u8 *buf = malloc(len);

	assert_non_null(buf);
	fill_pattern(buf, len, seed);
	assert_dma_(dmasim_dma_write(f->hw, addr, buf, len), DMASIM_DMA_OK,
		    addr, file, line);
	free(buf);
}

#define assert_device_writes(f, addr, len, seed) \
	assert_device_writes_(f, addr, len, seed, __FILE__, __LINE__)

/** expect_bad_iova_free() - debug builds tell a free in parts or another size. */
static inline void expect_bad_iova_free(unsigned int times)
{
	if (IS_ENABLED(DMASIM_DEBUG))
		expect_events(DMASIM_EVENT_MISUSE, "iova-bad-free", times);
}

/** expect_lost_iova() - and the range stays taken, which the end tells. */
static inline void expect_lost_iova(void)
{
	expect_bad_iova_free(1);
	if (IS_ENABLED(DMASIM_DEBUG))
		expect_events(DMASIM_EVENT_LEAK, "iova-leak", 1);
}

/* Announce @times refused accesses to the IOMMU. */
static inline void expect_faults(unsigned int times)
{
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", times);
}

/* The device may write here, and read only if the format has no choice. */
static inline void assert_writes_only(struct fixture *f, u64 addr)
{
	if (!f->variant->write_reads)
		expect_faults(1);
	assert_read(f, addr,
		    f->variant->write_reads ? DMASIM_DMA_OK : DMASIM_DMA_PERM);
	assert_write(f, addr, DMASIM_DMA_OK);
}

/*
 * Announce what a debug build says about accesses that only a stale IOTLB let
 * through: they are part of the case.
 */
static inline void expect_stale_hits(void)
{
	expect_events(DMASIM_EVENT_FAULT, "iotlb-stale",
		      iommu_stat(stale_hits));
}

/* assert_bug() - @call ends in a BUG(). */
extern jmp_buf api_panic;
void api_on_panic(const char *text);

#define assert_bug(call)                               \
	do {                                           \
		dmasim_panic_hook(api_on_panic);       \
		if (!setjmp(api_panic)) {              \
			call;                          \
			dmasim_panic_hook(NULL);       \
			fail_msg("no BUG: %s", #call); \
		}                                      \
		dmasim_panic_hook(NULL);               \
	} while (0)

/* Machines with deferred invalidation, and machines without translation. */
extern const struct variant variants_lazy[2];
extern const struct variant variants_untranslated[2];

#endif
