"""Without a notebook: a plain script, a terminal, IPython in a terminal, and a Python that has no threads."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from runway_widget import RunwayWidgetError
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .fakes import until

SECONDS = 40.0
DONE = r"Image to video: Done[^\n]*\([0-9a-f-]{36}\)"


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(speed=20) as simulator:
        yield simulator


def environment(sim: Simulator, home: Path) -> dict[str, str]:
    return {
        "COMETAPI_BASE_URL": sim.url,
        "COMETAPI_KEY": sim.key,
        "COLUMNS": "60",
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "PATH": os.environ["PATH"],
        "TERM": "xterm",
    }


def script(task_id: str, *lines: str) -> str:
    return "\n".join(
        ["from runway_widget import Client", f"task = Client().task({task_id!r}, poll_interval=0.2)", *lines]
    )


class Terminal:
    """A command in a terminal of its own, and all that it writes there."""

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self.written = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=variables)
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def type(self, line: str) -> None:
        os.write(self._ours, f"{line}\n".encode())

    def read(self, pattern: str) -> str:
        """All that was written since the last call, up to and with what ``pattern`` finds."""
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.written)):
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.written!r}"
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    self.written += os.read(self._ours, 65_536).decode(errors="replace").replace("\r\n", "\n")
                except OSError as error:  # the other end has closed it
                    raise AssertionError(f"no {pattern!r} in {self.written!r}") from error
        told, self.written = self.written[: found.end()], self.written[found.end() :]
        return told


def test_waiting_on_a_terminal_writes_one_line_over_and_leaves_none(tmp_path: Path) -> None:
    clock = ServiceTime()
    with Simulator(speed=1, clock=clock) as service:
        code = script(service.add_task(queued=600, duration=900), "task.wait()", "print(task)", "print('the end')")
        with Terminal([sys.executable, "-c", code], environment(service, tmp_path)) as terminal:
            told = terminal.read(r"In the queue · \d+:\d\d")
            clock.forward(1000)
            told += terminal.read(r"Generating \d+ % · \d+:\d\d")
            clock.forward(1000)
            told += terminal.read("the end")
    line, _, after = told.rpartition("\r\x1b[K")
    assert "\n" not in line
    steps = [step for step in line.split("\r\x1b[K") if step]
    assert all(step.startswith(("Image to video: ", "Runway task: ")) and len(step) < 60 for step in steps), steps
    assert re.fullmatch(rf"{DONE}\nthe end", after)


def test_a_script_that_is_no_terminal_prints_only_what_it_is_told_to(sim: Simulator, tmp_path: Path) -> None:
    task_id = sim.add_task(queued=5, duration=20)
    lines = ("task.wait()", "print(task)", "from IPython.display import display", "display(task)", "task.show()")
    command = [sys.executable, "-c", script(task_id, *lines)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(sim, tmp_path), timeout=SECONDS, check=True
    )
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert len(told) == 3
    assert all(re.fullmatch(rf"(<RunwayTask )?{DONE}>?", line) for line in told), told


def test_nothing_is_printed_into_the_prompt_of_ipython(sim: Simulator, tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    task_id = sim.add_task(queued=20, duration=40)
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--simple-prompt",
        "--no-banner",
        "--colors=nocolor",
        "--no-confirm-exit",
    ]
    with Terminal(command, environment(sim, tmp_path)) as terminal:
        terminal.read(r"In \[1\]: ")
        terminal.type(f"from runway_widget import Client; task = Client().task({task_id!r}, poll_interval=0.2)")
        terminal.read(r"In \[2\]: ")
        terminal.type("task")
        shown = terminal.read(r"In \[3\]: ")
        (line,) = [line for line in shown.splitlines()[1:] if line and not line.startswith("In [")]
        assert re.fullmatch(rf"[A-Z][^:]*: [A-Z].* \({task_id}\)", line), "its line, and no error beside it"
        tell = f"__import__('pathlib').Path({str(mark)!r}).touch()"
        terminal.type(f"__import__('threading').Thread(target=lambda: (task._completion.wait(30), {tell})).start()")
        terminal.read(r"In \[4\]: ")
        until(mark.exists)
        terminal.type("task")
        told = terminal.read(r"In \[5\]: ")
    echo, _, rest = told.partition("\n")
    assert echo == "task", "the prompt was as we left it when we typed"
    assert re.search(DONE, rest)


def test_a_python_without_threads_says_so(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(RunwayWidgetError, match="no threads"):
        sim.client().task(sim.add_task())
