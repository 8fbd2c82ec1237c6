"""Compound files, version 3 (MS-CFB): the container of a VBA project, written and read.

A file system in a file: sectors of 512 bytes chained by one table; streams below 4096 bytes lie in sectors of 64 bytes
inside one larger stream. Directories are balanced red-black trees.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TypeAlias, Union

from ...locks import BookError

Tree: TypeAlias = Mapping[str, Union[bytes, "Tree"]]
"""Streams and storages by name."""

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_HEADER_FATS = 109  # places for sectors of the table in the header: 7 MB, more than any project here
_ENTRY = struct.Struct("<64sHBBIII16sI16sIQ")


class _Entry:
    """One entry of the directory, with its places in the tree and in the file."""

    def __init__(self, name: str, kind: int, data: bytes = b"") -> None:
        self.name, self.kind, self.data = name, kind, data
        self.child = self.left = self.right = _NONE
        self.black, self.start, self.size = 1, 0 if kind == _STORAGE else _END, len(data)

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return _ENTRY.pack(name, len(name) + 2, self.kind, self.black, self.left, self.right, self.child, bytes(16), 0,
                           bytes(16), self.start, self.size)  # fmt: skip


def written(tree: Tree) -> bytes:
    """The compound file that holds a tree of storages and streams.

    Raises:
        BookError: it is larger than the table in the header can hold, about 7 MB.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _lay(tree, entries)
    sectors: list[bytes] = []
    table: list[int] = []

    def chain(data: bytes) -> int:
        first, count = len(sectors), -(-len(data) // _SECTOR)
        for at in range(count):
            sectors.append(data[at * _SECTOR : (at + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            table.append(first + at + 1 if at + 1 < count else _END)
        return first if count else _END

    small, small_table = _lay_streams(entries, chain)
    entries[0].start, entries[0].size = chain(small), len(small)
    mini_table = struct.pack(f"<{len(small_table)}I", *small_table)
    mini_table = mini_table.ljust(-(-len(mini_table) // _SECTOR) * _SECTOR, b"\xff")
    mini_start = chain(mini_table)
    directory = b"".join(entry.packed() for entry in entries)
    blank = _ENTRY.pack(b"", 0, 0, 0, _NONE, _NONE, _NONE, bytes(16), 0, bytes(16), 0, 0)
    directory_start = chain(directory + blank * (-len(entries) % (_SECTOR // len(blank))))
    fats = 1
    while (len(table) + fats) * 4 > fats * _SECTOR:
        fats += 1
    if fats > _HEADER_FATS:
        raise BookError("The macros of this workbook are too large to be written: move them to another workbook.")
    at = len(sectors)
    table += [_FAT] * fats
    table += [_FREE] * (-len(table) % (_SECTOR // 4))
    sectors.append(struct.pack(f"<{len(table)}I", *table))
    places = [*range(at, at + fats), *[_FREE] * (_HEADER_FATS - fats)]
    header = MAGIC + struct.pack("<16x5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory_start, 0, _CUTOFF, mini_start,
                                 len(mini_table) // _SECTOR, _END, 0)  # fmt: skip
    return header + struct.pack("<109I", *places) + b"".join(sectors)


def _lay(tree: Tree, entries: list[_Entry]) -> int:
    """Add a storage's content to the directory; returns the root of its balanced tree."""
    numbers = []
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):  # the order that the format wants
        part = tree[name]
        entry = _Entry(name, _STREAM, part) if isinstance(part, bytes) else _Entry(name, _STORAGE)
        numbers.append(len(entries))
        entries.append(entry)
    for number in numbers:
        part = tree[entries[number].name]
        if not isinstance(part, bytes):
            entries[number].child = _lay(part, entries)
    deepest = max(len(numbers), 1).bit_length() - 1

    def balanced(low: int, high: int, depth: int) -> int:
        if low >= high:
            return _NONE
        middle = (low + high) // 2
        entry = entries[numbers[middle]]
        entry.left, entry.right = balanced(low, middle, depth + 1), balanced(middle + 1, high, depth + 1)
        entry.black = 0 if depth == deepest > 0 else 1
        return numbers[middle]

    return balanced(0, len(numbers), 0)


def _lay_streams(entries: list[_Entry], chain: object) -> tuple[bytes, list[int]]:
    """Place every stream; returns the stream of the small ones, and their table."""
    small, table = bytearray(), list[int]()
    for entry in entries:
        if entry.kind != _STREAM or not entry.data:
            continue
        if len(entry.data) >= _CUTOFF:
            entry.start = chain(entry.data)  # type: ignore[operator]
            continue
        entry.start, count = len(table), -(-len(entry.data) // _MINI)
        small += entry.data.ljust(count * _MINI, b"\0")
        table += [*range(entry.start + 1, entry.start + count), _END]
    return bytes(small), table


def streams(data: bytes) -> dict[str, bytes]:
    """Every stream of a compound file by its path, such as "VBA/dir".

    Raises:
        BookError: it is no compound file, or damaged.
    """
    try:
        return _streams(data)
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise BookError("The macros of this workbook are damaged: open it in Excel and save it.") from error


def _streams(data: bytes) -> dict[str, bytes]:
    shift, fats, directory_start, mini_start = (
        struct.unpack_from(code, data, at)[0] for code, at in (("<H", 30), ("<I", 44), ("<I", 48), ("<I", 60))
    )
    if not data.startswith(MAGIC) or shift not in (9, 12) or fats > _HEADER_FATS:
        raise IndexError
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table = [
        n for place in struct.unpack_from(f"<{fats}I", data, 76) for n in struct.unpack(f"<{size // 4}I", sector(place))
    ]

    def chain(start: int, links: list[int], piece: object) -> bytes:
        pieces: list[bytes] = []
        while start < _FAT and start != _END:
            if len(pieces) > len(links):
                raise IndexError
            pieces.append(piece(start))  # type: ignore[operator]
            start = links[start]
        return b"".join(pieces)

    directory = chain(directory_start, table, sector)
    entries = [_ENTRY.unpack_from(directory, at) for at in range(0, len(directory), _ENTRY.size)]
    small = chain(entries[0][10], table, sector)
    packed = chain(mini_start, table, sector)
    mini = list(struct.unpack(f"<{len(packed) // 4}I", packed))
    found: dict[str, bytes] = {}

    def walk(number: int, path: str, depth: int) -> None:
        if number == _NONE or depth > 200:
            return
        raw, length, kind, _, left, right, child, _, _, _, start, count = entries[number]
        name = path + raw[: length - 2].decode("utf-16-le")
        walk(left, path, depth + 1)
        walk(right, path, depth + 1)
        if kind == _STREAM and count & _FREE < _CUTOFF:
            found[name] = chain(start, mini, lambda n: small[n * _MINI : (n + 1) * _MINI])[: count & _FREE]
        elif kind == _STREAM:
            found[name] = chain(start, table, sector)[: count & _FREE]
        else:
            walk(child, name + "/", depth + 1)

    walk(entries[0][6], "", 0)
    return found
