"""What each method that creates a task sends, and where: to both services, as both document it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget.simulator import Simulator

from .creating import created, simulated


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        yield simulator


IMAGE, VIDEO = "https://e.example/still.png", "https://e.example/take.mp4"
PLAIN: dict[str, Any] = {"prompt_text": "a kite", "ratio": "1280:720", "seed": 421}
PLAIN_BODY = {"promptText": "a kite", "ratio": "1280:720", "seed": 421}
AUTO = {"public_figure_threshold": "auto"}
AUTO_BODY = {"contentModeration": {"publicFigureThreshold": "auto"}}
HEROES = {"character": {"type": "image", "uri": IMAGE}, "reference": {"type": "video", "uri": VIDEO}}

CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "comet",
        "image_to_video",
        {"model": "gen3a_turbo", "prompt_image": IMAGE, "duration": 10, "watermark": False, **PLAIN},
        {"model": "gen3a_turbo", "promptImage": IMAGE, "duration": 10, "watermark": False, **PLAIN_BODY},
    ),
    (
        "comet",
        "text_to_image",
        {"model": "gen4_image", "reference_images": [{"uri": IMAGE, "tag": "kite"}], **PLAIN},
        {"model": "gen4_image", "referenceImages": [{"uri": IMAGE, "tag": "kite"}], **PLAIN_BODY},
    ),
    (
        "comet",
        "video_to_video",
        {"model": "gen4_aleph", "video_uri": VIDEO, "references": [IMAGE], "content_moderation": AUTO, **PLAIN},
        {
            **{"model": "gen4_aleph", "videoUri": VIDEO, "references": [{"type": "image", "uri": IMAGE}]},
            **AUTO_BODY,
            **PLAIN_BODY,
        },
    ),
    (
        "comet",
        "video_upscale",
        {"model": "upscale_v1", "video_uri": VIDEO},
        {"model": "upscale_v1", "videoUri": VIDEO},
    ),
    (
        "comet",
        "character_performance",
        {"model": "act_two", "character": IMAGE, "reference": VIDEO, "body_control": True, "seed": 3},
        {"model": "act_two", "bodyControl": True, "seed": 3, **HEROES},
    ),
    (
        "runway",
        "text_to_video",
        {"model": "gen4.5", "duration": 5, **PLAIN},
        {"model": "gen4.5", "duration": 5, **PLAIN_BODY},
    ),
    (
        "runway",
        "image_to_video",
        {"model": "gen4.5", "prompt_image": [{"uri": IMAGE, "position": "first"}], "duration": 5, **PLAIN},
        {"model": "gen4.5", "promptImage": [{"uri": IMAGE, "position": "first"}], "duration": 5, **PLAIN_BODY},
    ),
    ("runway", "text_to_image", {"model": "gen4_image", **PLAIN}, {"model": "gen4_image", **PLAIN_BODY}),
    (
        "runway",
        "video_to_video",
        {"model": "aleph2", "video_uri": VIDEO, "prompt_text": "snow", "target_aspect_ratio": "16:9", "seed": 1},
        {"model": "aleph2", "videoUri": VIDEO, "promptText": "snow", "targetAspectRatio": "16:9", "seed": 1},
    ),
    (
        "runway",
        "video_upscale",
        {"model": "magnific_video_upscaler_creative", "video_uri": VIDEO, "resolution": "2k", "fps_boost": True},
        {"model": "magnific_video_upscaler_creative", "videoUri": VIDEO, "resolution": "2k", "fpsBoost": True},
    ),
    (
        "runway",
        "character_performance",
        {"model": "act_two", "character": IMAGE, "reference": VIDEO, "expression_intensity": 4, "seed": 3},
        {"model": "act_two", "expressionIntensity": 4, "seed": 3, **HEROES},
    ),
]


@pytest.mark.parametrize(
    ("service", "method", "arguments", "body"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_each_method_posts_the_documented_body_to_its_documented_route(
    sim: Simulator, service: str, method: str, arguments: dict[str, Any], body: dict[str, Any]
) -> None:
    client = sim.client() if service == "comet" else sim.runway_client()
    task = getattr(client, method)(**arguments)
    (request,) = created(sim)
    assert request.path == ("/runwayml/v1/" if service == "comet" else "/v1/") + method
    assert request.headers["x-runway-version"] == "2024-11-06"
    assert request.body == body
    assert (task.task_id, task.action) == (request.task_id, method.upper())


@pytest.mark.parametrize("method", [case[1] for case in CASES[:6]])
def test_an_unknown_keyword_is_a_type_error_before_anything_is_sent(sim: Simulator, method: str) -> None:
    arguments = next(case[2] for case in CASES if case[1] == method)
    with pytest.raises(TypeError, match=rf"{method}\(\).*'promt'"):
        getattr(sim.runway_client(), method)(**arguments, promt="a kite")
    assert sim.requests == []
