/* SPDX-License-Identifier: MIT */
/*
 * Mapping the memory of another device: which address the device is given,
 * and that bytes written there arrive in the other one's BAR.
 *
 * Waiting for topologies and the allocator of peer memory: p2p-vfio 5.4, 5.6.
 */
#include <linux/platform_device.h>

#include "api/peer.h"

/* Build the machine again, with another way from device to device. */
static void rebuild(struct fixture *f, enum dmasim_peers peers)
{
	f->cfg.peers = peers;
	fixture_rebuild(f);
}

static struct page *ram_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_non_null(page);
	return page;
}

/* What the device stores at @addr is found in the BAR from @offset on. */
static void assert_arrives_(struct fixture *f, struct peer *peer, u64 addr,
			    size_t offset, size_t len, const char *file,
			    int line)
{
	assert_device_writes_(f, addr, len, offset + 1, file, line);
	assert_pattern_(peer->memory + offset, len, offset + 1, file, line);
	memset(peer->memory + offset, 0, len);
	fill_pattern(peer->memory + offset, len, offset + 2);
	assert_device_reads_(f, addr, len, offset + 2, file, line);
}

#define assert_arrives(f, peer, addr, offset, len) \
	assert_arrives_(f, peer, addr, offset, len, __FILE__, __LINE__)

#define assert_segment(sg, addr, len)                       \
	do {                                                \
		assert_int_equal(sg_dma_address(sg), addr); \
		assert_int_equal(sg_dma_len(sg), len);      \
	} while (0)

/* ---- pages of a BAR ---------------------------------------------------------- */

static void pages_of_a_bar_come_and_go(void **state)
{
	struct peer *peer = peer_plug(*state);
	struct page *page = peer_page(peer, SZ_2M);

	assert_false(is_pci_p2pdma_page(page));
	assert_false(pfn_valid(page_to_pfn(page)));

	assert_int_equal(pci_p2pdma_add_resource(peer->pdev, 0, 0, SZ_2M), 0);
	assert_true(is_pci_p2pdma_page(page));
	assert_true(is_pci_p2pdma_page(peer_page(peer, SZ_4M - PAGE_SIZE)));
	assert_false(is_pci_p2pdma_page(peer_page(peer, SZ_2M - PAGE_SIZE)));
	assert_false(is_pci_p2pdma_page(peer_page(peer, SZ_4M)));
	assert_int_equal(page_pgmap(page)->type, MEMORY_DEVICE_PCI_P2PDMA);
	assert_int_equal(page_zonenum(page), ZONE_DEVICE);
	assert_int_equal(page_count(page), 0);
	assert_int_equal(page_to_phys(page), peer->phys + SZ_2M);

	peer_destroy(peer);
	assert_false(is_pci_p2pdma_page(page));
	assert_false(pfn_valid(page_to_pfn(page)));
}

/* spec: p2p-vfio P2P-12 (memory BARs), P2P-13 (check on), P2P-14 */
static void impossible_parts_of_a_bar_are_refused(void **state)
{
	struct peer *peer = peer_plug(*state);
	struct pci_dev *pdev = peer->pdev;

	expect_warns(3);
	/* The second half of a 64-bit BAR is none. */
	assert_int_equal(pci_p2pdma_add_resource(pdev, 1, 0, 0), -EINVAL);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, 0, SZ_4M), -EINVAL);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, SZ_4M + 1, 0),
			 -EINVAL);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, SIZE_MAX, 1),
			 -EINVAL);

	/* Blocks of 2 MiB only, each once. */
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, 0, 4096), -EINVAL);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, SZ_1M, 0), -EINVAL);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, SZ_2M, 0), 0);
	assert_int_equal(pci_p2pdma_add_resource(pdev, 0, 0, 0), -ENOMEM);
	assert_true(is_pci_p2pdma_page(peer_page(peer, 0)));
	assert_false(is_pci_p2pdma_page(peer_page(peer, SZ_2M)));

	peer_destroy(peer);
}

static void pages_of_a_bar_need_memory(void **state)
{
	struct peer *peer = peer_plug(*state);
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = pci_p2pdma_add_resource(peer->pdev, 0, 0, 0);

		if (!ret)
			continue;
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
		assert_false(is_pci_p2pdma_page(peer_page(peer, 0)));
	}
	assert_true(is_pci_p2pdma_page(peer_page(peer, 0)));

	peer_destroy(peer);
}

/* spec: p2p-vfio P2P-23 */
static void the_state_remembers_one_provider(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct pci_p2pdma_map_state p2p = {};
	struct page *ram = ram_page();

	assert_int_equal(pci_p2pdma_state(&p2p, f->dev, peer_page(peer, 0)),
			 PCI_P2PDMA_MAP_BUS_ADDR);
	assert_int_equal(p2p.bus_off, 0);
	assert_int_equal(pci_p2pdma_state(&p2p, f->dev, ram),
			 PCI_P2PDMA_MAP_NONE);
	assert_int_equal(p2p.map, PCI_P2PDMA_MAP_BUS_ADDR);
	assert_ptr_equal(p2p.pgmap, page_pgmap(peer_page(peer, 0)));
	assert_int_equal(pci_p2pdma_bus_addr_map(&p2p, peer->phys + 5),
			 peer->phys + 5);

	__free_page(ram);
	peer_destroy(peer);
}

/* ---- lists ------------------------------------------------------------------- */

/* spec: dma-core 61, D8 */
static void a_bus_address_is_a_segment_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct page *first = ram_page(), *last = ram_page();
	struct scatterlist sgl[3];
	uint64_t unmaps;

	fill_pattern(page_address(last), 4096, 9);
	sg_init_table(sgl, 3);
	sg_set_page(&sgl[0], first, 4096, 0);
	sg_set_page(&sgl[1], peer_page(peer, 5 * PAGE_SIZE), 8192, 0);
	sg_set_page(&sgl[2], last, 4096, 0);
	assert_int_equal(dma_map_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL), 3);

	assert_segment(&sgl[1], peer->phys + 5 * PAGE_SIZE, 8192);
	assert_true(sg_dma_is_bus_address(&sgl[1]));
	assert_false(sg_dma_is_bus_address(&sgl[0]));
	assert_false(sg_dma_is_bus_address(&sgl[2]));
	if (f->variant->translated) {
		/* Two pages of IOVA; the peer's take none. */
		assert_segment(&sgl[0], 0xffffe000, 4096);
		assert_segment(&sgl[2], 0xfffff000, 4096);
		assert_not_mapped(f, 0xffffc000, 0x2000);
		assert_not_mapped(f, peer->phys + 5 * PAGE_SIZE, 0x2000);
	} else {
		assert_segment(&sgl[0], page_to_phys(first), 4096);
		assert_segment(&sgl[2], page_to_phys(last), 4096);
	}
	assert_device_reads(f, sg_dma_address(&sgl[2]), 4096, 9);
	assert_arrives(f, peer, sg_dma_address(&sgl[1]), 5 * PAGE_SIZE, 8192);

	unmaps = iommu_stat(unmaps);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	assert_false(sg_dma_is_bus_address(&sgl[1]));
	if (f->variant->translated) {
		assert_int_equal(iommu_stat(unmaps) - unmaps, 1);
		assert_not_mapped(f, 0xffffe000, 0x2000);
	}
	assert_int_equal(sgl[1].length, 8192);

	__free_page(first);
	__free_page(last);
	peer_destroy(peer);
}

/* spec: dma-core 62 */
static void a_list_of_bus_addresses_does_not_touch_the_iommu(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	uint64_t allocs = dma_stat(iova_allocs);
	uint64_t lookups = iommu_stat(lookups);
	uint64_t unmaps = iommu_stat(unmaps);
	struct scatterlist sgl[2];

	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], peer_page(peer, 0), 4096, 0);
	sg_set_page(&sgl[1], peer_page(peer, PAGE_SIZE), 512, 0x80);
	assert_int_equal(dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL), 2);

	assert_segment(&sgl[0], peer->phys, 4096);
	assert_segment(&sgl[1], peer->phys + PAGE_SIZE + 0x80, 512);
	assert_arrives(f, peer, peer->phys, 0, 4096);
	assert_arrives(f, peer, peer->phys + PAGE_SIZE + 0x80, PAGE_SIZE + 0x80,
		       512);
	assert_int_equal(iommu_stat(lookups), lookups);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	assert_int_equal(dma_stat(iova_allocs), allocs);
	assert_int_equal(iommu_stat(unmaps), unmaps);

	peer_destroy(peer);
}

/* spec: dma-core 62 */
static void a_peer_out_of_reach_fails_the_list(void **state)
{
	struct fixture *f = *state;
	struct page *ram;
	struct peer *peer;
	struct scatterlist sgl[2];
	struct sg_table sgt = { .sgl = sgl, .nents = 77, .orig_nents = 2 };

	rebuild(f, DMASIM_PEERS_NONE);
	peer = peer_create(f);
	ram = ram_page();
	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], ram, 0x200, 0x100);
	sg_set_page(&sgl[1], peer_page(peer, 0), 4096, 0);

	assert_int_equal(dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL), 0);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EREMOTEIO);

	assert_int_equal(sgt.nents, 77);
	assert_int_equal(sgl[0].offset, 0x100);
	assert_int_equal(sgl[0].length, 0x200);
	assert_false(sg_dma_is_bus_address(&sgl[1]));
	assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
	/* And the machine agrees. */
	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_write(f, peer->phys, DMASIM_DMA_DECODE);

	__free_page(ram);
	peer_destroy(peer);
}

static void a_client_that_is_not_pci_reaches_no_peer(void **state)
{
	struct peer *peer = peer_create(*state);
	struct platform_device *client;
	struct scatterlist sgl[1];
	struct sg_table sgt = { .sgl = sgl, .orig_nents = 1 };

	client = platform_device_register_simple("client", 0, NULL, 0);
	assert_false(IS_ERR(client));
	assert_int_equal(dma_coerce_mask_and_coherent(&client->dev,
						      DMA_BIT_MASK(64)),
			 0);
	sg_init_table(sgl, 1);
	sg_set_page(&sgl[0], peer_page(peer, 0), 4096, 0);

	assert_int_equal(dma_map_sgtable(&client->dev, &sgt, DMA_TO_DEVICE, 0),
			 -EREMOTEIO);

	platform_device_unregister(client);
	peer_destroy(peer);
}

/* spec: dma-core 63, D7 */
static void a_peer_behind_the_host_bridge_is_mapped_like_ram(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct page *ram;
	struct peer *peer;
	dma_addr_t addr;
	int ents;

	rebuild(f, DMASIM_PEERS_HOST_BRIDGE);
	peer = peer_create(f);
	ram = ram_page();
	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], ram, 4096, 0);
	sg_set_page(&sgl[1], peer_page(peer, 3 * PAGE_SIZE), 8192, 0);
	ents = dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);

	if (f->variant->translated) {
		/* One segment, for the device all of it is alike. */
		assert_int_equal(ents, 1);
		assert_segment(&sgl[0], 0xffffc000, 12288);
		addr = 0xffffd000;
		assert_translates(f, addr, peer->phys + 3 * PAGE_SIZE);
		/* The bus address has no translation: not by accident. */
		expect_faults(1);
		assert_write(f, peer->phys + 3 * PAGE_SIZE,
			     DMASIM_DMA_UNMAPPED);
		assert_int_equal(peer->memory[3 * PAGE_SIZE], 0);
	} else {
		assert_int_equal(ents, 2);
		assert_segment(&sgl[1], peer->phys + 3 * PAGE_SIZE, 8192);
		addr = sg_dma_address(&sgl[1]);
	}
	assert_arrives(f, peer, addr, 3 * PAGE_SIZE, 8192);

	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	if (f->variant->translated && !f->variant->lazy) {
		expect_faults(1);
		assert_write(f, addr, DMASIM_DMA_UNMAPPED);
	}
	__free_page(ram);
	peer_destroy(peer);
}

/* A list of RAM and of a peer's pages, side by side in its BAR. */
struct mixed {
	struct sg_table sgt;
	struct scatterlist sgl[6];
	struct page *ram[6];
	unsigned int offset[6];
};

/* @kinds: a letter an entry, r: a page of RAM, p: the next 4 KiB of @peer */
static void mixed_create(struct mixed *m, struct peer *peer, const char *kinds)
{
	unsigned int nr = strlen(kinds), i, peers = 0;

	assert_in_range(nr, 1, ARRAY_SIZE(m->sgl));
	*m = (struct mixed){ .sgt = { .sgl = m->sgl, .orig_nents = nr } };
	sg_init_table(m->sgl, nr);
	for (i = 0; i < nr; i++) {
		if (kinds[i] == 'r')
			m->ram[i] = ram_page();
		else
			m->offset[i] = peers * PAGE_4K % PAGE_SIZE;
		sg_set_page(&m->sgl[i],
			    m->ram[i] ?: peer_page(peer, peers++ * PAGE_4K),
			    PAGE_4K, m->offset[i]);
		/* What an earlier mapping may have left there. */
		sg_dma_address(&m->sgl[i]) = 0x1234;
		sg_dma_len(&m->sgl[i]) = 77;
	}
}

static void mixed_destroy(struct mixed *m)
{
	unsigned int i;

	for (i = 0; i < m->sgt.orig_nents; i++) {
		assert_false(sg_dma_is_bus_address(&m->sgl[i]));
		assert_int_equal(m->sgl[i].offset, m->offset[i]);
		assert_int_equal(m->sgl[i].length, PAGE_4K);
		if (m->ram[i])
			__free_page(m->ram[i]);
	}
}

static u64 mixed_seed(unsigned int round, unsigned int i)
{
	return 16 * round + i;
}

/*
 * The CPU stores to the list's RAM and to the peer's memory, and the device reads
 * all of it; then the other way round. Syncs leave the peer's memory alone.
 */
static void assert_mixed_carries(struct fixture *f, struct peer *peer,
				 struct mixed *m, const char *kinds)
{
	unsigned int i, seg, done, peers;
	struct sg_table *sgt = &m->sgt;

	for (i = peers = 0; kinds[i]; i++)
		fill_pattern(m->ram[i] ? page_address(m->ram[i]) :
					 peer->memory + peers++ * PAGE_4K,
			     PAGE_4K, mixed_seed(1, i));
	dma_sync_sgtable_for_device(f->dev, sgt, DMA_BIDIRECTIONAL);
	for (i = seg = done = 0; kinds[i]; i++, done += PAGE_4K) {
		if (done == sg_dma_len(&m->sgl[seg]))
			seg++, done = 0;
		assert_device_reads(f, sg_dma_address(&m->sgl[seg]) + done,
				    PAGE_4K, mixed_seed(1, i));
	}
	for (i = seg = done = 0; kinds[i]; i++, done += PAGE_4K) {
		if (done == sg_dma_len(&m->sgl[seg]))
			seg++, done = 0;
		assert_device_writes(f, sg_dma_address(&m->sgl[seg]) + done,
				     PAGE_4K, mixed_seed(2, i));
	}
	dma_sync_sgtable_for_cpu(f->dev, sgt, DMA_BIDIRECTIONAL);
	for (i = peers = 0; kinds[i]; i++)
		assert_pattern(m->ram[i] ? page_address(m->ram[i]) :
					   peer->memory + peers++ * PAGE_4K,
			       PAGE_4K, mixed_seed(2, i));
}

/* spec: dma-core 4.5, 61 */
static void neighbours_are_joined_and_bus_addresses_are_not(void **state)
{
	static const char kinds[] = "rrpprr";
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	uint64_t unmaps;
	struct mixed m;
	unsigned int i;

	mixed_create(&m, peer, kinds);
	assert_int_equal(dma_map_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0),
			 0);

	if (f->variant->translated) {
		assert_int_equal(m.sgt.nents, 4);
		assert_segment(&m.sgl[0], 0xffffc000, 2 * PAGE_4K);
		/* Side by side, and two all the same. */
		assert_segment(&m.sgl[1], peer->phys, PAGE_4K);
		assert_segment(&m.sgl[2], peer->phys + PAGE_4K, PAGE_4K);
		assert_segment(&m.sgl[3], 0xffffe000, 2 * PAGE_4K);
		assert_segment(&m.sgl[4], DMA_MAPPING_ERROR, 0);
		assert_segment(&m.sgl[5], DMA_MAPPING_ERROR, 0);
		/* A mark is one of the segment, not of the entry. */
		for (i = 0; i < 6; i++)
			assert_int_equal(sg_dma_is_bus_address(&m.sgl[i]),
					 i == 1 || i == 2);
	} else {
		assert_int_equal(m.sgt.nents, 6);
		for (i = 0; i < 6; i++)
			assert_int_equal(sg_dma_is_bus_address(&m.sgl[i]),
					 i == 2 || i == 3);
	}
	assert_mixed_carries(f, peer, &m, kinds);

	unmaps = iommu_stat(unmaps);
	dma_unmap_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0);
	if (f->variant->translated) {
		assert_int_equal(iommu_stat(unmaps) - unmaps, 1);
		assert_not_mapped(f, 0xffffc000, 4 * PAGE_4K);
	}
	mixed_destroy(&m);
	peer_destroy(peer);
}

/* Whatever comes first and last: unmap finds the one range between them. */
static void bus_addresses_may_stand_anywhere(void **state)
{
	static const char *const lists[] = { "prrp",   "pr",   "rp",
					     "rprprp", "pprr", "rrpp" };
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		uint64_t unmaps;
		struct mixed m;

		mixed_create(&m, peer, lists[i]);
		assert_int_equal(dma_map_sgtable(f->dev, &m.sgt,
						 DMA_BIDIRECTIONAL, 0),
				 0);
		assert_mixed_carries(f, peer, &m, lists[i]);
		unmaps = iommu_stat(unmaps);
		dma_unmap_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0);
		if (f->variant->translated)
			assert_int_equal(iommu_stat(unmaps) - unmaps, 1);
		mixed_destroy(&m);
	}
	dmasim_run_for(12 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	peer_destroy(peer);
}

/* spec: dma-core 62 */
static void a_peer_out_of_reach_fails_the_list_wherever_it_stands(void **state)
{
	static const char *const lists[] = { "p", "prr", "rpr", "rrp", "rprp" };
	struct fixture *f = *state;
	struct peer *peer;
	unsigned int i, k;
	uint64_t unmaps;

	rebuild(f, DMASIM_PEERS_NONE);
	peer = peer_create(f);
	unmaps = iommu_stat(unmaps);
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		struct dmasim_swiotlb_stats bounce;
		struct mixed m;

		mixed_create(&m, peer, lists[i]);
		m.sgt.nents = 77;
		assert_int_equal(dma_map_sgtable(f->dev, &m.sgt,
						 DMA_BIDIRECTIONAL, 0),
				 -EREMOTEIO);
		assert_int_equal(m.sgt.nents, 77);
		assert_int_equal(dma_map_sg(f->dev, m.sgl, m.sgt.orig_nents,
					    DMA_BIDIRECTIONAL),
				 0);
		if (f->variant->translated)
			for (k = 0; k < m.sgt.orig_nents; k++)
				assert_segment(&m.sgl[k], DMA_MAPPING_ERROR, 0);
		/* What stood before it is mapped no more, nor is there a copy. */
		assert_int_equal(dma_stat(maps), dma_stat(unmaps));
		assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
		assert_int_equal(iommu_stat(unmaps), unmaps);
		dmasim_swiotlb_get_stats(&bounce);
		assert_int_equal(bounce.used, 0);
		mixed_destroy(&m);
	}
	peer_destroy(peer);
}

/* spec: dma-core D10 */
static void an_untrusted_device_gets_no_bus_address(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct sg_table sgt = { .sgl = sgl, .nents = 77, .orig_nents = 2 };
	struct page *ram = ram_page();
	struct peer *peer;

	fixture_make_external(f);
	peer = peer_create(f);
	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], ram, 512, 0x100);
	sg_set_page(&sgl[1], peer_page(peer, 0), 4096, 0);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EREMOTEIO);

	assert_int_equal(sgt.nents, 77);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	__free_page(ram);
	peer_destroy(peer);
}

/* ---- single ranges --------------------------------------------------------------- */

/* spec: dma-core 48 (of a peer's BAR) */
static void a_resource_of_a_peer_is_reached(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_plug(f);
	dma_addr_t addr = dma_map_resource(f->dev, peer->phys + 0x1000, 0x10000,
					   DMA_BIDIRECTIONAL, 0);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	if (!f->variant->translated)
		assert_int_equal(addr, peer->phys + 0x1000);
	assert_arrives(f, peer, addr, 0x1000, 0x10000);
	/* An access of single bytes, across an aligned word. */
	assert_arrives(f, peer, addr + 5, 0x1005, 7);

	dma_unmap_resource(f->dev, addr, 0x10000, DMA_BIDIRECTIONAL, 0);
	peer_destroy(peer);
}

static void mmio_of_a_peer_is_reached(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_plug(f);
	dma_addr_t addr = dma_map_phys(f->dev, peer->phys, 4096,
				       DMA_FROM_DEVICE, DMA_ATTR_MMIO);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr, 4096, 3);
	assert_pattern(peer->memory, 4096, 3);

	dma_unmap_phys(f->dev, addr, 4096, DMA_FROM_DEVICE, DMA_ATTR_MMIO);
	peer_destroy(peer);
}

static void a_page_of_a_peer_is_mapped_by_its_physical_address(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	dma_addr_t addr = dma_map_page(f->dev, peer_page(peer, 2 * PAGE_SIZE),
				       0x10, 0x100, DMA_BIDIRECTIONAL);

	expect_checker(f, "checker-map-peer", 1);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_arrives(f, peer, addr, 2 * PAGE_SIZE + 0x10, 0x100);
	dma_sync_single_for_cpu(f->dev, addr, 0x100, DMA_BIDIRECTIONAL);

	dma_unmap_page(f->dev, addr, 0x100, DMA_BIDIRECTIONAL);
	peer_destroy(peer);
}

static void linked_pages_of_a_peer_are_reached(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct dma_iova_state s;

	expect_checker(f, "checker-map-peer", 1);
	assert_true(dma_iova_try_alloc(f->dev, &s, 0, 0x2000));
	assert_int_equal(dma_iova_link(f->dev, &s, peer->phys + 0x7000, 0,
				       0x2000, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &s, 0, 0x2000), 0);
	assert_arrives(f, peer, s.addr, 0x7000, 0x2000);

	dma_iova_destroy(f->dev, &s, 0x2000, DMA_BIDIRECTIONAL, 0);
	peer_destroy(peer);
}

/* Peer memory is never bounced: nobody could tell the peer. */
static void a_peer_is_not_bounced(void **state)
{
	struct fixture *f = *state;
	struct peer *peer;
	struct dma_iova_state s;

	fixture_make_external(f);
	peer = peer_create(f);

	expect_checker(f, "checker-map-peer", 1);
	assert_int_equal(dma_map_page(f->dev, peer_page(peer, 0), 0x10, 0x100,
				      DMA_BIDIRECTIONAL),
			 DMA_MAPPING_ERROR);
	assert_true(dma_iova_try_alloc(f->dev, &s, 0x10, 0x100));
	assert_int_equal(dma_iova_link(f->dev, &s, peer->phys + 0x10, 0, 0x100,
				       DMA_BIDIRECTIONAL, 0),
			 -EREMOTEIO);
	dma_iova_free(f->dev, &s);

	peer_destroy(peer);
}

static struct dmasim_swiotlb_stats bounces(void)
{
	struct dmasim_swiotlb_stats stats;

	dmasim_swiotlb_get_stats(&stats);
	return stats;
}

/* spec: dma-core 7.2: RAM is copied, the peer is still the peer */
static void a_forced_bounce_copies_what_is_ram(void **state)
{
	static const char kinds[] = "rprpr";
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct dmasim_swiotlb_stats pool = bounces();
	struct mixed m;
	unsigned int i;

	mixed_create(&m, peer, kinds);
	assert_int_equal(dma_map_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0),
			 0);

	assert_int_equal(m.sgt.nents, 5);
	for (i = 0; i < 5; i++) {
		u64 at = sg_dma_address(&m.sgl[i]) - pool.base;

		assert_int_equal(at < pool.slots * 2048, kinds[i] == 'r');
		assert_int_equal(sg_dma_is_bus_address(&m.sgl[i]),
				 kinds[i] == 'p');
	}
	assert_int_equal(bounces().used, 3 * 2);
	assert_mixed_carries(f, peer, &m, kinds);

	dma_unmap_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(bounces().used, 0);
	mixed_destroy(&m);
	peer_destroy(peer);
}

/* spec: dma-core 7.2: what would have to be copied, and may not */
static void
a_forced_bounce_fails_a_list_with_a_peer_behind_the_bridge(void **state)
{
	struct fixture *f = *state;
	struct peer *peer;
	struct mixed m;

	rebuild(f, DMASIM_PEERS_HOST_BRIDGE);
	peer = peer_create(f);
	mixed_create(&m, peer, "rrp");
	m.sgt.nents = 77;
	fill_pattern(page_address(m.ram[0]), PAGE_4K, 5);
	fill_pattern(peer->memory, PAGE_4K, 6);

	assert_int_equal(dma_map_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0),
			 -EIO);

	assert_int_equal(m.sgt.nents, 77);
	assert_int_equal(bounces().used, 0);
	assert_int_equal(bounces().used_hiwater, 4);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	assert_pattern(page_address(m.ram[0]), PAGE_4K, 5);
	assert_pattern(peer->memory, PAGE_4K, 6);
	mixed_destroy(&m);
	peer_destroy(peer);
}

/* spec: dma-core 92 */
static void behind_an_iommu_nothing_is_forced(void **state)
{
	static const char kinds[] = "rpr";
	struct fixture *f = *state;
	struct peer *peer;
	struct mixed m;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	peer = peer_create(f);
	mixed_create(&m, peer, kinds);
	assert_int_equal(dma_map_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(m.sgt.nents, 3);
	assert_mixed_carries(f, peer, &m, kinds);
	assert_int_equal(bounces().bounces, 0);
	dma_unmap_sgtable(f->dev, &m.sgt, DMA_BIDIRECTIONAL, 0);
	mixed_destroy(&m);
	peer_destroy(peer);
}

/* spec: dma-core 7.2: nobody looks for slots for it */
static void a_forced_bounce_refuses_a_peer(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);

	expect_checker(f, "checker-map-peer", 1);
	assert_int_equal(dma_map_page(f->dev, peer_page(peer, 0), 0, 4096,
				      DMA_BIDIRECTIONAL),
			 DMA_MAPPING_ERROR);
	assert_int_equal(bounces().used_hiwater, 0);
	assert_event(DMASIM_EVENT_REFUSAL, NULL, 0);

	peer_destroy(peer);
}

/* With bounce buffers or without: no copy is made, nor is one missing. */
static void a_peer_beyond_the_mask_is_refused(void **state)
{
	static const char *const option[] = { "512,1", "noforce" };
	struct fixture *f = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(option); i++) {
		struct peer *peer;

		f->cfg.swiotlb = option[i];
		fixture_rebuild(f);
		peer = peer_create(f);
		assert_true(peer->phys > DMA_BIT_MASK(32));
		assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
		assert_int_equal(dma_map_page(f->dev, peer_page(peer, 0), 0x10,
					      0x100, DMA_BIDIRECTIONAL),
				 DMA_MAPPING_ERROR);
		assert_int_equal(bounces().used_hiwater, 0);
		assert_int_equal(dma_stat(maps), 0);
		assert_event(DMASIM_EVENT_REFUSAL, NULL, 0);
		assert_event(DMASIM_EVENT_WARN, NULL, 0);
		peer_destroy(peer);
	}
}

int main(void)
{
	const struct CMUnitTest once[] = {
		fixture_case(pages_of_a_bar_come_and_go),
		fixture_case(impossible_parts_of_a_bar_are_refused),
		fixture_case(pages_of_a_bar_need_memory),
		fixture_case(the_state_remembers_one_provider),
		fixture_case(a_client_that_is_not_pci_reaches_no_peer),
	};
	const struct CMUnitTest any[] = {
		fixture_case(a_bus_address_is_a_segment_of_its_own),
		fixture_case(a_list_of_bus_addresses_does_not_touch_the_iommu),
		fixture_case(neighbours_are_joined_and_bus_addresses_are_not),
		fixture_case(bus_addresses_may_stand_anywhere),
		fixture_case(a_peer_out_of_reach_fails_the_list),
		fixture_case(
			a_peer_out_of_reach_fails_the_list_wherever_it_stands),
		fixture_case(a_peer_behind_the_host_bridge_is_mapped_like_ram),
		fixture_case(a_resource_of_a_peer_is_reached),
		fixture_case(mmio_of_a_peer_is_reached),
		fixture_case(
			a_page_of_a_peer_is_mapped_by_its_physical_address),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(an_untrusted_device_gets_no_bus_address),
		fixture_case(linked_pages_of_a_peer_are_reached),
		fixture_case(a_peer_is_not_bounced),
		fixture_case(behind_an_iommu_nothing_is_forced),
	};
	const struct CMUnitTest bounce[] = {
		fixture_case(a_forced_bounce_refuses_a_peer),
		fixture_case(a_forced_bounce_copies_what_is_ram),
		fixture_case(
			a_forced_bounce_fails_a_list_with_a_peer_behind_the_bridge),
		fixture_case(
			a_peer_out_of_reach_fails_the_list_wherever_it_stands),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(a_peer_beyond_the_mask_is_refused),
	};
	const struct variant forced[] = {
		{ "bounce", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "force" },
		{ "bounce,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "force", .noncoherent = true },
		{ "bounce,checker", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "force", .checker = true },
	};

	return run_variants("p2p", once, variants_untranslated) +
	       run_variants("p2p", any, variants_all) +
	       run_variants("p2p", any, variants_noncoherent) +
	       run_variants("p2p", any, variants_gap) +
	       run_variants("p2p", translated, variants_translated) +
	       run_variants("p2p", bounce, forced) +
	       run_variants("p2p", direct, variants_untranslated) +
	       run_variants_("p2p", direct, ARRAY_SIZE(direct),
			     variants_noncoherent, 1) +
	       run_variants("p2p", any, variants_speculation) +
	       run_variants("p2p", any, variants_checker_direct) +
	       run_variants("p2p", any, variants_checker_strict) +
	       run_variants("p2p", translated, variants_checker_strict) +
	       not_swept("pci_p2pdma_add_resource");
}
