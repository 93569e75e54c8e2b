// Stands for libraries that a program may need: Legion, the CUDA runtime.
extern "C" int GROMA_PRETENDED() { return 0; }
