"""A supplier's filled template as precursors of the plant that buys from him."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from .. import reference
from ..entries import Book
from ..findings import issue, one_line
from ..model import Cell, Installation, Issue, Precursor, Process, Row, fold
from ..report import Balance, Report
from . import cells as c
from .grid import ORIGIN, Grid

MEASURED, MIX = "Measured", "Mix"


def stamp(sha256: str) -> str:
    """The words in the evidence of a row by which the file is known that it comes from.

    >>> stamp("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
    'sha256 5891b5b522d5df08'
    """
    return f"sha256 {sha256[:16]}"


def precursors(installation: Installation, report: Report, file: str, stamp: str) -> list[Precursor]:
    """One precursor for each process with goods and known SEE, without the amount, which only the buyer knows.

    ``file`` and its ``stamp`` go into the evidence, with installation, period and share of default values.
    """
    sold = {fold(good.process) for good in installation.goods}
    balances = {b.name: b for b in report.processes}
    site = installation.site
    period = " to ".join(str(day or "?") for day in report.period)
    found = []
    for p in installation.processes:
        b = balances[p.name]
        if fold(p.name) not in sold or isnan(b.see_direct):
            continue
        share = "" if not b.default_share > 0 else f"; default values {100 * b.default_share:.3g} % of SEE (direct)"
        evidence = (f"{report.installation.name or 'Installation'}, {site.text('unlocode') or 'no UN/LOCODE'}; {period}"
                    f"{share}; {file}, {stamp}")  # fmt: skip
        power = b.embedded_electricity_mwh_per_t
        found.append(Precursor(
            p.at, f"{p.alias or p.name} ({report.installation.name or file})", p.category, country(installation),
            p.routes, None, b.see_direct, MEASURED, power, MEASURED, b.see_indirect / power if power else 0.0,
            _source(installation, p), note=evidence,
            rows=tuple(Row(p.category, route) for route in p.routes) or (Row(p.category),)))  # fmt: skip
    return found


def country(installation: Installation) -> str:
    """Code of the country of an installation, by its name or its UN/LOCODE; "" if neither says it."""
    name, code = installation.site.text("country"), installation.site.text("unlocode")[:2].upper()
    known = {fold(row["name"]): row["code"] for row in reference.rows("countries")}
    return known.get(fold(name)) or (code if code in known.values() else "")


def _source(installation: Installation, p: Process) -> str:
    """The point of III D.4, where all electricity behind a good comes from the one supply of its process."""
    fed = any(f.target == p.name and f.quantity for f in installation.flows)
    sources = {e.ef_source for e in installation.electricity if e.target == p.name and e.quantity}
    return sources.pop() if len(sources) == 1 and not fed else MIX


def shown_otherwise(installation: Installation, report: Report, book: Book) -> Iterator[Issue]:
    """Goods for which the file shows another SEE than its data give by the act: a defect of it, or never calculated."""
    grid = Grid(book, c.PRODUCT_SUMMARY, [])
    balances: dict[str, Balance] = {b.name: b for b in report.processes}
    for good in installation.goods:
        b = balances.get(good.process)
        for field in ("see_direct", "see_indirect") if b else ():
            address = c.PRODUCT_RESULTS.address(field, good.at.row - c.PRODUCTS.first)
            shown, ours = grid.value(address), getattr(b, field)
            if isinstance(shown, float) and not abs(shown - ours) <= 1e-9 * max(abs(ours), 1e-3):
                yield issue("not-kept", f"The file shows {shown:.6g} for “{one_line(good.name, 40)}”, its own data "
                            f"give {ours:.6g} by the act, which is taken. Ask the supplier if they differ much.",
                            Cell(c.PRODUCT_SUMMARY, good.at.row, {"": address}), "", ORIGIN)  # fmt: skip
