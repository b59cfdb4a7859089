"""Local media are taken wherever a URI goes, however deep, and every endpoint has a card that says what it makes."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import ConfigurationError
from runway_widget._create.request import prepare, prepare_raw
from runway_widget._service.endpoint import endpoint_at
from runway_widget._service.provider import RUNWAY

from .test_create import DATA, MP4, PNG, URL

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24)
SOUND = "data:audio/wav;base64,"
IMAGES = [{"uri": PNG}]
SHOTS = [{"prompt": "up"}]
ROUTED = {"promptText": "a kite", "referenceImages": IMAGES}


def made(endpoint: str, **arguments: Any) -> dict[str, Any]:
    return prepare(RUNWAY, endpoint, arguments, base_url=RUNWAY.url).body


def raw(endpoint: str, **body: Any) -> Any:
    return prepare_raw(RUNWAY, endpoint, body, base_url=RUNWAY.url)


def test_a_voice_is_a_recording_or_the_name_of_a_preset(tmp_path: Any) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(WAV)
    voice = {"type": "reference-audio", "audio_uri": str(path)}
    body = made("text_to_speech", model="seed_audio", prompt_text="hello", voice=voice)
    assert body["voice"]["audioUri"].startswith(SOUND)
    body = made("text_to_speech", model="eleven_v4", prompt_text="hello", voice="Maya")
    assert body["voice"] == {"type": "runway-preset", "presetId": "Maya"}
    with pytest.raises(ConfigurationError, match=r"voice: 'preset_id': .* takes Maya, .* not 'Mia'"):
        made("text_to_speech", model="eleven_v4", prompt_text="hello", voice="Mia")


def test_an_avatar_speaks_a_text_or_a_recording() -> None:
    body = made("avatar_videos", model="gwm1_avatars", avatar="cat-character", speech={"type": "audio", "audio": WAV})
    assert body["avatar"] == {"type": "runway-preset", "presetId": "cat-character"}
    assert body["speech"]["audio"].startswith(SOUND)
    speech = {"type": "text", "text": "hello, it is audio"}
    body = made("avatar_videos", model="gwm1_avatars", avatar={"type": "custom", "avatar_id": "7"}, speech=speech)
    assert body["speech"] == speech
    with pytest.raises(ConfigurationError, match=r"speech\.audio: takes audio, but it is an image"):
        made("avatar_videos", model="gwm1_avatars", avatar="cat-character", speech={"type": "audio", "audio": PNG})


def test_a_list_of_recordings_is_a_list_of_media(tmp_path: Any) -> None:
    path = tmp_path / "rain.wav"
    path.write_bytes(WAV)
    body = made("sound_effect", model="seed_audio", prompt_text="rain as in @Audio1", reference_audios=[str(path), WAV])
    assert [uri[: len(SOUND)] for uri in body["referenceAudios"]] == [SOUND, SOUND]
    with pytest.raises(ConfigurationError, match=r"reference_audios\[0\]: .* no such file"):
        made("sound_effect", model="seed_audio", prompt_text="rain", reference_audios=["rain.wav"])


def test_a_bare_reference_gets_what_its_object_must_hold() -> None:
    body = made("text_to_video", model="hailuo3", prompt_text="a kite", reference_audio=WAV, references=[PNG, URL])
    assert body["referenceAudio"][0] | {"uri": ""} == {"type": "audio", "uri": ""}
    assert body["references"] == [{"uri": DATA}, {"uri": URL}]


@pytest.mark.parametrize(
    ("endpoint", "body", "title", "prompt", "still"),
    [
        ("recipes/product_ad", {"productImages": IMAGES, "userConcept": "a kite"}, "Product ad", "a kite", True),
        ("recipes/product_ugc", {"productImage": IMAGES[0], "userConcept": "fly"}, "Product UGC", "fly", True),
        ("recipes/multi_shot_video", {"firstFrame": IMAGES[0], "shots": SHOTS}, "Multi-shot video", "up", True),
        ("recipes/product_campaign_image", {"image": IMAGES[0]}, "Product campaign image", "", True),
        ("recipes/product_swap", {"newProductImages": IMAGES}, "Product swap", "", True),
        ("generate/video", {"input": ROUTED}, "Generate video", "a kite", True),
        ("generate/audio", {"input": {"promptText": "rain"}}, "Generate audio", "rain", False),
        ("avatar_videos", {"speech": {"type": "text", "text": "hello"}}, "Avatar video", "hello", False),
        ("video_to_hdr", {"videoUri": URL.replace("png", "mp4")}, "Video to HDR", "", False),
    ],
)  # fmt: skip
def test_the_card_of_every_endpoint_has_its_title_its_prompt_and_its_picture(
    endpoint: str, body: dict[str, Any], title: str, prompt: str, still: bool
) -> None:
    creation = raw(endpoint, **body)
    assert endpoint_at(endpoint).title == title
    assert creation.request["prompt"] == prompt
    assert bool(creation.request["still"]) is still


def test_media_deep_in_a_raw_body_are_sent_as_uris() -> None:
    body = raw("generate/video", configId="c", input={"referenceVideos": [{"uri": MP4, "role": "source"}]}).body
    assert body["input"]["referenceVideos"][0]["uri"].startswith("data:video/mp4;base64,")
    with pytest.raises(ConfigurationError, match="takes video, but it is an image"):
        raw("generate/video", configId="c", input={"referenceVideos": [{"uri": PNG}]})
