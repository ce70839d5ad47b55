"""The actions that a build consists of, as ``bazel aquery`` tells them, dependencies first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.digraph import depth_first
from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.json_input import read_object

__all__ = ["EXPRESSION", "FLAGS", "Planned", "read_plan"]

EXPRESSION = 'mnemonic("Go.*", deps(%s))'
"""The query for the actions that a set of targets needs."""

FLAGS = ("--output=jsonproto", "--include_param_files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One action.

    Attributes:
        mnemonic: its kind: GoCompile, GoLink or another.
        label: the target it belongs to.
        key: Bazel's digest of what it does, in hexadecimal.
        arguments: its command line; for a package that is compiled, the builder's and then the request's lines.
        environment: its whole environment.
        parameters: lines of each file of arguments, by path relative to the execution root.
        outputs: paths relative to the execution root, the first output first.
        package: import path of the package that it compiles or links.
        needs: first outputs of the actions that it waits for.
    """

    mnemonic: str
    label: str
    key: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    parameters: Mapping[str, tuple[str, ...]]
    outputs: tuple[str, ...]
    package: str
    needs: tuple[str, ...]

    @property
    def request(self) -> tuple[str, ...]:
        """The lines that the builder reads; none for an action that it does not carry out."""
        at = next((i for i, word in enumerate(self.arguments) if word.endswith("/builder/__main__.py")), None)
        return () if at is None else self.arguments[at + 1 :]

    @property
    def command(self) -> tuple[str, ...]:
        """The command line; of what starts a linker, the linker, or the program of -toolexec."""
        scripts = {word.rpartition("/")[2]: at for at, word in enumerate(self.arguments) if word.endswith(".py")}
        if "linker.py" in scripts:
            # Bazel prints the lines of the file in its place.
            return self.arguments[self.arguments.index("--", scripts["linker.py"]) + 1 :]
        if "toolexec.py" not in scripts:
            return self.arguments
        at = scripts["toolexec.py"]
        settings = read_object(read_text(Path(self.arguments[at + 1])), "the file of -toolexec")
        return (*settings["words"], *self.arguments[at + 3 :])

    @property
    def output(self) -> str:
        """The first output, by which events name the action."""
        return self.outputs[0]


def read_plan(text: str) -> tuple[Planned, ...]:
    """Read what aquery printed with `FLAGS`; every action comes after those that it needs."""
    graph = read_object(text, "bazel aquery")
    paths = _paths(graph)
    labels = {target["id"]: target["label"] for target in graph.get("targets", ())}
    raw = [(listed, _outputs(listed, paths)) for listed in graph.get("actions", ())]
    made = {output: outputs[0] for _, outputs in raw for output in outputs}
    packages = {outputs[0]: _importpath(listed) for listed, outputs in raw}
    actions = {}
    for listed, outputs in raw:
        needs = tuple(dict.fromkeys(made[file] for file in _files(listed) if made.get(file, outputs[0]) != outputs[0]))
        linked = next(
            (packages[made[a]] for a in reversed(listed.get("arguments", ())) if packages.get(made.get(a, ""))), ""
        )
        actions[outputs[0]] = Planned(
            mnemonic=listed["mnemonic"],
            label=labels.get(listed.get("targetId"), ""),
            key=listed.get("actionKey", ""),
            arguments=tuple(listed.get("arguments", ())),
            environment={pair["key"]: pair.get("value", "") for pair in listed.get("environmentVariables", ())},
            parameters={file["execPath"]: tuple(file.get("arguments", ())) for file in listed.get("paramFiles", ())},
            outputs=outputs,
            package=packages[outputs[0]] or linked,
            needs=needs,
        )
    # What an action needs is read off its words, and a word may be a file only by chance: so there may be cycles.
    links = [output for output, action in actions.items() if action.mnemonic == "GoLink"]
    return tuple(actions[output] for output in depth_first([*links, *actions], lambda output: actions[output].needs))


def _importpath(action: Mapping[str, Any]) -> str:
    words: Iterable[str] = action.get("arguments", ())
    return next((word.removeprefix("importpath=") for word in words if word.startswith("importpath=")), "")


def _files(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield all words that may be files which other actions make."""
    for word in action.get("arguments", ()):
        yield word
        yield word.rpartition("=")[2]
    for file in action.get("paramFiles", ()):
        for line in file.get("arguments", ()):
            yield line.rpartition("=")[2]


def _outputs(action: Mapping[str, Any], paths: Mapping[int, str]) -> tuple[str, ...]:
    outputs = [paths[number] for number in action.get("outputIds", ())]
    first = paths.get(action.get("primaryOutputId", 0))
    return tuple(sorted(outputs, key=lambda path: path != first))


def _paths(graph: Mapping[str, Any]) -> dict[int, str]:
    """Return the path of each artifact."""
    fragments = {
        fragment["id"]: (fragment["label"], fragment.get("parentId")) for fragment in graph.get("pathFragments", ())
    }
    paths = {}
    for artifact in graph.get("artifacts", ()):
        words = []
        at = artifact["pathFragmentId"]
        while at is not None:
            word, at = fragments[at]
            words.append(word)
        paths[artifact["id"]] = "/".join(reversed(words))
    return paths
