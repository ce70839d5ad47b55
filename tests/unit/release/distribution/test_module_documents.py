"""The documents of a module: which are taken, where they go, and what hostile modules cannot do."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.groups.release import DOCUMENTS as KINDS
from gomod2bazel.release.distribution.documents import Layout, Selection, base_of, documents_of, package_name

LAYOUT = Layout(package="tool")
ROFF = '.\\" A comment.\n.TH TOOL 1\n'
BASH = "complete -F _tool tool\n"
UNIT = "[Unit]\nDescription=a tool\n"


def make(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def select(*installed: str, others: tuple[str, ...] = (), kinds: tuple[str, ...] = KINDS) -> Selection:
    return Selection(kinds=kinds, installed=installed, others=others)


@pytest.mark.parametrize(
    ("path", "content", "kind", "name"),
    [
        ("doc/tool.1", ROFF, "man-page", "share/man/man1/tool.1"),
        ("man/man8/tool.8", ".Dd today\n.Dt TOOL 8\n", "man-page", "share/man/man8/tool.8"),
        ("tool.conf.5", ROFF, "man-page", "share/man/man5/tool.conf.5"),
        ("docs/tool-add.1", ".so man1/tool.1\n", "man-page", "share/man/man1/tool-add.1"),
        ("docs/man/de/tool.1", ROFF, "man-page", "share/man/de/man1/tool.1"),
        ("man/pt_BR/man1/tool.1", ROFF, "man-page", "share/man/pt_BR/man1/tool.1"),
        ("completions/tool.bash", BASH, "completion", "share/bash-completion/completions/tool"),
        ("contrib/tool-completion.bash", BASH, "completion", "share/bash-completion/completions/tool"),
        ("completions/bash/tool", BASH, "completion", "share/bash-completion/completions/tool"),
        ("completions/_tool", "#compdef tool\n", "completion", "share/zsh/site-functions/_tool"),
        ("completions/zsh/tool.zsh", "#compdef tool\n", "completion", "share/zsh/site-functions/_tool"),
        ("completions/tool.fish", "complete -c tool\n", "completion", "share/fish/vendor_completions.d/tool.fish"),
        ("init/tool.service", UNIT, "unit", "lib/systemd/system/tool.service"),
        ("init/tool@.service", UNIT, "unit", "lib/systemd/system/tool@.service"),
        ("init/tool-rotate.timer", UNIT, "unit", "lib/systemd/system/tool-rotate.timer"),
        ("systemd/user/tool.socket", UNIT, "unit", "lib/systemd/user/tool.socket"),
        ("LICENSE", "MIT", "license", "share/doc/tool/LICENSE"),
        ("Licence-MIT.txt", "MIT", "license", "share/doc/tool/Licence-MIT.txt"),
        ("LICENSES/MIT.txt", "MIT", "license", "share/doc/tool/LICENSES/MIT.txt"),
        ("NOTICE", "", "license", "share/doc/tool/NOTICE"),
        ("README.md", "# tool", "doc", "share/doc/tool/README.md"),
        ("CHANGELOG", "", "doc", "share/doc/tool/CHANGELOG"),
    ],
)
def test_places(tmp_path: Path, path: str, content: str, kind: str, name: str) -> None:
    (document,) = documents_of(make(tmp_path, {path: content}), select("tool"), LAYOUT)
    assert (document.kind, document.name, document.path) == (kind, name, path)
    assert document.content == tmp_path / path
    assert documents_of(tmp_path, select("tool", kinds=tuple(k for k in KINDS if k != kind)), LAYOUT) == ()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("log/tool.1", "a rotated log\n"),
        ("tool.9", ROFF),
        ("toolbox.1", ROFF),
        ("completions/tool.bash", "echo no\n"),
        ("completions/other.fish", "complete -c other\n"),
        ("_tool", "package main\n"),
        ("tool/bash/config", BASH),
        ("tool.service", "not a unit\n"),
        ("license.go", "package main\n"),
        ("licenses/MIT.txt", "MIT"),
        ("docs/README.md", "# more"),
        ("sub/LICENSE", "of a vendored part"),
        ("vendor/tool.1", ROFF),
        ("testdata/tool.1", ROFF),
        (".git/tool.1", ROFF),
        ("-tool.1", ROFF),
        ("tool.1.gz", b"\x1f\x8bdamaged"),
        ("tool.1", ROFF + "x" * (5 << 20)),
        ("tool.1.gz", gzip.compress(ROFF.encode() + bytes(5 << 20))),
    ],
)
def test_files_that_only_look_so_are_passed_over(tmp_path: Path, path: str, content: str | bytes) -> None:
    assert documents_of(make(tmp_path, {path: content}), select("tool"), LAYOUT) == ()


def test_a_file_about_a_binary_that_is_not_installed_is_left_out(tmp_path: Path) -> None:
    files = {f"doc/{name}.1": ROFF for name in ("age", "age-keygen", "age-keygen-x", "age-inspect")}
    make(tmp_path, files)
    names = [d.path for d in documents_of(tmp_path, select("age", others=("age-keygen",)), LAYOUT)]
    assert names == ["doc/age-inspect.1", "doc/age.1"]
    assert len(documents_of(tmp_path, select("age", "age-keygen"), LAYOUT)) == 4
    assert documents_of(tmp_path, select(others=("age",)), LAYOUT) == ()


def test_compressed_pages_are_unpacked(tmp_path: Path) -> None:
    (document,) = documents_of(make(tmp_path, {"tool.1.gz": gzip.compress(ROFF.encode())}), select("tool"), LAYOUT)
    assert (document.name, document.content) == ("share/man/man1/tool.1", ROFF.encode())
    # The same page in both forms is one page.
    assert len(documents_of(make(tmp_path, {"tool.1": ROFF}), select("tool"), LAYOUT)) == 1


def test_different_files_of_one_place_are_refused(tmp_path: Path) -> None:
    make(tmp_path, {"a/tool.1": ROFF, "b/tool.1": ROFF + "more\n", "c/tool.1": ROFF})
    with pytest.raises(UsageError) as caught:
        documents_of(tmp_path, select("tool", kinds=("man-page", "license")), LAYOUT)
    assert caught.value.what == (
        "-docs: different files of the module have one place:\n\tshare/man/man1/tool.1: a/tool.1 and b/tool.1"
    )
    assert caught.value.hint == "-docs license leaves them out"
    with pytest.raises(UsageError, match="one place") as caught:
        documents_of(tmp_path, select("tool", kinds=("man-page",)), LAYOUT)
    assert caught.value.hint == "omit -docs, and install the right file"


def test_links_and_other_modules_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(ROFF)
    module = make(tmp_path / "m", {"nested/go.mod": "module n\n", "nested/doc/tool.1": ROFF, "go.mod": "module m\n"})
    (module / "tool.1").symlink_to(tmp_path / "secret")
    (module / "LICENSE").symlink_to("/etc/hostname")
    (module / "link").symlink_to(tmp_path)
    os.mkfifo(module / "README")
    assert documents_of(module, select("tool", "secret"), LAYOUT) == ()


def test_debian_has_another_folder_for_zsh(tmp_path: Path) -> None:
    layout = Layout(package="tool", zsh="vendor-completions")
    (document,) = documents_of(make(tmp_path, {"_tool": "#compdef tool\n"}), select("tool"), layout)
    assert document.name == "share/zsh/vendor-completions/_tool"


@pytest.mark.parametrize(
    ("destination", "base"),
    [
        ("/usr/bin", "/usr"),
        ("/usr/local/sbin", "/usr/local"),
        ("/usr/games/", "/usr"),
        ("/opt/tool", "/opt/tool"),
        ("dist", "dist"),
        ("bin", "."),
        ("/bin", "/"),
    ],
)
def test_base(destination: str, base: str) -> None:
    assert base_of(destination) == base


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("filippo.io/age", "age"),
        ("github.com/mikefarah/yq/v4", "yq"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("example.com", "example.com"),
        ("v2", "v2"),
    ],
)
def test_the_folder_has_the_name_of_the_module(module: str, name: str) -> None:
    assert package_name(module) == name
