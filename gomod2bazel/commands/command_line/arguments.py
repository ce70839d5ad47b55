"""The command line of a command: INPUT and the files that flags name, each read once and by its whole path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.session import Session
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.options.flag_table import FlagGroup
from gomod2bazel.options.flags import FLAGS, flags_of, parse
from gomod2bazel.options.goflags import from_go_flags, go_flags
from gomod2bazel.options.groups.bazel import RemoteOptions
from gomod2bazel.options.link_presets import with_presets
from gomod2bazel.options.module_input import Input, ModuleInput
from gomod2bazel.options.options import Options, with_values

__all__ = ["check_destination", "check_modfile", "read_inputs", "read_only_input", "read_words", "with_absolute_files"]


def read_only_input(words: Sequence[str], session: Session, usage: str) -> Input:
    """Read the one INPUT of a command line.

    Args:
        words: The arguments that are not flags.
        session: The user's session.
        usage: The hint where there is not exactly one: how the command is called.

    Raises:
        UsageError: There is none or more than one, or it has none of the forms.
    """
    if len(words) != 1:
        problem = f"one INPUT expected, got {len(words)}: {' '.join(words)}" if words else "no INPUT given"
        raise UsageError(problem, hint=usage)
    return read_input(words[0], session.cwd)


def read_inputs(words: Sequence[str], session: Session) -> tuple[Input, ...]:
    """Read each INPUT of a command line that takes several; those that are given twice are read once.

    Args:
        words: The INPUT arguments.
        session: The user's session.

    Raises:
        UsageError: One has none of the forms.
    """
    given = [read_input(word, session.cwd) for word in dict.fromkeys(words)]
    # Two words may name one thing, such as ./cmd/x and ./cmd/x/main.go.
    return tuple({replace(module_input, text=""): module_input for module_input in reversed(given)}.values())[::-1]


def read_words(
    session: Session, arguments: Sequence[str], plain: Options | None = None
) -> tuple[Options, tuple[str, ...], Session]:
    """Read a command line after GOFLAGS; -C is done first, as the go command does.

    Args:
        session: the user's session.
        arguments: the command line after the command's name.
        plain: the defaults.

    Returns:
        The options, the arguments that are not flags, and the session in the folder of -C.
    """
    options, words = parse(arguments, from_go_flags(session.environment, set(FLAGS), plain))
    session = session.in_folder(options.chdir)
    if options.release.named:
        given = (*go_flags(session.environment, set(FLAGS)), *arguments)
        options = with_values(options, {"build_flags": _build_flags(given)})
    return with_absolute_files(options, session), words, session


def _build_flags(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the flags that decide what is built, by name; none of them names folders or servers of the machine."""
    groups = (FlagGroup.WHAT, FlagGroup.GO)
    given = [(name, value) for name, value in flags_of(arguments) if FLAGS[name].group in groups]
    # Of several values of one flag the order counts.
    return tuple(
        f"-{name}" if value is None else f"-{name}={value}" for name, value in sorted(given, key=itemgetter(0))
    )


def check_destination(arguments: Sequence[str], command: str, what: str) -> None:
    """Refuse a command line without -destination, where the current folder is hardly what the user means.

    Args:
        arguments: The command line, which `parse` found right.
        command: The name of the command.
        what: What -destination names, for the hint.

    Raises:
        UsageError: -destination is missing or empty.
    """
    given = [value for name, value in flags_of(arguments) if name == "destination"]
    if not (given and given[-1]):
        raise UsageError(f"{command} needs -destination", hint=f"give {what}: -destination DIR")


def check_modfile(module_input: Input, options: Options, arguments: Sequence[str]) -> None:
    """Refuse -modfile for an INPUT without a folder (cmd/go/internal/modload, Init); in GOFLAGS it means nothing.

    Args:
        module_input: INPUT.
        options: The options that the command line sets.
        arguments: The command line after the command's name.

    Raises:
        UsageError: The command line has the flag, and INPUT comes from the sources.
    """
    named = any(name == "modfile" for name, _ in flags_of(arguments))
    if named and isinstance(module_input, ModuleInput) and not options.module.load.main_module:
        raise UsageError(
            "-modfile cannot be used with commands that ignore the current module",
            hint="name the folder of the module instead of MODULE@VERSION",
        )


_PROFILE_HINT = "name the file of a CPU profile, or use -pgo auto or -pgo off"


def with_absolute_files(options: Options, session: Session) -> Options:
    """Make the files that flags name absolute, as the go command and Bazel run in other folders; expand presets.

    Raises:
        UsageError: one that a flag names is not there, an overlay makes no sense, or flags contradict each other.
    """
    load, pgo = options.module.load, options.module.load.compile.pgo
    changed: dict[str, Any] = {}
    if load.modfile.endswith(".mod") and not (session.cwd / load.modfile).is_file():
        raise UsageError(
            f"-modfile: open {load.modfile}: no such file or directory", hint="name a file that exists, such as alt.mod"
        )
    changed |= {"modfile": str(session.cwd / load.modfile)} if load.modfile else {}
    cache = options.bazel.cache
    # What is exported or imported passes through a disk cache.
    disk_cache = cache.disk_cache or (session.caches.disk if cache.export_folder or cache.import_folders else "")
    changed |= {"disk_cache": str(session.cwd / disk_cache)} if disk_cache else {}
    changed |= _remote_files(options.bazel.remote, session)
    base = options.release.oci_base
    changed |= {"oci_base": str(session.cwd / base)} if base else {}
    policy = options.release.license_policy
    changed |= {"license_policy": str(session.cwd / policy)} if policy else {}
    changed |= {"pkgdir": str(session.cwd / load.pkgdir)} if load.pkgdir else {}
    if load.overlay:
        # Imported here: it imports all that calls the go command, and most runs have no overlay.
        from gomod2bazel.golang.command.overlay import settled  # noqa: PLC0415

        changed["overlay"], changed["overlaid"] = settled(load.overlay, session.cwd, session.caches.overlays)
    if pgo not in ("auto", "off"):
        profile = session.cwd / pgo
        if profile.is_dir():
            raise UsageError(f"-pgo: error parsing profile: read {pgo}: is a directory", hint=_PROFILE_HINT)
        if not profile.is_file():
            raise UsageError(f"-pgo: error opening profile: open {pgo}: no such file or directory", hint=_PROFILE_HINT)
        changed["pgo"] = str(profile)
    compiled = with_presets(load.compile)
    changed |= {"buildmode": compiled.buildmode, "ldflags": compiled.ldflags} if compiled != load.compile else {}
    return with_values(options, changed)


def _remote_files(options: RemoteOptions, session: Session) -> dict[str, Any]:
    """Return the files that flags about remote servers name, by their whole paths.

    Raises:
        UsageError: A file is missing, or no flag names a server that uses it.
    """
    given = {
        "remote-executor": options.remote_executor,
        "credential-helper": options.credential_helpers,
        **{name.replace("_", "-"): file for name, file in options.tls_files.items()},
    }
    used = [name for name, value in given.items() if value]
    if used and not options.named:
        raise UsageError(f"-{used[0]} needs -remote-cache or -remote-executor", hint="name the server, too")
    if options.tls_client_key and not options.tls_client_certificate:
        raise UsageError("-tls-client-key needs -tls-client-certificate", hint="name both files")
    changed: dict[str, Any] = {name: str(session.cwd / file) for name, file in options.tls_files.items()}
    for name, file in changed.items():
        if not Path(file).is_file():
            raise UsageError(f"-{name.replace('_', '-')} {file}: no such file", hint="name a PEM file")
    changed["credential_helpers"] = tuple(_helper(helper, session) for helper in options.credential_helpers)
    return changed


def _helper(text: str, session: Session) -> str:
    """Return a value of -credential-helper with the whole path of its program, where it has folders."""
    hosts, equals, program = text.rpartition("=")
    path = which(program, session.environment) if "/" not in program else session.cwd / program
    if path is None or not os.access(path, os.X_OK):
        raise UsageError(
            f"-credential-helper {program}: no such program", hint="write -credential-helper HOSTS=PROGRAM"
        )
    return f"{hosts}{equals}{path}"
