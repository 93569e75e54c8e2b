// InterruptGuard: the one place that installs signal handlers in groma itself.
#include <signal.h>

#include <array>

#include "base/process.h"

namespace groma {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler can reach nothing but globals.
volatile sig_atomic_t g_seen = 0;
std::array<struct sigaction, kSignals.size()> g_before;

void Handle(int number) { g_seen = number; }

}  // namespace

InterruptGuard::InterruptGuard() {
  g_seen = 0;
  struct sigaction action {};
  action.sa_handler = Handle;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one takes the default way
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &g_before[i]);
}

InterruptGuard::~InterruptGuard() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &g_before[i], nullptr);
}

int Interrupted() { return g_seen; }

}  // namespace groma
