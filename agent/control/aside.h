// SPDX-License-Identifier: BSD-3-Clause
//
// Work of milliseconds, on a thread of its own: the event loop, and with it
// every sign-in, goes on meanwhile.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <exception>
#include <utility>

#include "agent/base/result.h"
#include "agent/control/context.h"
#include "agent/sign_in/await.h"

namespace mfa::control {

// `run` makes a T, of what outlives this call. An exception (no memory) is an
// error.
template <class T, class Run>
asio::awaitable<Result<T>> run_aside(Context& context, Run& run) {
  auto start = [&](auto done) {
    asio::post(context.records_thread, [done, &run] {
      try {
        done(run());
      } catch (const std::exception& e) {
        done(error(ErrorKind::unavailable, e.what()));
      }
    });
  };
  co_return co_await await_result<T>(start);
}

}  // namespace mfa::control
