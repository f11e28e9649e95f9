// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/strict_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/escape.h"

namespace mfa::connector::graph {
namespace {

constexpr std::size_t kNamedKeyBytes = 64;  // in an error

// Receives what nlohmann's parser finds, and stops it (false) at the first
// thing that must not be there.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Json take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(std::int64_t value) override {
    return add(value) != nullptr;
  }
  bool number_unsigned(std::uint64_t value) override {
    return add(value) != nullptr;
  }
  bool number_float(double value, const std::string&) override {
    return add(value) != nullptr;
  }
  bool string(std::string& value) override {
    return is_acceptable(value) && add(std::move(value)) != nullptr;
  }
  bool binary(Json::binary_t&) override { return refuse("binary data"); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    if (!is_acceptable(name)) return false;
    if (open_.back()->contains(name)) {
      return refuse(fmt::format("the member {} twice in one object",
                                mfa::quoted(name, kNamedKeyBytes)));
    }
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return refuse(fmt::format("no JSON at byte {}", position));
  }

 private:
  bool refuse(std::string what) {
    problem_ = std::move(what);
    return false;
  }

  bool is_acceptable(const std::string& text) {
    if (text.size() > kMaxJsonStringBytes) {
      return refuse(
          fmt::format("a text of more than {} bytes", kMaxJsonStringBytes));
    }
    return text.find('\0') == std::string::npos || refuse("a NUL in a text");
  }

  Json* add(Json value) {
    if (++values_ > kMaxJsonValues) {
      refuse(fmt::format("more than {} values", kMaxJsonValues));
      return nullptr;
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    return &*parent.emplace(std::move(key_), std::move(value)).first;
  }

  bool open(Json empty) {
    if (open_.size() >= kMaxJsonDepth) {
      return refuse(fmt::format("more than {} levels", kMaxJsonDepth));
    }
    Json* place = add(std::move(empty));
    if (place == nullptr) return false;
    open_.push_back(place);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  // An element stays where it is until it is closed: only then does its parent
  // grow.
  std::vector<Json*> open_;
  std::string key_;
  std::size_t values_ = 0;
  std::string problem_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  Builder builder;
  if (!Json::sax_parse(text, &builder)) {
    return error(ErrorKind::malformed,
                 fmt::format("the answer has {}", builder.problem()));
  }
  return builder.take();
}

}  // namespace mfa::connector::graph
