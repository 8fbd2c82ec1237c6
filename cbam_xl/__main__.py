"""The command line: ``cbam-xl``, also ``python -m cbam_xl``.

Exit status: 0 done; 1 the data has errors (told with their cells; no result sheet is written); 2 misuse, or a file that
can't be read or is locked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .errors import CbamError
from .findings import one_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import TextIO

    from .books import FileBook
    from .model import Installation
    from .report import Report

DONE, DATA_ERRORS, MISUSE = 0, 1, 2


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

    from . import __version__

    shape = partial(RawDescriptionHelpFormatter, width=100)  # else shutil is imported, to ask how wide the terminal is
    top = ArgumentParser("cbam-xl", description="EU CBAM embedded emissions from an Excel workbook.",
                         epilog="Exit status: 0 done, 1 the data has errors, 2 misuse, unreadable or locked file.",
                         formatter_class=shape)  # fmt: skip
    top.add_argument("--version", action="version", version=f"cbam-xl {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, (words, run, add_options) in COMMANDS.items():
        if command in ("", name):
            sub = commands.add_parser(name, help=words, formatter_class=shape)
            sub.set_defaults(run=run)
            add_options(sub)
    return top


def _new(options: Namespace) -> int:
    import os

    from . import road
    from .locks import write_atomically

    examples = road.examples() if options.example else {}
    listed = "\n".join(f"{name:<{max(map(len, examples))}}  {title}" for name, title in examples.items())
    if options.example == "list":
        print(listed)
        return DONE
    if options.example and options.example not in examples:
        print(listed, file=sys.stderr)
        raise CbamError(f"There is no example “{options.example}”: choose one of these.")
    if not options.file:
        raise CbamError("Say which FILE to write: cbam-xl new FILE.")
    macros = options.file.lower().endswith(".xlsm")
    _same_ending("the template.xlsm" if macros else "the template.xlsx", options.file)
    if os.path.lexists(options.file):
        raise CbamError(f"{options.file} exists already: choose another name, or remove it first.")
    if options.example and (macros or options.live):
        raise CbamError(
            "The examples have no live cells: write an .xlsx, or use “New from example” in Excel's tab CBAM."
        )
    edition = "cbam_installation.xlsm" if macros else f"cbam_installation{'_live' * options.live}.xlsx"
    source = road.example(options.example) if options.example else road.templates() / edition
    write_atomically(options.file, [source.read_bytes()])
    print(f"{options.file} written. Fill it in, save it, then: cbam-xl recalculate {options.file}")
    return DONE


def _solved(options: Namespace) -> tuple[FileBook, Installation, Report]:
    """The file that was named, what it describes, and the Report on it."""
    from .attribution import recalculate
    from .books import FileBook
    from .progress import progress
    from .road import read_book

    book = FileBook(options.file)
    with progress(len(book.package.data)) as show:
        show(f"Reading {book.package.name} …")
        installation = read_book(book, book.package.name)
        show(f"Solving {len(installation.processes):,} processes …")
        return book, installation, recalculate(installation, floor=not getattr(options, "as_template", False))


def _tell(report: Report) -> None:
    """Findings on standard error, errors first: ``Sheet!Cell: LEVEL CODE message``."""
    for issue in report.issues:
        print(issue, file=sys.stderr)


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=1))


def _same_ending(source: str, out: str) -> None:
    """Refuse a name for a workbook under which no spreadsheet program would open it."""
    import os

    wanted, given = (os.path.splitext(name)[1].lower() for name in (source, out))
    if not os.path.basename(out):
        raise CbamError("Say which file to write: its name is missing.")
    if given != wanted in (".xlsx", ".xlsm"):
        raise CbamError(f"{out} must end in {wanted}: under another ending the workbook doesn't open.")


def _recalculate(options: Namespace) -> int:
    from . import reporting, road
    from .locks import check_unlocked
    from .progress import progress
    from .sheets import records

    if options.output is not None:
        _same_ending(options.file, options.output)
    elif not options.json:
        check_unlocked(options.file)
    book, installation, report = _solved(options)
    foreign = not records.recognised(book)
    if foreign and options.output is not None:
        raise CbamError("The results of a Commission template are printed, not written into it: leave out -o, or use "
                        "--json.")  # fmt: skip
    writes = not foreign and not report.failed and (options.output is not None or not options.json)
    if writes:
        out = options.file if options.output is None else options.output
        with progress(len(book.package.data)) as show:
            show(f"Writing {out} …")
            waiting = road.write(book.package, out, installation, report, only_results=options.only == "results")
    _tell(report)
    if options.json:
        _print_json(report.json())
    else:
        sys.stderr.flush()
        print("\n".join(reporting.table(report)))
        if report.failed and not foreign:
            print("Nothing was written: correct the errors first (cbam-xl check FILE --write lists them in the "
                  "workbook).")  # fmt: skip
        elif writes:
            print(f"Results written to {out}.")
            if waiting:
                more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
                print(f"Your formulas in {', '.join(waiting[:3])}{more} are calculated when Excel opens it: press F9.")
    return DATA_ERRORS if report.failed else DONE


def _check(options: Namespace) -> int:
    from . import road
    from .model import ERROR
    from .reporting import counts
    from .sheets import records

    book, installation, report = _solved(options)
    if options.write:
        if not records.recognised(book):
            raise CbamError("A Commission template has no sheet Issues: leave out --write.")
        road.write_check(book.package, installation, report)
    for issue in report.issues:
        if issue.level == ERROR:
            print(issue, file=sys.stderr)
        elif not options.json:
            print(issue)
    if options.json:
        _print_json(report.json())
    else:
        print(f"Findings: {counts(report.issues)}.")
    return DATA_ERRORS if report.failed else DONE


def _explain(options: Namespace) -> int:
    from . import reporting
    from .model import fold

    _, _, report = _solved(options)
    names = {fold(n): n for n in (*(b.name for b in report.processes), *(u.name for u in report.units))}
    name = names.get(fold(options.process))
    if name is None:
        known = ", ".join(one_line(n, 40) for n in names.values())
        raise CbamError(f"There is no process or energy unit “{options.process}”. There are: {known or 'none'}.")
    print(f"{one_line(name)}   (Implementing Regulation (EU) {report.law})")
    print("\n".join(reporting.explanation(report.terms_of(name))))
    if report.failed:
        print(f"cbam-xl: the data has errors: cbam-xl check {options.file}", file=sys.stderr)
    return DATA_ERRORS if report.failed else DONE


def _convert(options: Namespace) -> int:
    from math import isfinite

    from . import units

    given = _number(options.value)
    try:
        value = units.convert(given, options.unit, options.to)
    except units.UnitError:
        if None not in (units.dimension(options.unit), units.dimension(options.to)):
            raise
        value = units.convert_with_pint(given, options.unit, options.to)
    if not isfinite(value):
        raise CbamError(f"{given:g} {options.unit} is beyond all bounds in {options.to}: type another figure.")
    print(f"{given:.12g} {options.unit} = {value:.12g} {options.to}")
    return DONE


def _number(text: str) -> float:
    """A figure as the command line takes it: with a decimal point and without separators."""
    from .entries import meant

    try:
        return float(text)
    except ValueError:
        hint = f": {meant(text)}, if that is meant" if meant(text) else ""
        raise CbamError(f"“{text}” is no number here: type it with a decimal point, without blanks, unit and "
                        f"thousands separators{hint}.") from None  # fmt: skip


def _functions(options: Namespace) -> int:
    from cbam_udfs import help

    print("\n".join(help.described(options.name) if options.name else help.summary()))
    return DONE


def _install(options: Namespace) -> int:
    from pathlib import Path

    from .hosts.excel.install import install

    windows = sys.platform == "win32"
    print("\n".join(install(Path(options.folder).expanduser(), Path.home(), Path(sys.executable), windows)))
    return DONE


def _refresh(options: Namespace) -> int:
    import os

    from .hosts.excel.refresh import refreshed
    from .locks import check_unlocked, write_atomically

    out = options.output or f"{os.path.splitext(options.file)[0]}.xlsm"
    _same_ending("the workbook.xlsm", out)
    if os.path.lexists(out) and os.path.realpath(out) != os.path.realpath(options.file):
        raise CbamError(f"{out} exists already: choose another name with -o, or remove it first.")
    check_unlocked(out)
    write_atomically(out, [refreshed(options.file)])
    print(f"{out} has the macros, the ribbon and the functions of this version; its values are as they were.")
    return DONE


def _doctor(options: Namespace) -> int:
    from pathlib import Path

    from .hosts.excel.doctor import examine

    status = DONE
    for line in examine(options.file, Path.home(), Path(sys.executable), sys.platform == "win32"):
        print(line)
        status = DATA_ERRORS if line.well is False else status
    return status


def _communicate(options: Namespace) -> int:
    from . import exchange

    _same_ending("the template.xlsx", options.output)
    sent = exchange.communicate(options.file, options.template, options.output, prove=options.prove,
                                accept_version=options.accept_version)  # fmt: skip
    _tell(sent.report)
    for change in sent.changed:
        print(change)
    if sent.untold:
        print(f"cbam-xl: this list isn't on sheet Issues: {one_line(sent.untold)}", file=sys.stderr)
    for difference in sent.differences:
        print(difference, file=sys.stdout if difference.expected.defect else sys.stderr)
    if sent.compared:
        known = sum(bool(d.expected.defect) for d in sent.differences)
        print(f"LibreOffice recalculated the file: {sent.compared} results compared, "
              f"{len(sent.differences) - known} differ{f', {known} by known defects' if known else ''}.")  # fmt: skip
    if not sent.written:
        print("Nothing was written: correct what is named above first.")
        return DATA_ERRORS
    print(f"{options.output} written. Excel calculates it when it is opened; in LibreOffice press Ctrl+Shift+F9.")
    return DONE


def _import(options: Namespace) -> int:
    from . import exchange
    from .model import ERROR

    if not options.as_precursors:
        _same_ending("the workbook.xlsx", options.output)
    make = exchange.import_precursors if options.as_precursors else exchange.import_communication
    found = make(options.file, options.output)
    for issue in found.issues:
        print(issue, file=sys.stderr if issue.level == ERROR else sys.stdout)
    if options.as_precursors:
        for q in found.installation.precursors:
            print(f"Precursors: “{one_line(q.name)}”, SEE (direct) {q.see_direct:.5f} tCO2e/t. Enter how much was "
                  "bought, and where it goes on Material flows.")  # fmt: skip
        return DONE if found.installation.precursors else DATA_ERRORS
    print(f"{options.output} written. What the Commission's workbook accepts is a warning there, not an error.")
    return DATA_ERRORS if any(issue.level == ERROR for issue in found.issues) else DONE


def _file_option(sub: ArgumentParser) -> None:
    sub.add_argument("file", metavar="FILE",
                     help="installation workbook (.xlsx, .xlsm), or a filled Commission template")  # fmt: skip


def _new_options(sub: ArgumentParser) -> None:
    words = "workbook to write (.xlsx, or .xlsm with live cells); an existing file is left alone"
    sub.add_argument("file", metavar="FILE", nargs="?", help=words)
    sub.add_argument("--example", metavar="NAME", nargs="?", const="list",
                     help="one of the worked examples; without NAME they are listed")  # fmt: skip
    sub.add_argument("--live", action="store_true", help="an .xlsx with live cells, for xlwings Lite and LibreOffice")


def _recalculate_options(sub: ArgumentParser) -> None:
    _file_option(sub)
    sub.add_argument("-o", "--output", metavar="OUT", help="workbook to write (default: FILE itself)")
    sub.add_argument("--json", action="store_true", help="print the Report as JSON; writes nothing without -o")
    sub.add_argument("--as-template", action="store_true",
                     help="without the floor at zero, as the Commission's workbook computes")  # fmt: skip
    sub.add_argument("--only", choices=("results",), help="write sheets Start and Results only")


def _check_options(sub: ArgumentParser) -> None:
    _file_option(sub)
    sub.add_argument("--json", action="store_true", help="print the Report as JSON, findings included")
    sub.add_argument("--write", action="store_true", help="write the findings onto sheets Issues and Start of FILE")


def _explain_options(sub: ArgumentParser) -> None:
    _file_option(sub)
    sub.add_argument("process", metavar="PROCESS", help="name of a production process or energy unit")


def _convert_options(sub: ArgumentParser) -> None:
    sub.add_argument("value", metavar="VALUE", help="with a decimal point")
    sub.add_argument("unit", metavar="FROM")
    sub.add_argument("to", metavar="TO")


def _functions_options(sub: ArgumentParser) -> None:
    sub.add_argument("name", metavar="NAME", nargs="?", help="one function: its arguments, units, example, provision")


def _install_options(sub: ArgumentParser) -> None:
    sub.add_argument("--folder", metavar="FOLDER", default="~/Documents/CBAM",
                     help="where the workbook goes (default: %(default)s)")  # fmt: skip


def _refresh_options(sub: ArgumentParser) -> None:
    sub.add_argument("file", metavar="FILE", help="installation workbook (.xlsm, or .xlsx that Excel has saved)")
    sub.add_argument("-o", "--output", metavar="OUT", help="workbook to write (default: FILE, as .xlsm)")


def _doctor_options(sub: ArgumentParser) -> None:
    sub.add_argument("file", metavar="FILE", nargs="?", help="workbook to look at (default: the template)")


def _communicate_options(sub: ArgumentParser) -> None:
    _file_option(sub)
    sub.add_argument("--template", metavar="OFFICIAL", required=True,
                     help="communication template v2.1 or v2.1.1, as downloaded from the Commission")  # fmt: skip
    sub.add_argument("-o", "--output", metavar="OUT", required=True, help="filled template to write")
    sub.add_argument("--prove", action="store_true",
                     help="recalculate it with LibreOffice first; write it only if every result is ours")  # fmt: skip
    sub.add_argument("--accept-version", action="store_true",
                     help="take another version of the template if its input cells are the known ones")  # fmt: skip


def _import_options(sub: ArgumentParser) -> None:
    sub.add_argument("file", metavar="OFFICIAL", help="filled communication template of the Commission")
    sub.add_argument("-o", "--output", metavar="PLANT", required=True, help="installation workbook to write")
    sub.add_argument("--as-precursors", action="store_true",
                     help="OFFICIAL is a supplier's: add its goods to sheet Precursors of PLANT")  # fmt: skip


COMMANDS = {
    "new": ("write an empty installation workbook, or a worked example", _new, _new_options),
    "recalculate": ("read, check, solve, and write the result sheets", _recalculate, _recalculate_options),
    "check": ("findings only", _check, _check_options),
    "explain": ("the trace of one process, equation by equation", _explain, _explain_options),
    "communicate": ("fill the Commission's communication template", _communicate, _communicate_options),
    "import": ("make an installation workbook of a filled communication template", _import, _import_options),
    "convert": ("a value from one unit to another", _convert, _convert_options),
    "install": ("set up live cells and ribbon for this user's Excel", _install, _install_options),
    "refresh": ("renew macros, ribbon and functions of a workbook", _refresh, _refresh_options),
    "doctor": ("say what works here, and what doesn't", _doctor, _doctor_options),
    "functions": ("the worksheet functions, or one of them", _functions, _functions_options),
}
"""Each command: what it does in a few words, the function that runs it, and the one that declares its options."""


if __name__ == "__main__":
    sys.exit(main())
