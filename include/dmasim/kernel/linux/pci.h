/* SPDX-License-Identifier: MIT */
/*
 * PCI for drivers: functions, buses, configuration space, BARs, MSI-X.
 *
 * Same: types and fields below, enumeration order, driver binding, config
 * access codes, enable counting, regions, save/restore, MSI-X allocation with
 * affinity, capability search, ACS queries, function level reset.
 * Reduced: one host bridge in domain 0; no INTx and no plain MSI (the machine
 * has MSI-X only); no SR-IOV (as without CONFIG_PCI_IOV); power states are
 * recorded, not entered; no slots, hotplug, VPD, ROM mapping.
 * Stub: ASPM, error reporting, wake-up: no effect in the kernel's own sense of
 * a machine that does not have them.
 */
#ifndef _DMASIM_LINUX_PCI_H
#define _DMASIM_LINUX_PCI_H

#include <linux/mod_devicetable.h>
#include <linux/types.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/resource_ext.h>
#include <linux/msi.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>

/* clang-format off */
#define PCI_DEVFN(slot, func)	((((slot) & 0x1f) << 3) | ((func) & 0x07))
#define PCI_SLOT(devfn)		(((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)		((devfn) & 0x07)
#define PCI_DEVID(bus, devfn)	((((u16)(bus)) << 8) | (devfn))
#define PCI_BUS_NUM(x)		(((x) >> 8) & 0xff)

/* Results of configuration accesses; 0 is success. */
#define PCIBIOS_SUCCESSFUL		0x00
#define PCIBIOS_FUNC_NOT_SUPPORTED	0x81
#define PCIBIOS_BAD_VENDOR_ID		0x83
#define PCIBIOS_DEVICE_NOT_FOUND	0x86
#define PCIBIOS_BAD_REGISTER_NUMBER	0x87
#define PCIBIOS_SET_FAILED		0x88
#define PCIBIOS_BUFFER_TOO_SMALL	0x89
/* clang-format on */

int pcibios_err_to_errno(int err);

#define PCI_ERROR_RESPONSE (~0ULL)
#define PCI_SET_ERROR_RESPONSE(val) \
	(*(val) = ((typeof(*(val)))PCI_ERROR_RESPONSE))
#define PCI_POSSIBLE_ERROR(val) ((val) == ((typeof(val))PCI_ERROR_RESPONSE))

/* Indices into pci_dev.resource[]. */
enum {
	PCI_STD_RESOURCES,
	PCI_STD_RESOURCE_END = PCI_STD_RESOURCES + PCI_STD_NUM_BARS - 1,
	PCI_ROM_RESOURCE,
	PCI_IOV_RESOURCES,
	PCI_IOV_RESOURCE_END = PCI_IOV_RESOURCES + 5,
	PCI_BRIDGE_IO_WINDOW,
	PCI_BRIDGE_MEM_WINDOW,
	PCI_BRIDGE_PREF_MEM_WINDOW,
	PCI_BRIDGE_SPARE_WINDOW,
#define PCI_BRIDGE_RESOURCE_NUM 4
	PCI_BRIDGE_RESOURCES = PCI_BRIDGE_IO_WINDOW,
	PCI_BRIDGE_RESOURCE_END =
		PCI_BRIDGE_RESOURCES + PCI_BRIDGE_RESOURCE_NUM - 1,
	PCI_NUM_RESOURCES,
	DEVICE_COUNT_RESOURCE = PCI_NUM_RESOURCES,
};

typedef int __bitwise pci_power_t;

/* clang-format off */
#define PCI_D0		((pci_power_t __force)0)
#define PCI_D1		((pci_power_t __force)1)
#define PCI_D2		((pci_power_t __force)2)
#define PCI_D3hot	((pci_power_t __force)3)
#define PCI_D3cold	((pci_power_t __force)4)
#define PCI_UNKNOWN	((pci_power_t __force)5)
#define PCI_POWER_ERROR	((pci_power_t __force)-1)
/* clang-format on */

typedef unsigned int __bitwise pci_channel_state_t;

enum {
	pci_channel_io_normal = (__force pci_channel_state_t)1,
	pci_channel_io_frozen = (__force pci_channel_state_t)2,
	pci_channel_io_perm_failure = (__force pci_channel_state_t)3,
};

typedef unsigned int __bitwise pci_ers_result_t;

enum pci_ers_result {
	PCI_ERS_RESULT_NONE = (__force pci_ers_result_t)1,
	PCI_ERS_RESULT_CAN_RECOVER = (__force pci_ers_result_t)2,
	PCI_ERS_RESULT_NEED_RESET = (__force pci_ers_result_t)3,
	PCI_ERS_RESULT_DISCONNECT = (__force pci_ers_result_t)4,
	PCI_ERS_RESULT_RECOVERED = (__force pci_ers_result_t)5,
	PCI_ERS_RESULT_NO_AER_DRIVER = (__force pci_ers_result_t)6,
};

typedef unsigned short __bitwise pci_dev_flags_t;
typedef u64 pci_bus_addr_t;

/** struct pci_bus_region - a range of bus addresses, @end inclusive. */
struct pci_bus_region {
	pci_bus_addr_t start;
	pci_bus_addr_t end;
};

struct pci_bus;
struct pci_dev;
struct pci_driver;
struct pci_sriov;
struct pci_p2pdma;
struct pci_saved_state;
struct pci_sim_firmware;
struct pci_vpd;

/**
 * struct pci_ops - how configuration space of a bus is reached
 * @read, @write: @size 1, 2 or 4; return a PCIBIOS code
 */
struct pci_ops {
	int (*add_bus)(struct pci_bus *bus);
	void (*remove_bus)(struct pci_bus *bus);
	void __iomem *(*map_bus)(struct pci_bus *bus, unsigned int devfn,
				 int where);
	int (*read)(struct pci_bus *bus, unsigned int devfn, int where,
		    int size, u32 *val);
	int (*write)(struct pci_bus *bus, unsigned int devfn, int where,
		     int size, u32 val);
};

/**
 * struct pci_dev - one PCI function
 * @bus_list: in the bus's devices, ascending devfn
 * @subordinate: the bus behind a bridge, NULL for an endpoint
 * @hdr_type: without the multi-function bit
 * @pcie_cap, @msi_cap, @msix_cap, @pm_cap, @ats_cap, @acs_cap, @pri_cap,
 *	@pasid_cap: offsets, 0 none
 * @eetlp_prefix_max: end-to-end prefixes (PASIDs) that get through to the root
 * @dma_mask: what dev.dma_mask points at
 * @irq: INTx line; 0, the machine has none. MSI-X leaves it alone.
 * @resource: CPU addresses; a 64-bit BAR leaves the next index empty
 * @enable_cnt: pci_enable_device() minus pci_disable_device()
 * @saved_config_space: header saved by pci_save_state()
 * @driver_override: only the driver of this name binds, NULL for any
 * @dma_alias_mask: functions of its bus whose requester id it may use; NULL:
 *	none but its own
 * @sim_firmware: ours; what the description of the machine says of it
 */
struct pci_dev {
	struct list_head bus_list;
	struct pci_bus *bus;
	struct pci_bus *subordinate;

	void *sysdata;

	unsigned int devfn;
	unsigned short vendor;
	unsigned short device;
	unsigned short subsystem_vendor;
	unsigned short subsystem_device;
	unsigned int class;
	u8 revision;
	u8 hdr_type;
	u8 pcie_cap;
	u8 msi_cap;
	u8 msix_cap;
	u8 pcie_mpss : 3;
	u8 rom_base_reg;
	u8 pin;
	u16 pcie_flags_reg;
	u32 devcap;

	struct pci_driver *driver;
	u64 dma_mask;
	struct device_dma_parameters dma_parms;

	pci_power_t current_state;
	u8 pm_cap;

	pci_channel_state_t error_state;
	struct device dev;
	int cfg_size;

	unsigned int irq;
	struct resource resource[DEVICE_COUNT_RESOURCE];
	struct resource driver_exclusive_resource;

	unsigned int transparent : 1;
	unsigned int io_window : 1;
	unsigned int pref_window : 1;
	unsigned int pref_64_window : 1;
	unsigned int multifunction : 1;
	unsigned int is_busmaster : 1;
	unsigned int no_msi : 1;
	unsigned int no_64bit_msi : 1;
	unsigned int block_cfg_access : 1;
	unsigned int broken_parity_status : 1;
	unsigned int msi_enabled : 1;
	unsigned int msix_enabled : 1;
	unsigned int ari_enabled : 1;
	unsigned int ats_enabled : 1;
	unsigned int pasid_enabled : 1;
	unsigned int pri_enabled : 1;
	unsigned int pasid_required : 1;
	unsigned int eetlp_prefix_max : 3;
	unsigned int is_managed : 1;
	unsigned int is_msi_managed : 1;
	unsigned int state_saved : 1;
	unsigned int is_physfn : 1;
	unsigned int is_virtfn : 1;
	unsigned int is_hotplug_bridge : 1;
	unsigned int is_thunderbolt : 1;
	unsigned int untrusted : 1;
	unsigned int external_facing : 1;
	unsigned int is_added : 1;
	unsigned int pinned : 1;
	pci_dev_flags_t dev_flags;
	atomic_t enable_cnt;

	u32 saved_config_space[16];
	u16 saved_pcie_devctl;
	u16 saved_msix_ctrl;

	union {
		struct pci_sriov *sriov;
		struct pci_dev *physfn;
	};
	u16 ats_cap;
	u16 acs_cap;
	u16 acs_capabilities;
	u8 ats_stu;
	u16 pri_cap;
	u32 pri_reqs_alloc;
	u16 pasid_cap;
	u16 pasid_features;
	struct pci_p2pdma __rcu *p2pdma;
	const char *driver_override;
	unsigned long priv_flags;
	unsigned long *dma_alias_mask;
	const struct pci_sim_firmware *sim_firmware;
};

/**
 * struct pci_bus - a bus
 * @parent: NULL for a root bus
 * @self: the bridge that leads here, NULL for a root bus
 * @resource: windows of the bridge: io, mem, prefetchable mem, spare
 * @bridge: the bridge's device; for a root bus the host bridge's
 */
struct pci_bus {
	struct list_head node;
	struct pci_bus *parent;
	struct list_head children;
	struct list_head devices;
	struct pci_dev *self;
	struct resource *resource[PCI_BRIDGE_RESOURCE_NUM];
	struct resource busn_res;

	struct pci_ops *ops;
	void *sysdata;

	unsigned char number;
	unsigned char primary;
	int domain_nr;
	char name[48];

	struct device *bridge;
	struct device dev;
	unsigned int is_added : 1;
};

/**
 * struct pci_host_bridge - the root of a PCI hierarchy
 * @windows: struct resource_entry of each window, ascending
 * @dma_ranges: inbound ranges, empty: everything, untranslated
 */
struct pci_host_bridge {
	struct device dev;
	struct pci_bus *bus;
	struct pci_ops *ops;
	void *sysdata;
	int busnr;
	int domain_nr;
	struct list_head windows;
	struct list_head dma_ranges;
	unsigned long private[] __aligned(SMP_CACHE_BYTES);
};

#define to_pci_dev(n) container_of(n, struct pci_dev, dev)
#define to_pci_bus(n) container_of(n, struct pci_bus, dev)
#define to_pci_host_bridge(n) container_of(n, struct pci_host_bridge, dev)

/** struct pci_error_handlers - what a driver does about bus errors. */
struct pci_error_handlers {
	pci_ers_result_t (*error_detected)(struct pci_dev *dev,
					   pci_channel_state_t error);
	pci_ers_result_t (*mmio_enabled)(struct pci_dev *dev);
	pci_ers_result_t (*slot_reset)(struct pci_dev *dev);
	void (*reset_prepare)(struct pci_dev *dev);
	void (*reset_done)(struct pci_dev *dev);
	void (*resume)(struct pci_dev *dev);
	void (*cor_error_detected)(struct pci_dev *dev);
};

struct pci_dynids {
	spinlock_t lock;
	struct list_head list;
};

/**
 * struct pci_driver - a driver
 * @id_table: ends with an entry that is all zero
 * @probe: 0 claims the device; may sleep; runs with the device locked
 * @remove: undo probe; also called when the device has gone already
 */
struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *dev);
	int (*suspend)(struct pci_dev *dev, pm_message_t state);
	int (*resume)(struct pci_dev *dev);
	void (*shutdown)(struct pci_dev *dev);
	int (*sriov_configure)(struct pci_dev *dev, int num_vfs);
	int (*sriov_set_msix_vec_count)(struct pci_dev *vf, int msix_vec_count);
	u32 (*sriov_get_vf_total_msix)(struct pci_dev *pf);
	const struct pci_error_handlers *err_handler;
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
	struct device_driver driver;
	struct pci_dynids dynids;
	bool driver_managed_dma;
};

#define to_pci_driver(drv) \
	((drv) ? container_of_const(drv, struct pci_driver, driver) : NULL)

/* clang-format off */
#define PCI_DEVICE(vend, dev)						\
	.vendor = (vend), .device = (dev),				\
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID
#define PCI_DEVICE_DRIVER_OVERRIDE(vend, dev, driver_override)		\
	.vendor = (vend), .device = (dev), .subvendor = PCI_ANY_ID,	\
	.subdevice = PCI_ANY_ID, .override_only = (driver_override)
#define PCI_DRIVER_OVERRIDE_DEVICE_VFIO(vend, dev)			\
	PCI_DEVICE_DRIVER_OVERRIDE(vend, dev, PCI_ID_F_VFIO_DRIVER_OVERRIDE)
#define PCI_DEVICE_SUB(vend, dev, subvend, subdev)			\
	.vendor = (vend), .device = (dev),				\
	.subvendor = (subvend), .subdevice = (subdev)
#define PCI_DEVICE_CLASS(dev_class, dev_class_mask)			\
	.class = (dev_class), .class_mask = (dev_class_mask),		\
	.vendor = PCI_ANY_ID, .device = PCI_ANY_ID,			\
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID
#define PCI_VDEVICE(vend, dev)						\
	.vendor = PCI_VENDOR_ID_##vend, .device = (dev),		\
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID, 0, 0
#define PCI_VDEVICE_SUB(vend, dev, subvend, subdev)			\
	.vendor = PCI_VENDOR_ID_##vend, .device = (dev),		\
	.subvendor = (subvend), .subdevice = (subdev), 0, 0
#define PCI_DEVICE_DATA(vend, dev, data)				\
	.vendor = PCI_VENDOR_ID_##vend,					\
	.device = PCI_DEVICE_ID_##vend##_##dev,				\
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID, 0, 0,		\
	.driver_data = (kernel_ulong_t)(data)
/* clang-format on */

extern const struct bus_type pci_bus_type;

#define dev_is_pci(d) ((d)->bus == &pci_bus_type)
#define dev_is_pf(d) ((dev_is_pci(d) ? to_pci_dev(d)->is_physfn : false))

/* ---- identity and topology -------------------------------------------- */

static inline u16 pci_dev_id(struct pci_dev *dev)
{
	return PCI_DEVID(dev->bus->number, dev->devfn);
}

static inline const char *pci_name(const struct pci_dev *pdev)
{
	return dev_name(&pdev->dev);
}

static inline int pci_domain_nr(struct pci_bus *bus)
{
	return bus->domain_nr;
}

static inline int pci_proc_domain(struct pci_bus *bus)
{
	return 0;
}

static inline bool pci_is_root_bus(struct pci_bus *pbus)
{
	return !pbus->parent;
}

static inline bool pci_is_bridge(struct pci_dev *dev)
{
	return dev->hdr_type == PCI_HEADER_TYPE_BRIDGE ||
	       dev->hdr_type == PCI_HEADER_TYPE_CARDBUS;
}

static inline struct pci_dev *pci_physfn(struct pci_dev *dev)
{
	return dev->is_virtfn ? dev->physfn : dev;
}

/* The bridge above @dev, NULL on a root bus; takes no reference. */
static inline struct pci_dev *pci_upstream_bridge(struct pci_dev *dev)
{
	struct pci_bus *bus = pci_physfn(dev)->bus;

	return pci_is_root_bus(bus) ? NULL : bus->self;
}

static inline int pci_pcie_cap(struct pci_dev *dev)
{
	return dev->pcie_cap;
}

static inline bool pci_is_pcie(struct pci_dev *dev)
{
	return dev->pcie_cap != 0;
}

static inline u16 pcie_caps_reg(const struct pci_dev *dev)
{
	return dev->pcie_flags_reg;
}

static inline int pci_pcie_type(const struct pci_dev *dev)
{
	return (pcie_caps_reg(dev) & PCI_EXP_FLAGS_TYPE) >> 4;
}

struct pci_dev *pcie_find_root_port(struct pci_dev *dev);
struct pci_host_bridge *pci_find_host_bridge(struct pci_bus *bus);
struct pci_bus *pci_find_bus(int domain, int busnr);
struct pci_bus *pci_find_next_bus(const struct pci_bus *from);
void pci_walk_bus(struct pci_bus *top, int (*cb)(struct pci_dev *, void *),
		  void *userdata);

struct pci_dev *pci_dev_get(struct pci_dev *dev);
void pci_dev_put(struct pci_dev *dev);
DEFINE_FREE(pci_dev_put, struct pci_dev *, if (_T) pci_dev_put(_T))

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device,
			       struct pci_dev *from);
struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from);
struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn);
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus,
					    unsigned int devfn);

#define for_each_pci_dev(d) \
	while ((d = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, d)) != NULL)

/* ---- configuration space ---------------------------------------------- */

int pci_bus_read_config_byte(struct pci_bus *bus, unsigned int devfn, int where,
			     u8 *val);
int pci_bus_read_config_word(struct pci_bus *bus, unsigned int devfn, int where,
			     u16 *val);
int pci_bus_read_config_dword(struct pci_bus *bus, unsigned int devfn,
			      int where, u32 *val);
int pci_bus_write_config_byte(struct pci_bus *bus, unsigned int devfn,
			      int where, u8 val);
int pci_bus_write_config_word(struct pci_bus *bus, unsigned int devfn,
			      int where, u16 val);
int pci_bus_write_config_dword(struct pci_bus *bus, unsigned int devfn,
			       int where, u32 val);

int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *val);
int pci_read_config_word(const struct pci_dev *dev, int where, u16 *val);
int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *val);
int pci_write_config_byte(const struct pci_dev *dev, int where, u8 val);
int pci_write_config_word(const struct pci_dev *dev, int where, u16 val);
int pci_write_config_dword(const struct pci_dev *dev, int where, u32 val);
void pci_clear_and_set_config_dword(const struct pci_dev *dev, int pos,
				    u32 clear, u32 set);

int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *val);
int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *val);
int pcie_capability_write_word(struct pci_dev *dev, int pos, u16 val);
int pcie_capability_write_dword(struct pci_dev *dev, int pos, u32 val);
int pcie_capability_clear_and_set_word(struct pci_dev *dev, int pos, u16 clear,
				       u16 set);

static inline int pcie_capability_set_word(struct pci_dev *dev, int pos,
					   u16 set)
{
	return pcie_capability_clear_and_set_word(dev, pos, 0, set);
}

static inline int pcie_capability_clear_word(struct pci_dev *dev, int pos,
					     u16 clear)
{
	return pcie_capability_clear_and_set_word(dev, pos, clear, 0);
}

u8 pci_find_capability(struct pci_dev *dev, int cap);
u8 pci_find_next_capability(struct pci_dev *dev, u8 pos, int cap);
u8 pci_bus_find_capability(struct pci_bus *bus, unsigned int devfn, int cap);
u16 pci_find_ext_capability(struct pci_dev *dev, int cap);
u16 pci_find_next_ext_capability(struct pci_dev *dev, u16 pos, int cap);

/* ---- enabling --------------------------------------------------------- */

int __must_check pci_enable_device(struct pci_dev *dev);
int __must_check pci_enable_device_mem(struct pci_dev *dev);
int __must_check pci_reenable_device(struct pci_dev *dev);
int __must_check pcim_enable_device(struct pci_dev *pdev);
void pcim_pin_device(struct pci_dev *pdev);
void pci_disable_device(struct pci_dev *dev);
void pci_set_master(struct pci_dev *dev);
void pci_clear_master(struct pci_dev *dev);
void pci_intx(struct pci_dev *pdev, int enable);
bool pci_device_is_present(struct pci_dev *pdev);
int pcie_get_readrq(struct pci_dev *dev);
int pcie_get_mps(struct pci_dev *dev);

static inline int pci_is_enabled(struct pci_dev *pdev)
{
	return atomic_read(&pdev->enable_cnt) > 0;
}

static inline int pci_is_managed(struct pci_dev *pdev)
{
	return pdev->is_managed;
}

static inline int pci_channel_offline(struct pci_dev *pdev)
{
	return pdev->error_state != pci_channel_io_normal;
}

static inline bool pci_dev_is_disconnected(const struct pci_dev *dev)
{
	return READ_ONCE(dev->error_state) == pci_channel_io_perm_failure;
}

/* ---- state, reset, power ---------------------------------------------- */

int pci_save_state(struct pci_dev *dev);
void pci_restore_state(struct pci_dev *dev);
struct pci_saved_state *pci_store_saved_state(struct pci_dev *dev);
int pci_load_saved_state(struct pci_dev *dev, struct pci_saved_state *state);
int pci_load_and_free_saved_state(struct pci_dev *dev,
				  struct pci_saved_state **state);

#define PCI_RESET_DO_RESET 0
#define PCI_RESET_PROBE 1

int pcie_flr(struct pci_dev *dev);
int pcie_reset_flr(struct pci_dev *dev, bool probe);
int __pci_reset_function_locked(struct pci_dev *dev);
int pci_reset_function(struct pci_dev *dev);
int pci_reset_function_locked(struct pci_dev *dev);
int pci_try_reset_function(struct pci_dev *dev);
int pci_wait_for_pending_transaction(struct pci_dev *dev);

int pci_set_power_state(struct pci_dev *dev, pci_power_t state);
pci_power_t pci_choose_state(struct pci_dev *dev, pm_message_t state);

static inline int pci_enable_wake(struct pci_dev *dev, pci_power_t state,
				  bool enable)
{
	return enable ? -EINVAL : 0;
}

static inline int pci_prepare_to_sleep(struct pci_dev *dev)
{
	return -EIO;
}

static inline bool pcie_aspm_enabled(struct pci_dev *pdev)
{
	return false;
}

static inline int pci_disable_link_state(struct pci_dev *pdev, int state)
{
	return 0;
}

static inline void pcie_print_link_status(struct pci_dev *dev)
{
}

/* ---- resources -------------------------------------------------------- */

#define pci_resource_n(dev, bar) (&(dev)->resource[(bar)])
#define pci_resource_start(dev, bar) (pci_resource_n(dev, bar)->start)
#define pci_resource_end(dev, bar) (pci_resource_n(dev, bar)->end)
#define pci_resource_flags(dev, bar) (pci_resource_n(dev, bar)->flags)
#define pci_resource_len(dev, bar)                             \
	(pci_resource_end((dev), (bar)) ?                      \
		 resource_size(pci_resource_n((dev), (bar))) : \
		 0)

#define pci_dev_for_each_resource(dev, res)                \
	for (unsigned int __pci_i = 0;                     \
	     __pci_i < PCI_NUM_RESOURCES &&                \
	     ((res) = pci_resource_n(dev, __pci_i), true); \
	     __pci_i++)

#define pci_bus_for_each_resource(bus, res)            \
	for (unsigned int __pci_i = 0;                 \
	     __pci_i < PCI_BRIDGE_RESOURCE_NUM &&      \
	     ((res) = (bus)->resource[__pci_i], true); \
	     __pci_i++)

void pcibios_resource_to_bus(struct pci_bus *bus, struct pci_bus_region *region,
			     struct resource *res);
void pcibios_bus_to_resource(struct pci_bus *bus, struct resource *res,
			     struct pci_bus_region *region);

static inline pci_bus_addr_t pci_bus_address(struct pci_dev *pdev, int bar)
{
	struct pci_bus_region region;

	pcibios_resource_to_bus(pdev->bus, &region, &pdev->resource[bar]);
	return region.start;
}

int pci_select_bars(struct pci_dev *dev, unsigned long flags);
int pci_request_region(struct pci_dev *pdev, int bar, const char *name);
void pci_release_region(struct pci_dev *pdev, int bar);
int pci_request_regions(struct pci_dev *pdev, const char *name);
int pci_request_regions_exclusive(struct pci_dev *pdev, const char *name);
void pci_release_regions(struct pci_dev *pdev);
int pci_request_selected_regions(struct pci_dev *pdev, int bars,
				 const char *name);
int pci_request_selected_regions_exclusive(struct pci_dev *pdev, int bars,
					   const char *name);
void pci_release_selected_regions(struct pci_dev *pdev, int bars);

static inline int pci_request_mem_regions(struct pci_dev *pdev,
					  const char *name)
{
	return pci_request_selected_regions(
		pdev, pci_select_bars(pdev, IORESOURCE_MEM), name);
}

static inline void pci_release_mem_regions(struct pci_dev *pdev)
{
	pci_release_selected_regions(pdev,
				     pci_select_bars(pdev, IORESOURCE_MEM));
}

void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long max);
void __iomem *pci_iomap_range(struct pci_dev *dev, int bar,
			      unsigned long offset, unsigned long maxlen);
void pci_iounmap(struct pci_dev *dev, void __iomem *addr);
void __iomem *pci_ioremap_bar(struct pci_dev *pdev, int bar);
void __iomem *pcim_iomap(struct pci_dev *pdev, int bar, unsigned long maxlen);
void __iomem *pcim_iomap_region(struct pci_dev *pdev, int bar,
				const char *name);

/* ---- drivers ---------------------------------------------------------- */

int __must_check __pci_register_driver(struct pci_driver *drv,
				       struct module *owner,
				       const char *mod_name);
#define pci_register_driver(driver) \
	__pci_register_driver(driver, THIS_MODULE, KBUILD_MODNAME)
void pci_unregister_driver(struct pci_driver *dev);

#define module_pci_driver(__pci_driver) \
	module_driver(__pci_driver, pci_register_driver, pci_unregister_driver)
#define builtin_pci_driver(__pci_driver) \
	builtin_driver(__pci_driver, pci_register_driver)

const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 struct pci_dev *dev);
struct pci_driver *pci_dev_driver(const struct pci_dev *dev);
int pci_add_dynid(struct pci_driver *drv, unsigned int vendor,
		  unsigned int device, unsigned int subvendor,
		  unsigned int subdevice, unsigned int class,
		  unsigned int class_mask, unsigned long driver_data);
int pci_dev_present(const struct pci_device_id *ids);

static inline void *pci_get_drvdata(struct pci_dev *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}

static inline void pci_set_drvdata(struct pci_dev *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}

void pci_stop_and_remove_bus_device(struct pci_dev *dev);
void pci_stop_and_remove_bus_device_locked(struct pci_dev *dev);
unsigned int pci_rescan_bus(struct pci_bus *bus);
void pci_lock_rescan_remove(void);
void pci_unlock_rescan_remove(void);

/* ---- interrupts ------------------------------------------------------- */

#define PCI_IRQ_INTX (1 << 0)
#define PCI_IRQ_MSI (1 << 1)
#define PCI_IRQ_MSIX (1 << 2)
#define PCI_IRQ_AFFINITY (1 << 3)
#define PCI_IRQ_ALL_TYPES (PCI_IRQ_INTX | PCI_IRQ_MSI | PCI_IRQ_MSIX)

struct msix_entry {
	u32 vector; /* set by the kernel: Linux interrupt */
	u16 entry; /* set by the driver: index in the table */
};

int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min_vecs,
			  unsigned int max_vecs, unsigned int flags);
int pci_alloc_irq_vectors_affinity(struct pci_dev *dev, unsigned int min_vecs,
				   unsigned int max_vecs, unsigned int flags,
				   struct irq_affinity *affd);
void pci_free_irq_vectors(struct pci_dev *dev);
int pci_irq_vector(struct pci_dev *dev, unsigned int nr);
const struct cpumask *pci_irq_get_affinity(struct pci_dev *pdev, int vec);
int pci_msix_vec_count(struct pci_dev *dev);
int pci_msi_vec_count(struct pci_dev *dev);
int pci_enable_msix_range(struct pci_dev *dev, struct msix_entry *entries,
			  int minvec, int maxvec);
int pci_enable_msi(struct pci_dev *dev);
void pci_disable_msi(struct pci_dev *dev);
void pci_disable_msix(struct pci_dev *dev);

static inline int pci_enable_msix_exact(struct pci_dev *dev,
					struct msix_entry *entries, int nvec)
{
	int got = pci_enable_msix_range(dev, entries, nvec, nvec);

	return got < 0 ? got : 0;
}

static inline int pci_dev_msi_enabled(struct pci_dev *pci_dev)
{
	return pci_dev->msi_enabled || pci_dev->msix_enabled;
}

int pci_request_irq(struct pci_dev *dev, unsigned int nr, irq_handler_t handler,
		    irq_handler_t thread_fn, void *dev_id, const char *fmt, ...)
	__printf(6, 7);
void pci_free_irq(struct pci_dev *dev, unsigned int nr, void *dev_id);

/* ---- access control services ------------------------------------------ */

bool pci_acs_enabled(struct pci_dev *pdev, u16 acs_flags);
bool pci_acs_path_enabled(struct pci_dev *start, struct pci_dev *end,
			  u16 acs_flags);
void pci_request_acs(void);

/**
 * pci_add_dma_alias() - @dev's requests may carry ids of its neighbours
 * @devfn_from, @nr_devfns: which, on @dev's bus
 *
 * Without memory the mask stays NULL. Context: may sleep.
 */
void pci_add_dma_alias(struct pci_dev *dev, u8 devfn_from,
		       unsigned int nr_devfns);
bool pci_devs_are_dma_aliases(struct pci_dev *dev1, struct pci_dev *dev2);

/**
 * pci_for_each_dma_alias() - its own requester id, then those it may use
 *
 * Return: 0, or what @fn said that was not 0 and ended it.
 */
int pci_for_each_dma_alias(struct pci_dev *pdev,
			   int (*fn)(struct pci_dev *pdev, u16 alias,
				     void *data),
			   void *data);

/* ---- virtual functions: none ------------------------------------------ */

static inline int pci_num_vf(struct pci_dev *dev)
{
	return 0;
}

static inline int pci_iov_vf_id(struct pci_dev *dev)
{
	return -EINVAL;
}

static inline int pci_iov_virtfn_bus(struct pci_dev *dev, int id)
{
	return -EINVAL;
}

static inline int pci_iov_virtfn_devfn(struct pci_dev *dev, int id)
{
	return -EINVAL;
}

static inline void pci_disable_sriov(struct pci_dev *dev)
{
}

#define pci_sriov_configure_simple NULL

/* ---- messages --------------------------------------------------------- */

#define pci_printk(level, pdev, fmt, arg...) \
	dev_printk(level, &(pdev)->dev, fmt, ##arg)
#define pci_emerg(pdev, fmt, arg...) dev_emerg(&(pdev)->dev, fmt, ##arg)
#define pci_alert(pdev, fmt, arg...) dev_alert(&(pdev)->dev, fmt, ##arg)
#define pci_crit(pdev, fmt, arg...) dev_crit(&(pdev)->dev, fmt, ##arg)
#define pci_err(pdev, fmt, arg...) dev_err(&(pdev)->dev, fmt, ##arg)
#define pci_warn(pdev, fmt, arg...) dev_warn(&(pdev)->dev, fmt, ##arg)
#define pci_warn_once(pdev, fmt, arg...) dev_warn_once(&(pdev)->dev, fmt, ##arg)
#define pci_notice(pdev, fmt, arg...) dev_notice(&(pdev)->dev, fmt, ##arg)
#define pci_info(pdev, fmt, arg...) dev_info(&(pdev)->dev, fmt, ##arg)
#define pci_dbg(pdev, fmt, arg...) dev_dbg(&(pdev)->dev, fmt, ##arg)
#define pci_notice_ratelimited(pdev, fmt, arg...) \
	dev_notice_ratelimited(&(pdev)->dev, fmt, ##arg)
#define pci_info_ratelimited(pdev, fmt, arg...) \
	dev_info_ratelimited(&(pdev)->dev, fmt, ##arg)
#define pci_WARN(pdev, condition, fmt, arg...)                          \
	WARN(condition, "%s %s: " fmt, dev_driver_string(&(pdev)->dev), \
	     pci_name(pdev), ##arg)
#define pci_WARN_ONCE(pdev, condition, fmt, arg...)                          \
	WARN_ONCE(condition, "%s %s: " fmt, dev_driver_string(&(pdev)->dev), \
		  pci_name(pdev), ##arg)

#endif
