"""Whether a request that got no answer may have been heeded: what decides if a create may be sent again."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import Any

import pytest
import urllib3

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._service.connection import pooled_session

from .conftest import http
from .wire import Serve, service, trouble


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

    def test_a_tls_handshake_that_breaks_off(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=lambda: listener.accept()[0].close())
            thread.start()
            error = trouble(f"https://127.0.0.1:{listener.getsockname()[1]}")
            thread.join(5)
        assert not error.sent
        assert error.message in {"no secure connection", "the connection broke"}, "as the system has it"

    @pytest.mark.parametrize(
        "failure",
        [ssl.SSLError("bad record mac"), ssl.SSLEOFError("EOF"), ConnectionResetError(), TimeoutError()],
        ids=repr,
    )
    def test_the_same_errors_after_the_connection_was_made(
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

        raised = error()
        assert isinstance(raised, NoAnswer)
        assert raised.sent

    def test_on_a_pooled_connection_nothing_is_certain(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pooled_session() as session:
            assert trouble(f"http://127.0.0.1:{port}", session).sent
