/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/device.h>: the ready NVMe controller.
 *
 * Tests: tests/unit/sim/test_device.c, tests/consumers/test_nvme.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "block/block.h"
#include "host/host.h"
#include "sim/sim.h"

/* SGLS: SGLs of any alignment and length. */
#define SIM_SGLS_ANY 0x1

static int sim_check_nvme(const struct dmasim_nvme_config *cfg)
{
	if (cfg->size != sizeof(*cfg))
		return sim_refuse(
			-EINVAL,
			"nvme: config has %zu bytes, not %zu: use DMASIM_NVME_CONFIG_INIT",
			cfg->size, sizeof(*cfg));
	if (!is_power_of_2(cfg->block_size) || cfg->block_size < 512 ||
	    cfg->block_size > 65536)
		return sim_refuse(
			-EINVAL,
			"nvme: block size %u is not a power of two from 512 to 65536",
			cfg->block_size);
	if (!cfg->capacity || cfg->capacity % cfg->block_size)
		return sim_refuse(
			-EINVAL,
			"nvme: capacity %llu is not a non-zero multiple of the block size %u",
			(u64)cfg->capacity, cfg->block_size);
	if (cfg->max_io_bytes &&
	    (!is_power_of_2(cfg->max_io_bytes) || cfg->max_io_bytes < 8192 ||
	     cfg->max_io_bytes > (4096u << 11)))
		return sim_refuse(
			-EINVAL,
			"nvme: largest transfer %u is not 4096 << n with n from 1 to 11",
			cfg->max_io_bytes);
	if (!cfg->queues || cfg->queues > 64)
		return sim_refuse(-EINVAL, "nvme: %u queues: use 1 to 64",
				  cfg->queues);
	if (cfg->queue_depth < 2 || cfg->queue_depth > 65536)
		return sim_refuse(-EINVAL,
				  "nvme: queue depth %u: use 2 to 65536",
				  cfg->queue_depth);
	if (cfg->doorbell_stride &&
	    (!is_power_of_2(cfg->doorbell_stride) || cfg->doorbell_stride < 4 ||
	     cfg->doorbell_stride > 64))
		return sim_refuse(
			-EINVAL,
			"nvme: doorbell stride %u is not 4 << n with n from 0 to 4",
			cfg->doorbell_stride);
	return 0;
}

int dmasim_nvme_create(struct dmasim_machine *machine,
		       const struct dmasim_nvme_config *cfg,
		       struct dmasim_device **out)
{
	struct hw_nvme_config hw;
	struct dmasim_device *dev;
	const char *why = NULL;
	int ret;

	ret = sim_check_nvme(cfg);
	if (ret)
		return ret;
	hw = (struct hw_nvme_config){
		.block_lg2 = ilog2(cfg->block_size),
		.blocks = cfg->capacity / cfg->block_size,
		.backing_path = cfg->backing_path,
		.mdts = cfg->max_io_bytes ? ilog2(cfg->max_io_bytes) - 12 : 0,
		.sgls = cfg->sgl ? SIM_SGLS_ANY : 0,
		.max_queues = cfg->queues,
		.mqes = cfg->queue_depth - 1,
		.dstrd = cfg->doorbell_stride ?
				 ilog2(cfg->doorbell_stride) - 2 :
				 0,
		.vwc = true,
	};
	dev = host_alloc(sizeof(*dev));
	if (!dev)
		return sim_refuse(-ENOMEM, "nvme: the host is out of memory");
	dev->nvme = hw_nvme_create(&hw, -1, &why);
	if (!dev->nvme) {
		ret = sim_refuse(-EINVAL, "nvme: %s", why);
		goto err_free;
	}
	dev->hw = hw_nvme_dev(dev->nvme);
	dev->model.untrusted = cfg->untrusted;
	ret = sim_device_attach(machine, dev, cfg->noncoherent, cfg->ats,
				cfg->restricted);
	if (ret)
		goto err_destroy;
	*out = dev;
	return 0;

err_destroy:
	hw_nvme_destroy(dev->nvme);
err_free:
	host_free(dev);
	return ret;
}
EXPORT_SYMBOL(dmasim_nvme_create);

struct block_device *dmasim_disk(const char *name)
{
	return block_sim_lookup(name);
}
EXPORT_SYMBOL(dmasim_disk);

static int sim_need_nvme(struct dmasim_device *dev)
{
	if (dev->nvme)
		return 0;
	return sim_refuse(-EINVAL, "device %s is not an NVMe controller",
			  hw_dev_name(dev->hw));
}

int dmasim_nvme_store_read(struct dmasim_device *dev, uint64_t byte, void *buf,
			   size_t len)
{
	int ret = sim_need_nvme(dev);

	if (ret)
		return ret;
	if (!hw_nvme_store_read(dev->nvme, byte, buf, len))
		return sim_refuse(
			-EINVAL,
			"nvme: bytes %llu+%zu are outside the namespace",
			(u64)byte, len);
	return 0;
}
EXPORT_SYMBOL(dmasim_nvme_store_read);

int dmasim_nvme_get_stats(struct dmasim_device *dev,
			  struct dmasim_nvme_stats *stats)
{
	struct hw_nvme_stats hw;
	int ret = sim_need_nvme(dev);

	if (ret)
		return ret;
	hw_nvme_get_stats(dev->nvme, &hw);
	*stats = (struct dmasim_nvme_stats){
		.reads = hw.cmds_read,
		.writes = hw.cmds_write,
		.flushes = hw.cmds_flush,
		.discards = hw.cmds_dsm,
		.others = hw.cmds_admin + hw.cmds_other,
		.failed = hw.cmds_failed,
		.aborted = hw.cmds_aborted,
		.bytes_read = hw.bytes_read,
		.bytes_written = hw.bytes_written,
		.prp_lists = hw.prp_lists,
		.sgl_commands = hw.sgl_cmds,
		.inline_sgl = hw.inline_sgl,
		.doorbells = hw.doorbells,
		.interrupts = hw.irqs,
		.violations = hw.violations,
	};
	return 0;
}
EXPORT_SYMBOL(dmasim_nvme_get_stats);

int dmasim_nvme_fail(struct dmasim_device *dev, int opcode, unsigned int nth,
		     uint16_t status)
{
	int ret = sim_need_nvme(dev);

	if (ret)
		return ret;
	hw_nvme_fail_cmd(dev->nvme, opcode, nth, status);
	return 0;
}
EXPORT_SYMBOL(dmasim_nvme_fail);

int dmasim_nvme_hold(struct dmasim_device *dev, bool admin, unsigned int nr)
{
	int ret = sim_need_nvme(dev);

	if (ret)
		return ret;
	if (!hw_nvme_hold(dev->nvme, admin, nr))
		return sim_refuse(-EINVAL,
				  "nvme: %u more commands cannot be held", nr);
	return 0;
}
EXPORT_SYMBOL(dmasim_nvme_hold);

int dmasim_nvme_release(struct dmasim_device *dev)
{
	int ret = sim_need_nvme(dev);

	if (!ret)
		hw_nvme_release(dev->nvme);
	return ret;
}
EXPORT_SYMBOL(dmasim_nvme_release);

int dmasim_nvme_lose_irq(struct dmasim_device *dev, unsigned int nr)
{
	int ret = sim_need_nvme(dev);

	if (!ret)
		hw_nvme_lose_irq(dev->nvme, nr);
	return ret;
}
EXPORT_SYMBOL(dmasim_nvme_lose_irq);

int dmasim_nvme_repeat(struct dmasim_device *dev)
{
	int ret = sim_need_nvme(dev);

	if (!ret)
		hw_nvme_repeat(dev->nvme);
	return ret;
}
EXPORT_SYMBOL(dmasim_nvme_repeat);

int dmasim_nvme_die(struct dmasim_device *dev)
{
	int ret = sim_need_nvme(dev);

	if (!ret)
		hw_nvme_die(dev->nvme);
	return ret;
}
EXPORT_SYMBOL(dmasim_nvme_die);

int dmasim_nvme_last_command(struct dmasim_device *dev, void *sqe)
{
	int ret = sim_need_nvme(dev);

	if (ret)
		return ret;
	if (!hw_nvme_last_sqe(dev->nvme, sqe))
		return sim_refuse(-EINVAL, "nvme: no I/O command was fetched");
	return 0;
}
EXPORT_SYMBOL(dmasim_nvme_last_command);
