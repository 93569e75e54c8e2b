if(GROMA_TESTS AND TARGET groma_vgpu)
  groma_program_test(circuit OnCpusOfOnePieceEach 0 -npp 20 -wpp 80 -l 5 -p 4 -pps 1 -i 50)
  groma_program_test(circuit OnCpusOfOddSizes 0 -npp 7 -wpp 13 -l 3 -p 3 -i 20 -prune 1)
  groma_program_test(circuit OnCpusOfASinglePiece 0 -npp 4 -wpp 8 -l 2 -p 1 -i 20)
  groma_program_test(circuit OnOneGpuByTheCommonOptions 1 --size 20 --steps 5 --pieces 4 -i 50)
  groma_program_test(circuit OnTwoGpus 2 -npp 101 -wpp 333 -l 4 -p 6 -pps 2 -pct 0 -i 20)
  groma_program_test(circuit OnFourGpus 4 -npp 250 -wpp 300 -l 5 -p 12 -pps 3 -pct 70 -i 30)

  # The published size, on the virtual clock.
  add_test(NAME circuit.ModelledAtThePublishedSize
    COMMAND circuit -npp 5000 -wpp 20000 -l 5 -p 40 -pps 10 -prune 2 --modelled ${groma_program_flags} -ll:gpu 4 ${groma_program_gpu_flags})
  set_tests_properties(circuit.ModelledAtThePublishedSize PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "RESULT circuit throughput=[0-9.]+ unit=GFLOP/s seconds=[0-9.]+ time=modelled check=off"
    FAIL_REGULAR_EXPRESSION "LEGION WARNING"
    ENVIRONMENT "${groma_program_environment}")
  groma_description_test(circuit)
endif()
