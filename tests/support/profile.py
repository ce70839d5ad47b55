"""CPU profiles written as text: a line a stack, ``FUNCTION:LINE`` innermost first, then how often it was seen."""

from __future__ import annotations

__all__ = ["encode"]


def encode(text: str) -> bytes:
    """Return the profile that ``text`` stands for, as pprof writes it (github.com/google/pprof, profile.proto)."""
    strings, functions, locations = ["", "samples", "count", "cpu", "nanoseconds"], list[str](), list[str]()
    samples = b""
    for line in text.splitlines():
        *frames, count = line.split()
        numbers = [_number(locations, frame) for frame in frames]
        seen = _packed(2, [int(count), int(count) * 10_000_000])
        samples += _field(2, _packed(1, numbers) + seen)
    body = b"".join(_field(1, _varint(1, a) + _varint(2, a + 1)) for a in (1, 3)) + samples
    for number, frame in enumerate(locations, 1):
        name, _, at = frame.rpartition(":")
        location = _varint(1, _number(functions, name)) + _varint(2, int(at))
        body += _field(4, _varint(1, number) + _field(4, location))
    for number, name in enumerate(functions, 1):
        strings.append(name)
        body += _field(5, _varint(1, number) + _varint(2, len(strings) - 1) + _varint(5, 1))
    return body + b"".join(_field(6, text.encode()) for text in strings)


def _number(known: list[str], name: str) -> int:
    if name not in known:
        known.append(name)
    return known.index(name) + 1


def _raw(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _varint(field: int, value: int) -> bytes:
    return _raw(field << 3) + _raw(value)


def _field(field: int, content: bytes) -> bytes:
    return _raw(field << 3 | 2) + _raw(len(content)) + content


def _packed(field: int, values: list[int]) -> bytes:
    return _field(field, b"".join(map(_raw, values)))
