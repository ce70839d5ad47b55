"""The copy of a module that BUILD files are written in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.testing.module_copy import ModuleCopy, copy_module
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import LoadOptions, ModuleOptions

pytestmark = pytest.mark.go

_TREE = """
-- m/go.mod --
module example.com/m

go 1.24

require example.com/lib v1.0.0

replace example.com/lib => ../lib
-- m/m.go --
package m
-- m/m_test.go --
package m
-- m/e2e/e_test.go --
package e2e
-- m/BUILD.bazel --
x
-- m/testdata/BUILD.bazel --
data
-- m/testdata/nested/go.mod --
module nested
-- m/nested/go.mod --
module example.com/m/nested
-- m/nested/n.go --
package nested
-- m/.git/HEAD --
ref
-- lib/go.mod --
module example.com/lib
-- lib/lib.go --
package lib
-- lib/lib_test.go --
package lib
-- elsewhere/secret --
secret
"""


@pytest.fixture
def opened(tmp_path: Path, go: RealGo) -> InputModule:
    """Return a module in a folder."""
    root = txtar.write(tmp_path / "user", _TREE) / "m"
    (root / "m.go").chmod(0o444)
    (root / "link").symlink_to("m.go")
    (root / "bazel-out").symlink_to(tmp_path / "user" / "elsewhere")
    session = User.with_go(tmp_path, go).session
    options = ModuleOptions(input=TreeInput(text="m", root=root))
    return Opener(session=session, go=go.path).open(options, None)


def _files(copy: ModuleCopy) -> list[str]:
    return sorted(path.relative_to(copy.root).as_posix() for path in copy.root.rglob("*") if not path.is_dir())


def test_files(tmp_path: Path, opened: InputModule) -> None:
    target = tmp_path / "copy"
    (target / "old").mkdir(parents=True)
    copy = copy_module(opened, LoadOptions(), target, lambda path: path == "m_test.go")
    assert _files(copy) == [
        "lib/go.mod",
        "lib/lib.go",
        "m/go.mod",
        "m/link",
        "m/m.go",
        "m/m_test.go",
        "m/testdata/BUILD.bazel",
        "m/testdata/nested/go.mod",
    ]
    assert (copy.module, copy.home, copy.go_work) == (target / "m", target / "m", "off")
    assert os.access(copy.module / "m.go", os.W_OK)
    assert not (target / "old").exists(), "nothing of an earlier module is left"


def test_an_overlay_and_a_modfile_are_in_the_copy(tmp_path: Path, opened: InputModule) -> None:
    other, root = tmp_path / "other.go", opened.root
    other.write_text("package m // other\n", encoding="utf-8")
    (root / "alt.mod").write_text("module example.com/m\n", encoding="utf-8")
    (root / "alt.sum").write_text("sum\n", encoding="utf-8")
    overlaid = {str(root / "m.go"): str(other), str(root / "new.go"): str(other), str(root / "m_test.go"): ""}
    options = LoadOptions(overlaid=overlaid, modfile=str(root / "alt.mod"))
    copy = copy_module(opened, options, tmp_path / "copy", lambda _path: True)
    texts = {name: (copy.module / name).read_text(encoding="utf-8") for name in ("m.go", "new.go", "go.mod", "go.sum")}
    assert texts == {
        "m.go": "package m // other\n",
        "new.go": "package m // other\n",
        "go.mod": "module example.com/m\n",
        "go.sum": "sum\n",
    }
    assert not (copy.module / "m_test.go").exists()


def test_a_cache_in_the_module_is_refused(opened: InputModule) -> None:
    with pytest.raises(UsageError, match="which is copied to it"):
        copy_module(opened, LoadOptions(), opened.root / "cache" / "tests", lambda _path: True)
