// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/policy_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <iterator>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"
#include "agent/config/folder.h"
#include "agent/policy/named_locations.h"
#include "agent/policy/read_policies.h"

namespace mfa::mfactl {
namespace {

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

// What is no folder is a file; opening it says why not.
Result<std::vector<std::string>> policy_files(const std::string& path) {
  UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return std::vector<std::string>{path};
  return files_in(std::move(folder), path, kPolicyFileSuffixes,
                  kMaxPolicyFiles);
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
  const auto files = policy_files(path);
  if (!files) return tl::unexpected(files.error());
  std::vector<Policy> all;
  for (const std::string& file : *files) {
    if (Result<> read = append_file(file, locations, all); !read) {
      return tl::unexpected(std::move(read.error()));
    }
  }
  return all;
}

}  // namespace mfa::mfactl
