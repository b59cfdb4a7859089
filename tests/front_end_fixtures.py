"""The states that the front end's tests and its gallery show, made by the code that makes them in a kernel.

Each state is a report of the poller, shown by a real `RunwayTask` or `TaskGrid`; nothing is polled, and time stands
still. So the words, numbers and actions in the fixtures are Python's own, and `tests/unit/test_front_end_fixtures.py`
fails when they change. After such a change:

    python -m tests.front_end_fixtures
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

import anywidget

from runway_widget import Client, RunwayTask, TaskGrid
from runway_widget._create.creation import Creation
from runway_widget._journal.row import Request, empty_request
from runway_widget._media.frame_keeper import KeptFrame
from runway_widget._media.kept_outputs import KeptOutput
from runway_widget._service.endpoint import endpoint_of
from runway_widget._watch import poller
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import grid_messages, link_end, task_sending
from runway_widget._widgets import task as task_module
from runway_widget._widgets.picks import Pick
from runway_widget._widgets.record import TaskRecord

from .front_end_cases import CASES, GRIDS, ID, NOT_CREATED, NOW, QUEUE, Case

TWIN = "5f0c8a52-7d0e-4b0c-9a57-3a0a8a2d6f11"  # of every card; else there is another one for each
FOLDER = Path(__file__).parents[1] / "js" / "test" / "fixtures"
KEY = "test-key-6Wd3Kp8Rz5Ys"


@contextmanager
def standing_still() -> Iterator[None]:
    """Nothing is polled or written by a thread, and it is `NOW`."""
    clock = SimpleNamespace(time=lambda: NOW, monotonic=lambda: 0.0)
    with ExitStack() as stack:
        for module in (grid_messages, task_module, task_sending):
            stack.enter_context(patch.object(module, "time", clock))
        stack.enter_context(patch.object(link_end, "time", SimpleNamespace(localtime=time.gmtime)))  # of no place
        stack.enter_context(patch.object(grid_messages, "writer", SimpleNamespace(put=lambda call: None)))
        stack.enter_context(patch.object(poller.shared(), "subscribe", lambda *args, **options: None))
        stack.enter_context(patch.object(task_sending, "schedule", SimpleNamespace(timer=Mock())))
        yield


class NeverSent:
    """A create that waits for its turn."""

    def withdraw(self) -> bool:
        return True

    def wait_for_answer(self, timeout: float) -> bool:
        return True


def request_of(case: Case) -> Request:
    if case.body is None:
        return empty_request()
    return Creation(endpoint_of(case.state.action).path, dict(case.body), still=case.still).request


def shown(case: Case) -> RunwayTask:
    """A task that has just taken in the case's report."""
    client = Client(KEY, journal="off") if case.client == "CometAPI" else Client.runway(KEY, journal="off")
    made = RunwayTask(
        case.state.task_id,
        client,
        save_to="renders" if case.save else None,
        _record=TaskRecord(request=request_of(case), action=case.state.action),
        _order=NeverSent() if case.phase.unsent else None,
    )
    report = Report(
        case.state, case.phase, case.error, case.timing, gave_up_after=case.gave_up_after, recalled=case.recalled
    )
    report = replace(report, media_sent=case.media_sent, awaited=case.awaited)
    if case.phase is Phase.ENDED:
        file = Path(f"renders/{ID}-1.mp4") if case.save == "saved" else None
        made._keeper._items = tuple(KeptOutput(output, file=file) for output in case.state.outputs)
        made._keeper._note = f"saved to {file}" if file else ""
        made._keeper._renewal = case.renewal
    made._pick = Pick(case.picked)
    made._frames.last = KeptFrame(Path(case.kept).absolute(), (1280, 720)) if case.kept else None
    made._report = report
    made._set_traits(made._numbered(made._state().traits()))
    return made


def state_of(case: Case) -> dict[str, Any]:
    """The synced traits of a card."""
    inherited = {*anywidget.AnyWidget.class_traits(sync=True), "_esm", "_css"}
    made = shown(case)
    state = {name: getattr(made, name) for name in sorted(RunwayTask.class_traits(sync=True)) if name not in inherited}
    clock = {**state["_clock"], "at": NOW - case.age}
    return {**state, "_clock": clock, "_twin": TWIN, **layout([case])}


def layout(cases: list[Case]) -> dict[str, Any]:
    """The widget's layout as a page has it whose kernel is gone."""
    return {"layout": {"comm_live": False}} if any(case.gone for case in cases) else {}


def grid_of(takes: list[Case | int], columns: int | None) -> dict[str, Any]:
    """The synced traits of a grid."""
    members = [shown(each) if isinstance(each, Case) else not_created(each) for each in takes]
    cases = [each for each in takes if isinstance(each, Case)]
    made = TaskGrid(members, columns)
    for each, compact in zip(takes, made._takes, strict=True):
        if isinstance(each, Case):
            compact["_clock"] = {**compact["_clock"], "at": NOW - each.age}
    known = {"_takes": made._takes, "_summary": made._summary, "_least": made._least, "_lost": made._lost}
    return {**known, "_twin": TWIN, **layout(cases)}


def not_created(seed: int) -> RunwayTask:
    """A take that the service refused to create."""
    request = request_of(QUEUE.but(body={"seed": seed}, still=""))
    record = TaskRecord(request=request, action=QUEUE.state.action)
    return RunwayTask("", Client(KEY, journal="off"), _record=record, _error=NOT_CREATED)


def fixtures() -> dict[str, str]:
    """The files' names, and what is in them."""
    with standing_still():
        values = {
            "states.json": {name: state_of(case) for name, case in CASES.items()},
            "grids.json": {name: grid_of(takes, columns) for name, (takes, columns) in GRIDS.items()},
        }
    return {name: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for name, value in values.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in fixtures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{FOLDER / name}: {len(text) / 1000:.0f} kB")
