"""The worksheet functions as xlwings knows them, in Excel and in xlwings Lite: ``from cbam_udfs.excel import *``.

Nothing is generated: each function of the registry is decorated when this module is imported. Arguments arrive as the
program hands them over (xlwings' raw converter), because :mod:`cbam_udfs.cells` makes them alike for every host. The
functions bear no type hints: xlwings in Excel fails on some that xlwings Lite accepts.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import xlwings as xw

from .call import call
from .registry import FUNCTIONS, Function

Cell = Callable[..., Any]


def decorated(function: Function) -> Cell:
    """A function of the registry with xlwings' decorators; optional arguments may be left out."""

    def cell(*given: object) -> object:
        return call(function.name, *given)

    cell.__name__ = cell.__qualname__ = function.name
    cell.__doc__ = function.description
    parameters = (
        Parameter(a.name, Parameter.POSITIONAL_OR_KEYWORD, default=None if a.optional else Parameter.empty)
        for a in function.arguments
    )
    vars(cell)["__signature__"] = Signature(list(parameters))
    cell.__annotations__ = {}
    made: Cell = cell
    for argument in function.arguments:
        made = xw.arg(argument.name, "raw", doc=argument.help)(made)
    return xw.func(category=function.category)(made)


__all__ = [function.name for function in FUNCTIONS]
globals().update({function.name: decorated(function) for function in FUNCTIONS})
