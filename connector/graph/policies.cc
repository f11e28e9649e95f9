// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/policies.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace mfa::connector::graph {
namespace {

using How = WalkEnd::How;

constexpr char kEnabled[] = "enabled";
constexpr char kReportOnly[] = "enabledForReportingButNotEnforced";

Result<WalkEnd> fetch(const Tenant& tenant, std::string_view name, Json& list) {
  Walk walk;
  walk.resource = name;
  walk.quota = Quota::protection;
  walk.first_link =
      fmt::format("{}identity/conditionalAccess/{}", tenant.base_url, name);
  const auto on_entry = [&](const Json& entry, const Place& place) -> Result<> {
    Members members(entry, place);
    members.text("id");
    members.text("displayName");
    if (auto good = members.verdict(); !good) return good;
    list.push_back(entry);
    if (list.size() <= kMaxPolicyObjects) return {};
    return error(ErrorKind::malformed,
                 fmt::format("{}: more than {}", name, kMaxPolicyObjects));
  };
  return walk_pages(tenant.api, tenant.origin, walk, on_entry);
}

std::string file_text(Json list) {
  return Json{{"value", std::move(list)}}.dump(2) + '\n';
}

}  // namespace

void make_report_only(Json& policy) {
  if (policy.value("state", Json()) == kEnabled) policy["state"] = kReportOnly;
}

Result<WalkEnd> bring_policies(const Tenant& tenant) {
  Json locations = Json::array(), policies = Json::array();
  auto end = fetch(tenant, "namedLocations", locations);
  if (!end || end->how != How::complete) return end;
  end = fetch(tenant, "policies", policies);
  if (!end || end->how != How::complete) return end;
  for (Json& policy : policies) make_report_only(policy);
  const std::string& folder = tenant.config.policies_folder;
  auto written =
      write_file(folder, kNamedLocationsFile, file_text(std::move(locations)));
  if (written) {
    written = write_file(folder, kPoliciesFile, file_text(std::move(policies)));
  }
  if (!written) return tl::unexpected(written.error());
  return end;
}

}  // namespace mfa::connector::graph
