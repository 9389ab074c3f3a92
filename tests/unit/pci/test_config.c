/* SPDX-License-Identifier: MIT */
/* Configuration space and ACS: src/pci/{config,acs}.c */
#include "unit/pci/board.h"

/*
 * A bus of our own making: 4096 bytes for each of two functions, so that cases
 * the machine cannot show can be written down byte by byte.
 */
static u8 space[2][4096];

static int fake_read(struct pci_bus *bus, unsigned int devfn, int where,
		     int size, u32 *val)
{
	if (devfn > 1)
		return PCIBIOS_DEVICE_NOT_FOUND;
	*val = 0;
	memcpy(val, &space[devfn][where], size);
	return 0;
}

static int fake_write(struct pci_bus *bus, unsigned int devfn, int where,
		      int size, u32 val)
{
	if (devfn > 1)
		return PCIBIOS_DEVICE_NOT_FOUND;
	memcpy(&space[devfn][where], &val, size);
	return 0;
}

static struct pci_ops fake_ops = { .read = fake_read, .write = fake_write };
static struct pci_bus root_bus, child_bus;
static struct pci_dev port, leaf;

static int fake_boot(void **state)
{
	memset(space, 0, sizeof(space));
	memset(&root_bus, 0, sizeof(root_bus));
	memset(&child_bus, 0, sizeof(child_bus));
	memset(&port, 0, sizeof(port));
	memset(&leaf, 0, sizeof(leaf));
	root_bus.ops = &fake_ops;
	child_bus.ops = &fake_ops;
	child_bus.parent = &root_bus;
	child_bus.self = &port;
	port.bus = &root_bus;
	port.pcie_cap = 0x40;
	port.pcie_flags_reg = PCI_EXP_TYPE_ROOT_PORT << 4;
	port.error_state = pci_channel_io_normal;
	port.cfg_size = 4096;
	leaf = port;
	leaf.bus = &child_bus;
	leaf.devfn = 1;
	leaf.pcie_flags_reg = PCI_EXP_TYPE_ENDPOINT << 4;
	return 0;
}

static void put_u32(unsigned int func, unsigned int where, u32 val)
{
	memcpy(&space[func][where], &val, 4);
}

static void failed_read_returns_ones_and_a_code(void **state)
{
	u16 word = 0x1234;
	u32 dword = 0;

	assert_int_equal(pci_bus_read_config_word(&root_bus, 2, 0, &word),
			 PCIBIOS_DEVICE_NOT_FOUND);
	assert_int_equal(word, 0xffff);
	assert_int_equal(pci_bus_read_config_dword(&root_bus, 2, 0, &dword),
			 PCIBIOS_DEVICE_NOT_FOUND);
	assert_int_equal(dword, 0xffffffff);
	assert_int_equal(pci_bus_write_config_byte(&root_bus, 2, 0, 1),
			 PCIBIOS_DEVICE_NOT_FOUND);
}

static void misaligned_access_is_a_bad_register_number(void **state)
{
	u16 word;
	u32 dword;

	assert_int_equal(pci_read_config_word(&leaf, 1, &word),
			 PCIBIOS_BAD_REGISTER_NUMBER);
	assert_int_equal(pci_read_config_dword(&leaf, 2, &dword),
			 PCIBIOS_BAD_REGISTER_NUMBER);
	assert_int_equal(pci_write_config_dword(&leaf, 2, 0),
			 PCIBIOS_BAD_REGISTER_NUMBER);
	assert_int_equal(pcibios_err_to_errno(PCIBIOS_BAD_REGISTER_NUMBER),
			 -EFAULT);
}

static void disconnected_device_is_not_asked(void **state)
{
	u8 byte = 0;

	space[1][0x10] = 0x55;
	leaf.error_state = pci_channel_io_perm_failure;

	assert_int_equal(pci_read_config_byte(&leaf, 0x10, &byte),
			 PCIBIOS_DEVICE_NOT_FOUND);
	assert_int_equal(byte, 0xff);
	assert_int_equal(pci_write_config_byte(&leaf, 0x10, 1),
			 PCIBIOS_DEVICE_NOT_FOUND);
	assert_int_equal(space[1][0x10], 0x55);
}

static void capabilities_are_found_along_the_list(void **state)
{
	space[1][PCI_STATUS] = PCI_STATUS_CAP_LIST;
	space[1][PCI_CAPABILITY_LIST] = 0x50;
	space[1][0x50] = PCI_CAP_ID_VNDR;
	space[1][0x51] = 0x70;
	space[1][0x70] = PCI_CAP_ID_MSIX;
	space[1][0x71] = 0x90;
	space[1][0x90] = PCI_CAP_ID_VNDR;

	assert_int_equal(pci_find_capability(&leaf, PCI_CAP_ID_MSIX), 0x70);
	assert_int_equal(pci_find_capability(&leaf, PCI_CAP_ID_MSI), 0);
	assert_int_equal(pci_find_capability(&leaf, PCI_CAP_ID_VNDR), 0x50);
	assert_int_equal(pci_find_next_capability(&leaf, 0x50, PCI_CAP_ID_VNDR),
			 0x90);
}

static void without_the_status_bit_there_is_no_list(void **state)
{
	space[1][PCI_CAPABILITY_LIST] = 0x50;
	space[1][0x50] = PCI_CAP_ID_MSIX;

	assert_int_equal(pci_find_capability(&leaf, PCI_CAP_ID_MSIX), 0);
}

static void looping_list_ends(void **state)
{
	space[1][PCI_STATUS] = PCI_STATUS_CAP_LIST;
	space[1][PCI_CAPABILITY_LIST] = 0x50;
	space[1][0x50] = PCI_CAP_ID_VNDR;
	space[1][0x51] = 0x50;
	put_u32(1, 0x100, 0x10000000 | PCI_EXT_CAP_ID_VNDR);

	assert_int_equal(pci_find_capability(&leaf, PCI_CAP_ID_MSIX), 0);
	assert_int_equal(pci_find_ext_capability(&leaf, PCI_EXT_CAP_ID_ACS), 0);
}

static void extended_capabilities_need_extended_space(void **state)
{
	put_u32(1, 0x100, 0x14000000 | PCI_EXT_CAP_ID_ERR);
	put_u32(1, 0x140, 0x00010000 | PCI_EXT_CAP_ID_ACS);

	assert_int_equal(pci_find_ext_capability(&leaf, PCI_EXT_CAP_ID_ACS),
			 0x140);
	leaf.cfg_size = PCI_CFG_SPACE_SIZE;
	assert_int_equal(pci_find_ext_capability(&leaf, PCI_EXT_CAP_ID_ACS), 0);
}

static void pcie_registers_of_a_conventional_function_read_zero(void **state)
{
	u16 val = 7;

	space[1][PCI_EXP_DEVCTL] = 0xff;
	leaf.pcie_cap = 0;

	assert_int_equal(pcie_capability_read_word(&leaf, PCI_EXP_DEVCTL, &val),
			 0);
	assert_int_equal(val, 0);
	assert_int_equal(pcie_capability_set_word(&leaf, PCI_EXP_DEVCTL, 1), 0);
	assert_int_equal(space[1][PCI_EXP_DEVCTL], 0xff);
}

static void clear_and_set_changes_only_those_bits(void **state)
{
	u16 val;

	space[1][0x48] = 0xf0;
	assert_int_equal(pcie_capability_clear_and_set_word(
				 &leaf, PCI_EXP_DEVCTL, 0x30, 0x01),
			 0);
	pcie_capability_read_word(&leaf, PCI_EXP_DEVCTL, &val);
	assert_int_equal(val, 0xc1);
}

/* ---- ACS -------------------------------------------------------------- */

#define ISOLATED (PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF)

static void give_acs(struct pci_dev *pdev, unsigned int func, u16 cap, u16 ctrl)
{
	pdev->acs_cap = 0x140;
	pdev->acs_capabilities = cap;
	space[func][0x140 + PCI_ACS_CTRL] = ctrl;
}

static void root_port_without_the_capability_does_not_isolate(void **state)
{
	assert_false(pci_acs_enabled(&port, ISOLATED));
	assert_true(pci_acs_enabled(&leaf, ISOLATED));
	leaf.multifunction = 1;
	assert_false(pci_acs_enabled(&leaf, ISOLATED));
}

static void missing_capability_bits_are_dropped_except_egress(void **state)
{
	give_acs(&port, 0, PCI_ACS_SV | PCI_ACS_RR, PCI_ACS_SV | PCI_ACS_RR);

	assert_true(pci_acs_enabled(&port, ISOLATED));
	assert_false(pci_acs_enabled(&port, ISOLATED | PCI_ACS_EC));
	space[0][0x140 + PCI_ACS_CTRL] = PCI_ACS_SV;
	assert_false(pci_acs_enabled(&port, ISOLATED));
}

static void path_is_isolated_if_every_step_is(void **state)
{
	give_acs(&port, 0, ISOLATED, ISOLATED);
	assert_true(pci_acs_path_enabled(&leaf, NULL, ISOLATED));
	assert_true(pci_acs_path_enabled(&leaf, &port, ISOLATED));

	space[0][0x140 + PCI_ACS_CTRL] = 0;
	assert_false(pci_acs_path_enabled(&leaf, NULL, ISOLATED));
	assert_true(pci_acs_path_enabled(&leaf, &leaf, ISOLATED));
}

static void conventional_function_and_bridges_never_isolate(void **state)
{
	give_acs(&leaf, 1, ISOLATED, ISOLATED);
	leaf.pcie_flags_reg = PCI_EXP_TYPE_PCI_BRIDGE << 4;
	assert_false(pci_acs_enabled(&leaf, ISOLATED));
	leaf.pcie_cap = 0;
	assert_false(pci_acs_enabled(&leaf, ISOLATED));
}

#define fake_test(f) cmocka_unit_test_setup(f, fake_boot)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fake_test(failed_read_returns_ones_and_a_code),
		fake_test(misaligned_access_is_a_bad_register_number),
		fake_test(disconnected_device_is_not_asked),
		fake_test(capabilities_are_found_along_the_list),
		fake_test(without_the_status_bit_there_is_no_list),
		fake_test(looping_list_ends),
		fake_test(extended_capabilities_need_extended_space),
		fake_test(pcie_registers_of_a_conventional_function_read_zero),
		fake_test(clear_and_set_changes_only_those_bits),
		fake_test(root_port_without_the_capability_does_not_isolate),
		fake_test(missing_capability_bits_are_dropped_except_egress),
		fake_test(path_is_isolated_if_every_step_is),
		fake_test(conventional_function_and_bridges_never_isolate),
	};

	return cmocka_run_group_tests_name("pci_config", tests, NULL, NULL);
}
