"""What is emitted: every source stream, stack and cell line becomes one :class:`Emission` (III B)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum
from typing import NamedTuple

from . import equations as eq
from .law import Law
from .model import (
    CO2_TRANSFER,
    COMBUSTION,
    MASS_BALANCE,
    OVERVOLTAGE,
    PROCESS_EMISSIONS,
    SHARED,
    Cell,
    Installation,
    Measured,
    Pfc,
    Share,
    Stream,
    fold,
)
from .report import NAN, or_nan


class Emission(NamedTuple):
    """Fossil t CO2e, zero-rated biomass t CO2 and energy (TJ) of one row; NaN is unknown. ``gas``: CO2, N2O or PFC."""

    name: str
    process: str
    gas: str
    fossil: float
    biomass: float
    energy: float
    formula: str
    numbers: tuple[float, ...]
    cites: str
    at: Cell
    data_source: str
    note: str
    fields: tuple[str, ...]  # of its row, from which the numbers come
    steps: tuple[tuple[str, float, str, str], ...] = ()  # intermediate results: quantity, value, unit, provision

    @property
    def sources(self) -> tuple[tuple[Cell, str], ...]:
        """The cells of its row behind the first one."""
        return tuple((self.at, field) for field in self.fields[1:])


class Assigned(NamedTuple):
    """A part of an emission and the process or energy unit it goes to; ``part`` is 1 unless the stream is shared."""

    emission: Emission
    target: str
    part: float

    @property
    def formula(self) -> tuple[str, tuple[float, ...]]:
        """The formula of the part, and its numbers."""
        e = self.emission
        return (e.formula, e.numbers) if self.part == 1.0 else (f"({e.formula}) × {{}}", (*e.numbers, self.part))


def _or(value: float | None, blank: float) -> float:
    return blank if value is None else value


def _part(amount: float, share: float) -> float:
    """A share of an amount; none of an unknown amount is 0."""
    return amount * share if share else 0.0


def stream(s: Stream, law: Law) -> Emission:
    """Eq. 5 (combustion), 11 (process emissions), 12 (mass balance), or CO2 passed on (B.8), with Eq. 6 for energy."""
    quantity, biomass = or_nan(s.quantity), _or(s.biomass, 0.0)
    # without a calorific value the energy isn't known; the act asks for it only beside a factor per TJ
    energy = quantity if s.unit == "TJ" else eq.energy(quantity, s.ncv) if s.ncv is not None else 0.0
    numbers: tuple[float, ...]
    fields: tuple[str, ...] = ("quantity",)
    if s.method == MASS_BALANCE:
        content = or_nan(s.carbon_content)
        gross = eq.mass_balance(quantity, content, law.carbon_factor)
        formula = f"{{}} {s.unit} × {{}} tC/{s.unit} × {{}}"
        numbers = (quantity, content, law.carbon_factor)
        fields, cites = (*fields, "carbon_content"), "III B.3.2, Eq. 12"
    elif s.method == CO2_TRANSFER:
        gross, formula, numbers, cites = quantity, "{} t CO2", (quantity,), "III B.8"
    elif s.method in (COMBUSTION, PROCESS_EMISSIONS):
        ef, part = or_nan(s.ef), _or(s.conversion, 1.0)
        calculate = eq.combustion if s.method == COMBUSTION else eq.process_emissions
        if s.ef_unit == "TJ":
            if s.unit == "TJ":
                used, formula, numbers = quantity, "{} TJ × {} tCO2/TJ", (quantity, ef)
            else:
                used = eq.energy(quantity, or_nan(s.ncv))
                formula = f"{{}} {s.unit} × {{}} TJ/{s.unit} × {{}} tCO2/TJ"
                numbers, fields = (quantity, or_nan(s.ncv), ef), (*fields, "ncv")
        else:
            used, formula, numbers = quantity, f"{{}} {s.unit} × {{}} tCO2/{s.unit}", (quantity, ef)
        gross, fields = calculate(used, ef, part), (*fields, "ef")
        if part != 1.0:
            formula, numbers, fields = formula + " × {}", (*numbers, part), (*fields, "conversion")
        cites = "III B.3.1.1, Eq. 5, 6" if s.method == COMBUSTION else "III B.3.1.2, Eq. 11"
    else:
        gross, formula, numbers, cites = NAN, "", (), ""
    if biomass:
        formula, numbers, cites = formula + " × (1 − {})", (*numbers, biomass), cites + ", 10"
        fields = (*fields, "biomass")
    return Emission(s.name, s.process, "CO2", _part(gross, 1 - biomass), _part(gross, biomass), energy,
                    formula, numbers, cites, s.at, s.data_source, s.note, fields)  # fmt: skip


def measured(m: Measured, law: Law) -> Emission:
    """Eq. 16 (mass of gas) and 18 (t CO2e) of one emission point; biomass CO2 is zero-rated."""
    gwp = law.gwp_n2o if m.gas == "N2O" else 1.0 if m.gas == "CO2" else NAN
    biomass = _or(m.biomass, 0.0)
    mass = eq.measured_mass(or_nan(m.concentration), or_nan(m.hours), or_nan(m.flow))
    gross = mass * gwp
    numbers: tuple[float, ...] = (or_nan(m.concentration), or_nan(m.hours), or_nan(m.flow), gwp)
    formula = "{} g/Nm3 × {} h × {} 1000Nm3/h ÷ 1000 × {}"
    fields: tuple[str, ...] = ("concentration", "hours", "flow")
    if biomass:
        formula, numbers, fields = formula + " × (1 − {})", (*numbers, biomass), (*fields, "biomass")
    energy = _or(m.energy_fossil, 0.0) + _or(m.energy_biomass, 0.0)
    return Emission(m.name, m.process, m.gas or "CO2", _part(gross, 1 - biomass), _part(gross, biomass),
                    energy, formula, numbers, "III B.6, Eq. 16, 18", m.at, m.data_source, m.note,
                    fields, (("Annual amount of GHG", mass, f"t {m.gas}", "III B.6, Eq. 16"),))  # fmt: skip


def pfc(p: Pfc, law: Law) -> Emission:
    """Eq. 20 to 26: CF4, C2F6, both in t CO2e, divided by the collection efficiency."""
    aluminium = or_nan(p.aluminium)
    numbers: tuple[float, ...]
    fields: tuple[str, ...]
    if p.method == OVERVOLTAGE:
        efficiency = or_nan(p.current_efficiency)
        usable = 1.5 < efficiency <= 100
        cf4 = eq.cf4_overvoltage(or_nan(p.ovc), or_nan(p.overvoltage), efficiency, aluminium) if usable else NAN
        formula = "{} × {} mV ÷ {} % × {} t Al ÷ 1000"
        numbers = (or_nan(p.ovc), or_nan(p.overvoltage), efficiency, aluminium)
        step, fields = "III B.7.2, Eq. 24", ("ovc", "overvoltage", "current_efficiency", "aluminium")
    else:
        minutes = eq.anode_effect_minutes(or_nan(p.frequency), or_nan(p.duration))
        cf4 = eq.cf4_slope(minutes, or_nan(p.sef), aluminium)
        formula = "{} AE/cell-day × {} min × {} ÷ 1000 × {} t Al"
        numbers = (or_nan(p.frequency), or_nan(p.duration), or_nan(p.sef), aluminium)
        step, fields = "III B.7.1, Eq. 21, 23", ("frequency", "duration", "sef", "aluminium")
    c2f6 = eq.c2f6(cf4, or_nan(p.f_c2f6))
    duct = eq.pfc_co2e(cf4, c2f6, law.gwp_cf4, law.gwp_c2f6)
    collection = _or(p.collection, 1.0)
    total = eq.pfc_total(duct, collection) if 0 < collection <= 1 else NAN
    return Emission(
        p.technology, p.process, "PFC", total, 0.0, 0.0,
        "({} t CF4 × {} + {} t C2F6 × {}) ÷ {}", (cf4, law.gwp_cf4, c2f6, law.gwp_c2f6, collection),
        "III B.7, Eq. 20, 26", p.at, p.data_source, p.note, (*fields, "f_c2f6", *["collection"] * (collection != 1.0)),
        (("CF4: " + formula.format(*(f"{n:g}" for n in numbers)), cf4, "t CF4", step),
         ("C2F6", c2f6, "t C2F6", "III B.7, Eq. 22, 25"),
         ("CF4 as CO2e", cf4 * law.gwp_cf4, "t CO2e", "III B.7, Eq. 26"),
         ("C2F6 as CO2e", c2f6 * law.gwp_c2f6, "t CO2e", "III B.7, Eq. 26")),
    )  # fmt: skip


def all_of(installation: Installation, law: Law) -> list[Emission]:
    """Every emission of the installation, in the order of its sheets."""
    found: Iterable[Emission] = (
        *(stream(s, law) for s in installation.streams),
        *(measured(m, law) for m in installation.measured),
        *(pfc(p, law) for p in installation.pfc),
    )
    return list(found)


def by_stream(shares: Iterable[Share]) -> dict[str, list[Share]]:
    """The rows of sheet Shared streams by what they share, its name folded."""
    found: dict[str, list[Share]] = defaultdict(list)
    for s in shares:
        found[fold(s.stream)].append(s)
    return found


def split(name: str, end: str, shares: Mapping[str, list[Share]]) -> list[tuple[str, float]]:
    """Who gets which part of a stream or meter: its end all of it, or of a shared one amount / sum of amounts.

    Sub-meters are so reconciled with the main meter (Eq. 55, 56). What is shared without amounts is nobody's ("").
    """
    if end != SHARED:
        return [(end, 1.0)]
    rows = shares.get(fold(name), [])
    total = fsum(or_nan(s.weight) for s in rows)
    return [(s.process, or_nan(s.weight) / total if total else NAN) for s in rows] or [("", 1.0)]
