"""The one call that every spreadsheet program makes: arguments made ready, one function, a figure or a text."""

from collections.abc import Mapping, Sequence
from math import isfinite

from cbam_xl.errors import CbamError
from cbam_xl.units import UnitError

from .cells import BOUNDS, single
from .function import INSTALLATION, CellError, Function
from .plant import handles, plant
from .registry import BY_NAME

MARK = "#CBAM"


def call(name: str, *given: object, errors: str = "", book: Mapping[str, object] | None = None) -> object:
    """What a cell with this function shows: a float, a text, or rows; a fault of the data is a text with a code.

    ``errors``: what stands in place of such a text, such as "#N/A" where the program makes a true error of it.
    ``book``: the ranges of the input sheets by name, where the program can name them; then the handle may be left out.
    Raises KeyError for a function that isn't registered, and nothing else that the data could cause.
    """
    function = BY_NAME[name]
    try:
        found = function.call(*_ready(function, given, book))
    except CellError as error:
        return errors or f"{MARK} {error.code}: {error}"
    except UnitError as error:
        return errors or f"{MARK} units: {error}"
    except CbamError as error:
        return errors or f"{MARK} refused: {error}"
    except OverflowError:
        return errors or f"{MARK} number-range: The result {BOUNDS}"
    if isinstance(found, float) and not isfinite(found):
        return errors or f"{MARK} number-range: The result {BOUNDS}"
    return found


def _ready(function: Function, given: Sequence[object], book: Mapping[str, object] | None) -> list[object]:
    """The arguments as the function takes them. Raises CellError."""
    if len(given) > len(function.arguments):
        raise CellError("arguments", f"It takes {len(function.arguments)} arguments: {function.form}.")
    values = []
    for place, argument in enumerate(function.arguments):
        value = given[place] if place < len(given) else None
        if argument.name == INSTALLATION:
            values.append(_installation(function, value, book))
        elif argument.matrix:
            if value is None and not argument.optional:
                raise CellError("value-missing", f"{argument.name} is missing. {argument.help}")
            values.append(value)
        else:
            values.append(single(argument, value))
    return values


def _installation(function: Function, value: object, book: Mapping[str, object] | None) -> object:
    """The solved installation of the handle, or of the workbook that the program passes in."""
    if value is not None:
        return plant(value)
    if book is None:
        form = function.form.replace("[", "").replace("]", "")
        raise CellError("handle", f"Name the cells with the handle too: {form}.")
    return plant(handles(book))
