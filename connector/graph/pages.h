// SPDX-License-Identifier: BSD-3-Clause
//
// A collection of Graph's, page by page, an entry at a time: nothing here
// grows with the collection.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "connector/graph/api.h"
#include "connector/graph/members.h"

namespace mfa::connector::graph {

// A million people are 10,000 pages of 100.
inline constexpr std::size_t kMaxPages = 100'000;
// Empty pages are normal in a delta, but not without end.
inline constexpr std::size_t kMaxEmptyPagesInTurn = 1'000;

struct Walk {
  std::string_view resource;  // "users/delta", for errors
  std::string first_link;
  // Sent with every page.
  std::vector<std::string> headers;
  Quota quota = Quota::directory;
  bool is_delta = false;  // ends with a deltaLink; may ask for a new beginning
  // Not every tenant has it, and Graph calls the question bad then: a 400 is
  // as a 403.
  bool may_be_missing = false;
};

struct WalkEnd {
  enum class How {
    complete,
    forbidden,  // 403: the app has no permission, or see above; `what`
    not_found,  // 404
    // A delta that does not go on from there: 410, a state that Graph does not
    // know any more, an object that is no more. Begin anew.
    resync,
  };
  How how = How::complete;
  std::string delta_link;
  std::string what;
};

using OnEntry = std::function<Result<>(const Json& entry, const Place& place)>;

// Errors are the call's, the entry's, or `malformed`: a page that is none, a
// link that leads elsewhere or in circles, pages without end.
Result<WalkEnd> walk_pages(Api& api, const std::string& origin,
                           const Walk& walk, const OnEntry& on_entry);

}  // namespace mfa::connector::graph
