// SPDX-License-Identifier: BSD-3-Clause
//
// yaml-cpp only cuts the text into events. Its own tree is not used: it
// expands aliases, forgets places and lets duplicate keys through.
#include "agent/config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "agent/base/escape.h"
#include "agent/config/yaml_bytes.h"
#include "wire/codec.h"

namespace mfa::yaml {
namespace {

// Builds the tree. The first rule that an event breaks is remembered and all
// later events are ignored, so no exception of ours crosses yaml-cpp.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::shared_ptr<const std::string> file)
      : file_(std::move(file)) {}

  const std::optional<Error>& failure() const { return failure_; }
  Node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      fail(mark, "a second document begins here; keep one document per file");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add(mark, node(mark, Node::Kind::null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases (*name) are not allowed; write the value out");
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    fail(mark, "anchors (&name) are not allowed; remove it");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    if (!has_default_tag(mark, tag)) return;
    if (!wire::is_text(value)) {
      return fail(mark, "an escape stands for a byte that is no text");
    }
    Node scalar = node(mark, Node::Kind::scalar);
    scalar.scalar = value;
    scalar.plain = tag == kPlainTag;
    add(mark, std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  // What yaml-cpp calls a node that names no tag: without and with quotes.
  static constexpr char kPlainTag[] = "?";
  static constexpr char kQuotedTag[] = "!";

  // A list or map whose end has not come yet.
  struct Open {
    YAML::Mark mark;
    Node node;
    std::unordered_set<std::string> keys;
    std::optional<Entry> awaits_value;
  };

  Place place(const YAML::Mark& mark) const {
    return {file_, static_cast<std::size_t>(mark.line) + 1,
            static_cast<std::size_t>(mark.column) + 1};
  }

  Node node(const YAML::Mark& mark, Node::Kind kind) const {
    Node fresh;
    fresh.kind = kind;
    fresh.place = place(mark);
    return fresh;
  }

  void fail(const YAML::Mark& mark, std::string_view what) {
    if (!failure_) failure_ = error_at(place(mark), what).value();
  }

  bool has_default_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == kPlainTag || tag == kQuotedTag) return true;
    fail(mark, "tags (" + quoted(tag, 64) + ") are not allowed; remove it");
    return false;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Node::Kind kind) {
    if (failure_ || !has_default_tag(mark, tag)) return;
    if (open_.size() == kMaxDepth) {
      return fail(mark, fmt::format("lists and maps are nested more than {} "
                                    "deep; write it flatter",
                                    kMaxDepth));
    }
    open_.push_back({mark, node(mark, kind), {}, {}});
  }

  void close() {
    if (failure_) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    add(done.mark, std::move(done.node));
  }

  // Puts a whole node where it belongs: in the list, under its key, or at
  // the root.
  void add(const YAML::Mark& mark, Node whole) {
    if (failure_) return;
    if (open_.empty()) {
      root_ = std::move(whole);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(whole));
    } else if (!parent.awaits_value) {
      add_key(mark, parent, std::move(whole));
    } else {
      // yaml-cpp says of a missing value where the next thing begins.
      if (whole.kind == Node::Kind::null) {
        whole.place = parent.awaits_value->place;
      }
      parent.awaits_value->value = std::move(whole);
      parent.node.entries.push_back(std::move(*parent.awaits_value));
      parent.awaits_value.reset();
    }
  }

  void add_key(const YAML::Mark& mark, Open& map, Node key) {
    if (key.kind != Node::Kind::scalar) {
      return fail(mark, "a key must be text; write `key: value`");
    }
    if (key.scalar == "<<") {
      return fail(mark, "merge keys (<<) are not allowed; write the keys out");
    }
    if (!map.keys.insert(key.scalar).second) {
      return fail(mark, "the key " + quoted(key.scalar) +
                            " stands here a second time; keep one of them");
    }
    map.awaits_value = Entry{std::move(key.scalar), key.place, {}};
  }

  std::shared_ptr<const std::string> file_;
  std::vector<Open> open_;
  Node root_;
  std::optional<Error> failure_;
  int documents_ = 0;
};

// yaml-cpp 0.7 takes the end of the text for the end of a quoted scalar when
// it comes right after a line break: a quote that was never closed would
// swallow every key behind it. Within a quote this is text, and its end is
// seen; anywhere else it is a comment.
constexpr char kEndOfText[] = "\n#";

Result<Node> build(std::string_view text, Builder& builder,
                   const Place& start) {
  std::istringstream stream(std::string(text) + kEndOfText);
  YAML::Parser parser(stream);
  while (!builder.failure() && parser.HandleNextDocument(builder)) {
  }
  if (builder.failure()) return tl::unexpected(*builder.failure());
  Node root = builder.take_root();
  if (root.kind == Node::Kind::null) {
    return error_at(start,
                    "the file is empty or does not begin as YAML; restore "
                    "it, or write {} to mean that it says nothing");
  }
  return root;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

tl::unexpected<Error> error_at(const Place& place, std::string_view what) {
  return error(ErrorKind::malformed,
               fmt::format("{}:{}:{}: {}", place.file ? *place.file : "",
                           place.line, place.column, what));
}

Result<Node> parse(std::string_view text, std::string_view file,
                   std::size_t max_bytes) {
  Place start;
  start.file = std::make_shared<const std::string>(escaped(file));
  // Some editors write it; it says nothing about what follows.
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
  if (auto checked = check_bytes(text, start, max_bytes); !checked) {
    return tl::unexpected(checked.error());
  }
  Builder builder(start.file);
  try {
    return build(text, builder, start);
  } catch (const YAML::Exception& e) {
    if (builder.failure()) return tl::unexpected(*builder.failure());
    if (e.mark.is_null()) return error_at(start, e.msg);
    return error_at({start.file, static_cast<std::size_t>(e.mark.line) + 1,
                     static_cast<std::size_t>(e.mark.column) + 1},
                    escaped(e.msg) + "; mend the YAML here or just before");
  } catch (const std::exception& e) {
    return error_at(start, std::string("this is not YAML that can be read: ") +
                               escaped(e.what()));
  }
}

}  // namespace mfa::yaml
