# Tests of the benchmark programs on the real runtime, each run compared with the program's reference. They need a CUDA
# driver library to load: groma's virtual GPUs, whose library the vgpu folder builds.
set(groma_program_flags -ll:networks none -lg:safe_mapper -lg:no_auto_tracing -ll:cpu 4 -ll:util 2)
set(groma_program_gpu_flags -ll:gpuworker 1 -ll:gpuworkthread 0 -cuda:callbacks)
set(groma_program_environment
    "LD_PRELOAD=${CMAKE_BINARY_DIR}/lib/vgpu/libcuda.so.1;GROMA_MACHINE=${PROJECT_SOURCE_DIR}/machines/p100x4.toml")

# groma_program_test(PROGRAM NAME GPUS ARGUMENT …): a functional run under Legion's default mapper.
function(groma_program_test program name gpus)
  set(_flags ${groma_program_flags} -ll:gpu ${gpus})
  if(gpus GREATER 0)
    list(APPEND _flags ${groma_program_gpu_flags})
  endif()
  add_test(NAME ${program}.${name} COMMAND ${program} ${ARGN} --functional --check ${_flags})
  set_tests_properties(${program}.${name} PROPERTIES
    LABELS legion TIMEOUT 60 ENVIRONMENT "${groma_program_environment}" PASS_REGULAR_EXPRESSION "CHECK passed"
    FAIL_REGULAR_EXPRESSION "CHECK failed;warning: ${program};LEGION WARNING")
endfunction()

# groma_program_file_test(PROGRAM NAME MAPPING_FILE ARGUMENT …): the same under a mapping that is a file.
function(groma_program_file_test program name file)
  add_test(NAME ${program}.RightUnder${name}
    COMMAND groma run --mapping "${file}" --machine p100x4 --virtual --functional -- $<TARGET_FILE:${program}> ${ARGN} --check)
  set_tests_properties(${program}.RightUnder${name} PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "CHECK passed"
    FAIL_REGULAR_EXPRESSION "CHECK failed;warning: ${program}")
endfunction()

# groma_mapped_program_test(PROGRAM NAME MAPPING ARGUMENT …): the same under a mapping's text.
function(groma_mapped_program_test program name mapping)
  set(_file "${CMAKE_CURRENT_BINARY_DIR}/mappings/${program}${name}.map")
  file(WRITE "${_file}" "${mapping}\n")
  groma_program_file_test(${program} ${name} "${_file}" ${ARGN})
endfunction()

# groma_decompose_test(PROGRAM ARGUMENT …): the program is right under its decompose.map, and nothing is wrong with that.
function(groma_decompose_test program)
  set(_file "${PROJECT_SOURCE_DIR}/apps/${program}/decompose.map")
  groma_program_file_test(${program} HierarchicalBlocks "${_file}" ${ARGN})
  add_test(NAME ${program}.NoMistakesInHierarchicalBlocks COMMAND groma check "${_file}" --app ${program} --machine p100x4)
  set_tests_properties(${program}.NoMistakesInHierarchicalBlocks PROPERTIES
    LABELS golden TIMEOUT 60 PASS_REGULAR_EXPRESSION "no mistakes found")
endfunction()

# groma_description_test(PROGRAM [FILE NAME]): the description in the source is what the program shows today. It is taken under
# the expert's mapping: the default mapper may be slow. FILE: that of another program file of the program's, for the test's NAME.
function(groma_description_test program)
  set(_folder "${PROJECT_SOURCE_DIR}/apps/${program}")
  set(_file ${program})
  set(_name "")
  if(ARGC GREATER 2)
    set(_file ${ARGV1})
    set(_name ${ARGV2})
  endif()
  add_test(NAME ${program}.ItsDescription${_name}IsUpToDate
    COMMAND sh -c "groma apps describe '${_folder}/${_file}.toml' --mapping '${_folder}/expert.map' --machine p100x4 --virtual -o ${_file}.json && cmp ${_file}.json '${_folder}/${_file}.app.json' && echo same"
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  set_tests_properties(${program}.ItsDescription${_name}IsUpToDate PROPERTIES LABELS end_to_end TIMEOUT 60
    ENVIRONMENT_MODIFICATION "PATH=path_list_prepend:$<TARGET_FILE_DIR:groma>" PASS_REGULAR_EXPRESSION "same")
endfunction()

# groma_layouts_test(PROGRAM APPLICATION FOLDER ARGUMENT …): check with the application's description and the run agree on the
# folder's mappings (layouts.py).
function(groma_layouts_test program application folder)
  add_test(NAME ${program}.CheckForetellsWhichLayoutsItsVariantsTake
    COMMAND "${PROJECT_SOURCE_DIR}/apps/common/layouts.py" $<TARGET_FILE:groma> "${application}" "${folder}" $<TARGET_FILE:${program}> ${ARGN})
  set_tests_properties(${program}.CheckForetellsWhichLayoutsItsVariantsTake PROPERTIES LABELS end_to_end TIMEOUT 60)
endfunction()

# groma_operations_test(PROGRAM NAME SINGLE DOUBLE ARGUMENT …): under the expert's mapping, on the virtual clock, the program's
# tasks state so many operations of single and double precision.
function(groma_operations_test program name single double)
  add_test(NAME ${program}.States${name}
    COMMAND "${PROJECT_SOURCE_DIR}/apps/common/operations_stated.py" $<TARGET_FILE:groma>
            "${PROJECT_SOURCE_DIR}/apps/${program}/expert.map" ${single} ${double} $<TARGET_FILE:${program}> ${ARGN})
  set_tests_properties(${program}.States${name} PROPERTIES LABELS end_to_end TIMEOUT 60)
endfunction()
