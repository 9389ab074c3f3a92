/* SPDX-License-Identifier: MIT */
/*
 * The kernel's headers first, then libc's.
 */
#include "shim/collision_kernel.h"

#include "shim/collision_libc.h"

#include "shim/collision.h"

int collision_after(void)
{
#include "shim/collision_body.h"
	return 0;
}
