/* SPDX-License-Identifier: MIT */
/*
 * The table: SIZE(type) and OFFSET(type, member) of structures that cross the
 * border between the library and code that uses it.
 */

/* clang-format off */
SIZE(u8) SIZE(u16) SIZE(u32) SIZE(u64) SIZE(bool) SIZE(size_t) SIZE(ssize_t)
SIZE(loff_t) SIZE(gfp_t) SIZE(dma_addr_t) SIZE(phys_addr_t)
SIZE(resource_size_t) SIZE(sector_t) SIZE(pgoff_t) SIZE(umode_t) SIZE(fmode_t)
SIZE(ktime_t) SIZE(pid_t)

SIZE(struct list_head) OFFSET(struct list_head, prev)
SIZE(struct hlist_head) SIZE(struct hlist_node)
SIZE(struct rcu_head) OFFSET(struct rcu_head, func)
SIZE(atomic_t) SIZE(atomic64_t) SIZE(atomic_long_t) SIZE(refcount_t)
SIZE(struct kref) SIZE(struct llist_head) SIZE(cpumask_t)
SIZE(struct rb_node) OFFSET(struct rb_node, rb_left)
SIZE(struct rb_root_cached) OFFSET(struct rb_root_cached, rb_leftmost)
SIZE(struct percpu_ref) OFFSET(struct percpu_ref, release)
SIZE(struct ratelimit_state) OFFSET(struct ratelimit_state, begin)
SIZE(struct kernel_param) OFFSET(struct kernel_param, arg)
SIZE(struct kernel_param_ops) OFFSET(struct kernel_param_ops, get)
SIZE(struct dmasim_initcall) SIZE(struct static_key_false)
SIZE(struct va_format) SIZE(uuid_t)

SIZE(spinlock_t) SIZE(raw_spinlock_t) SIZE(rwlock_t) SIZE(struct mutex)
SIZE(struct rw_semaphore) SIZE(seqcount_t) SIZE(wait_queue_head_t)
OFFSET(wait_queue_head_t, head)
SIZE(struct wait_queue_entry) SIZE(struct completion)
OFFSET(struct completion, wait)
SIZE(struct work_struct) OFFSET(struct work_struct, func)
SIZE(struct delayed_work) SIZE(struct timer_list)
OFFSET(struct timer_list, function)
SIZE(struct hrtimer) SIZE(struct xarray) SIZE(struct idr) SIZE(struct ida)
SIZE(struct task_struct) SIZE(struct notifier_block)
SIZE(struct interval_tree_node) SIZE(struct srcu_struct)

SIZE(struct page) OFFSET(struct page, _refcount) SIZE(struct folio)
SIZE(struct vm_struct) SIZE(mempool_t)

SIZE(struct resource) OFFSET(struct resource, flags)
SIZE(struct kobject) SIZE(struct device) OFFSET(struct device, driver_data)
OFFSET(struct device, dma_mask) SIZE(struct device_driver)
SIZE(struct bus_type) SIZE(struct pci_dev) OFFSET(struct pci_dev, dev)
OFFSET(struct pci_dev, resource) SIZE(struct pci_driver)
OFFSET(struct pci_driver, driver) SIZE(struct pci_device_id)
SIZE(struct msix_entry)

SIZE(struct scatterlist) OFFSET(struct scatterlist, dma_address)
SIZE(struct sg_table) SIZE(struct dma_iova_state)
OFFSET(struct dma_iova_state, __size) SIZE(struct dma_map_ops)
SIZE(struct iova) SIZE(struct iova_domain)
SIZE(struct iommu_domain) SIZE(struct iommu_iotlb_gather)
SIZE(struct iommu_domain_geometry) SIZE(struct iommu_ops)
SIZE(struct iommu_domain_ops) SIZE(struct io_pgtable_cfg)
OFFSET(struct io_pgtable_cfg, tlb) OFFSET(struct io_pgtable_cfg, amd)
SIZE(struct io_pgtable_ops) SIZE(struct io_pgtable)

SIZE(struct bio_vec) OFFSET(struct bio_vec, bv_offset)
SIZE(struct bvec_iter) SIZE(struct bio) OFFSET(struct bio, bi_iter)
OFFSET(struct bio, bi_end_io) SIZE(struct request)
OFFSET(struct request, cmd_flags) OFFSET(struct request, bio)
SIZE(struct request_queue) SIZE(struct blk_mq_tag_set)
SIZE(struct blk_mq_hw_ctx) SIZE(struct blk_mq_ops) SIZE(struct queue_limits)
SIZE(struct gendisk) SIZE(struct req_iterator)
