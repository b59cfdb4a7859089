"""The state of the simulated service: its tasks, the queued scenarios, and which links are valid.

There is no HTTP and no JSON here. Time comes from one clock, in unix seconds that never go back. The speed turns the
clock's seconds into those of scenarios, so the times in a task's answers agree with the clock of the client.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._runtime.process import Lock
from .._service.endpoint import action_of, endpoint_of
from . import _media
from ._ledger import charge, organization, price_of
from ._looks import Looks
from ._scenario import Kind, Moment, Scenario, moment, tags, usual_scenario


@dataclass
class Task:
    """A task as the service keeps it. `created` is in unix seconds of the service's clock, `price` in credits."""

    id: str
    action: str
    scenario: Scenario
    created: float
    variant: str
    price: float
    portrait: bool = False
    removed: Moment | None = None  # how it stood when it was cancelled or deleted
    late: int = field(default=0)  # answers still to come that say SUCCEEDED and hold no output


class Service:
    """Tasks, queued scenarios and signed links. Safe to use from many threads."""

    def __init__(
        self, *, speed: float, link_life: float, clock: Callable[[], float] | None, skew: float, seed: int | None
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be above 0; got {speed!r}")
        if not link_life > 0:
            raise ValueError(f"link_life must be above 0 seconds; got {link_life!r}")
        self.speed = speed
        self.link_life = link_life
        self.now = _shifted(clock or _steady_unix_clock(), skew)
        self.url = ""
        self._random = random.Random(seed)
        self._secret = self._random.randbytes(32)
        self._tasks: dict[str, Task] = {}
        self._created: list[tuple[Task, str]] = []  # with the model that was asked for
        self._next: deque[dict[str, Any]] = deque()
        self._lock = Lock()  # of the tasks and of all that is known of them
        self._looks = Looks()
        self._edition = 0  # of the links; those of earlier editions are worth nothing

    # Tasks

    def add(self, action: str, *, task_id: str | None, submitted_ago: float, **keywords: Any) -> Task:
        """A task that exists from now on. ValueError for an id in use, or a keyword that no scenario knows."""
        variant = keywords.pop("variant", None)
        portrait = bool(keywords.pop("portrait", False))
        scenario = scenario_for(action, keywords)
        with self._lock:
            made = task_id or str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            if made in self._tasks:
                raise ValueError(f"there is a task {made!r} already")
            variant = _media.variant(variant if variant is not None else len(self._tasks))
            created = self.now() - submitted_ago / self.speed
            price = price_of("", {}, scenario.outputs)
            task = Task(made, action.upper(), scenario, created, variant, price, portrait, late=scenario.late_outputs)
            self._tasks[made] = task
        return task

    def create(self, endpoint: str, body: Mapping[str, Any]) -> Task:
        """The task of a create request: its fate comes from `queue`, else from tags in the prompt; else a success."""
        prompt = body.get("promptText")
        with self._lock:
            keywords = self._next.popleft() if self._next else tags(prompt if isinstance(prompt, str) else "")
        keywords = {
            "variant": self._looks.of(endpoint, body, self.url),
            "portrait": _is_portrait(body.get("ratio")),
            **keywords,
        }
        task = self.add(action_of(endpoint), task_id=None, submitted_ago=0.0, **keywords)
        task.price = price_of(endpoint, body, task.scenario.outputs)
        with self._lock:
            self._created.append((task, str(body.get("model") or "")))
        return task

    @property
    def ledger(self) -> dict[str, float]:
        """What each task that was created here is charged, or may be, by its id, in credits."""
        with self._lock:
            created = list(self._created)
        return {task.id: charge(task.price, task.scenario, task.removed or self.moment(task)) for task, _ in created}

    def organization(self) -> dict[str, Any]:
        """The account, as Runway shows it."""
        return organization(sum(self.ledger.values()), [model for _, model in self._created])

    def queue(self, keywords: dict[str, Any]) -> None:
        """Queue a scenario for the next create without one. Raises ValueError for mistakes in it at once."""
        known = {name: value for name, value in keywords.items() if name not in ("variant", "portrait")}
        scenario_for("", known)
        if "variant" in keywords:
            _media.variant(keywords["variant"])
        with self._lock:
            self._next.append(dict(keywords))

    def find(self, task_id: str) -> Task | None:
        """The task; None where there is none, or where it is not visible yet."""
        with self._lock:
            task = self._tasks.get(task_id)
        if task is None or self.elapsed(task) < task.scenario.invisible:
            return None
        return task

    def remove(self, task: Task) -> None:
        """Forget a task that was cancelled or deleted, and its outputs. What it was charged by then stays."""
        moment = self.moment(task)
        with self._lock:
            self._tasks.pop(task.id, None)
            task.removed = moment

    def forget_tasks(self) -> None:
        """Know none of the tasks any more."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            self.remove(task)

    def elapsed(self, task: Task) -> float:
        """Seconds since submission, in the scenario's time."""
        return (self.now() - task.created) * self.speed

    def moment(self, task: Task) -> Moment:
        return moment(task.scenario, self.elapsed(task))

    def unix(self, task: Task, seconds: float | None) -> float | None:
        """The clock's time of something that happens `seconds` (of the scenario) after the task's submission."""
        return None if seconds is None else task.created + seconds / self.speed

    def outputs_are_late(self, task: Task) -> bool:
        """Count this answer. True while the scenario's answers say SUCCEEDED without outputs."""
        with self._lock:
            late = task.late > 0
            task.late = max(0, task.late - 1)
        return late

    # Links

    def links(self, task: Task, *, fresh: bool = True) -> list[str]:
        """Signed URLs of the outputs; with `fresh=False`, those signed when the task ended, which may have expired."""
        ended = self.unix(task, self.moment(task).finished)
        if fresh or ended is None:
            return [self._sign(path, self.now(), self._edition) for path in self.output_paths(task)]
        return [self._sign(path, ended, 0) for path in self.output_paths(task)]

    def output_paths(self, task: Task) -> list[str]:
        names = []
        for index, kind in enumerate(task.scenario.outputs):
            name = f"{index + 1}-{_media.moved(task.variant, variants=index)}"
            names.append(f"/media/{task.id}/{name}" + ("" if task.scenario.opaque else _media.EXTENSIONS[kind]))
        return names

    def output(self, path: str) -> tuple[Task, Kind, str] | None:
        """The task, the kind and the look behind the path of a signed link; None when there is none."""
        match = re.fullmatch(r"/media/([^/]+)/(\d+)-([a-z-]+)(?:\.\w+)?", path)
        task = self._tasks.get(match[1]) if match else None
        if not match or task is None or path not in self.output_paths(task):
            return None
        return task, task.scenario.outputs[int(match[2]) - 1], match[3]

    def _sign(self, path: str, when: float, edition: int) -> str:
        claims = json.dumps({"path": path, "exp": round(when + self.link_life, 3), "edition": edition})
        head = _base64(b'{"alg":"HS256","typ":"JWT"}') + "." + _base64(claims.encode())
        return f"{self.url}{path}?_jwt={head}.{self._signature(head)}"

    def link_is_good(self, path: str, token: str) -> bool:
        """Whether a token was made here, for this path, and has not expired."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(head).encode()):
            return False
        claims = json.loads(base64.urlsafe_b64decode(head.partition(".")[2] + "=="))
        return bool(claims["path"] == path and self.now() < claims["exp"] and claims["edition"] == self._edition)

    def expire_links(self) -> None:
        """Make every link so far expire."""
        self._edition += 1

    def _signature(self, text: str) -> str:
        return _base64(hmac.new(self._secret, text.encode(), hashlib.sha256).digest())


def scenario_for(action: str, keywords: Mapping[str, Any]) -> Scenario:
    """A scenario with the durations and outputs that are usual for the action where nothing else is given."""
    base = usual_scenario(endpoint_of(action))
    given = dict(keywords)
    slow = given.pop("slow", 1.0)
    known = Scenario.__dataclass_fields__
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"no scenario has {unknown[0]!r}; it takes {', '.join(sorted(known))}")
    base = replace(base, duration=base.duration * slow)
    return replace(base, **{name: value for name, value in given.items() if value is not None or name in _NULLABLE})


_NULLABLE = ("failure_code", "failure", "size")


def _is_portrait(ratio: object) -> bool:
    sides = re.fullmatch(r"(\d+):(\d+)", ratio) if isinstance(ratio, str) else None
    return bool(sides and int(sides[1]) < int(sides[2]))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _steady_unix_clock() -> Callable[[], float]:
    """Unix time that never goes back, from the monotonic clock."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


def _shifted(clock: Callable[[], float], seconds: float) -> Callable[[], float]:
    return lambda: clock() + seconds
