"""Who reports, and for when: the period, the country, names in the Commission's file (III A.1(3), IV 1)."""

from __future__ import annotations

from collections.abc import Iterator

from .. import reference
from ..findings import issue
from ..law import Law
from ..model import Installation, Issue, Precursor, Process, fold
from ..report import Report

MONTHS_3, YEAR = 88, 364  # days at least; a fiscal year may have 52 weeks
LONGEST = 110
"""Letters of a name that the Commission's file shows."""


def period(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III A.1(3): a year, or at least three months; and the act that applies to it."""
    at, origin = installation.site.at, installation.origin
    start, end = report.period
    if origin == "communication" and not (start and end):
        yield issue("period-missing", "The reporting period lacks a date: it selects the act. Enter both.", at,
                    "period_end" if start else "period_start", origin)  # fmt: skip
    if start and end:
        days = (end - start).days + 1
        if days <= 0:
            yield issue("period-order", f"The reporting period ends on {end} before it begins on {start}: correct the "
                        "dates.", at, "period_end", origin)  # fmt: skip
        elif law.definitive and ((start.month, start.day), (end.month, end.day)) != ((1, 1), (12, 31)):
            yield issue("period-calendar", f"The reporting period is {start} to {end}: from 2026 it is the calendar "
                        "year of production, 1 January to 31 December.", at, "period_start", origin)  # fmt: skip
        elif not MONTHS_3 <= days <= 400:
            yield issue("period-short", f"The reporting period has {days} days: a year is the rule, an MRV period of "
                        "at least three months is allowed. Correct the dates.", at, "period_start", origin)  # fmt: skip
        elif days < YEAR:
            yield issue("period-part", f"The reporting period has {days} days, less than a year: allowed only if an "
                        "eligible MRV system has this period. Else enter the whole calendar or fiscal year.", at,
                        "period_start", origin)  # fmt: skip
    if end and end.year < law.valid_from.year - 1 and not law.definitive:
        yield issue("period-early", f"The reporting period ends on {end}, long before the act applies "
                    f"({law.valid_from}): correct the dates.", at, "period_end", origin)  # fmt: skip
    if end and law.definitive != (end.year > 2025):
        yield issue("period-act", f"The period ends on {end}, but these figures follow Regulation (EU) {law.act}: they "
                    "are for comparison only.", at, "period_end", origin)  # fmt: skip


def country(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1, 956 Art. 2: a country of the list, outside the Union and the exempt countries, and of the UNLOCODE."""
    site, origin = installation.site, installation.origin
    typed, place = site.text("country"), "".join(site.text("unlocode").split()).upper()
    code = reference.country_code(typed) if typed else None
    if typed and code is None:
        yield issue("country-unknown", f"“{typed}” isn't on the Commission's list of countries: choose an entry of "
                    "the list.", site.at, "country", origin)  # fmt: skip
    elif code and reference.find("exempt_origins", code):
        yield issue("country-exempt", f"Goods that originate in {typed} aren't subject to CBAM (956 Art. 2): check "
                    "the country of the installation.", site.at, "country", origin)  # fmt: skip
    elif code and code[0] != "X" and len(place) == 5 and reference.country_code(place[:2]) not in (None, code):
        yield issue("unlocode-country", f"UNLOCODE {place} is a place in {place[:2]}, but the installation stands in "
                    f"{typed} ({code}): correct one of them.", site.at, "unlocode", origin)  # fmt: skip


def names(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1: names that are the same in the Commission's file, whose formulas look them up without case."""
    first: dict[str, str] = {}
    rows: list[Process | Precursor] = [*installation.processes, *installation.precursors]
    for row in rows if installation.origin == "workbook" else ():
        written = fold((row.alias or row.name)[:LONGEST])
        other = first.setdefault(written, row.name)
        if other != row.name:
            yield issue("name-alike", f"“{row.name}” and “{other}” have the same name in the Commission's file: give "
                        "one of them another “Name in the communication”.", row.at, "alias")  # fmt: skip


CHECKS = (period, country, names)
