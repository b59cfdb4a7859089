"""How much watching costs: threads, sockets, memory, and the time a kernel takes to go."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runway_widget import RunwayTask, WatchStopped
from runway_widget._service.timeouts import READ_TIMEOUT
from runway_widget._watch import poller
from runway_widget.simulator import Simulator

from .comms import front_end, open_models
from .fakes import our_threads, until
from .kernel import PATIENCE, Kernel

MOST_THREADS = 9  # six fetchers, the timer, the writer, and the thread for callbacks


@pytest.fixture(autouse=True)
def no_thread_dies() -> Iterator[None]:
    died = list[Any]()
    usual, threading.excepthook = threading.excepthook, died.append
    yield
    threading.excepthook = usual
    assert died == []


def sockets() -> int:
    """How many sockets this process has open, of which the simulator's are a part; 0 where the system does not tell."""
    if not Path("/proc/self/fd").is_dir():
        return 0
    return len([each for each in Path("/proc/self/fd").iterdir() if _target(each).startswith("socket:")])


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # the one that listed the folder
        return ""


def test_two_hundred_tasks_are_polled_on_time_by_few_threads_while_one_answer_hangs() -> None:
    """All have been asked four times before that answer comes: a poller that waits for it would not get there."""
    assert our_threads() == []
    interval, hanging = 2.0, 30.0
    with Simulator(speed=1) as sim:
        client = sim.client()
        ids = [sim.add_task(queued=0, outcome="never", duration=1e9) for _ in range(200)]
        tasks = [client.task(each, poll_interval=interval) for each in ids]
        until(lambda: len(sim.requests) >= 200)
        sim.trouble("slow", task_id=ids[7], seconds=hanging)
        most = 0

        def asked_four_times() -> bool:
            nonlocal most
            most = max(most, len(our_threads()))
            return len(sim.requests) >= 4 * len(ids)

        until(asked_four_times, timeout=hanging * 0.8)
        asked: dict[str, list[float]] = {each: [] for each in ids}
        for request in sim.requests:
            asked[request.task_id].append(request.at)
        for task in tasks:
            task.stop()
    del asked[ids[7]]
    assert most <= MOST_THREADS
    gaps = sorted(after - before for times in asked.values() for before, after in pairwise(times))
    assert gaps[0] > interval * 0.95
    assert gaps[len(gaps) // 2] < interval * 2
    assert min(len(times) for times in asked.values()) >= 3
    until(lambda: our_threads() == [])


def test_all_threads_are_gone_soon_after_the_last_end() -> None:
    with Simulator(speed=20) as sim:
        tasks = [sim.client().task(sim.add_task(queued=0, duration=20), poll_interval=0.2) for _ in range(30)]
        for task in tasks:
            task.observe(lambda change: None)
            task.wait(20)
        until(lambda: our_threads() == [])


def test_a_request_that_hangs_holds_no_thread_once_nobody_watches() -> None:
    with Simulator(speed=20) as sim:
        sim.trouble("hang", times=None)
        task = sim.client().task(sim.add_task())
        until(lambda: sim.requests)
        task.stop()
        with pytest.raises(WatchStopped):
            task.wait(5)
        until(lambda: our_threads() == [])


def test_a_hundred_runs_of_one_cell_leave_everything_as_it_was() -> None:
    gc.collect()
    until(lambda: poller.shared().idle)
    before = set(threading.enumerate()), open_models()
    with Simulator(speed=20) as sim, front_end():
        task_id = sim.add_task(queued=0, outcome="never", duration=1e9)
        open_before = sockets()
        cards = list[RunwayTask]()
        for _ in range(100):
            card = sim.client().task(task_id, poll_interval=0.5)
            assert card._repr_mimebundle_()
            cards.append(card)
        until(lambda: cards[-1].status == "IN_PROGRESS")
        assert len(our_threads()) <= MOST_THREADS
        assert len(sim.requests) < 100
        for card in cards:
            card.close()
        until(lambda: our_threads() == [])
        until(lambda: sockets() <= open_before)
    until(lambda: not set(threading.enumerate()) - before[0])
    assert open_models() == before[1]


def test_a_hundred_tasks_one_after_the_other_leave_everything_as_it_was() -> None:
    with Simulator(speed=1000) as sim:
        open_before = sockets()
        for _ in range(100):
            sim.client().task(sim.add_task(queued=0, duration=0)).wait(10)
        until(lambda: our_threads() == [])
        until(lambda: sockets() <= open_before)


FIFTY_HANGING = """
import time
from runway_widget import Client
client = Client()
cards = [client.task(f"t{number}") for number in range(50)]
"""


@pytest.fixture
def hanging() -> Iterator[Simulator]:
    """A service that takes requests and never answers."""
    with Simulator(speed=20) as sim:
        sim.trouble("hang", times=None)
        yield sim


def seconds_to_end(script: str, service: Simulator) -> float:
    """How long a Python takes to end after the last line of ``script``, which must leave nothing on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", script + "\nimport time\nprint(time.time(), flush=True)"],
        capture_output=True, text=True, timeout=60, check=True,
        env={"COMETAPI_KEY": service.key, "COMETAPI_BASE_URL": service.url},
    )  # fmt: skip
    assert done.stderr == ""
    return time.time() - float(done.stdout)


def test_a_python_with_fifty_live_tasks_and_a_hanging_server_ends_without_waiting_for_it(hanging: Simulator) -> None:
    with_tasks = seconds_to_end(FIFTY_HANGING + "time.sleep(0.5)", hanging)
    assert len(hanging.requests) > 1
    assert with_tasks < READ_TIMEOUT / 2, "it waited for the server"


def test_a_kernel_with_fifty_live_cards_and_a_hanging_server_shuts_down_by_itself(hanging: Simulator) -> None:
    kernel = Kernel(hanging.url, hanging.key)
    try:
        kernel.run(FIFTY_HANGING + "for card in cards:\n    display(card)")
        until(lambda: hanging.requests)
    finally:
        took = kernel.close()
    assert took < PATIENCE / 2


def test_observers_cost_the_kernel_no_socket_for_each_change() -> None:
    """A thread that sends costs a kernel a socket; the callbacks of a linked widget send.

    Something is watched until all is counted, so that the writer and the thread for callbacks stay. The thread for
    callbacks is not replaced, however slow the machine is.
    """
    with Simulator(speed=20, progress="percent") as sim, Kernel(sim.url, sim.key) as kernel:
        ids = [sim.add_task(queued=0, duration=40) for _ in range(10)]
        kernel.run(
            f"""
import traitlets, ipywidgets
from runway_widget._widgets import callbacks
callbacks.PATIENCE = 600
pipes = get_ipython().kernel.iopub_thread
bars = [ipywidgets.FloatProgress(max=1.0) for _ in range({len(ids)})]
begun, changes = len(pipes._event_pipes), []
other = client.task({sim.add_task(queued=0, outcome="never", duration=1e9)!r}, poll_interval=0.05)
tasks = [client.task(each, poll_interval=0.05) for each in {ids!r}]
for task, bar in zip(tasks, bars):
    bar.observe(lambda change: changes.append(change.new), names="value")
    traitlets.dlink((task, "progress"), (bar, "value"))
"""
        )
        kernel.run("for task in tasks:\n    task.wait(20)")
        until(lambda: kernel.value("[bar.value for bar in bars] == [1.0] * len(bars)") == "True")
        assert int(kernel.value("len(changes)")) > 50
        assert int(kernel.value("len(pipes._event_pipes) - begun")) <= 2
        assert kernel.value("died") == "[]"
