"""A child process that runs commands in children of its own and stops them in the middle of writing.

Each line of standard input is a job: arguments, and at which call of the operating system, before or after it, the
command is killed, or stopped while another command runs. Each line of standard output says how it ended (JSON).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
CALLS = frozenset(("open", "write", "flush", "close", "fsync", "chmod", "chown", "flock", "replace", "unlink"))
"""Functions of the standard library that ask the operating system to do something to a file."""


class Commands:
    """The child, seen from the tests."""

    def __init__(self) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "udfs" / "checkout"))),
        }
        self._child = subprocess.Popen([sys.executable, "-m", "tests.fuzz.stopped"], cwd=CHECKOUT, env=environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip

    def run(self, *arguments: object, **how: Any) -> dict[str, Any]:
        """Run a command. `at`: kill it at this call; `between`: stop it there, and run these arguments meanwhile;
        `after`: kill it after so many seconds; `reference`: folder of the reference sheets; `largest`: most bytes a
        file may get; `user`: who writes."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        job = {"arguments": [str(each) for each in arguments], **how}
        self._child.stdin.write(json.dumps(job, default=str).encode() + b"\n")
        self._child.stdin.flush()
        answer: dict[str, Any] = json.loads(self._child.stdout.readline())
        return answer

    def stop(self) -> None:
        """End the child."""
        self._child.communicate(timeout=20)


def main() -> None:
    """Serve jobs until standard input ends."""
    import errno  # noqa: F401 - read once for all children
    import fcntl  # noqa: F401

    from cbam_xl import __main__, attribution, books, exchange, road  # noqa: F401

    road.now = lambda: "2026-01-01 00:00"
    for line in sys.stdin:
        print(json.dumps(_served(json.loads(line))), flush=True)


def _served(job: dict[str, Any]) -> dict[str, Any]:
    """Run a command in a child; stop it where the job says."""
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        _run(job, says)
    os.close(says)
    if "after" in job:
        time.sleep(job["after"])
        os.kill(child, signal.SIGKILL)
    between = None
    _, ended = os.waitpid(child, os.WUNTRACED)
    if os.WIFSTOPPED(ended):
        between = _served({**job, "arguments": [str(each) for each in job["between"]], "at": 0, "between": None})
        os.kill(child, signal.SIGCONT)
        _, ended = os.waitpid(child, 0)
    with os.fdopen(said) as told:
        words = told.read()
    status = os.waitstatus_to_exitcode(ended)
    answer: dict[str, Any] = {"status": status, "err": words, "between": between, "calls": 0}
    if words.startswith("{"):
        answer |= json.loads(words)
    return answer


def _run(job: dict[str, Any], says: int) -> None:
    """Run a command in this process, which ends with it."""
    import io

    from cbam_xl import locks, reference
    from cbam_xl.__main__ import main as command

    calls = 0
    stop = signal.SIGSTOP if job.get("between") else signal.SIGKILL
    write = locks.write_atomically

    def watch(_: object, event: str, function: Any) -> None:
        nonlocal calls
        if event in ("c_call", "c_return") and getattr(function, "__name__", "") in CALLS:
            calls += 1
            if calls == job.get("at"):
                os.kill(os.getpid(), stop)

    def watched(*arguments: Any) -> None:
        if "user" in job and "cbam_xl_" not in str(arguments[0]):  # not yet for a file that is only for a moment
            os.setresuid(job["user"], job["user"], -1)  # type: ignore[attr-defined,unused-ignore]
        sys.setprofile(watch)
        try:
            write(*arguments)
        finally:
            sys.setprofile(None)

    locks.write_atomically = watched  # type: ignore[assignment]
    if folder := job.get("reference"):
        reference.folder = lambda: folder
    if "largest" in job:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (job["largest"], job["largest"]))
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    try:
        status = command(job["arguments"])
    except BaseException as error:
        sys.stderr.write(f"Traceback: {error!r}")
        status = 3
    os.write(says, json.dumps({"calls": calls, "err": sys.stderr.getvalue()[-2000:]}).encode())
    os._exit(status)


if __name__ == "__main__":
    main()
