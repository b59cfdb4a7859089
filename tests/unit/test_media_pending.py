"""What a request knows of its media, and those that are known only when it is sent: placeholders until then."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runway_widget._create.again import arguments_for_again
from runway_widget._create.creation import Creation
from runway_widget._create.medium import Delivery, Medium
from runway_widget._create.request import prepare, prepare_raw
from runway_widget._create.submit import submit
from runway_widget._create.uploads import Uploads
from runway_widget._errors import ConfigurationError
from runway_widget._journal.journal import Journal
from runway_widget._service.provider import RUNWAY

from .conftest import RawServer, Script
from .submitting import TAKEN, service_at
from .test_inputs import PNG

LINK = "https://e.example/made.mp4"


def pending(name: str, size: int, uri: str = LINK, log: list[str] | None = None, kind: str = "unknown") -> Medium:
    def make(delivery: Delivery) -> Medium:
        (log if log is not None else []).append(name)
        delivery.progress(name, 0.5)
        return Medium(uri, kind)

    return Medium(f"later:{name}", kind, "task", name, size, pending=make, stored={"kept": False, "later": name})


def edited(**arguments: Any) -> Creation:
    usual = {"model": "aleph2", "prompt_text": "dusk", "seed": 7}
    return prepare(RUNWAY, "video_to_video", {**usual, **arguments}, base_url=RUNWAY.url)


def delivery(progress: Any = lambda name, part: None) -> Delivery:
    return Delivery(service_at("http://127.0.0.1:1"), Uploads(Journal.off()), progress)


def test_a_request_lists_its_media_by_the_fields_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "still.png").write_bytes(PNG)
    creation = edited(
        video_uri="https://e.example/clips/kite.mp4",
        keyframes=[{"uri": tmp_path / "still.png", "seconds": 0}, {"uri": "runway://abc", "seconds": 1}],
    )
    media = creation.media
    assert list(media) == ["video_uri", "keyframes[0].uri", "keyframes[1].uri"]
    assert [(each.travels, each.kind, each.name, each.size) for each in media.values()] == [
        ("url", "video", "kite.mp4", None),
        ("data", "image", "still.png", len(PNG)),
        ("uploaded", "unknown", "runway://abc", None),
    ]
    assert creation.takes(2)[1].media == media


def test_a_character_is_one_medium_and_bytes_have_a_name_too() -> None:
    arguments = {"model": "act_two", "character": PNG, "reference": LINK, "ratio": "1280:720"}
    media = prepare(RUNWAY, "character_performance", arguments, base_url=RUNWAY.url).media
    assert {name: each.name for name, each in media.items()} == {
        "character.uri": "image.png",
        "reference.uri": "made.mp4",
    }
    raw = prepare_raw(RUNWAY, "anything", {"clip": {"uri": PNG}}, base_url=RUNWAY.url)
    assert raw.media["clip.uri"].uri == "data:image/png;base64," + base64.b64encode(PNG).decode()


def test_what_is_known_later_stands_in_the_body_as_a_placeholder_and_is_filled_in_once() -> None:
    log: list[str] = []
    clip = pending("clip", 30, log=log)
    creation = edited(video_uri=clip, keyframes=[{"uri": clip, "seconds": 0}])
    assert creation.body["videoUri"] == creation.body["keyframes"][0]["uri"] == "later:clip"
    body = creation.filled(delivery())
    assert body["videoUri"] == body["keyframes"][0]["uri"] == LINK
    assert log == ["clip"]
    assert creation.body["videoUri"] == "later:clip", "it may be sent again, and is then made ready again"


def test_progress_is_that_of_all_that_is_sent_and_names_what_is_on_its_way() -> None:
    heard: list[tuple[str, float]] = []
    creation = edited(video_uri=pending("clip", 30), keyframes=[{"uri": pending("still", 10), "seconds": 0}])
    creation.filled(delivery(lambda name, part: heard.append((name, part))))
    assert heard == [("clip", 0.375), ("still", 0.875)]


def test_what_comes_of_a_placeholder_may_be_known_only_later_too() -> None:
    creation = edited(video_uri=Medium("later:task", "video", pending=lambda _: pending("file", 9)))
    assert creation.filled(delivery())["videoUri"] == LINK


def test_the_journal_and_the_same_again_know_it_by_what_it_was() -> None:
    clip = pending("clip", 30)
    creation = edited(video_uri=clip)
    assert creation.public_body["videoUri"] == {"kept": False, "later": "clip"}
    assert arguments_for_again(creation, {})["video_uri"] is clip
    assert creation.fingerprint == edited(video_uri=pending("clip", 30, uri="https://e.example/else.mp4")).fingerprint
    assert creation.fingerprint != edited(video_uri=pending("other", 30)).fingerprint


def test_a_medium_of_the_wrong_kind_is_refused_when_it_is_given_again() -> None:
    arguments = {"model": "gen4_turbo", "prompt_image": pending("clip", 1, kind="video")}
    with pytest.raises(ConfigurationError, match=r"^prompt_image: takes image, but clip is a video"):
        prepare(RUNWAY, "image_to_video", arguments, base_url=RUNWAY.url)


def test_media_are_made_ready_before_the_journal_has_a_row(
    serve: Callable[[Script], RawServer], tmp_path: Path
) -> None:
    journal, server = Journal(tmp_path / "journal"), serve(TAKEN)

    def fail(_: Delivery) -> Medium:
        raise ConfigurationError("video_uri: it is gone")

    with pytest.raises(ConfigurationError, match="it is gone"):
        submit(service_at(server.url), edited(video_uri=Medium("later:x", "video", pending=fail)), journal)
    assert journal.recent() == []
    assert server.received == []
