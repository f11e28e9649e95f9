// SPDX-License-Identifier: BSD-3-Clause
//
// Headers that nearly every file includes, compiled once for the sanitizers'
// tree. Never include it: the other trees see that each file includes what it
// uses. No <filesystem>, whose std::quoted would stand beside ours.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
