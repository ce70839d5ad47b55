"""The formats of a result file, to bytes and back; nothing here touches a disk.

`lines` and `rpm` are lists of paths. `json` and `proto` hold the schema of protos/result.proto; both are made from one
mapping (`_as_mapping`), so that they cannot drift apart. `deb-built-using` and `rpm-provides` name modules, no files:
they are only written. docs/result-file.md describes them all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.install.bundled import rpm_provides, static_built_using
from gomod2bazel.install.record import Input, Record, Result, Run

__all__ = ["FILE_LISTS", "FORMATS", "check_paths", "decode", "encode"]

FILE_LISTS = ("lines", "json", "rpm", "proto")
"""The formats that list files, and can be read."""

FORMATS = (*FILE_LISTS, "deb-built-using", "rpm-provides")
_SCHEMA_VERSION = 1


def encode(form: str, records: Iterable[Record], run: Run) -> bytes:
    """Return the content of a result file; equal input gives equal bytes, whatever the order of ``records``.

    Raises:
        UsageError: the format is unknown, or cannot hold one of the paths.
    """
    ordered = sorted(records, key=lambda record: record.path)
    check_paths(form, (record.path for record in ordered))
    return _ENCODERS[form](ordered, run)


def decode(form: str, data: bytes, where: str) -> Result:
    """Return what a result file says.

    Args:
        form: one of `FILE_LISTS`.
        data: its content.
        where: its name, for errors.

    Raises:
        UsageError: the format lists no files, or ``data`` is not of it; with FILE:LINE where there are lines.
    """
    if form not in FILE_LISTS:
        raise _unknown(form, FILE_LISTS)
    return _DECODERS[form](data, where)


def check_paths(form: str, paths: Iterable[str]) -> None:
    """Refuse, all at once, the paths that a format cannot hold.

    Raises:
        UsageError: the format is unknown, or cannot hold one of the paths.
    """
    if form not in FORMATS:
        raise _unknown(form, FORMATS)
    problems = [problem for path in paths for problem in _problems(form, path)]
    if problems:
        raise UsageError(
            "\n".join(dict.fromkeys(problems)), hint="choose another -destination, or another -result-format"
        )


def _problems(form: str, path: str) -> Iterable[str]:
    """Yield what keeps ``path`` out of a file of that format (rpm: build/files.c, validFilename and parseForSimple)."""
    if form not in FILE_LISTS:
        return
    if any("\ud800" <= character <= "\udfff" for character in path):
        yield f"-result-format {form} cannot hold {path!r}: it is not UTF-8"
    elif form == "lines" and "\n" in path:
        yield f"-result-format lines cannot hold {path!r}: it has a line break"
    elif form == "rpm" and re.search(r"[\x00-\x1f\x7f]", path):
        yield f"-result-format rpm cannot hold {path!r}: rpm refuses control characters"
    elif form == "rpm" and not path.startswith("/"):
        yield f"-result-format rpm cannot hold {path!r}: rpm requires absolute paths"


def _unknown(form: str, known: Sequence[str]) -> UsageError:
    return UsageError(f"-result-format {form!r} is unknown", hint=f"use one of {', '.join(known)}")


def _unique_paths(records: Iterable[Record]) -> list[str]:
    return sorted({record.path for record in records})


def _encode_lines(records: Sequence[Record], _run: Run) -> bytes:
    return "".join(f"{path}\n" for path in _unique_paths(records)).encode()


# The directives of a file list (rpm-spec(5)) for kinds of files.
_RPM_DIRECTIVES = {"license": "%license ", "license-text": "%license ", "notices": "%license ", "doc": "%doc "}


def _encode_rpm(records: Sequence[Record], _run: Run) -> bytes:
    by_path = {record.path: record for record in records}
    return "".join(f"{_rpm_line(by_path[path])}\n" for path in sorted(by_path)).encode()


def _rpm_line(record: Record) -> str:
    r"""Quote as rpm-spec(5) wants it: inside double quotes only ``\``, ``"`` and ``%`` keep a meaning."""
    if record.kind == "man-page" and re.fullmatch(r"[A-Za-z0-9/_.+@-]+", record.path):
        # rpmbuild compresses manual pages (brp-compress), and a name inside quotes is not a pattern.
        return f"{record.path}*"
    table = str.maketrans({"\\": "\\\\", '"': '\\"', "%": "%%"})
    return f'{_RPM_DIRECTIVES.get(record.kind, "")}"{record.path.translate(table)}"'


def _as_mapping(records: Sequence[Record], run: Run) -> dict[str, Any]:
    """Return message Result as plain values under the names of its fields."""
    binaries = [{**asdict(record), "inputs": [asdict(i) for i in record.inputs]} for record in records]
    return {"schema_version": _SCHEMA_VERSION, **asdict(run), "binaries": binaries}


def _encode_json(records: Sequence[Record], run: Run) -> bytes:
    return (json.dumps(_as_mapping(records, run), indent=2, ensure_ascii=False) + "\n").encode()


def _encode_proto(records: Sequence[Record], run: Run) -> bytes:
    # Imported here: the other formats need no protobuf, and start-up counts.
    from google.protobuf import json_format  # noqa: PLC0415

    from gomod2bazel.base.protos.result_pb2 import Result as Message  # noqa: PLC0415

    message = json_format.ParseDict(_as_mapping(records, run), Message())
    return message.SerializeToString(deterministic=True)


def _text_lines(data: bytes, where: str) -> list[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8", where=f"{where}:{line}") from error
    if text and not text.endswith("\n"):
        raise UsageError("no line break at the end (truncated?)", where=f"{where}:{text.count(chr(10)) + 1}")
    return text.split("\n")[:-1]


def _list_of(paths: Iterable[str]) -> Result:
    return Result(run=Run(), binaries=tuple(Record(path=path) for path in paths))


def _decode_lines(data: bytes, where: str) -> Result:
    lines = _text_lines(data, where)
    empty = [f"{where}:{number}" for number, line in enumerate(lines, 1) if not line]
    if empty:
        raise UsageError("an empty line instead of a path", where=empty[0])
    return _list_of(lines)


def _decode_rpm(data: bytes, where: str) -> Result:
    paths = []
    for number, line in enumerate(_text_lines(data, where), 1):
        match = re.fullmatch(r'(?:%(?:license|doc) )?"(/(?:[^"\\%]|\\["\\]|%%)*)"|(/[A-Za-z0-9/_.+@-]*)\*', line)
        if match is None:
            raise UsageError('not of the form "/PATH"', where=f"{where}:{number}")
        paths.append(match[2] or re.sub(r"\\(.)|%%", lambda escape: escape[1] or "%", match[1]))
    return _list_of(paths)


def _decode_json(data: bytes, where: str) -> Result:
    text = "\n".join([*_text_lines(data, where), ""])
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error.msg}", where=f"{where}:{error.lineno}") from error
    except (RecursionError, ValueError) as error:
        # Lists in lists without end, numbers of thousands of digits.
        raise UsageError(f"cannot parse JSON: {error}", where=where) from error
    return _from_mapping(value, where)


def _decode_proto(data: bytes, where: str) -> Result:
    from google.protobuf import json_format, message  # noqa: PLC0415

    from gomod2bazel.base.protos.result_pb2 import Result as Message  # noqa: PLC0415

    try:
        parsed = Message.FromString(data)
    except message.DecodeError as error:
        raise UsageError("not a gomod2bazel.Result message", where=where) from error
    mapping = json_format.MessageToDict(
        parsed, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    for binary in mapping["binaries"]:
        binary["size"] = int(binary["size"])  # the JSON form of proto writes 64-bit numbers as strings
    return _from_mapping(mapping, where)


def _from_mapping(value: Any, where: str) -> Result:
    """Return what ``value`` says; fields that this version does not know are passed over.

    Raises:
        UsageError: another schema version, or a field of the wrong type, with its path.
    """
    if not isinstance(value, dict) or value.get("schema_version") != _SCHEMA_VERSION:
        version = value.get("schema_version") if isinstance(value, dict) else None
        raise UsageError(
            f"schema_version is {version!r}, not {_SCHEMA_VERSION}",
            where=where,
            hint="make the file again, with this version of gomod2bazel",
        )
    run = Run(**_known(Run, value, "result", where))
    binaries = []
    for i, entry in enumerate(_list(value, "binaries", "result", where)):
        at = f"binaries[{i}]"
        known = _known(Record, entry, at, where)
        inputs = enumerate(_list(entry, "inputs", at, where))
        known["inputs"] = tuple(Input(**_known(Input, v, f"{at}.inputs[{j}]", where)) for j, v in inputs)
        binaries.append(Record(**known))
    return Result(run=run, binaries=tuple(binaries))


def _list(mapping: Any, key: str, at: str, where: str) -> list[Any]:
    value = mapping.get(key, [])
    if not isinstance(value, list):
        raise UsageError(f"{at}.{key}: not a list", where=where)
    return value


_TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool}


def _known(kind: type[Any], value: Any, at: str, where: str) -> dict[str, Any]:
    """Return the scalar fields of dataclass ``kind`` that ``value`` holds, each of the type it should have."""
    if not isinstance(value, dict):
        raise UsageError(f"{at}: not an object", where=where)
    known = {f.name: value[f.name] for f in fields(kind) if str(f.type) in _TYPES and f.name in value}
    for field in fields(kind):
        if field.name in known and type(known[field.name]) is not _TYPES[str(field.type)]:
            raise UsageError(f"{at}.{field.name}: {known[field.name]!r} is not of type {field.type}", where=where)
    if kind is not Run and not known.get(next(f.name for f in fields(kind))):
        raise UsageError(f"{at}: {fields(kind)[0].name} is missing", where=where)
    return known


_ENCODERS: dict[str, Callable[[Sequence[Record], Run], bytes]] = {
    "lines": _encode_lines,
    "json": _encode_json,
    "rpm": _encode_rpm,
    "proto": _encode_proto,
    "deb-built-using": static_built_using,
    "rpm-provides": lambda records, _run: rpm_provides(records),
}
_DECODERS: dict[str, Callable[[bytes, str], Result]] = {
    "lines": _decode_lines,
    "json": _decode_json,
    "rpm": _decode_rpm,
    "proto": _decode_proto,
}
