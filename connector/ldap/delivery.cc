// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/delivery.h"

#include <fmt/format.h>

#include "agent/base/escape.h"
#include "connector/ldap/read_records.h"

namespace mfa::connector::ldap {
namespace {

unsigned bit(Scope::What what) { return 1u << static_cast<unsigned>(what); }

}  // namespace

Delivery::Delivery(Receiver& agent, const Mapping& mapping, const Clock& clock,
                   bool full, std::uint64_t base)
    : agent_(agent),
      mapping_(mapping),
      clock_(clock),
      full_(full),
      base_(base) {}

Result<Generation*> Delivery::open() {
  ++changes_;
  if (!generation_) {
    auto begun = agent_.begin(full_, kinds_of(mapping_), base_);
    if (!begun) return tl::unexpected(begun.error());
    generation_ = std::move(*begun);
  }
  return generation_.get();
}

Result<> Delivery::put(Scope::What what, const Entry& entry, std::string id) {
  if (!full_) named_[id] |= bit(what);
  switch (what) {
    case Scope::What::people:
      return put_person(entry, std::move(id));
    case Scope::What::groups:
      return put_group(entry, std::move(id));
    case Scope::What::devices:
      break;
  }
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  return (*generation)
      ->put(read_device(mapping_, entry, std::move(id), clock_.now().wall));
}

Result<> Delivery::put_person(const Entry& entry, std::string id) {
  auto person = read_person(mapping_, entry, std::move(id), clock_.now().wall);
  if (!person) return tl::unexpected(person.error());
  ++people_;
  if (person->account) ++accounts_;
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  return (*generation)->put(std::move(*person));
}

Result<> Delivery::put_group(const Entry& entry, std::string id) {
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  Group group = read_group(mapping_, entry, id);
  // The first members travel with the group, all others after it.
  bool sent = false;
  const auto read = read_members(
      mapping_, entry, [&](std::vector<std::string> members) -> Result<> {
        if (sent) return (*generation)->add_members(id, std::move(members));
        sent = true;
        group.members = std::move(members);
        return (*generation)->put(std::move(group));
      });
  if (!read || sent) return read;
  return (*generation)->put(std::move(group));
}

Result<> Delivery::add_members(const std::string& group, const Entry& entry) {
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  return read_members(mapping_, entry, [&](std::vector<std::string> members) {
    return (*generation)->add_members(group, std::move(members));
  });
}

// A full generation has nothing that could be removed, unless an entry went
// away while it was made.
Result<> Delivery::gone(Scope::What what, const std::string& id) {
  named_[id] &= ~bit(what);
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  return {};
}

bool Delivery::has(const std::string& id) const {
  const auto found = named_.find(id);
  return found != named_.end() && found->second != 0;
}

Result<> Delivery::remove_gone() {
  for (const auto& [id, scopes] : named_) {
    if (scopes != 0) continue;
    if (const auto removed = generation_->remove(id); !removed) return removed;
  }
  named_.clear();
  return {};
}

Result<> Delivery::present(std::string id) {
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  return (*generation)->present(std::move(id));
}

Result<> Delivery::check_people() const {
  if (!full_ || accounts_ > 0) return {};
  if (people_ == 0) {
    return error(ErrorKind::malformed,
                 "the directory shows no people: check base and people_filter, "
                 "and that the connector's account may read them");
  }
  return error(ErrorKind::malformed,
               fmt::format("none of {} people has the attribute {}: name the "
                           "one that holds the account (attributes: account), "
                           "and let the connector's account read it",
                           people_, escaped(mapping_.account)));
}

Result<std::uint64_t> Delivery::commit(std::string token, bool remove_absent) {
  if (const auto checked = check_people(); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto generation = open();
  if (!generation) return tl::unexpected(generation.error());
  if (const auto removed = remove_gone(); !removed) {
    return tl::unexpected(removed.error());
  }
  Generation::Ending ending;
  ending.token = std::move(token);
  ending.remove_absent = remove_absent;
  ending.up_to_date = kinds_of(mapping_);
  auto committed = (*generation)->commit(ending);
  generation_.reset();
  changes_ = 0;
  return committed;
}

std::vector<Kind> kinds_of(const Mapping& mapping) {
  for (const Scope& scope : mapping.scopes) {
    if (scope.what == Scope::What::devices) {
      return {Kind::people, Kind::devices};
    }
  }
  return {Kind::people};
}

}  // namespace mfa::connector::ldap
