// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/device_row.h"

#include <cstddef>

#include "agent/model/graph_names.h"
#include "agent/store/text_list.h"

namespace mfa {
namespace {

using Texts = std::vector<std::string>;

constexpr char kTrue[] = "1";
constexpr char kFalse[] = "0";

// No element, or one.
Texts optional_text(const std::optional<std::string>& text) {
  return text ? Texts{*text} : Texts();
}

std::string flag(bool value) { return value ? kTrue : kFalse; }

// Takes the lists of a record one after the other; a record that is too short
// has empty ones.
class Reader {
 public:
  explicit Reader(Texts fields) : fields_(std::move(fields)) {}

  Texts list() {
    if (next_ == fields_.size()) return {};
    return decode_list(fields_[next_++]).value_or(Texts());
  }
  std::optional<std::string> text() {
    Texts elements = list();
    if (elements.empty()) return std::nullopt;
    return std::move(elements[0]);
  }

 private:
  Texts fields_;
  std::size_t next_ = 0;
};

}  // namespace

std::string encode_device(const DirectoryDevice& device) {
  Texts fields;
  const auto add = [&](const Texts& list) {
    fields.push_back(encode_list(list));
  };
  add({flag(device.enabled)});
  add(device.platform ? Texts{std::string(graph_name(*device.platform))}
                      : Texts());
  add(device.device.is_compliant ? Texts{flag(*device.device.is_compliant)}
                                 : Texts());
  add(device.ssh_keys);
  for (const Texts& list : device.device.lists) add(list);
  for (const auto& text : device.device.texts) add(optional_text(text));
  return encode_list(fields);
}

std::optional<DirectoryDevice> decode_device(std::string_view text) {
  auto fields = decode_list(text);
  if (!fields) return std::nullopt;
  Reader reader(std::move(*fields));
  DirectoryDevice device;
  device.enabled = reader.text() == kTrue;
  if (const auto platform = reader.text()) {
    device.platform = from_graph_name<DevicePlatform>(*platform);
  }
  if (const auto is_compliant = reader.text()) {
    device.device.is_compliant = *is_compliant == kTrue;
  }
  device.ssh_keys = reader.list();
  for (Texts& list : device.device.lists) list = reader.list();
  for (auto& each : device.device.texts) each = reader.text();
  return device;
}

}  // namespace mfa
