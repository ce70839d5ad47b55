"""A program that plays Bazel's client, and the driver's `Bazel` that runs it."""

from __future__ import annotations

import io
import json
import os
import sys
import textwrap
from pathlib import Path

from google.protobuf.proto import serialize_length_prefixed

from gomod2bazel.base.protos import build_events_pb2 as pb
from gomod2bazel.bazel.server.bazel import Bazel, client_environment

__all__ = ["DONE", "Fake"]

CLIENT = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
flags = dict(a.split("=", 1) for a in sys.argv if a.startswith("--") and "=" in a)
(here / "seen").write_text(json.dumps({
    "argv": sys.argv[1:], "environment": dict(os.environ), "cwd": os.getcwd(), "stdin": sys.stdin.read(),
    "targets": pathlib.Path(flags["--target_pattern_file"]).read_text(), "group": os.getpgrp() == os.getpid(),
}))
events = open(flags["--build_event_binary_file"], "ab", buffering=0)
def say(text):
    sys.stderr.write(text)
    sys.stderr.flush()
"""
"""How each fake client begins; what it does then is in the test."""


class Fake:
    """A fake client in a separate folder, and the `Bazel` that runs it."""

    def __init__(self, folder: Path, script: str, *events: pb.BuildEvent) -> None:
        self.folder = folder
        (folder / "client.py").write_text(CLIENT + textwrap.dedent(script), encoding="utf-8")
        data = io.BytesIO()
        for event in events:
            serialize_length_prefixed(event, data)
        (folder / "stream").write_bytes(data.getvalue())
        (folder / "workspace").mkdir()
        self.bazel = Bazel(
            command=(sys.executable, str(folder / "client.py")),
            workspace=folder / "workspace",
            output_user_root=folder / "root",
            environment=client_environment({"PATH": os.environ["PATH"], "EDITOR": "ed"}, {"MORE": "1"}),
            patience=0.5,
        )

    @property
    def seen(self) -> dict[str, object]:
        """What the client was run with."""
        seen: dict[str, object] = json.loads((self.folder / "seen").read_text(encoding="utf-8"))
        return seen


DONE = (
    pb.BuildEvent(
        id=pb.EventId(named_set=pb.EventId.NamedSet(id="0")),
        named_set_of_files=pb.NamedSetOfFiles(files=[pb.File(name="a", uri="file:///out/a")]),
    ),
    pb.BuildEvent(
        id=pb.EventId(target_completed=pb.EventId.Target(label="//:a")),
        completed=pb.TargetComplete(
            success=True, output_group=[pb.OutputGroup(name="default", file_sets=[pb.EventId.NamedSet(id="0")])]
        ),
    ),
    pb.BuildEvent(finished=pb.BuildFinished(exit_code=pb.BuildFinished.ExitCode(name="SUCCESS")), last_message=True),
)
"""The events of a build of //:a that went well."""
