/* SPDX-License-Identifier: MIT */
/*
 * "dmasim map-benchmark": the machine, its CPUs, and the driver's ioctl.
 */
#include <linux/completion.h>
#include <linux/map_benchmark.h>

#include <dmasim/device.h>
#include <dmasim/inspect.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "map_bench.h"

#define MAX_CPUS 64

static DECLARE_COMPLETION(run_over);

/* A CPU: who waits lends its turn to the driver's threads. */
static void *cpu_main(void *arg)
{
	if (dmasim_cpu_bind((unsigned long)arg))
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
	wait_for_completion(&run_over);
	return NULL;
}

static void run_on_all_cpus(struct map_bench *b, struct map_benchmark_v7 *map,
			    int *ret)
{
	pthread_t cpus[MAX_CPUS];
	unsigned int nr;

	reinit_completion(&run_over);
	/* CPU 0 is the caller. */
	for (nr = 1; nr < b->machine.nr_cpus; nr++) {
		if (pthread_create(&cpus[nr], NULL, cpu_main,
				   (void *)(unsigned long)nr)) {
			fprintf(stderr, "dmasim: only %u CPUs\n", nr);
			break;
		}
	}
	*ret = dmasim_map_benchmark(DMA_MAP_BENCHMARK_V7, map, &b->result);
	complete_all(&run_over);
	while (--nr)
		pthread_join(cpus[nr], NULL);
}

static int bind_and_run(struct map_bench *b, struct dmasim_device *dev)
{
	struct map_benchmark_v7 map = {
		.threads = b->threads,
		.seconds = b->seconds,
		.node = b->node,
		.dma_bits = b->bits,
		.dma_dir = b->dir,
		.dma_trans_ns = b->delay,
		.granule = b->granule,
		.map_mode = b->mode,
	};
	int ret = dmasim_map_benchmark_bind(dmasim_device_kernel(dev));

	if (!ret)
		run_on_all_cpus(b, &map, &ret);
	if (ret) {
		fprintf(stderr, "dmasim: the benchmark failed: %s\n",
			strerror(-ret));
		return 1;
	}
	b->avg_map_100ns = map.avg_map_100ns;
	b->map_stddev = map.map_stddev;
	b->avg_unmap_100ns = map.avg_unmap_100ns;
	b->unmap_stddev = map.unmap_stddev;
	return 0;
}

int map_bench_run(struct map_bench *b)
{
	struct dmasim_machine *machine;
	struct dmasim_device *dev;
	int status;

	if (dmasim_machine_create(&b->machine, &machine)) {
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
		return 1;
	}
	status = dmasim_device_create(machine, NULL, NULL, &dev);
	if (status)
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
	else
		status = bind_and_run(b, dev);
	if (dmasim_machine_destroy(machine)) {
		fprintf(stderr, "dmasim: the machine had leaks\n");
		dmasim_dump_events(DMASIM_EVENT_BAD);
		return 1;
	}
	return status ? 1 : 0;
}
