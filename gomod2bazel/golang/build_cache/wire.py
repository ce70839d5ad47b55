"""The wire format of protocol buffers, read and written without the protobuf package.

Its import would take longer than all that the go command asks for; https://protobuf.dev/programming-guides/encoding
describes the format.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["fields_of", "integer", "length_prefix", "message", "with_bytes", "with_number"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}


def with_bytes(number: int, value: bytes) -> bytes:
    """Return a field that has bytes, a text or a message."""
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def with_number(number: int, value: int) -> bytes:
    """Return a field that has an integer; nothing for zero, which is the default."""
    return _varint(number << 3 | _VARINT) + _varint(value) if value else b""


def fields_of(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message.

    Raises:
        ValueError: It is not a message.
    """
    place = 0
    while place < len(data):
        tag, place = length_prefix(data, place)
        kind = tag & 7
        if kind == _VARINT:
            value, place = length_prefix(data, place)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            size, place = length_prefix(data, place)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise ValueError(f"wire type {kind}")
        if place + size > len(data):
            raise ValueError("cut off")
        yield tag >> 3, data[place : place + size]
        place += size


def length_prefix(data: bytes, place: int) -> tuple[int, int]:
    """Return the varint at ``place``, such as the length of what follows, and the place after it.

    Raises:
        ValueError: There is none.
    """
    number = 0
    for shift in range(0, 64, 7):
        if place >= len(data):
            raise ValueError("cut off")
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("a number of more than 64 bits")


def message(value: int | bytes) -> bytes:
    """Return the value of a field that must have bytes.

    Raises:
        ValueError: It has a number.
    """
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")  # noqa: TRY004 - of the data, not of the program
    return value


def integer(value: int | bytes) -> int:
    """Return the value of a field that must have a number.

    Raises:
        ValueError: It has bytes.
    """
    if isinstance(value, bytes):
        raise ValueError("bytes where a number is expected")  # noqa: TRY004 - of the data, not of the program
    return value


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
