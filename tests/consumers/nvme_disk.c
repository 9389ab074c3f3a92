/* SPDX-License-Identifier: MIT */
/*
 * NVMe disk for tests, see nvme_disk.h.
 */
#include "consumers/nvme_disk.h"

#include <linux/gfp.h>
#include <linux/mm.h>

#include <string.h>

struct disk disk;

void disk_plug(struct fixture *f, const char *path)
{
	const struct dmasim_nvme_config cfg = DMASIM_NVME_CONFIG_INIT;

	disk.f = f;
	if (!disk.cfg.size) {
		disk.cfg = cfg;
		disk.cfg.capacity = DISK_BYTES;
	}
	assert_int_equal(dmasim_param_set("nvme", "data_path", path), 0);
	if (dmasim_nvme_create(f->machine, &disk.cfg, &disk.nvme))
		fail_msg("%s", dmasim_refusal());
	dmasim_run();
	disk.bdev = dmasim_disk("nvme0n1");
	assert_non_null(disk.bdev);
}

void disk_unplug(void)
{
	dmasim_device_destroy(disk.nvme);
	disk.nvme = NULL;
	disk.bdev = NULL;
	disk.cfg.size = 0;
}

static int add_pages(struct bio *bio, unsigned int nr, u8 fill)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page)
			return -ENOMEM;
		memset(page_address(page), fill + i, PAGE_SIZE);
		__bio_add_page(bio, page, PAGE_SIZE, 0);
	}
	return 0;
}

int disk_io(enum req_op op, sector_t sector, unsigned int nr, u8 fill,
	    u8 *read_back)
{
	struct bio *bio = bio_kmalloc(nr, GFP_KERNEL);
	struct bvec_iter_all iter;
	struct bio_vec *bv;
	int ret;

	if (!bio)
		return -ENOMEM;
	bio_init(bio, disk.bdev, bio->bi_inline_vecs, nr, op);
	bio->bi_iter.bi_sector = sector;
	ret = add_pages(bio, nr, fill);
	if (!ret)
		ret = submit_bio_wait(bio);
	bio_for_each_segment_all(bv, bio, iter) {
		if (read_back) {
			memcpy(read_back, bvec_virt(bv), bv->bv_len);
			read_back += bv->bv_len;
		}
		__free_page(bv->bv_page);
	}
	bio_uninit(bio);
	kfree(bio);
	return ret;
}

bool log_has(uint64_t since, const char *part)
{
	static struct dmasim_event event;
	uint64_t seq;

	for (seq = dmasim_event_last(); seq > since; seq--) {
		if (!dmasim_event_get(seq, &event))
			break;
		if (event.kind == DMASIM_EVENT_LOG && strstr(event.text, part))
			return true;
	}
	return false;
}

int disk_setup(void **state)
{
	fixture_setup_without_device(state);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	disk_plug(*state, "link");
	return 0;
}

int disk_teardown(void **state)
{
	disk.cfg.size = 0;
	return fixture_teardown(state);
}
