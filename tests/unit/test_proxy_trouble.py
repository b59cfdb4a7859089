"""What goes wrong with a proxy: told by the name of its variable, without its password, and never in doubt for long."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests.adapters

from runway_widget._create.submit import submit
from runway_widget._errors import ConfigurationError, NoAnswer, SubmissionUncertain
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.fetch import open_url
from runway_widget._service.network import proxy_for
from runway_widget._service.state import TaskState
from tests.ports import free_port

from .certificates import HOST, MEDIA_HOST
from .conftest import RawServer, Script, http
from .submitting import TAKEN, TASK, Clock, a_creation, service_at
from .tunnels import Company
from .vault import debug_log, frames
from .wire import RUNNING, ask, service

Serve = Callable[[Script], RawServer]
PASSWORD = "Ünder/Se:cret@9"
LOGIN = "dom%5Cjo:%C3%9Cnder%2FSe%3Acret%409"


def fault(url: str = f"https://{HOST}") -> NoAnswer:
    error = ask(url).result
    assert isinstance(error, NoAnswer)
    return error


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("status", "transient", "words"),
        [
            (407, False, "wants other credentials"),
            (403, False, f"does not let {HOST} through"),
            (404, False, f"does not let {HOST} through"),
            (502, True, f"could not reach {HOST}"),
            (503, True, f"could not reach {HOST}"),
            (504, True, f"could not reach {HOST}"),
            (429, True, f"could not reach {HOST}"),
        ],
    )
    def test_a_proxy_that_refuses(self, company: Company, status: int, transient: bool, words: str) -> None:
        company.enter()
        company.proxy.status = status
        error = fault()
        assert words in error.message
        assert f"the proxy 127.0.0.1:{company.proxy.port} (HTTPS_PROXY)" in error.message
        assert f"({status})" in error.message
        assert "stranger" not in error.message
        assert error.transient is transient
        assert isinstance(error, ConfigurationError) is not transient
        assert not error.sent

    def test_credentials_go_to_the_proxy_and_nowhere_else(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = serve(http(RUNNING))
        url = company.serve(server.port)
        company.enter()
        company.proxy.login = f"dom\\jo:{PASSWORD}"
        assert "407" in fault().message
        monkeypatch.setenv("HTTPS_PROXY", f"http://{LOGIN}@127.0.0.1:{company.proxy.port}")
        assert isinstance(ask(url).result, TaskState)
        expected = base64.b64encode(f"dom\\jo:{PASSWORD}".encode("latin-1")).decode()
        assert f"Proxy-Authorization: Basic {expected}" in company.proxy.heads[-1]
        assert "Basic" not in server.heads[0]

    def test_a_proxy_that_nobody_listens_at_may_come_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        port = free_port()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        error = fault()
        assert (
            error.message == f"the proxy 127.0.0.1:{port} (https_proxy) cannot be reached: the connection was refused"
        )
        assert error.transient
        assert not error.sent

    def test_a_proxy_whose_name_is_unknown_may_be_known_in_another_network(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
        error = fault()
        assert error.message == "the proxy proxy.example:3128 (ALL_PROXY) cannot be reached: the host name is unknown"
        assert error.transient

    @pytest.mark.parametrize(
        "address",
        [
            *("http://", "http://:3128", "http://proxy:port", "http://proxy:0", "http://proxy:99999", "ftp://proxy:21"),
            *("http://jo:se#cret-9@proxy:1", "http://jo:12/se-cret-9@proxy:1", "http://jo:se?cret-9@proxy:1"),
            *("http://a b:1", "http://[::1", "http://jo:%D0%BF-cret-9@proxy:1", "file:///proxy", "proxy://proxy:1"),
        ],
    )
    def test_what_is_no_address_of_a_proxy_is_told_and_not_repeated(
        self, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", address)
        error = fault()
        assert isinstance(error, ConfigurationError)
        assert error.message.startswith("HTTPS_PROXY holds no address of a proxy that can be used")
        assert "cret-9" not in error.message
        assert (error.sent, error.transient) == (False, False)

    def test_a_socks_proxy_without_the_package_for_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(*_: object, **__: object) -> None:
            raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

        monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", missing)
        monkeypatch.setenv("ALL_PROXY", "socks5h://jo:se-cret-9@127.0.0.1:1080")
        error = fault()
        assert isinstance(error, ConfigurationError)
        assert error.message.startswith(
            "ALL_PROXY names a SOCKS proxy, for which PySocks is needed: pip install pysocks"
        )

    def test_a_socks_proxy_that_refuses_the_login(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class SOCKS5AuthError(OSError):
            """As PySocks calls it."""

        def refuse(*_: object, **__: object) -> None:
            raise SOCKS5AuthError("stranger")

        monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", refuse)
        monkeypatch.setenv("ALL_PROXY", "socks5://jo:se-cret-9@127.0.0.1:1080")
        error = fault()
        assert isinstance(error, ConfigurationError)
        assert error.message.startswith("the proxy 127.0.0.1:1080 (ALL_PROXY) wants other credentials")

    def test_a_plain_proxy_that_is_named_as_one_with_tls(
        self, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{company.proxy.port}")
        error = fault()
        assert isinstance(error, ConfigurationError)
        assert error.message.endswith("does not speak TLS: begin HTTPS_PROXY with http://, not https://")

    def test_a_proxy_that_hangs_up(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", serve(b"").url)
        error = fault()
        assert error.transient
        assert not error.sent
        assert "(HTTPS_PROXY)" in error.message

    @pytest.mark.parametrize("trouble", ["407", "refused", "malformed", "hangs up"])
    def test_its_password_shows_nowhere(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch, trouble: str
    ) -> None:
        places = {"407": company.proxy.url, "refused": f"http://127.0.0.1:{free_port()}", "hangs up": serve(b"").url}
        place = places.get(trouble, "http://proxy:port").removeprefix("http://")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{LOGIN}@{place}")
        company.proxy.login = "jo:other"
        with debug_log() as log:
            error = fault()
            with pytest.raises(NoAnswer) as caught:
                service(f"https://{HOST}").create("image_to_video", {})
            with pytest.raises(NoAnswer) as fetched, open_url(service(f"https://{HOST}"), f"https://{MEDIA_HOST}/a"):
                pass
        shown = str(error) + frames(caught.value) + frames(fetched.value) + log.getvalue()
        assert all(one.__cause__ is None and one.__context__ is None for one in (caught.value, fetched.value))
        for secret in (LOGIN, PASSWORD, "Se%3Acret", "Se:cret", base64.b64encode(PASSWORD.encode())[3:-3].decode()):
            assert secret not in shown

    def test_a_proxy_shows_its_place_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{LOGIN}@proxy.example:3128")
        proxy = proxy_for(f"https://{HOST}/x")
        assert repr(proxy) == "Proxy(the proxy proxy.example:3128 (HTTPS_PROXY))"


class TestCreates:
    """What certainly did not reach the service may be sent again; all else is doubt."""

    def test_a_create_goes_through_the_proxy(self, company: Company, serve: Serve) -> None:
        url = company.serve(serve(TAKEN).port)
        company.enter()
        assert self.submit(url) == TASK

    def test_a_tunnel_that_may_come_about_later_is_tried_again(self, company: Company) -> None:
        company.enter()
        company.proxy.status = 503
        with pytest.raises(NoAnswer, match="could not reach"):
            self.submit(f"https://{HOST}")
        assert len(company.proxy.heads) == 3

    @pytest.mark.parametrize("status", [407, 403])
    def test_a_refusal_is_an_error_at_once_and_no_doubt(self, company: Company, tmp_path: Path, status: int) -> None:
        company.enter()
        company.proxy.status = status
        journal = Journal(tmp_path / "journal.sqlite")
        with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
            self.submit(f"https://{HOST}", journal)
        assert len(company.proxy.heads) == 1
        assert [row.state for row in journal.recent()] == [State.REFUSED]

    def test_what_breaks_after_the_request_was_sent_is_doubt(self, company: Company, serve: Serve) -> None:
        server = serve(b"")
        url = company.serve(server.port)
        company.enter()
        with pytest.raises(SubmissionUncertain):
            self.submit(url)
        assert len(server.received) == 1

    @pytest.mark.parametrize("status", ["502 Bad Gateway", "504 Gateway Timeout", "503 Service Unavailable"])
    def test_a_page_of_a_proxy_that_reads_along_is_doubt(self, company: Company, serve: Serve, status: str) -> None:
        """It has the request, and may have handed it on."""
        server = serve(http("<html>", status))
        url = company.serve(server.port)
        company.enter()
        with pytest.raises(SubmissionUncertain):
            self.submit(url)
        assert len(server.received) == 1

    @staticmethod
    def submit(url: str, journal: Journal | None = None) -> str:
        clock = Clock()
        return submit(service_at(url), a_creation(), journal or Journal.off(), sleep=clock.sleep, clock=clock)
