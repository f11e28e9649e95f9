// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/record.h"

#include <memory>
#include <utility>

#include "wire/secret.h"

namespace mfa::pam {
namespace {

constexpr const char* kName = "pam_mfa_record";

void discard(Record* record) {
  if (record->commit_token) {
    wipe(record->commit_token->data(), record->commit_token->size());
  }
  delete record;
}

}  // namespace

// Called by libpam when the record is replaced (PAM_DATA_REPLACE) and when
// the handle ends, in a child that must be silent (PAM_DATA_SILENT) too: each
// time this memory, and nothing else, is given back.
extern "C" {
static void clean_up_record(pam_handle_t*, void* data, int) {
  if (data) discard(static_cast<Record*>(data));
}
}

int keep_record(pam_handle_t* pamh, Record record) {
  auto kept = std::make_unique<Record>(std::move(record));
  const int code = pam_set_data(pamh, kName, kept.get(), clean_up_record);
  Record* const owned_by_whom = kept.release();
  if (code != PAM_SUCCESS) discard(owned_by_whom);
  return code;
}

const Record* find_record(pam_handle_t* pamh) {
  const void* data = nullptr;
  if (pam_get_data(pamh, kName, &data) != PAM_SUCCESS) return nullptr;
  return static_cast<const Record*>(data);
}

}  // namespace mfa::pam
