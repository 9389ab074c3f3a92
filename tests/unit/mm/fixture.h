/* SPDX-License-Identifier: MIT */
/*
 * A machine of RAM and nothing else, for tests of src/mm.
 *
 * Each test gets a fresh one; its end demands that no memory is left over and
 * that no WARN or misuse event happened that the test did not announce.
 */
#ifndef UNIT_MM_FIXTURE_H
#define UNIT_MM_FIXTURE_H

#include <linux/types.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/lib.h"
#include "mm/mm.h"

/* 1 MiB .. 24 MiB: 3840 pages of ZONE_DMA and 2048 of ZONE_DMA32, if they have
 * 4 KiB. */
int small_machine(void **state);
#define SMALL_PAGES (5888 >> (PAGE_SHIFT - 12))
#define SMALL_DMA_PAGES (3840 >> (PAGE_SHIFT - 12))

/* As small_machine(), with MM_LAYOUT_SCATTERED. */
int scattered_machine(void **state);

/* 1 MiB .. 3 GiB and 4 GiB .. 5 GiB. */
int hole_machine(void **state);

/* Checks and shuts down whichever was built. */
int no_machine(void **state);

/* Power off and on again within a test; leaks and events are not looked at. */
void machine_off(void);

/*
 * Use up a small machine's RAM but for single pages without a neighbour, and
 * give back what that took.
 */
struct page **only_single_pages(void);
void single_pages_end(struct page **page);

/* Events of @kind and @id since the machine was built; the end accepts them. */
u64 expect_events(enum lib_event_kind kind, const char *id);

/* Text of the newest event. */
const char *last_event(void);

/* DMASIM_SEED or 1. */
u64 test_seed(void);

/* The library under test checks and poisons (DMASIM_DEBUG). */
#ifdef DMASIM_DEBUG
#define DEBUG_BUILD 1
#else
#define DEBUG_BUILD 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ASAN_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASAN_BUILD 1
#endif
#endif
#ifndef ASAN_BUILD
#define ASAN_BUILD 0
#endif

#define MM_TEST(fn, machine) \
	cmocka_unit_test_setup_teardown(fn, machine##_machine, no_machine)

#endif
