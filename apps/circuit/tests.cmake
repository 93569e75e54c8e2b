# Functional runs on the real runtime, each compared with the serial reference. They need a CUDA driver library to load:
# groma's virtual GPUs, whose library the vgpu folder builds.
set(_flags -ll:networks none -lg:safe_mapper -lg:no_auto_tracing -ll:cpu 4 -ll:util 2)
set(_gpu_flags -ll:gpuworker 1 -ll:gpuworkthread 0 -cuda:callbacks)

# groma_circuit_test(NAME GPUS ARGUMENT …)
function(groma_circuit_test name gpus)
  set(_all ${_flags} -ll:gpu ${gpus})
  if(gpus GREATER 0)
    list(APPEND _all ${_gpu_flags})
  endif()
  add_test(NAME circuit.${name} COMMAND circuit ${ARGN} --functional --check ${_all})
  set_tests_properties(circuit.${name} PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "CHECK passed" FAIL_REGULAR_EXPRESSION "CHECK failed;warning: circuit"
    ENVIRONMENT "LD_PRELOAD=${CMAKE_BINARY_DIR}/lib/vgpu/libcuda.so.1;GROMA_MACHINE=${PROJECT_SOURCE_DIR}/machines/p100x4.toml")
endfunction()

if(GROMA_TESTS AND TARGET groma_vgpu)
  groma_circuit_test(OnCpusOfOnePieceEach 0 -npp 20 -wpp 80 -l 5 -p 4 -pps 1 -i 50)
  groma_circuit_test(OnCpusOfOddSizes 0 -npp 7 -wpp 13 -l 3 -p 3 -i 20 -prune 1)
  groma_circuit_test(OnCpusOfASinglePiece 0 -npp 4 -wpp 8 -l 2 -p 1 -i 20)
  groma_circuit_test(OnOneGpuByTheCommonOptions 1 --size 20 --steps 5 --pieces 4 -i 50)
  groma_circuit_test(OnTwoGpus 2 -npp 101 -wpp 333 -l 4 -p 6 -pps 2 -pct 0 -i 20)
  groma_circuit_test(OnFourGpus 4 -npp 250 -wpp 300 -l 5 -p 12 -pps 3 -pct 70 -i 30)

  # The published size, on the virtual clock.
  add_test(NAME circuit.ModelledAtThePublishedSize
    COMMAND circuit -npp 5000 -wpp 20000 -l 5 -p 40 -pps 10 -prune 2 --modelled ${_flags} -ll:gpu 4 ${_gpu_flags})
  set_tests_properties(circuit.ModelledAtThePublishedSize PROPERTIES
    LABELS legion TIMEOUT 60 PASS_REGULAR_EXPRESSION "RESULT circuit throughput=[0-9.]+ unit=GFLOP/s seconds=[0-9.]+ time=modelled check=off"
    FAIL_REGULAR_EXPRESSION "LEGION WARNING"
    ENVIRONMENT "LD_PRELOAD=${CMAKE_BINARY_DIR}/lib/vgpu/libcuda.so.1;GROMA_MACHINE=${PROJECT_SOURCE_DIR}/machines/p100x4.toml")
endif()
