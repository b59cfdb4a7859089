"""What is shown and kept of a request: the card's view of it, the journal's, and the fingerprint."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from runway_widget._create.request import prepare_raw
from runway_widget._service.provider import COMETAPI

from .test_create import MP4, PNG, URL, VIDEO, made

# The card


def test_the_card_shows_prompt_model_and_parameters() -> None:
    assert made(prompt_text="the kite lifts", duration=5, seed=421).request == {
        "prompt": "the kite lifts",
        "facts": [
            {"name": "model", "text": "gen4_turbo"},
            {"name": "size", "text": "1280:720"},
            {"name": "duration", "text": "5 s"},
            {"name": "seed", "text": "seed 421"},
        ],
        "ratio": 16 / 9,
        "still": URL,
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, True),
        (URL + "?_jwt=abc", True),  # an output of the service, which its own card shows as well
        (URL + "?X-Amz-Signature=abc", False),
        (URL + "?token", False),
    ],
)
def test_a_still_is_shown_by_its_url_unless_that_may_be_signed(url: str, shown: bool) -> None:
    assert made(prompt_image=url).request["still"] == (url if shown else "")


def test_a_local_picture_is_shown_as_a_small_copy_and_never_whole() -> None:
    noise = numpy.random.default_rng(0).integers(0, 256, (900, 1200, 3), dtype="uint8")
    creation = made(prompt_image=noise)
    assert len(creation.body["promptImage"]) > 4_000_000
    assert creation.request["still"].startswith("data:image/webp;base64,")
    assert len(creation.request["still"]) <= 12 * 1024


def test_a_video_and_a_reference_are_no_still() -> None:
    assert made("video_upscale", model="upscale_v1", video_uri=MP4).request["still"] == ""
    assert made("character_performance", model="act_two", character=MP4, reference=MP4).request["still"] == ""
    assert made("character_performance", model="act_two", character=VIDEO, reference=MP4).request["still"] == ""
    assert made("character_performance", model="act_two", character=PNG, reference=MP4).request["still"] != ""


def test_odd_values_do_not_reach_the_card() -> None:
    request = made(check=False, ratio=[1], duration="auto", model={"a": 1}).request
    assert (request["ratio"], request["facts"]) == (None, [])


def test_the_repr_of_a_creation_holds_no_medium() -> None:
    assert "base64" not in repr(made(prompt_image=PNG))


# What is kept


def test_the_public_body_holds_neither_media_nor_queries() -> None:
    creation = made(
        prompt_image=PNG,
        prompt_text="data: a table, a chair",
        extra_body={"hooks": ["https://me:s@secret@example.com/hook?key=secret#part", "HTTPS://example.com/[?secret"]},
    )
    kept = creation.public_body
    assert kept["promptImage"].startswith("data:image/png (0 kB, sha256 ")
    assert kept["promptText"] == "data: a table, a chair"
    assert kept["hooks"][0] == "https://example.com/hook (query left out)"
    assert "secret" not in repr(kept)
    assert made(prompt_image=URL + "?_jwt=secret").public_body["promptImage"] == f"{URL} (query left out)"


def test_the_fingerprint_is_that_of_the_request() -> None:
    base = made(seed=1).fingerprint
    assert made(seed=1).fingerprint == base
    assert made(seed=2).fingerprint != base
    assert made(seed=1, ratio="720:1280").fingerprint != base
    assert made(seed=1, prompt_image=PNG).fingerprint != base
    assert made(seed=1, extra_body={"newField": 1}).fingerprint != base
    assert prepare_raw(COMETAPI, "other", made(seed=1).body, base_url=COMETAPI.url).fingerprint != base


def test_a_request_with_an_odd_url_has_a_fingerprint() -> None:
    assert made(extra_body={"hook": "https://[?a=1"}).fingerprint


def test_a_chosen_seed_and_a_new_signature_do_not_change_the_fingerprint() -> None:
    assert made().fingerprint == made().fingerprint
    first, second = (made(seed=1, prompt_image=f"{URL}?id=3&_jwt={n}&X-Amz-Date={n}") for n in (1, 2))
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != made(seed=1, prompt_image=f"{URL}?id=4").fingerprint
    assert made().takes(4)[0].fingerprint == made().fingerprint


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    code = (
        "from tests.unit.test_create import *\n"
        "moderation = {'public_figure_threshold': 'low'}\n"
        "print(made(prompt_image=PNG, prompt_text='é', content_moderation=moderation).fingerprint)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout.strip()
    mine = made(content_moderation={"public_figure_threshold": "low"}, prompt_text="é", prompt_image=PNG)
    assert told == mine.fingerprint
