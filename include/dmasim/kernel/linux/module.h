/* SPDX-License-Identifier: MIT */
/*
 * Modules: driver code that is linked in.
 *
 * Same:    module_init/exit, MODULE_* information, references that always
 *          succeed.
 * Reduced: one image: THIS_MODULE is NULL, as for built-in code.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_MODULE_H
#define _DMASIM_LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>
#include <linux/types.h>
#include <linux/errno.h>

#define MODULE_NAME_LEN (64 - sizeof(unsigned long))

struct module {
	char name[MODULE_NAME_LEN];
};

#define MODULE_INFO(tag, info) _Static_assert(sizeof(info) > 0, "")
#define MODULE_ALIAS(a) MODULE_INFO(alias, a)
#define MODULE_AUTHOR(a) MODULE_INFO(author, a)
#define MODULE_DESCRIPTION(d) MODULE_INFO(description, d)
#define MODULE_LICENSE(l) MODULE_INFO(license, l)
#define MODULE_VERSION(v) MODULE_INFO(version, v)
#define MODULE_FIRMWARE(f) MODULE_INFO(firmware, f)
#define MODULE_SOFTDEP(d) MODULE_INFO(softdep, d)
#define MODULE_IMPORT_NS(ns) _Static_assert(1, "")
#define MODULE_PARM_DESC(parm, desc) MODULE_INFO(parm, desc)
#define MODULE_DEVICE_TABLE(type, name) \
	_Static_assert(sizeof(name) > 0, "empty device table")

static inline bool try_module_get(struct module *module)
{
	return true;
}

static inline void __module_get(struct module *module)
{
}

static inline void module_put(struct module *module)
{
}

static inline const char *module_name(struct module *mod)
{
	return "kernel";
}

static inline int request_module(const char *fmt, ...)
{
	return -ENOENT;
}
#define request_module_nowait(fmt, ...) request_module(fmt, ##__VA_ARGS__)

#define module_driver(drv, reg, unreg, ...)        \
	static int __init drv##_init(void)         \
	{                                          \
		return reg(&(drv), ##__VA_ARGS__); \
	}                                          \
	module_init(drv##_init);                   \
	static void __exit drv##_exit(void)        \
	{                                          \
		unreg(&(drv), ##__VA_ARGS__);      \
	}                                          \
	module_exit(drv##_exit)
#define builtin_driver(drv, reg, ...)              \
	static int __init drv##_init(void)         \
	{                                          \
		return reg(&(drv), ##__VA_ARGS__); \
	}                                          \
	device_initcall(drv##_init)

#endif
