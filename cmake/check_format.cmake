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
# One call for all: starting it a thousand times would take a minute.
list(LENGTH files count)
execute_process(COMMAND ${formatter} --dry-run -Werror ${files}
	RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE text)
string(REGEX MATCHALL "[^\n]*: error: code should be" named "${text}")
list(TRANSFORM named REPLACE ":[0-9]+:[0-9]+: error: code should be" "")
list(REMOVE_DUPLICATES named)
foreach(f ${named})
	message("not formatted: ${f}")
endforeach()
list(LENGTH named bad)
math(EXPR good "${count} - ${bad}")
message("format: ${good} passed, ${bad} failed")
if(result OR bad OR count EQUAL 0)
	message(FATAL_ERROR "run clang-format-14 -i on the files above: ${result}")
endif()
