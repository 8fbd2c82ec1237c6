"""Functions that work out one equation from figures in cells; they know no workbook and no handle.

Net calorific values are in GJ per t or 1000 Nm3, as on sheet Source streams and in Annex VIII. Figures of the law come
from its reference sheet; they are the same in the acts of 2023 and 2026. What the later one changes are rules that
need more than one equation (evidence for waste gas, co-products, goods of Annex II): no function here takes an act.
Units and provisions stand beside each function in FUNCTIONS. CellError or CbamError where an equation can't be worked
out.
"""

from collections.abc import Callable
from typing import Any

from cbam_xl import equations as eq
from cbam_xl import reference, units
from cbam_xl.law import transitional

from .cells import figures
from .function import ACT, Argument, CellError, Function

CATEGORY = "CBAM equations"
GJ_PER_TJ = 1000.0
A = Argument


def energy(ad: float, ncv: float) -> float:
    return eq.energy(ad, ncv / GJ_PER_TJ)


def combustion(ad: float, ncv: float, ef: float, oxidation: float, biomass: float) -> float:
    return eq.combustion(energy(ad, ncv), ef, oxidation, biomass)


def mass_balance(ad: float, carbon: float, biomass: float) -> float:
    return eq.mass_balance(ad, carbon, transitional().carbon_factor, biomass)


def ef_from_carbon(carbon: float, ncv: float) -> float:
    return eq.ef_per_energy(carbon, ncv / GJ_PER_TJ, transitional().carbon_factor)


def cems(concentration: float, hours: float, flow: float, gas: str, biomass: float) -> float:
    gwp = reference.value("gwp", gas).value
    return eq.co2e(eq.measured_mass(concentration, hours, flow), gwp, biomass)


def cems_mean(concentrations: object, flows: object) -> float:
    return eq.cems_mean(figures("concentrations", concentrations), figures("flows", flows))


def cems_hours(concentrations: object, flows: object) -> float:
    return eq.cems_hours(figures("concentrations", concentrations), figures("flows", flows))


def cems_mass(concentrations: object, flows: object) -> float:
    return eq.measured_mass_hourly(figures("concentrations", concentrations), figures("flows", flows))


def cems_substitute(concentrations: object) -> float:
    return eq.substitute(figures("concentrations", concentrations))


def pfc_slope(
    aluminium: float, frequency: float, duration: float, sef: float, f_c2f6: float, collection: float
) -> float:
    return _pfc(eq.cf4_slope(eq.anode_effect_minutes(frequency, duration), sef, aluminium), f_c2f6, collection)


def pfc_overvoltage(
    aluminium: float, overvoltage: float, efficiency: float, ovc: float, f_c2f6: float, collection: float
) -> float:
    return _pfc(eq.cf4_overvoltage(ovc, overvoltage, efficiency, aluminium), f_c2f6, collection)


def _pfc(cf4: float, f_c2f6: float, collection: float) -> float:
    law = transitional()
    return eq.pfc_total(eq.pfc_co2e(cf4, eq.c2f6(cf4, f_c2f6), law.gwp_cf4, law.gwp_c2f6), collection)


def heat_flow(h_flow: float, h_return: float, mass_flow: float, hours: float) -> float:
    return units.convert(eq.heat_flow(h_flow, h_return, mass_flow) * hours, "kWh", "TJ")


def standard_heat_ef(fuel_ef: float) -> float:
    return eq.standard_heat_ef(fuel_ef, transitional().boiler_efficiency)


def chp_heat_share(fuel: float, heat: float, electricity: float, ref_heat: float, ref_electricity: float) -> float:
    efficiencies = eq.heat_efficiency(heat, fuel), eq.electricity_efficiency(electricity, fuel)
    return eq.chp_heat_share(*efficiencies, ref_heat, ref_electricity)


def chp_heat_ef(
    emissions: float, fuel: float, heat: float, electricity: float, ref_heat: float, ref_electricity: float
) -> float:
    return eq.chp_heat_ef(emissions, chp_heat_share(fuel, heat, electricity, ref_heat, ref_electricity), heat)


def chp_electricity_ef(
    emissions: float, fuel: float, heat: float, electricity: float, ref_heat: float, ref_electricity: float
) -> float:
    share = 1 - chp_heat_share(fuel, heat, electricity, ref_heat, ref_electricity)
    return eq.chp_electricity_ef(emissions, share, electricity)


def waste_gas_import(gas: float) -> float:
    return eq.waste_gas_import(gas, transitional().natural_gas_ef)


def waste_gas_export(gas: float) -> float:
    return eq.waste_gas_export(gas, transitional().natural_gas_ef, transitional().waste_gas_correction)


def attributed(*terms: float) -> float:
    return eq.floored(eq.attributed_direct(*terms))


def embedded(masses: object, sees: object) -> float:
    each = figures("masses", masses), figures("see", sees)
    if len(each[0]) != len(each[1]):
        raise CellError("arguments", "masses and see are ranges of different size: give a SEE for each mass.")
    if any((mass is None) != (see is None) for mass, see in zip(*each, strict=True)):
        raise CellError("value-missing", "A precursor has a mass without SEE, or a SEE without mass: fill in both.")
    return eq.embedded((m, s) for m, s in zip(*each, strict=True) if m is not None and s is not None)


def see(attributed: float, activity_level: float, embedded: float) -> float:
    return eq.see_complex(attributed, embedded, activity_level)


def reconciled(part: float, parts: object, main: float) -> float:
    return eq.reconciled(part, eq.reconciliation_factor(main, [p for p in figures("parts", parts) if p is not None]))


def flue_gas(air: float, oxygen: float) -> float:
    return eq.flue_gas_flow(air, oxygen, reference.parameter("air_oxygen").value)


def _own(call: Callable[..., Any], *over: Callable[..., Any]) -> str:
    """The provisions of the equations that a function works out."""
    found = (part for each in (over or (call,)) for part in eq.provisions(each)[ACT].split("; "))
    return "; ".join(dict.fromkeys(found))


def _f(
    name: str, call: Callable[..., Any], arguments: tuple[Argument, ...], words: str, example: str,
    *over: Callable[..., Any],
) -> Function:  # fmt: skip
    return Function(f"CBAM_{name}", call, arguments, CATEGORY, words, f"=CBAM_{name}({example})", _own(call, *over))


AD = A("ad", "Activity data: amount used, in t or 1000 Nm3.", "t or 1000Nm3")
NCV = A("ncv", "Net calorific value in GJ per t or 1000 Nm3.", "GJ/t or GJ/1000Nm3", never_zero=True)
OXIDATION = A("oxidation", "Oxidation factor as a share.", "share", True, 1.0, never_zero=True)
CONVERSION = A("conversion", "Conversion factor as a share.", "share", True, 1.0, never_zero=True)
BIOMASS = A("biomass", "Zero-rated biomass as a share of the carbon.", "share", True, 0.0)
EF_AMOUNT = A("ef", "Emission factor in t CO2 per t or 1000 Nm3.", "tCO2/t or tCO2/1000Nm3", never_zero=True)
CARBON = A("carbon", "Carbon content in t C per t or 1000 Nm3.", "tC/t or tC/1000Nm3", never_zero=True)
HOURLY = (A("concentrations", "Hourly concentrations in g/Nm3; blank: a missing hour.", "g/Nm3", matrix=True),
          A("flows", "Flue gas flow of these hours in Nm3/h; blank: not operating.", "Nm3/h", matrix=True))  # fmt: skip
AL_TONNES = A("aluminium", "Primary aluminium produced, in t.", "t Al", never_zero=True)
F_C2F6 = A("f_c2f6", "Mass ratio of C2F6 to CF4.", "t C2F6/t CF4", never_zero=True)
COLLECTION = A("collection", "Collection efficiency of the duct as a share.", "share", True, 1.0,
               never_zero=True)  # fmt: skip
EF_ENERGY = A("ef", "Emission factor in t CO2 per TJ.", "tCO2/TJ", never_zero=True)
GAS = A("energy", "Energy of the waste gas, volume × NCV, in TJ.", "TJ")
CHP = (A("fuel", "Energy input of the CHP in TJ.", "TJ", never_zero=True),
       A("heat", "Net heat produced, in TJ.", "TJ", never_zero=True),
       A("electricity", "Electricity produced, in MWh.", "MWh", never_zero=True),
       A("ref_heat", "Reference efficiency of heat (Annex IX) as a share.", "share", never_zero=True),
       A("ref_electricity", "Reference efficiency of electricity (Annex IX) as a share.", "share",
         never_zero=True))  # fmt: skip
EMISSIONS = A("emissions", "Emissions of the CHP, flue gas cleaning included, in t CO2.", "tCO2")
ATTRIBUTED = A("attributed", "Attributed emissions of the process, direct or indirect, in t CO2e.", "tCO2e")
LEVEL = A("activity_level", "What the process makes, in t (electricity: MWh).", "t", never_zero=True)

FUNCTIONS = (
    _f("ENERGY", energy, (AD, NCV), "Energy of a fuel in TJ: amount × net calorific value.", "252000, 45", eq.energy),
    _f("COMBUSTION", combustion, (AD, NCV, EF_ENERGY, OXIDATION, BIOMASS),
       "Fossil CO2 of a fuel in t, from its amount, net calorific value and emission factor per TJ.",
       "252000, 45, 73", eq.energy, eq.combustion),
    _f("COMBUSTION_AMOUNT", eq.combustion_by_amount, (AD, EF_AMOUNT, OXIDATION, BIOMASS),
       "Fossil CO2 of a fuel in t, from its amount and an emission factor per t or 1000 Nm3.", "1000, 2.5, 0.98"),
    _f("PROCESS_EMISSIONS", eq.process_emissions, (AD, EF_AMOUNT, CONVERSION, BIOMASS),
       "Fossil CO2 in t that a material gives off in the process.", "1255000, 0.525"),
    _f("MASS_BALANCE", mass_balance, (AD, CARBON, BIOMASS),
       "Fossil CO2 in t of one stream of a carbon balance; what leaves has a negative amount.",
       "-1808226, 0.003878", eq.mass_balance),
    _f("EF_FROM_CARBON", ef_from_carbon, (CARBON, NCV), "Emission factor in t CO2/TJ from a carbon content.",
       "0.75, 48", eq.ef_per_energy),
    _f("OXIDATION_FACTOR", eq.oxidation_factor,
       (A("carbon_ash", "Carbon in ash and dust, in t C.", "tC"),
        A("carbon_total", "Total carbon of the fuel, in t C.", "tC", never_zero=True)),
       "Oxidation factor as a share, from the carbon that stays in ash and dust.", "15, 600"),
    _f("CEMS", cems,
       (A("concentration", "Flow-weighted mean concentration in g/Nm3.", "g/Nm3"),
        A("hours", "Operating hours.", "h"), A("flow", "Mean flue gas flow in 1000 Nm3/h.", "1000Nm3/h"),
        A("gas", "CO2 or N2O.", "", True, "CO2"), BIOMASS),
       "Measured emissions in t CO2e from mean concentration, hours and mean flow.", '64.2925, 4, 265, "N2O"',
       eq.measured_mass, eq.co2e),
    _f("CEMS_MEAN", cems_mean, HOURLY, "Flow-weighted mean concentration in g/Nm3 of an hourly table; missing hours "
       "are substituted by Eq. 19.", "B2:B5, C2:C5", eq.cems_mean),
    _f("CEMS_HOURS", cems_hours, HOURLY, "Operating hours of an hourly table, substituted hours included.",
       "B2:B5, C2:C5", eq.cems_hours),
    _f("CEMS_MASS", cems_mass, HOURLY, "Mass of the gas in t, summed over an hourly table; missing hours are "
       "substituted by Eq. 19.", "B2:B5, C2:C5", eq.measured_mass_hourly),
    _f("CEMS_SUBSTITUTE", cems_substitute, HOURLY[:1], "Value that stands in for missing hours, in g/Nm3: mean and "
       "twice the standard deviation.", "B2:B5", eq.substitute),
    _f("PFC_SLOPE", pfc_slope,
       (AL_TONNES, A("frequency", "Anode effects per cell and day.", "AE/cell-day"),
        A("duration", "Average duration of an anode effect in minutes.", "min/AE"),
        A("sef", "Slope emission factor SEF(CF4).", "(kg CF4/t Al)/(AE-min/cell-day)", never_zero=True), F_C2F6,
        COLLECTION),
       "Perfluorocarbons of primary aluminium in t CO2e by the slope method.", "100000, 0.3, 2, 0.143, 0.121",
       eq.anode_effect_minutes, eq.cf4_slope, eq.c2f6, eq.pfc_co2e, eq.pfc_total),
    _f("PFC_OVERVOLTAGE", pfc_overvoltage,
       (AL_TONNES, A("overvoltage", "Anode effect overvoltage per cell in mV.", "mV"),
        A("current_efficiency", "Average current efficiency in per cent: 95 means 95 %.", "%", never_zero=True),
        A("ovc", "Overvoltage coefficient.", "kg CF4/(t Al mV)", never_zero=True), F_C2F6, COLLECTION),
       "Perfluorocarbons of primary aluminium in t CO2e by the overvoltage method.", "100000, 10, 95, 1.16, 0.121",
       eq.cf4_overvoltage, eq.c2f6, eq.pfc_co2e, eq.pfc_total),
    _f("HEAT", eq.heat_transfer, (A("heat", "Net measurable heat in TJ.", "TJ"), EF_ENERGY),
       "Emissions in t CO2 that pass with measurable heat.", "4.5, 62.3333"),
    _f("HEAT_FLOW", heat_flow,
       (A("h_flow", "Specific enthalpy of the flow in kJ/kg.", "kJ/kg"),
        A("h_return", "Specific enthalpy of the return in kJ/kg; unknown: at 90 °C.", "kJ/kg"),
        A("mass_flow", "Mass flow of the heat medium in kg/s.", "kg/s"), A("hours", "Hours of this flow.", "h")),
       "Net measurable heat in TJ from enthalpies, mass flow and hours.", "2777, 377, 10, 8000", eq.heat_flow),
    _f("HEAT_EMISSIONS", eq.heat_emissions,
       (A("mix_ef", "Emission factor of the fuel mix in t CO2/TJ.", "tCO2/TJ"), A("heat", "Heat consumed in TJ.", "TJ"),
        A("efficiency", "Efficiency of the heat production as a share.", "share", never_zero=True)),
       "Emissions in t CO2 of the heat that a process consumes from a boiler.", "56.1, 90, 0.9"),
    _f("HEAT_FROM_FUEL", eq.heat_from_efficiency,
       (A("efficiency", "Efficiency of the heat production as a share.", "share", never_zero=True),
        A("energy", "Fuel input in TJ.", "TJ")), "Net measurable heat in TJ from the fuel input.", "0.7, 129"),
    _f("LOAD_FACTOR", eq.load_factor,
       (A("energy", "Fuel input in TJ.", "TJ"),
        A("maximum", "Fuel input at full load through the whole year, in TJ.", "TJ", never_zero=True)),
       "Load factor as a share, with which an efficiency is read from the part-load curve.", "129, 172"),
    _f("STANDARD_HEAT_EF", standard_heat_ef, (EF_ENERGY,),
       "Standard emission factor of heat in t CO2/TJ: the factor of the most common fuel divided by 0.90.", "56.1",
       eq.standard_heat_ef),
    _f("CHP_HEAT_SHARE", chp_heat_share, CHP, "Share of the emissions of a CHP that its heat bears; electricity bears "
       "the rest.", "100, 45, 8000, 0.88, 0.442", eq.heat_efficiency, eq.electricity_efficiency, eq.chp_heat_share),
    _f("CHP_HEAT_EF", chp_heat_ef, (EMISSIONS, *CHP), "Emission factor of the heat of a CHP in t CO2/TJ.",
       "5630, 100, 45, 8000, 0.88, 0.442", eq.chp_heat_ef),
    _f("CHP_ELECTRICITY_EF", chp_electricity_ef, (EMISSIONS, *CHP),
       "Emission factor of the electricity of a CHP in t CO2/MWh.", "5630, 100, 45, 8000, 0.88, 0.442",
       eq.chp_electricity_ef),
    _f("WASTE_GAS_IMPORT", waste_gas_import, (GAS,), "Emissions in t CO2 that a process takes over with a waste gas, "
       "by the factor of natural gas.", "1000", eq.waste_gas_import),
    _f("WASTE_GAS_EXPORT", waste_gas_export, (GAS,), "Emissions in t CO2 that a process takes off for a waste gas it "
       "gives away; from 2026 only with evidence.", "1000", eq.waste_gas_export),
    _f("ELECTRICITY", eq.electricity_emissions,
       (A("mwh", "Electricity in MWh of active power.", "MWh"), A("ef", "Emission factor in t CO2/MWh.", "tCO2/MWh")),
       "Emissions of electricity in t CO2.", "7875, 0.572"),
    _f("ATTRIBUTED", attributed,
       (A("direct", "Directly attributable emissions DirEm* in t CO2e.", "tCO2e"),
        *(A(name, f"Emissions of {words} in t CO2e.", "tCO2e", True, 0.0)
          for name, words in (("heat_in", "heat taken"), ("heat_out", "heat given away"),
                              ("waste_gas_in", "waste gas taken"), ("waste_gas_out", "waste gas given away"),
                              ("electricity_out", "electricity given away")))),
       "Attributed direct emissions of a process in t CO2e; a negative result is set to zero.",
       "7866044.5, , , , 478959",
       eq.attributed_direct),
    _f("EMBEDDED", embedded,
       (A("masses", "Mass of each precursor consumed, in t.", "t", matrix=True),
        A("see", "Specific embedded emissions of each precursor, in t CO2e/t.", "tCO2e/t", matrix=True)),
       "Embedded emissions in t CO2e of the precursors that a process consumed.", "E2:E3, F2:F3", eq.embedded),
    _f("SEE", see,
       (ATTRIBUTED, LEVEL, A("embedded", "Embedded emissions of its precursors in t CO2e.", "tCO2e", True,
                             0.0)),
       "Specific embedded emissions of a good in t CO2e/t, direct or indirect.", "3337.95, 17000, 30780", eq.see,
       eq.see_complex),
    _f("RECONCILED", reconciled,
       (A("part", "Reading of the sub-meter of one process.", "any"),
        A("parts", "Readings of all sub-meters, this one included.", "any", matrix=True),
        A("main", "Reading of the main meter, in the same unit.", "any")),
       "Reading of a sub-meter corrected so that all of them meet the main meter.", "420, G2:G4, 1000",
       eq.reconciliation_factor, eq.reconciled),
    _f("CLINKER", eq.clinker_produced,
       (A("cement_delivered", "Cement deliveries in t.", "t"),
        A("cement_stock", "Cement: opening − closing stock, in t.", "t"),
        A("clinker_ratio", "Clinker to cement ratio in t/t.", "t/t", never_zero=True),
        A("clinker_supplied", "Clinker bought, in t.", "t"), A("clinker_dispatched", "Clinker sold, in t.", "t"),
        A("clinker_stock", "Clinker: opening − closing stock, in t.", "t")),
       "Clinker produced in t, from the cement deliveries, where it isn't weighed.",
       "1000000, 5000, 0.78, 20000, 15000, -3000"),
    _f("DUST_EF", eq.dust_ef,
       (A("clinker_ef", "Emission factor of the clinker in t CO2/t.", "tCO2/t", never_zero=True),
        A("calcination", "Degree of calcination of the dust as a share.", "share")),
       "Emission factor of cement kiln dust in t CO2/t, by its degree of calcination.", "0.525, 0.5"),
    _f("FLUE_GAS_FLOW", flue_gas,
       (A("air", "Input air of the nitric acid unit in Nm3/h, dry.", "Nm3/h"),
        A("oxygen", "Oxygen in the flue gas as a share, dry.", "share")),
       "Flue gas flow in Nm3/h of a nitric acid unit from its input air.", "100000, 0.03", eq.flue_gas_flow),
)  # fmt: skip
