// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/policy_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"
#include "agent/policy/named_locations.h"
#include "agent/policy/read_policies.h"

namespace mfa::mfactl {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadAtOnce = 64 << 10;

tl::unexpected<Error> cannot_read(const std::string& path, int failure) {
  if (failure == ENOENT || failure == ENOTDIR) {
    return error(ErrorKind::not_found,
                 fmt::format("{}: there is no such file or folder; check the "
                             "path",
                             escaped(path)));
  }
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot be read: {}; check that it is a file "
                           "and that you may read it",
                           escaped(path), strerror(failure)));
}

// A pipe is as good as a file: --policies <(curl ...).
Result<std::string> read_all(int fd, const std::string& path,
                             std::size_t longest) {
  std::string text;
  while (text.size() <= longest) {
    const std::size_t before = text.size();
    text.resize(before + kReadAtOnce);
    const ssize_t got = read(fd, text.data() + before, kReadAtOnce);
    const int failure = errno;
    text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return text;
    if (got < 0 && failure != EINTR) return cannot_read(path, failure);
  }
  return error(ErrorKind::malformed,
               fmt::format("{}: longer than {} bytes, which nothing that a "
                           "person writes needs; split it",
                           escaped(path), longest));
}

bool is_policy_file(const fs::path& name) {
  const fs::path extension = name.extension();
  return !name.native().starts_with('.') &&
         (extension == ".yaml" || extension == ".yml" || extension == ".json");
}

// In byte order.
Result<std::vector<std::string>> policy_files_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end;
       !failed && entry != end; entry.increment(failed)) {
    const fs::path& path = entry->path();
    std::error_code cannot_tell;  // then opening it says why
    if (!is_policy_file(path.filename()) || entry->is_directory(cannot_tell)) {
      continue;
    }
    if (names.size() == kMaxPolicyFiles) {
      return error(ErrorKind::malformed,
                   fmt::format("{}: more than {} policy files; put several "
                               "policies into one",
                               escaped(folder), kMaxPolicyFiles));
    }
    names.push_back(path.native());
  }
  if (failed) return cannot_read(folder, failed.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<> append_file(const std::string& file, const NamedLocations& locations,
                     std::vector<Policy>& all) {
  const auto text = read_file(file, kMaxPolicyFileBytes);
  if (!text) return tl::unexpected(text.error());
  auto policies = parse_policies(*text, file, locations);
  if (!policies) return tl::unexpected(std::move(policies.error()));
  std::move(policies->begin(), policies->end(), std::back_inserter(all));
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t longest) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return cannot_read(path, errno);
  return read_all(fd.get(), path, longest);
}

Result<NamedLocations> load_named_locations(
    const std::optional<std::string>& path) {
  if (!path) return NamedLocations();
  const auto text = read_file(*path, kMaxNamedLocationsBytes);
  if (!text) return tl::unexpected(text.error());
  return NamedLocations::parse(*text, *path);
}

Result<std::vector<Policy>> load_policies(const std::string& path,
                                          const NamedLocations& locations) {
  std::vector<std::string> files = {path};
  std::error_code cannot_tell;  // then opening it says why
  if (fs::is_directory(path, cannot_tell)) {
    auto found = policy_files_in(path);
    if (!found) return tl::unexpected(std::move(found.error()));
    files = std::move(*found);
  }
  std::vector<Policy> all;
  for (const std::string& file : files) {
    if (Result<> read = append_file(file, locations, all); !read) {
      return tl::unexpected(std::move(read.error()));
    }
  }
  return all;
}

}  // namespace mfa::mfactl
