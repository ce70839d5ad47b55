"""How messages look."""

from __future__ import annotations

import json

import pytest

from gomod2bazel.base.process.message import Level, Message, note, warning


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (Message("/usr/bin/hello"), "gomod2bazel: /usr/bin/hello\n"),
        (note("skipping main packages"), "gomod2bazel: note: skipping main packages\n"),
        (warning("not verified", hint="use -sumfile"), "gomod2bazel: warning: not verified\nhint: use -sumfile\n"),
        (
            Message("unknown directive", Level.ERROR, "tree/go.mod:5", "go mod edit -fmt"),
            "gomod2bazel: error: tree/go.mod:5: unknown directive\nhint: go mod edit -fmt\n",
        ),
    ],
)
def test_line(message: Message, line: str) -> None:
    assert message.line() == line
    assert f"gomod2bazel: {message}\n" == line


def test_only_words_and_places_are_coloured() -> None:
    line = Message("bad", Level.ERROR, "a.go:1", "mend it").line(color=True)
    assert line == "gomod2bazel: \x1b[1;31merror:\x1b[0m \x1b[1ma.go:1:\x1b[0m bad\n\x1b[1mhint:\x1b[0m mend it\n"
    assert Message("/usr/bin/hello").line(color=True) == "gomod2bazel: /usr/bin/hello\n"


@pytest.mark.parametrize("message", [Message("a"), warning("b\nc", where="d", hint="e"), note("")])
def test_there_and_back(message: Message) -> None:
    assert Message.of_fields(json.loads(json.dumps(message.fields()))) == message


@pytest.mark.parametrize("fields", [[], ["a", "nothing", "", ""], ["a", "note", "", "", ""]])
def test_other_fields_are_refused(fields: list[str]) -> None:
    with pytest.raises(ValueError, match=r"unpack|is not a valid Level"):
        Message.of_fields(fields)
