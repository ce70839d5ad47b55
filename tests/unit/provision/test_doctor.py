"""What doctor says of machines that have everything, can get it, or cannot."""

import json
import os
from pathlib import Path

import pytest
from support.documents import checked
from support.fake_programs import FakeRunner, completed, programs

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import UsageError
from gomod2bazel.provision import doctor, go

SETTINGS = {"GOROOT": "/go", "GOPROXY": "https://me:secret@proxy.example.org,off", "GOFLAGS": "", "CC": "gcc"}


@pytest.fixture(autouse=True)
def _known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6", "1", "x86_64")))


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, str]:
    return programs(tmp_path / "bin", "go", "bazel", "gcc", "unshare")


def _answers(**settings: str) -> FakeRunner:
    return FakeRunner(
        {
            "go env GOVERSION": completed("go1.26.6\n"),
            "go env -json": completed(json.dumps({**SETTINGS, **settings})),
            "bazel --version": completed("bazel 7.7.1\n"),
            "gcc --version": completed("gcc 12.2.0\nCopyright\n"),
            "unshare --user": completed(),
        }
    )


def _rows(environment: dict[str, str], runner: FakeRunner) -> tuple[doctor.Report, dict[str, doctor.Row]]:
    report = doctor.examine(environment, runner, Caches.from_environment(environment))
    return report, {row.name: row for row in report.rows}


def test_whole_machine(whole: dict[str, str], tmp_path: Path) -> None:
    report, rows = _rows(whole, _answers())
    assert report.exit_code == 0
    assert (rows["Go"].version, rows["Go"].where, rows["Go"].origin) == ("1.26.6", str(tmp_path / "bin" / "go"), "PATH")
    assert (rows["Bazel"].version, rows["Bazel"].origin) == ("7.7.1", "PATH")
    assert (rows["C compiler"].version, rows["C compiler"].where) == ("gcc 12.2.0", str(tmp_path / "bin" / "gcc"))
    assert rows["GOROOT"].where == "/go"
    assert "GOFLAGS" not in rows
    assert rows["sandbox"].usable
    assert report.text().endswith("\nready\n")
    assert not (tmp_path / "bin" / ".cache").exists()


@pytest.mark.parametrize("works", [True, False])
def test_whether_files_can_be_hidden_from_c_code(
    works: bool, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "landlock_works", lambda: works)
    report, rows = _rows(whole, _answers())
    assert rows["hidden files"].usable == works
    assert ("landlock" in rows["hidden files"].advice) != works
    assert report.exit_code == 0


def test_passwords_are_not_shown(whole: dict[str, str]) -> None:
    text, _ = doctor.run([], whole, _answers())
    assert "https://proxy.example.org,off" in text
    assert "secret" not in text


@pytest.mark.parametrize(("value", "words"), [("sum.golang.org", "network sources"), ("off", "unverified")])
def test_when_the_checksum_database_is_asked(value: str, words: str, whole: dict[str, str]) -> None:
    _, rows = _rows(whole, _answers(GOSUMDB=value))
    assert rows["GOSUMDB"].where == value
    assert words in rows["GOSUMDB"].advice


def test_what_set_up_gets_is_not_missing(tmp_path: Path) -> None:
    runner = FakeRunner({"pip --version": completed("pip 23")})
    report, rows = _rows(programs(tmp_path / "bin", "npm"), runner)
    assert report.exit_code == 0
    assert (rows["Go"].mark, rows["Bazel"].mark) == ("later", "later")
    assert f"sets up Go {go.RELEASE.version}" in rows["Go"].advice
    assert "Bazelisk from npm" in rows["Bazel"].advice
    assert report.text().endswith("\nready: the first build sets up Go, Bazel\n")


def test_what_nothing_gets_is_missing(tmp_path: Path) -> None:
    environment = programs(tmp_path / "bin")
    text, code = doctor.run([], environment, FakeRunner())
    assert code == 5
    assert "install Go 1.24 or newer" in text
    assert "install Bazel 7 or newer" in text
    assert text.endswith("\nmissing: Go, Bazel\n")


def test_bazel_the_user_named_is_not_replaced_by_set_up(tmp_path: Path) -> None:
    environment = programs(tmp_path / "bin", "npm") | {"BAZEL": "/nonexistent/bazel"}
    _, rows = _rows(environment, FakeRunner())
    assert rows["Bazel"].mark == "MISSING"
    assert "unset BAZEL" in rows["Bazel"].advice


def test_no_c_compiler_is_no_lack(whole: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin" / "gcc").unlink()
    report, rows = _rows(whole, _answers())
    assert report.exit_code == 0
    assert rows["C compiler"].mark == "optional"
    assert "CGO_ENABLED=0" in rows["C compiler"].advice


def test_no_namespaces_is_no_lack(whole: dict[str, str]) -> None:
    runner = _answers()
    runner.answers["unshare --user"] = completed(code=1, err="Operation not permitted")
    report, rows = _rows(whole, runner)
    assert report.exit_code == 0
    assert "user.max_user_namespaces" in rows["sandbox"].advice


def test_cache_folder_that_bazel_cannot_work_in(whole: dict[str, str], tmp_path: Path) -> None:
    report, rows = _rows(whole | {"XDG_CACHE_HOME": str(tmp_path / "jürgen")}, _answers())
    assert report.exit_code == 5
    assert "not ASCII" in rows["cache folder"].advice
    assert "set XDG_CACHE_HOME" in rows["cache folder"].advice


def test_cache_folder_that_cannot_be_made(whole: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    report, rows = _rows(whole | {"XDG_CACHE_HOME": str(tmp_path / "file")}, _answers())
    assert report.exit_code == 5
    assert "set XDG_CACHE_HOME" in rows["cache folder"].advice


@pytest.mark.parametrize("flag", ["-json", "--json"])
def test_json_holds_every_row(whole: dict[str, str], flag: str) -> None:
    text, code = doctor.run([flag], whole, _answers())
    parsed = checked("doctor", text)
    assert (code, parsed["schema_version"], parsed["ok"]) == (0, 1, True)
    bazel = next(row for row in parsed["rows"] if row["name"] == "Bazel")
    assert (bazel["found"], bazel["required"], bazel["version"], bazel["origin"]) == (True, True, "7.7.1", "PATH")


def test_unknown_argument(whole: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="-yaml"):
        doctor.run(["-yaml"], whole, _answers())


def test_settings_made_by_go_env_w_are_shown(whole: dict[str, str]) -> None:
    runner = _answers()
    first = {
        "go env -json -changed": completed('{"GOAMD64": "v3"}'),
        "go env -json GOROOT": completed(json.dumps({**SETTINGS, "GOAMD64": "v3"})),
    }
    runner.answers = {**first, **runner.answers}
    assert _rows(whole, runner)[1]["GOAMD64"].where == "v3"


def test_a_go_that_is_not_supported_is_no_go(whole: dict[str, str]) -> None:
    runner = _answers()
    runner.answers["go env GOVERSION"] = completed("go1.31.0\n")
    report, rows = _rows(whole, runner)
    assert report.exit_code == 5
    assert (rows["Go"].mark, rows["Go"].version) == ("MISSING", "1.31.0")
    assert rows["Go"].advice.startswith("Go 1.31.0 is not supported; supported releases are ")
    assert "-allow-untested-go" in rows["Go"].advice
