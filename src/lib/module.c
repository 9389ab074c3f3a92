/* SPDX-License-Identifier: MIT */
/*
 * Modules: their init and exit functions.
 *
 * module_init() and module_exit() are constructors that append a record here
 * before main(). The machine runs the inits in link order when everything else
 * is up and the exits in reverse order before it goes.
 *
 * I1  An exit runs only if the module has no init or all its inits succeeded.
 *
 * Tests: tests/unit/lib/test_boot.c
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "lib/internal.h"

static struct dmasim_initcall *call_list;
static struct dmasim_initcall **call_end = &call_list;

/* bit per record, in list order, of inits that failed in this machine */
#define MAX_CALLS 256
static DECLARE_BITMAP(failed, MAX_CALLS);
static bool inits_ran;

/** dmasim_initcall_add() - module_init() calls it. Context: constructor. */
void dmasim_initcall_add(struct dmasim_initcall *call)
{
	*call_end = call;
	call_end = &call->next;
}
EXPORT_SYMBOL(dmasim_initcall_add);

/** lib_initcalls_reset() - a machine starts: no init has run. */
void lib_initcalls_reset(void)
{
	bitmap_zero(failed, MAX_CALLS);
	inits_ran = false;
}

/**
 * lib_initcalls() - run all module_init() functions in link order
 *
 * A module whose init fails is reported as a refusal and left out.
 * Context: may sleep.
 */
void lib_initcalls(void)
{
	struct dmasim_initcall *call;
	unsigned int i = 0;

	for (call = call_list; call; call = call->next, i++) {
		int ret;

		if (i == MAX_CALLS)
			panic("more than %u module functions", MAX_CALLS);
		if (!call->init)
			continue;
		ret = call->init();
		if (!ret)
			continue;
		__set_bit(i, failed);
		lib_event(LIB_EVENT_REFUSAL, "module-init", NULL, 0, 0,
			  "init of module %s failed: %pe", call->name,
			  ERR_PTR(ret));
	}
	inits_ran = true;
}

static bool module_failed(const char *name)
{
	struct dmasim_initcall *call;
	unsigned int i = 0;

	for (call = call_list; call; call = call->next, i++)
		if (test_bit(i, failed) && !strcmp(call->name, name))
			return true;
	return false;
}

/* the list is short and singly linked: recursion is its reverse order */
static void exit_from(struct dmasim_initcall *call)
{
	if (!call)
		return;
	exit_from(call->next);
	if (call->exit && !module_failed(call->name))
		call->exit();
}

/** lib_exitcalls() - run module_exit() functions in reverse order. */
void lib_exitcalls(void)
{
	if (!inits_ran)
		return;
	exit_from(call_list);
	inits_ran = false;
}
