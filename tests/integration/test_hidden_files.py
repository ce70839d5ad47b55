"""C code, assembly and linker scripts of a module cannot put files of this machine into its binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from builder.base import confine
from support import txtar
from support.driver import Driver

pytestmark = [
    pytest.mark.bazel,
    pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc"),
    pytest.mark.skipif(not confine.is_supported(), reason="the kernel has no Landlock"),
]

HIDDEN = "hush4711"

# Each folder is a program that reads what is not its own; the error names the file, or the line that does.
TREE = """
-- go.mod --
module example.com/m

go 1.22
-- include/main.go --
package main

// #include "@/secret.h"
import "C"

func main() {}
-- folder/main.go --
package main

// #cgo CFLAGS: -I@
// #include "secret.h"
import "C"

func main() {}
-- macro/main.go --
package main

// #define TEXT(x) #x
// #define NAME TEXT(@/secret.h)
// #include NAME
import "C"

func main() {}
-- incbin/main.go --
package main

// asm(".section .rodata\\nhush:\\n.incbin \\"@/secret.h\\"\\n");
import "C"

func main() {}
-- assembly/main.go --
package main

import "C"

func main() {}
-- assembly/x.S --
.section .rodata
.incbin "@/secret.h"
-- plain/main.go --
package main

func V() int

func main() { println(V()) }
-- plain/v_amd64.s --
#include "@/secret.h"

TEXT ·V(SB),4,$0-8
	RET
-- plain/v_arm64.s --
#include "@/secret.h"

TEXT ·V(SB),4,$0-8
	RET
-- environ/main.go --
package main

// #include "/proc/self/environ"
import "C"

func main() {}
-- passwd/main.go --
package main

// asm(".incbin \\"/etc/passwd\\"");
import "C"

func main() {}
-- cxx/main.go --
package main

import "C"

func main() {}
-- cxx/x.cpp --
#if __has_include("@/secret.h")
#include "@/secret.h"
#endif
-- script/main.go --
package main

// #cgo LDFLAGS: -L${SRCDIR} -lscript
// extern int secret(void);
import "C"

func main() { println(C.secret()) }
-- script/libscript.so --
INPUT(@/secret.o)
-- pkgconfig/main.go --
package main

// #cgo pkg-config: --with-path=@ own
// #include "secret.h"
import "C"

func main() {}
"""


def test_a_module_cannot_read_the_machine(driver: Driver, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret.h").write_text(f'static const char *secret = "{HIDDEN}";\n', encoding="utf-8")
    (home / "own.pc").write_text(f"Name: own\nDescription: x\nVersion: 1\nCflags: -I{home}\n", encoding="utf-8")
    (home / "secret.c").write_text("int secret(void) { return 4711; }\n", encoding="utf-8")
    subprocess.run(["gcc", "-c", "-o", home / "secret.o", home / "secret.c"], check=True)
    tree = txtar.write(tmp_path / "tree", TREE.replace("@", str(home)))
    own = driver.with_environment(CGO_ENABLED="1", HOME=str(home))
    done = own.run("build", "-set", "all", "-keep-going", "-destination", "bin", tree, cwd=tmp_path)
    assert done.code == 1
    assert HIDDEN not in done.err + done.out
    installed = tmp_path / "bin"
    assert not installed.exists() or not any(installed.iterdir()), done.err
    messages = dict(text.split("\n", 1) for text in done.err.split("# example.com/m/")[1:])
    assert set(messages) == {path.name for path in tree.iterdir() if path.is_dir()}, done.err
    for name, message in messages.items():
        wanted = {"environ": "/proc/self/environ", "passwd": "/etc/passwd", "script": "secret.o", "pkgconfig": "own"}
        assert wanted.get(name, "secret.h") in message, message
        assert "hint: " in message or name == "pkgconfig", message
    assert "main.go:3: // asm(" in messages["incbin"]


def test_what_the_users_own_settings_name_is_visible(driver: Driver, tmp_path: Path) -> None:
    """Headers elsewhere: named by CGO_CFLAGS, by PKG_CONFIG_PATH, and by -visible for those that a module names."""
    place = tmp_path / "elsewhere"
    txtar.write(
        place,
        f"""
-- a/a.h --
#define A 1
-- b/include/b.h --
#define B 2
-- b/pc/b.pc --
Name: b
Description: x
Version: 1
Cflags: -I{place}/b/include
-- c/c.h --
#define C_ 4
""",
    )
    tree = txtar.write(
        tmp_path / "tree",
        f"""
-- go.mod --
module example.com/m

go 1.22
-- main.go --
package main

// #cgo pkg-config: b
// #cgo CFLAGS: -I{place}/c
// #include "a.h"
// #include "b.h"
// #include "c.h"
// static int sum(void) {{ return A + B + C_; }}
import "C"

func main() {{ println(C.sum()) }}
""",
    )
    own = driver.with_environment(CGO_ENABLED="1", CGO_CFLAGS=f"-O2 -I{place}/a", PKG_CONFIG_PATH=f"{place}/b/pc")
    refused = own.run("build", "-destination", "bin", tree, cwd=tmp_path)
    assert refused.code == 1
    assert "c.h: Permission denied" in refused.err
    done = own.run("build", "-visible", "elsewhere/c", "-destination", "bin", tree, cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "bin" / "m").is_file()


def test_a_compiler_in_a_home(driver: Driver, tmp_path: Path) -> None:
    """A wrapper on PATH is found and runs; what is next to its folder is hidden."""
    # By the name of the usual one: what does not use cgo is compiled already.
    wrapper = tmp_path / "home" / "bin" / "gcc"
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("gcc")} -DOWN=7 "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    tree = txtar.write(
        tmp_path / "tree",
        """
-- go.mod --
module example.com/m

go 1.22
-- main.go --
package main

// static int own(void) { return OWN; }
import "C"

func main() { println(C.own()) }
""",
    )
    path = os.pathsep.join([str(wrapper.parent), driver.environment["PATH"]])
    own = driver.with_environment(CGO_ENABLED="1", CC="gcc", PATH=path, HOME=str(tmp_path / "home"))
    done = own.run("build", "-ldflags=-linkmode=external", "-destination", "bin", tree, cwd=tmp_path)
    assert done.code == 0, done.err
