"""What must hold for every plant, shown on random ones with loops, heat, waste gas, energy units and purchases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import fsum, isnan
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plants import GAP, balances, exact, heat, power, random_plant, seeds, terms, waste_gas

from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.model import Installation
from cbam_xl.report import Balance, Report, Term

often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
SEE = ("see_direct", "see_indirect", "embedded_electricity_mwh_per_t")


def free(plant: Installation) -> Report:
    return recalculate(plant, floor=False)


def unfloored(plant: Installation) -> Report:
    """The report with the floor on, of a plant where nothing is floored."""
    report = recalculate(plant)
    assume(not any(b.floored_tco2e for b in report.processes))
    return report


def figures(report: Report, fields: tuple[str, ...] = SEE) -> dict[tuple[str, str], float]:
    return {(b.name, field): getattr(b, field) for b in report.processes for field in fields}


def scale(report: Report) -> float:
    """A size beside which the SEE of a plant are compared: what is summed up for them before it cancels out."""
    return max(abs(t.value) / b.activity_level_t for b in report.processes for t in report.terms if t.owner == b.name
               and t.unit == "t CO2e" and not t.aside)  # fmt: skip


def alike(a: Report, b: Report, tolerance: float = 1e-10, fields: tuple[str, ...] = SEE) -> bool:
    size = scale(a)
    left, right = figures(a, fields), figures(b, fields)
    return left.keys() == right.keys() and all(abs(left[k] - right[k]) <= tolerance * size for k in left)


def total(report: Report) -> float:
    return fsum(b.attributed_direct_tco2e + b.attributed_indirect_tco2e for b in report.processes)


# Against the exact solution


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_two_hundred_looped_installations_against_fractions(first: int) -> None:
    for seed in range(first, first + 50):
        plant = random_plant(Random(seed), lasting=True)
        report, solution = free(plant), exact(plant)
        assert not any(i.level == "error" and i.code != "mass-open" for i in report.issues)
        size = scale(report)
        for b in report.processes:
            assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == pytest.approx(
                [float(x) for x in solution.attributed[b.name]], rel=1e-9)  # fmt: skip
            assert tuple(getattr(b, field) for field in SEE) == pytest.approx(
                [float(x) for x in solution.see[b.name]], rel=1e-9, abs=1e-12 * size)  # fmt: skip


@often
@given(seeds)
def test_any_plant_against_fractions(seed: int) -> None:
    plant = random_plant(Random(seed))
    report, solution = free(plant), exact(plant)
    for b in report.processes:
        assert tuple(getattr(b, field) for field in SEE) == pytest.approx(
            [float(x) for x in solution.see[b.name]], rel=1e-9, abs=1e-12 * scale(report))  # fmt: skip


# Nothing is lost, nothing is made


@often
@given(seeds, st.booleans())
def test_every_line_that_the_law_closes_closes(seed: int, floor: bool) -> None:
    plant = random_plant(Random(seed))
    report = recalculate(plant, floor=floor)
    for line in report.closure:
        if line.balance != "mass":  # a random plant sells what it doesn't use
            assert abs(line.unexplained) <= 1e-9 * line.scale, line
    floored = fsum(b.floored_tco2e for b in report.processes)
    line = report.closure[0]
    assert line.balance == "direct emissions"
    assert line.explained.get("floor at zero", 0.0) == pytest.approx(floored)


@often
@given(seeds)
def test_without_a_negative_figure_the_floor_changes_nothing(seed: int) -> None:
    plant = random_plant(Random(seed))
    assert unfloored(plant)._replace(issues=()) == free(plant)._replace(issues=())


def added(plant: Installation, r: Random, kind: str) -> Installation:
    """The plant with one more transfer between its processes."""
    names = [p.name for p in plant.processes]
    a, b = r.choice(names), r.choice(names)
    if kind == m.ELECTRICITY:
        return plant._replace(electricity=(*plant.electricity, power(a, b, 700.0, 0.6)))
    row = heat(a, b, 7.0, 60.0) if kind == m.HEAT else waste_gas(a, b, 7.0)
    return plant._replace(transfers=(*plant.transfers, row))


@often
@given(seeds, st.sampled_from([m.HEAT, m.WASTE_GAS, m.ELECTRICITY]), st.booleans())
def test_internal_transfers_move_emissions_and_never_make_them(seed: int, kind: str, floor: bool) -> None:
    r = Random(seed)
    plant = random_plant(r)
    run = unfloored if floor else free
    before, after = run(plant), run(added(plant, r, kind))
    gap = 7.0 * GAP if kind == m.WASTE_GAS else 0.0
    assert total(after) - total(before) == pytest.approx(gap, abs=1e-9 * abs(total(before)) + 1e-6)
    direct = fsum(b.attributed_direct_tco2e for b in after.processes) - fsum(
        b.attributed_direct_tco2e for b in before.processes)  # fmt: skip
    moved = -420.0 if kind == m.ELECTRICITY else gap
    assert direct == pytest.approx(moved, abs=1e-9 * abs(total(before)) + 1e-6)


@often
@given(seeds, st.booleans())
def test_what_is_embedded_in_the_goods_that_leave_is_what_came_in(seed: int, floor: bool) -> None:
    """Σ (what a process makes - what others use of it) x SEE = Σ attributed + Σ bought."""
    plant = random_plant(Random(seed))
    report = recalculate(plant, floor=floor)
    found = balances(report)
    bought = {p.name: (p.see_direct or 0.0) for p in plant.precursors}
    left = {b.name: b.activity_level_t for b in report.processes}
    came = [b.attributed_direct_tco2e for b in report.processes]
    for f in plant.flows:
        if not f.material and f.target in left:
            if f.source in left:
                left[f.source] -= f.quantity or 0.0
            else:
                came.append((f.quantity or 0.0) * bought[f.source])
    out = [mass * found[name].see_direct for name, mass in left.items()]
    assert fsum(out) == pytest.approx(fsum(came), abs=1e-9 * max(map(abs, [*out, *came])))


# What must not matter


def scaled(plant: Installation, k: float) -> Installation:
    """The plant with k times as much of everything."""

    def times(rows: tuple[Any, ...], *fields: str) -> tuple[Any, ...]:
        found = ({f: x if (x := getattr(row, f)) is None else k * x for f in fields} for row in rows)
        return tuple(row._replace(**new) for row, new in zip(rows, found, strict=True))

    return plant._replace(
        processes=times(plant.processes, "quantity"),
        streams=times(plant.streams, "quantity"),
        units=times(plant.units, "fuel", "heat", "electricity", "emissions_fuel", "emissions_fgc"),
        transfers=times(plant.transfers, "quantity"),
        electricity=times(plant.electricity, "quantity"),
        flows=times(plant.flows, "quantity"),
    )


@often
@given(seeds, st.floats(1e-3, 1e3), st.booleans())
def test_size_does_not_matter(seed: int, k: float, floor: bool) -> None:
    plant = random_plant(Random(seed))
    assert alike(recalculate(plant, floor=floor), recalculate(scaled(plant, k), floor=floor))


@often
@given(seeds, st.booleans())
def test_the_order_of_rows_does_not_matter(seed: int, floor: bool) -> None:
    r = Random(seed)
    plant = random_plant(r)
    mixed: dict[str, Any] = {}
    for field in ("processes", "streams", "shares", "units", "transfers", "electricity", "precursors", "flows"):
        rows = list(getattr(plant, field))
        r.shuffle(rows)
        mixed[field] = tuple(rows)
    before, after = recalculate(plant, floor=floor), recalculate(plant._replace(**mixed), floor=floor)
    assert alike(before, after, 1e-12)
    assert {(i.code, i.message) for i in before.issues} == {(i.code, i.message) for i in after.issues}


def divided(plant: Installation, name: str, product: float, streams: float) -> Installation:
    """The plant with one process made two, N1 and N2, that make and hand on the parts ``product`` and 1 - ``product``.

    N1 gets the part ``streams`` of what the process burns, uses and exchanges.
    """
    parts = ((name + "1", product, streams), (name + "2", 1 - product, 1 - streams))

    def split(rows: tuple[Any, ...], field: str) -> Iterator[Any]:
        for row in rows:
            ends = [end for end in ("process", "source", "target") if getattr(row, end, "") == name]
            if not ends:
                yield row
                continue
            for new, made, used in parts:
                share = made if isinstance(row, m.Flow) and "source" in ends and not row.material else used
                yield row._replace(**dict.fromkeys(ends, new), **{field: getattr(row, field) * share})

    processes = [p for p in plant.processes if p.name != name]
    own = next(p for p in plant.processes if p.name == name)
    new = [own._replace(name=n, quantity=(own.quantity or 0.0) * made) for n, made, _ in parts]
    return plant._replace(
        processes=(*processes, *new), streams=tuple(split(plant.streams, "quantity")),
        shares=tuple(split(plant.shares, "weight")), transfers=tuple(split(plant.transfers, "quantity")),
        electricity=tuple(split(plant.electricity, "quantity")), flows=tuple(split(plant.flows, "quantity")),
    )  # fmt: skip


@often
@given(seeds, st.floats(0.1, 0.9), st.one_of(st.none(), st.floats(0.0, 1.0)), st.booleans())
def test_a_process_may_be_split_and_joined_again(seed: int, product: float, streams: float | None, floor: bool) -> None:
    """Two like parts have the SEE of the whole; however they share the emissions, their mean is that of the whole."""
    plant = random_plant(Random(seed))
    run = unfloored if floor else free
    name = plant.processes[-1].name
    even = streams is None
    before = run(plant)
    after = run(divided(plant, name, product, product if streams is None else streams))
    size = scale(after)
    found = balances(after)
    for b in before.processes:
        for field in SEE:
            whole = getattr(b, field)
            if b.name != name:
                assert getattr(found[b.name], field) == pytest.approx(whole, abs=1e-9 * size)
                continue
            one, two = getattr(found[name + "1"], field), getattr(found[name + "2"], field)
            assert product * one + (1 - product) * two == pytest.approx(whole, abs=1e-9 * size)
            if even:
                assert one == pytest.approx(two, abs=1e-9 * size)


# What must grow


@often
@given(seeds, st.floats(1.0, 3.0), st.booleans())
def test_a_higher_factor_of_a_fuel_lowers_nothing(seed: int, k: float, floor: bool) -> None:
    r = Random(seed)
    plant = random_plant(r)
    fuels = [i for i, s in enumerate(plant.streams) if s.ef is not None]
    chosen = r.choice(fuels)
    worse = [s._replace(ef=(s.ef or 0.0) * k) if i == chosen else s for i, s in enumerate(plant.streams)]
    _grows(plant, plant._replace(streams=tuple(worse)), floor)


@often
@given(seeds, st.floats(1.0, 3.0), st.booleans())
def test_a_higher_factor_of_a_precursor_lowers_nothing(seed: int, k: float, floor: bool) -> None:
    r = Random(seed)
    plant = random_plant(r)
    assume(plant.precursors)
    chosen = r.choice(plant.precursors)
    worse = [p._replace(see_direct=(p.see_direct or 0.0) * k, electricity_ef=(p.electricity_ef or 0.0) * k)
             if p is chosen else p for p in plant.precursors]  # fmt: skip
    _grows(plant, plant._replace(precursors=tuple(worse)), floor)


def _grows(before: Installation, after: Installation, floor: bool) -> None:
    a, b = recalculate(before, floor=floor), recalculate(after, floor=floor)
    size = scale(b)
    assert b.installation.direct_tco2e >= a.installation.direct_tco2e * (1 - 1e-12)
    assert total(b) >= total(a) - 1e-9 * abs(total(a))
    for old, new in zip(a.processes, b.processes, strict=True):
        for field in ("see_direct", "see_indirect", "see_total"):
            assert getattr(new, field) >= getattr(old, field) - 1e-9 * size


# Contributions add up


def fields_of(b: Balance) -> dict[str, float]:
    return {
        "DirEm*": b.direct_emissions_tco2e, "Heat in": b.heat_in_tco2e, "Heat out": b.heat_out_tco2e,
        "Waste gas in": b.waste_gas_in_tco2e, "Waste gas out": b.waste_gas_out_tco2e,
        "Electricity out": b.electricity_out_tco2e, "Electricity": b.attributed_indirect_tco2e,
        "Co-products": b.co_products_tco2e}  # fmt: skip


@often
@given(seeds, st.booleans())
def test_the_terms_of_a_process_add_up(seed: int, floor: bool) -> None:
    plant = random_plant(Random(seed))
    report = recalculate(plant, floor=floor)
    for b in report.processes:
        for step, value in fields_of(b).items():
            parts = [t.value for t in terms(report, b.name, step)]
            assert fsum(parts) == pytest.approx(value, abs=1e-12 * fsum(map(abs, parts)))
        assert b.attributed_direct_tco2e == pytest.approx(
            b.direct_emissions_tco2e + b.heat_in_tco2e - b.heat_out_tco2e + b.waste_gas_in_tco2e - b.waste_gas_out_tco2e
            - b.electricity_out_tco2e - b.co_products_tco2e + b.floored_tco2e, abs=1e-6)  # fmt: skip
        for word in ("direct", "indirect"):
            own = getattr(b, f"attributed_{word}_tco2e")
            parts = [t.value for step in ("Own precursors", "Bought precursors") for t in terms(report, b.name, step)
                     if t.quantity.endswith(f"SEE {word}")]  # fmt: skip
            see = getattr(b, f"see_{word}")
            assert see * b.activity_level_t == pytest.approx(
                own + fsum(parts), abs=1e-9 * (abs(own) + fsum(map(abs, parts))))  # fmt: skip
        assert b.see_total == pytest.approx(b.see_direct + b.see_indirect)
        assert b.bought_see_total <= b.see_total * (1 + 1e-9) or not floor
        assert isnan(b.default_share) or not floor or -1e-9 <= b.default_share <= 1 + 1e-9


def worked_out(t: Term) -> float:
    """The formula of a term with its numbers, units taken out."""
    kept = []
    for word in t.formula.replace(" (floor)", "").split():
        bare = word.strip("()−")
        kept.append(word if bare in ("{}", "×", "÷", "+", "", "1", "1000") else "".join(c for c in word if c in "()"))
    text = " ".join(kept).format(*(f"({n!r})" for n in t.numbers))
    return float(eval(text.translate({ord("×"): "*", ord("÷"): "/", ord("−"): "-"})))


@often
@given(seeds, st.booleans())
def test_a_formula_with_its_numbers_gives_its_value(seed: int, floor: bool) -> None:
    report = recalculate(random_plant(Random(seed)), floor=floor)
    shown = [t for t in report.terms if t.formula]
    assert {t.step for t in shown} >= {"DirEm*", "Electricity", "Result"}
    for t in shown:
        size = max(map(abs, t.numbers))
        assert worked_out(t) == pytest.approx(t.value, rel=1e-9, abs=1e-9 * size), t


# Unknown is what depends on the unknown, and nothing else

INPUTS: dict[str, tuple[str, ...]] = {
    "processes": ("quantity",), "streams": ("quantity", "ef"), "transfers": ("quantity",),
    "electricity": ("quantity", "ef"), "precursors": ("see_direct", "electricity", "electricity_ef"),
    "flows": ("quantity",), "shares": ("weight",),
}  # fmt: skip
RESULTS = ("attributed_direct_tco2e", "attributed_indirect_tco2e", "own_see_direct", "own_see_indirect", "see_direct",
           "see_indirect", "see_total", "embedded_electricity_mwh_per_t", "activity_level_t",
           "direct_emissions_tco2e", "heat_in_tco2e", "heat_out_tco2e", "waste_gas_in_tco2e", "waste_gas_out_tco2e",
           "electricity_out_tco2e")  # fmt: skip


def results(report: Report) -> dict[tuple[str, str], float]:
    totals = {("installation", k): v for k, v in report.installation._asdict().items() if isinstance(v, float)}
    return {**figures(report, RESULTS), **totals}


def change(plant: Installation, sheet: str, row: int, field: str, to: Callable[[float], float | None]) -> Installation:
    rows = list(getattr(plant, sheet))
    rows[row] = rows[row]._replace(**{field: to(getattr(rows[row], field))})
    new: dict[str, Any] = {sheet: tuple(rows)}
    return plant._replace(**new)


@settings(often, max_examples=150)
@given(seeds)
def test_one_unknown_figure_makes_unknown_exactly_what_depends_on_it(seed: int) -> None:
    """What depends on a figure is what changes when the figure does."""
    r = Random(seed)
    plant = random_plant(r)
    sheet = r.choice([s for s in INPUTS if getattr(plant, s)])
    row = r.randrange(len(getattr(plant, sheet)))
    field = r.choice(INPUTS[sheet])
    record = getattr(plant, sheet)[row]
    assume(getattr(record, field) is not None)
    if isinstance(record, m.Electricity) and field == "ef":
        same = [e for e in plant.electricity if e.source == record.source]
        assume(len(same) == 1 and not record.source.startswith("U"))  # else another row gives its factor
    before = results(free(plant))
    changed = results(free(change(plant, sheet, row, field, lambda x: 0.93 * x)))
    unknown = results(free(change(plant, sheet, row, field, lambda _: None)))
    for key, value in before.items():
        if isnan(unknown[key]):
            if abs(changed[key] - value) <= 1e-13 * abs(value):
                assert value == 0 or _cancels(record), (key, sheet, record, field)
        else:
            assert unknown[key] == pytest.approx(value, rel=1e-12), (key, sheet, record, field)
            assert changed[key] == pytest.approx(value, rel=1e-9), (key, sheet, record, field)


def _cancels(record: Any) -> bool:
    """Whether an amount may come back to where it was taken off: on a row from a process to itself, or through a unit.

    The same holds for the key of a stream that has one user, and for the one output of a unit.
    """
    if isinstance(record, m.Share):
        return True
    ends = (getattr(record, "source", ""), getattr(record, "target", ""))
    return ends[0] == ends[1] or any(end.startswith("U") for end in ends)
