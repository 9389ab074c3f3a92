/* SPDX-License-Identifier: MIT */
/*
 * Symbols that modules may use.
 *
 * Same:    EXPORT_SYMBOL family, THIS_MODULE.
 * Reduced: exporting records the name in a note section that the build reads;
 *          namespaces are recorded, not enforced.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_EXPORT_H
#define _DMASIM_LINUX_EXPORT_H

#include <linux/compiler.h>
#include <linux/stringify.h>

struct module;
#define THIS_MODULE ((struct module *)0)

/* not allocated: costs nothing at run time */
#define __EXPORT_SYMBOL(sym, what)                         \
	__asm__(".pushsection .dmasim_export,\"\",@note\n" \
		"\t.asciz \"" #sym what "\"\n"             \
		"\t.popsection")

#define EXPORT_SYMBOL(sym) __EXPORT_SYMBOL(sym, "")
#define EXPORT_SYMBOL_GPL(sym) __EXPORT_SYMBOL(sym, "")
#define EXPORT_SYMBOL_NS(sym, ns) __EXPORT_SYMBOL(sym, "")
#define EXPORT_SYMBOL_NS_GPL(sym, ns) __EXPORT_SYMBOL(sym, "")
#define EXPORT_SYMBOL_FOR_MODULES(sym, mods) __EXPORT_SYMBOL(sym, "")
#define EXPORT_SYMBOL_GPL_FOR_MODULES(sym, mods) __EXPORT_SYMBOL(sym, "")

#endif
