"""Everything that can go wrong, on demand."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from runway_widget.simulator import Simulator
from runway_widget.simulator._troubles import KINDS, parse_trouble

from .fakes import until

KEY = "k-Zx81Qw77Lm"
HEADERS = {"Authorization": f"Bearer {KEY}", "X-Runway-Version": "2024-11-06"}
CREATE = {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720"}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(speed=1) as simulator:
        yield simulator


def poll(sim: Simulator, base: str = "/runwayml/v1", task_id: str = "", **keywords: Any) -> requests.Response:
    path = f"{base}/tasks/{task_id or sim.add_task()}"
    keywords = {"timeout": 5, "allow_redirects": False, **keywords}
    return requests.get(sim.url + path, headers=HEADERS, **keywords)


def create(sim: Simulator) -> requests.Response:
    return requests.post(f"{sim.url}/v1/image_to_video", json=CREATE, headers=HEADERS, timeout=5)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("where", ["code", "message", "status", "error"])
def test_not_visible_can_stand_in_every_place(sim: Simulator, where: str, status: int) -> None:
    sim.trouble("not_visible", where=where, status=status)
    answer = poll(sim)
    body = answer.json()
    word = body["error"]["code"] if where == "error" else body[where]
    assert (answer.status_code, word) == (status, "task_not_exist")


@pytest.mark.parametrize(
    ("kind", "options", "status", "code"),
    [
        ("quota", {}, 403, "quota_not_enough"),
        ("rate_limited", {}, 429, "rate_limit_exceeded"),
        ("rate_limited", {"body": "gateway"}, 429, "rate_limit_exceeded"),
        ("server_error", {"status": 524}, 524, "get_task_failed"),
        ("model_not_found", {}, 503, "model_not_found"),
        ("invalid_request", {}, 500, "invalid_request"),
        ("forbidden", {}, 403, ""),
        ("unauthorized", {}, 401, ""),
    ],
)
def test_errors_come_as_the_gateway_words_them(
    sim: Simulator, kind: str, options: dict[str, Any], status: int, code: str
) -> None:
    sim.trouble(kind, **options)
    answer = poll(sim)
    assert (answer.status_code, answer.json().get("error", answer.json())["code"]) == (status, code)


@pytest.mark.parametrize("kind", ["not_visible", "unauthorized", "forbidden", "quota", "rate_limited", "server_error"])
def test_errors_come_as_runway_words_them(sim: Simulator, kind: str) -> None:
    sim.trouble(kind)
    answer = poll(sim, "/v1")
    assert answer.status_code >= 400
    assert isinstance(answer.json()["error"], str)


def test_a_rate_limit_has_retry_after_only_if_it_was_asked_for(sim: Simulator) -> None:
    sim.trouble("rate_limited", retry_after=7)
    sim.trouble("rate_limited", body="empty")
    asked_for, without = poll(sim), poll(sim)
    assert asked_for.headers["Retry-After"] == "7"
    assert "Retry-After" not in without.headers
    assert without.content == b""


@pytest.mark.parametrize("status", [200, 502])
def test_html_comes_in_place_of_json(sim: Simulator, status: int) -> None:
    sim.trouble("html", status=status)
    answer = poll(sim)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, "text/html")


def test_a_redirect_leads_elsewhere(sim: Simulator) -> None:
    sim.trouble("redirect", location="https://example.com/")
    answer = poll(sim)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://example.com/")


def test_an_empty_body_is_empty(sim: Simulator) -> None:
    sim.trouble("empty")
    assert (answer := poll(sim)).status_code == 200
    assert answer.content == b""


def test_a_truncated_body_is_shorter_than_it_promised(sim: Simulator) -> None:
    sim.trouble("truncated", sent=10)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="10 bytes read"):
        poll(sim)


@pytest.mark.parametrize("sent", [0, 10])
def test_a_reset_is_a_real_reset(sim: Simulator, sent: int) -> None:
    sim.trouble("reset", sent=sent)
    with pytest.raises(requests.exceptions.RequestException, match="reset by peer"):
        poll(sim)


def test_a_slow_answer_is_the_usual_one(sim: Simulator) -> None:
    sim.trouble("slow", seconds=0.2)
    began = time.monotonic()
    assert poll(sim).json()["code"] == "success"
    assert time.monotonic() - began >= 0.2


def test_a_hanging_answer_never_comes_and_closing_ends_it() -> None:
    sim = Simulator()
    sim.trouble("hang", times=None)
    with pytest.raises(requests.exceptions.ReadTimeout):
        poll(sim, timeout=0.1)
    host, port = sim.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /v1/tasks/x HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: len(sim.requests) == 2)
        sim.close()
        assert connection.recv(1) == b""


def test_a_dripping_answer_is_whole_in_the_end(sim: Simulator) -> None:
    sim.trouble("drip", seconds=0.0001)
    assert poll(sim).json()["code"] == "success"


def test_a_huge_body_goes_on_as_long_as_it_is_read(sim: Simulator) -> None:
    sim.trouble("huge")
    with poll(sim, stream=True) as answer:
        assert len(answer.raw.read(3_000_000)) == 3_000_000


def test_an_error_can_echo_the_key(sim: Simulator) -> None:
    sim.trouble("echo_key")
    answer = poll(sim)
    assert answer.status_code == 401
    assert KEY in answer.text
    assert f"{KEY[:6]}***" in answer.text


def test_no_data_is_a_success_that_says_nothing(sim: Simulator) -> None:
    sim.trouble("no_data")
    assert poll(sim).json() == {"code": "success", "message": "", "data": None}


def test_troubles_meet_the_given_number_of_requests_one_trouble_after_another(sim: Simulator) -> None:
    sim.trouble("server_error", times=2)
    sim.trouble("rate_limited")
    assert [poll(sim).status_code for _ in range(4)] == [502, 502, 429, 200]


def test_calm_ends_a_trouble_that_has_no_end(sim: Simulator) -> None:
    sim.trouble("server_error", times=None)
    assert [poll(sim).status_code for _ in range(3)] == [502] * 3
    sim.calm()
    assert poll(sim).status_code == 200


def test_a_trouble_can_be_for_one_task_or_one_route(sim: Simulator) -> None:
    unlucky = sim.add_task()
    sim.trouble("server_error", task_id=unlucky, times=None)
    sim.trouble("rate_limited", route="image_to_video")
    assert (poll(sim).status_code, poll(sim, task_id=unlucky).status_code) == (200, 502)
    assert (create(sim).status_code, create(sim).status_code) == (429, 200)


def test_a_feed_request_belongs_to_its_task(sim: Simulator) -> None:
    sim.trouble("server_error", route="feed", task_id="a")
    for asked, status in (("b", 400), ("a", 502)):
        answer = requests.post(f"{sim.url}/runway/feed", json={"task_id": asked}, headers=HEADERS, timeout=5)
        assert answer.status_code == status


def test_media_meet_a_trouble_only_when_it_names_them(sim: Simulator) -> None:
    sim.trouble("server_error")
    assert requests.get(sim.media_url(), timeout=5).status_code == 200
    sim.trouble("server_error", route="media", status=503)
    assert requests.get(sim.media_url(), timeout=5).status_code == 503


@pytest.mark.parametrize(("taken", "made"), [(False, ""), (True, "task")])
def test_a_create_may_have_been_taken_although_its_answer_is_lost(sim: Simulator, taken: bool, made: str) -> None:
    sim.trouble("reset", taken=taken)
    with pytest.raises(requests.exceptions.ConnectionError):
        create(sim)
    (received,) = sim.requests
    assert bool(received.task_id) == bool(made)
    assert received.status == 0
    if taken:
        assert poll(sim, task_id=received.task_id).json()["code"] == "success"


@pytest.mark.parametrize(
    ("kind", "keywords", "word"),
    [
        ("sever_error", {}, "sever_error"),
        ("server_error", {"stauts": 500}, "stauts"),
        ("server_error", {"status": "500"}, "status"),
        ("not_visible", {"where": "body"}, "where"),
        ("reset", {"route": "polls"}, "polls"),
        ("reset", {"times": 0}, "times"),
    ],
)
def test_a_misspelt_trouble_is_refused_at_once(sim: Simulator, kind: str, keywords: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        sim.trouble(kind, **keywords)


def test_every_kind_is_in_the_docstring() -> None:
    text = Simulator.trouble.__doc__ or ""
    assert [kind for kind in KINDS if kind not in text] == []


def test_a_trouble_can_be_written_on_one_line() -> None:
    assert parse_trouble("rate_limited,times=forever,retry_after=2, body=gateway") == {
        "kind": "rate_limited",
        "times": None,
        "retry_after": 2,
        "body": "gateway",
    }
    with pytest.raises(ValueError, match="soon"):
        parse_trouble("reset,soon")


def test_a_simulator_can_start_with_troubles() -> None:
    with Simulator(trouble=["server_error,times=1", "reset"]) as sim:
        assert poll(sim).status_code == 502
        with pytest.raises(requests.exceptions.ConnectionError):
            poll(sim)
