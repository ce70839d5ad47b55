"""Headless Chromium for tests of pages: fetched once through npm, and driven over a pipe with the DevTools protocol.

The package has the program and the libraries it needs that machines may lack, so that nothing is installed.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Say, which
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.provision.folder import make_once
from gomod2bazel.provision.registries import npm

__all__ = ["Browser", "Page", "set_up", "started"]

_CHROMIUM = npm.Package(
    name="@sparticuz/chromium",
    version="153.0.0",
    integrity="sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)

# Node decompresses what the package has: Python's own library does not read this form.
_DECOMPRESS = (
    'const [from, to] = process.argv.slice(1); const fs = require("fs");'
    'fs.createReadStream(from).pipe(require("zlib").createBrotliDecompress()).pipe(fs.createWriteStream(to));'
)

_FLAGS = (
    "--headless=shell", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--force-color-profile=srgb", "--disable-background-networking", "--remote-debugging-pipe",
)  # fmt: skip

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""

_SECONDS = 60.0


def set_up(say: Say) -> Path:
    """Return the folder with the browser, after fetching it if it is not in the cache folder yet.

    Args:
        say: takes each step.

    Raises:
        ToolError: it cannot be fetched, or Node.js is missing.
    """
    folder = Caches.from_environment(os.environ).tools / f"chromium-{_CHROMIUM.version}-{os.uname().machine}"
    make_once(folder, say, lambda empty: _make(empty, say))
    return folder


def _make(folder: Path, say: Say) -> str:
    runner, environment = SubprocessRunner(), dict(os.environ)
    node = which("node", environment)
    if node is None:
        raise ToolError("node is not on PATH", hint="install Node.js")
    say(f"setting up {_CHROMIUM.name} {_CHROMIUM.version}")
    archive = npm.fetch(_CHROMIUM, folder, environment, runner)
    for name in ("chromium", "al2023.tar", "fonts.tar"):
        packed, unpacked = folder / f"{name}.br", folder / name
        npm.extract_file(archive, f"package/bin/{name}.br", packed)
        done = runner.run([node, "-e", _DECOMPRESS, packed, unpacked], env=environment, cwd=folder, timeout=300.0)
        if done.code:
            raise ToolError(f"{packed} cannot be decompressed\n{done.describe()}")
        packed.unlink()
        if unpacked.suffix == ".tar":
            with tarfile.open(unpacked) as tar:
                tar.extractall(folder, filter="data")
            unpacked.unlink()
    archive.unlink()
    (folder / "chromium").chmod(0o755)
    return _CHROMIUM.version


@contextmanager
def started(folder: Path, scratch: Path) -> Iterator[Browser]:
    """Run the browser, and end it afterwards.

    Args:
        folder: from `set_up`.
        scratch: an empty folder for its profile.
    """
    fonts = scratch / "fonts.conf"
    fonts.write_text(_FONTS.format(folder=folder), encoding="utf-8")
    to_read, to_write = os.pipe(), os.pipe()

    def with_pipes() -> None:
        # The protocol is spoken on descriptors 3 and 4.
        given, answers = os.dup(to_read[0]), os.dup(to_write[1])
        os.dup2(given, 3)
        os.dup2(answers, 4)

    variables = {"LD_LIBRARY_PATH": str(folder / "lib"), "HOME": str(scratch), "FONTCONFIG_FILE": str(fonts)}
    command = [str(folder / "chromium"), *_FLAGS, f"--user-data-dir={scratch / 'profile'}", "about:blank"]
    process = subprocess.Popen(
        command, env={**os.environ, **variables}, pass_fds=(3, 4, to_read[0], to_write[1]), preexec_fn=with_pipes,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_read[0])
    os.close(to_write[1])
    try:
        with os.fdopen(to_read[1], "wb", buffering=0) as requests, os.fdopen(to_write[0], "rb", buffering=0) as answers:
            yield Browser(requests=requests, answers=answers)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


@dataclass(slots=True, kw_only=True)
class Browser:
    """A browser that runs.

    Attributes:
        requests, answers: its pipes.
        events: what it reported so far: method and parameters.
    """

    requests: IO[bytes]
    answers: IO[bytes]
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    _number: int = 0
    _rest: bytes = b""

    def call(self, method: str, session: str = "", /, **parameters: Any) -> Mapping[str, Any]:
        """Call a method of the protocol and return its result.

        Raises:
            RuntimeError: the browser refuses, or ended.
        """
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        self.requests.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: Mapping[str, Any] = answer["result"]
                return result

    def open(self, file: Path, *, dark: bool = False, scripts: bool = True, width: int = 1280) -> Page:
        """Open a page and wait until its scripts have run.

        Args:
            file: the page.
            dark: whether the user prefers dark pages.
            scripts: whether scripts may run.
            width: of the window, in pixels.
        """
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(browser=self, session=session, file=file)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        page.call("Emulation.setEmulatedMedia", features=features)
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        page.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        began = time.monotonic()
        page.call("Page.navigate", url=file.as_uri())
        while not page.value("document.readyState === 'complete'"):
            if time.monotonic() - began > _SECONDS:
                raise RuntimeError(f"{file}: the page was not loaded after {_SECONDS:.0f} s")
        page.seconds = time.monotonic() - began
        return page

    def _next(self) -> dict[str, Any]:
        """Return the next answer; events before it are kept."""
        while b"\0" not in self._rest:
            block = self.answers.read(1 << 16)
            if not block:
                raise RuntimeError("the browser ended")
            self._rest += block
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
        return message


@dataclass(slots=True, kw_only=True)
class Page:
    """A page that is open.

    Attributes:
        browser: which has it.
        session: by which the browser knows it.
        file: what is open.
        seconds: how long it took to open.
    """

    browser: Browser
    session: str
    file: Path
    seconds: float = 0.0

    def call(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """Call a method of the protocol for this page."""
        return self.browser.call(method, self.session, **parameters)

    def value(self, expression: str) -> Any:
        """Return what an expression of JavaScript is; values of JSON."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, such as Tab or ArrowDown."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40}
        given = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **given, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    def write(self, text: str) -> None:
        """Write a text where the focus is."""
        self.call("Input.insertText", text=text)

    def screenshot(self, *, whole: bool = False) -> bytes:
        """Return a picture of the page as PNG: what a window shows, or all of it."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    @property
    def problems(self) -> list[str]:
        """Errors of scripts, and what the policy of the page refused."""
        lines = []
        for method, parameters in self.browser.events:
            if method == "Runtime.exceptionThrown":
                lines.append(str(parameters["exceptionDetails"]))
            elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                lines.append(str(parameters["entry"]))
        return lines

    @property
    def requested(self) -> list[str]:
        """The addresses that the page asked for."""
        events = self.browser.events
        return [p["request"]["url"] for method, p in events if method == "Network.requestWillBeSent"]
