"""The catalogue of findings: each code with its level, its level in a filled Commission template, and its provision.

In a Commission file only what makes a figure impossible is an error; what that workbook accepts is a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .model import ERROR, NOTE, WARNING, Cell, Issue


class Finding(NamedTuple):
    """One entry of the catalogue: level in our workbook and in a Commission file, provision, and why it is told."""

    level: str
    in_communication: str
    cites: str
    reason: str


def _e(cites: str, reason: str, in_communication: str = ERROR) -> Finding:
    return Finding(ERROR, in_communication, cites, reason)


def _w(cites: str, reason: str, in_communication: str = WARNING) -> Finding:
    return Finding(WARNING, in_communication, cites, reason)


def _n(cites: str, reason: str) -> Finding:
    return Finding(NOTE, NOTE, cites, reason)


FINDINGS: Mapping[str, Finding] = {
    # reading: sheets and cells
    "sheet-missing": _e("", "A sheet or a column that the calculation needs isn't there."),
    "header-missing": _e("", "A column is found by its header text in row 5."),
    "header-twice": _e("", "Two columns bear the same header; which one counts can't be known."),
    "rows-below": _e("", "Rows below the laid-out range aren't read by live cells; they would be lost."),
    "row-twice": _w("", "Two rows of a sheet say the same in every cell; one was probably pasted twice."),
    "cell-error": _e("", "The cell shows an error value; its figure is unknown."),
    "not-calculated": _e("", "The formula has no stored value; its figure is unknown."),
    "value-missing": _e("", "A figure or text that this row needs is missing; blank is not zero."),
    "number-expected": _e("", "A text, date or yes/no stands where a number belongs."),
    "date-expected": _e("III A.1(3)", "A period needs dates."),
    "text-expected": _e("", "A date or yes/no stands where a name belongs; spreadsheet programs make dates of names."),
    "choice-unknown": _e("", "The text isn't on the list of this column.", WARNING),
    "unit-unknown": _e("", "The unit isn't on the list of spellings."),
    "unit-unfit": _e("III B.5", "Two units of a row don't fit together; t and Nm3 need a density."),
    "number-range": _e("", "The figure is outside what is possible in this column."),
    "carbon-share": _e("III B.3.2, Eq. 12", "A carbon content above 1 t per t was typed in per cent.", WARNING),
    "form-incomplete": _n("IV 1", "The communication needs it; the calculation doesn't."),
    "fraction-typed": _w("", "A fraction may have been typed into a per cent column."),
    "zero-missing": _w("", "0 counts as missing in this column."),
    "zero-reason": _e("", "A factor of 0 counts only with its reason in Evidence or Source.", WARNING),
    "negative": _e("", "The figure can't be negative.", WARNING),
    "remaining-unknown": _e("", "“remaining” needs the total it is taken from.", ERROR),
    "remaining-twice": _e("", "“remaining” may stand once per source.", ERROR),
    "remaining-negative": _e("", "The other rows are larger than the total.", ERROR),
    # names
    "name-twice": _e("III A.4", "Names are compared without case and extra blanks and must differ.", WARNING),
    "name-reserved": _e("III A.4", "The word is reserved for an end of a row.", WARNING),
    "name-unknown": _e("III A.4", "The row mentions a name that stands on none of the sheets it may come from."),
    "name-odd": _w("", "The characters _ * ? ~ make the Commission's formulas match wrong names."),
    # processes and goods
    "period-short": _w("III A.1(3)", "A reporting period is a year, or an MRV period of at least three months."),
    "period-part": _w(
        "III A.1(3)", "Less than a year is a reporting period only if it is that of an MRV system.", NOTE
    ),
    "period-missing": _e("III A.1(3)", "The reporting period selects the act.", WARNING),
    "period-early": _w("III A.1(3)", "A reporting period long before the act applies is a slip of the pen."),
    "period-order": _e("III A.1(3)", "The period ends before it begins."),
    "period-act": _w("2025/2547 Art. 1", "The figures follow another act than the period asks for."),
    "no-process": _e("III A.4", "Nothing can be attributed without a process."),
    "route-mixed": _w("III A.4(b)", "Different routes of one category belong in separate processes."),
    "route-free": _n("II 3", "A route that isn't on the list is communicated as “Other production routes”."),
    "joint-not-allowed": _w("III A.4(c), (d)", "The act doesn't allow this joint process for these goods."),
    "joint-sold": _w("III A.4(c)", "A precursor inside a joint process is sold."),
    "bubble-indicative": _w("III A.4", "Emissions shared out by output over several goods: not for communication."),
    "production-missing": _e("III F.2", "Without an activity level a process has no SEE.", WARNING),
    "idle-process": _w("III F.2", "A process that produced nothing has no SEE."),
    "emissions-missing": _e("III F.1", "Nothing says what the process emits.", WARNING),
    "stated-and-streams": _w("III F.1", "DirEm* is entered and streams are assigned; the entered figure counts."),
    "cn-unknown": _e("956 Annex I", "The CN code isn't a CBAM good.", WARNING),
    "cn-category": _e("II 2", "The CN code belongs to another category than the process.", WARNING),
    "parameter-missing": _w("IV 2", "A parameter that this category asks for is missing.", NOTE),
    "other-materials": _w("II 3.16, 3.18", "Above 5 % other materials only the metal's mass is the mass of goods."),
    "alloying-elements": _w("II 3.17, 3.18", "Above 5 % alloying elements these count as primary aluminium."),
    # flows
    "not-a-precursor": _e("II 3", "The category isn't a relevant precursor of the process that uses it.", WARNING),
    "mass-open": _e("III F.2", "What a process makes goes to processes, the market and other use, all of it.", WARNING),
    "sold-open": _w("III F.2", "The goods sold differ from what goes to the market."),
    "flow-to-self": _e("III G", "A process can't be its own precursor.", WARNING),
    "precursor-lacking": _w("III G, Eq. 58", "A process takes no precursor, though the installation makes one for it."),
    "by-product-twice": _w("III F.2, Eq. 12", "The carbon of a by-product is deducted twice."),
    "by-product-carbon": _n("III F.2", "A by-product without carbon content moves no emissions."),
    "precursor-unused": _n("III E", "A bought precursor isn't used by any process."),
    # energy
    "electricity-missing": _w("III D", "Without electricity rows the indirect emissions are 0."),
    "factor-missing": _e("III C.2, D.4", "Nothing says which emission factor the transfer has."),
    "factor-ignored": _n("III C.2, D.4", "The factor of an energy unit is computed; the typed one isn't used."),
    "gas-to-self": _w("III F.1, Eq. 53, 54", "Waste gas that its own process burns isn't passed on."),
    "ends-outside": _w("III F.1", "Neither end of the row is a process or an energy unit: it moves nothing."),
    "implausible": _w("III B.5", "No fuel, supply or precursor has such a figure; its unit may be another."),
    "unit-efficiency": _w("III C, D", "An energy unit gives more energy than it gets."),
    "nitric-heat": _e("III F.1", "Heat recovered from nitric acid production isn't accounted.", WARNING),
    "unit-without-fuel": _e("III C, D.4.1", "Power or heat without fuel must be declared renewable."),
    "unit-output": _e("III C, D", "What leaves an energy unit doesn't fit its kind."),
    "unit-unused": _w("III C, D", "The emissions of an energy unit, or a part of them, reach no process."),
    "heat-losses": _n("III F.5", "Heat that isn't passed on counts as losses and is spread."),
    "waste-gas-capped": _n("III C.2", "Waste gas in a fuel mix counts at most as natural gas."),
    "efficiency-fraction": _n("III B.7.2, Eq. 24", "A current efficiency below 1.5 is a fraction."),
    "efficiency-low": _e("III B.7.2, Eq. 24", "Current efficiency is per cent: 95 means 95 %."),
    "not-shared": _e("III F.3", "Shared streams names what doesn't say “Shared” on its own sheet."),
    "share-missing": _e("III F.3", "A shared stream isn't split."),
    "share-reason": _w("III F.3", "A key other than sub-meters needs a reason."),
    "meters-apart": _w("III F.3, Eq. 55", "Sub-meters far from their main meter: a user is missing, or counts twice."),
    "reconciled": _n("III F.3, Eq. 55", "Sub-meters were reconciled with the main meter."),
    "stream-unassigned": _n("III F.4", "The stream is counted for the installation only."),
    "stream-incomplete": _e("III B.3", "The row lacks data; the Commission's workbook leaves it out of its sums."),
    # solving
    "loop-endless": _e("III G", "Around a loop of precursors or energy units as much is used as is made."),
    "floored": _w("III F.1, Eq. 48", "Attributed emissions below zero are set to zero."),
    "total-overridden": _w("III B", "A total entered by hand replaces the computed one."),
    "balance-open": _w("III F.1", "The installation's emissions and those of its processes differ."),
    "negative-see": _w("III F.1", "Specific embedded emissions are negative."),
    # the Commission's file: sending and importing
    "no-room": _e("IV 1", "The Commission's file has fewer places than the plant needs.", ERROR),
    "template-act": _e("IV 1", "The Commission's template is of the transitional period.", ERROR),
    "sent-packed": _n("IV 1", "The Commission's file has no place for it as it is; what is sent has the same SEE."),
    "sent-renamed": _n("IV 1", "The Commission's formulas would take the name for another one."),
    "not-sent": _n("IV 1", "The Commission's file has no place for it, and no figure there depends on it."),
    "not-kept": _w("", "The installation workbook has no place for it."),
    # from 2026
    "period-calendar": _w("2025/2547 Art. 1(5), 7", "The reporting period is the calendar year of production."),
    "joint-leaves": _e("2025/2547 Art. 4(9)", "A precursor made in a joint process may not leave it.", WARNING),
    "goods-alike": _n("2025/2547 II A.4", "Goods that differ in size or shape only are one process."),
    "waste-gas-evidence": _w("2025/2547 III A.2.3, Eq. 54", "Exported waste gas is deducted only with evidence."),
    "grid-factor-missing": _e("2025/2547 II D.4; 2025/2621 Annex II", "The default grid factors can't be shipped."),
    "verification-unknown": _n("2025/2547 II A.1(4)", "Actual values of a precursor count only when verified."),
    "default-missing": _e("2025/2547 II A.1(5)", "A precursor without verification needs a default value."),
    "precursor-unverified": _w("2025/2547 II A.1(4)", "Actual values of a precursor count only when verified."),
    "edition-unknown": _e("2025/2547 II A.1(5)", "Default values stand in editions; a result rests on one of them."),
    "content-missing": _e(
        "2025/2547 III B, Eq. 64–66", "A good is reported per clinker or nitrogen contained.", WARNING
    ),
    "unit-split": _w("2025/2547 Art. 4(6)", "All routes of one CN code are one process."),
    "benchmark-missing": _w("956 Art. 31; 2025/2620 Annex, 5.3", "Without a benchmark the free allocation is unknown."),
    "routes-weighed": _n(
        "956 Art. 31; 2025/2620 Annex", "How several routes of one process share a benchmark is open."
    ),
    "price-missing": _w("956 Art. 21", "Without a certificate price there are certificates, but no cost."),
    "carbon-price-open": _n("956 Art. 9", "How a carbon price paid abroad counts is laid down by a later act."),
    # other
    "version-unknown": _w("", "The version of the Commission's template isn't known to this program."),
    "default-justification": _w("IV 1", "A default value is used without a justification."),
}


LONGEST, LONG_NAME = 200, 24
"""Most characters of a message, and of a name in a message that would be longer."""


def one_line(text: str, most: int = 0) -> str:
    """A text of the user as it can be printed: no line ends and no other control characters, at most so long.

    >>> one_line("Kiln\\n\\x1b[31m 1"), one_line("Clinker kiln, north side", 12)
    ('Kiln [31m 1', 'Clinker kil…')
    """
    if not text.isprintable():
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if not most or len(text) <= most else text[: most - 1].rstrip() + "…"


def _fitting(message: str) -> str:
    """A message that is too long with its names shortened, so that it still ends in what to do."""
    if len(message) > LONGEST:
        import re

        message = re.sub(f"“([^”]{{{LONG_NAME + 1},}})”", lambda name: f"“{one_line(name[1], LONG_NAME)}”", message)
    return one_line(message, LONGEST)


def issue(code: str, message: str, at: Cell | None = None, field: str = "", origin: str = "workbook") -> Issue:
    """An :class:`Issue` of the catalogue, at a field of a record; at most 200 characters of text."""
    finding = FINDINGS[code]
    level = finding.in_communication if origin == "communication" else finding.level
    message = _fitting(one_line(message))
    if at is None:
        return Issue(code, level, message, cites=finding.cites)
    sheet, _, cell = at.address(field).rpartition("!")  # the form of a Commission file stands on several sheets
    return Issue(code, level, message, sheet or at.sheet, cell, finding.cites)
