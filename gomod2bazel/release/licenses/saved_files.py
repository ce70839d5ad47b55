"""The folder that -licenses writes: the licence texts of all modules in the binaries, and lists of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gomod2bazel.base.disk.files import file_errors
from gomod2bazel.release.contents import LicenseFile, Release, ReleasedModule, ReleaseFile, module_key
from gomod2bazel.release.licenses.discovery import LISTS
from gomod2bazel.release.licenses.module_license import LARGEST_TEXT
from gomod2bazel.release.licenses.texts.expression import all_of
from gomod2bazel.release.licenses.texts.text_words import decoded

__all__ = ["binary_license", "license_files"]

_SCHEMA_VERSION = 1

# What names of files may not have: control characters, and what is a separator elsewhere. % begins an escape.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f%\\:*?\"<>|\ud800-\udfff]")

_RULE = "=" * 80


def license_files(release: Release) -> Sequence[ReleaseFile]:
    """Return the files of a folder with licences, by name.

    ``MODULE@VERSION/PATH`` are the texts, as in the folder of ``go-licenses save``. ``licenses.json`` lists them with
    the SPDX licence expressions. ``NOTICES.txt`` has all texts, each once: many licences ask for that with a binary.

    Args:
        release: what is released, with the licences of its modules.

    Raises:
        FileError: a text cannot be read.
    """
    modules = {module_key(release.standard.input): release.standard, **release.modules}
    texts = [
        ReleaseFile(name=_name(key, file), kind="license-text", content=file.source)
        for key, module in sorted(modules.items())
        for file in module.license.files
    ]
    listing = json.dumps(_listing(modules, release), indent=2, ensure_ascii=False) + "\n"
    lists = {"NOTICES.txt": _notices(modules), "licenses.json": listing}
    return (
        *texts,
        *(ReleaseFile(name=name, kind=LISTS[name], content=content.encode()) for name, content in lists.items()),
    )


def binary_license(modules: Iterable[ReleasedModule]) -> str:
    """Return the SPDX licence expression of a binary; empty where the licence of a module in it is not known.

    Args:
        modules: those in the binary, with the standard library.
    """
    expressions = [module.license.expression for module in modules]
    return all_of(expressions) if all(expressions) else ""


def _name(key: str, file: LicenseFile) -> str:
    """Return the name of a text below the folder; characters that names of files should not have are escaped."""
    return f"{_escaped(key)}/{_escaped(file.path)}"


def _escaped(text: str) -> str:
    def escape(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogateescape"))

    return _UNFIT.sub(escape, text)


def _listing(modules: Mapping[str, ReleasedModule], release: Release) -> dict[str, Any]:
    standard = module_key(release.standard.input)
    return {
        "schema_version": _SCHEMA_VERSION,
        "modules": [
            {
                "module": module.input.module,
                "version": module.input.version,
                "license": module.license.expression,
                "files": [{"path": _name(key, f), "license": f.expression} for f in module.license.files],
                "binaries": sorted(
                    f"{binary.binary.folder}/{binary.binary.name}".lstrip("/")
                    for binary in release.binaries
                    if key == standard or key in map(module_key, binary.binary.inputs)
                ),
            }
            for key, module in sorted(modules.items())
        ],
    }


def _notices(modules: Mapping[str, ReleasedModule]) -> str:
    """Return all texts, each once below the modules that have it."""
    sections: dict[str, list[str]] = {}
    for key, module in sorted(modules.items()):
        if not module.license.files:
            sections.setdefault("No licence file.\n", []).append(key)
        for file in module.license.files:
            sections.setdefault(_text(key, file), []).append(f"{key} ({_escaped(file.path)})")
    return "\n".join(_sections(sections))


def _sections(sections: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for text, titles in sections.items():
        yield "\n".join([_RULE, *titles, _RULE, "", text])


def _text(key: str, file: LicenseFile) -> str:
    with file_errors("read", file.source), file.source.open("rb") as stream:
        data = stream.read(LARGEST_TEXT + 1)
    text = decoded(data) if len(data) <= LARGEST_TEXT else ""
    if not text:
        return f"See {_name(key, file)}.\n"
    return text.replace("\r\n", "\n").rstrip() + "\n"
