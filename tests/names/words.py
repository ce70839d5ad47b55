"""Names that tools give a meaning, that need escapes, or that are long: what odd modules are made of."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["IN_LABELS", "Namer"]

# Elements of import paths.
_ELEMENTS = (
    ".module", "-a", "a-av1.0.0", "A-cA", "all", "all-targets", "BUILD", "BUILD.bazel", "bazel-bin", "bazel-out",
    "config",
    "d-d4", "external", "foo", "foo.a", "foo.x", "foo_", "foo_lib", "go_sdk", "MODULE.bazel", "node_modules",
    "REPO.bazel",
    "set-target", "set-target_", "set-example", "WORKSPACE", "WORKSPACE.bzlmod", "x+y", "x..y", "x~y", "x_y", "x.go",
    "x.gomod2bazel", "4x", "con.x", "VENDOR.bazel", ".bazelrc", ".bazelignore", "testdata", "_x", "m.x", "m.a", "h.h",
)  # fmt: skip

# Elements that no import path may have, but a folder.
_FORBIDDEN = (
    "a b",
    "a:b",
    "ü",
    "a%41",
    "a$b",
    "a@b",
    "x.",
    "a\\b",
    "a'b",
    'q"q',
    "a\nb",
    "a;b",
    "a=>b",
    "a,b",
    "x=y",
    "b\udcff",
)

# Characters of file names.
_CHARACTERS = "abcXYZ09 !#$%&()+,-.=@[]^_{}~'\";:\\<>|?*`\n\téжλ漢\u00a0\udcfe"

IN_LABELS = "".join(character for character in _CHARACTERS if character not in "\\:\n\t\udcfe")
"""Those that a Bazel label can hold."""

# Those that may be in a module's zip, and be embedded (golang.org/x/mod/module, CheckFilePath).
_IN_ZIPS = "abcXYZ09 !#$%&()+,-.=@[]^_{}~éжλ漢"


@dataclass(slots=True)
class Namer:
    """Gives names, each once.

    Attributes:
        chance: Where they come from.
        characters: Those of file names, but in zips.
        avoided: Names that no file gets.
        given: The names given, in lower case.
    """

    chance: random.Random
    characters: str = _CHARACTERS
    avoided: frozenset[str] = frozenset()
    given: set[str] = field(default_factory=set)

    def element(self, *, forbidden: bool = False) -> str:
        """Return an element of an import path; with ``forbidden``, now and then one that is none."""
        return self._new(lambda: self._element(forbidden=forbidden))

    def path(self, start: str) -> str:
        """Return a module path below ``start``, now and then one too long for a file name."""
        count = self.chance.choice((1, 1, 2, 3))
        return "/".join([start, *(self._module_part() for _ in range(count))])

    def file(self, ending: str = "", *, in_zip: bool = False) -> str:
        """Return a file's name; ``in_zip``, one that a module's zip may have.

        With an ending it is a source, whose name must begin with a letter or digit, and mostly does.
        """
        start = self.chance.choice("aZ0é") if ending and self.chance.random() < 0.99 else ""
        return self._new(lambda: start + self._file(in_zip=in_zip) + ending)

    def version(self) -> str:
        """Return a module version."""
        versions = (
            "v1.0.0",
            "v0.1.0-Rc.1",
            "v1.2.3-0.20240101000000-abcdefabcdef",
            "v0.0.0-20240101000000-0123456789ab",
        )
        return self.chance.choice((*versions, "v1.0.0-alpha-a--b"))

    def _new(self, make: Callable[[], str]) -> str:
        while True:
            name = make()
            if name.lower() not in self.given and name not in self.avoided:
                self.given.add(name.lower())
                return name

    def _element(self, *, forbidden: bool) -> str:
        if forbidden and self.chance.random() < 0.08:
            return self.chance.choice(_FORBIDDEN)
        return self._part()

    def _module_part(self) -> str:
        """Return an element of a module path: what the go command takes in the path of a package, but not there."""
        while True:
            part = self._part()
            # In a module cache capitals are escaped, and the version follows.
            long = len(part) + sum(char.isupper() for char in part) > 200
            if not long and part[0] not in ".-_" and part[-1] != "." and not re.search(r"[+=]|\.\.|~\d+$|^con\b", part):
                return part

    def _part(self) -> str:
        kind = self.chance.random()
        if kind < 0.5:
            return self.chance.choice(_ELEMENTS)
        if kind < 0.6:
            return self._letters("ABCDEFGHIJ", self.chance.choice((5, 60, 120, 200)))
        if kind < 0.7:
            return self._letters("abcdefghij", self.chance.choice((100, 160, 181, 225, 250)))
        return self.chance.choice("aZ9aZ9bY8cX7dW6-") + self._letters("abXY-_.~+09", self.chance.randint(2, 12)) + "z"

    def _file(self, *, in_zip: bool) -> str:
        kind = self.chance.random()
        if kind < 0.3:
            return self.chance.choice(_ELEMENTS)
        if kind < 0.4:
            return self._letters("abж", self.chance.choice((60, 100)))
        if kind < 0.5:
            return self._letters("ab", self.chance.choice((159, 160, 161, 230)))
        return self._letters(_IN_ZIPS if in_zip else self.characters, self.chance.randint(1, 12)) + "z"

    def _letters(self, letters: str, count: int) -> str:
        return "".join(self.chance.choice(letters) for _ in range(count))
