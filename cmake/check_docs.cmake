# SPDX-License-Identifier: MIT
#
# What the documents claim about the tree.
#
#   cmake -P cmake/check_docs.cmake
#
# - The example in README.md is examples/first/first.c, byte for byte.
# - The code of docs/writing-a-format.md is that of the files it names, byte for
#   byte, and there is no other code on the page.
# - A path in backquotes exists: `src/...`, `docs/...`, with * and {a,b} as in a
#   shell, and kernel headers, `linux/...`. Names with <> are patterns for
#   readers and are not looked up.
# - A command in a fenced sh block begins like one that the gate script or a
#   test runs.
# Prints "docs: <n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(passed 0)
set(failed 0)

# What runs it is on the right.
set(commands
	"scripts/setup.sh"                          # lanes test and demo
	"scripts/demo.sh"                           # lane demo
	"scripts/test.sh"                           # lane test
	".ci/run"                                   # itself
	"cmake --preset (dev|debug|release)"        # lanes test and release
	"cmake --build --preset (dev|debug|release)"
	"ctest --preset (dev|debug|release)"
	"cmake -P cmake/[a-z_]+\\.cmake"            # lane checks, tests docs/*
	"build/release/tools/dmasim replay "        # lane demo
	"build/release/tools/dmasim map-benchmark " # test docs/benchmarks
	"build/release/tools/dmasim inspect "       # test unit/tools_inspect
	"build/release/bench/dmasim-bench "         # lane bench
	"gdb -x docs/gdb/dmasim\\.gdb ")            # test docs/gdb

macro(good)
	math(EXPR passed "${passed} + 1")
endmacro()

macro(bad)
	math(EXPR failed "${failed} + 1")
	message("${ARGV0}")
endmacro()

# ---- the example ----------------------------------------------------------------

file(READ ${root}/README.md readme)
file(READ ${root}/examples/first/first.c example)
string(FIND "${readme}" "```c\n${example}```" at)
if(at EQUAL -1)
	bad("README.md: the example is not examples/first/first.c")
else()
	good()
endif()

# ---- the recipe -----------------------------------------------------------------

# Semicolons and brackets do not survive in lists; both sides lose them alike.
file(READ ${root}/docs/writing-a-format.md recipe)
string(REGEX REPLACE "[][;]" "_" recipe "${recipe}")
string(REGEX MATCHALL "```(c|cmake)\n" blocks "${recipe}")
string(REGEX MATCHALL "\n`tests/unit/mock/[A-Za-z0-9_.]+`:\n\n```" named "${recipe}")
list(LENGTH blocks nr_blocks)
list(LENGTH named nr_named)
if(NOT nr_blocks OR NOT nr_blocks EQUAL nr_named)
	bad("docs/writing-a-format.md: ${nr_blocks} blocks of code, ${nr_named} files named")
endif()
foreach(name ${named})
	string(REGEX MATCH "tests/unit/mock/[A-Za-z0-9_.]+" file "${name}")
	file(READ ${root}/${file} content)
	string(REGEX REPLACE "[][;]" "_" content "${content}")
	set(language c)
	if(file MATCHES "\\.txt$")
		set(language cmake)
	endif()
	string(FIND "${recipe}" "`${file}`:\n\n```${language}\n${content}```\n" at)
	if(at EQUAL -1)
		bad("docs/writing-a-format.md: the code is not that of ${file}")
	else()
		good()
	endif()
endforeach()

# ---- paths ------------------------------------------------------------------------

file(GLOB top RELATIVE ${root} ${root}/* ${root}/.ci ${root}/.clang-format)
list(REMOVE_ITEM top build)

# expand(<result> <pattern>): one {a,b,c}, if there is one, written out.
function(expand result pattern)
	set(${result} ${pattern} PARENT_SCOPE)
	if(pattern MATCHES "^([^{]*){([^}]*)}(.*)$")
		set(before "${CMAKE_MATCH_1}")
		set(after "${CMAKE_MATCH_3}")
		string(REPLACE "," ";" words "${CMAKE_MATCH_2}")
		set(all "")
		foreach(word ${words})
			list(APPEND all "${before}${word}${after}")
		endforeach()
		set(${result} ${all} PARENT_SCOPE)
	endif()
endfunction()

file(GLOB documents RELATIVE ${root} ${root}/README.md ${root}/CONTRIBUTING.md
	${root}/docs/*.md)
foreach(doc ${documents})
	file(READ ${root}/${doc} text)
	string(REGEX MATCHALL "`<?[A-Za-z0-9_.][A-Za-z0-9_.,{}*/-]*>?`" spans
		"${text}")
	list(REMOVE_DUPLICATES spans)
	foreach(span ${spans})
		string(REPLACE "`" "" path "${span}")
		string(REGEX REPLACE "^<(.*)>$" "\\1" path "${path}")
		string(REGEX REPLACE "/.*" "" first "${path}")
		if(path MATCHES "^(linux|asm|uapi|generated|trace)/.*\\.h$")
			set(base ${root}/include/dmasim/kernel)
		elseif(path MATCHES "^dmasim/.*\\.h$")
			set(base ${root}/include)
		elseif(first IN_LIST top AND path MATCHES "/|\\.")
			set(base ${root})
		else()
			continue()
		endif()
		expand(paths "${path}")
		foreach(p ${paths})
			file(GLOB found ${base}/${p})
			string(REGEX REPLACE "/$" "" p "${p}")
			if(found OR EXISTS ${base}/${p})
				good()
			else()
				bad("${doc}: there is no ${p}")
			endif()
		endforeach()
	endforeach()
endforeach()

# ---- commands ---------------------------------------------------------------------

foreach(doc ${documents})
	file(READ ${root}/${doc} text)
	# A list must not meet what is special in lists.
	string(REGEX REPLACE "[][;]" "_" text "${text}")
	string(REGEX MATCHALL "```sh\n[^`]*```" blocks "${text}")
	foreach(block ${blocks})
		string(REGEX REPLACE "^```sh\n" "" block "${block}")
		string(REGEX MATCHALL "[^\n]+\n" lines "${block}")
		foreach(line ${lines})
			string(STRIP "${line}" line)
			if(line MATCHES "^#")
				continue()
			endif()
			set(known FALSE)
			foreach(command ${commands})
				if("${line} " MATCHES "^${command}")
					set(known TRUE)
				endif()
			endforeach()
			if(known)
				good()
			else()
				bad("${doc}: nothing runs \"${line}\"")
			endif()
		endforeach()
	endforeach()
endforeach()

message("docs: ${passed} passed, ${failed} failed")
if(failed OR passed EQUAL 0)
	message(FATAL_ERROR "documents and tree disagree")
endif()
