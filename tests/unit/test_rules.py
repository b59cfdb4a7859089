"""What is known to be refused is refused before it is sent, by the argument's name and with what it takes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from runway_widget._create.request import prepare
from runway_widget._errors import ConfigurationError
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider
from runway_widget.simulator import Simulator

IMAGE = "https://example.com/still.png"
VIDEO = "https://example.com/clip.mp4"
COMPLETE: dict[str, dict[str, Any]] = {
    "text_to_image": {
        "model": "gen4_image", "prompt_text": "a kite", "ratio": "1024:1024", "reference_images": [IMAGE],
    },
    "text_to_video": {"model": "gen4.5", "prompt_text": "a kite", "ratio": "1280:720", "duration": 5},
    "image_to_video": {"model": "gen4_turbo", "prompt_image": IMAGE, "ratio": "1280:720", "duration": 5},
    "video_to_video": {"model": "gen4_aleph", "video_uri": VIDEO, "prompt_text": "snow", "ratio": "1280:720"},
    "video_upscale": {"model": "upscale_v1", "video_uri": VIDEO},
    "character_performance": {"model": "act_two", "character": IMAGE, "reference": VIDEO, "ratio": "1280:720"},
}  # fmt: skip
OF_RUNWAY = {"video_to_video": {"model": "aleph2", "ratio": None}}
SERVED = [(provider, endpoint) for provider in (COMETAPI, RUNWAY) for endpoint in COMPLETE]
SERVED.remove((COMETAPI, "text_to_video"))


def made(provider: Provider, endpoint: str, *, check: bool = True, **changes: Any) -> dict[str, Any]:
    return prepare(provider, endpoint, complete(provider, endpoint) | changes, check=check, base_url=provider.url).body


def complete(provider: Provider, endpoint: str) -> dict[str, Any]:
    return COMPLETE[endpoint] | (OF_RUNWAY.get(endpoint, {}) if provider is RUNWAY else {})


@pytest.mark.parametrize(("provider", "endpoint"), SERVED)
def test_a_complete_request_is_taken(provider: Provider, endpoint: str) -> None:
    assert made(provider, endpoint)["model"] == complete(provider, endpoint)["model"]


@pytest.mark.parametrize(
    ("provider", "endpoint", "changes", "message"),
    [
        (COMETAPI, "image_to_video", {"ratio": "16:9"}, "ratio: gen4_turbo at CometAPI takes 1280:720, .* not '16:9'"),
        (COMETAPI, "image_to_video", {"duration": 11}, "duration: gen4_turbo at CometAPI takes 2 to 10, in seconds"),
        (COMETAPI, "image_to_video", {"model": "gen3a_turbo", "duration": 7}, "duration: gen3a_turbo .* 5 or 10,"),
        (COMETAPI, "image_to_video", {"duration": "5"}, "duration: .* not '5'"),
        (COMETAPI, "image_to_video", {"duration": 5.0}, "duration: .* in whole seconds, not 5.0"),
        (COMETAPI, "image_to_video", {"duration": True}, "duration: .* not True"),
        (COMETAPI, "image_to_video", {"duration": "auto"}, "duration: .* not 'auto'"),
        (COMETAPI, "image_to_video", {"seed": 1_000_000_000}, "seed: must be an int from 0 to 999999999"),
        (COMETAPI, "video_to_video", {"seed": 2**32}, "seed: must be an int from 0 to 4294967295"),
        (COMETAPI, "image_to_video", {"seed": -1}, "seed: .* not -1"),
        (COMETAPI, "image_to_video", {"seed": True}, "seed: .* not True"),
        (COMETAPI, "image_to_video", {"prompt_text": "k" * 1001}, "prompt_text: 1001 characters .* takes 1000 at most"),
        (COMETAPI, "image_to_video", {"prompt_text": "🪁" * 501}, "prompt_text: 1002 characters"),
        (COMETAPI, "image_to_video", {"prompt_text": "k" * 513, "model": "gen3a_turbo"}, "prompt_text: 513 characters"),
        (COMETAPI, "text_to_image", {"prompt_text": "k" * 1001}, "prompt_text: 1001 characters .* takes 1000 at most"),
        (RUNWAY, "image_to_video", {"prompt_text": "k" * 1001}, "prompt_text: 1001 characters"),
        (COMETAPI, "text_to_image", {"prompt_text": " \n"}, "prompt_text: empty; gen4_image at CometAPI requires one"),
        (COMETAPI, "image_to_video", {"prompt_text": ""}, "prompt_text: empty; leave it out"),
        (COMETAPI, "text_to_image", {"prompt_text": None}, "prompt_text: required by gen4_image at CometAPI"),
        (COMETAPI, "text_to_image", {"prompt_text": ["a", "b"]}, "prompt_text: must be a string, not a list"),
        (COMETAPI, "text_to_image", {"reference_images": None}, "reference_images: required by gen4_image at CometAPI"),
        (COMETAPI, "text_to_image", {"reference_images": []}, "reference_images: required by"),
        (COMETAPI, "text_to_image", {"reference_images": [IMAGE] * 4}, "reference_images: .* takes 1 to 3 .* not 4"),
        (RUNWAY, "text_to_image", {"reference_images": [IMAGE] * 4}, "reference_images: .* at most 3 of them, not 4"),
        (RUNWAY, "text_to_image", {"model": "gen4_image_turbo", "reference_images": None}, "reference_images: "),
        (COMETAPI, "text_to_image", {"ratio": "1280:768"}, "ratio: gen4_image at CometAPI takes"),
        (COMETAPI, "text_to_image", {"ratio": None}, "ratio: required by gen4_image at CometAPI: 1024:1024, "),
        (RUNWAY, "image_to_video", {"ratio": None}, "ratio: required by gen4_turbo at Runway: 1280:720, "),
        (RUNWAY, "image_to_video", {"ratio": "1280:768"}, "ratio: gen4_turbo at Runway takes"),
        (RUNWAY, "image_to_video", {"model": "veo3.1", "duration": 5}, "duration: veo3.1 at Runway takes 4, 6 or 8"),
        (RUNWAY, "image_to_video", {"model": "seedance2", "duration": 3}, "duration: seedance2 .* 4 to 15 or auto,"),
        (RUNWAY, "image_to_video", {"model": "veo3"}, "model: Runway withdrew veo3 on 2026-08-13; .* is veo3.1"),
        (RUNWAY, "video_to_video", {"model": "gen4_aleph"}, "model: Runway withdrew gen4_aleph on .* is aleph2"),
        (RUNWAY, "image_to_video", {"model": "gen3a_turbo"}, "model: Runway withdrew gen3a_turbo on .* is gen4_turbo"),
        (RUNWAY, "image_to_video", {"model": "gen4-turbo"}, "model: Runway has no 'gen4-turbo': did you mean gen4_t"),
        (COMETAPI, "image_to_video", {"model": "gen4_trubo"}, "model: CometAPI has no .*: did you mean gen4_t"),
        (RUNWAY, "image_to_video", {"model": "Gen4_Turbo "}, "model: Runway has no .*: did you mean gen4_t"),
        (RUNWAY, "image_to_video", {"model": "kling3.0"}, "model: .* did you mean kling3.0_pro"),
        (RUNWAY, "image_to_video", {"model": "gen4_image"}, "model: Runway has gen4_image for text_to_image, not f"),
        (RUNWAY, "image_to_video", {"negative_prompt": "blur"}, "negative_prompt: gen4_turbo at Runway takes none"),
        (RUNWAY, "image_to_video", {"prompt_image": [{"uri": IMAGE, "position": "middle"}]}, "prompt_image: .*takes f"),
        (RUNWAY, "image_to_video", {"prompt_image": [{"uri": IMAGE, "place": "first"}]}, "prompt_image: .*posit"),
        (RUNWAY, "text_to_video", {"ratio": "960:960"}, "ratio: gen4.5 at Runway takes 1280:720 or 720:1280"),
        (RUNWAY, "text_to_video", {"duration": None}, "duration: required by gen4.5 at Runway: 2 to 10"),
        (COMETAPI, "image_to_video", {"prompt_image": None}, "prompt_image: required by gen4_turbo at CometAPI"),
        (COMETAPI, "image_to_video", {"prompt_image": []}, "prompt_image: required by"),
        (COMETAPI, "image_to_video", {"model": None}, "model: required by CometAPI's image_to_video"),
        (COMETAPI, "image_to_video", {"model": " "}, "model: empty"),
        (COMETAPI, "image_to_video", {"model": 4}, "model: must be a string, not 4"),
        (COMETAPI, "image_to_video", {"watermark": "yes"}, "watermark: must be True or False, not 'yes'"),
        (COMETAPI, "video_upscale", {"video_uri": None}, "video_uri: required by upscale_v1 at CometAPI"),
        (COMETAPI, "video_to_video", {"prompt_text": None}, "prompt_text: required by gen4_aleph"),
        (COMETAPI, "character_performance", {"reference": None}, "reference: required by act_two at CometAPI"),
        (COMETAPI, "character_performance", {"expression_intensity": 6}, "expression_intensity: .* from 1 to 5, not 6"),
        (COMETAPI, "character_performance", {"body_control": 1}, "body_control: must be True or False, not 1"),
        (COMETAPI, "video_to_video", {"content_moderation": {"public_figure_threshold": "hi"}}, "content_moderation: "),
        (COMETAPI, "video_to_video", {"content_moderation": "low"}, "content_moderation: takes {'public_figure_thresh"),
        (COMETAPI, "text_to_video", {}, r"CometAPI has no text_to_video; Runway has: .* made by Client\.runway\(\)"),
    ],
)  # fmt: skip
def test_a_known_bad_value_is_refused_by_name(
    provider: Provider, endpoint: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{message}"):
        made(provider, endpoint, **changes)


@pytest.mark.parametrize(
    ("provider", "endpoint", "changes"),
    [
        (COMETAPI, "image_to_video", {"prompt_text": "k" * 1000}),
        (COMETAPI, "image_to_video", {"prompt_text": "🪁" * 500}),
        (COMETAPI, "image_to_video", {"model": "gen4.5", "prompt_text": "k" * 1000}),
        (RUNWAY, "image_to_video", {"model": "gen4.6"}),
        (COMETAPI, "image_to_video", {"ratio": None, "duration": None}),
        (COMETAPI, "image_to_video", {"ratio": "1280:768", "model": "gen3a_turbo", "duration": 10}),
        (COMETAPI, "image_to_video", {"model": "tomorrow", "ratio": "1:1", "duration": 60}),
        (COMETAPI, "image_to_video", {"seed": 999_999_999}),
        (COMETAPI, "character_performance", {"expression_intensity": 5, "seed": 2**32 - 1}),
        (RUNWAY, "image_to_video", {"seed": 2**32 - 1, "prompt_text": "k" * 1000}),
        (RUNWAY, "image_to_video", {"model": "tomorrow", "duration": "auto", "prompt_text": "k" * 9999}),
        (RUNWAY, "text_to_image", {"reference_images": None}),
        (RUNWAY, "video_to_video", {"model": "new", "video_uri": None, "prompt_video": VIDEO, "prompt_text": None}),
    ],
)  # fmt: skip
def test_what_any_edition_documents_and_unknown_models_pass(
    provider: Provider, endpoint: str, changes: dict[str, Any]
) -> None:
    body = made(provider, endpoint, **changes)
    assert body["model"] == (COMPLETE[endpoint] | changes)["model"]


def test_a_request_of_an_unknown_model_says_on_the_card_that_it_was_not_checked() -> None:
    def facts(model: str, provider: Provider = RUNWAY) -> list[str]:
        arguments = COMPLETE["image_to_video"] | {"model": model}
        creation = prepare(provider, "image_to_video", arguments, base_url=provider.url)
        return [fact["text"] for fact in creation.request["facts"]]

    assert facts("tomorrow")[-1] == "not checked: unknown model"
    assert all("not checked" not in fact for fact in facts("gen4_turbo"))
    assert all("not checked" not in fact for fact in facts("tomorrow", replace(RUNWAY, name="Elsewhere")))


def test_one_error_names_all_that_is_wrong() -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(COMETAPI, "image_to_video", ratio="16:9", duration=99, prompt_image=None)
    assert re.findall(r"(?:^|; )(\w+):", str(caught.value)) == ["prompt_image", "ratio", "duration"]
    assert "check=False" in str(caught.value)


def test_without_checking_the_tables_are_skipped_but_not_the_rules_of_media() -> None:
    body = made(COMETAPI, "image_to_video", check=False, ratio="16:9", duration="7", seed=-1, prompt_text="")
    assert (body["ratio"], body["duration"], body["seed"], body["promptText"]) == ("16:9", "7", -1, "")
    with pytest.raises(ConfigurationError, match="is not https"):
        made(COMETAPI, "image_to_video", check=False, prompt_image="http://example.com/a.png")


def test_a_field_of_extra_body_is_named_as_it_was_written() -> None:
    with pytest.raises(ConfigurationError, match=r"^promptText: 1600 characters"):
        prepare(
            COMETAPI, "image_to_video", COMPLETE["image_to_video"],
            extra_body={"promptText": "k" * 1600}, base_url=COMETAPI.url,
        )  # fmt: skip


def test_the_service_takes_what_was_prepared() -> None:
    with Simulator() as sim:
        services = {COMETAPI: sim.client()._service, RUNWAY: sim.runway_client()._service}
        for provider, endpoint in SERVED:
            reply = services[provider].create(endpoint, made(provider, endpoint))
            assert reply.status == 200, (provider.name, endpoint, reply.value)
            assert reply.value["id"]
