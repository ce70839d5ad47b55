"""The jobs that actions ask the builder for, by the first line of their requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.base.tools import BuilderError, Recorder
from builder.compile import package
from builder.requests.lines import read
from builder.requests.link import BinaryRequest, ProgramRequest
from builder.requests.package import PackageRequest
from builder.requests.vet import VetRequest

__all__ = ["Request", "carry_out", "read_request"]

Request = BinaryRequest | PackageRequest | ProgramRequest | VetRequest


def read_request(lines: Sequence[str]) -> Request:
    """Return what a job is asked.

    Args:
        lines: ``job=package``, ``job=program``, ``job=binary`` or ``job=vet``, and what it needs.

    Raises:
        BuilderError: there is no such job, or it knows no such key.
    """
    job, *others = lines or [""]
    if job == "job=package":
        return read(PackageRequest, others)
    if job == "job=program":
        return read(ProgramRequest, others)
    if job == "job=binary":
        return read(BinaryRequest, others)
    if job == "job=vet":
        return read(VetRequest, others)
    raise BuilderError(f"unknown request {job!r}\n")


def carry_out(
    request: Request,
    *,
    keep: bool = False,
    recorder: Recorder | None = None,
    inputs: Mapping[str, str] | None = None,
) -> str:
    """Do a job and return what its tools printed.

    Args:
        request: from `read_request`.
        keep: leave scratch folders behind, for -work.
        recorder: takes commands down in place of running them.
        inputs: of the action, with their digests; None where nothing else is there.

    Raises:
        BuilderError: a tool failed.
    """
    if isinstance(request, VetRequest):
        from builder.compile.vet import package as vet  # noqa: PLC0415 - start-up counts, and most actions compile

        return vet.build(request, keep=keep, inputs=inputs)
    if isinstance(request, PackageRequest):
        return package.build(request, keep=keep, recorder=recorder, inputs=inputs)
    if isinstance(request, BinaryRequest):
        from builder.link import binary  # noqa: PLC0415 - start-up counts, and most actions compile

        return binary.build(request, keep=keep, recorder=recorder, digests=inputs)
    from builder.gccgo import program  # noqa: PLC0415 - start-up counts, and few use gccgo

    return program.build(request, keep=keep, recorder=recorder)
