"""Measure a binary: symbols of ELF files, else the function table, say which package the bytes are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter
from pathlib import Path

from gomod2bazel.release.report.data import BinarySizes
from gomod2bazel.release.sizes.elf import ElfFile, ElfSymbol, read_elf
from gomod2bazel.release.sizes.function_table import FunctionTable, read_function_table
from gomod2bazel.release.sizes.symbols import package_of

__all__ = ["measure", "sizes_of"]

_BY_SYMBOLS = "code and data by the symbols of the file"
_BY_FUNCTIONS = "code by the function table of the file, which has no symbols that tell more"

_LABELS = (
    (".debug_", "debug information"),
    (".zdebug_", "debug information"),
    (".gopclntab", "function table for tracebacks"),
    (".symtab", "symbols"),
    (".strtab", "symbols"),
    (".rodata", "types, strings and other constants"),
    (".typelink", "types, strings and other constants"),
    (".itablink", "types, strings and other constants"),
    (".go.type", "types, strings and other constants"),
    (".go.", "information for the runtime"),
    (".note", "headers and notes"),
)
"""What the bytes of a section are that belong to no package, by how its name begins."""


def measure(file: Path, main: str, known: Collection[str]) -> BinarySizes | None:
    """Return which bytes of a file come from which package; None if the file does not have that.

    Args:
        file: a binary, or a library, that the Go linker made.
        main: import path of its main package.
        known: the import paths that packages may have; the bytes of others count as of no package.

    Raises:
        OSError: it cannot be read.
    """
    return sizes_of(file.read_bytes(), main, known)


def sizes_of(data: bytes, main: str, known: Collection[str]) -> BinarySizes | None:
    """Return the same for the content of a file."""
    elf = read_elf(data)
    if elf and any(package_of(symbol.name) for symbol in elf.symbols):
        return _by_symbols(elf, len(data), main, known)
    table = read_function_table(data)
    return _by_functions(table, elf, len(data), main, known) if table else None


def _by_symbols(elf: ElfFile, total: int, main: str, known: Collection[str]) -> BinarySizes | None:
    sizes = _Sizes(main, known)
    left = {number: section.in_file for number, section in enumerate(elf.sections)}
    for symbol, size in _apart(elf.symbols):
        counted = min(size, left[symbol.section])
        if counted and sizes.add(symbol.name, counted):
            left[symbol.section] -= counted
    for number, size in left.items():
        sizes.other[_label(elf.sections[number].name)] += size
    return sizes.result(total, _BY_SYMBOLS)


def _apart(symbols: Iterable[ElfSymbol]) -> Iterator[tuple[ElfSymbol, int]]:
    """Yield symbols with the bytes that no later symbol has: some contain others."""
    ordered = sorted(symbols, key=attrgetter("section", "address", "size"))
    for symbol, after in zip(ordered, [*ordered[1:], None], strict=True):
        end = symbol.address + symbol.size
        if after and after.section == symbol.section:
            end = min(end, after.address)
        if end > symbol.address:
            yield symbol, end - symbol.address


def _by_functions(
    table: FunctionTable, elf: ElfFile | None, total: int, main: str, known: Collection[str]
) -> BinarySizes | None:
    sizes = _Sizes(main, known)
    for name, size in table.functions:
        if not sizes.add(name, size):
            sizes.other["code of no package"] += size
    counted = sizes.counted
    for section in elf.sections if elf else ():
        if section.name == ".text":
            sizes.other["code of no package"] += max(section.in_file - counted, 0)
        else:
            sizes.other[_label(section.name)] += section.in_file
    return sizes.result(total, _BY_FUNCTIONS)


class _Sizes:
    """Adds bytes up.

    Args:
        main: import path of the main package, whose symbols have ``main``.
        known: the import paths that packages may have.
    """

    def __init__(self, main: str, known: Collection[str]) -> None:
        self._main = main
        self._known = known
        self.packages: Counter[str] = Counter()
        self.other: Counter[str] = Counter()

    @property
    def counted(self) -> int:
        """All bytes so far."""
        return self.packages.total() + self.other.total()

    def add(self, symbol: str, size: int) -> bool:
        """Count bytes for the package of a symbol; return False if it has none."""
        package = package_of(symbol)
        path = self._main if package == "main" else package
        if not package or path not in self._known:
            return False
        self.packages[path] += size
        return True

    def result(self, total: int, method: str) -> BinarySizes | None:
        """Return the sizes, with what is in no section; None if a damaged file claims more bytes than it has."""
        rest = total - self.counted
        if rest < 0:
            return None
        if rest > 0:
            self.other["headers and what is between sections" if len(self.other) > 1 else "all else"] += rest
        other = {label: size for label, size in sorted(self.other.items()) if size > 0}
        return BinarySizes(total=total, packages=dict(sorted(self.packages.items())), other=other, method=method)


def _label(section: str) -> str:
    """Return what the bytes of a section are that belong to no package."""
    named = next((label for start, label in _LABELS if section.startswith(start)), "")
    if named:
        return named
    return "code of no package" if section == ".text" else "data of no package" if section else "headers and notes"
