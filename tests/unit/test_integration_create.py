"""From a prompt to a task, end to end: a client, its journal and the service, with only the browser left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask, ServiceError, SubmissionUncertain, TaskGrid
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, MEDIA, QUICK, created, film, seed_of, simulated
from .fakes import until

STILL = (MEDIA / "dawn.jpg").read_bytes()


def test_the_card_shows_what_was_asked_for_before_the_service_was_asked_how_it_stands(sim: Simulator) -> None:
    sim.trouble("hang", times=None, route="poll")
    task = film(sim, seed=421)
    assert task._request["prompt"] == "the kite lifts"
    assert [fact["text"] for fact in task._request["facts"]] == ["gen4_turbo", "1280:720", "5 s", "seed 421"]
    assert task._request["still"] == sim.media_url()
    assert (task._face["title"], task._face["word"]) == ("Image to video", "Starting")


def test_a_task_can_be_created_at_an_endpoint_of_which_nothing_is_known(sim: Simulator) -> None:
    task = sim.runway_client().create("sound_effect", model="eleven_text_to_sound_v2", promptText="rain", **QUICK)
    (request,) = created(sim)
    assert request.path == "/v1/sound_effect"
    assert request.body == {"model": "eleven_text_to_sound_v2", "promptText": "rain"}
    assert (task.action, task._request["prompt"]) == ("SOUND_EFFECT", "rain")


def test_fields_that_come_later_travel_as_they_are(sim: Simulator) -> None:
    film(sim, extra_body={"motionScore": 3})
    assert created(sim)[0].body["motionScore"] == 3


def test_a_local_picture_travels_as_a_data_uri_and_stays_out_of_the_journal(sim: Simulator, tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    still.write_bytes(STILL)
    client = sim.client(journal=tmp_path / "journal")
    film(sim, client, prompt_image=still)
    assert created(sim)[0].body["promptImage"].startswith("data:image/jpeg;base64,")
    written = b"".join(file.read_bytes() for file in tmp_path.glob("journal*"))
    assert b"the kite lifts" in written
    assert b"base64" not in written
    assert KEY.encode() not in written


def test_a_finished_task_is_an_input_of_the_next(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    first = film(sim, client)
    clock.forward(1000)
    client.video_upscale(model="upscale_v1", video_uri=first.wait(10))
    assert created(sim)[-1].body["videoUri"] == first.outputs[0]["url"]


# Mistakes cost nothing


@pytest.mark.parametrize(
    "mistake",
    [
        *({"poll_interval": 0}, {"poll_interval": "often"}, {"give_up_after": -1}, {"not_found_after": None}),
        *({"route": "stream"}, {"save_to": 3}, {"takes": 0}, {"takes": 101}, {"takes": True}, {"embed": "yes"}),
        *({"prompt_text": ""}, {"prompt_text": []}, {"prompt_text": "x" * 1001}, {"prompt_text": ["fine", ""]}),
        *({"ratio": "1:1"}, {"duration": 11}, {"seed": -1}, {"prompt_image": "http://e.example/a.png"}),
    ],
    ids=str,
)
def test_a_mistake_is_refused_by_name_before_anything_is_sent(sim: Simulator, mistake: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(mistake))):
        film(sim, **mistake)
    assert sim.requests == []
    assert len(sim.client().recent()) == 0


def test_the_feed_is_refused_where_there_is_none_before_anything_is_sent(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="route"):
        film(sim, sim.runway_client(), route="feed")
    assert sim.requests == []


def test_text_to_video_is_refused_where_the_service_has_none(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match=r"Client\.runway\(\)"):
        sim.client().text_to_video(model="gen4.5", prompt_text="a kite")
    assert sim.requests == []


def test_without_checking_an_undocumented_value_is_sent(sim: Simulator) -> None:
    film(sim, ratio="1:1", check=False)
    assert created(sim)[0].body["ratio"] == "1:1"


# Not paying twice


@pytest.mark.parametrize("options", [{"takes": 1}, {"prompt_text": ["the kite lifts"]}, {"takes": 1, "seed": 7}])
def test_takes_or_a_list_of_prompts_is_a_grid_even_of_one(sim: Simulator, options: dict[str, Any]) -> None:
    grid = film(sim, **options)
    assert isinstance(grid, TaskGrid)
    assert len(grid) == len(created(sim)) == 1


def test_no_takes_is_a_task(sim: Simulator) -> None:
    assert isinstance(film(sim, takes=None), RunwayTask)
    assert isinstance(film(sim).again(takes=1), TaskGrid)


def test_reuse_takes_up_the_task_that_the_same_request_made_and_shows_its_seed(sim: Simulator) -> None:
    first = film(sim)
    second = film(sim, sim.client(), reuse=True)
    assert second.task_id == first.task_id
    assert second._request == first._request
    assert len(created(sim)) == 1


def test_reuse_creates_a_new_task_for_a_different_a_failed_or_an_unsent_request(
    sim: Simulator, clock: ServiceTime
) -> None:
    sim.next("failure")
    first = film(sim, reuse=True)
    clock.forward(1000)
    until(lambda: first.status == "FAILURE" and first._is_done())
    second = film(sim, reuse=True)
    third = film(sim, reuse=True, prompt_text="the kite falls")
    assert len({first.task_id, second.task_id, third.task_id}) == len(created(sim)) == 3


def test_reuse_refuses_where_nobody_knows_whether_the_service_took_it(sim: Simulator) -> None:
    sim.trouble("reset", route="create", taken=True)
    with pytest.raises(SubmissionUncertain, match="charged"):
        film(sim, reuse=True)
    with pytest.raises(SubmissionUncertain, match="sent already"):
        film(sim, reuse=True)
    assert len(created(sim)) == 1
    assert film(sim, reuse=False).task_id


def test_what_the_service_refuses_is_raised_and_journalled(sim: Simulator) -> None:
    client = sim.client()
    with pytest.raises(ServiceError, match="model_not_found"):
        film(sim, client, model="no-such-model")
    (entry,) = client.recent()
    assert (entry.word, entry.task_id, entry.prompt) == ("Refused", "", "the kite lifts")


# The same once more


def test_again_creates_the_same_with_another_seed(sim: Simulator) -> None:
    first = film(sim, extra_body={"motionScore": 3})
    second = first.again()
    old, new = (request.body for request in created(sim))
    assert {**old, "seed": 0} == {**new, "seed": 0}
    assert old["seed"] != new["seed"]
    assert seed_of(second) == f"seed {new['seed']}"
    assert second._terms == first._terms


def test_again_takes_changes_and_a_seed(sim: Simulator) -> None:
    film(sim).again(prompt_text="the kite falls", seed=7, poll_interval=9)
    body = created(sim)[-1].body
    assert (body["promptText"], body["seed"], body["duration"]) == ("the kite falls", 7, 5)


def test_again_of_a_reused_task_pays_for_a_new_one(sim: Simulator) -> None:
    first = film(sim, reuse=True)
    assert first.again().task_id != first.task_id


def test_again_of_a_task_that_was_found_in_the_journal_creates_the_same(sim: Simulator) -> None:
    first = film(sim, extra_body={"motionScore": 3})
    recalled = sim.client().task(first.task_id)
    recalled.again()
    recalled.again(prompt_text="the kite falls", seed=7)
    old, same, other = (request.body for request in created(sim))
    assert {**old, "seed": 0} == {**same, "seed": 0}
    assert old["seed"] != same["seed"]
    assert other == {**old, "promptText": "the kite falls", "seed": 7}


def test_again_at_an_unknown_endpoint_takes_another_seed_too(sim: Simulator) -> None:
    sound = sim.runway_client().create("sound_effect", model="mirelo_sfx_2_0", promptText="rain", duration=3, seed=3)
    sound.again(promptText="hail")  # type: ignore[call-overload]  # to a checker, extra_body is the way
    sound.again(extra_body={"promptText": "hail"})
    body = {"model": "mirelo_sfx_2_0", "promptText": "hail", "duration": 3}
    assert [request.body for request in created(sim)[1:]] == [body, body]


def test_a_local_picture_has_to_be_given_again_when_only_the_journal_knows_of_it(
    sim: Simulator, tmp_path: Path
) -> None:
    still = tmp_path / "still.jpg"
    still.write_bytes(STILL)
    task = film(sim, prompt_image=still)
    assert task.again().task_id
    recalled = sim.client().task(task.task_id)
    with pytest.raises(ConfigurationError, match="prompt_image"):
        recalled.again()
    assert recalled.again(prompt_image=still)._request["prompt"] == "the kite lifts"


def test_again_of_what_was_not_checked_is_not_checked_either(sim: Simulator) -> None:
    film(sim, ratio="1:1", check=False).again(prompt_text="the kite falls")
    assert created(sim)[-1].body["ratio"] == "1:1"


def test_again_of_a_body_that_was_given_as_it_is_sends_it_as_it_is(sim: Simulator) -> None:
    still = sim.media_url()
    sim.client().create("image_to_video", model="gen4_turbo", promptImage=still, duration=7).again()
    assert created(sim)[-1].body == {"model": "gen4_turbo", "promptImage": still, "duration": 7}


def test_a_link_that_the_journal_does_not_store_whole_has_to_be_given_again(sim: Simulator) -> None:
    signed = sim.media_url() + "?v=2"
    task = film(sim, prompt_image=signed)
    assert task.again().task_id
    recalled = sim.client().task(task.task_id)
    with pytest.raises(ConfigurationError, match="prompt_image"):
        recalled.again()
    recalled.again(prompt_image=signed)
    assert [request.body["promptImage"] for request in created(sim)] == [signed] * 3


def test_only_a_task_whose_request_is_known_can_be_made_again(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="created here"):
        sim.client().task(sim.add_task(), **QUICK).again()


# Finding it again


def test_recent_lists_what_was_submitted_and_how_it_ended(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    ends = ["success", "failure", "cancelled", "never"]
    tasks: list[RunwayTask] = []
    for end in ends:
        sim.next(end)  # type: ignore[arg-type]
        tasks.append(film(sim, client, prompt_text=end))
    clock.forward(1000)
    until(lambda: all(task._is_done() for task in tasks[:3]))
    recent = sim.client().recent()
    assert [entry.prompt for entry in recent] == ends[::-1]
    assert [entry.word for entry in recent] == ["Submitted", "Cancelled", "Failed", "Done"]
    assert recent[3].took == pytest.approx(66, abs=3)  # the service's own times
    assert len(client.recent(limit=2)) == 2


def test_a_task_is_taken_up_with_prompt_and_parameters_as_before(sim: Simulator, clock: ServiceTime) -> None:
    task = film(sim)
    client = sim.client()
    for recalled in (client.recent()[0].task(), client.task(task.task_id)):
        assert (recalled.task_id, recalled._request, recalled.action) == (task.task_id, task._request, "IMAGE_TO_VIDEO")
        clock.forward(1000)
        assert recalled.wait(10) is recalled


def test_two_services_keep_apart_what_they_were_asked(sim: Simulator, tmp_path: Path) -> None:
    with simulated() as other:
        here, there = (s.client(journal=tmp_path / "journal") for s in (sim, other))
        film(sim, here)
        film(other, there, reuse=True)
        assert len(created(sim)) == len(created(other)) == 1
        assert [entry.base_url for entry in there.recent()] == [other.url]


def test_without_a_journal_tasks_are_made_all_the_same(sim: Simulator) -> None:
    client: Client = sim.client(journal="off")
    assert film(sim, client).task_id != film(sim, client).task_id
    assert len(client.recent()) == 0
