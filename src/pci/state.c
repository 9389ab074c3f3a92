/* SPDX-License-Identifier: MIT */
/*
 * A function's state across resets: save, restore, function level reset,
 * recorded power states.
 *
 * Models the matching parts of drivers/pci/pci.c, 6.17. Reduced: of the
 * capabilities only PCIe device control, MSI-X, ATS, PRI and PASID are kept,
 * because nothing else of this machine has state; the only reset method is the
 * function's own.
 *
 * X1  pci_restore_state() does nothing unless a save came before it, and uses
 *     the save up.
 * X2  MSI-X messages come back from the vectors' records, not from the save; so do
 *     ATS, PRI and PASID, before the function may start accesses.
 * Tests: tests/unit/pci/test_driver.c
 */
#include <linux/pci.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pci/core.h"

#define HEADER_DWORDS 16
#define FLR_MS 100

struct pci_saved_state {
	u32 config[HEADER_DWORDS];
	u16 devctl;
	u16 msix_ctrl;
};

/**
 * pci_save_state() - remember the header and the capabilities' controls
 *
 * Context: any. Return: 0.
 */
int pci_save_state(struct pci_dev *dev)
{
	int i;

	for (i = 0; i < HEADER_DWORDS; i++)
		pci_read_config_dword(dev, 4 * i, &dev->saved_config_space[i]);
	pcie_capability_read_word(dev, PCI_EXP_DEVCTL, &dev->saved_pcie_devctl);
	if (dev->msix_cap)
		pci_read_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS,
				     &dev->saved_msix_ctrl);
	dev->state_saved = 1;
	return 0;
}
EXPORT_SYMBOL(pci_save_state);

/* BARs before the command register: nothing decodes half an address. */
static void restore_header(struct pci_dev *dev)
{
	int i;

	for (i = HEADER_DWORDS - 1; i >= 0; i--) {
		u32 now, then = dev->saved_config_space[i];

		pci_read_config_dword(dev, 4 * i, &now);
		if (now != then)
			pci_write_config_dword(dev, 4 * i, then);
	}
}

/**
 * pci_restore_state() - write back what pci_save_state() remembered
 *
 * Context: any.
 */
void pci_restore_state(struct pci_dev *dev)
{
	if (!dev->state_saved)
		return;
	if (pci_is_pcie(dev))
		pcie_capability_write_word(dev, PCI_EXP_DEVCTL,
					   dev->saved_pcie_devctl);
	pci_ats_restore(dev);
	restore_header(dev);
	pci_restore_msix(dev);
	dev->state_saved = 0;
}
EXPORT_SYMBOL(pci_restore_state);

/**
 * pci_store_saved_state() - a copy of the save that outlives the driver
 *
 * Context: may sleep. Return: for kfree(); NULL without a save or memory.
 */
struct pci_saved_state *pci_store_saved_state(struct pci_dev *dev)
{
	struct pci_saved_state *state;

	if (!dev->state_saved)
		return NULL;
	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return NULL;
	memcpy(state->config, dev->saved_config_space, sizeof(state->config));
	state->devctl = dev->saved_pcie_devctl;
	state->msix_ctrl = dev->saved_msix_ctrl;
	return state;
}
EXPORT_SYMBOL_GPL(pci_store_saved_state);

/**
 * pci_load_saved_state() - make a stored copy the current save
 * @state: NULL: there is no save any more
 *
 * Return: 0.
 */
int pci_load_saved_state(struct pci_dev *dev, struct pci_saved_state *state)
{
	dev->state_saved = state != NULL;
	if (!state)
		return 0;
	memcpy(dev->saved_config_space, state->config, sizeof(state->config));
	dev->saved_pcie_devctl = state->devctl;
	dev->saved_msix_ctrl = state->msix_ctrl;
	return 0;
}
EXPORT_SYMBOL_GPL(pci_load_saved_state);

/** pci_load_and_free_saved_state() - the same, and free the copy. */
int pci_load_and_free_saved_state(struct pci_dev *dev,
				  struct pci_saved_state **state)
{
	int ret = pci_load_saved_state(dev, *state);

	kfree(*state);
	*state = NULL;
	return ret;
}
EXPORT_SYMBOL_GPL(pci_load_and_free_saved_state);

/* ---- reset ------------------------------------------------------------ */

/**
 * pci_wait_for_pending_transaction() - has the function nothing outstanding?
 *
 * Context: may sleep. Return: 1 if so, 0 after a second of waiting.
 */
int pci_wait_for_pending_transaction(struct pci_dev *dev)
{
	unsigned int ms;
	u16 status;

	for (ms = 100; ms <= 800; ms *= 2) {
		pcie_capability_read_word(dev, PCI_EXP_DEVSTA, &status);
		if (!(status & PCI_EXP_DEVSTA_TRPND))
			return 1;
		msleep(ms);
	}
	return 0;
}
EXPORT_SYMBOL(pci_wait_for_pending_transaction);

/**
 * pcie_flr() - reset one function; its state is gone afterwards
 *
 * Context: may sleep (100 ms). Return: 0; -ENOTTY if it does not come back.
 */
int pcie_flr(struct pci_dev *dev)
{
	if (!pci_wait_for_pending_transaction(dev))
		pci_err(dev, "transactions pending, reset all the same\n");
	pcie_capability_set_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
	msleep(FLR_MS);
	return pci_device_is_present(dev) ? 0 : -ENOTTY;
}
EXPORT_SYMBOL_GPL(pcie_flr);

/**
 * pcie_reset_flr() - pcie_flr() if the function has it
 * @probe: only ask
 *
 * Return: 0, -ENOTTY.
 */
int pcie_reset_flr(struct pci_dev *dev, bool probe)
{
	if (!(dev->devcap & PCI_EXP_DEVCAP_FLR))
		return -ENOTTY;
	return probe ? 0 : pcie_flr(dev);
}
EXPORT_SYMBOL_GPL(pcie_reset_flr);

/** __pci_reset_function_locked() - reset, nothing saved; device lock held. */
int __pci_reset_function_locked(struct pci_dev *dev)
{
	return pcie_reset_flr(dev, PCI_RESET_DO_RESET);
}
EXPORT_SYMBOL_GPL(__pci_reset_function_locked);

static const struct pci_error_handlers *handlers_of(struct pci_dev *dev)
{
	return dev->driver ? dev->driver->err_handler : NULL;
}

/**
 * pci_reset_function_locked() - save, reset, restore; device lock held
 *
 * Calls the driver's reset_prepare and reset_done. Context: may sleep.
 * Return: 0, -ENOTTY.
 */
int pci_reset_function_locked(struct pci_dev *dev)
{
	const struct pci_error_handlers *handlers = handlers_of(dev);
	int ret = pcie_reset_flr(dev, PCI_RESET_PROBE);

	if (ret)
		return ret;
	if (handlers && handlers->reset_prepare)
		handlers->reset_prepare(dev);
	pci_save_state(dev);
	/* Interrupts and DMA off, nothing else decodes meanwhile. */
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE);
	ret = __pci_reset_function_locked(dev);
	pci_restore_state(dev);
	if (handlers && handlers->reset_done)
		handlers->reset_done(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(pci_reset_function_locked);

/** pci_reset_function() - the same, taking the device lock. */
int pci_reset_function(struct pci_dev *dev)
{
	int ret;

	device_lock(&dev->dev);
	ret = pci_reset_function_locked(dev);
	device_unlock(&dev->dev);
	return ret;
}
EXPORT_SYMBOL_GPL(pci_reset_function);

/** pci_try_reset_function() - the same, -EAGAIN if the lock is taken. */
int pci_try_reset_function(struct pci_dev *dev)
{
	int ret;

	if (!device_trylock(&dev->dev))
		return -EAGAIN;
	ret = pci_reset_function_locked(dev);
	device_unlock(&dev->dev);
	return ret;
}
EXPORT_SYMBOL_GPL(pci_try_reset_function);

/* ---- power ------------------------------------------------------------ */

/**
 * pci_set_power_state() - enter a power state
 *
 * Only D0 and D3hot change the function; it neither decodes nor masters in
 * D3hot. Context: may sleep. Return: 0; -EIO without the capability.
 */
int pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{
	u16 ctrl;

	if (state == dev->current_state)
		return 0;
	if (!dev->pm_cap)
		return state == PCI_D0 ? 0 : -EIO;
	pci_read_config_word(dev, dev->pm_cap + PCI_PM_CTRL, &ctrl);
	ctrl &= ~PCI_PM_CTRL_STATE_MASK;
	ctrl |= (__force int)state & PCI_PM_CTRL_STATE_MASK;
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, ctrl);
	dev->current_state = state;
	return 0;
}
EXPORT_SYMBOL(pci_set_power_state);

/** pci_choose_state() - the state for a system transition. */
pci_power_t pci_choose_state(struct pci_dev *dev, pm_message_t state)
{
	return state.event == PM_EVENT_ON || !dev->pm_cap ? PCI_D0 : PCI_D3hot;
}
EXPORT_SYMBOL(pci_choose_state);
