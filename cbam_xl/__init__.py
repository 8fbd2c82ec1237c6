"""EU CBAM embedded emissions, live in the spreadsheet (Regulation (EU) 2023/956, IR (EU) 2023/1773).

>>> import cbam_xl
>>> report = cbam_xl.recalculate(cbam_xl.read(cbam_xl.example("cement")))
>>> [(p.name, round(p.see_direct, 5)) for p in report.processes]
[('Clinker kiln', 0.79281), ('Cement mill', 0.63113), ('Ready-mix plant', 0.17305)]
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # true for type checkers; the module typing alone would double the time of this import
if TYPE_CHECKING:
    from .attribution import recalculate as recalculate
    from .errors import CbamError as CbamError
    from .exchange import communicate as communicate
    from .exchange import import_communication as import_communication
    from .exchange import import_precursors as import_precursors
    from .road import example as example
    from .road import from_frames as from_frames
    from .road import read as read

_PLACES = {"read": "road", "example": "road", "from_frames": "road", "recalculate": "attribution",
           "CbamError": "errors", "communicate": "exchange", "import_communication": "exchange",
           "import_precursors": "exchange"}  # fmt: skip


def __getattr__(name: str) -> object:
    """Names are imported when they are first asked for, so that ``import cbam_xl`` costs next to nothing."""
    if name not in _PLACES:
        raise AttributeError(f"module 'cbam_xl' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"cbam_xl.{_PLACES[name]}"), name)
