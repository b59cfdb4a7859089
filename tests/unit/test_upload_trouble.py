"""An upload that meets trouble, is stopped, or could show a secret."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from runway_widget._errors import ConfigurationError, NoAnswer, ServiceError
from runway_widget._service import public_hosts
from runway_widget._service.upload import TRIES, UploadStopped
from runway_widget.simulator import Simulator

from .internet import Internet
from .origin import Asked, Reply, Rule, origin
from .store import PIECES, SIGNATURE, XML, Hosts, at, open_hosts, parcel, place, said, sent
from .vault import Vault, debug_log, describe


@pytest.fixture
def hosts(internet: Internet) -> Iterator[Hosts]:
    with open_hosts(internet) as hosts:
        yield hosts


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
    with pytest.raises(UploadStopped, match="interrupted while a medium was uploaded"):
        sent(hosts.service, parcel([b"1" * 600] * 4), progress=heard.append, stopped=lambda: len(heard) > 1)
    assert heard == [0.25, 0.5]


def test_once_it_is_stopped_it_is_not_tried_again(hosts: Hosts) -> None:
    slept: list[float] = []
    hosts.answer(said(503))
    with pytest.raises(UploadStopped):
        sent(hosts.service, sleep=slept.append, stopped=lambda: bool(slept))
    assert len(hosts.api.asked) == 1, "not even a place is asked for"


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
