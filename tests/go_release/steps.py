"""The steps of a build, read from what ``go build -n`` and the driver's -n print, and compared without their paths."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Step", "differences", "read_steps"]

_TOOLS = ("asm", "cgo", "compile", "cover", "link", "ar")

# Where a file goes, what finds one there, and who built it: neither the two builds nor two runs agree on these.
# -installsuffix is for a compiler that looks for packages itself.
_WITH_VALUE = frozenset((
    "-buildid", "-embedcfg", "-importcfg", "-installsuffix", "-linkobj", "-o", "-objdir", "-outfilelist", "-p",
    "-pkgcfg", "-symabis", "-trimpath",
))  # fmt: skip
# -exportheader: the header of the main package is compared as a file; those of other packages, nobody reads.
_DROPPED = re.compile(
    r"-(pack|(buildid|exportheader|ffile-prefix-map|fdebug-prefix-map|trimpath|frandom-seed)=.*)",
)
# Given where a C compiler knows them; with -n the go command does not ask it, and the driver does.
_ASKED = ("-gno-record-gcc-switches", "-Wl,--no-gc-sections", "-Qunused-arguments", "-fno-caret-diagnostics")
_C = ("gcc", "g++", "cc", "c++", "clang", "clang++")
_PROFILE = re.compile(r"^-pgoprofile=.*")
_NUMBERED = re.compile(r"\$WORK/(b\d+)")
_WORK = re.compile(r"\$WORK/b\d+/?")
_SHELL = re.compile(r"^(?:[A-Z_][A-Z0-9_]*=\S* )+")


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One start of a tool.

    Attributes:
        package: import path of the package that it is for.
        tool: file name of the tool.
        files: file names of what it reads.
        flags: its flags, sorted, without paths of this build.
    """

    package: str
    tool: str
    files: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What the same step of another build has in common with it, whatever its flags are."""
        return self.package, self.tool, self.files


def read_steps(text: str, folders: Mapping[str, str]) -> list[Step]:
    """Return the steps that a script has.

    Args:
        text: what -n printed.
        folders: a word for each absolute folder that means the same in both builds, such as the module's.
    """
    return list(_steps(_lines(text), folders))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a script without the files that it writes."""
    end = ""
    for line in text.splitlines():
        if end:
            # A file without a line end has the word right after it.
            end = "" if line.endswith(end) else end
            continue
        if "<< '" in line:
            end = line.rpartition("<< '")[2].partition("'")[0]
        yield line


def _steps(lines: Iterable[str], folders: Mapping[str, str]) -> Iterator[Step]:
    """Yield the steps; each is of the package whose folder it, or a line before it, names."""
    started: list[tuple[str, str, list[str]]] = []
    names: dict[str, str] = {}
    work = ""
    for line in lines:
        if line.startswith("#"):
            continue
        work = (_NUMBERED.findall(line) or [work])[0]
        words = _words(_SHELL.sub("", line))
        tool = words[0].rpartition("/")[2] if words else ""
        if tool == "compile" and "-p" in words:
            names[work] = words[words.index("-p") + 1]
        if tool in (*_TOOLS, *_C) and not _asks(words, line):
            started.append((work, tool, words[1:]))
    for work, tool, words in started:
        yield _step(names.get(work, ""), tool, words, folders)


def _asks(words: list[str], line: str) -> bool:
    """Tell whether a tool is asked something and makes nothing."""
    return "-V=full" in words or "-###" in words or "-" in words or "# test for internal linking errors (" in line


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return []


def _step(package: str, tool: str, words: list[str], folders: Mapping[str, str]) -> Step:
    flags, files = [], []
    rest = iter(words)
    for word in rest:
        # Where C is compiled, the same folder has another name: the two builds stand in different ones.
        if word in _WITH_VALUE or (word == "-I" and tool in _C):
            next(rest, None)
        elif _DROPPED.fullmatch(word) or word in _ASKED:
            continue
        elif word.startswith("-") and len(word) > 1:
            flags.append(_shown(word, folders))
        elif "/" in word or "." in word:
            files.append(word.rpartition("/")[2])
        else:
            flags.append(_shown(word, folders))
    return Step(package, tool, tuple(sorted(files)), tuple(sorted(flags)))


def _shown(word: str, folders: Mapping[str, str]) -> str:
    for folder, name in sorted(folders.items(), key=lambda pair: -len(pair[0])):
        word = word.replace(folder, name)
    return _WORK.sub("$WORK/", _PROFILE.sub("-pgoprofile", word))


def differences(theirs: Iterable[Step], ours: Iterable[Step]) -> list[str]:
    """Return what the go command's build has and ours has not, and the other way round; a line each.

    Args:
        theirs: the go command's steps.
        ours: the driver's.
    """
    left, right = Counter(theirs), Counter(ours)
    missing, more = sorted((left - right).elements()), sorted((right - left).elements())
    lines = []
    for step in missing:
        other = next((one for one in more if one.key == step.key), None)
        if other is None:
            lines.append(f"{step.package}: ours has no {step.tool} {' '.join(step.files)}")
            continue
        more.remove(other)
        lacks, has = Counter(step.flags) - Counter(other.flags), Counter(other.flags) - Counter(step.flags)
        words = [f"-[{flag}]" for flag in sorted(lacks)] + [f"+[{flag}]" for flag in sorted(has)]
        lines.append(f"{step.package}: {step.tool} {' '.join(step.files)}: {' '.join(words)}")
    lines += [f"{step.package}: only ours has {step.tool} {' '.join(step.files)}" for step in more]
    return lines
