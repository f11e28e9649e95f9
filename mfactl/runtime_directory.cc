// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/runtime_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "agent/base/unique_fd.h"
#include "agent/config/config.h"
#include "agent/config/file.h"
#include "agent/config/yaml.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

constexpr std::string_view kKey = "runtime_directory";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// "  '/run/x'  # why" -> "/run/x".
std::string_view value_in(std::string_view rest) {
  rest = trimmed(rest.substr(0, rest.find(" #")));
  const bool quotes = rest.size() >= 2 && rest.front() == rest.back() &&
                      (rest.front() == '"' || rest.front() == '\'');
  return quotes ? rest.substr(1, rest.size() - 2) : rest;
}

// The first line that says it, whatever stands around it.
std::string_view scanned(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(kKey)) continue;
    line = trimmed(line.substr(kKey.size()));
    if (line.starts_with(':')) return value_in(line.substr(1));
  }
  return "";
}

// The beginning of it, as much as a configuration may have.
std::optional<std::string> read_text(const std::string& file) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text(kMaxConfigBytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = read(fd.get(), text.data() + size, text.size() - size);
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string runtime_directory_in(std::string_view broken_config) {
  std::string found(scanned(broken_config));
  if (const auto tree = yaml::parse(broken_config, "")) {
    if (const auto* node = tree->find(kKey)) found = node->scalar;
  }
  const bool usable = found.starts_with('/');
  return usable ? found : Config().runtime_directory;
}

RuntimeDirectory find_runtime_directory(const std::string& file) {
  const auto config = load_config(file);
  if (config) return {config->runtime_directory, ""};
  const std::string& why = config.error().what;
  const auto text = read_text(file);
  if (!text && file != kDefaultConfigFile) return {std::nullopt, why};
  const std::string directory = runtime_directory_in(text.value_or(""));
  return {directory, words::going_on_in(why, directory)};
}

}  // namespace mfa::mfactl
