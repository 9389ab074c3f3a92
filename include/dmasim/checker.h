/* SPDX-License-Identifier: MIT */
/*
 * The checker of the DMA API: what the kernel's CONFIG_DMA_API_DEBUG finds, the
 * two-step API, and what only a simulator can see. docs/checker.md explains each
 * diagnosis.
 *
 * On from the start with .checker in the machine's configuration or with
 * DMASIM_CHECKER=1 in the environment, or from now on with
 * dmasim_checker_enable(). Each diagnosis is an event of kind misuse
 * (<dmasim/inspect.h>) with an id "checker-..." and the call path that made the
 * mapping in .origin; leaks of mappings are events "checker-leak". While it is on
 * no sync and no unmap can be skipped: dma_need_unmap() is true, as in a kernel
 * with the option.
 *
 * All settings have their default again in the next machine.
 */
#ifndef DMASIM_CHECKER_H
#define DMASIM_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * dmasim_checker_enable() - switch on; nothing happens if it is on
 *
 * Mappings that exist already are not known. A device that may have some is not
 * accused of anything that is unknown, until its driver is unbound.
 * Return: 0; -ENOMEM; -ENODEV without a machine.
 */
int dmasim_checker_enable(void);

/** dmasim_checker_disable() - switch off, forget mappings; counts stay. */
void dmasim_checker_disable(void);

bool dmasim_checker_enabled(void);

/**
 * dmasim_checker_newer() - judge as kernels after 6.17
 *
 * Page and resource mappings are one kind; cache lines may be shared if both
 * sides promise that it does no harm, or if DMA needs no lines of its own.
 */
void dmasim_checker_newer(bool newer);

/**
 * dmasim_checker_copy_limit() - how long a mapping, a list or a state may be in
 *	all for every byte of it to be watched for stores of the CPU
 * @bytes: 64 KiB at first; UINT64_MAX: whatever is mapped; 0: nothing is watched
 *
 * Of what is longer a sample is watched: in some frames of 4 KiB the first and the
 * last 64 bytes. These frames are those whose physical address is a multiple of
 * 124 KiB and, of a mapping, a segment or a link longer than a frame, its first and
 * its last. Mappings that exist keep the copies that they have.
 */
void dmasim_checker_copy_limit(uint64_t bytes);

/* ---- which diagnoses go to the log; events and counts are complete anyway ------- */

/** dmasim_checker_all_errors() - all of them, not only the first num_errors. */
void dmasim_checker_all_errors(bool all);

/** dmasim_checker_num_errors() - how many more; 1 at first. */
void dmasim_checker_num_errors(uint64_t nr);

/**
 * dmasim_checker_driver_filter() - only those of one driver
 * @driver: its name, or a line that begins with it; NULL or a line that does not
 *	begin with a letter or digit: all drivers
 */
void dmasim_checker_driver_filter(const char *driver);

/* ---- counts ------------------------------------------------------------------------ */

/**
 * struct dmasim_checker_stats
 * @errors: diagnoses so far
 * @printed: of them, those in the log
 * @free_entries: mappings it can still hold without asking for memory
 * @min_free_entries: the least there ever were
 * @total_entries: all it has memory for
 */
struct dmasim_checker_stats {
	uint64_t errors, printed;
	uint64_t free_entries, min_free_entries, total_entries;
};

void dmasim_checker_get_stats(struct dmasim_checker_stats *stats);

/**
 * dmasim_checker_dump() - list what is mapped, a line a mapping
 * @line: called for each, under a lock: it may not use the DMA API
 *
 * Fields: driver, device, kind of mapping, hash bucket of the kernel's table,
 * P=physical address, D=device address, L=length, cln=cache line, direction,
 * and whether dma_mapping_error() was called. Hexadecimal.
 */
void dmasim_checker_dump(void (*line)(const char *text, void *arg), void *arg);

#ifdef __cplusplus
}
#endif

#endif
