/* SPDX-License-Identifier: MIT */
/*
 * The DMA iterator over a DMA layer that only takes notes (src/block/
 * blk_mq_dma.c): what it asks for, in which order, and what it undoes.
 */
#include "unit/block/board.h"

#include <linux/dma-mapping.h>
#include <linux/pci-p2pdma.h>

/* ---- the DMA layer --------------------------------------------------- */

struct note {
	phys_addr_t phys;
	size_t offset, len;
};

static struct {
	unsigned long merge_boundary;
	bool iova, need_unmap;
	int fail_map, fail_link; /* which call fails, from 1; 0: none */
	int sync_error;
	enum pci_p2pdma_map_type p2p;
	u64 bus_off;

	struct note map[8], link[8];
	unsigned int maps, links, syncs, destroys;
	size_t allocated, synced, destroyed;
} dma;

static unsigned long note_merge_boundary(struct device *dev)
{
	return dma.merge_boundary;
}

static bool note_need_unmap(struct device *dev)
{
	return dma.need_unmap;
}

static dma_addr_t note_map(struct device *dev, struct page *page, size_t offset,
			   size_t size, enum dma_data_direction dir,
			   unsigned long attrs)
{
	struct note *n = &dma.map[dma.maps++];

	n->phys = page_to_phys(page) + offset;
	n->len = size;
	return (int)dma.maps == dma.fail_map ? DMA_MAPPING_ERROR : n->phys;
}

static bool note_alloc(struct device *dev, struct dma_iova_state *state,
		       phys_addr_t phys, size_t size)
{
	*state = (struct dma_iova_state){};
	dma.allocated = size;
	if (!dma.iova)
		return false;
	state->addr = 0xffffd000 + (phys & 0xfff);
	state->__size = size;
	return true;
}

static int note_link(struct device *dev, struct dma_iova_state *state,
		     phys_addr_t phys, size_t offset, size_t size,
		     enum dma_data_direction dir, unsigned long attrs)
{
	dma.link[dma.links++] = (struct note){ phys, offset, size };
	return (int)dma.links == dma.fail_link ? -ENOMEM : 0;
}

static int note_sync(struct device *dev, struct dma_iova_state *state,
		     size_t offset, size_t size)
{
	dma.syncs++;
	dma.synced = size;
	return dma.sync_error;
}

static void note_destroy(struct device *dev, struct dma_iova_state *state,
			 size_t mapped_len, enum dma_data_direction dir,
			 unsigned long attrs)
{
	dma.destroys++;
	dma.destroyed = mapped_len;
}

static enum pci_p2pdma_map_type note_p2p(struct pci_p2pdma_map_state *state,
					 struct device *dev, struct page *page)
{
	if (dma.p2p != PCI_P2PDMA_MAP_NONE) {
		state->map = dma.p2p;
		state->bus_off = dma.bus_off;
	}
	return dma.p2p;
}

#define dma_get_merge_boundary note_merge_boundary
#define dma_need_unmap note_need_unmap
#define dma_map_page_attrs note_map
#define dma_iova_try_alloc note_alloc
#define dma_iova_link note_link
#define dma_iova_sync note_sync
#define dma_iova_destroy note_destroy
#define pci_p2pdma_state note_p2p

#include "block/blk_mq_dma.c"

/* ---- a request ------------------------------------------------------- */

#define A 0x10000000ull
#define B 0x20000000ull
#define C 0x30000000ull

static struct request_queue queue;
static struct request rq;
static struct bio *bio;
static struct device dev;
static struct dma_iova_state iova;
static struct blk_dma_iter iter;

static int setup(void **state)
{
	board_start(1);
	memset(&dma, 0, sizeof(dma));
	dma.need_unmap = true;
	dma.p2p = PCI_P2PDMA_MAP_NONE;
	memset(&queue, 0, sizeof(queue));
	queue.limits.virt_boundary_mask = 0xfff;
	assert_int_equal(blk_validate_limits(&queue.limits), 0);
	blk_rq_init(&queue, &rq);
	bio = bio_alloc(NULL, 8, REQ_OP_WRITE, GFP_KERNEL);
	/* Neither has to be initialised by a caller. */
	memset(&iova, 0xa5, sizeof(iova));
	memset(&iter, 0xa5, sizeof(iter));
	return 0;
}

static int teardown(void **state)
{
	bio_put(bio);
	board_stop();
	return 0;
}

static void add(phys_addr_t phys, unsigned int len)
{
	add_vec(bio, phys, len);
	rq.bio = rq.biotail = bio;
	rq.__data_len += len;
	rq.cmd_flags = REQ_OP_WRITE;
	rq.nr_phys_segments++;
}

static bool start(void)
{
	return blk_rq_dma_map_iter_start(&rq, &dev, &iova, &iter);
}

static bool next(void)
{
	return blk_rq_dma_map_iter_next(&rq, &dev, &iova, &iter);
}

static bool unmap(size_t len)
{
	return blk_rq_dma_unmap(&rq, &dev, &iova, len);
}

#define assert_range(at, bytes)                    \
	do {                                       \
		assert_int_equal(iter.addr, at);   \
		assert_int_equal(iter.len, bytes); \
	} while (0)

/* spec: block-nvme D1 */
static void without_iommu_each_segment_is_mapped(void **state)
{
	add(A, 4096);
	add(B, 4096);
	add(C, 4096);

	assert_true(start());
	assert_range(A, 4096);
	assert_false(blk_rq_dma_map_coalesce(&iova));
	assert_true(next());
	assert_range(B, 4096);
	assert_true(next());
	assert_range(C, 4096);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_OK);
	assert_false(unmap(12288));
	dma.need_unmap = false;
	assert_true(unmap(12288));
	assert_int_equal(dma.destroys, 0);
}

/* spec: block-nvme D2 */
static void a_failing_second_segment_leaves_the_first(void **state)
{
	add(A, 4096);
	add(B, 4096);
	dma.fail_map = 2;

	assert_true(start());
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_RESOURCE);
	assert_int_equal(dma.maps, 2);
}

static void a_failing_first_segment_is_said_by_start(void **state)
{
	add(A, 4096);
	dma.fail_map = 1;

	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_RESOURCE);
	assert_int_equal(iova.__size, 0);
}

/* spec: block-nvme D3 */
static void an_iommu_makes_one_range_of_it(void **state)
{
	dma.merge_boundary = 0xfff;
	dma.iova = true;
	add(A + 0x200, 0xe00);
	add(B, 0x1000);
	add(C, 0x400);

	assert_true(start());
	assert_range(0xffffd200, 0x2200);
	assert_true(blk_rq_dma_map_coalesce(&iova));
	assert_int_equal(dma.links, 3);
	assert_int_equal(dma.link[0].phys, A + 0x200);
	assert_int_equal(dma.link[1].offset, 0xe00);
	assert_int_equal(dma.link[2].offset, 0x1e00);
	assert_int_equal(dma.link[2].len, 0x400);
	assert_int_equal(dma.syncs, 1);
	assert_int_equal(dma.synced, 0x2200);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_OK);
	assert_true(unmap(0x2200));
	assert_int_equal(dma.destroyed, 0x2200);
	assert_int_equal(dma.maps, 0);
}

/* spec: block-nvme D4, D5 */
static void eligibility_is_a_matter_of_boundaries(void **state)
{
	static const struct {
		unsigned long virt, merge;
		bool tried;
	} row[] = {
		{ 0xfff, 0, true },	 { 0, 0xfff, false },
		{ 0xfff, 0xfff, true },	 { 0xfff, 0xffff, false },
		{ 0xffff, 0xfff, true },
	};
	unsigned int i;

	add(A, 4096);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		queue.limits.virt_boundary_mask = row[i].virt;
		dma.merge_boundary = row[i].merge;
		dma.allocated = 0;
		assert_true(start());
		assert_int_equal(dma.allocated, row[i].tried ? 4096 : 0);
		assert_range(A, 4096);
		assert_int_equal(iova.__size, 0);
	}
}

/* spec: block-nvme D6 */
static void no_iova_space_means_segment_by_segment(void **state)
{
	dma.merge_boundary = 0xfff;
	add(A, 4096);

	assert_true(start());
	assert_range(A, 4096);
	assert_int_equal(dma.allocated, 4096);
	assert_int_equal(iova.addr, 0);
	assert_int_equal(iova.__size, 0);
}

/* spec: block-nvme D7 */
static void a_failed_link_undoes_everything(void **state)
{
	dma.merge_boundary = 0xfff;
	dma.iova = true;
	dma.fail_link = 2;
	add(A, 4096);
	add(B, 4096);

	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_RESOURCE);
	assert_int_equal(dma.destroys, 1);
	assert_int_equal(dma.destroyed, 4096);
	assert_int_equal(dma.syncs, 0);
	assert_int_equal(iova.__size, 0);
}

/* spec: block-nvme D8 */
static void a_failed_sync_undoes_everything(void **state)
{
	dma.merge_boundary = 0xfff;
	dma.iova = true;
	dma.sync_error = -EIO;
	add(A, 4096);
	add(B, 4096);

	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_IOERR);
	assert_int_equal(dma.destroyed, 8192);
	assert_int_equal(iova.__size, 0);
}

/* spec: block-nvme D9 */
static void bus_addresses_need_no_mapping(void **state)
{
	dma.merge_boundary = 0xfff;
	dma.iova = true;
	dma.p2p = PCI_P2PDMA_MAP_BUS_ADDR;
	dma.bus_off = 0xc0000000ull - A;
	add(A, 4096);
	add(A + 0x4000, 4096);
	rq.cmd_flags |= REQ_P2PDMA;

	assert_true(start());
	assert_range(0xc0000000, 4096);
	assert_false(blk_rq_dma_map_coalesce(&iova));
	assert_true(next());
	assert_range(0xc0004000, 4096);
	assert_false(next());
	assert_true(unmap(8192));
	assert_int_equal(dma.maps + dma.links + dma.destroys, 0);
	assert_int_equal(dma.allocated, 0);
}

/* spec: block-nvme D10 */
static void behind_the_host_bridge_it_is_like_ram(void **state)
{
	dma.merge_boundary = 0xfff;
	dma.iova = true;
	dma.p2p = PCI_P2PDMA_MAP_THRU_HOST_BRIDGE;
	add(A, 4096);
	rq.cmd_flags |= REQ_P2PDMA;
	bio->bi_opf |= REQ_P2PDMA;

	assert_true(start());
	assert_true(blk_rq_dma_map_coalesce(&iova));
	assert_int_equal(rq.cmd_flags & REQ_P2PDMA, 0);
	assert_int_not_equal(bio->bi_opf & REQ_P2PDMA, 0);
	assert_true(unmap(4096));
	assert_int_equal(dma.destroys, 1);
}

/* spec: block-nvme D11, D13 */
static void memory_out_of_reach_is_refused(void **state)
{
	add(A, 4096);
	dma.p2p = PCI_P2PDMA_MAP_NOT_SUPPORTED;
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_INVAL);

	dma.p2p = PCI_P2PDMA_MAP_NONE;
	rq.cmd_flags |= REQ_P2PDMA;
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_INVAL);
	assert_int_equal(dma.maps, 0);
}

/* spec: block-nvme D12 */
static void a_reused_state_is_forgotten(void **state)
{
	iova.addr = 0xffff0000;
	iova.__size = 8192;
	dma.p2p = PCI_P2PDMA_MAP_BUS_ADDR;
	add(A, 4096);
	add(A + 0x4000, 4096);

	assert_true(start());
	assert_false(blk_rq_dma_map_coalesce(&iova));
	assert_true(next());
	assert_true(unmap(8192));
	assert_int_equal(dma.destroys, 0);
}

static void peer_pages_count_without_the_flag(void **state)
{
	dma.p2p = PCI_P2PDMA_MAP_BUS_ADDR;
	dma.bus_off = 0x1000;
	add(A, 4096);

	assert_true(start());
	assert_range(A + 0x1000, 4096);
	assert_true(unmap(4096));
	assert_int_equal(dma.maps, 0);
}

/* spec: block-nvme D14 */
static void an_empty_payload_is_no_error(void **state)
{
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_OK);

	rq.cmd_flags = REQ_OP_DISCARD;
	bio->bi_opf = REQ_OP_DISCARD;
	bio->bi_iter.bi_size = SZ_1M;
	rq.bio = bio;
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_OK);
}

static void a_special_payload_needs_no_bio(void **state)
{
	rq.cmd_flags = REQ_OP_DISCARD;
	rq.rq_flags |= RQF_SPECIAL_PAYLOAD;
	bvec_set_page(&rq.special_vec, page_at(A), 4096, 0);

	assert_true(start());
	assert_range(A, 4096);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_OK);
}

static void the_walk_joins_and_cuts(void **state)
{
	queue.limits.virt_boundary_mask = 0;
	queue.limits.max_segment_size = 0x2000;
	add(A, 0x1000);
	add(A + 0x1000, 0x1000);
	add(A + 0x2000, 0x3000);

	assert_true(start());
	assert_range(A, 0x2000);
	assert_true(next());
	assert_range(A + 0x2000, 0x2000);
	assert_true(next());
	assert_range(A + 0x4000, 0x1000);
	assert_false(next());
}

static void a_rest_in_the_middle_of_a_vector_is_walked_right(void **state)
{
	add(A, 0x2000);
	add(B, 0x1000);
	bio_advance(bio, 0x1800);

	assert_true(start());
	assert_range(A + 0x1800, 0x800);
	assert_true(next());
	assert_range(B, 0x1000);
	assert_false(next());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(without_iommu_each_segment_is_mapped),
		board_case(a_failing_second_segment_leaves_the_first),
		board_case(a_failing_first_segment_is_said_by_start),
		board_case(an_iommu_makes_one_range_of_it),
		board_case(eligibility_is_a_matter_of_boundaries),
		board_case(no_iova_space_means_segment_by_segment),
		board_case(a_failed_link_undoes_everything),
		board_case(a_failed_sync_undoes_everything),
		board_case(bus_addresses_need_no_mapping),
		board_case(behind_the_host_bridge_it_is_like_ram),
		board_case(memory_out_of_reach_is_refused),
		board_case(a_reused_state_is_forgotten),
		board_case(peer_pages_count_without_the_flag),
		board_case(an_empty_payload_is_no_error),
		board_case(a_special_payload_needs_no_bio),
		board_case(the_walk_joins_and_cuts),
		board_case(a_rest_in_the_middle_of_a_vector_is_walked_right),
	};

	return cmocka_run_group_tests_name("dma_iter", tests, NULL, NULL);
}
