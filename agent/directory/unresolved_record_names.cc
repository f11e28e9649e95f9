// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/unresolved_record_names.h"

#include <fmt/format.h>

#include <unordered_set>

#include "agent/base/escape.h"
#include "agent/directory/account_name.h"

namespace mfa {
namespace {

class RecordCheck {
 public:
  explicit RecordCheck(const nss::Calls& calls) : calls_(calls) {}

  void check(const UserName& account, const std::string& where) {
    if (!seen_.insert(account.str()).second) return;
    if (checked_ == kMaxCheckedAccounts || !silence_.empty()) return;
    ++checked_;
    const auto fault = fault_of_account(calls_, account);
    if (!fault) {
      silence_ = fault.error().what;
    } else if (*fault && ++faults_ <= kMaxNamedAccounts) {
      complaints_.push_back(
          fmt::format("directory_file: {}: {}", where, **fault));
    }
  }

  std::vector<std::string> take() {
    if (faults_ > kMaxNamedAccounts) {
      complaints_.push_back(
          fmt::format("directory_file: {} more of its accounts are not those "
                      "of this host",
                      faults_ - kMaxNamedAccounts));
    }
    // One failure ends it: in an outage each name would take as long.
    if (!silence_.empty()) {
      complaints_.push_back(
          fmt::format("directory_file: {}; its accounts were not checked any "
                      "further",
                      silence_));
    } else if (checked_ < seen_.size()) {
      complaints_.push_back(
          fmt::format("directory_file: {} of its {} accounts were looked up; "
                      "whether the others exist is not known",
                      checked_, seen_.size()));
    }
    return std::move(complaints_);
  }

 private:
  const nss::Calls calls_;
  std::unordered_set<std::string> seen_;
  std::size_t checked_ = 0;
  std::size_t faults_ = 0;
  std::string silence_;  // what NSS said when it could not tell
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> unresolved_names(const DirectoryRecords& records,
                                          const nss::Calls& calls) {
  RecordCheck check(calls);
  for (const auto& [account, user] : records.users()) {
    if (const auto name = UserName::parse(account)) check.check(*name, "users");
  }
  for (const DeviceRecord& device : records.devices()) {
    const std::string& id = *device.device.text(DeviceText::device_id);
    const std::string where = "owners of device " + quoted(id, 64);
    for (const UserName& owner : device.owners) check.check(owner, where);
  }
  return check.take();
}

}  // namespace mfa
