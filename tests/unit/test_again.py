"""Creating the same again: from a creation, and from what the journal stores of one."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from runway_widget._create.again import arguments_for_again, body_for_again, restore
from runway_widget._create.creation import Creation
from runway_widget._create.endpoints import METHODS, CreateMethods
from runway_widget._create.request import prepare_raw
from runway_widget._errors import ConfigurationError
from runway_widget._journal.row import Row
from runway_widget._service.provider import RUNWAY
from runway_widget._widgets.takes import AllChanges

from .creating import simulated
from .test_create import DATA, PNG, URL, made

OLD_FILE = "data:image/png (123 kB, sha256 0123456789ab…)"
OLD_URL = f"{URL} (query left out)"


def stored(creation: Creation) -> Creation:
    """The creation as it comes back from the journal's file."""
    row = Row("https://a.example", "A", creation.endpoint, parameters=creation.public_body, request=creation.request)
    return restore(Row.read(row.columns(), 0.0))


def old(value: Any) -> Creation:
    """A creation from a row that the first version wrote."""
    return restore(Row("https://a.example", "A", "image_to_video", parameters={"model": "m", "promptImage": value}))


def test_a_creation_is_made_again_with_all_its_arguments_but_the_seed() -> None:
    creation = made(prompt_image=PNG, seed=7, extra_body={"newField": 1})
    assert arguments_for_again(creation, {"prompt_text": "snow"}) == {
        **{"model": "gen4_turbo", "prompt_image": DATA, "ratio": "1280:720", "prompt_text": "snow"},
        "extra_body": {"newField": 1},
    }


def test_a_row_is_made_again_with_all_that_it_stores() -> None:
    assert arguments_for_again(stored(made(seed=7, extra_body={"newField": 1})), {}) == {
        **{"model": "gen4_turbo", "prompt_image": URL, "ratio": "1280:720"},
        "extra_body": {"newField": 1},
    }


@pytest.mark.parametrize(
    ("creation", "words"),
    [
        (stored(made(prompt_image=PNG)), r"a local file \(image/png, 0 kB\)"),
        (stored(made(prompt_image=[{"uri": PNG, "position": "first"}])), "a local file"),
        (stored(made(prompt_image=f"{URL}?token=x")), f"{URL}, a URL with a query"),
        (old(OLD_FILE), "data:image/png"),
        (old([{"uri": OLD_FILE, "position": "first"}]), "data:image/png"),
        (old(OLD_URL), r"still.png \(query left out\)"),
    ],
    ids=[
        "file",
        "file in a list",
        "signed URL",
        "file, first version",
        "in a list, first version",
        "URL, first version",
    ],
)
def test_what_the_journal_does_not_store_must_be_given_again(creation: Creation, words: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^prompt_image: it was .*{words}.* give it again$"):
        arguments_for_again(creation, {"prompt_text": "snow"})
    assert arguments_for_again(creation, {"prompt_image": URL})["prompt_image"] == URL


def test_a_field_of_extra_body_that_is_not_stored_must_be_given_again() -> None:
    creation = stored(made(extra_body={"hook": "https://a.example/?key=x", "newField": 1}))
    with pytest.raises(ConfigurationError, match=r"^hook: it was https://a\.example/, a URL with a query"):
        arguments_for_again(creation, {})
    again = arguments_for_again(creation, {"extra_body": {"hook": "https://a.example/?key=y"}})
    assert again["extra_body"] == {"hook": "https://a.example/?key=y"}


def test_the_same_holds_at_an_endpoint_without_a_method() -> None:
    body = {"model": "m", "imageUri": PNG, "seed": 7, "scale_factor": 4}
    creation = stored(prepare_raw(RUNWAY, "image_upscale", body, base_url=RUNWAY.url))
    with pytest.raises(ConfigurationError, match=r"^imageUri: it was a local file"):
        body_for_again(creation, {"scale_factor": 2})
    assert body_for_again(creation, {"image_uri": URL, "scale_factor": 2}) == {
        **{"model": "m", "imageUri": URL, "scale_factor": 2}
    }


def test_what_can_be_changed_are_the_parameters_and_options_of_all_endpoints() -> None:
    methods = [getattr(CreateMethods, name) for name in METHODS.values()]
    names = {name for method in methods for name in inspect.signature(method).parameters} - {"self"}
    assert set(AllChanges.__annotations__) == names


def test_a_wrong_name_is_an_error_of_again() -> None:
    with simulated() as sim:
        task = sim.client().video_upscale(model="upscale_v1", video_uri="https://media.example/a.mp4")
        with pytest.raises(TypeError, match=r"^again\(\) got an unexpected keyword argument 'video_url'; did you mean"):
            task.again(video_url="https://media.example/b.mp4")  # type: ignore[call-overload]
