"""The command line: ``cbam-xl``, also ``python -m cbam_xl``.

Exit status: 0 done; 1 the data has errors (told with their cells; no result sheet is written); 2 misuse, or a file that
can't be read or is locked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .commands import COMMANDS
from .commands.shared import DONE, MISUSE
from .errors import CbamError
from .findings import one_line

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import TextIO


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the return value is the exit status."""
    _open_streams()
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parser(arguments[0] if arguments and arguments[0] in COMMANDS else "").parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except CbamError as error:
        return _refused(one_line(str(error)))
    except BrokenPipeError:  # whoever reads has seen enough
        _discard(sys.stdout, sys.stderr)
        return DONE
    except OSError as error:
        _discard(sys.stdout)
        return _refused(f"{error.filename or 'The output'} can't be read or written ({error.strerror}).")
    except MemoryError:
        return _refused("There isn't enough memory for this workbook. Nothing was written.")
    except KeyboardInterrupt:
        return _refused("Stopped.")


def _refused(sentence: str) -> int:
    """Say why nothing was done."""
    print(f"cbam-xl: {sentence}", file=sys.stderr)
    return MISUSE


def _open_streams() -> None:
    """Standard output and error such that any text can be written, and none where they were closed."""
    import os

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as the program runs
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _discard(*streams: TextIO) -> None:
    """What is still to be written there goes nowhere, because nothing can be written there any more."""
    import os

    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def parser(command: str = "") -> ArgumentParser:
    """All commands and their options, or those of one command: making them all takes as long as a small workbook."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter
    from functools import partial
    from importlib import import_module

    from . import __version__

    shape = partial(RawDescriptionHelpFormatter, width=100)  # else shutil is imported, to ask how wide the terminal is
    top = ArgumentParser("cbam-xl", description="EU CBAM embedded emissions from an Excel workbook.",
                         epilog="Exit status: 0 done, 1 the data has errors, 2 misuse, unreadable or locked file.",
                         formatter_class=shape)  # fmt: skip
    top.add_argument("--version", action="version", version=f"cbam-xl {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        if command in ("", name):
            module = import_module(f"cbam_xl.commands.{name.replace('-', '_')}")
            sub = commands.add_parser(name, help=words.replace("%", "%%"), formatter_class=shape)
            sub.set_defaults(run=module.run)
            module.options(sub)
    return top


if __name__ == "__main__":
    sys.exit(main())
