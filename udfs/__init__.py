"""The worksheet functions ``CBAM_…``: one registry, and one call that every spreadsheet program makes.

>>> call("CBAM_COMBUSTION", 252_000, 45, 73)
827820.0
>>> call("CBAM_CONVERT", 2, "furlong", "GJ")
"#CBAM units: Unit 'furlong' isn't known here. Possible: ...
"""

from .call import call
from .registry import BY_NAME, FUNCTIONS

__all__ = ["BY_NAME", "FUNCTIONS", "call"]
