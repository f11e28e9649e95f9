// SPDX-License-Identifier: BSD-3-Clause
//
// Signals are for the main thread. Threads that are made while this lives
// inherit that all are blocked.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace mfa {

class BlockSignals {
 public:
  BlockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace mfa
