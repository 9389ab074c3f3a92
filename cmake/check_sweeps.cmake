# SPDX-License-Identifier: MIT
#
# Each call of the DMA API, the IOMMU core, <linux/pci.h>, the block layer, memory and
# traces either cannot fail (tests/support/no_site.h), or a test sweeps its failures and
# says so (not_swept() in tests/support/sweep.h).
#
#   cmake -P cmake/check_sweeps.cmake
#
# A call is what one of the headers below declares and src defines. Prints
# "sweeps: <n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(headers dma-mapping dma-map-ops dmapool scatterlist iova swiotlb dma-direct
	iommu-dma iommu iova_bitmap io-pgtable pci pci-ats pci-p2pdma set_memory
	bio bio-integrity blk-integrity blk-mq blk-mq-dma blk_types blkdev bvec uio
	gfp mm mm_types mmzone page-flags slab vmalloc mempool memremap highmem
	tracepoint)
list(TRANSFORM headers REPLACE "(.+)" "kernel/linux/\\1")
list(APPEND headers trace user)

# words(<regex of one hit> <regex with the name as first group> <text> <result>)
function(words hit name text result)
	string(REGEX MATCHALL "${hit}" hits "${text}")
	set(names "")
	foreach(h ${hits})
		string(REGEX MATCH "${name}" _ "${h}")
		list(APPEND names ${CMAKE_MATCH_1})
	endforeach()
	list(REMOVE_DUPLICATES names)
	set(${result} "${names}" PARENT_SCOPE)
endfunction()

# Functions whose return type begins a line and which a semicolon ends.
set(declared "")
foreach(h ${headers})
	file(READ ${root}/include/dmasim/${h}.h text)
	string(REPLACE ";" "@" text "${text}")
	string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
	string(REGEX REPLACE "\n(static|typedef|#)[^\n]*" "\n" text "${text}")
	words("\n[a-z_][A-Za-z0-9_ \t*]*[ \t*\n][a-z_0-9]+\\([^@{}=]*\\)[^@{}=(]*@"
		"[ \t*\n]([a-z_0-9]+)\\(" "${text}" names)
	list(APPEND declared ${names})
endforeach()

set(source "")
file(GLOB_RECURSE files ${root}/src/*.c)
foreach(f ${files})
	file(READ ${f} text)
	string(REPLACE ";" "@" text "${text}")
	string(REPLACE "[" "<" text "${text}")
	string(REPLACE "]" ">" text "${text}")
	string(APPEND source "${text}")
endforeach()

file(STRINGS ${root}/tests/support/no_site.h lines REGEX "^NO_SITE\\(")
words("NO_SITE\\([a-z_0-9]+" "\\(([a-z_0-9]+)" "${lines}" no_site)

set(swept "")
file(GLOB_RECURSE files ${root}/tests/*.c)
foreach(f ${files})
	file(READ ${f} text)
	string(REGEX MATCHALL "not_swept\\([^)]*\\)" calls "${text}")
	foreach(call ${calls})
		words("\"[a-z_0-9]+\"" "\"([a-z_0-9]+)\"" "${call}" names)
		list(APPEND swept ${names})
	endforeach()
endforeach()
list(REMOVE_DUPLICATES swept)

set(passed 0)
set(errors 0)
foreach(name ${declared})
	if(NOT source MATCHES "\n[a-z][A-Za-z0-9_ \t*]*[ \t*\n]${name}\\([^@]*{")
		continue()
	endif()
	if(name IN_LIST swept AND name IN_LIST no_site)
		message("${name}: swept by a test, and in no_site.h")
	elseif(name IN_LIST swept OR name IN_LIST no_site)
		math(EXPR passed "${passed} + 1")
		continue()
	else()
		message("${name}: no test sweeps its failures, nor is it in no_site.h")
	endif()
	math(EXPR errors "${errors} + 1")
endforeach()
foreach(name ${no_site})
	if(NOT name IN_LIST declared)
		math(EXPR errors "${errors} + 1")
		message("${name}: in no_site.h, but in none of the headers")
	endif()
endforeach()
message("sweeps: ${passed} passed, ${errors} failed")
if(errors OR passed EQUAL 0)
	message(FATAL_ERROR "tests and headers disagree about what can fail")
endif()
