/* SPDX-License-Identifier: MIT */
/*
 * Configuration space: accessors and capability lists.
 *
 * Models drivers/pci/access.c and the capability search of drivers/pci/pci.c,
 * 6.17. Reduced: no user-space accesses, no blocking during a reset.
 *
 * C1  A failed read stores all ones; the result is 0 or a PCIBIOS code.
 * C2  A capability walk ends after at most one visit of each position, so a
 *     looping list cannot hang it.
 * Locks: none; the machine serialises accesses.
 * Tests: tests/unit/pci/test_config.c
 */
#include <linux/pci.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "pci/core.h"

/**
 * pcibios_err_to_errno() - translate a PCIBIOS code
 *
 * Return: 0 and negative values unchanged, else the errno of the code.
 */
int pcibios_err_to_errno(int err)
{
	switch (err) {
	case PCIBIOS_FUNC_NOT_SUPPORTED:
		return -ENOENT;
	case PCIBIOS_BAD_VENDOR_ID:
		return -ENOTTY;
	case PCIBIOS_DEVICE_NOT_FOUND:
		return -ENODEV;
	case PCIBIOS_BAD_REGISTER_NUMBER:
		return -EFAULT;
	case PCIBIOS_SET_FAILED:
		return -EIO;
	case PCIBIOS_BUFFER_TOO_SMALL:
		return -ENOSPC;
	default:
		return err > 0 ? -ERANGE : err;
	}
}
EXPORT_SYMBOL_GPL(pcibios_err_to_errno);

static int bus_read(struct pci_bus *bus, unsigned int devfn, int where,
		    unsigned int size, u32 *val)
{
	int ret = PCIBIOS_BAD_REGISTER_NUMBER;

	*val = ~0u;
	if (where >= 0 && !(where & (size - 1)))
		ret = bus->ops->read(bus, devfn, where, size, val);
	if (ret)
		*val = ~0u;
	return ret;
}

static int bus_write(struct pci_bus *bus, unsigned int devfn, int where,
		     unsigned int size, u32 val)
{
	if (where < 0 || where & (size - 1))
		return PCIBIOS_BAD_REGISTER_NUMBER;
	return bus->ops->write(bus, devfn, where, size, val);
}

/*
 * One family a width: by bus and function number, and by device. A device that
 * was pulled is not asked any more.
 */
#define ACCESSORS(name, type, size)                                            \
	int pci_bus_read_config_##name(                                        \
		struct pci_bus *bus, unsigned int devfn, int where, type *val) \
	{                                                                      \
		u32 raw;                                                       \
		int ret = bus_read(bus, devfn, where, size, &raw);             \
                                                                               \
		*val = (type)raw;                                              \
		return ret;                                                    \
	}                                                                      \
	EXPORT_SYMBOL(pci_bus_read_config_##name);                             \
                                                                               \
	int pci_bus_write_config_##name(                                       \
		struct pci_bus *bus, unsigned int devfn, int where, type val)  \
	{                                                                      \
		return bus_write(bus, devfn, where, size, val);                \
	}                                                                      \
	EXPORT_SYMBOL(pci_bus_write_config_##name);                            \
                                                                               \
	int pci_read_config_##name(const struct pci_dev *dev, int where,       \
				   type *val)                                  \
	{                                                                      \
		if (!pci_dev_is_disconnected(dev))                             \
			return pci_bus_read_config_##name(                     \
				dev->bus, dev->devfn, where, val);             \
		*val = (type)~0u;                                              \
		return PCIBIOS_DEVICE_NOT_FOUND;                               \
	}                                                                      \
	EXPORT_SYMBOL(pci_read_config_##name);                                 \
                                                                               \
	int pci_write_config_##name(const struct pci_dev *dev, int where,      \
				    type val)                                  \
	{                                                                      \
		if (pci_dev_is_disconnected(dev))                              \
			return PCIBIOS_DEVICE_NOT_FOUND;                       \
		return bus_write(dev->bus, dev->devfn, where, size, val);      \
	}                                                                      \
	EXPORT_SYMBOL(pci_write_config_##name)

ACCESSORS(byte, u8, 1);
ACCESSORS(word, u16, 2);
ACCESSORS(dword, u32, 4);

/** pci_clear_and_set_config_dword() - (old & ~@clear) | @set at @pos. */
void pci_clear_and_set_config_dword(const struct pci_dev *dev, int pos,
				    u32 clear, u32 set)
{
	u32 val;

	pci_read_config_dword(dev, pos, &val);
	pci_write_config_dword(dev, pos, (val & ~clear) | set);
}
EXPORT_SYMBOL(pci_clear_and_set_config_dword);

/* ---- capabilities ----------------------------------------------------- */

/* Follow the list whose first pointer is at @link. */
static u8 walk_caps(struct pci_bus *bus, unsigned int devfn, u8 link, int cap)
{
	int steps;

	for (steps = 48; steps; steps--) {
		u8 pos, id;

		pci_bus_read_config_byte(bus, devfn, link, &pos);
		pos &= ~3;
		if (pos < PCI_STD_HEADER_SIZEOF)
			return 0;
		pci_bus_read_config_byte(bus, devfn, pos + PCI_CAP_LIST_ID,
					 &id);
		if (id == 0xff)
			return 0;
		if (id == cap)
			return pos;
		link = pos + PCI_CAP_LIST_NEXT;
	}
	return 0;
}

/**
 * pci_bus_find_capability() - find a capability before there is a pci_dev
 * @cap: PCI_CAP_ID_*
 *
 * Return: its offset, 0 if absent.
 */
u8 pci_bus_find_capability(struct pci_bus *bus, unsigned int devfn, int cap)
{
	u16 status;

	pci_bus_read_config_word(bus, devfn, PCI_STATUS, &status);
	if (!(status & PCI_STATUS_CAP_LIST))
		return 0;
	return walk_caps(bus, devfn, PCI_CAPABILITY_LIST, cap);
}
EXPORT_SYMBOL(pci_bus_find_capability);

/** pci_find_capability() - offset of capability @cap of @dev, 0 if absent. */
u8 pci_find_capability(struct pci_dev *dev, int cap)
{
	return pci_bus_find_capability(dev->bus, dev->devfn, cap);
}
EXPORT_SYMBOL(pci_find_capability);

/** pci_find_next_capability() - the next one like it behind @pos, 0 if none. */
u8 pci_find_next_capability(struct pci_dev *dev, u8 pos, int cap)
{
	return walk_caps(dev->bus, dev->devfn, pos + PCI_CAP_LIST_NEXT, cap);
}
EXPORT_SYMBOL_GPL(pci_find_next_capability);

/**
 * pci_find_next_ext_capability() - search extended configuration space
 * @pos: capability to start behind, 0 for the beginning
 *
 * Return: offset, 0 if absent.
 */
u16 pci_find_next_ext_capability(struct pci_dev *dev, u16 pos, int cap)
{
	int steps = (PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 8;
	bool skip = pos != 0;
	u32 header;

	if (dev->cfg_size <= PCI_CFG_SPACE_SIZE)
		return 0;
	if (!pos)
		pos = PCI_CFG_SPACE_SIZE;
	while (steps-- && pos >= PCI_CFG_SPACE_SIZE) {
		if (pci_read_config_dword(dev, pos, &header) || !header ||
		    header == ~0u)
			return 0;
		if (!skip && PCI_EXT_CAP_ID(header) == cap)
			return pos;
		skip = false;
		pos = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(pci_find_next_ext_capability);

/** pci_find_ext_capability() - offset of the first @cap, 0 if absent. */
u16 pci_find_ext_capability(struct pci_dev *dev, int cap)
{
	return pci_find_next_ext_capability(dev, 0, cap);
}
EXPORT_SYMBOL_GPL(pci_find_ext_capability);

/* ---- PCI Express capability ------------------------------------------- */

/**
 * pcie_capability_read_word() - read a register of the PCIe capability
 * @pos: PCI_EXP_*
 * @val: 0 if @dev has no such capability
 *
 * Return: 0, a PCIBIOS code, or -EINVAL for an odd @pos.
 */
int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *val)
{
	*val = 0;
	if (pos & 1)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	if (!pci_is_pcie(dev))
		return 0;
	return pci_read_config_word(dev, dev->pcie_cap + pos, val);
}
EXPORT_SYMBOL(pcie_capability_read_word);

/** pcie_capability_read_dword() - the same, 32 bits. */
int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *val)
{
	*val = 0;
	if (pos & 3)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	if (!pci_is_pcie(dev))
		return 0;
	return pci_read_config_dword(dev, dev->pcie_cap + pos, val);
}
EXPORT_SYMBOL(pcie_capability_read_dword);

/** pcie_capability_write_word() - write; nothing without the capability. */
int pcie_capability_write_word(struct pci_dev *dev, int pos, u16 val)
{
	if (pos & 1)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	if (!pci_is_pcie(dev))
		return 0;
	return pci_write_config_word(dev, dev->pcie_cap + pos, val);
}
EXPORT_SYMBOL(pcie_capability_write_word);

/** pcie_capability_write_dword() - the same, 32 bits. */
int pcie_capability_write_dword(struct pci_dev *dev, int pos, u32 val)
{
	if (pos & 3)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	if (!pci_is_pcie(dev))
		return 0;
	return pci_write_config_dword(dev, dev->pcie_cap + pos, val);
}
EXPORT_SYMBOL(pcie_capability_write_dword);

/** pcie_capability_clear_and_set_word() - (old & ~@clear) | @set. */
int pcie_capability_clear_and_set_word(struct pci_dev *dev, int pos, u16 clear,
				       u16 set)
{
	u16 old;
	int ret = pcie_capability_read_word(dev, pos, &old);

	if (ret)
		return ret;
	return pcie_capability_write_word(dev, pos, (old & ~clear) | set);
}
EXPORT_SYMBOL(pcie_capability_clear_and_set_word);
