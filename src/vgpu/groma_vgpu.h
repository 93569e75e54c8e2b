/* What a program may say to groma's virtual GPUs. Plain C: programs look these up with
 * dlsym(RTLD_DEFAULT, …) (see apps/common/device.h), so that they run without groma too. All are in
 * the library libcuda.so.1 that groma puts in front.
 *
 * Kernels go through the CUDA driver API (cuModuleLoadData, cuModuleGetFunction, cuLaunchKernel).
 * On a virtual GPU the function of that name must have been registered with its host twin; any
 * other launch ends the run with an error that names it. */
#ifndef GROMA_VGPU_H_
#define GROMA_VGPU_H_
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The grid of a launch, and `parameters` as given to cuLaunchKernel (an array of pointers to the
 * arguments). */
typedef struct groma_vgpu_launch {
  unsigned grid[3];
  unsigned block[3];
  unsigned shared_bytes;
  void** parameters;
} groma_vgpu_launch;

/* Does on the host what the kernel does on the device. Called on one of the driver's threads when
 * the kernel's virtual time has come, and only in functional runs. */
typedef void (*groma_vgpu_twin)(const groma_vgpu_launch* launch);

/* How an argument is used; totals over the launch. `address` tells in which memory the argument
 * lies. */
typedef struct groma_vgpu_argument {
  const void* address;
  int64_t element_bytes;
  int64_t streamed;        /* elements read or written in order; a read and a write are two */
  int64_t stride_bytes;    /* between consecutive elements in the order of use */
  int64_t fields_together; /* fields of one element used in the same pass */
  int64_t scattered;       /* elements read or written in no order */
  int64_t atomics;         /* atomic updates */
  const char* region;      /* the region that it belongs to, for reports; null when unknown */
} groma_vgpu_argument;

typedef struct groma_vgpu_work {
  double single_flops;
  double double_flops;
  int argument_count;
  const groma_vgpu_argument* arguments;
  const char* task; /* the task that does it, for reports; null: the kernel's name stands for it */
} groma_vgpu_work;

/* 1 in modelled runs (kernels take their time but compute nothing), 0 in functional runs. From
 * GROMA_VGPU_MODE. */
int groma_vgpu_modelled(void);

/* The virtual clock in nanoseconds since the driver started. */
int64_t groma_vgpu_now(void);

/* Names the host twin of a kernel; `parameter_bytes[i]` is the size of its i-th parameter (they are
 * copied at launch). A second registration of a name replaces the first. */
void groma_vgpu_register_kernel(const char* name, groma_vgpu_twin twin, int parameter_count,
                                const int* parameter_bytes);

/* States the work of the calling thread's next kernel launch. A launch without it costs its launch
 * overhead and is reported. */
void groma_vgpu_next_work(const groma_vgpu_work* work);

/* A CPU task's work: blocks the calling thread until that work's time on one core has passed on the
 * virtual clock. */
void groma_vgpu_cpu_work(const groma_vgpu_work* work);

/* Blocks the calling thread for a virtual duration. */
void groma_vgpu_wait(int64_t nanoseconds);

/* The runtime's own work, which the mapper library charges: whoever asks, one piece is done after
 * the other, in the order of the calls. Calls `done(argument)` on the clock's thread when this
 * piece is done; `done` must not wait for the virtual GPUs. Without `done` the calling thread is
 * blocked until then. Functional runs take no time for it. */
void groma_vgpu_runtime_work(int64_t nanoseconds, void (*done)(void* argument), void* argument);

/* Declares that the calling thread may sleep or do I/O for real: its timed waits do not make the
 * figure "not valid". 1 to begin, 0 to end. */
void groma_vgpu_declare_real_wait(int begin);

#ifdef __cplusplus
}
#endif
#endif /* GROMA_VGPU_H_ */
