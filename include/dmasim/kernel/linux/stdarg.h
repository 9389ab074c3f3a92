/* SPDX-License-Identifier: MIT */
/*
 * Variable arguments.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_STDARG_H
#define _DMASIM_LINUX_STDARG_H

#include <stdarg.h>

#endif
