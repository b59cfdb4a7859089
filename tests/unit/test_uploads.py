"""Local media that are too large for a request are uploaded before it is sent."""

from __future__ import annotations

import base64
import io
import random
import re
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runway_widget import Client, ConfigurationError, RunwayWidgetError, ServiceError
from runway_widget._create.medium import Delivery
from runway_widget._create.request import prepare
from runway_widget._create.submit import submit
from runway_widget._create.uploads import Uploads
from runway_widget._journal.journal import Journal
from runway_widget._media.content import content_of
from runway_widget._service.provider import RUNWAY
from runway_widget.simulator import Simulator

from .creating import QUICK, created
from .fakes import until
from .uploading import HEAD, LARGE, MP3, PNG, edit, edited, film, stored, videos


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return film(tmp_path / "My holiday.mp4", LARGE)


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.runway_client()


def test_a_large_file_is_uploaded_and_its_uri_takes_its_place(sim: Simulator, client: Client, clip: Path) -> None:
    edit(client, clip)
    assert [request.route for request in sim.requests][:3] == ["upload", "store", "create"]
    (file,) = stored(sim)
    assert (file["bytes"], file["sha256"]) == (LARGE, content_of(clip, "", "", "").sha256)
    assert videos(sim)[0].startswith("runway://")
    assert [request.bearer for request in sim.requests][:3] == [True, False, True]
    assert "holiday" not in str([request.body for request in sim.requests]), "the file's name is nobody's business"


def test_a_film_of_60_mb_is_uploaded_in_little_memory(sim: Simulator, client: Client, tmp_path: Path) -> None:
    """The simulator is in this process too, and reads the film as a whole nowhere."""
    whole = film(tmp_path / "film.mp4", 60 * 2**20, end=b"the end")
    edit(client, film(tmp_path / "warm.mp4", LARGE))  # whatever is imported on use, is
    tracemalloc.start()
    try:
        edit(client, whole)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored(sim)[-1]["bytes"] == 60 * 2**20
    assert peak < 6 * 2**20, "a tenth of the file"


def test_what_fits_into_a_request_is_not_uploaded(sim: Simulator, client: Client, tmp_path: Path) -> None:
    limit = (LARGE - len("data:video/mp4;base64,")) // 4 * 3
    edit(client, film(tmp_path / "fits.mp4", limit))
    assert videos(sim)[0].startswith("data:video/mp4;base64,")
    edit(client, film(tmp_path / "more.mp4", limit + 1))
    assert videos(sim)[1].startswith("runway://")


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda data: _data_uri("video/mp4", data)])
def test_so_are_bytes_and_data_uris(sim: Simulator, client: Client, wrap: Any) -> None:
    edit(client, wrap(HEAD.ljust(LARGE, b"x")))
    (file,) = stored(sim)
    assert (file["name"], file["bytes"]) == ("video.mp4", LARGE)


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def test_media_of_every_kind_are_uploaded_wherever_they_stand(sim: Simulator, client: Client, clip: Path) -> None:
    sound, picture = MP3.ljust(LARGE, b"x"), PNG.ljust(LARGE, b"x")
    edit(client, clip, keyframes=[{"uri": picture, "seconds": 0}])
    client.voice_isolation(model="eleven_voice_isolation", audio_uri=sound, **QUICK)
    client.character_performance(model="act_two", character=picture, reference=clip, ratio="1280:720", **QUICK)
    client.avatar_video(model="gwm1_avatars", avatar="cat-character", speech={"type": "audio", "audio": sound}, **QUICK)
    client.create("voice_isolation", model="eleven_voice_isolation", audioUri=sound, **QUICK)
    assert sorted(file["name"] for file in stored(sim)) == ["audio.mp3", "image.png", "video.mp4"]
    first, isolation, performance, avatar, raw = (request.body for request in created(sim))
    film_, still = first["videoUri"], first["keyframes"][0]["uri"]
    assert performance["character"] == {"type": "image", "uri": still}
    assert performance["reference"] == {"type": "video", "uri": film_}
    assert avatar["speech"]["audio"] == raw["audioUri"] == isolation["audioUri"]


def test_a_picture_in_memory_is_uploaded_and_the_card_shows_it_small(sim: Simulator, client: Client) -> None:
    noise = Image.frombytes("RGB", (1400, 1400), random.Random(1).randbytes(1400 * 1400 * 3))
    task = client.image_to_video(model="gen4_turbo", prompt_image=noise, ratio="960:960", duration=5, **QUICK)
    assert stored(sim)[0]["name"] == "image.png"
    still = Image.open(io.BytesIO(base64.b64decode(task._request["still"].partition(",")[2])))
    assert still.width == still.height > 100


def test_the_request_says_how_each_medium_travels(client: Client, clip: Path) -> None:
    medium = edited(clip).media["video_uri"]
    assert (medium.travels, medium.name, medium.size, medium.kind) == ("upload", clip.name, LARGE, "video")
    edit(client, clip)
    inputs = client._inputs({})
    again = prepare(RUNWAY, "video_upscale", {"model": "x", "video_uri": clip}, base_url=RUNWAY.url, inputs=inputs)
    assert again.media["video_uri"].travels == "uploaded"


@pytest.mark.parametrize("in_memory", [False, True])
def test_progress_says_what_is_sent_and_ends_at_one(
    client: Client, clip: Path, journal: Journal, in_memory: bool
) -> None:
    heard: list[tuple[str, float]] = []
    creation = edited(clip.read_bytes() if in_memory else clip)
    submit(client._service, creation, journal, progress=lambda name, part: heard.append((name, part)))
    names, parts = {name for name, _ in heard}, [part for _, part in heard]
    assert names == {"video.mp4" if in_memory else clip.name}
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert len(parts) > 50


# Trouble


@pytest.mark.parametrize(
    ("trouble", "route", "words"),
    [
        ("forbidden", "upload", "Runway denied access.*“this token is not allowed"),
        ("server_error", "store", "its store refused it"),
        ("reset", "store", "the connection broke"),
    ],
)
def test_a_failed_upload_is_a_clear_error_and_nothing_was_created(
    sim: Simulator, client: Client, clip: Path, trouble: Any, route: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runway_widget._service.upload._PAUSE", 0.0)
    sim.trouble(trouble, route=route, times=None)
    about = "^video_uri: My holiday.mp4 could not be uploaded, and nothing was created: "
    with pytest.raises(ServiceError, match=about + words):
        edit(client, clip)
    assert created(sim) == client._journal.recent() == []
    sim.calm()
    edit(client, clip)
    assert len(created(sim)) == 1


def test_a_line_that_breaks_half_way_is_tried_again(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runway_widget._service.upload._PAUSE", 0.0)
    sim.trouble("reset", route="store", times=2)
    edit(client, clip)
    assert (len(stored(sim)), len(created(sim))) == (1, 1)


def test_the_takes_after_a_failed_upload_say_why(sim: Simulator, client: Client, clip: Path) -> None:
    sim.trouble("unauthorized", route="upload", times=None)
    grid = edit(client, clip, takes=3)
    for task in grid:
        with pytest.raises(ServiceError, match="could not be uploaded"):
            task.wait(10)
    assert created(sim) == []
    assert len([request for request in sim.requests if request.route == "upload"]) == 1


def test_a_service_without_uploads_says_so_and_what_would_fit(sim: Simulator, tmp_path: Path) -> None:
    large = film(tmp_path / "film.mp4", 60 * 2**20)
    words = (
        r"^video_uri: film.mp4 has 60 MB, as a data URI 80 MB, of which CometAPI takes 16 MB \(a video of 12 MB\), and "
        r"it has no route for uploads: make the video smaller or shorter, host it .* or use Client.runway\(\), which "
        r"uploads up to 200 MB$"
    )
    with pytest.raises(ConfigurationError, match=words):
        sim.client().video_upscale(model="upscale_v1", video_uri=large)
    with pytest.raises(ConfigurationError, match=r"^video_uri: film.mp4 has 201 MB, and Runway takes 200 MB at most"):
        edit(sim.runway_client(), film(large, 201 * 2**20))
    assert sim.requests == []


def test_an_interrupted_upload_ends_and_nothing_is_created(
    sim: Simulator, client: Client, clip: Path, journal: Journal
) -> None:
    heard: list[float] = []
    with pytest.raises(Exception, match="interrupted while a medium was uploaded"):
        submit(
            client._service,
            edited(clip),
            journal,
            progress=lambda _, part: heard.append(part),
            stopped=lambda: len(heard) > 5,
        )
    assert (stored(sim), created(sim), journal.recent()) == ([], [], [])


@pytest.mark.parametrize("taken_back", [False, True])
def test_whoever_waits_for_an_upload_that_is_given_up_makes_it_himself(
    sim: Simulator, client: Client, clip: Path, taken_back: bool
) -> None:
    content, uploads = content_of(clip, clip.name, "video/mp4", ".mp4"), Uploads(Journal.off())
    first, second = threading.Event(), threading.Event()

    def hold(part: float) -> None:
        first.set()
        second.wait(10)
        if taken_back:
            raise RunwayWidgetError("interrupted")

    def give_up() -> None:
        with pytest.raises(Exception, match="interrupted"):
            uploads.uri_of(content, client._service, hold, second.is_set)

    thread = threading.Thread(target=give_up)
    thread.start()
    assert first.wait(10)
    assert uploads.uri_of(content, client._service, lambda _: second.set()).startswith("runway://")
    thread.join(10)
    assert len(stored(sim)) == 1


def test_a_delivery_hears_nothing_unless_asked(client: Client, clip: Path) -> None:
    delivery = Delivery(client._service, Uploads(Journal.off()))
    assert edited(clip).filled(delivery)["videoUri"].startswith("runway://")


def test_the_cards_of_takes_and_of_what_is_sent_in_the_background_say_how_far_it_is(
    sim: Simulator, client: Client, clip: Path
) -> None:
    sim.trouble("slow", route="store", seconds=60)
    grid, task = edit(client, clip, takes=2), edit(client, clip, background=True)
    shown = [*grid, task]
    until(lambda: re.fullmatch(r"Sending [1-9]\d? %", grid[0]._face["word"]))
    assert created(sim) == []
    sim.calm()
    until(lambda: all(each.task_id for each in shown))
    assert len(created(sim)) == 3
    assert len(stored(sim)) == 1
