/* SPDX-License-Identifier: MIT */
/*
 * Private to src/pci: what its files share.
 *
 * Lock order: device mutex (parents first) > notifier chains > core_lock,
 * resource_lock. core_lock protects every list of the device model and the
 * fields of struct device_node_core; nothing sleeps or calls out under it.
 */
#ifndef PCI_CORE_H
#define PCI_CORE_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pci-p2pdma.h>
#include <linux/spinlock.h>

#include "pci/pci.h"

/* ---- base.c, bus.c, bind.c: the device model -------------------------- */

/**
 * struct bus_state - the device core's part of a bus
 * @devices: of device.p.bus_node, registration order; includes dead ones
 * @drivers: of device_driver.p.bus_node, registration order
 */
struct bus_state {
	struct list_head node;
	const struct bus_type *bus;
	struct list_head devices;
	struct list_head drivers;
	struct blocking_notifier_head chain;
};

extern spinlock_t core_lock;

enum device_list { LIST_OF_BUS, LIST_OF_CHILDREN };

struct device *core_next_device(struct list_head *head, struct device *cur,
				enum device_list which);
struct bus_state *bus_state_of(const struct bus_type *bus);
int bus_add_device(struct device *dev);
void bus_notify(struct device *dev, unsigned long event);
void bus_core_shutdown(void);
unsigned int bus_core_check(void);
struct device_driver *bus_next_driver(struct bus_state *state,
				      struct device_driver *cur);

void bind_new_device(struct device *dev);
void bind_new_driver(struct device_driver *drv);
void bind_driver_gone(struct device_driver *drv);
void bind_forget_deferred(struct device *dev);
void bind_retry_deferred(void);

int devres_release_all(struct device *dev);

void kobject_forget_files(struct kobject *kobj);

int sim_dma_configure(struct device *dev);
void sim_dma_cleanup(struct device *dev);
int sim_prepare_message(struct msi_desc *desc, phys_addr_t msi_addr);

int platform_boot(void);
void platform_shutdown(void);

/* ---- resource.c ------------------------------------------------------- */

void resource_boot(void);
unsigned int resource_check(void);
void resource_shutdown(void);
bool resource_largest_gap(struct resource *root, struct resource *gap);

/* ---- inbound.c -------------------------------------------------------- */

struct pci_host_bridge;

int pci_inbound_add(struct pci_host_bridge *bridge);
int pci_inbound_apply(struct device *dev, struct pci_host_bridge *bridge);

/* ---- access_hw.c: the only door to the machine ------------------------ */

u32 pci_hw_read(u16 rid, u16 reg, unsigned int size);
void pci_hw_write(u16 rid, u16 reg, unsigned int size, u32 val);
void pci_hw_window(unsigned int nr, u64 *start, u64 *end);
bool pci_hw_inbound(unsigned int nr, u64 *bus, u64 *phys, u64 *size);
bool pci_hw_snoops(u16 rid);
enum pci_p2pdma_map_type pci_hw_peer_path(void);

/* ---- probe.c, setup.c ------------------------------------------------- */

extern struct pci_host_bridge *pci_the_bridge;

struct pci_bus *pci_scan_root(void);
struct pci_dev *pci_scan_function(struct pci_bus *bus, unsigned int devfn);
unsigned int pci_scan_children(struct pci_bus *bus);
void pci_read_bars(struct pci_dev *pdev);
void pci_assign_device(struct pci_dev *pdev);
void pci_assign_bus(struct pci_bus *bus);
void pci_release_bars(struct pci_dev *pdev);
int pci_add_bus_devices(struct pci_bus *bus);
void pci_remove_root(void);

/* acs.c */
void pci_acs_boot(void);
void pci_acs_init(struct pci_dev *pdev);

/* ats.c */
void pci_ats_init(struct pci_dev *pdev);
void pci_ats_restore(struct pci_dev *pdev);

/* affinity.c, msi.c */
unsigned int pci_affinity_limit(unsigned int min, unsigned int max,
				const struct irq_affinity *affd);
struct irq_affinity_desc *pci_affinity_create(unsigned int nvecs,
					      struct irq_affinity *affd);
void pci_restore_msix(struct pci_dev *pdev);
unsigned int pci_msix_check(void);

#endif
