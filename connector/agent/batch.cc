// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/batch.h"

#include <fmt/format.h>

namespace mfa::connector {

bool Batch::has_room_for(std::string_view record) const {
  if (count_ == 0) return can_ever_fit(record);
  return count_ < kMaxBatchRecords &&
         records_.size() + 1 + record.size() <= kMaxBatchBytes;
}

void Batch::add(std::string_view record) {
  if (count_ != 0) records_ += ',';
  records_ += record;
  ++count_;
}

std::string Batch::parameters(std::uint64_t generation) const {
  return fmt::format(R"({{"generation":{}{}{},"{}":[{}]}})", generation,
                     group_.empty() ? "" : R"(,"group":)", group_, array_,
                     records_);
}

void Batch::clear() {
  records_.clear();
  count_ = 0;
}

}  // namespace mfa::connector
