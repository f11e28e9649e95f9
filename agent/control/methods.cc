// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include "agent/base/escape.h"
#include "agent/control/change_log.h"
#include "agent/control/handlers.h"
#include "agent/control/lookup.h"
#include "agent/control/person_json.h"
#include "agent/methods/totp.h"
#include "agent/sign_in/await.h"
#include "agent/store/limits.h"
#include "wire/codec.h"

namespace mfa::control {
namespace {

Result<TotpParameters> totp_of(const Call& call) {
  TotpParameters totp;
  const auto algorithm =
      parse_otp_algorithm(call.text("algorithm").value_or("SHA1"));
  const auto digits = call.number("digits").value_or(totp.digits);
  const auto period = call.number("period").value_or(totp.period);
  if (!algorithm) {
    return error(ErrorKind::malformed,
                 "algorithm must be SHA1, SHA256 or SHA512");
  }
  if (digits < 6 || digits > 8) {
    return error(ErrorKind::malformed, "digits must be 6, 7 or 8");
  }
  if (period != 30 && period != 60) {
    return error(ErrorKind::malformed, "period must be 30 or 60 seconds");
  }
  return TotpParameters{*algorithm, static_cast<unsigned>(digits),
                        static_cast<unsigned>(period)};
}

Result<std::string> label_of(const Call& call) {
  const std::string label = call.text("label").value_or("");
  if (label.size() > kMaxLabelBytes || !wire::is_text(label) ||
      escaped(label) != label) {
    return error(ErrorKind::malformed,
                 fmt::format("a label is at most {} bytes of text without "
                             "quotes, backslashes and control characters",
                             kMaxLabelBytes));
  }
  return label;
}

Result<NewMethod> new_method_of(const Call& call, const Subject& subject) {
  if (call.text("kind").value_or("totp") != "totp") {
    return error(ErrorKind::malformed, "the only kind of method is totp");
  }
  if (!subject.account) {
    return error(ErrorKind::not_found,
                 "there is no account " + mfa::quoted(subject.name.str()) +
                     " on this host; see: getent passwd " + subject.name.str());
  }
  auto totp = totp_of(call);
  if (!totp) return tl::unexpected(totp.error());
  auto label = label_of(call);
  if (!label) return tl::unexpected(label.error());
  return NewMethod{subject.name, subject.account->uid, std::move(*label), *totp,
                   !call.flag("confirm", true)};
}

std::string issuer_of(const Config& config) {
  if (!config.totp.issuer.empty()) return config.totp.issuer;
  char name[256] = {};  // HOST_NAME_MAX is 64
  if (gethostname(name, sizeof name - 1) != 0 || !name[0]) return "pam_mfa";
  return name;
}

Json added_json(const Call& call, const BoundMethod& bound) {
  const Method& method = bound.method;
  const Secret uri = otpauth_uri(issuer_of(call.config()), method.person.str(),
                                 bound.seed.reveal(), method.totp);
  const Secret text = seed_as_text(bound.seed.reveal());
  return {{"method", method_json(method)},
          {"user", method.person.str()},
          {"otpauth", uri.reveal()},
          {"secret", text.reveal()}};
}

void log_method_change(const Call& call, std::string_view change,
                       const Method& method) {
  log_change(call, change, method.person.str(),
             fmt::format("method={} label={} state={}", method.id,
                         mfa::quoted(method.label), to_string(method.state)));
}

}  // namespace

asio::awaitable<Reply> add_method(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto method = new_method_of(call, *subject);
  if (!method) co_return failed(method.error());
  auto start = [&](Done<BoundMethod> done) {
    call.context.desk.store.add_method(std::move(*method), std::move(done));
  };
  const auto bound = co_await await_result<BoundMethod>(start);
  if (!bound) co_return failed(bound.error());
  log_method_change(call, "add_method", bound->method);
  co_return added_json(call, *bound);
}

asio::awaitable<Reply> confirm_method(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  std::string typed = call.text("code").value_or("");
  auto code = digits_of(typed);
  wipe(typed);
  if (!code) {
    co_return failed({ErrorKind::refused, "a code is 6 to 8 digits"});
  }
  auto start = [&](Done<Method> done) {
    call.context.desk.store.confirm_method(subject->name,
                                           call.text("id").value_or(""),
                                           std::move(*code), std::move(done));
  };
  const auto method = co_await await_result<Method>(start);
  if (!method) co_return failed(method.error());
  log_method_change(call, "confirm_method", *method);
  co_return Json{{"method", method_json(*method)}};
}

asio::awaitable<Reply> list_methods(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto start = [&](Done<PersonState> done) {
    call.context.desk.store.find_person(subject->name.str(), std::move(done));
  };
  const auto state = co_await await_result<PersonState>(start);
  if (!state) co_return failed(state.error());
  if (!subject->account && state->methods.empty()) {
    co_return failed(
        {ErrorKind::not_found, "there is neither an account nor a method of " +
                                   mfa::quoted(subject->name.str())});
  }
  co_return Json{{"user", subject->name.str()},
                 {"methods", methods_json(state->methods)}};
}

asio::awaitable<Reply> remove_method(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto start = [&](Done<Method> done) {
    call.context.desk.store.remove_method(
        subject->name, call.text("id").value_or(""), std::move(done));
  };
  const auto method = co_await await_result<Method>(start);
  if (!method) co_return failed(method.error());
  log_method_change(call, "remove_method", *method);
  co_return Json{{"method", method_json(*method)}};
}

}  // namespace mfa::control
