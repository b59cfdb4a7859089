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
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

KEY = "benchmark-key-0123456789"
RATE = 200.0  # polls a second, of all tasks together
COUNTS = (100, 500, 2000)
COMPANY = 500  # tasks; a thread for each of 2,000 would measure the machine's scheduler

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


Case = Callable[[Server, float], Callable[[], None]]


def ours(server: Server, interval: float) -> Callable[[], None]:
    """This package."""
    from runway_widget import Client

    client = Client.runway(KEY, server.url, journal="off")
    tasks = [client.task(each, poll_interval=interval) for each in server.ids]

    def end() -> None:
        for task in tasks:
            task.close()

    return end


def a_thread_each(server: Server, interval: float) -> Callable[[], None]:
    """What one writes first."""
    import requests

    stop = threading.Event()

    def loop(task_id: str) -> None:
        stop.wait(random.uniform(0, interval))
        while not stop.is_set():
            answer = requests.get(
                f"{server.url}/v1/tasks/{task_id}", headers={"Authorization": f"Bearer {KEY}"}, timeout=30
            )
            if answer.json()["status"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
                return
            stop.wait(interval)

    threads = [threading.Thread(target=loop, args=(each,), daemon=True) for each in server.ids]
    for thread in threads:
        thread.start()
    return stop.set


def sdk(server: Server, interval: float) -> Callable[[], None]:
    """The official client, in one event loop on a thread."""
    from runwayml import AsyncRunwayML

    loop = asyncio.new_event_loop()

    async def watch(client: AsyncRunwayML, task_id: str) -> None:
        await asyncio.sleep(random.uniform(0, interval))
        while (await client.tasks.retrieve(task_id)).status not in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            await asyncio.sleep(interval)

    async def watch_all() -> None:
        async with AsyncRunwayML(api_key=KEY, base_url=server.url, max_retries=0) as client:
            await asyncio.gather(*(watch(client, each) for each in server.ids))

    thread = threading.Thread(target=lambda: loop.run_until_complete(watch_all()), daemon=True)
    thread.start()
    return lambda: None


CASES: dict[str, Case] = {case.__name__: case for case in (ours, a_thread_each, sdk)}


def measure(name: str, tasks: int, interval: float, seconds: float) -> Result:
    """Run one case in this process. The first round of polls is not counted."""
    server = Server(tasks)
    try:
        before, begun = threading.active_count(), time.process_time()
        end = CASES[name](server, interval)
        made = (time.process_time() - begun) / tasks * 1000
        while server.requests < tasks:
            time.sleep(0.1)
        time.sleep(1.0)
        asked, spent = server.requests, time.process_time()
        time.sleep(seconds)
        polls, spent = server.requests - asked, time.process_time() - spent
        threads = threading.active_count() - before
        end()
    finally:
        server.close()
    return Result(spent / max(polls, 1) * 1000, made, polls, threads)


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
