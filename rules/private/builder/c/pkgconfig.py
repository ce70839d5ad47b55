"""The output of pkg-config for `#cgo pkg-config` lines (cmd/go/internal/work, getPkgConfigFlags)."""

from __future__ import annotations

import json
import re

from builder.base.confine import paths_in_flags
from builder.base.tools import BuilderError, Tools
from builder.base.words import split
from builder.c.flagcheck import FlagCheck
from builder.requests.link import LinkRequest
from builder.requests.package import PackageRequest

__all__ = ["flags", "folders", "split_output"]

# What a module may name so that the folders of the answer count as the user's or the system's: a library by its name.
# A path to a .pc file, or another prefix, could be the module's own word.
_NAMED = re.compile(r"(?!.*\.pc$)[A-Za-z0-9][\w.+-]*|--static")


def flags(request: PackageRequest, tools: Tools, check: FlagCheck) -> tuple[list[str], list[str]]:
    """Return the flags for the preprocessor and those for the linker.

    Raises:
        BuilderError: pkg-config failed, or asks for what the go command does not allow.
    """
    if not request.pkg_config:
        return [], []
    options = [argument for argument in request.pkg_config if argument.startswith("--") and argument != "--"]
    names = [argument for argument in request.pkg_config if not argument.startswith("--")]
    for name in names:
        if name.startswith(("-", "@")):
            raise BuilderError(f"invalid pkg-config package name: {name}\n")
    check.pkg_config(options)
    program = (split(request.pkg_config_tool) or ["pkg-config"])[0]

    def ask(what: str) -> list[str]:
        words = [program, what, *options, "--", *names]
        try:
            output = tools.run(words, cwd=request.absdir)
        except BuilderError as error:
            raise BuilderError(f"# [{' '.join(words)}]\n{error}") from error
        return split_output(output.strip())

    compiler = ask("--cflags")
    check.compiler("CFLAGS", "pkg-config --cflags", compiler)
    linker = ask("--libs")
    check.linker("pkg-config --libs", linker)
    if tools.confinement and _is_named(request.pkg_config):
        tools.confinement.add(paths_in_flags([*compiler, *linker]))
    return compiler, linker


def folders(request: LinkRequest, tools: Tools) -> list[str]:
    """Return the folders of the libraries that packages of a program name, for its linker."""
    program, paths = (split(request.pkg_config_tool) or ["pkg-config"])[0], []
    for text in dict.fromkeys(request.libraries):
        names = json.loads(text)
        if _is_named(names):
            paths += paths_in_flags(split_output(tools.run([program, "--libs", *names]).strip()))
    return paths


def _is_named(arguments: list[str]) -> bool:
    return all(argument == "--" or _NAMED.fullmatch(argument) for argument in arguments)


def split_output(text: str) -> list[str]:  # noqa: C901 - one branch a rule of the shell
    """Split what pkg-config printed as a shell does, without expanding anything (splitPkgConfigOutput).

    Raises:
        BuilderError: a quote is not closed, a backslash ends the text, or a character has a meaning to a shell.
    """
    words: list[str] = []
    word: str | None = None
    quote, escaped = "", False
    for char in text:
        if escaped:
            if quote and char not in '$`"\\\n':
                word = (word or "") + "\\"
            word = word if char == "\n" else (word or "") + char
            escaped = False
        elif quote and char == quote:
            quote = ""
        elif quote == "'" or (quote == '"' and char not in "`$\\"):
            word = (word or "") + char
        elif char in "|&;<>()$`":
            raise BuilderError(f"unexpected shell character {char!r} in pkgconf output\n")
        elif char == "\\":
            escaped = True
        elif char in "\"'":
            quote, word = char, word or ""
        elif char in " \t\n":
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + char
    if quote:
        raise BuilderError("unterminated quoted string in pkgconf output\n")
    if escaped:
        raise BuilderError("broken character escaping in pkgconf output\n")
    return words if word is None else [*words, word]
