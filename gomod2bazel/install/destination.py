"""Where binaries go: a prefix to stage under, and the destination that messages show.

Below the prefix nothing is trusted. Folders are opened one component at a time, relative to a folder already held open,
so that a symlink put in the way a moment later changes nothing; a symlink that is there is followed only as far as it
stays inside. Without a prefix the destination is the user's own word and is opened as it is, symlinks included.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.partial import partial_name
from gomod2bazel.base.errors import InstallError, UsageError

__all__ = ["Destination", "reason"]

_MAX_LINKS = 40  # as many as Linux follows in one path (path_resolution(7))
_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A folder to install into.

    Attributes:
        destination: the folder that messages and result files name; absolute, or relative to the prefix or,
            without one, to the current folder.
        prefix: the staging root the files really go under; empty for none.

    Raises:
        UsageError: the destination is empty, or has a ``..`` component under a prefix, or either holds a NUL.
    """

    destination: str
    prefix: str = ""

    def __post_init__(self) -> None:
        if not self.destination:
            raise UsageError("-destination is empty", hint="name a folder: -destination /usr/bin")
        for flag, value in (("-destination", self.destination), ("-prefix", self.prefix)):
            if "\0" in value:
                raise UsageError(f"{flag} {value!r} holds a NUL character", hint="name a folder")
        if self.prefix and ".." in PurePosixPath(self.destination).parts:
            raise UsageError(
                f"-destination {self.destination}: component '..' could leave the prefix {self.prefix}",
                hint="write -destination without '..'",
            )

    def shown(self, name: str, folder: str = "") -> str:
        """Return the path of file ``name`` as messages and result files say it: without the prefix.

        Args:
            name: a file name.
            folder: a folder below the destination, such as ``linux_amd64``; empty for the destination itself.
        """
        path = str(PurePosixPath(self.destination, folder, name))
        return "/" + path.lstrip("/") if path.startswith("//") else path

    def real(self, name: str, folder: str = "") -> Path:
        """Return the path that file ``name`` is really written to: join(prefix, destination, folder, name)."""
        shown = self.shown(name, folder)
        return Path(self.prefix, shown.lstrip("/")) if self.prefix else Path(shown)

    @contextmanager
    def open_folder(self, folder: str = "") -> Iterator[int]:
        """Open the destination, or ``folder`` below it, creating what is missing (mode 0777 less the umask).

        Yields:
            A descriptor to give as ``dir_fd``; closed at the end.

        Raises:
            InstallError: a symlink leads out, a file is in the way, or a folder cannot be created or entered.
        """
        with self._walk() as walk:
            walk.descend(self._below_root(), create=True)
            walk.confine()
            walk.descend(PurePosixPath(folder).parts, create=True)
            # Hundreds of folders are open at once where each module has a folder for its licences: those above them
            # are closed.
            try:
                here = os.dup(walk.here)
            except OSError as error:
                raise _refusal(self, walk.path, reason(error)) from error
        try:
            yield here
        finally:
            os.close(here)

    def check(self, folder: str = "") -> bool:
        """Find out early, without creating anything, whether files could be written.

        Returns:
            True when the folder is there, False when it is still to be created.

        Raises:
            InstallError: as `open_folder`, or the folder (or the nearest one there is above it) may not be written to.
        """
        root = Path(self.prefix or self.destination)
        try:
            if not root.is_dir():
                _check_creatable(root, self)
                return False
        except OSError as error:
            # A name that is too long, a folder that may not be entered.
            raise _refusal(self, str(root), reason(error)) from error
        with self._walk() as walk:
            complete = walk.descend(self._below_root(), create=False)
            walk.confine()
            complete = complete and walk.descend(PurePosixPath(folder).parts, create=False)
            if not os.access(".", os.W_OK | os.X_OK, dir_fd=walk.here, effective_ids=True):
                raise _refusal(self, walk.path, "it is not writable")
            return complete

    def _below_root(self) -> tuple[str, ...]:
        """Return the components that lie between what is opened as it is and the destination."""
        return tuple(p for p in PurePosixPath(self.destination).parts if p.strip("/")) if self.prefix else ()

    @contextmanager
    def _walk(self) -> Iterator[_Walk]:
        root = Path(self.prefix or self.destination)
        try:
            root.mkdir(parents=True, exist_ok=True)
            walk = _Walk(self, os.open(root, _FOLDER))
        except OSError as error:
            raise _refusal(self, str(root), reason(error)) from error
        try:
            yield walk
        finally:
            walk.close()


class _Walk:
    """Folders held open from a root downwards; ``..`` goes back to one already held, never to one looked up again."""

    def __init__(self, destination: Destination, root: int) -> None:
        self._destination = destination
        self._held = [root]
        self._names = [] if destination.prefix else [destination.destination]
        self._floor = 1
        self._links = 0
        self._link_path = ""

    @property
    def here(self) -> int:
        """The descriptor of the folder reached."""
        return self._held[-1]

    @property
    def path(self) -> str:
        """The folder reached, without the prefix."""
        names = "/".join(self._names)
        return names if not self._destination.prefix else f"/{names}"

    def confine(self) -> None:
        """Forbid going above the current folder from now on."""
        self._floor = len(self._held)

    def close(self) -> None:
        """Close every folder held."""
        while self._held:
            os.close(self._held.pop())

    def descend(self, parts: tuple[str, ...], *, create: bool) -> bool:
        """Go down ``parts``; return False at the first one missing, when none is to be created."""
        pending = deque(parts)
        while pending:
            part = pending.popleft()
            if part == "..":
                self._ascend()
            elif part not in ("", "."):
                try:
                    self._enter(part)
                except FileNotFoundError:
                    if not create:
                        return False
                    self._make(part)
                    pending.appendleft(part)
                except NotADirectoryError as error:
                    pending.extendleft(reversed(self._link(part, error)))
                except OSError as error:
                    raise self._refuse(part, reason(error)) from error
        return True

    def _enter(self, part: str) -> None:
        self._held.append(os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=self.here))
        self._names.append(part)

    def _ascend(self) -> None:
        """Go back one folder; only symlinks ask for it, since the destination itself has no ``..``."""
        if len(self._held) <= self._floor:
            raise _refusal(self._destination, self._link_path, "this symlink points out of it")
        os.close(self._held.pop())
        self._names.pop()

    def _make(self, part: str) -> None:
        try:
            os.mkdir(part, 0o777, dir_fd=self.here)
        except FileExistsError:
            pass  # somebody else was quicker; it is entered like any other
        except OSError as error:
            raise self._refuse(part, reason(error)) from error

    def _link(self, part: str, error: OSError) -> list[str]:
        """Return the components that symlink ``part`` stands for."""
        try:
            target = os.readlink(part, dir_fd=self.here)
        except OSError:
            raise self._refuse(part, "a file is in the way") from error
        self._links += 1
        self._link_path = self._join(part)
        if self._links > _MAX_LINKS:
            raise self._refuse(part, os.strerror(errno.ELOOP)) from error
        if target.startswith("/"):
            raise self._refuse(part, f"this symlink points out of it, to {target}") from error
        return target.split("/")

    def _refuse(self, part: str, why: str) -> InstallError:
        return _refusal(self._destination, self._join(part), why)

    def _join(self, part: str) -> str:
        return f"{self.path.rstrip('/')}/{part}"


def reason(error: OSError) -> str:
    """Return what the system says went wrong, without the path that is shown otherwise."""
    return error.strerror or str(error)


def _check_creatable(root: Path, destination: Destination) -> None:
    """Refuse a root that is missing and could not be made."""
    above = next(p for p in (root, *root.absolute().parents) if os.path.lexists(p))
    if not above.is_dir():
        raise _refusal(destination, str(above), "a file is in the way")
    if not os.access(above, os.W_OK | os.X_OK, effective_ids=True):
        raise _refusal(destination, str(above), "it is not writable")
    # A file system that cannot be written to at all (/proc) grants access all the same.
    probe = above / partial_name()
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise _refusal(destination, str(above), reason(error)) from error


def _refusal(destination: Destination, path: str, why: str) -> InstallError:
    if destination.prefix:
        hint = f"make the path below -prefix {destination.prefix} writable, without links out of it"
    else:
        hint = "choose another -destination, or stage the files with -prefix"
    return InstallError(f"cannot install into {destination.destination}: {path}: {why}", hint=hint)
