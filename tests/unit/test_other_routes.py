"""Any task that the service can show, at any of its routes: watched, saved and taken up again, end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from runway_widget import Client, ConfigurationError, RunwayWidgetError, TaskFailed
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider, checked_route
from runway_widget._watch import poller
from runway_widget.simulator import Simulator

from .answers import state_of, wrapped
from .creating import DUSK, QUICK, simulated

ENDED: dict[str, Any] = {"queued": 0, "duration": 1, "submitted_ago": 100, "variant": "dusk"}
KLING = "/kling/v1/videos/image2video/{id}"
VIDEOS = "/v1/videos/{id}"
ROUTES = {
    "kling": KLING,
    "videos": VIDEOS,
    "xai": "/grok/v1/videos/{id}",
    "luma": "/dream-machine/v1/generations/{id}",
    "minimax": "/minimax/v1/query/video_generation?task_id={id}",
    "dashscope": "/api/v1/tasks/{id}",
}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        yield simulator


def polls(sim: Simulator) -> list[Any]:
    return [request for request in sim.requests if request.route == "poll"]


class TestWatching:
    @pytest.mark.parametrize("name", [name for name in ROUTES if name != "minimax"])
    def test_a_task_at_each_route_succeeds_with_its_film(self, sim: Simulator, name: str) -> None:
        task = sim.client().task(sim.add_task(**ENDED), route=ROUTES[name], **QUICK).wait(20)
        assert [output["kind"] for output in task.outputs] == ["video"]
        assert {request.path for request in polls(sim)} == {ROUTES[name].replace("{id}", task.task_id)}

    @pytest.mark.parametrize("name", ROUTES)
    def test_a_task_at_each_route_fails_with_its_reason(self, sim: Simulator, name: str) -> None:
        task_id = sim.add_task(outcome="failure", failure="no kite in it", queued=0, duration=1, submitted_ago=100)
        task = sim.client().task(task_id, route=ROUTES[name], **QUICK)
        with pytest.raises(TaskFailed, match="no kite in it"):
            task.wait(20)

    def test_minimax_names_a_file_and_no_url(self, sim: Simulator) -> None:
        task = sim.client().task(sim.add_task(**ENDED), route=ROUTES["minimax"], **QUICK).wait(20)
        assert (task.outputs, task.data["file_id"]) == ([], "205258526306433")

    @pytest.mark.parametrize("name", ROUTES)
    def test_a_task_runs_at_each_route(self, sim: Simulator, name: str) -> None:
        task_id = sim.add_task(queued=0, duration=1000, submitted_ago=500)
        state = sim.client().retrieve(task_id, route=ROUTES[name])
        # xAI has one word for all that comes before the end.
        assert (state.task_id, state.status) == (task_id, "QUEUED" if name == "xai" else "IN_PROGRESS")

    def test_the_version_of_runways_api_goes_to_runways_routes_only(self, sim: Simulator) -> None:
        task_id = sim.add_task(**ENDED)
        for route in (*ROUTES.values(), "task", "feed"):
            sim.client().retrieve(task_id, route=route)
        with_version = [request.path for request in sim.requests if "x-runway-version" in request.headers]
        assert with_version == [f"/runwayml/v1/tasks/{task_id}", "/runway/feed"]

    def test_two_routes_of_one_task_are_two_watches_and_two_cards_of_one_are_one(self, sim: Simulator) -> None:
        task_id = sim.add_task(queued=0, duration=1000)
        client = sim.client()
        tasks = [client.task(task_id, route=route, poll_interval=60) for route in (KLING, KLING, VIDEOS)]
        assert len({task._subscription for task in tasks}) == 3
        assert len(poller.shared()._entries) == 2
        for task in tasks:
            task.close()

    def test_the_card_prints_the_route(self, sim: Simulator) -> None:
        task = sim.client().task(sim.add_task(**ENDED), route=KLING, **QUICK)
        line = f'client.task("{task.task_id}", route="{KLING}")'
        assert line in task._lost
        assert task.wait(20)._state().reattach == line
        assert 'route="feed"' in sim.client().task(task.task_id, route="feed")._lost

    def test_nothing_can_be_cancelled_there(self, sim: Simulator) -> None:
        task = sim.runway_client().task(sim.add_task(queued=0, duration=1000), route=KLING, poll_interval=60)
        assert "cancel" not in task._actions
        with pytest.raises(RunwayWidgetError, match=r"kling.* cannot be cancelled, so it goes on and is charged"):
            task.cancel()
        assert "DELETE" not in {request.method for request in sim.requests}
        task.close()

    def test_a_workflows_output_is_named_after_its_nodes(self) -> None:
        output = {"node-1": ["https://e.example/a.mp4"], "node-2": ["https://e.example/b.png"]}
        state = state_of({"id": "7", "status": "SUCCEEDED", "output": output})
        assert [made.kind for made in state.outputs] == ["video", "image"]


class TestRoutes:
    @pytest.mark.parametrize(
        ("given", "used"),
        [
            (VIDEOS, VIDEOS),
            ("/{id}", "/{id}"),
            ("/v1/videos/{video_id}", VIDEOS),
            ("/kling/v1/videos/image2video/{task_id}", KLING),
            ("/v1/jobs/{id}/status", "/v1/jobs/{id}/status"),
            ("/minimax/v1/query/video_generation?task_id={task_id}", ROUTES["minimax"]),
        ],
    )
    def test_what_is_used(self, given: str, used: str) -> None:
        assert checked_route(given, COMETAPI) == used
        assert checked_route(used, RUNWAY) == used

    @pytest.mark.parametrize(
        "route",
        [
            *("https://evil.example/v1/videos/{id}", "//evil.example/{id}", "@evil.example/{id}", "/\\evil/{id}"),
            *("/v1/../{id}", "/v1/./{id}", "/../{id}", "/..?id={id}", "/v1/%2e%2e/{id}", "/v1/{id}/..", "/v1//{id}"),
            *("/v1/videos", "/v1/videos/", "v1/videos/{id}", "/v1/videos/{id}/", "/v1/{id}/{id}", "/v1/{model}/{id}"),
            *("/v1/x{id}", "/v1/{id}?key=1", "/v1/q?id={id}&key=1", "/v1/q?key=1", "/v1/q#{id}", "/v1/q?{id}=1"),
            *("/v1/ä/{id}", "/v1/ {id}", "/v1/{id}\r\nX: 1", "/v1/{id}\n", "Task", "", None, 7, ["task"]),
        ],
    )
    def test_what_is_refused_before_anything_is_sent(self, sim: Simulator, route: Any) -> None:
        client = sim.client()
        for call in (
            lambda: client.task("t", route=route),
            lambda: client.retrieve("t", route=route),
            lambda: client.create("sound_effect", promptText="wind", route=route),
        ):
            with pytest.raises(ConfigurationError, match=r"route must be 'task', 'feed', or .*'/v1/videos/\{id\}'"):
                call()
        assert sim.requests == []

    def test_a_query_is_not_repeated(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            checked_route("https://e.example/v1/{id}?key=sk-s3cret", COMETAPI)
        assert "s3cret" not in str(caught.value)

    def test_a_providers_paths_lead_nowhere_else_either(self) -> None:
        with pytest.raises(ConfigurationError, match="prefix must be a path"):
            Provider(name="X", key_variable="X_KEY", url_variable="X_URL", url="https://x.example", prefix="/v1/..")


class TestContent:
    """A finished video whose file lies behind the key."""

    @pytest.fixture
    def task_id(self, sim: Simulator) -> str:
        return sim.add_task(content_only=True, **ENDED)

    def test_it_is_saved_with_the_key(self, sim: Simulator, task_id: str, tmp_path: Path) -> None:
        task = sim.client().task(task_id, route=VIDEOS, save_to=tmp_path, **QUICK).wait(20)
        assert task.outputs == [{"url": f"{sim.url}/v1/videos/{task_id}/content", "kind": "video"}]
        assert (tmp_path / f"{task_id}-1.mp4").read_bytes() == DUSK
        (request,) = [request for request in sim.requests if request.route == "media"]
        assert request.bearer

    def test_without_the_key_there_is_nothing(self, sim: Simulator, task_id: str) -> None:
        assert requests.get(f"{sim.url}/v1/videos/{task_id}/content", timeout=5).status_code == 401

    def test_a_link_to_it_in_the_answer_is_the_same(self, sim: Simulator) -> None:
        for url, needs_key in ((f"{sim.url}/v1/videos/7/content", True), ("https://e.example/content", False)):
            state = state_of(wrapped(status="SUCCESS", fail_reason=url))
            assert [output.needs_key for output in sim.client()._service._outputs(state, "")] == [needs_key]


class TestCreating:
    """A gateway's other routes as a provider of one's own."""

    @pytest.mark.parametrize(
        ("prefix", "endpoint", "route"),
        [
            ("/kling/v1", "videos/image2video", KLING),
            ("/v1", "videos", VIDEOS),
            ("/grok/v1", "videos/generations", ROUTES["xai"]),
            ("/dream-machine/v1", "generations", ROUTES["luma"]),
            ("/minimax/v1", "video_generation", ROUTES["minimax"]),
            ("/api/v1", "services/aigc/video-generation/video-synthesis", ROUTES["dashscope"]),
        ],
    )
    def test_the_answer_of_each_names_the_task(self, sim: Simulator, prefix: str, endpoint: str, route: str) -> None:
        client = a_client(sim, prefix)
        sim.next(**{name: value for name, value in ENDED.items() if name != "submitted_ago"} | {"duration": 0})
        task = client.create(endpoint, prompt="a kite", route=route, **QUICK).wait(20)
        assert (task.status, sim.requests[0].task_id) == ("SUCCESS", task.task_id)

    def test_the_journal_recalls_the_route(self, sim: Simulator) -> None:
        client = a_client(sim, "/kling/v1")
        sim.next(queued=0, duration=0)
        made = client.create("videos/image2video", prompt="a kite", route=KLING, **QUICK).wait(20)
        assert client.recent()[0].task().wait(20)._route == KLING
        assert client.task(made.task_id, **QUICK).wait(20)._route == KLING
        assert {request.path for request in polls(sim)} == {KLING.replace("{id}", made.task_id)}
        assert client.task(made.task_id, route="task", poll_interval=60)._route == "task"


def a_client(sim: Simulator, prefix: str) -> Client:
    name = prefix.strip("/").replace("/", "_").upper()
    return sim.client_of(Provider(name, f"{name}_KEY", f"{name}_URL", "https://api.cometapi.com", prefix))
