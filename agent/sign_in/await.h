// SPDX-License-Identifier: BSD-3-Clause
//
// Bridges what finishes on another thread (the store, NSS) into a coroutine:
// the result is carried to the coroutine's own executor.
//
// A lambda inside a co_await expression may capture by reference only: g++ 12
// destroys what it captures by value twice (GCC bug 99576).
#pragma once

#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "agent/base/result.h"

namespace mfa {

// `start` is handed a `std::function<void(Result<T>)>` that may be called
// once, on any thread.
template <class T, class Start>
asio::awaitable<Result<T>> await_result(Start start) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiate = [executor, &start](auto handler) {
    // std::function copies what it holds and a handler cannot be copied.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // Keeps the event loop alive until the result has come back.
    auto work =
        asio::prefer(executor, asio::execution::outstanding_work.tracked);
    start([work, shared](Result<T> result) {
      asio::post(work, [shared, result = std::move(result)]() mutable {
        (*shared)(std::move(result));
      });
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                          void(Result<T>)>(std::move(initiate),
                                                           asio::use_awaitable);
}

// The same, but answers `unavailable` when the result takes longer; a result
// that comes later is dropped.
template <class T, class Start>
asio::awaitable<Result<T>> await_result_within(
    std::chrono::milliseconds deadline, Start start) {
  struct Race {
    std::optional<Result<T>> result;
    asio::steady_timer timer;
    explicit Race(const asio::any_io_executor& executor) : timer(executor) {}
  };
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto race = std::make_shared<Race>(executor);
  race->timer.expires_after(deadline);
  auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  start([work, race](Result<T> result) {
    asio::post(work, [race, result = std::move(result)]() mutable {
      if (race->result) return;
      race->result = std::move(result);
      race->timer.cancel();
    });
  });
  // Cannot be late: the posted handler runs on this coroutine's thread.
  asio::error_code ignored;
  if (!race->result) {
    co_await race->timer.async_wait(
        asio::redirect_error(asio::use_awaitable, ignored));
  }
  if (!race->result) race->result = error(ErrorKind::unavailable, "too slow");
  co_return std::move(*race->result);
}

}  // namespace mfa
