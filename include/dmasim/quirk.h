/* SPDX-License-Identifier: MIT */
/*
 * Quirks: defects of Linux, by name. docs/gallery.md tells the story of each.
 *
 *	dmasim_quirk_enable("link-rollback");
 *
 * What Linux gets wrong the library does right, unless addresses or drivers
 * depend on it; a quirk brings the other behaviour, until it is disabled or the
 * machine is gone. Does a driver survive the kernels that are out there? Does a
 * test notice? That is what they are for.
 */
#ifndef DMASIM_QUIRK_H
#define DMASIM_QUIRK_H

#include <dmasim/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct dmasim_quirk - a defect that the library knows
 * @name: such as "link-rollback"
 * @what: one line
 * @number: its number in docs/differences.md, such as "D1"
 * @kernels: releases known to have it
 * @by_default: in force in a new machine
 */
struct dmasim_quirk {
	const char *name;
	const char *what;
	const char *number;
	const char *kernels;
	bool by_default;
};

/**
 * dmasim_quirk_enable() - let the machine have a defect
 *
 * Best before the first mapping; what is in flight is not converted.
 * Return: 0; -ENOENT for an unknown name; -ENODEV without a machine;
 * dmasim_refusal() says why.
 */
int dmasim_quirk_enable(const char *name);

/** dmasim_quirk_disable() - the other way round. The same errors. */
int dmasim_quirk_disable(const char *name);

/** dmasim_quirk_enabled() - is it in force? False for an unknown name. */
bool dmasim_quirk_enabled(const char *name);

/**
 * dmasim_quirk_list() - all quirks
 * @nr: set to their number
 *
 * Return: an array with static lifetime.
 */
const struct dmasim_quirk *dmasim_quirk_list(size_t *nr);

#ifdef __cplusplus
}
#endif

#endif
