"""Figures of one's own, where this program ships none: grid factors (2025/2621 Annex II) and exchange rates."""

from __future__ import annotations

from ..model import EXCHANGE_RATE, GRID, GRID_FACTOR, Installation
from .defaults import country_code


def grid_factor(installation: Installation) -> float | None:
    """The grid factor in t CO2/MWh that sheet Own figures gives for the country and year of the installation.

    Without one of that year the last one before; None where there is none.
    """
    end = installation.site.day("period_end")
    country = country_code(installation.site.text("country"))
    known = {
        f.year: f.value
        for f in installation.figures
        if f.kind == GRID_FACTOR and f.value is not None and f.year is not None and country_code(f.of) == country
    }
    usable = [year for year in known if end is None or year <= end.year]
    return known[max(usable)] if usable and country else None


def exchange_rate(installation: Installation, currency: str, year: int) -> float | None:
    """Units of a currency per EUR in a year, from sheet Own figures; None where there is none of that year."""
    known = (f.value for f in installation.figures
             if f.kind == EXCHANGE_RATE and f.of.strip().upper() == currency and f.year == year)  # fmt: skip
    return next((value for value in known if value is not None and value > 0), None)


def filled_in(installation: Installation) -> Installation:
    """The installation with the grid factor in rows of electricity from the grid that have none, nor a row above."""
    blank = [e for e in installation.electricity if e.source == GRID]
    if not installation.figures or any(e.ef is not None for e in blank):
        return installation
    factor = grid_factor(installation)
    if factor is None:
        return installation
    rows = (e._replace(ef=factor, ef_source=e.ef_source or "D.4(a)") if e.source == GRID else e
            for e in installation.electricity)  # fmt: skip
    return installation._replace(electricity=tuple(rows))
