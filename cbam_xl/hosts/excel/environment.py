"""The Python that Excel's cells are calculated by: whether the one that runs will do, and an own one where it won't.

Per user, without administrator rights. An environment is proved by what it computes, so that one whose making was
interrupted is never taken for done: it is made anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ...locks import BookError

CACHES = ("cache", ".cache", "caches")
"""Folders in which uvx and pipx keep what they may delete at any time."""
WAIT = 1_800
"""Seconds after which making an environment has failed."""
PROOF = "from cbam_xl.hosts.excel.environment import identity, lacking; print(identity(), lacking())"
"""What a Python has to run before it is trusted."""
UNREACHED = (
    "NewConnectionError",
    "ConnectTimeout",
    "ProxyError",
    "SSLError",
    "ReadTimeoutError",
    "NameResolutionError",
)
"""What pip calls it when it doesn't reach a package index."""


def pinned() -> str:
    """The version of xlwings that this cbam_xl needs, whose macros and bridge are a pair; "" where nothing says so."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        parts = [r.partition(";")[0].partition("==") for r in requires("cbam_xl") or ()]
    except PackageNotFoundError:  # a checkout that isn't installed
        return ""
    return next((version.strip() for name, _, version in parts if name == "xlwings"), "")


def identity() -> str:
    """Which cbam_xl this is: its version and a digest of its sources, alike wherever it is installed."""
    from hashlib import sha256

    import cbam_udfs

    from ... import __file__ as ours
    from ... import __version__

    package, functions = Path(ours).parent, Path(cbam_udfs.__path__[0])
    digest = sha256()
    for path in (*sorted(package.rglob("*.py")), *sorted(functions.glob("*.py"))):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__}-{digest.hexdigest()[:12]}"


def libraries(interpreter: Path) -> list[Path]:
    """Where the bridge of the pinned xlwings may lie: beside the interpreter, or a folder above in a venv."""
    name = f"xlwings{'64' if sys.maxsize > 2**32 else '32'}-{pinned()}.dll"
    return [interpreter.parent / name, interpreter.parent.parent / name]


def lacking() -> str:
    """What the running Python lacks for Excel's cells; "" when it calculates one. Raises ImportError."""
    from importlib import import_module
    from importlib.metadata import version

    from cbam_udfs import call

    if (has := version("xlwings")) != pinned():
        return f"it has xlwings {has}, but {pinned()} is needed"
    if sys.platform == "win32":
        places = libraries(Path(sys.executable))
        if not any(place.exists() for place in places):
            return f"{places[0].name} isn't beside it"
        import_module("xlwings.com_server")
    import_module("cbam_udfs.excel")
    return "" if isinstance(call("CBAM_COMBUSTION", 1000, 45, 73), float) else "its functions give no figure"


def user_folder(platform: str, variables: Mapping[str, str], home: Path) -> Path:
    """Where a program keeps what belongs to one user of one machine.

    >>> user_folder("linux", {}, Path("/home/a")).as_posix(), user_folder("darwin", {}, Path("/Users/a")).as_posix()
    ('/home/a/.local/share/cbam_xl', '/Users/a/Library/Application Support/cbam_xl')
    """
    if platform == "win32":
        return Path(variables.get("LOCALAPPDATA") or home / "AppData" / "Local") / "cbam_xl"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "cbam_xl"
    return Path(variables.get("XDG_DATA_HOME") or home / ".local" / "share") / "cbam_xl"


def fault(interpreter: Path, own: Path) -> str:
    """Why Excel can't count on a Python; "" when it can. ``own``: the folder of the environments that are made here."""
    if own not in interpreter.parents and any(part.casefold() in CACHES for part in interpreter.parts):
        return "it lies in a cache, which may be emptied at any time"
    done = run(interpreter, "-c", PROOF)
    if done.returncode:
        return f"it can't calculate a cell ({last_line(done.stderr)})"
    found, _, words = done.stdout.strip().partition(" ")
    return words or ("" if found == identity() else f"it has cbam_xl {found}, and this is {identity()}")


def origin() -> str:
    """What pip installs this very cbam_xl from: a file, a folder or a repository that it came from, else an index."""
    import json
    from importlib.metadata import distribution

    from ... import __file__ as ours
    from ... import __version__

    checkout = Path(ours).parents[1]
    if (checkout / "pyproject.toml").is_file():
        return f"cbam_xl @ {checkout.as_uri()}"
    text = distribution("cbam_xl").read_text("direct_url.json")
    if text is None:
        return f"cbam_xl=={__version__}"
    came = json.loads(text)
    url, repository = came["url"], came.get("vcs_info")
    within = f"#subdirectory={came['subdirectory']}" if "subdirectory" in came else ""
    at = f"{repository['vcs']}+{url}@{repository['commit_id']}" if repository else url
    return f"cbam_xl @ {at}{within}"


def make(own: Path) -> Path:
    """The interpreter of an environment with this very cbam_xl, below ``own``; made only where there is none yet.

    Raises:
        BookError: pip reaches no index or refuses, or the folder can't be written. Nothing half-made is left.
    """
    import shutil
    import venv

    folder = own / identity()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and not fault(python, own):
        return python
    try:
        venv.create(folder, clear=True, with_pip=True)
        done = run(python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", origin())
        why = _refusal(done.stderr) if done.returncode else fault(python, own)
        if why:
            raise BookError(f"{folder} couldn't be made: {why}")
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise BookError(f"{folder} can't be made ({error.strerror}): close Excel, and try again.") from error
        if isinstance(error, subprocess.CalledProcessError):
            raise BookError(f"This Python can't make an environment in {folder}, because it brings no pip: use one "
                            "from python.org (Debian: apt install python3-venv).") from error  # fmt: skip
        raise
    return Path(os.path.realpath(python.parent)) / python.name  # Python from Microsoft's store moves folders


def run(interpreter: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a Python says, without what the user's variables would let it find elsewhere. Raises BookError."""
    command = [str(interpreter), "-E", "-P", "-X", "utf8", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=WAIT, stdin=subprocess.DEVNULL,
                              encoding="utf-8", errors="replace")  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BookError(f"{interpreter} can't be run ({error}).") from error


def last_line(text: str) -> str:
    """The last line of what a program says, short."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return said[-1][:120] if said else "no reason given"


def _refusal(text: str) -> str:
    """Why pip installed nothing, and what to do."""
    if any(word in text for word in UNREACHED):
        return "pip reached no package index. Check network and proxy (pip config), and run cbam-xl install again."
    errors = [line for line in text.splitlines() if line.startswith("ERROR:")]
    return f"pip says: {last_line(errors[-1] if errors else text)}. Mend that, and run cbam-xl install again."
