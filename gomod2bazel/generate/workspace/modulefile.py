"""MODULE.bazel: which locks the module extension reads, and which of their repositories the workspace sees."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.bazel.names import SDK
from gomod2bazel.generate.buildfile.existing_rules import is_kept
from gomod2bazel.generate.buildfile.printing import print_call, quoted
from gomod2bazel.generate.buildfile.starlark import File, Item, Statement, check_syntax, literal, read_file

__all__ = ["LockTag", "ModuleFile"]

_EXTENSION = re.compile(
    r"""(\w+)\s*=\s*use_extension\(\s*["']@gomod2bazel//rules:extensions\.bzl["'],\s*["']go_modules["']"""
)

# Gazelle's extension, which gives the same names to repositories.
_GAZELLES = re.compile(
    r"""(\w+)\s*=\s*use_extension\(\s*["']@(?:bazel_)?gazelle//:extensions\.bzl["'],\s*["']go_deps["']"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTag:
    """A ``go_modules.from_file`` tag.

    Attributes:
        path: of the lock, relative to the repository's root.
        group: its number.
    """

    path: PurePosixPath
    group: int


@dataclass(slots=True, kw_only=True)
class ModuleFile:
    """A MODULE.bazel file.

    Attributes:
        old: its text.
        file: the same, in pieces.
        extension: what the module extension is called in it; empty where it is not used.
        new: whether no such file yet.
    """

    old: str
    file: File
    extension: str
    new: bool = False

    @classmethod
    def read(cls, root: Path) -> ModuleFile | None:
        """Return the MODULE.bazel of a repository, or None where it has none.

        Raises:
            UsageError: it cannot be read.
        """
        path = root / "MODULE.bazel"
        if not path.is_file():
            return None
        return cls.of(read_bytes(path).decode("utf-8", errors="surrogateescape"))

    @classmethod
    def of(cls, text: str, *, new: bool = False) -> ModuleFile:
        """Return a MODULE.bazel with a text.

        Raises:
            UsageError: it cannot be read.
        """
        if "go_modules" not in text:
            # Nothing of it is used, but what Bazel cannot read keeps it from building anything.
            check_syntax(text, "MODULE.bazel")
            return cls(old=text, file=File(head=text, statements=[], foot=""), extension="")
        file = read_file(text, "MODULE.bazel")
        names = [match[1] for statement in file.statements if (match := _EXTENSION.match(statement.text))]
        return cls(old=text, file=file, extension=names[0] if names else "", new=new)

    @property
    def locks(self) -> list[LockTag]:
        """The locks of this repository that it names, in order."""
        tags = []
        for statement in self._calls(f"{self.extension}.from_file"):
            label = statement.call.value("lock") if statement.call else None
            group = statement.call.argument("group") if statement.call else None
            if not isinstance(label, str) or not re.fullmatch(r"(@{0,2}//[^:]*:|:)?[^:@]+", label):
                continue
            path = PurePosixPath(label.lstrip("@").removeprefix("//").replace(":", "/").lstrip("/"))
            number = int(group.text) if group and group.text.isdigit() else 1
            if ".." not in path.parts:
                tags.append(LockTag(path=path, group=number))
        return tags

    @property
    def modules_of_gazelle(self) -> dict[str, str]:
        """The versions of the modules that ``go_deps.module`` adds to those of go.mod, by path."""
        matches = [match for statement in self.file.statements if (match := _GAZELLES.match(statement.text))]
        calls = [statement.call for match in matches for statement in self._calls(f"{match[1]}.module")]
        return {str(call.value("path")): str(call.value("version")) for call in calls if call}

    def _calls(self, function: str) -> list[Statement]:
        return [
            statement for statement in self.file.statements if statement.call and statement.call.function == function
        ]

    def with_repositories(self, needed: Collection[str], known: Collection[str] | None) -> str:
        """Return the text with the ``use_repo`` lines that are needed; the file is changed in place.

        Args:
            needed: names of repositories that BUILD files mention.
            known: names that the locks provide, so that others can go; None where that is not known.
        """
        self._take_from_gazelle(needed)
        self._register_all()
        statements = self._use_repo(self.extension)
        if not statements:
            self._add(sorted(needed))
            return self.file.text
        seen: set[str] = set()
        for statement in statements:
            seen |= self._kept(statement, needed, known)
        first = statements[0]
        missing = sorted(set(needed) - seen)
        if missing and first.call:
            extension, *items = first.call.arguments
            items += [Item(text=quoted(name)) for name in missing]
            items.sort(key=_order)
            first.call.arguments = [extension, *items]
            first.text = print_call(first.call) + first.tail
        return self.file.text

    def _use_repo(self, extension: str) -> list[Statement]:
        return [
            use_repo
            for use_repo in self._calls("use_repo")
            if use_repo.call and use_repo.call.arguments and use_repo.call.arguments[0].text == extension
        ]

    def _register_all(self) -> None:
        """Register all toolchains of the SDK where one of them is: the standard library is another one."""
        for statement in self._calls("register_toolchains"):
            for item in statement.call.arguments if statement.call else ():
                label = literal(item.node)
                if isinstance(label, str) and label in self._toolchains() and not is_kept([*item.before, item.after]):
                    statement.text = statement.text.replace(item.text, quoted(f"{label.removesuffix('toolchain')}all"))

    def _toolchains(self) -> set[str]:
        """Return the labels that the SDK's toolchain may have in this file."""
        items = [
            item for use_repo in self._use_repo(self.extension) if use_repo.call for item in use_repo.call.arguments
        ]
        names = {item.name or SDK for item in items if literal(item.node) == SDK} or {SDK}
        return {f"@{name}//:toolchain" for name in names}

    def _take_from_gazelle(self, needed: Collection[str]) -> None:
        """Take names out of the ``use_repo`` lines of go_deps: a name is of one repository."""
        matches = [match for statement in self.file.statements if (match := _GAZELLES.match(statement.text))]
        for statement in [use_repo for match in matches for use_repo in self._use_repo(match[1])]:
            call = statement.call
            if call is None:
                continue
            left = [item for item in call.arguments if (item.name or literal(item.node)) not in needed]
            if len(left) < len(call.arguments):
                call.arguments = left
                alone = len(left) == 1 and not call.end
                statement.text = (f"use_repo({left[0].text})" if alone else print_call(call)) + statement.tail

    def _kept(self, statement: Statement, needed: Collection[str], known: Collection[str] | None) -> set[str]:
        """Take out what no lock provides; return what the statement names then."""
        call = statement.call
        if call is None:
            return set()
        gone = [
            item
            for item in call.arguments[1:]
            if known is not None
            and not is_kept([*item.before, item.after])
            and isinstance(literal(item.node), str)
            and literal(item.node) not in {*known, *needed}
        ]
        if gone:
            call.arguments = [item for item in call.arguments if item not in gone]
            statement.text = print_call(call) + statement.tail
        return {str(literal(item.node)) for item in call.arguments[1:]}

    def _add(self, names: Iterable[str]) -> None:
        places = self._calls(f"{self.extension}.from_file")
        at = self.file.statements.index(places[-1]) + 1 if places else len(self.file.statements)
        items = "".join(f"    {quoted(name)},\n" for name in names)
        text = f"use_repo(\n    {self.extension},\n{items})\n"
        self.file.statements.insert(at, Statement(before="", text=text))


def _order(item: Item) -> tuple[bool, str]:
    """Return what buildifier sorts arguments of use_repo by: names, then those with an alias."""
    value = literal(item.node) if item.node else item.text.strip('"')
    return bool(item.name), item.name or str(value)
