"""Functions that give a table: it spills below the cell. The first row of each says what the columns are."""

from collections.abc import Iterable
from math import isnan

from cbam_xl.model import fold
from cbam_xl.report import BALANCE_TERMS, Term

from . import handle
from .function import Argument, CellError, Function
from .plant import Plant, shortened
from .processes import CATEGORY, HANDLE, PROCESS

Cell = float | str
Table = list[list[Cell]]
ALL = Argument("process", "Name of a production process or energy unit; blank: all.", optional=True, default="")


def _cell(value: object) -> Cell:
    """A value as it spills: unknown is an empty text, which is blank to the eye and never 0."""
    if isinstance(value, float):
        return "" if isnan(value) else value
    return "" if value is None else str(value)


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    return [list(header), *([_cell(value) for value in row] for row in rows)]


def results(plant: Plant) -> Table:
    """One row per process, in the columns of sheet Results."""
    return _block(0, plant, plant.report.processes)


def goods(plant: Plant) -> Table:
    """One row per good, in the columns of sheet Results."""
    return _block(1, plant, plant.report.goods)


def _block(number: int, plant: Plant, entries: Iterable[object]) -> Table:
    from cbam_xl.sheets.outputs import RESULTS

    columns = [c for c in RESULTS.blocks[number][1] if c.field]
    header = [f"{c.header} ({c.unit})" if c.unit else c.header for c in columns]
    per_cent = [100 if c.kind == "percent" else 1 for c in columns]
    rows = ([getattr(each, c.field) for c in columns] for each in entries)
    return _table(header, ([v * by if by > 1 else v for v, by in zip(row, per_cent, strict=True)] for row in rows))


def balance(process: str, plant: Plant) -> Table:
    """Every term of the balance of one process with its symbol, unit and provision."""
    found = plant.balance(process)
    terms = ((_words(field), symbol, getattr(found, field), unit, cites)
             for field, (symbol, unit, cites) in BALANCE_TERMS.items())  # fmt: skip
    return _table(("Term", "Symbol", "Value", "Unit", "Provision"), terms)


def _words(field: str) -> str:
    """A field of the balance in words.

    >>> _words("heat_in_tco2e"), _words("see_total")
    ('heat in', 'see total')
    """
    for unit in ("_tco2e", "_mwh_per_t", "_t"):
        field = field.removesuffix(unit)
    return field.replace("_", " ")


def closure(plant: Plant) -> Table:
    """One row per balance of the installation: what it has, what was attributed, and what stays unexplained."""
    header = ("Balance", "Of", "Unit", "Installation, or in", "Attributed, or out", "Difference", "Unexplained")
    return _table(header, ((line.balance, line.of, line.unit, line.installation, line.attributed, line.difference,
                            line.unexplained) for line in plant.report.closure))  # fmt: skip


def trace(process: str, plant: Plant) -> Table:
    """Every number of a process, an energy unit, or all: quantity, value, unit, formula, provision, cell."""
    from cbam_xl.reporting import formula, place

    header = ("Production process", "Step", "Quantity", "Value", "Unit", "Formula with its numbers",
              "Equation and provision", "Cell", "Data source", "Evidence, note")  # fmt: skip
    terms = _terms(process, plant) if process else plant.report.terms
    return _table(header, ((t.owner, f"= {t.step}" if t.total else t.step, t.quantity, t.value, t.unit, formula(t),
                            t.cites, place(t), t.data_source, t.note) for t in terms))  # fmt: skip


def issues(plant: Plant) -> Table:
    """Every finding: level, code, place, what is wrong and what to do, provision."""
    header = ("Level", "Code", "Where", "What is wrong and what to do", "Provision")
    return _table(header, ((i.level, i.code, f"{i.sheet}!{i.cell}" if i.cell else i.sheet, i.message, i.cites)
                           for i in plant.report.issues))  # fmt: skip


def contributions(process: str, plant: Plant) -> Table:
    """What the specific embedded emissions of a process are made of, row by row through all that it uses."""
    from cbam_xl.contributions import contributions as lines

    b = plant.balance(process)
    if not b.activity_level_t > 0:
        raise plant.why(b.name, "The activity level")
    header = ("Contribution", "SEE direct (tCO2e/t)", "SEE indirect (tCO2e/t)", "SEE total (tCO2e/t)", "Share of total",
              "By way of", "Cell")  # fmt: skip
    whole = b.see_total or None
    rows = ((f"{c.step}: {c.name}", c.direct, c.indirect, c.total, c.total / whole if whole else None, c.way, c.place)
            for c in lines(plant.report, b.name))  # fmt: skip
    total = ("Sum", b.see_direct, b.see_indirect, b.see_total, 1.0 if whole else None, "", "")
    return _table(header, [*rows, total])


def explain(term: str, process: str, plant: Plant) -> Table:
    """The trace of a process or energy unit line by line, as ``cbam-xl explain`` prints it; of one term if it is named.

    Raises CellError when there is no such process or term.
    """
    from cbam_xl.findings import one_line
    from cbam_xl.reporting import explanation

    terms = _terms(process, plant)
    if wanted := fold(term).replace("_", " "):
        symbols = {symbol for field, (symbol, _, _) in BALANCE_TERMS.items() if wanted == _words(field)}
        kept = [t for t in terms if t.quantity in symbols or wanted in fold(f"{t.step} {t.quantity}").replace("_", " ")]
        if not kept:
            steps = ", ".join(dict.fromkeys(t.step for t in terms))
            raise CellError("name-unknown", shortened(f"Nothing in the trace is “{term[:40]}”. Its steps: {steps}."))
        terms = kept
    lines = "\n".join(explanation(terms)).splitlines()
    head = f"{one_line(terms[0].owner)}   (Implementing Regulation (EU) {plant.report.law})"
    return _table((head,), ((line,) for line in lines))


def _terms(process: str, plant: Plant) -> list[Term]:
    """The terms of a process or an energy unit. Raises CellError when there is none of that name."""
    names = {fold(n): n for n in (*(b.name for b in plant.report.processes), *(u.name for u in plant.report.units))}
    name = names.get(fold(process))
    return list(plant.report.terms_of(name or plant.balance(process).name))


def _f(name: str, call: object, first: tuple[Argument, ...], words: str, example: str, cites: str = "") -> Function:
    assert callable(call)
    return Function(f"CBAM_{name}", call, (*first, HANDLE), CATEGORY, words, f"=CBAM_{name}({example})", cites, True)


TERM = Argument("term", "What to explain: a step or quantity of the trace, or a symbol such as SEE_Dir; blank: all.",
                optional=True, default="")  # fmt: skip
NAMED = Argument("process", "Name of a production process or energy unit.", optional=True, default="")
FUNCTIONS = (
    Function("CBAM_READ", handle.read, (
        Argument("sheet", "Name of the input sheet, such as Processes."),
        Argument("range", "Its cells from the header to the last laid-out row: the name in_processes.", matrix=True),
        Argument("part", "Which part of the handle this cell holds, from 1.", "number", True, 1.0),
        Argument("parts", "How many cells are laid out for this sheet; the last one says when they aren't enough.",
                 "number", True, None)),
             CATEGORY,
             "Packs the rows of one input sheet into a handle. The cells with the handles of all sheets bear the name "
             "installation and are the last argument of the other functions.",
             '=CBAM_READ("Processes", in_processes)'),
    _f("RESULTS", results, (), "A table that spills: every process in the columns of sheet Results.", "installation",
       "III F, G"),
    _f("GOODS", goods, (), "A table that spills: every good with its specific embedded emissions.", "installation",
       "III G, IV 1"),
    _f("BALANCE", balance, (PROCESS,), "A table that spills: every term of the balance of a process with symbol, unit "
       "and provision.", '"Clinker kiln", installation', "III F.1, Eq. 48, 49"),
    _f("CLOSURE", closure, (), "A table that spills: the balances that must close, installation against processes.",
       "installation", "III F.3, F.4"),
    _f("TRACE", trace, (ALL,), "A table that spills: every number of a process or energy unit with formula, provision "
       "and cell.", '"Clinker kiln", installation'),
    _f("ISSUES", issues, (), "A table that spills: what is missing or doubtful, where, and what to do.",
       "installation"),
    _f("CONTRIBUTIONS", contributions, (PROCESS,), "A table that spills: what the specific embedded emissions of a "
       "process are made of, in tCO2e/t: fuels and materials, heat, waste gas, electricity, each precursor.",
       '"Cement mill", installation', "III F.1, G; Eq. 48, 57"),
    _f("EXPLAIN", explain, (TERM, NAMED), "A text that spills: how a figure of a process came about, equation by "
       "equation, as cbam-xl explain prints it. A blank term explains the whole process.",
       '"SEE direct", "Clinker kiln", installation'),
)  # fmt: skip
