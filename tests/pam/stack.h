// SPDX-License-Identifier: BSD-3-Clause
//
// A real libpam stack with the freshly built module in it, and an application
// whose person is a script.
#pragma once

#include <security/pam_appl.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/check.h"

namespace mfa::test {

using mfa::skip_because;  // for who uses this namespace alone

// $MFA_BUILD, or "build".
std::string build_directory();
std::string module_path();

// A directory of its own, removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_file(const std::string& path, std::string_view text);

struct Shown {
  int style = 0;
  std::string text;
};

// What the application's conversation function does with one message.
struct Reply {
  enum class Kind { text, no_response, no_text, error };
  Kind kind = Kind::text;
  std::string text;
  std::function<void()> meanwhile;  // what happens while the person thinks
};
Reply typed(std::string text);
Reply no_response();  // PAM_SUCCESS and a NULL response
Reply no_text();      // PAM_SUCCESS and a response with a NULL text
Reply conversation_error();

class Application {
 public:
  // `lines` are those of pam.d; %M stands for the module's path and %S for
  // `socket`. A nullptr user is asked for, as login does.
  Application(std::string_view service, std::string_view lines,
              std::string_view socket, const char* user = "alice");
  // The auth and account lines with `arguments` behind.
  static Application usual(std::string_view service, std::string_view socket,
                           std::string_view arguments = "",
                           const char* user = "alice");
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  int authenticate(int flags = 0) { return pam_authenticate(handle_, flags); }
  int check_account(int flags = 0) { return pam_acct_mgmt(handle_, flags); }
  void set_item(int type, const char* value);
  // The same lines, for another service.
  void change_service(const char* service);
  // Prompts are answered by nobody, as in sshd's password method: a
  // conversation without data of its own.
  void answer_blindly();
  void set_environment(const char* name_and_value);

  pam_handle_t* handle() { return handle_; }
  // Answers to prompts, in order; when none is left, every prompt is an error.
  std::deque<Reply> replies;
  // Whether TEXT_INFO and ERROR_MSG are refused, as OpenVPN does.
  bool refuses_messages = false;
  // What the person saw, in order.
  std::vector<Shown> shown;
  int largest_message_count = 0;
  // The delays libpam asked for, in microseconds, 0 for none.
  std::vector<unsigned> delays;

 private:
  static int converse(int count, const pam_message** messages,
                      pam_response** responses, void* application);
  static void delay(int code, unsigned microseconds, void* application);
  int answer(const pam_message& message, pam_response** responses);

  TemporaryDirectory directory_;
  std::string lines_;
  pam_conv conversation_;
  pam_handle_t* handle_ = nullptr;
};

}  // namespace mfa::test
