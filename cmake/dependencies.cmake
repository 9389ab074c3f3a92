# SPDX-License-Identifier: MIT
#
# What libdmasim stands on. A missing piece names its Debian package.

find_package(Threads REQUIRED)

function(dmasim_require_header header package)
	find_path(_path_${package} ${header})
	if(NOT _path_${package})
		message(FATAL_ERROR "<${header}> is missing: "
			"install the Debian package ${package}")
	endif()
endfunction()

dmasim_require_header(bsd/sys/tree.h libbsd-dev)
dmasim_require_header(jemalloc/jemalloc.h libjemalloc-dev)
