"""The file of -license-policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.release.licenses.policy import Answer, LicensePolicy
from gomod2bazel.release.licenses.policy_file import read_policy

PAGE = Path(__file__).resolve().parents[4] / "docs/how-to/licenses.md"


def read(tmp_path: Path, text: str) -> LicensePolicy:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path, "p.toml")


def test_the_example_of_the_page(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    assert read(tmp_path, example[1]) == LicensePolicy(
        shown="p.toml",
        allow=("Apache-2.0", "BSD-*", "ISC", "MIT", "MPL-2.0"),
        deny=("AGPL-*",),
        answers=(
            Answer(path="example.com/hello", version="v1.1.0", expression="MIT", reason="the README has the licence"),
        ),
    )


def test_an_expression_is_spelled_as_in_the_list(tmp_path: Path) -> None:
    policy = read(tmp_path, '\ufeff[[module]]\r\npath = "a"\r\nexpression = "mit or isc"\r\nreason = "read"\r\n')
    assert policy.allow is None
    assert [answer.expression for answer in policy.answers] == ["MIT OR ISC"]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["p.toml: has neither allow nor deny nor [[module]]"]),
        ("alow = []", ["p.toml: unknown key 'alow'; did you mean allow?"]),
        ("allow = 'MIT'", ["p.toml: allow is not a list of strings"]),
        ("deny = [1]", ["p.toml: deny is not a list of strings"]),
        ("allow = ['MIT OR ISC']", ["p.toml: allow: 'MIT OR ISC' is an expression: write the licences one by one"]),
        ("allow = ['Free']", ["p.toml: allow: 'Free' is not in the SPDX licence list"]),
        ("allow = ['a/b', '']", ["'a/b' is not an SPDX licence identifier", "'' is not an SPDX licence identifier"]),
        ("module = 1", ["p.toml: module is not a list of tables; write [[module]] above each"]),
        ("[[module]]\npath = 'a'", ["p.toml: module 1: has no expression", "p.toml: module 1: has no reason"]),
        ("[[module]]\npth = 'a'", ["unknown key 'pth'; did you mean path?"]),
        (
            "[[module]]\npath = 'a'\nexpression = 'Free'\nreason = 1",
            [
                "module 1: expression: not an SPDX licence expression: 'Free'",
                "module 1: reason is not one line of text",
            ],
        ),
        ("allow = x\n", ["p.toml:1: is not TOML: "]),
        ("allow = []\nallow = []\n\n", ["p.toml:2: is not TOML: "]),
        ("a = " + "[" * 9999, ["p.toml: is nested too deeply"]),
    ],
)
def test_all_that_is_wrong_with_a_file_is_in_the_error(tmp_path: Path, text: str, messages: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert caught.value.hint
    for message in messages:
        assert message in str(caught.value)


def test_what_is_not_a_file_of_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not found"):
        read_policy(tmp_path / "missing", "missing")
    with pytest.raises(UsageError, match="not a plain file"):
        read_policy(tmp_path, ".")
    path = tmp_path / "p.toml"
    path.write_bytes(b"deny = []\n\xff")
    with pytest.raises(UsageError, match=r"p\.toml:2: is not UTF-8"):
        read_policy(path, "p.toml")
    path.write_bytes(b"#" * (1 << 21))
    with pytest.raises(UsageError, match="larger than"):
        read_policy(path, "p.toml")
