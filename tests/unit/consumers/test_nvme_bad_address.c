/* SPDX-License-Identifier: MIT */
/*
 * The controller is given an address that it must not use: a fault record says
 * who, where, how and why, the I/O ends with an error, and no byte changes.
 *
 * The command is tampered with when the driver has just built it, and put right
 * before it unmaps.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "unit/consumers/nvme_probe.h"

#include <string.h>

/** struct bad - what is put in the place of PRP1 (or PRP2) */
static struct {
	__le64 addr, good;
	bool second;
} bad;

static __le64 *victim(struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	union nvme_data_ptr *dptr = &iod->cmd.common.dptr;

	return bad.second ? &dptr->prp2 : &dptr->prp1;
}

static void tamper(struct request *req)
{
	bad.good = *victim(req);
	*victim(req) = bad.addr;
}

static void put_right(struct request *req)
{
	*victim(req) = bad.good;
}

static u8 *page[2];

static int setup(void **state)
{
	unsigned int i;

	probe_setup(state);
	memset(&bad, 0, sizeof(bad));
	for (i = 0; i < 2; i++) {
		page[i] = page_address(alloc_page(GFP_KERNEL));
		memset(page[i], 0x55, 4096);
	}
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 2, 0x77, NULL), 0);
	capture_start();
	capture.on_map = tamper;
	capture.on_unmap = put_right;
	return 0;
}

static int teardown(void **state)
{
	free_page((unsigned long)page[0]);
	free_page((unsigned long)page[1]);
	return probe_teardown(state);
}

static void assert_all(const u8 *p, u8 want)
{
	unsigned int i;

	for (i = 0; i < 4096; i++)
		assert_int_equal(p[i], want);
}

static void assert_fault(uint64_t addr, uint64_t len, bool write,
			 enum dmasim_dma reason)
{
	struct dmasim_fault fault;

	assert_true(dmasim_iommu_next_fault(&fault));
	assert_string_equal(fault.dev, dmasim_device_name(disk.nvme));
	assert_int_equal(fault.addr, addr);
	assert_int_equal(fault.len, len);
	assert_int_equal(fault.write, write);
	assert_int_equal(fault.reason, reason);
	assert_false(dmasim_iommu_next_fault(&fault));
	expect_events(DMASIM_EVENT_FAULT, NULL, 1);
}

/* One page in direction @op with @addr in the place of its address. */
static void transfer(enum req_op op, uint64_t addr, enum dmasim_dma reason)
{
	const struct phys_run run = { virt_to_phys(page[0]), 4096 };
	struct dmasim_nvme_stats stats;
	u8 *store = page[1];
	struct async io;

	bad.addr = cpu_to_le64(addr);
	start_ranges(&io, op, &run, 1);
	dmasim_run();
	assert_done(&io, -EIO);
	assert_int_equal(capture.tries, 1);
	assert_int_equal(capture.status[0],
			 NVME_SC_DATA_XFER_ERROR | NVME_STATUS_DNR);
	assert_fault(addr, 4096, op == REQ_OP_READ, reason);

	assert_all(page[0], 0x55);
	dmasim_nvme_store_read(disk.nvme, 0, store, 4096);
	assert_all(store, 0x77);
	dmasim_nvme_get_stats(disk.nvme, &stats);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(stats.violations, 0);
}

static void write_from_an_unmapped_address(void **state)
{
	transfer(REQ_OP_WRITE, 0x7f0000000, DMASIM_DMA_UNMAPPED);
}

static void read_to_an_unmapped_address(void **state)
{
	transfer(REQ_OP_READ, 0x7f0000000, DMASIM_DMA_UNMAPPED);
}

static void write_from_beyond_the_page_table(void **state)
{
	transfer(REQ_OP_WRITE, 1ull << 52, DMASIM_DMA_RANGE);
}

static void read_to_beyond_the_page_table(void **state)
{
	transfer(REQ_OP_READ, 1ull << 52, DMASIM_DMA_RANGE);
}

static void read_to_a_page_that_is_read_only(void **state)
{
	struct device *dev = dmasim_device_kernel(disk.nvme);
	dma_addr_t addr = dma_map_page(dev, virt_to_page(page[1]), 0, 4096,
				       DMA_TO_DEVICE);

	memset(page[1], 0x55, 4096);
	assert_false(dma_mapping_error(dev, addr));
	bad.addr = cpu_to_le64(addr);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 1, 0, NULL), -EIO);
	assert_fault(addr, 4096, true, DMASIM_DMA_PERM);
	assert_all(page[1], 0x55);
	dma_unmap_page(dev, addr, 4096, DMA_TO_DEVICE);
}

static void write_from_a_page_that_is_write_only(void **state)
{
	struct device *dev = dmasim_device_kernel(disk.nvme);
	dma_addr_t addr = dma_map_page(dev, virt_to_page(page[1]), 0, 4096,
				       DMA_FROM_DEVICE);

	transfer(REQ_OP_WRITE, addr, DMASIM_DMA_PERM);
	dma_unmap_page(dev, addr, 4096, DMA_FROM_DEVICE);
}

/* Two addresses that the IOTLB knew; the I/O gets the one given back last. */
static void address_that_was_unmapped_is_not_in_the_iotlb(void **state)
{
	struct device *dev = dmasim_device_kernel(disk.nvme);
	dma_addr_t addr[2];
	unsigned int i;
	u8 byte;

	for (i = 0; i < 2; i++) {
		addr[i] = dma_map_page(dev, virt_to_page(page[i]), 0, 4096,
				       DMA_BIDIRECTIONAL);
		assert_int_equal(dmasim_dma_read(disk.nvme, addr[i], &byte, 1),
				 DMASIM_DMA_OK);
	}
	dma_unmap_page(dev, addr[0], 4096, DMA_BIDIRECTIONAL);
	dma_unmap_page(dev, addr[1], 4096, DMA_BIDIRECTIONAL);
	transfer(REQ_OP_READ, addr[0], DMASIM_DMA_UNMAPPED);
	assert_int_equal(le64_to_cpu(bad.good), addr[1]);
}

static void address_of_a_peer(enum req_op op)
{
	struct dmasim_device *peer;
	struct pci_dev *pdev;
	u64 bar;

	assert_int_equal(
		dmasim_device_create(disk.f->machine, NULL, NULL, &peer), 0);
	pdev = to_pci_dev(dmasim_device_kernel(peer));
	bar = pci_resource_start(pdev, 0);
	assert_true(bar != 0);
	transfer(op, bar, DMASIM_DMA_DECODE);
	dmasim_device_destroy(peer);
}

static void write_from_a_peer(void **state)
{
	address_of_a_peer(REQ_OP_WRITE);
}

static void read_to_a_peer(void **state)
{
	address_of_a_peer(REQ_OP_READ);
}

static void address_where_there_is_no_memory(void **state)
{
	transfer(REQ_OP_READ, 0x4000000000, DMASIM_DMA_DECODE);
}

static void second_page_that_is_bad_keeps_the_namespace(void **state)
{
	const struct phys_run run[] = { { virt_to_phys(page[0]), 4096 },
					{ virt_to_phys(page[1]), 4096 } };

	bad.second = true;
	bad.addr = cpu_to_le64(0x4000000000);
	assert_int_equal(write_ranges(run, 2), -EIO);
	assert_fault(0x4000000000, 4096, false,
		     disk.f->variant->translated ? DMASIM_DMA_UNMAPPED :
						   DMASIM_DMA_DECODE);
	dmasim_nvme_store_read(disk.nvme, 0, page[1], 4096);
	assert_all(page[1], 0x77);
}

static void the_controller_works_afterwards(void **state)
{
	transfer(REQ_OP_READ, 0x4000000000,
		 disk.f->variant->translated ? DMASIM_DMA_UNMAPPED :
					       DMASIM_DMA_DECODE);
	capture.on_map = NULL;
	capture.on_unmap = NULL;
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 33, 1, NULL), 0);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 33, 0, NULL), 0);
}

#define bad_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest every[] = {
		bad_case(write_from_a_peer),
		bad_case(read_to_a_peer),
		bad_case(second_page_that_is_bad_keeps_the_namespace),
		bad_case(the_controller_works_afterwards),
	};
	const struct CMUnitTest direct[] = {
		bad_case(address_where_there_is_no_memory),
	};
	const struct CMUnitTest translated[] = {
		bad_case(write_from_an_unmapped_address),
		bad_case(read_to_an_unmapped_address),
		bad_case(write_from_beyond_the_page_table),
		bad_case(read_to_beyond_the_page_table),
		bad_case(read_to_a_page_that_is_read_only),
		bad_case(write_from_a_page_that_is_write_only),
	};
	const struct CMUnitTest strict[] = {
		bad_case(address_that_was_unmapped_is_not_in_the_iotlb),
	};

	return run_variants("nvme_bad_address", every, variants_all) +
	       run_variants("nvme_bad_address", direct, variants_direct) +
	       run_variants("nvme_bad_address", translated,
			    variants_translated) +
	       run_variants("nvme_bad_address", strict, variants_strict);
}
