/* SPDX-License-Identifier: MIT */
/*
 * A device whose BAR is memory that others may use: BAR 0, 4 MiB, two parts
 * of 2 MiB of which one is given pages.
 */
#ifndef TESTS_API_PEER_H
#define TESTS_API_PEER_H

#include <linux/pci-p2pdma.h>

#include "api/api.h"

#define PEER_BAR SZ_4M

/**
 * struct peer - the device and what is in its BAR
 * @phys: physical address of the BAR; also its bus address
 */
struct peer {
	struct dmasim_device *hw;
	struct pci_dev *pdev;
	phys_addr_t phys;
	u8 memory[PEER_BAR];
};

/** peer_plug() - plug it in and turn its memory on; no pages yet. */
struct peer *peer_plug(struct fixture *f);

/** peer_create() - the same, and all of the BAR has pages. */
struct peer *peer_create(struct fixture *f);

/** peer_destroy() - unplug it. */
void peer_destroy(struct peer *peer);

static inline struct page *peer_page(struct peer *peer, size_t offset)
{
	return phys_to_page(peer->phys + offset);
}

#endif
