/* SPDX-License-Identifier: MIT */
/* Every case that every format has, with what they need (fixture.h). */
#ifndef TESTS_UNIT_IOMMU_PT_CASES_H
#define TESTS_UNIT_IOMMU_PT_CASES_H

#include "unit/iommu_pt/fixture.h"
#include "unit/iommu_pt/format_cases.h"
#include "unit/iommu_pt/iommu_cases.h"
#include "unit/iommu_pt/pages_cases.h"
#include "unit/iommu_pt/concurrency_cases.h"
#include "unit/iommu_pt/recent_cases.h"
#include "unit/iommu_pt/dirty_cases.h"
#include "unit/iommu_pt/words.h"

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* The same, of a row of the kernel's own suites for page tables, by its name. */
#define KUNIT(row, f)                                                      \
	{                                                                  \
		.name = #row ": " #f, .test_func = f, .setup_func = setup, \
		.teardown_func = teardown,                                 \
	}

#define ALL_CASES                                                  \
	FORMAT_CASES, IOMMU_CASES, PAGES_CASES, CONCURRENCY_CASES, \
		RECENT_CASES, DIRTY_CASES

#endif
