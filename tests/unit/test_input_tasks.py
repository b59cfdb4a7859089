"""A finished task as the beginning of another one, long after: no dead link is sent, and paid for."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask, TaskGrid
from runway_widget._create import inputs, omissions
from runway_widget._create.again import arguments_for_again, restore
from runway_widget._create.request import prepare
from runway_widget._journal.row import Row
from runway_widget._service.provider import RUNWAY
from runway_widget._service.upload import LIFE
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, MEDIA, QUICK, all_sent, created, film, simulated
from .fakes import until

DAY = 86_400.0
STILL = MEDIA / "dawn.jpg"


def upscaled(client: Client, video: Any, **options: Any) -> Any:
    made = client.video_upscale(model="upscale_v1", video_uri=video, **{**QUICK, **options})
    if isinstance(made, TaskGrid):
        all_sent(made)
    return made


def sent(sim: Simulator) -> str:
    """The video of the last create."""
    return str(created(sim)[-1].body["videoUri"])


def looks(sim: Simulator, task: RunwayTask) -> int:
    return len([request for request in sim.requests if request.route == "poll" and request.task_id == task.task_id])


def works(sim: Simulator, link: str) -> bool:
    path, _, token = link.removeprefix(sim.url).partition("?_jwt=")
    return sim._service.link_is_good(path, token)


def done(sim: Simulator, clock: ServiceTime, **options: Any) -> RunwayTask:
    task = sim.client().task(sim.add_task(variant="dusk"), **{**QUICK, **options})
    clock.forward(1000)
    return task.wait(60)


@pytest.fixture
def gateway() -> Iterator[tuple[Simulator, ServiceTime]]:
    """A service that repeats the first links for ever, as a gateway may."""
    with simulated(clock=(clock := ServiceTime()), renews_links=False) as sim:
        yield sim, clock


def days_later(monkeypatch: pytest.MonkeyPatch, clock: ServiceTime, days: float = 3) -> None:
    clock.forward(days * DAY)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + days * DAY)


def test_a_task_is_looked_at_once_before_its_output_is_sent(sim: Simulator, clock: ServiceTime) -> None:
    task = done(sim, clock)
    old, before = task.outputs[0]["url"], looks(sim, task)
    sim.expire_links()
    grid = upscaled(sim.client(), task, takes=3)
    assert isinstance(grid, TaskGrid)
    assert looks(sim, task) == before + 1
    links = {request.body["videoUri"] for request in created(sim)}
    assert len(created(sim)) == 3
    assert len(links) == 1
    assert old not in links
    assert works(sim, sent(sim))
    assert task.outputs[0]["url"] == sent(sim), "the card has the link that works, too"


def test_one_look_does_for_all_prompts(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(action="TEXT_TO_IMAGE", outputs=["image"]), **QUICK)
    clock.forward(1000)
    before = looks(sim, task.wait(10))
    film(sim, prompt_image=task, prompt_text=["up", "down", "round"])
    assert looks(sim, task) == before + 1


def test_a_picture_is_read_shrunk_and_digested_once_for_all_prompts(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def count(module: Any, name: str) -> None:
        usual = getattr(module, name)

        def counted(*args: Any) -> Any:
            made.append(name)
            return usual(*args)

        monkeypatch.setattr(module, name, counted)

    count(inputs, "thumbnail")
    count(omissions, "_content")
    grid = film(sim, prompt_image=STILL, prompt_text=["up", "down", "round"], reuse=True)
    assert sorted(made) == ["_content", "thumbnail"]
    first, second, _ = (task.parameters["promptImage"] for task in grid)
    assert first == second
    assert first is not second, "who changes one of them changes no other"
    assert all(task._request["still"].startswith("data:") for task in grid)


@pytest.mark.parametrize("trouble", ["server_error", "reset", "rate_limited", "unauthorized"])
def test_a_link_that_still_works_is_sent_where_nobody_can_look(
    sim: Simulator, clock: ServiceTime, trouble: str
) -> None:
    task = done(sim, clock)
    sim.trouble(trouble, route="poll", task_id=task.task_id, times=None)
    upscaled(sim.client(), task)
    assert sent(sim) == task.outputs[0]["url"]


def test_a_link_that_has_expired_is_not_sent_where_nobody_can_look(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = done(sim, clock)
    days_later(monkeypatch, clock)
    sim.trouble("server_error", route="poll", task_id=task.task_id, times=None)
    with pytest.raises(
        ConfigurationError, match=r"^video_uri: task .*link has expired, and the task could not be looked"
    ):
        upscaled(sim.client(), task)
    assert created(sim) == []


def test_an_expired_link_is_replaced_by_the_file_that_was_saved(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    task = done(sim, clock, save_to=tmp_path)
    until(lambda: task._keeper.saving == "saved")
    days_later(monkeypatch, clock)
    sim.trouble("server_error", route="poll", task_id=task.task_id, times=None)
    upscaled(sim.client(), task)
    whole = base64.b64encode(DUSK).decode()
    assert sent(sim).startswith(f"data:video/mp4;base64,{whole[:30_000]}")


@pytest.mark.parametrize("attached", [False, True])
def test_where_the_service_has_forgotten_the_task_its_file_is_sent(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, attached: bool
) -> None:
    """Also of a task that is taken up again after a restart, which shows its file."""
    client = sim.client()
    task = film(sim, client, save_to=tmp_path)
    clock.forward(1000)
    task.wait(10)
    until(lambda: client.recent()[0].files)
    sim._service.remove(sim._service._tasks[task.task_id])
    if attached:
        task = client.task(task.task_id, not_found_after=0, **QUICK)
        until(lambda: task.outputs)
        assert task.outputs[0]["url"].startswith("file:")
    upscaled(client, task)
    assert sent(sim).startswith("data:video/mp4;base64,")


def test_where_there_is_neither_nothing_is_sent(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    task = done(sim, clock)
    sim._service.remove(sim._service._tasks[task.task_id])
    for takes in (None, 2):
        with pytest.raises(ConfigurationError, match=r"does not have it any more.*no file of it was saved"):
            upscaled(client, task, takes=takes)
    assert created(sim) == []


def test_a_link_that_is_given_once_more_is_tried_before_it_is_sent(gateway: tuple[Simulator, ServiceTime]) -> None:
    dead, clock = gateway
    task = done(dead, clock)
    upscaled(dead.client(), task)
    assert sent(dead) == task.outputs[0]["url"]
    dead.expire_links()
    with pytest.raises(ConfigurationError, match="link has expired, and the service gives no other"):
        upscaled(dead.client(), task)
    assert len(created(dead)) == 1


def test_a_task_that_ended_while_nobody_watched_is_found_out(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(variant="dusk"), **QUICK)
    until(lambda: task._report.timing.since_answer is not None)
    task.stop()
    until(lambda: task._report.phase.over)
    with pytest.raises(ConfigurationError, match="no output yet"):
        upscaled(sim.client(), task)
    clock.forward(1000)
    upscaled(sim.client(), task)
    assert works(sim, sent(sim))


def test_a_running_task_is_waited_for_without_a_look_and_one_that_nobody_watches_is_refused(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(outcome="never"), poll_interval=600)
    until(lambda: task.status != "UNKNOWN")
    before = looks(sim, task)
    waiting = upscaled(sim.client(), task)
    assert waiting.task_id == ""
    assert looks(sim, task) == before
    task.stop()
    until(lambda: waiting._report.phase.over)
    with pytest.raises(ConfigurationError, match="no output yet"):
        upscaled(sim.client(), task)


# Created again


@pytest.mark.parametrize("way", ["method", "create"])
def test_again_goes_back_to_the_task_and_not_to_its_old_link(sim: Simulator, clock: ServiceTime, way: str) -> None:
    task, client = done(sim, clock), sim.client()
    if way == "method":
        first = upscaled(client, task)
    else:
        first = client.create("video_upscale", model="upscale_v1", videoUri=task, **QUICK)
    old = sent(sim)
    sim.expire_links()
    first.again()
    assert sent(sim) != old
    assert works(sim, sent(sim))


def test_the_same_request_is_reused_whatever_travels_for_the_task(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    task, client = done(sim, clock, save_to=tmp_path), sim.client()
    first = upscaled(client, task, reuse=True)
    sim.expire_links()
    assert upscaled(client, task, reuse=True).task_id == first.task_id
    days_later(monkeypatch, clock)
    sim.trouble("server_error", route="poll", task_id=task.task_id, times=None)
    assert upscaled(client, task, reuse=True).task_id == first.task_id
    assert len(created(sim)) == 1


def test_an_upload_that_is_too_old_must_be_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = {"model": "gen4_turbo", "prompt_image": "runway://upload", "ratio": "1280:720"}
    creation = prepare(RUNWAY, "image_to_video", arguments, base_url=RUNWAY.url)
    row = Row("https://a.example", "A", creation.endpoint, parameters=creation.public_body, submitted_at=time.time())
    for known in (creation, restore(row)):
        assert arguments_for_again(known, {})["prompt_image"] == "runway://upload"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + LIFE + 60)
    for known in (creation, restore(row)):
        with pytest.raises(ConfigurationError, match=r"^prompt_image: it was an upload .*24 hours; upload it again"):
            arguments_for_again(known, {})
        assert arguments_for_again(known, {"prompt_image": "runway://new"})["prompt_image"] == "runway://new"


# Links as text


def test_a_link_that_says_itself_that_it_has_expired_is_refused_by_name(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = done(sim, clock)
    link = task.outputs[0]["url"]
    first = upscaled(sim.client(), link)
    days_later(monkeypatch, clock)
    with pytest.raises(ConfigurationError, match=r"^video_uri: the link has expired, at 20.*give the task itself"):
        upscaled(sim.client(), link)
    with pytest.raises(ConfigurationError, match="the link has expired"):
        first.again()
    assert len(created(sim)) == 1
