// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/search.h"

#include <fmt/format.h>

#include "agent/base/escape.h"
#include "connector/ldap/limits.h"

namespace mfa::connector::ldap {
namespace {

std::string_view view(const berval& value) {
  return {value.bv_val, value.bv_len};
}

std::string doing(const SearchRequest& request) {
  return fmt::format("search {} by {}", quoted(request.base),
                     quoted(request.filter));
}

std::string page_request(const Connection& connection,
                         const std::string& cookie) {
  berval previous{cookie.size(), const_cast<char*>(cookie.data())};
  berval value{};
  ldap_create_page_control_value(connection.handle(), kPageSize, &previous,
                                 &value);
  std::string bytes(value.bv_val ? value.bv_val : "", value.bv_len);
  ber_memfree(value.bv_val);
  return bytes;
}

// nullopt: it cannot be read.
std::optional<std::string> read_page(const Connection& connection,
                                     const std::string& value) {
  // libldap would read behind it.
  if (value.empty()) return std::nullopt;
  LDAPControl raw{};
  raw.ldctl_value = {value.size(), const_cast<char*>(value.data())};
  berval cookie{};
  ber_int_t estimate = 0;
  if (ldap_parse_pageresponse_control(connection.handle(), &raw, &estimate,
                                      &cookie) != LDAP_SUCCESS) {
    return std::nullopt;
  }
  std::string bytes(cookie.bv_val ? cookie.bv_val : "", cookie.bv_len);
  ber_memfree(cookie.bv_val);
  return bytes;
}

// "": that was the last page. What cannot be read is not taken for that: the
// rest of the directory would be gone.
Result<std::string> next_cookie(const Connection& connection,
                                const Outcome& outcome) {
  for (const Control& control : outcome.controls) {
    if (control.oid != LDAP_CONTROL_PAGEDRESULTS) continue;
    auto cookie = read_page(connection, control.value.value_or(""));
    if (cookie) return std::move(*cookie);
    return tl::unexpected(connection.malformed(
        "the control that says where the next page is (RFC 2696) cannot be "
        "read"));
  }
  return std::string();
}

// Entries up to the end of one search.
class Page {
 public:
  Page(Connection& connection, const SearchRequest& request,
       const TakeEntry& take, std::size_t& count)
      : connection_(connection),
        request_(request),
        take_(take),
        count_(count) {}

  Result<Outcome> read() {
    const auto id = connection_.start(request_);
    if (!id) return tl::unexpected(id.error());
    for (;;) {
      const auto message = connection_.receive();
      if (!message) return tl::unexpected(message.error());
      if (ldap_msgid(message->get()) != *id) continue;
      if (ldap_msgtype(message->get()) == LDAP_RES_SEARCH_RESULT) {
        return end(message->get());
      }
      const auto taken = take(message->get());
      if (!taken) return tl::unexpected(taken.error());
    }
  }

 private:
  // References to other servers are not followed.
  Result<> take(LDAPMessage* message) {
    if (ldap_msgtype(message) != LDAP_RES_SEARCH_ENTRY) return {};
    const ReceivedEntry received(connection_, message);
    if (!received.is_whole()) {
      return tl::unexpected(connection_.malformed("an entry cannot be read"));
    }
    if (++count_ > kMostEntries) {
      return tl::unexpected(connection_.malformed(
          fmt::format("more than {} entries; narrow the base or the filter",
                      kMostEntries)));
    }
    return take_(received.entry());
  }

  Result<Outcome> end(LDAPMessage* message) const {
    auto outcome = connection_.outcome_of(message);
    if (!outcome || outcome->code == LDAP_SUCCESS) return outcome;
    return tl::unexpected(
        connection_.failure(outcome->code, doing(request_), outcome->message));
  }

  Connection& connection_;
  const SearchRequest& request_;
  const TakeEntry& take_;
  std::size_t& count_;
};

}  // namespace

ReceivedEntry::ReceivedEntry(const Connection& connection,
                             LDAPMessage* message) {
  BerElement* ber = nullptr;
  berval dn{};
  if (ldap_get_dn_ber(connection.handle(), message, &ber, &dn) !=
      LDAP_SUCCESS) {
    return;
  }
  entry_.dn = view(dn);
  for (;;) {
    berval name{};
    BerVarray values = nullptr;
    const int code = ldap_get_attribute_ber(connection.handle(), message, ber,
                                            &name, &values);
    whole_ = code == LDAP_SUCCESS;
    if (!whole_ || !name.bv_val) break;
    Attribute& attribute = attribute_called(view(name));
    for (const berval* value = values; value && value->bv_val; ++value) {
      attribute.values.push_back(view(*value));
    }
    ber_memfree(values);
  }
  ber_free(ber, 0);
}

// One that is sent in two places has the values of both: none is hidden
// behind the other.
Attribute& ReceivedEntry::attribute_called(std::string_view name) {
  for (Attribute& attribute : entry_.attributes) {
    if (same_name(attribute.name, name)) return attribute;
  }
  return entry_.attributes.emplace_back(Attribute{name, {}});
}

Result<> search_all(Connection& connection, SearchRequest request,
                    const TakeEntry& take, const AfterPage& after_page) {
  std::size_t count = 0;
  request.controls.push_back(
      {LDAP_CONTROL_PAGEDRESULTS, page_request(connection, ""), false});
  for (std::size_t pages = 0; pages < kMostPages; ++pages) {
    const auto outcome = Page(connection, request, take, count).read();
    if (!outcome) return tl::unexpected(outcome.error());
    const auto done = after_page ? after_page() : Result<>();
    if (!done) return done;
    const auto cookie = next_cookie(connection, *outcome);
    if (!cookie) return tl::unexpected(cookie.error());
    if (cookie->empty()) return {};
    request.controls.back().value = page_request(connection, *cookie);
  }
  return tl::unexpected(connection.malformed("pages without an end"));
}

SearchRequest request_for_ids(const Mapping& mapping, const Scope& scope) {
  SearchRequest request;
  request.base = scope.base;
  request.filter = scope.filter;
  request.attributes = mapping.id;
  return request;
}

Result<> search_one(Connection& connection, const std::string& dn,
                    const Names& attributes, const TakeEntry& take) {
  std::size_t count = 0;
  SearchRequest request;
  request.base = dn;
  request.scope = LDAP_SCOPE_BASE;
  request.filter = "(objectClass=*)";
  request.attributes = attributes;
  const auto outcome = Page(connection, request, take, count).read();
  if (!outcome) return tl::unexpected(outcome.error());
  if (count == 1) return {};
  return tl::unexpected(
      connection.failure(LDAP_NO_SUCH_OBJECT, doing(request), ""));
}

}  // namespace mfa::connector::ldap
