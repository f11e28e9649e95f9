// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/golden_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "agent/base/escape.h"
#include "agent/config/yaml.h"
#include "agent/policy/read_policies.h"
#include "mfactl/expectations.h"
#include "mfactl/policy_files.h"
#include "mfactl/sign_in_facts_json.h"

namespace mfa::mfactl {
namespace {

using yaml::error_at;
using yaml::Node;

constexpr std::string_view kFileKeys[] = {"policies", "namedLocations",
                                          "securityDefaults", "cases"};
constexpr std::string_view kCaseKeys[] = {"name", "signIn", "expect"};

// The same value: all text but for true, false and nothing at all.
Json to_json(const Node& node) {
  Json json;
  switch (node.kind) {
    case Node::Kind::null:
      break;
    case Node::Kind::scalar:
      if (node.plain && (node.scalar == "true" || node.scalar == "false")) {
        json = node.scalar == "true";
      } else {
        json = node.scalar;
      }
      break;
    case Node::Kind::list:
      json = Json::array();
      for (const Node& item : node.items) json.push_back(to_json(item));
      break;
    case Node::Kind::map:
      json = Json::object();
      for (const auto& entry : node.entries) {
        json[entry.key] = to_json(entry.value);
      }
      break;
  }
  return json;
}

// A name below the folder of the file that says it.
Result<std::string> path_of(const Node& node, std::string_view name) {
  const auto text = yaml::text(node, name, PATH_MAX);
  if (!text) return tl::unexpected(text.error());
  const std::filesystem::path file = *node.place.file;
  return (file.parent_path() / *text).native();
}

// nullptr: absent or null.
const Node* present(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  return node && node->kind != Node::Kind::null ? node : nullptr;
}

tl::unexpected<Error> missing(const Node& map, std::string_view key,
                              std::string_view advice) {
  return error_at(map.place, fmt::format("\"{}\" is missing; {}", key, advice));
}

// --- what the cases are about ------------------------------------------------

Result<NamedLocations> read_locations(const Node& root) {
  const Node* node = present(root, "namedLocations");
  if (!node) return NamedLocations();
  if (node->kind != Node::Kind::scalar) return NamedLocations::read(*node);
  const auto path = path_of(*node, "namedLocations");
  if (!path) return tl::unexpected(path.error());
  return load_named_locations(*path);
}

Result<std::vector<Policy>> read_list(const Node& root, bool may_be_absent,
                                      const NamedLocations& locations) {
  const Node* node = present(root, "policies");
  if (!node && may_be_absent) return std::vector<Policy>();
  if (!node) {
    return missing(root, "policies",
                   "name a file or a folder, or write the policies there");
  }
  if (node->kind != Node::Kind::scalar) return read_policies(*node, locations);
  const auto path = path_of(*node, "policies");
  if (!path) return tl::unexpected(path.error());
  return load_policies(*path, locations);
}

Result<Policies> read_all_policies(const Node& root) {
  bool security_defaults = false;
  if (const Node* node = present(root, "securityDefaults")) {
    const auto given = yaml::boolean(*node, "securityDefaults");
    if (!given) return tl::unexpected(given.error());
    security_defaults = *given;
  }
  auto locations = read_locations(root);
  if (!locations) return tl::unexpected(std::move(locations.error()));
  auto list = read_list(root, security_defaults, *locations);
  if (!list) return tl::unexpected(std::move(list.error()));
  return assemble(std::move(*list), std::move(*locations), security_defaults);
}

// --- the cases ---------------------------------------------------------------

Result<GoldenCase> read_case(const Node& node, const Policies& policies) {
  if (auto ok = check_keys(node, "a case", kCaseKeys); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  const Node* name = present(node, "name");
  const Node* sign_in = present(node, "signIn");
  const Node* expect = present(node, "expect");
  if (!name) return missing(node, "name", "say what the case shows");
  if (!sign_in)
    return missing(node, "signIn", "describe who signs in, to what");
  if (!expect) return missing(node, "expect", "say at least the decision");

  const auto sentence = yaml::text(*name, "name", kMaxCaseNameBytes);
  if (!sentence) return tl::unexpected(sentence.error());
  GoldenCase golden{*sentence, node.place.line, to_json(*sign_in), {}, {}};
  auto facts = read_sign_in_facts(golden.sign_in);
  if (!facts) return error_at(sign_in->place, facts.error().what);
  golden.facts = std::move(*facts);
  auto expected = read_expectations(*expect, policies);
  if (!expected) return tl::unexpected(std::move(expected.error()));
  golden.expected = std::move(*expected);
  return golden;
}

Result<std::vector<GoldenCase>> read_cases(const Node& root,
                                           const Policies& policies) {
  const Node* list = present(root, "cases");
  if (!list) return missing(root, "cases", "write at least one");
  if (auto ok = yaml::expect_list(*list, "cases", kMaxGoldenCases); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  if (list->items.empty()) {
    return error_at(list->place, "there is no case; write at least one");
  }
  std::vector<GoldenCase> cases;
  std::set<std::string> names;
  for (const Node& node : list->items) {
    auto golden = read_case(node, policies);
    if (!golden) return tl::unexpected(std::move(golden.error()));
    if (!names.insert(golden->name).second) {
      return error_at(node.place,
                      fmt::format("there is another case {}; give each a name "
                                  "of its own",
                                  mfa::quoted(golden->name)));
    }
    cases.push_back(std::move(*golden));
  }
  return cases;
}

}  // namespace

Result<GoldenFile> load_golden_file(const std::string& path) {
  const auto text = read_file(path, yaml::kMaxBytes);
  if (!text) return tl::unexpected(text.error());
  const auto root = yaml::parse(*text, path);
  if (!root) return tl::unexpected(root.error());
  if (auto ok = check_keys(*root, "the file", kFileKeys); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  auto policies = read_all_policies(*root);
  if (!policies) return tl::unexpected(std::move(policies.error()));
  auto cases = read_cases(*root, *policies);
  if (!cases) return tl::unexpected(std::move(cases.error()));
  return GoldenFile{path, std::move(*policies), std::move(*cases)};
}

}  // namespace mfa::mfactl
