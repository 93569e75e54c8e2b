// A preloaded library that does nothing: stands for groma's own where a test needs none of them.
extern "C" int groma_eval_standin() { return 0; }
