"""Bad answers, byte for byte, and what is read from headers."""

from __future__ import annotations

import email.utils
import gzip
import json
import socket
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._errors import ServiceError
from runway_widget._service import adapter
from runway_widget._service import service as service_module
from runway_widget._service.connection import abort, pooled_session
from runway_widget._service.limits import Limits
from runway_widget._service.payload import http_date
from runway_widget._service.retry import parse_retry_after
from runway_widget._service.state import Status, TaskState

from .conftest import http
from .fakes import until
from .wire import RUNNING, Serve, ask, trouble


def forever(connection: socket.socket, piece: bytes, pause: float = 0.0) -> None:
    """Send ``piece`` until the client closes the connection."""
    gone = threading.Event()
    while not gone.wait(pause):
        connection.sendall(piece)


def silence(connection: socket.socket) -> None:
    """Send nothing until the client closes the connection."""
    connection.recv(1)


class TestBadAnswers:
    def test_silence_is_cut_off_by_the_read_timeout(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service_module, "READ_TIMEOUT", 0.05)
        server = serve(silence)
        error = trouble(server.url)
        assert "silent" in error.message
        assert error.sent, "the request may have been heeded"

    def test_an_answer_that_drips_is_cut_off(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(adapter, "ANSWER", Limits(2**20, 0.1))

        def drip(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{")
            forever(connection, b" ", 0.005)

        server = serve(drip)
        assert trouble(server.url).message == "the answer came too slowly"
        assert server.left.wait(5), "and the connection is closed"

    @pytest.mark.parametrize("status", ["200 OK", "301 Moved\r\nLocation: /x", "502 Bad Gateway"])
    def test_a_body_without_end_is_cut_off(self, serve: Serve, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service_module, "MAX_BODY", 100_000)
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
        monkeypatch.setattr(service_module, "MAX_BODY", 100_000)
        server = serve(http(gzip.compress(b" " * 20_000_000), "200 OK", "Content-Encoding: gzip"))
        assert trouble(server.url).message == "the answer is too long"

    def test_a_packed_answer_is_unpacked(self, serve: Serve) -> None:
        server = serve(http(gzip.compress(RUNNING.encode()), "200 OK", "Content-Encoding: gzip"))
        error = ask(server.url).result
        assert isinstance(error, TaskState)
        assert error.progress == 0.5

    def test_a_chunked_answer_is_put_together(self, serve: Serve) -> None:
        half, rest = RUNNING[:20].encode(), RUNNING[20:].encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (half, rest, b""))
        server = serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
        error = ask(server.url).result
        assert isinstance(error, TaskState)
        assert error.status is Status.IN_PROGRESS

    @pytest.mark.parametrize(
        ("script", "reason"),
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
    def test_each_is_a_no_answer_error_with_its_reason(self, serve: Serve, script: bytes, reason: str) -> None:
        error = trouble(serve(script).url)
        assert error.message == reason
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
            assert isinstance(ask(serve(http(body)).url).result, ServiceError)


class TestHeaders:
    def retry_after(self, serve: Serve, value: str) -> float | None:
        error = ask(serve(http("", "429 Too Many Requests", f"Retry-After: {value}")).url).result
        assert isinstance(error, ServiceError)
        return error.retry_after

    @pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0", 0.0), (" 2.5 ", 2.5), ("86400", 86400.0)])
    def test_retry_after_in_seconds(self, serve: Serve, value: str, seconds: float) -> None:
        assert self.retry_after(serve, value) == seconds

    def test_retry_after_as_a_date(self, serve: Serve) -> None:
        seconds = self.retry_after(serve, email.utils.formatdate(time.time() + 60, usegmt=True))
        assert seconds == pytest.approx(60, abs=3)

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
        seconds = parse_retry_after(value)
        assert seconds is None or 0 <= seconds < float("inf")
        http_date(value)

    def test_the_services_clock_is_read_from_its_date(self, serve: Serve) -> None:
        ahead = serve(http(RUNNING, "200 OK", f"Date: {email.utils.formatdate(time.time() + 500, usegmt=True)}"))
        assert ask(ahead.url).clock_ahead == pytest.approx(500, abs=3)

    @pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Jan 2026 00:00:00 GMT"])
    def test_an_odd_date_is_ignored(self, serve: Serve, date: str) -> None:
        assert ask(serve(http(RUNNING, "200 OK", f"Date: {date}")).url).clock_ahead is None

    def test_without_a_date_the_services_clock_is_unknown(self, serve: Serve) -> None:
        assert ask(serve(http(RUNNING)).url).clock_ahead is None

    @pytest.mark.parametrize("name", ["X-Request-Id", "X-Oneapi-Request-Id"])
    def test_the_request_id_of_a_header(self, serve: Serve, name: str) -> None:
        error = ask(serve(http('{"error": "no"}', "400 Bad Request", f"{name}: 2026-abc")).url).result
        assert isinstance(error, ServiceError)
        assert error.request_id == "2026-abc"
        assert "request id 2026-abc" in str(error)

    def test_the_request_id_of_the_message_counts_more(self, serve: Serve) -> None:
        body = json.dumps({"error": {"message": "no (request id: inner)"}})
        error = ask(serve(http(body, "400 Bad Request", "X-Request-Id: outer")).url).result
        assert isinstance(error, ServiceError)
        assert error.request_id == "inner"


class TestAbort:
    def test_a_request_in_flight_ends_when_its_session_is_aborted(self, serve: Serve) -> None:
        server, session = serve(silence), pooled_session()
        errors: list[ServiceError] = []
        thread = threading.Thread(target=lambda: errors.append(trouble(server.url, session)))
        thread.start()
        until(lambda: server.received)
        abort(session)
        thread.join(10)
        assert not thread.is_alive()
        assert [error.message for error in errors] == ["the connection broke"]

    def test_a_connection_that_is_made_after_the_abort_ends_too(self, serve: Serve) -> None:
        session = pooled_session()
        abort(session)
        assert trouble(serve(http(RUNNING)).url, session).message == "the connection broke"
