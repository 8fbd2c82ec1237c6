"""The fifteen input sheets, declared once. Field names are those of the records in :mod:`cbam_xl.model`.

It is one long table and has no other content: a wall in it would only hide half of the workbook.
"""

from __future__ import annotations

from functools import partial

from .. import model as m
from .declare import MISSING, NUMBER, REASON, REQUIRED, Column, Sheet, When
from .installation import INSTALLATION as INSTALLATION

KEY = partial(Column, kind="key", need=REQUIRED, width=24)
REF = partial(Column, kind="ref", width=24)
CHOICE = partial(Column, kind="choice")
OPEN = partial(Column, kind="open")
NUM = partial(Column, kind="number", format="#,##0")
FACTOR = partial(Column, kind="number", format="0.0####", zero=MISSING)
PERCENT = partial(Column, kind="percent", unit="%", format="0.0#", width=10)
AMOUNT = partial(Column, kind="amount", need=REQUIRED, format="#,##0", width=14, unit_in="quantity_unit")
UNIT = partial(Column, header="Unit", field="quantity_unit", kind="unit", width=10, default="t", rule="III B.5",
               help="kg and other spellings are converted.")  # fmt: skip

SOURCE = Column(
    "Data source", "data_source", "choice", choices="data_sources", width=19, rule="III A.3, B.5",
    help="How the figures of this row were obtained. The list runs from best (own meter, accredited analysis) to last "
    "resort (estimate).")  # fmt: skip
NOTE = Column(
    "Evidence, note", "note", width=26, rule="III A.2",
    help="Document, meter number, laboratory report or link that proves the row, and anything a verifier should "
    "know.")  # fmt: skip
ALIAS = Column(
    "Name in the communication", "alias", width=18, default="the name", rule="IV 1",
    help="Only if the Commission’s file must show another name, e.g. because two rows there bear the same "
    "one.")  # fmt: skip

PROCESSES = Sheet(
    "Processes", "What", "The production processes of the installation and what leaves them.",
    "one process; more rows with the same name for further routes or goods inside a joint process",
    (
        KEY("Production process", "name", rule="III A.4",
            help="Your name for the process. The same name again in a further row adds a route, or a good made and "
            "used inside (joint process)."),
        CHOICE("Sector", "sector", choices="sectors", width=16, rule="956 Annex I",
               help="Optional: shortens the list of categories in the next column."),
        CHOICE("Aggregated goods category", "category", need=REQUIRED, choices="categories", width=24,
               rule="II 2, III A.4(a)",
               help="One category leaves a process. “Not a CBAM good” is a process that is only needed to close the "
               "balances."),
        OPEN("Production route", "route", choices="routes", width=22, default="All production routes",
             rule="III A.4(b), II 3",
             help="Routes of one category belong in separate processes. Free text is taken as “Other production "
             "routes”."),
        NUM("Total production", "quantity", unit_in="quantity_unit", width=14, rule="AL: Eq. 50, 51, F.2",
            help="Net saleable mass of the whole period, not only the EU’s share. No scrap, by-products, off-spec. "
            "Blank for goods made and used inside."),
        UNIT(choices="mass_units", unit="t", help="Mass is converted to t. MWh only for electricity."),
        NUM("Directly attributable emissions (DirEm*)", "direct_entered", unit="tCO2e", width=21, format="#,##0.0",
            default="Eq. 4 from the streams of the process", rule="DirEm* in Eq. 48", signed=True,
            help="Enter it only if the source streams aren’t assigned to processes. A figure here replaces the "
            "computed one."),
        ALIAS, SOURCE, NOTE,
        CHOICE("From 2026: finishing step", "finishing", choices="finishing_steps", width=18, later=True,
               rule="2025/2547 I 3.16, 3.18",
               help="Only for a process that is a single finishing step. Cutting and welding don’t count; rolling and "
               "coating do."),
    ),
)  # fmt: skip

GOODS = Sheet(
    "Goods", "What", "The goods by CN code that are communicated to importers.", "one good (CN code and product name)",
    (
        KEY("Good", "name", width=28, rule="IV 1",
            help="Product name as on the invoice. It is the key for its parameters and carbon price."),
        REF("Production process", "process", need=REQUIRED, choices="processes", rule="III F",
            help="The good has the specific embedded emissions of this process."),
        Column("CN code", "cn_code", "code", need=REQUIRED, choices="cn_codes", width=13, format="@",
               rule="956 Annex I",
               help="Eight digits. The list shows the codes of the category of the process; sheet Lists names them "
               "all."),
        NUM("Mass sold", "quantity", unit_in="quantity_unit", width=14, rule="IV 1",
            help="Used for totals per good and to check against what goes to the market. Not in the Commission’s "
            "file."),
        UNIT(choices="mass_units", unit="t", help="t, kg or, for electricity, MWh."),
        ALIAS, NOTE,
        FACTOR("From 2026: clinker or N content", "content", unit="t/t or kg N/t", width=15, later=True,
               default="from its parameters", rule="2025/2547 III B, Eq. 64–66",
               help="t clinker, or kg nitrogen, per t of the good: of its composition, the mean of a range of at most "
               "10 %."),
        CHOICE("From 2026: benchmark route", "benchmark_route", choices="benchmark_letters", width=12, later=True,
               rule="2025/2620 5.3",
               help="Letter of the CBAM benchmark (sheet Lists), where the CN code has several: C to J steel, K and L "
               "aluminium."),
        FACTOR("From 2026: range of the content", "content_range", unit="t/t or kg N/t", width=15, zero=NUMBER,
               later=True, rule="2025/2547 III B",
               help="Largest less smallest clinker or N content of the goods of this row; at most 10 %. Blank: all "
               "alike."),
    ),
)  # fmt: skip

PARAMETERS = Sheet(
    "Goods parameters", "What", "Composition and other qualifying parameters of the goods (Annex IV section 2).",
    "one parameter of one good, or of all goods of a process",
    (
        REF("Applies to", "target", need=REQUIRED, choices="goods_or_process", width=28, rule="IV 2",
            help="A process: holds for all its goods. A good: holds for that good and goes before the process."),
        CHOICE("Parameter", "parameter", need=REQUIRED, choices="parameters", width=44, rule="IV 2",
               help="In the Commission’s words. Sheet Lists says which category asks for which; the others stay "
               "allowed."),
        Column("Value", "value", "value", need=REQUIRED, width=18, rule="IV 2",
               help="Percentages as numbers: 95 means 95 %. Otherwise t per t, a text, yes or no."),
        NOTE,
    ),
    when="the category asks for parameters",
)  # fmt: skip

_FACTORED = When("combustion, process emissions", "method", (m.COMBUSTION, m.PROCESS_EMISSIONS))
STREAMS = Sheet(
    "Source streams", "Emissions", "Fuels and materials that cause CO2 (calculation-based approach, without PFC).",
    "one source stream; a stream that several processes use is one row with process “Shared”",
    (
        Column("Source stream name", "name", "open", need=REQUIRED, choices="stream_names", width=22, rule="III B.3",
               help="Name of the fuel or material. Sheet Lists holds the standard factors of Annex VIII by name."),
        REF("Production process", "process", choices="process_or_unit", width=20, rule="III F.4",
            help="Process or energy unit that uses it. “Shared”: see sheet Shared streams. Blank: counted for the "
            "installation only."),
        CHOICE("Method", "method", need=REQUIRED, choices="methods", width=17, rule="Eq. 5, 11, 12; B.8",
               help="Combustion, process emissions, mass balance, or CO2 passed on to a capture, storage or bound "
               "use."),
        NUM("Activity data (AD)", "quantity", need=REQUIRED, unit_in="quantity_unit", width=13, signed=True,
            rule="AD: Eq. 5, 6, 11, 12",
            help="Amount used in the period; with stocks entered: the amount received. Mass balance: what leaves is "
            "negative."),
        UNIT(header="AD Unit", choices="ad_units", unit="t", width=12, rule="III B.5",
             help="Same state (moist, dry, standard conditions) as the factors. The Commission’s file knows t and "
             "1000Nm3; others are converted."),
        NUM("Opening stock", "opening", unit_in="quantity_unit", rule="III B.4", width=11,
            help="Stock at the start, in the AD Unit. Used = AD + opening − closing stock."),
        NUM("Closing stock", "closing", unit_in="quantity_unit", rule="III B.4", width=11,
            help="Stock at the end, in the AD Unit. Used = AD + opening − closing stock."),
        FACTOR("Net calorific value (NCV)", "ncv", need="when EF is per TJ", unit_in="ncv_unit", width=13,
               format="0.0###", rule="NCV: Eq. 6",
               help="Needed if EF is per TJ and AD is not an energy; otherwise it only feeds the energy balance."),
        UNIT(header="NCV Unit", field="ncv_unit", choices="ncv_units", default="", width=14, rule="Eq. 6",
             help="Must fit the AD Unit; blank: GJ/t, or GJ/1000Nm3 where AD is a gas volume. “gross” needs the factor "
             "net ÷ gross."),
        FACTOR("Emission factor (EF)", "ef", need=_FACTORED, unit_in="ef_unit", width=10, rule="EF: Eq. 5, 8–11",
               help="Preliminary factor, before the biomass share is taken off. CO2 transfer: not needed."),
        UNIT(header="EF Unit", field="ef_unit", choices="ef_units", default="tCO2/TJ", width=13, rule="Eq. 5, 11",
             help="Must fit the AD Unit."),
        FACTOR("Carbon content", "carbon_content", need=When("mass balance", "method", (m.MASS_BALANCE,)),
               unit="tC/t or /1000Nm3", width=13, format="0.0#####", rule="CC: Eq. 12–15",
               help="Tonnes of carbon per t or per 1000Nm3. Always positive. 0 counts as missing."),
        PERCENT("OxF or ConvF", "conversion", default="100", width=8, zero=MISSING, whole=True, asked=_FACTORED,
                rule="OF: Eq. 5, 7; CF: Eq. 11",
                help="Oxidation factor (combustion) or conversion factor (process emissions). 98 means 98 %."),
        PERCENT("Biomass content (BioC)", "biomass", default="0", whole=True, rule="BF: Eq. 10, 15",
                help="Share of carbon from biomass that meets the sustainability criteria. 15 means 15 %. Unknown: "
                "leave blank."),
        FACTOR("Density", "density", unit_in="density_unit", width=9, rule="III B.4",
               help="Only to turn a volume into tonnes: litres and m3 always need it, Nm3 only if the factors are per "
               "tonne."),
        UNIT(header="Density Unit", field="density_unit", choices="density_units", default="kg/l", width=9,
             rule="III B.4", help="Mass per volume, e.g. kg/l for diesel."),
        FACTOR("Net ÷ gross", "net_per_gross", width=8, format="0.0##", rule="II 1, III B.5",
               help="Net divided by gross calorific value, e.g. 0.902 for natural gas. Needed only where a unit says "
               "gross."),
        SOURCE, NOTE._replace(width=23),
    ),
)  # fmt: skip

MEASURED = Sheet(
    "Measured emissions", "Emissions", "Emission points with continuous measurement (CEMS) of CO2 or N2O.",
    "one emission point and gas",
    (
        Column("Emission point", "name", need=REQUIRED, width=24, rule="III B.6", help="Stack or duct."),
        REF("Production process", "process", choices="process_or_unit", width=22, rule="III F.4",
            help="Process or energy unit behind the stack, or “Shared”. Blank: counted for the installation only."),
        CHOICE("GHG", "gas", need=REQUIRED, choices="gases", width=8, rule="III B.6, B.9.3",
               help="CO2 or N2O. N2O of nitric acid must be measured."),
        NUM("Hourly GHG concentration (average)", "concentration", need=REQUIRED, unit="g/Nm3", width=15,
            format="#,##0.0##", rule="Eq. 16, 17, 19",
            help="Flow-weighted mean of the hours: Σ(concentration × flow) ÷ Σ flow; missing hours substituted by "
            "Eq. 19."),
        NUM("Hours operating", "hours", need=REQUIRED, unit="h/period", width=11, rule="Eq. 16",
            help="Operating hours with emissions, substituted hours included."),
        NUM("Flue gas flow (average)", "flow", need=REQUIRED, unit="1000Nm3/h", width=12, format="#,##0.0##",
            rule="Eq. 16, 29",
            help="Mean over the operating hours, same (dry or wet) basis as the concentration."),
        PERCENT("Biomass content (BioC)", "biomass", default="0", whole=True, rule="III B.6",
                help="Share of the CO2 from zero-rated biomass, found by calculation or isotope analysis."),
        NUM("Energy content (fossil)", "energy_fossil", unit="TJ", width=11, format="#,##0.0", rule="III B.6",
            help="For the fuel balance only."),
        NUM("Energy content (bio)", "energy_biomass", unit="TJ", width=11, format="#,##0.0", rule="III B.6",
            help="For the fuel balance only."),
        SOURCE, NOTE,
    ),
    when="stacks with CEMS; nitric acid",
)  # fmt: skip

_SLOPE, _OVER = When("slope method", "method", (m.SLOPE,)), When("overvoltage method", "method", (m.OVERVOLTAGE,))
PFC = Sheet(
    "PFC", "Emissions", "Perfluorocarbon emissions of primary aluminium smelting.", "one cell technology and method",
    (
        OPEN("Technology type", "technology", need=REQUIRED, choices="technologies", width=26, rule="III B.7",
             help="Sheet Lists holds the standard SEF, OVC and F(C2F6) of each type. Free text is allowed."),
        REF("Production process", "process", choices="process_shared", width=22, rule="III F.4",
            help="Process of the electrolysis cells. Blank: counted for the installation only."),
        CHOICE("Method", "method", need=REQUIRED, choices="pfc_methods", width=19, rule="Eq. 21, 24",
               help="Slope (A) or overvoltage (B). Columns of the other method stay empty."),
        NUM("Activity data (AD)", "aluminium", need=REQUIRED, unit="t Al", zero=MISSING, rule="Pr: Eq. 21, 24",
            help="Primary aluminium produced by these cells."),
        FACTOR("A: Frequency", "frequency", need=_SLOPE, unit="AE/cell-day", width=11, zero=NUMBER, rule="Eq. 23",
               help="Anode effects per cell and day."),
        FACTOR("A: Duration", "duration", need=_SLOPE, unit="min/AE", width=9, zero=NUMBER, rule="Eq. 23",
               help="Average duration of an anode effect."),
        FACTOR("A: SEF(CF4)", "sef", need=_SLOPE, unit="(kg CF4/t Al) / (AE-min/cell-day)", width=17, rule="Eq. 21",
               help="Slope emission factor: own measurement (±15 %, every 3 years) or standard value."),
        FACTOR("B: AEO", "overvoltage", need=_OVER, unit="mV", width=8, zero=NUMBER, rule="Eq. 24",
               help="Anode effect overvoltage per cell."),
        FACTOR("B: CE", "current_efficiency", need=_OVER, unit="%", width=8, format="0.0#", rule="Eq. 24",
               help="Average current efficiency: 95 means 95 %. A figure below 1.5 is refused."),
        FACTOR("B: OVC", "ovc", need=_OVER, unit="kg CF4 / (t Al mV)", width=11, rule="Eq. 24",
               help="Overvoltage coefficient: own measurement or standard value."),
        FACTOR("F(C2F6)", "f_c2f6", need=REQUIRED, unit="t C2F6/t CF4", width=11, rule="Eq. 22, 25",
               help="Mass ratio of C2F6 to CF4."),
        PERCENT("Collection efficiency", "collection", default="100", zero=MISSING, whole=True, rule="Eq. 20",
                help="Share of the PFC caught by the duct measurement: 98 means 98 %."),
        SOURCE, NOTE._replace(width=20),
    ),
    when="primary aluminium",
)  # fmt: skip

SHARES = Sheet(
    "Shared streams", "Emissions", "How streams, stacks and power meters that serve several processes are split.",
    "one share: a shared stream and one process that uses it",
    (
        OPEN("Source stream, emission point or supply", "stream", need=REQUIRED, choices="shared_things", width=30,
             rule="III F.3",
             help="Name of a row of Source streams or Measured emissions that says “Shared”, or the From of a supply "
             "on Electricity."),
        REF("Production process", "process", need=REQUIRED, choices="sharers", width=26, rule="III F.3",
            help="Process or energy unit that gets this share."),
        AMOUNT("Amount", "weight", unit="same for all rows of a stream", unit_in="", rule="Eq. 55, 56; F.3(a), (b)",
               help="Sub-meter reading, hours, tonnes or per cent. Shares are amount ÷ sum (Eq. 55–56). “remaining”: "
               "main meter less the others."),
        CHOICE("Basis", "basis", need=REQUIRED, choices="bases", width=20, rule="F.3, F.4",
               help="What the amounts are. Sub-meters are reconciled with the main meter; anything else is a key and "
               "needs a reason."),
        NOTE._replace(width=40),
    ),
    when="a meter serves several processes",
)  # fmt: skip

_CHP = When("CHP", "kind", (m.CHP,))
UNITS = Sheet(
    "Energy units", "Energy", "Boilers, heat networks, CHP and power plants that serve the processes.", "one unit",
    (
        KEY("Energy unit", "name", rule="III C, D",
            help="Assign its fuels on sheet Source streams, its output on Heat and waste gas and Electricity. Its "
            "factors are then computed."),
        CHOICE("Kind", "kind", need=REQUIRED, choices="unit_kinds", width=22, rule="Eq. 35–47",
               help="CHP is split by efficiencies (Eq. 37–43); a boiler by Eq. 35–36; a power plant by Eq. 47. Power "
               "without fuel: Renewable power."),
        NUM("Fuel input", "fuel", unit="TJ", default="its source streams", width=11, rule="E_In: Eq. 33, 38",
            zero=MISSING, help="Enter it only if its fuels aren’t rows of Source streams."),
        NUM("Heat output", "heat", unit="TJ", default="its rows in Heat and waste gas", width=11, zero=MISSING,
            rule="Q_net: Eq. 38, 42",
            help="Net measurable heat delivered. More than its rows: the rest counts as losses and is spread (F.5)."),
        NUM("Electricity output", "electricity", unit="MWh", default="its rows in Electricity", width=11,
            zero=MISSING, rule="Eq. 39, 43, 47", help="Net of own use."),
        NUM("Emissions from fuel input", "emissions_fuel", unit="tCO2", default="its source streams",
            format="#,##0.0", rule="Em: Eq. 36, 37",
            help="Enter it only if its fuels aren’t rows of Source streams. Waste gas counts at most as natural gas."),
        NUM("From flue gas cleaning", "emissions_fgc", unit="tCO2", default="0", width=11, format="#,##0.0",
            rule="Em_FGC: Eq. 36, 37", help="Process emissions of scrubbing etc. that aren’t rows of Source streams."),
        PERCENT("Reference efficiency heat", "ref_heat", need=_CHP, zero=MISSING, whole=True, rule="Eq. 40",
                format="0.0##", help="Annex IX, by fuel, year of construction and medium: sheet Lists. 88 means 88 %."),
        PERCENT("Reference efficiency electricity", "ref_electricity", need=_CHP, zero=MISSING, whole=True,
                rule="Eq. 40, 41", format="0.0##",
                help="Annex IX, by fuel and year of construction: sheet Lists. 44.2 means 44.2 %."),
        SOURCE, NOTE,
    ),
    when="heat or power is made for several processes",
)  # fmt: skip

_VOLUME = When("when Unit is a volume", "quantity_unit", ("1000Nm3", "Nm3"))
HEAT = Sheet(
    "Heat and waste gas", "Energy",
    "Measurable heat and waste gases that pass between processes, energy units and the outside.",
    "one transfer with its two ends",
    (
        CHOICE("What", "kind", need=REQUIRED, choices="heat_or_gas", width=11, rule="Eq. 52–54",
               help="Net measurable heat (steam, hot water …) or a waste gas."),
        REF("From", "source", need=REQUIRED, choices="ends_energy", rule="Eq. 48",
            help="Where it comes from. The other end is booked by the same row: nothing is entered twice."),
        REF("To", "target", need=REQUIRED, choices="ends_energy", rule="Eq. 48",
            help="Where it goes. “Outside”: another installation or a district network."),
        AMOUNT("Amount", "quantity", width=13, rule="Q: Eq. 52; V·NCV: Eq. 53, 54",
               help="Net heat, or energy of the gas. “remaining”: heat output of the energy unit less its other rows."),
        UNIT(choices="heat_units", unit="TJ", default="TJ", rule="III C.1",
             help="A volume only for waste gas with its NCV."),
        FACTOR("Net calorific value (NCV)", "ncv", need=_VOLUME, unit="GJ/1000Nm3", format="0.0##",
               rule="Eq. 53, 54", help="Of the waste gas. Needed only if Unit is a volume."),
        FACTOR("Emission factor", "ef", unit="tCO2/TJ", zero=REASON, default="computed for energy units",
               rule="EF: Eq. 35, 42, 52; C.2.3",
               help="Heat: supplier’s or own fuel mix (C.2). Waste gas: for information only, Eq. 53 and 54 use "
               "natural gas."),
        CHOICE("Common fuel, if EF is unknown", "fuel", choices="fuels", width=18, rule="C.2.3, F.1",
               help="Heat whose factor is unknown: the fuel most used in the sector. Its standard factor ÷ 0.90 is "
               "used."),
        SOURCE, NOTE._replace(width=32),
    ),
    when="heat or waste gas crosses a process boundary",
)  # fmt: skip

POWER = Sheet(
    "Electricity", "Energy", "Electricity that processes consume, and electricity that leaves them.",
    "one supply of one process",
    (
        REF("From", "source", choices="sources_power", default=m.GRID, width=26, rule="III D.4",
            help="Grid, contract, direct line, an energy unit, or the process that produces it."),
        REF("To", "target", need=REQUIRED, choices="ends_power", width=26, rule="Eq. 44, 48, 49",
            help="Process or energy unit that consumes it; “Outside” if exported; “Shared”: main meter, split on sheet "
            "Shared streams."),
        AMOUNT("Amount", "quantity", width=15, rule="E_el: Eq. 44",
               help="Real (active) power only. “remaining”: output of the energy unit less its other rows."),
        UNIT(choices="power_units", unit="MWh", default="MWh", rule="III D", help="Converted to MWh."),
        FACTOR("Emission factor of the electricity", "ef", unit_in="ef_unit", zero=REASON, width=14, format="0.0###",
               default="same source above; computed for energy units", rule="EF_el: Eq. 43, 44, 47",
               help="Blank: the factor of the first row with the same source. 0 only with its reason in Evidence."),
        UNIT(header="EF Unit", field="ef_unit", choices="power_ef_units", unit="tCO2/MWh", default="tCO2/MWh",
             width=12, rule="III D", help="Converted to tCO2/MWh."),
        CHOICE("Source of the emission factor", "ef_source", choices="ef_sources",
               default="D.4.1 or D.4.2 for energy units", rule="III D.4",
               help="Point of Annex III section D. Several supplies of one process become “Mix” in the Commission’s "
               "file."),
        SOURCE, NOTE._replace(width=36),
    ),
)  # fmt: skip

_STATED = When("unless Source is Default", "see_direct_source", ("Measured", "Unknown", ""))
PRECURSORS = Sheet(
    "Precursors", "Materials", "Precursors bought from other installations (also of the same company).",
    "one precursor of one supplier installation; more rows with the same name for further routes",
    (
        KEY("Precursor", "name", width=22, rule="III E",
            help="One row per supplying installation; never an average of two. Own precursors aren’t entered here."),
        CHOICE("Aggregated goods category", "category", need=REQUIRED, choices="categories", width=20, rule="II 3",
               help="Of the precursor."),
        CHOICE("Country code", "country", need=REQUIRED, choices="country_codes", width=9, rule="E.2",
               help="Country of production, two letters."),
        OPEN("Production route", "route", choices="routes", width=19, default="All production routes", rule="E.2",
             help="Blank and several routes on offer: the first one is taken."),
        NUM("Total purchased", "quantity", need=REQUIRED, unit_in="quantity_unit", width=13, rule="B.4",
            help="Purchased in the period. Consumption goes on sheet Material flows."),
        UNIT(choices="mass_units", unit="t", rule="B.4"),
        NUM("Opening stock", "opening", unit_in="quantity_unit", width=11, rule="B.4",
            help="Stock at the start of the period, same unit. Used = purchased + opening − closing stock."),
        NUM("Closing stock", "closing", unit_in="quantity_unit", width=11, rule="B.4",
            help="Stock at the end of the period, same unit. Used = purchased + opening − closing stock."),
        FACTOR("SEE (direct)", "see_direct", need=_STATED, unit="tCO2e/t", zero=REASON, width=10,
               rule="SEE_i: Eq. 58, 60",
               help="Specific embedded direct emissions from the supplier’s communication, else the default value."),
        CHOICE("Source of SEE (direct)", "see_direct_source", need=REQUIRED, choices="measured", width=13, rule="E.3",
               help="Measured, Default or Unknown. Default feeds the share of default values."),
        FACTOR("Specific electricity consumption", "electricity", need=_STATED, unit="MWh/t", zero=NUMBER, width=14,
               rule="Eq. 58", help="For SEE (indirect) = consumption × emission factor."),
        CHOICE("Source of consumption", "electricity_source", choices="measured", width=14,
               rule="E.3", help="Measured, Default or Unknown."),
        FACTOR("Electricity emission factor", "electricity_ef", need=_STATED, unit="tCO2/MWh", zero=NUMBER, width=11,
               rule="Eq. 58",
               help="As stated by the supplier. Only SEE (indirect) known: enter it as consumption with factor 1."),
        CHOICE("Source of the factor", "electricity_ef_source", choices="ef_sources", width=10,
               rule="D.4", help="Point of Annex III section D."),
        CHOICE("Justification for default values", "justification", width=18, choices="justifications",
               asked=When("when SEE (direct) is Default", "see_direct_source", ("Default",)), rule="E.3, IV 1",
               help="Why no actual data are available."),
        ALIAS,
        NOTE._replace(width=22, rule="E.2",
                      help="Supplier installation (name, ID, UN/LOCODE), its reporting period, file received."),
        Column("From 2026: CN code", "cn_code", "code", choices="cn_codes", width=13, format="@", later=True,
               rule="2025/2621 Annex I",
               help="Eight digits. Without a verification report the default value of this code and country counts."),
        Column("From 2026: verification report", "verification", width=20, later=True, rule="2025/2547 II A.1(4)",
               help="Number of the report and accredited verifier. Actual values count only with it."),
        FACTOR("From 2026: SEFA", "sefa", unit="tCO2e/t", width=11, later=True, zero=NUMBER, rule="2025/2620 Eq. 4",
               help="Specific embedded free allocation from the verification report; blank: the benchmark of the whole "
               "chain."),
    ),
    when="precursors are bought",
    continued=True,
)  # fmt: skip

FLOWS = Sheet(
    "Material flows", "Materials", "Where goods, precursors and by-products go.", "one flow from one place to another",
    (
        REF("From", "source", need=REQUIRED, choices="sources_goods", width=26, rule="III E, G",
            help="Process whose good (or by-product) it is, or a bought precursor."),
        OPEN("By-product", "material", choices="by_products", width=18, rule="F.2; Eq. 1–3, 12",
             help="Blank: the good or precursor itself. Scrap, slag, gases …: name it; it carries carbon but no "
             "embedded emissions."),
        REF("To", "target", need=REQUIRED, choices="targets_goods", width=26, rule="Eq. 58, 59",
            help="A process that uses it, the market, non-CBAM use (other goods, own use, losses), or Waste (vented, "
            "dumped)."),
        AMOUNT("Amount", "quantity", rule="M_i: Eq. 58, 59",
               help="Consumed or sold amount, cut-offs and losses included. “remaining”: production or purchase less "
               "the other rows."),
        UNIT(choices="mass_units", unit="t", rule="B.4"),
        FACTOR("Carbon content", "carbon_content", unit="tC/t", width=10, format="0.0#####", zero=NUMBER,
               rule="CC: Eq. 12", asked=When("by-products only", "material"),
               help="Taken off the source and added to the target in both mass balances. Goods: leave blank."),
        SOURCE, NOTE._replace(width=34),
    ),
    when="several processes, or precursors",
)  # fmt: skip

PRICES = Sheet(
    "Carbon price", "Materials", "Carbon price due in the country of production, and rebates.",
    "one price on a process, a precursor or a good",
    (
        REF("Applies to", "target", need=REQUIRED, choices="anything_priced", width=28, rule="956 Art. 9",
            help="Process or precursor: handed on through the chain like emissions. Good: as stated in the "
            "communication."),
        CHOICE("Type of instrument", "instrument", choices="cp_types", width=33, rule="IV 1", help="Of carbon price."),
        PERCENT("Share of emissions covered", "share", need=REQUIRED, width=11, whole=True, rule="956 Art. 9",
                help="Share of the embedded emissions on which the price is due: 60 means 60 %."),
        NUM("Carbon price due", "price", need=REQUIRED, unit="Currency per Per", format="#,##0.00", rule="956 Art. 9",
            help="Amount due per tCO2e (processes, precursors) or per t or MWh of the good."),
        CHOICE("Currency", "currency", choices="currencies", default="that of sheet Installation", width=9,
               rule="956 Art. 9", help="Three letters. Processes and precursors share one currency."),
        CHOICE("Per", "per", choices="per", default="tCO2e; t for goods", width=8, rule="956 Art. 9",
               help="What the price and the rebate refer to."),
        CHOICE("Type of rebate", "rebate_type", choices="rebates", width=23, rule="IV 1",
               help="Free allocation, refund …"),
        PERCENT("Share covered by the rebate", "rebate_share", width=11, whole=True, rule="956 Art. 9",
                help="30 means 30 %."),
        NUM("Amount of rebate", "rebate", unit="Currency per Per", default="0", width=11, format="#,##0.00",
            rule="956 Art. 9", help="Reduces the price due."),
        NOTE,
    ),
    when="a carbon price is due",
)  # fmt: skip

OWN_FIGURES = Sheet(
    "Own figures", "Materials", "From 2026: certificate prices, grid factors and exchange rates.",
    "one price of a period, or one factor or rate of a year",
    (
        CHOICE("What", "kind", need=REQUIRED, choices="own_figures", width=22, rule="956 Art. 21; 2025/2621 Annex II",
               help="A price of CBAM certificates, the emission factor of a country’s grid, or an exchange rate."),
        Column("Period or country", "of", need=REQUIRED, width=18, format="@", rule="956 Art. 21",
               help="Price: the period, e.g. 2026 Q3. Grid: the country code, two letters. Rate: the currency."),
        FACTOR("Value", "value", need=REQUIRED, unit="EUR/tCO2e, tCO2/MWh or currency per EUR", width=18, zero=REASON,
               rule="956 Art. 21; 2025/2547 II D.4",
               help="Grid: the default factor of 2025/2621 Annex II, five-year mean of all sources. Rate: per EUR, as "
               "the ECB publishes it."),
        NUM("Year", "year", need=REQUIRED, width=8, format="0", rule="956 Art. 21", help="For which it holds."),
        Column("Source", "source", need=REQUIRED, width=40, rule="2025/2547 II A.3",
               help="Where the figure was published, with its date."),
        NOTE,
    ),
    when="from 2026: costs, grid factors, other currencies",
    later=True,
)  # fmt: skip

SHEETS = (INSTALLATION, PROCESSES, GOODS, PARAMETERS, STREAMS, MEASURED, PFC, SHARES, UNITS, HEAT, POWER, PRECURSORS,
          FLOWS, PRICES, OWN_FIGURES)  # fmt: skip
TABLES = SHEETS[1:]
BY_NAME = {s.name: s for s in SHEETS}
