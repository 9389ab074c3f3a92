/* SPDX-License-Identifier: MIT */
/*
 * The process environment, for settings such as DMASIM_SEED.
 */
#include <stdlib.h>

#include "host/host.h"

const char *host_env(const char *name)
{
	return getenv(name);
}
