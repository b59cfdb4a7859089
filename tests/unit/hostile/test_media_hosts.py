"""A host of media that wants to know who asks, or sends what is no medium."""

from __future__ import annotations

from pathlib import Path

import pytest

from runway_widget._errors import ServiceError
from runway_widget._media.outputs import download, with_kinds
from runway_widget._media.thumbnails import thumbnail_from_url
from runway_widget._media.transfer import download_one
from runway_widget._service.fetch import open_url
from runway_widget._service.outputs import Output
from runway_widget._service.public_hosts import leads_inside

from ..answers import ID
from ..certificates import HOST, MEDIA_HOST
from ..internet import Internet
from ..origin import VIDEO, Reply, medium, origin, service, status
from ..tunnels import Company

WANTS = (
    'Basic realm="Type your password"',
    'Digest realm="x", nonce="1", qop="auth"',
    "Negotiate",
    "NTLM",
    'Bearer realm="https://evil.example"',
)


@pytest.fixture
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of logins, as tools of the command line use it, that has one for every host."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cr3t\ndefault login me password s3cr3t\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.mark.usefixtures("logins")
@pytest.mark.parametrize("number", [401, 407])
@pytest.mark.parametrize("wants", WANTS)
def test_a_host_that_asks_for_credentials_gets_none(
    wants: str, number: int, internet: Internet, tmp_path: Path
) -> None:
    asks = status(number, WWW_Authenticate=wants, Proxy_Authenticate=wants)
    with origin(asks) as server:
        internet("media.example", server)
        owner, url = service("https://api.example"), "https://media.example/a.mp4"
        with pytest.raises(ServiceError, match="the server of the medium refused it") as caught:
            download(owner, ID, [Output(url, "video")], tmp_path / "renders", renew=lambda: [])
        assert caught.value.http_status == number
        assert not caught.value.transient
        assert [output.kind for output in with_kinds(owner, [Output(url[:-4])])] == ["unknown"]
        assert thumbnail_from_url(owner, url, "video") == ""
        assert len(server.asked) == 3, "nobody tried again with a login"
    for asked in server.asked:
        assert not {"authorization", "proxy-authorization", "cookie"} & asked.headers.keys()
    assert list((tmp_path / "renders").iterdir()) == []


@pytest.mark.usefixtures("logins")
def test_nor_does_the_service_itself_get_another_login_than_the_key() -> None:
    with origin(status(401, WWW_Authenticate=WANTS[0])) as server:
        service(server.url).ask(ID)
        (asked,) = server.asked
    assert asked.headers["authorization"].startswith("Bearer ")


def test_behind_a_proxy_the_host_does_not_get_the_proxy_s_password(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with origin(status(407, Proxy_Authenticate=WANTS[0])) as server:
        company.serve(server.server_port, MEDIA_HOST)
        company.enter()
        monkeypatch.setenv("HTTPS_PROXY", company.proxy.url.replace("://", "://me:s3cr3t@"))
        with pytest.raises(ServiceError, match="refused it"):
            download(
                service(f"https://{HOST}"), ID, [Output(f"https://{MEDIA_HOST}/a.mp4")], tmp_path, renew=lambda: []
            )
    assert "s3cr3t" not in str([asked.headers for asked in server.asked])
    assert "proxy-authorization" not in server.asked[0].headers


# Where a link may lead


@pytest.mark.parametrize(
    ("url", "base_url", "inside"),
    [
        ("https://media.example/a", "https://api.example", False),
        ("https://93.184.216.34:8443/a", "https://api.example", False),
        ("https://münchen.example/a", "https://api.example", False),
        *(
            (f"https://{host}/a", "https://api.example", True)
            for host in ("10.0.0.7", "localhost", "[::1]", "a.local", "x")
        ),
        ("http://127.0.0.1:8888/a", "https://api.example", True),
        # The service's own origin, which its user has named.
        ("https://gateway.corp/files/a", "https://gateway.corp/api", False),
        ("https://GATEWAY.corp/a", "https://gateway.corp", False),
        # A service in a private network: the hosts beside it, and neither this machine nor a cloud's metadata.
        ("https://gateway.corp:8443/a", "https://gateway.corp", False),
        ("https://store.corp/a", "https://gateway.corp", False),
        ("https://10.0.0.5:9000/a", "https://10.0.0.5", False),
        ("https://127.0.0.1/a", "https://gateway.corp", True),
        ("https://localhost/a", "https://gateway.corp", True),
        ("https://127.1/a", "https://gateway.corp", True),
        ("https://169.254.169.254/a", "https://10.0.0.5", True),
        # A service on this machine: this machine, and nothing else that is private.
        ("http://127.0.0.1:9000/a", "http://127.0.0.1:8866", False),
        ("http://localhost:9000/a", "http://127.0.0.1:8866", False),
        ("https://10.0.0.7/a", "http://127.0.0.1:8866", True),
        ("https://router.local/a", "http://localhost:8866", True),
    ],
)
def test_a_link_leads_inside_or_does_not_by_its_name_and_its_service(url: str, base_url: str, inside: bool) -> None:
    assert leads_inside(url, base_url) is inside


def test_a_service_of_the_private_network_may_hand_out_what_lies_there_but_nothing_of_this_machine(
    internet: Internet,
) -> None:
    with origin(medium(VIDEO)) as server:
        internet("gateway.corp", server, "10.0.0.7")
        internet("store.corp", server, "10.0.0.8")
        internet("here.corp", server, "127.0.0.1")
        internet("metadata.corp", server, "169.254.169.254")
        owner = service("https://gateway.corp/api")
        for url in ("https://gateway.corp/files/a.mp4", "https://store.corp/a.mp4"):
            with open_url(owner, url) as answer:
                assert answer.status == 200
        for host in ("here.corp", "metadata.corp"):
            with pytest.raises(ServiceError, match="private network"), open_url(owner, f"https://{host}/a.mp4"):
                pass
    assert len(server.asked) == 2


def test_a_service_on_this_machine_does_not_reach_the_rest_of_its_network(internet: Internet) -> None:
    with origin(medium(VIDEO)) as server:
        internet("media.example", server)
        internet("router.example", server, "192.168.1.1")
        owner = service("http://127.0.0.1:8866")
        with open_url(owner, "https://media.example/a.mp4") as answer:
            assert answer.status == 200
        with pytest.raises(ServiceError, match="private network"), open_url(owner, "https://router.example/a.mp4"):
            pass
    assert len(server.asked) == 1


# What it sends

NAMES = ("../../x.sh", "/etc/cron.d/x", "C:\\x.exe", "con", "a\0b.mp4", "a\u202e4pm.exe", "x" * 300, "~/.bashrc", "-rf")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_the_host_gives_names_no_file(name: str, tmp_path: Path) -> None:
    quoted = name.encode("utf-8").decode("latin-1").replace("\0", "%00")
    said = {"Content-Disposition": f'attachment; filename="{quoted}"', "Content-Length": str(len(VIDEO))}
    folder = tmp_path / "renders"
    folder.mkdir()
    with origin(lambda _: Reply(200, said, VIDEO)) as server:
        for path in ("/..%2f..%2fx.mp4", "/%2e%2e/x.mp4", "/a/../../x.mp4", "/x.mp4;.exe", "/.mp4", "/"):
            download_one(service(server.url), server.url + path, folder, ID, renew=lambda: "")
    assert [each.relative_to(tmp_path) for each in tmp_path.rglob("*")] == [
        Path("renders"),
        Path("renders") / f"{ID}.mp4",
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "suffix"),
    [
        (b"MZ\x90\x00" + bytes(600), "application/x-msdownload", ".bin"),
        (b"#!/bin/sh\nrm -rf ~\n", "video/mp4", ".mp4"),
        (b"\x7fELF" + bytes(600), "image/png", ".png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", ".svg.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>", "image/svg+xml", ".svg"),
        (b"%PDF-1.7 /JS (app.alert(1))", "application/pdf", ".pdf"),
        (b"[InternetShortcut]\nURL=file:///etc/passwd", "application/octet-stream", ".bin"),
    ],
)
def test_the_ending_of_a_file_is_that_of_a_medium_whatever_is_in_it(
    body: bytes, content_type: str, suffix: str, tmp_path: Path
) -> None:
    with origin(lambda _: Reply(200, {"Content-Type": content_type, "Content-Length": str(len(body))}, body)) as server:
        path = download_one(service(server.url), server.url + "/a.exe", tmp_path, ID, renew=lambda: "")
    assert path.name == ID + suffix


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><script>alert(1)</script>", b"\xef\xbb\xbf \n<HTML>", b"<p>log in</p>"]
)
def test_a_page_is_not_saved_as_a_medium(body: bytes, tmp_path: Path) -> None:
    said = {"Content-Type": "text/html", "Content-Length": str(len(body))}
    with origin(lambda _: Reply(200, said, body)) as server, pytest.raises(ServiceError, match="a web page"):
        download_one(service(server.url), server.url + "/a.mp4", tmp_path, ID, renew=lambda: "")
    assert list(tmp_path.iterdir()) == []


def test_a_medium_that_is_another_one_each_time_is_not_put_together(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), medium(VIDEO[::-1], etag='"two"')) as server:
        path = download_one(
            service(server.url), server.url + "/a", tmp_path, ID, renew=lambda: "", pause=lambda _: None
        )
    assert path.read_bytes() == VIDEO[::-1]
