/* SPDX-License-Identifier: MIT */
/* Mock page tables, 64 KiB granule. */
#include "unit/iova/boot.h"

#include "unit/mock/iommu_mock_64k.c"

#define MOCK_NAME "mock_64k"

#include "unit/mock/test_mock.h"
