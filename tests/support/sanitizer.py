"""Whether a C compiler here links a program with a sanitizer: its runtime may be in a separate package."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["sanitizer_problem"]

_USES = {
    "address": "#include <sanitizer/asan_interface.h>\nint main(void) { return __asan_address_is_poisoned(main); }\n",
    "memory": "#include <sanitizer/msan_interface.h>\nint main(void) { return __msan_test_shadow(0, 0) > 0; }\n",
}
"""As runtime/asan and runtime/msan of the standard library do, these include the runtime's header."""


@cache
def sanitizer_problem(compiler: str, name: str) -> str:
    """Return why ``compiler`` does not make a program with a sanitizer, in one line, or nothing.

    Args:
        compiler: a program, such as ``clang``.
        name: ``address`` or ``memory``, as in ``-fsanitize=``.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "main.c")
        source.write_text(_USES[name], encoding="utf-8")
        argv = [compiler, f"-fsanitize={name}", "-o", f"{folder}/main", str(source)]
        try:
            done = subprocess.run(argv, capture_output=True, encoding="utf-8", timeout=60, check=False)
        except FileNotFoundError:
            return f"there is no {compiler}"
    errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
    return (errors or [f"exit {done.returncode}"])[0] if done.returncode else ""
