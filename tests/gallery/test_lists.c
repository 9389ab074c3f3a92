/* SPDX-License-Identifier: MIT */
/*
 * Gallery: scatter lists.
 */
#include "api/peer.h"
#include "gallery/gallery.h"

/* Where in the peer. */
#define THERE (3 * PAGE_SIZE)

/* 4 KiB of RAM and 8 KiB of a peer. */
static void list_build(struct scatterlist *sgl, struct peer *peer)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_non_null(page);
	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], page, 4096, 0);
	sg_set_page(&sgl[1], peer_page(peer, THERE), 8192, 0);
}

static int list_map(struct fixture *f, struct scatterlist *sgl)
{
	return dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
}

static void list_unmap(struct fixture *f, struct scatterlist *sgl)
{
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
}

static void list_drop(struct scatterlist *sgl)
{
	__free_page(sg_page(&sgl[0]));
}

/* spec: dma-core D7 */
static void sg_bus_length_direct(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct scatterlist sgl[2];

	list_build(sgl, peer);
	assert_int_equal(list_map(f, sgl), 2);
	assert_int_equal(sg_dma_address(&sgl[1]), peer->phys + THERE);
	assert_int_equal(sg_dma_len(&sgl[1]), 8192);
	list_unmap(f, sgl);
	list_drop(sgl);

	quirk_on("sg-bus-length-direct");
	list_build(sgl, peer);
	sg_dma_len(&sgl[1]) = 17; /* of whoever had the list before */
	assert_int_equal(list_map(f, sgl), 2);
	assert_int_equal(sg_dma_address(&sgl[1]), peer->phys + THERE);
	assert_int_equal(sg_dma_len(&sgl[1]), 17);
	list_unmap(f, sgl);
	list_drop(sgl);
	peer_destroy(peer);
}

/* spec: dma-core D7 */
static void sg_host_bridge(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct peer *peer;
	u8 byte = 0x5a;

	f->cfg.peers = DMASIM_PEERS_HOST_BRIDGE;
	fixture_rebuild(f);
	peer = peer_create(f);
	list_build(sgl, peer);
	assert_int_equal(list_map(f, sgl), 2);
	assert_device_writes(f, sg_dma_address(&sgl[1]), 8192, 6);
	assert_pattern(peer->memory + THERE, 8192, 6);
	list_unmap(f, sgl);
	list_drop(sgl);
	memset(peer->memory, 0, sizeof(peer->memory));

	quirk_on("sg-host-bridge");
	list_build(sgl, peer);
	/* Left by an earlier user of the list: a page of its own. */
	sg_dma_address(&sgl[1]) = RAM;
	*(u8 *)ram_at(RAM, 1) = 0;
	assert_int_equal(list_map(f, sgl), 2);
	assert_int_equal(sg_dma_len(&sgl[1]), 8192);
	assert_int_equal(dmasim_dma_write(f->hw, sg_dma_address(&sgl[1]), &byte,
					  1),
			 DMASIM_DMA_OK);
	/* Not in the peer, but in that page. */
	assert_int_equal(peer->memory[THERE], 0);
	assert_int_equal(*(u8 *)dmasim_ram(RAM, 1), 0x5a);
	list_unmap(f, sgl);
	list_drop(sgl);
	peer_destroy(peer);
}

/* spec: dma-core D8 */
static void sg_bus_length(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct scatterlist sgl[2];

	list_build(sgl, peer);
	sgl[0].length = 512;
	assert_int_equal(list_map(f, sgl), 2);
	assert_int_equal(sg_dma_len(&sgl[1]), 8192);
	list_unmap(f, sgl);

	quirk_on("sg-bus-length");
	assert_int_equal(list_map(f, sgl), 2);
	/* Half of the 8 KiB, and not even the other's 512 bytes. */
	assert_int_equal(sg_dma_address(&sgl[1]), peer->phys + THERE);
	assert_int_equal(sg_dma_len(&sgl[1]), 4096);
	list_unmap(f, sgl);
	list_drop(sgl);
	peer_destroy(peer);
}

/* A list of three pages goes from an external device to an internal one. */
static void pass_on(struct fixture *f, struct dmasim_device *internal)
{
	struct device *dev = dmasim_device_kernel(internal);
	struct scatterlist sgl[3];
	unsigned int i;

	sg_init_table(sgl, 3);
	for (i = 0; i < 3; i++)
		sg_set_page(&sgl[i], alloc_page(GFP_KERNEL), 4096, 0);
	assert_int_equal(dma_map_sg(f->dev, sgl, 3, DMA_TO_DEVICE), 3);
	dma_unmap_sg(f->dev, sgl, 3, DMA_TO_DEVICE);
	assert_int_equal(dma_map_sg(dev, sgl, 3, DMA_TO_DEVICE), 1);
	dma_unmap_sg(dev, sgl, 3, DMA_TO_DEVICE);
	for (i = 0; i < 3; i++)
		__free_page(sg_page(&sgl[i]));
}

/* spec: dma-core D9 */
static void sg_bounced_sticks(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *internal;

	fixture_make_external(f);
	assert_int_equal(
		dmasim_device_create(f->machine, NULL, NULL, &internal), 0);
	pass_on(f, internal);
	assert_event(DMASIM_EVENT_WARN, NULL, 0);

	quirk_on("sg-bounced-sticks");
	/* Two entries without an address of their own are "unmapped". */
	expect_warns(2);
	pass_on(f, internal);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	dmasim_device_destroy(internal);
}

/* spec: dma-core D10 */
static void sg_bounced_peer(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct peer *peer;
	u8 byte = 1;

	f->cfg.peers = DMASIM_PEERS_NONE;
	fixture_rebuild(f);
	fixture_make_external(f);
	peer = peer_create(f);
	list_build(sgl, peer);
	assert_int_equal(list_map(f, sgl), 0);

	quirk_on("sg-bounced-peer");
	/* It says that all is well. */
	assert_int_equal(list_map(f, sgl), 2);
	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_int_equal(dmasim_dma_write(f->hw, sg_dma_address(&sgl[1]), &byte,
					  1),
			 DMASIM_DMA_DECODE);
	assert_int_equal(peer->memory[THERE], 0);
	list_unmap(f, sgl);
	list_drop(sgl);
	peer_destroy(peer);
}

/*
 * Three granules and a secret behind them, then two granules, for a device
 * whose segments may not cross 16 KiB. What does the device find between them?
 */
static u8 read_padding(struct fixture *f)
{
	struct page *first = alloc_pages(GFP_KERNEL, 2);
	struct page *second = alloc_pages(GFP_KERNEL, 1);
	struct scatterlist sgl[2];
	u8 byte = 0xff;

	dma_set_seg_boundary(f->dev, 0x3fff);
	memset((u8 *)page_address(first) + 3 * PAGE_4K, 0x5e, PAGE_4K);
	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], first, 3 * PAGE_4K, 0);
	sg_set_page(&sgl[1], second, 2 * PAGE_4K, 0);
	assert_int_equal(list_map(f, sgl), 2);
	assert_int_equal(sg_dma_address(&sgl[1]),
			 sg_dma_address(&sgl[0]) + 4 * PAGE_4K);

	assert_int_equal(dmasim_dma_read(f->hw,
					 sg_dma_address(&sgl[0]) + 3 * PAGE_4K,
					 &byte, 1),
			 DMASIM_DMA_OK);
	list_unmap(f, sgl);
	__free_pages(first, 2);
	__free_pages(second, 1);
	return byte;
}

/* spec: dma-core D12 */
static void sg_pads_foreign(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_padding(f), 0);
	assert_int_equal(dma_stat(sg_padding), PAGE_4K);

	quirk_on("sg-pads-foreign");
	assert_int_equal(read_padding(f), 0x5e);
}

int main(void)
{
	const struct CMUnitTest untranslated[] = {
		fixture_case(sg_bus_length_direct),
		fixture_case(sg_host_bridge),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(sg_bus_length),
		fixture_case(sg_bounced_sticks),
		fixture_case(sg_bounced_peer),
		fixture_case(sg_pads_foreign),
	};

	return run_variants("gallery_lists", untranslated,
			    variants_untranslated) +
	       run_variants("gallery_lists", strict, variants_strict);
}
