"""Damage bytes: a few changes to a good input reach deeper than noise does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

__all__ = ["mutations"]

# Whoever reads text stumbles over these: numbers at the edge, separators, quotes, bytes that are no UTF-8.
_WORDS = (
    b"", b"\0", b"\n", b"\r\n", b" ", b"\t", b"/", b"..", b"../", b"//", b"@", b"@v", b"!", b"!!a", b"%", b"%2e%2e",
    b"%00", b",", b"|", b":", b"::", b"[", b"]", b"{", b"}", b'"', b"'", b"\\", b"-", b"--", b"=", b"#", b"?", b"\xff",
    b"\xc0\x80", b"\xed\xa0\x80", "ä€\N{OGHAM SPACE MARK}\u2028\u202e".encode(), b"0", b"-1", b"1e999", b"NaN",
    b"99999999999999999999", b"null", b"true", b"h1:", b"v1.0.0", b"v0.0.0-", b"+incompatible", b"file://", b"http://",
    b"https://", b"off", b"direct", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"go.mod", b"module ",
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"[" * 2000,
)  # fmt: skip


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_WORDS) + data[at:]


def _replace(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_WORDS) + data[at + chance.randint(0, 8) :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return data[:first] + data[last:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return data[:last] + data[first:last] * chance.choice((1, 1, 2, 40)) + data[last:]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_insert, _replace, _flip, _cut, _repeat)

# Bytes; more shows nothing that less does not.
_LARGEST = 1 << 15


def mutations(seeds: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield the seeds, then damaged ones without end; what was damaged once may be damaged again."""
    pool = list(seeds)
    yield from pool
    while True:
        data = chance.choice(pool)
        if chance.random() < 0.1:
            other = chance.choice(pool)
            data = data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]
        for _ in range(chance.randint(1, 6)):
            data = chance.choice(_WAYS)(data, chance)
        data = data[:_LARGEST]
        yield data
        if chance.random() < 0.05:
            pool.append(data)
            # The seeds stay.
            del pool[len(seeds) : -200]
