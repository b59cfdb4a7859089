"""What goes out over the wire, and what has no say in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import urllib3

from runway_widget._errors import AuthenticationError, ConfigurationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.connection import pooled_session
from runway_widget._service.key import Secret
from runway_widget._service.provider import COMETAPI, RUNWAY
from runway_widget._service.service import DEFAULT_VERSION, Service
from runway_widget._service.state import Status, TaskState
from runway_widget.simulator import Simulator

from .conftest import http
from .wire import ID, KEY, RUNNING, Serve, ask, headers_of, service, trouble


class TestWhatIsSent:
    def test_a_poll_is_a_get_with_the_key_and_the_version(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        assert isinstance(ask(server.url).result, TaskState)
        (head,) = server.heads
        assert head.split("\r\n")[0] == f"GET /runwayml/v1/tasks/{ID} HTTP/1.1"
        sent = headers_of(head)
        assert sent["authorization"] == f"Bearer {KEY}"
        assert sent["x-runway-version"] == "2024-11-06"
        assert sent["user-agent"].startswith("runway-widget/")
        assert "cookie" not in sent

    def test_runways_own_route_lies_under_v1(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        service(server.url, RUNWAY).ask(ID)
        assert server.heads[0].startswith(f"GET /v1/tasks/{ID} HTTP/1.1")

    def test_a_path_in_the_base_url_stays(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        ask(server.url + "/proxy/v1")
        assert server.heads[0].startswith(f"GET /proxy/runwayml/v1/tasks/{ID} HTTP/1.1")

    def test_the_feed_route_is_a_post_of_the_task_id(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        assert isinstance(service(server.url).ask(ID, "feed").result, TaskState)
        head, _, body = server.received[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /runway/feed HTTP/1.1\r\n")
        assert b"Content-Type: application/json" in head
        assert json.loads(body) == {"task_id": ID}

    @pytest.mark.parametrize(("version", "sent"), [("2025-01-01", "2025-01-01"), (None, None), ("", None)])
    def test_the_version_can_be_set_or_left_out(self, serve: Serve, version: str | None, sent: str | None) -> None:
        server = serve(http(RUNNING))
        service(server.url, version=version).ask(ID)
        assert headers_of(server.heads[0]).get("x-runway-version") == sent

    @pytest.mark.parametrize(
        "version", [7, "2024\r\nX: y", " 2024-11-06", "2024-11-06\n", "two words", "２０２４", b"2024"]
    )
    def test_a_version_that_no_header_can_hold_is_refused(self, version: Any) -> None:
        with pytest.raises(ConfigurationError, match="version"):
            service("http://127.0.0.1:1", version=version)

    def test_create_and_delete(self, serve: Serve) -> None:
        server = serve(http('{"id": "new"}'))
        reply = service(server.url).create("image_to_video", {"model": "gen4_turbo"})
        assert (reply.status, reply.value) == (200, {"id": "new"})
        assert server.received[0].startswith(b"POST /runwayml/v1/image_to_video HTTP/1.1\r\n")
        assert json.loads(server.received[0].partition(b"\r\n\r\n")[2]) == {"model": "gen4_turbo"}
        service(server.url, RUNWAY).delete(ID)
        assert server.received[1].startswith(f"DELETE /v1/tasks/{ID} HTTP/1.1\r\n".encode())

    @pytest.mark.parametrize("task_id", ["", "..", "a/b", "a?b", "%2e%2e"])
    def test_no_request_leaves_with_an_id_that_changes_the_path(self, serve: Serve, task_id: str) -> None:
        server = serve(http("{}"))
        for call in (service(server.url).ask, service(server.url).delete):
            with pytest.raises(ConfigurationError):
                call(task_id)
        assert server.received == []


class TestNothingElseHasASay:
    @pytest.mark.parametrize("pooled", [True, False])
    def test_no_proxy_is_used_for_this_machine(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, pooled: bool
    ) -> None:
        proxy, server = serve(http("{}")), serve(http(RUNNING))
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        session = pooled_session() if pooled else None
        assert isinstance(ask(server.url, session).result, TaskState)
        trouble("https://127.0.0.1:9", session)
        assert proxy.received == []
        if session:
            session.close()

    def test_no_netrc_replaces_the_key(self, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        server = serve(http(RUNNING))
        ask(server.url)
        assert headers_of(server.heads[0])["authorization"] == f"Bearer {KEY}"

    def test_cookies_are_not_stored(self, serve: Serve) -> None:
        server = serve(http(RUNNING, "200 OK", "Set-Cookie: sid=1; Path=/", "Set-Cookie: b=2; Domain=127.0.0.1"))
        with pooled_session() as session:
            ask(server.url, session)
            ask(server.url, session)
            assert len(session.cookies) == 0
        assert "cookie" not in headers_of(server.heads[1])

    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
    @pytest.mark.parametrize("feed", [True, False])
    def test_no_redirect_is_followed(self, serve: Serve, status: str, feed: bool) -> None:
        other = serve(http(RUNNING))
        server = serve(http("<html>", status, f"Location: {other.url}/elsewhere"))
        result = service(server.url).ask(ID, "feed" if feed else "task").result
        assert isinstance(result, ServiceError)
        assert "redirects" in result.message
        assert result.http_status == int(status[:3])
        assert other.received == []

    def test_a_redirect_to_something_that_is_no_url_is_still_a_redirect(self, serve: Serve) -> None:
        server = serve(http("", "302 Found", "Location: http://[::1"))
        result = ask(server.url).result
        assert isinstance(result, ServiceError)
        assert "redirects" in result.message


class TestWithTheSimulator:
    """The same, through a whole HTTP server and with both shapes."""

    @pytest.mark.parametrize("shape", ["wrapped", "bare"])
    def test_each_shape_and_route(self, shape: Any) -> None:
        with Simulator(shape, speed=1) as simulator:
            task_id = simulator.add_task(queued=0, duration=1000, submitted_ago=500)
            for provider, route in ((COMETAPI, "task"), (COMETAPI, "feed"), (RUNWAY, "task")):
                result = Service(provider, Secret(KEY), simulator.url, DEFAULT_VERSION).ask(task_id, route).result
                assert isinstance(result, TaskState), result
                assert (result.task_id, result.status) == (task_id, Status.IN_PROGRESS)

    @pytest.mark.parametrize(
        ("kind", "options", "error"),
        [
            ("unauthorized", {}, AuthenticationError),
            ("not_visible", {"status": 200, "where": "message"}, TaskNotFound),
            ("not_visible", {"status": 400, "where": "error"}, TaskNotFound),
            ("server_error", {"status": 504}, ServiceError),
            ("html", {"status": 200}, NoAnswer),
            ("empty", {}, NoAnswer),
            ("truncated", {}, NoAnswer),
            ("reset", {}, NoAnswer),
            ("reset", {"sent": 10}, NoAnswer),
        ],
    )
    def test_troubles(self, kind: str, options: dict[str, Any], error: type[ServiceError]) -> None:
        with Simulator(speed=1) as simulator:
            task_id = simulator.add_task()
            simulator.trouble(kind, **options)
            assert isinstance(service(simulator.url).ask(task_id).result, error)
            assert isinstance(service(simulator.url).ask(task_id).result, TaskState), "and after it, the task again"

    def test_a_pooled_session_uses_one_connection(self) -> None:
        with Simulator(speed=1) as simulator, pooled_session() as session:
            task_id = simulator.add_task()
            for _ in range(3):
                service(simulator.url).ask(task_id, session=session)
            (pool,) = session.get_adapter("http://").poolmanager.pools._container.values()  # type: ignore[attr-defined]
            assert pool.num_connections == 1


class TestService:
    def test_two_services_are_equal_if_they_ask_the_same_address_with_the_same_key(self) -> None:
        url = "https://a.example"
        assert service(url).identity == service(url + "/v1/").identity
        assert service(url).identity != service("https://b.example").identity
        assert service(url).identity != service(url, version=None).identity
        assert service(url).identity != Service(COMETAPI, Secret(KEY + "x"), url, "2024-11-06").identity
        assert service(url).identity != service(url, RUNWAY).identity, "their routes are not the same"

    def test_the_key_goes_to_the_services_own_origin_only(self) -> None:
        own = service("https://a.example:8443/proxy")
        assert own.auth_for("https://a.example:8443/proxy/media/x.mp4?_jwt=1") is not None
        for other in ("media/x.mp4", "proxying/x", "proxy/../x", "proxy/%2e%2e/x"):
            assert own.auth_for(f"https://a.example:8443/{other}") is None, "it may be somebody else's"
        for other in ("http://a.example:8443/x", "https://a.example/x", "https://b.example:8443/x", "/x", ""):
            assert own.auth_for(other) is None
        assert own.auth_for("https://a.example:8443@evil.example/x") is None
        assert own.auth_for("https://a.example:8443.evil.example/x") is None

    def test_a_key_of_the_environment_is_read_again_on_renewal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-first-one")
        first = Service(COMETAPI, None, None, None)
        assert first.with_current_key().identity == first.identity
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-second-one")
        renewed = first.with_current_key()
        assert renewed.identity[2] != first.identity[2]
        assert renewed.identity[:2] == first.identity[:2]
        monkeypatch.delenv("COMETAPI_KEY")
        assert first.with_current_key() is first
        given = Service(COMETAPI, Secret("sk-given-by-hand"), None, None)
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-third-one")
        assert given.with_current_key() is given

    def test_ctrl_c_in_a_request_raises_keyboard_interrupt(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(self: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(urllib3.connection.HTTPConnection, "getresponse", interrupt)
        with pytest.raises(KeyboardInterrupt):
            ask(serve(http(RUNNING)).url)
