"""Feed one boundary."""

from __future__ import annotations

import random
import time
import traceback
import warnings
from dataclasses import dataclass
from itertools import islice

from fuzz.mutate import mutations
from fuzz.targets import Target
from gomod2bazel.base.errors import Gomod2bazelError

__all__ = ["Done", "fuzz"]

_SLOW = 5.0
"""Seconds that one small input may take; more is a way to keep a driver busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it.

    Attributes:
        runs, read, refused: numbers of inputs.
        crash: an input that was neither read nor refused, or took too long; None where there was none.
        trace: what it raised.
    """

    runs: int
    read: int
    refused: int
    crash: bytes | None = None
    trace: str = ""


def fuzz(target: Target, chance: random.Random, *, seconds: float = 0.0, runs: int | None = None) -> Done:
    """Feed damaged inputs to ``target``, for some seconds or some runs, up to the first that it cannot take."""
    count = read = 0
    ends = time.monotonic() + seconds
    for data in islice(mutations(target.seeds, chance), runs):
        if runs is None and time.monotonic() > ends:
            break
        count += 1
        began = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                target.read(data)
            read += 1
        except Gomod2bazelError as error:
            # What a user would see of it.
            str(error).encode("utf-8", "backslashreplace")
        except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
            return Done(runs=count, read=read, refused=count - read - 1, crash=data, trace=traceback.format_exc())
        if time.process_time() - began > _SLOW:
            return Done(runs=count, read=read, refused=count - read, crash=data, trace="it took too long")
    return Done(runs=count, read=read, refused=count - read)
