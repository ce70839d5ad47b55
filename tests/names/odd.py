"""A round: one odd tree with many commands, each of which has odd files and uses one odd module of a goproxy."""

from __future__ import annotations

import hashlib
import os
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path

from names.words import IN_LABELS, Namer

__all__ = ["Round", "make_round"]

_WHERE = "func Where() string { _, file, _, _ := runtime.Caller(0); return file }\n"
_COUNT = 'func count(fs embed.FS) int { found, _ := fs.ReadDir("data"); return len(found) }\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is built at once.

    Attributes:
        tree: The main module's folder.
        path: Its module path.
        proxy: A goproxy hierarchy that has the other modules.
        commands: Folders of its commands, relative to it.
    """

    tree: Path
    path: str
    proxy: Path
    commands: tuple[str, ...]


def make_round(folder: Path, chance: random.Random, modules: int, *, labels: bool = False) -> Round:
    """Write a round into ``folder``.

    Args:
        folder: A new folder.
        chance: Where names come from.
        modules: How many odd modules the tree requires; it has as many commands.
        labels: Whether most commands only have files that a Bazel label can name.
    """
    namer = Namer(chance=chance)
    path = f"{namer.path('example.com')}/main"
    tree, proxy = folder / "tree", folder / "proxy"
    requires, commands = [], []
    for number in range(modules):
        module, version = namer.path(f"example.org/{number}"), namer.version()
        place = namer.element()
        _write_module(proxy, module, version, place, Namer(chance=chance))
        requires.append(f"require {module} {version}\n")
        command = chance.choice(("", "cmd/")) + namer.element(forbidden=True)
        # Programs below node_modules count as fixtures, which are never built (docs/sets.md).
        command += "_" * command.endswith("node_modules")
        # generate refuses a repository with such a folder, or with BUILD beside BUILD.bazel, as a whole.
        whole = command in ("MODULE.bazel", "REPO.bazel", ".bazelrc") or command.endswith("BUILD.bazel")
        command += "_" * (labels and whole)
        commands.append(command)
        # generate leaves BUILD files out of embedded folders (docs/generate.md).
        own = Namer(chance=chance, avoided=frozenset({"BUILD", "BUILD.bazel"} if labels else ()))
        own.characters = IN_LABELS if labels and chance.random() < 0.85 else own.characters
        _write_command(tree, path, command, f"{module}/{place}", own)
    _write(tree, "go.mod", f"module {path}\n\ngo 1.22\n\n{''.join(requires)}")
    return Round(tree=tree, path=path, proxy=proxy, commands=tuple(commands))


def _write_module(proxy: Path, module: str, version: str, place: str, namer: Namer) -> None:
    """Add a module version with one package, in folder ``place``."""
    files = {"go.mod": f"module {module}\n\ngo 1.22\n"}
    for _ in range(2):
        files[f"{place}/{namer.file('.go', in_zip=True)}"] = ""
    first = f"{place}/{namer.file('.go', in_zip=True)}"
    files |= dict.fromkeys([name for name in files if name.endswith(".go")], "package odd\n")
    files[first] = (
        f'package odd\n\nimport (\n\t"embed"\n\t"runtime"\n)\n\n//go:embed all:data\nvar Files embed.FS\n\n{_WHERE}'
    )
    files[f"{place}/data/plain"] = "plain"
    files |= {f"{place}/data/{_below(namer, in_zip=True)}": f"{number}" for number in range(4)}
    escaped = "".join(f"!{c.lower()}" if c.isupper() else c for c in module)
    number = "".join(f"!{c.lower()}" if c.isupper() else c for c in version)
    folder = proxy / escaped / "@v"
    folder.mkdir(parents=True)
    (folder / f"{number}.info").write_text(f'{{"Version":"{version}"}}', encoding="utf-8")
    (folder / f"{number}.mod").write_text(files["go.mod"], encoding="utf-8")
    with zipfile.ZipFile(folder / f"{number}.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{module}@{version}/{name}", text)


def _write_command(tree: Path, path: str, command: str, dependency: str, namer: Namer) -> None:
    """Write a command that prints names of files, with an odd package, embedded files, C or assembly of its own."""
    chance = namer.chance
    inner = f"{command}/{namer.element()}"
    _write(tree, f"{inner}/{namer.file('.go')}", f'package inner\n\nimport "runtime"\n\n{_WHERE}')
    data = [_below(namer, in_zip=chance.random() < 0.995) for _ in range(4)]
    for name in [*data, "plain"]:
        # A comment, so that a file called BUILD makes a Bazel package without rules.
        _write(tree, f"{command}/data/{name}", f"# {hashlib.sha256(os.fsencode(name)).hexdigest()}\n")
    for ending in (".txt", ".h", "_test.txt", ".py"):
        _write(tree, f"{command}/{namer.file(ending)}", "not built\n")
    body = {"": "", "asm": "func v() int\n", "cgo": ""}
    kind = chance.choice(("", "", "asm", "cgo"))
    header = namer.file(chance.choice((".h", ".hh", ".inc")), in_zip=True)
    if kind:
        _write(tree, f"{command}/{header}", "#define W 7\n")
    if kind == "asm":
        start = f'#include "textflag.h"\n#include "{header}"\n\nTEXT ·v(SB),NOSPLIT,$0-8\n'
        text = f"{start}\tMOVQ $W, AX\n\tMOVQ AX, ret+0(FP)\n\tRET\n"
        _write(tree, f"{command}/{namer.file('_amd64.s')}", text)
    if kind == "cgo":
        _write(tree, f"{command}/{namer.file('.c')}", f'#include "{header}"\nint value(void) {{ return W; }}\n')
    imports = ['"embed"', '"runtime"', f'inner "{path}/{inner}"', f'odd "{dependency}"']
    start = '// int value(void);\nimport "C"\n\n' if kind == "cgo" else ""
    call = {"": "0", "asm": "v()", "cgo": "C.value()"}[kind]
    lines = "".join(f"\t{line}\n" for line in imports)
    embedded = "//go:embed all:data\nvar files embed.FS\n"
    head = f"package main\n\n{start}import (\n{lines})\n\n{embedded}\n{body[kind]}\n{_WHERE}\n"
    printed = f"Where(), inner.Where(), odd.Where(), {call}, count(files), count(odd.Files)"
    text = f"{head}{_COUNT}\nfunc main() {{ println({printed}) }}\n"
    _write(tree, f"{command}/{namer.file('.go')}", text)


def _below(namer: Namer, *, in_zip: bool) -> str:
    """Return the path of a file, in a folder now and then."""
    name = namer.file(in_zip=in_zip)
    return f"{namer.file(in_zip=in_zip)}/{name}" if namer.chance.random() < 0.4 else name


def _write(tree: Path, name: str, text: str) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
