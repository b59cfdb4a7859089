"""Client: how it is set up, and one look at a task."""

from __future__ import annotations

import gc
import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from runway_widget import (
    AccessDenied,
    AuthenticationError,
    Client,
    ConfigurationError,
    NoAnswer,
    ServiceError,
    Status,
    TaskNotFound,
    TaskState,
)
from runway_widget.simulator import Simulator

from .conftest import RawServer, Script, http
from .fakes import our_threads

Serve = Callable[[Script], RawServer]

KEY = "sk-Vq3LpXw8TzRj6NcYhB2mKdF9sGa5Ue7Wo1IiQy4Mxn0CtJ"
ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
MAKERS = pytest.mark.parametrize("make", [Client, Client.runway], ids=["cometapi", "runway"])


def key_sent(server: RawServer) -> str:
    return next(line for line in server.heads[-1].split("\r\n") if line.startswith("Authorization: "))[15:]


class TestKey:
    @pytest.mark.parametrize(
        "key",
        [
            *(
                "",
                "   ",
                "\n",
                "\ufeff",
                "sk-a\nb-234567",
                "sk-a\rX-Evil: 1",
                "sk-a\x00b234",
                "sk-\x1b[31mabc",
                "sk-\x7fabc",
            ),
            *(
                "sk-ключ-abcdef",
                "sk-a\u200bb234567",
                "sk-a\u00a0b23456",
                "sk-a b-234567",
                "Bearer sk-abcdefgh",
                "“sk-abcdef”",
            ),
            *("sk-\ud800abcdef", b"sk-abcdefgh", 123456789, ["sk-abcdefgh"], {"key": "sk-abcdefgh"}, True),
            pytest.param(object(), id="an object"),  # its repr differs from process to process
        ],
        ids=ascii,
    )
    @MAKERS
    def test_what_is_no_key_is_told_before_anything_is_sent(
        self, make: Callable[..., Client], key: Any, serve: Serve
    ) -> None:
        server = serve(http("{}"))
        with pytest.raises(ConfigurationError) as caught:
            make(key, server.url)
        assert "key" in str(caught.value)
        for part in ("abcdef", "a\nb", "X-Evil", "234567", "123456"):
            assert part not in str(caught.value)
        assert server.received == []

    @MAKERS
    def test_no_key_anywhere_names_the_variable_to_set(self, make: Callable[..., Client]) -> None:
        with pytest.raises(ConfigurationError, match=r"COMETAPI_KEY|RUNWAYML_API_SECRET"):
            make()

    @pytest.mark.parametrize("blank", ["", "  ", "\n", "\ufeff"])
    def test_a_blank_variable_is_no_key(self, monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
        monkeypatch.setenv("COMETAPI_KEY", blank)
        with pytest.raises(ConfigurationError, match="set COMETAPI_KEY"):
            Client()

    def test_a_blank_argument_does_not_fall_back_to_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COMETAPI_KEY", KEY)
        with pytest.raises(ConfigurationError):
            Client("")

    @pytest.mark.parametrize("key", [KEY, f" {KEY}\n", f"\ufeff{KEY}\r\n", f"\t{KEY}"], ids=ascii)
    def test_what_copying_adds_around_a_key_is_taken_off(self, key: str, serve: Serve) -> None:
        server = serve(http('{"id": "x", "status": "PENDING"}'))
        Client(key, server.url).retrieve("x")
        assert key_sent(server) == f"Bearer {KEY}"

    def test_the_argument_counts_more_than_the_variable(self, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
        monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
        server = serve(http('{"id": "x", "status": "PENDING"}'))
        Client(base_url=server.url).retrieve("x")
        assert key_sent(server) == "Bearer sk-of-the-environment"
        Client(KEY, server.url).retrieve("x")
        assert key_sent(server) == f"Bearer {KEY}"

    def test_each_service_has_its_own_variables(self, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
        server = serve(http('{"id": "x", "status": "PENDING"}'))
        monkeypatch.setenv("COMETAPI_KEY", "sk-for-cometapi")
        with pytest.raises(ConfigurationError, match="RUNWAYML_API_SECRET"):
            Client.runway()
        monkeypatch.setenv("RUNWAYML_API_SECRET", "key-for-runway")
        monkeypatch.setenv("RUNWAYML_BASE_URL", server.url + "/v1")
        monkeypatch.setenv("COMETAPI_BASE_URL", "https://elsewhere.example")
        Client.runway().retrieve(ID)
        assert key_sent(server) == "Bearer key-for-runway"
        assert server.heads[-1].startswith(f"GET /v1/tasks/{ID} ")


class TestSetUp:
    @pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/", "/runwayml/v1", "/runwayml/v1/"])
    def test_the_base_url_of_the_environment_may_end_in_a_version(
        self, monkeypatch: pytest.MonkeyPatch, serve: Serve, tail: str
    ) -> None:
        server = serve(http('{"id": "x", "status": "PENDING"}'))
        monkeypatch.setenv("COMETAPI_BASE_URL", server.url + tail)
        Client(KEY).retrieve(ID)
        assert server.heads[0].startswith(f"GET /runwayml/v1/tasks/{ID} ")

    @pytest.mark.parametrize("url", ["http://api.cometapi.com", "javascript:alert(1)", "https://me:pw@a.example", ""])
    @MAKERS
    def test_a_base_url_that_cannot_be_used(self, make: Callable[..., Client], url: str) -> None:
        with pytest.raises(ConfigurationError, match="base_url"):
            make(KEY, url)

    def test_a_configuration_error_is_a_value_error(self) -> None:
        with pytest.raises(ValueError, match="key"):
            Client("")

    def test_unknown_keywords_are_type_errors(self) -> None:
        with pytest.raises(TypeError):
            Client(KEY, key="x")  # type: ignore[call-arg]

    def test_its_repr_names_the_service(self) -> None:
        assert repr(Client(KEY)) == "<Client of CometAPI at https://api.cometapi.com>"
        assert repr(Client.runway(KEY)) == "<Client of Runway at https://api.dev.runwayml.com>"


class TestRetrieve:
    @pytest.mark.parametrize("shape", ["wrapped", "bare"])
    def test_one_look_is_one_request(self, shape: Any) -> None:
        with Simulator(shape, speed=1) as simulator:
            task_id = simulator.add_task(queued=0, duration=10, submitted_ago=20, outputs=("video",))
            for client in (simulator.client(), simulator.runway_client()):
                before = len(simulator.requests)
                state = client.retrieve(task_id)
                assert isinstance(state, TaskState)
                assert (state.task_id, state.status, state.progress) == (task_id, Status.SUCCESS, 1.0)
                assert state.outputs[0].kind == "video"
                assert len(simulator.requests) == before + 1

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            ("401 Unauthorized", '{"error": {"message": "no"}}', AuthenticationError),
            ("403 Forbidden", '{"error": {"message": "no"}}', AccessDenied),
            ("400 Bad Request", '{"code": "task_not_exist", "message": "task_not_exist", "data": null}', TaskNotFound),
            ("404 Not Found", '{"error": "Not Found"}', TaskNotFound),
            ("500 Oops", '{"code": "get_task_failed", "message": "x"}', ServiceError),
            ("502 Bad Gateway", "<html>", NoAnswer),
        ],
    )
    def test_what_goes_wrong_is_raised_at_once(
        self, serve: Serve, status: str, body: str, error: type[ServiceError]
    ) -> None:
        server = serve(http(body, status))
        with pytest.raises(error) as caught:
            Client(KEY, server.url).retrieve(ID)
        assert caught.value.http_status == int(status[:3])
        assert len(server.received) == 1, "one look, no retry"

    @pytest.mark.parametrize("task_id", ["", "..", "a/b", "a?b", "%2e%2e", "tâche", "x" * 300, b"x", None])
    def test_an_id_that_would_change_the_path_is_refused(self, serve: Serve, task_id: Any) -> None:
        server = serve(http(json.dumps({"id": "x", "status": "PENDING"})))
        client = Client(KEY, server.url)
        with pytest.raises(ConfigurationError, match="task id"):
            client.retrieve(task_id)
        assert server.received == []


def shows_its_variables(error: BaseException) -> bool:
    """Python 3.11 gives up on a traceback with variables if the repr of one of them raises."""
    return all(repr(value) for frame, _ in traceback.walk_tb(error.__traceback__) for value in frame.f_locals.values())


@MAKERS
@pytest.mark.parametrize("arguments", [("",), (KEY, "x")])
def test_a_client_that_cannot_be_made_can_still_be_shown(make: Callable[..., Client], arguments: tuple[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(*arguments)
    assert shows_its_variables(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"task_id": ".."}, ConfigurationError),
        ({"task_id": ID, "poll_interval": -1}, ConfigurationError),
        ({"task_id": ID, "route": "fast"}, ConfigurationError),
        ({"task_id": ID, "poll_intervall": 3}, TypeError),
    ],
)
def test_a_task_that_cannot_be_made_leaves_nothing_behind_but_its_error(
    arguments: dict[str, Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Widgets close themselves when they are collected; a half made one must not fail at that, in a user's cell."""
    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    client = Client(KEY, "http://127.0.0.1:9")

    def fail() -> bool:
        with pytest.raises(error) as caught:
            client.task(**arguments)
        return shows_its_variables(caught.value)

    try:
        assert fail()
    finally:
        gc.collect()
    assert [complaint.exc_value for complaint in complaints] == []
    assert our_threads() == []
