/* SPDX-License-Identifier: MIT */
/*
 * Which libdmasim this is, at compile time and at run time.
 */
#ifndef DMASIM_VERSION_H
#define DMASIM_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define DMASIM_VERSION_MAJOR 0
#define DMASIM_VERSION_MINOR 1
#define DMASIM_VERSION_PATCH 0
#define DMASIM_VERSION "0.1.0"

/** DMASIM_KERNEL_API - the kernel release whose interfaces are modelled. */
#define DMASIM_KERNEL_API 617

/** dmasim_version() - DMASIM_VERSION of the library that was linked. */
const char *dmasim_version(void);

#ifdef __cplusplus
}
#endif

#endif
