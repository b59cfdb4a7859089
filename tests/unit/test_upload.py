"""One file on its way to the service's store: what is sent there, what never is, and what is done about trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, ConfigurationError, NoAnswer, ServiceError
from runway_widget._service import public_hosts
from runway_widget._service.key import Secret
from runway_widget._service.provider import RUNWAY
from runway_widget._service.service import Service
from runway_widget._service.upload import TRIES, Parcel, UploadStopped, upload
from runway_widget.simulator import Simulator

from .internet import Internet
from .origin import KEY, Asked, Origin, Reply, Rule, origin
from .vault import Vault, debug_log, describe

PIECES = [b"\x00\x00\x00\x18ftypmp42", b"a" * 70_000, b"\r\n--x--\r\n"]
SIGNATURE = "s1gnature-0f-the-store"
XML = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>%s</Message></Error>"


def parcel(pieces: list[bytes] | None = None, read: Callable[[], Any] | None = None) -> Parcel:
    pieces = PIECES if pieces is None else pieces
    return Parcel("video.mp4", "video/mp4", sum(map(len, pieces)), read or (lambda: iter(pieces)))


def at(base_url: str, key: str = KEY) -> Service:
    return Service(RUNWAY, Secret(key), base_url, "2024-11-06")


def sent(service: Service, what: Parcel | None = None, **options: Any) -> str:
    return upload(service, what or parcel(), **{"sleep": lambda _: None, **options})


def place(url: str, uri: Any = "runway://a/1", **fields: Any) -> Rule:
    answer = {"uploadUrl": url, "fields": {"key": "ephemeral/1", **fields}, "runwayUri": uri}
    return said(200, json.dumps(answer))


def said(status: int, body: str | bytes = "", **headers: str) -> Rule:
    content = body.encode() if isinstance(body, str) else body
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Reply(status, {"Content-Length": str(len(content)), **sent}, content)


class Hosts:
    """A service of the open internet, and its store, each with the rules for its answers."""

    def __init__(self, internet: Internet, api: Origin, store: Origin) -> None:
        internet("api.example", api)
        internet("store.example", store)
        self.api, self.store, self.service = api, store, at("https://api.example")

    def answer(self, *rules: Rule) -> None:
        self.store.rules = list(rules)


@pytest.fixture
def hosts(internet: Internet) -> Iterator[Hosts]:
    with origin(place(f"https://store.example/b?sig={SIGNATURE}")) as api, origin(said(204)) as store:
        yield Hosts(internet, api, store)


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
        (404, '{"error":"Not Found"}', ServiceError, r"Runway has no route '/v1/uploads' at this base URL: Not Found"),
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


# Trouble that passes


@pytest.mark.parametrize(
    "trouble",
    [
        said(503, XML % (b"SlowDown", b"Reduce your request rate")),
        said(500),
        said(400, XML % (b"RequestTimeout", b"Your socket connection was not read from")),
        lambda _: Reply(204, {"X": "x" * 70_000}),
    ],
    ids=["slow down", "internal", "timeout", "no answer"],
)
def test_what_may_pass_is_tried_again_at_a_new_place(hosts: Hosts, trouble: Rule) -> None:
    hosts.answer(trouble, said(204))
    assert sent(hosts.service) == "runway://a/1"
    assert len(hosts.store.asked) == len(hosts.api.asked) == 2
    assert hosts.store.asked[1].body.count(PIECES[1]) == 1


def test_of_a_success_no_more_is_read_than_its_status(hosts: Hosts) -> None:
    hosts.answer(lambda _: Reply(200, {"Content-Length": "5"}, b"", 0))
    assert sent(hosts.service) == "runway://a/1"


def test_it_is_not_tried_for_ever_and_waits_as_long_as_it_is_told(hosts: Hosts) -> None:
    slept: list[float] = []
    hosts.answer(said(503, Retry_After="7"))
    with pytest.raises(ServiceError, match="its store refused it"):
        sent(hosts.service, sleep=slept.append)
    assert len(hosts.store.asked) == TRIES
    assert slept == [7.0] * (TRIES - 1)


def test_a_busy_service_is_asked_again_for_a_place(hosts: Hosts) -> None:
    hosts.api.rules = [said(429, '{"error":"Too many requests"}'), place("https://store.example/b")]
    assert sent(hosts.service) == "runway://a/1"
    assert len(hosts.store.asked) == 1


def test_a_store_that_is_silent_is_no_answer(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_hosts, "SEND_TIMEOUT", 0.1)
    answered = threading.Event()

    def late(_: Asked) -> Reply:
        answered.wait(10)
        return Reply(204)

    hosts.answer(late)
    with pytest.raises(NoAnswer, match="silent for 0 s"):
        sent(hosts.service)
    answered.set()


# Ends


def test_what_cannot_be_read_any_more_ends_it_and_nothing_whole_arrives() -> None:
    def read() -> Iterator[bytes]:
        yield PIECES[0]
        raise ConfigurationError("clip.mp4 has changed")

    with Simulator(speed=600) as sim:
        with pytest.raises(ConfigurationError, match=r"^clip\.mp4 has changed$"):
            sent(at(sim.url), parcel(read=read))
        uris = [place.file for place in sim._uploads._places.values()]
        assert uris == [{}]


def test_once_it_is_stopped_nothing_more_is_sent(hosts: Hosts) -> None:
    heard: list[float] = []
    with pytest.raises(UploadStopped, match="interrupted while it was uploaded"):
        sent(hosts.service, parcel([b"1" * 600] * 4), progress=heard.append, stopped=lambda: len(heard) > 1)
    assert heard == [0.25, 0.5]
    hosts.answer(said(503))
    with pytest.raises(UploadStopped):
        sent(hosts.service, stopped=lambda: len(hosts.store.asked) > 0)
    assert len(hosts.api.asked) == 2, "not even a place is asked for"


# Secrets


@pytest.mark.parametrize(
    "answer", [said(403, XML % (b"AccessDenied", b"no")), said(503), lambda _: Reply(204, {"X": "x" * 70_000})]
)
def test_neither_key_nor_signature_shows_in_logs_and_errors(vault: Vault, internet: Internet, answer: Rule) -> None:
    address = f"https://store.example/b?sig={SIGNATURE}"
    with origin(place(address)) as api, origin(answer) as store, debug_log() as log:
        internet("api.example", api)
        internet("store.example", store)
        with pytest.raises(ServiceError) as caught:
            sent(at("https://api.example", vault.key))
    assert store.asked[0].target.endswith(f"?sig={SIGNATURE}")
    assert "/v1/uploads" in log.getvalue()
    assert not vault.found_in(describe(caught.value), log.getvalue(), [asked.headers for asked in store.asked])
    assert SIGNATURE not in log.getvalue() + str(caught.value) + repr(vars(caught.value))
