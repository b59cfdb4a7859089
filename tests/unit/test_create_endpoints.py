"""The methods that create tasks hand on their arguments, and refuse a keyword that nobody knows."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from runway_widget._create.endpoints import Endpoints
from runway_widget._errors import ConfigurationError

IMAGE = "https://example.com/still.png"
METHODS: dict[str, dict[str, Any]] = {
    "text_to_image": {"model": "m", "prompt_text": "a kite"},
    "text_to_video": {"model": "m", "prompt_text": "a kite"},
    "image_to_video": {"model": "m", "prompt_image": IMAGE},
    "video_to_video": {"model": "m", "video_uri": IMAGE},
    "video_upscale": {"model": "m", "video_uri": IMAGE},
    "character_performance": {"model": "m", "character": IMAGE, "reference": IMAGE},
}


class Recorder(Endpoints):
    """A client that notes what it should create."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], dict[str, Any]]] = []

    def _create(self, endpoint: str, arguments: dict[str, Any], **options: Any) -> Any:
        self.asked.append((endpoint, arguments, options))
        return "the task"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_hands_on_its_parameters_and_nothing_else(method: str) -> None:
    client = Recorder()
    assert getattr(client, method)(**METHODS[method]) == "the task"
    [(endpoint, arguments, options)] = client.asked
    assert endpoint == method
    assert {name: value for name, value in arguments.items() if value is not None} == METHODS[method]
    parameters = inspect.signature(getattr(Endpoints, method)).parameters
    assert list(arguments) == [name for name in parameters if name not in {"self", "options"}]
    assert options == {
        "extra_body": None, "check": True, "reuse": False, "takes": 1, "save_to": None, "watch": {}
    }  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_the_options_of_every_create_and_of_a_watch(method: str) -> None:
    client = Recorder()
    watch = {
        "poll_interval": 1.0,
        "not_found_after": 5,
        "give_up_after": 60,
        "route": "feed",
        "freeze": False,
        "embed": True,
    }
    options = {"extra_body": {"a": 1}, "check": False, "reuse": True, "takes": 4, "save_to": "renders/"}
    getattr(client, method)(**METHODS[method], **options, **watch)
    assert client.asked[0][2] == {**options, "watch": watch}


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_keyword_is_refused_before_anything_is_created(method: str) -> None:
    client = Recorder()
    with pytest.raises(TypeError, match=rf"{method}\(\) got an unexpected keyword argument 'pol_interval'"):
        getattr(client, method)(**METHODS[method], pol_interval=3)
    with pytest.raises(TypeError):
        getattr(client, method)("m", **METHODS[method])
    with pytest.raises(TypeError, match="model"):
        getattr(client, method)()
    assert client.asked == []


@pytest.mark.parametrize("takes", [0, -1, 101, True, 2.0, "4", None])
def test_the_number_of_takes_is_a_number(takes: Any) -> None:
    client = Recorder()
    with pytest.raises(ConfigurationError, match="takes: must be an int from 1 to 100"):
        client.image_to_video(model="m", prompt_image=IMAGE, takes=takes)
    assert client.asked == []


def test_a_list_of_prompts_is_handed_on() -> None:
    client = Recorder()
    client.text_to_image(model="m", prompt_text=["a kite", "a boat"])
    assert client.asked[0][1]["prompt_text"] == ["a kite", "a boat"]
