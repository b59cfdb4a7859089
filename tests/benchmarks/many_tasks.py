"""Watching many tasks in one kernel: threads, the processor's time, memory, and how late polls are.

All subjects poll as many tasks at the same interval, Runway's own route of one simulator, at the same time, each in a
real kernel: what else the machine does meets all of them. Subjects:

- this project: a card for each task;
- a thread for each task: `requests.get` and a sleep, which is what one writes first;
- AsyncRunwayML, the official client: a coroutine for each task in one event loop, on a thread. Its pool (httpcore) goes
  through all connections for each request that begins or ends. Where a busy machine lets requests pile up, it does
  little else, and may come to no poll at all (seen at 1,000 tasks, httpcore 1.0.9); then it is left out, with a word.

Polls are counted by the service. A task-minute has twelve of them here, one every five seconds, however often a case
polls to have enough of them. What is looked at lasts whole intervals, in each of which every task is polled: the polls
of one may all come within a part of it. A poll's lateness is what lies between two polls of a task beyond the interval.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

from .processes import KEY, MeasuredKernel, Server
from .rows import OURS, Row, Size, row

TITLE = "Many tasks in one kernel, polled at the same interval"
CASES = {1: 0.05, 10: 0.2, 100: 2.0, 1000: 10.0, 5000: 50.0}  # tasks: seconds between two polls of one
TINY_CASES = {1: 0.1, 20: 0.2}
SECONDS = 8.0  # that a case is looked at, at least
SLICES = 4  # parts of it, at most: whole intervals
SLICED_FROM = 100  # tasks; a part of less is lost in the clock's ticks of 10 ms
PATIENCE = 240.0  # seconds until each task must have been polled once
OTHERS_PATIENCE = 15.0  # the same, beyond an interval, for others than this project
LATE = 1000.0  # milliseconds that nobody notices, of gaps of 5 to 20 s
THREADS = 10  # likewise
MEMORY_FROM = 100  # tasks; fewer are lost in what a kernel takes by itself

SUBJECTS = {
    OURS: """
import runway_widget
client = runway_widget.Client.runway({key!r}, {url!r}, journal=False)
client.task(ids[0], poll_interval=interval).close()  # what is imported on first use is another matter
def start():
    global tasks
    tasks = [client.task(each, poll_interval=interval) for each in ids]
""",
    "a thread per task": """
import random, requests, threading, time
headers = {{"Authorization": "Bearer " + {key!r}, "X-Runway-Version": "2024-11-06"}}
def watch(task_id):
    time.sleep(random.uniform(0, interval))
    status = ""
    while status not in ("SUCCEEDED", "FAILED", "CANCELLED"):
        try:
            status = requests.get({url!r} + "/v1/tasks/" + task_id, headers=headers, timeout=30).json()["status"]
        except requests.RequestException:  # on a busy machine
            pass
        time.sleep(interval)
def start():
    for each in ids:
        threading.Thread(target=watch, args=(each,), daemon=True).start()
""",
    "AsyncRunwayML": """
import asyncio, random, threading
from runwayml import APIError, AsyncRunwayML
async def watch(client, task_id):
    await asyncio.sleep(random.uniform(0, interval))
    status = ""
    while status not in ("SUCCEEDED", "FAILED", "CANCELLED"):
        try:
            status = (await client.tasks.retrieve(task_id)).status
        except APIError:  # on a busy machine
            pass
        await asyncio.sleep(interval)
async def watch_all():
    # Its own limit of 5 s for a connection makes it begin again and again where the machine is busy.
    async with AsyncRunwayML(api_key={key!r}, base_url={url!r}, timeout=60) as client:
        await client.tasks.retrieve(ids[0])
        ready.set()
        await go.wait()
        await asyncio.gather(*(watch(client, each) for each in ids))
ready, go, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()
threading.Thread(target=loop.run_until_complete, args=(watch_all(),), daemon=True).start()
ready.wait()
def start():
    loop.call_soon_threadsafe(go.set)
""",
}

Looked = tuple[float, dict[str, float]]  # when, and the processor's seconds of each subject until then


@dataclass
class Watched:
    """One subject in its kernel, with the tasks that it watches."""

    kernel: MeasuredKernel
    ids: frozenset[str]
    threads: int  # before it watched them
    memory: float  # bytes, likewise


def start(stack: ExitStack, server: Server, code: str, tasks: int, interval: float) -> Watched:
    """A kernel with all that watching needs but the watching itself."""
    kernel = stack.enter_context(MeasuredKernel(server))
    ids = server.add(tasks, queued=0.0, outcome="never", duration=1e9)
    threads = kernel.threads()
    kernel.run(f"ids, interval = {ids!r}, {interval!r}")
    kernel.run(code.format(key=KEY, url=server.url) + "\nimport gc\ngc.collect()", timeout=PATIENCE)
    return Watched(kernel, frozenset(ids), threads, kernel.memory())


def measure_case(tasks: int, interval: float, seconds: float) -> list[Row]:
    """All subjects at one number of tasks, side by side, for ``seconds`` after each task was polled once."""
    case, rows = f"{tasks:,} task{'s' * (tasks > 1)}", list[Row]()
    with ExitStack() as stack:
        server = stack.enter_context(Server(shape="bare"))
        watched = {who: start(stack, server, code, tasks, interval) for who, code in SUBJECTS.items()}
        for each in watched.values():
            each.kernel.run("start()", timeout=PATIENCE)
        _wait_for_first_round(server, watched, interval)
        slices, parts = [_look(watched)], min(int(seconds / interval), SLICES) if tasks >= SLICED_FROM else 1
        for _ in range(parts):
            time.sleep(seconds / parts)  # what is measured is what happens meanwhile
            slices.append(_look(watched))
        requests = server.requests()
        for who, each in watched.items():
            polls = _polls(requests, each.ids)
            if who != OURS and not any(at >= slices[0][0] for times in polls.values() for at in times):
                print(f"\n{who} came to no poll of {case} in {seconds:g} s", file=sys.stderr, flush=True)
                continue
            spent = [_per_poll(polls, begin, end, who) for begin, end in pairwise(slices)]
            minutes = [12_000 * one for one in spent if one is not None]
            rows.append(row(case, "CPU per task-minute", "ms", who, minutes))
            late = _lateness(polls, slices[0][0], interval)
            rows.append(row(case, "19 of 20 polls late by at most", "ms", who, late, LATE))
            rows.append(row(case, "threads", "", who, each.kernel.threads() - each.threads, THREADS))
            if tasks >= MEMORY_FROM:
                grown = (each.kernel.memory() - each.memory) / tasks / 1000
                rows.append(row(case, "memory per task", "kB", who, grown))
    return rows


def _look(watched: dict[str, Watched]) -> Looked:
    return time.monotonic(), {who: each.kernel.cpu() for who, each in watched.items()}


def _wait_for_first_round(server: Server, watched: dict[str, Watched], interval: float) -> None:
    """Until each subject has polled each of its tasks, or those that are not this project's have had long enough.

    RuntimeError where this project does not come to it.
    """
    begun, wanted = time.monotonic(), sum(len(each.ids) for each in watched.values())
    while server.polled() < wanted:
        waited = time.monotonic() - begun
        if waited > interval + OTHERS_PATIENCE:
            polled = {task for task, _ in server.requests()}
            if watched[OURS].ids <= polled:
                return
            if waited > PATIENCE:
                left = len(watched[OURS].ids - polled)
                raise RuntimeError(f"{left} tasks were not polled in {PATIENCE:g} s")
        time.sleep(0.2)


def _polls(requests: list[tuple[str, float]], ids: frozenset[str]) -> dict[str, list[float]]:
    """When each of the tasks was polled."""
    polls = defaultdict[str, list[float]](list)
    for task, at in requests:
        if task in ids:
            polls[task].append(at)
    return polls


def _per_poll(polls: dict[str, list[float]], begin: Looked, end: Looked, who: str) -> float | None:
    """The processor's seconds for each poll between two looks; None where there was none."""
    number = sum(begin[0] <= at < end[0] for times in polls.values() for at in times)
    return (end[1][who] - begin[1][who]) / number if number else None


def _lateness(polls: dict[str, list[float]], since: float, interval: float) -> Sequence[float]:
    """Milliseconds by which polls came late, of those that came after ``since``: what 19 of 20 stay within."""
    late = [
        max(later - earlier - interval, 0.0) * 1000
        for times in polls.values()
        for earlier, later in pairwise(sorted(times))
        if later >= since
    ]
    return [quantiles(late, n=20)[-1]]


def measure(size: Size) -> list[Row]:
    """Each number of tasks, one after the other."""
    cases = CASES if size.full else TINY_CASES
    return [
        each
        for tasks, interval in cases.items()
        for each in measure_case(tasks, interval, max(interval, SECONDS) if size.full else 1.0)
    ]
