// SPDX-License-Identifier: BSD-3-Clause
//
// How what NSS and the central directory say of one person becomes one. Pure.
//
// Roles and groups are unions. A group that rules name must be known to NSS or
// to the directory; one that neither knows, that means two groups of the
// directory, or that NSS cannot tell about is uncertain for everybody.
#pragma once

#include "agent/cache/cache.h"
#include "agent/directory/directory.h"
#include "agent/model/sign_in.h"

namespace mfa {

// `person` as NSS knows them, under this scope.
void merge_memberships(Person& person, const MembershipScope& scope,
                       const CacheAnswer& answer,
                       const DirectoryCache::Unresolved& unresolved);

// The directory does not answer: nothing is certain but what NSS said the
// person has.
void doubt_memberships(Person& person, const MembershipScope& scope);

}  // namespace mfa
