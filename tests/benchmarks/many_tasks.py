"""What one poll costs in processor time when many tasks are watched, against a loop on a thread for each task.

Both ask the same simulator, in a process of its own, as often and as long, one after the other in this process, so
that the ratio holds whatever the machine. The naive loop does what one writes first: `requests.get`, read the status,
sleep.

    python -m tests.benchmarks.many_tasks [tasks] [seconds]
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import requests

from runway_widget import Client
from runway_widget._watch.poller import poller

KEY = "benchmark-key-0123456789"
INTERVAL = 1.0

SERVER = f"""
import sys
from runway_widget.simulator import Simulator
with Simulator(speed=1, key={KEY!r}) as sim:
    ids = [sim.add_task(queued=0, outcome="never", duration=1e9) for _ in range(int(sys.argv[1]))]
    print(sim.url, *ids, flush=True)
    for line in sys.stdin:
        print(len(sim.requests), flush=True)
"""


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


def measured(server: Server, seconds: float, begin: Callable[[], Callable[[], None]]) -> tuple[float, int, int]:
    """Milliseconds of processor time per poll, the number of polls, and the threads that it took."""
    before = threading.active_count()
    end = begin()
    time.sleep(INTERVAL)  # the start is another matter
    asked, processor = server.requests, time.process_time()
    time.sleep(seconds)
    polls, spent = server.requests - asked, time.process_time() - processor
    threads = threading.active_count() - before
    end()
    return spent / max(polls, 1) * 1000, polls, threads


def ours(server: Server) -> Callable[[], None]:
    client = Client(KEY, server.url)
    tasks = [client.task(each, poll_interval=INTERVAL) for each in server.ids]

    def end() -> None:
        for task in tasks:
            task.close()
        while not poller.idle:
            time.sleep(0.01)

    return end


def naive(server: Server) -> Callable[[], None]:
    stop = threading.Event()

    def loop(task_id: str) -> None:
        while not stop.is_set():
            answer = requests.get(
                f"{server.url}/runwayml/v1/tasks/{task_id}", headers={"Authorization": f"Bearer {KEY}"}, timeout=30
            )
            if answer.json()["data"]["status"] in {"SUCCESS", "FAILURE"}:
                return
            stop.wait(INTERVAL)

    threads = [threading.Thread(target=loop, args=(each,), daemon=True) for each in server.ids]
    for thread in threads:
        thread.start()

    def end() -> None:
        stop.set()
        for thread in threads:
            thread.join()

    return end


def main(tasks: int = 200, seconds: float = 8.0) -> None:
    server = Server(tasks)
    try:
        our, our_polls, our_threads = measured(server, seconds, lambda: ours(server))
        their, their_polls, their_threads = measured(server, seconds, lambda: naive(server))
    finally:
        server.close()
    print(f"{tasks} tasks, one poll a second each, for {seconds:g} s: processor time per poll")
    print(f"  runway-widget      {our:6.2f} ms, {our_polls} polls, {our_threads} threads")
    print(f"  a thread per task  {their:6.2f} ms, {their_polls} polls, {their_threads} threads")
    print(f"  ratio              {our / their:6.2f}")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
