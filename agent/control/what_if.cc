// SPDX-License-Identifier: BSD-3-Clause
//
// What the policies would say of a sign-in that nobody makes. The case is
// opened and decided by the very functions of a real sign-in; only what is
// given is laid over its facts in between.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "agent/base/escape.h"
#include "agent/control/handlers.h"
#include "agent/control/what_if_json.h"
#include "agent/facts/proven_device.h"
#include "agent/model/graph_names.h"
#include "agent/sign_in/case.h"
#include "agent/sign_in/rehearsal.h"
#include "agent/sign_in/standing.h"
#include "wire/codec.h"

namespace mfa::control {
namespace {

constexpr Caller kRoot{0, 0, 0};

tl::unexpected<Error> malformed(std::string what) {
  return error(ErrorKind::malformed, std::move(what));
}

// --- the request as a module would send it -----------------------------------

// What could not stand in a module's message cannot stand here.
Result<std::string> item(const Call& call, const char* name,
                         std::size_t longest) {
  std::string text = call.text(name).value_or("");
  if (text.size() > longest || !wire::is_text(text)) {
    return malformed(
        fmt::format("{} is at most {} bytes of text", name, longest));
  }
  return text;
}

// What sshd says of a key on a FIDO token. Nobody has this one (its point is
// all zeros), so it names no device.
constexpr char kSecurityKey[] =
    "publickey sk-ssh-ed25519@openssh.com "
    "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AA"
    "AAAAAAAAAAAAAAAABHNzaDo=";

Result<> take_first_factor(const Call& call, wire::Begin& begin) {
  const std::string given = call.text("firstFactor").value_or("");
  if (given == "password") {
    begin.flags |= wire::kFlagPasswordGiven;
  } else if (given == "public_key") {
    begin.ssh_auth_info = "publickey";  // without a key: it names no device
  } else if (given == "security_key") {
    begin.ssh_auth_info = kSecurityKey;
  } else if (!given.empty()) {
    return malformed("firstFactor is password, public_key or security_key");
  }
  return {};
}

Result<wire::Begin> begin_of(const Call& call) {
  wire::Begin begin;
  auto user = item(call, "user", wire::kMaxUserName);
  if (!user) return tl::unexpected(user.error());
  auto service = item(call, "service", wire::kMaxServiceName);
  if (!service) return tl::unexpected(service.error());
  auto terminal = item(call, "tty", wire::kMaxItem);
  if (!terminal) return tl::unexpected(terminal.error());
  begin.user = std::move(*user);
  begin.service = std::move(*service);
  if (call.flag("accountOnly", false)) begin.phase = wire::Phase::account;
  begin.ssh_auth_info = "";  // keyboard-interactive; see clientAppType
  if (!terminal->empty()) begin.tty = std::move(*terminal);
  begin.rhost = call.text("rhost");
  if (begin.rhost && !Address::parse(*begin.rhost)) {
    return malformed(mfa::quoted(*begin.rhost, kMaxText) +
                     " is no IP address; names are never looked up, so who "
                     "comes from one has no known address: leave it out");
  }
  if (auto taken = take_first_factor(call, begin); !taken) {
    return tl::unexpected(taken.error());
  }
  // sshd tells PAM of no key before it has asked for something else, too.
  if (begin.phase == wire::Phase::account) begin.ssh_auth_info = "";
  return begin;
}

// --- what is laid over -------------------------------------------------------

template <class E>
std::string all_names() {
  std::string names;
  for (const auto& known : graph_names<E>()) {
    names += names.empty() ? "" : ", ";
    names += known.name;
  }
  return names;
}

template <class E>
Result<> lay_over(const Call& call, const char* name, std::optional<E>& fact) {
  const auto given = call.text(name);
  if (!given) return {};
  const auto value = from_graph_name<E>(*given);
  if (!value) {
    return malformed(fmt::format("{}: there is no {}; known are {}", name,
                                 mfa::quoted(*given, kMaxText),
                                 all_names<E>()));
  }
  fact = value;
  return {};
}

Result<> lay_over_country(const Call& call, SignInFacts& facts) {
  const auto given = call.text("country");
  if (!given) return {};
  const auto country = CountryCode::parse(*given);
  if (!country) {
    return malformed(mfa::quoted(*given, kMaxText) +
                     " is no country: give the two letters of ISO 3166, for "
                     "example SE");
  }
  facts.country = country;
  return {};
}

std::string names_of(const std::vector<UserName>& owners) {
  std::string names;
  for (const UserName& owner : owners) {
    names += names.empty() ? "" : ", ";
    names += mfa::quoted(owner.str());
  }
  return names;
}

tl::unexpected<Error> disabled_device(const std::string& id) {
  return error(ErrorKind::conflict,
               fmt::format("the central directory has disabled the device {}: "
                           "who comes with it comes from an unregistered "
                           "device; leave it out",
                           mfa::quoted(id, kMaxText)));
}

// A device counts for those only who may use it, as in a real sign-in.
Result<> lay_over_device(const Call& call, Case& a_case) {
  const auto id = call.text("device");
  if (!id) return {};
  if (!a_case.sign_in.is_ssh) {
    return error(ErrorKind::conflict,
                 fmt::format("{} does not say which device somebody comes "
                             "from: only ssh_services do, by SSH keys; leave "
                             "the device out",
                             mfa::quoted(a_case.sign_in.service, kMaxText)));
  }
  if (call.flag("accountOnly", false)) {
    return error(ErrorKind::conflict,
                 "with a key alone sshd tells PAM of none, so no device is "
                 "known; leave it out, or have AuthenticationMethods "
                 "publickey,keyboard-interactive and leave accountOnly out");
  }
  const Person& person = *a_case.sign_in.person;
  SignInFacts& facts = a_case.sign_in.facts;
  if (const auto* owned = central_device(person, *id)) {
    if (!owned->enabled) return disabled_device(*id);
    facts.device = believed(*owned, person);
    facts.device_platform = owned->platform;
    return {};
  }
  const auto* device = a_case.generation.rules->records.device_by_id(*id);
  if (!device) {
    return error(ErrorKind::not_found,
                 fmt::format("directory_file has no device {}, and the central "
                             "directory none of this person's",
                             mfa::quoted(*id, kMaxText)));
  }
  const auto& owners = device->owners;
  if (std::find(owners.begin(), owners.end(), person.name) == owners.end()) {
    return error(
        ErrorKind::conflict,
        fmt::format("the device {} is for {} only: who else comes with it "
                    "comes from an unregistered device; leave it out",
                    mfa::quoted(*id, kMaxText), names_of(owners)));
  }
  facts.device = device->device;
  facts.device_platform = device->platform;
  return {};
}

Result<> lay_over_words(const Call& call, SignInFacts& facts) {
  const Result<> all[] = {
      lay_over(call, "clientAppType", facts.client_app_type),
      lay_over(call, "devicePlatform", facts.device_platform),
      lay_over(call, "signInRiskLevel", facts.sign_in_risk),
      lay_over(call, "userRiskLevel", facts.user_risk),
      lay_over_country(call, facts)};
  for (const Result<>& done : all) {
    if (!done) return done;
  }
  return {};
}

Result<> lay_over(const Call& call, Case& a_case) {
  if (auto done = lay_over_device(call, a_case); !done) return done;
  SignInFacts& facts = a_case.sign_in.facts;
  if (call.flag("registering", false)) {
    facts.user_action = UserAction::register_security_information;
  }
  return lay_over_words(call, facts);
}

// Why no sign-in of this person would come to the policies.
std::optional<Error> problem_of(const Case& a_case) {
  if (a_case.problem) {
    const ReasonText& reason = describe(*a_case.problem);
    return Error{ErrorKind::unavailable,
                 fmt::format("{} {}", reason.explanation, reason.remedy)};
  }
  if (a_case.sign_in.person) return std::nullopt;
  return Error{ErrorKind::not_found,
               fmt::format("there is no account {} on this host; nobody is let "
                           "in under a name that is none",
                           mfa::quoted(a_case.sign_in.user_name))};
}

}  // namespace

asio::awaitable<Reply> what_if(Call& call) {
  const auto begin = begin_of(call);
  if (!begin) co_return failed(begin.error());
  Desk& desk = call.context.desk;
  Case a_case = co_await open_case(desk, *begin, kRoot);
  if (const auto problem = problem_of(a_case)) co_return failed(*problem);
  if (const auto done = lay_over(call, a_case); !done) {
    co_return failed(done.error());
  }
  const Rehearsal rehearsal = call.flag("accountOnly", false)
                                  ? rehearse_account_alone(desk, a_case)
                                  : rehearse(desk, a_case);
  if (!is_emergency_access(a_case)) settle(desk, a_case);
  co_return what_if_json(a_case, grace_of(desk, a_case, true), rehearsal);
}

}  // namespace mfa::control
