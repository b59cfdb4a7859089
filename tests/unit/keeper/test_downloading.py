"""`RunwayTask.download`, links that are renewed, and kinds that are looked up."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from runway_widget import RunwayTask, RunwayWidgetError, ServiceError
from runway_widget._media.keeper import OutputKeeper
from runway_widget._widgets.ending import Ending
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, QUICK, press, written
from ..fakes import until
from .helpers import Finish, media


def test_a_download_returns_the_paths_says_so_on_the_card_and_overwrites_nothing(
    finish: Finish, tmp_path: Path
) -> None:
    task = finish().wait(10)
    (path,) = task.download(tmp_path)
    assert path.read_bytes() == DUSK
    until(lambda: task._face["note"] == f"saved to {path}")
    path.write_bytes(b"somebody's own")
    (other,) = task.download(tmp_path)
    assert (path.read_bytes(), other.read_bytes()) == (b"somebody's own", DUSK)
    assert task.download(tmp_path) == [other]


def test_an_expired_link_is_renewed_for_a_download_and_on_the_card(
    sim: Simulator, finish: Finish, tmp_path: Path
) -> None:
    task = finish().wait(10)
    old = task.outputs[0]["url"]
    sim.expire_links()
    assert task.download(tmp_path)[0].read_bytes() == DUSK
    until(lambda: task.outputs[0]["url"] != old)
    assert task.outputs[0]["kind"] == "video"


def test_a_download_that_fails_raises_and_the_card_says_why(sim: Simulator, finish: Finish, tmp_path: Path) -> None:
    task = finish().wait(10)
    sim.trouble("forbidden", times=2, route="media")
    with pytest.raises(ServiceError, match="expired"):
        task.download(tmp_path)
    until(lambda: task._face["note"].startswith("could not save: the link has expired"))


@pytest.mark.parametrize("outcome", ["failure", "cancelled", "never"])
def test_a_task_without_outputs_cannot_be_downloaded(sim: Simulator, outcome: Any, tmp_path: Path) -> None:
    task = sim.client().task(sim.add_task(outcome=outcome, queued=0, duration=0), **QUICK)
    until(lambda: task._report.timing.since_answer is not None)
    with pytest.raises(RunwayWidgetError, match="nothing to download"):
        task.download(tmp_path)


@pytest.mark.parametrize(
    ("scenario", "then", "words"),
    [
        ({"outcome": "never"}, "", r"nothing to download yet, wait\(\) first: .*Generating"),
        ({"outcome": "never"}, "stop", r"nobody watches the task, so resume\(\) and wait\(\) first: .*Not watching"),
        ({"outcome": "failure", "failure": "no faces"}, "end", "nothing to download: .*no faces"),
        ({"outputs": ()}, "end", r"the service sent no output; task\.data holds what it said"),
    ],
    ids=["running", "not watched", "failed", "without outputs"],
)
def test_why_there_is_nothing_to_download_is_said_with_what_to_do(
    sim: Simulator, clock: ServiceTime, scenario: Any, then: str, words: str, tmp_path: Path
) -> None:
    task = sim.client().task(sim.add_task(queued=0, **scenario), **QUICK)
    until(lambda: task.status == "IN_PROGRESS")
    if then == "stop":
        task.stop()
        until(lambda: task._report.phase.over)
    if then == "end":
        clock.forward(1000)
        until(task._is_done)
    with pytest.raises(RunwayWidgetError, match=words):
        task.download(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_who_sees_the_success_can_download_at_once(finish: Finish, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    usual = RunwayTask._set_traits

    def set_traits(task: RunwayTask, values: dict[str, Any]) -> None:
        usual(task, values)
        if task.status == "SUCCESS":
            seen.append(bool(task._keeper.outputs))

    monkeypatch.setattr(RunwayTask, "_set_traits", set_traits)
    finish().wait(10)
    assert set(seen) == {True}


def test_a_player_that_fails_gets_a_fresh_link(sim: Simulator, finish: Finish) -> None:
    task = finish().wait(10)
    old = task.outputs
    sim.expire_links()
    press(task, "renew")
    until(lambda: task.outputs != old)
    assert [output["kind"] for output in task.outputs] == ["video"]


def test_a_link_that_cannot_be_renewed_stays_as_it_is(sim: Simulator, finish: Finish) -> None:
    task = finish().wait(10)
    old, before = task.outputs, len(sim.requests)
    sim.trouble("server_error", route="poll")
    press(task, "renew")
    until(lambda: len(sim.requests) > before and not task._keeper.busy)
    written()
    assert (task.outputs, task._face["word"]) == (old, task._face["word"])


def test_a_kind_that_the_link_does_not_tell_is_asked_of_its_server(sim: Simulator, finish: Finish) -> None:
    task = finish({"action": "SOMETHING_NEW", "opaque": True, "outputs": ["image"]}).wait(10)
    assert [output["kind"] for output in task.outputs] == ["image"]


def test_a_kind_found_just_before_the_end_is_there_when_waiting_is_over(
    finish: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, over = threading.Event(), threading.Event()
    begin, changed = Ending.begin, Ending.outputs_changed
    add_pictures, end = OutputKeeper._add_pictures, OutputKeeper._end

    def begin_late(self: Ending, record: Any) -> None:
        def run() -> None:
            until(lambda: shown.is_set() and not self._outputs.busy)
            begin(self, record)

        threading.Thread(target=run).start()

    def changed_once(self: Ending) -> None:
        changed(self)
        shown.set()

    def ask_late(self: OutputKeeper, pictures: bool) -> None:
        shown.wait(10)
        add_pictures(self, pictures)

    def tell_late(self: OutputKeeper, *jobs: Any) -> None:
        end(self, *jobs)
        over.wait(10)

    monkeypatch.setattr(Ending, "begin", begin_late)
    monkeypatch.setattr(Ending, "outputs_changed", changed_once)
    monkeypatch.setattr(OutputKeeper, "_add_pictures", ask_late)
    monkeypatch.setattr(OutputKeeper, "_end", tell_late)
    try:
        task = finish({"action": "SOMETHING_NEW", "opaque": True, "outputs": ["image"]}).wait(10)
        assert [output["kind"] for output in task.outputs] == ["image"]
    finally:
        over.set()


def test_without_a_kernel_no_thumbnail_is_fetched(sim: Simulator, finish: Finish) -> None:
    finish().wait(10)
    assert media(sim) == 0
