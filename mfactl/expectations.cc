// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"

namespace mfa::mfactl {
namespace {

using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMaxMembers = 64;
constexpr std::size_t kMaxControls = 10;  // there are no more
constexpr unsigned kMaxErrorCode = 999999;
constexpr unsigned kMaxFrequency = 24 * 365;

// --- values ------------------------------------------------------------------

tl::unexpected<Error> unknown(const Node& node, std::string_view name,
                              std::span<const std::string_view> known) {
  return error_at(node.place, fmt::format("{}: {} is no value; {}", name,
                                          quoted(node.scalar, kMaxWordBytes),
                                          advice(node.scalar, known)));
}

template <class E>
Result<Json> word(const Node& node, std::string_view name) {
  const auto text = yaml::text(node, name, kMaxWordBytes);
  if (!text) return tl::unexpected(text.error());
  if (from_graph_name<E>(*text)) return Json(*text);
  std::vector<std::string_view> known;
  for (const auto& value : graph_names<E>()) known.push_back(value.name);
  return unknown(node, name, known);
}

template <class E>
Result<Json> word_or_null(const Node& node, std::string_view name) {
  if (node.kind == Node::Kind::null) return Json();
  return word<E>(node, name);
}

Result<Json> truth(const Node& node, std::string_view name) {
  const auto value = yaml::boolean(node, name);
  if (!value) return tl::unexpected(value.error());
  return Json(*value);
}

Result<Json> error_code(const Node& node, std::string_view name) {
  const auto value = yaml::integer(node, name, 0, kMaxErrorCode);
  if (!value) return tl::unexpected(value.error());
  return Json(*value);
}

Result<Json> controls(const Node& node, std::string_view name) {
  if (auto ok = yaml::expect_list(node, name, kMaxControls); !ok) {
    return tl::unexpected(ok.error());
  }
  Json all = Json::array();
  for (const Node& item : node.items) {
    auto control = word<Control>(item, name);
    if (!control) return control;
    all.push_back(std::move(*control));
  }
  return all;
}

Result<Json> period(const Node& node, std::string_view name) {
  constexpr std::string_view kKeys[] = {"value", "type"};
  if (auto ok = check_keys(node, name, kKeys); !ok) {
    return tl::unexpected(ok.error());
  }
  const Node* value = node.find("value");
  const Node* type = node.find("type");
  if (!value || !type) {
    return error_at(node.place,
                    fmt::format("{}: write {{ value: 4, type: hours }}", name));
  }
  const auto number = yaml::integer(*value, name, 1, kMaxFrequency);
  if (!number) return tl::unexpected(number.error());
  auto unit = word<FrequencyUnit>(*type, name);
  if (!unit) return unit;
  return Json{{"value", *number}, {"type", std::move(*unit)}};
}

Result<Json> frequency(const Node& node, std::string_view name) {
  constexpr std::string_view kEveryTime[] = {"everyTime"};
  if (node.kind == Node::Kind::null) return Json();
  if (node.kind != Node::Kind::scalar) return period(node, name);
  if (node.scalar == kEveryTime[0]) return Json(node.scalar);
  return unknown(node, name, kEveryTime);
}

// --- members -----------------------------------------------------------------

// A member of an object, and how its value is read.
struct Leaf {
  std::string_view key;
  Result<Json> (*read)(const Node&, std::string_view name);
};

constexpr Leaf kSession[] = {
    {"signInFrequency", frequency},
    {"persistentBrowser", word_or_null<PersistentBrowser>},
};

constexpr Leaf kRow[] = {
    {"state", word<PolicyState>},
    {"policyApplies", truth},
    {"analysisReasons", word<AnalysisReason>},
    {"outcome", word<PolicyOutcome>},
    {"result", word<PolicyResult>},
};

constexpr Leaf kResult[] = {
    {"decision", word<Verdict>},
    {"errorCode", error_code},
    {"requiredControls", controls},
};

class Reader {
 public:
  explicit Reader(const Policies& policies) : policies_(policies) {}

  Result<> read(const Node& node) {
    std::vector<std::string_view> keys = keys_of(kResult);
    keys.insert(keys.end(), {"sessionControls", "policies"});
    if (auto ok = check_keys(node, "expect", keys); !ok) return ok;
    for (const yaml::Entry& entry : node.entries) {
      Result<> ok;
      if (entry.key == "sessionControls") {
        ok = read_object(entry.value, kSession,
                         Json::json_pointer("/sessionControls"), entry.key);
      } else if (entry.key == "policies") {
        ok = read_rows(entry.value);
      } else {
        ok = read_leaf(entry, kResult, Json::json_pointer(), "");
      }
      if (!ok) return ok;
    }
    if (!all_.empty()) return {};
    return error_at(node.place,
                    "expect names nothing, so the case cannot fail; name at "
                    "least the decision");
  }

  std::vector<Expectation> take() { return std::move(all_); }

 private:
  static std::vector<std::string_view> keys_of(std::span<const Leaf> leaves) {
    std::vector<std::string_view> keys;
    for (const Leaf& leaf : leaves) keys.push_back(leaf.key);
    return keys;
  }

  Result<> read_leaf(const yaml::Entry& entry, std::span<const Leaf> leaves,
                     const Json::json_pointer& above,
                     const std::string& name_above) {
    const auto leaf =
        std::find_if(leaves.begin(), leaves.end(),
                     [&](const Leaf& known) { return known.key == entry.key; });
    std::string name =
        name_above.empty() ? entry.key : name_above + ": " + entry.key;
    auto value = leaf->read(entry.value, name);
    if (!value) return tl::unexpected(std::move(value.error()));
    all_.push_back({above / entry.key, std::move(name), std::move(*value),
                    entry.place.line});
    return {};
  }

  Result<> read_object(const Node& node, std::span<const Leaf> leaves,
                       const Json::json_pointer& where,
                       const std::string& name) {
    if (auto ok = check_keys(node, name, keys_of(leaves)); !ok) return ok;
    for (const yaml::Entry& entry : node.entries) {
      if (auto ok = read_leaf(entry, leaves, where, name); !ok) return ok;
    }
    return {};
  }

  Result<> read_rows(const Node& node) {
    if (auto ok = yaml::expect_map(node, "policies", kMaxMembers * 4); !ok) {
      return ok;
    }
    for (const yaml::Entry& entry : node.entries) {
      const auto row = row_of(entry.key);
      if (!row) {
        return error_at(entry.place,
                        fmt::format("there is no policy {}; write its "
                                    "displayName as it stands in the policies",
                                    mfa::quoted(entry.key)));
      }
      const Json::json_pointer where = Json::json_pointer("/policies") / *row;
      const std::string name = fmt::format("policies: \"{}\"", entry.key);
      if (auto ok = read_object(entry.value, kRow, where, name); !ok) return ok;
    }
    return {};
  }

  // Its index in the result.
  std::optional<std::size_t> row_of(const std::string& name) const {
    const auto& list = policies_.list;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].display_name == name) return i;
    }
    if (policies_.security_defaults && name == kSecurityDefaultsName) {
      return list.size();
    }
    return std::nullopt;
  }

  const Policies& policies_;
  std::vector<Expectation> all_;
};

}  // namespace

Result<> check_keys(const Node& map, std::string_view name,
                    std::span<const std::string_view> known) {
  if (auto ok = yaml::expect_map(map, name, kMaxMembers); !ok) return ok;
  for (const yaml::Entry& entry : map.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      continue;
    }
    return error_at(entry.place, unknown_key(entry.key, known, name));
  }
  return {};
}

Result<std::vector<Expectation>> read_expectations(const Node& node,
                                                   const Policies& policies) {
  Reader reader(policies);
  if (auto ok = reader.read(node); !ok) return tl::unexpected(ok.error());
  return reader.take();
}

std::vector<Difference> differences(const GoldenCase& golden,
                                    const Json& result) {
  std::vector<Difference> all;
  for (const Expectation& expected : golden.expected) {
    const Json& got = result.at(expected.where);
    if (got != expected.value) all.push_back({&expected, got});
  }
  return all;
}

}  // namespace mfa::mfactl
