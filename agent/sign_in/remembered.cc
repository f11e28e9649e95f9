// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/remembered.h"

#include <algorithm>

namespace mfa {
namespace {

bool same_place(const RememberedMfa& kept, const RememberedMfa& present) {
  return kept.uid == present.uid && kept.target_user == present.target_user &&
         kept.service == present.service && kept.source == present.source &&
         kept.device == present.device && kept.terminal == present.terminal &&
         kept.boot_id == present.boot_id &&
         kept.policy_hash == present.policy_hash;
}

// A clock that was set back must not make it last longer.
bool is_fresh(const RememberedMfa& kept, std::chrono::seconds lifetime,
              Instant now) {
  return kept.verified <= now && now - kept.verified < lifetime;
}

}  // namespace

std::chrono::seconds remembered_for(const SessionControls& session) {
  if (!session.sign_in_frequency ||
      session.persistent_browser == PersistentBrowser::never) {
    return {};
  }
  if (session.sign_in_frequency->every_time) return kEveryTimeSlack;
  return std::chrono::hours(session.sign_in_frequency->hours());
}

std::optional<RememberedMfa> binding_of(const SignIn& sign_in,
                                        const std::string& rules_fingerprint,
                                        const Now& now) {
  if (!sign_in.person || sign_in.asker != Asker::root) return std::nullopt;
  const Source& source = sign_in.source;
  const bool known_source =
      source.kind == Source::Kind::console ||
      (source.kind == Source::Kind::address && source.address.has_value());
  if (!known_source || now.boot_id.empty()) return std::nullopt;
  RememberedMfa binding;
  if (const auto& device = sign_in.facts.device) {
    binding.device = device->text(DeviceText::device_id).value_or("");
  }
  if (sign_in.is_console) binding.terminal = sign_in.terminal;
  if (binding.device.empty() && binding.terminal.empty()) return std::nullopt;
  binding.uid = sign_in.person->uid;
  binding.target_user = sign_in.target_user;
  binding.service = sign_in.service;
  // The address itself: its counters' key would be a whole IPv6 network.
  binding.source = source.address ? source.address->str() : source.key();
  binding.boot_id = now.boot_id;
  binding.policy_hash = rules_fingerprint;
  binding.verified = now.wall;
  return binding;
}

const RememberedMfa* find_remembered(const PersonState& state,
                                     const RememberedMfa& binding,
                                     std::chrono::seconds lifetime,
                                     Instant now) {
  const auto found = std::find_if(
      state.remembered.begin(), state.remembered.end(), [&](const auto& kept) {
        return same_place(kept, binding) && is_fresh(kept, lifetime, now);
      });
  return found == state.remembered.end() ? nullptr : &*found;
}

}  // namespace mfa
