"""Whom a download speaks to, and what it gives away: the key, the signature, the private network."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._media.transfer import download_one
from runway_widget._service import public_hosts
from runway_widget._service.fetch import open_url
from runway_widget._service.hosts import Place, place_of_address

from .internet import PUBLIC, Internet
from .origin import KEY, Asked, Origin, Reply, medium, origin, redirect, service, status

VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5000)
SIGNATURE = "eyJhbGciOiJIUzI1NiJ9.s3cr3t"


def get(base_url: str, url: str) -> tuple[int, bytes]:
    with open_url(service(base_url), url) as answer:
        return answer.status, answer.read()


def bearers(server: Origin) -> list[str | None]:
    return [asked.headers.get("authorization") for asked in server.asked]


# The key


def test_the_key_is_sent_to_the_services_own_origin() -> None:
    with origin(medium(VIDEO)) as server:
        get(server.url, server.url + "/files/a.mp4")
    assert bearers(server) == [f"Bearer {KEY}"]


def test_the_key_is_sent_to_no_other_origin() -> None:
    with origin(medium(VIDEO)) as server:
        get("http://127.0.0.1:9", server.url + "/a.mp4")
        get(f"http://localhost:{server.server_port}", server.url + "/a.mp4")
    assert bearers(server) == [None, None]


def test_the_key_is_not_sent_after_a_redirect_to_another_origin() -> None:
    with origin(medium(VIDEO)) as cdn, origin(redirect(cdn.url + "/a.mp4")) as server:
        assert get(server.url, server.url + "/files/1")[0] == 200
    assert bearers(server) == [f"Bearer {KEY}"]
    assert bearers(cdn) == [None]


def test_the_key_is_not_sent_after_a_redirect_from_another_origin_back_to_the_service() -> None:
    with origin(medium(VIDEO)) as server, origin(redirect(server.url + "/v1/organization")) as stranger:
        get(server.url, stranger.url + "/a.mp4")
    assert bearers(stranger) == [None]
    assert bearers(server) == [None]


def test_the_key_is_sent_after_a_redirect_within_the_service() -> None:
    with origin(redirect("/b.mp4"), medium(VIDEO)) as server:
        get(server.url, server.url + "/a.mp4")
    assert bearers(server) == [f"Bearer {KEY}"] * 2


def test_no_cookie_and_no_netrc_login_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password pw\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with origin(status(302, Location="/b.mp4", Set_Cookie="who=me; Path=/"), medium(VIDEO)) as server:
        get("http://127.0.0.1:9", server.url + "/a.mp4")
    assert bearers(server) == [None, None]
    assert all("cookie" not in asked.headers for asked in server.asked)


# Redirects


def test_a_fourth_redirect_is_refused() -> None:
    with origin(*[redirect(f"/{n}") for n in range(3)], medium(VIDEO)) as server:
        assert get(server.url, server.url + "/a")[0] == 200
    with origin(redirect("/again")) as server, pytest.raises(ServiceError, match="more than 3 times"):
        get(server.url, server.url + "/a")
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://x.example/a", "data:video/mp4;base64,AA", "//user:pw@127.0.0.1/a", "http://[", ""],
)
def test_a_redirect_to_something_else_than_a_web_address_is_refused(location: str) -> None:
    with origin(redirect(location)) as server, pytest.raises(ServiceError, match="no web address"):
        get(server.url, server.url + "/a")


def test_the_body_of_a_redirect_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: Asked) -> Reply:
        return Reply(302, {"Location": "/b.mp4"}, iter(lambda: bytes(65_536), b""))

    with origin(endless, medium(VIDEO)) as server:
        assert get(server.url, server.url + "/a.mp4")[0] == 200


@pytest.mark.parametrize("url", ["http://media.example/a.mp4", "http://127.0.0.1:1/a.mp4"])
def test_plain_http_is_refused_for_a_public_service(internet: Internet, url: str) -> None:
    with origin(medium(VIDEO)) as server:
        internet("media.example", server)
        with pytest.raises(ServiceError, match="not https"):
            get("https://api.example", url)
    assert server.asked == []


def test_plain_http_to_another_host_is_refused_for_a_service_on_loopback(internet: Internet) -> None:
    with origin(medium(VIDEO)) as server:
        internet("media.example", server)
        with pytest.raises(ServiceError, match="not https"):
            get("http://127.0.0.1:9", "http://media.example/a.mp4")
    assert server.asked == []


# The private network


def test_a_public_address_is_fetched(internet: Internet) -> None:
    with origin(medium(VIDEO)) as server:
        internet("media.example", server)
        assert get("https://api.example", "https://media.example/a.mp4?sig=1") == (200, VIDEO)
    assert server.asked[0].headers["host"] == "media.example"
    assert server.asked[0].target == "/a.mp4?sig=1"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.7"])
def test_nothing_is_sent_to_a_private_address_behind_a_public_name(internet: Internet, address: str) -> None:
    with origin(medium(VIDEO)) as server:
        internet("media.example", server, address)
        with pytest.raises(ServiceError, match="private network") as caught:
            get("https://api.example", "https://media.example/a.mp4")
    assert server.asked == []
    assert not caught.value.transient


def test_a_redirect_into_the_private_network_is_refused(internet: Internet) -> None:
    with origin(medium(VIDEO)) as inside, origin(redirect("https://inside.example/admin")) as outside:
        internet("media.example", outside)
        internet("inside.example", inside, "127.0.0.1")
        with pytest.raises(ServiceError, match="private network"):
            get("https://api.example", "https://media.example/a.mp4")
    assert len(outside.asked) == 1
    assert inside.asked == []


def test_a_redirect_to_this_machine_itself_is_refused(internet: Internet, tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as inside, origin(redirect(inside.url)) as outside:
        internet("media.example", outside)
        with pytest.raises(ServiceError, match="not https"):
            get("https://api.example", "https://media.example/a.mp4")
    assert inside.asked == []


def test_the_address_of_a_real_connection_is_checked_before_anything_is_sent() -> None:
    with origin(medium(VIDEO)) as server, pytest.raises(ServiceError, match="private network"):
        get("https://api.example", f"https://localhost:{server.server_port}/a.mp4")
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.8.8.8", "169.254.1.1", "172.16.0.1", "192.168.1.1", "192.0.2.1"),
        *("198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::a00:1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
    ],
)
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    assert place_of_address(address) is not Place.PUBLIC


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_public(address: str) -> None:
    assert place_of_address(address) is Place.PUBLIC


# What shows


def test_the_signature_is_in_no_log_line_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, internet: Internet
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"https://media.example/a.mp4?_jwt={SIGNATURE}"
    with origin(medium(VIDEO, cut=1000), redirect(f"/b.mp4?_jwt={SIGNATURE}"), status(401)) as server:
        internet("media.example", server)
        internet("api.example", server)
        with pytest.raises(ServiceError) as caught:
            download_one(service("https://api.example"), url, tmp_path, "t", renew=lambda: url, pause=lambda _: None)
    assert [SIGNATURE in asked.target for asked in server.asked] == [True, True, True]
    assert "/a.mp4" in caplog.text  # so something was logged
    assert SIGNATURE not in caplog.text
    assert SIGNATURE not in "".join(traceback.format_exception(caught.value))


def _unreachable(server: Origin) -> None:
    server.server_close()


def _garbled(server: Origin) -> None:
    server.rules = [lambda _: Reply(200, {"Content-Length": "9" * 5000})]


def _cut(server: Origin) -> None:
    server.rules = [medium(VIDEO, cut=10)]


def _silent(server: Origin) -> None:
    server.rules = [lambda _: Reply(200, {"Content-Length": "5"}, b"", 0, True)]


@pytest.mark.parametrize("spoil", [_unreachable, _garbled, _cut, _silent])
def test_neither_key_nor_signature_is_in_an_exception_or_its_causes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Origin], None]
) -> None:
    monkeypatch.setattr(public_hosts, "READ_TIMEOUT", 0.1)
    with origin(medium(VIDEO)) as server:
        url = f"{server.url}/a.mp4?_jwt={SIGNATURE}"
        spoil(server)
        with pytest.raises(NoAnswer) as caught:
            download_one(service(server.url), url, tmp_path, "t", renew=lambda: url, pause=lambda _: None)
    todo: list[BaseException | None] = [caught.value]
    while todo:
        error = todo.pop()
        if error is None:
            continue
        todo += [error.__cause__, error.__context__]
        assert isinstance(error, ServiceError)
        assert KEY not in repr(vars(error)) + str(error)
        assert SIGNATURE not in repr(vars(error)) + str(error)


@pytest.mark.parametrize("cut", [0, 10])
def test_the_error_of_a_body_that_breaks_off_has_no_cause(cut: int) -> None:
    with origin(medium(VIDEO, cut=cut)) as server, open_url(service(server.url), server.url) as answer:
        with pytest.raises(NoAnswer) as caught:
            list(iter(answer.read, b""))
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_characters_that_a_request_line_cannot_hold_are_escaped() -> None:
    with origin(medium(VIDEO)) as server:
        get(server.url, server.url + "/a.mp4?name=dra\u0107hen&sig=a%2Bb+c")
    assert server.asked[0].target == "/a.mp4?name=dra%C4%87hen&sig=a%2Bb+c"
