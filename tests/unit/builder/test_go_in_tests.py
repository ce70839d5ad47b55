"""The go command in tests: its environment, and the build cache that it begins with."""

from __future__ import annotations

from pathlib import Path

from builder.test.gocache import tidy_cache
from builder.test.gocommand import fill_cache, go_variables

ACTION, OUTPUT, INDEX = "a" * 64, "b" * 64, "c" * 64


def _sdk(root: Path) -> Path:
    """Write an SDK whose folder of programs is a link among the runfiles; return its folder."""
    sdk = root.parent / "sdk"
    (sdk / "bin").mkdir(parents=True)
    (sdk / "bin/go").touch()
    (root / "go_sdk").mkdir(parents=True)
    (root / "go_sdk/bin").symlink_to(sdk / "bin")
    return sdk


def test_the_variables_of_a_test(tmp_path: Path) -> None:
    root, top = tmp_path / "runfiles", tmp_path / "copy/_main"
    sdk = _sdk(root)
    top.mkdir(parents=True)
    command = {"sdk": "go_sdk/bin", "modules": "go_command/modules", "caches": ["x"], "GOFLAGS": "-trimpath"}
    environment = {"PATH": "/bin", "TEST_TMPDIR": "/tests/t", "GOPROXY": "file:///proxy"}
    assert go_variables(environment, root, command, top) == {
        "GOCACHE": "/tests/t/go-build",
        "GOENV": "off",
        "GOFLAGS": "-trimpath",
        "GOMODCACHE": str(root / "go_command/modules"),
        "GOPATH": "/tests/t/go",
        "GOPROXY": "file:///proxy",
        "GOROOT": str(sdk),
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "PATH": f"{sdk}/bin:/bin",
    }
    (tmp_path / "go.work").touch()
    assert go_variables(environment, root, command, top)["GOWORK"] == "off", "it is not the repository's"
    (top / "go.work").touch()
    assert "GOWORK" not in go_variables(environment, root, command, top)


def _write_cache(folder: Path, time: int) -> None:
    for name, output, data in ((ACTION, OUTPUT, "object"), ("d" * 64, INDEX, "go index v2\n")):
        for part in (name[:2], output[:2]):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / output[:2] / f"{output}-d").write_text(data)
        entry = f"v1 {name} {output} {len(data):>20} {time:>20}\n"
        (folder / name[:2] / f"{name}-a").write_text(entry)
    (folder / "trim.txt").write_text(str(time))


def test_a_build_cache_has_nothing_of_its_time_and_machine(tmp_path: Path) -> None:
    contents = []
    for time in (1796034433371746499, 1796034458212724976):
        folder = tmp_path / str(time)
        _write_cache(folder, time)
        tidy_cache(folder)
        contents.append({file.name: file.read_text() for file in folder.rglob("*") if file.is_file()})
    assert contents[0] == contents[1]
    assert sorted(contents[0]) == [f"{ACTION}-a", f"{OUTPUT}-d"]
    # The go command accepts entries of this length alone (cmd/go/internal/cache, entrySize).
    assert len(contents[0][f"{ACTION}-a"]) == 2 + 1 + 64 + 1 + 64 + 1 + 20 + 1 + 20 + 1


def test_a_build_cache_that_is_filled_can_be_written(tmp_path: Path) -> None:
    source, cache = tmp_path / "source", tmp_path / "cache"
    _write_cache(source, 1)
    tidy_cache(source)
    fill_cache(source, cache)
    fill_cache(source, cache)
    entry, output = cache / "aa" / f"{ACTION}-a", cache / "bb" / f"{OUTPUT}-d"
    assert not entry.is_symlink(), "the go command writes it again"
    assert output.is_symlink()
    assert output.read_text() == "object"
    assert int((cache / "trim.txt").read_text()) > 1
