"""The files that finished tasks lead to."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import requests
from PIL import Image

import runway_widget.simulator
from runway_widget.simulator import Simulator
from runway_widget.simulator._media import LOOKS, TAKES, VARIANTS, File, byte_range, load, moved

HEADERS = {"Authorization": "Bearer k-123456", "X-Runway-Version": "2024-11-06"}
MEDIA = Path(runway_widget.simulator.__file__).parent / "media"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(speed=1000) as simulator:
        yield simulator


def outputs(sim: Simulator, task_id: str, base: str = "/v1") -> list[str]:
    task = requests.get(f"{sim.url}{base}/tasks/{task_id}", headers=HEADERS, timeout=5).json()
    urls: list[str] = task.get("data", {}).get("data", task)["output"]
    return urls


def output(sim: Simulator, **scenario: Any) -> str:
    return outputs(sim, sim.add_task(queued=0, duration=0, **scenario))[0]


def output_of(sim: Simulator, endpoint: str, **body: Any) -> str:
    """The link of what a create makes, as soon as it is there."""
    made = requests.post(f"{sim.url}/v1/{endpoint}", json=body, headers=HEADERS, timeout=5).json()["id"]
    while "output" not in (task := requests.get(f"{sim.url}/v1/tasks/{made}", headers=HEADERS, timeout=5).json()):
        pass
    url: str = task["output"][0]
    return url


def created(sim: Simulator, **body: Any) -> str:
    usual = {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720"}
    return output_of(sim, "image_to_video", **{**usual, **body})


def get(url: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=named, timeout=5)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("portrait", "size"), [(False, (640, 360)), (True, (288, 512))])
def test_every_video_plays_four_seconds_of_h264(look: str, portrait: bool, size: tuple[int, int]) -> None:
    with av.open(io.BytesIO(load("video", look, portrait)), "r") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == size
        assert stream.frames == 96
        assert next(container.decode(video=0)).to_ndarray(format="rgb24").std() > 20


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("portrait", [False, True])
def test_every_still_is_a_picture_of_the_same_shape(look: str, portrait: bool) -> None:
    with Image.open(io.BytesIO(load("image", look, portrait))) as image:
        image.load()
        assert (image.width < image.height) == portrait


def test_the_media_begin_with_their_index_and_stay_small() -> None:
    files = list(MEDIA.iterdir())
    assert sum(file.stat().st_size for file in files) < 1_800_000
    assert max(file.stat().st_size for file in files) < 90_000
    for file in files:
        if file.suffix == ".mp4":
            data = file.read_bytes()
            assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    ("kind", "content_type", "ending"),
    [("video", "video/mp4", ".mp4"), ("image", "image/jpeg", ".jpg"), ("audio", "audio/mp4", ".m4a")],
)
def test_each_kind_has_its_content_type(sim: Simulator, kind: Any, content_type: str, ending: str) -> None:
    url = output(sim, outputs=[kind])
    answer = get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert url.partition("?")[0].endswith(ending)
    assert len(answer.content) == int(answer.headers["Content-Length"])


def test_an_opaque_link_does_not_show_its_kind(sim: Simulator) -> None:
    url = output(sim, opaque=True)
    assert "." not in url.partition("?")[0].rpartition("/")[2]
    assert get(url).headers["Content-Type"] == "video/mp4"


def digest(url: str) -> str:
    return hashlib.sha256(get(url).content).hexdigest()


def test_a_seed_always_gives_the_same_take_and_every_other_seed_another(sim: Simulator) -> None:
    digests = [digest(created(sim, seed=seed)) for seed in (4, 5, 6, 7, 4, 8, 1004, 2_000_000_004)]
    assert len(set(digests)) == 7
    assert digests[4] == digests[0]


@pytest.mark.parametrize("seeds", [(421, 422, 423, 424), (1, 5, 9, 13), (None,) * 4])
def test_the_takes_of_one_picture_are_of_its_time_of_day_and_all_different(sim: Simulator, seeds: Any) -> None:
    picture = sim.media_url("image", "dusk")
    urls = [created(sim, promptImage=picture, **({} if seed is None else {"seed": seed})) for seed in seeds]
    assert all("-dusk" in url for url in urls)
    assert len({digest(url) for url in urls}) == 4


def test_seeds_that_count_up_lead_to_the_same_takes_in_whatever_order_they_come() -> None:
    looks = []
    for order in ((421, 422, 423, 424), (424, 422, 421, 423)):
        with Simulator(speed=1000) as sim:
            made = {seed: created(sim, promptImage=sim.media_url("image", "noon"), seed=seed) for seed in order}
            looks.append({seed: url.partition("?")[0].rpartition("/")[2] for seed, url in made.items()})
    assert looks[0] == looks[1]


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("variant", VARIANTS)
def test_takes_can_be_told_apart_in_every_frame(variant: str, portrait: bool) -> None:
    """Also by somebody who only glances at small pictures of them."""
    films = []
    for take in TAKES:
        with av.open(io.BytesIO(load("video", moved(variant, takes=TAKES.index(take)), portrait)), "r") as container:
            frames = container.decode(video=0)
            films.append(
                [each.reformat(width=64, height=64).to_ndarray(format="rgb24") for each in islice(frames, 0, None, 19)]
            )
    for one, other in combinations(films, 2):
        for mine, theirs in zip(one, other, strict=True):
            assert np.abs(mine.astype(int) - theirs).mean() > 6


def test_the_pictures_of_takes_differ_too(sim: Simulator) -> None:
    body = {"model": "gen4_image", "promptText": "a kite", "ratio": "1280:720"}
    assert len({digest(output_of(sim, "text_to_image", **body, seed=seed)) for seed in range(4)}) == 4


def test_what_is_made_larger_is_the_clip_that_was_sent_and_what_is_made_anew_is_not(sim: Simulator) -> None:
    clip = created(sim, promptImage=sim.media_url("image", "dusk"), seed=2)
    larger = output_of(sim, "video_upscale", model="upscale_v1", videoUri=clip)
    anew = output_of(sim, "video_to_video", model="aleph2", videoUri=clip, promptText="at night", seed=1)
    assert digest(larger) == digest(clip) != digest(anew)


def test_a_portrait_ratio_gives_a_portrait(sim: Simulator) -> None:
    content = get(created(sim, seed=1, ratio="720:1280")).content
    assert content == load("video", "noon", True)


def test_a_take_looks_like_the_picture_it_was_made_of(sim: Simulator) -> None:
    assert get(sim.media_url("image", "dusk")).content == load("image", "dusk", False)
    url = created(sim, promptImage=sim.media_url("image", "dusk"), seed=0)
    assert "dusk" in url
    assert "dusk" in created(sim, promptImage=url, seed=0)


def test_a_player_can_ask_for_ranges(sim: Simulator) -> None:
    url = output(sim)
    whole = get(url)
    part = get(url, Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.content)}"
    assert get(url, Range="bytes=100-", If_Range=whole.headers["ETag"]).status_code == 206
    assert get(url, Range="bytes=100-", If_Range='"another"').status_code == 200
    beyond = get(url, Range="bytes=99999999-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.content)}")


def test_head_gives_the_length_without_the_body(sim: Simulator) -> None:
    url = output(sim)
    answer = requests.head(url, timeout=5)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(get(url).content)


def test_a_server_may_know_no_ranges() -> None:
    with Simulator(ranges=False) as sim:
        answer = get(output(sim), Range="bytes=100-199")
        assert answer.status_code == 200
        assert "Accept-Ranges" not in answer.headers


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=8-99", (8, 10)),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("", None),
    ],
)
def test_ranges_are_read_as_http_says(header: str, span: tuple[int, int] | None) -> None:
    assert byte_range(header, 10) == span


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_a_range_outside_the_file_is_an_error(header: str) -> None:
    with pytest.raises(ValueError, match="bytes"):
        byte_range(header, 10)


def test_a_large_file_is_not_held_in_memory_and_still_plays() -> None:
    file = File.of("video", "noon", size=1 << 40)
    assert file.length == 1 << 40
    assert next(file.chunks(1 << 39, 1 << 40)) == bytes(1 << 16)
    padded = File.of("video", "noon", size=300_000)
    data = b"".join(padded.chunks(0, padded.length))
    assert len(data) == 300_000
    with av.open(io.BytesIO(data), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) == 96


def test_a_link_needs_its_signature(sim: Simulator) -> None:
    url = output(sim)
    bare, _, token = url.partition("?_jwt=")
    assert [get(link).status_code for link in (url, bare, f"{bare}?_jwt={token[:-2]}xx")] == [200, 403, 403]
    other = output(sim)
    assert get(f"{other.partition('?')[0]}?_jwt={token}").status_code == 403


@pytest.mark.parametrize("base", ["/v1", "/runwayml/v1"])
def test_an_expired_link_is_renewed_by_asking_again(base: str) -> None:
    now = [1_773_366_766.0]
    with Simulator(clock=lambda: now[0], link_life=60) as sim:
        made = sim.add_task(queued=0, duration=0)
        (url,) = outputs(sim, made, base)
        assert get(url).status_code == 200
        now[0] += 60
        assert get(url).status_code == 403
        assert get(outputs(sim, made, base)[0]).status_code == 200


def test_every_link_can_be_made_to_expire_at_once(sim: Simulator) -> None:
    made = sim.add_task(queued=0, duration=0)
    (url,) = outputs(sim, made)
    sim.expire_links()
    assert get(url).status_code == 403
    assert get(outputs(sim, made)[0]).status_code == 200


def test_a_gateway_may_repeat_its_first_links() -> None:
    with Simulator(renews_links=False) as sim:
        made = sim.add_task(queued=0, duration=0)
        sim.expire_links()
        assert get(outputs(sim, made, "/runwayml/v1")[0]).status_code == 403
        assert get(outputs(sim, made, "/v1")[0]).status_code == 200
