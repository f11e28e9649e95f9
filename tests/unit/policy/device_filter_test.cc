// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/device_filter.h"

#include <memory>
#include <random>

#include "tests/check.h"

namespace mfa {
namespace {

DeviceFilter parsed(std::string_view rule) {
  auto filter = DeviceFilter::parse(rule);
  if (!filter) {
    fail_msg("%s: %s", std::string(rule).c_str(), filter.error().what.c_str());
  }
  return std::move(*filter);
}

Device laptop() {
  Device device;
  device.is_compliant = true;
  device.text(DeviceText::trust_type) = "ServerAD";
  device.text(DeviceText::display_name) = "Ada's \"blue\" laptop";
  device.text(DeviceText::model) = "T480";
  device.text(DeviceText::operating_system) = "Linux";
  device.text(DeviceText::extension_attribute_15) = "SAW";
  device.list(DeviceList::physical_ids) = {"[ZTDId]:42", "[OrderId]:Berlin"};
  return device;
}

void assert_matches(std::string_view rule, const Device& device) {
  if (!parsed(rule).matches(&device)) {
    fail_msg("does not match: %s", std::string(rule).c_str());
  }
}

void assert_misses(std::string_view rule, const Device& device) {
  if (parsed(rule).matches(&device)) {
    fail_msg("matches: %s", std::string(rule).c_str());
  }
}

// The error begins with this place and says this.
void assert_refused(std::string_view rule, std::size_t character,
                    const std::string& says) {
  const auto filter = DeviceFilter::parse(rule);
  if (filter) fail_msg("accepted: %s", std::string(rule).c_str());
  const std::string& what = filter.error().what;
  const std::string place = "at character " + std::to_string(character) + ": ";
  if (!what.starts_with(place) || what.find(says) == what.npos) {
    fail_msg("expected %s\"%s\", got: %s", place.c_str(), says.c_str(),
             what.c_str());
  }
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += part;
  return whole;
}

// --- what operators mean -----------------------------------------------------

TEST("each operator of a device filter on a text says what its name says") {
  const Device device = laptop();
  for (const auto* rule : {
           "device.model -eq \"T480\"",
           "device.model -ne \"T48\"",
           "device.model -startsWith \"T4\"",
           "device.model -notStartsWith \"480\"",
           "device.model -endsWith \"80\"",
           "device.model -notEndsWith \"T\"",
           "device.model -contains \"48\"",
           "device.model -notContains \"84\"",
           "device.model -in [\"X1\", \"T480\"]",
           "device.model -notIn [\"X1\", \"T48\"]",
       }) {
    assert_matches(rule, device);
  }
  for (const auto* rule : {
           "device.model -eq \"T4800\"",
           "device.model -ne \"T480\"",
           "device.model -startsWith \"T4800\"",
           "device.model -notStartsWith \"T480\"",
           "device.model -endsWith \"T4\"",
           "device.model -notEndsWith \"480\"",
           "device.model -contains \"84\"",
           "device.model -notContains \"T480\"",
           "device.model -in [\"X1\"]",
           "device.model -notIn [\"T480\"]",
       }) {
    assert_misses(rule, device);
  }
}

TEST("a device filter reads words and texts in any ASCII case") {
  const Device device = laptop();
  assert_matches("DEVICE.TRUSTTYPE -EQ \"serverad\"", device);
  assert_matches("device.TrustType -STARTSWITH \"SERVER\"", device);
  assert_matches("(device.model -EQ 't480') -AND device.model -NE \"x\"",
                 device);
  assert_matches("device.extensionattribute15 -in [\"saw\"]", device);
}

TEST("isCompliant is compared with True or False, in quotes or not") {
  const Device device = laptop();
  assert_matches("device.isCompliant -eq True", device);
  assert_matches("device.isCompliant -eq \"true\"", device);
  assert_matches("device.isCompliant -ne FALSE", device);
  assert_misses("device.isCompliant -ne 'True'", device);
  assert_misses("device.isCompliant -eq False", device);
}

TEST("a list attribute matches when any of its elements does") {
  const Device device = laptop();
  assert_matches("device.physicalIds -contains \"[ztdid]:42\"", device);
  assert_matches("device.devicePhysicalIds -eq \"[OrderId]:Berlin\"", device);
  assert_matches("device.physicalIds -startsWith \"[Order\"", device);
  assert_matches("device.physicalIds -endsWith \"42\"", device);
  assert_matches("device.physicalIds -in [\"x\", \"[ZTDId]:42\"]", device);
  assert_misses("device.physicalIds -notContains \"[ZTDId]:42\"", device);
  assert_misses("device.physicalIds -ne \"[ZTDId]:42\"", device);
}

TEST("-contains on a list compares whole elements") {
  const Device device = laptop();
  assert_misses("device.physicalIds -contains \"ZTDId\"", device);
  assert_matches("device.physicalIds -notContains \"ZTDId\"", device);
}

TEST("a null attribute matches no positive operator and every negative one") {
  const Device device;
  const auto expect = [&](const std::string& rule, bool match) {
    for (const Device* each : {&device, static_cast<const Device*>(nullptr)}) {
      if (parsed(rule).matches(each) != match) fail_msg("%s", rule.c_str());
    }
  };
  for (const std::string attribute : {"model", "systemLabels"}) {
    for (const std::string op : {"eq", "startsWith", "endsWith", "contains"}) {
      expect("device." + attribute + " -" + op + " \"\"", false);
    }
    for (const std::string op :
         {"ne", "notStartsWith", "notEndsWith", "notContains"}) {
      expect("device." + attribute + " -" + op + " \"\"", true);
    }
    expect("device." + attribute + " -in [\"\"]", false);
    expect("device." + attribute + " -notIn [\"\"]", true);
  }
  for (const std::string truth : {"True", "False"}) {
    expect("device.isCompliant -eq " + truth, false);
    expect("device.isCompliant -ne " + truth, true);
  }
}

TEST("-and binds tighter than -or, parentheses tighter than both") {
  const std::string yes = "device.model -eq \"T480\"";
  const std::string no = "device.model -ne \"T480\"";
  const Device device = laptop();
  assert_matches(yes + " -or " + no + " -and " + no, device);
  assert_misses("(" + yes + " -or " + no + ") -and " + no, device);
  assert_matches(no + " -and " + no + " -or " + yes, device);
  assert_misses(no + " -and (" + no + " -or " + yes + ")", device);
}

// --- how texts are written ---------------------------------------------------

TEST("a quote in a text follows a backtick or is doubled") {
  const Device device = laptop();
  assert_matches("device.displayName -eq \"Ada's `\"blue`\" laptop\"", device);
  assert_matches("device.displayName -eq \"Ada's \"\"blue\"\" laptop\"",
                 device);
  assert_matches("device.displayName -eq 'Ada''s \"blue\" laptop'", device);
  assert_matches("device.displayName -eq 'Ada`'s \"blue\" laptop'", device);
}

TEST("a backslash is itself, and a backtick before a letter") {
  Device device;
  device.text(DeviceText::model) = "a\\b`c`";
  assert_matches("device.model -eq \"a\\b`c``\"", device);
  assert_matches("device.model -endsWith \"``\"", device);
}

TEST("blanks and line breaks may stand between all words, or none") {
  const Device device = laptop();
  assert_matches(
      "\n(\tdevice.model\r\n-in [ \"a\" ,\n\"T480\" ] ) "
      "-and device.isCompliant -eq True ",
      device);
  assert_matches(
      "(device.model -in[\"T480\"])-and(device.isCompliant -eq True)", device);
}

TEST("letters beyond ASCII are compared exactly") {
  Device device;
  device.text(DeviceText::model) = "Größe";
  assert_matches("device.model -eq \"GRößE\"", device);
  assert_misses("device.model -eq \"GRÖßE\"", device);
}

// --- what is refused ---------------------------------------------------------

TEST("an unknown attribute or operator is refused with what was meant") {
  assert_refused("device.trustTyp -eq \"x\"", 8,
                 "\"trustTyp\"; did you mean \"trustType\"?");
  assert_refused("device.colour -eq \"x\"", 8, "write one of: isCompliant, ");
  assert_refused("device. -eq \"x\"", 8, "no attribute \"\"");
  assert_refused("device.model -startWith \"x\"", 14,
                 "did you mean \"-startsWith\"?");
  assert_refused("device.model eq \"x\"", 14, "did you mean \"-eq\"?");
  assert_refused("device.model -match \"x\"", 14, "write one of: -eq, -ne");
  assert_refused("device.model", 13, "an operator is missing");
}

TEST("what is not about the device is refused with an example") {
  assert_refused("trusttype -eq \"x\"", 1, "write device.trustType");
  assert_refused("user.department -eq \"x\"", 1, "begins with an attribute");
  assert_refused("", 1, "begins with an attribute");
  assert_refused("  ", 3, "begins with an attribute");
  assert_refused("()", 2, "begins with an attribute");
  assert_refused("-not (device.model -eq \"x\")", 1,
                 "begins with an attribute");
}

TEST("a value of the wrong kind is refused") {
  assert_refused("device.isCompliant -contains True", 20, "use -eq or -ne");
  assert_refused("device.isCompliant -in [\"True\"]", 20, "use -eq or -ne");
  assert_refused("device.isCompliant -eq yes", 24, "either True or False");
  assert_refused("device.isCompliant -eq", 23, "either True or False");
  assert_refused("device.model -eq T480", 18, "straight double quotes");
  assert_refused("device.model -eq \u201cT480\u201d", 18,
                 "straight double quotes");
  assert_refused("device.model -eq [\"T480\"]", 18, "write -in or -notIn");
  assert_refused("device.model -in \"T480\"", 18, "write [\"a\", \"b\"]");
  assert_refused("device.model -in []", 19, "a text is missing");
  assert_refused("device.model -in [\"a\" \"b\"]", 23, "goes on with ,");
  assert_refused("device.model -in [\"a\",]", 23, "a text is missing");
  assert_refused("device.model -in [\"a\"", 22, "ends with ]");
}

TEST("what is left open, or closed too often, is refused") {
  assert_refused("device.model -eq \"T480", 18, "never ends");
  assert_refused("device.model -eq \"T480`\"", 18, "never ends");
  assert_refused("device.model -eq \"T480' ", 18, "never ends");
  assert_refused("(device.model -eq \"x\"", 1, "never closed");
  assert_refused("device.model -eq \"x\")", 21, "no ( before it");
}

TEST("comparisons without -and or -or between them are refused") {
  assert_refused("device.model -eq \"x\" and device.model -eq \"x\"", 22,
                 "write -and or -or");
  assert_refused("(device.model -eq \"x\" device.model -eq \"x\")", 23,
                 "write -and or -or");
  assert_refused("device.model -eq \"x\" -and", 26, "begins with an attribute");
  assert_refused("device.model -eq \"x\" -xor device.model -eq \"x\"", 22,
                 "write -and or -or");
  assert_refused(std::string("device.model -eq \"x\"") + '\0', 21,
                 "write -and or -or");
}

TEST("places in errors count characters, not bytes") {
  assert_refused("device.model -eq \"Größe\" x", 26, "write -and or -or");
}

TEST("a device rule is read up to 3072 bytes") {
  const std::string head = "device.model -eq \"";
  const std::string longest =
      head + std::string(kMaxDeviceRuleCharacters - head.size() - 1, 'x') + '"';
  parsed(longest);
  assert_refused(longest + ' ', kMaxDeviceRuleCharacters + 1,
                 "longer than 3072");
}

TEST("a device rule is read up to the deepest nesting") {
  const std::string yes = "device.model -eq \"T480\"";
  const auto nested = [&](std::size_t depth) {
    return repeated("(", depth) + yes + repeated(")", depth);
  };
  assert_matches(nested(kMaxDeviceRuleDepth), laptop());
  assert_refused(nested(kMaxDeviceRuleDepth + 1), kMaxDeviceRuleDepth + 1,
                 "nested more than 32");
}

TEST("the deepest rule with the most that waits is evaluated") {
  // At each depth one term waits for -or and one for -and.
  const std::string part =
      "device.model -ne 'T480' -or device.model -eq 'T480'"
      " -and ";
  const std::string last = "device.model -eq 'T480'";
  const auto nested = [&](std::size_t depth) {
    return repeated(part + "(", depth) + part + last + repeated(")", depth);
  };
  const std::size_t depth =
      std::min(kMaxDeviceRuleDepth,
               (kMaxDeviceRuleCharacters - part.size() - last.size()) /
                   (part.size() + 2));
  assert_int_equal(depth, kMaxDeviceRuleDepth);
  assert_matches(nested(depth), laptop());
}

TEST("a filter that was not parsed matches nothing") {
  const Device device = laptop();
  assert_false(DeviceFilter().matches(&device));
  assert_false(DeviceFilter().matches(nullptr));
}

// --- laws --------------------------------------------------------------------

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

const std::vector<std::string> kWords = {"", "a", "A", "ab", "Ba", "b\"", "'"};

const std::string& any_word(Random& random) {
  return kWords[below(random, kWords.size())];
}

// Evaluated by walking, and by definition rather than by trick.
struct Tree {
  enum class Kind { compare, all, any };
  Kind kind = Kind::compare;
  std::unique_ptr<Tree> left, right;
  std::string attribute, op;
  std::vector<std::string> words;
  bool truth = false;
};

std::unique_ptr<Tree> any_tree(Random& random, std::size_t depth) {
  auto tree = std::make_unique<Tree>();
  if (depth > 0 && below(random, 3) > 0) {
    tree->kind = below(random, 2) ? Tree::Kind::all : Tree::Kind::any;
    tree->left = any_tree(random, depth - 1);
    tree->right = any_tree(random, depth - 1);
    return tree;
  }
  static const std::vector<std::string> kAttributes = {
      "isCompliant", "model", "trustType", "physicalIds"};
  static const std::vector<std::string> kOperators = {
      "-eq",       "-ne",          "-startsWith", "-notStartsWith",
      "-endsWith", "-notEndsWith", "-contains",   "-notContains",
      "-in",       "-notIn"};
  tree->attribute = kAttributes[below(random, kAttributes.size())];
  const std::size_t operators =
      tree->attribute == "isCompliant" ? 2 : kOperators.size();
  tree->op = kOperators[below(random, operators)];
  tree->truth = below(random, 2) == 1;
  const bool several = tree->op == "-in" || tree->op == "-notIn";
  for (std::size_t n = several ? 1 + below(random, 3) : 1; n > 0; --n) {
    tree->words.push_back(any_word(random));
  }
  return tree;
}

std::string written(const std::string& word) {
  std::string text = "\"";
  for (const char c : word)
    text += c == '"' ? std::string("`\"") : std::string(1, c);
  return text + '"';
}

// Parentheses only where they are needed, so that binding is tested too.
std::string written(const Tree& tree) {
  if (tree.kind == Tree::Kind::compare) {
    std::string value = written(tree.words[0]);
    if (tree.attribute == "isCompliant") value = tree.truth ? "True" : "False";
    if (tree.op == "-in" || tree.op == "-notIn") {
      value.insert(0, "[");
      for (std::size_t i = 1; i < tree.words.size(); ++i) {
        value += ", " + written(tree.words[i]);
      }
      value += "]";
    }
    return "device." + tree.attribute + " " + tree.op + " " + value;
  }
  const bool all = tree.kind == Tree::Kind::all;
  const auto side = [&](const Tree& child) {
    const bool needed = all && child.kind == Tree::Kind::any;
    return needed ? "(" + written(child) + ")" : written(child);
  };
  return side(*tree.left) + (all ? " -and " : " -or ") + side(*tree.right);
}

std::string small(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

bool holds_of(const std::string& op, const std::string& held,
              const std::string& wanted, bool whole) {
  const std::string h = small(held), w = small(wanted);
  if (op == "startsWith") return h.starts_with(w);
  if (op == "endsWith") return h.ends_with(w);
  if (op == "contains" && !whole) return h.find(w) != h.npos;
  return h == w;
}

bool compared(const Tree& tree, const Device& device) {
  if (tree.attribute == "isCompliant") {
    const bool equal =
        device.is_compliant && *device.is_compliant == tree.truth;
    return tree.op == "-ne" ? !equal : equal;
  }
  std::vector<std::string> held;
  const bool list = tree.attribute == "physicalIds";
  if (list) held = device.list(DeviceList::physical_ids);
  const auto& text = device.text(
      tree.attribute == "model" ? DeviceText::model : DeviceText::trust_type);
  if (!list && text) held = {*text};
  std::string op = tree.op.substr(1);
  const bool negative = op == "ne" || op.starts_with("not");
  if (op.starts_with("not")) {
    op = op.substr(3);
    op[0] = static_cast<char>(std::tolower(op[0]));
  }
  bool positive = false;
  for (const auto& each : held) {
    for (const auto& word : tree.words) {
      positive = positive || holds_of(op, each, word, list);
    }
  }
  return negative ? !positive : positive;
}

bool walked(const Tree& tree, const Device& device) {
  if (tree.kind == Tree::Kind::compare) return compared(tree, device);
  const bool left = walked(*tree.left, device);
  const bool right = walked(*tree.right, device);
  return tree.kind == Tree::Kind::all ? left && right : left || right;
}

Device any_device(Random& random) {
  Device device;
  if (below(random, 3)) device.is_compliant = below(random, 2) == 1;
  if (below(random, 3)) device.text(DeviceText::model) = any_word(random);
  if (below(random, 3)) device.text(DeviceText::trust_type) = any_word(random);
  for (std::size_t n = below(random, 3); n > 0; --n) {
    device.list(DeviceList::physical_ids).push_back(any_word(random));
  }
  return device;
}

TEST("a device filter says what walking its rule says, for random rules") {
  Random random(1);
  std::size_t matches = 0, misses = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto tree = any_tree(random, 4);
    const std::string rule = written(*tree);
    if (rule.size() > kMaxDeviceRuleCharacters) continue;
    const Device device = any_device(random);
    const bool match = parsed(rule).matches(&device);
    if (match != walked(*tree, device)) fail_msg("%s", rule.c_str());
    if (parsed(rule).matches(nullptr) != walked(*tree, Device())) {
      fail_msg("unregistered: %s", rule.c_str());
    }
    ++(match ? matches : misses);
  }
  assert_true(matches > 4000 && misses > 4000);
}

TEST("random pieces of a rule never crash its reader, and errors have places") {
  static const std::vector<std::string> kPieces = {"(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   ",",
                                                   "\"",
                                                   "'",
                                                   "`",
                                                   " ",
                                                   "device.",
                                                   "model",
                                                   "-eq",
                                                   "-in",
                                                   "-and",
                                                   "-or",
                                                   "True",
                                                   "x",
                                                   "\xc3\xb6",
                                                   "\\",
                                                   "-",
                                                   "isCompliant",
                                                   "device.model -eq \"x\"",
                                                   std::string(1, '\0')};
  Random random(2);
  const Device device = laptop();
  std::size_t good = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string rule;
    for (std::size_t n = below(random, 12); n > 0; --n) {
      rule += kPieces[below(random, kPieces.size())];
    }
    const auto filter = DeviceFilter::parse(rule);
    if (filter) {
      ++good;
      filter->matches(&device);
    } else if (!filter.error().what.starts_with("at character ")) {
      fail_msg("%s", filter.error().what.c_str());
    }
  }
  assert_true(good > 50);
}

}  // namespace
}  // namespace mfa
