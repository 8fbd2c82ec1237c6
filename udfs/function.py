"""What a worksheet function is, and how a cell says that it can't give a figure."""

from collections.abc import Callable
from typing import NamedTuple

from cbam_xl.errors import CbamError

INSTALLATION = "installation"
"""Name of the argument that takes the handle, and of the block of cells that holds it."""
ACT = "2023/1773"


class Argument(NamedTuple):
    """One argument. With a ``unit`` it is a number, without one a text; ``matrix``: a range, as the program has it.

    A blank cell is the ``default`` of an optional argument and missing otherwise; so is 0 where ``never_zero`` says it.
    """

    name: str
    help: str
    unit: str = ""
    optional: bool = False
    default: object = None
    matrix: bool = False
    never_zero: bool = False

    @property
    def told(self) -> str:
        """What it is, in which unit, and what a blank cell means.

        >>> Argument("ncv", "Net calorific value.", "GJ/t", optional=True, default=40.0).told
        'Net calorific value. [GJ/t] Blank: 40.'
        """
        unit = f" [{self.unit}]" if self.unit else ""
        known = f"{self.default:g}" if isinstance(self.default, float) else self.default
        blank = f" Blank: {known}." if known not in (None, "") else " May be left out."
        return f"{self.help}{unit}{blank if self.optional else ''}"


class Function(NamedTuple):
    """One worksheet function. ``call`` takes the arguments ready to use, and for the handle the solved installation.

    ``description`` has at most 255 characters, which is all that Excel shows. ``spills``: it returns rows.
    """

    name: str
    call: Callable[..., object]
    arguments: tuple[Argument, ...]
    category: str
    description: str
    example: str
    provision: str = ""
    spills: bool = False

    @property
    def form(self) -> str:
        """How it is written in a cell; what may be left out stands in brackets.

        >>> Function("CBAM_GWP", len, (Argument("gas", ""), Argument("mass", "", "t", optional=True)), "", "", "").form
        '=CBAM_GWP(gas, [mass])'
        """
        names = (f"[{a.name}]" if a.optional else a.name for a in self.arguments)
        return f"={self.name}({', '.join(names)})"


class CellError(CbamError):
    """What a cell shows in place of a figure: a short code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
