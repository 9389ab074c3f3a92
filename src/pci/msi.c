/* SPDX-License-Identifier: MIT */
/*
 * MSI-X: vectors for drivers, programmed into the function's table.
 *
 * Models drivers/pci/msi/{api,msi}.c, 6.17. Reduced: MSI-X only (a request for
 * MSI or INTx alone fails as on hardware without them); no domains.
 *
 *   vector nr -> msi_desc -> Linux irq -> (address, data) -> table entry
 *                                             `-> (IOVA, data) behind an IOMMU that
 *                                                 translates messages
 *
 * M1  While vectors are set up or torn down the whole function is masked.
 * M2  An entry is unmasked exactly while its vector is allocated.
 * M3  The records of the vectors say what the table holds, so a reset function
 *     can be given its messages back.
 * Locks: none; the driver serialises allocation. Delivery is src/lib's.
 * Tests: tests/unit/pci/test_msi.c
 */
#include <linux/msi.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sprintf.h>

#include "lib/lib.h"
#include "pci/core.h"

/**
 * struct msi_device_data - the vectors of one function
 * @table: mapping of the whole MSI-X table
 * @affinity: masks of all vectors, NULL if they were not spread
 * @nr: vectors allocated
 */
struct msi_device_data {
	void __iomem *table;
	struct irq_affinity_desc *affinity;
	unsigned int nr;
	struct msi_desc desc[];
};

static struct msi_desc *desc_at(struct pci_dev *dev, unsigned int nr)
{
	struct msi_device_data *data = dev->dev.msi.data;

	return data && nr < data->nr ? &data->desc[nr] : NULL;
}

/* ---- the table -------------------------------------------------------- */

static void set_control(struct pci_dev *dev, u16 clear, u16 set)
{
	u16 ctrl;

	pci_read_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, &ctrl);
	ctrl = (ctrl & ~clear) | set;
	pci_write_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, ctrl);
}

static void __iomem *entry_of(struct msi_device_data *data,
			      const struct msi_desc *desc)
{
	return data->table + desc->msi_index * PCI_MSIX_ENTRY_SIZE;
}

static void mask_entry(struct msi_device_data *data, struct msi_desc *desc,
		       bool mask)
{
	writel(mask ? PCI_MSIX_ENTRY_CTRL_MASKBIT : 0,
	       entry_of(data, desc) + PCI_MSIX_ENTRY_VECTOR_CTRL);
}

static void write_entry(struct msi_device_data *data, struct msi_desc *desc)
{
	void __iomem *entry = entry_of(data, desc);

	writel(desc->msg.address_lo, entry + PCI_MSIX_ENTRY_LOWER_ADDR);
	writel(desc->msg.address_hi, entry + PCI_MSIX_ENTRY_UPPER_ADDR);
	writel(desc->msg.data, entry + PCI_MSIX_ENTRY_DATA);
}

static void __iomem *map_table(struct pci_dev *dev, unsigned int entries)
{
	u32 where;
	int bar;

	pci_read_config_dword(dev, dev->msix_cap + PCI_MSIX_TABLE, &where);
	bar = where & PCI_MSIX_TABLE_BIR;
	if (bar >= PCI_STD_NUM_BARS || !dev->resource[bar].parent)
		return NULL;
	return ioremap(pci_resource_start(dev, bar) +
			       (where & PCI_MSIX_TABLE_OFFSET),
		       entries * PCI_MSIX_ENTRY_SIZE);
}

/**
 * pci_restore_msix() - write the messages again after a reset (M3)
 */
void pci_restore_msix(struct pci_dev *pdev)
{
	struct msi_device_data *data = pdev->dev.msi.data;
	unsigned int i;

	if (!pdev->msix_enabled)
		return;
	set_control(pdev, 0, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	for (i = 0; i < data->nr; i++) {
		write_entry(data, &data->desc[i]);
		mask_entry(data, &data->desc[i], false);
	}
	set_control(pdev, PCI_MSIX_FLAGS_MASKALL, 0);
}

/* ---- allocation ------------------------------------------------------- */

static int alloc_one(struct pci_dev *dev, struct msi_desc *desc)
{
	u64 address;
	int irq, ret;

	if (should_fail_site(DMASIM_SITE_IRQ))
		return -ENOSPC;
	irq = lib_irq_alloc(1);
	if (irq < 0)
		return irq;
	desc->irq = irq;
	desc->nvec_used = 1;
	desc->dev = &dev->dev;
	lib_irq_compose(irq, &address, &desc->msg.data);
	ret = sim_prepare_message(desc, address);
	if (ret) {
		lib_irq_free(irq, 1);
		return ret;
	}
	msi_msg_set_addr(desc, &desc->msg, address);
	if (desc->affinity)
		irq_set_affinity(irq, &desc->affinity->mask);
	return 0;
}

static void free_data(struct pci_dev *dev, struct msi_device_data *data)
{
	unsigned int i;

	for (i = 0; i < data->nr; i++) {
		unsigned int irq = data->desc[i].irq;

		dev_WARN_ONCE(&dev->dev, irq_has_action(irq),
			      "vector %u freed while a handler is installed\n",
			      i);
		lib_irq_free(irq, 1);
	}
	if (data->table)
		iounmap(data->table);
	kfree(data->affinity);
	kfree(data);
}

/* All @nvec or none. @entries: which table lines, NULL: the first ones. */
static struct msi_device_data *build_data(struct pci_dev *dev, int nvec,
					  const struct msix_entry *entries,
					  struct irq_affinity *affd)
{
	struct msi_device_data *data;
	int ret = -ENOMEM;

	data = kzalloc(struct_size(data, desc, nvec), GFP_KERNEL);
	if (!data)
		return ERR_PTR(ret);
	data->table = map_table(dev, pci_msix_vec_count(dev));
	if (!data->table)
		goto err_free;
	if (affd)
		data->affinity = pci_affinity_create(nvec, affd);
	for (; data->nr < nvec; data->nr++) {
		struct msi_desc *desc = &data->desc[data->nr];

		desc->msi_index = entries ? entries[data->nr].entry : data->nr;
		if (data->affinity)
			desc->affinity = &data->affinity[data->nr];
		ret = alloc_one(dev, desc);
		if (ret)
			goto err_free;
	}
	return data;

err_free:
	free_data(dev, data);
	return ERR_PTR(ret);
}

static int enable_msix(struct pci_dev *dev, int nvec,
		       struct msix_entry *entries, struct irq_affinity *affd)
{
	struct msi_device_data *data = build_data(dev, nvec, entries, affd);
	int i;

	if (IS_ERR(data))
		return PTR_ERR(data);
	/* The table is device memory: it must decode to be written. */
	set_control(dev, 0, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	for (i = 0; i < nvec; i++) {
		write_entry(data, &data->desc[i]);
		mask_entry(data, &data->desc[i], false);
		if (entries)
			entries[i].vector = data->desc[i].irq;
	}
	dev->dev.msi.data = data;
	dev->msix_enabled = 1;
	pci_intx(dev, 0);
	set_control(dev, PCI_MSIX_FLAGS_MASKALL, 0);
	return 0;
}

static bool entries_are_valid(const struct msix_entry *entries, int nvec,
			      int hwsize)
{
	int i, j;

	for (i = 0; entries && i < nvec; i++) {
		if (entries[i].entry >= hwsize)
			return false;
		for (j = 0; j < i; j++)
			if (entries[j].entry == entries[i].entry)
				return false;
	}
	return true;
}

static void managed_free(void *data)
{
	struct pci_dev *dev = data;

	dev->is_msi_managed = 0;
	pci_free_irq_vectors(dev);
}

static int make_managed(struct pci_dev *dev)
{
	int ret;

	if (!pci_is_managed(dev) || dev->is_msi_managed)
		return 0;
	ret = devm_add_action(&dev->dev, managed_free, dev);
	if (!ret)
		dev->is_msi_managed = 1;
	return ret;
}

static int msix_range(struct pci_dev *dev, struct msix_entry *entries,
		      int minvec, int maxvec, struct irq_affinity *affd)
{
	int hwsize, nvec = maxvec, ret;

	if (maxvec < minvec)
		return -ERANGE;
	if (dev->msi_enabled || dev_WARN_ONCE(&dev->dev, dev->msix_enabled,
					      "MSI-X is enabled already\n"))
		return -EINVAL;
	if (dev->no_msi || !pci_is_enabled(dev) || minvec < 1)
		return -EINVAL;
	hwsize = pci_msix_vec_count(dev);
	if (hwsize < 0)
		return hwsize;
	if (!entries_are_valid(entries, nvec, hwsize))
		return -EINVAL;
	nvec = min(nvec, hwsize);
	if (nvec < minvec)
		return -ENOSPC;
	if (affd) {
		nvec = pci_affinity_limit(minvec, nvec, affd);
		if (nvec < minvec)
			return -ENOSPC;
	}
	ret = make_managed(dev);
	if (!ret)
		ret = enable_msix(dev, nvec, entries, affd);
	return ret ?: nvec;
}

/**
 * pci_msix_vec_count() - entries of the function's table
 *
 * Return: 1..2048; -EINVAL without MSI-X.
 */
int pci_msix_vec_count(struct pci_dev *dev)
{
	u16 ctrl;

	if (!dev->msix_cap)
		return -EINVAL;
	pci_read_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, &ctrl);
	return (ctrl & PCI_MSIX_FLAGS_QSIZE) + 1;
}
EXPORT_SYMBOL(pci_msix_vec_count);

/** pci_msi_vec_count() - -EINVAL: no function of this machine has MSI. */
int pci_msi_vec_count(struct pci_dev *dev)
{
	return -EINVAL;
}
EXPORT_SYMBOL(pci_msi_vec_count);

/** pci_enable_msi() - -EINVAL, as pci_msi_vec_count(). */
int pci_enable_msi(struct pci_dev *dev)
{
	return -EINVAL;
}
EXPORT_SYMBOL(pci_enable_msi);

/** pci_disable_msi() - nothing to disable. */
void pci_disable_msi(struct pci_dev *dev)
{
}
EXPORT_SYMBOL(pci_disable_msi);

/**
 * pci_enable_msix_range() - allocate chosen vectors
 * @entries: .entry chosen by the caller, .vector filled in; NULL: 0, 1, 2, ...
 *
 * Context: may sleep. Return: number of vectors; -ERANGE if @maxvec < @minvec;
 * -EINVAL (no MSI-X, not enabled, in use, bad @entries); -ENOSPC; -ENOMEM.
 */
int pci_enable_msix_range(struct pci_dev *dev, struct msix_entry *entries,
			  int minvec, int maxvec)
{
	return msix_range(dev, entries, minvec, maxvec, NULL);
}
EXPORT_SYMBOL(pci_enable_msix_range);

/** pci_disable_msix() - free all vectors; handlers must be gone. */
void pci_disable_msix(struct pci_dev *dev)
{
	struct msi_device_data *data = dev->dev.msi.data;
	unsigned int i;

	if (!dev->msix_enabled)
		return;
	set_control(dev, 0, PCI_MSIX_FLAGS_MASKALL);
	for (i = 0; i < data->nr; i++)
		mask_entry(data, &data->desc[i], true);
	set_control(dev, PCI_MSIX_FLAGS_MASKALL | PCI_MSIX_FLAGS_ENABLE, 0);
	pci_intx(dev, 1);
	dev->msix_enabled = 0;
	dev->dev.msi.data = NULL;
	free_data(dev, data);
}
EXPORT_SYMBOL(pci_disable_msix);

/**
 * pci_alloc_irq_vectors_affinity() - allocate vectors, spread over CPUs
 * @flags: PCI_IRQ_*; without PCI_IRQ_AFFINITY @affd must be NULL
 * @affd: NULL: spread all
 *
 * Context: may sleep. Return: number of vectors, @min_vecs..@max_vecs; as
 * pci_enable_msix_range(); -ENOSPC if @flags name nothing the function has.
 */
int pci_alloc_irq_vectors_affinity(struct pci_dev *dev, unsigned int min_vecs,
				   unsigned int max_vecs, unsigned int flags,
				   struct irq_affinity *affd)
{
	struct irq_affinity everything = {};
	int ret = -ENOSPC;

	if (!(flags & PCI_IRQ_AFFINITY)) {
		WARN_ON(affd);
		affd = NULL;
	} else if (!affd) {
		affd = &everything;
	}
	if (flags & PCI_IRQ_MSIX)
		ret = msix_range(dev, NULL, min_vecs, max_vecs, affd);
	if (ret > 0)
		return ret;
	if (flags & PCI_IRQ_INTX && min_vecs == 1 && dev->irq) {
		if (affd && affd->calc_sets)
			affd->calc_sets(affd, 0);
		pci_intx(dev, 1);
		return 1;
	}
	return ret;
}
EXPORT_SYMBOL(pci_alloc_irq_vectors_affinity);

/** pci_alloc_irq_vectors() - the same without choosing the spread. */
int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min_vecs,
			  unsigned int max_vecs, unsigned int flags)
{
	return pci_alloc_irq_vectors_affinity(dev, min_vecs, max_vecs, flags,
					      NULL);
}
EXPORT_SYMBOL(pci_alloc_irq_vectors);

/** pci_free_irq_vectors() - end of pci_alloc_irq_vectors(). */
void pci_free_irq_vectors(struct pci_dev *dev)
{
	pci_disable_msix(dev);
	pci_disable_msi(dev);
}
EXPORT_SYMBOL(pci_free_irq_vectors);

/* ---- use -------------------------------------------------------------- */

/**
 * pci_irq_vector() - Linux interrupt of vector @nr
 *
 * Return: the number; -EINVAL if @nr is not allocated.
 */
int pci_irq_vector(struct pci_dev *dev, unsigned int nr)
{
	struct msi_desc *desc = desc_at(dev, nr);

	if (desc)
		return desc->irq;
	return !dev->msix_enabled && !nr && dev->irq ? dev->irq : -EINVAL;
}
EXPORT_SYMBOL(pci_irq_vector);

/**
 * pci_irq_get_affinity() - CPUs that vector @nr is steered to
 *
 * Return: the mask; NULL if @nr is not allocated or was not spread; all CPUs
 * without message interrupts.
 */
const struct cpumask *pci_irq_get_affinity(struct pci_dev *dev, int nr)
{
	struct msi_desc *desc = desc_at(dev, nr);

	if (!dev->msix_enabled)
		return cpu_possible_mask;
	if (WARN_ON_ONCE(!desc))
		return NULL;
	return desc->affinity ? &desc->affinity->mask : NULL;
}
EXPORT_SYMBOL(pci_irq_get_affinity);

/** msi_get_virq() - Linux interrupt of table line @index, 0 if none. */
unsigned int msi_get_virq(struct device *dev, unsigned int index)
{
	struct msi_device_data *data = dev->msi.data;
	unsigned int i;

	for (i = 0; data && i < data->nr; i++)
		if (data->desc[i].msi_index == index)
			return data->desc[i].irq;
	return 0;
}
EXPORT_SYMBOL_GPL(msi_get_virq);

struct message_of {
	unsigned int irq;
	struct msi_msg *msg;
};

static int find_message(struct pci_dev *pdev, void *data)
{
	const struct message_of *of = data;
	unsigned int i;

	for (i = 0; pdev->msix_enabled && i < pdev->dev.msi.data->nr; i++) {
		if (pdev->dev.msi.data->desc[i].irq != of->irq)
			continue;
		*of->msg = pdev->dev.msi.data->desc[i].msg;
		return 1;
	}
	return 0;
}

/** get_cached_msi_msg() - the message that raises @irq; zeroes if none does. */
void get_cached_msi_msg(unsigned int irq, struct msi_msg *msg)
{
	struct message_of of = { irq, msg };

	memset(msg, 0, sizeof(*msg));
	if (pci_the_bridge)
		pci_walk_bus(pci_the_bridge->bus, find_message, &of);
}
EXPORT_SYMBOL_GPL(get_cached_msi_msg);

/**
 * pci_request_irq() - install a handler for vector @nr
 * @handler: NULL: only @thread_fn
 * @fmt: name of the action, formatted
 *
 * Context: may sleep. Return: 0, -EINVAL, -ENOMEM, or the error of
 * request_threaded_irq().
 */
int pci_request_irq(struct pci_dev *dev, unsigned int nr, irq_handler_t handler,
		    irq_handler_t thread_fn, void *dev_id, const char *fmt, ...)
{
	unsigned long flags = handler ? IRQF_SHARED :
					IRQF_SHARED | IRQF_ONESHOT;
	int irq = pci_irq_vector(dev, nr);
	va_list args;
	char *name;
	int ret;

	if (irq < 0)
		return irq;
	va_start(args, fmt);
	name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!name)
		return -ENOMEM;
	ret = request_threaded_irq(irq, handler, thread_fn, flags, name,
				   dev_id);
	if (ret)
		kfree(name);
	return ret;
}
EXPORT_SYMBOL(pci_request_irq);

/** pci_free_irq() - end of pci_request_irq(). */
void pci_free_irq(struct pci_dev *dev, unsigned int nr, void *dev_id)
{
	kfree(free_irq(pci_irq_vector(dev, nr), dev_id));
}
EXPORT_SYMBOL(pci_free_irq);

/* ---- final check ------------------------------------------------------ */

static int report_vectors(struct pci_dev *pdev, void *data)
{
	unsigned int *found = data;

	if (pdev->msix_enabled) {
		lib_event(LIB_EVENT_LEAK, "irq-leak", &pdev->dev, 0, 0,
			  "%u interrupt vectors were not freed",
			  pdev->dev.msi.data->nr);
		++*found;
	}
	return 0;
}

/**
 * pci_msix_check() - functions whose driver forgot its vectors
 *
 * Return: number of leak events added.
 */
unsigned int pci_msix_check(void)
{
	unsigned int found = 0;

	if (pci_the_bridge)
		pci_walk_bus(pci_the_bridge->bus, report_vectors, &found);
	return found;
}
