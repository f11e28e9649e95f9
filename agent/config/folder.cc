// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "agent/base/escape.h"

namespace mfa {
namespace {

using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;

tl::unexpected<Error> cannot_list(const std::string& path) {
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot be listed: {}; check that whoever runs "
                           "this may read the folder",
                           escaped(path), std::strerror(errno)));
}

bool is_wanted(const std::string& name,
               std::span<const std::string_view> suffixes) {
  if (name.starts_with('.')) return false;
  return std::any_of(suffixes.begin(), suffixes.end(), [&](const auto& suffix) {
    return name.size() > suffix.size() && name.ends_with(suffix);
  });
}

// Not every file system says of what type its entries are.
bool is_folder(const Stream& stream, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status {};
  return fstatat(dirfd(stream.get()), entry.d_name, &status,
                 AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

}  // namespace

Result<std::vector<std::string>> files_in(
    UniqueFd folder, const std::string& path,
    std::span<const std::string_view> suffixes, std::size_t most) {
  const Stream stream(fdopendir(folder.get()), closedir);
  if (!stream) return cannot_list(path);
  folder.release();
  std::vector<std::string> files;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (!entry && errno != 0) return cannot_list(path);
    if (!entry) break;
    const std::string name = entry->d_name;
    if (!is_wanted(name, suffixes) || is_folder(stream, *entry)) continue;
    if (files.size() == most) {
      return error(ErrorKind::conflict,
                   fmt::format("{}: more than {} files; remove what is not "
                               "needed, or put several into one file",
                               escaped(path), most));
    }
    files.push_back(path + '/' + name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace mfa
