#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Plants one violation of each rule in a small tree and sees it found."""

import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import cxx  # noqa: E402
import lint  # noqa: E402
import rooms  # noqa: E402
import rules  # noqa: E402
from tap import run, test  # noqa: E402

SPDX = "// SPDX-License-Identifier: BSD-3-Clause\n"

# The small trees need no exceptions of the large one.
rules.LONG_FUNCTIONS.clear()
rules.ALLOWED_CALLS.clear()

# A tree without fault: a header in each room, and a main.
CLEAN = {
    "wire/codec.h": SPDX + "#pragma once\n",
    "agent/base/result.h": SPDX + "#pragma once\n#include <string>\n",
    "agent/config/config.h": SPDX + '#include "agent/base/result.h"\n',
    "agent/store/store.h": SPDX + "#include <sqlite3.h>\n",
    "agent/directory/directory.h": SPDX + '#include "agent/store/store.h"\n',
    "agent/directory/nss.h": SPDX + "#include <grp.h>\n",
    "agent/main.cc": SPDX + '#include "agent/store/store.h"\n',
    "pam_module/module.h": SPDX + '#include "wire/codec.h"\n',
    "mfactl/main.cc": SPDX + '#include "agent/directory/directory.h"\n',
    "tests/unit/store_test.cc": SPDX + '#include "mfactl/setup.h"\n',
    "mfactl/setup.h": SPDX + "#include <qrencode.h>\n",
    "conf/agent.yaml": "roles: {}\n",
}


def found_in(files):
    """What lint says about the clean tree with these files put into it."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        shutil.copy(HERE.parent.parent / ".clang-format", root)
        for path, text in {**CLEAN, **files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return list(lint.findings(root))


def expect_found(path, text, line, words):
    found = found_in({path: text})
    assert len(found) == 1, found
    assert found[0].startswith(f"{path}:{line}: "), found
    assert words in found[0], found


def planted(sentence, path, text, line, words):
    test(sentence)(lambda: expect_found(path, text, line, words))


def body_of(lines):
    return SPDX + "int main() {\n" + "  run();\n" * (lines - 2) + "}\n"


@test("a tree without fault has no finding")
def _():
    assert found_in({}) == [], found_in({})


planted("a room that includes what stands below it is found",
        "agent/base/log.h", SPDX + '#include "agent/store/store.h"\n', 2,
        'agent/base may not include "agent/store/store.h"')
planted("the wire includes nothing of the agent",
        "wire/codec.cc", SPDX + '#include "agent/base/result.h"\n', 2,
        "wire may not include")
planted("the module includes nothing of the agent",
        "pam_module/a.cc", SPDX + '#include "agent/base/result.h"\n', 2,
        "pam_module may not include")
planted("mfactl includes nothing of the store",
        "mfactl/a.cc", SPDX + '#include "agent/store/store.h"\n', 2,
        "mfactl may not include")
planted("mfactl includes one header of the directory only",
        "mfactl/a.cc", SPDX + '#include "agent/directory/nss.h"\n', 2,
        "mfactl may not include")
planted("the agent includes no test",
        "agent/store/a.cc", SPDX + '#include "tests/unit/store_test.cc"\n', 2,
        "may not include")
planted("an include that is no path from the root is found",
        "agent/store/a.cc", SPDX + '#include "store.h"\n', 2,
        "not a file of this tree")
planted("code outside every room is found",
        "agent/extra/a.cc", SPDX, 1, "stands in no room")
planted("an outside library without a room is found",
        "agent/base/a.cc", SPDX + "#include <boost/any.hpp>\n", 2,
        "has no room yet")

for library, allowed in rooms.LIBRARIES.items():
    header = library + "x.h" if library.endswith("/") else library
    planted(f"<{header}> outside its room is found",
            "wire/codec.cc", SPDX + f"#include <{header}>\n", 2,
            f"belongs to {allowed[0]}")

planted("an include in a comment is none", "wire/codec.cc",
        SPDX + '// #include "agent/base/result.h"\nint system(int);\n', 3,
        "system starts a shell")

for call in ("system(x)", "std::system(x)", "popen(x, y)",
             "select(1, x)", "::select(1, x)", "pselect(1, x)"):
    name = call.split("(")[0].split(":")[-1]
    planted(f"a call of {call} is found", "agent/base/a.cc",
            SPDX + f"int a = {call};\n", 2, f"{name} ")
planted("FD_SET is found", "agent/base/a.cc",
        SPDX + "void f() { FD_SET(1, x); }\n", 2, "FD_SET ")
planted("a shell started by Python is found", "tests/e2e/a.py",
        "# " + SPDX[3:] + "import os\nos.sys" "tem('true')\n", 3, "a shell")


planted("co_await in a condition is found", "agent/base/a.cc",
        SPDX + "Task f() {\n  if (!co_await g(1)) h();\n}\n", 3,
        "name the result first")
planted("a lambda in a co_await that captures by value is found",
        "agent/base/a.cc",
        SPDX + "Task f() {\n  co_await g([&, a = b] { h(a); });\n}\n", 3,
        "capture by reference")


@test("co_await of a named result or of references is no finding")
def _():
    text = SPDX + ("Task f() {\n"
                   "  const bool a = co_await g([&](auto b) { h(b); });\n"
                   "  if (a) co_return co_await g(1);\n"
                   "}\n")
    found = found_in({"agent/base/a.cc": text})
    assert found == [], found


@test("a member, a comment or a string named system or select is none")
def _():
    text = SPDX + ("// system(x)\n"
                   'const char* a = "popen(";\n'
                   "int b = rows.select(1) + rows->system(2);\n"
                   "int filesystem(int);\n")
    found = found_in({"agent/base/a.cc": text})
    assert found == [], found


planted("a function of 61 lines is found", "agent/main.cc", body_of(61), 2,
        "main has 61 lines")
planted("a Python function of 61 lines is found", "tests/e2e/a.py",
        "# " + SPDX[3:] + "def f():\n" + "    g()\n" * 60, 2,
        "f has 61 lines")
planted("Python that does not parse is found", "tests/e2e/a.py",
        "# " + SPDX[3:] + "def f(:\n", 2, "is not Python")
planted("a file of 601 lines is found", "agent/base/a.h",
        SPDX + "// .\n" * 600, 601, "601 lines")
planted("a file without the licence line is found", "agent/base/a.h",
        "#pragma once\n", 1, "SPDX-License-Identifier")
planted("a script without suffix needs the licence line too", ".ci/run",
        "#!/bin/bash\n", 1, "SPDX-License-Identifier")
planted("code that clang-format would change is found", "agent/base/a.cc",
        SPDX + "int  a;\n", 2, "make format")
for mark in ("TO" "DO", "FIX" "ME", "XX" "X"):
    planted(f"the mark {mark} is found", "conf/agent.yaml",
            f"a: 1  # {mark} later\n", 1, mark)


@test("a function of 60 lines and a file of 600 pass")
def _():
    files = {"agent/main.cc": body_of(60),
             "mfactl/a.py": "# " + SPDX[3:] + "\n" * 599}
    assert found_in(files) == []


@test("a man page that mandoc warns about is found")
def _():
    page = '.Dd $Mdocdate$\n.Dt X 8\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Xx z\n'
    found = found_in({"man/x.8": page})
    assert found and all("x.8" in finding for finding in found), found


def with_exception(table, place, files):
    table[place] = "a reason"
    try:
        return found_in(files)
    finally:
        table.clear()


@test("an exception for a function that is gone is found")
def _():
    found = with_exception(rules.LONG_FUNCTIONS, "agent/gone.cc:f", {})
    assert len(found) == 1 and "agent/gone.cc:f is gone" in found[0], found
    found = with_exception(rules.ALLOWED_CALLS, "agent/main.cc:popen", {})
    assert len(found) == 1 and "main.cc:popen is gone" in found[0], found


@test("a named exception lets one long function pass")
def _():
    long = {"agent/main.cc": body_of(90)}
    assert with_exception(rules.LONG_FUNCTIONS, "agent/main.cc:main",
                          long) == []


@test("a named exception lets one forbidden call pass")
def _():
    call = {"agent/main.cc": SPDX + "int a = popen(x, y);\n"}
    assert with_exception(rules.ALLOWED_CALLS, "agent/main.cc:popen",
                          call) == []


@test("functions are measured past initialisers, raw strings and separators")
def _():
    text = '''
struct A {
  A(int a, int b) : a_{a}, b_{f(b)} {
    run();
  }
  int a_{1'000}, b_;
};
const char* k = R"x(} " { )x";
constexpr int kTable[] = {1, 2, f(3)};
#define OPEN {
namespace n {
auto B::f(int x) const -> std::vector<int> {
  auto g = [&](int y) {
    return '{';
  };
  return {g(x)};
}
TEST("a } in a sentence") { go(); }
}  // namespace n
'''
    measured = [(f.name, f.line, f.lines) for f in cxx.functions(text)]
    assert measured == [("A", 3, 3), ("B::f", 12, 6), ("TEST", 18, 1)], \
        measured


planted("a service that may reach too much of the host is found",
        "systemd/mfa-agent.service",
        "[Service]\nExecStart=/usr/sbin/mfa-agent\nUser=mfa-agent\n", 1,
        "may reach more than 0.4 of the host")
planted("a service that nobody set a limit for is found",
        "systemd/other.service", "[Service]\nExecStart=/bin/true\n", 1,
        "has no limit")


if __name__ == "__main__":
    sys.exit(run())
