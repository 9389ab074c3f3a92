# SPDX-License-Identifier: MIT
#
# docs/gallery.md has a row and a story for each quirk of src/lib/quirk.h, with
# its number, releases and default, and tests/gallery a case of its name.
#
#   cmake -P cmake/check_gallery.cmake
#
# Prints "gallery: <n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(passed 0)
set(failed 0)

file(READ ${root}/src/lib/quirk.h table)
string(REGEX MATCHALL
	"Q\\([A-Z0-9_]+, \"[a-z0-9-]+\", \"[A-Z0-9, ]+\", \"[a-z0-9., ]+\", [01]"
	rows "${table}")
file(READ ${root}/docs/gallery.md doc)
string(REGEX MATCHALL "\n\\| `[a-z0-9-]+` \\| [^\n]*" listed "${doc}")
file(GLOB tests RELATIVE ${root} ${root}/tests/gallery/test_*.c)

foreach(row ${rows})
	string(REGEX MATCH "\"([^\"]*)\", \"([^\"]*)\", \"([^\"]*)\", ([01])" _
		"${row}")
	set(name ${CMAKE_MATCH_1})
	set(columns "${CMAKE_MATCH_2} | ${CMAKE_MATCH_3}")
	set(on "")
	if(CMAKE_MATCH_4)
		set(on "on ")
	endif()
	string(REPLACE "-" "_" case ${name})
	set(in "nowhere")
	foreach(test ${tests})
		file(READ ${root}/${test} text)
		if(text MATCHES "\nstatic void ${case}\\(void" AND
		   text MATCHES "[(\t, ]${case}[,)]")
			set(in ${test})
		endif()
	endforeach()
	set(want "| `${name}` | ${columns} | ${on}| `${in}` |")
	string(FIND "${doc}" "\n${want}\n" at)
	string(FIND "${doc}" "\n**`${name}`**" story)
	if(at EQUAL -1)
		math(EXPR failed "${failed} + 1")
		message("docs/gallery.md has no row: ${want}")
	elseif(story EQUAL -1)
		math(EXPR failed "${failed} + 1")
		message("docs/gallery.md tells no story of ${name}")
	else()
		math(EXPR passed "${passed} + 1")
	endif()
endforeach()

list(LENGTH rows nr_rows)
list(LENGTH listed nr_listed)
if(NOT nr_rows EQUAL nr_listed)
	math(EXPR failed "${failed} + 1")
	message("docs/gallery.md lists ${nr_listed} quirks, there are ${nr_rows}")
endif()

message("gallery: ${passed} passed, ${failed} failed")
if(failed OR passed EQUAL 0)
	message(FATAL_ERROR "docs/gallery.md, tests and quirks disagree")
endif()
