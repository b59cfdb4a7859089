"""Creating tasks at a simulator: a service whose time the test sets forward, and clients that leave nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runway_widget import Client, Plan, RunwayTask, RunwayWidgetError, TaskGrid, simulator
from runway_widget._create.queue import create_queue
from runway_widget._media.pool import media_pool
from runway_widget._runtime import schedule, writer
from runway_widget._watch import poller
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .fakes import until

KEY = "test-key-6Wd3Kp8Rz5Ys"
MEDIA = Path(simulator.__file__).parent / "media"
DUSK = (MEDIA / "dusk.mp4").read_bytes()
QUICK: dict[str, Any] = {"poll_interval": 0.05}


@contextmanager
def simulated(**options: Any) -> Iterator[Simulator]:
    """A simulator, after which nothing is watched, kept or waited for any more."""
    with Simulator(**{"speed": 1, "key": KEY, "seed": 7, **options}) as sim:
        yield sim
        take_back_all()
        written()  # what was created a moment ago is watched from now on, and can be stopped
    for subscription in list(poller.shared()._subscribed):
        poller.shared().stop(subscription, silently=True)
    until(lambda: poller.shared().idle and not media_pool.running)
    schedule.timer.cancel_all()
    until(lambda: not schedule.timer.running)


def take_back_all() -> None:
    """Have nothing sent any more that was not sent by now, and wait for the answers to what was."""
    for lane in list(create_queue._lanes.values()):
        for order in [*lane.running, *(order for batch in lane.batches for _, order in batch.waiting)]:
            if order.withdraw() and order.listener is not None:
                order.listener.end("", RunwayWidgetError("the test is over"), False)
    until(lambda: create_queue.idle)


def all_sent(grid: TaskGrid) -> None:
    """Wait until each take was created, or will never be, and the grid's page knows."""
    until(lambda: not any(task._report.phase.unsent for task in grid))
    until(lambda: not any(take["_face"]["name"] in {"Waiting", "Sending"} for take in grid._takes))


def created(sim: Simulator) -> list[Any]:
    """The creates that the service got."""
    return [request for request in sim.requests if request.route == "create"]


def film(sim: Simulator, client: Client | None = None, *, sent: bool = True, **told: Any) -> Any:
    """A short film of a kite: what most tests create. A `RunwayTask`, or a `TaskGrid` if it is to be several.

    These have been sent by then, unless ``sent`` is False.
    """
    usual: dict[str, Any] = {
        "model": "gen4_turbo",
        "prompt_image": sim.media_url(),
        "prompt_text": "the kite lifts",
        "ratio": "1280:720",
        "duration": 5,
    }
    made = (client or sim.client()).image_to_video(**{**usual, **QUICK, **told})
    if sent and isinstance(made, TaskGrid):
        all_sent(made)
    return made


def planned(sim: Simulator, client: Client | None = None, **told: Any) -> Plan[Any]:
    """The plan of such a film."""
    plan = film(sim, client, dry_run=True, **told)
    assert isinstance(plan, Plan)
    return plan


def seed_of(task: Any) -> str:
    """The seed on a card: "seed 421"."""
    (text,) = [fact["text"] for fact in task._request["facts"] if fact["name"] == "seed"]
    return str(text)


def press(widget: Any, ask: str, **more: Any) -> None:
    """A button of the card: the message that its front end sends."""
    widget._handle_custom_msg({"ask": ask, **more}, [])


def watched(sim: Simulator, *outcomes: Any, **options: Any) -> TaskGrid:
    """A grid of tasks that exist already, one for each outcome."""
    client = sim.client()
    return TaskGrid([client.task(sim.add_task(outcome=outcome), **QUICK) for outcome in outcomes], **options)


def written() -> None:
    """Wait until the writer has done all that it was given so far."""
    done = threading.Event()
    writer.put(done.set)
    assert done.wait(60)


def finished(sim: Simulator, clock: ServiceTime, scenario: dict[str, Any] | None = None, **options: Any) -> RunwayTask:
    """A task that was watched for a moment, and then came to its end: the film at dusk, unless told otherwise."""
    task = sim.client().task(sim.add_task(**{"variant": "dusk", **(scenario or {})}), **{**QUICK, **options})
    until(lambda: task._report.timing.since_answer is not None)
    clock.forward(1000)
    return task
