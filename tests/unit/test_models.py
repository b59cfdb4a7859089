"""The tables of models: made from the SDK that is installed, and heeded for every model and every value in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runway_widget._create.models import documented_endpoints, models_of
from runway_widget._create.rules import find_faults
from runway_widget._service.endpoint import ENDPOINTS
from runway_widget._service.provider import COMETAPI, PROVIDERS, RUNWAY, Provider
from tests.service_models.__main__ import TARGET, as_text, moved
from tests.service_models.tables import make_tables, read_overlay

from .models import minimal

EVERY = [
    (provider, endpoint, model)
    for provider in (COMETAPI, RUNWAY)
    for endpoint in sorted(documented_endpoints(provider) or ())
    for model in models_of(provider.name, endpoint)
]


def faults(provider: Provider, endpoint: str, body: dict[str, Any]) -> dict[str, str]:
    return dict(find_faults(provider, endpoint, body))


def parts(field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from field.get("any_of", [field])


@pytest.mark.checkout
def test_the_tables_are_those_of_the_sdk_that_is_installed() -> None:
    assert TARGET.read_text(encoding="utf-8") == as_text(make_tables()) + "\n", "run `make models`"


@pytest.mark.checkout
def test_every_entry_of_the_overlay_has_a_source_and_a_date() -> None:
    assert {"limits", "retired", "cometapi"} <= read_overlay().keys()


def test_what_moved_is_said_down_to_the_field() -> None:
    fields = {"ratio": {"choices": ["1:1"]}, "seed": {}}
    old = {"sdk": "1", "providers": {"Runway": {"a": {"m": {"required": [], "fields": fields}}, "b": {}}}}
    new = {"sdk": "2", "providers": {"Runway": {"a": {"m": {"required": [], "fields": {"ratio": {}}}, "n": {}}}}}
    assert list(moved(old, new)) == [
        'changed: providers Runway a m fields ratio: {"choices": ["1:1"]} -> {}',
        "gone: providers Runway a m fields seed",
        "new: providers Runway a n",
        "gone: providers Runway b",
        'changed: sdk: "1" -> "2"',
    ]


def test_nothing_moved_since_the_tables_were_made() -> None:
    tables = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    assert list(moved(tables, tables)) == []


def test_the_tables_are_about_providers_that_there_are() -> None:
    assert {provider for provider, _, _ in EVERY} == set(PROVIDERS)
    assert len(EVERY) > 110


@pytest.mark.parametrize(("provider", "endpoint", "model"), EVERY)
def test_each_model_takes_a_minimal_body_with_each_value_that_is_documented(
    provider: Provider, endpoint: str, model: str
) -> None:
    body = minimal(provider, endpoint, model)
    assert faults(provider, endpoint, body) == {}
    for name, field in models_of(provider.name, endpoint)[model].fields.items():
        values = [value for part in parts(field) for value in part.get("choices", [])]
        whole = [part for part in parts(field) if part["type"] == "int"]
        values += [part[bound] for part in whole for bound in ("least", "most") if bound in part]
        for value in values:
            assert faults(provider, endpoint, body | {name: value}) == {}, (name, value)


@pytest.mark.parametrize(("provider", "endpoint", "model"), EVERY)
def test_each_model_refuses_by_name_what_it_does_not_take(provider: Provider, endpoint: str, model: str) -> None:
    body, rules = minimal(provider, endpoint, model), models_of(provider.name, endpoint)[model]
    for name in rules.required:
        rest = {field: value for field, value in body.items() if field != name}
        assert "required by" in faults(provider, endpoint, rest)[name]
    for name, field in rules.fields.items():
        closed = all("choices" in part or {"least", "most"} <= part.keys() for part in parts(field))
        wrong = [["nonsense"], *(["nonsense"] if closed else [])] if not _takes_lists(field) else [7, {"x": 1}]
        wrong += [part["most"] + 1 for part in parts(field) if part["type"] == "int" and "most" in part and closed]
        for value in wrong:
            assert name in faults(provider, endpoint, body | {name: value}), (name, value)
    assert faults(provider, endpoint, body | {"sparkle": True})["sparkle"].endswith("takes none")


def _takes_lists(field: Mapping[str, Any]) -> bool:
    return any(part["type"] == "list" for part in parts(field))


def test_a_field_that_may_be_newer_than_the_tables_passes() -> None:
    body = minimal(RUNWAY, "image_to_video", "gen4.5") | {"sparkle": True}
    assert list(find_faults(RUNWAY, "image_to_video", body, extra={"sparkle"})) == []
    assert dict(find_faults(RUNWAY, "image_to_video", body | {"duration": 99}, extra={"sparkle", "duration"}))


def test_an_error_says_which_models_can_do_without_what_is_missing() -> None:
    body = {"model": "gen4_image_turbo", "promptText": "a kite", "ratio": "1024:1024"}
    fault = faults(RUNWAY, "text_to_image", body)["referenceImages"]
    assert "gen4_image" in fault
    assert "can do without" in fault


def media_paths(field: Mapping[str, Any], path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths of all media in a field, and of which kinds they are."""
    for part in parts(field):
        if part["type"] == "medium":
            yield path, tuple(part["kinds"])
        elif part["type"] == "list" and "items" in part:
            yield from media_paths(part["items"], f"{path}[]")
        for name, inner in part.get("fields", {}).items():
            yield from media_paths(inner, f"{path}.{name}")


def test_the_records_of_the_endpoints_know_every_medium_that_a_model_takes() -> None:
    for provider, path, model in EVERY:
        endpoint = ENDPOINTS[path]
        for name, field in models_of(provider.name, path)[model].fields.items():
            for place, kinds in media_paths(field, name):
                if place in endpoint.nested:
                    assert set(kinds) <= set(endpoint.nested[place]), (path, place)
                    continue
                assert set(kinds) <= set(endpoint.kinds(name)), (path, model, place)
                if place == name:
                    assert name in endpoint.media or name in endpoint.media_lists, (path, model, place)
                else:
                    assert place.endswith(".uri"), (path, place)
