"""What benchmarks run apart: the simulator, so that its work is not counted, and kernels, whose work is."""

from __future__ import annotations

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

import psutil
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from tests.ports import Manager
from tests.unit.kernel import Kernel

KEY = "benchmark-key-0123456789"

SERVER = f"""
import json, sys, time
from runway_widget.simulator import Simulator, _simulator

_simulator._REMEMBERED = 200_000
ahead = 0.0
options = json.loads(sys.argv[1])
with Simulator(key={KEY!r}, clock=lambda: time.time() + ahead, **options) as sim:
    print(json.dumps(sim.url), flush=True)
    for line in sys.stdin:
        name, argument = json.loads(line)
        answer = None
        if name == "add":
            answer = [sim.add_task(**argument["task"]) for _ in range(argument["number"])]
        elif name == "requests":
            answer = [(each.task_id, each.at) for each in sim.requests]
        elif name == "polled":
            answer = len({{each.task_id for each in sim.requests if each.route == "poll"}})
        elif name == "forward":
            ahead += argument
        elif name == "trouble":
            sim.trouble(**argument)
        print(json.dumps(answer), flush=True)
"""


class Server:
    """The simulator in a process of its own, told what to do line by line."""

    def __init__(self, **options: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, json.dumps({"speed": 1, **options})],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.url: str = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._process.communicate(timeout=60)  # closes its input: its loop ends, and what it has on the disk goes
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def add(self, number: int, **task: object) -> list[str]:
        """Tasks that exist from now on; their ids. Keywords as for `Simulator.add_task`."""
        ids: list[str] = self._ask("add", {"number": number, "task": task})
        return ids

    def forward(self, seconds: float) -> None:
        """Set the service's clock forward."""
        self._ask("forward", seconds)

    def trouble(self, kind: str, **options: object) -> None:
        """As `Simulator.trouble`."""
        self._ask("trouble", {"kind": kind, **options})

    def requests(self) -> list[tuple[str, float]]:
        """The task of each request so far, and when it came, in seconds of a monotonic clock; the last 200,000."""
        return [(task, at) for task, at in self._ask("requests", None)]

    def polled(self) -> int:
        """How many tasks it was asked for."""
        number: int = self._ask("polled", None)
        return number

    def _ask(self, name: str, argument: object) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, argument]) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


class MeasuredKernel(Kernel):
    """A real kernel, of which the processor's time, the memory and the threads are looked at from outside."""

    def __init__(self, server: Server) -> None:
        manager = Manager()
        super().__init__(server.url, KEY, manager)
        assert isinstance(manager.provisioner, LocalProvisioner)
        self._process = psutil.Process(manager.provisioner.pid)
        self.run("threading.excepthook = threading.__excepthook__")

    def close(self) -> float:
        """End it at once, whatever its threads do."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        return 0.0

    def cpu(self) -> float:
        """The processor's seconds that it has spent so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Bytes of memory that it holds."""
        return float(self._process.memory_info().rss)

    def threads(self) -> int:
        """How many threads it has."""
        return int(self._process.num_threads())
