"""Documents for other programs: the version first, and the messages of the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.user import User

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.fields import message_fields
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import BuildError, MissingModuleError
from gomod2bazel.base.process.message import note, warning
from gomod2bazel.base.process.runner import SubprocessRunner


def test_the_version_is_first() -> None:
    text = document({"x": "é\n"})
    assert text == '{\n "schema_version": 1,\n "x": "é\\n"\n}\n'


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("", (None, None, None)),
        ("go.mod", ("go.mod", None, None)),
        ("a/b.go:7", ("a/b.go", 7, None)),
        ("a/b.go:7:2", ("a/b.go", 7, 2)),
        ("odd:name/x", ("odd:name/x", None, None)),
        ("odd\nname:3", ("odd\nname", 3, None)),
    ],
)
def test_places(where: str, place: tuple[str | None, int | None, int | None]) -> None:
    fields = message_fields(warning("what", where=where))
    assert (fields["file"], fields["line"], fields["column"]) == place


def test_a_recorder_keeps_warnings_and_notes(tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    session, recorder = with_recorder(user.session)
    session.say("a result")
    session.say(warning("odd", where="x.go:3", hint="look"))
    session.once()(note("decided"))
    recorder.add(None, BuildError("broken", where="y.go"), MissingModuleError("gone"))
    assert len(user.messages) == 3, "they are passed on"
    entries = json.loads(document({}, recorder))["messages"]
    assert [(entry["level"], entry["what"], entry["exit_code"]) for entry in entries] == [
        ("warning", "odd", None),
        ("note", "decided", None),
        ("error", "broken", 1),
        ("error", "gone", 3),
    ]
    assert entries[0] == {
        "level": "warning",
        "code": None,
        "exit_code": None,
        "what": "odd",
        "file": "x.go",
        "line": 3,
        "column": None,
        "module": None,
        "chain": [],
        "modules": [],
        "hint": "look",
    }
