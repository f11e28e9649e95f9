// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/pages.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "connector/graph/link.h"

namespace mfa::connector::graph {
namespace {

constexpr char kNextLink[] = "@odata.nextLink";
constexpr char kDeltaLink[] = "@odata.deltaLink";

tl::unexpected<Error> bad_page(const Walk& walk, std::string_view what) {
  return error(ErrorKind::malformed,
               fmt::format("{}: {}", walk.resource, what));
}

Result<WalkEnd> without_page(const Walk& walk, const ApiAnswer& answer) {
  using How = WalkEnd::How;
  // Graph says 410, 404 or 400 with one of several codes (syncStateNotFound,
  // resyncRequired, Directory_ExpiredPageToken): all have the same cure.
  const bool is_lost =
      answer.status == 410 || answer.status == 404 || answer.status == 400;
  if (walk.is_delta && is_lost) {
    return WalkEnd{How::resync, "", answer.what};
  }
  if (answer.status == 403 || (answer.status == 400 && walk.may_be_missing)) {
    return WalkEnd{How::forbidden, "", answer.what};
  }
  if (answer.status == 404) return WalkEnd{How::not_found, "", answer.what};
  return error(ErrorKind::malformed, answer.what);
}

// Of one page: how many entries, and where to go from there.
struct Page {
  std::size_t entries = 0;
  std::optional<std::string> next, delta;
};

Result<Page> read_page(const Walk& walk, const Json& body,
                       const OnEntry& on_entry) {
  Members members(body, {walk.resource, std::nullopt});
  const Json* entries = members.optional_list("value");
  Page page;
  page.next = members.optional_text(kNextLink);
  page.delta = members.optional_text(kDeltaLink);
  if (auto good = members.verdict(); !good) return tl::unexpected(good.error());
  if (entries == nullptr) return bad_page(walk, "the page has no value");
  for (const Json& entry : *entries) {
    auto done = on_entry(entry, {walk.resource, page.entries++});
    if (!done) return tl::unexpected(done.error());
  }
  return page;
}

// "" after the last page of a collection that is no delta.
Result<std::string> link_after(const Walk& walk, const Page& page,
                               const std::string& origin) {
  const bool ends = !page.next.has_value();
  if (walk.is_delta && ends != page.delta.has_value()) {
    return bad_page(walk,
                    "the page has neither a nextLink nor a deltaLink, or both");
  }
  const auto& link = page.next ? page.next : page.delta;
  if (!link) return std::string();
  if (auto good = check_link(*link, origin); !good) {
    return bad_page(walk, good.error().what);
  }
  return *link;
}

}  // namespace

Result<WalkEnd> walk_pages(Api& api, const std::string& origin,
                           const Walk& walk, const OnEntry& on_entry) {
  ApiCall call;
  call.url = walk.first_link;
  call.headers = walk.headers;
  call.quota = walk.quota;
  LoopDetector loop;
  std::size_t empty_in_turn = 0;
  for (std::size_t pages = 0; pages < kMaxPages; ++pages) {
    if (loop.has_seen(call.url)) {
      return bad_page(walk, "the links of the pages go in circles");
    }
    const auto answer = api.call(call);
    if (!answer) return tl::unexpected(answer.error());
    if (!answer->is_good()) return without_page(walk, *answer);
    const auto page = read_page(walk, answer->body, on_entry);
    if (!page) return tl::unexpected(page.error());
    auto link = link_after(walk, *page, origin);
    if (!link) return tl::unexpected(link.error());
    if (!page->next) return WalkEnd{WalkEnd::How::complete, *link, ""};
    empty_in_turn = page->entries == 0 ? empty_in_turn + 1 : 0;
    if (empty_in_turn > kMaxEmptyPagesInTurn) {
      return bad_page(walk, fmt::format("more than {} empty pages in turn",
                                        kMaxEmptyPagesInTurn));
    }
    call.url = std::move(*link);
  }
  return bad_page(walk, fmt::format("more than {} pages", kMaxPages));
}

}  // namespace mfa::connector::graph
