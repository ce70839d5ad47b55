"""Errors that users met: each is provoked, and what is printed says what failed, where, and what to do."""

from __future__ import annotations

import shlex
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.error_rows import Row, fits, points, read_rows, refresh
from support.hostile_server import Recorder, serving
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.bazel.messages import failures
from gomod2bazel.bazel.server.build_report import BuildReport, FailedAction
from gomod2bazel.cli import run_command

ROOT = Path(__file__).resolve().parents[3]
ROWS = read_rows(Path(__file__).with_name("rows"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.provoked}")
def test_row(row: Row, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    code, message = _printed(row, tmp_path, request)
    if request.config.getoption("--refresh-cases") and not fits(row.message, message):
        rows = [other.with_message(message, str(code)) if other == row else other for other in ROWS]
        ROWS[:] = rows
        refresh(rows)
        return
    assert fits(row.message, message), message
    assert str(code) == row.field("exit")
    if not row.field("accepted"):
        assert points(row, message) == row.rating, message


def test_the_ratings() -> None:
    ratings = [row.rating for row in ROWS]
    assert min(ratings) > 0
    assert statistics.mean(ratings) >= 2.7


def test_every_error_of_the_first_users_is_there() -> None:
    assert {row.number for row in ROWS} >= {str(number) for number in range(1, 66)}


def test_ratings_tell_bad_messages_from_good_ones() -> None:
    row = replace(ROWS[0], fields=(("subject", "words"),))
    assert points(row, "error: a.go:3: package words is not in deps\nhint: run gomod2bazel generate") == 3
    assert points(row, "error: package words is not there\nhint: see above") == 1
    assert points(row, "error: a.go:3: something failed") == 1
    assert points(row, "failed") == 0


def _printed(row: Row, folder: Path, request: pytest.FixtureRequest) -> tuple[int, str]:
    """Return the exit code and what is printed, with placeholders."""
    if row.field("case"):
        text = (ROOT / "tests/cases" / row.field("case") / "stderr").read_text(encoding="utf-8")
        exit_file = ROOT / "tests/cases" / row.field("case") / "exit"
        return int(exit_file.read_text(encoding="utf-8")), text.removeprefix("gomod2bazel: ").rstrip("\n")
    if row.field("checked"):
        test, _, name = row.field("checked").partition("::")
        assert name in (ROOT / test).read_text(encoding="utf-8")
        return int(row.field("exit")), row.message
    go: RealGo = request.getfixturevalue("go")
    txtar.write(folder, "".join(f"-- {name} --\n{text}" for name, text in row.files.items()))
    for program in folder.glob("bin/*"):
        program.chmod(0o755)
    with _server(row.field("server"), folder) as url:
        values = {"$WORK": str(folder), "$PROXY": f"file://{ROOT}/examples/goproxy"}
        values |= {"$URL": url, "$HOST": url.partition("//")[2]}
        try:
            code, message = _run(row, folder, go, values)
        finally:
            shutil.rmtree(folder / "cache", ignore_errors=True)
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        message = message.replace(value, name) if value else message
    return code, message


def _run(row: Row, folder: Path, go: RealGo, values: dict[str, str]) -> tuple[int, str]:
    user = User.with_go(folder, go)
    if row.field("tool"):
        return _failed_action(row, user)
    env = {name: _filled(value, values) for name, value in row.env.items()}
    environment = {**user.session.environment, "BAZEL": "/nowhere/bazel", "GOPROXY": "off", **env}
    try:
        if "HOME" in row.env:
            Caches.from_environment(environment)
        words = [_filled(word, values) for word in shlex.split(row.field("command"))]
        code = run_command(words, replace(user.session, environment=environment))
        warnings = [str(message) for message in user.messages if str(message).startswith("warning: ")]
        return code, "\n".join(warnings)
    except Gomod2bazelError as error:
        notes = [str(message) for message in user.messages if row.field("notes")]
        return error.exit_code, "\n".join([*notes, str(Message(error.what, Level.ERROR, error.where, error.hint))])


def _failed_action(row: Row, user: User) -> tuple[int, str]:
    action = FailedAction(label="//:m", mnemonic="GoCompile", exit_code=1, message="", stdout=row.files["output"])
    report = BuildReport(outputs={}, failed_actions=(action,), exit_code=1, exit_name="BUILD_FAILURE", complete=True)
    error = failures(report, {"//:m": "example.org/m"}, {}, user.session)
    assert error is not None
    return error.exit_code, str(Message(error.what, Level.ERROR, error.where, error.hint))


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


@contextmanager
def _server(answer: str, folder: Path) -> Iterator[str]:
    """Serve nothing but one answer: a status, ``html``, ``silent`` or ``refused``."""
    if not answer:
        yield ""
        return

    def respond(request: Recorder) -> None:
        if answer == "silent":
            request.stall()
            return
        request.send_response(200 if answer == "html" else int(answer))
        request.end_headers()
        request.wfile.write(b"<html>sign in</html>" if answer == "html" else b"")

    with serving(folder, {"": respond}) as server:
        url = server.url
        if answer != "refused":
            yield url
    if answer == "refused":
        yield url
