/* SPDX-License-Identifier: MIT */
/*
 * Private to src/sim.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <linux/list.h>
#include <linux/types.h>

#include <dmasim/device.h>

#include "hw/device.h"

/* The I/O APIC's page and the MSI window begin here on a PC. */
#define SIM_MMIO32_END 0xfec00000ull
#define SIM_MMIO64_START (1ull << 40)
#define SIM_MMIO64_SIZE (64ull << 30)

/**
 * struct dmasim_machine - the one machine
 * @devices: struct dmasim_device.node, newest first
 * @booted: layers that are up, index into the table of machine.c
 */
struct dmasim_machine {
	struct dmasim_machine_config cfg;
	struct list_head devices;
	unsigned int booted;
	bool hw;
};

/**
 * struct dmasim_device - a plugged device
 * @nvme: set for an NVMe controller
 * @memory: registers of a bare endpoint
 */
struct dmasim_device {
	struct list_head node;
	struct hw_dev *hw;
	struct hw_nvme *nvme;
	struct device *dev;
	struct dmasim_model model;
	struct hw_model hw_model;
	char name[32];
	void *priv;
	u8 *memory;
};

/** sim_refuse() - remember why, in libc's format; returns @err. */
int sim_refuse(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** sim_trace_from_env() - what DMASIM_TRACE asks for. 0 or -errno, refused. */
int sim_trace_from_env(void);

/** sim_machine() - the machine, NULL if none exists. */
struct dmasim_machine *sim_machine(void);

/**
 * sim_device_attach() - let the kernel side scan a function just plugged
 * @noncoherent: asked for; the machine's default may ask for it, too
 * @restricted: number of its restricted pool; 0: the machine's default
 */
int sim_device_attach(struct dmasim_machine *machine, struct dmasim_device *dev,
		      bool noncoherent, bool ats, unsigned int restricted);

/**
 * sim_cost_boot() - take the prices of a machine that is about to be built
 * @count: set: does anything have a price?
 * Return: 0 or -EINVAL, refused.
 */
int sim_cost_boot(const char *cost, bool *count);

/** sim_dma_ranges_check() - can these windows exist? 0 or -EINVAL, refused. */
int sim_dma_ranges_check(const struct dmasim_machine_config *cfg);

/** sim_dma_ranges_fill() - checked ones for the hardware, by bus address. */
void sim_dma_ranges_fill(const struct dmasim_machine_config *cfg,
			 struct hw_config *hw);

/** sim_cost_on() - does anything have a price? */
bool sim_cost_on(void);

enum dmasim_dma sim_verdict(enum hw_status status);

#endif
