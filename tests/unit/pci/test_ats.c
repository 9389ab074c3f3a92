/* SPDX-License-Identifier: MIT */
/* ATS, page requests, PASIDs: src/pci/ats.c, src/hw/services.c */
#include "unit/pci/board.h"

#include <linux/pci-ats.h>

static struct hw_dev *hw;
static struct pci_dev *pdev;

static void plug_with(const struct hw_services *services)
{
	hw = hw_dev_plug(&board_model, NULL, -1);
	assert_non_null(hw);
	assert_true(hw_dev_set_services(hw, services));
	pdev = to_pci_dev(pci_sim_attach(hw_dev_rid(hw), NULL));
}

static int plug_all(void **state)
{
	static const struct hw_services all = { true, true, 20 };

	board_boot(state);
	plug_with(&all);
	return 0;
}

static int plug_none(void **state)
{
	static const struct hw_services none;

	board_boot(state);
	plug_with(&none);
	return 0;
}

static int unplug(void **state)
{
	board_pull(hw);
	return board_off(state);
}

static u16 ctrl_of(u16 cap, unsigned int reg)
{
	u16 val;

	pci_read_config_word(pdev, cap + reg, &val);
	return val;
}

#define assert_warns(nr, expr)                                               \
	do {                                                                 \
		uint64_t before = board_count(HOST_EVENT_WARN);              \
                                                                             \
		expr;                                                        \
		assert_int_equal(board_count(HOST_EVENT_WARN) - before, nr); \
	} while (0)

static void capabilities_are_where_the_specification_says(void **state)
{
	u32 header;

	assert_int_equal(pdev->ats_cap, 0x100);
	assert_int_equal(pdev->pri_cap, 0x110);
	assert_int_equal(pdev->pasid_cap, 0x120);
	pci_read_config_dword(pdev, 0x100, &header);
	assert_int_equal(header, 0x1101000f);
	pci_read_config_dword(pdev, 0x110, &header);
	assert_int_equal(header, 0x12010013);
	pci_read_config_dword(pdev, 0x120, &header);
	assert_int_equal(header, 0x0001001b);
	assert_int_equal(pdev->eetlp_prefix_max, 1);
}

static void a_function_without_them_refuses_all(void **state)
{
	assert_false(pci_ats_supported(pdev));
	assert_int_equal(pci_enable_ats(pdev, 12), -EINVAL);
	assert_int_equal(pci_prepare_ats(pdev, 12), -EINVAL);
	assert_int_equal(pci_ats_queue_depth(pdev), -EINVAL);
	assert_int_equal(pci_ats_page_aligned(pdev), 0);
	assert_false(pci_pri_supported(pdev));
	assert_int_equal(pci_enable_pri(pdev, 1), -EINVAL);
	assert_int_equal(pci_reset_pri(pdev), -EINVAL);
	assert_int_equal(pci_prg_resp_pasid_required(pdev), 0);
	assert_int_equal(pci_enable_pasid(pdev, 0), -EINVAL);
	assert_int_equal(pci_pasid_features(pdev), -EINVAL);
	assert_int_equal(pci_max_pasids(pdev), -EINVAL);
	assert_int_equal(pci_pasid_status(pdev), -EINVAL);
	assert_int_equal(board_count(HOST_EVENT_WARN), 0);
}

/* The last word of a machine that warned on purpose. */
static void forgive_warnings(void)
{
	host_event_reset();
}

static void ats_is_switched_with_its_unit(void **state)
{
	assert_true(pci_ats_supported(pdev));
	assert_int_equal(pci_ats_queue_depth(pdev), 32);
	assert_int_equal(pci_ats_page_aligned(pdev), 1);
	assert_int_equal(pci_enable_ats(pdev, 11), -EINVAL);
	assert_int_equal(pci_enable_ats(pdev, 44), -EINVAL);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 0);

	assert_int_equal(pci_prepare_ats(pdev, 21), 0);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 9);
	assert_int_equal(pdev->ats_enabled, 0);
	assert_int_equal(pci_enable_ats(pdev, 16), 0);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 0x8004);
	assert_warns(2, {
		assert_int_equal(pci_enable_ats(pdev, 16), -EBUSY);
		assert_int_equal(pci_prepare_ats(pdev, 16), -EBUSY);
	});

	pci_disable_ats(pdev);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 4);
	assert_warns(1, pci_disable_ats(pdev));
	forgive_warnings();
}

static void an_untrusted_function_has_no_ats(void **state)
{
	pdev->untrusted = 1;
	assert_false(pci_ats_supported(pdev));
	assert_int_equal(pci_enable_ats(pdev, 12), -EINVAL);
	pdev->untrusted = 0;
}

static void pasids_are_switched_before_ats(void **state)
{
	assert_int_equal(pci_max_pasids(pdev), 1 << 20);
	assert_int_equal(pci_pasid_features(pdev), 0);
	assert_int_equal(pci_enable_pasid(pdev, PCI_PASID_CAP_PRIV), -EINVAL);
	assert_int_equal(hw_dev_pasid_bits(hw), 0);
	assert_int_equal(pci_enable_pasid(pdev, 0), 0);
	assert_int_equal(pci_pasid_status(pdev), PCI_PASID_CTRL_ENABLE);
	assert_int_equal(hw_dev_pasid_bits(hw), 20);
	assert_warns(1, assert_int_equal(pci_enable_pasid(pdev, 0), -EBUSY));

	assert_int_equal(pci_enable_ats(pdev, 12), 0);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, NULL), 0);
	/* Undefined by the specification: told by the machine. */
	pci_disable_pasid(pdev);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "ats-pasid-order"),
			 1);
	assert_int_equal(pci_enable_pasid(pdev, 0), 0);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "ats-pasid-order"),
			 2);
	pci_disable_ats(pdev);
	pci_disable_pasid(pdev);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "ats-pasid-order"),
			 2);
	assert_warns(1, pci_disable_pasid(pdev));
	forgive_warnings();
}

static void pasids_need_a_way_that_carries_them(void **state)
{
	pdev->eetlp_prefix_max = 0;
	assert_int_equal(pci_enable_pasid(pdev, 0), -EINVAL);
	assert_int_equal(pdev->pasid_enabled, 0);
}

static void page_requests_are_switched(void **state)
{
	u32 most, nr;

	assert_int_equal(pci_prg_resp_pasid_required(pdev), 1);
	assert_int_equal(ctrl_of(pdev->pri_cap, PCI_PRI_STATUS),
			 PCI_PRI_STATUS_PASID | PCI_PRI_STATUS_STOPPED);
	assert_int_equal(pci_reset_pri(pdev), 0);
	assert_false(hw_dev_asks_for_pages(hw));

	assert_int_equal(pci_enable_pri(pdev, 1000), 0);
	assert_true(hw_dev_asks_for_pages(hw));
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_MAX_REQ, &most);
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ, &nr);
	assert_int_equal(most, 32);
	assert_int_equal(nr, 32);
	assert_int_equal(ctrl_of(pdev->pri_cap, PCI_PRI_STATUS),
			 PCI_PRI_STATUS_PASID);
	assert_warns(2, {
		assert_int_equal(pci_enable_pri(pdev, 1), -EBUSY);
		assert_int_equal(pci_reset_pri(pdev), -EBUSY);
	});

	pci_disable_pri(pdev);
	assert_false(hw_dev_asks_for_pages(hw));
	assert_int_equal(pci_enable_pri(pdev, 7), 0);
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ, &nr);
	assert_int_equal(nr, 7);
	pci_disable_pri(pdev);
	assert_warns(1, pci_disable_pri(pdev));
	forgive_warnings();
}

/* Somebody else has switched it on behind our back. */
static void page_requests_under_way_are_busy(void **state)
{
	pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL,
			      PCI_PRI_CTRL_ENABLE);
	assert_int_equal(pci_enable_pri(pdev, 1), -EBUSY);
	assert_int_equal(pdev->pri_enabled, 0);
}

static void what_was_on_is_on_after_a_reset(void **state)
{
	u32 nr;

	assert_int_equal(pci_enable_pasid(pdev, 0), 0);
	assert_int_equal(pci_enable_pri(pdev, 5), 0);
	assert_int_equal(pci_enable_ats(pdev, 14), 0);
	assert_int_equal(pcie_flr(pdev), 0);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 0);
	assert_int_equal(hw_dev_pasid_bits(hw), 0);
	assert_false(hw_dev_asks_for_pages(hw));

	assert_int_equal(pci_reset_function(pdev), 0);
	assert_int_equal(ctrl_of(pdev->ats_cap, PCI_ATS_CTRL), 0x8002);
	assert_int_equal(pci_pasid_status(pdev), PCI_PASID_CTRL_ENABLE);
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ, &nr);
	assert_int_equal(nr, 5);
	assert_true(hw_dev_asks_for_pages(hw));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, NULL), 0);
	pci_disable_ats(pdev);
	pci_disable_pri(pdev);
	pci_disable_pasid(pdev);
}

#define case_of(f, plug) cmocka_unit_test_setup_teardown(f, plug, unplug)

int main(void)
{
	const struct CMUnitTest ats[] = {
		case_of(capabilities_are_where_the_specification_says,
			plug_all),
		case_of(a_function_without_them_refuses_all, plug_none),
		case_of(ats_is_switched_with_its_unit, plug_all),
		case_of(an_untrusted_function_has_no_ats, plug_all),
		case_of(pasids_are_switched_before_ats, plug_all),
		case_of(pasids_need_a_way_that_carries_them, plug_all),
		case_of(page_requests_are_switched, plug_all),
		case_of(page_requests_under_way_are_busy, plug_all),
		case_of(what_was_on_is_on_after_a_reset, plug_all),
	};

	return cmocka_run_group_tests(ats, NULL, NULL);
}
