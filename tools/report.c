/* SPDX-License-Identifier: MIT */
/*
 * What a replay prints: a table for people, JSON for programs.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

static const char *iommu_name(const struct replay_setup *setup)
{
	if (setup->iommu == DMASIM_IOMMU_OFF)
		return "off";
	return setup->format ? setup->format : "identity";
}

static const char *mode_name(const struct replay_setup *setup)
{
	return setup->iommu == DMASIM_IOMMU_LAZY ? "lazy" : "strict";
}

static uint64_t granule(const struct replay_setup *setup)
{
	return setup->granule ? setup->granule : 4096;
}

static void table_head(const struct replay_setup *setup,
		       const struct replay_result *r)
{
	printf("%s: %llu I/Os, %.1f MiB, iommu %s, %s", r->log,
	       (unsigned long long)r->ios, r->bytes / 1048576.0,
	       iommu_name(setup), mode_name(setup));
	if (granule(setup) != 4096)
		printf(", granule %llu", (unsigned long long)granule(setup));
	printf("%s, %s pages, seed %llu\n", setup->ats ? ", ATS" : "",
	       setup->layout == DMASIM_LAYOUT_SCATTERED ? "scattered" :
							  "contiguous",
	       (unsigned long long)r->seed);
	printf("%-5s %10s %8s %8s %8s %8s %9s %9s %9s %6s %6s %5s %5s", "path",
	       "verified", "wrong", "maps", "iovas", "invals", "ptes",
	       "kept/io", "dma ns", "p99", "fault", "leak", "warn");
	/* Prices, not times: what hardware is assumed to take, an I/O. */
	if (r->priced)
		printf(" %11s %11s", "cpu cost/io", "dev cost/io");
	putchar('\n');
}

void report_table(const struct replay_setup *setup,
		  const struct replay_result *results, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct replay_result *r = &results[i];

		if (!i || strcmp(r->log, results[i - 1].log))
			table_head(setup, r);
		printf("%-5s %7.1fMiB %8llu %8llu %8llu %8llu %9llu %8.1fB %9llu %6llu %5llu %5llu %5llu",
		       replay_path_names[r->path],
		       r->verified_bytes / 1048576.0,
		       (unsigned long long)r->mismatches,
		       (unsigned long long)r->maps,
		       (unsigned long long)r->iova_allocs,
		       (unsigned long long)r->iotlb_invalidations,
		       (unsigned long long)r->pte_writes,
		       r->bookkeeping_bytes_per_io,
		       (unsigned long long)r->dma_ns_median,
		       (unsigned long long)r->dma_ns_p99,
		       (unsigned long long)r->faults,
		       (unsigned long long)r->leaks,
		       (unsigned long long)r->warnings);
		if (r->priced)
			printf(" %9.0fns %9.0fns",
			       r->ios ? r->cost_cpu_ns / r->ios : 0,
			       r->ios ? r->cost_device_ns / r->ios : 0);
		putchar('\n');
	}
}

static json_t *cost_json(const struct replay_setup *setup,
			 const struct replay_result *r)
{
	json_t *steps;
	unsigned int i;

	if (!r->priced)
		return json_null();
	steps = json_object();
	for (i = 0; i < DMASIM_NR_COSTS; i++)
		json_object_set_new(steps, dmasim_cost_name(i),
				    json_integer((json_int_t)r->steps[i]));
	return json_pack("{s:s, s:f, s:f, s:o}", "model", setup->cost, "cpu_ns",
			 r->cost_cpu_ns, "device_ns", r->cost_device_ns,
			 "steps", steps);
}

static json_t *result_json(const struct replay_setup *setup,
			   const struct replay_result *r)
{
	return json_pack(
		"{s:s, s:s, s:s, s:b, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"log", r->log, "iommu", iommu_name(setup), "mode",
		mode_name(setup), "ats", setup->ats, "granule",
		(json_int_t)granule(setup), "path", replay_path_names[r->path],
		"ios", (json_int_t)r->ios, "bytes", (json_int_t)r->bytes,
		"verified_bytes", (json_int_t)r->verified_bytes, "mismatches",
		(json_int_t)r->mismatches, "maps", (json_int_t)r->maps,
		"iova_allocs", (json_int_t)r->iova_allocs,
		"iotlb_invalidations", (json_int_t)r->iotlb_invalidations,
		"pte_writes", (json_int_t)r->pte_writes,
		"bookkeeping_bytes_per_io", r->bookkeeping_bytes_per_io,
		"dma_ns_per_io_median", (json_int_t)r->dma_ns_median,
		"dma_ns_per_io_p99", (json_int_t)r->dma_ns_p99, "faults",
		(json_int_t)r->faults, "leaks", (json_int_t)r->leaks,
		"warnings", (json_int_t)r->warnings, "seed",
		(json_int_t)r->seed, "cost", cost_json(setup, r));
}

int report_json(const char *file, const struct replay_setup *setup,
		const struct replay_result *results, unsigned int nr)
{
	json_t *array = json_array();
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i++)
		ret = json_array_append_new(array,
					    result_json(setup, &results[i]));
	if (!ret)
		ret = json_dump_file(array, file,
				     JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(array);
	if (ret)
		fprintf(stderr, "dmasim: %s: cannot be written\n", file);
	return ret ? -1 : 0;
}
