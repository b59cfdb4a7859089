"""From a method's arguments to the body that travels, and to what the card shows of it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._create.creation import Creation
from runway_widget._create.request import prepare, prepare_raw
from runway_widget._errors import ConfigurationError
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider

URL = "https://example.com/still.png"
VIDEO = "https://example.com/clip.mp4"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(40)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DATA = "data:image/png;base64," + base64.b64encode(PNG).decode()


def made(endpoint: str = "image_to_video", provider: Provider = COMETAPI, **arguments: Any) -> Creation:
    extra_body, check = arguments.pop("extra_body", None), arguments.pop("check", True)
    if endpoint == "image_to_video":
        arguments = {"model": "gen4_turbo", "prompt_image": URL, "ratio": "1280:720", **arguments}
    return prepare(provider, endpoint, arguments, extra_body=extra_body, check=check, base_url=provider.url)


def test_snake_case_arguments_become_wire_names_at_every_depth() -> None:
    creation = made(
        prompt_text="the kite lifts", duration=5, seed=421, content_moderation={"public_figure_threshold": "low"}
    )
    assert creation.body == {
        "model": "gen4_turbo",
        "promptImage": URL,
        "promptText": "the kite lifts",
        "ratio": "1280:720",
        "duration": 5,
        "seed": 421,
        "contentModeration": {"publicFigureThreshold": "low"},
    }
    assert (creation.endpoint, creation.action, creation.seed) == ("image_to_video", "IMAGE_TO_VIDEO", 421)


def test_none_leaves_an_argument_out() -> None:
    assert "promptText" not in made(prompt_text=None).body


def test_a_wire_name_inside_an_argument_stays_as_it_is() -> None:
    body = made(content_moderation={"publicFigureThreshold": "low"}).body
    assert body["contentModeration"] == {"publicFigureThreshold": "low"}
    with pytest.raises(ConfigurationError, match=r"content_moderation\.publicFigureThreshold: given twice"):
        made(content_moderation={"public_figure_threshold": "low", "publicFigureThreshold": "low"})


def test_frames_with_positions_and_references_with_tags_keep_their_shape() -> None:
    frames = [{"uri": URL, "position": "first"}, {"uri": DATA, "position": "last"}]
    assert made(model="veo3.1", prompt_image=frames).body["promptImage"] == frames
    images = made(
        "text_to_image", model="gen4_image", prompt_text="@kite", ratio="1024:1024", reference_images=[
            {"uri": PNG, "tag": "kite"}, URL,
        ]
    ).body["referenceImages"]  # fmt: skip
    assert images == [{"uri": DATA, "tag": "kite"}, {"uri": URL}]


def test_bare_media_are_wrapped_where_the_wire_has_an_object() -> None:
    body = made("character_performance", model="act_two", character=PNG, reference=MP4).body
    assert body["character"] == {"uri": DATA, "type": "image"}
    assert body["reference"]["type"] == "video"
    assert body["reference"]["uri"].startswith("data:video/mp4;base64,")
    assert made("character_performance", model="act_two", character=VIDEO, reference=VIDEO).body["character"] == {
        "uri": VIDEO,
        "type": "video",
    }
    references = made("video_to_video", model="gen4_aleph", video_uri=VIDEO, prompt_text="snow", references=URL)
    assert references.body["references"] == [{"type": "image", "uri": URL}]


def test_a_character_at_a_url_without_an_ending_needs_a_type() -> None:
    with pytest.raises(ConfigurationError, match="character: the URL does not tell its kind"):
        made("character_performance", model="act_two", character="https://example.com/7", reference=VIDEO)


def test_several_bare_frames_need_their_positions() -> None:
    with pytest.raises(ConfigurationError, match="prompt_image: each of several needs its place"):
        made(prompt_image=[URL, URL])


def test_numpy_numbers_travel_as_numbers() -> None:
    body = made(duration=numpy.int64(5), seed=numpy.uint32(7)).body
    assert (body["duration"], body["seed"]) == (5, 7)
    assert type(body["duration"]) is int


def test_extra_body_wins_and_travels_by_its_own_names() -> None:
    body = made(ratio="1280:720", extra_body={"ratio": "720:1280", "some_new_field": {"deep_er": 1}}).body
    assert body["ratio"] == "720:1280"
    assert body["some_new_field"] == {"deep_er": 1}


def test_an_argument_that_extra_body_overrides_is_not_even_looked_at() -> None:
    creation = made(prompt_image="nowhere.png", extra_body={"promptImage": URL})
    assert creation.body["promptImage"] == URL
    assert creation.arguments["extra_body"] == {"promptImage": URL}


def test_a_medium_has_to_be_of_the_type_that_is_written_beside_it() -> None:
    with pytest.raises(ConfigurationError, match=r"character\.uri: takes video, but it is an image"):
        made("character_performance", model="act_two", character={"type": "video", "uri": PNG}, reference=VIDEO)


def test_media_in_extra_body_are_media_too(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert made(extra_body={"promptImage": tmp_path / "a.png"}).body["promptImage"] == DATA
    with pytest.raises(ConfigurationError, match=r"promptImage: .* is not https"):
        made(extra_body={"promptImage": "http://example.com/a.png"})
    with pytest.raises(ConfigurationError, match=r"keyframes\[0\]\.uri: .* is not https"):
        made(extra_body={"keyframes": [{"uri": "ftp://example.com/a.png", "seconds": 1}]})


@pytest.mark.parametrize("value", ["x", ["promptText"], {1: 2}, {"\ud800": 1}])
def test_extra_body_must_be_a_dict_of_names(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="extra_body"):
        made(extra_body=value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "cannot be sent: a set"),
        (object(), "cannot be sent: an object"),
        (float("nan"), "must be a number"),
        (float("inf"), "must be a number"),
        (10**30, "too large"),
        ("\ud800", "lone surrogate"),
        ([{"a": {1: 2}}], "every key must be a string"),
    ],
)
def test_a_value_that_is_not_json_is_refused_by_name(value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^newField.*{message}"):
        made(extra_body={"newField": value})


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ConfigurationError, match="nested too deeply"):
        made(extra_body={"newField": loop})


# Seeds


def test_a_seed_is_chosen_and_shown_where_one_may_be_sent() -> None:
    first, second = made(), made()
    assert first.seed is not None
    assert first.seed != second.seed
    assert 0 <= first.seed <= 999_999_999
    assert {"name": "seed", "text": f"seed {first.seed}"} in first.request["facts"]


@pytest.mark.parametrize(
    "creation",
    [
        made("video_upscale", model="upscale_v1", video_uri=VIDEO),
        made(provider=RUNWAY, model="a_model_of_tomorrow"),
        made(check=False),
        made(extra_body={"seed": None}),
        prepare_raw(COMETAPI, "image_to_video", {"model": "gen4_turbo"}, base_url=COMETAPI.url),
    ],
    ids=["no seed documented", "unknown model", "unchecked", "explicit null", "raw"],
)
def test_no_seed_is_added_where_it_is_not_known_to_be_taken(creation: Creation) -> None:
    assert creation.seed is None


def test_a_seed_can_be_set_within_the_range_of_its_endpoint() -> None:
    creation = made(seed=1)
    assert creation.with_seed(7).body == {**creation.body, "seed": 7}
    assert creation.body["seed"] == 1
    for wrong in (1_000_000_000, -1, True, 1.0, "7"):
        with pytest.raises(ConfigurationError, match="seed: must be an int from 0 to 999999999"):
            creation.with_seed(wrong)  # type: ignore[arg-type]
    assert made(provider=RUNWAY, seed=1).with_seed(2**32 - 1).seed == 2**32 - 1


def test_takes_count_a_given_seed_up_and_round() -> None:
    assert [take.seed for take in made(seed=999_999_998).takes(3)] == [999_999_998, 999_999_999, 0]


def test_each_take_has_a_seed_and_a_fingerprint_of_its_own() -> None:
    takes = made().takes(4)
    assert len({take.seed for take in takes}) == 4
    assert len({take.fingerprint for take in takes}) == 4


def test_an_explicit_null_asks_for_no_seed() -> None:
    assert [take.seed for take in made(extra_body={"seed": None}).takes(2)] == [None, None]


def test_takes_without_a_seed_are_alike_but_for_their_fingerprint() -> None:
    takes = made("video_upscale", model="upscale_v1", video_uri=VIDEO).takes(2)
    assert takes[0].body == takes[1].body
    assert takes[0].fingerprint != takes[1].fingerprint


def test_the_arguments_of_a_creation_create_the_same_again_with_another_seed() -> None:
    first = made(prompt_image=PNG, prompt_text="wind", extra_body={"newField": 1})
    second = prepare(COMETAPI, "image_to_video", first.arguments | {"extra_body": None},
                     extra_body=first.arguments["extra_body"], base_url=COMETAPI.url)  # fmt: skip
    assert "seed" not in first.arguments
    assert first.arguments["prompt_image"] == DATA
    assert second.seed != first.seed
    assert second.fingerprint == first.fingerprint
    assert second.request["prompt"] == "wind"


# Routes of tomorrow


def test_a_raw_body_travels_as_given_but_for_its_media() -> None:
    body = {"model": "magnific", "imageUri": PNG, "scale_factor": 4, "ratio": "1:1"}
    creation = prepare_raw(RUNWAY, "image_upscale", body, base_url=RUNWAY.url)
    assert creation.body == {"model": "magnific", "imageUri": DATA, "scale_factor": 4, "ratio": "1:1"}
    assert creation.action == "IMAGE_UPSCALE"
    assert creation.arguments == {"extra_body": creation.body}  # for which no method has names
    assert prepare_raw(RUNWAY, "generate/image", {}, base_url=RUNWAY.url).action == "GENERATE_IMAGE"


@pytest.mark.parametrize(
    "route",
    ["", "/", "..", "../x", "a/../b", "a//b", "/v1/x", "x/", "x?y=1", "x#y", "x%2f", "x y", "x\n", "é", None, 7, "a.b"],
)  # fmt: skip
def test_a_route_cannot_change_the_path(route: Any) -> None:
    with pytest.raises(ConfigurationError, match="endpoint: give the last part of the path"):
        prepare_raw(RUNWAY, route, {}, base_url=RUNWAY.url)


# Anything at all

_leaf = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.just(DATA), st.just(URL),
    st.sampled_from(["https://[?a", "https://x?y", "http://x", "data:", "data:image/png;base64,A", "~nobody"]),
    st.sampled_from([object(), {1}, 1j, numpy.zeros(3), numpy.zeros((2, 2)), numpy.array(["a"]), Path("nowhere.png")]),
)  # fmt: skip
_anything = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["uri", "type", "position", "a_b", 1]), inner, max_size=3),
    ),
    max_leaves=6,
)
_names = st.sampled_from(
    ["model", "prompt_text", "prompt_image", "video_uri", "reference_images", "references", "character", "reference",
     "keyframes", "duration", "ratio", "seed", "content_moderation", "expression_intensity", "watermark"]
)  # fmt: skip
_endpoints = st.sampled_from(
    ["text_to_image", "text_to_video", "image_to_video", "video_to_video", "video_upscale", "character_performance"]
)


@settings(max_examples=400, deadline=None)
@given(
    provider=st.sampled_from([COMETAPI, RUNWAY]),
    endpoint=_endpoints,
    arguments=st.dictionaries(_names, _anything, max_size=6),
    extra=st.one_of(st.none(), st.dictionaries(st.text(max_size=8), _anything, max_size=2)),
    check=st.booleans(),
)
def test_any_value_is_either_taken_or_refused_with_a_configuration_error(
    provider: Provider, endpoint: str, arguments: dict[str, Any], extra: dict[str, Any] | None, check: bool
) -> None:
    try:
        creation = prepare(provider, endpoint, arguments, extra_body=extra, check=check, base_url=provider.url)
    except ConfigurationError:
        return
    assert creation.fingerprint
    assert creation.public_body is not None
    assert set(creation.request) == {"prompt", "facts", "ratio", "still"}
