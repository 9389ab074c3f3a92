/* SPDX-License-Identifier: MIT */
/*
 * What the pci folder offers to the folders above it and to src/sim.
 *
 * Boot order: after mm, before iommu. Drivers may register any time after
 * pci_boot().
 */
#ifndef PCI_PCI_H
#define PCI_PCI_H

#include <linux/types.h>

struct device;
struct kobject;
struct msi_desc;
struct pci_dev;

/**
 * pci_boot() - set up the device core and enumerate what is plugged in
 *
 * Context: once per machine, after mm_boot().
 * Return: 0; -ENODEV if the machine has no MMIO window; -ENOMEM.
 */
int pci_boot(void);

/**
 * pci_check() - look for what a clean shutdown would not leave
 *
 * Reports drivers still registered, devices still bound, requested regions and
 * allocated vectors as leak events.
 * Return: number of things found.
 */
unsigned int pci_check(void);

/** pci_shutdown() - remove every device and bus, unregister all buses. */
void pci_shutdown(void);

#define PCI_SIM_REGIONS 4

/**
 * struct pci_sim_firmware - what firmware and wiring say of a function
 * @untrusted: it sits outside of the machine
 * @restricted: number of the restricted pool that it gets, 0: none
 * @isolation_group: functions of the same number are not kept from each other;
 *	0: nobody
 * @alias: requester id that its requests carry instead of its own, 0: its own
 * @region: device addresses with a meaning; .size 0: none, the others follow
 *	enum iommu_resv_type and the bits of iommu_map()
 */
struct pci_sim_firmware {
	bool untrusted;
	unsigned int restricted;
	unsigned int isolation_group;
	u16 alias;
	struct {
		u64 start, size;
		unsigned int type;
		int prot;
	} region[PCI_SIM_REGIONS];
};

/**
 * pci_sim_attach() - a function was plugged in at @rid: scan, assign, bind
 * @rid: bus << 8 | devfn; the bus must exist
 * @firmware: copied; NULL: nothing to say
 *
 * Context: may sleep (a driver's probe runs).
 * Return: the new device, owned by the bus; NULL if nobody answers there, if
 * the bus is unknown or memory ran out.
 */
struct device *pci_sim_attach(u16 rid, const struct pci_sim_firmware *firmware);

/** pci_sim_firmware() - what was said of @pdev; never NULL. */
const struct pci_sim_firmware *pci_sim_firmware(struct pci_dev *pdev);

/**
 * pci_sim_detach() - unbind and remove the device at @rid, if there is one
 *
 * Works before and after the function was pulled. Context: may sleep.
 */
void pci_sim_detach(u16 rid);

/**
 * struct pci_dma_hooks - what the IOMMU layer does around a driver's life
 * @configure: before probe; an error ends the attempt. NULL: nothing
 * @cleanup: after a failed probe and after remove. NULL: nothing
 * @prepare_msi: iommu_dma_prepare_msi(), if the IOMMU translates messages. NULL:
 *	nothing
 */
struct pci_dma_hooks {
	int (*configure)(struct device *dev);
	void (*cleanup)(struct device *dev);
	int (*prepare_msi)(struct msi_desc *desc, phys_addr_t msi_addr);
};

/**
 * pci_set_dma_hooks() - register them for all PCI and platform devices
 * @hooks: static lifetime; NULL takes them away
 */
void pci_set_dma_hooks(const struct pci_dma_hooks *hooks);

/**
 * sysfs_sim_read() - read attribute @path of @kobj as a user would
 * @path: "name" or "group/name"
 * @buf: PAGE_SIZE bytes
 *
 * Return: length; -ENOENT if there is none; -EACCES without a show method.
 */
ssize_t sysfs_sim_read(struct kobject *kobj, const char *path, char *buf);

/** sysfs_sim_link() - where link @path of @kobj leads; NULL: there is none. */
struct kobject *sysfs_sim_link(struct kobject *kobj, const char *path);

/** sysfs_sim_write() - the same for writing; @len bytes of @buf. */
ssize_t sysfs_sim_write(struct kobject *kobj, const char *path, const char *buf,
			size_t len);

#endif
