"""What is prepared of several INPUTs, and what an earlier run has prepared of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.prepared_modules import app, prepared
from support.user import User

from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.message import note
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building import prepare as preparing
from gomod2bazel.commands.building.kept import write_kept
from gomod2bazel.commands.building.platform_build import PlatformBuild
from gomod2bazel.commands.building.prepare import PreparedBuild
from gomod2bazel.commands.building.request import Request
from gomod2bazel.commands.building.shares import Preparing
from gomod2bazel.install.output_flag import Output
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.options.options import Options, with_values

Prepare = Callable[[Session, Options, Output], PreparedBuild]


def _build(name: str) -> PreparedBuild:
    module = prepared(app(name), folders={name: "/"})
    part = PlatformBuild(prepared=module, chosen=(), packages=1, place="")
    return PreparedBuild(builds=(part,), before={}, editable=(), sets={}, ignore=(), notes=(note(f"note of {name}"),))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the INPUTs that are loaded, as they are."""
    names: list[str] = []

    def prepare(session: Session, options: Options, _output: Output) -> PreparedBuild:
        name = options.module.input.text
        names.append(name)
        if name.startswith("bad"):
            raise UsageError(f"{name} is wrong")
        session.note(f"note of {name}")
        return _build(name)

    monkeypatch.setattr(preparing, "prepare", prepare)
    return names


def _requests(user: User, *names: str, keep_going: bool = False) -> list[Request]:
    requests = []
    for name in names:
        (user.session.cwd / name).mkdir()
        (user.session.cwd / name / "go.mod").write_text(f"module {name}\n")
        values = {"input": read_input(name, user.session.cwd), "keep_going": keep_going, "buildvcs": "false"}
        requests.append(Request.of(user.session, with_values(Options(), values)))
    return requests


def _shares(user: User, requests: list[Request], problems: list[Gomod2bazelError]) -> list[str]:
    with ExitStack() as during:
        shares = Preparing(session=user.session, during=during).shares(requests, problems)
    return [share.builds[0].prepared.path for share in shares]


def test_only_what_nothing_is_kept_of_is_loaded(loaded: list[str], tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    requests = _requests(user, "a", "b", "c")
    assert all(request.may_be_kept for request in requests)
    for request, name in ((requests[0], "a"), (requests[2], "c")):
        write_kept(request.kept, _build(name), {})
    assert _shares(user, requests, []) == ["a", "b", "c"]
    assert loaded == ["b"]
    assert user.messages == ["note: note of a", "note: note of b", "note: note of c"]
    loaded.clear()
    # Nothing kept is taken, nor kept: prebuild has another use for it.
    with ExitStack() as during:
        Preparing(session=user.session, during=during, keeps=False).shares(requests[:2], [])
    assert loaded == ["a", "b"]
    loaded.clear()
    # It was kept meanwhile.
    assert _shares(user, requests, []) == ["a", "b", "c"]
    assert loaded == []


def test_the_first_error_is_that_of_the_first_input(loaded: list[str], tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    with pytest.raises(UsageError, match="bad1 is wrong"):
        _shares(user, _requests(user, "a", "bad1", "bad2"), [])
    assert {"a", "bad1"} <= set(loaded)


def test_the_others_with_keep_going(loaded: list[str], tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    problems: list[Gomod2bazelError] = []
    assert _shares(user, _requests(user, "bad1", "b", "bad2", keep_going=True), problems) == ["b"]
    assert [str(problem) for problem in problems] == ["bad1 is wrong", "bad2 is wrong"]
    assert len(loaded) == 3
