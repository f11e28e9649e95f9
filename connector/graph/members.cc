// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/members.h"

#include <fmt/format.h>

#include <utility>

namespace mfa::connector::graph {
namespace {

std::string is_instead(const Json& value, std::string_view wanted) {
  return fmt::format("is of type {}, not {}", value.type_name(), wanted);
}

}  // namespace

Members::Members(const Json& object, const Place& place)
    : object_(object.is_object() ? &object : nullptr), place_(place) {
  if (object_ == nullptr) blame("", is_instead(object, "object"));
}

Members::Members(Members& outer, const char* name)
    : object_(outer.find(name)),
      place_(outer.place_),
      prefix_(outer.prefix_ + name + "."),
      finding_(outer.finding_) {
  if (object_ == nullptr || object_->is_object()) return;
  outer.blame(name, is_instead(*object_, "object"));
  object_ = nullptr;
}

const Json* Members::find(const char* name) const {
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void Members::blame(const char* name, std::string_view what) {
  if (!finding_->empty()) return;
  std::string path =
      place_.index ? fmt::format("value[{}]", *place_.index) : std::string();
  if (!path.empty() && *name != '\0') path += '.';
  *finding_ =
      fmt::format("{}: {}{}{} {}: the schema is not the one this program knows",
                  place_.resource, path, prefix_, name, what);
}

template <class T>
T Members::required(const char* name, std::optional<T> value) {
  if (!value) {
    blame(name, "is missing");
    return T();
  }
  return std::move(*value);
}

std::string Members::text(const char* name) {
  return required(name, optional_text(name));
}

bool Members::truth(const char* name) {
  return required(name, optional_truth(name));
}

std::optional<std::string> Members::optional_text(const char* name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  blame(name, is_instead(*value, "string"));
  return std::nullopt;
}

std::optional<std::string> Members::filled_text(const char* name) {
  const Json* value = find(name);
  if (value != nullptr && value->is_string() &&
      value->get_ref<const std::string&>().empty()) {
    return std::nullopt;
  }
  return optional_text(name);
}

std::optional<bool> Members::optional_truth(const char* name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  blame(name, is_instead(*value, "boolean"));
  return std::nullopt;
}

const Json* Members::optional_list(const char* name) {
  const Json* value = find(name);
  if (value == nullptr || value->is_array()) return value;
  blame(name, is_instead(*value, "array"));
  return nullptr;
}

Result<> Members::verdict() const {
  if (finding_->empty()) return {};
  return error(ErrorKind::malformed, *finding_);
}

}  // namespace mfa::connector::graph
