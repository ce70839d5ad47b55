"""Actions as shell commands, in the form of ``go build -n`` and ``-x`` (cmd/go/internal/work/shell.go)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gomod2bazel.bazel.watching.plan import Planned

__all__ = ["Script", "join", "numbered"]

Step = Mapping[str, Any]

_SPECIAL = frozenset(" ()>;")


def join(words: Sequence[str]) -> str:
    """Join a command line as the go command prints it (joinUnambiguously)."""
    return " ".join(_word(word) for word in words)


def _word(word: str) -> str:
    if "\n" in word:
        return shlex.quote(word)  # Go's way of quoting means something else to a shell
    quoted = json.dumps(word, ensure_ascii=False)
    return quoted if not word or _SPECIAL & set(word) or len(quoted) > len(word) + 2 else word


def numbered(plan: Iterable[Planned]) -> dict[str, str]:
    """Return the name of each action's folder in $WORK, by its first output: b001 and on, what is linked first."""
    folders: dict[str, str] = {}
    actions = list(plan)
    mains = [action for action in actions if action.mnemonic == "GoLink"]
    compiled = {action.package: action for action in actions if action.mnemonic == "GoCompile"}
    for action in [*mains, *reversed(actions)]:
        # A package is compiled and linked in one folder.
        other = compiled.get(action.package) if action.mnemonic == "GoLink" else None
        shared = folders.get(other.output) if other else None
        name = folders.setdefault(action.output, shared or f"b{len(set(folders.values())) + 1:03d}")
        if other:
            folders.setdefault(other.output, name)
    return folders


@dataclass(kw_only=True)
class Script:
    """Writes actions as commands.

    Attributes:
        write: takes text.
        scratch: the folder in which the steps were taken down; it stands for the execution root.
        roots: real folder of each repository, by its canonical name.
        folders: of each action, from `numbered`.
        plan: all actions, by first output.
        work: what $WORK stands for inside files, or ``$WORK`` itself.
        existing: real path of an output of an earlier run, by its path; for what is not in ``done``. None: all is new.
        done: first outputs of the actions written so far.
    """

    write: Callable[[str], None]
    scratch: str
    roots: Mapping[str, str]
    folders: Mapping[str, str]
    plan: Mapping[str, Planned]
    work: str = "$WORK"
    existing: Callable[[str], str] | None = None
    done: set[str] = field(default_factory=set)
    _folder: str = ""

    def __post_init__(self) -> None:
        """Compute the names that paths have in commands."""
        self.names: dict[str, str] = {}
        self._made: dict[str, str] = {}
        for action in self.plan.values():
            folder = f"$WORK/{self.folders[action.output]}"
            names = {output: f"{folder}/{_output_name(action, output)}" for output in action.outputs}
            names |= {f"{action.output}.work": folder}
            names |= {path: f"{folder}/{path.rpartition('/')[2]}" for path in action.parameters}
            self.names |= names
            self._made |= dict.fromkeys(names, action.output)
        known = sorted(self.names, key=len, reverse=True)
        repositories = "|".join(re.escape(name) for name in sorted(self.roots, key=len, reverse=True))
        alternatives = "|".join(re.escape(name) for name in known) or "(?!)"
        self._pattern = re.compile(
            rf"(?:{re.escape(self.scratch)}/)?(?:({alternatives})|external/({repositories or '(?!)'})(?![^/=;:\s\"']))"
        )

    def action(self, action: Planned, steps: Iterable[Step], *, banner: bool = False) -> None:
        """Write one action.

        Args:
            action: which.
            steps: what the builder does for it; none where the action's own command line is all.
            banner: whether the import path is shown above, as -n does.
        """
        folder = f"$WORK/{self.folders[action.output]}"
        self._line(f"mkdir -p {folder}/{'exe/' if action.mnemonic == 'GoLink' else ''}")
        if banner and action.mnemonic == "GoCompile":
            self.write(f"\n#\n# {action.package}\n#\n\n")
        self.done.add(action.output)
        for path, lines in action.parameters.items():
            if not action.request:
                self._file(path, "".join(f"{line}\n" for line in lines))
        for step in steps or [self._plain(action)]:
            if "file" in step:
                self._file(step["file"], step["text"])
            else:
                self._command(step)

    def installed(self, action: Planned, target: str) -> None:
        """Write how a binary is put in place."""
        self._line(f"mkdir -p {target.rpartition('/')[0] or '.'}/")
        self._line(f"mv {self.name(action.output)} {_word(target)}")
        self._line(f"rm -rf $WORK/{self.folders[action.output]}/")

    def commands(self, action: Planned, steps: Iterable[Step]) -> list[str]:
        """Return the command lines of an action, without the files written between them."""
        commands = [step for step in steps if step.get("argv")] or [self._plain(action)]
        return [self.name(join(step["argv"])) for step in commands if step["argv"]]

    def name(self, text: str) -> str:
        """Replace Bazel's paths by those of the go command's form: $WORK/b001/_pkg_.a, and real folders of sources."""
        text = self._pattern.sub(self._renamed, text)
        return text.replace(f"{self.scratch}/", "")

    def _renamed(self, match: re.Match[str]) -> str:
        if match[2]:
            return self.roots[match[2]]
        made = self._made[match[1]]
        return self.existing(match[1]) if self.existing and made not in self.done else self.names[match[1]]

    @staticmethod
    def _plain(action: Planned) -> Step:
        env = {"GOROOT": action.environment.get("GOROOT", "")} if action.mnemonic == "GoLink" else {}
        return {"argv": list(action.command), "cwd": ".", "env": env, "note": ""}

    def _command(self, step: Step) -> None:
        if not step["argv"]:
            self._line(step["note"].strip())
            return
        cwd = self.name(step["cwd"])
        if cwd and cwd != self._folder:
            self._line(f"cd {cwd}")
            self._folder = cwd
        env = "".join(f"{k}={_single(v)} " for k, v in step["env"].items())
        self._line(self.name(env + join(step["argv"])) + step["note"])

    def _file(self, path: str, text: str) -> None:
        """Write how a file comes to be, in the form of cmd/go's writeFile."""
        name, text = self.name(path), self.name(text)
        if not text:
            self._line(f"echo -n > {name} # internal")
        elif text.count("\n") == 1 and text.endswith("\n"):
            self._line(f"echo '{text.removesuffix(chr(10))}' > {name} # internal")
        else:
            # No shell looks into what is written this way: the real folder is there.
            inside = text.replace("$WORK", self.work)
            inside += "" if inside.endswith("\n") else "\n"
            self._line(f"cat >{name.replace('$WORK', self.work)} << 'EOF' # internal\n{inside}EOF")

    def _line(self, text: str) -> None:
        self.write(f"{text}\n")


def _single(value: str) -> str:
    return f"'{value}'" if "'" not in value else json.dumps(value, ensure_ascii=False)


def _output_name(action: Planned, output: str) -> str:
    if action.mnemonic == "GoLink":
        return "exe/a.out" if output == action.output else output.rpartition("/")[2]
    extension = output.rpartition(".")[2]
    return f"_pkg_.{extension}" if extension in ("a", "x") else output.rpartition("/")[2]
