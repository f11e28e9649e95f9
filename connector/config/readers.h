// SPDX-License-Identifier: BSD-3-Clause
//
// From nodes to the values of config.h, beside what the agent's readers know.
// `name` is what errors call the node. An empty text stands for "none" where a
// reader's name says optional.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "connector/config/config.h"

namespace mfa::connector {

Result<std::chrono::seconds> read_duration_between(const yaml::Node& node,
                                                   std::string_view name,
                                                   std::chrono::seconds least,
                                                   std::chrono::seconds most);

Result<std::string> read_optional_text(const yaml::Node& node,
                                       std::string_view name,
                                       std::size_t longest);

// A path, or "credential:NAME".
Result<SecretFile> read_optional_secret_file(const yaml::Node& node,
                                             std::string_view name);

// The index of the word among `words`.
Result<std::size_t> read_choice(const yaml::Node& node, std::string_view name,
                                std::span<const std::string_view> words);

}  // namespace mfa::connector
