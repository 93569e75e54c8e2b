// A libnvidia-ml.so.1 that finds no driver. It stands in front of a real one together with the
// virtual driver: asked about the virtual GPUs, the real one would fail, and the runtime with it.

// NVML_ERROR_DRIVER_NOT_LOADED.
constexpr int kDriverNotLoaded = 9;

extern "C" {
__attribute__((visibility("default"))) int nvmlInit() { return kDriverNotLoaded; }
__attribute__((visibility("default"))) int nvmlInit_v2() { return kDriverNotLoaded; }
__attribute__((visibility("default"))) int nvmlInitWithFlags(unsigned) { return kDriverNotLoaded; }
__attribute__((visibility("default"))) int nvmlShutdown() { return kDriverNotLoaded; }
__attribute__((visibility("default"))) const char* nvmlErrorString(int) {
  return "no NVIDIA driver is loaded: the GPUs are groma's virtual ones";
}
}  // extern "C"
