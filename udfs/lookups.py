"""Functions that look something up on a reference sheet, and the conversion of units by its list."""

from cbam_xl import reference, units
from cbam_xl.entries import nearest
from cbam_xl.model import fold

from .function import Argument, CellError, Function

CATEGORY = "CBAM look-ups"
FOUND = 100
"""Most goods that a search shows."""
A = Argument
FUEL = A("fuel", "Name of a fuel of Annex VIII, such as Natural gas.")
CN = A("cn_code", "CN code with four to eight digits.")
CATEGORY_ARGUMENT = A("category", "Aggregated goods category, such as Cement.")


def fuel_ef(fuel: str) -> float:
    return _fuel(fuel, "ef")


def fuel_ncv(fuel: str) -> float:
    return _fuel(fuel, "ncv")


def _fuel(name: str, column: str) -> float:
    """A figure of a fuel. Raises CellError when the act has no such fuel or gives no such figure."""
    row = reference.fuel(name)
    if row is None:
        known = [r["fuel"] for sheet in ("fuels", "biomass") for r in reference.rows(sheet)]
        raise CellError("name-unknown", f"Annex VIII has no fuel “{name[:40]}”.{nearest(name, known)}")
    figure = reference.figure(row, column)
    if figure is None:
        raise CellError("unknown", f"Annex VIII gives no {column.upper()} for {row['fuel']}.")
    return figure.value


def gwp(gas: str) -> float:
    return reference.value("gwp", gas).value


def parameter(id: str) -> float:
    return reference.parameter(id).value


def category(cn_code: str) -> str:
    return reference.category_of(cn_code) or "Not a CBAM good"


def cn_name(cn_code: str) -> str:
    name = reference.cn_name(cn_code)
    if name is None:
        raise CellError("name-unknown", f"The list of CN codes doesn't have {cn_code[:20]}.")
    return name


def is_precursor(category: str, precursor: str) -> str:
    """yes or no; in words, because some programs lose TRUE and FALSE. Raises CellError for an unknown category."""
    known = {fold(row["category"]): row["category"] for row in reference.rows("categories")}
    for name in (category, precursor):
        if fold(name) not in known:
            hint = nearest(name, known.values())
            raise CellError("name-unknown", f"There is no aggregated goods category “{name[:40]}”.{hint}")
    return "yes" if known[fold(precursor)] in reference.relevant(known[fold(category)]) else "no"


def find_goods(text: str) -> list[list[object]]:
    """CN codes whose code begins with the text, or whose name or category holds every word of it."""
    words = fold(text).split()
    header: list[object] = ["CN code", "Name", "Category"]
    found: list[list[object]] = [
        [row["cn_code"], row["name"], row["category"]]
        for row in reference.rows("cn_codes")
        if row["category"] and (row["cn_code"].startswith("".join(words))
                                or all(w in fold(f"{row['name']} {row['category']}") for w in words))
    ]  # fmt: skip
    if not found:
        raise CellError("name-unknown", f"No CBAM good has “{text[:40]}” in its code, name or category.")
    return [header, *found[:FOUND]]


def default_value(cn_code: str, kind: str) -> float:
    """A transitional default value. Raises CellError when none is published or the kind isn't known."""
    found = reference.default_value(cn_code)
    if found is None:
        raise CellError("name-unknown", f"No default value is published for CN code {cn_code[:20]}.")
    values = {"direct": found.direct.value, "indirect": found.indirect.value}
    values["total"] = values["direct"] + values["indirect"]
    if fold(kind) not in values:
        raise CellError("choice-unknown", f"kind is “{kind[:20]}”: it is direct, indirect or total.")
    return values[fold(kind)]


def convert(value: float, from_unit: str, to_unit: str) -> float:
    return units.convert(value, from_unit, to_unit)


FUNCTIONS = (
    Function("CBAM_FUEL_EF", fuel_ef, (FUEL,), CATEGORY,
             "Standard emission factor of a fuel in t CO2/TJ; of biomass the preliminary one.",
             '=CBAM_FUEL_EF("Natural gas")', "Annex VIII, 1"),
    Function("CBAM_FUEL_NCV", fuel_ncv, (FUEL,), CATEGORY, "Standard net calorific value of a fuel in GJ/t.",
             '=CBAM_FUEL_NCV("Natural gas")', "Annex VIII, 1"),
    Function("CBAM_GWP", gwp, (A("gas", "CO2, N2O, CF4 or C2F6."),), CATEGORY,
             "Global warming potential of a gas in t CO2e/t.", '=CBAM_GWP("N2O")', "Annex VIII, 3"),
    Function("CBAM_PARAMETER", parameter,
             (A("id", "Short name on reference sheet parameters, such as carbon_factor."),), CATEGORY,
             "A constant of the law by its short name.", '=CBAM_PARAMETER("carbon_factor")'),
    Function("CBAM_CATEGORY", category, (CN,), CATEGORY, "Aggregated goods category of a CN code.",
             '=CBAM_CATEGORY("72071111")', "II 2"),
    Function("CBAM_CN_NAME", cn_name, (CN,), CATEGORY, "What a CN code stands for.", '=CBAM_CN_NAME("25231000")'),
    Function("CBAM_IS_PRECURSOR", is_precursor,
             (CATEGORY_ARGUMENT, A("precursor", "Aggregated goods category of what is used.")), CATEGORY,
             "Whether a category is a relevant precursor of another: yes or no. Only these hand on embedded emissions.",
             '=CBAM_IS_PRECURSOR("Cement", "Cement clinker")', "II 3"),
    Function("CBAM_FIND_GOODS", find_goods, (A("text", "Beginning of a CN code, or words of a name or category."),),
             CATEGORY, f"A table that spills: up to {FOUND} CBAM goods by code, name or category.",
             '=CBAM_FIND_GOODS("clinker")', "956 Annex I", True),
    Function("CBAM_DEFAULT_VALUE", default_value,
             (CN, A("kind", "direct, indirect or total.", "", True, "total")), CATEGORY,
             "Default value of the transitional period for a CN code, in t CO2e/t.",
             '=CBAM_DEFAULT_VALUE("25231000", "direct")', "III E.3"),
    Function("CBAM_CONVERT", convert,
             (A("value", "The figure to convert.", "any"), A("from_unit", "Its unit, as people write it."),
              A("to_unit", "The unit wanted.")), CATEGORY,
             "Converts a figure from one unit to another, by the list of units on sheet Lists alone.",
             '=CBAM_CONVERT(2, "Gcal", "GJ")', "III B.5"),
)  # fmt: skip
