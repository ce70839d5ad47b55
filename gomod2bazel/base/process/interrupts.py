"""Signals that ask the driver to stop: each ends it in order, as Ctrl-C does, and waits where a step must not end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["SIGNALS", "held_back", "ignored", "interruptible"]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What asks a program to stop: Ctrl-C, kill(1) or a service manager, and a terminal that is closed."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt at SIGTERM and SIGHUP too, so that files are cleaned up; ignored ones stay so (nohup)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in former.items():
        if handler == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in former.items():
            if handler is not None:
                signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let a signal that arrives inside take effect at the end; only the main thread is ever interrupted by one."""
    former = {number: signal.getsignal(number) for number in SIGNALS}
    if threading.current_thread() is not threading.main_thread() or None in former.values():
        yield
        return
    arrived: list[int] = []
    for number, handler in former.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])


def ignored() -> None:
    """Ignore the signals that ask the driver to stop, for the rest of the process."""
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
