"""Bought precursors as the act counts them: actual values when they are verified, else default values (2025/2547 II E).

Each of them stays a record; what counts for it replaces what was typed, and a term says why.
"""

from __future__ import annotations

from functools import cache

from .. import boundary, reference
from ..errors import CbamError
from ..findings import issue
from ..law import Law
from ..model import DEFAULT_VALUE, UNKNOWN_ORIGIN, Installation, Issue, Precursor, fold
from ..report import Term
from . import benchmarks, defaults

STEP = "Precursors"
FIRST_YEAR = 2026


def counted(installation: Installation, law: Law) -> tuple[Installation, list[Issue], list[Term]]:
    """The installation with its bought precursors as they count, what is to be said of them, and the figures taken."""
    issues: list[Issue] = []
    terms: list[Term] = []
    if not (law.verified_precursors or law.exempt_origins or law.listed_precursors):
        return installation, issues, terms
    found = []
    if law.verified_precursors and installation.origin == "communication" and installation.precursors:
        issues.append(issue("verification-unknown", "A template of the transitional period can't name verification "
                            "reports: the stated figures of its precursors are taken as verified.",
                            installation.precursors[0].at, "name", installation.origin))  # fmt: skip
    for p in installation.precursors:
        if law.exempt_origins and defaults.exempt(p.country):
            p = p._replace(see_direct=0.0, see_indirect=0.0, sefa=0.0, see_direct_source="", note=_with(
                p.note, f"origin {p.country}: counts zero"))  # fmt: skip
            terms.append(Term("", STEP, f"{p.name}: origin {p.country}", 0.0, "t CO2e/t", cites="III B, Eq. 60",
                              at=p.at, field="country", aside=True))  # fmt: skip
        elif law.verified_precursors and not _verified(p, installation.origin):
            p = _by_default(p, installation, law, issues, terms)
        elif law.listed_precursors and boundary.direct_only(p.category):
            p = p._replace(see_indirect=0.0)
        found.append(p)
    return installation._replace(precursors=tuple(found)), issues, terms


def _verified(p: Precursor, origin: str) -> bool:
    """Actual values from a verification report; a Commission file, which can't name one, is taken as it stands."""
    return origin == "communication" or (bool(p.verification) and fold(p.see_direct_source) != fold(DEFAULT_VALUE))


def _with(note: str, more: str) -> str:
    return f"{note}; {more}" if note else more


@cache
def only_code(category: str) -> str:
    """The CN code of a category that has one only; "" for the others.

    >>> only_code("Sintered Ore"), only_code("Crude steel")
    ('26011200', '')
    """
    codes = [
        r["cn_code"] for r in reference.rows("cn_codes") if r["category"] == category and r["in_template"] == "yes"
    ]
    return codes[0] if len(codes) == 1 else ""


def value_of(p: Precursor, year: int, law: Law) -> defaults.Default | None:
    """The default value of a precursor by its origin and code; None where there is none. CbamError if it is unclear."""
    country = defaults.UNKNOWN if p.country in ("", UNKNOWN_ORIGIN) else p.country
    code = p.cn_code or only_code(p.category)
    return defaults.look_up(country, code, year, edition=law.default_edition,
                            rounded=law.rounded_defaults) if code else None  # fmt: skip


def year_of(installation: Installation) -> int:
    """The year of production: that of the reporting period, never before the act applies."""
    end = installation.site.day("period_end")
    return max(end.year if end else FIRST_YEAR, FIRST_YEAR)


def _by_default(
    p: Precursor, installation: Installation, law: Law, issues: list[Issue], terms: list[Term]
) -> Precursor:
    """The precursor with its default value, mark-up included; unknown figures where that can't be found."""
    year = year_of(installation)
    why = "fill in its CN code of eight digits, for its default value."
    try:
        value = value_of(p, year, law)
        if value is None and p.cn_code:
            instead = benchmarks.listed_instead(p.cn_code, year) or "correct it."
            why = f"and there is no default value of CN code {p.cn_code}: {instead}"
    except CbamError as error:
        value, why = None, str(error)
    typed = fold(p.see_direct_source) != fold(DEFAULT_VALUE)
    if value is None:
        issues.append(issue("default-missing", f"“{p.name}” has no verification report: {why}", p.at,
                            "cn_code"))  # fmt: skip
        return p._replace(see_direct=None, see_indirect=None, electricity=None, see_direct_source=DEFAULT_VALUE)
    if typed:
        issues.append(issue("precursor-unverified", f"“{p.name}” has no verification report: the default value "
                            f"{value.marked:g} t CO2e/t counts, not the figures of the row.", p.at,
                            "verification"))  # fmt: skip
    direct, indirect = value.parts
    if law.listed_precursors and boundary.direct_only(p.category):
        direct, indirect = value.marked, 0.0
    where = {defaults.OTHER: "other countries", defaults.UNKNOWN: "unknown origin"}.get(value.country, value.country)
    terms.append(Term("", STEP, f"{p.name}: default value, CN {value.cn_code}, {where}", value.marked, "t CO2e/t",
                      "{} tCO2e/t × (1 + {})", (value.total, value.mark_up), value.cites, p.at, "cn_code",
                      "Default value", f"{year}", aside=True))  # fmt: skip
    return p._replace(see_direct=direct, see_indirect=indirect, see_direct_source=DEFAULT_VALUE,
                      note=_with(p.note, value.cites))  # fmt: skip
