"""Entry point: the one place that prints errors and turns them into exit codes, whatever was raised and wherever."""

# Both are loaded before our code; imports inside functions may fail, and are then reported.
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

__all__ = ["main"]

_INTERNAL = 70
"""Exit code for a fault of ours (EX_SOFTWARE of sysexits.h)."""

_TRACE = "GOMOD2BAZEL_TRACE"
"""Variable that asks for Python's own account of an internal error."""

_FRAMES = 6
"""How many source locations an internal error lists, the innermost first."""


class _Format:
    """How errors are written; hooks of Python that print some have no arguments.

    Attributes:
        as_json: Whether each is a JSON object, as -error-format asks.
    """

    as_json = False


def main(argv: list[str] | None = None) -> int:
    """Run the driver and return the exit code.

    Args:
        argv: The arguments; None for those of this process, which is the driver's alone then.
    """
    return _run_process() if argv is None else _run(argv)


def _run_process() -> int:
    """Run the driver as a separate process: nothing that Python itself would print reaches the user."""
    sys.unraisablehook = _print_unraisable
    code = _run(sys.argv[1:], alone=True)
    try:
        from gomod2bazel.base.process.interrupts import ignored  # noqa: PLC0415
        from gomod2bazel.base.process.streams import close_streams  # noqa: PLC0415

        # The exit code is known; a signal that comes while Python ends could only spoil it.
        ignored()
        close_streams()
    except Exception as error:  # noqa: BLE001 - the last resort
        code = code or _last_resort(error)
    except KeyboardInterrupt:
        code = code or 130
    return code


def _run(arguments: list[str], *, alone: bool = False) -> int:
    _Format.as_json = _asks_for_json(arguments)
    try:
        if alone:
            import threading  # noqa: PLC0415

            threading.excepthook = _print_thread_error
        if arguments[:1] == ["gocacheprog"]:
            # The go command waits for it each time that it starts: the rest of the driver is not imported.
            from gomod2bazel.golang.build_cache.gocacheprog import run_process  # noqa: PLC0415

            return run_process(arguments[1:])
        # Imported here, so that exceptions of the import are reported like all others.
        from gomod2bazel.cli import run_program  # noqa: PLC0415

        return run_program(arguments)
    except Exception as error:  # noqa: BLE001 - the last resort
        return _last_resort(error)
    except KeyboardInterrupt:
        if _Format.as_json:
            _print_error("interrupted", code="interrupted", exit_code=130)
        else:
            _write("gomod2bazel: interrupted\n")
        return 130


def _asks_for_json(arguments: list[str]) -> bool:
    """Return whether a command line asks for errors as JSON, as far as that shows without the table of flags."""
    if arguments[:1] == ["bazel"]:
        return False
    pairs = zip(arguments, [*arguments, ""][1:], strict=True)
    return any(
        word.lstrip("-") == "error-format=json" or (word.lstrip("-") == "error-format" and value == "json")
        for word, value in pairs
    )


def _last_resort(error: Exception) -> int:
    """Handle exceptions that no other part of the driver reports."""
    if isinstance(error, OSError):
        where = f" {os.fsencode(error.filename).decode('utf-8', 'backslashreplace')}" if error.filename else ""
        _print_error(f"cannot use{where or ' a file'}: {error.strerror or error}", code="file", exit_code=1)
        return 1
    if isinstance(error, MemoryError):
        hint = "free some memory, or raise the limit: ulimit -v"
        _print_error("out of memory", hint, code="out-of-memory", exit_code=1)
        return 1
    if isinstance(error, ImportError):
        _print_error(
            f"cannot load a Python module of gomod2bazel: {error}",
            "run tools/gomod2bazel, which installs the Python packages it needs",
            code="tool",
            exit_code=5,
        )
        return 5
    return _print_internal_error(type(error), error, error.__traceback__)


def _print_internal_error(kind: type[BaseException], error: BaseException | None, trace: "TracebackType | None") -> int:
    """Report an internal error on standard error, with the source locations that led to it; return the exit code.

    The whole of Python's account is shown where GOMOD2BAZEL_TRACE is set.
    """
    try:
        from gomod2bazel import __version__  # noqa: PLC0415

        version = f"gomod2bazel {__version__}, Python {sys.version.split()[0]}"
        what = " ".join(f"{kind.__name__}: {error}".split())
        text = f"internal error: {what}\n\tat {' < '.join(_places(trace)) or 'unknown location'}"
        account = ""
        if os.environ.get(_TRACE):
            import traceback  # noqa: PLC0415

            account = "".join(traceback.format_exception(kind, error, trace))
        _print_error(
            f"{text}\n{account}".rstrip() if _Format.as_json else text,
            f"report this bug in {version} with the lines above and the command line; {_TRACE}=1 "
            "prints a full traceback",
        )
        if account and not _Format.as_json:
            sys.stderr.write(account)
    except Exception:  # noqa: BLE001 - nothing is left to tell it with
        _print_error("internal error")
    return _INTERNAL


def _places(trace: "TracebackType | None") -> list[str]:
    """Return FILE:LINE of the innermost calls, that of the error first; paths begin at the package."""
    places = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        places.append(f"{'/'.join(file.split('/')[-3:])}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[: -_FRAMES - 1 : -1]


def _print_error(what: str, hint: str = "", *, code: str = "internal-error", exit_code: int = _INTERNAL) -> None:
    try:
        if _Format.as_json:
            _write(_json_line(what, hint, code, exit_code))
        else:
            _write(f"gomod2bazel: error: {what}\n" + (f"hint: {hint}\n" if hint else ""))
    except MemoryError:
        return  # not even enough memory for the message


def _json_line(what: str, hint: str, code: str, exit_code: int) -> str:
    """Return what `error_fields` makes of an error: that may be what cannot be imported."""
    import json  # noqa: PLC0415

    head = {"schema_version": 1, "level": "error", "code": code, "exit_code": exit_code, "what": what}
    unknown = dict.fromkeys(("file", "line", "column", "module"))
    return json.dumps({**head, **unknown, "chain": [], "modules": [], "hint": hint or None}) + "\n"


def _write(text: str) -> None:
    try:
        os.write(2, text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError, MemoryError):
        return  # nobody listens


def _print_thread_error(arguments: "Any") -> None:
    _print_internal_error(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _print_unraisable(arguments: "Any") -> None:
    """Report an exception that nothing can catch; a failure to close a file was reported before."""
    if not isinstance(arguments.exc_value, OSError):
        _print_internal_error(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


if __name__ == "__main__":
    sys.exit(main())
