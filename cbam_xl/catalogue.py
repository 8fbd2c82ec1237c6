"""The catalogue of findings: what each code means, where it stands in the law, and what to do about it.

It is one long table and has no other content. Level: in our workbook, and in a filled Commission template, where only
what makes a figure impossible is an error; what that workbook accepts is a warning.
``python -m cbam_xl.catalogue`` prints the tables of cbam_xl/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .model import ERROR, NOTE, WARNING


class Finding(NamedTuple):
    """One entry: level in our workbook and in a Commission file, provision, why it is told, and what to do."""

    level: str
    in_communication: str
    cites: str
    reason: str
    remedy: str


def _e(cites: str, reason: str, remedy: str, in_communication: str = ERROR) -> Finding:
    return Finding(ERROR, in_communication, cites, reason, remedy)


def _w(cites: str, reason: str, remedy: str, in_communication: str = WARNING) -> Finding:
    return Finding(WARNING, in_communication, cites, reason, remedy)


def _n(cites: str, reason: str, remedy: str) -> Finding:
    return Finding(NOTE, NOTE, cites, reason, remedy)


GROUPS: Mapping[str, Mapping[str, Finding]] = {
    "Sheets and cells": {
        "sheet-missing": _e("", "A sheet or a column that the calculation needs isn't there.",
                            "Undo its renaming or moving, or copy it from a new workbook."),
        "header-missing": _e("", "A column is found by its header text in row 5.", "Write the header back."),
        "header-twice": _e("", "Two columns bear the same header; which one counts can't be known.",
                           "Rename one of them."),
        "rows-below": _e("", "Rows below the laid-out range aren't read by live cells; they would be lost.",
                         "Move them up into the range."),
        "row-twice": _w("", "Two rows of a sheet say the same in every cell; one was probably pasted twice.",
                        "Delete one, or tell them apart in “Evidence, note”."),
        "cell-error": _e("", "The cell shows an error value; its figure is unknown.",
                         "Correct the formula, or type the figure."),
        "not-calculated": _e("", "The formula has no stored value; its figure is unknown.",
                             "Open the file in Excel or LibreOffice, let it calculate, and save it."),
        "value-missing": _e("", "A figure or text that this row needs is missing; blank is not zero.",
                            "Fill in the cell, or clear the whole row."),
        "number-expected": _e("", "A text, date or yes/no stands where a number belongs.",
                              "Type the number alone, without blanks and units."),
        "date-expected": _e("III A.1(3)", "A period needs dates.", "Type first and last day as dates."),
        "text-expected": _e("", "A date or yes/no stands where a name belongs; spreadsheet programs make dates of "
                            "names.", "Give the cell the format Text and type the name again."),
        "choice-unknown": _e("", "The text isn't on the list of this column.", "Choose an entry of the list.",
                             WARNING),
        "unit-unknown": _e("", "The unit isn't on the list of spellings.", "Choose a unit of the list."),
        "unit-unfit": _e("III B.5", "Two units of a row don't fit together; t and Nm3 need a density.",
                         "Choose units that fit, or type the density."),
        "number-range": _e("", "The figure is outside what is possible in this column.", "Type the figure again."),
        "carbon-share": _e("III B.3.2, Eq. 12", "A carbon content above 1 t per t was typed in per cent.",
                           "Type it in t C per t: 0.88, not 88.", WARNING),
        "form-incomplete": _n("IV 1", "The communication needs it; the calculation doesn't.",
                              "Fill it in before sending."),
        "fraction-typed": _w("", "A fraction may have been typed into a per cent column.",
                             "Type 95 for 95 %, not 0.95."),
        "zero-missing": _w("", "0 counts as missing in this column.", "Leave the cell blank, or type the figure."),
        "zero-reason": _e("", "A factor of 0 counts only with its reason in Evidence or Source.",
                          "Say why it is 0, or leave the cell blank.", WARNING),
        "negative": _e("", "The figure can't be negative.", "Type what it really is, or the movement in the other "
                       "direction.", WARNING),
        "remaining-unknown": _e("", "“remaining” needs the total it is taken from.",
                                "Enter that total, or type an amount."),
        "remaining-twice": _e("", "“remaining” may stand once per source.", "Type an amount in one of the rows."),
        "remaining-negative": _e("", "The other rows are larger than the total.", "Correct the total or a row."),
    },
    "Names": {
        "name-twice": _e("III A.4", "Names are compared without case and extra blanks and must differ.",
                         "Rename one of them.", WARNING),
        "name-reserved": _e("III A.4", "The word is reserved for an end of a row.", "Choose another name.", WARNING),
        "name-unknown": _e("III A.4", "The row mentions a name that stands on none of the sheets it may come from.",
                           "Correct the name, or add its row there."),
        "name-odd": _w("", "The characters _ * ? ~ make the Commission's formulas match wrong names.",
                       "Leave these characters out."),
        "name-alike": _w("IV 1", "In the Commission's file two names would be the same, and its formulas take one for "
                         "the other.", "Give them names there that differ."),
    },
    "Period and installation": {
        "period-short": _w("III A.1(3)", "A reporting period is a year, or an MRV period of at least three months.",
                           "Correct the dates."),
        "period-part": _w("III A.1(3)", "Less than a year is a reporting period only if it is that of an MRV system.",
                          "Enter the whole year, unless an eligible MRV system has this period.", NOTE),
        "period-missing": _e("III A.1(3)", "The reporting period selects the act.", "Enter both dates.", WARNING),
        "period-early": _w("III A.1(3)", "A reporting period long before the act applies is a slip of the pen.",
                           "Correct the dates."),
        "period-order": _e("III A.1(3)", "The period ends before it begins.", "Correct the dates."),
        "period-act": _w("2025/2547 Art. 1", "The figures follow another act than the period asks for.",
                         "Leave the act to the period, or use the figures for comparison only."),
        "country-unknown": _w("IV 1", "The Commission's list of countries doesn't hold this name.",
                              "Choose an entry of the list."),
        "country-exempt": _w("956 Art. 2(4), (5), Annex III", "Goods that originate in the Union or an exempt country "
                             "need no communication.", "Check the country of the installation."),
        "unlocode-country": _w("IV 1", "The UNLOCODE begins with the code of another country.",
                               "Correct the country or the UNLOCODE."),
    },
    "Processes and goods": {
        "no-process": _e("III A.4", "Nothing can be attributed without a process.", "Enter at least one process."),
        "route-mixed": _w("III A.4(b)", "Different routes of one category belong in separate processes.",
                          "Make a process of each route."),
        "route-free": _n("II 3", "A route that isn't on the list is communicated as “Other production routes”.",
                         "Choose a route of the list, if one fits."),
        "joint-not-allowed": _w("III A.4(c), (d)", "The act doesn't allow this joint process for these goods.",
                                "Make it a process of its own."),
        "joint-sold": _w("III A.4(c)", "A precursor inside a joint process is sold.", "Make it a process of its own."),
        "bubble-indicative": _w("III A.4", "Emissions shared out by output over several goods: not for communication.",
                                "Make a process of each good."),
        "production-missing": _e("III F.2", "Without an activity level a process has no SEE.",
                                 "Type the net saleable mass.", WARNING),
        "idle-process": _w("III F.2", "A process that produced nothing has no SEE.",
                           "Type its production, or leave the process out."),
        "emissions-missing": _e("III F.1", "Nothing says what the process emits.",
                                "Assign its streams, or type DirEm* (0 if none).", WARNING),
        "stated-and-streams": _w("III F.1", "DirEm* is entered and streams are assigned; the entered figure counts.",
                                 "Clear one of the two."),
        "cn-unknown": _e("956 Annex I", "The CN code isn't a CBAM good.", "Correct the code.", WARNING),
        "cn-category": _e("II 2", "The CN code belongs to another category than the process.",
                          "Correct the code or the process.", WARNING),
        "parameter-missing": _w("IV 2", "A parameter that this category asks for is missing.",
                                "Add it on Goods parameters.", NOTE),
        "other-materials": _w("II 3.16, 3.18", "Above 5 % other materials only the metal's mass is the mass of goods.",
                              "Enter the mass of the metal as production."),
        "alloying-elements": _w("II 3.17, 3.18", "Above 5 % alloying elements these count as primary aluminium.",
                                "Check the composition."),
        "carbonates-missing": _w("II 3.2", "Clinker burnt from carbonates has process emissions besides its fuels.",
                                 "Enter the raw meal as process emissions, or measure the stack.", NOTE),
        "n2o-missing": _w("II 3.8, III B.9.3", "N2O of nitric acid production is measured continuously.",
                          "Enter the stack with its N2O on Measured emissions.", NOTE),
        "pfc-missing": _w("II 3.17, III B.7", "Electrolysis of aluminium emits perfluorocarbons.",
                          "Enter the cells on sheet PFC.", NOTE),
        "biomass-blank": _n("III B.3.3", "A biomass fuel without biomass content counts as fossil.",
                            "Type its biomass content, if it meets the sustainability criteria."),
    },
    "Material flows and precursors": {
        "not-a-precursor": _e("II 3", "The category isn't a relevant precursor of the process that uses it.",
                              "Correct the flow or the categories.", WARNING),
        "mass-open": _e("III F.2", "What a process makes goes to processes, the market and other use, all of it.",
                        "Correct the flows, or add a row to Market with “remaining”.", WARNING),
        "sold-open": _w("III F.2", "The goods sold differ from what goes to the market.",
                        "Correct the mass sold or the flows."),
        "flow-to-self": _e("III G", "A process can't be its own precursor.",
                           "Clear the row: what is used inside the same process has none.", WARNING),
        "precursor-lacking": _w("III G, Eq. 58", "A process takes no precursor, though the installation makes one for "
                                "it.", "Enter on Material flows what goes where."),
        "precursor-none": _w("II 3, III G", "Goods of this category are made of a precursor, and none is entered.",
                             "Enter the precursor and its consumption.", NOTE),
        "by-product-twice": _w("III F.2, Eq. 12", "The carbon of a by-product is deducted twice.",
                               "Keep the flow or the negative stream."),
        "by-product-carbon": _n("III F.2", "A by-product without carbon content moves no emissions.",
                                "Type its carbon content, 0 if it holds none."),
        "precursor-unused": _n("III E", "A bought precursor isn't used by any process.",
                               "Enter its consumption on Material flows."),
        "default-justification": _w("IV 1", "A default value is used without a justification.",
                                    "Choose one, there or on Installation."),
        "yield": _w("III G", "Far more precursors go in than goods come out: a unit or an amount is wrong.",
                    "Check consumption, production and their units.", NOTE),
        "clinker-used": _w("III G; IV 2", "The clinker used per t of cement isn't what the clinker factor says.",
                           "Correct the flow, the production or the factor.", NOTE),
        "loop-near": _w("III G", "Around a loop nearly all that is made is used again; small errors grow large there.",
                        "Check the amounts of the loop."),
    },
    "Energy": {
        "electricity-missing": _w("III D", "Without electricity rows the indirect emissions are 0.",
                                  "Enter the consumption of each process."),
        "electricity-none": _n("III D", "A process has no electricity, while most others have.",
                               "Enter its consumption, unless it has none."),
        "factor-missing": _e("III C.2, D.4", "Nothing says which emission factor the transfer has.",
                             "Type it with its source, or choose the common fuel."),
        "factor-ignored": _n("III C.2, D.4", "The factor of an energy unit is computed; the typed one isn't used.",
                             "Clear the typed factor."),
        "gas-to-self": _w("III F.1, Eq. 53, 54", "Waste gas that its own process burns isn't passed on.",
                          "Clear the row."),
        "ends-outside": _w("III F.1", "Neither end of the row is a process or an energy unit: it moves nothing.",
                           "Name the process or energy unit at one end."),
        "unit-efficiency": _w("III C, D", "An energy unit gives more energy than it gets.",
                              "Check its fuels, its outputs and their units."),
        "nitric-heat": _e("III F.1", "Heat recovered from nitric acid production isn't accounted.",
                          "Clear the factor and the fuel.", WARNING),
        "unit-without-fuel": _e("III C, D.4.1", "Power or heat without fuel must be declared renewable.",
                                "Assign its fuels, or choose the kind “Renewable power”."),
        "unit-output": _e("III C, D", "What leaves an energy unit doesn't fit its kind.",
                          "Correct the kind or the amounts."),
        "unit-unused": _w("III C, D", "The emissions of an energy unit, or a part of them, reach no process.",
                          "Enter where its heat and power go."),
        "heat-losses": _n("III F.5", "Heat that isn't passed on counts as losses and is spread.",
                          "Check that no user is missing."),
        "power-losses": _n("III F.5", "Electricity that isn't passed on counts as losses and is spread.",
                           "Check that no user is missing."),
        "waste-gas-capped": _n("III C.2", "Waste gas in a fuel mix counts at most as natural gas.",
                               "Nothing: the act wants it so."),
        "efficiency-fraction": _n("III B.7.2, Eq. 24", "A current efficiency below 1.5 is a fraction.",
                                  "Type it in per cent: 95 means 95 %."),
        "efficiency-low": _e("III B.7.2, Eq. 24", "Current efficiency is per cent: 95 means 95 %.",
                             "Type it in per cent."),
    },
    "Shared streams": {
        "not-shared": _e("III F.3", "Shared streams names what doesn't say “Shared” on its own sheet.",
                         "Correct the name, or write “Shared” there."),
        "share-missing": _e("III F.3", "A shared stream isn't split.", "Enter who uses how much."),
        "share-reason": _w("III F.3", "A key other than sub-meters needs a reason.",
                           "Say in “Evidence, note” why the key is sound."),
        "meters-apart": _w("III F.3, Eq. 55", "Sub-meters far from their main meter: a user is missing, or counts "
                           "twice.", "Check the meters and their units."),
        "reconciled": _n("III F.3, Eq. 55", "Sub-meters were reconciled with the main meter.",
                         "Nothing: the act wants it so."),
        "stream-unassigned": _n("III F.4", "The stream is counted for the installation only.",
                                "Name its process, if it has one."),
        "stream-incomplete": _e("III B.3", "The row lacks data; the Commission's workbook leaves it out of its sums.",
                                "Complete the row."),
    },
    "Plausibility": {
        "implausible": _w("III B.5", "No fuel, supply or precursor has such a figure; its unit may be another.",
                          "Check the figure and its unit."),
        "ncv-reference": _w("III B.5, VIII 1", "The net calorific value is far from that of a fuel of this name.",
                            "Check the figure, its unit and the name.", NOTE),
        "ef-reference": _w("III B.5, VIII 1", "The emission factor is far from that of a fuel of this name.",
                           "Check the figure, its unit and the name.", NOTE),
        "see-default": _w("III E.3", "The SEE is many times the default value of the CN code, or next to nothing.",
                          "Check emissions, production and precursors, and their units.", NOTE),
        "precursor-see": _w("III E.3", "The SEE of a bought precursor is far from all default values of its category.",
                            "Check the figure with the supplier, and its unit.", NOTE),
        "see-benchmark": _w("956 Art. 31; 2025/2620 Annex", "The SEE is a small part of the benchmark, which the "
                            "best tenth of plants reach.", "Check that no emissions or precursors are missing."),
        "stoichiometry": _w("II 3.6, 3.8", "The reaction needs more, or gives other amounts, than the rows say.",
                            "Check the amounts, their units, and whether they are those of a solution.", NOTE),
        "carbonates-many": _w("II 3.2, III B.9.2", "More CO2 of carbonates than clinker can come from.",
                              "Check what the emission factor refers to.", NOTE),
        "mass-gained": _w("III F.2", "Rolled or drawn goods and their scrap weigh more than what they are made of.",
                          "Type the net production, and enter all precursors.", NOTE),
        "pfc-metal": _w("III B.7, Eq. 21, 24", "The cells of a smelter make more metal than the smelter.",
                        "Enter each potline once, with its own metal.", NOTE),
        "tonnes-apart": _w("III B.3.2, III G", "A flow of goods and the stream of the same goods differ.",
                           "Correct one of them.", NOTE),
        "default-differs": _w("III E.3", "What is marked as a default value isn't the published one.",
                              "Type SEE (direct), and SEE (indirect) as consumption with factor 1.", NOTE),
        "country-named": _w("III E.2", "A precursor is called after another country than that of its country code.",
                            "Correct the code or the name.", NOTE),
        "cn-parameter": _w("956 Annex I, IV 2", "A parameter of a good contradicts its CN code.",
                           "Correct the code or the parameter.", NOTE),
        "energy-use": _w("III C, D", "No process of this kind uses so much or so little electricity or heat per t.",
                         "Check the amounts, their units and the production.", NOTE),
        "rebate-high": _w("956 Art. 9", "A rebate is larger than the carbon price that it reduces.",
                          "Check both amounts, and what they refer to.", NOTE),
        "hours-many": _w("III B.6, Eq. 16", "An emission point can't run longer than the period lasts.",
                         "Correct the hours or the period."),
    },
    "Double counting": {
        "fuel-twice": _w("III F.1", "The same fuel is entered for an energy unit and for a process.",
                         "Keep the row of the unit: its heat brings the emissions to the process."),
        "heat-twice": _w("III F.1, Eq. 52", "The same amount of heat comes from outside and from inside.",
                         "Keep the row of the real source."),
        "gas-twice": _w("III F.1, Eq. 53", "Waste gas that was taken over is also a fuel stream of its user.",
                        "Clear the stream: the transfer brings its emissions."),
        "gas-taken-off": _w("III F.1, Eq. 54", "Exported waste gas is taken off by Eq. 54 and as carbon of a stream.",
                            "Clear the stream.", NOTE),
        "carbon-sign": _w("III B.3.2, Eq. 12", "What leaves a process is entered as if it came in.",
                          "Enter what leaves as a negative amount.", NOTE),
        "carbon-twice": _w("III F.2, Eq. 12", "The carbon of a precursor is emitted where it is made and again where "
                           "it is used.", "Enter it where it is made as a negative mass balance stream."),
    },
    "Balances and results": {
        "loop-endless": _e("III G", "Around a loop of precursors or energy units as much is used as is made.",
                           "Correct the amounts of the loop."),
        "floored": _w("III F.1, Eq. 48", "Attributed emissions below zero are set to zero.",
                      "Check what is passed on."),
        "gas-left-out": _w("III F.1, Eq. 54", "Waste gas is taken off emissions of which it isn't a part.",
                           "Enter its carbon, or its own factor, in the process that gives it."),
        "carbon-open": _w("III B.3.2, Eq. 12", "More carbon leaves a process than comes in.",
                          "Enter all that brings carbon, and check the carbon contents."),
        "total-overridden": _w("III B", "A total entered by hand replaces the computed one.",
                               "Clear the cell to use the rows."),
        "balance-open": _w("III F.1", "The installation's emissions and those of its processes differ.",
                           "See Balances; give every stream its process."),
        "fuel-open": _w("IV 1", "The parts of the fuel input don't sum to its total.", "Correct one of them.", NOTE),
        "negative-see": _w("III F.1", "Specific embedded emissions are negative.", "Check what is taken off."),
    },
    "The Commission's file": {
        "no-room": _e("IV 1", "The Commission's file has fewer places than the plant needs.",
                      "Merge rows, or make two communications."),
        "template-act": _e("IV 1", "The Commission's template is of the transitional period.",
                           "Use it for periods until 2025."),
        "sent-packed": _n("IV 1", "The Commission's file has no place for it as it is; what is sent has the same SEE.",
                          "Nothing; say it to the importer if asked."),
        "sent-renamed": _n("IV 1", "The Commission's formulas would take the name for another one.",
                           "Nothing, or choose a name for the communication."),
        "not-sent": _n("IV 1", "The Commission's file has no place for it, and no figure there depends on it.",
                       "Nothing, or send it beside the file."),
        "reason-lapsed": _n("", "The finding that the reason was given for is gone, or has other figures.",
                            "Give it anew where it is asked for; delete the old one."),
        "not-kept": _w("", "The installation workbook has no place for it.", "Note it elsewhere."),
        "version-unknown": _w("", "The version of the Commission's template isn't known to this program.",
                              "Compare the results with those of the file."),
    },
    "From 2026": {
        "period-calendar": _w("2025/2547 Art. 1(5), 7", "The reporting period is the calendar year of production.",
                              "Enter 1 January to 31 December."),
        "joint-leaves": _e("2025/2547 Art. 4(9)", "A precursor made in a joint process may not leave it.",
                           "Make it a process of its own.", WARNING),
        "goods-alike": _n("2025/2547 II A.4", "Goods that differ in size or shape only are one process.",
                          "Make one process of them."),
        "waste-gas-evidence": _w("2025/2547 III A.2.3, Eq. 54", "Exported waste gas is deducted only with evidence.",
                                 "Say in “Evidence, note” what proves its use."),
        "grid-factor-missing": _e("2025/2547 II D.4; 2025/2621 Annex II", "The default grid factors can't be shipped.",
                                  "Enter the factor in the row, or on Own figures."),
        "verification-unknown": _n("2025/2547 II A.1(4)", "Actual values of a precursor count only when verified.",
                                   "Enter the verification report of each precursor."),
        "default-missing": _e("2025/2547 II A.1(5)", "A precursor without verification needs a default value.",
                              "Enter its CN code and country."),
        "precursor-unverified": _w("2025/2547 II A.1(4)", "Actual values of a precursor count only when verified.",
                                   "Enter the verification report, or accept the default value."),
        "edition-unknown": _e("2025/2547 II A.1(5)", "Default values stand in editions; a result rests on one of them.",
                              "Name an edition that is there, or leave the cell blank."),
        "edition-old": _n("2025/2547 II A.1(5)", "A newer edition of default values applies to the whole of its time.",
                          "Leave the cell blank to use the newest."),
        "figure-year": _w("2025/2547 II D.4; 956 Art. 21", "A figure of one's own is of another year than the period.",
                          "Enter the figure of the year of production."),
        "content-missing": _e("2025/2547 III B, Eq. 64–66", "A good is reported per clinker or nitrogen contained.",
                              "Enter the content of the good, or its parameters.", WARNING),
        "composition-range": _w("2025/2547 III B", "Goods of one composition differ by 10 % at most.",
                                "Make goods of their own of what differs more."),
        "unit-open": _n("2025/2547 Art. 4(4)(b)", "This code seems to have no supplementary unit; kg N is taken.",
                        "Nothing, or choose tonnes on Installation."),
        "unit-split": _w("2025/2547 Art. 4(6)", "All routes of one CN code are one process.",
                         "Make one process of them."),
        "benchmark-missing": _w("956 Art. 31; 2025/2620 Annex, 5.3", "Without a benchmark the free allocation is "
                                "unknown.", "Enter CN code and benchmark route."),
        "routes-weighed": _n("956 Art. 31; 2025/2620 Annex", "How several routes of one process share a benchmark is "
                             "open.", "Nothing, or make a process of each route."),
        "joint-allocation": _n("956 Art. 31; 2025/2620 Annex, Eq. 2", "A joint process has the benchmark of its goods; "
                               "no act adds that of a precursor made in it.",
                               "Nothing, or make the precursor in a process of its own."),
        "price-missing": _w("956 Art. 21", "Without a certificate price there are certificates, but no cost.",
                            "Enter the price on Own figures."),
        "exchange-rate-missing": _e("956 Art. 9", "A carbon price in another currency than EUR needs a rate.",
                                    "Enter the rate on Own figures, with its source.", WARNING),
        "carbon-price-open": _n("956 Art. 9", "Beside a default value only a default carbon price could be deducted.",
                                "Nothing: sheet Cost shows it apart."),
    },
}  # fmt: skip
"""Heading -> code -> entry, in the order in which the documentation shows them."""


def rows() -> Iterator[tuple[str, str, str, str, str, str]]:
    """The catalogue as a table: heading, code, level, provision, what it means, what to do."""
    for heading, findings in GROUPS.items():
        for code, f in findings.items():
            yield heading, code, f.level, f.cites, f.reason, f.remedy


def markdown() -> Iterator[str]:
    """The tables of README.md."""
    heading = ""
    for group, code, level, cites, reason, remedy in rows():
        if group != heading:
            heading = group
            yield f"\n### {group}\n"
            yield "| Code | Level | Provision | What it means | What to do |"
            yield "|---|---|---|---|---|"
        yield f"| `{code}` | {level} | {cites} | {reason} | {remedy} |"


if __name__ == "__main__":
    print("\n".join(markdown()))
