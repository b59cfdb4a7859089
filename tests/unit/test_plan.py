"""Look before you pay: everything is checked, nothing is sent, and what is sent then is what was seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runway_widget import (
    BudgetExceeded,
    Client,
    ConfigurationError,
    Plan,
    RunwayTask,
)
from runway_widget._create.endpoints import METHODS
from runway_widget.simulator import Simulator

from .creating import DUSK, MEDIA, QUICK, created, film, planned
from .fakes import until

STILL = MEDIA / "dawn.jpg"
CLIP = MEDIA / "dusk.mp4"
SOUND = MEDIA / "wind.m4a"
WIND: dict[str, Any] = {"model": "eleven_text_to_sound_v2", "prompt_text": "wind"}

#: A request of each method, with local media wherever it takes some.
REQUESTS: dict[str, dict[str, Any]] = {
    "text_to_image": {"model": "gen4_image", "prompt_text": "a kite", "ratio": "1024:1024", "reference_images": STILL},
    "image_upscale": {"model": "magnific_precision_upscaler_v2", "image_uri": STILL},
    "text_to_video": {"model": "gen4.5", "prompt_text": "a kite", "ratio": "1280:720", "duration": 5},
    "image_to_video": {"model": "gen4_turbo", "prompt_image": STILL, "ratio": "720:1280", "duration": 5},
    "video_to_video": {"model": "aleph2", "video_uri": CLIP, "prompt_text": "snow", "target_aspect_ratio": "1:1"},
    "video_upscale": {"model": "magnific_video_upscaler_creative", "video_uri": CLIP},
    "video_to_hdr": {"model": "ruby", "video_uri": CLIP},
    "character_performance": {"model": "act_two", "character": STILL, "reference": CLIP, "ratio": "1280:720"},
    "avatar_video": {"model": "gwm1_avatars", "avatar": "cat-character", "speech": {"type": "text", "text": "hello"}},
    "sound_effect": WIND,
    "text_to_speech": {"model": "eleven_v4", "prompt_text": "hello", "voice": "Maya"},
    "speech_to_speech": {"model": "eleven_multilingual_sts_v2", "media": SOUND, "voice": "Maya"},
    "voice_isolation": {"model": "eleven_voice_isolation", "audio_uri": SOUND},
    "voice_dubbing": {"model": "eleven_voice_dubbing", "audio_uri": SOUND, "target_lang": "fr"},
    "video_to_audio": {"model": "mirelo_sfx_2_0", "video_uri": CLIP, "duration": 5},
}


def nothing_happened(sim: Simulator, client: Client) -> bool:
    """Nothing was received, nothing charged, nothing noted, nothing taken out of the budget."""
    return (sim.requests, sim.ledger, len(client.recent()), client.spent) == ([], {}, 0, 0)


# Nothing is sent


def test_there_is_a_request_of_each_method() -> None:
    assert set(REQUESTS) == set(METHODS.values())


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("options", [{}, {"takes": 3, "reuse": True, "check": False}], ids=["one", "takes"])
def test_a_plan_of_any_method_sends_nothing_and_costs_nothing(
    sim: Simulator, method: str, options: dict[str, Any]
) -> None:
    client = sim.runway_client(budget=100_000 if options else None)  # check=False allows what has no known price
    plan = getattr(client, method)(**REQUESTS[method], **options, save_to=None, dry_run=True)
    assert isinstance(plan, Plan)
    assert len(plan) == len(plan.bodies) == options.get("takes", 1)
    assert plan.body["model"] == REQUESTS[method]["model"]
    assert "Nothing was sent" in str(plan)
    assert plan._repr_html_().startswith("<div")
    assert nothing_happened(sim, client)


def test_neither_does_one_of_several_prompts_nor_one_of_a_raw_route_nor_one_of_an_upload(
    sim: Simulator, tmp_path: Path
) -> None:
    client = sim.runway_client()
    large = tmp_path / "large.mp4"
    large.write_bytes(DUSK + bytes(6_000_000))
    plans = [
        planned(sim, client, prompt_text=["at dawn", "at dusk"], takes=2),
        client.create("image_upscale", model="magnific_precision_upscaler_v2", imageUri=STILL, dry_run=True),
        client.video_upscale(model="magnific_video_upscaler_creative", video_uri=large, dry_run=True),
    ]
    assert [len(plan) for plan in plans] == [4, 1, 1]
    assert [(each.travels, each.size) for each in plans[2].media] == [("upload", large.stat().st_size)]
    assert plans[2].size > 6_000_000
    assert nothing_happened(sim, client)


def test_a_plan_of_another_take_of_a_task_sends_nothing_either(sim: Simulator) -> None:
    task = film(sim)
    before = len(created(sim))
    plan = task.again(prompt_text="the kite dives", dry_run=True)
    assert isinstance(plan, Plan)
    assert plan.body["promptText"] == "the kite dives"
    assert plan.body["seed"] != task.seed
    assert len(created(sim)) == before
    sound = sim.runway_client().create("sound_effect", promptText="rain", model="mirelo_sfx_2_0", duration=3)
    assert sound.again(dry_run=True).body["promptText"] == "rain"
    assert len(created(sim)) == before + 1


def test_a_plan_from_tasks_that_have_not_ended_sends_nothing_and_names_each(sim: Simulator) -> None:
    image: dict[str, Any] = {"model": "gen4_image", "prompt_text": "a kite", "ratio": "1280:720", **QUICK}
    stills = sim.runway_client().text_to_image(**image, takes=2)
    until(lambda: all(still._subscription is not None for still in stills))
    plan = planned(sim, sim.runway_client(), prompt_image=stills)
    assert len(plan) == 2
    assert [each.travels for each in plan.media] == ["task", "task"]
    assert "when that task has ended" in str(plan)
    assert (plan.price, len(created(sim))) == (50, 2)


def test_a_flag_that_is_none_is_refused(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="dry_run must be True or False"):
        film(sim, dry_run="no")
    assert isinstance(film(sim, dry_run=False), RunwayTask)


# Everything is checked


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"duration": 99}, "duration"),
        ({"model": "gen4-turbo"}, "did you mean"),
        ({"prompt_image": "nowhere.png"}, "no such file"),
        ({"poll_interval": -1}, "poll_interval"),
        ({"save_to": STILL}, "save_to"),
        ({"takes": 101}, "takes"),
    ],
)
def test_what_a_create_refuses_a_plan_refuses_too(sim: Simulator, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        planned(sim, **options)


def test_a_plan_that_would_pass_the_budget_is_refused_and_takes_nothing_out_of_it(sim: Simulator) -> None:
    client = sim.runway_client(budget=60)
    with pytest.raises(BudgetExceeded, match="3 tasks may cost 75 credits"):
        planned(sim, client, takes=3)
    plan = planned(sim, client, takes=2)
    assert planned(sim, client, takes=2).notes == ["budget: 60 credits left of 60 credits"]
    assert client.spent == 0
    grid = plan.send()
    assert client.spent == 50
    until(lambda: all(task._subscription is not None for task in grid))
    with pytest.raises(BudgetExceeded):
        planned(sim, client)


# What it says


def test_the_price_is_the_most_that_all_of_it_may_cost(sim: Simulator) -> None:
    client = sim.runway_client()
    assert planned(sim, client).price == 25
    four = planned(sim, client, takes=4)
    assert four.price == 100
    assert "up to 100 credits: 4 × 25 credits" in str(four)
    speech = client.sound_effect(model="eleven_text_to_sound_v2", prompt_text="wind", dry_run=True)
    assert speech.price is not None


def test_a_price_that_nobody_knows_is_said_to_be_unknown(sim: Simulator) -> None:
    at_the_gateway = planned(sim)
    assert at_the_gateway.price is None
    assert "Price not known before it is sent: CometAPI says none" in str(at_the_gateway)
    kling = sim.runway_client().text_to_video(
        model="kling3.0_pro", ratio="1920:1080", prompt_text="a kite", duration=5, dry_run=True
    )
    assert kling.price is None
    assert "Price not known before it is sent" in kling._repr_html_()


def test_it_says_what_travels_and_how_and_what_becomes_of_it(sim: Simulator) -> None:
    client = sim.runway_client()
    plan = planned(sim, client, prompt_image=STILL, ratio="720:1280")
    (still,) = plan.media
    assert (still.field, still.name, still.kind, still.travels) == ("prompt_image", "dawn.jpg", "image", "data")
    assert still.size == STILL.stat().st_size
    assert still.pixels == (853, 480)
    assert still.fit == "cropped to 270 × 480 for 720:1280"
    assert plan.size == len(json.dumps({**plan.body, "promptImage": ""})) + 4 * -(-still.size // 3) + 23
    (link,) = planned(sim, client).media
    assert (link.travels, link.size, link.pixels) == ("url", None, None)
    assert link.fit == "cropped to 1280:720, if it has another ratio"
    video, frame = client.video_to_video(
        model="aleph2",
        video_uri=CLIP,
        prompt_text="snow",
        target_aspect_ratio="1:1",
        keyframes=[{"uri": STILL, "seconds": 1}],
        dry_run=True,
    ).media
    assert (video.fit, frame.fit, frame.field) == ("boxed into 1:1", "boxed into 1:1", "keyframes[0].uri")
    veo = client.image_to_video(model="veo3.1", prompt_image=STILL, ratio="720:1280", duration=4, dry_run=True)
    assert veo.media[0].fit == "not 720:1280, and what veo3.1 makes of that is not documented"


def test_it_shows_itself_as_a_card_and_as_lines_that_say_the_same(sim: Simulator) -> None:
    plan = planned(sim, sim.runway_client(), prompt_image=STILL, ratio="720:1280", seed=421)
    html = plan._repr_html_()
    lines = str(plan).splitlines()
    assert repr(plan) == str(plan)
    assert lines == [
        "Image to video: not sent",
        "the kite lifts",
        "gen4_turbo · 720:1280 · 5 s · seed 421",
        "up to 25 credits",
        f"prompt_image: dawn.jpg · 853 × 480 · {STILL.stat().st_size / 1000:.0f} kB · in the request · "
        "cropped to 270 × 480 for 720:1280",
        "Nothing was sent. send() sends exactly this.",
    ]
    for word in (
        "Image to video",
        "Not sent",
        "the kite lifts",
        "seed 421",
        "up to 25 credits",
        "cropped to 270 × 480",
    ):
        assert word in html
    assert html.count("data:image/") == 1
    assert len(html) < 40_000
    assert "color:#2" not in html.split("Not sent")[1], "it takes the page's colour"


def test_an_unknown_model_is_said_to_be_not_checked(sim: Simulator) -> None:
    plan = planned(sim, model="kling_9_mega")
    assert plan.notes == ["not checked: unknown model"]
    assert "not checked: unknown model" in plan._repr_html_()
    assert planned(sim, check=False).notes == ["not checked: check=False"]


def test_several_say_how_many_they_are_and_name_their_seeds_and_prompts(sim: Simulator) -> None:
    takes = planned(sim, takes=3, seed=7)
    assert "3 takes · gen4_turbo · 1280:720 · 5 s · seeds 7, 8, 9" in str(takes)
    prompts = planned(sim, prompt_text=[f"prompt number {number}" for number in range(11)])
    text = str(prompts)
    assert "11 tasks" in text
    assert "1. prompt number 0\n" in text
    assert "… and 3 more prompts" in text
    assert "prompt number 8" not in text


def test_neither_the_key_nor_a_signature_nor_megabytes_are_in_what_it_shows(sim: Simulator) -> None:
    signed = "https://media.example/still.png?X-Amz-Signature=5f6a7b8c9d"
    plan = planned(sim, prompt_image=signed, prompt_text=f"my key is {sim.key}")
    for shown in (str(plan), repr(plan), plan._repr_html_(), str(plan.body), str(plan.media), str(vars(plan))):
        assert sim.key not in shown
        assert "5f6a7b8c9d" not in shown
    large = planned(sim, prompt_image=b"\x89PNG\r\n\x1a\n" + bytes(3_000_000))
    assert max(len(str(large)), len(str(large.body)), len(large._repr_html_())) < 40_000


def test_what_others_wrote_is_no_part_of_the_page(sim: Simulator) -> None:
    html = planned(sim, prompt_text="<script>alert(1)</script> $x$")._repr_html_()
    assert "<script>" not in html
    assert "$x$" not in html
