/* SPDX-License-Identifier: MIT */
/*
 * Module parameters.
 *
 * Models kernel/params.c. Each module_param() is a struct kernel_param in a
 * list that constructors fill before main(). Setting one remembers the value
 * it had, and lib_shutdown() puts that back: a machine leaves no setting
 * behind.
 *
 * Simplified: strings are copied to the host's heap; arrays and fixed strings
 * are not put back.
 *
 * I1  A set that fails leaves the value as it was.
 * Locks: none; parameters are set before drivers run.
 * Tests: tests/unit/lib/test_params.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "lib/internal.h"

static struct kernel_param *param_list;
static struct kernel_param **param_end = &param_list;

/** dmasim_param_add() - module_param() calls it. Context: constructor. */
void dmasim_param_add(struct kernel_param *kp)
{
	*param_end = kp;
	param_end = &kp->next;
}
EXPORT_SYMBOL(dmasim_param_add);

/* as in the kernel, '-' and '_' are one character in names */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '-' ? '_' : *a;
		char y = *b == '-' ? '_' : *b;

		if (x != y)
			return false;
	}
	return *a == *b;
}

static struct kernel_param *param_find(const char *module, const char *param)
{
	struct kernel_param *kp;

	for (kp = param_list; kp; kp = kp->next)
		if (same_name(kp->mod_name, module) &&
		    same_name(kp->name, param))
			return kp;
	return NULL;
}

/**
 * lib_param_set() - set a module parameter
 *
 * Return: 0, -ENOENT if there is no such parameter, -EINVAL for a missing
 * value, or what the parameter's set() says.
 */
int lib_param_set(const char *module, const char *param, const char *val)
{
	struct kernel_param *kp = param_find(module, param);
	u64 before = 0;
	int ret;

	if (!kp)
		return -ENOENT;
	if (!kp->ops->set)
		return -EPERM;
	if (!val && !(kp->ops->flags & KERNEL_PARAM_OPS_FL_NOARG))
		return -EINVAL;

	if (kp->arg)
		memcpy(&before, kp->arg, kp->size);
	ret = kp->ops->set(val, kp);
	if (!ret && !kp->changed) {
		kp->saved = before;
		kp->changed = true;
	}
	return ret;
}

/**
 * lib_param_get() - print a parameter's value, without newline
 * @len: bytes of @buf
 *
 * Return: length of the value, of which @len - 1 characters were stored;
 * -ENOENT; or what the parameter's get() says.
 */
int lib_param_get(const char *module, const char *param, char *buf, size_t len)
{
	struct kernel_param *kp = param_find(module, param);
	char *page;
	int ret;

	if (!kp)
		return -ENOENT;
	if (!kp->ops->get)
		return -EPERM;
	/* get() is promised a page */
	page = lib_heap_alloc(4096);
	if (!page)
		return -ENOMEM;
	ret = kp->ops->get(page, kp);
	if (ret >= 0) {
		if (ret && page[ret - 1] == '\n')
			page[--ret] = '\0';
		if (len)
			scnprintf(buf, len, "%s", page);
	}
	lib_heap_free(page);
	return ret;
}

/**
 * lib_for_each_param() - call @fn for each parameter
 * Return: 0, or what @fn returned when it stopped.
 */
int lib_for_each_param(int (*fn)(const char *module, const char *param,
				 void *arg),
		       void *arg)
{
	struct kernel_param *kp;
	int ret = 0;

	for (kp = param_list; kp && !ret; kp = kp->next)
		ret = fn(kp->mod_name, kp->name, arg);
	return ret;
}

/** lib_params_restore() - back to the values before the first set. */
void lib_params_restore(void)
{
	struct kernel_param *kp;

	for (kp = param_list; kp; kp = kp->next) {
		if (!kp->changed)
			continue;
		if (kp->ops->free)
			kp->ops->free(kp->arg);
		if (kp->arg)
			memcpy(kp->arg, &kp->saved, kp->size);
		kp->changed = false;
	}
}

/* ---- plain numbers ------------------------------------------------------- */

#define PARAM_NUMBER(name, type, format, parse, parsed)                        \
	int param_set_##name(const char *val, const struct kernel_param *kp)   \
	{                                                                      \
		parsed num;                                                    \
		int ret = parse(val, 0, &num);                                 \
                                                                               \
		if (ret)                                                       \
			return ret;                                            \
		*(type *)kp->arg = (type)num;                                  \
		return 0;                                                      \
	}                                                                      \
	EXPORT_SYMBOL(param_set_##name);                                       \
	int param_get_##name(char *buffer, const struct kernel_param *kp)      \
	{                                                                      \
		return scnprintf(buffer, 4096, format "\n", *(type *)kp->arg); \
	}                                                                      \
	EXPORT_SYMBOL(param_get_##name);                                       \
	const struct kernel_param_ops param_ops_##name = {                     \
		.set = param_set_##name,                                       \
		.get = param_get_##name,                                       \
	};                                                                     \
	EXPORT_SYMBOL(param_ops_##name)

PARAM_NUMBER(byte, unsigned char, "%hhu", kstrtou8, u8);
PARAM_NUMBER(short, short, "%hi", kstrtos16, s16);
PARAM_NUMBER(ushort, unsigned short, "%hu", kstrtou16, u16);
PARAM_NUMBER(int, int, "%i", kstrtoint, int);
PARAM_NUMBER(uint, unsigned int, "%u", kstrtouint, unsigned int);
PARAM_NUMBER(long, long, "%li", kstrtol, long);
PARAM_NUMBER(ulong, unsigned long, "%lu", kstrtoul, unsigned long);
PARAM_NUMBER(ullong, unsigned long long, "%llu", kstrtoull, unsigned long long);
PARAM_NUMBER(hexint, unsigned int, "%#08x", kstrtouint, unsigned int);

/**
 * param_set_uint_minmax() - set an unsigned int within bounds
 * @min: smallest value taken
 * @max: largest value taken
 *
 * Return: 0; -EINVAL if @val is no number or out of bounds; -ERANGE.
 */
int param_set_uint_minmax(const char *val, const struct kernel_param *kp,
			  unsigned int min, unsigned int max)
{
	unsigned int num;
	int ret;

	if (!val)
		return -EINVAL;
	ret = kstrtouint(val, 0, &num);
	if (ret)
		return ret;
	if (num < min || num > max)
		return -EINVAL;
	*(unsigned int *)kp->arg = num;
	return 0;
}
EXPORT_SYMBOL(param_set_uint_minmax);

/* ---- booleans ------------------------------------------------------------ */

/** param_set_bool() - y, n, 1, 0, on, off; nothing means yes. */
int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ? val : "1", kp->arg);
}
EXPORT_SYMBOL(param_set_bool);

/** param_get_bool() - prints Y or N. */
int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}
EXPORT_SYMBOL(param_get_bool);

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_ops_bool);

/** param_set_bool_enable_only() - may go from N to Y. Return: -EROFS for N. */
int param_set_bool_enable_only(const char *val, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(val ? val : "1", &on);

	if (ret)
		return ret;
	if (!on && *(bool *)kp->arg)
		return -EROFS;
	*(bool *)kp->arg = on;
	return 0;
}
EXPORT_SYMBOL(param_set_bool_enable_only);

const struct kernel_param_ops param_ops_bool_enable_only = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool_enable_only,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_ops_bool_enable_only);

/** param_set_invbool() - the value is the opposite of what is asked. */
int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(val, &on);

	if (!ret)
		*(bool *)kp->arg = !on;
	return ret;
}
EXPORT_SYMBOL(param_set_invbool);

/** param_get_invbool() - prints the opposite of the value. */
int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}
EXPORT_SYMBOL(param_get_invbool);

const struct kernel_param_ops param_ops_invbool = {
	.set = param_set_invbool,
	.get = param_get_invbool,
};
EXPORT_SYMBOL(param_ops_invbool);

/* ---- strings and arrays -------------------------------------------------- */

#define PARAM_STRING_MAX 1024

/**
 * param_set_charp() - take a copy of the text
 *
 * The default is not ours to free; a copy made by an earlier set is.
 * Return: 0, -ENOSPC above 1024 characters, -ENOMEM.
 */
int param_set_charp(const char *val, const struct kernel_param *kp)
{
	size_t len = strlen(val);
	char *copy;

	if (len > PARAM_STRING_MAX)
		return -ENOSPC;
	copy = lib_heap_alloc(len + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, val, len + 1);
	if (kp->changed)
		lib_heap_free(*(char **)kp->arg);
	*(char **)kp->arg = copy;
	return 0;
}
EXPORT_SYMBOL(param_set_charp);

/** param_get_charp() - prints the text; "(null)" if there is none. */
int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, 4096, "%s\n", *(char **)kp->arg);
}
EXPORT_SYMBOL(param_get_charp);

/* only called for a value that was set */
static void param_free_charp(void *arg)
{
	lib_heap_free(*(char **)arg);
	*(char **)arg = NULL;
}

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};
EXPORT_SYMBOL(param_ops_charp);

/** param_set_copystring() - copy into the array. Return: 0, -ENOSPC. */
int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	const struct kparam_string *s = kp->str;

	if (strnlen(val, s->maxlen) == s->maxlen)
		return -ENOSPC;
	strcpy(s->string, val);
	return 0;
}
EXPORT_SYMBOL(param_set_copystring);

/** param_get_string() - prints the array. */
int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, 4096, "%s\n", kp->str->string);
}
EXPORT_SYMBOL(param_get_string);

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};
EXPORT_SYMBOL(param_ops_string);

/* the array's element as if it were a parameter */
static struct kernel_param array_element(const struct kernel_param *kp,
					 unsigned int i)
{
	struct kernel_param element = *kp;

	element.ops = kp->arr->ops;
	element.arg = (char *)kp->arr->elem + (size_t)i * kp->arr->elemsize;
	element.changed = false;
	return element;
}

static int param_array_set(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	char word[64];
	unsigned int nr = 0;

	do {
		struct kernel_param element = array_element(kp, nr);
		size_t len = strcspn(val, ",");
		int ret;

		if (nr == arr->max || len >= sizeof(word))
			return -EINVAL;
		memcpy(word, val, len);
		word[len] = '\0';
		ret = arr->ops->set(word, &element);
		if (ret)
			return ret;
		nr++;
		val += len;
	} while (*val++ == ',');
	if (arr->num)
		*arr->num = nr;
	return 0;
}

static int param_array_get(char *buffer, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	unsigned int nr = arr->num ? *arr->num : arr->max, i;
	int len = 0;

	for (i = 0; i < nr; i++) {
		struct kernel_param element = array_element(kp, i);
		int ret = arr->ops->get(buffer + len, &element);

		if (ret < 0)
			return ret;
		len += ret;
		buffer[len - 1] = i + 1 < nr ? ',' : '\n';
	}
	buffer[len] = '\0';
	return len;
}

const struct kernel_param_ops param_array_ops = {
	.set = param_array_set,
	.get = param_array_get,
};
EXPORT_SYMBOL(param_array_ops);
