"""pint proves the formulas: every equation is called with quantities built from its own unit hints.

CO2, carbon, CF4, aluminium, t, Nm3 ... are dimensions of their own (`units.DEFINITIONS`): carbon isn't CO2.
Two things are compared with the plain call on floats: the dimension of the result with the return hint, and its size,
so that a forgotten kg/t or MWh/TJ shows too. The conversions that stand in the modules get their hints like arguments.
"""

from __future__ import annotations

import importlib
import operator
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from inspect import signature
from itertools import count
from types import ModuleType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pint
import pytest

from cbam_xl import equations as eq
from cbam_xl import units
from cbam_xl.units import (
    TJ,
    Amount,
    MWh,
    anode_effects,
    minutes_per_effect,
    slope_factor,
    t,
    tAl,
    tC2F6,
    tC_per_amount,
    tCF4,
    tCO2,
    tCO2_per_MWh,
    tCO2_per_tC,
    tCO2_per_TJ,
    tCO2e,
    tCO2e_per_t,
    tCO2e_per_tCF4,
)

EQUATIONS = [getattr(eq, name) for name in eq.__all__ if hasattr(getattr(eq, name), "cites")]
MODULES: list[ModuleType] = [
    importlib.import_module(f"{eq.__name__}.{each.name}") for each in pkgutil.iter_modules(eq.__path__)
]
registry = units.registry()


def unit(hint: Any) -> str:
    """The unit of an Annotated hint. The acts write a percentage as a plain number (95), so it is one here."""
    text = str(get_args(hint)[1])
    return "" if text == "percent" else text


def figures(hint: Any, size: Iterator[float]) -> Any:
    """Figures for an argument, as plain floats; one per unit hint in it."""
    if get_origin(hint) is Annotated:
        figure = next(size)
        return {"share": figure / 40, "percent": 50 + figure}.get(str(get_args(hint)[1]), figure)
    if get_origin(hint) is tuple:
        return tuple(figures(each, size) for each in get_args(hint))
    if get_origin(hint) in (Iterable, Sequence):
        return [figures(get_args(hint)[0], size) for _ in range(5)]
    return figures(without_none(hint), size)


def quantities(hint: Any, plain: Any) -> Any:
    """The same figures as quantities in the units of their hints."""
    if get_origin(hint) is Annotated:
        return registry.Quantity(plain, unit(hint))
    if get_origin(hint) is tuple:
        return tuple(quantities(each, figure) for each, figure in zip(get_args(hint), plain, strict=True))
    if get_origin(hint) in (Iterable, Sequence):
        return [quantities(get_args(hint)[0], figure) for figure in plain]
    return quantities(without_none(hint), plain)


def without_none(hint: Any) -> Any:
    """The hint X of `X | None`."""
    kinds = [each for each in get_args(hint) if each is not type(None)]
    assert get_origin(hint) in (Union, type(int | None)), f"{hint} carries no unit"
    assert len(kinds) == 1
    return kinds[0]


def total(values: Iterable[Any]) -> Any:
    """math.fsum for quantities."""
    return reduce(operator.add, values)


def check(equation: Callable[..., Any]) -> None:
    """Raises AssertionError or pint.DimensionalityError where hints and formula disagree."""
    hints = get_type_hints(equation, include_extras=True)
    result_hint = hints.pop("return")
    size = (1 + each * 1.3 for each in count())
    plain = {name: figures(hint, size) for name, hint in hints.items()}
    expected = equation(**plain)
    with pytest.MonkeyPatch.context() as patch:
        for module in MODULES:
            for name, hint in get_type_hints(module, include_extras=True).items():
                patch.setattr(module, name, quantities(hint, getattr(module, name)))
            if hasattr(module, "fsum"):
                patch.setattr(module, "fsum", total)
        found = equation(**{name: quantities(hints[name], figure) for name, figure in plain.items()})
    assert isinstance(found, registry.Quantity), f"{found!r} lost its unit"
    assert found.to(unit(result_hint)).magnitude == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda each: str(each.__name__))
def test_the_dimension_of_the_result_is_that_of_its_hint(equation: Callable[..., Any]) -> None:
    check(equation)


@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda each: str(each.__name__))
def test_every_argument_and_result_has_a_unit(equation: Callable[..., Any]) -> None:
    hints = get_type_hints(equation, include_extras=True)
    assert set(hints) == {*signature(equation).parameters, "return"}
    for hint in hints.values():
        quantities(hint, figures(hint, count(1.0)))  # fails where a hint carries no unit or one that pint can't read


# Formulas with a fault: the check must find each of them


def divided_instead_of_multiplied(energy: TJ, ef: tCO2_per_TJ) -> tCO2:
    return energy / ef


def no_factor_from_carbon_to_co2(quantity: Amount, carbon_content: tC_per_amount) -> tCO2:
    return quantity * carbon_content


def factor_used_twice(quantity: Amount, carbon_content: tC_per_amount, carbon_factor: tCO2_per_tC) -> tCO2:
    return quantity * carbon_content * carbon_factor * carbon_factor


def adds_carbon_to_co2(fossil: tCO2, quantity: Amount, carbon_content: tC_per_amount) -> tCO2:
    return fossil + quantity * carbon_content


def kilograms_taken_for_tonnes(
    frequency: anode_effects, duration: minutes_per_effect, sef: slope_factor, aluminium: tAl
) -> tCF4:
    return frequency * duration * sef * aluminium


def wrong_gas(c2f6: tC2F6, gwp_cf4: tCO2e_per_tCF4) -> tCO2e:
    return c2f6 * gwp_cf4


def heat_factor_on_electricity(electricity: MWh, ef: tCO2_per_TJ) -> tCO2:
    return electricity * ef * 1.0


def not_divided_by_the_activity_level(attributed: tCO2e, activity_level: t) -> tCO2e_per_t:
    return attributed + 0 * activity_level


def emissions_for_a_factor(electricity: MWh, ef: tCO2_per_MWh) -> tCO2_per_MWh:
    return electricity * ef


FAULTS = [
    divided_instead_of_multiplied,
    no_factor_from_carbon_to_co2,
    factor_used_twice,
    adds_carbon_to_co2,
    kilograms_taken_for_tonnes,
    wrong_gas,
    heat_factor_on_electricity,
    not_divided_by_the_activity_level,
    emissions_for_a_factor,
]


@pytest.mark.parametrize("faulty", FAULTS, ids=lambda each: str(each.__name__))
def test_a_faulty_formula_is_found(faulty: Callable[..., Any]) -> None:
    with pytest.raises((AssertionError, pint.DimensionalityError)):
        check(faulty)


def test_the_check_passes_the_faultless_twin() -> None:
    def combustion(energy: TJ, ef: tCO2_per_TJ) -> tCO2:
        return energy * ef

    check(combustion)
