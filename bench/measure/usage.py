"""What commands used."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Usage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the commands of one side used in one round.

    Attributes:
        wall: Seconds from the start of the first command to the end of the last one.
        cpu: Seconds of processor time of all processes, with those of Bazel's server and its workers.
        command_memory: Peak resident memory in bytes of a command itself, without its children (VmHWM in proc(5)).
        largest_memory: Peak resident memory in bytes of the largest process that a command waited for (wait4(2)).
        server_memory: Peak resident memory in bytes of Bazel's server, or None where no server is left.
        figures: Other results by name, such as the size of a lock in bytes.
    """

    wall: float
    cpu: float
    command_memory: int = 0
    largest_memory: int = 0
    server_memory: int | None = None
    figures: dict[str, float] = field(default_factory=dict)
