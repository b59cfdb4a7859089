"""The simulator's store takes what Runway's would, from the official SDK too, and refuses the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import runwayml

from runway_widget.simulator import Simulator

from .uploading import HEAD, film

VERSION = {"X-Runway-Version": "2024-11-06"}
KEY = {"Authorization": "Bearer k-123456", **VERSION}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(shape="bare", speed=600) as simulator:
        yield simulator


@pytest.fixture
def sdk(sim: Simulator) -> Iterator[runwayml.RunwayML]:
    with runwayml.RunwayML(api_key="k-123456", base_url=sim.url, max_retries=0) as client:
        yield client


def place(sim: Simulator, **body: Any) -> Any:
    body = {"filename": "a.mp4", "type": "ephemeral", **body}
    return requests.post(f"{sim.url}/v1/uploads", json=body, headers=KEY, timeout=10)


def fill(where: Any, content: bytes = HEAD.ljust(600), headers: dict[str, str] | None = None, **fields: str) -> Any:
    data = {**where["fields"], **fields}
    return requests.post(where["uploadUrl"], data=data, files={"file": ("a.mp4", content)}, headers=headers, timeout=10)


def use(sim: Simulator, uri: str) -> Any:
    body = {"model": "aleph2", "videoUri": uri, "promptText": "dusk"}
    return requests.post(f"{sim.url}/v1/video_to_video", json=body, headers=KEY, timeout=10)


def test_the_sdk_uploads_a_film_and_creates_a_task_from_it(
    sim: Simulator, sdk: runwayml.RunwayML, tmp_path: Path
) -> None:
    clip = film(tmp_path / "clip.mp4", 2**20, end=b"--the end--\r\n")
    uploaded = sdk.uploads.create_ephemeral(file=clip)
    assert sim.requests[-1].body["file"] == {
        "name": "clip.mp4",
        "bytes": 2**20,
        "sha256": hashlib.sha256(clip.read_bytes()).hexdigest(),
    }
    assert not sim.requests[-1].bearer
    task = sdk.video_to_video.create(model="aleph2", video_uri=uploaded.uri, prompt_text="dusk")
    assert task.id in sim.ledger


@pytest.mark.parametrize(
    ("body", "field"), [({"filename": "film"}, "filename"), ({"filename": 7}, "filename"), ({"type": "kept"}, "type")]
)
def test_a_place_for_something_odd_is_refused(sim: Simulator, body: Any, field: str) -> None:
    answer = place(sim, **body)
    assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, [field])


def test_a_place_needs_the_key_and_the_store_must_not_see_it(sim: Simulator) -> None:
    body = {"filename": "a.mp4", "type": "ephemeral"}
    assert requests.post(f"{sim.url}/v1/uploads", json=body, headers=VERSION, timeout=10).status_code == 401
    answer = fill(place(sim).json(), headers={"Authorization": KEY["Authorization"]})
    assert (answer.status_code, "Only one auth mechanism" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({}, 204, ""),
        ({"content": HEAD.ljust(512)}, 204, ""),
        ({"content": HEAD.ljust(511)}, 400, "EntityTooSmall"),
        ({"policy": "another"}, 403, "AccessDenied"),
        ({"more": "x"}, 403, "AccessDenied"),
    ],
)
def test_the_store_takes_what_fits_the_policy(sim: Simulator, how: Any, status: int, code: str) -> None:
    answer = fill(place(sim).json(), **how)
    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, bool(code))


def test_the_store_takes_forms_alone(sim: Simulator) -> None:
    where = place(sim).json()
    for sent in ({"data": b"x" * 600}, {"files": {"other": (None, b"x" * 600)}}):
        answer = requests.post(where["uploadUrl"], timeout=10, **sent)
        assert (answer.status_code, "MalformedPOSTRequest" in answer.text) == (400, True)
    where["uploadUrl"] += "-another"
    assert fill(where).status_code == 403


def test_a_create_is_refused_where_its_upload_is_not_there_or_has_ended(sim: Simulator) -> None:
    where = place(sim).json()
    assert "no such upload" in use(sim, "runway://ephemeral/none").text
    assert "no such upload" in use(sim, where["runwayUri"]).text, "nothing has come there yet"
    fill(where)
    assert use(sim, where["runwayUri"]).status_code == 200
    sim.expire_uploads()
    answer = use(sim, where["runwayUri"])
    assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, ["videoUri"])
    assert "expired" in answer.text


def test_a_data_uri_that_is_too_long_is_refused_as_runway_does(sim: Simulator) -> None:
    head = "data:video/mp4;base64,"
    assert use(sim, head + "A" * (5 * 2**20 - len(head))).status_code == 200
    answer = use(sim, head + "A" * (5 * 2**20))
    assert (answer.status_code, "upload the file instead" in answer.text) == (400, True)


def test_trouble_at_the_store(sim: Simulator) -> None:
    sim.trouble("server_error", status=503, route="store")
    sim.trouble("reset", route="store")
    where = place(sim).json()
    assert fill(where, HEAD.ljust(2**20)).status_code == 503
    with pytest.raises(requests.ConnectionError):
        fill(where, HEAD.ljust(8 * 2**20))
    assert fill(where).status_code == 204
