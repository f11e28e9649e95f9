// SPDX-License-Identifier: BSD-3-Clause
#include "tests/pam/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/check.h"
#include "tests/pam/interpose.h"

namespace mfa::test {
namespace {

std::string replaced(std::string text, std::string_view what,
                     std::string_view with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos;
       at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string new_directory(const std::string& parent) {
  std::string path = parent + "/pam_mfa.XXXXXX";
  if (!mkdtemp(path.data())) fail_msg("cannot make %s", path.c_str());
  return path;
}

void remove_directory(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

// Holds those of children too, which end without their destructors.
struct AllDirectories {
  std::string path = new_directory("/tmp");
  AllDirectories() { chmod(path.c_str(), 01777); }
  ~AllDirectories() { remove_directory(path); }
};

const AllDirectories& all_directories() {
  static const AllDirectories all;
  return all;
}

}  // namespace

std::string build_directory() {
  const char* named = getenv("MFA_BUILD");
  return std::filesystem::absolute(named ? named : "build");
}

std::string module_path() { return build_directory() + "/pam_mfa.so"; }

TemporaryDirectory::TemporaryDirectory()
    : path_(new_directory(all_directories().path)) {}

TemporaryDirectory::~TemporaryDirectory() { remove_directory(path_); }

void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

Reply typed(std::string text) {
  return {Reply::Kind::text, std::move(text), nullptr};
}
Reply no_response() { return {Reply::Kind::no_response, "", nullptr}; }
Reply no_text() { return {Reply::Kind::no_text, "", nullptr}; }
Reply conversation_error() { return {Reply::Kind::error, "", nullptr}; }

Application::Application(std::string_view service, std::string_view lines,
                         std::string_view socket, const char* user)
    : lines_(replaced(replaced(std::string(lines), "%M", module_path()), "%S",
                      socket)),
      conversation_{converse, this} {
  write_file(directory_.path() + "/" + std::string(service), lines_);
  const int code =
      pam_start_confdir(std::string(service).c_str(), user, &conversation_,
                        directory_.path().c_str(), &handle_);
  assert_int_equal(code, PAM_SUCCESS);
  void (*const function)(int, unsigned, void*) = delay;
  pam_set_item(handle_, PAM_FAIL_DELAY,
               reinterpret_cast<const void*>(function));
}

Application Application::usual(std::string_view service,
                               std::string_view socket,
                               std::string_view arguments, const char* user) {
  const std::string module = "%M socket=%S " + std::string(arguments) + "\n";
  return Application(
      service,
      "auth    [success=ok default=die]                     " + module +
          "account [success=ok new_authtok_reqd=ok default=die] " + module +
          "password required                                    " + module,
      socket, user);
}

Application::~Application() { pam_end(handle_, PAM_SUCCESS); }

void Application::set_item(int type, const char* value) {
  assert_int_equal(pam_set_item(handle_, type, value), PAM_SUCCESS);
}

void Application::change_service(const char* service) {
  write_file(directory_.path() + "/" + service, lines_);
  set_item(PAM_SERVICE, service);
}

void Application::answer_blindly() {
  const auto nobody = [](int, const pam_message**, pam_response**, void*) {
    return PAM_CONV_ERR;
  };
  const pam_conv blind{nobody, nullptr};
  assert_int_equal(pam_set_item(handle_, PAM_CONV, &blind), PAM_SUCCESS);
}

void Application::set_environment(const char* name_and_value) {
  assert_int_equal(pam_putenv(handle_, name_and_value), PAM_SUCCESS);
}

int Application::converse(int count, const pam_message** messages,
                          pam_response** responses, void* application) {
  auto* self = static_cast<Application*>(application);
  self->largest_message_count = std::max(self->largest_message_count, count);
  if (count != 1) return PAM_CONV_ERR;
  return self->answer(*messages[0], responses);
}

void Application::delay(int, unsigned microseconds, void* application) {
  if (!application) return;  // answer_blindly
  static_cast<Application*>(application)->delays.push_back(microseconds);
}

int Application::answer(const pam_message& message, pam_response** responses) {
  shown.push_back({message.msg_style, message.msg});
  if (message.msg_style == PAM_TEXT_INFO ||
      message.msg_style == PAM_ERROR_MSG) {
    return refuses_messages ? PAM_CONV_ERR : PAM_SUCCESS;
  }
  if (replies.empty()) return PAM_CONV_ERR;
  const Reply reply = std::move(replies.front());
  replies.pop_front();
  if (reply.meanwhile) reply.meanwhile();
  if (reply.kind == Reply::Kind::error) return PAM_CONV_ERR;
  if (reply.kind == Reply::Kind::no_response) return PAM_SUCCESS;
  auto* response = static_cast<pam_response*>(calloc(1, sizeof(pam_response)));
  if (reply.kind == Reply::Kind::text) {
    response->resp = watched_copy(reply.text);
  }
  *responses = response;
  return PAM_SUCCESS;
}

}  // namespace mfa::test
