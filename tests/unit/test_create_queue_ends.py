"""The queue in a process that ends, is ended, or forks: nothing more is sent, and what was is in the journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget.simulator import Simulator

from .creating import all_sent, created, film
from .fakes import until

SCRIPT = """
import sys
from runway_widget import Client
client = Client(sys.argv[1], sys.argv[2], journal=sys.argv[3])
takes = client.image_to_video(
    model="gen4_turbo", prompt_image="https://a.example/a.png", ratio="1280:720", takes=40, poll_interval=60.0
)
while not takes[0].task_id:
    pass
print("created", flush=True)
"""


def run(sim: Simulator, journal: Path, then: str) -> subprocess.Popen[str]:
    """A script that creates many takes, and goes on with ``then`` once the first is there."""
    arguments = [sys.executable, "-c", SCRIPT + then, sim.key, sim.url, str(journal)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(journal: Path) -> list[Any]:
    return Journal(journal).recent(100)


def test_a_script_that_ends_sends_nothing_more_and_doubts_nothing(sim: Simulator, tmp_path: Path) -> None:
    sim.trouble("slow", route="create", seconds=0.2, times=None)  # so that some are on their way when it ends
    journal = tmp_path / "journal.sqlite3"
    with run(sim, journal, "") as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
    number = len(created(sim))
    assert (
        said.strip()
        == f"creates that were not sent, because the program ended first: {40 - number}; wait() waits for them"
    )
    assert 1 <= number < 40
    assert [row.state for row in rows(journal)] == [State.ACCEPTED] * number, "each answer was waited for"
    assert {row.task_id for row in rows(journal)} == {request.task_id for request in created(sim)}


@pytest.mark.posix
def test_a_kernel_that_is_killed_begins_no_other(sim: Simulator, tmp_path: Path) -> None:
    sim.trouble("slow", route="create", seconds=0.2, times=None)
    journal = tmp_path / "journal.sqlite3"
    with run(sim, journal, "import time; time.sleep(60)") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "created\n"
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    number = len(created(sim))
    assert number < 40
    known = rows(journal)
    assert len(known) >= number - 1, "what was sent is in the journal"
    assert [row.state for row in known if row.state is State.UNCERTAIN] == []
    assert len([row for row in known if not row.accepted]) <= 4, "no more than were on their way"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_leaves_the_sending_to_its_parent(sim: Simulator) -> None:
    sim.trouble("rate_limited", route="create", retry_after=1)
    client: Client = sim.client()
    grid = film(sim, client, takes=3, sent=False)
    until(lambda: grid[0]._face["warn"])
    child = os.fork()
    if child == 0:
        try:
            grid[1].wait(5)
        except Exception as error:
            told = "the process that this one was forked from sends it" in str(error)
            os._exit(0 if told and not grid[2].task_id and len(created(sim)) == 1 else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    all_sent(grid)
    assert all(take.task_id for take in grid)
    assert len(created(sim)) == 4, "one was turned away"
