"""A LibreOffice with the extension, for tests and benchmarks: its answers are those of :mod:`libreoffice_driver`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from cbam_xl.hosts.libreoffice import extension, install

SYSTEM_PYTHON = os.environ.get("CBAM_XL_UNO_PYTHON", "/usr/bin/python3")
"""The Python that has LibreOffice's module ``uno``."""
DRIVER = Path(__file__).with_name("libreoffice_driver.py")
LIMIT = 120
"""Seconds within which a request must be answered."""
ALWAYS = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="{}" oor:op="fuse">'
    "<value>0</value></prop></item>"
)
"""A setting: every formula is calculated anew when a file opens."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}
</oor:items>
"""


class LibreOffice:
    """A running program with a profile of its own in ``folder``; every formula is calculated anew when a file opens.

    ``variables`` are put into its environment.
    """

    def __init__(self, soffice: str, folder: Path, *, recalculates: bool = True, **variables: str) -> None:
        profile, extensions = folder / "profile", folder / "extensions"
        extension.unpack(extensions / "cbam_xl")
        (profile / "user").mkdir(parents=True)
        items = "\n".join(ALWAYS.format(f"{kind}RecalcMode") for kind in ("OOXML", "ODF")) if recalculates else ""
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE.format(items))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | variables
        own = [d for d in environment["PATH"].split(os.pathsep) if Path(d) != Path(sys.prefix, "bin")]
        environment["PATH"] = os.pathsep.join(own)  # LibreOffice takes the first python3 there for its own
        self._process = subprocess.Popen([SYSTEM_PYTHON, str(DRIVER), soffice, str(profile), str(extensions)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
                                         start_new_session=True)  # fmt: skip
        self.seconds = 0.0
        """What the last request took."""
        self._answer()

    def ask(self, name: str, *given: object) -> Any:
        """One request: a method of the driver with its arguments. Raises RuntimeError with what went wrong."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps((name, *given)) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        limit = Timer(LIMIT, self._kill)
        limit.start()
        line = self._process.stdout.readline()
        limit.cancel()
        if not line:
            raise RuntimeError(f"LibreOffice ended, or didn't answer within {LIMIT} s.")
        answer = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        self.seconds = answer["seconds"]
        return answer["found"]

    def _kill(self) -> None:
        """End the driver and the program, which are a group of processes."""
        os.killpg(self._process.pid, signal.SIGKILL)

    def cell(self, sheet: str, address: str) -> float | str:
        """The value of one cell."""
        found: float | str = self.ask("get", sheet, address)[0][0]
        return found

    def __enter__(self) -> LibreOffice:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def lacking(soffice: str) -> str:
    """What is missing for live cells here; "" when nothing is."""
    said = subprocess.run([soffice, "--version"], capture_output=True, text=True).stdout
    if install.version(said) < install.version(extension.OLDEST):
        return f"LibreOffice {extension.OLDEST} or newer is needed, here is: {said.strip()}"
    if not Path(SYSTEM_PYTHON).exists() or subprocess.run([SYSTEM_PYTHON, "-c", "import uno"]).returncode:
        return f"{SYSTEM_PYTHON} has no module uno (Debian: python3-uno)."
    return ""
