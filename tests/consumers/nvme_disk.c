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

void disk_pages_free(struct page **page, unsigned int nr)
{
	while (nr--)
		__free_page(page[nr]);
}

int disk_pages_alloc(struct page **page, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		if (!page[i]) {
			disk_pages_free(page, i);
			return -ENOMEM;
		}
	}
	return 0;
}

void disk_pages_fill(struct page **page, unsigned int nr, u8 fill)
{
	while (nr--)
		memset(page_address(page[nr]), fill + nr, DISK_PAGE);
}

int disk_rw_len(enum req_op op, sector_t sector, struct page **page,
		unsigned int nr, unsigned int len)
{
	struct bio *bio = bio_kmalloc(nr, GFP_KERNEL);
	unsigned int i;
	int ret;

	if (!bio)
		return -ENOMEM;
	bio_init(bio, disk.bdev, bio->bi_inline_vecs, nr, op);
	bio->bi_iter.bi_sector = sector;
	for (i = 0; i < nr; i++)
		__bio_add_page(bio, page[i], len, 0);
	ret = submit_bio_wait(bio);
	bio_uninit(bio);
	kfree(bio);
	return ret;
}

int disk_rw(enum req_op op, sector_t sector, struct page **page,
	    unsigned int nr)
{
	return disk_rw_len(op, sector, page, nr, DISK_PAGE);
}

int disk_io(enum req_op op, sector_t sector, unsigned int nr, u8 fill,
	    u8 *read_back)
{
	static struct page *page[MAX_IO_PAGES];
	unsigned int i;
	int ret = disk_pages_alloc(page, nr);

	if (ret)
		return ret;
	disk_pages_fill(page, nr, fill);
	ret = disk_rw(op, sector, page, nr);
	for (i = 0; i < nr && read_back; i++)
		memcpy(read_back + i * DISK_PAGE, page_address(page[i]),
		       DISK_PAGE);
	disk_pages_free(page, nr);
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

int disk_setup_without_sgl(void **state)
{
	fixture_setup_without_device(state);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.sgl = false;
	disk.cfg.capacity = DISK_BYTES;
	disk_plug(*state, "link");
	return 0;
}

int disk_teardown(void **state)
{
	disk.cfg.size = 0;
	return fixture_teardown(state);
}
