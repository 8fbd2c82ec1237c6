"""A Report for machines (JSON, pandas) and for people (the table and the trace that the command line prints)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from math import isfinite, isnan
from typing import TYPE_CHECKING

from .addresses import parted
from .findings import one_line
from .model import ERROR, NOT_CBAM, NOTE, WARNING, Issue
from .report import Balance, Closure, GoodResult, Report, Term

if TYPE_CHECKING:
    import pandas as pd


NAME = 40
"""Most characters of a name in the table of results."""
SHARE = "share of "
"""Beginning of the unit of a share, which people read in per cent."""
HUGE = 1e9
"""A figure from which on decimals make no sense in the table."""


def known(value: object) -> object:
    """A figure as JSON has it: unknown is None, never 0 and never NaN."""
    return None if isinstance(value, float) and not isfinite(value) else value


def as_json(report: Report) -> dict[str, object]:
    """Keys and units as documented for ``--json``; numbers unrounded."""
    return {
        "law": report.law,
        "period": [day.isoformat() if day else None for day in report.period],
        "installation": {k: known(v) for k, v in report.installation._asdict().items()},
        "processes": [{k: known(v) for k, v in b._asdict().items()} for b in report.processes],
        "goods": [{k: known(v) for k, v in g._asdict().items()} for g in report.goods],
        "energy_units": [{k: known(v) for k, v in u._asdict().items()} for u in report.units],
        "closure": [closure_dict(line) for line in report.closure],
        "issues": [issue._asdict() for issue in report.issues],
        "editions": dict(report.editions),
        "costs": [{k: known(v) for k, v in (*c._asdict().items(), ("saving", c.saving))} for c in report.costs],
    }


def closure_dict(line: Closure) -> dict[str, object]:
    """One closure line with its difference, and what the law explains of it by cause."""
    figures = {"installation": line.installation, "attributed": line.attributed, "difference": line.difference}
    return {
        "balance": line.balance, "of": line.of, "unit": line.unit, **{k: known(v) for k, v in figures.items()},
        "explained": {k: known(v) for k, v in line.explained.items()},
    }  # fmt: skip


def as_frames(report: Report) -> dict[str, pd.DataFrame]:
    """processes, goods, balances, trace, issues; units stand in the column names."""
    import pandas as pd

    trace = [
        {"process": t.owner, "step": t.step, "quantity": t.quantity, "value": t.value, "unit": t.unit,
         "formula": formula(t), "cites": t.cites, "cell": place(t), "data_source": t.data_source, "note": t.note}
        for t in report.terms
    ]  # fmt: skip
    balances = [
        {**closure_dict(line), "explained": sum(line.explained.values()), "unexplained": line.unexplained}
        for line in report.closure
    ]
    frames: dict[str, tuple[Sequence[object], Sequence[str] | None]] = {
        "processes": (report.processes, Balance._fields),
        "goods": (report.goods, GoodResult._fields),
        "balances": (balances, None),
        "trace": (trace, None),
        "issues": (report.issues, Issue._fields),
    }
    unit_names = {"see_direct": "see_direct_tco2e_per_t", "see_indirect": "see_indirect_tco2e_per_t",
                  "see_total": "see_total_tco2e_per_t", "own_see_direct": "own_see_direct_tco2e_per_t",
                  "own_see_indirect": "own_see_indirect_tco2e_per_t",
                  "bought_see_total": "bought_see_total_tco2e_per_t"}  # fmt: skip
    return {
        name: pd.DataFrame(list(rows), columns=None if columns is None else list(columns)).rename(columns=unit_names)
        for name, (rows, columns) in frames.items()
    }


def number(value: float) -> str:
    """A figure as a person reads it in a formula.

    >>> number(2200000.0), number(0.683571530119101), number(float("nan"))
    ('2,200,000', '0.6835715301', 'unknown')
    """
    return "unknown" if isnan(value) else f"{value:,.10g}"


def formula(term: Term) -> str:
    """The formula of a term with its numbers.

    >>> formula(Term("", "", "", 0.0, "", "{} t × {}", (2200000.0, 3.664)))
    '2,200,000 t × 3.664'
    """
    if not term.formula:
        return ""
    text = _formatted(term.formula).format(*term.numbers)
    return text if "nan" not in text else term.formula.format(*map(number, term.numbers))


@cache
def _formatted(formula: str) -> str:
    """A formula whose places show a known figure as `number` does; all at once takes a third of the time."""
    return formula.replace("{}", "{:,.10g}")


def rows_behind(term: Term) -> list[tuple[str, list[str]]]:
    """The cells that a term comes from, row by row: the sheet, and the addresses."""
    if term.at is None:
        return []
    found = {(term.at.sheet, term.at.row): [term.at.address(term.field)]}
    for at, field in term.sources:
        if field in at.columns:
            found.setdefault((at.sheet, at.row), []).append(at.address(field))
    return [(sheet, list(dict.fromkeys(cells))) for (sheet, _), cells in found.items()]


def place(term: Term) -> str:
    """The cells behind a term: ``Source streams!E7, H7; Shared streams!D9``."""
    return "; ".join(f"{sheet}!{', '.join(cells)}" for sheet, cells in rows_behind(term))


def _see(value: float) -> str:
    return "unknown" if isnan(value) else f"{value:.5f}" if abs(value) < HUGE else f"{value:.5e}"


def counts(issues: Sequence[Issue]) -> str:
    """How many issues there are of each level.

    >>> counts([Issue("negative", "error", ""), Issue("floored", "warning", ""), Issue("name-odd", "warning", "")])
    '1 error, 2 warnings'
    """
    found = {level: sum(i.level == level for i in issues) for level in (ERROR, WARNING, NOTE)}
    return ", ".join(f"{n} {level}{'s' if n > 1 else ''}" for level, n in found.items() if n) or "none"


def _findings(report: Report) -> dict[str, list[Issue]]:
    """Errors and warnings by process: those that name it or one of its goods, and those on rows that belong to it."""
    told = [i for i in report.issues if i.level != NOTE]
    found: dict[str, list[Issue]] = {b.name: [] for b in report.processes}
    named: dict[str, set[str]] = {one_line(name): {name} for name in found}
    rows: dict[tuple[str, int], set[str]] = {}
    for g in report.goods if told else ():
        named.setdefault(one_line(g.name), set()).add(g.process)
    for t in report.terms if told else ():
        if t.at:
            rows.setdefault((t.at.sheet, t.at.row), set()).add(t.owner)
    for i in told:
        row = i.sheet, parted(i.cell)[1]
        owners = rows.get(row, set()).union(*(named.get(part.partition("”")[0], ()) for part in i.message.split("“")))
        for name in owners & found.keys():
            found[name].append(i)
    return found


def table(report: Report) -> Iterator[str]:
    """The results as a readable table: process, good, SEE, share of default values, findings."""
    rows: list[tuple[str, ...]] = [
        ("Process", "Good", "CN code", "SEE direct", "indirect", "total", "Default", "Findings")]  # fmt: skip
    goods: dict[str, list[GoodResult]] = {}
    for good in report.goods:
        goods.setdefault(good.process, []).append(good)
    told = _findings(report)
    for b in report.processes:
        findings = (counts(told[b.name]) if told[b.name] else "") + (" (indicative)" if b.indicative else "")
        default = "unknown" if isnan(b.default_share) else f"{100 * b.default_share:.1f} %"
        mine: list[GoodResult | None] = [*goods.get(b.name, ())]
        for k, g in enumerate(mine or [None]):
            first, last = (one_line(b.name, NAME), findings) if k == 0 else ("", "")
            name, code = (one_line(g.name, NAME), one_line(g.cn_code, 8)) if g else ("–", "")
            of = g or b  # from 2026 goods of one process differ by their composition
            figures = (_see(of.see_direct), _see(of.see_indirect), _see(of.see_total), default if b.see_direct else "–")
            if b.category == NOT_CBAM and isnan(b.activity_level_t):
                figures = ("–", "–", "–", "–")  # nobody asks for it
            rows.append((first, name, code, *figures, last))
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    start, end = report.period
    i = report.installation
    period = f"{start or 'unknown'} to {end or 'unknown'}"
    yield f"{one_line(i.name, 2 * NAME) or 'Installation'}   {period}   Implementing Regulation (EU) {report.law}"
    yield ""
    for k, row in enumerate(rows):
        cells = [c.rjust(w) if 3 <= n <= 6 else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join(cells).rstrip()
        if k == 0:
            yield "  ".join("─" * w for w in widths)
    yield ""
    yield "SEE: specific embedded emissions, t CO2e per t of good (per MWh for electricity)."
    yield f"Default: share of SEE {'total' if report.costs else 'direct'} that rests on default values."
    totals = ", ".join(f"{words} {'unknown' if isnan(value) else f'{value:,.1f}'} {unit}" for words, value, unit in (
        ("direct", i.direct_tco2e, "t CO2e"), ("indirect", i.indirect_tco2e, "t CO2e"),
        ("biomass (zero-rated)", i.biomass_tco2, "t CO2"), ("fuel", i.energy_tj, "TJ")) if value)  # fmt: skip
    yield f"Installation: {totals or 'no emissions'}."
    for c in report.costs:
        if not isnan(c.certificates):
            by_default = "" if isnan(c.default_euro) else f"; by default value {c.default_euro:,.2f}"
            euro = "" if isnan(c.euro) else f", {c.euro:,.2f} EUR/t at {c.price:g} ({c.price_period}){by_default}"
            yield f"{one_line(c.good, NAME)}: {c.certificates:.5f} certificates per t{euro}."
    yield f"Findings: {counts(report.issues)}."


def explanation(terms: Iterable[Term]) -> Iterator[str]:
    """Terms of one process (or energy unit) as lines to read, equation by equation."""
    step = ""
    for term in terms:
        if term.step != step:
            step = term.step
            yield f"\n{step}"
        text = formula(term)
        unit = term.unit.replace(SHARE, "% of ")
        value = number(term.value if unit == term.unit else 100 * term.value)
        what = f"{'= ' if term.total else '  '}{one_line(term.quantity)}: {value} {unit}"
        yield f"  {what}" + (f"  =  {text}" if text else "")
        about = " · ".join(x for x in (term.cites, place(term), term.data_source, term.note) if x)
        yield f"        {one_line(about)}"
