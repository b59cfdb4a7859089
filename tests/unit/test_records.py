"""One record each: an endpoint is one entry in `ENDPOINTS`, and another gateway one `Provider`; all else follows."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import runway_widget
from runway_widget import AuthenticationError, Client, ConfigurationError, ServiceError
from runway_widget._create.request import prepare, prepare_raw
from runway_widget._service import provider
from runway_widget._service.duration import GUESS_SPREAD, Duration
from runway_widget._service.endpoint import ENDPOINTS, Endpoint, endpoint_at
from runway_widget._service.provider import COMETAPI, PROVIDERS, RUNWAY, Provider, client_expression
from runway_widget._watch.cadence import History
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, QUICK, created, simulated
from .test_create import DATA, PNG, URL

ELSEWHERE = Provider(
    name="Elsewhere",
    key_variable="ELSEWHERE_KEY",
    url_variable="ELSEWHERE_URL",
    url="https://api.elsewhere.example",
    prefix="/video/v2",
)


@pytest.fixture
def clock() -> ServiceTime:
    return ServiceTime()


@pytest.fixture
def sim(clock: ServiceTime) -> Iterator[Simulator]:
    with simulated(clock=clock, providers=(*PROVIDERS, ELSEWHERE)) as simulator:
        yield simulator


# An endpoint


@pytest.fixture(params=["image", "audio"])
def dream_scene(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """An endpoint that was one entry's work."""
    endpoint = Endpoint("dream_scene", "Dream scene", request.param, 20.0, {"moodImage": ("image",)})
    monkeypatch.setitem(ENDPOINTS, endpoint.path, endpoint)
    return endpoint


def test_a_new_endpoint_is_one_entry(dream_scene: Endpoint, sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    sim.next(opaque=True)  # so that the URL does not show what the output is
    task = client.create("dream_scene", model="x", moodImage=PNG, promptText="a kite at night", **QUICK)

    (request,) = created(sim)
    assert request.path == "/runwayml/v1/dream_scene"
    assert request.body == {"model": "x", "moodImage": DATA, "promptText": "a kite at night"}

    assert task._face["title"] == "Dream scene"
    assert task._request["prompt"] == "a kite at night"
    assert str(task._request["still"]).startswith("data:image/")

    row = client._journal.find(task.task_id, sim.url)
    assert row is not None
    assert (row.endpoint, row.action, row.model) == ("dream_scene", "DREAM_SCENE", "x")
    assert row.parameters["moodImage"]["type"] == "image/png"
    assert "Dream scene" in str(client.recent())

    clock.forward(100)
    (output,) = client.retrieve(task.task_id).outputs
    assert output.kind == dream_scene.output
    assert task.wait(10) is task


def test_the_cadence_of_a_new_endpoint_follows_its_typical_seconds(dream_scene: Endpoint) -> None:
    gaps = [History(running_since=0.0).gap(now, dream_scene.action) for now in range(1, 60)]
    assert gaps == [History(Duration(20.0, GUESS_SPREAD), running_since=0.0).gap(now) for now in range(1, 60)]
    assert gaps != [History(running_since=0.0).gap(now, "ANYTHING_ELSE") for now in range(1, 60)]


def test_the_simulator_refuses_a_request_without_the_media_of_a_new_endpoint(
    dream_scene: Endpoint, sim: Simulator
) -> None:
    with pytest.raises(ServiceError, match="moodImage: Required"):
        sim.client().create("dream_scene", model="x")
    with pytest.raises(ConfigurationError, match="moodImage: takes image, but the data URI is a video"):
        sim.client().create("dream_scene", model="x", moodImage="data:video/mp4;base64,AAAA")


def test_a_trouble_can_ask_for_a_new_endpoint(dream_scene: Endpoint, sim: Simulator) -> None:
    sim.trouble("forbidden", route="dream_scene")
    with pytest.raises(ServiceError, match="not allowed"):
        sim.client().create("dream_scene", model="x", moodImage=URL)


def test_only_the_fields_of_its_record_are_media_at_an_endpoint(dream_scene: Endpoint) -> None:
    body = prepare_raw(COMETAPI, "dream_scene", {"promptImage": "a word", "moodImage": PNG}, base_url=URL).body
    assert body == {"promptImage": "a word", "moodImage": DATA}


def test_at_a_route_without_a_record_the_media_fields_of_all_records_are_media(dream_scene: Endpoint) -> None:
    union = endpoint_at("something/new")
    assert {"promptImage", "videoUri", "maskUri", "audioUri", "moodImage"} <= union.media.keys()
    assert {"character", "reference", "media"} <= union.media_objects.keys()
    assert union.kinds("moodImage") == ("image",)
    with pytest.raises(ConfigurationError, match=r"promptImage: .* no such file"):
        prepare_raw(COMETAPI, "something/new", {"promptImage": "a word"}, base_url=URL)


def test_a_field_of_several_records_takes_the_kinds_of_all_at_a_route_without_a_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = Endpoint("dream_song", "Dream song", media={"promptImage": ("video",), "mood": ("audio",)})
    monkeypatch.setitem(ENDPOINTS, endpoint.path, endpoint)
    assert endpoint_at("something/new").kinds("promptImage") == ("image", "video")


@pytest.mark.parametrize("route", ["text_to_image", "something/new"])
def test_an_optional_medium_is_no_picture_that_a_task_begins_from(route: str) -> None:
    body = {"maskUri": URL, "promptText": "a kite"}
    assert prepare_raw(RUNWAY, route, body, base_url=RUNWAY.url).request["still"] == ""


# A provider


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.client_of(ELSEWHERE)


def test_another_gateway_is_one_provider(client: Client, sim: Simulator, clock: ServiceTime) -> None:
    task = client.image_to_video(model="gen4_turbo", prompt_image=URL, ratio="any:ratio", **QUICK)
    (request,) = created(sim)
    assert request.path == "/video/v2/image_to_video"
    assert "seed" not in request.body, "nothing is known of what this provider takes"
    clock.forward(1000)
    assert task.wait(10) is task
    assert {request.path for request in sim.requests if request.route == "poll"} == {f"/video/v2/tasks/{task.task_id}"}
    (entry,) = client.recent()
    assert (entry.service, entry.base_url, entry.word) == ("Elsewhere", sim.url, "Done")


def test_another_gateways_wrong_key_names_its_own_variable(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="no key: set ELSEWHERE_KEY in the environment"):
        Client.at(ELSEWHERE)
    task_id = sim.add_task()
    monkeypatch.setenv("ELSEWHERE_KEY", "test-key-that-is-wrong")
    monkeypatch.setenv("ELSEWHERE_URL", sim.url)
    task = Client.at(ELSEWHERE, journal="off").task(task_id, **QUICK)
    with pytest.raises(AuthenticationError):
        task.wait(10)
    assert "ELSEWHERE_KEY" in task._face["note"]
    monkeypatch.setenv("ELSEWHERE_KEY", KEY)
    task.resume()
    task.stop()


def test_another_gateways_card_prints_no_line_of_code_that_does_not_work(
    client: Client, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = client.task(sim.add_task(), **QUICK)
    task.stop()
    assert task._state().reattach == f'client.task("{task.task_id}")', "no expression makes such a client"
    assert client_expression(replace(ELSEWHERE, client="elsewhere()"), usual=False) == "elsewhere()"

    monkeypatch.setattr(provider, "PROVIDERS", (*PROVIDERS, ELSEWHERE))
    monkeypatch.setenv("ELSEWHERE_KEY", KEY)
    monkeypatch.setenv("ELSEWHERE_URL", sim.url)
    task = Client.at(ELSEWHERE).task(task.task_id, **QUICK)
    task.stop()
    line = task._state().reattach
    assert line == f'Client.at("Elsewhere").task("{task.task_id}")'
    again = eval(line, {"Client": Client})
    again.stop()
    assert again.task_id == task.task_id


def test_every_provider_can_be_had_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in PROVIDERS:
        monkeypatch.delenv(each.url_variable, raising=False)
        client = Client.at(each.name, KEY, journal="off")
        assert client._service.provider is each
        monkeypatch.setenv(each.key_variable, KEY)
        assert eval(client_expression(each), {"Client": Client})._service.provider is each


@pytest.mark.parametrize("wrong", ["Nowhere", "", None, 5, ["Runway"]])
def test_a_provider_that_is_none_is_an_error_that_names_those_there_are(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"a Provider or one of 'CometAPI', 'Runway'"):
        Client.at(wrong, KEY)


def test_another_gateway_has_neither_a_feed_nor_a_way_to_cancel(client: Client, sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="Elsewhere has no feed route"):
        client.task(sim.add_task(), route="feed")
    task = client.task(sim.add_task(), **QUICK)
    with pytest.raises(runway_widget.RunwayWidgetError, match="Elsewhere documents no way to cancel"):
        task.cancel()
    task.stop()


def test_a_trouble_can_ask_for_the_routes_of_one_provider(client: Client, sim: Simulator) -> None:
    task_id = sim.add_task()
    sim.trouble("server_error", route="elsewhere")
    sim.client().retrieve(task_id)
    with pytest.raises(ServiceError):
        client.retrieve(task_id)


def test_the_routes_of_a_provider_that_is_not_served_do_not_exist(clock: ServiceTime) -> None:
    with simulated(clock=clock) as sim, pytest.raises(ServiceError, match="Invalid URL"):
        sim.client_of(ELSEWHERE).retrieve(sim.add_task())


def test_of_a_provider_without_tables_nothing_is_refused_but_what_cannot_be_sent() -> None:
    creation = prepare(ELSEWHERE, "text_to_video", {"ratio": "1:1", "duration": 99}, base_url=ELSEWHERE.url)
    assert creation.body == {"ratio": "1:1", "duration": 99}
    with pytest.raises(ConfigurationError, match="is not https"):
        prepare(ELSEWHERE, "image_to_video", {"prompt_image": "http://a.example/b.png"}, base_url=ELSEWHERE.url)


def test_the_error_for_a_missing_endpoint_names_who_has_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepare(COMETAPI, "text_to_video", {}, base_url=COMETAPI.url)
    message = "CometAPI has no text_to_video; Runway has: use a client made by Client.runway()"
    assert str(caught.value) == message
    with pytest.raises(ConfigurationError, match=r"^CometAPI has no dream_scene$"):
        prepare(COMETAPI, "dream_scene", {}, base_url=COMETAPI.url)


def test_records_are_data_alone() -> None:
    for endpoint in ENDPOINTS.values():
        text = json.dumps([endpoint.media, endpoint.media_objects, endpoint.media_lists])
        assert json.loads(text)
    assert ENDPOINTS.keys() == {endpoint.path for endpoint in ENDPOINTS.values()}


def compared(node: ast.Compare) -> list[str]:
    """What a comparison compares, as source: "provider.name"; None compared with anything is no comparison."""
    sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
    return [] if "None" in sides else sides


def is_provider(source: str) -> bool:
    """Whether an expression is a provider, its name, or a name that one has."""
    last = source.removesuffix(".name").split(".")[-1]
    return last in {"provider", "COMETAPI", "RUNWAY"} or source.strip("'") in {each.name for each in PROVIDERS}


def test_nobody_compares_a_provider_or_its_name() -> None:
    """What differs between providers is data of `Provider`."""
    comparisons = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted(Path(runway_widget.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare) and any(map(is_provider, compared(node)))
    ]
    assert comparisons == []


@pytest.mark.parametrize(
    "code",
    [
        "self.provider is COMETAPI",
        "provider.name == name",
        "name in ('CometAPI', 'x') or x == 'Runway'",
        "a.provider == b",
    ],
)
def test_a_comparison_of_providers_would_be_seen(code: str) -> None:
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Compare)]
    assert any(is_provider(side) for node in nodes for side in compared(node))


@pytest.mark.parametrize("field", ["prefix", "feed_path"])
@pytest.mark.parametrize("path", ["v1", ".evil.example/v1", "/v1/", "//evil.example", "/a?b", "@evil.example", 5, None])
def test_a_path_that_could_lead_to_another_host_makes_no_provider(field: str, path: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"Provider: {field} must be"):
        replace(ELSEWHERE, **{field: path})


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": 5}, {"key_variable": " "}, {"url_variable": None}, {"url": "nope"}]
)
def test_a_provider_without_a_name_a_variable_or_a_url_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        replace(ELSEWHERE, **changes)
