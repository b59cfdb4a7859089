"""One file on its way to the service's store: what is sent there, what never is, and what is done about trouble."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, NoAnswer, ServiceError
from runway_widget._service import adapter
from runway_widget._service.limits import Limits
from runway_widget._service.public_hosts import exchange

from .certificates import HOST, MEDIA_HOST
from .internet import Internet
from .origin import KEY, Asked, Reply, origin
from .store import PIECES, SIGNATURE, XML, Hosts, at, open_hosts, parcel, place, said, sent
from .tunnels import Company


@pytest.fixture
def hosts(internet: Internet) -> Iterator[Hosts]:
    with open_hosts(internet) as hosts:
        yield hosts


# What is sent


def test_a_place_is_asked_for_and_filled_by_a_form_with_the_file_last(hosts: Hosts) -> None:
    hosts.api.rules = [place("https://store.example/b", policy='p"x')]
    assert sent(hosts.service) == "runway://a/1"
    (asked,) = hosts.api.asked
    assert (asked.target, json.loads(asked.body)) == ("/v1/uploads", {"filename": "video.mp4", "type": "ephemeral"})
    (form,) = hosts.store.asked
    boundary = form.headers["content-type"].removeprefix("multipart/form-data; boundary=").encode()
    parts = form.body.removesuffix(b"\r\n--" + boundary + b"--\r\n").split(b"--" + boundary + b"\r\n")
    heads = [part.partition(b"\r\n\r\n")[0].decode() for part in parts[1:]]
    assert heads == [
        'Content-Disposition: form-data; name="key"',
        'Content-Disposition: form-data; name="policy"',
        'Content-Disposition: form-data; name="file"; filename="video.mp4"\r\nContent-Type: video/mp4',
    ]
    contents = [part.partition(b"\r\n\r\n")[2] for part in parts[1:]]
    assert contents == [b"ephemeral/1\r\n", b'p"x\r\n', b"".join(PIECES)]


def test_the_length_is_announced_as_a_store_demands(hosts: Hosts) -> None:
    sent(hosts.service)
    (form,) = hosts.store.asked
    assert int(form.headers["content-length"]) == len(form.body)
    assert "transfer-encoding" not in form.headers


def test_the_store_gets_neither_the_key_nor_a_cookie_nor_the_version(hosts: Hosts) -> None:
    usual = hosts.api.rules[0](Asked("", {}))
    hosts.api.rules = [lambda _: Reply(200, {**usual.headers, "Set-Cookie": "a=b; Domain=example"}, usual.body)]
    sent(hosts.service)
    (form,) = hosts.store.asked
    assert hosts.api.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert not {"authorization", "cookie", "x-runway-version"} & form.headers.keys()
    assert KEY not in str(form)


def test_nor_does_the_services_own_origin_get_the_key_with_a_file(internet: Internet) -> None:
    rules = place("https://api.example/v1/store"), said(204)
    with origin(*rules) as api:
        internet("api.example", api)
        sent(at("https://api.example"))
    assert ["authorization" in asked.headers for asked in api.asked] == [True, False]


def test_progress_is_told_piece_by_piece(hosts: Hosts) -> None:
    heard: list[float] = []
    sent(hosts.service, parcel([b"1" * 600] * 4), progress=heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]


# Where it goes


@pytest.mark.parametrize("address", ["10.0.0.7", "169.254.169.254", "127.0.0.1", "::1"])
def test_nothing_goes_into_the_private_network(internet: Internet, address: str) -> None:
    with origin(place("https://store.example/b")) as api, origin(said(204)) as store:
        internet("api.example", api)
        internet("store.example", store, address)
        with pytest.raises(ServiceError, match="address for the upload leads to an address of a private network"):
            sent(at("https://api.example"))
    assert store.asked == []
    assert len(api.asked) == 1, "to try again would not help"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://store.example/b", "is not https"),
        ("http://127.0.0.1:1/b", "is not https"),
        ("ftp://store.example/b", "is no web address"),
        ("https://u:p@store.example/b", "is no web address"),
        ("/b", "is no web address"),
    ],
)
def test_an_address_that_is_none_is_refused(hosts: Hosts, url: str, wrong: str) -> None:
    hosts.api.rules = [place(url)]
    with pytest.raises(ServiceError, match=f"^the address for the upload {wrong}"):
        sent(hosts.service)
    assert hosts.store.asked == []


def test_a_redirect_is_not_followed(hosts: Hosts, internet: Internet) -> None:
    hosts.answer(said(307, Location="https://elsewhere.example/b"))
    with origin(said(204)) as elsewhere:
        internet("elsewhere.example", elsewhere)
        with pytest.raises(ServiceError, match="its store refused it"):
            sent(hosts.service)
    assert elsewhere.asked == []


# Answers


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"uploadUrl": "https://store.example/b", "fields": {}},
        {"uploadUrl": "https://store.example/b", "fields": {}, "runwayUri": "https://a.example/b"},
        {"uploadUrl": "https://store.example/b", "fields": {}, "runwayUri": "runway://a b"},
        {"uploadUrl": "https://store.example/b", "fields": {"a": 1}, "runwayUri": "runway://a"},
        {"uploadUrl": "https://store.example/b", "fields": [], "runwayUri": "runway://a"},
        {"uploadUrl": 7, "fields": {}, "runwayUri": "runway://a"},
        [],
    ],
)
def test_an_answer_without_a_place_is_an_error(hosts: Hosts, answer: Any) -> None:
    hosts.api.rules = [said(200, json.dumps(answer))]
    with pytest.raises(ServiceError, match="names no place"):
        sent(hosts.service)
    assert hosts.store.asked == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (401, '{"error":"no such key"}', AuthenticationError, "no such key"),
        (403, '{"error":"buy credits first"}', AccessDenied, "buy credits first"),
        (400, '{"error":"Validation of body failed"}', ServiceError, "Validation of body failed"),
        (404, '{"error":"Not Found"}', ServiceError, "Runway has no route '/v1/uploads' at this base URL: “Not Found”"),
    ],
)
def test_a_refusal_of_the_service_is_told_in_its_words(
    hosts: Hosts, status: int, body: str, kind: type[ServiceError], message: str
) -> None:
    hosts.api.rules = [said(status, body)]
    with pytest.raises(ServiceError, match=message) as caught:
        sent(hosts.service)
    assert (type(caught.value), caught.value.http_status) == (kind, status)
    assert (len(hosts.api.asked), len(hosts.store.asked)) == (1, 0)


def test_a_refusal_of_the_store_is_told_in_its_words(hosts: Hosts) -> None:
    hosts.answer(said(403, XML % (b"AccessDenied", b"Policy expired\x1b[31m")))
    with pytest.raises(
        ServiceError, match=r"^its store refused it: Policy expired\S* \(HTTP 403, AccessDenied\)$"
    ) as caught:
        sent(hosts.service)
    assert type(caught.value) is ServiceError, "it is not the key that was refused"
    assert "\x1b" not in str(caught.value)
    assert len(hosts.store.asked) == 1


def test_a_refusal_without_an_end_is_read_for_a_while_only(hosts: Hosts) -> None:
    def endless(_: Asked) -> Reply:
        return Reply(400, body=(b"<p>" * 1000 for _ in iter(int, 1)))

    hosts.answer(endless)
    with pytest.raises(ServiceError, match=r"^its store refused it \(HTTP 400\)$"):
        sent(hosts.service)


def test_the_answer_to_a_file_may_take_as_long_as_its_last_bytes_are_on_their_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapter, "ANSWER", Limits(2**20, -1.0))  # the time of any other answer is over already
    with origin(said(204)) as store:
        with pytest.raises(NoAnswer), exchange("POST", store.url, store.url, "the place", {}):
            pass
        with exchange("POST", store.url, store.url, "the place", {}, body=deque([b"1"])) as answer:
            assert answer.status_code == 204


# The way


def test_it_goes_through_a_companys_proxy_with_its_certificates(company: Company) -> None:
    with origin(place(f"https://{MEDIA_HOST}/b?sig={SIGNATURE}")) as api, origin(said(204)) as store:
        url = company.serve(api.server_port)
        company.serve(store.server_port, MEDIA_HOST)
        company.enter()
        assert sent(at(url)) == "runway://a/1"
    assert company.proxy.asked == [f"{HOST}:443", f"{MEDIA_HOST}:443"]
    assert store.asked[0].target == f"/b?sig={SIGNATURE}"
    assert KEY not in "".join(company.proxy.heads) + str(store.asked)


def test_behind_a_proxy_no_private_name_is_asked_for(company: Company) -> None:
    with origin(place("https://storage.corp/b")) as api:
        url = company.serve(api.server_port)
        company.enter()
        with pytest.raises(ServiceError, match="address of a private network"):
            sent(at(url))
    assert company.proxy.asked == [f"{HOST}:443"]
