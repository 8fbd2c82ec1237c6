"""Functions of the act of 2026: default values with mark-up, benchmarks, free allocation, certificates and their cost.

What they look up is loaded when the first of them is asked.
"""

from .function import Argument, CellError, Function

CATEGORY = "CBAM cost"
A = Argument
CN = A("cn_code", "CN code of eight digits, or TARIC code of ten.")
YEAR = A("year", "Year of production, from 2026 on.", "any")
ROUTE = A("route", "Letter of the production route, where the figure depends on it.", "", True, "")
TONNES = A("tonnes", "Mass in t.", "t", True, 1.0)
PAID = A("paid", "Carbon price paid abroad in EUR for all of them.", "any", True, 0.0)
PRICE_HELP = "Price of a certificate in EUR per t CO2e"
PER_T = "tCO2/t"


def default(country: str, cn_code: str, year: float, route: str) -> float:
    """A default value with mark-up. Raises CellError when no table has one."""
    from cbam_xl.definitive import defaults

    found = defaults.look_up(defaults.country_code(country) or country, cn_code, int(year), route)
    if found is None:
        raise CellError("name-unknown", f"There is no default value of CN code {cn_code[:20]} for {country[:40]}.")
    return found.marked


def mark_up(cn_code: str, year: float) -> float:
    from cbam_xl.definitive import defaults

    return defaults.mark_up(cn_code, int(year))


def benchmark(cn_code: str, year: float, route: str, column: str) -> float:
    from cbam_xl.definitive import benchmarks

    return benchmarks.benchmark(cn_code, int(year), column=column.upper(), route=route)


def sefa(cn_code: str, year: float, route: str, column: str) -> float:
    from cbam_xl.definitive import benchmarks

    return benchmarks.free_allocation(cn_code, int(year), column=column.upper(), route=route)


def certificates(see: float, sefa: float, tonnes: float, paid: float, price: float) -> float:
    """Certificates due. Raises CellError for a price paid abroad without the price of a certificate."""
    from cbam_xl.definitive import cost

    if paid and not price:
        raise CellError("value-missing", "price is missing: it turns the carbon price paid into certificates.")
    return cost.certificates(see, sefa, tonnes, paid, price)


def cost(see: float, sefa: float, price: float, tonnes: float, paid: float) -> float:
    from cbam_xl.definitive import cost

    return cost.cost(see, sefa, price, tonnes, paid)


COLUMN = A("column", "A: actual values, B: default values.", "", True, "A")
SEE = A("see", "Specific embedded emissions that count, in t CO2e/t.", PER_T)
SEFA = A("sefa", "Specific embedded free allocation in t CO2e/t, as CBAM_SEFA gives it.", PER_T)

FUNCTIONS = (
    Function("CBAM_DEFAULT", default,
             (A("country", "Country of origin: name or two-letter code; OTHER, or UNKNOWN."), CN, YEAR, ROUTE),
             CATEGORY,
             "Default value of the act of 2026 for a good of this origin, with the mark-up of the year, in t CO2e/t.",
             '=CBAM_DEFAULT("DZ", "2523100090", 2026)', "2025/2621; 2026/1740"),
    Function("CBAM_MARKUP", mark_up, (CN, YEAR), CATEGORY,
             "Mark-up on the default values of a good in a year, as a share: 0.1 is 10 %.",
             '=CBAM_MARKUP("25231000", 2026)', "2026/1740"),
    Function("CBAM_BENCHMARK", benchmark, (CN, YEAR, ROUTE, COLUMN), CATEGORY,
             "CBAM benchmark of a good in t CO2e/t.", '=CBAM_BENCHMARK("25231000", 2026, "A")', "2025/2620 Annex"),
    Function("CBAM_SEFA", sefa, (CN, YEAR, ROUTE, COLUMN), CATEGORY,
             "Specific embedded free allocation of a good of its own process, in t CO2e/t: benchmark x CBAM factor x "
             "cross-sectoral factor. That of its precursors stands on sheet Cost.",
             '=CBAM_SEFA("25231000", 2026, "A")', "2025/2620 Annex, Eq. 2"),
    Function("CBAM_CERTIFICATES", certificates,
             (SEE, SEFA, TONNES, PAID, A("price", f"{PRICE_HELP}, if a carbon price was paid.", "any", True, 0.0)),
             CATEGORY, "CBAM certificates due, in t CO2e.", "=CBAM_CERTIFICATES(3.506, 1.33575, 100)",
             "956 Art. 22, 31"),
    Function("CBAM_COST", cost, (SEE, SEFA, A("price", f"{PRICE_HELP}.", "any"), TONNES, PAID), CATEGORY,
             "What the certificates cost, in EUR.", "=CBAM_COST(3.506, 1.33575, 75.36)", "956 Art. 21"),
)  # fmt: skip
