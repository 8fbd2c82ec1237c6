"""``cbam-xl functions``: the worksheet functions, or one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("name", metavar="NAME", nargs="?", help="one function: its arguments, units, example, provision")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from cbam_udfs import help

    print("\n".join(help.described(options.name) if options.name else help.summary()))
    return DONE
