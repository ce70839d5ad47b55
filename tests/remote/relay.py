"""A relay from a port of the loopback interface to a server's socket; a program, as it runs in a machine's namespace.

Usage: python -m remote.relay SOCKET SECONDS. It prints the port. Each piece of data waits SECONDS, in both directions.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from contextlib import suppress

__all__ = ["main"]


def main() -> None:
    """Pass on everything between clients and the server until this process is ended."""
    server, delay = sys.argv[1], float(sys.argv[2])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream = socket.socket(socket.AF_UNIX)
            try:
                upstream.connect(server)
            except OSError:
                # As a server that does not run.
                client.close()
                continue
            for source, target in ((client, upstream), (upstream, client)):
                threading.Thread(target=_copy, args=(source, target, delay), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket, delay: float) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 18):
            time.sleep(delay)
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
