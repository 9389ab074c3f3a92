/* SPDX-License-Identifier: MIT */
/*
 * Initialisation and its sections.
 *
 * Same:    __init and kin; initcalls run in link order at machine start.
 * Reduced: initcall levels are one; sections are not discarded.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_INIT_H
#define _DMASIM_LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>
#if __STDC_HOSTED__
#include <stdlib.h> /* has a member called __init */
#endif

#undef __init
#undef __exit
#define __init __cold
#define __initdata
#define __initconst
#define __exitdata
#define __exit __cold __maybe_unused
#define __exit_p(x) x
#define __ref
#define __refdata
#define __refconst
#define __ro_after_init
#define __devinit
#define __meminit __cold
#define __meminitdata
#define __setup(str, fn)
#define early_param(str, fn)
#define __initcall(fn) module_init(fn)
#define __exitcall(fn) module_exit(fn)

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/**
 * struct dmasim_initcall - a module's init and exit functions
 * @name: module name
 * @init: NULL if this is an exit
 * @exit: NULL if this is an init
 */
struct dmasim_initcall {
	const char *name;
	initcall_t init;
	exitcall_t exit;
	struct dmasim_initcall *next;
};

/* Called by constructors: before main(), one thread. */
void dmasim_initcall_add(struct dmasim_initcall *call);

#define dmasim_initcall_define(unique, ...)                              \
	static struct dmasim_initcall unique = { .name = KBUILD_MODNAME, \
						 __VA_ARGS__ };          \
	static __attribute__((__constructor__)) void unique##_add(void)  \
	{                                                                \
		dmasim_initcall_add(&unique);                            \
	}                                                                \
	struct dmasim_initcall

#define module_init(fn) dmasim_initcall_define(dmasim_init_##fn, .init = fn)
#define module_exit(fn) dmasim_initcall_define(dmasim_exit_##fn, .exit = fn)

#define early_initcall(fn) module_init(fn)
#define pure_initcall(fn) module_init(fn)
#define core_initcall(fn) module_init(fn)
#define postcore_initcall(fn) module_init(fn)
#define arch_initcall(fn) module_init(fn)
#define subsys_initcall(fn) module_init(fn)
#define fs_initcall(fn) module_init(fn)
#define rootfs_initcall(fn) module_init(fn)
#define device_initcall(fn) module_init(fn)
#define late_initcall(fn) module_init(fn)

#endif
