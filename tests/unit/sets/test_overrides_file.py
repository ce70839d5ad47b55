"""Overrides files: where they are looked for, which one wins, and how a mistake in one is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import parse
from gomod2bazel.options.options import AssignOptions
from gomod2bazel.sets.overrides import Override, Overrides
from gomod2bazel.sets.overrides_file import FILE_NAME, override_paths, read_overrides

M = "example.com/m"


def _rule(name: str) -> str:
    return f'[[binary]]\nimport-path = "./cmd"\nset = "{name}"\n'


def _read(text: str, folder: Path) -> Overrides:
    (folder / "o.toml").write_bytes(text.encode())
    return read_overrides(AssignOptions(overrides=("o.toml",)), None, folder)


def _refused(text: str, folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        _read(text, folder)
    assert caught.value.hint == f"see {page('overrides.md')} for the format"
    return str(caught.value)


def test_all_keys(tmp_path: Path) -> None:
    text = '''\
# [[binary]]
[[binary]]
module = "example.com/m/..."
import-path = "./cmd/..."
set = "fixture"
reason = "it is read"

[[ "binary" ]]  # a second one
import-path = "example.com/m/cmd/gen"
name = "m-gen"
reason = """
[[binary]]"""

[[binary]]
module = "example.com/m"
set = "example"
'''
    assert _read(text, tmp_path).rules == (
        Override(module=f"{M}/...", import_path="./cmd/...", set="fixture", reason="it is read", position="o.toml:2"),
        Override(import_path=f"{M}/cmd/gen", name="m-gen", reason="[[binary]]", position="o.toml:8"),
        Override(module=M, set="example", reason=f"its module matches '{M}'", position="o.toml:14"),
    )


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("", []),
        ("# nothing\n", []),
        (_rule("example"), ["o.toml:1"]),
        ("\ufeff" + _rule("example"), ["o.toml:1"]),
        (_rule("example").replace("\n", "\r\n") * 2, ["o.toml:1", "o.toml:4"]),
        ("binary = [\n {module='m', set='example'},\n {module='n', set='example'}]",
         ["o.toml: binary 1", "o.toml: binary 2"]),
    ],
)  # fmt: skip
def test_positions(text: str, positions: list[str], tmp_path: Path) -> None:
    assert [rule.position for rule in _read(text, tmp_path).rules] == positions


@pytest.mark.parametrize(
    ("there", "flags", "wanted"),
    [
        ("", (), None),
        ("root", (), "root/gomod2bazel.toml:1"),
        ("root cwd", (), "gomod2bazel.toml:1"),
        ("root cwd a", ("-overrides", "a"), "a:1"),
        ("a b", ("-overrides", "a", "-overrides", "b"), "b:1"),
        ("a b", ("-overrides", "a", "-overrides", "b", "-overrides", "./a"), "a:1"),
        ("cwd a", ("-overrides", "a", "-overrides", FILE_NAME), "gomod2bazel.toml:1"),
        ("root cwd a", ("-overrides", "a", "-as", "./cmd=example"), "-as ./cmd=example"),
        ("", ("-as", "./cmd=example", "-as", "./...=target"), "-as ./...=target"),
    ],
)
def test_what_is_nearer_to_the_command_line_wins(
    there: str, flags: tuple[str, ...], wanted: str | None, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    places = {"root": root / FILE_NAME, "cwd": tmp_path / FILE_NAME}
    for name in there.split():
        places.get(name, tmp_path / name).write_text(_rule("target"))
    rule = read_overrides(parse(flags)[0].module.assign, root, tmp_path).of(M, f"{M}/cmd")
    assert (rule and rule.position) == wanted


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(_rule("example"))
    (tmp_path / "link").symlink_to(FILE_NAME)
    options = AssignOptions(overrides=("link", str(tmp_path / FILE_NAME)))
    assert len(read_overrides(options, tmp_path, tmp_path).rules) == 1
    assert override_paths(options, tmp_path, tmp_path) == (tmp_path / FILE_NAME,)


def test_paths_name_files_that_may_come_to_be(tmp_path: Path) -> None:
    root, cwd = tmp_path / "tree", tmp_path / "here"
    options = AssignOptions(overrides=("shared.toml",))
    found = override_paths(options, root, cwd)
    assert found == (root / FILE_NAME, cwd / FILE_NAME, cwd / "shared.toml")
    assert override_paths(AssignOptions(), None, cwd) == (cwd / FILE_NAME,)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ('sets = "example"', "o.toml:2: unknown key 'sets' (did you mean set?); use one of module, import-path, set, "),
        ('import_path = "x"', "o.toml:2: unknown key 'import_path' (did you mean import-path?); use one of "),
        ("set = 3", "o.toml:2: set is not a string"),
        ('set = "targte"', "o.toml:2: set 'targte': unknown set 'targte' (did you mean target?); use one of "),
        ('set = "testonly"', "o.toml:2: set 'testonly': testonly is for"),
        ('import-path = ""', "o.toml:2: import-path '': is empty"),
        ('import-path = "cmd/*"', "o.toml:2: import-path 'cmd/*': contains * or ?: the wildcard"),
        ('module = "example.com/m@v1.0.0"', "o.toml:2: module 'example.com/m@v1.0.0': names a version"),
        (r'reason = "\u001b[2J"', r"o.toml:2: reason '\x1b[2J': is not one line of text"),
        ('name = "../../etc/passwd"', "o.toml:2: name '../../etc/passwd': is not a file name"),
        (r'name = "a\u0000"', r"o.toml:2: name 'a\x00': is not a file name"),
        ('set = "example"', "o.toml:2: names neither module nor import-path; "),
        ('module = "m"', "o.toml:2: has neither set nor name"),
        ('module = "m"\nname = "x"', "o.toml:2: a name needs an import-path of exactly one package: "),
        ('import-path = "m/..."\nname = "x"', "o.toml:2: a name needs an import-path of exactly one package: "),
        ('import-path = "./cmd"\nname = "x"', "o.toml:2: a name needs an import-path of exactly one package: "),
        ('module = "m/..."\nimport-path = "./cmd"\nname = "x"', "o.toml:2: a name needs an import-path "),
        ('module = "example.com/m"\nimport-path = "cmd/gen"\nset = "example"',
         "o.toml:2: no import path of example.com/m matches 'cmd/gen'; write ./ before a path relative to the module"),
        ("set = ", "o.toml:3: is not TOML: Invalid value"),
        ("set = '''", "o.toml: is not TOML: "),
        ('set = "a"\nset = "b"', "o.toml:4: is not TOML: Cannot overwrite a value"),
        ("[more]\nx = 1", "o.toml: unknown key 'more'; rules are tables called [[binary]]"),
        (f"module = {'[' * 5000}", "o.toml: is nested too deeply"),
        (f"module = {'9' * 5000}", "o.toml: is not TOML: "),
    ],
)  # fmt: skip
def test_mistakes_name_their_place(lines: str, what: str, tmp_path: Path) -> None:
    assert _refused(f"\n[[binary]]\n{lines}\n", tmp_path).startswith(what)


@pytest.mark.parametrize("text", ["[binary]\nset = 'example'", "binary = 'x'", "binary = ['x']"])
def test_binary_is_a_list_of_tables(text: str, tmp_path: Path) -> None:
    assert _refused(text, tmp_path) == "o.toml: binary is not a list of tables; write [[binary]] above each"


def test_the_examples_of_the_docs(tmp_path: Path) -> None:
    text = Path(__file__).parents[3].joinpath("docs", "overrides.md").read_text(encoding="utf-8")
    first, shared = (_read(block, tmp_path) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
    for folder, name, wanted in (("internal/gen", "", "maintenance"), ("internal/server", "m-server", "target")):
        rule = first.of(M, f"{M}/{folder}")
        assert (rule and rule.set, first.name_of(M, f"{M}/{folder}")) == (wanted, name)
    rule = shared.of(M, f"{M}/tools/serve")
    assert (rule and rule.reason, shared.name_of(M, f"{M}/tools/serve")) == ("operations run it", "m-serve")
    rule = shared.of("example.com/other", "example.com/other/internal/e2e")
    assert rule and rule.set == "integration"


def test_names_that_mean_one_package(tmp_path: Path) -> None:
    relative = f'[[binary]]\nmodule = "{M}"\nimport-path = "./cmd"\nname = "x"\n'
    absolute = f'[[binary]]\nimport-path = "{M}/gen"\nname = "y"\n'
    rules = _read(relative + absolute, tmp_path)
    assert [rules.name_of(M, f"{M}/{folder}") for folder in ("cmd", "gen", "more")] == ["x", "y", ""]
    assert rules.of(M, f"{M}/cmd") is None


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(_rule("exmple") + _rule("tests"))
    (tmp_path / "a").write_text("?")
    with pytest.raises(UsageError) as caught:
        read_overrides(AssignOptions(overrides=("a", "b")), None, tmp_path)
    heads = [line.partition(": ")[0] for line in str(caught.value).splitlines()]
    assert heads == ["gomod2bazel.toml:1", "gomod2bazel.toml:4", "a:1", "b"]


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"x = 1\n\xff", "o.toml:2: is not UTF-8"), (b"#" * (1 << 20) + b"\n", "o.toml: is larger than 1048576 bytes")],
)
def test_no_text(data: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_overrides(AssignOptions(overrides=("o.toml",)), None, tmp_path)
    assert str(caught.value) == what


def test_no_plain_file(tmp_path: Path) -> None:
    tree, linked = tmp_path / "tree", tmp_path / "linked"
    for folder in (tree, linked, tmp_path / FILE_NAME):
        folder.mkdir()
    os.mkfifo(tree / FILE_NAME)
    (linked / FILE_NAME).symlink_to("nowhere")
    with pytest.raises(UsageError) as caught:
        read_overrides(AssignOptions(overrides=("gone",)), tree, tmp_path)
    assert str(caught.value).splitlines() == [
        "tree/gomod2bazel.toml: is not a plain file",
        "gomod2bazel.toml: is not a plain file",
        "gone: cannot be read: No such file or directory",
    ]
    with pytest.raises(UsageError, match="cannot be read"):
        read_overrides(AssignOptions(), None, linked)
