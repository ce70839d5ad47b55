"""MODULE.bazel as generate maintains it."""

from __future__ import annotations

import pytest

from gomod2bazel.generate.workspace.modulefile import ModuleFile

_HEAD = """\
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains("@go_sdk//:toolchain")\n',
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains("@go_sdk//:all")\n',
            id="one toolchain",
        ),
        pytest.param(
            'use_repo(go_modules, sdk = "go_sdk")\n\nregister_toolchains(\n    "//:t",\n    "@sdk//:toolchain",\n)\n',
            'use_repo(go_modules, sdk = "go_sdk")\n\nregister_toolchains(\n    "//:t",\n    "@sdk//:all",\n)\n',
            id="another name",
        ),
        pytest.param(
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains(\n    "@go_sdk//:toolchain",  # keep\n)\n',
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains(\n    "@go_sdk//:toolchain",  # keep\n)\n',
            id="kept",
        ),
        pytest.param(
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains("@other//:toolchain")\n',
            'use_repo(go_modules, "go_sdk")\n\nregister_toolchains("@other//:toolchain")\n',
            id="of others",
        ),
    ],
)
def test_all_toolchains_of_the_sdk_are_registered(before: str, after: str) -> None:
    module = ModuleFile.of(_HEAD + before)
    assert module.with_repositories({"go_sdk"}, {"go_sdk"}) == _HEAD + after
