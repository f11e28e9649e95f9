// SPDX-License-Identifier: BSD-3-Clause
//
// The sign-in log for those who read it: a list, a list that goes on, and the
// whole story of one sign-in.
#include <algorithm>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "agent/control/access.h"
#include "agent/control/handlers.h"
#include "agent/control/lookup.h"
#include "agent/control/sign_in_json.h"
#include "agent/sign_in/await.h"
#include "wire/message.h"

namespace mfa::control {
namespace {

using Records = std::vector<SignInRecord>;

asio::awaitable<Result<Records>> read(Call& call, SignInQuery query) {
  auto start = [&](Done<Records> done) {
    call.context.desk.store.sign_ins(std::move(query), std::move(done));
  };
  co_return co_await await_result<Records>(start);
}

// The name under which the log keeps a person: canonical, or as typed when
// there is no such account.
asio::awaitable<Result<std::optional<std::string>>> logged_name(Call& call) {
  const auto given = call.text("user");
  if (!given) co_return std::nullopt;
  if (given->size() > wire::kMaxUserName) {
    co_return error(ErrorKind::malformed, "the user name is too long");
  }
  const auto account = co_await find_account(call, *given);
  if (!account) co_return tl::unexpected(account.error());
  if (!*account) co_return given;
  co_return (*account)->name.str();
}

Result<unsigned> limit_of(const Call& call) {
  const auto limit = call.number("limit").value_or(kDefaultSignIns);
  if (limit < 1 || limit > kMaxSignIns) {
    return error(ErrorKind::malformed,
                 "limit must be 1 to " + std::to_string(kMaxSignIns) +
                     "; to see older sign-ins ask for one user");
  }
  const auto wanted = static_cast<unsigned>(limit);
  if (call.request.more) return wanted;
  return std::min(wanted, static_cast<unsigned>(kSignInsPerReply));
}

asio::awaitable<Result<SignInQuery>> query_of(Call& call) {
  auto user = co_await logged_name(call);
  if (!user) co_return tl::unexpected(user.error());
  const auto limit = limit_of(call);
  if (!limit) co_return tl::unexpected(limit.error());
  const auto since = since_of(call);
  if (!since) co_return tl::unexpected(since.error());
  SignInQuery query;
  query.user = std::move(*user);
  query.since = *since;
  query.limit = *limit;
  co_return query;
}

// How this caller may see a record.
using View = Json (*)(const SignInRecord&);
asio::awaitable<View> view_of(Call& call) {
  const bool admin = co_await is_admin(call.peer, call.context);
  co_return admin ? sign_in_json : own_sign_in_json;
}

Json page_json(Records::const_iterator begin, Records::const_iterator end,
               View view) {
  Json page = Json::array();
  for (; begin != end; ++begin) page.push_back(view(*begin));
  Json reply = Json::object();
  reply["signIns"] = std::move(page);
  return reply;
}

// Sends whole pages; what is left (one page or less) is the last reply.
asio::awaitable<Json> send_pages(Call& call, const Records& records) {
  const View view = co_await view_of(call);
  auto begin = records.begin();
  constexpr auto kPage = static_cast<std::ptrdiff_t>(kSignInsPerReply);
  while (records.end() - begin > kPage) {
    const bool sent =
        co_await call.replies.send_more(page_json(begin, begin + kPage, view));
    if (!sent) co_return Json::object();
    begin += kPage;
  }
  co_return page_json(begin, records.end(), view);
}

// Takes a seat among the followers for as long as it lives.
class FollowerSeat {
 public:
  explicit FollowerSeat(std::shared_ptr<Load> load) : load_(std::move(load)) {
    ++load_->followers;
  }
  ~FollowerSeat() { --load_->followers; }
  FollowerSeat(const FollowerSeat&) = delete;
  FollowerSeat& operator=(const FollowerSeat&) = delete;

 private:
  std::shared_ptr<Load> load_;
};

// New records of the log, each once. One that waits for its account phase is
// held back a moment, so that it is not reported as unconfirmed and then
// never again.
class Follower {
 public:
  Follower(Call& call, SignInQuery query)
      : call_(call), query_(std::move(query)) {}

  // First the records that are there already.
  asio::awaitable<Result<Records>> next() {
    auto fresh = co_await read(call_, query_);
    if (!fresh) co_return tl::unexpected(fresh.error());
    query_.limit = kMaxSignIns;
    query_.after_sequence =
        std::max(query_.after_sequence.value_or(0),
                 fresh->empty() ? 0 : fresh->back().sequence);
    std::move(fresh->begin(), fresh->end(), std::back_inserter(held_));
    co_await refresh();
    co_return take_settled();
  }

 private:
  asio::awaitable<void> refresh() {
    for (SignInRecord& record : held_) {
      if (record.status != SignInStatus::unconfirmed) continue;
      auto start = [&](Done<Records> done) {
        call_.context.desk.store.find_sign_in(record.id, std::move(done));
      };
      auto found = co_await await_result<Records>(start);
      if (found && found->size() == 1) record = std::move(found->front());
    }
  }

  Records take_settled() {
    const Instant now = call_.context.desk.clock.now().wall;
    const auto waits = [&](const SignInRecord& record) {
      return record.status == SignInStatus::unconfirmed &&
             now - record.created < call_.context.times.settle &&
             now >= record.created;
    };
    const auto first_waiting = std::stable_partition(
        held_.begin(), held_.end(), [&](const auto& r) { return !waits(r); });
    Records settled(std::make_move_iterator(held_.begin()),
                    std::make_move_iterator(first_waiting));
    held_.erase(held_.begin(), first_waiting);
    return settled;
  }

  Call& call_;
  SignInQuery query_;
  Records held_;
};

// Ends when the caller goes, or with an error.
asio::awaitable<Reply> follow(Call& call, SignInQuery query) {
  if (call.context.load->followers >= kMaxFollowers) {
    co_return failed(
        {ErrorKind::unavailable,
         "too many follow the sign-in log already; end another one first"});
  }
  const FollowerSeat seat(call.context.load);
  Follower follower(call, std::move(query));
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!call.replies.is_gone()) {
    const auto records = co_await follower.next();
    if (!records) co_return failed(records.error());
    if (!records->empty()) {
      const Json last = co_await send_pages(call, *records);
      const bool sent = co_await call.replies.send_more(last);
      if (!sent) break;
    }
    timer.expires_after(call.context.times.poll);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return page_json({}, {}, own_sign_in_json);
}

// The person's present state; null when there is none to tell of.
asio::awaitable<Json> user_of(Call& call, const SignInRecord& record) {
  const auto name = UserName::parse(record.user);
  if (!record.user_known || !name) co_return nullptr;
  auto account = co_await find_account(call, record.user);
  if (!account) co_return nullptr;
  const Subject subject{*name, std::move(*account)};
  const auto user = co_await describe_user(call, subject);
  if (!user) co_return nullptr;
  co_return *user;
}

}  // namespace

asio::awaitable<Reply> list_sign_ins(Call& call) {
  const bool following = call.flag("follow", false);
  if (following && !call.request.more) {
    co_return tl::unexpected(VarlinkError{"org.varlink.service.ExpectedMore"});
  }
  auto query = co_await query_of(call);
  if (!query) co_return failed(query.error());
  if (following) co_return co_await follow(call, std::move(*query));
  const auto records = co_await read(call, std::move(*query));
  if (!records) co_return failed(records.error());
  co_return co_await send_pages(call, *records);
}

asio::awaitable<Reply> explain(Call& call) {
  const auto record = co_await find_record(call);
  if (!record) co_return failed(record.error());
  const ReasonText& reason = describe(record->reason);
  Json reply = Json::object();
  const View view = co_await view_of(call);
  reply["signIn"] = view(*record);
  reply["explanation"] = reason.explanation;
  reply["remedy"] = reason.remedy;
  reply["user"] = co_await user_of(call, *record);
  co_return reply;
}

}  // namespace mfa::control
