/* SPDX-License-Identifier: MIT */
/*
 * The two registrations that make the mock formats known, one for each side of
 * the wall. Call both before the first machine; the second time changes nothing.
 */
#ifndef MOCK_FORMATS_H
#define MOCK_FORMATS_H

struct hw_entry_format;
struct hw_walk_format;

extern const struct hw_entry_format hw_mock_2k_entry;
extern const struct hw_entry_format hw_mock_64k_entry;
extern const struct hw_walk_format hw_mock_2k_format;
extern const struct hw_walk_format hw_mock_64k_format;

/** hw_mock_add() - give the hardware its walkers. */
void hw_mock_add(void);

/** iommu_mock_add() - give the driver its tables. Return: 0, -ENOSPC. */
int iommu_mock_add(void);

#endif
