/* SPDX-License-Identifier: MIT */
/*
 * Module parameters: values that can be set by name before a machine starts its
 * drivers.
 *
 * Same:    module_param families, kernel_param_ops, the standard types, range-
 *          checked sets.
 * Reduced: set through the library's interface, not sysfs; defaults come back
 *          when the machine goes.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_MODULEPARAM_H
#define _DMASIM_LINUX_MODULEPARAM_H

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/stringify.h>
#include <linux/types.h>

struct kernel_param;
struct module;

enum {
	KERNEL_PARAM_OPS_FL_NOARG = (1 << 0),
};

/**
 * struct kernel_param_ops - how a parameter of some type is read and written
 * @flags: KERNEL_PARAM_OPS_FL_*
 * @set: take the value from @val; @val is NULL only with FL_NOARG.
 *	Return: 0 or a negative errno, the value then unchanged.
 * @get: print the value. Return: bytes, or a negative errno.
 * @free: drop what @set allocated; may be NULL
 */
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max;
	unsigned int elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

/**
 * struct kernel_param - a parameter
 * @name: its name, without the module's
 * @mod_name: the module
 * @arg, @str, @arr: where the value is, by type
 * @size: bytes of the value that are restored when the machine goes; 0: none
 * @saved: value before the first set, private
 * @next: list of all parameters, private
 */
struct kernel_param {
	const char *name;
	const char *mod_name;
	const struct kernel_param_ops *ops;
	u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
	u16 size;
	bool changed;
	u64 saved;
	struct kernel_param *next;
};

/* Called by constructors: before main(), one thread. */
void dmasim_param_add(struct kernel_param *kp);

#ifndef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX KBUILD_MODNAME "."
#endif

#define dmasim_param_define(nm, o, a, sz, pm)                               \
	static struct kernel_param dmasim_param_##nm = {                    \
		.name = #nm,                                                \
		.mod_name = KBUILD_MODNAME,                                 \
		.ops = (o),                                                 \
		.perm = (pm),                                               \
		.arg = (void *)(a),                                         \
		.size = (sz),                                               \
	};                                                                  \
	static __attribute__((__constructor__)) void dmasim_param_add_##nm( \
		void)                                                       \
	{                                                                   \
		dmasim_param_add(&dmasim_param_##nm);                       \
	}                                                                   \
	struct kernel_param

#define module_param_cb(name, ops, arg, perm) \
	dmasim_param_define(name, ops, arg, dmasim_param_room(arg), perm)
#define module_param_cb_unsafe(name, ops, arg, perm) \
	module_param_cb(name, ops, arg, perm)
#define module_param_named(name, value, type, perm)                           \
	static inline __always_unused void dmasim_param_check_##name(void)    \
	{                                                                     \
		param_check_##type(name, &(value));                           \
	}                                                                     \
	dmasim_param_define(name, &param_ops_##type, &(value), sizeof(value), \
			    perm)
#define module_param(name, type, perm) \
	module_param_named(name, name, type, perm)
#define module_param_named_unsafe(name, value, type, perm) \
	module_param_named(name, value, type, perm)
#define module_param_unsafe(name, type, perm) module_param(name, type, perm)
#define module_param_hw(name, type, hwtype, perm) module_param(name, type, perm)
#define core_param(name, var, type, perm) \
	module_param_named(name, var, type, perm)
#define core_param_cb(name, ops, arg, perm) \
	module_param_cb(name, ops, arg, perm)
#define postcore_param_cb(name, ops, arg, perm) \
	module_param_cb(name, ops, arg, perm)

#define module_param_string(nm, string_, len, pm)               \
	static const struct kparam_string dmasim_kpstr_##nm = { \
		.maxlen = (len), .string = (string_)            \
	};                                                      \
	dmasim_param_define(nm, &param_ops_string, &dmasim_kpstr_##nm, 0, pm)

#define module_param_array_named(nm, array, type, nump, pm)    \
	static const struct kparam_array dmasim_kparr_##nm = { \
		.max = ARRAY_SIZE(array),                      \
		.elemsize = sizeof((array)[0]),                \
		.num = (nump),                                 \
		.ops = &param_ops_##type,                      \
		.elem = (array),                               \
	};                                                     \
	dmasim_param_define(nm, &param_array_ops, &dmasim_kparr_##nm, 0, pm)
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)

/* a callback's argument is restored if it is a plain value */
#define dmasim_param_room(arg) \
	(sizeof(*(arg)) <= sizeof(u64) ? sizeof(*(arg)) : 0)

/* the check is the type of a pointer */
#define dmasim_param_check(name, p, type) \
	do {                              \
		type *want__ = (p);       \
		(void)want__;             \
	} while (0)
#define __param_check(name, p, type) dmasim_param_check(name, p, type)

#define dmasim_param_type(name, type)                                         \
	extern const struct kernel_param_ops param_ops_##name;                \
	int param_set_##name(const char *val, const struct kernel_param *kp); \
	int param_get_##name(char *buffer, const struct kernel_param *kp);

/* clang-format off */
dmasim_param_type(byte, unsigned char)
dmasim_param_type(short, short)
dmasim_param_type(ushort, unsigned short)
dmasim_param_type(int, int)
dmasim_param_type(uint, unsigned int)
dmasim_param_type(long, long)
dmasim_param_type(ulong, unsigned long)
dmasim_param_type(ullong, unsigned long long)
dmasim_param_type(hexint, unsigned int)
dmasim_param_type(charp, char *)
dmasim_param_type(bool, bool)
dmasim_param_type(invbool, bool)
/* clang-format on */

#define param_check_byte(name, p) dmasim_param_check(name, p, unsigned char)
#define param_check_short(name, p) dmasim_param_check(name, p, short)
#define param_check_ushort(name, p) dmasim_param_check(name, p, unsigned short)
#define param_check_int(name, p) dmasim_param_check(name, p, int)
#define param_check_uint(name, p) dmasim_param_check(name, p, unsigned int)
#define param_check_long(name, p) dmasim_param_check(name, p, long)
#define param_check_ulong(name, p) dmasim_param_check(name, p, unsigned long)
#define param_check_ullong(name, p) \
	dmasim_param_check(name, p, unsigned long long)
#define param_check_hexint(name, p) param_check_uint(name, p)
#define param_check_charp(name, p) dmasim_param_check(name, p, char *)
#define param_check_bool(name, p) dmasim_param_check(name, p, bool)
#define param_check_invbool(name, p) param_check_bool(name, p)

/* where <stdbool.h> makes bool a macro, it may be expanded before pasting */
#define param_ops__Bool param_ops_bool
#define param_check__Bool(name, p) param_check_bool(name, p)

								extern const
	struct kernel_param_ops param_ops_string;
extern const struct kernel_param_ops param_array_ops;
int param_set_copystring(const char *val, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
int param_set_uint_minmax(const char *val, const struct kernel_param *kp,
			  unsigned int min, unsigned int max);
int param_set_bool_enable_only(const char *val, const struct kernel_param *kp);
extern const struct kernel_param_ops param_ops_bool_enable_only;

static inline void kernel_param_lock(struct module *mod)
{
}

static inline void kernel_param_unlock(struct module *mod)
{
}

#endif
