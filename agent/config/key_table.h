// SPDX-License-Identifier: BSD-3-Clause
//
// A configuration as a table of its keys: what a file holds is looked up
// there, and what is not in it is an error with advice. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/yaml.h"

namespace mfa {

// Takes the value of the key with this index.
using ReadKey = std::function<Result<>(std::size_t, const yaml::Node&)>;

// `names`: all keys; a key below a key is joined to it by a dot.
Result<> read_keys(const yaml::Node& root,
                   const std::vector<std::string_view>& names,
                   const ReadKey& read);

// `Key` has a `name` and a `read` that puts a node's value into `config`.
template <class Key, class Config>
Result<> read_table(const yaml::Node& root, std::span<const Key> keys,
                    Config& config) {
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  return read_keys(root, names, [&](std::size_t i, const yaml::Node& node) {
    return keys[i].read(node, config);
  });
}

}  // namespace mfa
