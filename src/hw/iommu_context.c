/* SPDX-License-Identifier: MIT */
/*
 * Contexts: what the IOMMU does with the requests of whom.
 *
 *	software --> mem --(first request)--> used --> translation (iommu.c)
 *	                                       |
 *	                 HW_INV_CONTEXT[S] ----+--> dropped
 *
 * One for each requester, and one for each PASID that a requester was given. In
 * caching mode a blocked context is kept in use, too.
 *
 * C1  A context in use is a copy: what software writes counts from the next
 *     request on that finds none in use (W2).
 * C2  context_cached has a bit for exactly the requesters whose own context is in
 *     use; commands look at no others.
 * C3  .mem passed check_context(), so that who walks need not ask whether format,
 *     levels, width and root go together.
 *
 * Locks: hw_iommu.lock.
 * Tests: tests/unit/hw/test_iommu.c, test_atc.c, tests/unit/iommu/test_pasid.c
 */
#include "hw/iommu_state.h"

#define NR_RIDS 65536u

static uint64_t context_cached[NR_RIDS / 64];

/** hw_contexts_init() - power on: every requester is blocked. */
bool hw_contexts_init(void)
{
	memset(context_cached, 0, sizeof(context_cached));
	hw_iommu.contexts = host_map_anon(NR_RIDS * sizeof(*hw_iommu.contexts));
	return hw_iommu.contexts;
}

/** hw_contexts_exit() - power off. */
void hw_contexts_exit(void)
{
	struct pasid_entry *entry;

	while ((entry = LIST_FIRST(&hw_iommu.pasids))) {
		LIST_REMOVE(entry, node);
		host_free(entry);
	}
	host_release(hw_iommu.contexts, NR_RIDS * sizeof(*hw_iommu.contexts));
	hw_iommu.contexts = NULL;
}

/* ---- formats ------------------------------------------------------------- */

const struct hw_walk_format *hw_formats[HW_PT_MAX] = {
	[HW_PT_VTDSS] = &hw_vtdss_format,
	[HW_PT_AMDV1] = &hw_amdv1_format,
	[HW_PT_X86_64] = &hw_x86_64_format,
	[HW_PT_RISCV_64] = &hw_riscv_64_format,
	[HW_PT_ARM_S1_4K] = &hw_arm_s1_4k_format,
	[HW_PT_ARM_S1_16K] = &hw_arm_s1_16k_format,
	[HW_PT_ARM_S1_64K] = &hw_arm_s1_64k_format,
	[HW_PT_ARM_S2_4K] = &hw_arm_s2_4k_format,
	[HW_PT_ARM_S2_16K] = &hw_arm_s2_16k_format,
	[HW_PT_ARM_S2_64K] = &hw_arm_s2_64k_format,
};

void hw_iommu_add_format(enum hw_pt_format nr,
			 const struct hw_walk_format *format)
{
	hw_formats[nr] = format;
}

/** hw_iommu_format() - the walker of a format, NULL if there is none. */
const struct hw_walk_format *hw_iommu_format(enum hw_pt_format format)
{
	return (unsigned int)format < HW_PT_MAX ? hw_formats[format] : NULL;
}

/* ---- written by software ------------------------------------------------- */

static const char *check_context(const struct hw_iommu_context *ctx)
{
	const struct hw_walk_format *fmt;
	unsigned int tree_lg2;
	uint64_t root_size;

	if (ctx->mode != HW_IOMMU_TRANSLATE)
		return NULL;
	if ((unsigned int)ctx->format >= HW_PT_MAX || !hw_formats[ctx->format])
		return "no such table format";
	fmt = hw_formats[ctx->format];
	if (ctx->levels < fmt->min_levels || ctx->levels > fmt->max_levels)
		return "number of levels";
	tree_lg2 = fmt->granule_lg2 + fmt->index_lg2 * ctx->levels;
	if (ctx->va_lg2 > fmt->va_lg2 ||
	    ctx->va_lg2 > tree_lg2 + fmt->concat_lg2)
		return "address width";
	if (ctx->sign_extend && !fmt->sign_extends)
		return "addresses of this format have no sign";
	root_size = 8ull << fmt->index_lg2;
	if (ctx->va_lg2 > tree_lg2)
		root_size <<= ctx->va_lg2 - tree_lg2;
	if (ctx->root & (root_size - 1))
		return "root is not aligned to its size";
	return NULL;
}

/* @ctx, or, with a report, one that blocks. */
static const struct hw_iommu_context *
well_formed(uint16_t rid, const struct hw_iommu_context *ctx)
{
	static const struct hw_iommu_context blocked = {
		.mode = HW_IOMMU_BLOCK
	};
	const char *why = check_context(ctx);

	if (!why)
		return ctx;
	host_event_add(HOST_EVENT_MISUSE, "iommu-context", NULL, rid, 0,
		       "malformed context of requester %#x: %s", rid, why);
	return &blocked;
}

/**
 * hw_iommu_set_context() - write the context entry of a requester
 * @rid: requester
 * @ctx: copied. A malformed one blocks, with event "iommu-context".
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_set_context(uint16_t rid, const struct hw_iommu_context *ctx)
{
	ctx = well_formed(rid, ctx);
	host_mutex_lock(&hw_iommu.lock);
	hw_iommu.contexts[rid].mem = *ctx;
	host_mutex_unlock(&hw_iommu.lock);
}

/* Lock held. NULL: nobody has written it. */
static struct pasid_entry *find_pasid(uint16_t rid, uint32_t pasid)
{
	struct pasid_entry *entry;

	LIST_FOREACH(entry, &hw_iommu.pasids, node)
	if (entry->rid == rid && entry->pasid == pasid)
		return entry;
	return NULL;
}

/**
 * hw_iommu_set_pasid_context() - write an entry of a requester's PASID table
 * @rid: requester
 * @pasid: not 0
 * @ctx: copied. A malformed one blocks, with event "iommu-context".
 *
 * Context: any thread, no hardware lock held.
 * Return: false if the host has no memory.
 */
bool hw_iommu_set_pasid_context(uint16_t rid, uint32_t pasid,
				const struct hw_iommu_context *ctx)
{
	struct pasid_entry *entry;

	ctx = well_formed(rid, ctx);
	host_mutex_lock(&hw_iommu.lock);
	entry = find_pasid(rid, pasid);
	if (!entry && ctx->mode != HW_IOMMU_BLOCK) {
		entry = host_alloc(sizeof(*entry));
		if (entry) {
			entry->rid = rid;
			entry->pasid = pasid;
			LIST_INSERT_HEAD(&hw_iommu.pasids, entry, node);
		}
	}
	if (entry)
		entry->context.mem = *ctx;
	host_mutex_unlock(&hw_iommu.lock);
	return entry || ctx->mode == HW_IOMMU_BLOCK;
}

/* ---- used by requests ---------------------------------------------------- */

static void fetch_context(struct hw_dev *dev, struct context *c)
{
	hw_cost_dev(dev, HW_COST_CONTEXT_FETCH, 1);
	c->used = c->mem;
	if (c->mem.mode == HW_IOMMU_TRANSLATE) {
		const struct hw_walk_format *fmt = hw_formats[c->mem.format];

		c->root_gen = hw_table_gen(c->mem.root);
		c->dom = iotlb_domain(&hw_iommu.iotlb, c->mem.domain,
				      fmt->first_stage, c->mem.pasid);
		/* Marks in memory that the CPU does not see would help nobody. */
		c->marks = fmt->touch && (c->mem.dirty || fmt->touches) &&
			   !hw_config.walk_noncoherent;
	}
	c->cached = c->mem.mode != HW_IOMMU_BLOCK ||
		    hw_config.iommu_caching_mode;
}

/**
 * hw_context_of_pasid() - the context of a request with a PASID
 * @dev: the requester
 * @pasid: not 0
 *
 * Context: lock held.
 * Return: the context in use; NULL: there is no such entry.
 */
struct context *hw_context_of_pasid(struct hw_dev *dev, uint32_t pasid)
{
	struct pasid_entry *entry = find_pasid(hw_dev_requester(dev), pasid);

	if (entry && !entry->context.cached)
		fetch_context(dev, &entry->context);
	return entry ? &entry->context : NULL;
}

/**
 * hw_context_fetch() - take a requester's context into use
 * @dev: the requester
 * @rid: its id
 *
 * Context: lock held; none is in use.
 * Return: the context; a blocked one stays out of use, but in caching mode.
 */
struct context *hw_context_fetch(struct hw_dev *dev, uint16_t rid)
{
	struct context *c = &hw_iommu.contexts[rid];

	fetch_context(dev, c);
	if (c->cached)
		context_cached[rid / 64] |= 1ull << rid % 64;
	return c;
}

/* ---- dropped ------------------------------------------------------------- */

/*
 * Does @cmd mean context @c, which requests of @rid with @pasid use? 0: those without.
 * A command names it by this place; without .by_pasid it means all places. What cached
 * translations are tagged with (used.pasid) does not count.
 */
static bool is_meant(const struct hw_inv_cmd *cmd, const struct context *c,
		     unsigned int rid, uint32_t pasid)
{
	if (cmd->type == HW_INV_CONTEXT &&
	    (rid ^ cmd->rid) & ~(unsigned int)cmd->rid_ignore)
		return false;
	return (!cmd->by_domain || c->used.domain == cmd->domain) &&
	       (!cmd->by_pasid || pasid == cmd->pasid);
}

/* Those in PASID tables. */
static uint64_t drop_pasids(const struct hw_inv_cmd *cmd)
{
	struct pasid_entry *entry;
	uint64_t nr = 0;

	LIST_FOREACH(entry, &hw_iommu.pasids, node)
	{
		struct context *c = &entry->context;

		if (!c->cached || !is_meant(cmd, c, entry->rid, entry->pasid))
			continue;
		c->cached = false;
		nr++;
	}
	return nr;
}

/**
 * hw_contexts_drop() - take contexts out of use
 * @cmd: which
 *
 * Context: lock held.
 * Return: how many there were.
 */
uint64_t hw_contexts_drop(const struct hw_inv_cmd *cmd)
{
	bool one = cmd->type == HW_INV_CONTEXT;
	unsigned int i = one ? cmd->rid / 64 : 0;
	unsigned int end = one ? i + 1 : NR_RIDS / 64;
	uint64_t nr = drop_pasids(cmd);

	for (; i < end; i++) {
		uint64_t bits = context_cached[i];

		for (; bits; bits &= bits - 1) {
			unsigned int rid = 64 * i + __builtin_ctzll(bits);

			if (!is_meant(cmd, &hw_iommu.contexts[rid], rid, 0))
				continue;
			hw_iommu.contexts[rid].cached = false;
			context_cached[i] &= ~(1ull << rid % 64);
			nr++;
		}
	}
	return nr;
}

/* ---- looking inside ------------------------------------------------------ */

/**
 * hw_iommu_get_context() - the context entry of a requester
 * @rid: requester
 * @mem: as software wrote it
 * @used: the copy in use, if there is one
 *
 * Context: any thread, no hardware lock held; an IOMMU is there.
 * Return: whether @used was set.
 */
bool hw_iommu_get_context(uint16_t rid, struct hw_iommu_context *mem,
			  struct hw_iommu_context *used)
{
	bool cached;

	host_mutex_lock(&hw_iommu.lock);
	*mem = hw_iommu.contexts[rid].mem;
	cached = hw_iommu.contexts[rid].cached;
	if (cached)
		*used = hw_iommu.contexts[rid].used;
	host_mutex_unlock(&hw_iommu.lock);
	return cached;
}

/**
 * hw_context_with() - where the tables of a domain are
 * @domain: number of the domain
 * @pasid: the other half of its tag
 *
 * Context: lock held.
 * Return: a context of it that a requester has in use, or NULL.
 */
const struct hw_iommu_context *hw_context_with(uint16_t domain, uint32_t pasid)
{
	unsigned int i;

	for (i = 0; i < NR_RIDS / 64; i++) {
		uint64_t bits = context_cached[i];

		for (; bits; bits &= bits - 1) {
			unsigned int rid = 64 * i + __builtin_ctzll(bits);
			const struct hw_iommu_context *used =
				&hw_iommu.contexts[rid].used;

			if (used->mode == HW_IOMMU_TRANSLATE &&
			    used->domain == domain && used->pasid == pasid)
				return used;
		}
	}
	return NULL;
}
