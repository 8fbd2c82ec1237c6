"""What several commands do: solve the file that was named, and tell what was found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ..books import FileBook
    from ..model import Installation
    from ..report import Report

DONE, DATA_ERRORS, MISUSE = 0, 1, 2
"""Exit status."""


def file_option(sub: ArgumentParser) -> None:
    sub.add_argument("file", metavar="FILE",
                     help="installation workbook (.xlsx, .xlsm), or a filled Commission template")  # fmt: skip


def law_option(sub: ArgumentParser) -> None:
    """Add the option that forces an act."""
    sub.add_argument("--law", metavar="ACT", default="",
                     help="transitional or definitive, to compare (default: that of the period)")  # fmt: skip


def acknowledge_option(sub: ArgumentParser) -> None:
    """Add the option that gives a reason for warnings."""
    sub.add_argument("--acknowledge", metavar="REASON", action="append", default=[],
                     help="why the warnings without a reason may stay; CODE=REASON for those of one code (repeat "
                     "it). It is kept on sheet Issues of FILE")  # fmt: skip


def solved(options: Namespace) -> tuple[FileBook, Installation, Report]:
    """The file that was named, what it describes, and the Report on it."""
    from ..attribution import recalculate
    from ..books import FileBook
    from ..progress import progress
    from ..road import read_book

    book = FileBook(options.file)
    with progress(len(book.package.data)) as show:
        show(f"Reading {book.package.name} …")
        installation = read_book(book, book.package.name)
        show(f"Solving {len(installation.processes):,} processes …")
        return book, installation, recalculate(
            installation, floor=not getattr(options, "as_template", False), law=options.law)  # fmt: skip


def tell(report: Report) -> None:
    """Findings on standard error, errors first: ``Sheet!Cell: LEVEL CODE message``."""
    for issue in report.issues:
        print(issue, file=sys.stderr)


def print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=1))


def same_ending(source: str, out: str) -> None:
    """Refuse a name for a workbook under which no spreadsheet program would open it."""
    import os

    wanted, given = (os.path.splitext(name)[1].lower() for name in (source, out))
    if os.path.isdir(out):
        raise CbamError(f"{out} is a folder: say which file to write in it.")
    if os.path.basename(out).lower() in ("", wanted):
        raise CbamError("Say which file to write: its name is missing.")
    if given != wanted in (".xlsx", ".xlsm"):
        raise CbamError(f"{out} must end in {wanted}: under another ending the workbook doesn't open.")
