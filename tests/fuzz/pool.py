"""The child processes that run the jobs: persistent, with a cap of time, started again when one dies."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
SECONDS = 90.0
"""Most seconds for one job, with the look at what it did, on a machine that has other things to do."""
BUSY = 20.0
"""Most seconds of work for one command; a sound workbook takes hundredths."""


class Worker:
    """One child process. A job that it doesn't survive, or doesn't finish in time, is answered with its crash."""

    def __init__(self, folder: Path) -> None:
        """``folder``: a copy of the reference sheets, which the child may write into, stands there."""
        self._environment = {**os.environ, "CBAM_FUZZ_REFERENCE": str(folder), "PYTHONHASHSEED": "0",
                             "PYTHONPATH": os.pathsep.join((str(CHECKOUT),
                                                            str(CHECKOUT / "udfs" / "checkout")))}  # fmt: skip
        self._child = self._started()
        self.restarts = 0

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tests.fuzz.worker"], cwd=CHECKOUT, env=self._environment,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """What became of a job."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            self._child.stdin.write(json.dumps(job).encode() + b"\n")
            self._child.stdin.flush()
            with selectors.DefaultSelector() as waiting:
                waiting.register(self._child.stdout, selectors.EVENT_READ)
                line = self._child.stdout.readline() if waiting.select(SECONDS) else b"late"
        except BrokenPipeError:
            line = b""
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            if answer["seconds"] > BUSY:
                answer["crash"] = f"worked for {answer['seconds']:.0f} s"
            return answer
        crash = f"took longer than {SECONDS:.0f} s" if line == b"late" else ""
        self.stop()
        self.restarts += 1
        crash = crash or f"the process died ({self._child.returncode})"
        self._child = self._started()
        return {"status": None, "crash": crash, "out": "", "err": "", "seconds": SECONDS, "memory": 0}

    def stop(self) -> None:
        """End the child."""
        if self._child.poll() is None:
            try:
                self._child.wait(0.05)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
