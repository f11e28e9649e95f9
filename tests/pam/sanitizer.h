// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A sanitizer owns malloc() and the size of everything.
#if defined(__SANITIZE_ADDRESS__)
#define MFA_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MFA_SANITIZED 1
#endif
#endif
#ifndef MFA_SANITIZED
#define MFA_SANITIZED 0
#endif
