"""Codings of a VBA project (MS-OVBA): compression of texts, the protection strings, the records of the directory."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ...locks import BookError

CHUNK = 4096
_TRIES = 48  # earlier places looked at for a repetition


def compressed(data: bytes) -> bytes:
    """Texts are stored in chunks of 4096 bytes, repetitions as (how far back, how long); MS-OVBA 2.4.1."""
    return b"\1" + b"".join(_chunk(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    tokens, at = bytearray(), 0
    places: dict[bytes, list[int]] = {}
    while at < len(data):
        flags_at, flags = len(tokens), 0
        tokens.append(0)
        for bit in range(8):
            if at >= len(data):
                break
            length, back = _repetition(data, at, places)
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (back - 1) << (16 - _width(at)) | length - 3)
            else:
                tokens.append(data[at])
            for place in range(at, at + max(length, 1)):
                places.setdefault(data[place : place + 3], []).append(place)
            at += max(length, 1)
        tokens[flags_at] = flags
    if len(tokens) < CHUNK:
        return struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens
    return struct.pack("<H", 0x3FFF) + data.ljust(CHUNK, b"\0")


def _width(at: int) -> int:
    """Bits of a token that say how far back, at a place of the chunk."""
    return max(4, (at - 1).bit_length()) if at else 4


def _repetition(data: bytes, at: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """Length and distance of the longest earlier text that is repeated here; (0, 0) for none."""
    longest, back = 0, 0
    most = min((0xFFFF >> _width(at)) + 3, len(data) - at)
    for earlier in reversed(places.get(data[at : at + 3], [])[-_TRIES:]):
        length = 3
        while length < most and data[earlier + length] == data[at + length]:
            length += 1
        if length > longest:
            longest, back = length, at - earlier
    return (longest, back) if 3 <= longest <= most else (0, 0)


def decompressed(data: bytes) -> bytes:
    """The text behind `compressed`. Raises BookError when it is damaged."""
    out, at = bytearray(), 1
    if data[:1] != b"\1":
        raise BookError("The macros of this workbook are damaged: open it in Excel and save it.")
    while at + 2 <= len(data):
        head = int.from_bytes(data[at : at + 2], "little")
        end, at, start = min(at + 3 + (head & 0xFFF), len(data)), at + 2, len(out)
        if not head & 0x8000:
            out += data[at:end]
            at = end
            continue
        while at < end:
            flags, at = data[at], at + 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                token, width = int.from_bytes(data[at : at + 2], "little"), _width(len(out) - start)
                place = len(out) - (token >> (16 - width)) - 1
                for k in range((token & (0xFFFF >> width)) + 3):
                    out.append(out[place + k])
                at += 2
    return bytes(out)


def encrypted(project_id: str, data: bytes, seed: int = 0x8D) -> str:
    """A protection string of the project, which says that nothing is protected; MS-OVBA 2.4.3.

    >>> encrypted("{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}", bytes(4))
    '8D8FA6BDAAC0AEC0AEC0AEC0AE'
    """
    key = sum(project_id.encode("ascii")) & 0xFF
    out = bytearray([seed, seed ^ 2, seed ^ key])
    plain, last, before = key, out[2], out[1]
    for byte in [7] * ((seed & 6) // 2) + [*struct.pack("<I", len(data)), *data]:
        code = byte ^ (before + plain & 0xFF)
        out.append(code)
        before, last, plain = last, code, byte
    return out.hex().upper()


def record(number: int, content: bytes = b"") -> bytes:
    """One record of the directory."""
    return struct.pack("<HI", number, len(content)) + content


def records(directory: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Number, content and place of each record; the one of the version is two bytes longer than it says."""
    at = 0
    while at + 6 <= len(directory):
        number, size = struct.unpack_from("<HI", directory, at)
        size += 2 * (number == 0x09)
        yield number, directory[at + 6 : at + 6 + size], at
        at += 6 + size
