/* SPDX-License-Identifier: MIT */
/*
 * The standard machine and its variants, see fixture.h.
 */
#include <linux/dma-mapping.h>
#include <linux/pci.h>

#include "support/every.h"
#include "support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct variant variants_all[6] = {
	{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
	{ "identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false },
	{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "vtdss,lazy", DMASIM_IOMMU_LAZY, "vtdss", true, true },
	{ "amdv1,strict", DMASIM_IOMMU_STRICT, "amdv1", true, false },
	{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", true, true },
};

const struct variant variants_with_bounce[10] = {
	{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
	{ "identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false },
	{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "vtdss,lazy", DMASIM_IOMMU_LAZY, "vtdss", true, true },
	{ "amdv1,strict", DMASIM_IOMMU_STRICT, "amdv1", true, false },
	{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", true, true },
	{ "bounce", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "force" },
	{ "bounce,grow", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "512,1,force",
	  .grows = true },
	{ "restricted", .iommu = DMASIM_IOMMU_OFF, .restricted = 16ull << 20 },
	{ "confidential", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "8192",
	  .confidential = true },
};

const struct variant variants_translated[4] = {
	{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "vtdss,lazy", DMASIM_IOMMU_LAZY, "vtdss", true, true },
	{ "amdv1,strict", DMASIM_IOMMU_STRICT, "amdv1", true, false },
	{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", true, true },
};

const struct variant variants_strict[2] = {
	{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "amdv1,strict", DMASIM_IOMMU_STRICT, "amdv1", true, false },
};

#define FORMAT(fmt, va, oas, reads)                                  \
	{                                                            \
		.name = fmt ",strict", .iommu = DMASIM_IOMMU_STRICT, \
		.format = fmt, .translated = true, .va_lg2 = va,     \
		.oas_lg2 = oas, .write_reads = reads,                \
	}

const struct variant variants_formats[5] = {
	FORMAT("x86_64", 47, 52, true),	    FORMAT("vtdfs", 47, 52, true),
	FORMAT("riscv64", 47, 52, true),    FORMAT("arm_s1_4k", 48, 48, true),
	FORMAT("arm_s2_4k", 48, 48, false),
};

const struct variant variant_vtdss_strict = { "vtdss,strict",
					      DMASIM_IOMMU_STRICT, "vtdss",
					      true, false };

const struct variant variants_gap[2] = {
	{ "vtdss,strict,gap", DMASIM_IOMMU_STRICT, "vtdss", .translated = true,
	  .iova_allocator = "gap" },
	{ "amdv1,lazy,gap", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
	  .lazy = true, .iova_allocator = "gap" },
};

const struct variant variants_noncoherent[6] = {
	{ "direct,noncoherent", DMASIM_IOMMU_OFF, NULL, false, false, true },
	{ "identity,noncoherent", DMASIM_IOMMU_IDENTITY, "vtdss", false, false,
	  true },
	{ "vtdss,strict,noncoherent", DMASIM_IOMMU_STRICT, "vtdss", true, false,
	  true },
	{ "vtdss,lazy,noncoherent", DMASIM_IOMMU_LAZY, "vtdss", true, true,
	  true },
	{ "amdv1,strict,noncoherent", DMASIM_IOMMU_STRICT, "amdv1", true, false,
	  true },
	{ "amdv1,lazy,noncoherent", DMASIM_IOMMU_LAZY, "amdv1", true, true,
	  true },
};

const struct variant variants_noncoherent_translated[4] = {
	{ "vtdss,strict,noncoherent", DMASIM_IOMMU_STRICT, "vtdss", true, false,
	  true },
	{ "vtdss,lazy,noncoherent", DMASIM_IOMMU_LAZY, "vtdss", true, true,
	  true },
	{ "amdv1,strict,noncoherent", DMASIM_IOMMU_STRICT, "amdv1", true, false,
	  true },
	{ "amdv1,lazy,noncoherent", DMASIM_IOMMU_LAZY, "amdv1", true, true,
	  true },
};

const struct variant variants_speculation[2] = {
	{ "direct,speculation", .iommu = DMASIM_IOMMU_OFF, .noncoherent = true,
	  .speculation = 2 },
	{ "vtdss,strict,speculation", DMASIM_IOMMU_STRICT, "vtdss",
	  .translated = true, .noncoherent = true, .speculation = 2 },
};

const struct variant variants_granules[NR_GRANULES] = {
	{ "vtdss,strict,4K", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "amdv1,lazy,4K", DMASIM_IOMMU_LAZY, "amdv1", true, true },
#if PAGE_SHIFT >= 14
	{ "amdv1,strict,16K", DMASIM_IOMMU_STRICT, "amdv1", true, false,
	  .granule = 0x4000 },
#endif
#if PAGE_SHIFT >= 16
	{ "amdv1,strict,64K", DMASIM_IOMMU_STRICT, "amdv1", true, false,
	  .granule = 0x10000 },
	{ "amdv1,lazy,64K", DMASIM_IOMMU_LAZY, "amdv1", true, true,
	  .granule = 0x10000 },
#endif
};

static const struct dmasim_dma_range offset_ranges[2] = {
	{ .bus = OFFSET_LOW, .cpu = 0, .size = 3ull << 30 },
	{ .bus = OFFSET_HIGH, .cpu = 4ull << 30, .size = OFFSET_HIGH },
};

const struct variant variants_offset[3] = {
	{ "offset,checker", .iommu = DMASIM_IOMMU_OFF, .ranges = offset_ranges,
	  .checker = true },
	{ "offset,noncoherent", .iommu = DMASIM_IOMMU_OFF,
	  .ranges = offset_ranges, .noncoherent = true },
	{ "offset,bounce", .iommu = DMASIM_IOMMU_OFF, .ranges = offset_ranges,
	  .swiotlb = "force" },
};

const struct variant variants_checker[5] = {
	{ "direct,checker", .iommu = DMASIM_IOMMU_OFF, .checker = true },
	{ "bounce,checker", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "force",
	  .checker = true },
	{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
	  .translated = true, .checker = true },
	{ "amdv1,lazy,checker", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
	  .lazy = true, .checker = true },
	{ "vtdss,strict,noncoherent,checker", DMASIM_IOMMU_STRICT, "vtdss",
	  .translated = true, .noncoherent = true, .checker = true },
};

const struct variant variants_checker_translated[2] = {
	{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
	  .translated = true, .checker = true },
	{ "amdv1,lazy,checker", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
	  .lazy = true, .checker = true },
};

const struct variant variants_checker_direct[1] = {
	{ "direct,checker", .iommu = DMASIM_IOMMU_OFF, .checker = true },
};

const struct variant variants_checker_strict[1] = {
	{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
	  .translated = true, .checker = true },
};

const struct variant variants_checker_lazy[1] = {
	{ "amdv1,lazy,checker", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
	  .lazy = true, .checker = true },
};

bool variant_bounces(const struct variant *variant)
{
	return variant->swiotlb || variant->restricted || variant->confidential;
}

static const struct variant *current_variant = &variant_vtdss_strict;

struct dmasim_cache_stats fixture_cache;

static void fixture_add_device(struct fixture *f)
{
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(64)),
			 0);
	dmasim_cache_get_stats(&fixture_cache);
}

void fixture_make_external(struct fixture *f)
{
	static const struct dmasim_model model = {
		.name = "external",
		.vendor = 0x1d0f,
		.device = 0xd3a6,
		.class_code = 0xff0000,
		.bar = { { .size = 4096 } },
		.untrusted = true,
	};

	dmasim_device_destroy(f->hw);
	if (dmasim_device_create(f->machine, &model, NULL, &f->hw))
		fail_msg("%s", dmasim_refusal());
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	assert_true(f->pdev->untrusted);
	pci_set_master(f->pdev);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(64)),
			 0);
	dma_set_min_align_mask(f->dev, 0xfff);
}

static void fixture_create(struct fixture *f)
{
	if (dmasim_machine_create(&f->cfg, &f->machine))
		fail_msg("%s", dmasim_refusal());
}

int fixture_setup_without_device(void **state)
{
	const struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	events_begin();
	f->variant = current_variant;
	f->cfg = cfg;
	f->cfg.nr_cpus = 1;
	f->cfg.iommu = f->variant->iommu;
	f->cfg.noncoherent = f->variant->noncoherent;
	f->cfg.iommu_format = f->variant->format;
	f->cfg.swiotlb = f->variant->swiotlb;
	f->cfg.iommu_granule = f->variant->granule;
	f->cfg.checker = f->variant->checker;
	f->cfg.swiotlb_dynamic = f->variant->grows;
	f->cfg.restricted[0].size = f->variant->restricted;
	f->cfg.restricted[0].all = f->variant->restricted;
	f->cfg.confidential = f->variant->confidential;
	if (f->variant->ranges)
		memcpy(f->cfg.dma_range, f->variant->ranges,
		       2 * sizeof(*f->variant->ranges));
	f->cfg.cache_speculation = f->variant->speculation;
	f->cfg.iommu_commands = f->variant->commands;
	f->cfg.iommu_walk_coherent = !f->variant->walks_unsnooped;
	f->cfg.iommu_prefetch = f->variant->prefetch;
	f->cfg.invalidation_mode = f->variant->invalidation;
	f->cfg.iova_allocator = f->variant->iova_allocator;
	/* 48 bits, or 47 of formats that have a sign. */
	f->cfg.iommu_levels = f->variant->format ? 4 : 0;
	fixture_create(f);
	*state = f;
	return 0;
}

int fixture_setup(void **state)
{
	fixture_setup_without_device(state);
	fixture_add_device(*state);
	return 0;
}

void fixture_rebuild(struct fixture *f)
{
	bool with_device = f->hw;

	f->hw = NULL;
	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	fixture_create(f);
	if (with_device)
		fixture_add_device(f);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	unsigned int wrong;

	dmasim_fail_off();
	/* Leaks are events, too, so that a case can announce them. */
	dmasim_machine_destroy(f->machine);
	wrong = events_verify();
	free(f);
	*state = NULL;
	return wrong ? -1 : 0;
}

int run_variants_(const char *suite, const struct CMUnitTest *tests, size_t nr,
		  const struct variant *variants, size_t nr_variants)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < nr_variants; i += every()) {
		char name[128];

		current_variant = &variants[i];
		snprintf(name, sizeof(name), "%s[%s]", suite, variants[i].name);
		failed += _cmocka_run_group_tests(name, tests, nr, NULL, NULL);
	}
	current_variant = &variant_vtdss_strict;
	return failed;
}

int run_matrix_(const char *suite, const struct CMUnitTest *tests, size_t nr)
{
	static const struct variant kinds[5] = {
		{ "direct", .iommu = DMASIM_IOMMU_OFF },
		{ "bounce", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "force" },
		{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true },
		{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
		  .lazy = true },
		{ "identity", DMASIM_IOMMU_IDENTITY, "vtdss" },
	};
	int failed = 0;
	size_t i;

	for (i = 0; i < 20; i += every()) {
		struct variant cell = kinds[i / 4];
		char name[64];

		cell.noncoherent = i & 1;
		cell.checker = i & 2;
		snprintf(name, sizeof(name), "%s%s%s", cell.name,
			 cell.noncoherent ? ",noncoherent" : "",
			 cell.checker ? ",checker" : "");
		cell.name = name;
		failed += run_variants_(suite, tests, nr, &cell, 1);
	}
	return failed;
}

/* What is looked at one by one: the smallest pages, or 4 KiB of larger ones. */
static uint64_t step_of(const struct fixture *f)
{
	uint64_t granule = f->cfg.iommu_granule;

	return granule && granule < 4096 ? granule : 4096;
}

/* Steps that a range touches; it may reach the top of the address space. */
static uint64_t steps_of(uint64_t step, uint64_t addr, uint64_t len)
{
	return ((addr & (step - 1)) + len + step - 1) / step;
}

void assert_device_faults_(struct fixture *f, uint64_t addr, uint64_t len,
			   const char *file, int line)
{
	uint64_t step = step_of(f), page = addr & -step;
	uint64_t left = steps_of(step, addr, len);
	char byte;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", left);
	for (; left--; page += step) {
		enum dmasim_dma got = dmasim_dma_read(f->hw, page, &byte, 1);

		if (got != DMASIM_DMA_OK)
			continue;
		print_error("device reads 0x%llx, expected a fault\n",
			    (unsigned long long)page);
		_fail(file, line);
	}
}

void assert_translates_(struct fixture *f, uint64_t iova, uint64_t phys,
			const char *file, int line)
{
	uint64_t got = 0;
	enum dmasim_dma verdict =
		dmasim_iommu_translate(f->hw, iova, false, &got);

	/* A mapping for the device's stores only is a mapping, too. */
	if (verdict == DMASIM_DMA_PERM)
		verdict = dmasim_iommu_translate(f->hw, iova, true, &got);
	if (verdict == DMASIM_DMA_OK && got == phys)
		return;
	print_error("iova 0x%llx: %s, phys 0x%llx, expected 0x%llx\n",
		    (unsigned long long)iova, dmasim_dma_name(verdict),
		    (unsigned long long)got, (unsigned long long)phys);
	_fail(file, line);
}

void assert_not_mapped_(struct fixture *f, uint64_t iova, uint64_t len,
			const char *file, int line)
{
	uint64_t step = step_of(f), page = iova & -step;
	uint64_t left = steps_of(step, iova, len), phys;

	for (; left--; page += step) {
		enum dmasim_dma verdict =
			dmasim_iommu_translate(f->hw, page, false, &phys);

		if (verdict == DMASIM_DMA_UNMAPPED ||
		    verdict == DMASIM_DMA_RANGE)
			continue;
		print_error("iova 0x%llx is mapped (%s)\n",
			    (unsigned long long)page, dmasim_dma_name(verdict));
		_fail(file, line);
	}
}
