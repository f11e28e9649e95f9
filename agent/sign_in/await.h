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

// A question that was asked already and is waited for later: for two that
// need not wait for each other.
template <class T>
class Asked {
 public:
  using Clock = std::chrono::steady_clock;

  // `start` as above; called before the constructor returns.
  template <class Start>
  Asked(const asio::any_io_executor& executor, Start start)
      : answer_(std::make_shared<Answer>(executor)) {
    auto work =
        asio::prefer(executor, asio::execution::outstanding_work.tracked);
    start([work, answer = answer_](Result<T> result) {
      asio::post(work, [answer, result = std::move(result)]() mutable {
        if (answer->result) return;
        answer->result = std::move(result);
        answer->arrived.cancel();
      });
    });
  }

  // `unavailable` after the deadline; an answer that comes later is dropped.
  // Must be awaited on the executor, by one at a time.
  static asio::awaitable<Result<T>> take(Asked asked, Clock::time_point end) {
    Answer& answer = *asked.answer_;
    answer.arrived.expires_at(end);
    // Cannot be late: the posted handler runs on this coroutine's thread.
    asio::error_code ignored;
    if (!answer.result) {
      co_await answer.arrived.async_wait(
          asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (!answer.result) {
      answer.result = error(ErrorKind::unavailable, "too slow");
    }
    co_return std::move(*answer.result);
  }

 private:
  struct Answer {
    std::optional<Result<T>> result;
    asio::steady_timer arrived;
    explicit Answer(const asio::any_io_executor& executor)
        : arrived(executor) {}
  };
  std::shared_ptr<Answer> answer_;
};

// The same as await_result, but answers `unavailable` when the result takes
// longer; a result that comes later is dropped.
template <class T, class Start>
asio::awaitable<Result<T>> await_result_within(
    std::chrono::milliseconds deadline, Start start) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Asked<T> asked(executor, std::move(start));
  co_return co_await Asked<T>::take(
      std::move(asked), std::chrono::steady_clock::now() + deadline);
}

}  // namespace mfa
