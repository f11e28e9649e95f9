// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "agent/base/escape.h"
#include "agent/methods/totp.h"
#include "agent/store/attempt.h"
#include "agent/store/limits.h"
#include "agent/store/method_table.h"
#include "agent/store/people.h"
#include "agent/store/remembered_mfa.h"

namespace mfa {
namespace {

using Methods = std::vector<Method>;

constexpr std::size_t kIdBytes = 16;
// A code typed while registering may be the one that just went by.
constexpr unsigned kStepsWhenProving = 2;

std::string random_id(Random& random) {
  const auto bytes = random.array<kIdBytes>();
  std::string id;
  for (const std::uint8_t byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

const Method* find_label(const Methods& methods, const std::string& label) {
  const auto found =
      std::find_if(methods.begin(), methods.end(),
                   [&](const Method& method) { return method.label == label; });
  return found == methods.end() ? nullptr : &*found;
}

std::string free_label(const Methods& methods) {
  std::string label = "Authenticator";
  for (int number = 2; find_label(methods, label); ++number) {
    label = fmt::format("Authenticator {}", number);
  }
  return label;
}

Result<> check_request(const NewMethod& wanted) {
  if (wanted.label.size() > kMaxLabelBytes ||
      escaped(wanted.label) != wanted.label) {
    return error(ErrorKind::malformed,
                 fmt::format("the label {} cannot be used: at most {} bytes of "
                             "printable text without \" and \\",
                             quoted(wanted.label), kMaxLabelBytes));
  }
  const TotpParameters& totp = wanted.totp;
  if (totp.digits < 6 || totp.digits > 8) {
    return error(ErrorKind::malformed, "a code has 6, 7 or 8 digits");
  }
  if (totp.period != 30 && totp.period != 60) {
    return error(ErrorKind::malformed, "a period is 30 or 60 seconds");
  }
  return {};
}

// Whoever has the account now must not inherit, nor mix with, the methods of
// whoever had it before.
Result<> check_owner(Transaction& transaction, const NewMethod& wanted,
                     const Methods& methods) {
  const auto uid = load_person(transaction, wanted.person.str()).uid;
  if (methods.empty() || !uid || *uid == wanted.uid) return {};
  return error(
      ErrorKind::conflict,
      fmt::format("{0}'s methods were registered when the account had uid {1}, "
                  "it now has uid {2}; remove them first: mfactl method list "
                  "{0}, then mfactl method remove {0} ID",
                  wanted.person.str(), *uid, wanted.uid));
}

Result<> check_room(const NewMethod& wanted, const Methods& methods) {
  if (methods.size() >= kMaxMethodsPerPerson) {
    return error(ErrorKind::conflict,
                 fmt::format("{0} has {1} methods, which is the most; remove "
                             "one first: mfactl method remove {0} ID",
                             wanted.person.str(), methods.size()));
  }
  if (!find_label(methods, wanted.label)) return {};
  return error(ErrorKind::conflict,
               fmt::format("{} has a method with the label {} already; choose "
                           "another with --label",
                           wanted.person.str(), quoted(wanted.label)));
}

// Who begins again with the same label has given up the first try.
Methods without_abandoned(Transaction& transaction, Methods methods,
                          const std::string& label) {
  std::erase_if(methods, [&](const Method& method) {
    const bool abandoned =
        method.state == MethodState::pending && method.label == label;
    if (abandoned) delete_method(transaction, method);
    return abandoned;
  });
  return methods;
}

Secret new_seed(Random& random) {
  auto bytes = random.array<kSeedBytes>();
  Secret seed(std::string_view(reinterpret_cast<const char*>(bytes.data()),
                               bytes.size()));
  wipe(bytes.data(), bytes.size());
  return seed;
}

Methods only(const Methods& methods,
             bool (*fits)(const Method&, const std::string&),
             const std::string& name) {
  Methods chosen;
  for (const Method& method : methods) {
    if (fits(method, name)) chosen.push_back(method);
  }
  return chosen;
}

bool is_called(const Method& method, const std::string& name) {
  return method.label == name || method.id == name;
}

bool begins_with(const Method& method, const std::string& name) {
  return method.id.starts_with(name);
}

Methods named_by(const Methods& methods, const std::string& name) {
  Methods called = only(methods, is_called, name);
  if (!called.empty() || name.size() < kMinMethodIdPrefix) return called;
  return only(methods, begins_with, name);
}

std::string say_offset(std::int64_t seconds) {
  return fmt::format(
      "the code is right for {} s {}: compare the clocks of the phone and of "
      "this host (timedatectl)",
      seconds < 0 ? -seconds : seconds, seconds < 0 ? "ago" : "from now");
}

bool is_last_registered(const Methods& methods, const Method& method) {
  return std::all_of(methods.begin(), methods.end(), [&](const Method& other) {
    return other.id == method.id || other.state == MethodState::pending;
  });
}

}  // namespace

Result<BoundMethod> bind_method(Transaction& transaction,
                                const NewMethod& wanted) {
  if (auto checked = check_request(wanted); !checked) {
    return tl::unexpected(checked.error());
  }
  const std::string& person = wanted.person.str();
  drop_expired_methods(transaction, person);
  const Methods methods = without_abandoned(
      transaction, load_methods(transaction, person), wanted.label);
  if (auto checked = check_owner(transaction, wanted, methods); !checked) {
    return tl::unexpected(checked.error());
  }
  if (auto checked = check_room(wanted, methods); !checked) {
    return tl::unexpected(checked.error());
  }
  BoundMethod bound{
      .method = {.id = random_id(transaction.random),
                 .person = wanted.person,
                 .label =
                     wanted.label.empty() ? free_label(methods) : wanted.label,
                 .totp = wanted.totp,
                 .state = wanted.confirmed ? MethodState::active
                                           : MethodState::pending,
                 .created = transaction.now.wall,
                 .last_used = {}},
      .seed = new_seed(transaction.random)};
  save_uid(transaction, person, wanted.uid);
  insert_method(transaction, bound.method, bound.seed.reveal());
  return bound;
}

Result<Method> prove_method(Transaction& transaction, const UserName& person,
                            const std::string& id, const Secret& code) {
  const Methods methods = load_methods(transaction, person.str());
  const auto found =
      std::find_if(methods.begin(), methods.end(), [&](const Method& method) {
        return method.id == id && method.state == MethodState::pending;
      });
  if (found == methods.end()) {
    return error(ErrorKind::not_found,
                 fmt::format("{} has no method {} that waits for its first "
                             "code; it may have waited too long: begin again "
                             "with mfactl method add",
                             person.str(), quoted(id)));
  }
  Method method = *found;
  const Result<Secret> seed = open_seed(transaction, method);
  if (!seed) return tl::unexpected(seed.error());
  const TotpCheck check = check_totp(
      seed->reveal(), method.totp, code.reveal(), transaction.now.wall,
      spent_through(transaction, method), kStepsWhenProving);
  if (check.match != CodeMatch::right) {
    return error(ErrorKind::refused, check.match == CodeMatch::skewed
                                         ? say_offset(check.off_seconds)
                                         : "the code is wrong");
  }
  method.state = MethodState::active;
  method.last_accepted_step = check.step;
  method.last_used = transaction.now.wall;
  if (!spend_step(transaction, method)) {
    return error(ErrorKind::refused, "the code is wrong");
  }
  return method;
}

Result<Method> unbind_method(Transaction& transaction, const UserName& person,
                             const std::string& id) {
  drop_expired_methods(transaction, person.str());
  const Methods methods = load_methods(transaction, person.str());
  const Methods meant = named_by(methods, id);
  if (meant.empty()) {
    return error(ErrorKind::not_found,
                 fmt::format("{0} has no method {1}; give its label, its id or "
                             "at least {2} characters of that: mfactl method "
                             "list {0}",
                             person.str(), quoted(id), kMinMethodIdPrefix));
  }
  if (meant.size() > 1) {
    return error(ErrorKind::conflict,
                 fmt::format("{0} has {1} methods that {2} may mean; give "
                             "more of the id: mfactl method list {0}",
                             person.str(), meant.size(), quoted(id)));
  }
  delete_method(transaction, meant.front());
  if (is_last_registered(methods, meant.front())) {
    forget_remembered(transaction, person.str());
  }
  // Nothing is bound to the account any more, so it may be anybody's.
  if (methods.size() == 1) save_uid(transaction, person.str(), std::nullopt);
  return meant.front();
}

}  // namespace mfa
