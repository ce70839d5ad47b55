"""Module path, version, and the name of their repository; tests/unit/test_names.py reads this table too."""

NAMES = [
    ("example.com/m", "", "example.com_m"),
    ("example.com/m", "v1.2.3", "example.com_m-av1.2.3"),
    ("example.com/m/v2", "v2.0.0", "example.com_m_v2-av2.0.0"),
    ("m", "", "m"),
    # What a repository's name cannot hold, and what stands for it.
    ("example.com/a-b", "v0.0.0-20240813092932-a62c48c52e97", "example.com_a--b-av0.0.0--20240813092932--a62c48c52e97"),
    ("example.com/a_b", "v1.0.0", "example.com_a-ub-av1.0.0"),
    ("example.com/a~b", "v1.0.0", "example.com_a-tb-av1.0.0"),
    ("example.com/m", "v2.0.0+incompatible", "example.com_m-av2.0.0-pincompatible"),
    ("github.com/BurntSushi/toml", "v1.4.0", "github.com_-cburnt-csushi_toml-av1.4.0"),
    ("4d63.com/gocheckcompilerdirectives", "v1.2.1", "d-d4d63.com_gocheckcompilerdirectives-av1.2.1"),
    # Paths that would share a name if escapes were careless.
    ("example.com/a/b", "v1.0.0", "example.com_a_b-av1.0.0"),
    ("example.com/a-ub", "v1.0.0", "example.com_a--ub-av1.0.0"),
    ("example.com/a-av1.0.0", "", "example.com_a--av1.0.0"),
    ("example.com/a", "v1.0.0", "example.com_a-av1.0.0"),
    ("example.com/cx", "v1.0.0", "example.com_cx-av1.0.0"),
    ("example.com/X", "v1.0.0", "example.com_-cx-av1.0.0"),
    ("example.com/x", "v1.0.0", "example.com_x-av1.0.0"),
    ("d-d4d63.com/m", "v1.0.0", "d--d4d63.com_m-av1.0.0"),
    # The SDK's repository has this name.
    ("go/sdk", "", "go_sdk-a"),
    ("go/sdk", "v1.0.0", "go_sdk-av1.0.0"),
]

# Path of a file in a module, and where its repository stores it.
STORED = [
    ("cmd/m/main.go", "cmd/m/main.go"),
    ("BUILD", "BUILD.gomod2bazel"),
    ("templates/BUILD.bazel", "templates/BUILD.bazel.gomod2bazel"),
    ("BUILD.gomod2bazel", "BUILD.gomod2bazel.gomod2bazel"),
    ("BUILD.bazel.tmpl", "BUILD.bazel.tmpl"),
    ("BUILD/notes.txt", "BUILD/notes.txt"),
    ("REPO.bazel", "REPO.bazel.gomod2bazel"),
]
