/* SPDX-License-Identifier: MIT */
/*
 * The header that is forced into every kernel-dialect file.
 *
 * Defines macros only (the build profile, IS_ENABLED() and attributes), so
 * that libc headers may follow in hosted code.
 *
 * Same:    IS_ENABLED, IS_BUILTIN, IS_MODULE, IS_REACHABLE, __is_defined.
 * Reduced: nothing is ever a module: symbols named ..._MODULE do not exist.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_KCONFIG_H
#define _DMASIM_LINUX_KCONFIG_H

#include <generated/autoconf.h>

/*
 * A symbol defined as 1 pastes to DMASIM_KC_1, which adds an argument and so
 * moves the 1 into the place that is taken.
 */
#define DMASIM_KC_1 ~, 1,
#define DMASIM_KC_PICK(skipped, taken, ...) taken
#define DMASIM_KC_TEST(paste) DMASIM_KC_PICK(paste 0, 0, 0)
#define DMASIM_KC_PASTE(value) DMASIM_KC_TEST(DMASIM_KC_##value)
#define __is_defined(symbol) DMASIM_KC_PASTE(symbol)

#define IS_BUILTIN(option) __is_defined(option)
#define IS_MODULE(option) 0
#define IS_REACHABLE(option) IS_BUILTIN(option)
#define IS_ENABLED(option) IS_BUILTIN(option)

/* the name that modules and their parameters go by */
#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "user"
#endif
#ifndef KBUILD_BASENAME
#define KBUILD_BASENAME KBUILD_MODNAME
#endif

#include <linux/compiler_types.h>

#endif
