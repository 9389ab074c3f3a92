# SPDX-License-Identifier: MIT

foreach(name lock wait timer workqueue irq rcu xarray idr notifier io
	tracepoint)
	dmasim_test(unit lib_${name} test_${name}.c)
endforeach()
