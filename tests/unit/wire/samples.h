// SPDX-License-Identifier: BSD-3-Clause
//
// Named messages with every field set: the example of PROTOCOL.md, and the
// seed corpus of the fuzzer. Where one changes, the document, the corpus
// (tests/fuzz/make_corpus.cc) and the version of the protocol change with it.
#pragma once

#include <string>
#include <vector>

#include "wire/message.h"

namespace mfa::wire::samples {

struct Sample {
  std::string name;
  Message message;
};

// Bytes that are easy to recognise in a dump: first, first + 1, ...
template <class Array>
Array counting_from(std::uint8_t first) {
  Array bytes;
  for (std::uint8_t& byte : bytes) byte = first++;
  return bytes;
}

inline const Nonce kAuthNonce = counting_from<Nonce>(0x10);
inline const Nonce kAccountNonce = counting_from<Nonce>(0x20);
inline const CommitToken kToken = counting_from<CommitToken>(0xc0);
inline const AskId kFirstAsk = counting_from<AskId>(0xa0);
inline const AskId kSecondAsk = counting_from<AskId>(0xb0);
inline const char kId[] = "0d3c7b1e-52c4-4f0a-9a68-6a1f3e5b7c90";

inline Begin begin_authenticate() {
  Begin begin;
  begin.nonce = kAuthNonce;
  begin.user = "alice";
  begin.service = "sshd";
  begin.rhost = "192.0.2.7";
  begin.ruser = "";
  begin.tty = "ssh";
  begin.ssh_connection = "192.0.2.7 50022 192.0.2.1 22";
  begin.ssh_auth_info = "password\n";
  begin.locale = "sv_SE.UTF-8";
  begin.flags = kFlagPasswordGiven;
  begin.time_left_ms = 50000;
  return begin;
}

inline Begin begin_account() {
  Begin begin;
  begin.phase = Phase::account;
  begin.nonce = kAccountNonce;
  begin.user = "alice";
  begin.service = "sshd";
  begin.flags = kFlagSilent;
  begin.time_left_ms = 50000;
  begin.commit_token = kToken;
  return begin;
}

inline Ask ask(const AskId& id) {
  return {id, Echo::on, AnswerForm::digits, "Code: "};
}

inline Answer given(const AskId& id, std::string_view text) {
  return {id, AnswerStatus::given, Secret(text)};
}

inline Verdict verdict(const Nonce& nonce, Outcome outcome) {
  return {nonce, outcome, std::nullopt, std::nullopt, kId};
}

// A person types a wrong code, then the right one, and is let in.
inline std::vector<Sample> sign_in() {
  Verdict approved = verdict(kAuthNonce, Outcome::allow);
  approved.text = "Välkommen";
  approved.commit_token = kToken;
  std::vector<Sample> dialog;
  dialog.push_back({"BEGIN", begin_authenticate()});
  dialog.push_back({"ASK", ask(kFirstAsk)});
  dialog.push_back({"ANSWER", given(kFirstAsk, "123456")});
  dialog.push_back({"TELL", Tell{TellStyle::error, "Wrong code."}});
  dialog.push_back({"ASK", ask(kSecondAsk)});
  dialog.push_back({"ANSWER", given(kSecondAsk, "000 123")});
  dialog.push_back({"VERDICT", std::move(approved)});
  dialog.push_back({"BEGIN", begin_account()});
  dialog.push_back({"VERDICT", verdict(kAccountNonce, Outcome::allow)});
  return dialog;
}

// One of each kind, with every field that can be set together.
inline std::vector<Sample> one_of_each() {
  Begin full = begin_authenticate();
  full.commit_token = kToken;
  Verdict allowed = verdict(kAuthNonce, Outcome::allow);
  allowed.text = "Välkommen";
  allowed.commit_token = kToken;
  Verdict denied = verdict(kAuthNonce, Outcome::wrong);
  denied.text = "Access denied.";
  std::vector<Sample> all;
  all.push_back({"begin", std::move(full)});
  all.push_back({"begin_account", begin_account()});
  all.push_back({"answer", given(kFirstAsk, "123456")});
  all.push_back({"answer_empty", Answer{kFirstAsk, AnswerStatus::empty, {}}});
  all.push_back({"cancel", Cancel{}});
  all.push_back({"ask", ask(kFirstAsk)});
  all.push_back(
      {"ask_text", Ask{kFirstAsk, Echo::off, AnswerForm::text, "\n█▀ QR\n"}});
  all.push_back({"tell", Tell{TellStyle::info, "3 days left."}});
  all.push_back({"verdict_allow", std::move(allowed)});
  all.push_back({"verdict_deny", std::move(denied)});
  return all;
}

}  // namespace mfa::wire::samples
