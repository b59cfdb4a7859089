"""Creating tasks: what each service takes, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .test_simulator_wire import Caller

IMAGE_TO_VIDEO = {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720"}


@pytest.fixture
def call() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


@pytest.mark.parametrize(("base", "fields"), [("/runwayml/v1", ["id"]), ("/v1", ["id", "estimatedCost"])])
def test_a_create_returns_little_but_the_id(call: Caller, base: str, fields: list[str]) -> None:
    answer = call.post(f"{base}/image_to_video", {**IMAGE_TO_VIDEO, "promptText": "a kite"})
    assert answer.status_code == 200
    assert list(answer.json()) == fields
    assert call.task(answer.json()["id"])["data"]["action"] == "IMAGE_TO_VIDEO"


def test_a_create_has_the_outcome_that_was_queued_else_the_one_in_its_prompt(call: Caller) -> None:
    call.sim.next(outcome="failure", failure_code="ASSET.INVALID")
    queued, in_prompt, plain = (
        call.post("/v1/image_to_video", {**IMAGE_TO_VIDEO, "promptText": prompt}).json()["id"]
        for prompt in ("a kite", "a kite [fail INTERNAL]", "a kite")
    )
    call.at(1000)
    assert call.task(queued)["data"]["data"]["failureCode"] == "ASSET.INVALID"
    assert call.task(in_prompt)["data"]["data"]["failureCode"] == "INTERNAL"
    assert call.task(plain)["data"]["status"] == "SUCCESS"


def test_an_endpoint_brings_its_own_pace_and_kind(call: Caller) -> None:
    body = {"model": "gen4_image", "promptText": "a kite", "ratio": "1280:720"}
    made = call.post("/v1/text_to_image", body).json()["id"]
    call.at(35)  # a video would still be in the making
    assert ".jpg" in call.task(made)["data"]["data"]["output"][0]


def test_a_missing_key_is_401_in_each_services_form(call: Caller) -> None:
    call.http.headers.pop("Authorization")
    comet, runway = call.get("/runwayml/v1/tasks/x"), call.get("/v1/tasks/x")
    assert (comet.status_code, runway.status_code) == (401, 401)
    assert comet.json()["error"]["type"] == "comet_api_error"
    assert isinstance(runway.json()["error"], str)


def test_only_the_right_key_is_accepted_when_there_is_one() -> None:
    caller = Caller(key="right-key")
    assert caller.get("/runwayml/v1/tasks/x").status_code == 401
    caller.http.headers["Authorization"] = "Bearer right-key"
    assert caller.get("/runwayml/v1/tasks/x").status_code == 400
    caller.close()


def test_the_version_is_required_on_creates_and_by_runway(call: Caller) -> None:
    call.http.headers.pop("X-Runway-Version")
    made = call.sim.add_task()
    assert call.get(f"/runwayml/v1/tasks/{made}").status_code == 200
    assert call.get(f"/v1/tasks/{made}").status_code == 400
    assert call.post("/runwayml/v1/image_to_video", IMAGE_TO_VIDEO).status_code == 400
    assert call.post("/v1/image_to_video", IMAGE_TO_VIDEO).json()["issues"][0]["path"] == ["X-Runway-Version"]


@pytest.mark.parametrize(
    ("endpoint", "body", "status", "code"),
    [
        ("image_to_video", {"model": "gen4_turbo"}, 500, "invalid_request"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "model": "no-such-model"}, 503, "model_not_found"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "promptText": "x" * 1001}, 500, "invalid_request"),
        (
            "text_to_image",
            {"model": "gen4_image", "promptText": "a", "ratio": "1:1"},
            400,
            "reference_images_empty",
        ),
        ("video_upscale", [], 500, "invalid_request"),
    ],
)
def test_the_gateway_refuses_a_wrong_body(call: Caller, endpoint: str, body: Any, status: int, code: str) -> None:
    answer = call.post(f"/runwayml/v1/{endpoint}", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "(request id: " in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
    [
        ("image_to_video", {"model": "gen4_turbo", "ratio": "1280:720"}, "promptImage"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "promptImage": "http://example.com/a.png"}, "promptImage"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "model": "no-such-model"}, "model"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "seed": -1}, "seed"),
        ("text_to_video", {"model": "gen4.5", "promptText": "", "ratio": "1280:720", "duration": 5}, "promptText"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "sparkle": True}, "sparkle"),
        ("image_to_video", {**IMAGE_TO_VIDEO, "model": "veo3"}, "model"),
        ("character_performance", {"model": "act_two", "character": {}, "reference": {"uri": "x"}}, "character"),
    ],
)
def test_runway_lists_the_issues_of_a_wrong_body(call: Caller, endpoint: str, body: Any, field: str) -> None:
    answer = call.post(f"/v1/{endpoint}", body)
    assert answer.status_code == 400
    assert [issue["path"] for issue in answer.json()["issues"]] == [[field]]
