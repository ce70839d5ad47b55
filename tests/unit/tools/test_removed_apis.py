"""No Starlark of this repository uses what Bazel 7 to 10 removed, or has announced to remove.

A name may be loaded from a module that has it now. The names of rules and providers are those that Bazel 8 loads by
itself and Bazel 9 does not (https://github.com/bazelbuild/bazel/issues/23043); each other entry has its source.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]

_NAMES = """
    CcInfo CcSharedLibraryInfo CcSharedLibraryHintInfo CcToolchainConfigInfo DebugPackageInfo cc_binary cc_common
    cc_import cc_library cc_proto_library cc_shared_library cc_static_library cc_test cc_toolchain cc_toolchain_alias
    cc_toolchain_suite cc_libc_top_alias fdo_prefetch_hints fdo_profile memprof_profile propeller_optimize
    objc_import objc_library j2objc_library ObjcInfo apple_common AppleDynamicFramework AppleExecutableBinary
    available_xcodes xcode_config xcode_config_alias xcode_version apple_cc_toolchain
    JavaInfo JavaPluginInfo JavaToolchainInfo JavaRuntimeInfo BootClassPathInfo java_binary java_common java_import
    java_library java_lite_proto_library java_package_configuration java_plugin java_proto_library java_runtime
    java_test java_toolchain ProguardSpecProvider
    ProtoInfo proto_common proto_common_do_not_use proto_lang_toolchain proto_library
    PyInfo PyRuntimeInfo PyCcLinkParamsProvider PyWrapCcInfo py_binary py_internal py_library py_runtime py_test
    sh_binary sh_library sh_test
    aar_import android_binary android_common android_device android_device_script_fixture
    android_host_service_fixture android_instrumentation_test android_library android_local_test android_sdk
    android_tools_defaults_jar
"""

LANGUAGES = frozenset(_NAMES.split())
"""Rules, providers and modules of other languages: 9.0 has none of them built in."""

FUNCTIONS = {
    "bind": "WORKSPACE, gone with 9.0: github.com/bazelbuild/bazel/issues/26131",
    "workspace": "the same",
    "local_config_platform": "native repository rules, gone with 9.0: github.com/bazelbuild/bazel/issues/22080",
    "local_repository": "the same",
    "new_local_repository": "the same",
}
"""Functions that no file may call without a load, and why."""

METHODS = {
    "ctx.resolve_tools": "8.0: github.com/bazelbuild/bazel/issues/22249",
    "ctx.host_configuration": "7.0",
    "ctx.host_fragments": "7.0",
    "ctx.build_file_path": "announced: --incompatible_stop_exporting_build_file_path",
    "ctx.fragments.py": "9.0: github.com/bazelbuild/bazel/issues/27079",
    "ctx.fragments.bazel_py": "9.0: github.com/bazelbuild/bazel/issues/27080",
    "native.repository_name": "announced: --incompatible_enable_deprecated_label_apis",
    "struct.to_json": "8.0: --incompatible_struct_has_no_methods",
    "struct.to_proto": "the same",
}
"""What no expression may end in or be."""

ATTRIBUTES = {
    "workspace_name": "of a Label: repo_name since 6.0; ctx.workspace_name is another thing",
    "relative": "of a Label, announced: --incompatible_enable_deprecated_label_apis",
    "to_json": METHODS["struct.to_json"],
    "to_proto": METHODS["struct.to_json"],
}

ARGUMENTS = {
    ("rule", "outputs"): "announced: --incompatible_no_rule_outputs_param",
    ("rule", "incompatible_use_toolchain_transition"): "no meaning since 5.0",
    ("rule", "host_fragments"): "7.0",
    ("module", "compatibility_level"): "no meaning since 9.1",
    ("run", "input_manifests"): "8.0",
    ("run_shell", "input_manifests"): "8.0",
    ("exec_group", "copy_from_rule"): "7.0: github.com/bazelbuild/bazel/issues/17668",
    ("package", "distribs"): "8.0",
    ("extract", "stripPrefix"): "8.0: strip_prefix; by position in each release",
    ("download_and_extract", "stripPrefix"): "the same",
    ("file", "legacy_utf8"): "announced: no meaning since 8.0",
}
"""Functions and the arguments that they no longer have."""


def starlark_files() -> list[Path]:
    """Return the files of the repository that Bazel reads, those of tests among them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names] or [path for path in ROOT.rglob("*") if "node_modules" not in path.parts]
    return [
        p
        for p in paths
        if p.is_file() and (p.suffix in (".bzl", ".BUILD") or re.match(r"(BUILD|MODULE)(\.bazel)?$", p.name))
    ]


def removed(text: str) -> Iterator[str]:
    """Yield what a file uses of the removed APIs. Starlark's grammar is, but for load, a part of Python's."""
    tree = ast.parse(text)
    own = {word.arg or "" for call in _calls(tree, "load") for word in call.keywords}
    own |= {str(arg.value) for call in _calls(tree, "load") for arg in call.args[1:] if isinstance(arg, ast.Constant)}
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in LANGUAGES and node.id not in own:
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield from _attribute(ast.unparse(node), node.attr)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            yield from [name] if name in FUNCTIONS and name not in own else []
            yield from (f"{name}({word.arg})" for word in node.keywords if (name.split(".")[-1], word.arg) in ARGUMENTS)
            yield from (
                "cfg = host" for word in node.keywords if word.arg == "cfg" and ast.unparse(word.value) == "'host'"
            )


def _attribute(whole: str, name: str) -> list[str]:
    """Return an attribute that was removed, as it is written."""
    native = whole.startswith("native.") and name in {*LANGUAGES, *FUNCTIONS}
    return [whole] if whole in METHODS or native or (name in ATTRIBUTES and whole != "ctx.workspace_name") else []


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node


def test_no_file_uses_what_was_removed() -> None:
    files = starlark_files()
    assert len(files) > 80
    found = {str(file.relative_to(ROOT)): list(removed(file.read_text(encoding="utf-8"))) for file in files}
    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ('cc_library(name = "a")', ["cc_library"]),
        ('load("@rules_cc//cc:cc_library.bzl", "cc_library")\ncc_library(name = "a")', []),
        ('load("@rules_cc//cc:defs.bzl", lib = "cc_library")\nlib(name = "a")', []),
        ("def f(ctx):\n    return ctx.attr.x[CcInfo]", ["CcInfo"]),
        ("def f():\n    native.sh_test(name = 'a')", ["native.sh_test"]),
        ("def f(ctx):\n    return ctx.label.workspace_name", ["ctx.label.workspace_name"]),
        ("def f(ctx):\n    return ctx.workspace_name", []),
        ("def f(s):\n    return s.to_json()", ["s.to_json"]),
        ("r = rule(implementation = f, outputs = {})", ["rule(outputs)"]),
        ('a = attr.label(cfg = "host")', ["cfg = host"]),
        ('module(name = "a", compatibility_level = 1)', ["module(compatibility_level)"]),
        ('bind(name = "a")', ["bind"]),
    ],
)
def test_a_use_is_found(text: str, uses: list[str]) -> None:
    assert list(removed(text)) == uses
