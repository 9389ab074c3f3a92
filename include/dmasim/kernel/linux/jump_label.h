/* SPDX-License-Identifier: MIT */
/*
 * Static keys: booleans that rarely change.
 *
 * Same:    counts of inc and dec, branch results.
 * Reduced: a load instead of patched code.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_JUMP_LABEL_H
#define _DMASIM_LINUX_JUMP_LABEL_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct static_key {
	atomic_t enabled;
};

struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE              \
	{                                 \
		.enabled = ATOMIC_INIT(1) \
	}
#define STATIC_KEY_INIT_FALSE             \
	{                                 \
		.enabled = ATOMIC_INIT(0) \
	}
#define DEFINE_STATIC_KEY_TRUE(name) \
	struct static_key_true name = { .key = STATIC_KEY_INIT_TRUE }
#define DEFINE_STATIC_KEY_FALSE(name) \
	struct static_key_false name = { .key = STATIC_KEY_INIT_FALSE }
#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name

static __always_inline int static_key_count(struct static_key *key)
{
	return atomic_read(&key->enabled);
}

#define static_key_enabled(x) (atomic_read(&(x)->key.enabled) > 0)
#define static_branch_likely(x) likely(static_key_enabled(x))
#define static_branch_unlikely(x) unlikely(static_key_enabled(x))
#define static_branch_maybe(config, x) static_key_enabled(x)
#define static_branch_inc(x) atomic_inc(&(x)->key.enabled)
#define static_branch_dec(x) atomic_dec(&(x)->key.enabled)
#define static_branch_enable(x) atomic_set(&(x)->key.enabled, 1)
#define static_branch_disable(x) atomic_set(&(x)->key.enabled, 0)
#define static_branch_inc_cpuslocked(x) static_branch_inc(x)
#define static_branch_dec_cpuslocked(x) static_branch_dec(x)
#define static_branch_enable_cpuslocked(x) static_branch_enable(x)
#define static_branch_disable_cpuslocked(x) static_branch_disable(x)

#endif
