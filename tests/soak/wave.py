"""One lot of tasks that live through some faults, and the record of what they came to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runway_widget import Client, RunwayTask, RunwayWidgetError, SubmissionUncertain, TaskGrid
from runway_widget._runtime import schedule, writer

from .facts import Fact, Record
from .far import KEY, Far
from .machine import HOST, Machine
from .proxy import ANSWERS
from .record import Page, Told, observer, planned_gaps
from .world import World, real_monotonic, real_sleep

PACE = 200.0  # how many times faster than real time it goes
OUTAGE = 1500.0  # and while nothing answers
HOUR = 3600.0
PATIENCE = 60.0  # real seconds in which a wave comes to its end
TRIES = 6  # after so many without an answer, the next one is long in coming
SHARE = 0.35  # of the requests that something happens to
GRIDS = 3  # of a wave, each with a page
STILL = "https://a.example/still.jpg"
#: Tasks that exist already: what becomes of them.
FATES: tuple[dict[str, Any], ...] = (
    {"duration": 30},
    {"duration": 60, "outputs": ["image", "image", "image"], "action": "TEXT_TO_IMAGE"},
    {"duration": 20, "outcome": "failure", "failure_code": "SAFETY.INPUT.TEXT"},
    {"duration": 40, "late_outputs": 2},
    {"duration": 30, "outcome": "cancelled"},
    {"duration": 50, "opaque": True, "invisible": 15},
)


class Wave:
    """Makes the tasks of one wave, lets its faults loose on them, and waits until all have ended."""

    def __init__(
        self, world: World, far: Far, machine: Machine, folder: Path, number: int, faults: tuple[str, ...], tasks: int
    ) -> None:
        self._world, self._far, self._machine, self._folder = world, far, machine, folder
        self._number, self._faults, self._size = number, faults, tasks
        self.record = Record(faults)
        self._grids: list[TaskGrid] = []
        self._prompts: dict[RunwayTask, str] = {}  # of every task, "" of one that existed before
        self._told: dict[RunwayTask, Told] = {}
        self._given: list[RunwayTask] = []
        self._saved: list[RunwayTask] = []
        self._again: dict[RunwayTask, str] = {}  # those of the second run of a cell
        self._wrong: dict[RunwayTask, list[str]] = {}

    def run(self) -> Record:
        """The whole of it."""
        address, journal = f"http://{HOST}:{self._far.port}", self._folder / "journal.sqlite3"
        comet, runway = Client(KEY, address, journal=journal), Client.runway(KEY, address, journal=journal)
        self._far("faults", [fault for fault in self._faults if fault in ANSWERS], SHARE)
        self._machine.disk, self._machine.threads = "disk" in self._faults, "threads" in self._faults
        self._make(comet, runway)
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        self._pass(10)
        for name, event in self._events().items():
            if name in self._faults:
                event()
        reader.join(PATIENCE)
        self._machine.disk = False
        self._far("faults", [], 0.0)
        self._settle()
        self.record.made = self._far("made")
        if self._number % 2:
            self._run_again(comet)
        self._note()
        for widget in (*self._grids, *self._prompts, *self._again):
            widget.close()
        for client in (comet, runway):
            client.close()
        Page.told.clear()
        Page.grids.clear()
        return self.record

    # Its tasks

    def _make(self, comet: Client, runway: Client) -> None:
        each = max(1, self._size // 4)
        self._watch_some(comet, runway, each)
        for name, client, number in (("comet", comet, 2 * each), ("runway", runway, each)):
            made = self._film(client, self._prompts_of(name, number))
            assert isinstance(made, TaskGrid)
            self._add(made, self._prompts_of(name, number))

    def _watch_some(self, comet: Client, runway: Client, count: int) -> None:
        """Watch tasks that exist already."""
        here = []
        for number in range(count):
            client = runway if number % 3 == 2 else comet
            options: dict[str, Any] = {"save_to": self._folder / "saved"} if number % 2 else {}
            task_id = self._far("add", FATES[number % len(FATES)])
            while True:  # where no thread can be started, nothing is watched, and the user is told so
                with suppress(RunwayWidgetError):
                    here.append(client.task(task_id, give_up_after=1e7, not_found_after=1e6, **options))
                    break
            if number % 2:
                self._saved.append(here[-1])
        self._add(TaskGrid(here), [""] * len(here))

    def _prompts_of(self, name: str, number: int) -> list[str]:
        tags = ("", "[slow]", "[fail]", "", "[cancelled]", "[slow]")
        return [f"{name} {self._number}-{each} {tags[each % len(tags)]}" for each in range(number)]

    def _film(self, client: Client, prompts: list[str], **options: Any) -> Any:
        return client.image_to_video(
            model="gen4_turbo", prompt_image=STILL, prompt_text=prompts, ratio="1280:720", duration=5,
            give_up_after=1e7, not_found_after=1e6, **options,
        )  # fmt: skip

    def _add(self, grid: TaskGrid, prompts: list[str]) -> None:
        self._grids.append(grid)
        assert grid.model_id
        for task, prompt in zip(grid, prompts, strict=True):
            self._prompts[task] = prompt
            told = self._told[task] = Told()
            task.observe(observer(told), names=["status", "progress"])
            assert task.model_id  # its page is open from now on

    def _read(self) -> None:
        tasks = TaskGrid(list(self._prompts))
        self._given += tasks.as_completed()
        tasks._is_part = True  # closing it leaves its takes alone
        tasks.close()

    # What happens to them

    def _events(self) -> dict[str, Callable[[], None]]:
        return {
            "threads": self._no_threads,
            "dns": self._no_names,
            "clock": self._jump,
            "sleep": self._sleep,
            "outage": self._outage,
        }

    def _pass(self, seconds: float) -> None:
        """Let so much time go by."""
        real_sleep(seconds / self._world.speed)

    def _no_threads(self) -> None:
        self._pass(60)
        self._machine.threads = False

    def _no_names(self) -> None:
        self._machine.dns = True
        self._far("cut")  # what is open needs no name
        self._pass(90)
        self._machine.dns = False

    def _jump(self) -> None:
        for seconds in (HOUR, -3 * HOUR, 2 * HOUR):
            self._world.jump(seconds)
            self._machine.counts["clock"] += 1
            self._pass(15)

    def _sleep(self) -> None:
        """Three hours. The monotonic clock stands still meanwhile, as on Linux and macOS, or not, as on Windows."""
        self._far("leap", 3 * HOUR)
        if self._number % 2:
            self._world.leap(3 * HOUR)
        else:
            self._world.jump(3 * HOUR)
        self._far("cut")
        self._machine.counts["sleep"] += 1
        self._pass(15)

    def _outage(self) -> None:
        watched = sum(not task._report.phase.over for task in self._prompts)
        self._far("down")
        before, began = self._machine.connections, self._world.gone
        with planned_gaps() as gaps:
            self._set_speed(OUTAGE)
            while self._world.gone < began + HOUR:
                real_sleep(0.01)
            self._set_speed(PACE)
        self.record.outage_requests += self._machine.connections - before
        self.record.outage_hours += (self._world.gone - began) / HOUR
        self.record.outage_waits += [max(each) for each in gaps.values() if len(each) >= TRIES]
        self.record.outage_tasks = watched
        self._machine.counts["outage"] += 1
        self._far("up")

    def _set_speed(self, speed: float) -> None:
        self._far("speed", speed)
        self._world.set_speed(speed)

    # What they came to

    def _settle(self) -> None:
        """Do what the cards of tasks say that are not watched, and what a user does whose files could not be saved."""
        deadline = real_monotonic() + PATIENCE
        for task in self._prompts:
            task.resume()
            while not task._completion.settled and real_monotonic() < deadline:
                task._completion.wait(self._world.speed)
        for task in self._saved:
            if task.status == "SUCCESS":
                self._check_files(task)

    def _check_files(self, task: RunwayTask) -> None:
        paths = [urlsplit(output["url"]).path for output in task.outputs]
        files = task.download(self._folder / "saved")
        wrong = [
            file.name
            for file, path in zip(files, paths, strict=True)
            if hashlib.sha256(file.read_bytes()).hexdigest() != self._far("content", path)
        ]
        self.record.files += len(files)
        self._wrong[task] = wrong

    def _run_again(self, client: Client) -> None:
        """The cell is run once more, with ``reuse=True``: what exists is found, and what is in doubt is not sent."""
        prompts = [self._prompts[task] for task in self._grids[1]]
        again = self._film(client, prompts, reuse=True)
        again.wait(timeout=PATIENCE * self._world.speed, check=False)
        self._again = dict(zip(again, prompts, strict=True))
        self._grids.append(again)

    def _note(self) -> None:
        """Write down the facts."""
        self.record.made_again = self._far("made")
        grids = self._note_grids()
        tasks = {**self._prompts, **self._again}
        made = [each for ids in (*self.record.made.values(), *self.record.made_again.values()) for each in ids]
        ends = self._far("ends", [*made, *(task.task_id for task in tasks if task.task_id)])
        self.record.gone = [each for each in made if ends.get(each, {}).get("phase") in {"failed", "cancelled"}]
        for task, prompt in tasks.items():
            fact = Fact(
                task_id=task.task_id,
                prompt=prompt,
                status=str(task.status),
                phase=str(task._report.phase),
                outputs=[urlsplit(output["url"]).path for output in task.outputs],
                reason=task.fail_reason,
                service=ends.get(task.task_id),
                doubt=isinstance(task.error, SubmissionUncertain),
                wrong_files=self._wrong.get(task, []),
            )
            if task in self._prompts:
                fact.observed, fact.page, fact.grid = (
                    self._told[task],
                    Page.told.get(task.model_id, Told()),
                    grids[task],
                )
                fact.given = self._given.count(task)
            self.record.facts.append(fact)

    def _note_grids(self) -> dict[RunwayTask, Told]:
        """Write down what the grids' pages were told, of all and of each take, once they have been told all."""
        deadline = real_monotonic() + PATIENCE
        takes: dict[RunwayTask, Told] = {}
        for grid in self._grids[:GRIDS]:
            while not self._is_told(grid) and real_monotonic() < deadline:
                schedule.timer.after(0, lambda: None)  # so that it has a thread, where none could be started before
                real_sleep(0.01)
            page = Page.grids[grid.model_id]
            self.record.lost += page.steps_back
            self.record.sums.append((page.words, grid._sum_up()["words"]))
            takes |= {task: page.takes[number] for number, task in enumerate(grid)}
        return takes

    def _is_told(self, grid: TaskGrid) -> bool:
        """Whether nothing is left to be told to the page of ``grid``."""
        done = writer.flush(self._world.speed)  # a second; what is done there may be about this grid
        with grid._writing:
            return done and not (grid._changed or grid._send_planned)
