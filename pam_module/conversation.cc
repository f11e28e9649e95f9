// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/conversation.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "pam_module/text.h"
#include "wire/codec.h"
#include "wire/secret.h"

namespace mfa::pam {
namespace {

// What the application allocated and we must wipe and free.
class Response {
 public:
  Response() = default;
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;
  ~Response() {
    if (!response_) return;
    if (response_->resp) wipe(response_->resp, std::strlen(response_->resp));
    std::free(response_->resp);
    std::free(response_);
  }

  pam_response** out() { return &response_; }
  // nullptr: the application gave none. May be very long.
  const char* text() const { return response_ ? response_->resp : nullptr; }

 private:
  pam_response* response_ = nullptr;
};

// Whether the application took the message.
bool converse(pam_handle_t* pamh, int style, const std::string& text,
              Response& response) {
  const void* item = nullptr;
  if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || !item) return false;
  const auto* application = static_cast<const pam_conv*>(item);
  if (!application->conv) return false;
  const pam_message message = {style, text.c_str()};
  const pam_message* messages[] = {&message};
  return application->conv(1, messages, response.out(),
                           application->appdata_ptr) == PAM_SUCCESS;
}

wire::Answer without_text(const wire::Ask& ask, wire::AnswerStatus status) {
  return {ask.id, status, std::nullopt};
}

}  // namespace

wire::Answer Conversation::ask(const wire::Ask& ask) const {
  using wire::AnswerStatus;
  if (!may_ask_) return without_text(ask, AnswerStatus::failed);
  const int style =
      ask.echo == wire::Echo::on ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF;
  Response response;
  if (!converse(pamh_, style, displayable(ask.text), response) ||
      !response.text()) {
    return without_text(ask, AnswerStatus::failed);
  }
  const std::string_view typed = response.text();
  if (typed.empty()) return without_text(ask, AnswerStatus::empty);
  // Most likely a password, a user name or sshd's filler: it stays here.
  if (!wire::has_form(typed, ask.form)) {
    return without_text(ask, AnswerStatus::unusable);
  }
  return {ask.id, AnswerStatus::given, Secret(typed)};
}

void Conversation::tell(wire::TellStyle style, std::string_view text) const {
  if (silent_) return;
  const int pam_style =
      style == wire::TellStyle::info ? PAM_TEXT_INFO : PAM_ERROR_MSG;
  Response ignored;
  static_cast<void>(converse(pamh_, pam_style, displayable(text), ignored));
}

}  // namespace mfa::pam
