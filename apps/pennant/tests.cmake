if(NOT GROMA_TESTS OR NOT TARGET groma_vgpu)
  return()
endif()

groma_program_test(pennant OnCpusOfOneZone 0 -nzx 1 -nzy 1 -npieces 1 -cstop 3)
groma_program_test(pennant OnCpusOfAZoneEach 0 -nzx 3 -nzy 2 -npieces 6 -numpcx 3 -cstop 4)
groma_program_test(pennant OnCpusUntilTheEnd 0 -nzx 4 -nzy 5 -npieces 2 -cstop 500 --noh)
groma_program_test(pennant OnOneGpuByTheCommonOptions 1 --size 3 --steps 6 --pieces 4)
groma_program_test(pennant OnTwoGpusOfOddSizes 2 -nzx 11 -nzy 13 -npieces 6 -cstop 12 -prune 2 --sedov)
groma_program_test(pennant OnFourGpus 4 -nzx 13 -nzy 11 -npieces 9 -cstop 8 -prune 1 --noh)

# 6 pieces of unequal size with corners that four of them share.
set(_sizes -nzx 10 -nzy 11 -npieces 6 -numpcx 2 -cstop 8 -prune 1 --sedov)
set(_scatter "m = Machine(GPU);
def forward(Task task) { return m[0, task.ipoint[0] * 3 % m.size[1]]; }
def backward(Task task) { return m[0, (task.ispace[0] - task.ipoint[0]) % m.size[1]]; }")
groma_program_file_test(pennant TheExpertsMapping "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" ${_sizes})
groma_program_file_test(pennant TheFirstMapping "${CMAKE_CURRENT_SOURCE_DIR}/start.map" ${_sizes})
groma_mapped_program_test(pennant CpusAlone "Task * CPU;" ${_sizes})
groma_mapped_program_test(pennant EverythingInZeroCopyMemory "Region * * GPU ZCMEM; Layout * * * AOS C_order;" ${_sizes})
groma_mapped_program_test(pennant GhostsInFramebuffersAsStructures "Layout * * * AOS F_order; Region * rp_all_shared_p GPU ZCMEM;" ${_sizes})
groma_mapped_program_test(pennant AnotherLayoutForEachTask
  "Layout calc_centers * * AOS C_order; Layout qcs_corner_divergence * * SOA F_order; Layout * rp_all_ghost_p * AOS C_order;" ${_sizes})
groma_mapped_program_test(pennant PiecesThatMoveFromGpuToGpu
  "${_scatter} IndexTaskMap GPU forward; IndexTaskMap sum_point_force backward; IndexTaskMap calc_work backward;" ${_sizes})
groma_mapped_program_test(pennant PiecesThatMoveBetweenGpusAndCpus
  "${_scatter} Task calc_volumes CPU; Task sum_point_mass CPU; Task adv_pos_full CPU; Task calc_dt_hydro CPU;
Region sum_point_force 2 GPU ZCMEM; IndexTaskMap qcs_force forward; CollectMemory * *;" ${_sizes})

# A cycle is 263 operations a side, 60 a zone and 18 a point (work.cc); a zone has four sides. Before the first, centres and
# volumes (20 a side, 3 a zone), the sides' parts of a zone (1), mass and energy (2 a zone), place and velocity of points (2 and 7).
math(EXPR _operations "(1 + 8 + 1) * (110 * (4 * 263 + 60) + 132 * 18) + 110 * (4 * 21 + 5) + 132 * 9")
groma_operations_test(pennant ItsCyclesOperations 0 ${_operations} ${_sizes})

# The published size, on the virtual clock: 46.0 ms of a GPU a cycle (README.md) allow 641 Mzones/s.
add_test(NAME pennant.ModelledAtThePublishedSize
  COMMAND groma run --mapping "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" --machine p100x4 --virtual --
          $<TARGET_FILE:pennant> -nzx 320 -nzy 92160 -npieces 4 -numpcx 1 -numpcy 4 -cstop 3 -prune 1)
set_tests_properties(pennant.ModelledAtThePublishedSize PROPERTIES
  LABELS legion TIMEOUT 60 FAIL_REGULAR_EXPRESSION "LEGION WARNING"
  PASS_REGULAR_EXPRESSION "RESULT pennant throughput=6[0-4][0-9]\\.[0-9]+ unit=Mzones/s seconds=[0-9.]+ time=modelled check=off")

groma_description_test(pennant)
