"""The wire, against servers on loopback that answer well and badly, byte for byte."""

from __future__ import annotations

import email.utils
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget import _http
from runway_widget._address import COMETAPI, RUNWAY
from runway_widget._errors import AuthenticationError, ConfigurationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._http import DEFAULT_VERSION, Answer, Bearer, Secret, Service
from runway_widget._session import pooled_session
from runway_widget._state import Status, TaskState
from runway_widget.simulator import Simulator

from .conftest import RawServer, Script, http

Serve = Callable[[Script], RawServer]

KEY = "sk-Vq3LpXw8TzRj6NcYhB2mKdF9sGa5Ue7Wo1IiQy4Mxn0CtJ"
ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
RUNNING = json.dumps({"id": ID, "status": "RUNNING", "progress": 0.5})


def service(url: str, home: Any = COMETAPI, version: str | None = "2024-11-06") -> Service:
    return Service(home, Secret(KEY), url, version)


def ask(url: str, session: requests.Session | None = None) -> Answer:
    return service(url).ask(ID, session=session)


def trouble(url: str, session: requests.Session | None = None) -> NoAnswer:
    said = ask(url, session).said
    assert isinstance(said, NoAnswer), said
    assert said.transient
    return said


def headers_of(head: str) -> dict[str, str]:
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}


class TestWhatIsSent:
    def test_a_poll_is_a_get_with_the_key_and_the_version(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        assert isinstance(ask(server.url).said, TaskState)
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

    def test_a_path_in_the_base_url_is_kept(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        ask(server.url + "/proxy/v1")
        assert server.heads[0].startswith(f"GET /proxy/runwayml/v1/tasks/{ID} HTTP/1.1")

    def test_the_feed_route_is_a_post_of_the_task_id(self, serve: Serve) -> None:
        server = serve(http(RUNNING))
        assert isinstance(service(server.url).ask(ID, "feed").said, TaskState)
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
    def test_no_proxy_is_used(self, serve: Serve, monkeypatch: pytest.MonkeyPatch, pooled: bool) -> None:
        proxy, server = serve(http("{}")), serve(http(RUNNING))
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        session = pooled_session() if pooled else None
        assert isinstance(ask(server.url, session).said, TaskState)
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

    def test_cookies_are_not_kept(self, serve: Serve) -> None:
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
        said = service(server.url).ask(ID, "feed" if feed else "task").said
        assert isinstance(said, ServiceError)
        assert "redirects" in said.message
        assert said.http_status == int(status[:3])
        assert other.received == []

    def test_a_redirect_whose_target_is_no_url_is_a_redirect_all_the_same(self, serve: Serve) -> None:
        server = serve(http("", "302 Found", "Location: http://[::1"))
        said = ask(server.url).said
        assert isinstance(said, ServiceError)
        assert "redirects" in said.message

    def test_the_users_own_certificates_are_heeded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert pooled_session().verify is True
        monkeypatch.setenv("CURL_CA_BUNDLE", "/curl.pem")
        assert pooled_session().verify == "/curl.pem"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/requests.pem")
        assert pooled_session().verify == "/requests.pem"


def forever(connection: socket.socket, piece: bytes, pause: float = 0.0) -> None:
    """Send ``piece`` until the other side has had enough."""
    gone = threading.Event()
    while not gone.wait(pause):
        connection.sendall(piece)


class TestBadAnswers:
    def test_silence_is_cut_off_by_the_read_timeout(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_http, "READ_TIMEOUT", 0.05)
        server = serve(lambda connection: connection.recv(1) and None)
        error = trouble(server.url)
        assert "silent" in error.message
        assert error.sent, "the request may have been heeded"

    def test_an_answer_that_drips_is_cut_off(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_http, "TOTAL_TIMEOUT", 0.1)

        def drip(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{")
            forever(connection, b" ", 0.005)

        server = serve(drip)
        assert trouble(server.url).message == "the answer came too slowly"
        assert server.left.wait(5), "and the connection is closed"

    @pytest.mark.parametrize("status", ["200 OK", "301 Moved\r\nLocation: /x", "502 Bad Gateway"])
    def test_a_body_without_end_is_cut_off(self, serve: Serve, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_http, "MAX_BODY", 100_000)
        sent: list[int] = []

        def flood(connection: socket.socket) -> None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
            connection.sendall(f"HTTP/1.1 {status}\r\n\r\n".encode() + b'{"code":"')
            while len(sent) < 2_000:
                connection.sendall(b"0" * 16_384)
                sent.append(16_384)

        server = serve(flood)
        assert trouble(server.url).message == "the answer is too long"
        assert server.left.wait(5)
        assert sum(sent) < 16_000_000

    def test_a_small_body_that_unpacks_to_a_large_one_is_cut_off(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_http, "MAX_BODY", 100_000)
        server = serve(http(gzip.compress(b" " * 20_000_000), "200 OK", "Content-Encoding: gzip"))
        assert trouble(server.url).message == "the answer is too long"

    def test_a_packed_answer_is_unpacked(self, serve: Serve) -> None:
        server = serve(http(gzip.compress(RUNNING.encode()), "200 OK", "Content-Encoding: gzip"))
        said = ask(server.url).said
        assert isinstance(said, TaskState)
        assert said.progress == 0.5

    def test_a_chunked_answer_is_put_together(self, serve: Serve) -> None:
        half, rest = RUNNING[:20].encode(), RUNNING[20:].encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (half, rest, b""))
        server = serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
        said = ask(server.url).said
        assert isinstance(said, TaskState)
        assert said.status is Status.IN_PROGRESS

    @pytest.mark.parametrize(
        ("script", "why"),
        [
            (http("not packed at all", "200 OK", "Content-Encoding: gzip"), "an answer that cannot be read"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "an answer cut short"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", "an answer cut short"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{", "an answer cut short"),
            (http('{"code": "succ'), "an answer cut short"),
            (http(""), "an empty answer"),
            (http("<html>"), "HTML instead of JSON"),
            (b"", "the connection broke"),
            (b"SSH-2.0-OpenSSH\r\n", "the connection broke"),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n{}", "the connection broke"),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n{}", "the connection broke"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_each_is_no_answer_and_says_why(self, serve: Serve, script: bytes, why: str) -> None:
        error = trouble(serve(script).url)
        assert error.message == why
        assert error.sent

    def test_a_reset_in_the_middle(self, serve: Serve) -> None:
        def reset(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        assert trouble(serve(reset).url).sent

    def test_a_request_is_never_sent_twice_by_itself(self, serve: Serve) -> None:
        server = serve(b"")
        with pooled_session() as session:
            trouble(server.url)
            trouble(server.url, session)
        assert len(server.received) == 2

    def test_deep_json_is_bounded_and_not_fatal(self, serve: Serve) -> None:
        for body in ("[" * 900 + "]" * 900, '{"data":' * 900 + "1" + "}" * 900, "[" * 100_000):
            assert isinstance(ask(serve(http(body)).url).said, ServiceError)


class TestWhetherItWasSent:
    """`NoAnswer.sent` is False only where it is certain that the service did not get the request."""

    def test_a_refused_connection(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(NoAnswer) as caught:
            service(f"http://127.0.0.1:{port}").create("image_to_video", {})
        assert not caught.value.sent
        assert caught.value.message == "the connection was refused"

    def test_an_unknown_host(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: Any, **__: Any) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        error = trouble("https://no-such-host.example")
        assert not error.sent
        assert error.message == "the host name is unknown"

    def test_a_connection_that_does_not_come_about_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(*_: Any, **__: Any) -> None:
            raise TimeoutError("timed out")

        monkeypatch.setattr(socket.socket, "connect", slow)
        error = trouble("http://127.0.0.1:9")
        assert not error.sent
        assert error.message == "no connection within 10 s"

    def test_a_tls_handshake_that_fails(self, serve: Serve) -> None:
        def no_tls(connection: socket.socket) -> None:
            connection.recv(1_000)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        listener = socket.create_server(("127.0.0.1", 0))

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                no_tls(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        with listener:
            error = trouble(f"https://127.0.0.1:{listener.getsockname()[1]}")
            thread.join(5)
        assert not error.sent
        assert error.message == "no secure connection"

    def test_a_certificate_that_is_not_trusted(self, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
        def distrust(self: Any) -> None:
            raise ssl.SSLCertVerificationError("self-signed certificate")

        monkeypatch.setattr(urllib3.connection.HTTPConnection, "connect", distrust)
        error = trouble("http://127.0.0.1:9")
        assert not error.sent
        assert error.message == "no secure connection"

    @pytest.mark.parametrize(
        "failure",
        [ssl.SSLError("bad record mac"), ssl.SSLEOFError("EOF"), ConnectionResetError(), TimeoutError()],
        ids=repr,
    )
    def test_the_same_errors_after_the_connection_stood(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, failure: Exception
    ) -> None:
        """A TLS error looks alike in the handshake and after the request was sent; only the connection tells."""

        def fail(self: Any) -> None:
            raise failure

        monkeypatch.setattr(urllib3.connection.HTTPConnection, "getresponse", fail)
        with pytest.raises(NoAnswer) as caught:
            service(serve(b"").url).create("image_to_video", {})
        assert caught.value.sent

    @pytest.mark.parametrize("script", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", http("")], ids=repr)
    def test_an_answer_that_breaks_off_was_sent(self, serve: Serve, script: bytes) -> None:
        def error() -> ServiceError:
            try:
                return service(serve(script).url).create("image_to_video", {}).error()
            except NoAnswer as raised:
                return raised

        told = error()
        assert isinstance(told, NoAnswer)
        assert told.sent

    def test_on_a_pooled_connection_nothing_is_certain(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pooled_session() as session:
            assert trouble(f"http://127.0.0.1:{port}", session).sent


class TestHeaders:
    def retry_after(self, serve: Serve, value: str) -> float | None:
        said = ask(serve(http("", "429 Too Many Requests", f"Retry-After: {value}")).url).said
        assert isinstance(said, ServiceError)
        return said.retry_after

    @pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0", 0.0), (" 2.5 ", 2.5), ("86400", 86400.0)])
    def test_retry_after_in_seconds(self, serve: Serve, value: str, seconds: float) -> None:
        assert self.retry_after(serve, value) == seconds

    def test_retry_after_as_a_date(self, serve: Serve) -> None:
        told = self.retry_after(serve, email.utils.formatdate(time.time() + 60, usegmt=True))
        assert told == pytest.approx(60, abs=3)

    def test_retry_after_as_a_date_that_is_past(self, serve: Serve) -> None:
        assert self.retry_after(serve, "Wed, 21 Oct 2015 07:28:00 GMT") == 0.0

    @pytest.mark.parametrize("value", ["soon", "-5", "nan", "inf", "", "Wed, 99 Oct", "1e999"])
    def test_retry_after_that_means_nothing(self, serve: Serve, value: str) -> None:
        assert self.retry_after(serve, value) is None

    @given(
        st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [-+A-Z0-9]*")
    )
    @settings(deadline=None, max_examples=150)
    def test_no_header_of_time_can_break_an_answer(self, value: str) -> None:
        seconds = _http._retry_after(value)
        assert seconds is None or 0 <= seconds < float("inf")
        _http._http_date(value)

    def test_the_services_clock_is_told_from_its_date(self, serve: Serve) -> None:
        ahead = serve(http(RUNNING, "200 OK", f"Date: {email.utils.formatdate(time.time() + 500, usegmt=True)}"))
        assert ask(ahead.url).clock_ahead == pytest.approx(500, abs=3)

    @pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Jan 2026 00:00:00 GMT"])
    def test_an_odd_date_tells_nothing(self, serve: Serve, date: str) -> None:
        assert ask(serve(http(RUNNING, "200 OK", f"Date: {date}")).url).clock_ahead is None

    def test_no_date_tells_nothing(self, serve: Serve) -> None:
        assert ask(serve(http(RUNNING)).url).clock_ahead is None

    @pytest.mark.parametrize("name", ["X-Request-Id", "X-Oneapi-Request-Id"])
    def test_the_request_id_of_a_header(self, serve: Serve, name: str) -> None:
        said = ask(serve(http('{"error": "no"}', "400 Bad Request", f"{name}: 2026-abc")).url).said
        assert isinstance(said, ServiceError)
        assert said.request_id == "2026-abc"
        assert "request id 2026-abc" in str(said)

    def test_the_request_id_of_the_message_counts_more(self, serve: Serve) -> None:
        body = json.dumps({"error": {"message": "no (request id: inner)"}})
        said = ask(serve(http(body, "400 Bad Request", "X-Request-Id: outer")).url).said
        assert isinstance(said, ServiceError)
        assert said.request_id == "inner"


class TestWithTheSimulator:
    """The same, through a whole HTTP server and with both shapes."""

    @pytest.mark.parametrize("shape", ["wrapped", "bare"])
    def test_each_shape_and_route(self, shape: Any) -> None:
        with Simulator(shape, speed=1) as simulator:
            task_id = simulator.add_task(queued=0, duration=1000, submitted_ago=500)
            for home, route in ((COMETAPI, "task"), (COMETAPI, "feed"), (RUNWAY, "task")):
                said = Service(home, Secret(KEY), simulator.url, DEFAULT_VERSION).ask(task_id, route).said  # type: ignore[arg-type]
                assert isinstance(said, TaskState), said
                assert (said.task_id, said.status) == (task_id, Status.IN_PROGRESS)

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
            assert isinstance(service(simulator.url).ask(task_id).said, error)
            assert isinstance(service(simulator.url).ask(task_id).said, TaskState), "and after it, the task again"

    def test_a_pooled_session_uses_one_connection(self) -> None:
        with Simulator(speed=1) as simulator, pooled_session() as session:
            task_id = simulator.add_task()
            for _ in range(3):
                service(simulator.url).ask(task_id, session=session)
            (pool,) = session.get_adapter("http://").poolmanager.pools._container.values()  # type: ignore[attr-defined]
            assert pool.num_connections == 1


class TestService:
    def test_two_services_are_one_if_they_ask_the_same_as_the_same(self) -> None:
        url = "https://a.example"
        assert service(url).identity == service(url + "/v1/").identity
        assert service(url).identity != service("https://b.example").identity
        assert service(url).identity != service(url, version=None).identity
        assert service(url).identity != Service(COMETAPI, Secret(KEY + "x"), url, "2024-11-06").identity
        assert service(url).identity != service(url, RUNWAY).identity, "their routes are not the same"

    def test_the_key_goes_to_the_services_own_origin_only(self) -> None:
        own = service("https://a.example:8443/proxy")
        assert own.auth_for("https://a.example:8443/media/x.mp4?_jwt=1") is not None
        for other in ("http://a.example:8443/x", "https://a.example/x", "https://b.example:8443/x", "/x", ""):
            assert own.auth_for(other) is None
        assert own.auth_for("https://a.example:8443@evil.example/x") is None
        assert own.auth_for("https://a.example:8443.evil.example/x") is None

    def test_a_key_of_the_environment_is_read_again_on_renewal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-first-one")
        first = Service(COMETAPI, None, None, None)
        assert first.renewed().identity == first.identity
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-second-one")
        renewed = first.renewed()
        assert renewed.identity[2] != first.identity[2]
        assert renewed.identity[:2] == first.identity[:2]
        monkeypatch.delenv("COMETAPI_KEY")
        assert first.renewed() is first
        given = Service(COMETAPI, Secret("sk-given-by-hand"), None, None)
        monkeypatch.setenv("COMETAPI_KEY", "sk-the-third-one")
        assert given.renewed() is given

    def test_ctrl_c_in_a_request_is_ctrl_c(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(self: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(urllib3.connection.HTTPConnection, "getresponse", interrupt)
        with pytest.raises(KeyboardInterrupt):
            ask(serve(http(RUNNING)).url)


class TestCuttingTheKey:
    """What comes back is searched for the key before anybody reads it."""

    def cut(self, value: Any) -> Any:
        return Bearer(Secret(KEY), "COMETAPI_KEY").cut_from(value)

    @pytest.mark.parametrize(
        ("told", "left"),
        [
            (KEY, "[key]"),
            (f"Bearer {KEY}!", "Bearer [key]!"),
            (f"{KEY[:6]}***{KEY[-6:]}", "[key]***[key]"),
            (f"{KEY[:5]}***{KEY[-5:]}", f"{KEY[:5]}***{KEY[-5:]}"),
            (f"a{KEY[10:17]}b", "a[key]b"),
            (KEY + KEY, "[key]"),
            ("nothing of it", "nothing of it"),
            ("", ""),
        ],
    )
    def test_every_run_of_six_characters_is_taken_out(self, told: str, left: str) -> None:
        assert self.cut(told) == left

    def test_wherever_it_stands(self) -> None:
        assert self.cut({KEY: [KEY, {"a": (f"x{KEY}")}], "n": 1, "t": True, "z": None}) == {
            "[key]": ["[key]", {"a": "x[key]"}],
            "n": 1,
            "t": True,
            "z": None,
        }

    @given(st.text("abcSK-12[]key", max_size=60), st.text("abcSK-12[]key", min_size=6, max_size=20))
    @settings(deadline=None)
    def test_nothing_of_six_characters_is_left_however_text_and_key_overlap(self, text: str, key: str) -> None:
        left = Bearer(Secret(key), "K").cut_from(text)
        slices = {key[i : i + 6] for i in range(len(key) - 5)}
        pieces = left.split("[key]") if "[key]" not in key else []
        assert not any(part in piece for part in slices for piece in pieces)

    def test_a_short_key_does_not_take_the_answers_apart(self, serve: Serve) -> None:
        """Against a simulator any key will do, such as "a"; the names of the fields must survive it."""
        server = serve(http(RUNNING))
        said = Service(COMETAPI, Secret("s"), server.url, None).ask(ID).said
        assert isinstance(said, TaskState)
        assert (said.task_id, said.status) == (ID, Status.IN_PROGRESS)
