"""Tasks that are made from tasks which have not ended: what they wait for, when they are sent, and when not."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest

from runway_widget import (
    BudgetExceeded,
    Client,
    ConfigurationError,
    RunwayTask,
    RunwayWidgetError,
    TakesFailed,
    TaskFailed,
    TaskGrid,
)
from runway_widget._client import chains
from runway_widget._create.queue import create_queue
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, all_sent, created, film, written
from .fakes import our_threads, until


def still(client: Client, **options: Any) -> Any:
    """A picture that a film can be made from."""
    picture = {"model": "gen4_image", "prompt_text": "a kite", "ratio": "1280:720"}
    return client.text_to_image(**{**picture, **QUICK, **options})


def word(task: RunwayTask) -> str:
    return str(task._face["word"])


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.runway_client()


def test_a_task_that_has_not_ended_stands_for_its_output(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    picture = still(client)
    clip = film(sim, client, prompt_image=picture)
    assert isinstance(clip, RunwayTask)
    assert (clip.task_id, clip.status) == ("", "NOT_START")
    until(lambda: word(clip) == "Waits for gen4_image")
    assert clip._face["name"] == "Waits for gen4_image"
    clock.forward(8)
    until(lambda: picture.progress > 0 and word(clip) == f"Waits for gen4_image · {round(picture.progress * 100)} %")
    assert (clip._face["bar"], clip._face["percent"]) == ("determinate", round(picture.progress * 100))
    assert [request.route for request in created(sim)] == ["create"], "nothing else is sent"
    clock.forward(1000)
    until(lambda: clip.task_id)
    assert created(sim)[1].body["promptImage"] == picture.outputs[0]["url"]
    until(lambda: clip._request["still"] == picture.outputs[0]["url"])  # the card shows what it begins from
    clock.forward(1000)
    assert clip.wait(10) is clip
    assert chains._links == set()


def test_a_chain_of_chains_goes_through_by_itself(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    before = our_threads()
    picture = still(client, background=True)
    clip = film(sim, client, prompt_image=[{"uri": picture, "position": "first"}])
    large = client.video_upscale(model="upscale_v1", video_uri=clip, **QUICK)
    until(lambda: word(large) == "Waits for gen4_turbo")
    until(lambda: picture.task_id)
    clock.forward(1000)
    until(lambda: clip.task_id)
    clock.forward(1000)
    until(lambda: large.task_id)
    clock.forward(1000)
    assert large.wait(10) is large
    ids = [picture.task_id, clip.task_id, large.task_id]
    assert [request.task_id for request in created(sim)] == ids
    assert [entry.inputs for entry in client.recent()] == [(ids[1],), (ids[0],), ()]
    assert f"from {ids[1][:8]}…" in str(client.recent())
    assert "Made from" in client.recent()._repr_html_()
    assert len(our_threads()) <= len(before) + 12


def test_a_film_goes_on_from_the_last_frame_of_one_that_has_not_ended(
    sim: Simulator, client: Client, clock: ServiceTime
) -> None:
    first = film(sim, client)
    second = film(sim, client, prompt_image=first)
    until(lambda: word(second).startswith("Waits for"))
    clock.forward(1000)
    until(lambda: second.task_id)
    assert created(sim)[1].body["promptImage"].startswith("data:image/png")
    until(lambda: any("last frame" in fact["text"] for fact in second._request["facts"]))


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("fails", r"gen4_image \(\w{8}\), from which it was to be made, failed: .*INTERNAL"),
        ("cancelled", r"gen4_image \(\w{8}\), from which it was to be made, was cancelled"),
        ("closed", r"gen4_image \(\w{8}\), from which it was to be made, was closed before its end"),
        ("stopped", r"gen4_image \(\w{8}\), from which it was to be made, did not come to its end: watching was"),
        ("refused", r"gen4_image, from which it was to be made, failed: .*unreadable"),
        ("taken back", r"gen4_image, from which it was to be made, was cancelled"),
    ],
)
def test_where_its_source_gives_nothing_it_says_why_and_nothing_is_sent(
    sim: Simulator, client: Client, clock: ServiceTime, end: str, why: str
) -> None:
    if end == "fails":
        picture = still(client, prompt_text="[fail INTERNAL]")
    elif end == "refused":
        sim.trouble("invalid_request", route="create", message="promptText: unreadable")
        picture = still(client, background=True)
    elif end == "taken back":
        sim.trouble("rate_limited", route="create", retry_after=60)
        picture = still(client, background=True)
        until(lambda: picture._face["warn"])
    else:
        picture = still(client)
    clip = film(sim, client, prompt_image=picture)
    large = client.video_upscale(model="upscale_v1", video_uri=clip, **QUICK)
    if end == "fails":
        clock.forward(1000)
    elif end in {"cancelled", "taken back"}:
        picture.cancel()
    elif end == "closed":
        picture.close()
    elif end == "stopped":
        picture.stop()
    with pytest.raises(RunwayWidgetError, match=f"^{why}") as caught:
        clip.wait(10)
    if end == "fails":
        assert isinstance(caught.value.__cause__, TaskFailed)
    with pytest.raises(RunwayWidgetError, match=r"^gen4_turbo, from which it was to be made, failed: gen4_image"):
        large.wait(10)
    assert (word(clip), clip.status) == ("Not sent", "FAILURE")
    assert len(created(sim)) == 1
    assert chains._links == set()


def test_what_can_be_checked_is_checked_before(sim: Simulator, client: Client) -> None:
    picture = still(client)
    with pytest.raises(ConfigurationError, match="video_uri: takes video, but what that task makes is an image"):
        client.video_upscale(model="upscale_v1", video_uri=picture)
    with pytest.raises(ConfigurationError, match="ratio"):
        film(sim, client, prompt_image=picture, ratio="1:1")
    with pytest.raises(BudgetExceeded):
        film(sim, sim.runway_client(budget=1), prompt_image=picture)
    assert len(created(sim)) == 1


def test_the_budget_takes_its_price_at_once_and_gives_it_back(sim: Simulator) -> None:
    client = sim.runway_client(budget=35)
    picture = still(client)
    spent = client.spent
    clip = film(sim, client, prompt_image=picture)
    assert client.spent == spent + 25
    with pytest.raises(BudgetExceeded):
        film(sim, client, prompt_image=picture)
    clip.cancel()
    assert client.spent == spent


def test_it_can_be_taken_back_while_it_waits(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    picture = still(client)
    cancelled, closed = (film(sim, client, prompt_image=picture) for _ in range(2))
    cancelled.cancel()
    closed.close()
    clock.forward(1000)
    picture.wait(10)
    with pytest.raises(RunwayWidgetError, match="cancelled before it was sent"):
        cancelled.wait(10)
    until(lambda: chains._links == set())
    assert len(created(sim)) == 1


def test_run_again_with_reuse_it_finds_what_was_made_from_the_same(
    sim: Simulator, client: Client, clock: ServiceTime
) -> None:
    def notebook() -> tuple[RunwayTask, RunwayTask]:
        picture = still(client, reuse=True)
        return picture, film(sim, client, prompt_image=picture, reuse=True)

    picture, clip = notebook()
    clock.forward(1000)
    until(lambda: clip.task_id)
    clock.forward(1000)
    clip.wait(10)
    again = notebook()
    until(lambda: again[1].task_id)
    assert [task.task_id for task in again] == [picture.task_id, clip.task_id]
    picture.wait(10)
    later = film(sim, client, prompt_image=picture, reuse=True)  # its source has ended by now
    assert later.task_id == clip.task_id
    assert len(created(sim)) == 2


def test_again_of_one_that_waits_waits_too_and_later_does_not(
    sim: Simulator, client: Client, clock: ServiceTime
) -> None:
    picture = still(client)
    clip = film(sim, client, prompt_image=picture)
    twin = clip.again(prompt_text="the kite dives")
    until(lambda: word(twin) == "Waits for gen4_image")
    clock.forward(1000)
    until(lambda: twin.task_id and clip.task_id)
    third = clip.again(prompt_text="the kite lands")
    assert third.task_id
    assert {request.body["promptImage"].partition("?")[0] for request in created(sim)[1:]} == {
        picture.outputs[0]["url"].partition("?")[0]
    }


# Grids


def test_a_grid_makes_one_for_each_take(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    pictures = still(client, prompt_text=["dawn", "noon", "dusk"])
    clips = film(sim, client, prompt_image=pictures, sent=False)
    assert isinstance(clips, TaskGrid)
    assert len(clips) == 3
    all_sent(pictures)
    clock.forward(1000)
    all_sent(clips)
    sent = {request.task_id: request.body for request in created(sim)}
    links = [sent[clip.task_id]["promptImage"].partition("?")[0] for clip in clips]
    assert links == [picture.outputs[0]["url"].partition("?")[0] for picture in pictures]


def test_one_that_fails_costs_none_of_the_others(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    pictures = still(client, prompt_text=["dawn", "[fail INTERNAL]", "dusk"])
    clips = film(sim, client, prompt_image=pictures, sent=False)
    all_sent(pictures)
    clock.forward(1000)
    all_sent(clips)
    assert [bool(clip.task_id) for clip in clips] == [True, False, True]
    assert word(clips[1]) == "Not sent"
    clock.forward(1000)
    with pytest.raises(TakesFailed, match="1 of 3"):
        clips.wait(10)


def test_grids_and_prompts_go_in_step(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    pictures = still(client, prompt_text=["dawn", "noon"])
    all_sent(pictures)
    clock.forward(1000)
    pictures.wait(10)
    clips = film(
        sim,
        client,
        prompt_image=[{"uri": pictures, "position": "first"}],
        prompt_text=["up", "down"],
        takes=2,
    )
    assert [clip.prompt for clip in clips] == ["up", "up", "down", "down"]
    sent = {request.task_id: request.body["promptImage"][0]["uri"] for request in created(sim)[2:]}
    assert sent[clips[0].task_id] == sent[clips[1].task_id] != sent[clips[2].task_id]
    before = len(created(sim))
    with pytest.raises(ConfigurationError, match=r"prompt_text: 3 prompts, and prompt_image has 2 takes"):
        film(sim, client, prompt_image=pictures, prompt_text=["a", "b", "c"])
    with pytest.raises(ConfigurationError, match=r"\w+: 1 takes, and \w+ has 2; grids go in step"):
        film(sim, client, prompt_image=pictures, extra_body={"more": [pictures[:1]]})
    with pytest.raises(ConfigurationError, match="the grid has no take"):
        film(sim, client, prompt_image=pictures[:0])
    assert len(created(sim)) == before


def test_a_grid_of_finished_takes_is_sent_at_once(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    pictures = still(client, takes=2)
    all_sent(pictures)
    clock.forward(1000)
    pictures.wait(10)
    clips = film(sim, client, prompt_image=pictures)
    assert all(clip.task_id for clip in clips)


# Many, and the end of all


def test_many_that_wait_cost_no_thread_each(sim: Simulator, client: Client) -> None:
    picture = still(client)
    before = len(our_threads())
    clips = [film(sim, client, prompt_image=picture, takes=50, sent=False) for _ in range(4)]
    until(lambda: all(word(clip) == "Waits for gen4_image" for grid in clips for clip in grid))
    assert len(our_threads()) <= before + 2
    for grid in clips:
        grid.close()
    assert len(created(sim)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_that_watches_the_source_again_sends_nothing(
    sim: Simulator, client: Client, clock: ServiceTime
) -> None:
    picture = still(client)
    clip = film(sim, client, prompt_image=picture)
    until(lambda: word(clip) == "Waits for gen4_image")
    child = os.fork()
    if child == 0:
        try:
            picture.resume()
            picture.wait(20)
            written()
            until(lambda: create_queue.idle)
            os._exit(0)
        except BaseException:
            os._exit(1)
    clock.forward(1000)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    until(lambda: clip.task_id)
    assert len(created(sim)) == 2, "the parent sends it, and nobody else"


@pytest.mark.posix
def test_an_interrupt_of_the_wait_takes_back_the_whole_chain(sim: Simulator, client: Client) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sim.trouble("rate_limited", route="create", retry_after=60, times=None)
        picture = still(client, background=True)
        clip = film(sim, client, prompt_image=picture)
        until(lambda: picture._face["warn"])
        main = threading.main_thread().ident or 0
        threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt) as caught:
            clip.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught.value.__notes__ == ["2 tasks were not sent; each one's again() creates it"]
    until(lambda: [word(task) for task in (picture, clip)] == ["Not sent"] * 2)
