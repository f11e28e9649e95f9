// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/json.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"

namespace mfa::mfactl {
namespace {

// Looks on while nlohmann's parser reads, and throws what it does not mind.
class Strictness {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    const bool begins = event == Json::parse_event_t::object_start ||
                        event == Json::parse_event_t::array_start;
    if (begins && depth >= kMaxJsonDepth) {
      throw Error{ErrorKind::malformed,
                  fmt::format("deeper than {} levels; this is no sign-in",
                              kMaxJsonDepth)};
    }
    if (event == Json::parse_event_t::object_start) names_at(depth).clear();
    if (event == Json::parse_event_t::key) {
      take_name(parsed.get_ref<const std::string&>(), names_at(depth - 1));
    }
    return true;  // keep it
  }

 private:
  using Names = std::vector<std::string>;

  // Of the object being read at this depth.
  Names& names_at(int depth) { return names_[static_cast<std::size_t>(depth)]; }

  static void take_name(const std::string& name, Names& names) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      throw Error{ErrorKind::malformed,
                  fmt::format("{} is given twice in one object; remove one",
                              quoted(name, 64))};
    }
    if (names.size() == kMaxJsonMembers) {
      throw Error{
          ErrorKind::malformed,
          fmt::format("an object with more than {} members", kMaxJsonMembers)};
    }
    names.push_back(name);
  }

  std::vector<Names> names_ = std::vector<Names>(kMaxJsonDepth);
};

}  // namespace

Result<Json> parse_strictly(std::string_view text) {
  Strictness strictness;
  try {
    return Json::parse(
        text.begin(), text.end(),
        [&](int depth, Json::parse_event_t event, const Json& parsed) {
          return strictness(depth, event, parsed);
        });
  } catch (const Error& failure) {
    return tl::unexpected(failure);
  } catch (const Json::parse_error& failure) {
    // nlohmann's own words repeat what it read, whatever it was.
    return error(ErrorKind::malformed,
                 fmt::format("not JSON, at byte {}", failure.byte));
  } catch (const Json::exception&) {
    return error(ErrorKind::malformed, "a number that no computer can hold");
  }
}

const Json& member(const Json& json, const char* path) {
  static const Json kNothing;
  const Json::json_pointer pointer(path);
  return json.contains(pointer) ? json.at(pointer) : kNothing;
}

std::string text(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_string() ? value.get<std::string>() : "";
}

std::int64_t number(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool flag(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_boolean() && value.get<bool>();
}

bool is_null(const Json& json, const char* path) {
  return member(json, path).is_null();
}

std::string joined(const Json& json, const char* path) {
  std::string all;
  for (const Json& item : member(json, path)) {
    if (!item.is_string()) continue;
    if (!all.empty()) all += ", ";
    all += item.get<std::string>();
  }
  return all;
}

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace mfa::mfactl
