// Calls between loaded libraries, redirected.
#pragma once

namespace groma::vgpu {

/// From now on every loaded library that imports the function of that (mangled) name calls
/// `function` instead. Returns the function that the name stands for, nullptr when there is none;
/// `*places` is how many import table entries were redirected. Calls within one library that do not
/// go through its table are not. A redirected function that is to be reached again: the original.
void* RedirectImports(const char* name, void* function, int* places);

}  // namespace groma::vgpu
