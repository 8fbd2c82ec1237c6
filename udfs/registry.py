"""The one registry: every worksheet function, from which wrappers, help texts and references are made."""

from . import costs, equations, lookups, processes, tables
from .function import Argument, Function

__all__ = ["BY_NAME", "FUNCTIONS", "Argument", "Function"]

_READ, *_TABLES = tables.FUNCTIONS
FUNCTIONS: tuple[Function, ...] = (
    _READ, *processes.FUNCTIONS, *_TABLES, *equations.FUNCTIONS, *lookups.FUNCTIONS, *costs.FUNCTIONS,
)  # fmt: skip
BY_NAME = {function.name: function for function in FUNCTIONS}
