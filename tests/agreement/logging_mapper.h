// For libraries that are preloaded into a Legion program: puts a mapper that logs in front of every
// mapper that takes the place of a default one. The file that includes this defines MakeLogging.
#pragma once
#include <dlfcn.h>

#include <cstdint>
#include <cstdlib>

#include "legion.h"
#include "mappers/forwarding_mapper.h"

namespace groma::agreement {

/// A forwarding mapper over `under`, which it owns.
Legion::Mapping::Mapper* MakeLogging(Legion::Mapping::Mapper* under, Legion::Processor processor,
                                     Legion::Mapping::MapperRuntime* runtime);

}  // namespace groma::agreement

// Legion::Runtime::replace_default_mapper(Mapper*, Processor), by its symbol.
extern "C" __attribute__((visibility("default"))) void
_ZN6Legion7Runtime22replace_default_mapperEPNS_7Mapping6MapperEN5Realm9ProcessorE(
    Legion::Runtime* runtime, Legion::Mapping::Mapper* mapper, uint64_t processor) {
  using Replace = void (*)(void*, Legion::Mapping::Mapper*, uint64_t);
  static const auto next = reinterpret_cast<Replace>(dlsym(RTLD_NEXT, __func__));
  if (next == nullptr) std::abort();
  Legion::Processor at;
  at.id = processor;
  next(runtime, groma::agreement::MakeLogging(mapper, at, runtime->get_mapper_runtime()),
       processor);
}
