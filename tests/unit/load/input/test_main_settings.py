"""The go line and the godebug settings of go.mod and go.work."""

from __future__ import annotations

import pytest

from gomod2bazel.load.input.main_settings import MainSettings, read_settings

BLOCK = """module example.com/m // go 1.2

go 1.22.1 // indirect

godebug default=go1.21
godebug (
	panicnil=1
	// asynctimerchan=1
	http2client=0 // old proxies
)

require (
	example.com/go v1.0.0
)
"""


@pytest.mark.parametrize(
    ("text", "workspace", "settings"),
    [
        (BLOCK, False, ("1.22.1", {"default": "go1.21", "panicnil": "1", "http2client": "0"})),
        ("module m\n", False, ("1.16", {})),
        ("use ./a\n", True, ("1.18", {})),
        ("go 1.24\nuse (\n\t./a\n)\ngodebug(\n\ta=b\n)\n", True, ("1.24", {"a": "b"})),
    ],
)
def test_settings(text: str, workspace: bool, settings: tuple[str, dict[str, str]]) -> None:
    go, godebug = settings
    assert read_settings(text, workspace=workspace) == MainSettings(go=go, godebug=godebug)
