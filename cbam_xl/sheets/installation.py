"""Sheet Installation, the one form among the input sheets: who reports, for which period, and how the act is read."""

from __future__ import annotations

from functools import partial

from ..options import CHOICES
from .declare import REQUIRED, Column, Sheet

_F = partial(Column, rule="IV 1")
_OPEN = partial(Column, kind="choice", later=True)


def _open(header: str, field: str, rule: str, help: str) -> Column:
    """A choice where the act of 2026 can be read in two ways; its default is the first word."""
    return _OPEN(header, field, choices=field, default=CHOICES[field][0], rule=rule, help=help)


_TOTAL = partial(Column, kind="number", unit="tCO2e", format="#,##0", rule="IV 1", signed=True)
INSTALLATION = Sheet(
    "Installation", "What", "Who reports, for which period, and who verified it.", "a form: one field per line",
    (
        _F("Reporting period: start", "period_start", "date", need=REQUIRED, format="yyyy-mm-dd", rule="III A.1(3)",
           help="First day. Normally 1 January; another 12 months or an MRV period of at least 3 months is allowed."),
        _F("Reporting period: end", "period_end", "date", need=REQUIRED, format="yyyy-mm-dd", rule="III A.1(3)",
           help="Last day. The period selects the act: up to 2025 Regulation 2023/1773, from 2026 Regulation "
           "2025/2547."),
        _F("Name of the installation", "name", help="In the local language and script."),
        _F("Name of the installation (English name)", "name_en", need=REQUIRED,
           help="As it shall appear in the communication."),
        _F("Street, Number", "street", need=REQUIRED, help="Address of the installation, not of the head office."),
        _F("Economic activity", "economic_activity", help="A few words, e.g. clinker and cement."),
        _F("Post code", "post_code", need=REQUIRED, format="@", help="Kept as text: leading zeros stay."),
        _F("P.O. Box", "po_box", need=REQUIRED, format="@", help="A dash if there is none."),
        _F("City", "city", need=REQUIRED, help="City of the installation."),
        _F("Country", "country", "open", need=REQUIRED, choices="countries",
           help="Country in which the installation stands."),
        _F("UNLOCODE", "unlocode", need=REQUIRED,
           help="Two letters of the country and three of the place, e.g. TR IST."),
        _F("Coordinates of the main emission source (latitude)", "latitude", need=REQUIRED,
           help="Decimal degrees; text such as 16.69° is kept as it is."),
        _F("Coordinates of the main emission source (longitude)", "longitude", need=REQUIRED,
           help="Decimal degrees; text such as 16.69° is kept as it is."),
        _F("Name of authorized representative", "representative", help="Who speaks for the operator."),
        _F("Email", "email", help="For questions of the importer."),
        _F("Telephone", "telephone", format="@", help="Kept as text."),
        _F("General information on data quality", "data_quality", "choice", need=REQUIRED, choices="data_quality",
           help="What most of the emissions rest on."),
        _F("Justification for use of default values", "default_justification", "choice", choices="justifications",
           help="Needed when a default value is used."),
        _F("Information on quality assurance", "quality_assurance", "choice", need=REQUIRED,
           choices="quality_assurance", rule="III A.3", help="How the data were checked."),
        _F("Carbon price instrument", "carbon_price_instrument", help="Free text shown to the importer."),
        _F("Any additional information", "additional_info", help="Free text shown to the importer."),
        _F("Currency of carbon prices", "currency", "choice", choices="currencies", rule="956 Art. 9",
           help="The currency of the rows of sheet Carbon price that name none."),
        _F("Verifier: company name", "verifier_company", help="Leave blank if the report wasn’t verified."),
        _F("Verifier: street, number", "verifier_street", help="Address of the verifier."),
        _F("Verifier: city", "verifier_city", help="Address of the verifier."),
        _F("Verifier: postcode/ZIP", "verifier_post_code", format="@", help="Kept as text."),
        _F("Verifier: country", "verifier_country", "open", choices="countries", help="Address of the verifier."),
        _F("Authorised representative: name", "verifier_representative", help="Who signs for the verifier."),
        _F("Authorised representative: email", "verifier_email", help="Of the verifier."),
        _F("Authorised representative: telephone", "verifier_telephone", format="@", help="Kept as text."),
        _F("Authorised representative: fax", "verifier_fax", format="@", help="Kept as text."),
        _F("Accreditation Member State", "verifier_member_state", help="Member State that accredited the verifier."),
        _F("Name of the national accreditation body", "verifier_accreditation_body", help="Of that Member State."),
        _F("Registration number issued by the accreditation body", "verifier_registration", format="@",
           help="Kept as text."),
        _TOTAL("Total fuel input", "fuel_total", unit="TJ", default="sum of source streams",
               help="Only if the source streams don’t give it."),
        _TOTAL("Direct fuel for CBAM goods", "fuel_cbam", unit="TJ", default="streams of CBAM processes",
               help="Only if the source streams don’t give it."),
        _TOTAL("Fuel for electricity", "fuel_electricity", unit="TJ", default="streams of power plants and CHP",
               help="Only if the source streams don’t give it."),
        _TOTAL("Direct fuel for non-CBAM goods", "fuel_non_cbam", unit="TJ", default="streams of non-CBAM processes",
               help="Only if the source streams don’t give it."),
        _TOTAL("Total CO2 emissions", "co2_entered", default="Eq. 4", rule="Eq. 4",
               help="Only if they were determined by another method (e.g. another monitoring system)."),
        _TOTAL("Biomass emissions", "biomass_entered", default="sum of source streams",
               help="Only if the source streams don’t give them."),
        _TOTAL("Total N2O emissions", "n2o_entered", default="Eq. 18", rule="Eq. 18",
               help="Only if they were determined by another method."),
        _TOTAL("Total PFC emissions", "pfc_entered", default="Eq. 26", rule="Eq. 26",
               help="Only if they were determined by another method."),
        _TOTAL("Total indirect emissions", "indirect_entered", default="sum of sheet Electricity", rule="Eq. 44",
               help="From the installation’s electricity bill. Compared with the sum over the processes."),
        _F("Operator: name", "operator", later=True, rule="2025/2547 IV 1.1, point 1",
           help="The company that runs the installation. Shown on sheet Report items."),
        _F("Operator: registration number", "operator_registration", later=True, format="@",
           rule="2025/2547 IV 1.1, point 1", help="Corporate or activity registration number. Kept as text."),
        _F("Operator: address", "operator_address", later=True, rule="2025/2547 IV 1.1, point 1",
           help="Full address in English."),
        _F("Identifier of the installation in the CBAM Registry", "registry_id", later=True, format="@",
           rule="2025/2547 IV 1.1, point 1", help="As the Registry gives it. Kept as text."),
        _F("Period of the certificate price", "certificate_price_period", later=True, format="@",
           default="last known of the year", rule="956 Art. 21",
           help="Whose price sheet Cost uses, e.g. 2026 Q2. Prices that aren’t known here go on sheet Own figures."),
        _F("Edition of default values", "default_value_edition", later=True, format="@", default="newest",
           rule="2025/2621, 2026/1740",
           help="Day of the edition, e.g. 2025-12-31. The newest applies to the whole of its time, also backwards."),
        _open("Exported waste gas without evidence", "waste_gas_without_evidence", "III A.2.3, Eq. 54",
              "Eq. 54 asks for evidence that is good enough for verification: “Evidence, note” of the row."),
        _open("Indirect emissions inherited over two steps", "inherited_indirect", "I 3.1",
              "Sinter brings indirect emissions into pig iron. Does pig iron hand them on to steel? The act rules one "
              "step."),
        _open("Co-products that are vented or dumped", "discarded_co_products", "III A.2, Eq. 43",
              "The act speaks of products produced. Left out: only what is sold or used bears emissions."),
        _open("Off-spec product that is sold", "off_spec_sold", "II F",
              "“Off-spec product” to the market on Material flows. Counted: it is a good, so the production is larger "
              "by it."),
        _open("Waste gas that a CHP burns", "waste_gas_in_chp", "III A.2.2, Eq. 46",
              "The act caps its factor in the fuel mix of boilers and power plants; of a CHP it says nothing clear."),
        _open("Precursor made in a joint process", "joint_process", "Art. 4(9); I 3.13, 3.14",
              "Art. 4(9): not used elsewhere either. Annex I: not sold or transferred to other installations."),
        _open("Functional unit of CN 2834 21 00", "potassium_nitrate_unit", "Art. 4(4)(b)",
              "The Nomenclature seems to have no supplementary unit for potassium nitrate."),
        _open("Largest range of a composition", "composition_range", "III B",
              "Goods of one row may differ by 10 %: of a tonne in clinker or nitrogen, or of their content?"),
        _open("Share by default values is one of", "default_share", "IV 1.1, point 15(d)",
              "The act doesn’t say of what. Default values stand there with their mark-up."),
        _open("Rounding of default values with mark-up", "default_value_rounding", "2026/1740 Annex I",
              "The act names no method; the Registry works on three decimals."),
        _open("Benchmark of several routes", "mixed_benchmark_routes", "2025/2620 Annex, Eq. 2",
              "Goods of one CN code and process whose routes have several benchmarks. Provisional: no act says how."),
        _open("Carbon price paid abroad", "carbon_price_paid", "956 Art. 9",
              "Provisional: the act on its conversion is a draft. Sheet Cost shows it apart."),
    ),
    sections=(
        ("Reporting period", "L", ("period_start", "period_end")),
        ("About the installation", "L", (
            "name", "name_en", "street", "economic_activity", "post_code", "po_box", "city", "country", "unlocode",
            "latitude", "longitude", "representative", "email", "telephone")),
        ("Data quality and remarks", "L", (
            "data_quality", "default_justification", "quality_assurance", "carbon_price_instrument",
            "additional_info", "currency")),
        ("From 2026: operator", "L", ("operator", "operator_registration", "operator_address", "registry_id")),
        ("Verifier of this report (if any)", "R", (
            "verifier_company", "verifier_street", "verifier_city", "verifier_post_code", "verifier_country",
            "verifier_representative", "verifier_email", "verifier_telephone", "verifier_fax",
            "verifier_member_state", "verifier_accreditation_body", "verifier_registration")),
        ("Installation totals entered by hand", "R", (
            "fuel_total", "fuel_cbam", "fuel_electricity", "fuel_non_cbam", "co2_entered", "biomass_entered",
            "n2o_entered", "pfc_entered", "indirect_entered")),
        ("From 2026: cost, and what the act leaves open", "R", (
            "certificate_price_period", "default_value_edition", "waste_gas_without_evidence", "inherited_indirect",
            "discarded_co_products", "off_spec_sold", "waste_gas_in_chp", "joint_process", "potassium_nitrate_unit",
            "composition_range", "default_share", "default_value_rounding", "mixed_benchmark_routes",
            "carbon_price_paid")),
    ),
)  # fmt: skip
