if(GROMA_TESTS AND TARGET groma_vgpu)
  groma_program_test(circuit OnCpusOfOnePieceEach 0 -npp 20 -wpp 80 -l 5 -p 4 -pps 1 -i 50)
  groma_program_test(circuit OnCpusOfOddSizes 0 -npp 7 -wpp 13 -l 3 -p 3 -i 20 -prune 1)
  groma_program_test(circuit OnCpusOfASinglePiece 0 -npp 4 -wpp 8 -l 2 -p 1 -i 20)
  groma_program_test(circuit OnOneGpuByTheCommonOptions 1 --size 20 --steps 5 --pieces 4 -i 50)
  groma_program_test(circuit OnTwoGpus 2 -npp 101 -wpp 333 -l 4 -p 6 -pps 2 -pct 0 -i 20)
  groma_program_test(circuit OnFourGpus 4 -npp 250 -wpp 300 -l 5 -p 12 -pps 3 -pct 70 -i 30)

  # Pieces of unequal size.
  set(_sizes -npp 37 -wpp 61 -l 4 -p 6 -pps 2 -pct 60 -i 20 -prune 1)
  set(_scatter "m = Machine(GPU);
def backward(Task task) { return m[0, (task.ispace[0] - task.ipoint[0]) % m.size[1]]; }
def forward(Task task) { return m[0, task.ipoint[0] * 3 % m.size[1]]; }")
  file(READ "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" _expert)
  file(READ "${CMAKE_CURRENT_SOURCE_DIR}/start.map" _start)
  groma_mapped_program_test(circuit TheExpertsMapping "${_expert}" ${_sizes})
  groma_mapped_program_test(circuit TheFirstMapping "${_start}" ${_sizes})
  groma_mapped_program_test(circuit CpusAlone "Task * CPU; Layout * * * SOA F_order;" ${_sizes})
  groma_mapped_program_test(circuit NodesInZeroCopyMemoryAsStructures "Region * * GPU ZCMEM; Layout * * * AOS C_order;" ${_sizes})
  groma_mapped_program_test(circuit AnotherLayoutForEachTask
    "Layout calculate_new_currents * * AOS; Layout distribute_charge * * SOA Align==128; Layout * rp_wires * AOS C_order;" ${_sizes})
  groma_mapped_program_test(circuit PiecesThatMoveFromGpuToGpu
    "${_scatter} IndexTaskMap calculate_new_currents forward; IndexTaskMap update_voltages backward; CollectMemory * *;" ${_sizes})
  groma_mapped_program_test(circuit PiecesThatMoveBetweenGpusAndCpus
    "${_scatter} Task distribute_charge CPU; IndexTaskMap calculate_new_currents backward;" ${_sizes})
  groma_mapped_program_test(circuit TheExpertsMappingOnOneGpu "${_expert}" ${_sizes} -ll:gpu 1)
  groma_mapped_program_test(circuit TheExpertsMappingOnTwoGpus "${_expert}" ${_sizes} -ll:gpu 2)

  # Case 9 of Table A3: what AutoGuide says to a mapping that works.
  add_test(NAME circuit.AutoGuideAsksForOtherMapsWhereAMappingWorks
    COMMAND groma eval "${CMAKE_CURRENT_SOURCE_DIR}/expert.map" --app circuit --machine p100x4 --virtual)
  set_tests_properties(circuit.AutoGuideAsksForOtherMapsWhereAMappingWorks PROPERTIES LABELS end_to_end TIMEOUT 60
    PASS_REGULAR_EXPRESSION "status +ok[^\n]*\nthroughput +41[0-9]+.*Try using different IndexTaskMap or SingleTaskMap statements to maximize throughput")

  # 6 · 61 wires and 6 · 37 nodes. In each of 1 + 4 + 1 loops 96 operations a step and 4 a wire, and 4 a node; in double precision
  # the first values: 8 a node, 17 a wire and 2 for each of the 40 % that leave their piece.
  math(EXPR _single "6 * (366 * (96 * 20 + 4) + 222 * 4)")
  math(EXPR _double "(10 * (222 * 8 + 366 * 17) + 366 * 4 * 2)")
  string(REGEX REPLACE "(.)$" ".\\1" _double "${_double}")
  groma_operations_test(circuit NinetySixOperationsAWireAndStep ${_single} ${_double} ${_sizes})

  # The published size, on the virtual clock.
  add_test(NAME circuit.ModelledAtThePublishedSize
    COMMAND circuit -npp 5000 -wpp 20000 -l 5 -p 40 -pps 10 -prune 2 --modelled ${groma_program_flags} -ll:gpu 4 ${groma_program_gpu_flags})
  set_tests_properties(circuit.ModelledAtThePublishedSize PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "RESULT circuit throughput=[0-9.]+ unit=GFLOP/s seconds=[0-9.]+ time=modelled check=off"
    FAIL_REGULAR_EXPRESSION "LEGION WARNING"
    ENVIRONMENT "${groma_program_environment}")
  groma_description_test(circuit)
endif()
