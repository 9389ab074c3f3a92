# SPDX-License-Identifier: MIT
dmasim_test(unit hw_nvme DIALECT HOST test_nvme.c)
dmasim_test(unit hw_nvme_data DIALECT HOST test_nvme_data.c)
dmasim_test(unit hw_nvme_trouble DIALECT HOST test_nvme_trouble.c)
