// SPDX-License-Identifier: BSD-3-Clause
//
// A message on connector.sock: parsed as a request, and every list in it read
// as every kind of record. What is accepted is within the limits.
#include <cstdint>
#include <cstdlib>

#include "agent/control/connector_records.h"
#include "agent/control/limits.h"
#include "agent/model/reserved_uid.h"

namespace {

using namespace mfa;
using control::Json;

constexpr std::uint32_t kAgentUid = 4711;

void must(bool holds) {
  if (!holds) std::abort();
}

void must_be_name(const std::string& name) {
  must(!name.empty() && name.size() <= control::kMaxConnectorText);
  for (const char c : name) must(static_cast<unsigned char>(c) >= 0x20);
}

void must_be_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) must_be_name(name);
}

void read_as_everything(const Json& json) {
  if (const auto person = control::read_person(json, kAgentUid)) {
    must_be_name(person->id);
    must_be_names(person->names);
    must_be_names(person->member_of);
    must(!person->uid || !mfa::is_reserved_uid(*person->uid, kAgentUid));
  }
  if (const auto group = control::read_group(json)) {
    must_be_name(group->id);
    must_be_names(group->members);
  }
  if (const auto assignment = control::read_role_assignment(json)) {
    must_be_name(assignment->principal);
  }
  if (const auto risk = control::read_risk(json)) must_be_name(risk->id);
  if (const auto device = control::read_device(json)) {
    must_be_name(*device->device.text(DeviceText::device_id));
    must_be_names(device->owners);
  }
  if (const auto key = control::read_key(json)) must_be_name(*key);
  for (const char c : control::id_of(json)) must(c != '\n' && c != '\x1b');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto request =
      control::parse_request({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  must(!request->method.empty());
  for (const auto& parameter : request->parameters) {
    if (!parameter.is_array()) continue;
    for (const Json& record : parameter) read_as_everything(record);
  }
  return 0;
}
