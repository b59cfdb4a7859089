"""What the tests of a task share."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from typing import Any

from runway_widget import RunwayTask
from runway_widget.simulator import Simulator

KEY = "test-key-4Hq7Tn2Vx9Kw"
LONG = 10_000.0  # seconds of the service's; no test goes on so long, unless it moves the clock forward
Maker = Callable[..., RunwayTask]


def asked(sim: Simulator, task: RunwayTask) -> int:
    return len([request for request in sim.requests if request.task_id == task.task_id])


def in_thread(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run ``call`` on a thread; its result or its exception comes in the list."""
    outcome = list[Any]()

    def run() -> None:
        try:
            outcome.append(call())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, outcome


def run(script: str) -> str:
    """What ``script`` prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()
