// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/sign_in_facts_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/role_names.h"
#include "agent/model/graph_names.h"

namespace mfa::mfactl {
namespace {

constexpr std::size_t kQuotedBytes = 64;  // of a wrong value in an error

tl::unexpected<Error> malformed(std::string_view name, std::string_view what) {
  return error(ErrorKind::malformed, fmt::format("{}: {}", name, what));
}

tl::unexpected<Error> wrong_type(const Json& value, std::string_view name,
                                 std::string_view wanted) {
  return malformed(name,
                   fmt::format("must be {}, not {}", wanted,
                               value.is_null() ? "null" : value.type_name()));
}

tl::unexpected<Error> wrong_value(std::string_view given, std::string_view name,
                                  std::span<const std::string_view> known) {
  return malformed(
      name, fmt::format("{} is no value; {}", quoted(given, kQuotedBytes),
                        advice(given, known)));
}

// --- values of one type ------------------------------------------------------

template <class T, class U>
Result<> put(T& to, Result<U> value) {
  if (!value) return tl::unexpected(std::move(value.error()));
  to = std::move(*value);
  return {};
}

Result<std::string> text_of(const Json& value, std::string_view name) {
  if (!value.is_string()) return wrong_type(value, name, "text");
  return value.get_ref<const std::string&>();
}

Result<bool> truth_of(const Json& value, std::string_view name) {
  if (!value.is_boolean()) return wrong_type(value, name, "true or false");
  return value.get<bool>();
}

Result<Name> name_of(const Json& value, std::string_view name) {
  return text_of(value, name).map([](std::string&& text) {
    return Name(std::move(text));
  });
}

// Graph's name of one of them, except those that no sign-in has.
template <class E>
Result<E> one_of(const Json& value, std::string_view name,
                 std::initializer_list<E> never = {}) {
  const auto text = text_of(value, name);
  if (!text) return tl::unexpected(text.error());
  std::vector<std::string_view> known;
  for (const auto& candidate : graph_names<E>()) {
    if (std::find(never.begin(), never.end(), candidate.value) != never.end()) {
      continue;
    }
    if (candidate.name == *text) return candidate.value;
    known.push_back(candidate.name);
  }
  return wrong_value(*text, name, known);
}

// `take` gets each text of a list and its name for errors.
template <class Take>
Result<> each_text(const Json& list, std::string_view name, Take take) {
  if (!list.is_array()) return wrong_type(list, name, "a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_string()) {
      return wrong_type(list[i], fmt::format("{}[{}]", name, i), "text");
    }
    const auto& text = list[i].template get_ref<const std::string&>();
    if (Result<> taken = take(text, i); !taken) return taken;
  }
  return {};
}

Result<std::vector<std::string>> texts_of(const Json& list,
                                          std::string_view name) {
  std::vector<std::string> texts;
  return each_text(list, name,
                   [&](const std::string& text, std::size_t) -> Result<> {
                     texts.push_back(text);
                     return {};
                   })
      .map([&] { return std::move(texts); });
}

// `make` turns a text into the one that is compared.
template <class Make>
Result<NameSet> names_of(const Json& list, std::string_view name, Make make) {
  std::vector<Name> names;
  return each_text(list, name,
                   [&](const std::string& text, std::size_t) -> Result<> {
                     names.emplace_back(make(text));
                     return {};
                   })
      .map([&] { return NameSet(std::move(names)); });
}

// --- members of objects ------------------------------------------------------

template <class Out>
struct Member {
  std::string_view name;
  Result<> (*read)(const Json&, Out&);
};

template <class Out, std::size_t N>
Result<> read_members(const Json& object, std::string_view name,
                      const Member<Out> (&members)[N], Out& out) {
  if (!object.is_object()) return wrong_type(object, name, "an object");
  for (const auto& item : object.items()) {
    const std::string& key = item.key();
    const Json& value = item.value();
    const auto member =
        std::find_if(std::begin(members), std::end(members),
                     [&](const auto& known) { return known.name == key; });
    if (member == std::end(members)) {
      std::vector<std::string_view> known;
      for (const auto& m : members) known.push_back(m.name);
      return error(ErrorKind::malformed, unknown_key(key, known, name));
    }
    if (value.is_null()) continue;
    if (Result<> read = member->read(value, out); !read) return read;
  }
  return {};
}

std::string as_is(const std::string& text) { return text; }

constexpr Member<UserFacts> kUserMembers[] = {
    {"id",
     [](const Json& value, UserFacts& user) {
       return put(user.id, name_of(value, "user.id"));
     }},
    {"userPrincipalName",
     [](const Json& value, UserFacts& user) -> Result<> {
       const auto text = text_of(value, "user.userPrincipalName");
       if (!text) return tl::unexpected(text.error());
       user.principal_name = Name(lower_case(*text));
       return {};
     }},
    {"groups",
     [](const Json& value, UserFacts& user) {
       return put(user.groups, names_of(value, "user.groups", as_is));
     }},
    {"roles",
     [](const Json& value, UserFacts& user) {
       return put(user.roles, names_of(value, "user.roles", role_key));
     }},
    {"isGuest",
     [](const Json& value, UserFacts& user) {
       return put(user.is_guest, truth_of(value, "user.isGuest"));
     }},
};

Result<> read_attribute(const DeviceAttribute& attribute, const Json& value,
                        std::string_view name, Device& device) {
  switch (attribute.kind) {
    case DeviceAttribute::Kind::truth:
      return put(device.is_compliant, truth_of(value, name));
    case DeviceAttribute::Kind::text:
      return put(device.text(attribute.text), text_of(value, name));
    case DeviceAttribute::Kind::list:
      return put(device.list(attribute.list), texts_of(value, name));
  }
  return {};
}

// What device filters call deviceOwnership is `ownership` in Graph's
// deviceInfo.
const DeviceAttribute* attribute_called(std::string_view name) {
  if (name == "ownership") name = "deviceOwnership";
  const auto all = device_attributes();
  const auto found = std::find_if(
      all.begin(), all.end(),
      [&](const DeviceAttribute& attribute) { return attribute.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Error no_attribute(std::string_view name) {
  std::vector<std::string_view> known;
  for (const auto& attribute : device_attributes()) {
    known.push_back(attribute.name);
  }
  return {ErrorKind::malformed, unknown_key(name, known, "device")};
}

// Of Graph's device, as an administrator pastes it; no filter can ask for them.
constexpr std::string_view kOtherProperties[] = {
    "accountEnabled",
    "alternativeNames",
    "alternativeSecurityIds",
    "approximateLastSignInDateTime",
    "browser",
    "complianceExpirationDateTime",
    "createdDateTime",
    "deletedDateTime",
    "deviceCategory",
    "deviceMetadata",
    "deviceVersion",
    "domainName",
    "hostnames",
    "id",
    "isManaged",
    "isManagementRestricted",
    "isRooted",
    "managementType",
    "mdmAppId",
    "onPremisesLastSyncDateTime",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "profileType",
    "registrationDateTime"};

bool is_other_property(std::string_view name) {
  return name.find("@odata.") != name.npos ||
         std::find(std::begin(kOtherProperties), std::end(kOtherProperties),
                   name) != std::end(kOtherProperties);
}

Result<Device> device_of(const Json& value) {
  if (!value.is_object()) return wrong_type(value, "device", "an object");
  Device device;
  for (const auto& item : value.items()) {
    const DeviceAttribute* attribute = attribute_called(item.key());
    if (!attribute && is_other_property(item.key())) continue;
    if (!attribute) return tl::unexpected(no_attribute(item.key()));
    if (item.value().is_null()) continue;
    const std::string name = fmt::format("device.{}", item.key());
    auto read = read_attribute(*attribute, item.value(), name, device);
    if (!read) return tl::unexpected(read.error());
  }
  return device;
}

Result<Address> address_of(const Json& value) {
  const auto text = text_of(value, "ipAddress");
  if (!text) return tl::unexpected(text.error());
  const auto address = Address::parse(*text);
  // A zone names an interface of one machine, not where anybody is.
  if (address && text->find('%') == text->npos) return *address;
  return malformed("ipAddress",
                   quoted(*text, kQuotedBytes) +
                       " is no IP address; write 192.0.2.1 or 2001:db8::1");
}

Result<CountryCode> country_of(const Json& value) {
  const auto text = text_of(value, "country");
  if (!text) return tl::unexpected(text.error());
  if (const auto country = CountryCode::parse(*text)) return *country;
  return malformed("country", quoted(*text, kQuotedBytes) +
                                  " is no country; write its two letters "
                                  "(ISO 3166-1 alpha-2), for example SE");
}

Result<Controls> controls_of(const Json& list) {
  Controls controls;
  return each_text(list, "satisfiedControls",
                   [&](const std::string&, std::size_t i) -> Result<> {
                     const auto control = one_of<Control>(
                         list[i], fmt::format("satisfiedControls[{}]", i));
                     if (!control) return tl::unexpected(control.error());
                     controls.insert(*control);
                     return {};
                   })
      .map([&] { return controls; });
}

Result<std::vector<MethodCombination>> combinations_of(const Json& list) {
  std::vector<MethodCombination> all;
  return each_text(
             list, "authenticationMethods",
             [&](const std::string& text, std::size_t i) -> Result<> {
               const auto combination = parse_combination(text);
               if (!combination) {
                 return malformed(
                     fmt::format("authenticationMethods[{}]", i),
                     quoted(text, kQuotedBytes) +
                         " is no combination of methods; write for example "
                         "\"password,softwareOath\"");
               }
               all.push_back(*combination);
               return {};
             })
      .map([&] { return std::move(all); });
}

constexpr Member<SignInFacts> kMembers[] = {
    {"id", [](const Json&, SignInFacts&) -> Result<> { return {}; }},
    {"user",
     [](const Json& value, SignInFacts& facts) {
       return read_members(value, "user", kUserMembers, facts.user);
     }},
    {"application",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.application, name_of(value, "application"));
     }},
    {"userAction",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.user_action, one_of<UserAction>(value, "userAction"));
     }},
    {"clientAppType",
     [](const Json& value, SignInFacts& facts) {
       return put(
           facts.client_app_type,
           one_of(value, "clientAppType", {ClientAppType::eas_supported}));
     }},
    {"ipAddress",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.ip_address, address_of(value));
     }},
    {"country",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.country, country_of(value));
     }},
    {"devicePlatform",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.device_platform,
                  one_of<DevicePlatform>(value, "devicePlatform"));
     }},
    {"device",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.device, device_of(value));
     }},
    {"signInRiskLevel",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.sign_in_risk,
                  one_of(value, "signInRiskLevel", {RiskLevel::hidden}));
     }},
    {"userRiskLevel",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.user_risk,
                  one_of(value, "userRiskLevel", {RiskLevel::hidden}));
     }},
    {"authenticationFlow",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.authentication_flow,
                  one_of<AuthenticationFlow>(value, "authenticationFlow"));
     }},
    {"satisfiedControls",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.satisfied_controls, controls_of(value));
     }},
    {"authenticationMethods",
     [](const Json& value, SignInFacts& facts) {
       return put(facts.authentication_methods, combinations_of(value));
     }},
    {"registeredMethods",
     [](const Json& value, SignInFacts& facts) -> Result<> {
       const auto methods = texts_of(value, "registeredMethods");
       if (!methods) return tl::unexpected(methods.error());
       facts.may_have_methods = !methods->empty();
       return {};
     }},
};

}  // namespace

Result<SignInFacts> read_sign_in_facts(const Json& sign_in) {
  SignInFacts facts;
  auto read = read_members(sign_in, "a sign-in", kMembers, facts);
  if (!read) return tl::unexpected(std::move(read.error()));
  return facts;
}

}  // namespace mfa::mfactl
