/* SPDX-License-Identifier: MIT */
/*
 * Names of errors.
 *
 * Same:    errname().
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_ERRNAME_H
#define _DMASIM_LINUX_ERRNAME_H

/* Return: "ENOMEM" for 12 or -12; NULL if unknown. */
const char *errname(int err);

#endif
