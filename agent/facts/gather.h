// SPDX-License-Identifier: BSD-3-Clause
//
// From what a module says to what the policies may believe. Pure: what has to
// be looked up (the account) is handed in.
//
// A claim is believed only from root, and only in its numeric or listed form;
// what cannot be believed becomes unknown, never the friendlier value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/model/sign_in.h"
#include "agent/rules/rules.h"
#include "wire/message.h"

namespace mfa {

// Whose account decides: the person at the keyboard. For su that is the
// caller, who is named by PAM_RUSER; only root's word for it is taken.
std::string deciding_name(const wire::Begin& begin, std::uint32_t peer_uid);

// What kind of asker a peer is for this person and service.
// `delegated_services`: those the peer's account may ask for others.
// nullopt: it may not ask.
std::optional<Asker> asker_standing(
    std::uint32_t peer_uid, const Config& config, std::string_view service,
    const std::optional<Person>& person,
    const std::vector<std::string>& delegated_services);

// Whether an unprivileged peer could have any standing for this service;
// nothing is looked up for one that has not.
bool is_open_to_users(const Config& config, std::string_view service);

struct Lookups {
  std::optional<Person> person;  // of deciding_name
  Asker asker = Asker::self;
};

// `id` is the new sign-in's correlation id.
SignIn gather(const wire::Begin& begin, const Rules& rules, Lookups lookups,
              std::string id, Instant began);

}  // namespace mfa
