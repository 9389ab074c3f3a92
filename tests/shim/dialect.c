/* SPDX-License-Identifier: MIT */
/*
 * Driver dialect that must compile, as library code and as user code, and what
 * it must do. DIALECT_NAME is a table of checks that return the line that
 * failed, or 0.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "dialect"
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/version.h>

#include "shim/dialect.h"

#define CHECK(cond)                      \
	do {                             \
		if (!(cond))             \
			return __LINE__; \
	} while (0)

/* ---- declarations that drivers make -------------------------------------- */

struct foo_regs {
	__le32 ctrl;
	__le32 status;
	struct_group(pair, __le64 lo; __le64 hi;);
} __packed;
static_assert(sizeof(struct foo_regs) == 24);
static_assert(offsetofend(struct foo_regs, pair) == 24);

struct foo {
	struct list_head node;
	spinlock_t lock;
	u32 __iomem *bar;
	void __user *user;
	unsigned int nr;
	u64 entries[] __counted_by(nr);
};

struct foo_union {
	union {
		DECLARE_FLEX_ARRAY(u32, words);
		DECLARE_FLEX_ARRAY(u8, bytes);
	};
};

#define FOO_CTRL_EN BIT(0)
#define FOO_CTRL_LEN GENMASK(15, 8)

static const char *const foo_names[] = {
	[0] = "zero",
	[2] = "two",
};

static bool foo_debug __maybe_unused;
module_param(foo_debug, bool, 0644);
MODULE_PARM_DESC(foo_debug, "say more");
MODULE_AUTHOR("nobody");
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("dialect");

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#error "the headers model 6.17"
#endif
#if !IS_ENABLED(CONFIG_PCI) || IS_ENABLED(CONFIG_KMSAN) || \
	!IS_REACHABLE(CONFIG_NVME_CORE) || IS_MODULE(CONFIG_PCI)
#error "IS_ENABLED"
#endif

/* ---- checks -------------------------------------------------------------- */

static __always_inline __must_check int foo_init(struct foo *foo, size_t len)
{
	if (unlikely(!foo))
		return -EINVAL;
	INIT_LIST_HEAD(&foo->node);
	spin_lock_init(&foo->lock);
	foo->nr = len / sizeof(foo->entries[0]);
	return 0;
}

static int types_have_kernel_sizes(void)
{
	u64 wide = U64_MAX;
	dma_addr_t addr = 0x1000;
	char text[64];

	/* %llx of a u64 must not warn; the format attribute sees it */
	scnprintf(text, sizeof(text), "%llx %pad %zu", wide, &addr,
		  sizeof(wide));
	CHECK(!strcmp(text, "ffffffffffffffff 0x0000000000001000 8"));
	CHECK(S64_MIN < 0 && U32_MAX == 0xffffffffu && SIZE_MAX == ULONG_MAX);
	CHECK(ARRAY_SIZE(foo_names) == 3 && !foo_names[1]);
	return 0;
}

static int flexible_structures_are_sized(void)
{
	struct foo *foo = NULL;
	size_t n = 3;

	CHECK(struct_size(foo, entries, n) ==
	      sizeof(struct foo) + 3 * sizeof(u64));
	CHECK(sizeof(struct foo_union) == 0);
	CHECK(foo_init(foo, 8) == -EINVAL);
	return 0;
}

static int register_fields_pack_and_unpack(void)
{
	struct foo_regs regs = {};
	u32 ctrl = FOO_CTRL_EN | FIELD_PREP(FOO_CTRL_LEN, 0x42);

	regs.ctrl = cpu_to_le32(ctrl);
	memset_startat(&regs, 0xff, pair);
	CHECK(FIELD_GET(FOO_CTRL_LEN, le32_to_cpu(regs.ctrl)) == 0x42);
	CHECK(regs.status == 0 && regs.pair.hi == cpu_to_le64(U64_MAX));
	CHECK(le32_get_bits(regs.ctrl, FOO_CTRL_LEN) == 0x42);
	return 0;
}

static int errors_travel_in_pointers(void)
{
	void *p = ERR_PTR(-EPROBE_DEFER);

	CHECK(IS_ERR(p) && PTR_ERR(p) == -517);
	CHECK(IS_ERR_OR_NULL(NULL) && !IS_ERR(NULL));
	CHECK(PTR_ERR_OR_ZERO(&p) == 0);
	CHECK(ERR_CAST(p) == p);
	CHECK(!IS_ERR((void *)-4096l) && IS_ERR((void *)-4095l));
	return 0;
}

static int list_macros_nest(void)
{
	struct item {
		struct list_head list;
		int v;
	} items[3] = { { .v = 1 }, { .v = 2 }, { .v = 3 } }, *a, *b, *tmp;
	LIST_HEAD(head);
	int sum = 0, i;

	for (i = 0; i < 3; i++)
		list_add_tail(&items[i].list, &head);
	list_for_each_entry(a, &head, list)
		list_for_each_entry_reverse(b, &head, list)
			sum += a->v * b->v;
	CHECK(sum == 36);
	list_for_each_entry_safe(a, tmp, &head, list)
		list_del(&a->list);
	CHECK(list_empty(&head));
	CHECK(container_of(&items[1].v, struct item, v) == &items[1]);
	return 0;
}

static int expression_macros_nest_without_capture(void)
{
	int x_ = 3, y_ = 7, once__ = 5;
	u8 small = 200;

	CHECK(min(max(x_, y_), min(once__, 9)) == 5);
	CHECK(max(min(x_, min(y_, x_)), x_) == 3);
	CHECK(clamp(min(small, 250), 1, 100) == 100);
	WRITE_ONCE(x_, READ_ONCE(y_) + READ_ONCE(once__));
	CHECK(x_ == 12);
	swap(x_, y_);
	CHECK(x_ == 7 && y_ == 12);
	CHECK(!WARN_ON(WARN_ON_ONCE(x_ == 1) || READ_ONCE(y_) == 1));
	return 0;
}

static DEFINE_SPINLOCK(dialect_lock);
static DEFINE_MUTEX(dialect_mutex);

static int locked_value(int v)
{
	guard(spinlock)(&dialect_lock);
	if (v > 1)
		return v;
	return -1;
}

static int guards_unlock_on_every_way_out(void)
{
	unsigned long flags;

	CHECK(locked_value(2) == 2 && locked_value(0) == -1);
	CHECK(!spin_is_locked(&dialect_lock));
	scoped_guard(mutex, &dialect_mutex)
		CHECK(mutex_is_locked(&dialect_mutex));
	CHECK(!mutex_is_locked(&dialect_mutex));
	spin_lock_irqsave(&dialect_lock, flags);
	CHECK(spin_is_locked(&dialect_lock));
	spin_unlock_irqrestore(&dialect_lock, flags);
	return 0;
}

static int references_end_with_the_last(void)
{
	refcount_t r = REFCOUNT_INIT(2);

	CHECK(!refcount_dec_and_test(&r));
	CHECK(refcount_dec_and_test(&r));
	CHECK(!refcount_inc_not_zero(&r));
	return 0;
}

static DEFINE_PER_CPU(unsigned int, DIALECT_PASTE(dialect_count, DIALECT_NAME));

static int per_cpu_variables_count(void)
{
	unsigned int __percpu *p = &DIALECT_PASTE(dialect_count, DIALECT_NAME);
	int cpu;
	unsigned int sum = 0;

	this_cpu_inc(*p);
	this_cpu_add(*p, 2);
	for_each_possible_cpu(cpu)
		sum += per_cpu(*p, cpu);
	CHECK(sum == 3);
	return 0;
}

static int bits_are_atomic_or_not(void)
{
	DECLARE_BITMAP(map, 100);
	unsigned long bit, n = 0;

	bitmap_zero(map, 100);
	set_bit(99, map);
	CHECK(!test_and_set_bit(64, map) && test_and_set_bit(64, map));
	__clear_bit(99, map);
	for_each_set_bit(bit, map, 100)
		n += bit;
	CHECK(n == 64);
	CHECK(ilog2(SZ_2M) == 21 && order_base_2(3) == 2);
	CHECK(IS_ALIGNED(SZ_64K, SZ_4K) && round_up(1ul, SZ_4K) == SZ_4K);
	return 0;
}

static int strings_and_numbers(void)
{
	unsigned int v;
	char buf[8];

	CHECK(strscpy(buf, "too long for this") == -E2BIG);
	CHECK(!strcmp(buf, "too lon"));
	CHECK(kstrtouint("0x10\n", 0, &v) == 0 && v == 16);
	CHECK(kstrtouint("ten", 0, &v) == -EINVAL);
	CHECK(str_has_prefix("nvme0n1", "nvme") == 4);
	CHECK(abs(-3) == 3 && DIV_ROUND_UP(5, 2) == 3);
	CHECK(upper_32_bits(0x1ffffffffull) == 1);
	pr_debug("never printed %d\n", v);
	return 0;
}

const struct dialect_check DIALECT_NAME[] = {
	{ "types_have_kernel_sizes", types_have_kernel_sizes },
	{ "flexible_structures_are_sized", flexible_structures_are_sized },
	{ "register_fields_pack_and_unpack", register_fields_pack_and_unpack },
	{ "errors_travel_in_pointers", errors_travel_in_pointers },
	{ "list_macros_nest", list_macros_nest },
	{ "expression_macros_nest", expression_macros_nest_without_capture },
	{ "guards_unlock_on_every_way_out", guards_unlock_on_every_way_out },
	{ "references_end_with_the_last", references_end_with_the_last },
	{ "per_cpu_variables_count", per_cpu_variables_count },
	{ "bits_are_atomic_or_not", bits_are_atomic_or_not },
	{ "strings_and_numbers", strings_and_numbers },
	{ NULL, NULL },
};
