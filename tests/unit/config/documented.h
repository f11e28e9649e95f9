// SPDX-License-Identifier: BSD-3-Clause
//
// What a configuration's manual page and example file say of its keys, for
// tests that hold them against the table of keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mfa::test {

std::string content(const char* path);
std::vector<std::string> lines_of(const std::string& text);
std::string joined(const std::vector<std::string>& names);

// "totp.issuer" as the lines of a file that gives it `value`.
std::string as_yaml(std::string_view name, std::string_view value);

// The example with its keys uncommented: "#key" and "#  key", while prose and
// examples begin with "# " and one or three more spaces.
std::string uncommented(const std::string& example);

// From `.It Cm NAME Ar TYPE` to the next one; "" when it is not there.
std::string manual_entry(const std::string& page, std::string_view name,
                         std::string_view type);

// The names of all of them.
std::vector<std::string> manual_names(const std::string& page);

// The literal displays of the page, as a reader sees them.
std::vector<std::string> examples_in(const std::string& page);

}  // namespace mfa::test
