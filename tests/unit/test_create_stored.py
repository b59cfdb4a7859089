"""What is shown and stored of a request: the card's view of it, the journal's, and the fingerprint."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from runway_widget._create.omissions import omission, public
from runway_widget._create.request import prepare_raw
from runway_widget._service.provider import COMETAPI

from .test_create import DATA, MP4, PNG, URL, VIDEO, made

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


def test_the_shape_may_also_be_asked_for_by_a_target_ratio() -> None:
    creation = prepare_raw(COMETAPI, "some_endpoint", {"targetAspectRatio": "720:1280"}, base_url=COMETAPI.url)
    assert creation.request["ratio"] == 9 / 16


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
    assert creation.request["still"].startswith(("data:image/webp;base64,", "data:image/avif;base64,"))
    assert len(creation.request["still"]) <= 12 * 1024


def test_a_video_and_a_reference_are_no_still() -> None:
    assert made("video_upscale", model="upscale_v1", video_uri=MP4).request["still"] == ""
    assert made("video_upscale", model="upscale_v1", video_uri=VIDEO).request["still"] == ""
    assert made("character_performance", model="act_two", character=MP4, reference=MP4).request["still"] == ""
    assert made("character_performance", model="act_two", character=VIDEO, reference=MP4).request["still"] == ""
    assert made("character_performance", model="act_two", character=PNG, reference=MP4).request["still"] != ""


def test_odd_values_do_not_reach_the_card() -> None:
    request = made(check=False, ratio=[1], duration="auto", model={"a": 1}).request
    assert (request["ratio"], request["facts"]) == (None, [])


def test_the_repr_of_a_creation_holds_no_medium() -> None:
    assert "base64" not in repr(made(prompt_image=PNG))


# What is stored


def test_the_public_body_holds_neither_media_nor_queries() -> None:
    creation = made(
        prompt_image=PNG,
        prompt_text="data: a table, a chair",
        extra_body={"hooks": ["https://me:s@secret@example.com/hook?key=secret#part", "HTTPS://example.com/[?secret"]},
    )
    body = creation.public_body
    assert body["promptImage"] == {
        "kept": False,
        "type": "image/png",
        "bytes": len(PNG),
        "sha256": hashlib.sha256(PNG).hexdigest(),
    }
    assert body["promptText"] == "data: a table, a chair"
    assert body["hooks"] == [
        {"kept": False, "url": "https://example.com/hook", "login": False, "query": False},
        {"kept": False, "url": "https://example.com/[", "query": False},
    ]
    assert "secret" not in repr(body)
    stored = made(prompt_image=URL + "?_jwt=secret").public_body["promptImage"]
    assert stored == {"kept": False, "url": URL, "query": False}


@pytest.mark.parametrize(
    ("uri", "content"),
    [
        ("data:text/plain,a%20b", b"a b"),
        ("data:image/png;base64,AAAA", bytes(3)),
        ("  DATA:Image/PNG;base64,AAAA", bytes(3)),
        ("data:image/png;base64,A", b"A"),
        ("data:text/plain;charset=utf-8,é", "é".encode()),
    ],
)
def test_a_data_uri_is_described_by_its_content(uri: str, content: bytes) -> None:
    stored = public({"newField": uri})["newField"]
    assert stored["type"] in {"text/plain", "image/png"}
    assert (stored["bytes"], stored["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (public(DATA), "a local file (image/png, 0 kB)"),
        ([{"uri": public(DATA), "tag": "kite"}], "a local file (image/png, 0 kB)"),
        (public(URL + "?token=x"), f"{URL}, a URL with a query"),
        (public("https://me:word@a.example/b"), "https://a.example/b, a URL with a user name"),
        ("data:image/png (123 kB, sha256 0123456789ab…)", "data:image/png (123 kB, sha256 0123456789ab…)"),
        ([{"uri": f"{URL} (query left out)"}], f"{URL} (query left out)"),
        (public([URL, 1, None, {"a": "b", "kept": True}]), ""),
        ({"kept": False}, ""),
    ],
)
def test_what_was_left_out_is_found_in_what_this_version_and_the_first_one_stored(value: object, words: str) -> None:
    assert omission(value) == words


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
    theirs = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout.strip()
    ours = made(content_moderation={"public_figure_threshold": "low"}, prompt_text="é", prompt_image=PNG)
    assert theirs == ours.fingerprint
