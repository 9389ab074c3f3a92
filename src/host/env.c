/* SPDX-License-Identifier: MIT */
/*
 * The process environment, for settings such as DMASIM_SEED, and what the
 * operating system calls its errors.
 */
#include <stdlib.h>
#include <string.h>

#include "host/host.h"

const char *host_env(const char *name)
{
	return getenv(name);
}

const char *host_error(int err)
{
	return strerror(err);
}
