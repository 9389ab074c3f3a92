/* SPDX-License-Identifier: MIT */
/*
 * The release as text.
 *
 * Same:    UTS_RELEASE.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_GENERATED_UTSRELEASE_H
#define _DMASIM_GENERATED_UTSRELEASE_H

#define UTS_RELEASE "6.17.0-dmasim"

#endif
