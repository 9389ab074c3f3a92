# SPDX-License-Identifier: MIT
#
# Who may include what: the table of docs/architecture.md as data, checked for
# every source file, and a search for include cycles among our own headers.
#
#   cmake -P cmake/check_includes.cmake
#
# A rule is a list of regular expressions; an include that matches none of the
# expressions of its file is an error. <...> and "..." are not told apart: a
# name says where it comes from.

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(shim "^(linux|asm|asm-generic|uapi|generated|rdma|trace)/")
set(freestanding "^std(arg|bool|def|int|align|noreturn)\\.h$")
set(public "^dmasim/[a-z_]+\\.h$")
set(libc "^([a-z0-9_]+|sys/[a-z0-9_]+)\\.h$")

# Of a lower folder only its one header; iommu_pt's is called iommu_pt_api.h
# because iommu_pt.h is the algorithm.
set(up_lib "")
set(up_trace lib)
set(up_mm lib)
set(up_swiotlb lib mm)
set(up_pci lib mm swiotlb)
set(up_iova lib mm)
set(up_iommu_pt lib mm)
set(up_iommu lib mm pci iova iommu_pt)
set(up_dma lib mm swiotlb pci iova iommu_pt iommu)
set(up_block lib mm pci dma)

set_property(GLOBAL PROPERTY files 0)
set_property(GLOBAL PROPERTY errors 0)

function(count what)
	get_property(n GLOBAL PROPERTY ${what})
	math(EXPR n "${n} + 1")
	set_property(GLOBAL PROPERTY ${what} ${n})
endfunction()

function(fail text)
	message("${text}")
	count(errors)
endfunction()

# check(<file> <rule>...)
function(check file)
	count(files)
	file(STRINGS ${root}/${file} lines REGEX "^[ \t]*#[ \t]*include(_next)?[ \t]")
	foreach(line ${lines})
		if(NOT line MATCHES "include(_next)?[ \t]+[<\"]([^>\"]+)[>\"]")
			continue()
		endif()
		set(name ${CMAKE_MATCH_2})
		set(ok FALSE)
		foreach(rule ${ARGN})
			if(name MATCHES "${rule}")
				set(ok TRUE)
			endif()
		endforeach()
		if(NOT ok)
			fail("${file}: may not include ${name}")
		endif()
	endforeach()
endfunction()

file(GLOB list RELATIVE ${root} ${root}/include/dmasim/*.h)
foreach(f ${list})
	check(${f} ${freestanding} ${public})
endforeach()

# Names that libc owns come from libc in hosted mode (architecture 5.3, 5.4).
file(GLOB_RECURSE list RELATIVE ${root} ${root}/include/dmasim/kernel/*.h)
foreach(f ${list})
	check(${f} ${shim} ${freestanding}
		"^(sys/types|string|strings|errno|limits|stdio|stdlib|endian|ctype|time)\\.h$")
endforeach()

file(GLOB list RELATIVE ${root} ${root}/src/host/*.[ch])
foreach(f ${list})
	check(${f} ${libc} "^host/" "^linux/(futex|membarrier|memfd)\\.h$"
		"^bsd/" "^jemalloc/" "^valgrind/" "^sanitizer/")
endforeach()

file(GLOB list RELATIVE ${root} ${root}/src/hw/*.[ch])
foreach(f ${list})
	check(${f} ${libc} "^bsd/sys/(queue|tree)\\.h$" "^host/host\\.h$" "^hw/"
		"^iommu_pt/fmt/[a-z0-9_]+_bits\\.h$" "^iommu/cmd/[a-z0-9_]+_bits\\.h$")
endforeach()

foreach(folder lib trace mm swiotlb pci iova iommu_pt iommu dma block)
	set(lower "")
	foreach(l ${up_${folder}})
		if(l STREQUAL "iommu_pt")
			list(APPEND lower "^iommu_pt/iommu_pt_api\\.h$")
		else()
			list(APPEND lower "^${l}/${l}\\.h$")
		endif()
	endforeach()
	file(GLOB_RECURSE list RELATIVE ${root} ${root}/src/${folder}/*.[ch])
	foreach(f ${list})
		# dmasim/fault.h: the one list of failure sites.
		set(rules ${shim} ${freestanding} "^${folder}/" "^[a-z0-9_]+\\.[ch]$"
			"^dmasim/fault\\.h$" ${lower})
		if(folder STREQUAL "trace")
			list(APPEND rules "^dmasim/trace\\.h$")
		endif()
		if(f MATCHES "_hw\\.[ch]$")
			list(APPEND rules "^hw/hw\\.h$")
		elseif(f MATCHES "_host\\.[ch]$")
			list(APPEND rules "^host/host\\.h$")
		elseif(f MATCHES "trace/usdt\\.c$")
			list(APPEND rules "^sys/sdt\\.h$")
		elseif(f MATCHES "lib/rbtree\\.c$")
			list(APPEND rules "^bsd/sys/tree\\.h$" ${libc})
		endif()
		check(${f} ${rules})
	endforeach()
endforeach()

file(GLOB_RECURSE list RELATIVE ${root} ${root}/src/sim/*.[ch])
foreach(f ${list})
	check(${f} ${shim} ${freestanding} ${public} "^[a-z_]+/[a-z_]+\\.h$")
endforeach()

# A user's rights: kernel headers, the public ones and the own folder.
file(GLOB_RECURSE list RELATIVE ${root} ${root}/src/consumers/*.[ch])
foreach(f ${list})
	check(${f} ${shim} ${freestanding} ${public} "^[a-z0-9_]+\\.h$")
endforeach()

file(GLOB_RECURSE list RELATIVE ${root} ${root}/tests/*.[ch])
foreach(f ${list})
	# A test's own helpers lie beside it; its path below tests/ names them.
	set(rules ${shim} ${libc} ${public} "^support/" "^valgrind/"
		"^unit/[a-z_]+/[a-z0-9_]+\\.h$" "^(api|model|consumers|shim|gallery|fuzz)/[a-z0-9_]+\\.h$")
	if(f MATCHES "^tests/(unit|model|shim|gallery|fuzz)/")
		list(APPEND rules "^[a-z_]+/([a-z_]+/)?[a-z0-9_]+\\.[ch]$")
	endif()
	check(${f} ${rules})
endforeach()

# ---- cycles among the headers of src/ and include/ ---------------------------
file(GLOB_RECURSE headers RELATIVE ${root} ${root}/src/*.h
	${root}/include/dmasim/*.h)
foreach(h ${headers})
	string(MAKE_C_IDENTIFIER ${h} id)
	file(STRINGS ${root}/${h} lines REGEX "^[ \t]*#[ \t]*include[ \t]")
	set(edges_${id} "")
	foreach(line ${lines})
		if(line MATCHES "include[ \t]+[<\"]([^>\"]+)[>\"]")
			foreach(base src include include/dmasim/kernel)
				if(EXISTS ${root}/${base}/${CMAKE_MATCH_1})
					list(APPEND edges_${id}
						${base}/${CMAKE_MATCH_1})
				endif()
			endforeach()
		endif()
	endforeach()
endforeach()

# Peel off headers whose includes are all peeled; what stays is a cycle.
set(left ${headers})
set(changed TRUE)
while(changed)
	set(changed FALSE)
	foreach(h ${left})
		string(MAKE_C_IDENTIFIER ${h} id)
		set(free TRUE)
		foreach(edge ${edges_${id}})
			if(NOT done_${edge} AND NOT edge STREQUAL h)
				set(free FALSE)
			endif()
		endforeach()
		if(free)
			set(done_${h} TRUE)
			list(REMOVE_ITEM left ${h})
			set(changed TRUE)
		endif()
	endforeach()
endwhile()
if(left)
	string(REPLACE ";" " " left "${left}")
	fail("include cycle among: ${left}")
endif()

get_property(files GLOBAL PROPERTY files)
get_property(errors GLOBAL PROPERTY errors)
math(EXPR passed "${files} - ${errors}")
message("includes: ${passed} passed, ${errors} failed")
if(errors OR files EQUAL 0)
	message(FATAL_ERROR "include table violated")
endif()
