/* SPDX-License-Identifier: MIT */
/*
 * MSI-X: table, pending bits, and sending.
 *
 *	BAR msix_bar:  msix_offset        + 16 * vectors
 *	               | addr data ctrl |  ...  | pending bits |
 *
 * A message is an ordinary posted write by the device, so it passes the same
 * bus-master check and the same routing as its data. A vector that is masked,
 * by its own bit or for the whole function, remembers that it has something to
 * say and says it once when it is unmasked.
 *
 * I1  A pending bit is set only while its vector is masked.
 *
 * Locks: msix_lock (leaf) around table and bits; never while sending.
 * Tests: tests/unit/hw/test_msix.c
 */
#include "hw/fabric.h"

#define ENTRY_BYTES 16u

/**
 * hw_msix_pba_offset() - where the pending bits are
 * @model: the device
 *
 * Context: any.
 * Return: offset in BAR msix_bar; a multiple of 8.
 */
uint32_t hw_msix_pba_offset(const struct hw_model *model)
{
	return model->msix_offset + ENTRY_BYTES * model->msix_vectors;
}

/**
 * hw_msix_end() - end of what MSI-X takes of its BAR
 * @model: the device
 *
 * Context: any.
 * Return: offset in BAR msix_bar, exclusive.
 */
uint32_t hw_msix_end(const struct hw_model *model)
{
	return hw_msix_pba_offset(model) + (model->msix_vectors + 63u) / 64 * 8;
}

/**
 * hw_msix_reset() - all vectors masked and silent, MSI-X off
 * @dev: the device
 *
 * Context: reset or plugging.
 */
void hw_msix_reset(struct hw_dev *dev)
{
	unsigned int nr = dev->model->msix_vectors, i;

	host_mutex_lock(&dev->msix_lock);
	for (i = 0; i < nr; i++)
		dev->msix[i] = (struct hw_msix_entry){
			.ctrl = HW_MSIX_CTRL_MASKED,
		};
	memset(dev->msix_pending, 0, (nr + 63) / 64 * 8);
	dev->msix_on = false;
	dev->msix_masked = false;
	host_mutex_unlock(&dev->msix_lock);
}

/**
 * hw_msix_set_ctrl() - the message control register was written
 * @dev: the device
 * @ctrl: its new value
 *
 * Context: fabric.lock held; hw_msix_flush() follows after its release.
 */
void hw_msix_set_ctrl(struct hw_dev *dev, uint16_t ctrl)
{
	host_mutex_lock(&dev->msix_lock);
	dev->msix_on = ctrl & CFG_MSIX_CTRL_ENABLE;
	dev->msix_masked = ctrl & CFG_MSIX_CTRL_MASK;
	host_mutex_unlock(&dev->msix_lock);
}

static bool send(struct hw_dev *dev, const struct hw_msix_entry *e)
{
	uint64_t addr = e->addr_lo | (uint64_t)e->addr_hi << 32;

	return hw_dma_write(dev, addr, &e->data, sizeof(e->data)) == HW_OK;
}

static bool is_masked(const struct hw_dev *dev, unsigned int vector)
{
	return dev->msix_masked || dev->msix[vector].ctrl & HW_MSIX_CTRL_MASKED;
}

/**
 * hw_msix_flush() - send what is pending and no longer masked
 * @dev: the device
 *
 * Context: no lock held; the sink runs.
 */
void hw_msix_flush(struct hw_dev *dev)
{
	unsigned int i;

	for (i = 0; i < dev->model->msix_vectors; i++) {
		uint64_t bit = 1ull << i % 64;
		struct hw_msix_entry entry;
		bool go;

		host_mutex_lock(&dev->msix_lock);
		go = dev->msix_on && dev->msix_pending[i / 64] & bit &&
		     !is_masked(dev, i);
		if (go) {
			dev->msix_pending[i / 64] &= ~bit;
			entry = dev->msix[i];
		}
		host_mutex_unlock(&dev->msix_lock);
		if (go)
			send(dev, &entry);
	}
}

/**
 * hw_dev_irq() - send MSI-X message @vector
 * @dev: the port
 * @vector: index into the table
 *
 * Context: no lock held that a register callback takes (V1).
 * Return: true if the message went out; false if it is masked (then it is
 * pending), MSI-X is off, or the write was refused.
 */
bool hw_dev_irq(struct hw_dev *dev, unsigned int vector)
{
	struct hw_msix_entry entry;
	bool go = false;

	if (vector >= dev->model->msix_vectors) {
		host_event_add(HOST_EVENT_MISUSE, "msix-vector", dev->name,
			       vector, 0, "%s has no vector %u",
			       dev->model->name, vector);
		return false;
	}

	host_mutex_lock(&dev->msix_lock);
	if (dev->msix_on) {
		go = !is_masked(dev, vector);
		if (go)
			entry = dev->msix[vector];
		else
			dev->msix_pending[vector / 64] |= 1ull << vector % 64;
	}
	host_mutex_unlock(&dev->msix_lock);
	return go && send(dev, &entry);
}

/**
 * hw_msix_claims() - does an offset belong to the table or the pending bits?
 * @dev: the device
 * @bar: BAR accessed
 * @off: offset in it
 *
 * Context: any.
 * Return: true if the fabric answers, not the model.
 */
bool hw_msix_claims(const struct hw_dev *dev, unsigned int bar, uint64_t off)
{
	const struct hw_model *m = dev->model;

	return m->msix_vectors && bar == m->msix_bar && off >= m->msix_offset &&
	       off < hw_msix_end(m);
}

/* The 32-bit register at @off, relative to the table. Lock held. */
static uint32_t read_word(struct hw_dev *dev, uint32_t off)
{
	uint32_t table = ENTRY_BYTES * dev->model->msix_vectors;
	uint32_t word;

	if (off < table)
		memcpy(&word, (char *)dev->msix + off, sizeof(word));
	else
		memcpy(&word, (char *)dev->msix_pending + off - table,
		       sizeof(word));
	return word;
}

/**
 * hw_msix_read() - CPU reads table or pending bits
 * @dev: the device
 * @off: offset in the BAR, aligned to @size
 * @size: 1, 2, 4 or 8
 *
 * Context: no lock held.
 * Return: the value.
 */
uint64_t hw_msix_read(struct hw_dev *dev, uint64_t off, unsigned int size)
{
	uint32_t rel = (uint32_t)(off - dev->model->msix_offset);
	uint64_t val;

	host_mutex_lock(&dev->msix_lock);
	val = read_word(dev, rel & ~3u);
	if (size == 8)
		val |= (uint64_t)read_word(dev, rel + 4) << 32;
	host_mutex_unlock(&dev->msix_lock);
	return val >> 8 * (rel & 3);
}

/**
 * hw_msix_write() - CPU writes the table
 * @dev: the device
 * @off: offset in the BAR, aligned to @size
 * @size: 4 or 8; narrower writes and writes to pending bits vanish
 * @val: the value
 *
 * Context: no lock held; sends what the write unmasked.
 */
void hw_msix_write(struct hw_dev *dev, uint64_t off, unsigned int size,
		   uint64_t val)
{
	uint32_t rel = (uint32_t)(off - dev->model->msix_offset);

	if (size < 4 || rel >= ENTRY_BYTES * dev->model->msix_vectors)
		return;
	host_mutex_lock(&dev->msix_lock);
	memcpy((char *)dev->msix + rel, &val, size);
	host_mutex_unlock(&dev->msix_lock);
	hw_msix_flush(dev);
}
