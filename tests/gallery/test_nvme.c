/* SPDX-License-Identifier: MIT */
/*
 * Gallery: the block layer, under the NVMe driver.
 */
#include "consumers/nvme_disk.h"
#include "gallery/gallery.h"

/*
 * Read 33 pages, too many for the caches of IOVA, at addresses whose page table
 * does not exist yet and cannot be had at first.
 */
static int read_without_page_table(void)
{
	struct device *dev = dmasim_device_kernel(disk.nvme);
	struct dma_iova_state hog;
	int ret;

	assert_true(dma_iova_try_alloc(dev, &hog, 0, SZ_2M));
	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 1);
	ret = disk_io(REQ_OP_READ, 0, 33, 0, NULL);
	assert_int_equal(dmasim_fail_fired(), 1);
	dmasim_fail_off();
	dma_iova_free(dev, &hog);
	return ret;
}

/* spec: block-nvme K1 */
static void blk_link_error(void **state)
{
	/* The request waits and is tried again. */
	assert_int_equal(read_without_page_table(), 0);
	assert_event(DMASIM_EVENT_FAULT, "iommu-fault", 0);
	disk_unplug();
	fixture_rebuild(*state);
	disk_plug(*state, "link");

	/* The controller finds nothing there, nor does the unmap. */
	quirk_on("blk-link-error");
	expect_faults(1);
	expect_warns(1);
	assert_int_equal(read_without_page_table(), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(blk_link_error, disk_setup,
						disk_teardown),
	};

	return run_variants("gallery_nvme", tests, variants_strict);
}
