/* SPDX-License-Identifier: MIT */
/*
 * The two orders of including libc's and the kernel's headers. Each function
 * returns the line of collision_body.h that failed, or 0.
 */
#ifndef TESTS_SHIM_COLLISION_H
#define TESTS_SHIM_COLLISION_H

int collision_before(void);
int collision_after(void);

#endif
