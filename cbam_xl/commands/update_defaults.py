"""``cbam-xl update-defaults``: loads the Commission's workbook of default values as a new edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("file", metavar="FILE", help="the Commission's workbook of default values (.xlsx)")
    sub.add_argument("--edition", metavar="DAY", help="its day, such as 2026-08-06 (default: from the file name)")
    sub.add_argument("--dry-run", action="store_true", help="only show what differs")
    sub.add_argument("--show", metavar="N", type=int, default=20, help="lines to show (default: 20)")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    import os

    from .. import default_editions, reference
    from ..books import FileBook

    edition = options.edition or default_editions.edition_in(os.path.basename(options.file))
    update = default_editions.compare(default_editions.read(FileBook(options.file)), edition)
    print("\n".join(update.lines[: options.show]) or "Nothing differs from the edition before.")
    if (more := len(update.lines) - options.show) > 0:
        print(f"… and {more} more.")
    if update.absent:
        print(f"Not in the file, and left as they are: {', '.join(update.absent)}.")
    if update.rows and not options.dry_run:
        path = default_editions.write(update, reference.folder())
        print(f"Edition {edition}: {len(update.rows)} rows written to {path}.")
    return DONE
