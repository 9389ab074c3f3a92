/* SPDX-License-Identifier: MIT */
/*
 * Typed constants.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CONST_H
#define _DMASIM_LINUX_CONST_H

#if __STDC_HOSTED__
#include_next <linux/const.h>
#else
#define __AC(X, Y) (X##Y)
#define _AC(X, Y) __AC(X, Y)
#define _AT(T, X) ((T)(X))
#define _UL(x) (_AC(x, UL))
#define _ULL(x) (_AC(x, ULL))
#define _BITUL(x) (_UL(1) << (x))
#define _BITULL(x) (_ULL(1) << (x))
#endif

#ifndef UL
#define UL(x) (_UL(x))
#define ULL(x) (_ULL(x))
#endif

#endif
