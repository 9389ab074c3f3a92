# SPDX-License-Identifier: MIT
#
# Every C file is as clang-format 14 would write it.
#
#   cmake -P cmake/check_format.cmake

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
find_program(formatter NAMES clang-format-14 clang-format REQUIRED)
execute_process(COMMAND ${formatter} --version OUTPUT_VARIABLE version)
if(NOT version MATCHES "version 14\\.")
	message(FATAL_ERROR "clang-format 14 is needed, this is ${version}")
endif()
set(dirs include src tests bench tools examples)
list(TRANSFORM dirs PREPEND ${root}/)
set(files "")
foreach(dir ${dirs})
	file(GLOB_RECURSE found ${dir}/*.c ${dir}/*.h)
	list(APPEND files ${found})
endforeach()
set(bad 0)
set(count 0)
foreach(f ${files})
	math(EXPR count "${count} + 1")
	execute_process(COMMAND ${formatter} --dry-run -Werror ${f}
		RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
	if(result)
		math(EXPR bad "${bad} + 1")
		message("not formatted: ${f}")
	endif()
endforeach()
math(EXPR good "${count} - ${bad}")
message("format: ${good} passed, ${bad} failed")
if(bad OR count EQUAL 0)
	message(FATAL_ERROR "run clang-format-14 -i on the files above")
endif()
