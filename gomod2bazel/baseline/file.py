"""The baseline file: written like a go.mod and read by the go command, with a go.sum and patches next to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import files_below, read_text
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.folder_names import in_message
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.version import Version, unescape
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.gosum import GoSum

__all__ = ["Baseline", "files_of", "patches_folder", "read_baseline", "sums_file"]

# Directives of a go.mod that affect a build, and that a set of versions cannot have.
_REFUSED = ("Exclude", "Retract", "Tool", "Ignore", "Godebug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One version of each module.

    Attributes:
        file: where it was read, absolute.
        name: the file as the user called it.
        versions: by module path.
        lines: line of each module in the file.
        replaces: pairs of a module, with or without a version, and the version that takes its place.
        sums: of the go.sum next to it.
        patches: patch files of a module version, in the order in which they apply.
    """

    file: Path
    name: str
    versions: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)
    replaces: tuple[tuple[Version, Version], ...] = ()
    sums: GoSum = field(default_factory=GoSum)
    patches: Mapping[Version, tuple[Path, ...]] = field(default_factory=dict)

    def where(self, path: str) -> str:
        """Return ``FILE:LINE`` of a module; the file alone where it has none."""
        line = self.lines.get(path)
        return f"{self.name}:{line}" if line else self.name

    def shown(self, patch: Path) -> str:
        """Return a patch's path as the user would write it."""
        return str(Path(self.name).parent / patch.relative_to(self.file.parent))

    def with_versions(self, versions: Mapping[str, str]) -> Baseline:
        """Return it with other versions; patches of versions that are gone are left out."""
        kept = {module: files for module, files in self.patches.items() if versions.get(module.path) == module.version}
        return replace(self, versions=dict(versions), patches=kept)


def sums_file(file: Path) -> Path:
    """Return the go.sum next to a baseline, named as the go command names that of -modfile."""
    return file.with_suffix(".sum")


def patches_folder(file: Path) -> Path:
    """Return the folder of patches next to a baseline."""
    return file.with_suffix(".patches")


def files_of(file: Path) -> tuple[Path, ...]:
    """Return all files and folders that a baseline is read from; a missing one counts as such."""
    folder = patches_folder(file)
    return (file, sums_file(file), folder, *files_below(folder))


def read_baseline(go: GoCommand, name: str, cwd: Path) -> Baseline:
    """Read a baseline.

    Args:
        go: the go command, which reads the file.
        name: its path.
        cwd: the folder that the path is relative to.

    Raises:
        UsageError: it does not exist, is not a go.mod file, or has directives that a baseline cannot have; all of
            them are reported.
        TrustError: the go.sum next to it is malformed.
    """
    file = cwd / name
    if file.suffix != ".mod" or not file.is_file():
        message = "no such file" if file.suffix == ".mod" else "the name of a baseline must end in .mod"
        raise UsageError(f"{name}: {message}", hint="gomod2bazel baseline update FILE LEAF... writes one")
    done = go.run("mod", "edit", "-json", str(file), cwd=file.parent)
    if done.code:
        lines = [in_message(line.removeprefix("go: "), str(file), name) for line in done.err.strip().splitlines()]
        # The first only says that others follow.
        raise UsageError(
            "\n".join(lines[1:] or lines), hint=f"write a baseline like a go.mod file: see {page('baseline.md')}"
        )
    directives: dict[str, Any] = read_object(done.out, "go mod edit -json")
    text = read_text(file, errors="replace")
    required = [Version(item["Path"], item["Version"]) for item in directives.get("Require") or ()]
    replaces = [(_version(item["Old"]), _version(item["New"])) for item in directives.get("Replace") or ()]
    baseline = Baseline(
        file=file,
        name=name,
        versions={module.path: module.version for module in required},
        lines=_lines(text, required),
        replaces=tuple(replaces),
        sums=gosum.read(sums_file(file)),
        patches=dict(_patches(patches_folder(file))),
    )
    problems = [*_refused(directives, name), *_twice(required, baseline), *_folders(replaces, name), *_stale(baseline)]
    if problems:
        raise UsageError("\n".join(problems), hint=f"see {page('baseline.md')} for what a baseline may contain")
    return baseline


def _version(value: Mapping[str, str]) -> Version:
    return Version(value["Path"], value.get("Version", ""))


def _lines(text: str, modules: Sequence[Version]) -> dict[str, int]:
    """Return the line that each module is at: the go command's JSON does not say."""
    versions = {(module.path, module.version) for module in modules}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        words = [word.strip('"`') for word in line.split("//")[0].split()]
        words = words[1:] if words[:1] == ["require"] else words
        if tuple(words) in versions:
            lines[words[0]] = number
    return lines


def _refused(directives: Mapping[str, Any], file: str) -> Iterator[str]:
    for name in _REFUSED:
        if directives.get(name):
            yield f"{file}: {name.lower()} lines are not allowed in a baseline, which lists one version of each module"


def _twice(modules: Sequence[Version], baseline: Baseline) -> Iterator[str]:
    for module in modules:
        if module.version != baseline.versions[module.path]:
            other = baseline.versions[module.path]
            yield f"{baseline.where(module.path)}: {module.path} is listed twice, as {module.version} and as {other}"


def _folders(replaces: Sequence[tuple[Version, Version]], file: str) -> Iterator[str]:
    for old, new in replaces:
        if not new.version:
            yield (
                f"{file}: {old} => {new.path}: a baseline cannot replace a module by a folder; name a "
                "version, or patch the module"
            )


def _patches(folder: Path) -> Iterator[tuple[Version, tuple[Path, ...]]]:
    """Yield the patches of each module version, in order of their names."""
    files = files_below(folder, "*.patch")
    for inner in sorted({file.parent for file in files}):
        path, _, version = inner.relative_to(folder).as_posix().rpartition("@")
        yield (
            Version(_unescaped(path), _unescaped(version)),
            tuple(file for file in files if file.parent == inner),
        )


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except UsageError:
        return text


def _stale(baseline: Baseline) -> Iterator[str]:
    """Yield what is wrong with patches of which nothing would come: nobody would notice that they are gone."""
    for module, files in baseline.patches.items():
        version = baseline.versions.get(module.path)
        shown = baseline.shown(files[0])
        if version != module.version:
            state = f"the baseline has {version}" if version else "the baseline does not have it"
            yield f"{shown}: patches {module.path or '(no module)'} {module.version}, but {state}"
        if any(old.path == module.path and old.version in ("", module.version) for old, _ in baseline.replaces):
            yield f"{shown}: patches {module}, which the baseline replaces; patch the replacement's source instead"
