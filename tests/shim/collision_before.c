/* SPDX-License-Identifier: MIT */
/*
 * libc's headers first, then the kernel's.
 */
#include "shim/collision_libc.h"

#include "shim/collision_kernel.h"

#include "shim/collision.h"

int collision_before(void)
{
#include "shim/collision_body.h"
	return 0;
}
