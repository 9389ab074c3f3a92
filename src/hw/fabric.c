/* SPDX-License-Identifier: MIT */
/*
 * Routing: CPU accesses down to a BAR, device accesses up to memory.
 *
 *	CPU:    host bridge window -> root port window -> BAR -> model
 *	device: bus master? -> interrupt? -> a peer's BAR? -> window of the host
 *		bridge -> IOMMU -> RAM or BAR
 *
 * A device access is cut into runs: as far as one translation and one piece of
 * RAM reach. Each run is translated and copied under the device's dma_lock, so
 * an invalidation that has returned leaves no copy behind that uses the old
 * translation (hw_fabric_drain()).
 *
 * Peers: an address inside the root port's windows is another device's, which
 * decodes it without the IOMMU having seen it (HW_PEERS_DIRECT), or goes up like
 * any other (HW_PEERS_REDIRECT, as access control services do it). What the
 * IOMMU or the identity map then sends to a BAR is routed back down. With
 * HW_PEERS_NONE both are unsupported requests.
 *
 * A BAR is accessed in aligned pieces of at most 8 bytes, after dma_lock was
 * released because the peer's model may do anything: an invalidation does not
 * wait for such an access.
 *
 * I1  A refused access changes no byte from the first refused one on.
 * I2  Interrupt writes never reach the IOMMU, unless it translates them: then what
 *     leads to 0xfee00000..0xfeefffff is one, whatever address the device wrote to.
 * I3  What an access through a slot with .ram is spared to look at has not changed
 *     since hw_iommu_gen last moved, or moves it.
 *
 * Locks: fabric.lock for decoding, dma_lock for runs; see machine.h.
 * Tests: tests/unit/hw/test_mmio.c, test_dma.c, tests/unit/iommu/test_msi.c
 */
#include <stdio.h>

#include "hw/fabric.h"

/* Slots that are filled at once for a device that goes from page to page. */
#define REFILL_PAGES 16u

/* ---- down: CPU to device -------------------------------------------------- */

static bool inside(uint64_t addr, uint64_t len, uint64_t first, uint64_t end)
{
	return addr >= first && addr < end && end - addr >= len;
}

static bool in_port_window(uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		uint64_t first, last;

		first = __atomic_load_n(&hw_fabric.window[i].first,
					__ATOMIC_RELAXED);
		last = __atomic_load_n(&hw_fabric.window[i].last,
				       __ATOMIC_RELAXED);
		if (addr >= first && addr <= last)
			return true;
	}
	return false;
}

static bool in_host_window(uint64_t addr, uint64_t len)
{
	const struct hw_config *cfg = &hw_config;

	if (hw_in_msi(addr))
		return false;
	return inside(addr, len, cfg->mmio32_start, cfg->mmio32_end) ||
	       inside(addr, len, cfg->mmio64_start, cfg->mmio64_end);
}

/* Lock held. */
static bool find_bar(uint64_t addr, uint64_t len, struct hw_claim *claim)
{
	unsigned int slot, bar;

	for (slot = 0; slot < HW_NR_SLOTS; slot++) {
		struct hw_dev *dev = hw_fabric.dev[slot];

		if (!dev)
			continue;
		for (bar = 0; bar < HW_NR_BARS; bar++) {
			uint64_t off = addr - dev->bar_base[bar];
			uint64_t size = dev->model->bar[bar].size;

			if (dev->bar_base[bar] == UINT64_MAX || off >= size ||
			    size - off < len)
				continue;
			*claim = (struct hw_claim){ dev, bar, off };
			return true;
		}
	}
	return false;
}

/**
 * hw_fabric_claim() - who decodes a physical address?
 * @phys: physical address
 * @len: bytes, all within one BAR
 * @claim: result
 *
 * Context: fabric.lock not held.
 * Return: false if no enabled BAR behind open windows has it.
 */
bool hw_fabric_claim(uint64_t phys, uint64_t len, struct hw_claim *claim)
{
	bool found = false;

	if (!hw_powered || !in_host_window(phys, len) || !in_port_window(phys))
		return false;
	host_mutex_lock(&hw_fabric.lock);
	found = find_bar(phys, len, claim);
	host_mutex_unlock(&hw_fabric.lock);
	return found;
}

static bool bad_mmio(uint64_t phys, unsigned int size)
{
	return (size != 1 && size != 2 && size != 4 && size != 8) ||
	       phys & (size - 1);
}

static void unclaimed(const char *what, uint64_t phys, unsigned int size)
{
	host_event_add(HOST_EVENT_FAULT, "mmio-unclaimed", NULL, phys, size,
		       "CPU %s of %u bytes at 0x%llx: %s", what, size,
		       (unsigned long long)phys,
		       bad_mmio(phys, size) ? "unaligned" : "nobody claims it");
}

static uint64_t bar_read(const struct hw_claim *c, unsigned int size)
{
	if (hw_msix_claims(c->dev, c->bar, c->off))
		return hw_msix_read(c->dev, c->off, size);
	if (!c->dev->model->bar_read)
		return 0;
	return c->dev->model->bar_read(c->dev, c->bar, c->off, size);
}

static void bar_write(const struct hw_claim *c, unsigned int size, uint64_t val)
{
	if (hw_msix_claims(c->dev, c->bar, c->off))
		hw_msix_write(c->dev, c->off, size, val);
	else if (c->dev->model->bar_write)
		c->dev->model->bar_write(c->dev, c->bar, c->off, size, val);
}

/**
 * hw_mmio_read() - CPU load from device memory
 * @phys: physical address, aligned to @size
 * @size: 1, 2, 4 or 8
 *
 * Context: any thread, no hardware lock held; runs the model's bar_read.
 * Return: the value; all ones, and event "mmio-unclaimed", if nobody has it.
 */
uint64_t hw_mmio_read(uint64_t phys, unsigned int size)
{
	uint64_t mask = size < 8 ? (1ull << 8 * size) - 1 : UINT64_MAX;
	struct hw_claim c;

	hw_cost_cpu(HW_COST_MMIO_READ, 1);
	if (bad_mmio(phys, size) || !hw_fabric_claim(phys, size, &c)) {
		unclaimed("read", phys, size);
		return mask;
	}
	return bar_read(&c, size) & mask;
}

/**
 * hw_mmio_write() - CPU store to device memory
 * @phys: physical address, aligned to @size
 * @size: 1, 2, 4 or 8
 * @val: the value
 *
 * A store that nobody claims vanishes, with event "mmio-unclaimed".
 * Context: any thread, no hardware lock held; runs the model's bar_write, and
 * thereby possibly DMA and interrupt handlers.
 */
void hw_mmio_write(uint64_t phys, unsigned int size, uint64_t val)
{
	struct hw_claim c;

	hw_cost_cpu(HW_COST_MMIO_WRITE, 1);
	if (bad_mmio(phys, size) || !hw_fabric_claim(phys, size, &c)) {
		unclaimed("write", phys, size);
		return;
	}
	bar_write(&c, size, val);
}

/* ---- up: device to memory ------------------------------------------------- */

static void (*dma_observer)(const struct hw_dma_access *access);

/**
 * hw_fabric_drain() - wait until no device copies through what was translated
 *	before this call
 *
 * Context: no lock held.
 */
void hw_fabric_drain(void)
{
	unsigned int i;

	host_mutex_lock(&hw_fabric.lock);
	for (i = 0; i < HW_NR_SLOTS; i++) {
		struct hw_dev *dev = hw_fabric.dev[i];

		if (!dev ||
		    !__atomic_load_n(&dev->dma_lock.word, __ATOMIC_SEQ_CST))
			continue;
		host_mutex_lock(&dev->dma_lock);
		host_mutex_unlock(&dev->dma_lock);
	}
	host_mutex_unlock(&hw_fabric.lock);
}

/**
 * struct run - one step of a device access
 * @addr: device address
 * @len: bytes wanted on entry, bytes that were or can be moved on return
 * @phys: where the translation led, once there is one
 * @pasid: of the request, 0: none
 * @level, @entry: on a refusal, as in struct hw_xlate
 */
struct run {
	uint64_t addr;
	uint64_t len;
	uint64_t phys;
	uint64_t entry;
	uint32_t pasid;
	uint8_t level;
};

/* Is no address from @first to @last routed before it is translated? */
static bool only_translated(uint64_t first, uint64_t last)
{
	unsigned int i;

	if (first <= HW_MSI_LAST && last >= HW_MSI_FIRST)
		return false;
	for (i = 0; i < 2; i++) {
		if (first <= __atomic_load_n(&hw_fabric.window[i].last,
					     __ATOMIC_RELAXED) &&
		    last >= __atomic_load_n(&hw_fabric.window[i].first,
					    __ATOMIC_RELAXED))
			return false;
	}
	return true;
}

/*
 * Need accesses to what is RAM behind translations of @first to @last do anything but
 * copy? Asked after the generation was.
 */
static bool copies_only(const struct hw_dev *dev, uint64_t first, uint64_t last)
{
	return !hw_config.confidential && !hw_config.nr_dma_windows &&
	       __atomic_load_n(&dev->master, __ATOMIC_RELAXED) &&
	       only_translated(first, last);
}

/* @r went the long way to RAM: need the next one by its slot do so? */
static void learn_slot(struct hw_dev *dev, const struct run *r, bool write)
{
	struct hw_tlb_slot *s = hw_tlb_slot(&dev->tlb, r->addr);

	s->ram = !r->pasid && hw_tlb_knows(s, r->addr, write) &&
		 hw_ram_run(s->phys) > s->span &&
		 copies_only(dev, s->first, s->first + s->span);
}

/*
 * Translate and bound one run. dma_lock held. HW_ERR_DECODE: no RAM there, but a
 * peer may have r->phys and the r->len bytes from there on.
 */
static enum hw_status route(struct hw_dev *dev, struct run *r, bool write)
{
	uint64_t addr = r->addr, ram;
	enum hw_status status;
	struct hw_xlate x;

	if (!__atomic_load_n(&dev->master, __ATOMIC_RELAXED))
		return HW_ERR_BUSMASTER;
	if (hw_unlikely(in_port_window(r->addr)) &&
	    hw_config.peers != HW_PEERS_REDIRECT) {
		r->phys = r->addr;
		return HW_ERR_DECODE;
	}
	if (r->addr < HW_MSI_FIRST)
		r->len = hw_min(r->len, HW_MSI_FIRST - r->addr);
	if (!hw_window_pass(&addr, &r->len))
		return HW_ERR_WINDOW;

	if (hw_unlikely(r->pasid))
		status = hw_iommu_translate_pasid(dev, r->pasid, addr, r->len,
						  write, &x);
	else
		status = hw_iommu_translate(dev, &dev->tlb, addr, r->len, write,
					    &x);
	if (hw_unlikely(status)) {
		r->level = x.level;
		r->entry = x.entry;
		return status;
	}
	r->phys = x.phys;
	r->len = hw_min(r->len - 1, x.run_last) + 1;
	ram = hw_ram_run(x.phys);
	if (hw_unlikely(!ram))
		return HW_ERR_DECODE;
	r->len = hw_min(r->len, ram);
	if (hw_unlikely(hw_config.confidential))
		r->len = hw_shared_run(x.phys, r->len);
	learn_slot(dev, r, write);
	return r->len ? HW_OK : HW_ERR_PRIVATE;
}

/* The part of a run that lies in one BAR of a peer. No lock held. */
static enum hw_status access_peer(struct run *r, char *buf, bool write)
{
	struct hw_claim c;
	uint64_t left;

	if (hw_config.peers == HW_PEERS_NONE ||
	    !hw_fabric_claim(r->phys, 1, &c))
		return HW_ERR_DECODE;
	r->len = hw_min(r->len, c.dev->model->bar[c.bar].size - c.off);
	for (left = r->len; left;) {
		unsigned int size = 8;
		uint64_t val = 0;

		while (c.off % size || size > left)
			size /= 2;
		if (write) {
			memcpy(&val, buf, size);
			bar_write(&c, size, val);
		} else {
			val = bar_read(&c, size);
			memcpy(buf, &val, size);
		}
		c.off += size;
		buf += size;
		left -= size;
	}
	return HW_OK;
}

/* Words for a bus fault. */
static const char *explain(struct hw_dev *dev, const struct run *r,
			   enum hw_status status, char *buf, size_t size)
{
	struct hw_claim c;
	const char *who = "nobody claims it";

	if (status == HW_ERR_BUSMASTER)
		return NULL;
	if (status == HW_ERR_WINDOW)
		return "the host bridge does not take this address";
	if (status == HW_ERR_SIZE)
		return "an interrupt message is one aligned 4-byte write";
	if (status == HW_ERR_PRIVATE) {
		snprintf(buf, size, "physical 0x%llx is private memory",
			 (unsigned long long)r->phys);
		return buf;
	}
	if (hw_in_msi(hw_config.iommu_messages ? r->phys : r->addr))
		return "interrupt addresses cannot be read";
	if (in_port_window(r->addr) && hw_config.peers == HW_PEERS_NONE)
		return "address of a peer (below the same root port)";
	if (hw_fabric_claim(r->phys, 1, &c))
		who = c.dev == dev ? "address of the device itself" :
				     "address of a peer";
	snprintf(buf, size, "physical 0x%llx: %s", (unsigned long long)r->phys,
		 who);
	return buf;
}

static enum hw_status __attribute__((noinline))
refuse(struct hw_dev *dev, const struct run *r, enum hw_status status,
       uint64_t len, bool write)
{
	const struct hw_iommu_fault fault = {
		.rid = hw_dev_requester(dev),
		.pasid = r->pasid,
		.write = write,
		.reason = status,
		.level = r->level,
		.entry = r->entry,
		.addr = r->addr,
		.len = len,
	};
	char buf[96];

	hw_fault_report(dev, &fault, explain(dev, r, status, buf, sizeof(buf)));
	return status;
}

/* An access that starts at an interrupt address, which is r->phys. */
static enum hw_status __attribute__((noinline))
message(struct hw_dev *dev, const struct run *r, const void *buf, size_t len,
	bool write)
{
	uint32_t data;

	if (!__atomic_load_n(&dev->master, __ATOMIC_RELAXED))
		return refuse(dev, r, HW_ERR_BUSMASTER, len, write);
	if (!write)
		return refuse(dev, r, HW_ERR_DECODE, len, write);
	if (len != sizeof(data) || r->phys & 3)
		return refuse(dev, r, HW_ERR_SIZE, len, write);
	memcpy(&data, buf, sizeof(data));
	hw_irq_send(r->phys, data);
	return HW_OK;
}

/* Is a message sent to this device address whatever the IOMMU says of it? */
static bool untranslated_message(uint64_t addr)
{
	return hw_in_msi(addr) && !hw_config.iommu_messages;
}

void hw_set_dma_observer(void (*fn)(const struct hw_dma_access *access))
{
	__atomic_store_n(&dma_observer, fn, __ATOMIC_RELEASE);
}

static void __attribute__((noinline))
observe(struct hw_dev *dev, const struct run *r, const void *data, bool write)
{
	void (*fn)(const struct hw_dma_access *access) =
		__atomic_load_n(&dma_observer, __ATOMIC_ACQUIRE);
	const struct hw_dma_access access = {
		.rid = hw_dev_rid(dev),
		.write = write,
		.coherent = !dev->noncoherent,
		.pasid = r->pasid,
		.addr = r->addr,
		.phys = r->phys,
		.len = r->len,
		.data = data,
	};

	if (fn)
		fn(&access);
}

static inline void move(struct hw_dev *dev, uint64_t phys, char *buf,
			uint64_t len, bool write)
{
	if (write)
		hw_mem_write(dev, phys, buf, len);
	else
		hw_mem_read(dev, phys, buf, len);
}

/*
 * One run of an access of @len bytes, the long way. dma_lock held, and not on
 * return.
 */
static enum hw_status __attribute__((noinline))
access_run(struct hw_dev *dev, struct run *r, char *buf, size_t len, bool write)
{
	enum hw_status status = HW_ERR_RANGE;

	r->len = len;
	if (hw_unlikely(untranslated_message(r->addr))) {
		host_mutex_unlock(&dev->dma_lock);
		r->phys = r->addr;
		return message(dev, r, buf, len, write);
	}
	if (hw_likely(r->addr + (len - 1) >= r->addr))
		status = route(dev, r, write);
	if (hw_likely(!status))
		move(dev, r->phys, buf, r->len, write);
	host_mutex_unlock(&dev->dma_lock);
	if (hw_unlikely(status == HW_ERR_DECODE)) {
		if (hw_config.iommu_messages && hw_in_msi(r->phys)) {
			r->len = len;
			return message(dev, r, buf, len, write);
		}
		status = access_peer(r, buf, write);
	}
	if (hw_unlikely(status))
		return refuse(dev, r, status, len, write);
	if (hw_unlikely(__atomic_load_n(&dma_observer, __ATOMIC_RELAXED)))
		observe(dev, r, buf, write);
	return HW_OK;
}

/* Is slot @s all that an access to @addr needs? dma_lock held. */
static inline bool serves(const struct hw_tlb_slot *s, uint64_t addr,
			  bool write)
{
	return s->ram && hw_tlb_knows(s, addr, write) &&
	       !__atomic_load_n(&dma_observer, __ATOMIC_RELAXED);
}

/* Slot @s does not serve. Does it when it is asked for anew? */
static bool refill(struct hw_dev *dev, struct hw_tlb_slot *s, uint64_t addr,
		   bool write)
{
	uint64_t page = addr >> HW_PAGE_LG2;
	const struct hw_tlb_slot *end;
	unsigned int nr;

	if (hw_tlb_knows(s, addr, write) ||
	    __atomic_load_n(&dma_observer, __ATOMIC_RELAXED))
		return false;
	nr = hw_iommu_refill(dev, addr,
			     page == dev->tlb.next ? REFILL_PAGES : 1);
	dev->tlb.next = page + nr;
	if (!nr)
		return false;
	end = hw_tlb_slot(&dev->tlb, addr + (nr - 1) * HW_PAGE);
	if (!copies_only(dev, s->first, end->first + end->span))
		while (nr--)
			hw_tlb_slot(&dev->tlb, addr + nr * HW_PAGE)->ram =
				false;
	return serves(s, addr, write);
}

/* Bytes from @addr on that slot @s leads to, minus 1. */
static inline uint64_t slot_last(const struct hw_tlb_slot *s, uint64_t addr)
{
	return s->span - (addr - s->first);
}

static inline void copy(struct hw_dev *dev, const struct hw_tlb_slot *s,
			uint64_t addr, char *buf, size_t len, bool write)
{
	dev->tlb.hits += s->cached;
	move(dev, s->phys + (addr - s->first), buf, len, write);
}

/* An access run by run. dma_lock held, and not on return. */
static enum hw_status __attribute__((noinline))
access_runs(struct hw_dev *dev, uint32_t pasid, uint64_t addr, char *buf,
	    size_t len, bool write)
{
	bool wraps = addr + (len - 1) < addr;

	while (len) {
		struct hw_tlb_slot *s = hw_tlb_slot(&dev->tlb, addr);
		struct run r = { .addr = addr, .pasid = pasid };

		if (!pasid && !wraps &&
		    (serves(s, addr, write) || refill(dev, s, addr, write))) {
			r.len = hw_min(len - 1, slot_last(s, addr)) + 1;
			copy(dev, s, addr, buf, r.len, write);
			host_mutex_unlock(&dev->dma_lock);
		} else {
			enum hw_status status;

			status = access_run(dev, &r, buf, len, write);
			if (hw_unlikely(status))
				return status;
		}
		addr += r.len;
		buf += r.len;
		len -= r.len;
		if (!len)
			return HW_OK;
		host_mutex_lock(&dev->dma_lock);
	}
	host_mutex_unlock(&dev->dma_lock);
	return HW_OK;
}

/* The slot had to be asked for first, or does not lead as far. */
static enum hw_status __attribute__((noinline))
access_anew(struct hw_dev *dev, struct hw_tlb_slot *s, uint64_t addr, char *buf,
	    size_t len, bool write)
{
	if (!refill(dev, s, addr, write) || len - 1 > slot_last(s, addr))
		return access_runs(dev, 0, addr, buf, len, write);
	copy(dev, s, addr, buf, len, write);
	host_mutex_unlock(&dev->dma_lock);
	return HW_OK;
}

/*
 * One access; @buf is the source if @write, else the destination. Inlined: most are
 * one run by a slot, and those have nothing to ask on the way.
 */
static inline enum hw_status __attribute__((always_inline))
access_memory(struct hw_dev *dev, uint64_t addr, char *buf, size_t len,
	      bool write)
{
	struct hw_tlb_slot *s = hw_tlb_slot(&dev->tlb, addr);

	/* On its way while the lock is taken. */
	__builtin_prefetch(s);
	host_mutex_lock(&dev->dma_lock);
	if (hw_unlikely(!serves(s, addr, write) ||
			len - 1 > slot_last(s, addr)))
		return access_anew(dev, s, addr, buf, len, write);
	copy(dev, s, addr, buf, len, write);
	host_mutex_unlock(&dev->dma_lock);
	return HW_OK;
}

static enum hw_status access_pasid(struct hw_dev *dev, uint32_t pasid,
				   uint64_t addr, char *buf, size_t len,
				   bool write)
{
	host_mutex_lock(&dev->dma_lock);
	return access_runs(dev, pasid, addr, buf, len, write);
}

/**
 * hw_dma_read() - a device reads memory
 * @dev: its port
 * @addr: device address
 * @buf: result
 * @len: bytes, any alignment
 *
 * Context: model code, no lock held that its register callbacks take.
 * Return: HW_OK or why the access was refused; bytes before the first refused
 * one have been read.
 */
enum hw_status hw_dma_read(struct hw_dev *dev, uint64_t addr, void *buf,
			   size_t len)
{
	return access_memory(dev, addr, buf, len, false);
}

/**
 * hw_dma_write() - a device writes memory, or sends an interrupt message
 * @dev: its port
 * @addr: device address
 * @buf: the bytes
 * @len: how many, any alignment
 *
 * Context: model code, no lock held that its register callbacks take; an
 * interrupt handler may run before the return.
 * Return: HW_OK or why the access was refused; bytes before the first refused
 * one have been written.
 */
enum hw_status hw_dma_write(struct hw_dev *dev, uint64_t addr, const void *buf,
			    size_t len)
{
	return access_memory(dev, addr, (char *)(uintptr_t)buf, len, true);
}

/**
 * hw_dma_read_pasid() - a device reads memory of a process
 * @dev: its port
 * @pasid: of the request
 * @addr: address of that process
 * @buf: result
 * @len: bytes, any alignment
 *
 * Context, return: as hw_dma_read().
 */
enum hw_status hw_dma_read_pasid(struct hw_dev *dev, uint32_t pasid,
				 uint64_t addr, void *buf, size_t len)
{
	return access_pasid(dev, pasid, addr, buf, len, false);
}

/**
 * hw_dma_write_pasid() - a device writes memory of a process
 * @dev: its port
 * @pasid: of the request
 * @addr: address of that process
 * @buf: the bytes
 * @len: how many, any alignment
 *
 * Context, return: as hw_dma_write().
 */
enum hw_status hw_dma_write_pasid(struct hw_dev *dev, uint32_t pasid,
				  uint64_t addr, const void *buf, size_t len)
{
	return access_pasid(dev, pasid, addr, (char *)(uintptr_t)buf, len,
			    true);
}

/**
 * hw_dma_probe() - would an access to one byte be translated?
 * @dev: its port
 * @pasid: of the request, 0: none
 * @addr: device address
 * @write: the right that is needed
 *
 * What a device with a TLB of its own asks before it accesses.
 * Context: model code.
 * Return: HW_OK or why not; nothing is recorded.
 */
enum hw_status hw_dma_probe(struct hw_dev *dev, uint32_t pasid, uint64_t addr,
			    bool write)
{
	struct run r = { .addr = addr, .len = 1, .pasid = pasid };
	enum hw_status status;

	if (untranslated_message(addr))
		return HW_OK;
	host_mutex_lock(&dev->dma_lock);
	status = route(dev, &r, write);
	host_mutex_unlock(&dev->dma_lock);
	return status;
}
