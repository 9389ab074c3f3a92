/* SPDX-License-Identifier: MIT */
/*
 * Calling context: every streaming and two-step call, each query, and
 * allocations that may not sleep, with interrupts off and from the handler of a
 * hard interrupt. A call that sleeps there is a WARN in debug builds, and the
 * fixture forgives none.
 */
#include "api/api.h"

#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

/* Taken and given back where one may sleep. */
static struct {
	struct page *page;
	struct dma_pool *pool;
	struct sg_table sgt;
	void *coherent;
	dma_addr_t handle;
} own;

static void prepare(struct fixture *f)
{
	memset(&own, 0, sizeof(own));
	own.page = alloc_pages(GFP_KERNEL, 2);
	own.pool = dma_pool_create("p", f->dev, 64, 64, 0);
	assert_int_equal(sg_alloc_table(&own.sgt, 2, GFP_KERNEL), 0);
	sg_set_page(own.sgt.sgl, own.page, PAGE_SIZE, 0);
	sg_set_page(sg_next(own.sgt.sgl), own.page, 512, PAGE_SIZE);
}

static void clean_up(struct fixture *f)
{
	assert_non_null(own.coherent);
	dma_free_coherent(f->dev, PAGE_SIZE, own.coherent, own.handle);
	sg_free_table(&own.sgt);
	dma_pool_destroy(own.pool);
	__free_pages(own.page, 2);
}

static void stream(struct fixture *f, enum dma_data_direction dir)
{
	void *cpu = page_address(own.page);
	struct device *dev = f->dev;
	dma_addr_t addr;

	addr = dma_map_single(dev, cpu + 8, 100, dir);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	dma_sync_single_for_cpu(dev, addr, 100, dir);
	dma_sync_single_for_device(dev, addr, 100, dir);
	dma_sync_single_range_for_cpu(dev, addr, 4, 8, dir);
	dma_sync_single_range_for_device(dev, addr, 4, 8, dir);
	dma_need_sync(dev, addr);
	dma_unmap_single(dev, addr, 100, dir);

	addr = dma_map_page(dev, own.page, 0, 2 * PAGE_SIZE, dir);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	dma_unmap_page(dev, addr, 2 * PAGE_SIZE, dir);
	addr = dma_map_phys(dev, page_to_phys(own.page), PAGE_SIZE, dir, 0);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	dma_unmap_phys(dev, addr, PAGE_SIZE, dir, 0);
	addr = dma_map_resource(dev, 0xe0000000, PAGE_SIZE, dir, 0);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	dma_unmap_resource(dev, addr, PAGE_SIZE, dir, 0);

	assert_int_not_equal(dma_map_sg(dev, own.sgt.sgl, 2, dir), 0);
	dma_sync_sg_for_cpu(dev, own.sgt.sgl, 2, dir);
	dma_sync_sg_for_device(dev, own.sgt.sgl, 2, dir);
	dma_unmap_sg(dev, own.sgt.sgl, 2, dir);
	assert_int_equal(dma_map_sgtable(dev, &own.sgt, dir, 0), 0);
	dma_sync_sgtable_for_cpu(dev, &own.sgt, dir);
	dma_sync_sgtable_for_device(dev, &own.sgt, dir);
	dma_unmap_sgtable(dev, &own.sgt, dir, 0);
}

static void two_steps(struct fixture *f, enum dma_data_direction dir)
{
	phys_addr_t phys = page_to_phys(own.page);
	struct device *dev = f->dev;
	struct dma_iova_state iova;

	/* Aligned, then with edges. */
	if (!dma_iova_try_alloc(dev, &iova, phys, 3 * PAGE_SIZE))
		return;
	assert_int_equal(
		dma_iova_link(dev, &iova, phys, 0, 2 * PAGE_SIZE, dir, 0), 0);
	assert_int_equal(dma_iova_link(dev, &iova, phys + 2 * PAGE_SIZE,
				       2 * PAGE_SIZE, PAGE_SIZE, dir, 0),
			 0);
	assert_int_equal(dma_iova_sync(dev, &iova, 0, 3 * PAGE_SIZE), 0);
	dma_iova_unlink(dev, &iova, 0, 2 * PAGE_SIZE, dir, 0);
	dma_iova_unlink(dev, &iova, 2 * PAGE_SIZE, PAGE_SIZE, dir, 0);
	dma_iova_free(dev, &iova);

	assert_true(dma_iova_try_alloc(dev, &iova, phys + 40, 2 * PAGE_SIZE));
	assert_int_equal(dma_iova_link(dev, &iova, phys + 40, 0, 2 * PAGE_SIZE,
				       dir, 0),
			 0);
	assert_int_equal(dma_iova_sync(dev, &iova, 0, 2 * PAGE_SIZE), 0);
	dma_iova_destroy(dev, &iova, 2 * PAGE_SIZE, dir, 0);
}

static void every_call(struct fixture *f)
{
	enum dma_data_direction dir;
	struct device *dev = f->dev;
	dma_addr_t handle;
	void *block;

	for (dir = DMA_BIDIRECTIONAL; dir <= DMA_FROM_DEVICE; dir++) {
		stream(f, dir);
		two_steps(f, dir);
	}
	dma_get_required_mask(dev);
	dma_addressing_limited(dev);
	dma_max_mapping_size(dev);
	dma_opt_mapping_size(dev);
	dma_get_merge_boundary(dev);
	dma_need_unmap(dev);
	block = dma_pool_alloc(own.pool, GFP_ATOMIC, &handle);
	assert_non_null(block);
	dma_pool_free(own.pool, block, handle);
	own.coherent =
		dma_alloc_coherent(dev, PAGE_SIZE, &own.handle, GFP_ATOMIC);
}

static void every_call_works_with_interrupts_off(void **state)
{
	struct fixture *f = *state;
	unsigned long flags;

	prepare(f);
	local_irq_save(flags);
	every_call(f);
	assert_true(irqs_disabled());
	local_irq_restore(flags);
	clean_up(f);
}

static bool was_hardirq;

static irqreturn_t handler(int irq, void *fixture)
{
	was_hardirq = in_hardirq();
	every_call(fixture);
	return IRQ_HANDLED;
}

static void every_call_works_in_an_interrupt(void **state)
{
	struct fixture *f = *state;
	int irq;

	was_hardirq = false;
	assert_int_equal(pci_enable_device_mem(f->pdev), 0);
	pci_set_master(f->pdev);
	assert_int_equal(pci_alloc_irq_vectors(f->pdev, 1, 1, PCI_IRQ_MSIX), 1);
	irq = pci_irq_vector(f->pdev, 0);
	assert_int_equal(request_irq(irq, handler, 0, "context", f), 0);
	prepare(f);

	assert_true(dmasim_irq(f->hw, 0));
	assert_true(was_hardirq);

	clean_up(f);
	free_irq(irq, f);
	pci_free_irq_vectors(f->pdev);
	pci_disable_device(f->pdev);
}

static void every_call_works_for_a_device_that_bounces(void **state)
{
	struct fixture *f = *state;
	unsigned long flags;

	fixture_make_external(f);
	prepare(f);
	local_irq_save(flags);
	every_call(f);
	local_irq_restore(flags);
	clean_up(f);
}

#ifdef DMASIM_DEBUG
/* What the cases above would see. */
static void sleeping_there_is_warned_about(void **state)
{
	struct fixture *f = *state;
	unsigned long flags;
	dma_addr_t handle;
	void *cpu;

	/* Who takes slots of a pool never sleeps. */
	if (f->variant->restricted)
		return;
	local_irq_save(flags);
	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	local_irq_restore(flags);

	assert_int_not_equal(dmasim_event_count(DMASIM_EVENT_WARN, NULL), 0);
	expect_warns(dmasim_event_count(DMASIM_EVENT_WARN, NULL));
	assert_non_null(cpu);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}
#endif

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(every_call_works_with_interrupts_off),
		fixture_case(every_call_works_in_an_interrupt),
#ifdef DMASIM_DEBUG
		fixture_case(sleeping_there_is_warned_about),
#endif
	};
	const struct CMUnitTest translated[] = {
		fixture_case(every_call_works_for_a_device_that_bounces),
	};

	return run_variants("context", any, variants_with_bounce) +
	       run_variants("context", any, variants_noncoherent) +
	       run_variants("context", translated, variants_translated) +
	       run_variants("context", any, variants_speculation) +
	       run_variants("context", any, variants_checker) +
	       run_variants("context", translated, variants_checker_translated);
}
