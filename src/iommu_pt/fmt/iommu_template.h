/* SPDX-License-Identifier: MIT */
/*
 * Page tables: one format, compiled.
 *
 * A fmt/iommu_<fmt>.c defines
 *	PT_FMT			name, e.g. amdv1
 *	PT_FMT_HEADER		"iommu_pt/fmt/<fmt>.h"
 *	PT_TABLE_MEMBER		member of struct pt_iommu_<fmt> with the
 *				struct pt_common
 *	PT_SUPPORTED_FEATURES	bits of enum pt_features a driver may ask for
 *	PT_FORCED_FEATURES	those it must ask for (known at compile time)
 *	PT_TABLE		struct pt_iommu_<name> of formats that differ in
 *				constants only [pt_iommu_<fmt>]
 * and includes this file. Every static name of the algorithm gets the format's
 * name in front, so that a debugger shows amdv1_map_range.
 */
#ifndef DMASIM_IOMMU_PT_FMT_IOMMU_TEMPLATE_H
#define DMASIM_IOMMU_PT_FMT_IOMMU_TEMPLATE_H

#include <linux/bits.h>
#include <linux/generic_pt/iommu.h>

#define __PT_PASTE(a, b, c) a##b##c
#define _PT_PASTE(a, b, c) __PT_PASTE(a, b, c)

/* amdv1_map_range; pt_iommu_amdv1_init for names that other files see. */
#define NS(name) _PT_PASTE(PT_FMT, _, name)
#define NSG(name) _PT_PASTE(_PT_PASTE(pt_iommu, _, PT_FMT), _, name)
#define PT_EXPORT(symbol) EXPORT_SYMBOL_GPL(symbol)

#ifndef PT_TABLE
#define PT_TABLE _PT_PASTE(pt_iommu, _, PT_FMT)
#endif
#define PT_CFG _PT_PASTE(PT_TABLE, _, cfg)
#define PT_HW_INFO _PT_PASTE(PT_TABLE, _, hw_info)

#include "iommu_pt/pt_defs.h"
#include PT_FMT_HEADER
#include "iommu_pt/pt_common.h"
#include "iommu_pt/iommu_pt.h"

#endif
