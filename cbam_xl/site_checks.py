"""Who reports, and what every plant of a kind has: country, names in the Commission's file, emissions that must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from . import reference
from .findings import issue
from .law import Law
from .model import (
    COMBUSTION,
    NITRIC_ACID,
    Installation,
    Issue,
    Precursor,
    Process,
    fold,
)
from .report import Report

CLINKER, SMELTING = "Cement clinker", "Primary (electrolytic) smelting"
LONGEST = 110
"""Letters of a name that the Commission's file shows."""


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


def kinds(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3: carbonates of clinker, N2O of nitric acid and PFC of electrolysis are never missing."""
    others = {s.process for s in installation.shares} | {row.process for row in installation.measured}
    methods: dict[str, set[str]] = defaultdict(set)
    for s in installation.streams:
        methods[s.process].add(s.method)
    for p in installation.processes:
        if p.direct_entered is not None or not p.quantity or installation.origin != "workbook":
            continue
        if p.category == CLINKER and methods[p.name] == {COMBUSTION} and p.name not in others:
            yield issue("carbonates-missing", f"“{p.name}” has fuels only: clinker emits CO2 of its carbonates as "
                        "well. Enter the raw meal as process emissions.", p.at, "name")  # fmt: skip
        elif p.category == NITRIC_ACID and not any(row.gas == "N2O" for row in installation.measured):
            yield issue("n2o-missing", f"“{p.name}” has no N2O: nitric acid production emits it. Enter the stack with "
                        "its concentration on Measured emissions.", p.at, "name")  # fmt: skip
        elif SMELTING in p.routes and not installation.pfc and installation.site.number("pfc_entered") is None:
            yield issue("pfc-missing", f"“{p.name}” has no PFC: electrolysis of aluminium emits them. Enter its cells "
                        "on sheet PFC.", p.at, "name")  # fmt: skip


CHECKS = (country, names, kinds)
