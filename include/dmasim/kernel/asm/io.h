/* SPDX-License-Identifier: MIT */
/*
 * Register access: all of linux/io.h.
 *
 * same:    see linux/io.h
 * reduced: see linux/io.h
 * stub:    -
 */
#ifndef _DMASIM_ASM_IO_H
#define _DMASIM_ASM_IO_H

#include <linux/io.h>

#endif
