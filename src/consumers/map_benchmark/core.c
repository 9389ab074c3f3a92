/* SPDX-License-Identifier: MIT */
/*
 * DMA mapping benchmark: the driver, its one device, and a run's threads.
 * Models kernel/dma/map_benchmark.c, 6.17; the modes are newer, or ours.
 *
 * There is no debugfs, so what would be an ioctl() on its file is a call,
 * dmasim_map_benchmark(). Threads look at the host's clock themselves and end
 * when the time is over: the caller need not wake from a sleep in virtual time,
 * which stands still while they run.
 *
 * I1  bench_dev is the bound device; a run holds bench_lock, so it stays bound.
 * I2  A thread gives up its turn at least every SLICE_NS: threads may be more
 *     than CPUs.
 * Locks: bench_lock, around probe, remove and a whole run.
 * Tests: tests/consumers/test_map_benchmark.c
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/map_benchmark.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <dmasim/machine.h>

#include "map_benchmark.h"

#define DRIVER_NAME "dma_map_benchmark"
#define MAX_GRANULE 1024
#define SLICE_NS (10 * NSEC_PER_MSEC)

static DEFINE_MUTEX(bench_lock);
static struct device *bench_dev;

/**
 * struct bench_run - a run
 * @deadline: host's ns when it is over
 * @stop: a thread failed
 * @running: threads that have not ended
 * @ended: none is left
 */
struct bench_run {
	struct device *dev;
	const struct map_benchmark_v7 *map;
	const struct bench_mode *mode;
	u64 deadline;
	bool stop;
	atomic_t running;
	struct completion ended;
};

struct bench_thread {
	struct bench_run *run;
	struct task_struct *task;
	struct bench_stat stat_map, stat_unmap;
};

/* ---- a thread ---- */

/* One map and unmap. Return: the host's ns at its end, 0 if it failed. */
static u64 bench_loop(struct bench_thread *thread, struct bench_buffer *buf)
{
	const struct bench_run *run = thread->run;
	u64 begin, mapped, over;

	/* What the device only writes need not be dirty in a cache. */
	if (buf->dir != DMA_FROM_DEVICE)
		run->mode->dirty(buf);

	begin = dmasim_host_now();
	if (run->mode->map(buf))
		return 0;
	mapped = dmasim_host_now();
	bench_stat_add(&thread->stat_map, mapped - begin);

	ndelay(run->map->dma_trans_ns);

	begin = dmasim_host_now();
	run->mode->unmap(buf);
	over = dmasim_host_now();
	bench_stat_add(&thread->stat_unmap, over - begin);
	return over;
}

static int bench_loops(struct bench_thread *thread, struct bench_buffer *buf)
{
	struct bench_run *run = thread->run;
	u64 now = dmasim_host_now(), slice = now;

	while (now < run->deadline && !READ_ONCE(run->stop)) {
		now = bench_loop(thread, buf);
		if (!now)
			return -ENOMEM;
		if (now - slice > SLICE_NS) {
			cond_resched();
			now = slice = dmasim_host_now();
		}
	}
	return 0;
}

static int bench_thread_fn(void *data)
{
	struct bench_thread *thread = data;
	struct bench_run *run = thread->run;
	struct bench_buffer buf = {
		.dev = run->dev,
		.dir = run->map->dma_dir,
		.pages = run->map->granule,
		.node = run->map->node,
	};
	int ret = run->mode->alloc(&buf);

	if (!ret) {
		ret = bench_loops(thread, &buf);
		run->mode->free(&buf);
	}
	/* The figures are void: the others need not go on. */
	if (ret)
		WRITE_ONCE(run->stop, true);
	if (atomic_dec_and_test(&run->running))
		complete(&run->ended);
	return ret;
}

/* ---- a run ---- */

static void bench_free_threads(struct bench_thread **threads, unsigned int nr)
{
	while (nr)
		kvfree(threads[--nr]);
	kvfree(threads);
}

static struct bench_thread **bench_alloc_threads(struct bench_run *run)
{
	struct bench_thread **threads;
	unsigned int i;

	threads = kvcalloc(run->map->threads, sizeof(*threads), GFP_KERNEL);
	if (!threads)
		return NULL;
	for (i = 0; i < run->map->threads; i++) {
		threads[i] = kvzalloc(sizeof(**threads), GFP_KERNEL);
		if (!threads[i]) {
			bench_free_threads(threads, i);
			return NULL;
		}
		threads[i]->run = run;
		bench_stat_init(&threads[i]->stat_map);
		bench_stat_init(&threads[i]->stat_unmap);
	}
	return threads;
}

/* All threads from the first wake-up to the last end; their first errno. */
static int bench_run_threads(struct bench_run *run,
			     struct bench_thread **threads)
{
	unsigned int nr, i;
	int ret = 0, err;

	for (nr = 0; nr < run->map->threads; nr++) {
		struct task_struct *task = kthread_create_on_node(
			bench_thread_fn, threads[nr], run->map->node,
			"dma-map-benchmark/%u", nr);

		if (IS_ERR(task)) {
			ret = PTR_ERR(task);
			goto out_stop;
		}
		threads[nr]->task = get_task_struct(task);
	}
	run->deadline = dmasim_host_now() + run->map->seconds * NSEC_PER_SEC;
	for (i = 0; i < nr; i++)
		wake_up_process(threads[i]->task);
	wait_for_completion(&run->ended);

out_stop:
	/* One that was not woken is stopped before its function begins. */
	for (i = 0; i < nr; i++) {
		err = kthread_stop_put(threads[i]->task);
		if (!ret)
			ret = err;
	}
	return ret;
}

static void bench_report(struct map_benchmark_v7 *map,
			 struct bench_thread **threads,
			 struct dmasim_map_result *result)
{
	struct bench_stat *stat_map = &threads[0]->stat_map;
	struct bench_stat *stat_unmap = &threads[0]->stat_unmap;
	unsigned int i;

	for (i = 1; i < map->threads; i++) {
		bench_stat_merge(stat_map, &threads[i]->stat_map);
		bench_stat_merge(stat_unmap, &threads[i]->stat_unmap);
	}
	bench_stat_100ns(stat_map, &map->avg_map_100ns, &map->map_stddev);
	bench_stat_100ns(stat_unmap, &map->avg_unmap_100ns, &map->unmap_stddev);
	result->loops = stat_map->loops;
	bench_stat_times(stat_map, &result->map);
	bench_stat_times(stat_unmap, &result->unmap);
}

static int bench_do_run(struct map_benchmark_v7 *map,
			struct dmasim_map_result *result)
{
	struct bench_run run = {
		.dev = bench_dev,
		.map = map,
		.mode = bench_mode_find(map->map_mode),
		.running = ATOMIC_INIT(map->threads),
	};
	struct bench_thread **threads;
	u64 begin;
	int ret;

	if (map->map_mode == DMASIM_MAP_BENCH_LINK_MODE &&
	    !bench_can_link(run.dev))
		return -EOPNOTSUPP;
	init_completion(&run.ended);
	threads = bench_alloc_threads(&run);
	if (!threads)
		return -ENOMEM;
	begin = dmasim_host_now();
	ret = bench_run_threads(&run, threads);
	result->elapsed = dmasim_host_now() - begin;
	if (!ret)
		bench_report(map, threads, result);
	bench_free_threads(threads, map->threads);
	return ret;
}

/* ---- the ioctl ---- */

static bool bench_valid(const struct map_benchmark_v7 *map)
{
	return map->threads >= 1 && map->threads <= DMA_MAP_MAX_THREADS &&
	       map->seconds >= 1 && map->seconds <= DMA_MAP_MAX_SECONDS &&
	       map->dma_trans_ns <= DMA_MAP_MAX_TRANS_DELAY &&
	       (map->node == NUMA_NO_NODE || node_possible(map->node)) &&
	       map->granule >= 1 && map->granule <= MAX_GRANULE &&
	       map->dma_dir <= DMA_MAP_FROM_DEVICE && map->dma_bits >= 1 &&
	       map->dma_bits <= 64 && bench_mode_find(map->map_mode);
}

/* bench_lock is held. */
static int bench_ioctl(struct map_benchmark_v7 *map,
		       struct dmasim_map_result *result)
{
	struct device *dev = bench_dev;
	u64 mask;
	int ret;

	if (!dev)
		return -ENODEV;
	if (!bench_valid(map))
		return -EINVAL;
	mask = dma_get_mask(dev);
	if (dma_set_mask(dev, DMA_BIT_MASK(map->dma_bits)))
		return -EINVAL;
	ret = bench_do_run(map, result);
	/* It was in force before, so it cannot be refused. */
	WARN_ON(dma_set_mask(dev, mask));
	return ret;
}

int dmasim_map_benchmark(unsigned int cmd, void *arg,
			 struct dmasim_map_result *result)
{
	struct dmasim_map_result unwanted;
	struct map_benchmark_v7 map = {};
	size_t size;
	int ret;

	/* What both structures have is at the same offsets. */
	if (cmd == DMA_MAP_BENCHMARK)
		size = offsetof(struct map_benchmark_v7, map_mode);
	else if (cmd == DMA_MAP_BENCHMARK_V7)
		size = sizeof(map);
	else
		return -ENOTTY;
	memcpy(&map, arg, size);
	mutex_lock(&bench_lock);
	ret = bench_ioctl(&map, result ?: &unwanted);
	mutex_unlock(&bench_lock);
	memcpy(arg, &map, size);
	return ret;
}

/* ---- driver ---- */

static int bench_probe(struct device *dev)
{
	int ret = -EBUSY;

	mutex_lock(&bench_lock);
	if (!bench_dev) {
		bench_dev = dev;
		ret = 0;
	}
	mutex_unlock(&bench_lock);
	return ret;
}

static void bench_remove(void)
{
	mutex_lock(&bench_lock);
	bench_dev = NULL;
	mutex_unlock(&bench_lock);
}

static int bench_platform_probe(struct platform_device *pdev)
{
	return bench_probe(&pdev->dev);
}

static void bench_platform_remove(struct platform_device *pdev)
{
	bench_remove();
}

static struct platform_driver bench_platform_driver = {
	.driver = { .name = DRIVER_NAME },
	.probe = bench_platform_probe,
	.remove = bench_platform_remove,
};

static int bench_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret = pcim_enable_device(pdev);

	if (ret)
		return ret;
	pci_set_master(pdev);
	return bench_probe(&pdev->dev);
}

static void bench_pci_remove(struct pci_dev *pdev)
{
	bench_remove();
}

/* No ids: a device is bound by its driver_override. */
static struct pci_driver bench_pci_driver = {
	.name = DRIVER_NAME,
	.probe = bench_pci_probe,
	.remove = bench_pci_remove,
};

int dmasim_map_benchmark_bind(struct device *dev)
{
	struct pci_dev *pdev;
	int ret;

	if (dev->driver)
		return -EBUSY;
	if (dev_is_platform(dev))
		return device_driver_attach(&bench_platform_driver.driver, dev);
	if (!dev_is_pci(dev))
		return -EINVAL;
	pdev = to_pci_dev(dev);
	kfree(pdev->driver_override);
	pdev->driver_override = kstrdup(DRIVER_NAME, GFP_KERNEL);
	if (!pdev->driver_override)
		return -ENOMEM;
	ret = device_driver_attach(&bench_pci_driver.driver, dev);
	if (ret) {
		kfree(pdev->driver_override);
		pdev->driver_override = NULL;
	}
	return ret;
}

static int __init bench_init(void)
{
	int ret = pci_register_driver(&bench_pci_driver);

	if (ret)
		return ret;
	ret = platform_driver_register(&bench_platform_driver);
	if (ret)
		pci_unregister_driver(&bench_pci_driver);
	return ret;
}

static void __exit bench_exit(void)
{
	platform_driver_unregister(&bench_platform_driver);
	pci_unregister_driver(&bench_pci_driver);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("DMA mapping benchmark");
MODULE_LICENSE("Dual MIT/GPL");
