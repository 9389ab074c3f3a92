/* SPDX-License-Identifier: MIT */
/* Mock page tables, 2 KiB granule. */
#include "unit/iova/boot.h"

#include "unit/mock/iommu_mock_2k.c"

#define MOCK_NAME "mock_2k"

#include "unit/mock/test_mock.h"
