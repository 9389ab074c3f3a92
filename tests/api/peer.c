/* SPDX-License-Identifier: MIT */
/*
 * Shared by the suites of tests/api, see peer.h.
 */
#include "api/peer.h"

#include <stdlib.h>

static uint64_t peer_read(struct dmasim_device *dev, unsigned int bar,
			  uint64_t off, unsigned int size)
{
	struct peer *peer = dmasim_device_priv(dev);
	uint64_t val = 0;

	memcpy(&val, peer->memory + off, size);
	return val;
}

static void peer_write(struct dmasim_device *dev, unsigned int bar,
		       uint64_t off, unsigned int size, uint64_t val)
{
	struct peer *peer = dmasim_device_priv(dev);

	memcpy(peer->memory + off, &val, size);
}

struct peer *peer_plug(struct fixture *f)
{
	static const struct dmasim_model model = {
		.name = "peer",
		.vendor = 0x1d0f,
		.device = 0xd3a7,
		.class_code = 0x050000,
		.bar = { { .size = PEER_BAR, .is64 = true, .prefetch = true } },
		.bar_read = peer_read,
		.bar_write = peer_write,
	};
	struct peer *peer = calloc(1, sizeof(*peer));

	assert_non_null(peer);
	if (dmasim_device_create(f->machine, &model, peer, &peer->hw))
		fail_msg("%s", dmasim_refusal());
	peer->pdev = to_pci_dev(dmasim_device_kernel(peer->hw));
	assert_int_equal(pci_enable_device_mem(peer->pdev), 0);
	peer->phys = pci_resource_start(peer->pdev, 0);
	return peer;
}

struct peer *peer_create(struct fixture *f)
{
	struct peer *peer = peer_plug(f);

	assert_int_equal(pci_p2pdma_add_resource(peer->pdev, 0, 0, 0), 0);
	return peer;
}

void peer_destroy(struct peer *peer)
{
	pci_disable_device(peer->pdev);
	dmasim_device_destroy(peer->hw);
	free(peer);
}
