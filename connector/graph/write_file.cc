// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include "agent/base/unique_fd.h"
#include "connector/graph/policies.h"

namespace mfa::connector::graph {
namespace {

constexpr mode_t kMode = 0644;

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot {}: {}", path, what, strerror(errno)));
}

// nullopt: it cannot be read, or is longer than `most`.
std::optional<std::string> content(int folder, const std::string& name,
                                   std::size_t most) {
  const UniqueFd file(
      openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return std::nullopt;
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got =
        read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > most) return std::nullopt;
  text.resize(size);
  return text;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(file, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// Makes `name` anew: a link that was put there is not followed.
bool write_new(int folder, const std::string& name, std::string_view text) {
  unlinkat(folder, name.c_str(), 0);
  const UniqueFd file(openat(folder, name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode));
  return file && write_all(file.get(), text) &&
         fchmod(file.get(), kMode) == 0 && fsync(file.get()) == 0;
}

}  // namespace

Result<> write_file(const std::string& folder_path, const std::string& name,
                    const std::string& text) {
  const std::string path = folder_path + '/' + name;
  const UniqueFd folder(
      open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return failed(folder_path, "open the folder");
  if (content(folder.get(), name, text.size()) == text) return {};
  const std::string temporary = '.' + name + ".new";
  if (!write_new(folder.get(), temporary, text)) return failed(path, "write");
  if (renameat(folder.get(), temporary.c_str(), folder.get(), name.c_str()) !=
          0 ||
      fsync(folder.get()) != 0) {
    return failed(path, "replace");
  }
  return {};
}

}  // namespace mfa::connector::graph
