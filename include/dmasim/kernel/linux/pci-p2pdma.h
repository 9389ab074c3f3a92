/* SPDX-License-Identifier: MIT */
/*
 * PCI peer-to-peer memory: which way a page of another device's BAR is to be
 * reached from a device.
 *
 * same: enum pci_p2pdma_map_type, struct pci_p2pdma_map_state,
 *	pci_p2pdma_state(), pci_p2pdma_bus_addr_map(), pci_p2pdma_add_resource().
 * reduced: memory that was added has pages, to be found by the BAR's address,
 *	but no allocator: the calls that look for a provider or allocate from one
 *	give the refusal of a kernel without CONFIG_PCI_P2PDMA.
 */
#ifndef _DMASIM_LINUX_PCI_P2PDMA_H
#define _DMASIM_LINUX_PCI_P2PDMA_H

#include <linux/pci.h>
#include <linux/memremap.h>

struct block_device;
struct scatterlist;

/** enum pci_p2pdma_map_type - how a device reaches a page. */
enum pci_p2pdma_map_type {
	PCI_P2PDMA_MAP_UNKNOWN = 0, /* not worked out yet */
	PCI_P2PDMA_MAP_NONE, /* not peer memory */
	PCI_P2PDMA_MAP_NOT_SUPPORTED, /* cannot be reached */
	PCI_P2PDMA_MAP_BUS_ADDR, /* by its bus address, below the bridge */
	PCI_P2PDMA_MAP_THRU_HOST_BRIDGE, /* mapped like RAM */
};

/**
 * struct pci_p2pdma_map_state - memory of pci_p2pdma_state() between pages
 *
 * Zeroed by the caller and used for one device.
 */
struct pci_p2pdma_map_state {
	struct dev_pagemap *pgmap;
	enum pci_p2pdma_map_type map;
	u64 bus_off;
};

void __pci_p2pdma_update_state(struct pci_p2pdma_map_state *state,
			       struct device *dev, struct page *page);

/**
 * pci_p2pdma_state() - classify any page
 *
 * Context: any. Return: PCI_P2PDMA_MAP_NONE for ordinary pages, and then @state
 * is left alone.
 */
static inline enum pci_p2pdma_map_type
pci_p2pdma_state(struct pci_p2pdma_map_state *state, struct device *dev,
		 struct page *page)
{
	if (likely(!is_pci_p2pdma_page(page)))
		return PCI_P2PDMA_MAP_NONE;
	if (state->pgmap != page_pgmap(page))
		__pci_p2pdma_update_state(state, dev, page);
	return state->map;
}

/** pci_p2pdma_bus_addr_map() - bus address of @paddr; only for BUS_ADDR. */
static inline dma_addr_t
pci_p2pdma_bus_addr_map(struct pci_p2pdma_map_state *state, phys_addr_t paddr)
{
	WARN_ON_ONCE(state->map != PCI_P2PDMA_MAP_BUS_ADDR);
	return paddr + state->bus_off;
}

int pci_p2pdma_add_resource(struct pci_dev *pdev, int bar, size_t size,
			    u64 offset);

static inline int pci_p2pdma_distance_many(struct pci_dev *provider,
					   struct device **clients,
					   int num_clients, bool verbose)
{
	return -1;
}

static inline int pci_p2pdma_distance(struct pci_dev *provider,
				      struct device *client, bool verbose)
{
	return pci_p2pdma_distance_many(provider, &client, 1, verbose);
}

static inline bool pci_has_p2pmem(struct pci_dev *pdev)
{
	return false;
}

static inline struct pci_dev *pci_p2pmem_find_many(struct device **clients,
						   int num_clients)
{
	return NULL;
}

static inline struct pci_dev *pci_p2pmem_find(struct device *client)
{
	return pci_p2pmem_find_many(&client, 1);
}

static inline void *pci_alloc_p2pmem(struct pci_dev *pdev, size_t size)
{
	return NULL;
}

static inline void pci_free_p2pmem(struct pci_dev *pdev, void *addr,
				   size_t size)
{
}

static inline pci_bus_addr_t pci_p2pmem_virt_to_bus(struct pci_dev *pdev,
						    void *addr)
{
	return 0;
}

static inline struct scatterlist *
pci_p2pmem_alloc_sgl(struct pci_dev *pdev, unsigned int *nents, u32 length)
{
	return NULL;
}

static inline void pci_p2pmem_free_sgl(struct pci_dev *pdev,
				       struct scatterlist *sgl)
{
}

static inline void pci_p2pmem_publish(struct pci_dev *pdev, bool publish)
{
}

static inline int pci_p2pdma_enable_store(const char *page,
					  struct pci_dev **p2p_dev,
					  bool *use_p2pdma)
{
	*use_p2pdma = false;
	return 0;
}

static inline ssize_t
pci_p2pdma_enable_show(char *page, struct pci_dev *p2p_dev, bool use_p2pdma)
{
	return sprintf(page, "none\n");
}

#endif
