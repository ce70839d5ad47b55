"""Which licence a text is: whole texts of modules, and texts that are nearly these."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gomod2bazel.release.licenses.texts.detection import detect, has_version, with_version
from gomod2bazel.release.licenses.texts.text_words import decoded

TEXTS = Path(__file__).parents[1] / "copies"
APACHE = Path(__file__).resolve().parents[5] / "LICENSE"

APACHE_HEADER = """
Copyright 2020 The Authors.

Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in compliance with the
License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the specific
language governing permissions and limitations under the License.
"""

LATER = """
This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public
License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later
version.
"""


def text(name: str) -> str:
    return (APACHE if name == "Apache-2.0" else TEXTS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Apache-2.0", "Apache-2.0"),
        ("Apache-2.0-without-appendix.txt", "Apache-2.0"),
        ("BSD-2-Clause.txt", "BSD-2-Clause"),
        ("BSD-3-Clause.txt", "BSD-3-Clause"),
        ("GPL-2.0.txt", "GPL-2.0"),
        ("GPL-3.0.txt", "GPL-3.0"),
        ("ISC.txt", "ISC"),
        ("LGPL-3.0.txt", "LGPL-3.0"),
        ("MIT.txt", "MIT"),
        ("MPL-2.0.txt", "MPL-2.0"),
        ("Unlicense.txt", "Unlicense"),
        ("yaml.v3.txt", "Apache-2.0 AND MIT"),
        ("go-toml.txt", "Apache-2.0 AND MIT"),
        ("filepath-securejoin.md", "BSD-3-Clause AND MPL-2.0"),
    ],
)
def test_texts_of_modules(name: str, expression: str) -> None:
    assert detect(text(name)).expression == expression
    assert detect(text(name)).is_known


def test_a_grant_of_patents_is_known_and_is_not_a_licence() -> None:
    assert detect(text("PATENTS")).is_known
    assert detect(text("PATENTS")).expression == ""
    assert detect(text("BSD-3-Clause.txt") + text("PATENTS")).expression == "BSD-3-Clause"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: " ".join(text.split()), id="one line"),
        pytest.param(lambda text: re.sub("^", " * ", text, flags=re.MULTILINE), id="comment"),
        pytest.param(lambda text: decoded(b"\xff\xfe" + text.encode("utf-16-le")), id="UTF-16"),
        pytest.param(lambda text: text.upper(), id="upper case"),
        pytest.param(lambda text: text.replace('"', "''"), id="other quotes"),
        pytest.param(lambda text: f"# License\n\nThe widget\n\n{text}\n\nSee AUTHORS.\n", id="title"),
        pytest.param(
            lambda text: f"Copyright (c) 2020 J\u00f6rg \u4e2d\u6587, all rights reserved\n{text}", id="names"
        ),
        pytest.param(lambda text: f"SPDX-License-Identifier: MIT\n{text}", id="identifier"),
    ],
)
def test_what_may_differ(other: object) -> None:
    assert callable(other)
    assert detect(other(text("MIT.txt"))).expression == "MIT"


@pytest.mark.parametrize("word", ["copies", "substantial portions", "publish, distribute, sublicense", "AS IS"])
@pytest.mark.parametrize("instead", ["", "five copies for a fee", "military use"])
def test_a_changed_clause_is_not_the_licence(word: str, instead: str) -> None:
    assert detect(text("MIT.txt").replace(word, instead)).expression == ""


@pytest.mark.parametrize(
    "clause",
    [
        "You must not use the Software to train models.",
        "Commercial use requires a paid license.",
        "Use in military products is prohibited.",
        "Free for personal use.",
        "This license does not apply to companies with more than 100 employees.",
        "\u4f7f\u7528\u672c\u8f6f\u4ef6\u4e0d\u5f97\u7528\u4e8e\u5546\u4e1a\u76ee\u7684\u3002" * 2,
        "The documentation is under https://creativecommons.org/licenses/by/4.0/.",
        "Copyright 2020 Acme. You may not sell copies.",
    ],
)
@pytest.mark.parametrize("name", ["Apache-2.0", "BSD-3-Clause.txt", "ISC.txt", "MIT.txt"])
def test_an_added_clause_is_not_the_licence(name: str, clause: str) -> None:
    paragraphs = text(name).split("\n\n")
    for place in range(len(paragraphs) + 1):
        changed = "\n\n".join([*paragraphs[:place], clause, *paragraphs[place:]])
        assert not detect(changed).is_known, f"{clause!r} before paragraph {place} of {name}"


def test_a_joke_of_json_is_another_licence() -> None:
    words = "subject to the following conditions:"
    good = "The Software shall be used for Good, not Evil."
    mit = " ".join(text("MIT.txt").split())
    notice = "substantial portions of the Software."
    assert words in mit
    assert detect(mit.replace(notice, f"{notice} {good}")).expression == "JSON"


def test_clauses_of_bsd_licences() -> None:
    three = text("BSD-3-Clause.txt")
    third = re.search(r" +\* Neither the name.*?permission\.\n", three, re.DOTALL)
    assert third
    assert detect(three.replace(third[0], "")).expression == "BSD-2-Clause"
    clear = (
        "NO EXPRESS OR IMPLIED LICENSES TO ANY PARTY'S PATENT RIGHTS ARE GRANTED BY THIS LICENSE. "
        "THIS SOFTWARE IS PROVIDED"
    )
    assert detect(three.replace("THIS SOFTWARE IS PROVIDED", clear)).expression == "BSD-3-Clause-Clear"
    assert detect(three.replace("permission.", "permission, or a fee.")).expression == ""


def test_a_header_alone_names_its_licence() -> None:
    assert detect(APACHE_HEADER).expression == "Apache-2.0"
    assert detect(LATER).expression == "GPL-3.0-or-later"
    assert detect(APACHE_HEADER.replace("Version 2.0", "Version 2.1")).expression == ""


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("SPDX-License-Identifier: mit", "MIT"),
        ("/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */", "GPL-2.0-only OR BSD-2-Clause"),
        ("<!-- SPDX-License-Identifier: Apache-2.0 -->", "Apache-2.0"),
        ("`SPDX-License-Identifier: ISC`", "ISC"),
        ("SPDX-License-Identifier: Acme-Free", ""),
        ("SPDX-License-Identifier: MIT\nYou must not sell it.", ""),
    ],
)
def test_lines_with_an_identifier(line: str, expression: str) -> None:
    assert detect(line).expression == expression


def test_a_line_leaves_the_choice_between_texts() -> None:
    both = text("MIT.txt") + text("Apache-2.0")
    assert detect(both).expression == "Apache-2.0 AND MIT"
    assert detect(f"SPDX-License-Identifier: MIT OR Apache-2.0\n{both}").expression == "MIT OR Apache-2.0"
    line = "SPDX-License-Identifier: ISC\n"
    assert detect(line + text("MIT.txt")).expression == "ISC AND MIT"


@pytest.mark.parametrize(
    ("mentioned", "expression"),
    [
        ((), "GPL-3.0-only AND MIT"),
        (("GPL-3.0-or-later",), "GPL-3.0-or-later AND MIT"),
        (("GPL-3.0-or-later", "GPL-3.0-only"), "GPL-3.0-only AND MIT"),
        (("GPL-2.0-or-later",), "GPL-3.0-only AND MIT"),
    ],
)
def test_gnu_licences_get_the_versions_that_headers_name(mentioned: tuple[str, ...], expression: str) -> None:
    assert with_version("GPL-3.0 AND MIT", frozenset(mentioned)) == expression


def test_only_gnu_licences_lack_a_version() -> None:
    assert not has_version("MIT OR LGPL-2.1")
    assert has_version("GPL-2.0-only AND LGPL-2.1-or-later AND GPL-2.0+ AND MPL-2.0")


@pytest.mark.parametrize("nothing", ["", "\n\n", "-----"])
def test_a_text_without_a_word_asks_for_nothing(nothing: str) -> None:
    assert detect(nothing).is_known
    assert detect(nothing).expression == ""
