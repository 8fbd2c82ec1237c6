"""The command line: ``cbam-xl``, also ``python -m cbam_xl``.

Exit status: 0 done; 1 the data has errors (told with their cells; no result sheet is written); 2 misuse, or a file that
can't be read or is locked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .errors import CbamError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from .model import Installation
    from .report import Report

DONE, DATA_ERRORS, MISUSE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the return value is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except CbamError as error:
        print(f"cbam-xl: {error}", file=sys.stderr)
        return MISUSE
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def parser() -> ArgumentParser:
    """All commands and their options."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    from . import __version__

    top = ArgumentParser("cbam-xl", description="EU CBAM embedded emissions from an Excel workbook.",
                         epilog="Exit status: 0 done, 1 the data has errors, 2 misuse, unreadable or locked file.",
                         formatter_class=RawDescriptionHelpFormatter)  # fmt: skip
    top.add_argument("--version", action="version", version=f"cbam-xl {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    file = "installation workbook (.xlsx, .xlsm), or a filled Commission template"

    new = commands.add_parser("new", help="write an empty installation workbook, or a worked example")
    new.add_argument("file", metavar="FILE", nargs="?", help="workbook to write; an existing file is left alone")
    new.add_argument("--example", metavar="NAME", help="one of the worked examples; --example list names them")
    new.set_defaults(run=_new)

    recalculate = commands.add_parser("recalculate", help="read, check, solve, and write the result sheets")
    recalculate.add_argument("file", metavar="FILE", help=file)
    recalculate.add_argument("-o", "--output", metavar="OUT", help="workbook to write (default: FILE itself)")
    recalculate.add_argument("--json", action="store_true", help="print the Report as JSON; writes nothing without -o")
    recalculate.add_argument("--as-template", action="store_true",
                             help="without the floor at zero, as the Commission's workbook computes")  # fmt: skip
    recalculate.add_argument("--only", choices=("results",), help="write sheets Start and Results only")
    recalculate.set_defaults(run=_recalculate)

    check = commands.add_parser("check", help="findings only")
    check.add_argument("file", metavar="FILE", help=file)
    check.add_argument("--json", action="store_true", help="print the Report as JSON, findings included")
    check.add_argument("--write", action="store_true", help="write them onto sheet Issues of FILE")
    check.set_defaults(run=_check)

    explain = commands.add_parser("explain", help="the trace of one process, equation by equation")
    explain.add_argument("file", metavar="FILE", help=file)
    explain.add_argument("process", metavar="PROCESS", help="name of a production process or energy unit")
    explain.set_defaults(run=_explain)

    convert = commands.add_parser("convert", help="a value from one unit to another")
    convert.add_argument("value", type=float, metavar="VALUE")
    convert.add_argument("unit", metavar="FROM")
    convert.add_argument("to", metavar="TO")
    convert.set_defaults(run=_convert)
    return top


def _new(options: Namespace) -> int:
    import os

    from . import road
    from .locks import write_atomically

    if options.example == "list":
        print("\n".join(road.examples()))
        return DONE
    if not options.file:
        raise CbamError("Say which FILE to write: cbam-xl new FILE.")
    if os.path.lexists(options.file):
        raise CbamError(f"{options.file} exists already: choose another name, or remove it first.")
    source = road.example(options.example) if options.example else road.templates() / "cbam_installation.xlsx"
    write_atomically(options.file, [source.read_bytes()])
    print(f"{options.file} written. Fill it in, save it, then: cbam-xl recalculate {options.file}")
    return DONE


def _solved(options: Namespace) -> tuple[Installation, Report]:
    from .attribution import recalculate
    from .road import read

    installation = read(options.file)
    return installation, recalculate(installation, floor=not getattr(options, "as_template", False))


def _tell(report: Report) -> None:
    """Findings on standard error, errors first: ``Sheet!Cell: LEVEL CODE message``."""
    for issue in report.issues:
        print(issue, file=sys.stderr)


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=1))


def _recalculate(options: Namespace) -> int:
    from . import reporting, road
    from .locks import check_unlocked

    if not options.json and not options.output:
        check_unlocked(options.file)
    installation, report = _solved(options)
    foreign = installation.origin == "communication"
    if foreign and options.output:
        raise CbamError("The results of a Commission template are printed, not written into it: leave out -o, or use "
                        "--json.")  # fmt: skip
    writes = not foreign and not report.failed and (options.output is not None or not options.json)
    if writes:
        out = options.output or options.file
        road.write(options.file, out, installation, report, only_results=options.only == "results")
    _tell(report)
    if options.json:
        _print_json(report.json())
    else:
        sys.stderr.flush()
        print("\n".join(reporting.table(report)))
        if report.failed:
            print("Nothing was written: correct the errors first (cbam-xl check FILE --write lists them in the "
                  "workbook).")  # fmt: skip
        elif writes:
            print(f"Results written to {out}.")
    return DATA_ERRORS if report.failed else DONE


def _check(options: Namespace) -> int:
    from .model import ERROR
    from .reporting import counts

    installation, report = _solved(options)
    if options.write:
        from .package import Package
        from .sheets import results

        if installation.origin == "communication":
            raise CbamError("A Commission template has no sheet Issues: leave out --write.")
        book = Package(options.file)
        results.write_issues(book, report.issues)
        book.save(options.file)
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

    _, report = _solved(options)
    names = {fold(n): n for n in (*(b.name for b in report.processes), *(u.name for u in report.units))}
    name = names.get(fold(options.process))
    if name is None:
        known = ", ".join(names.values())
        raise CbamError(f"There is no process or energy unit “{options.process}”. There are: {known or 'none'}.")
    print(f"{name}   (Implementing Regulation (EU) {report.law})")
    print("\n".join(reporting.explanation(report, name)))
    return DATA_ERRORS if report.failed else DONE


def _convert(options: Namespace) -> int:
    from . import units

    try:
        value = units.convert(options.value, options.unit, options.to)
    except units.UnitError:
        if None not in (units.dimension(options.unit), units.dimension(options.to)):
            raise
        value = units.convert_with_pint(options.value, options.unit, options.to)
    print(f"{options.value:g} {options.unit} = {value:.12g} {options.to}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
