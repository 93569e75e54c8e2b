if(NOT GROMA_TESTS OR NOT TARGET groma_vgpu)
  return()
endif()

groma_program_test(stencil OnCpusOfOneTile 0 -nx 6 -ny 7 -ntx 1 -nty 1 -tsteps 3)
groma_program_test(stencil OnCpusOfTilesAsWideAsAHalo 0 -nx 10 -ny 8 -ntx 3 -nty 2 -tsteps 4 -tprune 1)
groma_program_test(stencil OnOneGpuByTheCommonOptions 1 --size 40 --steps 5 --pieces 6)
groma_program_test(stencil OnTwoGpusOfOddSizes 2 -nx 53 -ny 31 -ntx 3 -nty 2 -tsteps 4 -tprune 2)
groma_program_test(stencil OnFourGpus 4 -nx 101 -ny 67 -ntx 3 -nty 3 -tsteps 3 -tprune 1)

# 12 tiles of unequal size.
set(_sizes -nx 61 -ny 47 -ntx 4 -nty 3 -tsteps 4 -tprune 1)
set(_scatter "m = Machine(GPU);
def forward(Task task) { return m[0, task.ipoint[0] * 3 % m.size[1]]; }
def backward(Task task) { return m[0, (task.ispace[0] - task.ipoint[0]) % m.size[1]]; }")
groma_program_file_test(stencil TheExpertsMapping "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" ${_sizes})
groma_program_file_test(stencil TheFirstMapping "${CMAKE_CURRENT_SOURCE_DIR}/start.map" ${_sizes})
groma_decompose_test(stencil ${_sizes})
groma_mapped_program_test(stencil CpusAlone "Task * CPU; Layout * * * SOA F_order;" ${_sizes})
groma_mapped_program_test(stencil HalosInZeroCopyMemory
  "Region * xm GPU ZCMEM; Region * xp GPU ZCMEM; Region * ym GPU ZCMEM; Region * yp GPU ZCMEM; Layout * * * AOS C_order;" ${_sizes})
groma_mapped_program_test(stencil AnotherLayoutForEachTask
  "Layout stencil * * AOS C_order; Layout increment * * SOA F_order; Layout * pym_in * SOA F_order;" ${_sizes})
groma_mapped_program_test(stencil TilesThatMoveFromGpuToGpu
  "${_scatter} IndexTaskMap stencil forward; IndexTaskMap increment backward;" ${_sizes})
groma_mapped_program_test(stencil TilesThatMoveBetweenGpusAndCpus
  "${_scatter} Task increment CPU; Region stencil private GPU ZCMEM; IndexTaskMap stencil forward; CollectMemory * *;" ${_sizes})

# The published size, on the virtual clock.
add_test(NAME stencil.ModelledAtThePublishedSize
  COMMAND stencil -nx 30000 -ny 30000 -ntx 2 -nty 2 -tsteps 5 -tprune 2 --modelled ${groma_program_flags} -ll:gpu 4 ${groma_program_gpu_flags}
          -ll:fsize 15360)
set_tests_properties(stencil.ModelledAtThePublishedSize PROPERTIES
  LABELS legion TIMEOUT 60 ENVIRONMENT "${groma_program_environment}" FAIL_REGULAR_EXPRESSION "LEGION WARNING"
  PASS_REGULAR_EXPRESSION "RESULT stencil throughput=[0-9.]+ unit=GFLOP/s seconds=[0-9.]+ time=modelled check=off")

# In each of 1 + 4 + 1 steps 16 operations for each of the inner points (two for each of 8 with a weight) and one for every point.
math(EXPR _operations "6 * (16 * (61 - 4) * (47 - 4) + 61 * 47)")
groma_operations_test(stencil SixteenOperationsAPointAndOneToIncrement 0 ${_operations} ${_sizes})

# A kernel from elsewhere that takes SOA F_order alone: AutoGuide on a mapping that gives it another layout (case 4 of Table
# A3), where the variants declare what they take and where the task finds out, and a search that gets out of it.
foreach(_kind declared undeclared)
  set(_switches "\"--foreign-kernel\"")
  if(_kind STREQUAL "undeclared")
    string(APPEND _switches ", \"--undeclared\"")
  endif()
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${_kind}.toml" CONTENT
"groma_program = 1
name = \"stencil-${_kind}\"
command = [\"$<TARGET_FILE:stencil>\", \"-nx\", \"4000\", \"-ny\", \"4000\", \"-tsteps\", \"5\", ${_switches}]
description = \"${CMAKE_CURRENT_SOURCE_DIR}/stencil.app.json\"
start = \"mappings/COrder.map\"

[metric]
pattern = '^RESULT stencil throughput=([-+.0-9e]+) '
unit = \"GFLOP/s\"
better = \"higher\"
virtual_clock = true
")
endforeach()
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/mappings/COrder.map" "Task * GPU,CPU;\nLayout * * * SOA C_order;\n")

function(groma_stencil_guide_test name kind expected)
  add_test(NAME stencil.${name} COMMAND groma eval "${CMAKE_CURRENT_BINARY_DIR}/mappings/COrder.map"
           --program "${CMAKE_CURRENT_BINARY_DIR}/${kind}.toml" --machine p100x4 --virtual)
  set_tests_properties(stencil.${name} PROPERTIES LABELS end_to_end TIMEOUT 60 PASS_REGULAR_EXPRESSION "${expected}")
endfunction()
groma_stencil_guide_test(AutoGuideExplainsAStrideThatTheTaskRefuses undeclared
  "Assertion failed: stride does not match expected value.*explain +Memory layout is unexpected.*suggest +Adjust the layout constraints or move tasks to different processor types")
groma_stencil_guide_test(AutoGuideExplainsALayoutThatTheVariantRefuses declared
  "COrder.map:2:1: error: layout SOA C_order of region 'private' .argument 0. of task 'stencil' .*E0707.*explain +Memory layout is unexpected.*suggest +Adjust the layout constraints of stencil")
add_test(NAME stencil.ASearchFindsTheLayoutThatTheVariantsTake
  COMMAND sh -c "rm -rf tuned && exec groma tune --program declared.toml --machine p100x4 --virtual --iterations 2 --out tuned"
  WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(stencil.ASearchFindsTheLayoutThatTheVariantsTake PROPERTIES LABELS end_to_end TIMEOUT 60
  ENVIRONMENT_MODIFICATION "PATH=path_list_prepend:$<TARGET_FILE_DIR:groma>"
  PASS_REGULAR_EXPRESSION "Best found +[0-9.]+ GFLOP/s +iteration 2")

groma_layouts_test(stencil "${CMAKE_CURRENT_SOURCE_DIR}/foreign_kernel.toml" "${CMAKE_CURRENT_SOURCE_DIR}/layouts"
  -nx 400 -ny 400 -tsteps 2 --foreign-kernel)
groma_description_test(stencil)
groma_description_test(stencil foreign_kernel WithAForeignKernel)

add_test(NAME stencil.WhatDoesNotFitGoesToTheNextMemory
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/next_memory.py" $<TARGET_FILE:groma> $<TARGET_FILE:stencil> "${PROJECT_SOURCE_DIR}/machines/p100x4.toml")
set_tests_properties(stencil.WhatDoesNotFitGoesToTheNextMemory PROPERTIES LABELS end_to_end TIMEOUT 60)

# A program that only prints its help is no failure, with a mapping or without.
foreach(_mapping "" "--mapping ${CMAKE_CURRENT_SOURCE_DIR}/expert.map")
  set(_name ItsHelpEndsWell)
  set(_notes "test ! -s notes")
  if(_mapping)
    string(APPEND _name UnderAMapping)
    set(_notes "grep -q 'ended before it started Legion: .*expert.map was not used' notes")
  endif()
  add_test(NAME stencil.${_name}
    COMMAND sh -c "$<TARGET_FILE:groma> run ${_mapping} --machine p100x4 --virtual -- $<TARGET_FILE:stencil> --help > help 2> notes && grep -q 'As with every benchmark' help && cat notes && ${_notes}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  set_tests_properties(stencil.${_name} PROPERTIES LABELS end_to_end TIMEOUT 60 RESOURCE_LOCK stencil_help)
endforeach()
