"""Keep compilers, assemblers and linkers from reading files that are neither inputs nor the system's.

``#include "/home/x/secret"`` and ``.incbin`` name any file of the machine, and Bazel's sandbox shows them all. So tools
that read C or assembly run in a Landlock domain (https://docs.kernel.org/userspace-api/landlock.html), which needs no
privilege and no namespace, and leaves every path as it is. docs/trust.md lists what is visible.
"""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = ["HINT", "SYSTEM", "Confinement", "is_supported", "named_folders", "paths_in_flags", "programs_folders"]

HINT = """\
hint: add a folder with -visible DIR; C code, assembly and the linker can read only the inputs of the package, \
the system's folders (such as /usr) and what your own settings name (CC, CGO_CFLAGS, CGO_LDFLAGS, PKG_CONFIG_PATH)
"""

SYSTEM = (
    "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/usr", "/gnu/store", "/nix/store",
    "/etc/alternatives", "/etc/clang", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld-musl-*",
    "/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/sys/kernel/mm/transparent_hugepage",
)  # fmt: skip
"""What tools may read of every system: where toolchains, headers and libraries are installed."""

# Folders that hold more than a toolchain: a program in one of them shows itself alone.
_BROAD = ("/", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/var", "/var/tmp")  # noqa: S108

# What a compiler whose program is in PREFIX/bin has below PREFIX, next to the folders of its targets.
_OF_PREFIX = re.compile(
    r"include|lib|lib32|lib64|libexec|share|sysroot|\w+(?:-\w+)*-(?:\w*(?:linux|elf|mingw|gnu|musl|bsd|darwin)\w*)(?:-\w+)*"
)

# Variables whose value is a list of folders; those with flags; those with one folder.
_LISTS = (
    "COMPILER_PATH", "CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "OBJC_INCLUDE_PATH",
    "PKG_CONFIG_LIBDIR", "PKG_CONFIG_PATH",
)  # fmt: skip
_FLAGS = ("CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS")
_FOLDERS = ("GCC_EXEC_PREFIX", "PKG_CONFIG_SYSROOT_DIR", "SWIG_LIB")

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE = 1 << 2
_NO_NEW_PRIVILEGES = 38

# Lines that make a compiler or assembler open a file (C, Fortran, GNU as, Go's assembler).
_NAMES = re.compile(
    r"""(?:(?:\#|%:)\s*(?:include|include_next|import|embed)\s*[<"]|\.(?:incbin|include)\s+\\?"|^\s*include\s*['"])"""
    r"""([^>"'\\\n]+)""",
    re.IGNORECASE,
)

_DENIED = re.compile(
    r"permission denied|operation not permitted|file not found: /|can.?t open|cannot open", re.IGNORECASE
)


@dataclass
class Confinement:
    """What the tools of one request may read.

    Attributes:
        paths: files, and folders with all below them; those that do not exist mean nothing.
        sources: files whose lines name others; with `flags` they are what a kernel without Landlock is spared.
        flags: for compilers and linkers, of the module.
        temporary: a folder for the tools' temporary files, which is made.
    """

    paths: list[str]
    temporary: str
    sources: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    _domain: int = field(default=-1, init=False)

    def enter(self) -> None:
        """Confine this process and all it starts, for good; a kernel without Landlock confines nothing."""
        if self.prepare() < 0:
            return
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(_RESTRICT_SELF, self._domain, 0):
            raise OSError(ctypes.get_errno(), "landlock_restrict_self")

    def prepare(self) -> int:
        """Make the domain and the temporary folder, once; return the domain's descriptor, or -1 without Landlock."""
        os.makedirs(self.temporary, exist_ok=True)
        if self._domain < 0 and is_supported():
            libc = ctypes.CDLL(None, use_errno=True)
            self._domain = libc.syscall(_CREATE_RULESET, struct.pack("=Q", _READ_FILE), 8, 0)
            for path in dict.fromkeys([*_system(), *self.paths, self.temporary]):
                _allow(libc, self._domain, path)
        return self._domain

    def add(self, paths: Iterable[str]) -> None:
        """Show more to what is started from now on."""
        self.paths += paths
        self.close()

    def close(self) -> None:
        """Forget the domain."""
        if self._domain >= 0:
            os.close(self._domain)
            self._domain = -1

    def explained(self, message: str) -> str:
        """Return a failed tool's message, with a hint where the tool may have been refused a file."""
        if self._domain < 0:
            return message
        # GNU as names a file of the compiler's and no line of the source; Go's assembler where it searched last.
        named = [] if "Permission denied" in message else list(self._named())
        lines = [f"{where}: {text}\n" for where, text, name in named if name.startswith("/") and name in message]
        if not lines and not _DENIED.search(message):
            return message
        return message.removesuffix("\n") + "\n" + "".join(lines) + HINT

    def refused(self) -> str:
        """Return a message on what names a file that is not visible, as far as the text tells; else nothing.

        This is for kernels without Landlock. A name that a macro makes is not seen.
        """
        roots = [*_system(), *self.paths, *map(os.path.realpath, self.paths)]
        hidden = [path for path in paths_in_flags(self.flags) if os.path.exists(path) and not _is_below(path, roots)]
        lines = [f"flag of the package names {path}, which is not visible\n" for path in hidden]
        for where, text, name in self._named():
            if name.startswith("/") and not _is_below(os.path.normpath(name), roots):
                lines.append(f"{where}: {name} is not visible: {text}\n")
        return "".join(lines) + HINT if lines else ""

    def _named(self) -> Iterator[tuple[str, str, str]]:
        """Yield each file that a source names: FILE:LINE, the line, and the name."""
        for file in self.sources:
            with open(file, encoding="utf-8", errors="surrogateescape") as text:
                for number, line in enumerate(text, 1):
                    for name in _NAMES.findall(line):
                        yield f"{os.path.basename(file)}:{number}", line.strip(), name


def is_supported() -> bool:
    """Return whether the kernel has Landlock (Linux 5.13, where it is switched on)."""
    if not os.path.isdir("/proc/self"):
        return False
    return int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, 1)) > 0


def _allow(libc: ctypes.CDLL, domain: int, path: str) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        libc.syscall(_ADD_RULE, domain, 1, struct.pack("=Qi", _READ_FILE, descriptor), 0)
    finally:
        os.close(descriptor)


def _is_below(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _system() -> Iterator[str]:
    for path in SYSTEM:
        folder, _, name = path.rpartition("/")
        if name.endswith("*"):
            names = os.listdir(folder) if os.path.isdir(folder) else []
            yield from (f"{folder}/{entry}" for entry in names if entry.startswith(name[:-1]))
        else:
            yield path


def named_folders(environment: dict[str, str], programs: Iterable[str]) -> list[str]:
    """Return what the user's own settings name: folders in flags and variables, and where programs are installed.

    Args:
        environment: of the action, which holds no variable of a module.
        programs: commands, with their flags: CC and the like.
    """
    folders: list[str] = []
    for name in _LISTS:
        folders += environment.get(name, "").split(os.pathsep)
    folders += [environment.get(name, "") for name in _FOLDERS]
    for text in (*(environment.get(name, "") for name in _FLAGS), *programs):
        folders += paths_in_flags(_words(text))
    folders += programs_folders([(_words(text) or [""])[0] for text in programs], environment.get("PATH", os.defpath))
    return [path for path in dict.fromkeys(folders) if os.path.isabs(path)]


def paths_in_flags(flags: Iterable[str]) -> list[str]:
    """Return the absolute paths that flags for compilers and linkers hold: -I/a, --sysroot=/a, -Wl,-rpath,/a:/b."""
    return [path for flag in flags for path in re.findall(r"(?:^|[=,:]|^-(?:[A-Z]|i[a-z]+))(/[^,:]*)", flag)]


def programs_folders(programs: Iterable[str], search: str) -> list[str]:
    """Return the folders that programs need outside of the system's: theirs, and what is installed with them.

    Args:
        programs: names or paths.
        search: PATH; its folders count too, as a compiler starts other programs from there.
    """
    folders = [folder for folder in search.split(os.pathsep) if os.path.isabs(folder) and not _is_broad(folder)]
    for program in (*programs, "as", "ld"):
        path = shutil.which(program, path=search) if program else None
        for hop in _hops(path) if path else ():
            folder = os.path.dirname(hop)
            folders += [hop] if _is_broad(folder) else [folder]
            if os.path.basename(folder) == "bin" and not _is_broad(os.path.dirname(folder)):
                folders += _prefix_folders(os.path.dirname(folder))
    return list(dict.fromkeys(folders))


def _hops(path: str) -> Iterator[str]:
    """Yield a program and each link on the way to it."""
    for _ in range(40):
        yield path
        if not os.path.islink(path):
            break
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    yield os.path.realpath(path)


def _prefix_folders(prefix: str) -> Iterator[str]:
    """Yield the folders of a compiler below its prefix: those of its libraries and those named after targets."""
    try:
        names = os.listdir(prefix)
    except OSError:
        return
    yield from (os.path.join(prefix, name) for name in names if _OF_PREFIX.fullmatch(name))


def _is_broad(folder: str) -> bool:
    home = os.path.expanduser("~")
    folder = os.path.normpath(folder)
    return folder in _BROAD or f"{home}/".startswith(f"{folder}/") or os.path.dirname(folder) == "/home"


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []
