"""Find the tools the driver runs, and set up what is missing in its own cache folder; nothing else is touched."""

from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import find_go, go_for

__all__ = ["find_bazel", "find_go", "go_for"]
