/* SPDX-License-Identifier: MIT */
/*
 * Return addresses.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_INSTRUCTION_POINTER_H
#define _DMASIM_LINUX_INSTRUCTION_POINTER_H

#define _RET_IP_ ((unsigned long)__builtin_return_address(0))
#define _THIS_IP_ _RET_IP_

#endif
