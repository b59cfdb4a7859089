"""What watching many tasks costs in processor time, and whether the cost per poll and per task grows with their number.

Reported, ratios first; no figure makes it fail. The simulator runs in a process of its own. Each case runs in a
process of its own too, so that none pays for what an earlier one left behind, and they run one after the other.

- Growth: 100, 500 and 2,000 tasks, polled so that each case makes as many polls a second as the others. All that
  differs is how many tasks are watched.
- Company: as many tasks polled at one interval by this package, by a thread per task (`requests.get` and a sleep),
  and by `AsyncRunwayML`, the official client, in one event loop. All three ask Runway's own route.

    python -m tests.benchmarks.many_tasks [seconds of each case]
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

KEY = "benchmark-key-0123456789"
RATE = 100.0  # polls a second, of all tasks together
COUNTS = (100, 500, 2000)
COMPANY = 200  # tasks; many more threads would measure the operating system

SERVER = f"""
import sys
from runway_widget.simulator import Simulator
with Simulator(speed=1, key={KEY!r}, shape="bare") as sim:
    ids = [sim.add_task(queued=0, outcome="never", duration=1e9) for _ in range(int(sys.argv[1]))]
    print(sim.url, *ids, flush=True)
    for line in sys.stdin:
        print(len(sim.requests), flush=True)
"""


@dataclass
class Result:
    """What one case cost: processor milliseconds per poll and per task made, polls counted, threads."""

    poll: float
    made: float
    polls: int
    threads: int


class Server:
    """The simulator in a process of its own."""

    def __init__(self, tasks: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tasks)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url, *self.ids = self._read().split()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    @property
    def requests(self) -> int:
        """How many requests it got so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._read())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


Started = tuple[Callable[[], None], float]  # how to end it, and the processor seconds that each task took to make
Case = Callable[[Server, float], Started]


def ours(server: Server, interval: float) -> Started:
    """This package."""
    from runway_widget import Client

    client = Client.runway(KEY, server.url, journal="off")
    client.task(server.ids[0], poll_interval=interval).close()  # what is imported on first use is another matter
    begun = time.process_time()
    tasks = [client.task(each, poll_interval=interval) for each in server.ids]
    made = (time.process_time() - begun) / len(tasks)

    def end() -> None:
        for task in tasks:
            task.close()

    return end, made


def a_thread_each(server: Server, interval: float) -> Started:
    """What one writes first."""
    import requests

    stop, headers = threading.Event(), {"Authorization": f"Bearer {KEY}", "X-Runway-Version": "2024-11-06"}

    def loop(task_id: str) -> None:
        stop.wait(random.uniform(0, interval))
        while not stop.is_set():
            answer = requests.get(f"{server.url}/v1/tasks/{task_id}", headers=headers, timeout=30)
            if answer.json()["status"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
                return
            stop.wait(interval)

    threads = [threading.Thread(target=loop, args=(each,), daemon=True) for each in server.ids]
    for thread in threads:
        thread.start()
    return stop.set, 0.0


def sdk(server: Server, interval: float) -> Started:
    """The official client, in one event loop on a thread."""
    from runwayml import AsyncRunwayML

    loop = asyncio.new_event_loop()

    async def watch(client: AsyncRunwayML, task_id: str) -> None:
        await asyncio.sleep(random.uniform(0, interval))
        while (await client.tasks.retrieve(task_id)).status not in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            await asyncio.sleep(interval)

    async def watch_all() -> None:
        async with AsyncRunwayML(api_key=KEY, base_url=server.url) as client:
            await asyncio.gather(*(watch(client, each) for each in server.ids), return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(watch_all()), daemon=True)
    thread.start()
    return (lambda: None), 0.0


CASES: dict[str, Case] = {case.__name__: case for case in (ours, a_thread_each, sdk)}


def measure(name: str, tasks: int, interval: float, seconds: float) -> Result:
    """Run one case in this process, for whole intervals, so that each task is polled as often as the others.

    The polls of the first round are not counted.
    """
    server = Server(tasks)
    try:
        before = threading.active_count()
        end, made = CASES[name](server, interval)
        deadline = time.monotonic() + 60
        while server.requests < tasks and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.0)
        asked, spent = server.requests, time.process_time()
        time.sleep(interval * math.ceil(seconds / interval))
        polls, spent = server.requests - asked, time.process_time() - spent
        threads = threading.active_count() - before
        end()
    finally:
        server.close()
    return Result(spent / max(polls, 1) * 1000, made * 1000, polls, threads)


def apart(name: str, tasks: int, interval: float, seconds: float) -> Result:
    """`measure` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.many_tasks", "--case", name, str(tasks), str(interval), str(seconds)],
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    return Result(**json.loads(done.stdout))


def main(seconds: float = 10.0) -> None:
    growth = {count: apart("ours", count, count / RATE, seconds) for count in COUNTS}
    few, many = growth[COUNTS[0]], growth[COUNTS[-1]]
    print(f"{COUNTS[-1]} tasks against {COUNTS[0]}, {RATE:g} polls a second in each case: processor time")
    print(f"  per poll       {many.poll / few.poll:5.2f} times")
    print(f"  per task made  {many.made / few.made:5.2f} times")
    for count, result in growth.items():
        print(f"  {count:5} tasks  {result.poll:6.3f} ms a poll, {result.made:6.3f} ms a task, {result.polls} polls")
    company = {name: apart(name, COMPANY, COMPANY / RATE, seconds) for name in CASES}
    print(f"{COMPANY} tasks, one poll in {COMPANY / RATE:g} s each: processor time per poll")
    print(f"  ours / AsyncRunwayML      {company['ours'].poll / company['sdk'].poll:5.2f}")
    print(f"  ours / a thread per task  {company['ours'].poll / company['a_thread_each'].poll:5.2f}")
    for name, result in company.items():
        print(f"  {name:14} {result.poll:6.3f} ms a poll, {result.polls} polls, {result.threads} threads")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case, tasks, interval, length = sys.argv[2:]
        print(json.dumps(asdict(measure(case, int(tasks), float(interval), float(length)))))
    else:
        main(*map(float, sys.argv[1:2]))
