// The guard: when the process dies of a signal inside Legion, Realm, a mapper or the program's own
// tasks, says why, with symbols, and translates the deaths in which Legion says nothing.
#pragma once
#include <cstddef>

namespace groma::preload {

/// Installs handlers for SIGSEGV, SIGABRT, SIGFPE, SIGBUS and SIGILL; the process still dies of the
/// signal. A second call does nothing. Threads made afterwards get a stack of their own for the
/// handler, so that an overflow of the stack is told too.
void InstallGuard();

/// What Legion raised or asserted: the cause when an abort follows.
void NoteLastWords(const char* text, size_t length);

/// What the handler calls first (the mapper library writes its log's buffer); may be null.
void SetFlush(void (*flush)());

}  // namespace groma::preload
