// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/result_codes.h"

#include <ldap.h>

namespace mfa::connector::ldap {
namespace {

struct Meaning {
  int code;
  ErrorKind kind;
  std::string_view advice;
};

constexpr Meaning kMeanings[] = {
    {LDAP_INVALID_CREDENTIALS, ErrorKind::refused,
     "check bind_dn and password_file"},
    {LDAP_INSUFFICIENT_ACCESS, ErrorKind::refused,
     "let the connector's account read people and groups"},
    {LDAP_INAPPROPRIATE_AUTH, ErrorKind::refused, "check bind"},
    {LDAP_AUTH_METHOD_NOT_SUPPORTED, ErrorKind::refused,
     "the server does not offer this bind"},
    {LDAP_STRONG_AUTH_REQUIRED, ErrorKind::refused,
     "the server wants another bind"},
    {LDAP_CONFIDENTIALITY_REQUIRED, ErrorKind::refused,
     "TLS 1.2 or 1.3 is needed"},
    {LDAP_UNAVAILABLE_CRITICAL_EXTENSION, ErrorKind::refused,
     "the server does not offer this way to learn of changes; set sync"},
    {LDAP_SIZELIMIT_EXCEEDED, ErrorKind::refused,
     "raise the size limit of the connector's account on the server"},
    {LDAP_ADMINLIMIT_EXCEEDED, ErrorKind::refused,
     "raise the limits of the connector's account on the server"},
    {LDAP_TIMELIMIT_EXCEEDED, ErrorKind::refused,
     "raise the time limit of the connector's account on the server"},
    {LDAP_NO_SUCH_OBJECT, ErrorKind::malformed,
     "check base, and that the connector's account may read it"},
    {LDAP_REFERRAL, ErrorKind::malformed,
     "referrals are not followed; name the server that holds the base"},
    {LDAP_FILTER_ERROR, ErrorKind::malformed, "check the filter"},
    {LDAP_INVALID_DN_SYNTAX, ErrorKind::malformed, "check base and bind_dn"},
    {LDAP_PROTOCOL_ERROR, ErrorKind::malformed, ""},
    {LDAP_DECODING_ERROR, ErrorKind::malformed,
     "the server sent what is not LDAP, or one entry above 96 MiB"},
    {LDAP_CONNECT_ERROR, ErrorKind::unavailable,
     "check ca_file, and that the certificate is for this name and in date"},
    {LDAP_SERVER_DOWN, ErrorKind::unavailable,
     "check the address; with TLS also ca_file, and that the certificate is "
     "for this name and in date"},
};

const Meaning* find(int code) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code == code) return &meaning;
  }
  return nullptr;
}

}  // namespace

ErrorKind kind_of(int code) {
  const Meaning* meaning = find(code);
  return meaning ? meaning->kind : ErrorKind::unavailable;
}

std::string_view advice_for(int code) {
  const Meaning* meaning = find(code);
  return meaning ? meaning->advice : std::string_view();
}

}  // namespace mfa::connector::ldap
