/* SPDX-License-Identifier: MIT */
/*
 * The two-step API when something runs out: after a failed link no byte of the
 * asked range translates and every range linked before still does; nothing is
 * left over at the end.
 */
#include "api/api.h"

/* Pages two apart, so that no two of them make a larger entry. */
#define PHYS 0x123457000ull

static phys_addr_t page_phys(unsigned int i)
{
	return PHYS + i * 2 * PAGE_SIZE;
}

static unsigned int link_until_it_fails(struct fixture *f,
					struct dma_iova_state *iova,
					unsigned int nr)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = dma_iova_link(f->dev, iova, page_phys(i), i * PAGE_SIZE,
				    PAGE_SIZE, DMA_TO_DEVICE, 0);
		if (!ret)
			continue;
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
		break;
	}
	return i;
}

static void sync_or_fail(struct fixture *f, struct dma_iova_state *iova,
			 unsigned int nr)
{
	uint64_t before = dmasim_fail_fired();
	int ret = dma_iova_sync(f->dev, iova, 0, nr * PAGE_SIZE);

	/* It fails if and only if a failure was delivered to it. */
	if (dmasim_fail_fired() != before)
		assert_int_equal(ret, -EIO);
	else
		assert_int_equal(ret, 0);
}

static void assert_linked_so_far(struct fixture *f, u64 iova,
				 unsigned int linked, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < linked; i++)
		assert_translates(f, iova + i * PAGE_SIZE, page_phys(i));
	if (linked < nr)
		assert_not_mapped(f, iova + linked * PAGE_SIZE,
				  (nr - linked) * PAGE_SIZE);
}

/* One life of a state of @nr pages, ended by destroy or by unlink and free. */
static void one_life(struct fixture *f, unsigned int nr, bool by_unlink)
{
	struct dma_iova_state iova;
	unsigned int linked;
	u64 addr;

	if (!dma_iova_try_alloc(f->dev, &iova, 0, nr * PAGE_SIZE)) {
		assert_true(sweep_failed());
		return;
	}
	addr = iova.addr;
	linked = link_until_it_fails(f, &iova, nr);
	assert_linked_so_far(f, addr, linked, nr);
	if (linked == nr)
		sync_or_fail(f, &iova, nr);

	if (!by_unlink) {
		dma_iova_destroy(f->dev, &iova, linked * PAGE_SIZE,
				 DMA_TO_DEVICE, 0);
	} else {
		if (linked)
			dma_iova_unlink(f->dev, &iova, 0, linked * PAGE_SIZE,
					DMA_TO_DEVICE, 0);
		dma_iova_free(f->dev, &iova);
	}
	assert_not_mapped(f, addr, nr * PAGE_SIZE);
}

static void sweep_lives(struct fixture *f, unsigned int nr)
{
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL)
		one_life(f, nr, false);
	FAIL_SWEEP(s, SWEEP_ALL)
		one_life(f, nr, true);
}

static void one_page_survives_any_failure(void **state)
{
	sweep_lives(*state, 1);
}

static void two_pages_survive_any_failure(void **state)
{
	sweep_lives(*state, 2);
}

static void pages_beyond_the_cached_sizes_survive_any_failure(void **state)
{
	sweep_lives(*state, 33);
}

static void many_pages_survive_any_failure(void **state)
{
	sweep_lives(*state, 128);
}

static void pages_of_two_tables_survive_any_failure(void **state)
{
	sweep_lives(*state, 513);
}

/*
 * In a fresh domain every table has to be allocated. The first page is linked,
 * then 1024 more in one call that crosses two table borders.
 */
static void link_across_tables(struct fixture *f)
{
	struct dma_iova_state iova;
	int ret;

	if (!dma_iova_try_alloc(f->dev, &iova, 0, 1025 * PAGE_SIZE)) {
		assert_true(sweep_failed());
		return;
	}
	if (link_until_it_fails(f, &iova, 1) == 0) {
		assert_not_mapped(f, iova.addr, 1025 * PAGE_SIZE);
		dma_iova_free(f->dev, &iova);
		return;
	}
	ret = dma_iova_link(f->dev, &iova, PHYS + 16 * PAGE_SIZE, PAGE_SIZE,
			    1024 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	assert_translates(f, iova.addr, PHYS);
	if (ret) {
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
		assert_not_mapped(f, iova.addr + PAGE_SIZE, 1024 * PAGE_SIZE);
		dma_iova_destroy(f->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
		return;
	}
	assert_translates(f, iova.addr + 1024 * PAGE_SIZE,
			  PHYS + 16 * PAGE_SIZE + 1023 * PAGE_SIZE);
	dma_iova_destroy(f->dev, &iova, 1025 * PAGE_SIZE, DMA_TO_DEVICE, 0);
}

static void one_long_link_is_made_or_not_made(void **state)
{
	struct fixture *f = *state;
	unsigned int position = 0;
	bool fired;

	do {
		dmasim_fail_any_nth(SWEEP_ALL, ++position);
		link_across_tables(f);
		fired = dmasim_fail_fired();
		dmasim_fail_off();
		fixture_rebuild(f);
	} while (fired);
	/* An address, four tables at least. */
	assert_in_range(position, 6, 100);
}

/* The middle of a state stays usable when a relink fails. */
static void a_failed_relink_leaves_the_neighbours(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, SZ_8M));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 1);

	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, SZ_4M, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 -ENOMEM);

	assert_translates(f, iova.addr, PHYS);
	assert_not_mapped(f, iova.addr + SZ_4M, PAGE_SIZE);
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, SZ_4M, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_unlink(f->dev, &iova, SZ_4M, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_destroy(f->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
}

static void no_iova_is_a_silent_no(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = { .addr = 1, .__size = 1 };

	/* A 32-bit device has no second choice. */
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	dmasim_fail_nth(DMASIM_SITE_IOVA, 1);

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));

	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(iova.addr, 0);
	assert_false(dma_use_iova(&iova));
}

/* Running out of addresses below 4 GiB is no failure of a 64-bit device. */
static void without_low_iova_a_high_one_is_taken(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	dmasim_fail_nth(DMASIM_SITE_IOVA, 1);

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));

	assert_int_equal(dmasim_fail_fired(), 1);
	assert_true(iova.addr > 0xffffffff);
	dma_iova_free(f->dev, &iova);
}

static void a_failed_sync_is_reported(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	dmasim_fail_nth(DMASIM_SITE_IOMMU_SYNC, 1);

	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, PAGE_SIZE), -EIO);

	dma_iova_destroy(f->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(one_page_survives_any_failure),
		fixture_case(two_pages_survive_any_failure),
		fixture_case(pages_beyond_the_cached_sizes_survive_any_failure),
		fixture_case(many_pages_survive_any_failure),
		fixture_case(pages_of_two_tables_survive_any_failure),
		fixture_case(one_long_link_is_made_or_not_made),
		fixture_case(a_failed_relink_leaves_the_neighbours),
		fixture_case(no_iova_is_a_silent_no),
		fixture_case(without_low_iova_a_high_one_is_taken),
		fixture_case(a_failed_sync_is_reported),
	};

	return run_variants("two_step_failures", tests, variants_gap) +
	       run_variants("two_step_failures", tests, variants_translated) +
	       run_variants("two_step_failures", tests,
			    variants_checker_strict) +
	       not_swept("dma_iova_try_alloc", "dma_iova_link",
			 "dma_iova_sync");
}
