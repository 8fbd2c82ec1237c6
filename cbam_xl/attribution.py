"""The whole installation as one calculation: terms per process, then one linear system (III F, G)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from math import fsum, isnan
from typing import NamedTuple

from . import checks, closure, emissions, energy, reference, solver
from . import equations as eq
from .emissions import Emission
from .energy import Moved, Supply
from .findings import issue
from .law import Law, on
from .model import SHARED, WASTE, WASTE_GAS, Flow, Installation, Issue, Parameter, Process, Share, fold
from .report import BALANCE_TERMS, NAN, Balance, GoodResult, Report, Term, Totals

DIRECT, INDIRECT, POWER, DEFAULT, BOUGHT = range(5)
"""Right-hand sides of the one system: direct, indirect, electricity, direct from default values, all bought."""

NITRIC_ACID, HYDROGEN, DEFAULTED, ALUMINIUM = "Nitric acid", "Hydrogen", "default", "7601"


class Assigned(NamedTuple):
    """A part of an emission and where it goes; ``part`` is 1 unless the stream is shared."""

    emission: Emission
    target: str
    part: float


def recalculate(installation: Installation, *, floor: bool = True) -> Report:
    """Solve an installation under the act of its reporting period; ``floor=False`` as the Commission's workbook."""
    end = installation.site.values.get("period_end")
    return solve(installation, on(end if isinstance(end, date) else None), floor=floor)


def split(name: str, shares: Mapping[str, list[Share]]) -> list[tuple[str, float]]:
    """Who gets which part of a shared stream or meter: amount / sum of amounts (Eq. 55, 56)."""
    rows = shares.get(fold(name), [])
    total = fsum(NAN if s.weight is None else s.weight for s in rows)
    return [(s.process, (NAN if s.weight is None else s.weight) / total if total else NAN) for s in rows]


def solve(installation: Installation, law: Law, *, floor: bool = True) -> Report:
    """Every balance, closure line, term and issue of an installation. Unknown figures are NaN, never 0."""
    issues = list(installation.issues)
    processes = {p.name: p for p in installation.processes}
    units = {u.name for u in installation.units}
    shares: dict[str, list[Share]] = defaultdict(list)
    for s in installation.shares:
        shares[fold(s.stream)].append(s)

    emitted = emissions.all_of(installation, law)
    assigned = [
        Assigned(e, target, part)
        for e in emitted
        for target, part in (split(e.name, shares) if e.process == SHARED else ((e.process, 1.0),))
    ]
    supplies = [
        Supply(row, target, (NAN if row.quantity is None else row.quantity) * part)
        for row in installation.electricity
        for target, part in (split(row.source, shares) if row.target == SHARED else ((row.target, 1.0),))
    ]
    nitric = frozenset(p.name for p in installation.processes if p.category == NITRIC_ACID)
    heat, power, unit_results, terms, found = energy.balance(
        installation, law, ((a.emission, a.target, a.part) for a in assigned if a.target in units), supplies, nitric)  # fmt: skip
    issues += found

    by_process: dict[str, list[Assigned]] = defaultdict(list)
    for a in assigned:
        by_process[a.target].append(a)
    moved_in: dict[str, list[Moved]] = defaultdict(list)
    moved_out: dict[str, list[Moved]] = defaultdict(list)
    for m in (*heat, *power):
        moved_in[m.target].append(m)
        moved_out[m.source].append(m)
    carbon: dict[str, list[tuple[Flow, float]]] = defaultdict(list)
    for f in installation.flows:
        if f.material and f.carbon_content:
            value = eq.mass_balance(NAN if f.quantity is None else f.quantity, f.carbon_content, law.carbon_factor)
            carbon[f.source].append((f, -value))
            carbon[f.target].append((f, value))

    # a process without any emission row emits nothing, unless emissions stand there that nobody was given
    blank = NAN if installation.origin == "communication" or any(not a.target for a in assigned) else 0.0
    firsts = []
    for process in installation.processes:
        name = process.name
        balance, own = _balance(process, by_process[name], carbon[name], moved_in[name], moved_out[name], law, blank)
        balance = _co_products(process, balance, installation.flows, law, own)
        if balance.attributed_direct_tco2e < 0 and floor and law.floor_at_zero:
            issues.append(issue("floored", f"The attributed direct emissions of “{name}” are "
                                f"{balance.attributed_direct_tco2e:,.6g} t: the act sets them to zero. Check what is "
                                "passed on.", process.at, "name", installation.origin))  # fmt: skip
            balance = balance._replace(floored_tco2e=-balance.attributed_direct_tco2e,
                                       attributed_direct_tco2e=eq.floored(balance.attributed_direct_tco2e))  # fmt: skip
        firsts.append(balance)
        terms += own

    balances, found = _specific(installation, firsts, law, terms,
                                {name: fsum(m.mwh for m in rows if m.target == name and not _is_gas(m))
                                 for name, rows in moved_in.items()})  # fmt: skip
    issues += found
    for balance in balances:
        _results(balance, processes[balance.name], terms)
    totals, found = _totals(installation, emitted, balances)
    issues += found
    lines = closure.lines(installation, law, totals, balances, assigned, heat, power, carbon, unit_results)
    goods = _goods(installation, {b.name: b for b in balances})
    period = tuple(d if isinstance(d := installation.site.values.get(f), date) else None
                   for f in ("period_start", "period_end"))  # fmt: skip
    report = Report(law.act, (period[0], period[1]), totals, balances, goods, tuple(unit_results), lines, tuple(terms),
                    (), reference.editions())  # fmt: skip
    issues += checks.run(installation, law, report)
    return report._replace(issues=checks.sort(issues))


def _is_gas(moved: Moved) -> bool:
    return getattr(moved.row, "kind", "") == WASTE_GAS


def _balance(
    process: Process,
    streams: Iterable[Assigned],
    carbon: Iterable[tuple[Flow, float]],
    moved_in: Iterable[Moved],
    moved_out: Iterable[Moved],
    law: Law,
    blank: float,
) -> tuple[Balance, list[Term]]:
    """Eq. 48 and 49 of one process, before the floor, with the terms behind each figure.

    ``blank`` is DirEm* of a process that has no emission row and none entered.
    """
    name, terms = process.name, []
    direct = []
    for e, _, part in streams:
        value = e.fossil * part
        direct.append(value)
        formula, numbers = (e.formula, e.numbers) if part == 1.0 else (f"({e.formula}) × {{}}", (*e.numbers, part))
        for quantity, step, unit, cites in e.steps:
            terms.append(Term(name, "DirEm*", quantity, step, unit, cites=cites, at=e.at))
        terms.append(Term(name, "DirEm*", e.name, value, "t CO2e", formula, numbers, e.cites, e.at, "name",
                          e.data_source, e.note))  # fmt: skip
    for f, value in carbon:
        direct.append(value)
        terms.append(Term(name, "DirEm*", f"{f.material}: {f.source} → {f.target}", value, "t CO2e", "{} t × {} tC/t × {}",
                          (f.quantity or NAN, f.carbon_content or NAN, law.carbon_factor if value > 0 else -law.carbon_factor),
                          "III B.3.2, Eq. 12", f.at, "quantity", f.data_source, f.note))  # fmt: skip
    if process.direct_entered is not None:
        if direct:
            terms.append(Term(name, "DirEm*", "From the streams (not used: DirEm* is entered)", fsum(direct), "t CO2e",
                              cites="III F.1", at=process.at))  # fmt: skip
        attributable = process.direct_entered
        terms.append(Term(name, "DirEm*", "Entered", attributable, "t CO2e", cites="III F.1, Eq. 48", at=process.at,
                          field="direct_entered", data_source=process.data_source, note=process.note))  # fmt: skip
    else:
        attributable = fsum(direct) if direct or not process.is_cbam else blank
    terms.append(Term(name, "DirEm*", "DirEm*", attributable, "t CO2e", cites="III F.1, Eq. 48", at=process.at, total=True))

    sums: dict[str, list[float]] = defaultdict(list)
    for m in moved_in:
        row = m.row
        if not hasattr(row, "kind"):
            sums["indirect"].append(m.added)
            terms.append(Term(name, "Electricity", f"From {m.source}", m.added, "t CO2e", "{} MWh × {} tCO2/MWh",
                              (m.quantity, m.ef), "III D.1, Eq. 44", row.at, "quantity", row.data_source, row.note))  # fmt: skip
        elif row.kind == WASTE_GAS:
            sums["waste_gas_in"].append(m.added)
            terms.append(Term(name, "Waste gas in", f"From {m.source}", m.added, "t CO2e", "{} TJ × {} tCO2/TJ",
                              (m.quantity, m.ef), "III F.1, Eq. 53", row.at, "quantity", row.data_source, row.note))  # fmt: skip
        else:
            sums["heat_in"].append(m.added)
            terms.append(Term(name, "Heat in", f"From {m.source}", m.added, "t CO2e", "{} TJ × {} tCO2/TJ",
                              (m.quantity, m.ef), "III F.1, Eq. 52", row.at, "quantity", row.data_source, row.note))  # fmt: skip
            if m.indirect:
                sums["indirect"].append(m.indirect)
                terms.append(Term(name, "Electricity", f"Behind the heat of {m.source}", m.indirect, "t CO2e",
                                  cites="III D.1, F.5", at=row.at))  # fmt: skip
    for m in moved_out:
        row = m.row
        if not hasattr(row, "kind"):
            sums["power_out"].append(m.off)
            terms.append(Term(name, "Electricity out", f"To {m.target}", m.off, "t CO2e", "{} MWh × {} tCO2/MWh",
                              (m.quantity, m.ef), "III F.1, Eq. 48", row.at, "quantity", row.data_source, row.note))  # fmt: skip
        elif row.kind == WASTE_GAS:
            sums["waste_gas_out"].append(m.off)
            terms.append(Term(name, "Waste gas out", f"To {m.target}", m.off, "t CO2e", "{} TJ × {} tCO2/TJ × {}",
                              (m.quantity, m.ef, law.waste_gas_correction), "III F.1, Eq. 54", row.at, "quantity",
                              row.data_source, row.note))  # fmt: skip
        else:
            sums["heat_out"].append(m.off)
            terms.append(Term(name, "Heat out", f"To {m.target}", m.off, "t CO2e", "{} TJ × {} tCO2/TJ",
                              (m.quantity, m.ef), "III F.1, Eq. 48", row.at, "quantity", row.data_source, row.note))  # fmt: skip
    parts = [fsum(sums[k]) for k in ("heat_in", "heat_out", "waste_gas_in", "waste_gas_out", "power_out")]
    return Balance(
        name,
        process.category,
        NAN if process.quantity is None else process.quantity,
        attributable,
        *parts,
        attributed_direct_tco2e=eq.attributed_direct(attributable, *parts),
        attributed_indirect_tco2e=eq.attributed_indirect(fsum(sums["indirect"])),
    ), terms


def _co_products(process: Process, b: Balance, flows: Iterable[Flow], law: Law, terms: list[Term]) -> Balance:
    """Eq. 1 to 3: hydrogen made together with oxygen, chlorine and lye, or chlorate keeps its molar part."""
    if process.category != HYDROGEN:
        return b
    made: dict[str, float] = defaultdict(float)
    sold: dict[str, float] = defaultdict(float)
    for f in flows:
        if f.source == process.name and f.material:
            made[fold(f.material)] += NAN if f.quantity is None else f.quantity
            if f.target != WASTE:
                sold[fold(f.material)] += NAN if f.quantity is None else f.quantity
    hydrogen = b.activity_level_t + made["hydrogen"]
    if made["chlorine"] or made["sodium hydroxide"]:
        share = eq.chloralkali_share(b.activity_level_t, hydrogen, made["chlorine"], made["sodium hydroxide"],
                                     law.molar_mass_h2, law.molar_mass_cl2, law.molar_mass_naoh)  # fmt: skip
        cites = "II 3.6, Eq. 2"
    elif made["sodium chlorate"]:
        share = eq.chlorate_share(b.activity_level_t, hydrogen, made["sodium chlorate"], law.molar_mass_h2,
                                  law.molar_mass_naclo3)  # fmt: skip
        cites = "II 3.6, Eq. 3"
    elif sold["oxygen"]:
        share = eq.electrolysis_share(hydrogen, made["oxygen"], sold["oxygen"], law.molar_mass_h2, law.molar_mass_o2)
        cites = "II 3.6, Eq. 1"
    else:
        return b
    direct, indirect = b.attributed_direct_tco2e, b.attributed_indirect_tco2e
    terms.append(Term(b.name, "Co-products", "Share of hydrogen", share, "share", cites=cites, at=process.at))
    return b._replace(co_products_tco2e=direct * (1 - share), attributed_direct_tco2e=direct * share,
                      attributed_indirect_tco2e=indirect * share)  # fmt: skip


def _alloying(installation: Installation, law: Law) -> dict[str, float]:
    """Processes whose aluminium holds more than 5 % alloying elements, with that share (II 3.17, 3.18)."""
    if installation.origin == "communication":
        return {}
    aluminium = {p.name for p in installation.processes if p.category in ("Unwrought aluminium", "Aluminium products")}
    of_good = {g.name: g.process for g in installation.goods}
    found: dict[str, list[Parameter]] = defaultdict(list)
    for row in installation.parameters:
        name = of_good.get(row.target, row.target)
        if row.parameter == "% non-aluminium elements" and name in aluminium and isinstance(row.value, float):
            found[name].append(row)
    limit = law.alloying_threshold
    shares = {name: max(r.value for r in rows if isinstance(r.value, float)) / 100 for name, rows in found.items()}
    primary_only = {p.name for p in installation.processes if p.routes == ("Primary (electrolytic) smelting",)}
    return {name: share for name, share in shares.items() if share > limit and name not in primary_only}


def _specific(
    installation: Installation, firsts: list[Balance], law: Law, terms: list[Term], power: Mapping[str, float]
) -> tuple[tuple[Balance, ...], list[Issue]]:
    """Eq. 57 to 61 for all processes at once: ``AL·SEE - Σ M·SEE = attributed + bought``."""
    issues: list[Issue] = []
    place = {b.name: i for i, b in enumerate(firsts)}
    bought = {p.name: p for p in installation.precursors}
    rows: list[dict[int, float]] = []
    sides: list[list[float]] = []
    for b in firsts:
        level = b.activity_level_t if b.activity_level_t > 0 else NAN
        rows.append({len(rows): level})
        sides.append([b.attributed_direct_tco2e, b.attributed_indirect_tco2e, power.get(b.name, 0.0), 0.0, 0.0])
    for flow in installation.flows:
        i = place.get(flow.target)
        if i is None or flow.material or flow.quantity == 0:
            continue
        mass = NAN if flow.quantity is None else flow.quantity
        j = place.get(flow.source)
        if j is not None:
            rows[i][j] = rows[i].get(j, 0.0) - mass
            if isnan(mass):
                sides[i] = [NAN] * len(sides[i])
        elif (p := bought.get(flow.source)) is not None:
            direct = NAN if p.see_direct is None else p.see_direct
            mwh = NAN if p.electricity is None else p.electricity
            ef = NAN if p.electricity_ef is None else p.electricity_ef
            if p.electricity == 0 or p.electricity_ef == 0:
                indirect = 0.0
            else:
                indirect = eq.electricity_emissions(mwh, ef)
            side = sides[i]
            side[DIRECT] += mass * direct
            side[INDIRECT] += mass * indirect
            side[POWER] += mass * mwh
            side[BOUGHT] += mass * (direct + indirect)
            if fold(p.see_direct_source) == DEFAULTED:
                side[DEFAULT] += mass * direct
            for unit, value, factor in (("SEE direct", direct, mass * direct), ("SEE indirect", indirect, mass * indirect)):
                terms.append(Term(flow.target, "Bought precursors", f"{flow.source}, {unit}", factor, "t CO2e",
                                  "{} t × {} tCO2e/t", (mass, value), "III G, Eq. 58", flow.at, "quantity",
                                  flow.data_source or p.see_direct_source, flow.note or p.note))  # fmt: skip
    for name, share in _alloying(installation, law).items():
        i, default = place[name], reference.default_value(ALUMINIUM)
        if default is None:
            continue
        mass, direct, indirect = firsts[i].activity_level_t * share, default.direct.value, default.indirect.value
        for column, value in ((DIRECT, direct), (INDIRECT, indirect), (BOUGHT, direct + indirect), (DEFAULT, direct)):
            sides[i][column] += mass * value
        terms.append(Term(name, "Bought precursors", "Alloying elements as primary aluminium", mass * (direct + indirect),
                          "t CO2e", "{} t × ({} + {}) tCO2e/t", (mass, direct, indirect), "II 3.17, 3.18",
                          data_source=f"Default value, CN {ALUMINIUM} ({default.direct.edition})"))  # fmt: skip
    found, endless = solver.solve(rows, sides)
    for loop in endless:
        names = ", ".join(f"“{firsts[i].name}”" for i in loop)
        issues.append(issue("loop-endless", f"{names}: around this loop at least as much is used as is made, so the "
                            "embedded emissions have no end. Correct the amounts on Material flows.",
                            next(p.at for p in installation.processes if p.name == firsts[loop[0]].name)))  # fmt: skip
    balances = []
    for b, x in zip(firsts, found, strict=True):
        level = b.activity_level_t if b.activity_level_t > 0 else NAN
        balances.append(b._replace(
            see_direct=x[DIRECT], see_indirect=x[INDIRECT], see_total=x[DIRECT] + x[INDIRECT],
            own_see_direct=eq.own_see(b.attributed_direct_tco2e, level),
            own_see_indirect=eq.own_see(b.attributed_indirect_tco2e, level),
            embedded_electricity_mwh_per_t=x[POWER], bought_see_total=x[BOUGHT],
            default_share=x[DEFAULT] / x[DIRECT] if x[DIRECT] else NAN,
            indicative=_indicative(installation, b.name)))  # fmt: skip
    by_name = {b.name: b for b in balances}
    for flow in installation.flows:
        source = by_name.get(flow.source)
        if source and flow.target in by_name and not flow.material and flow.quantity:
            for unit, value in (("direct", source.see_direct), ("indirect", source.see_indirect)):
                terms.append(Term(flow.target, "Own precursors", f"{flow.source}, SEE {unit}", flow.quantity * value,
                                  "t CO2e", "{} t × {} tCO2e/t", (flow.quantity, value), "III G, Eq. 58", flow.at,
                                  "quantity", flow.data_source, flow.note))  # fmt: skip
    return tuple(balances), issues


def _indicative(installation: Installation, name: str) -> bool:
    """Emissions shared out by output over several categories, which III A.4 allows only for joint processes."""
    process = next(p for p in installation.processes if p.name == name)
    allowed = reference.joint(process.category)
    return any(other not in allowed for other in process.leaving if other != process.category)


def _results(b: Balance, process: Process, terms: list[Term]) -> None:
    """The results of one process as terms, in the order of Eq. 48 to 61."""
    for field in ("attributed_direct_tco2e", "attributed_indirect_tco2e", "own_see_direct", "own_see_indirect",
                  "see_direct", "see_indirect", "see_total", "embedded_electricity_mwh_per_t", "default_share"):  # fmt: skip
        symbol, unit, cites = BALANCE_TERMS[field]
        formula, numbers = "", ()
        if field == "attributed_direct_tco2e":
            formula = "{} + {} − {} + {} − {} − {}" + (" − {}" if b.co_products_tco2e else "") + (
                " + {} (floor)" if b.floored_tco2e else "")
            numbers = (b.direct_emissions_tco2e, b.heat_in_tco2e, b.heat_out_tco2e, b.waste_gas_in_tco2e,
                       b.waste_gas_out_tco2e, b.electricity_out_tco2e,
                       *((b.co_products_tco2e,) if b.co_products_tco2e else ()),
                       *((b.floored_tco2e,) if b.floored_tco2e else ()))  # fmt: skip
        elif field.startswith("own_see"):
            over = b.attributed_direct_tco2e if field.endswith("_direct") else b.attributed_indirect_tco2e
            formula, numbers = "{} t CO2e ÷ {} t", (over, b.activity_level_t)
        terms.append(Term(b.name, "Result", symbol, getattr(b, field), unit, formula, numbers, cites, process.at, "name",
                          total=True))  # fmt: skip


def _totals(
    installation: Installation, emitted: list[Emission], balances: Iterable[Balance]
) -> tuple[Totals, list[Issue]]:
    """Eq. 4 for the installation; totals typed by hand replace computed ones, with a warning that shows both."""
    issues = []
    site = installation.site
    sums: dict[str, float] = {gas: fsum(e.fossil for e in emitted if e.gas == gas) for gas in ("CO2", "N2O", "PFC")}
    sums["biomass"] = fsum(e.biomass for e in emitted)
    sums["energy"] = fsum(e.energy for e in emitted)
    for key, field, words in (("CO2", "co2_entered", "Total CO2 emissions"), ("N2O", "n2o_entered", "Total N2O emissions"),
                              ("PFC", "pfc_entered", "Total PFC emissions"),
                              ("biomass", "biomass_entered", "Biomass emissions"),
                              ("energy", "fuel_total", "Total fuel input")):  # fmt: skip
        typed = site.number(field)
        if typed is not None:
            if not abs(typed - sums[key]) <= 1e-9 * abs(typed):
                issues.append(issue("total-overridden", f"{words}: {typed:,.10g} is entered and used; the rows give "
                                    f"{sums[key]:,.10g}. Blank the cell to use the rows.", site.at, field,
                                    installation.origin))  # fmt: skip
            sums[key] = typed
    name = site.text("name_en") or site.text("name")
    indirect = fsum(b.attributed_indirect_tco2e for b in balances)
    return Totals(name, fsum((sums["CO2"], sums["N2O"], sums["PFC"])), sums["biomass"], indirect, sums["energy"],
                  sums["PFC"]), issues  # fmt: skip


def _goods(installation: Installation, balances: Mapping[str, Balance]) -> tuple[GoodResult, ...]:
    """Every good with the specific embedded emissions of its process."""
    found = []
    for g in installation.goods:
        b = balances.get(g.process)
        mass = NAN if g.quantity is None else g.quantity
        direct, indirect, total = (b.see_direct, b.see_indirect, b.see_total) if b else (NAN, NAN, NAN)
        found.append(GoodResult(g.cn_code, g.name, g.process, b.category if b else "", reference.cn_name(g.cn_code) or "",
                                mass, direct, indirect, total, mass * total))  # fmt: skip
    return tuple(found)
