// A program that needs the libraries that it is linked with. With GROMA_CUDA_SECTION it looks like
// one whose kernels nvcc compiled and whose symbols were stripped.
#ifdef GROMA_CUDA_SECTION
__attribute__((section(".nvFatBinSegment"), used)) static int fat_binary[6] = {0x466243b1};
#endif
extern "C" int pretended_legion();
#ifdef GROMA_CUDA_LIBRARY
extern "C" int pretended_cuda();
#endif

int main() {
#ifdef GROMA_CUDA_LIBRARY
  if (pretended_cuda() != 0) return 1;
#endif
  return pretended_legion();
}
