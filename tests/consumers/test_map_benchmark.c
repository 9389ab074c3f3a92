/* SPDX-License-Identifier: MIT */
/*
 * The DMA mapping benchmark: what it refuses, what it leaves as it was, and
 * that its figures are about loops that it really made. Case numbers are those
 * of the DMA core specification.
 */
#include <linux/build_bug.h>
#include <linux/dma-mapping.h>
#include <linux/map_benchmark.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include <dmasim/map_benchmark.h>

#include "support/fixture.h"
#include "support/sweep.h"

#include <errno.h>

/* spec: dma-core 112 */
static_assert(sizeof(struct map_benchmark) == 64);
static_assert(sizeof(struct map_benchmark_v7) == 136);
static_assert(DMA_MAP_BENCHMARK == 0xc0406401);
static_assert(DMA_MAP_BENCHMARK_V7 == 0xc0886401);
/* One copy serves both. */
static_assert(offsetof(struct map_benchmark, granule) ==
	      offsetof(struct map_benchmark_v7, granule));
static_assert(offsetof(struct map_benchmark_v7, map_mode) == 60);

static const struct map_benchmark_v7 good = {
	.threads = 1,
	.seconds = 1,
	.node = -1,
	.dma_bits = 40,
	.dma_dir = DMA_MAP_TO_DEVICE,
	.granule = 2,
};

static void bind(struct fixture *f)
{
	assert_int_equal(dmasim_map_benchmark_bind(f->dev), 0);
}

static int run_mode(u8 map_mode, struct map_benchmark_v7 *map,
		    struct dmasim_map_result *result)
{
	*map = good;
	map->map_mode = map_mode;
	return dmasim_map_benchmark(DMA_MAP_BENCHMARK_V7, map, result);
}

#define assert_refused(f, field, value)                                     \
	do {                                                                \
		struct map_benchmark_v7 map = good;                         \
                                                                            \
		map.field = value;                                          \
		assert_int_equal(dmasim_map_benchmark(DMA_MAP_BENCHMARK_V7, \
						      &map, NULL),          \
				 -EINVAL);                                  \
		assert_int_equal(dma_get_mask((f)->dev), DMA_BIT_MASK(64)); \
	} while (0)

/* spec: dma-core 112 */
static void parameters_out_of_range_are_refused(void **state)
{
	struct fixture *f = *state;

	bind(f);

	assert_refused(f, threads, 0);
	assert_refused(f, threads, 1025);
	assert_refused(f, seconds, 0);
	assert_refused(f, seconds, 301);
	assert_refused(f, granule, 0);
	assert_refused(f, granule, 1025);
	assert_refused(f, dma_dir, 3);
	assert_refused(f, dma_trans_ns, 10000001);
	assert_refused(f, node, -2);
	assert_refused(f, node, 1);
	assert_refused(f, dma_bits, 0);
	assert_refused(f, dma_bits, 65);
	assert_refused(f, map_mode, 2);
}

static void a_mask_that_cannot_be_set_is_refused(void **state)
{
	struct fixture *f = *state;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	fixture_rebuild(f);
	bind(f);

	/* Without translation a device must reach 16 MiB. */
	assert_refused(f, dma_bits, 20);
}

static void other_commands_are_refused(void **state)
{
	struct map_benchmark_v7 map = good;
	struct fixture *f = *state;

	bind(f);

	assert_int_equal(dmasim_map_benchmark(0, &map, NULL), -ENOTTY);
	assert_int_equal(dmasim_map_benchmark(DMA_MAP_BENCHMARK + 1, &map,
					      NULL),
			 -ENOTTY);
}

static void without_a_device_there_is_nothing_to_measure(void **state)
{
	struct map_benchmark_v7 map = good;

	assert_int_equal(dmasim_map_benchmark(DMA_MAP_BENCHMARK_V7, &map, NULL),
			 -ENODEV);
}

static void one_device_is_bound_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *other;
	struct device *dev;

	bind(f);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &other),
			 0);
	dev = dmasim_device_kernel(other);
	assert_int_equal(dmasim_map_benchmark_bind(dev), -EBUSY);
	assert_int_equal(dmasim_map_benchmark_bind(f->dev), -EBUSY);

	device_release_driver(f->dev);
	assert_int_equal(dmasim_map_benchmark_bind(dev), 0);
}

static void a_platform_device_is_bound_by_its_name(void **state)
{
	struct platform_device *pdev = platform_device_register_simple(
		"dma_map_benchmark", -1, NULL, 0);
	struct dmasim_map_result result;
	struct map_benchmark_v7 map;
	u64 mask;

	assert_false(IS_ERR(pdev));
	mask = dma_get_mask(&pdev->dev);

	assert_int_equal(run_mode(DMA_MAP_BENCH_SINGLE_MODE, &map, &result), 0);
	assert_true(result.loops > 0);

	assert_int_equal(dma_get_mask(&pdev->dev), mask);
	platform_device_unregister(pdev);
}

/* Figures that hang together, of mappings that were made. */
static void assert_figures(const struct map_benchmark_v7 *map,
			   const struct dmasim_map_result *result)
{
	const struct dmasim_map_times *t = &result->map;

	assert_true(result->loops > 0);
	assert_true(result->elapsed >= 1000000000);
	assert_true(t->min > 0 && t->min <= t->p50 && t->p50 <= t->p90);
	assert_true(t->p90 <= t->p99 && t->p99 <= t->p999);
	assert_true(t->p999 <= t->max);
	assert_true(t->min <= t->mean && t->mean <= t->max);
	/* Truncated to 100 ns a loop, so less, but not by a whole unit. */
	assert_true(map->avg_map_100ns * 100 <= t->mean);
	assert_true(map->avg_map_100ns * 100 + 200 > t->mean);
	assert_true(map->avg_unmap_100ns * 100 <= result->unmap.mean);
}

static void each_mode_maps_and_restores_the_mask(void **state)
{
	static const u8 modes[] = { DMA_MAP_BENCH_SINGLE_MODE,
				    DMA_MAP_BENCH_SG_MODE,
				    DMASIM_MAP_BENCH_LINK_MODE };
	struct fixture *f = *state;
	unsigned int i;

	bind(f);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct dmasim_map_result result;
		struct dmasim_dma_stats before, after;
		struct map_benchmark_v7 map;

		dmasim_dma_get_stats(&before);
		assert_int_equal(run_mode(modes[i], &map, &result), 0);
		dmasim_dma_get_stats(&after);

		assert_figures(&map, &result);
		assert_true(after.maps - before.maps >= result.loops);
		assert_true(after.iova_allocs - before.iova_allocs >=
			    result.loops);
		/* spec: dma-core 112 */
		assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(64));
	}
}

static void more_threads_than_cpus_take_turns(void **state)
{
	struct fixture *f = *state;
	struct dmasim_map_result result;
	struct map_benchmark map = {
		.threads = 3,
		.seconds = 1,
		.node = 0,
		.dma_bits = 32,
		.granule = 1,
	};

	bind(f);

	assert_int_equal(dmasim_map_benchmark(DMA_MAP_BENCHMARK, &map, &result),
			 0);
	assert_true(result.loops > 3);
}

static void links_need_a_translated_device(void **state)
{
	struct fixture *f = *state;
	struct map_benchmark_v7 map;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	fixture_rebuild(f);
	bind(f);

	assert_int_equal(run_mode(DMASIM_MAP_BENCH_LINK_MODE, &map, NULL),
			 -EOPNOTSUPP);
}

/* Mappings succeed until there is no more; the thread says so at once. */
static void a_thread_that_cannot_map_is_the_result(void **state)
{
	struct fixture *f = *state;
	struct dmasim_map_result result;
	struct map_benchmark_v7 map;

	bind(f);
	dmasim_fail_from(DMASIM_SITE_IOVA, 10);

	assert_int_equal(run_mode(DMA_MAP_BENCH_SINGLE_MODE, &map, &result),
			 -ENOMEM);
	dmasim_fail_off();

	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(64));
}

/* One whose 101st mapping fails is over at once, however long it was to last. */
static int run_until_it_fails(struct fixture *f, u8 map_mode)
{
	struct map_benchmark_v7 map = good;
	int ret;

	map.map_mode = map_mode;
	map.seconds = 300;
	dmasim_fail_from(f->variant->translated ? DMASIM_SITE_IOVA :
						  DMASIM_SITE_MAP,
			 101);
	ret = dmasim_map_benchmark(DMA_MAP_BENCHMARK_V7, &map, NULL);
	dmasim_fail_off();
	return ret;
}

static void each_mode_maps_until_it_cannot(void **state)
{
	static const u8 modes[] = { DMA_MAP_BENCH_SINGLE_MODE,
				    DMA_MAP_BENCH_SG_MODE,
				    DMASIM_MAP_BENCH_LINK_MODE };
	struct fixture *f = *state;
	unsigned int i, nr_modes = f->variant->translated ? 3 : 2;
	struct dmasim_dma_stats before, after;

	bind(f);
	if (!f->variant->translated)
		assert_int_equal(run_until_it_fails(f, modes[2]), -EOPNOTSUPP);
	for (i = 0; i < nr_modes; i++) {
		dmasim_dma_get_stats(&before);
		assert_int_equal(run_until_it_fails(f, modes[i]), -ENOMEM);
		dmasim_run_for(20 * 1000 * 1000);
		dmasim_dma_get_stats(&after);

		assert_true(after.maps - before.maps >= 99);
		assert_int_equal(after.iova_allocs - before.iova_allocs,
				 after.iova_frees - before.iova_frees);
		assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(64));
	}
}

/*
 * A run calls sites as long as it lasts, so a sweep would not end: the first 20
 * calls are those of the set-up and of some loops. Where memory is got another
 * way the run goes on, and is right.
 */
static void every_failure_ends_a_run_without_a_trace(void **state)
{
	static const u8 modes[] = { DMA_MAP_BENCH_SINGLE_MODE,
				    DMA_MAP_BENCH_SG_MODE,
				    DMASIM_MAP_BENCH_LINK_MODE };
	struct fixture *f = *state;
	unsigned int i, nth;

	bind(f);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		for (nth = 1; nth <= 20; nth++) {
			struct map_benchmark_v7 map;
			int ret;

			dmasim_fail_any_nth(SWEEP_ALL, nth);
			ret = run_mode(modes[i], &map, NULL);
			assert_true(sweep_failed());
			dmasim_fail_off();
			/* No range for the first link: perhaps there are none. */
			if (modes[i] == DMASIM_MAP_BENCH_LINK_MODE && nth == 1)
				assert_int_equal(ret, -EOPNOTSUPP);
			else
				assert_true(ret == -ENOMEM || !ret);
			assert_int_equal(dma_get_mask(f->dev),
					 DMA_BIT_MASK(64));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(parameters_out_of_range_are_refused),
		fixture_case(a_mask_that_cannot_be_set_is_refused),
		fixture_case(other_commands_are_refused),
		fixture_case(without_a_device_there_is_nothing_to_measure),
		fixture_case(one_device_is_bound_at_a_time),
		fixture_case(a_platform_device_is_bound_by_its_name),
		fixture_case(each_mode_maps_and_restores_the_mask),
		fixture_case(more_threads_than_cpus_take_turns),
		fixture_case(links_need_a_translated_device),
		fixture_case(a_thread_that_cannot_map_is_the_result),
		fixture_case(every_failure_ends_a_run_without_a_trace),
	};

	const struct CMUnitTest matrix[] = {
		fixture_case(each_mode_maps_until_it_cannot),
	};

	return run_variants_("map_benchmark", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1) +
	       run_matrix("map_benchmark", matrix);
}
