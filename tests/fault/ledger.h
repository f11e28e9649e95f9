// SPDX-License-Identifier: BSD-3-Clause
//
// What clients sent and what the agent acknowledged before it was killed: the
// other side of what must be on disk afterwards. Used by many threads.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mfa::fault {

// One code of one person, however often it was sent.
struct SentCode {
  std::size_t owner = 0;
  std::int64_t step = 0;
  std::string code;
  unsigned sent = 0;
  unsigned accepted = 0;
  unsigned refused = 0;
  unsigned refused_after_accepted = 0;
};

// Wrong answers for one person from one source.
struct Guesses {
  unsigned sent = 0;          // left the client: may have been counted
  unsigned acknowledged = 0;  // the client was told: must be counted
};

struct Enrollment {
  std::string user;
  std::string method_id;
  std::string seed_hex;
};

class Ledger {
 public:
  // --- right codes. A handle stays valid for ever.
  std::size_t add_code(std::size_t owner, std::int64_t step,
                       const std::string& code);
  void will_send(std::size_t handle);
  void accepted(std::size_t handle);
  void refused(std::size_t handle);
  SentCode code(std::size_t handle) const;
  std::vector<SentCode> codes() const;

  // --- wrong codes
  void will_guess(const std::string& user, const std::string& source);
  void told_wrong(const std::string& user, const std::string& source);
  std::map<std::pair<std::string, std::string>, Guesses> guesses() const;

  // --- verdicts: each has its record in the sign-in log
  void told(const std::string& correlation_id);
  std::vector<std::string> correlation_ids() const;

  // --- enrolments that mfactl reported
  void enrolled(Enrollment enrollment);
  std::vector<Enrollment> enrollments() const;

 private:
  mutable std::mutex mutex_;
  std::vector<SentCode> codes_;
  std::map<std::pair<std::string, std::string>, Guesses> guesses_;
  std::vector<std::string> correlation_ids_;
  std::vector<Enrollment> enrollments_;
};

}  // namespace mfa::fault
