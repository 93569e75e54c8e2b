# Writes OUTPUT, a C++ file with the bytes of IMAGE (may be empty: no image) behind NAMESPACE::KernelImage().
set(_bytes "")
if(IMAGE)
  file(READ "${IMAGE}" _hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," _bytes "${_hex}")
endif()
if(_bytes)
  set(_body "alignas(16) const unsigned char kImage[] = {${_bytes}};")
  set(_value "kImage")
else()
  set(_body "// Built without nvcc: there are no kernels for real GPUs.")
  set(_value "{}")
endif()
file(WRITE "${OUTPUT}" "#include <span>
namespace {
${_body}
}  // namespace
namespace ${NAMESPACE} {
std::span<const unsigned char> KernelImage() { return ${_value}; }
}  // namespace ${NAMESPACE}
")
