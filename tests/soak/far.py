"""The far side: the simulator behind the troubled proxy, in a process of its own, and how the soak speaks to it.

A request is one line of JSON, `[name, arguments]`, and so is its answer.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from .world import World

KEY = "soak-key-5Hx2Qw9Lm4Tz"


class Far:
    """The far side, as the soak has it. Every other method is one of `Side`'s."""

    def __init__(self, world: World, seed: int) -> None:
        clock = [repr(each) for each in (world.begun, world.wall)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.far", str(seed), *clock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._lock = threading.Lock()
        self.port = int(self("port"))

    def __call__(self, name: str, *arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps([name, arguments]) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Side:
    """What the far side does when it is asked."""

    def __init__(self, seed: int, world: World) -> None:
        from runway_widget.simulator import Simulator

        from .proxy import Proxy

        self._world = world
        self._sim = Simulator(speed=1, key=KEY, seed=seed, clock=world.time)
        behind = int(self._sim.url.rpartition(":")[2])
        self._proxy = Proxy(behind, seed)
        service = self._sim._service
        service.url = f"http://127.0.0.1:{self._proxy.port}"  # links lead through the proxy too
        self._made: dict[str, list[str]] = {}
        create = service.create

        def noted(endpoint: str, body: Any) -> Any:
            task = create(endpoint, body)
            self._made.setdefault(str(body["promptText"]), []).append(task.id)
            return task

        service.create = noted  # type: ignore[method-assign]

    def port(self) -> int:
        return self._proxy.port

    def speed(self, speed: float) -> None:
        self._world.set_speed(speed)

    def leap(self, seconds: float) -> None:
        self._world.leap(seconds)

    def faults(self, names: list[str], share: float) -> None:
        self._proxy.on, self._proxy.share = tuple(names), share

    def counts(self) -> dict[str, int]:
        return dict(self._proxy.counts)

    def up(self) -> None:
        self._proxy.up()

    def down(self) -> None:
        self._proxy.down()

    def cut(self) -> None:
        self._proxy.cut_all()

    def add(self, scenario: dict[str, Any]) -> str:
        """A task that exists already."""
        return self._sim.add_task(**scenario)

    def made(self) -> dict[str, list[str]]:
        """The ids of the tasks that were created since this was asked last, by the prompt."""
        made, self._made = self._made, {}
        return made

    def content(self, path: str) -> str:
        """The digest of an output's bytes."""
        from runway_widget.simulator import _media

        found = self._sim._service.output(path)
        assert found is not None
        task, kind, look = found
        file = _media.File.of(kind, look, task.portrait, task.scenario.size)
        return hashlib.sha256(b"".join(file.chunks(0, file.length))).hexdigest()

    def ends(self, ids: list[str]) -> dict[str, Any]:
        """How tasks stand at the service: the phase, why it failed, and the paths of its outputs."""
        found = {}
        for task_id in ids:
            task = self._sim._service.find(task_id)
            if task is not None:
                stands = self._sim._service.moment(task)
                outputs = self._sim._service.output_paths(task) if stands.phase == "succeeded" else []
                reason = task.scenario.reason if stands.phase == "failed" else ""
                found[task_id] = {"phase": stands.phase, "reason": reason, "outputs": outputs}
        return found


def main(seed: int, begun: float, wall: float) -> None:
    side = Side(seed, World(begun, wall))
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(side, name)(*arguments)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
