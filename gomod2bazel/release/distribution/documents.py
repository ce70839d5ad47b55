"""The files of a module that are installed with its binaries: manual pages, completions, units, licences, documents.

Their names and content show what they are. What is about a binary is taken if that binary is installed. Files go where
the FHS puts them, and where their readers look: man(1), bash-completion, zshcompsys(1), fish, systemd.
"""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import file_errors, read_bytes, walk
from gomod2bazel.base.errors import UsageError

__all__ = ["Document", "Layout", "Selection", "base_of", "documents_of", "package_name"]

_MOST_BYTES = 4 << 20
"""Of a file: manual pages and licences are smaller."""

# Folders that have files of others, or of tests.
_OTHER_FOLDERS = frozenset({"node_modules", "testdata", "vendor"})

_PAGE = re.compile(r"(?P<stem>[A-Za-z0-9][A-Za-z0-9_.+-]*)\.(?P<section>[1-8])(?:\.gz)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_UNIT = re.compile(r"(?P<stem>[A-Za-z0-9][A-Za-z0-9_.+-]*)@?\.(?:service|socket|timer|path|target|mount)")
_LICENSE = re.compile(
    r"(?:licen[cs]e|copying|copyright|notice|patents|unlicense)(?:[-._][a-z0-9_.+-]*)?", re.IGNORECASE
)
_CODE = frozenset({".go", ".js", ".json", ".py", ".sh", ".tmpl", ".toml", ".ts", ".yaml", ".yml"})
_TEXT = re.compile(
    r"(?:readme|changelog|changes|news|history|authors|contributors)(?:\.(?:md|markdown|rst|txt|adoc))?", re.IGNORECASE
)
_BASH_FOLDERS = frozenset({"bash", "bash-completion", "bash_completion", "bash_completion.d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that is installed with binaries.

    Attributes:
        kind: ``man-page``, ``completion``, ``unit``, ``license`` or ``doc``.
        name: its path below the base, ``share/man/man1/age.1`` for example.
        path: its path in the module.
        content: a file that has its content, or the content.
    """

    kind: str
    name: str
    path: str
    content: Path | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where documents go.

    Attributes:
        package: the name of the folder for licences and other documents.
        zsh: the folder of zsh for completions, below ``share/zsh``.
    """

    package: str
    zsh: str = "site-functions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which documents are installed.

    Attributes:
        kinds: the kinds.
        installed: the names of the binaries that are installed.
        others: the names of all binaries of the module: what is about one of these is not about another.
    """

    kinds: Collection[str]
    installed: Collection[str]
    others: Collection[str] = ()

    def covers(self, stem: str) -> bool:
        """Return whether a file is about a binary that is installed: its name is the binary's, or begins with it."""
        names = {*self.installed, *self.others}
        about = [name for name in names if stem == name or (stem.startswith(name) and stem[len(name)] in "-._")]
        return max(about, key=len, default="") in self.installed


def base_of(destination: str) -> str:
    """Return the folder that ``share`` and ``lib`` are in: the one above a folder of programs, or the destination.

    Args:
        destination: the folder of the binaries: of ``/usr/bin``, it is ``/usr``.
    """
    path = PurePosixPath(destination)
    return str(path.parent) if path.name in ("bin", "sbin", "games") else str(path)


def documents_of(folder: Path, selection: Selection, layout: Layout) -> tuple[Document, ...]:
    """Return the documents in a module, by name.

    Args:
        folder: the module's. Links and what is in other modules below it are passed over.
        selection: which are installed.
        layout: where they go.

    Raises:
        UsageError: two different files would have one name.
        FileError: a file or folder cannot be read.
    """
    documents: dict[str, Document] = {}
    clashes: list[tuple[Document, Document]] = []
    for path in _files(folder):
        document = _document(folder, path, selection, layout)
        if document is not None:
            before = documents.setdefault(document.name, document)
            clashes += [(before, document)] if _bytes(before) != _bytes(document) else []
    if clashes:
        raise _clash(clashes, selection.kinds)
    return tuple(documents[name] for name in sorted(documents))


def _clash(clashes: Sequence[tuple[Document, Document]], kinds: Collection[str]) -> UsageError:
    """Return the error for different files that would have one name."""
    lines = [f"\t{before.name}: {before.path} and {after.path}" for before, after in clashes]
    others = sorted(set(kinds) - {before.kind for before, _ in clashes})
    return UsageError(
        "\n".join(["-docs: different files of the module have one place:", *lines]),
        hint=f"-docs {','.join(others)} leaves them out" if others else "omit -docs, and install the right file",
    )


def _files(folder: Path) -> Iterator[str]:
    """Yield the files of a module by their paths in it, in order of these."""
    paths = []
    for here, folders, files in walk(folder):
        is_root = Path(here) == folder
        if not is_root and "go.mod" in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _OTHER_FOLDERS]
        below = PurePosixPath(Path(here).relative_to(folder).as_posix())
        paths += [str(below / name) for name in files]
    yield from sorted(paths)


def _document(folder: Path, path: str, selection: Selection, layout: Layout) -> Document | None:
    """Return a file as a document; None if it is not one that is selected."""
    for kind, find in _FINDERS:
        if kind in selection.kinds and (placed := find(PurePosixPath(path), selection, layout)):
            file = folder / path
            with file_errors("read", file):
                status = file.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
                return None
            data = read_bytes(file)
            content = _unpacked(data) if placed.packed else data
            if content is None or not placed.is_fitting(content):
                return None
            return Document(kind=kind, name=placed.name, path=path, content=content if placed.packed else file)
    return None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A file whose name is that of a document.

    Attributes:
        name: where it goes.
        is_fitting: whether a content is that of such a document.
        packed: whether it is compressed.
    """

    name: str
    is_fitting: Callable[[bytes], bool] = lambda _content: True
    packed: bool = False


def _unpacked(data: bytes) -> bytes | None:
    """Return what was compressed by gzip; None where it is damaged or too large."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data, _MOST_BYTES)
    except zlib.error:
        return None
    return content if stream.eof else None


def _page(path: PurePosixPath, selection: Selection, _layout: Layout) -> _Placed | None:
    match = _PAGE.fullmatch(path.name)
    if match is None or not selection.covers(match["stem"]):
        return None
    section = match["section"]
    folders = [name for name in path.parts[:-1] if not re.fullmatch(r"man[1-8]", name)]
    language = ""
    if folders and _LANGUAGE.fullmatch(folders[-1]) and folders[-2:-1] in (["man"], ["manpages"], ["locale"]):
        language = f"{folders[-1]}/"
    name = f"share/man/{language}man{section}/{match['stem']}.{section}"
    return _Placed(name, _is_roff, packed=path.name.endswith(".gz"))


def _is_roff(content: bytes) -> bool:
    """Return whether a text is a manual page, of man(7) or mdoc(7)."""
    return re.search(rb"^\.\s*(TH|Dt|so)\s", content, re.MULTILINE) is not None


def _completion(path: PurePosixPath, selection: Selection, layout: Layout) -> _Placed | None:
    if path.suffix == ".fish" and path.stem in selection.installed:
        return _Placed(f"share/fish/vendor_completions.d/{path.name}", _mentions(rb"\bcomplete\b"))
    for name in _zsh_names(path):
        if name in selection.installed:
            return _Placed(f"share/zsh/{layout.zsh}/_{name}", _mentions(rb"\A#compdef\b"))
    for name in _bash_names(path):
        if name in selection.installed:
            return _Placed(f"share/bash-completion/completions/{name}", _mentions(rb"\bcomplete\b"))
    return None


def _zsh_names(path: PurePosixPath) -> Iterator[str]:
    if path.name.startswith("_"):
        yield path.name[1:]
    if path.suffix == ".zsh":
        yield path.stem.removeprefix("_")


def _bash_names(path: PurePosixPath) -> Iterator[str]:
    if path.suffix in (".bash", ".bash-completion"):
        yield path.stem
        yield re.sub(r"[-_.]completion$", "", path.stem)
    elif path.parent.name in _BASH_FOLDERS:
        yield path.name


def _mentions(pattern: bytes) -> Callable[[bytes], bool]:
    return lambda content: re.search(pattern, content) is not None


def _unit(path: PurePosixPath, selection: Selection, _layout: Layout) -> _Placed | None:
    match = _UNIT.fullmatch(path.name)
    if match is None or not selection.covers(match["stem"]):
        return None
    manager = "user" if "user" in path.parts[:-1] else "system"
    return _Placed(f"lib/systemd/{manager}/{path.name}", _mentions(rb"(?m)^\[(Unit|Install)\]"))


def _license(path: PurePosixPath, _selection: Selection, layout: Layout) -> _Placed | None:
    is_license = len(path.parts) == 1 and _LICENSE.fullmatch(path.name) and path.suffix not in _CODE
    # As https://reuse.software has them.
    is_kept = path.parts[:-1] == ("LICENSES",) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]*", path.name)
    return _Placed(f"share/doc/{layout.package}/{path}") if is_license or is_kept else None


def _text(path: PurePosixPath, _selection: Selection, layout: Layout) -> _Placed | None:
    is_text = len(path.parts) == 1 and _TEXT.fullmatch(path.name)
    return _Placed(f"share/doc/{layout.package}/{path}") if is_text else None


_FINDERS: tuple[tuple[str, Callable[[PurePosixPath, Selection, Layout], _Placed | None]], ...] = (
    ("man-page", _page),
    ("completion", _completion),
    ("unit", _unit),
    ("license", _license),
    ("doc", _text),
)


def _bytes(document: Document) -> bytes:
    return document.content if isinstance(document.content, bytes) else read_bytes(document.content)


def package_name(module: str) -> str:
    """Return the name that the folder for a module's documents has: the last element of its path, without a version.

    Args:
        module: a module path.
    """
    elements = [element for element in module.split("/") if not re.fullmatch(r"v[0-9]+", element)]
    return re.sub(r"\.v[0-9]+$", "", elements[-1] if elements else module)
