"""Whether the licences of a release are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gomod2bazel.base.errors import TrustError
from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import License, LicenseFile, ReleasedModule
from gomod2bazel.release.licenses.policy import STANDARD, Answer, LicensePolicy, check_licenses, with_answer

BSD = License(
    expression="BSD-3-Clause", files=(LicenseFile(path="LICENSE", source=Path("LICENSE"), expression="BSD-3-Clause"),)
)


def modules_of(licenses: Mapping[str, License]) -> dict[str, ReleasedModule]:
    """Return modules by key, and the standard library."""
    modules = {
        f"{path}@v1.0.0": ReleasedModule(input=Input(module=path, version="v1.0.0"), license=value)
        for path, value in licenses.items()
    }
    return {STANDARD: ReleasedModule(input=Input(module="std", version="v1.26.0"), license=BSD), **modules}


def check(licenses: Mapping[str, License], policy: LicensePolicy) -> None:
    """Check two binaries: the first has all modules, the second those with a "b" in the last element of their path."""
    modules = modules_of(licenses)
    inputs = tuple(module.input for key, module in modules.items() if key != STANDARD)
    binaries = [
        Binary(
            import_path="example.com/m",
            name=name,
            folder="linux_amd64",
            inputs=tuple(i for i in inputs if letter in i.module.rpartition("/")[2]),
        )
        for name, letter in (("all", ""), ("some", "b"))
    ]
    check_licenses(modules, binaries, policy)


def licensed(expression: str, **files: str) -> License:
    """Return a licence; files are named with a double underscore for a slash."""
    return License(
        expression=expression,
        files=tuple(
            LicenseFile(path=path.replace("__", "/"), source=Path(path), expression=text)
            for path, text in files.items()
        ),
    )


def refusal(licenses: Mapping[str, License], policy: LicensePolicy) -> str:
    with pytest.raises(TrustError) as caught:
        check(licenses, policy)
    assert caught.value.exit_code == 4
    assert caught.value.hint.startswith("edit p.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("allow", "deny", "expression", "allowed"),
    [
        (("BSD-*", "MIT"), (), "MIT", True),
        (("BSD-*", "MIT"), (), "BSD-2-Clause AND MIT", True),
        (("BSD-*", "MIT"), (), "GPL-3.0-only OR MIT", True),
        (("BSD-*", "MIT"), (), "GPL-3.0-only AND MIT", False),
        (("BSD-*", "mit"), (), "MIT", True),
        (("BSD-*", "MIT"), (), "MIT-0", False),
        (("BSD-*",), (), "", False),
        (None, ("AGPL-*",), "", True),
        (None, ("AGPL-*",), "GPL-3.0-only", True),
        (None, ("AGPL-*",), "AGPL-3.0-only", False),
        (None, ("AGPL-*",), "AGPL-3.0-only OR MIT", True),
        (("BSD-*", "GPL-*"), ("GPL-3.0-*",), "GPL-3.0-or-later", False),
        (("BSD-*", "GPL-2.0-only"), (), "GPL-2.0-only WITH Classpath-exception-2.0", True),
        (("BSD-*", "GPL-2.0-only WITH Classpath-exception-2.0"), (), "GPL-2.0-only", False),
        (
            ("BSD-*", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPL-*",),
            "GPL-2.0-only WITH Classpath-exception-2.0",
            True,
        ),
        (("BSD-*", "GPL-2.0-only"), ("GPL-*",), "GPL-2.0-only WITH Classpath-exception-2.0", False),
        (("*",), (), "LicenseRef-ours", True),
    ],
)
def test_allow_and_deny(allow: tuple[str, ...] | None, deny: tuple[str, ...], expression: str, allowed: bool) -> None:
    policy = LicensePolicy(shown="p.toml", allow=allow, deny=deny)
    licenses = {"example.com/m": licensed(expression)}
    if allowed:
        check(licenses, policy)
    else:
        assert "example.com/m@v1.0.0" in refusal(licenses, policy)


def test_all_refused_modules_are_in_one_error() -> None:
    licenses = {
        "example.com/a": licensed("MIT AND GPL-3.0-only", LICENSE="MIT", COPYING="GPL-3.0-only"),
        "example.com/b": licensed("", LICENSE="", NOTICE=""),
        "example.com/bare": licensed(""),
        "example.com/fine": licensed("MIT", LICENSE="MIT"),
    }
    policy = LicensePolicy(shown="p.toml", allow=("MIT",))
    assert refusal(licenses, policy).split("\n") == [
        "p.toml refuses the licences of 4 modules:",
        "  example.com/a@v1.0.0: MIT AND GPL-3.0-only (COPYING), in linux_amd64/all",
        "  example.com/b@v1.0.0: licence not recognised (LICENSE, NOTICE), in linux_amd64/all, linux_amd64/some",
        "  example.com/bare@v1.0.0: licence not recognised (no licence file), in linux_amd64/all, linux_amd64/some",
        "  std@v1.26.0: BSD-3-Clause (LICENSE), in linux_amd64/all, linux_amd64/some",
    ]


def test_a_denied_licence_in_another_folder_is_refused() -> None:
    licenses = {"example.com/a": licensed("MIT", LICENSE="MIT", sub__COPYING="AGPL-3.0-only", doc__LICENSE="CC-BY-4.0")}
    check(licenses, LicensePolicy(shown="p.toml", allow=("MIT", "BSD-3-Clause")))
    message = refusal(licenses, LicensePolicy(shown="p.toml", deny=("AGPL-*",)))
    assert "  example.com/a@v1.0.0: AGPL-3.0-only (sub/COPYING), in linux_amd64/all" in message


def test_an_answer_replaces_what_was_recognised() -> None:
    licenses = {
        "example.com/a": licensed("", LICENSE=""),
        "example.com/b": licensed("MIT", LICENSE="MIT", sub__COPYING="AGPL-3.0-only"),
    }
    answers = (
        Answer(path="example.com/*", expression="GPL-3.0-only", reason="all of ours"),
        Answer(path="example.com/a", version="v1.0.0", expression="MIT", reason="read"),
        Answer(path="example.com/a", version="v2.0.0", expression="GPL-3.0-only", reason="read"),
        Answer(path="example.com/b", expression="ISC", reason="the folder sub is not built"),
    )
    policy = LicensePolicy(shown="p.toml", allow=("MIT", "ISC", "BSD-3-Clause"), deny=("AGPL-*",), answers=answers)
    modules = [with_answer(module, policy) for module in modules_of(licenses).values()]
    assert [module.license.expression for module in modules] == ["BSD-3-Clause", "MIT", "ISC"]
    check(licenses, policy)
