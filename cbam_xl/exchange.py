"""The Commission's communication template: sent from an installation workbook, proved, and read back into one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .acknowledgements import LAPSED, given, kept, waiting
from .equations.form import TRANSITIONAL
from .errors import CbamError
from .findings import issue, one_line
from .locks import BookError, StrPath, check_new
from .model import ERROR, Installation, Issue, Precursor
from .report import Report

if TYPE_CHECKING:
    from .books import FileBook
    from .communication.fill import Filled
    from .communication.prove import Difference
    from .package import Package


class Sent(NamedTuple):
    """What became of a communication: written only without an error, without a warning that nobody gave a reason for
    and, when proved, without a difference.

    ``changed``: what the file holds in another way than the workbook, or why it can't be sent.
    """

    report: Report
    written: bool
    changed: tuple[Issue, ...] = ()
    compared: int = 0  # results of LibreOffice beside ours
    differences: tuple[Difference, ...] = ()
    untold: str = ""  # why sheet Issues of the workbook couldn't be written
    waiting: tuple[Issue, ...] = ()  # warnings without a reason

    @property
    def failed(self) -> bool:
        """Whether a result differs that isn't one of the known defects of the Commission's workbook."""
        return any(not difference.expected.defect for difference in self.differences)


CAME_WITH = "As in {}, from which it was imported."
"""Why a warning of a filled template may stay."""
SHOWN = 8
"""So many warnings without a reason, or rows, are named."""


class Imported(NamedTuple):
    """The installation that a Commission file describes, and what the installation workbook has no place for."""

    installation: Installation
    issues: tuple[Issue, ...]


def communicate(
    plant: StrPath,
    template: StrPath,
    out: StrPath,
    *,
    prove: bool = False,
    accept_version: bool = False,
    acknowledge: Sequence[str] = (),
) -> Sent:
    """Fill a downloaded template of the Commission (v2.1, v2.1.1) with the data of an installation workbook.

    ``prove``: LibreOffice recalculates the filled file, and every result must be ours. ``accept_version``: another
    version of the template is taken when its unlocked cells are those known here. With errors in the data, or with a
    warning that has no reason on sheet Issues, nothing is sent. ``acknowledge``: reasons for warnings that have none,
    ``CODE=REASON`` or one for all; they are kept on sheet Issues. What was changed on the way goes there, too, if the
    workbook isn't open elsewhere.

    Raises BookError when a file can't be read or written or isn't a template, CbamError without LibreOffice.
    """
    from .attribution import recalculate
    from .books import FileBook
    from .road import read_book

    apart(out, plant)
    book = FileBook(plant)
    installation = read_book(book, book.package.name)
    report = recalculate(installation)
    if acknowledge:
        report = report._replace(issues=given(report.issues, acknowledge))
        if not report.failed:
            keep_reasons(book, report)
    sent = send(installation, report, template, out, prove=prove, accept_version=accept_version)
    return sent if report.failed or sent.failed else _tell(book, sent, told(installation, sent))


def keep_reasons(book: FileBook, report: Report) -> None:
    """Put findings with their reasons onto sheet Issues of the workbook that was read.

    Raises BookError when it can't be written, CbamError when it is a filled template, which has no such sheet.
    """
    from .sheets import records, results

    if not records.recognised(book):
        raise CbamError("A filled template has no sheet Issues to keep reasons on: make an installation workbook of it "
                        "(cbam-xl import), and give them there.")  # fmt: skip
    results.write_issues(book.package, report.issues)
    book.package.save(book.package.path)


def told(installation: Installation, sent: Sent) -> tuple[Issue, ...]:
    """All that sheet Issues shows after a communication: the findings, and what was changed on the way."""
    from .checks import sort

    found = (i for i in (*sent.report.issues, *sent.changed) if i.code != LAPSED)
    return kept(sort(found), installation.acknowledged)


def send(
    installation: Installation,
    report: Report,
    template: StrPath,
    out: StrPath,
    *,
    prove: bool = False,
    accept_version: bool = False,
) -> Sent:
    """Fill a downloaded template with an installation that was read and solved, from wherever; see ``communicate``.

    A filled template goes into another whatever its warnings: it has no sheet Issues to say why they may stay.
    """
    from .books import FileBook
    from .communication import template as official
    from .communication.fill import fill
    from .sheets.installation import INSTALLATION

    apart(out, template)
    empty = FileBook(template)
    package = empty.package
    official.check(package, empty, accept_version=accept_version)
    if report.failed:
        return Sent(report, False)
    if report.law != TRANSITIONAL:
        told = (f"The Commission's template v2.1 is of the transitional period: it can't hold figures of {report.law}. "
                "Nothing is sent.")  # fmt: skip
        return Sent(report, False, (issue("template-act", told, installation.site.at, "period_end"),))
    filled = fill(installation, report)
    if not filled.cells:
        return Sent(report, False, filled.issues)
    if installation.site.at.sheet == INSTALLATION.name and (unexplained := waiting((*report.issues, *filled.issues))):
        return Sent(report, False, filled.issues, waiting=unexplained)
    official.patch(package, empty, filled.cells)
    differences = _proved(package, filled) if prove else ()
    sent = Sent(report, True, filled.issues, len(filled.expected) if prove else 0, differences)
    if sent.failed:
        return sent._replace(written=False)
    package.save(out)
    return sent


def outcome(sent: Sent, out: StrPath) -> str:
    """What became of a communication, in a sentence or two."""
    if sent.waiting:
        from .sheets.reasons import HEADER

        shown = "; ".join(f"{i.place or 'installation'}: {i.code}" for i in sent.waiting[:SHOWN])
        more = f"; and {len(sent.waiting) - SHOWN} more" if len(sent.waiting) > SHOWN else ""
        return (f"Nothing was sent: warnings without a reason why they may stay: {len(sent.waiting)} "
                f"({shown}{more}). Correct the cell, or type why on sheet Issues, column “{HEADER}”.")  # fmt: skip
    if not sent.written:
        return "Nothing was written: correct what is named above first."
    return f"{os.fspath(out)} written. Excel calculates it when it is opened; in LibreOffice press Ctrl+Shift+F9."


def apart(out: StrPath, *sources: StrPath) -> None:
    """Refuses to write over what is read."""
    for source in sources:
        if os.path.realpath(out) == os.path.realpath(source):
            raise CbamError(f"{os.fspath(out)} is read and can't be written over: choose another name.")


def _proved(package: Package, filled: Filled) -> tuple[Difference, ...]:
    """What LibreOffice computes otherwise than we do."""
    import tempfile

    from .books import FileBook
    from .communication.prove import differences
    from .libreoffice import recalculated

    with tempfile.TemporaryDirectory(prefix="cbam_xl_") as folder:
        copy = os.path.join(folder, "filled.xlsx")
        package.save(copy)
        return tuple(differences(FileBook(recalculated(copy, folder)), filled.expected))


def _tell(book: FileBook, sent: Sent, issues: Sequence[Issue]) -> Sent:
    """Puts what was changed on the way onto sheet Issues, with the findings; says why where that can't be done."""
    from .sheets import records, results

    if not records.recognised(book):
        return sent
    try:
        results.write_issues(book.package, issues)
        book.package.save(book.package.path)
    except BookError as error:
        return sent._replace(untold=str(error))
    return sent


def import_communication(filled: StrPath, plant: StrPath) -> Imported:
    """Make an installation workbook of a filled template; nothing is lost, what has no place is listed.

    The list goes onto sheet Issues of the workbook too, and the warnings that the filled template gives by itself with
    the reason that they came with it: what is sent back unchanged isn't held up, what changes is asked for anew.
    Raises BookError when a file can't be read or written, CbamError when it is no template or ``plant`` exists.
    """
    import tempfile

    from .attribution import recalculate
    from .books import FileBook
    from .communication import kept, read
    from .road import read_book, templates
    from .sheets import results, write

    check_new(plant)
    book = _official(filled)
    installation = kept.with_zeros(read.read(book), book)
    empty = FileBook(templates() / "cbam_installation.xlsx")
    package = empty.package
    write.write(empty, package, installation.site, write.entries(installation),
                  f"0 as stated in {book.package.name}")  # fmt: skip
    write.mark(package)
    with tempfile.TemporaryDirectory(prefix="cbam_xl_") as folder:
        copy = os.path.join(folder, "imported.xlsx")
        package.save(copy)
        made = FileBook(copy)
    again = read_book(made)
    issues = kept.lost(book, installation, again)
    explained = given(recalculate(again).issues, [CAME_WITH.format(book.package.name)])
    results.write_issues(made.package, (*issues, *(i for i in explained if i.acknowledged)))
    made.package.save(plant, new=True)
    return Imported(installation, issues)


def made(found: Imported, plant: StrPath) -> str:
    """What became of an import, in a sentence."""
    errors = sum(issue.level == ERROR for issue in found.issues)
    if not found.installation.processes:
        return f"{os.fspath(plant)} written, but there was nothing to import: no production process. Is it filled in?"
    if errors:
        return f"{os.fspath(plant)} written, with {errors} error{'s' * (errors > 1)} in its data: they are named above."
    return f"{os.fspath(plant)} written. What the Commission's workbook accepts is no error in it, but a warning."


def _official(filled: StrPath) -> FileBook:
    """A filled template; CbamError for another file."""
    from .books import FileBook
    from .communication import read

    book = FileBook(filled)
    if not read.recognised(book):
        raise CbamError(f"{book.package.name} isn't a filled communication template v2.1 of the Commission.")
    return book


def import_precursors(filled: StrPath, plant: StrPath) -> Imported:
    """Add the goods of a supplier's filled template to sheet Precursors of an installation workbook.

    Each process that sells goods becomes a precursor with SEE, electricity, country and route; installation, period,
    share of default values, file and sha256 are its evidence. How much was bought is left to enter. Returns the
    supplier's installation, and what was found; with an error nothing is written, nor a second time from the same file.
    Raises BookError when a file can't be read or written, CbamError when they aren't what they should be.
    """
    from .books import FileBook
    from .road import read_book, renew_live
    from .sheets import records, write

    own = FileBook(plant)
    if not records.recognised(own):
        raise CbamError(f"{own.package.name} isn't an installation workbook: precursors are added to one.")
    found, rows = supplied(filled, read_book(own))
    if rows:
        write.add(own, own.package, write.PRECURSORS, rows, os.path.basename(os.fspath(filled)))
        own.package.save(plant)
        renew_live(plant)
    return found


def supplied(filled: StrPath, buyer: Installation) -> tuple[Imported, list[Mapping[str, object]]]:
    """What a supplier's filled template offers, and its rows for the buyer's sheet Precursors under names not taken.

    CbamError when the evidence of rows there says that they come from this very file.
    """
    from hashlib import sha256

    from .attribution import recalculate
    from .communication import names, read, supplier
    from .model import RESERVED, fold
    from .sheets import write

    book = _official(filled)
    stamp = supplier.stamp(sha256(book.package.data).hexdigest())
    if there := [q.at.address("name") for q in buyer.precursors if stamp in q.note]:
        places = ", ".join(there[:SHOWN]) + (f" and {len(there) - SHOWN} more" if len(there) > SHOWN else "")
        raise CbamError(f"{one_line(book.package.name, 60)} was imported before: its goods stand on sheet Precursors "
                        f"in {places}. To import it again, delete these rows first.")  # fmt: skip
    installation = read.read(book)
    report = recalculate(installation)
    found = supplier.precursors(installation, report, book.package.name, stamp)
    issues = (*report.issues, *supplier.shown_otherwise(installation, report, book))
    if not found or report.failed:
        return Imported(installation._replace(precursors=()), issues), []
    taken = {*RESERVED, *map(fold, buyer.names())}
    found = [q._replace(name=names.unique(q.name, taken)) for q in found]
    rows = [row for q in found for row in write.precursor(q)]
    return Imported(installation._replace(precursors=tuple(found)), issues), rows


def bought(precursor: Precursor) -> str:
    """What was added to sheet Precursors, and what is left to enter, in a sentence."""
    return (f"Precursors: “{one_line(precursor.name)}”, SEE (direct) {precursor.see_direct:.5f} tCO2e/t. Enter how "
            "much was bought, and where it goes on Material flows.")  # fmt: skip
