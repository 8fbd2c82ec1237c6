"""The import package ``cbam_udfs`` in a checkout: its modules lie one folder up."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

folder = Path(__file__).resolve().parents[1]
spec = spec_from_file_location(__name__, folder / "__init__.py", submodule_search_locations=[str(folder)])
if spec is None or spec.loader is None:
    raise ImportError(f"{folder} has no __init__.py.")
package = sys.modules[__name__] = module_from_spec(spec)
spec.loader.exec_module(package)
