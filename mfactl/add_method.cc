// SPDX-License-Identifier: BSD-3-Clause
//
// `method add`: the only time that a secret is seen.
#include "mfactl/commands.h"
#include "mfactl/qr.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

constexpr int kTries = 3;

Json request_of(const Arguments& arguments) {
  return {{"user", arguments.user},          {"kind", arguments.kind},
          {"label", arguments.label},        {"algorithm", arguments.algorithm},
          {"digits", arguments.digits},      {"period", arguments.period},
          {"confirm", !arguments.no_confirm}};
}

// The method's own members, with what is shown only now.
Json flat(const Json& added) {
  Json object = member(added, "/method");
  object["user"] = text(added, "/user");
  object["otpauth"] = text(added, "/otpauth");
  object["secret"] = text(added, "/secret");
  return object;
}

// A picture whose lines wrap cannot be scanned.
bool fits(const QrMatrix& matrix, QrStyle style) {
  const auto width = terminal_width();
  const std::size_t needed = drawn_columns(matrix, style);
  if (!width || needed <= *width) return true;
  complain(words::qr_too_wide(needed, *width));
  return false;
}

// False: there is nothing to scan.
bool show_qr(const std::string& uri, const std::string& user, QrStyle style) {
  if (style == QrStyle::none) return false;
  const auto matrix = make_qr(uri);
  if (!matrix || !fits(*matrix, style)) return false;
  const Secret drawn = draw_qr(*matrix, style);
  print(words::scan_this(user) + "\n\n");
  print(drawn.reveal());
  return true;
}

void show_secret(const Arguments& arguments, const Json& added) {
  const std::string user = text(added, "/user");
  std::string uri = text(added, "/otpauth");
  std::string secret = text(added, "/secret");
  const bool can_scan =
      show_qr(uri, user, arguments.qr.value_or(best_qr_style()));
  print(can_scan ? '\n' + words::or_type_this() : words::type_this(user));
  print("\n\n  ");
  print(uri);
  print("\n  ");
  print(secret);
  print("\n\n" + words::shown_once() + "\n\n");
  wipe(uri);
  wipe(secret);
}

// One answer; `refused` when it was not right.
Result<Json> try_code(Channel& agent, const Json& added, const Secret& code) {
  return agent.call("ConfirmMethod", {{"user", text(added, "/user")},
                                      {"id", text(added, "/method/id")},
                                      {"code", code.reveal()}});
}

// Whether the method is in force at the end; says so either way.
bool confirm(Channel& agent, const Json& added) {
  for (int left = kTries - 1; left >= 0; --left) {
    const auto code = ask(words::code_prompt());
    if (!code) break;
    const auto confirmed = try_code(agent, added, *code);
    if (confirmed) {
      print(words::confirmed(text(*confirmed, "/method/label"),
                             text(added, "/user")) +
            '\n');
      return true;
    }
    if (confirmed.error().kind != ErrorKind::refused) {
      fail(confirmed.error());
      break;
    }
    if (left > 0) print(words::wrong_code(left) + '\n');
  }
  complain(words::not_confirmed());
  return false;
}

// Nobody can use it, but it would stand in the list for a while.
void withdraw(Channel& agent, const Json& added) {
  const auto removed = agent.call(
      "RemoveMethod",
      {{"user", text(added, "/user")}, {"id", text(added, "/method/id")}});
  if (!removed) fail(removed.error());
}

}  // namespace

int add_method(const Arguments& arguments, Channel& agent) {
  if (!arguments.no_confirm && !can_ask()) {
    complain(words::no_terminal());
    return kFailed;
  }
  const auto added = agent.call("AddMethod", request_of(arguments));
  if (!added) return fail(added.error());
  if (arguments.json) {
    print(document(flat(*added)));
    return kDone;
  }
  show_secret(arguments, *added);
  if (arguments.no_confirm) {
    print(words::added_unconfirmed(text(*added, "/method/label"),
                                   text(*added, "/user")) +
          '\n');
    return kDone;
  }
  if (confirm(agent, *added)) return kDone;
  withdraw(agent, *added);
  return kFailed;
}

}  // namespace mfa::mfactl
