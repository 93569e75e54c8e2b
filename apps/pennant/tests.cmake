# Functional runs on the real runtime, each cycle compared with the serial reference. They need a CUDA driver library to
# load: groma's virtual GPUs, whose library the vgpu folder builds.
if(NOT GROMA_TESTS OR NOT TARGET groma_vgpu)
  return()
endif()
set(_flags -ll:networks none -lg:safe_mapper -lg:no_auto_tracing -ll:cpu 4 -ll:util 2)
set(_gpu_flags -ll:gpuworker 1 -ll:gpuworkthread 0 -cuda:callbacks)
set(_environment "LD_PRELOAD=${CMAKE_BINARY_DIR}/lib/vgpu/libcuda.so.1;GROMA_MACHINE=${PROJECT_SOURCE_DIR}/machines/p100x4.toml")

# groma_pennant_test(NAME GPUS ARGUMENT …): under Legion's default mapper.
function(groma_pennant_test name gpus)
  set(_all ${_flags} -ll:gpu ${gpus})
  if(gpus GREATER 0)
    list(APPEND _all ${_gpu_flags})
  endif()
  add_test(NAME pennant.${name} COMMAND pennant ${ARGN} --functional --check ${_all})
  set_tests_properties(pennant.${name} PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "CHECK passed" ENVIRONMENT "${_environment}"
    FAIL_REGULAR_EXPRESSION "CHECK failed;LEGION WARNING")
endfunction()

groma_pennant_test(OnCpusOfOneZone 0 -nzx 1 -nzy 1 -npieces 1 -cstop 3)
groma_pennant_test(OnCpusOfAZoneEach 0 -nzx 3 -nzy 2 -npieces 6 -numpcx 3 -cstop 4)
groma_pennant_test(OnCpusUntilTheEnd 0 -nzx 4 -nzy 5 -npieces 2 -cstop 500 --noh)
groma_pennant_test(OnOneGpuByTheCommonOptions 1 --size 3 --steps 6 --pieces 4)
groma_pennant_test(OnTwoGpusOfOddSizes 2 -nzx 11 -nzy 13 -npieces 6 -cstop 12 -prune 2 --sedov)
groma_pennant_test(OnFourGpus 4 -nzx 13 -nzy 11 -npieces 9 -cstop 8 -prune 1 --noh)

# groma_pennant_mapped_test(NAME MAPPING): the same under a mapping, of 6 pieces of unequal size with corners that four
# of them share.
function(groma_pennant_mapped_test name mapping)
  set(_file "${CMAKE_CURRENT_BINARY_DIR}/mappings/${name}.map")
  file(WRITE "${_file}" "${mapping}\n")
  add_test(NAME pennant.RightUnder${name}
    COMMAND groma run --mapping "${_file}" --machine p100x4 --virtual --functional --
            $<TARGET_FILE:pennant> -nzx 10 -nzy 11 -npieces 6 -numpcx 2 -cstop 8 -prune 1 --sedov --check)
  set_tests_properties(pennant.RightUnder${name} PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "CHECK passed" FAIL_REGULAR_EXPRESSION "CHECK failed")
endfunction()

set(_scatter "m = Machine(GPU);
def forward(Task task) { return m[0, task.ipoint[0] * 3 % m.size[1]]; }
def backward(Task task) { return m[0, (task.ispace[0] - task.ipoint[0]) % m.size[1]]; }")
file(READ "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" _expert)
file(READ "${CMAKE_CURRENT_SOURCE_DIR}/start.map" _start)
groma_pennant_mapped_test(TheExpertsMapping "${_expert}")
groma_pennant_mapped_test(TheFirstMapping "${_start}")
groma_pennant_mapped_test(CpusAlone "Task * CPU;")
groma_pennant_mapped_test(EverythingInZeroCopyMemory "Region * * GPU ZCMEM; Layout * * * AOS C_order;")
groma_pennant_mapped_test(GhostsInFramebuffersAsStructures "Layout * * * AOS F_order; Region * rp_all_shared_p GPU ZCMEM;")
groma_pennant_mapped_test(AnotherLayoutForEachTask
  "Layout calc_centers * * AOS C_order; Layout qcs_corner_divergence * * SOA F_order; Layout * rp_all_ghost_p * AOS C_order;")
groma_pennant_mapped_test(PiecesThatMoveFromGpuToGpu
  "${_scatter} IndexTaskMap GPU forward; IndexTaskMap sum_point_force backward; IndexTaskMap calc_work backward;")
groma_pennant_mapped_test(PiecesThatMoveBetweenGpusAndCpus
  "${_scatter} Task calc_volumes CPU; Task sum_point_mass CPU; Task adv_pos_full CPU; Task calc_dt_hydro CPU;
Region sum_point_force 2 GPU ZCMEM; IndexTaskMap qcs_force forward; CollectMemory * *;")

# The published size, on the virtual clock: 46.0 ms of a GPU a cycle (README.md) allow 641 Mzones/s.
add_test(NAME pennant.ModelledAtThePublishedSize
  COMMAND groma run --mapping "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" --machine p100x4 --virtual --
          $<TARGET_FILE:pennant> -nzx 320 -nzy 92160 -npieces 4 -numpcx 1 -numpcy 4 -cstop 3 -prune 1)
set_tests_properties(pennant.ModelledAtThePublishedSize PROPERTIES
  LABELS legion TIMEOUT 60 FAIL_REGULAR_EXPRESSION "LEGION WARNING"
  PASS_REGULAR_EXPRESSION "RESULT pennant throughput=6[0-4][0-9]\\.[0-9]+ unit=Mzones/s seconds=[0-9.]+ time=modelled check=off")

# The description in the source is what the program shows today.
add_test(NAME pennant.ItsDescriptionIsUpToDate
  COMMAND sh -c "groma apps describe pennant --mapping '${CMAKE_CURRENT_SOURCE_DIR}/expert.map' --machine p100x4 --virtual -o described.json && cmp described.json '${CMAKE_CURRENT_SOURCE_DIR}/pennant.app.json' && echo same"
  WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(pennant.ItsDescriptionIsUpToDate PROPERTIES LABELS end_to_end TIMEOUT 60
  ENVIRONMENT_MODIFICATION "PATH=path_list_prepend:$<TARGET_FILE_DIR:groma>" PASS_REGULAR_EXPRESSION "same")
