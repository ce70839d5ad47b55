"""What tools that read C and assembly may read, and what is told of a file that they may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builder.base import confine
from builder.base.confine import Confinement, named_folders, paths_in_flags, programs_folders
from builder.base.tools import BuilderError, Tools
from builder.c import pkgconfig
from builder.requests.package import PackageRequest

needs_landlock = pytest.mark.skipif(not confine.is_supported(), reason="the kernel has no Landlock")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file that nothing declares."""
    file = tmp_path / "home" / "secret.h"
    file.parent.mkdir()
    file.write_text("hush\n", encoding="utf-8")
    return file


@pytest.fixture
def confined(tmp_path: Path) -> Iterator[Confinement]:
    """Return what confines tools to the folder ``seen``."""
    (tmp_path / "seen").mkdir()
    found = Confinement(paths=[str(tmp_path / "seen")], temporary=str(tmp_path / "tmp"))
    yield found
    found.close()


@pytest.fixture
def tools(confined: Confinement) -> Tools:
    """Return tools that see the folder ``seen``."""
    return Tools(confinement=confined)


@needs_landlock
def test_a_tool_cannot_read_what_is_not_declared(tools: Tools, secret: Path) -> None:
    with pytest.raises(BuilderError, match=r"secret.h: Permission denied\nhint: .* -visible DIR") as raised:
        tools.run(["cat", str(secret)])
    assert "hush" not in str(raised.value)


@needs_landlock
def test_a_link_to_it_does_not_help(tools: Tools, secret: Path, tmp_path: Path) -> None:
    (tmp_path / "seen" / "link").symlink_to(secret)
    with pytest.raises(BuilderError, match="Permission denied"):
        tools.run(["cat", str(tmp_path / "seen" / "link")])


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/etc/hostname", "/proc/1/cmdline"])
def test_what_is_the_machines_own_is_hidden(tools: Tools, path: str) -> None:
    with pytest.raises(BuilderError, match="Permission denied"):
        tools.run(["cat", path])


@needs_landlock
def test_a_declared_link_leads_out_of_what_is_visible(
    tools: Tools, confined: Confinement, secret: Path, tmp_path: Path
) -> None:
    """As in Bazel's sandbox, whose inputs are links to where files are."""
    (tmp_path / "input.h").symlink_to(secret)
    confined.add([str(tmp_path / "input.h")])
    assert tools.run(["cat", str(tmp_path / "input.h")]) == "hush\n"
    other = secret.with_name("other.h")
    other.touch()
    with pytest.raises(BuilderError, match="Permission denied"):
        tools.run(["cat", str(other)])


@needs_landlock
def test_temporary_files_are_the_requests_own(tools: Tools, confined: Confinement) -> None:
    assert tools.run(["sh", "-c", "echo x > $TMPDIR/f && cat $TMPDIR/f"]) == "x\n"
    assert Path(confined.temporary, "f").is_file()


@needs_landlock
def test_the_next_request_is_not_confined_by_the_last(tools: Tools, confined: Confinement, secret: Path) -> None:
    with pytest.raises(BuilderError):
        tools.run(["cat", str(secret)])
    assert Tools().run(["cat", str(secret)]) == "hush\n"


@needs_landlock
def test_the_line_that_names_a_file_is_shown_where_a_tool_does_not(confined: Confinement, tmp_path: Path) -> None:
    source = tmp_path / "x.c"
    source.write_text('int a;\nasm(".incbin \\"/home/x/key\\"");\n', encoding="utf-8")
    confined.sources.append(str(source))
    confined.prepare()
    told = confined.explained("tmp/cc1.s:3: Error: file not found: /home/x/key\n").splitlines()
    assert told[1] == 'x.c:2: asm(".incbin \\"/home/x/key\\"");'
    assert told[2].startswith("hint: ")
    assert confined.explained("x.c:1: error: expected ';'\n") == "x.c:1: error: expected ';'\n"


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ('#include "/home/x/a.h"', True),
        ("// #include </home/x/a.h>", True),
        ('asm(".incbin \\"/home/x/a\\"");', True),
        ('\t.include "/etc/passwd"', True),
        ("      INCLUDE '/home/x/a.inc'", True),
        ('#include "/usr/include/stdio.h"', False),
        ('#include "/usr/include/../../home/x/a.h"', True),
        ('#include "a.h"', False),
        ('puts("/home/x/a.h");', False),
    ],
)
def test_without_landlock_what_the_text_names_is_refused(line: str, refused: bool, tmp_path: Path) -> None:
    source = tmp_path / "a.c"
    source.write_text(f"\n{line}\n", encoding="utf-8")
    told = Confinement(paths=[], temporary="", sources=[str(source)]).refused()
    assert told.startswith("a.c:2: /") == refused, told


def test_without_landlock_a_folder_in_the_flags_of_a_module_is_refused(tmp_path: Path) -> None:
    flags = [f"-I{tmp_path}", "-I/no/such/folder", "-L/usr/lib"]
    told = Confinement(paths=[], temporary="", flags=flags).refused().splitlines()
    assert told[0] == f"flag of the package names {tmp_path}, which is not visible"
    assert len(told) == 2
    assert Confinement(paths=[str(tmp_path)], temporary="", flags=flags).refused() == ""


def test_paths_in_flags() -> None:
    flags = ["-I/a", "-L", "/b", "--sysroot=/c", "-Wl,-rpath,/d:/e", "-Irel/x", "-lm", "-isystem/f", "/g/h.a"]
    assert paths_in_flags(flags) == ["/a", "/b", "/c", "/d", "/e", "/f", "/g/h.a"]


def test_what_the_users_settings_name(tmp_path: Path) -> None:
    environment = {
        "CGO_CFLAGS": "-O2 -I/opt/foo/include",
        "CGO_LDFLAGS": "-L/opt/foo/lib",
        "PKG_CONFIG_PATH": "/opt/bar/pc:/opt/baz/pc:relative",
        "SWIG_LIB": "/opt/swig",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin",
    }
    found = named_folders(environment, ["gcc --sysroot=/opt/root"])
    assert {"/opt/foo/include", "/opt/foo/lib", "/opt/bar/pc", "/opt/baz/pc", "/opt/swig", "/opt/root"} <= {*found}
    assert "relative" not in found
    assert str(tmp_path) not in found


def _program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_compiler_outside_of_the_systems_folders(tmp_path: Path) -> None:
    compiler = _program(tmp_path / "gcc-14" / "bin" / "gcc")
    for name in ("lib", "libexec", "x86_64-linux-gnu", "secrets", "my-own-notes"):
        (tmp_path / "gcc-14" / name).mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "cc").symlink_to(compiler)
    found = {path for path in programs_folders(["cc"], f"{tmp_path}/bin") if path.startswith(str(tmp_path))}
    root = f"{tmp_path}/gcc-14"
    assert found == {f"{tmp_path}/bin", f"{root}/bin", f"{root}/lib", f"{root}/libexec", f"{root}/x86_64-linux-gnu"}


def test_a_compiler_in_a_home_shows_the_home_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "lib").mkdir()
    own, wrapper = _program(tmp_path / "gcc"), _program(tmp_path / "bin" / "cc")
    found = programs_folders([own, wrapper], f"{tmp_path}:/usr/bin")
    assert {path for path in found if path.startswith(str(tmp_path))} == {own, f"{tmp_path}/bin"}


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        (["foo"], True),
        (["--static", "foo", "bar-2.0+x"], True),
        (["./foo.pc"], False),
        (["foo.pc"], False),
        (["/home/x/foo.pc"], False),
        (["--define-variable=prefix=/home/x", "foo"], False),
        (["--with-path=/home/x", "foo"], False),
    ],
)
def test_folders_that_pkg_config_prints(named: list[str], shown: bool, tools: Tools, tmp_path: Path) -> None:
    answers = _program(tmp_path / "seen" / "pkg-config")
    Path(answers).write_text("#!/bin/sh\necho -L/opt/foo/lib -lfoo\n", encoding="utf-8")
    asked = PackageRequest(pkg_config=named, pkg_config_tool=answers)
    check = _Permissive()
    pkgconfig.flags(asked, tools, check)  # type: ignore[arg-type]
    assert tools.confinement
    assert ("/opt/foo/lib" in tools.confinement.paths) == shown


class _Permissive:
    def __getattr__(self, name: str) -> object:
        return lambda *_: None
