"""``cbam-xl new``: writes an empty installation workbook, or a worked example."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from .shared import DONE, same_ending

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    words = "workbook to write (.xlsx, or .xlsm with live cells); an existing file is left alone"
    sub.add_argument("file", metavar="FILE", nargs="?", help=words)
    sub.add_argument("--example", metavar="NAME", nargs="?", const="list",
                     help="one of the worked examples; without NAME they are listed")  # fmt: skip
    sub.add_argument("--live", action="store_true", help="an .xlsx with live cells, for xlwings Lite and LibreOffice")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import road
    from ..locks import check_new, write_atomically

    examples = {} if options.example is None else road.examples()
    listed = "\n".join(f"{name:<{max(map(len, examples))}}  {title}" for name, title in examples.items())
    if options.example == "list":
        print(listed)
        return DONE
    if options.example is not None and options.example not in examples:
        print(listed, file=sys.stderr)
        raise CbamError(f"There is no example “{options.example}”: choose one of these.")
    if not options.file:
        raise CbamError("Say which FILE to write: cbam-xl new FILE.")
    macros = options.file.lower().endswith(".xlsm")
    same_ending("the template.xlsm" if macros else "the template.xlsx", options.file)
    check_new(options.file)
    edition = "cbam_installation.xlsm" if macros else f"cbam_installation{'_live' * options.live}.xlsx"
    if options.example and (macros or options.live):
        road.write_example(options.example, edition, options.file)
    else:
        source = road.example(options.example) if options.example else road.templates() / edition
        write_atomically(options.file, [source.read_bytes()], lambda: check_new(options.file))
    if options.example:
        print(f"{options.file} written. Look at it, or change it, then: cbam-xl check {options.file} --write")
    else:
        print(f"{options.file} written. Fill it in, save it, then: cbam-xl recalculate {options.file}")
    return DONE
