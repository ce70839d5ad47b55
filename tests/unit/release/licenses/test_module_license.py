"""The licence of a module, from the files that it has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.release.licenses.module_license import LARGEST_TEXT, license_of

TEXTS = Path(__file__).with_name("copies")
MIT, BSD, GPL, LGPL, PATENTS = (
    (TEXTS / name).read_text(encoding="utf-8")
    for name in ("MIT.txt", "BSD-3-Clause.txt", "GPL-3.0.txt", "LGPL-3.0.txt", "PATENTS")
)
APACHE = (Path(__file__).resolve().parents[4] / "LICENSE").read_text(encoding="utf-8")
CHOICE = "Licensed under either of the Apache License, Version 2.0 or the MIT license, at your option."


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def expressions(folder: Path) -> dict[str, str]:
    return {file.path: file.expression for file in license_of(folder).files}


@pytest.mark.parametrize(
    ("files", "expression"),
    [
        ({}, ""),
        ({"main.go": "package main"}, ""),
        ({"LICENSE": MIT}, "MIT"),
        ({"COPYING": BSD, "PATENTS": PATENTS}, "BSD-3-Clause"),
        ({"LICENSE": BSD, "PATENTS": "You lose all rights if you sue us."}, ""),
        ({"LICENSE": MIT, "NOTICE": "Our name must not be used."}, "MIT"),
        ({"LICENSE": APACHE, "NOTICE": "Copyright 2020 The Authors"}, "Apache-2.0"),
        ({"LICENSE": MIT, "LICENSE.txt": MIT}, "MIT"),
        ({"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE}, "Apache-2.0 AND MIT"),
        ({"LICENSE": MIT, "LICENSE.acme": "Pay us."}, ""),
        ({"LICENSE": "All rights reserved. You may not copy."}, ""),
        ({"LICENSE": MIT, "sub/LICENSE": GPL, "third_party/x/LICENSE": BSD}, "MIT"),
        ({"sub/LICENSE": MIT}, ""),
        ({"LICENSES/MIT.txt": MIT, "LICENSES/Apache-2.0.txt": APACHE}, "Apache-2.0 AND MIT"),
        ({"LICENSE": MIT, "LICENSES/Apache-2.0.txt": APACHE}, "MIT"),
        ({"LICENSE": MIT, "THIRD-PARTY-LICENSES.txt": GPL, "LICENSE-3rdparty": "?"}, "MIT"),
        ({"LICENSE": "", "COPYING": MIT}, "MIT"),
    ],
)
def test_the_files_at_the_root_decide(tmp_path: Path, files: dict[str, str], expression: str) -> None:
    assert license_of(write(tmp_path, files)).expression == expression


@pytest.mark.parametrize(
    ("files", "expression"),
    [
        ({"README.md": f"# x\n\n{CHOICE}\n"}, "Apache-2.0 OR MIT"),
        ({"README.md": CHOICE.replace(", at your option", "")}, "Apache-2.0 AND MIT"),
        ({"README.md": CHOICE.replace("MIT", "BSD")}, "Apache-2.0 AND MIT"),
        ({"COPYING": CHOICE}, "Apache-2.0 OR MIT"),
        ({"COPYING": CHOICE.replace("either", "both")}, ""),
        ({"COPYING": CHOICE, "LICENSE-OURS": "Pay us."}, ""),
        ({"COPYING": "SPDX-License-Identifier: MIT OR Apache-2.0"}, "MIT OR Apache-2.0"),
        ({"COPYING": "SPDX-License-Identifier: MIT OR ISC"}, "Apache-2.0 AND (MIT OR ISC)"),
    ],
)
def test_a_choice_has_to_be_written_down(tmp_path: Path, files: dict[str, str], expression: str) -> None:
    write(tmp_path, {"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE, **files})
    assert license_of(tmp_path).expression == expression


@pytest.mark.parametrize(
    ("files", "expression"),
    [
        ({"COPYING": GPL}, "GPL-3.0-only"),
        ({"COPYING": GPL, "COPYING.LESSER": LGPL}, "GPL-3.0-only AND LGPL-3.0-only"),
        ({"COPYING": GPL, "x.go": "// SPDX-License-Identifier: GPL-3.0-or-later\npackage x"}, "GPL-3.0-or-later"),
        ({"COPYING": GPL, "README": "It may be used under version 3 or later."}, "GPL-3.0-only"),
        (
            {"COPYING": GPL, "x.go": "// SPDX-License-Identifier: GPL-3.0-or-later", "y.go": "//\n"},
            "GPL-3.0-or-later",
        ),
        (
            {
                "COPYING": GPL,
                "x.go": "// SPDX-License-Identifier: GPL-3.0-or-later",
                "y.go": "// SPDX-License-Identifier: GPL-3.0-only",
            },
            "GPL-3.0-only",
        ),
    ],
)
def test_headers_tell_whether_later_versions_may_be_used(
    tmp_path: Path, files: dict[str, str], expression: str
) -> None:
    assert license_of(write(tmp_path, files)).expression == expression


def test_all_files_are_listed_with_their_licence(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "LICENSE": MIT,
            "sub/COPYING": BSD,
            "third_party/x/LICENSE.md": APACHE,
            "LICENSES/GPL.txt": GPL,
            "NOTICE": "by us",
            "license.go": MIT,
            "licenses.json": "{}",
            "testdata/LICENSE": MIT,
            "vendor/example.com/x/LICENSE": MIT,
            "_old/LICENSE": MIT,
            ".git/LICENSE": MIT,
            "nested/go.mod": "module example.com/nested",
            "nested/LICENSE": GPL,
            "nested/deep/LICENSE": GPL,
        },
    )
    assert expressions(tmp_path) == {
        "LICENSE": "MIT",
        "LICENSES/GPL.txt": "GPL-3.0-only",
        "NOTICE": "",
        "sub/COPYING": "BSD-3-Clause",
        "third_party/x/LICENSE.md": "Apache-2.0",
    }


def test_folders_pipes_and_links_out_of_the_module_are_not_read(tmp_path: Path) -> None:
    module, outside = tmp_path / "module", tmp_path / "outside"
    write(module, {"LICENSE/MIT.txt": MIT, "docs/LICENSE": MIT})
    outside.write_text(MIT, encoding="utf-8")
    (module / "COPYING").symlink_to(outside)
    (module / "UNLICENSE").symlink_to("UNLICENSE")
    (module / "LICENCE").symlink_to("docs/LICENSE")
    (module / "sub").symlink_to(tmp_path)
    os.mkfifo(module / "LICENSE.txt")
    assert expressions(module) == {"LICENCE": "MIT", "docs/LICENSE": "MIT"}
    assert license_of(module).expression == "MIT"


def test_a_huge_file_is_listed_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "LICENSE").open("wb") as file:
        file.write(MIT.encode())
        file.truncate(50 * LARGEST_TEXT)
    assert license_of(tmp_path).expression == ""
    assert expressions(tmp_path) == {"LICENSE": ""}


def test_what_is_not_text_is_not_a_licence(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_bytes(b"\x7fELF\0\0\0")
    assert license_of(tmp_path).expression == ""
    (tmp_path / "LICENSE").write_bytes(b"\xff\xfe" + MIT.encode("utf-16-le"))
    assert license_of(tmp_path).expression == "MIT"
