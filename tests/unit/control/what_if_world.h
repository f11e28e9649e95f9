// SPDX-License-Identifier: BSD-3-Clause
//
// People, devices, places and policies for asking what would happen.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "agent/rules/rules.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {

// Public keys of the devices `laptop` and `desktop`.
inline constexpr char kLaptopKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKBFvneNkybZXG75tqxskRKvowaW0xdOLHo1oi"
    "L+0lGw";
inline constexpr char kDesktopKey[] =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBL"
    "3bHFJ482cBCnNbpxJaY3Alh0B+uwazge4OsvbvHCeM+"
    "BvPvf2w9PgY1oRN4pUWkZW8vVKFs7C02"
    "7A0mSCF+Uk=";

// Of a FIDO token, as sshd tells of it.
inline constexpr char kTokenKey[] =
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIIu"
    "1MtB0M3pEgeBTg0I8Xm1EzetOruadMx2V/aNE09vSAAAABHNzaDo=";

// YAML of one policy each, with a hole for its state (fmt).
std::span<const char* const> policy_texts();

// Everything is known of people and places, or nothing.
enum class Knowledge { all, none };

Rules rules_with(const std::vector<std::string>& policies,
                 bool security_defaults, Knowledge knowledge);

// alice administers and is registered, as carol and erin are; dave's groups
// are not known; frank is an emergency account; of erin MFA is required.
// Tells the seeds of those who are registered.
std::map<std::string, Secret> add_people(ControlStage& stage);

// The answer to a question that is no error.
Json answer_of(ControlStage& stage, const Json& question);

// The text there, "" for null.
std::string text_at(const Json& json, const char* path);

}  // namespace mfa::control
