"""Labels: those of our own repositories, those of gazelle's, and spellings that mean the same."""

from __future__ import annotations

import pytest

from gomod2bazel.generate.buildfile.attributes import full_label
from gomod2bazel.generate.rules.labels import Labels, gazelle_label, library_name, short_name


@pytest.mark.parametrize(
    ("module", "path", "label"),
    [
        ("github.com/pkg/errors", "github.com/pkg/errors", "@com_github_pkg_errors//:errors"),
        ("golang.org/x/sys", "golang.org/x/sys/unix", "@org_golang_x_sys//unix:unix"),
        ("github.com/BurntSushi/toml", "github.com/BurntSushi/toml", "@com_github_burntsushi_toml//:toml"),
        ("github.com/a-b/c.d/v2", "github.com/a-b/c.d/v2", "@com_github_a_b_c_d_v2//:c_d"),
        ("k8s.io/api", "k8s.io/api/core/v1", "@io_k8s_api//core/v1:core"),
        ("gopkg.in/yaml.v3", "gopkg.in/yaml.v3", "@in_gopkg_yaml_v3//:yaml_v3"),
        ("example.com/a-.b", "example.com/a-.b", "@com_example_a_b//:a-_b"),
        ("example.com/v2", "example.com/v2", "@com_example_v2//:v2"),
    ],
)
def test_gazelle(module: str, path: str, label: str) -> None:
    assert gazelle_label(module, path) == label


def test_short_names() -> None:
    assert short_name("a" * 180) == "a" * 180
    long = [short_name(f"{text}{end}") for text in ("a" * 181, "ж" * 110) for end in "xy"]
    assert len(set(long)) == 4
    assert all(len(name.encode()) <= 120 for name in long)


def test_ours() -> None:
    labels = Labels(
        local={"m/a": ("a", "lib"), "m": ("", "m")},
        modules={"example.com/X/y": "example.com/X"},
        repositories={"example.com/X": "com_example_x_g2"},
    )
    assert labels.of("m/a", "a") == ":lib"
    assert labels.of("m/a", "b") == "//a:lib"
    assert labels.of("m", "a") == "//:m"
    assert labels.of("example.com/X/y", "a") == "@com_example_x_g2//y:y"
    assert labels.of("net/http", "a") == ""


@pytest.mark.parametrize(
    ("folder", "path", "name"), [("", "example.com/yq/v4", "yq"), ("a/b", "m/a/b", "b"), ("v2", "m/v2", "v2")]
)
def test_new_library(folder: str, path: str, name: str) -> None:
    assert library_name(folder, path) == name


@pytest.mark.parametrize(
    ("label", "full"),
    [
        ("x.go", "//p:x.go"),
        (":x", "//p:x"),
        ("//a/b", "//a/b:b"),
        ("@//a:b", "//a:b"),
        ("@@//a", "//a:a"),
        ("@r", "@r//:r"),
        ("@r//a", "@r//a:a"),
        ("@r//:x/y", "@r//:x/y"),
    ],
)
def test_spellings(label: str, full: str) -> None:
    assert full_label(label, "p") == full
