// SPDX-License-Identifier: BSD-3-Clause
//
// Walks through the sign-in log, a few hundred records at a time: the log may
// hold a million, and neither the store nor anybody's sign-in waits for them.
#include <algorithm>
#include <utility>
#include <vector>

#include "agent/control/handlers.h"
#include "agent/control/impact.h"
#include "agent/control/lookup.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

using Records = std::vector<SignInRecord>;

SignInQuery::Place place_of(const SignInRecord& record) {
  return {record.created, record.sequence};
}

// What comes while this walks is not waited for.
class Walk {
 public:
  Walk(Call& call, std::optional<Instant> since)
      : call_(call), end_(call.context.desk.clock.now().wall) {
    query_.behind = SignInQuery::Place{since.value_or(Instant::min()), 0};
    query_.limit = kImpactBatch;
  }

  // Empty: that were all.
  asio::awaitable<Result<Records>> next() {
    auto start = [&](Done<Records> done) {
      call_.context.desk.store.sign_ins(query_, std::move(done));
    };
    auto records = co_await await_result<Records>(start);
    if (!records) co_return records;
    for (const SignInRecord& record : *records) {
      query_.behind = std::max(*query_.behind, place_of(record));
    }
    std::erase_if(*records, [&](const SignInRecord& record) {
      return record.created > end_;
    });
    co_return records;
  }

 private:
  Call& call_;
  Instant end_;
  SignInQuery query_;
};

Json sums_json(const Impact& impact, Json policies) {
  return {{"signIns", impact.sign_ins()},
          {"people", impact.people()},
          {"policies", std::move(policies)}};
}

}  // namespace

asio::awaitable<Reply> policy_impact(Call& call) {
  const auto since = since_of(call);
  if (!since) co_return failed(since.error());
  Walk walk(call, *since);
  Impact impact;
  for (std::size_t batch = 1;; ++batch) {
    const auto records = co_await walk.next();
    if (!records) co_return failed(records.error());
    if (records->empty()) break;
    for (const SignInRecord& record : *records) impact.add(record);
    if (call.replies.is_gone()) co_return Json::object();
    if (!call.request.more || batch % kBatchesPerProgress != 0) continue;
    const bool heard =
        co_await call.replies.send_more(sums_json(impact, Json::array()));
    if (!heard) co_return Json::object();
  }
  const Policies& policies = call.context.desk.rules.current().rules->policies;
  co_return sums_json(impact, impact.policies_json(policies));
}

}  // namespace mfa::control
