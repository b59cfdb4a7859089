"""Networks whose way out is a proxy: it is used where the environment names one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests.adapters

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._service.connection import pooled_session
from runway_widget._service.fetch import open_url
from runway_widget._service.hosts import Place, place_of
from runway_widget._service.network import proxy_for
from runway_widget._service.state import TaskState

from .certificates import HOST, MEDIA_HOST
from .conftest import RawServer, Script, http
from .origin import medium, origin, redirect
from .tunnels import Company, ConnectProxy, Tls
from .wire import ID, KEY, RUNNING, ask, headers_of, service

Serve = Callable[[Script], RawServer]
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5000)


class TestWhichWayItGoes:
    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
    @pytest.mark.parametrize("pooled", [True, False])
    def test_an_https_service_is_reached_through_the_proxy(
        self, company: Company, serve: Serve, variable: str, pooled: bool
    ) -> None:
        server = serve(http(RUNNING))
        url = company.serve(server.port)
        company.enter(variable)
        if pooled:
            with pooled_session() as session:
                assert isinstance(ask(url, session).result, TaskState)
        else:
            assert isinstance(ask(url).result, TaskState)
        assert company.proxy.asked == [f"{HOST}:443"]
        assert headers_of(server.heads[0])["authorization"] == f"Bearer {KEY}"
        assert "proxy-authorization" not in headers_of(server.heads[0])
        assert KEY not in "".join(company.proxy.heads)

    def test_polls_share_one_tunnel(self, company: Company) -> None:
        with origin(lambda asked: medium(RUNNING.encode())(asked)) as server, pooled_session() as session:
            url = company.serve(server.server_port)
            company.enter()
            for _ in range(3):
                assert isinstance(ask(url, session).result, TaskState)
        assert company.proxy.asked == [f"{HOST}:443"]

    def test_a_variable_that_is_set_later_counts_for_the_next_request(self, company: Company, serve: Serve) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        with pooled_session() as session:
            assert isinstance(ask(url, session).result, NoAnswer)
            company.enter()
            assert isinstance(ask(url, session).result, TaskState)

    @pytest.mark.parametrize(
        "excepted", [HOST, "example", ".example", f"other.host, {HOST}", "*", f"{HOST}:443"], ids=str
    )
    @pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
    def test_no_proxy_is_used_for_a_host_that_no_proxy_names(
        self, company: Company, monkeypatch: pytest.MonkeyPatch, excepted: str, variable: str
    ) -> None:
        company.enter()
        monkeypatch.setenv(variable, excepted)
        assert proxy_for(f"https://{HOST}:443/x") is None
        assert (proxy_for("https://elsewhere.org/x") is None) is (excepted == "*")

    @pytest.mark.parametrize(
        "excepted",
        [f"'{HOST}'", f'"other.host,{HOST}"', f"other.host;{HOST}", f"other.host {HOST}", "*.example", f"{HOST}:443"],
        ids=str,
    )
    def test_no_proxy_may_be_written_as_other_programs_take_it(
        self, monkeypatch: pytest.MonkeyPatch, excepted: str
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", excepted)
        assert proxy_for(f"https://{HOST}/x") is None
        assert proxy_for("https://elsewhere.org/x") is not None

    @pytest.mark.parametrize(
        "host", ["localhost", "LOCALHOST", "a.localhost", "localhost.", "127.0.0.1", "127.9.9.9", "[::1]"]
    )
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_no_proxy_is_used_for_this_machine(self, monkeypatch: pytest.MonkeyPatch, host: str, scheme: str) -> None:
        for variable in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(variable, "http://127.0.0.1:9")
        assert proxy_for(f"{scheme}://{host}:8443/x") is None

    def test_http_proxy_alone_is_for_addresses_that_are_not_https(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert proxy_for(f"https://{HOST}/x") is None

    @pytest.mark.parametrize("around", ['"{}"', " {} ", "'{}'", "{};"])
    def test_what_an_env_file_leaves_around_the_address_is_taken_off(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch, around: str
    ) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        company.enter()
        monkeypatch.setenv("HTTPS_PROXY", around.format(company.proxy.url))
        assert isinstance(ask(url).result, TaskState)

    @pytest.mark.parametrize("given", ["", " ", '""'])
    def test_an_empty_variable_names_no_proxy(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("HTTPS_PROXY", given)
        assert proxy_for(f"https://{HOST}/x") is None

    def test_an_address_without_a_scheme_is_that_of_a_plain_proxy(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        company.enter()
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{company.proxy.port}")
        assert isinstance(ask(url).result, TaskState)

    def test_a_proxy_that_speaks_tls_itself(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        company.enter()
        monkeypatch.setenv("HTTPS_PROXY", company.add(Tls(company.proxy.port)).url)
        assert isinstance(ask(url).result, TaskState)
        assert company.proxy.asked == [f"{HOST}:443"]

    def test_a_login_of_netrc_is_sent_neither_to_the_proxy_nor_to_the_service(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "netrc").write_text("default login somebody password else\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        server = serve(http(RUNNING))
        url = company.serve(server.port)
        company.enter()
        ask(url)
        assert "authorization" not in company.proxy.heads[0].lower()
        assert headers_of(server.heads[0])["authorization"] == f"Bearer {KEY}"


class TestDownloads:
    def test_a_medium_comes_through_the_proxy_which_sees_neither_its_signature_nor_the_key(
        self, company: Company
    ) -> None:
        with origin(redirect(f"https://{HOST}/b.mp4?_jwt=second"), medium(VIDEO)) as server:
            company.serve(server.server_port)
            company.serve(server.server_port, MEDIA_HOST)
            company.enter()
            with open_url(service(f"https://{HOST}"), f"https://{MEDIA_HOST}/a.mp4?_jwt=first") as answer:
                assert (answer.status, answer.read()) == (200, VIDEO)
        assert [asked.target for asked in server.asked] == ["/a.mp4?_jwt=first", "/b.mp4?_jwt=second"]
        assert [asked.headers.get("authorization") for asked in server.asked] == [None, None]
        assert company.proxy.asked == [f"{MEDIA_HOST}:443", f"{HOST}:443"]
        assert "_jwt" not in "".join(company.proxy.heads)

    @pytest.mark.parametrize(
        "host", ["intranet", "wiki.corp", "10.0.0.1", "169.254.169.254", "[fd00::1]", "2130706433", "0x7f.1", "a.local"]
    )
    def test_a_proxy_is_not_asked_for_a_host_of_the_private_network(self, company: Company, host: str) -> None:
        company.enter()
        with (
            pytest.raises(ServiceError, match="private network") as caught,
            open_url(service(f"https://{HOST}"), f"https://{host}/a.mp4"),
        ):
            pass
        assert not caught.value.transient
        assert company.proxy.heads == []

    @pytest.mark.parametrize("host", ["media.example", "a.b.c.example.", "93.184.216.34", "2606:4700::1111"])
    def test_hosts_of_the_open_internet(self, host: str) -> None:
        assert place_of(host) is Place.PUBLIC


def test_the_tests_own_proxy_is_one(company: Company, serve: Serve) -> None:
    """So that a test that expects nothing of it cannot pass because it does nothing."""
    company.serve(serve(http("{}")).port)
    proxies = {"https": company.proxy.url}
    with requests.Session() as session:
        answer = session.get(f"https://{HOST}/{ID}", proxies=proxies, verify="tests/unit/certificates/authority.pem")
    assert answer.json() == {}
    assert isinstance(company.proxy, ConnectProxy)
