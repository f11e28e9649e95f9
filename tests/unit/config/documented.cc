// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/config/documented.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/check.h"

namespace mfa::test {

std::string content(const char* path) {
  std::ifstream file(path);
  if (!file) fail_msg("%s is missing", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + ' ';
  return all;
}

std::string as_yaml(std::string_view name, std::string_view value) {
  const auto dot = name.find('.');
  if (dot == name.npos) return std::string(name) + ": " + std::string(value);
  return std::string(name.substr(0, dot)) + ":\n  " +
         std::string(name.substr(dot + 1)) + ": " + std::string(value);
}

std::string uncommented(const std::string& example) {
  std::string text;
  for (const std::string& line : lines_of(example)) {
    const bool is_key = line.size() > 3 && line[0] == '#' &&
                        (line[1] != ' ' || (line[2] == ' ' && line[3] != ' '));
    text += is_key ? line.substr(1) : line;
    text += '\n';
  }
  return text;
}

std::string manual_entry(const std::string& page, std::string_view name,
                         std::string_view type) {
  const std::string head =
      ".It Cm " + std::string(name) + " Ar " + std::string(type) + "\n";
  const auto begin = page.find(head);
  if (begin == page.npos) return "";
  const auto body = begin + head.size();
  const auto end = std::min(page.find(".It Cm ", body), page.find(".El", body));
  std::string entry = page.substr(body, end - body);
  std::replace(entry.begin(), entry.end(), '\n', ' ');
  return entry;
}

std::vector<std::string> manual_names(const std::string& page) {
  constexpr std::string_view kHead = ".It Cm ";
  std::vector<std::string> names;
  for (const std::string& line : lines_of(page)) {
    if (!line.starts_with(kHead)) continue;
    names.push_back(
        line.substr(kHead.size(), line.find(" Ar ") - kHead.size()));
  }
  return names;
}

std::vector<std::string> examples_in(const std::string& page) {
  constexpr std::string_view kBegin = ".Bd -literal -offset indent\n";
  std::vector<std::string> examples;
  auto from = page.find(kBegin);
  while (from != page.npos) {
    from += kBegin.size();
    std::string example = page.substr(from, page.find(".Ed\n", from) - from);
    for (auto at = example.find("\\(dq"); at != example.npos;
         at = example.find("\\(dq")) {
      example.replace(at, 4, "\"");
    }
    examples.push_back(std::move(example));
    from = page.find(kBegin, from);
  }
  return examples;
}

}  // namespace mfa::test
