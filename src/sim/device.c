/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/device.h>: devices that a test plugs in, drives by hand or models.
 *
 * Tests: tests/unit/sim/test_device.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/iommu.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "dma/dma.h"
#include "host/host.h"
#include "lib/lib.h"
#include "pci/pci.h"
#include "sim/sim.h"

#define SIM_BARE_SIZE 4096

static const struct dmasim_model bare_model = {
	.name = "bare",
	.vendor = 0x1d0f,
	.device = 0xd3a5,
	.class_code = 0xff0000,
	.bar = { { .size = SIM_BARE_SIZE }, {}, { .size = 4096 } },
	.msix_vectors = 8,
	.msix_bar = 2,
};

/* ---- callbacks from the fabric ------------------------------------------------ */

static uint64_t sim_bar_read(struct hw_dev *hw, unsigned int bar, uint64_t off,
			     unsigned int size)
{
	struct dmasim_device *dev = hw_dev_priv(hw);
	uint64_t val = 0;

	if (dev->memory && bar == 0)
		memcpy(&val, dev->memory + off, size);
	else if (dev->model.bar_read)
		val = dev->model.bar_read(dev, bar, off, size);
	return val;
}

static void sim_bar_write(struct hw_dev *hw, unsigned int bar, uint64_t off,
			  unsigned int size, uint64_t val)
{
	struct dmasim_device *dev = hw_dev_priv(hw);

	if (dev->memory && bar == 0)
		memcpy(dev->memory + off, &val, size);
	else if (dev->model.bar_write)
		dev->model.bar_write(dev, bar, off, size, val);
}

static void sim_reset(struct hw_dev *hw)
{
	struct dmasim_device *dev = hw_dev_priv(hw);

	if (dev->memory)
		memset(dev->memory, 0, SIM_BARE_SIZE);
	if (dev->model.reset)
		dev->model.reset(dev);
}

/* ---- plugging ------------------------------------------------------------------- */

/* Behind the table comes the pending-bit array, in whole 64-bit words. */
static int sim_check_msix(const struct dmasim_model *model)
{
	u64 table = 16ull * model->msix_vectors;
	u64 pending = round_up(model->msix_vectors, 64) / 8;

	if (!model->msix_vectors)
		return 0;
	if (model->msix_vectors > 2048)
		return sim_refuse(-EINVAL,
				  "device %s: %u MSI-X vectors, at most 2048",
				  model->name, model->msix_vectors);
	if (model->msix_bar > 5 || !model->bar[model->msix_bar].size)
		return sim_refuse(
			-EINVAL,
			"device %s: the MSI-X table is in BAR %u, which does not exist",
			model->name, model->msix_bar);
	if (model->msix_offset & 7 || model->msix_offset + table + pending >
					      model->bar[model->msix_bar].size)
		return sim_refuse(
			-EINVAL,
			"device %s: the MSI-X table of %u vectors does not fit at 0x%x of BAR %u",
			model->name, model->msix_vectors, model->msix_offset,
			model->msix_bar);
	return 0;
}

static int sim_check_regions(const struct dmasim_model *model)
{
	unsigned int i;

	for (i = 0; i < DMASIM_MAX_REGIONS; i++) {
		const struct dmasim_region *region = &model->region[i];

		if (!region->size)
			continue;
		if (region->kind > DMASIM_REGION_SW_MSI)
			return sim_refuse(-EINVAL,
					  "device %s: region %u is of kind %d",
					  model->name, i, region->kind);
		if (region->start + region->size - 1 < region->start)
			return sim_refuse(
				-EINVAL,
				"device %s: region %u, 0x%llx bytes at 0x%llx, goes beyond the last address",
				model->name, i, (u64)region->size,
				(u64)region->start);
	}
	return 0;
}

/* The lowest address that leads a device to memory, about. */
static u64 sim_lowest_ram(void)
{
	const struct hw_config *hw = hw_get_config();

	return hw->nr_dma_windows ? hw->dma_window[0].bus : hw->ram[0].start;
}

static int sim_check_model(const struct dmasim_model *model)
{
	unsigned int i;
	int ret;

	for (i = 0; i < 6; i++) {
		const struct dmasim_bar *bar = &model->bar[i];

		if (!bar->size)
			continue;
		if (bar->size & (bar->size - 1) || bar->size < 128)
			return sim_refuse(
				-EINVAL,
				"device %s: BAR %u size 0x%llx is not a power of two of at least 128",
				model->name, i, (u64)bar->size);
		if (!bar->is64 && bar->size > SZ_2G)
			return sim_refuse(
				-EINVAL,
				"device %s: 32-bit BAR %u of 0x%llx bytes, at most 2 GiB",
				model->name, i, (u64)bar->size);
		if (bar->is64 && (i == 5 || model->bar[i + 1].size))
			return sim_refuse(
				-EINVAL,
				"device %s: 64-bit BAR %u needs BAR %u to be empty",
				model->name, i, i + 1);
	}
	if (model->class_code >> 24)
		return sim_refuse(
			-EINVAL,
			"device %s: class code 0x%x has more than 24 bits",
			model->name, model->class_code);
	ret = sim_check_msix(model) ?: sim_check_regions(model);
	if (ret)
		return ret;
	if (model->pasid_bits > 20)
		return sim_refuse(-EINVAL,
				  "device %s: %u bits of PASIDs, at most 20",
				  model->name, model->pasid_bits);
	if (model->dma_bits > 64)
		return sim_refuse(-EINVAL, "device %s: %u address bits",
				  model->name, model->dma_bits);
	if (model->dma_bits && model->dma_bits < 64 &&
	    sim_lowest_ram() >> model->dma_bits)
		return sim_refuse(
			-EINVAL,
			"device %s: no RAM below its limit of %u address bits",
			model->name, model->dma_bits);
	return 0;
}

static void sim_fill_hw_model(struct dmasim_device *dev)
{
	struct hw_model *hw = &dev->hw_model;
	unsigned int i;

	hw->name = dev->name;
	hw->vendor = dev->model.vendor;
	hw->device = dev->model.device;
	hw->class_code = dev->model.class_code;
	for (i = 0; i < 6; i++) {
		hw->bar[i].size = dev->model.bar[i].size;
		hw->bar[i].is64 = dev->model.bar[i].is64;
		hw->bar[i].prefetch = dev->model.bar[i].prefetch;
	}
	hw->msix_vectors = dev->model.msix_vectors;
	hw->msix_bar = dev->model.msix_bar;
	hw->msix_offset = dev->model.msix_offset;
	hw->bar_read = sim_bar_read;
	hw->bar_write = sim_bar_write;
	hw->reset = sim_reset;
}

/* The pool that devices get if nothing else is said. */
static unsigned int sim_default_restricted(struct dmasim_machine *machine)
{
	unsigned int i;

	for (i = 0; i < DMASIM_MAX_RESTRICTED; i++)
		if (machine->cfg.restricted[i].all)
			return i + 1;
	return 0;
}

/* The model as firmware describes it to the kernel. */
static void sim_describe(const struct dmasim_model *model,
			 struct pci_sim_firmware *firmware)
{
	static const struct {
		unsigned int type;
		int prot;
	} kinds[] = {
		[DMASIM_REGION_DIRECT] = { IOMMU_RESV_DIRECT,
					   IOMMU_READ | IOMMU_WRITE },
		[DMASIM_REGION_DIRECT_RELAXABLE] = { IOMMU_RESV_DIRECT_RELAXABLE,
						     IOMMU_READ | IOMMU_WRITE },
		[DMASIM_REGION_RESERVED] = { IOMMU_RESV_RESERVED, 0 },
		[DMASIM_REGION_MSI] = { IOMMU_RESV_MSI, 0 },
		[DMASIM_REGION_SW_MSI] = { IOMMU_RESV_SW_MSI,
					   IOMMU_WRITE | IOMMU_NOEXEC |
						   IOMMU_MMIO },
	};
	unsigned int i;

	static_assert(DMASIM_MAX_REGIONS == PCI_SIM_REGIONS);
	memset(firmware, 0, sizeof(*firmware));
	firmware->untrusted = model->untrusted;
	firmware->isolation_group = model->iommu_group;
	if (model->dma_alias)
		firmware->alias = hw_dev_rid(model->dma_alias->hw);
	for (i = 0; i < DMASIM_MAX_REGIONS; i++) {
		const struct dmasim_region *region = &model->region[i];

		if (!region->size)
			continue;
		firmware->region[i].start = region->start;
		firmware->region[i].size = region->size;
		firmware->region[i].type = kinds[region->kind].type;
		firmware->region[i].prot = kinds[region->kind].prot;
	}
}

int sim_device_attach(struct dmasim_machine *machine, struct dmasim_device *dev,
		      bool noncoherent, bool ats, unsigned int restricted)
{
	const struct hw_services services = {
		.ats = ats,
		.page_requests = dev->model.page_requests,
		.pasid_bits = dev->model.pasid_bits,
	};
	struct pci_sim_firmware firmware;

	if (!restricted)
		restricted = sim_default_restricted(machine);
	if (restricted > DMASIM_MAX_RESTRICTED ||
	    (restricted && !machine->cfg.restricted[restricted - 1].size))
		return sim_refuse(
			-EINVAL,
			"device %s: the machine has no restricted pool %u",
			hw_dev_name(dev->hw), restricted);
	/* Before the kernel side looks: it asks once. */
	noncoherent |= machine->cfg.noncoherent;
	if (noncoherent && dma_atomic_pools_need())
		return sim_refuse(
			-ENOMEM,
			"device %s: no memory for the atomic pools (coherent_pool)",
			hw_dev_name(dev->hw));
	if (!hw_dev_set_noncoherent(dev->hw, noncoherent))
		return sim_refuse(
			-ENOMEM,
			"device %s: the host has no address space for a second view of RAM",
			hw_dev_name(dev->hw));
	if (!hw_dev_set_services(dev->hw, &services))
		return sim_refuse(
			-ENOMEM,
			"device %s: the host has no memory for its translations",
			hw_dev_name(dev->hw));
	sim_describe(&dev->model, &firmware);
	firmware.restricted = restricted;
	if (dev->model.dma_alias)
		hw_dev_set_alias(dev->hw,
				 hw_dev_slot(dev->model.dma_alias->hw));
	dev->dev = pci_sim_attach(hw_dev_rid(dev->hw), &firmware);
	if (!dev->dev)
		return sim_refuse(-ENOMEM,
				  "device %s: the kernel side could not add it",
				  hw_dev_name(dev->hw));
	list_add(&dev->node, &machine->devices);
	return 0;
}

/* What a driver's pci_enable_device() and pci_set_master() would have done. */
static void sim_let_master(struct pci_dev *pdev)
{
	struct pci_dev *bridge = pci_upstream_bridge(pdev);

	if (bridge)
		pci_set_master(bridge);
	pci_set_master(pdev);
}

int dmasim_device_create(struct dmasim_machine *machine,
			 const struct dmasim_model *model, void *priv,
			 struct dmasim_device **out)
{
	struct dmasim_device *dev;
	int ret;

	if (!model)
		model = &bare_model;
	ret = sim_check_model(model);
	if (ret)
		return ret;
	dev = host_alloc(sizeof(*dev));
	if (!dev)
		return sim_refuse(-ENOMEM, "device: the host is out of memory");
	dev->model = *model;
	dev->priv = priv;
	strscpy(dev->name, model->name ?: "unnamed", sizeof(dev->name));
	dev->model.name = dev->name;
	if (model == &bare_model) {
		dev->memory = host_alloc(SIM_BARE_SIZE);
		if (!dev->memory) {
			ret = sim_refuse(-ENOMEM,
					 "device: the host is out of memory");
			goto err_free;
		}
	}
	sim_fill_hw_model(dev);
	dev->hw = hw_dev_plug(&dev->hw_model, dev, -1);
	if (!dev->hw) {
		ret = sim_refuse(-ENOSPC, "device %s: no free slot on the bus",
				 dev->name);
		goto err_memory;
	}
	ret = sim_device_attach(machine, dev, dev->model.noncoherent,
				dev->model.ats, dev->model.restricted);
	if (ret)
		goto err_unplug;
	if (dev->memory)
		sim_let_master(to_pci_dev(dev->dev));
	*out = dev;
	return 0;

err_unplug:
	hw_dev_unplug(dev->hw);
err_memory:
	host_free(dev->memory);
err_free:
	host_free(dev);
	return ret;
}
EXPORT_SYMBOL(dmasim_device_create);

void dmasim_device_destroy(struct dmasim_device *dev)
{
	list_del(&dev->node);
	pci_sim_detach(hw_dev_rid(dev->hw));
	if (dev->nvme)
		hw_nvme_destroy(dev->nvme);
	else
		hw_dev_unplug(dev->hw);
	host_free(dev->memory);
	host_free(dev);
}
EXPORT_SYMBOL(dmasim_device_destroy);

void *dmasim_device_priv(struct dmasim_device *dev)
{
	return dev->priv;
}
EXPORT_SYMBOL(dmasim_device_priv);

struct device *dmasim_device_kernel(struct dmasim_device *dev)
{
	return dev->dev;
}
EXPORT_SYMBOL(dmasim_device_kernel);

const char *dmasim_device_name(struct dmasim_device *dev)
{
	return hw_dev_name(dev->hw);
}
EXPORT_SYMBOL(dmasim_device_name);

/* ---- acting as the device ---------------------------------------------------------- */

enum dmasim_dma sim_verdict(enum hw_status status)
{
	switch (status) {
	case HW_OK:
		return DMASIM_DMA_OK;
	case HW_ERR_UNMAPPED:
		return DMASIM_DMA_UNMAPPED;
	case HW_ERR_PERM:
		return DMASIM_DMA_PERM;
	case HW_ERR_RANGE:
		return DMASIM_DMA_RANGE;
	case HW_ERR_RESERVED:
	case HW_ERR_TABLE:
		return DMASIM_DMA_TABLE;
	case HW_ERR_BLOCKED:
		return DMASIM_DMA_BLOCKED;
	case HW_ERR_BUSMASTER:
		return DMASIM_DMA_MASTER;
	case HW_ERR_PRIVATE:
		return DMASIM_DMA_PRIVATE;
	case HW_ERR_WINDOW:
		return DMASIM_DMA_WINDOW;
	case HW_ERR_ACCESS:
		return DMASIM_DMA_ACCESS;
	case HW_ERR_ADDR_SIZE:
		return DMASIM_DMA_ADDR_SIZE;
	case HW_ERR_DECODE:
	case HW_ERR_SIZE:
		break;
	}
	return DMASIM_DMA_DECODE;
}

const char *dmasim_dma_name(enum dmasim_dma verdict)
{
	static const char *const names[] = {
		[DMASIM_DMA_OK] = "ok",
		[DMASIM_DMA_UNMAPPED] = "unmapped",
		[DMASIM_DMA_PERM] = "permission",
		[DMASIM_DMA_RANGE] = "range",
		[DMASIM_DMA_TABLE] = "page table",
		[DMASIM_DMA_BLOCKED] = "blocked",
		[DMASIM_DMA_DECODE] = "decode",
		[DMASIM_DMA_MASTER] = "bus master off",
		[DMASIM_DMA_PRIVATE] = "private memory",
		[DMASIM_DMA_WINDOW] = "outside all windows",
		[DMASIM_DMA_ACCESS] = "access flag",
		[DMASIM_DMA_ADDR_SIZE] = "address size",
	};

	return verdict < ARRAY_SIZE(names) ? names[verdict] : "unknown";
}
EXPORT_SYMBOL(dmasim_dma_name);

/* Address lines that do not exist cannot be driven. */
static noinline bool sim_too_wide(struct dmasim_device *dev, u64 addr,
				  size_t len)
{
	u64 last = addr + len - 1;

	if (!len || (last >= addr && !(last >> dev->model.dma_bits)))
		return false;
	host_event_add(HOST_EVENT_FAULT, "device-width", hw_dev_name(dev->hw),
		       addr, len, "address 0x%llx needs more than %u bits",
		       addr, dev->model.dma_bits);
	return true;
}

/* Groups that the device numbers itself are none of a test's. */
#define SIM_OWN_GROUP 0x100u

/* Ask for one page and wait. Return: may the access be tried again? */
static bool sim_ask_for_page(struct dmasim_device *dev, u32 pasid, u64 addr,
			     bool write)
{
	const struct hw_page_request rq = {
		.pasid = pasid,
		.grpid = SIM_OWN_GROUP,
		.addr = addr & ~(u64)(SZ_4K - 1),
		.read = !write,
		.write = write,
		.last = true,
	};
	struct hw_page_answer answer;

	hw_dev_page_request(dev->hw, &rq);
	lib_run();
	while (hw_dev_page_answer(dev->hw, &answer))
		if (answer.grpid == SIM_OWN_GROUP && answer.pasid == pasid)
			return answer.code == HW_PAGE_SUCCESS;
	return false;
}

static noinline void sim_ask_for_pages(struct dmasim_device *dev, u32 pasid,
				       u64 addr, size_t len, bool write)
{
	u64 page = addr & ~(u64)(SZ_4K - 1), last = addr + len - 1;

	if (!len || last < addr)
		return;
	for (;;) {
		enum hw_status status =
			hw_dma_probe(dev->hw, pasid, max(page, addr), write);

		if ((status == HW_ERR_UNMAPPED || status == HW_ERR_PERM ||
		     status == HW_ERR_ACCESS) &&
		    !sim_ask_for_page(dev, pasid, page, write))
			return;
		if (last - page < SZ_4K)
			return;
		page += SZ_4K;
	}
}

/* The device has no wires for a PASID beyond its width, and needs leave for any. */
static bool sim_no_pasid(struct dmasim_device *dev, u32 pasid)
{
	return !pasid || pasid >> hw_dev_pasid_bits(dev->hw);
}

static noinline enum dmasim_dma sim_access(struct dmasim_device *dev, u32 pasid,
					   u64 addr, void *buf, size_t len,
					   bool write)
{
	if (dev->model.dma_bits % 64 && sim_too_wide(dev, addr, len))
		return DMASIM_DMA_RANGE;
	if (dev->model.page_requests && hw_dev_asks_for_pages(dev->hw))
		sim_ask_for_pages(dev, pasid, addr, len, write);
	if (pasid)
		return sim_verdict(write ? hw_dma_write_pasid(dev->hw, pasid,
							      addr, buf, len) :
					   hw_dma_read_pasid(dev->hw, pasid,
							     addr, buf, len));
	return sim_verdict(write ? hw_dma_write(dev->hw, addr, buf, len) :
				   hw_dma_read(dev->hw, addr, buf, len));
}

/* No address lines are missing, no page is asked for. */
static inline bool sim_plain(const struct dmasim_device *dev)
{
	return likely(!(dev->model.dma_bits % 64) && !dev->model.page_requests);
}

enum dmasim_dma dmasim_dma_read(struct dmasim_device *dev, uint64_t addr,
				void *buf, size_t len)
{
	enum hw_status status;

	if (!sim_plain(dev))
		return sim_access(dev, 0, addr, buf, len, false);
	status = hw_dma_read(dev->hw, addr, buf, len);
	return likely(!status) ? DMASIM_DMA_OK : sim_verdict(status);
}
EXPORT_SYMBOL(dmasim_dma_read);

enum dmasim_dma dmasim_dma_write(struct dmasim_device *dev, uint64_t addr,
				 const void *buf, size_t len)
{
	enum hw_status status;

	if (!sim_plain(dev))
		return sim_access(dev, 0, addr, (void *)buf, len, true);
	status = hw_dma_write(dev->hw, addr, buf, len);
	return likely(!status) ? DMASIM_DMA_OK : sim_verdict(status);
}
EXPORT_SYMBOL(dmasim_dma_write);

enum dmasim_dma dmasim_dma_read_pasid(struct dmasim_device *dev, uint32_t pasid,
				      uint64_t addr, void *buf, size_t len)
{
	if (sim_no_pasid(dev, pasid))
		return DMASIM_DMA_BLOCKED;
	return sim_access(dev, pasid, addr, buf, len, false);
}
EXPORT_SYMBOL(dmasim_dma_read_pasid);

enum dmasim_dma dmasim_dma_write_pasid(struct dmasim_device *dev,
				       uint32_t pasid, uint64_t addr,
				       const void *buf, size_t len)
{
	if (sim_no_pasid(dev, pasid))
		return DMASIM_DMA_BLOCKED;
	return sim_access(dev, pasid, addr, (void *)buf, len, true);
}
EXPORT_SYMBOL(dmasim_dma_write_pasid);

/* ---- page requests --------------------------------------------------------- */

int dmasim_page_request(struct dmasim_device *dev,
			const struct dmasim_page_request *rq)
{
	const struct hw_page_request hw = {
		.pasid = rq->pasid,
		.grpid = rq->grpid,
		.addr = rq->addr,
		.read = rq->read,
		.write = rq->write,
		.last = rq->last,
	};

	if (!dev->model.page_requests)
		return sim_refuse(-EOPNOTSUPP,
				  "device %s: it does not ask for pages",
				  dev->name);
	if (!hw_dev_asks_for_pages(dev->hw))
		return sim_refuse(
			-EOPNOTSUPP,
			"device %s: nobody has switched its page requests on",
			dev->name);
	hw_dev_page_request(dev->hw, &hw);
	return 0;
}
EXPORT_SYMBOL(dmasim_page_request);

bool dmasim_page_answer(struct dmasim_device *dev, uint32_t *pasid,
			uint32_t *grpid, enum dmasim_page_answer *answer)
{
	struct hw_page_answer hw;

	if (!hw_dev_page_answer(dev->hw, &hw))
		return false;
	*pasid = hw.pasid;
	*grpid = hw.grpid;
	*answer = (enum dmasim_page_answer)hw.code;
	return true;
}
EXPORT_SYMBOL(dmasim_page_answer);

bool dmasim_irq(struct dmasim_device *dev, unsigned int vector)
{
	return hw_dev_irq(dev->hw, vector);
}
EXPORT_SYMBOL(dmasim_irq);
