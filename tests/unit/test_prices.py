"""The price table: what a request may cost at most, for every model whose price is known, and None for all others."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._create.models import documented_endpoints, models_of, tariff_of
from runway_widget._create.prices import price
from runway_widget._service.provider import COMETAPI, RUNWAY
from tests.service_models.tables import read_overlay

from .models import minimal

PRICED = [
    (endpoint, model)
    for endpoint in sorted(documented_endpoints(RUNWAY) or ())
    for model in models_of("Runway", endpoint)
    if tariff_of("Runway", endpoint, model)
]

I2V, T2V, T2I = "image_to_video", "text_to_video", "text_to_image"
PICTURE = {"promptImage": "https://e.example/a.png"}
VIDEOS = [{"type": "video", "uri": "https://e.example/a.mp4"}]

#: What others were told to pay, or what Runway's page says: endpoint, model, the rest of the body, credits.
KNOWN: list[tuple[str, str, dict[str, Any], float]] = [
    (I2V, "gen4_turbo", {"duration": 5, "ratio": "1280:720"}, 25),
    (I2V, "gen4_turbo", {"duration": 2}, 10),
    (T2V, "gen4.5", {"duration": 10}, 120),
    (T2V, "gen4.5", {"duration": 10, "outputFormat": "mp4"}, 120),
    (T2V, "gen4.5", {"duration": 10, "outputFormat": "prores"}, 170),
    (T2V, "gen4.5", {"duration": 10, "outputFormat": "png_sequence"}, 170),
    (I2V, "gen4.5", {"duration": 4, "outputFormat": "hdr_exr_sequence"}, 128),
    (T2V, "veo3.1", {"duration": 8, "audio": True}, 320),
    (T2V, "veo3.1", {"duration": 8, "audio": False}, 160),
    (T2V, "veo3.1", {"duration": 8}, 320),
    (I2V, "veo3.1_fast", {"duration": 4, "audio": False}, 40),
    (I2V, "veo3.1_fast", {"duration": 4, "audio": True}, 60),
    (T2V, "seedance2", {"duration": 4, "ratio": "992:432"}, 144),
    (T2V, "seedance2", {"duration": 4, "ratio": "960:960"}, 144),
    (T2V, "seedance2", {"duration": 4, "ratio": "1440:1440"}, 160),
    (T2V, "seedance2", {"duration": 4, "ratio": "3840:1646"}, 600),
    (T2V, "seedance2", {"duration": 4}, 600),
    (T2V, "seedance2_fast", {"duration": 15}, 435),
    (T2V, "seedance2_mini", {"duration": 4}, 64),
    (T2V, "seedance2_mini", {"duration": 5}, 80),
    (I2V, "seedance2_5", {"duration": 4, "ratio": "1280:720"}, 120),
    (I2V, "seedance2_5", {"duration": 4, "ratio": "640:640"}, 80),
    (I2V, "seedance2_5", {"duration": 10, "ratio": "1920:1080"}, 680),
    (T2V, "hailuo3", {"duration": 5, "resolution": "768P", "ratio": "16:9"}, 50),
    (T2V, "hailuo3", {"duration": 5, "resolution": "2k"}, 75),
    (T2V, "hailuo3", {"duration": 5, "ratio": "16:9"}, 75),
    (T2V, "h3_max", {"duration": 15, "resolution": "480p"}, 75),
    (T2V, "h3_max", {"duration": 15}, 120),
    (T2V, "wan3", {"duration": 10, "ratio": "auto_480p"}, 50),
    (T2V, "wan3", {"duration": 10, "ratio": "1104:832"}, 100),
    (T2V, "wan3_prime", {"duration": 3, "ratio": "624:624"}, 20.4),
    (I2V, "grok_imagine_1_5", {"duration": 4, "resolution": "720p", **PICTURE}, 65),
    (T2V, "grok_imagine_1_5", {"duration": 4, "resolution": "1080p", "references": [{}, {}]}, 118),
    (T2V, "grok_imagine_1_5_lite", {"duration": 10, "ratio": "720:720"}, 30),
    (I2V, "grok_imagine_1_5_lite", {"duration": 10, "ratio": "auto_1080p", **PICTURE}, 141),
    (T2V, "happyhorse_1_0", {"duration": 3, "ratio": "1108:832"}, 45),
    (I2V, "happyhorse_1_0", {"duration": 3, "resolution": "1080P"}, 90),
    (I2V, "gemini_omni_flash", {"duration": 3, "promptImage": [{}, {}]}, 32),
    (T2V, "gemini_omni_flash_1.1", {"duration": 10}, 300),
    (T2I, "gen4_image", {"ratio": "1280:720"}, 5),
    (T2I, "gen4_image", {"ratio": "1920:1080"}, 8),
    (T2I, "gen4_image", {"ratio": "1024:1024"}, 8),
    (T2I, "gen4_image_turbo", {"ratio": "1920:1080"}, 2),
    (T2I, "gpt_image_2", {"outputCount": 3}, 123),
    (T2I, "gemini_image3_pro", {"ratio": "1024:1024", "outputCount": 4}, 80),
    (T2I, "gemini_image3_pro", {"ratio": "2752:1536"}, 20),
    (T2I, "gemini_image3_pro", {"ratio": "6336:2688"}, 40),
    (T2I, "gemini_2.5_flash", {}, 5),
    (T2I, "seedream5_pro", {"ratio": "1376:768"}, 5),
    (T2I, "seedream5_pro", {"ratio": "auto_2k"}, 9),
    (T2I, "seedream5_lite", {"outputCount": 2}, 8),
    (T2I, "grok_imagine_image_2", {"ratio": "1408:704", "referenceImages": [{}]}, 7),
    (T2I, "grok_imagine_image_2", {"ratio": "3200:1440"}, 8),
    (T2I, "muse_image", {"outputCount": 10}, 10),
    (T2I, "bria_fibo_1_5", {"ratio": "768:1152"}, 5),
    (T2I, "bria_fibo_1_5", {"ratio": "1152:2048"}, 10),
    (T2I, "ideogram_4_0", {"quality": "medium"}, 7),
    (T2I, "ideogram_4_0", {}, 11),
    (T2I, "ideogram_4_5", {"quality": "very_low"}, 1),
    ("image_upscale", "magnific_precision_upscaler_v2", {}, 150),
    ("text_to_speech", "eleven_v4", {"promptText": "x" * 51}, 2),
    ("text_to_speech", "eleven_v3", {"promptText": "x"}, 1),
    ("sound_effect", "eleven_text_to_sound_v2", {}, 2),
]


@pytest.mark.parametrize("number", range(len(KNOWN)))
def test_a_request_costs_what_is_known_of_it(number: int) -> None:
    endpoint, model, body, credits = KNOWN[number]
    assert price(RUNWAY, endpoint, {"model": model, **body}) == credits


def test_every_price_of_the_table_is_tried() -> None:
    assert {model for _, model, _, _ in KNOWN} >= {model for _, model in PRICED if not model.startswith("eleven")}


@pytest.mark.parametrize(("endpoint", "model"), PRICED)
def test_every_value_of_a_field_that_the_price_goes_by_has_one(endpoint: str, model: str) -> None:
    body, fields = minimal(RUNWAY, endpoint, model), models_of("Runway", endpoint)[model].fields
    most = price(RUNWAY, endpoint, body | {"ratio": None, "resolution": None, "duration": None})
    assert most is not None
    for name in {"ratio", "resolution", "duration", "audio", "quality"} & fields.keys():
        parts = fields[name].get("any_of", [fields[name]])
        for value in [value for part in parts for value in part.get("choices", [])]:
            cost = price(RUNWAY, endpoint, {"ratio": None, "resolution": None, "duration": None, **body, name: value})
            assert cost is not None, (name, value)
            assert 0 < cost <= most, (name, value)
    for value in fields.get("outputFormat", {}).get("choices", []):
        plain = price(RUNWAY, endpoint, body)
        dear = price(RUNWAY, endpoint, body | {"outputFormat": value})
        assert plain is not None
        assert dear is not None
        assert (dear > plain) == (model == "gen4.5" and value != "mp4"), value


def test_a_duration_that_the_service_chooses_counts_as_the_longest() -> None:
    for body in ({}, {"duration": "auto"}, {"duration": None}):
        assert price(RUNWAY, T2V, {"model": "seedance2_fast", **body}) == 15 * 29
    assert price(RUNWAY, T2V, {"model": "veo3.1_fast", "audio": False}) == 8 * 10


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        (T2V, {"model": "kling3.0_pro", "duration": 5}),
        (T2V, {"model": "a_new_one", "duration": 5}),
        ("video_to_video", {"model": "aleph2", "videoUri": "https://e.example/a.mp4"}),
        ("character_performance", {"model": "act_two"}),
        ("recipes/product_ad", {"version": "2026-06"}),
        ("generate/video", {"configId": "c", "input": {}}),
        ("no_such_route", {"model": "gen4_turbo", "duration": 5}),
        (T2V, {"model": "seedance2_5", "duration": 4, "referenceVideos": VIDEOS}),
        (T2V, {"model": "seedance2_5", "draftTaskId": "x"}),
        (T2V, {"model": ["gen4.5"], "duration": 5}),
        (I2V, {"model": "gen4_turbo", "duration": "five"}),
        (I2V, {"model": "gen4_turbo", "duration": -5}),
        (I2V, {"model": "gen4_turbo", "duration": True}),
        (I2V, {"model": "gen4_turbo", "duration": float("nan")}),
        (T2V, {"model": "gen4.5", "duration": 5, "outputFormat": "a_new_one"}),
        (T2I, {"model": "muse_image", "outputCount": 0}),
        ("text_to_speech", {"model": "eleven_v4", "promptText": 7}),
    ],
)
def test_what_is_not_known_has_no_price(endpoint: str, body: dict[str, Any]) -> None:
    assert price(RUNWAY, endpoint, body) is None


def test_cometapi_names_no_prices() -> None:
    for endpoint in documented_endpoints(COMETAPI) or ():
        for model in models_of("CometAPI", endpoint):
            assert price(COMETAPI, endpoint, minimal(COMETAPI, endpoint, model)) is None


@pytest.mark.checkout
def test_every_entry_of_the_prices_is_in_the_tables() -> None:
    assert all(entry["source"] and entry["date"] for entry in read_overlay()["price"])
    assert len(PRICED) > 35
