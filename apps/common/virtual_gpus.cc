#include "apps/common/virtual_gpus.h"

#include <dlfcn.h>

namespace groma::apps {
namespace {

template <typename Function>
void Find(const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

VirtualGpus FindVirtualGpus() {
  VirtualGpus found;
  Find("groma_vgpu_modelled", found.modelled);
  Find("groma_vgpu_now", found.now);
  Find("groma_vgpu_register_kernel", found.register_kernel);
  Find("groma_vgpu_next_work", found.next_work);
  Find("groma_vgpu_cpu_work", found.cpu_work);
  return found;
}

}  // namespace groma::apps
