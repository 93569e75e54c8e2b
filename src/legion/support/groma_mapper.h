/* What a Legion program, or the library that is preloaded into it, says to groma's mapper library
 * (libgroma_mapper.so). Plain C; the library is loaded while the program runs, so that a program
 * built with this header also runs without groma.
 *
 * A program that is built for groma calls groma_mapper_register() once, before Runtime::start and
 * after it has added its own registration callbacks. Mapping, mode and log come from the
 * environment (GROMA_MAPPING, GROMA_MAPPER_MODE, GROMA_MAPPER_LOG, GROMA_DESCRIBE). */
#ifndef GROMA_MAPPER_H_
#define GROMA_MAPPER_H_
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `int groma_mapper_attach(const char* legion_version)`: reads the environment and asks Legion to
 * let groma's mapper take its place once all other registration callbacks have run. A second call
 * does nothing. `legion_version` is what Legion::Runtime::get_legion_version() answers, or null.
 * Returns 1 when a mapper will be installed, 0 when the environment asks for nothing. Ends the
 * process with exit code 86 and a message when the mapping is wrong. */
typedef int (*groma_mapper_attach_function)(const char* legion_version);

/* `void* groma_mapper_adopt(void* runtime, unsigned id, void* mapper, uint64_t processor)`: the
 * program installs `mapper` (a Legion::Mapping::Mapper) under `id`; returns the mapper to install
 * in its place, or `mapper` itself. The returned one owns `mapper`. */
typedef void* (*groma_mapper_adopt_function)(void* runtime, unsigned id, void* mapper,
                                             uint64_t processor);

/* `void groma_mapper_finish(int code)`: the program's Legion has come to its end; writes what is
 * left of log and description. */
typedef void (*groma_mapper_finish_function)(int code);

/* `void groma_mapper_flush(void)`: writes the log's buffer with write(2) alone; may be called in a
 * signal handler. */
typedef void (*groma_mapper_flush_function)(void);

/* Loads the mapper library ($GROMA_MAPPER_LIBRARY, else libgroma_mapper.so on the library path) and
 * attaches it. Returns 1 when a mapper will be installed, 0 when the environment asks for none, -1
 * with a message on stderr when the library cannot be loaded. */
static inline int groma_mapper_register(void) {
  groma_mapper_attach_function attach =
      (groma_mapper_attach_function)dlsym(RTLD_DEFAULT, "groma_mapper_attach");
  if (!attach) {
    const char* path = getenv("GROMA_MAPPER_LIBRARY");
    if (!getenv("GROMA_MAPPING") && !getenv("GROMA_DESCRIBE")) return 0;
    void* library = dlopen(path ? path : "libgroma_mapper.so", RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
      fprintf(stderr, "groma: the mapper library cannot be loaded: %s\n", dlerror());
      return -1;
    }
    attach = (groma_mapper_attach_function)dlsym(library, "groma_mapper_attach");
    if (!attach) {
      fprintf(stderr, "groma: %s is not groma's mapper library\n", path);
      return -1;
    }
  }
  return attach(0);
}

#ifdef __cplusplus
}
#endif
#endif /* GROMA_MAPPER_H_ */
