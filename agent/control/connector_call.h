// SPDX-License-Identifier: BSD-3-Clause
//
// What the calls on connector.sock share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/control/connector_records.h"
#include "agent/control/operation.h"
#include "agent/control/session.h"

namespace mfa::control {

// The cache; an error while there is none.
VarlinkResult<DirectoryCache*> directory_cache(const Call& call);

// The generation that parameter `generation` names, if it is this
// connection's: else WrongGeneration.
VarlinkResult<OpenGeneration*> open_generation(const Call& call);

// A list of Kind; an error names the parameter.
VarlinkResult<DirectoryKinds> kinds_of(Call& call, std::string_view name);
std::string_view name_of(DirectoryKind kind);
std::optional<DirectoryKind> kind_named(std::string_view name);

// Parameter `source`.
VarlinkResult<std::string> source_of(const Call& call);

// Notes who calls, and when.
void note_call(const Call& call);

// One step of filling the generation; the cache ends it where it refuses.
asio::awaitable<Result<void>> apply(Call& call, OpenGeneration& generation,
                                    Change change);

// Counts and logs what was refused in a generation.
void note_refusals(const Call& call, const OpenGeneration& generation,
                   std::string_view what,
                   const std::vector<RefusedRecord>& refused);

}  // namespace mfa::control
