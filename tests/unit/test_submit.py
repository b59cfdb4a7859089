"""When a create is sent again, when it is not, and what the journal says of it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runway_widget import AccessDenied, AuthenticationError, NoAnswer, ServiceError
from runway_widget._create.request import prepare
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.provider import COMETAPI
from runway_widget.simulator import Simulator
from tests.ports import free_port

from .conftest import RawServer, Script, http
from .submitting import (
    BUSY,
    HTML,
    KEY,
    NO_CHANNEL,
    TAKEN,
    TASK,
    TOO_MANY,
    Answers,
    Case,
    Clock,
    a_creation,
    service_at,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite3")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers(serve: Callable[[Script], RawServer], journal: Journal, clock: Clock) -> Answers:
    return partial(Case.answering, serve, journal, clock)


# Taken


@pytest.mark.parametrize(
    "body",
    [
        {"id": TASK},
        {"task_id": TASK},
        {"taskId": TASK},
        {"code": "success", "message": "", "data": {"task_id": TASK}},
        {"code": 200, "msg": "成功", "data": {"id": TASK}, "exec_time": 1},
        {"id": 81734, "task_id": TASK},
        {"id": "", "data": {"task_id": TASK}},
        {"id": "../../v1/organization", "task_id": TASK},
    ],
)
def test_the_id_is_found_wherever_the_service_puts_it(answers: Answers, body: Any) -> None:
    case = answers(http(json.dumps(body)))
    assert case.submit() == TASK
    assert (case.sent, case.row_state) == (1, State.ACCEPTED)
    assert case.journal.find(TASK, case.server.url) is not None


def test_the_row_is_on_the_disk_before_the_post_and_has_the_id_before_the_return(
    serve: Callable[[Script], RawServer], journal: Journal
) -> None:
    seen = []

    def answer(connection: socket.socket) -> None:
        seen.extend(journal.recent())
        connection.sendall(TAKEN)

    server = serve(answer)
    submit(service_at(server.url), a_creation(), journal)
    assert [(row.state, row.task_id) for row in seen] == [(State.SENDING, "")]
    row = journal.find(TASK, server.url)
    assert row is not None
    assert (row.state, row.service) == (State.ACCEPTED, "CometAPI")
    assert (row.action, row.model) == ("IMAGE_TO_VIDEO", "gen4_turbo")
    assert row.parameters["promptText"] == row.request["prompt"] == "the kite lifts"
    assert row.fingerprint == a_creation().fingerprint


def test_neither_the_key_nor_a_local_picture_nor_a_signature_reaches_the_disk(answers: Answers, tmp_path: Path) -> None:
    case = answers(http(json.dumps({"error": {"message": f"bad key {KEY}"}}), "401 Unauthorized"), TAKEN)
    creation = prepare(
        COMETAPI,
        "image_to_video",
        {
            "model": "gen4_turbo",
            "prompt_image": "data:image/png;base64,iVBORw0KGgo=",
            "prompt_text": f"pasted by mistake: {KEY}",
            "reference": {"uri": "https://cdn.example/a.mp4?_jwt=SIGNED"},
        },
        check=False,
        base_url=COMETAPI.url,
    )
    service = service_at(case.server.url)
    with pytest.raises(AuthenticationError):
        submit(service, creation, case.journal)
    assert submit(service, creation, case.journal) == TASK
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"pasted by mistake" in written
    for secret in (KEY.encode(), KEY[:6].encode(), KEY[-6:].encode(), b"iVBOR", b"SIGNED", b"_jwt"):
        assert secret not in written


# Certainly not taken: sent again


@pytest.mark.parametrize(
    "busy", [TOO_MANY, http("", "429 Too Many Requests"), http(HTML, "429 Too Many Requests"), BUSY]
)
def test_a_busy_service_is_asked_up_to_twice_more(answers: Answers, busy: bytes) -> None:
    case = answers(busy, busy, TAKEN)
    assert case.submit() == TASK
    assert (case.sent, len(case.clock.slept), case.row_state) == (3, 2, State.ACCEPTED)
    assert all(1 <= pause <= 5 for pause in case.clock.slept)
    assert len(case.journal.recent()) == 1


@pytest.mark.parametrize(("busy", "status"), [(TOO_MANY, 429), (http("", "429 Slow Down"), 429), (BUSY, 503)])
def test_a_service_that_stays_busy_ends_in_its_own_error_which_leaves_no_doubt(
    answers: Answers, busy: bytes, status: int
) -> None:
    case = answers(*[busy] * 9)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert (type(caught.value), caught.value.http_status) == (ServiceError, status)
    assert (case.sent, case.row_state) == (3, State.REFUSED)


def test_retry_after_is_obeyed(answers: Answers) -> None:
    case = answers(http("{}", "429 Too Many Requests", "Retry-After: 17"), TAKEN)
    assert case.submit() == TASK
    assert case.clock.slept == [17.0]


@pytest.mark.parametrize("waits", [[31], [16, 16], [86_400]])
def test_nothing_is_sent_later_than_thirty_seconds_after_the_first_send(answers: Answers, waits: list[int]) -> None:
    case = answers(*[http("{}", "429 Too Many Requests", f"Retry-After: {wait}") for wait in waits], TAKEN)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert caught.value.retry_after == waits[-1]
    assert (case.sent, case.row_state) == (len(waits), State.REFUSED)
    assert sum(case.clock.slept) <= 30


def test_time_spent_on_a_request_counts_too(answers: Answers, clock: Clock) -> None:
    def slow(connection: socket.socket) -> None:
        clock.now += 29
        connection.sendall(TOO_MANY)

    case = answers(slow, TAKEN)
    with pytest.raises(ServiceError):
        case.submit()
    assert case.sent == 1


def test_a_refused_connection_is_tried_up_to_twice_more(journal: Journal, clock: Clock) -> None:
    with pytest.raises(NoAnswer, match="refused") as caught:
        submit(service_at(f"http://127.0.0.1:{free_port()}"), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert caught.value.sent is False
    assert len(clock.slept) == 2
    assert journal.recent()[0].state is State.REFUSED


def test_a_service_that_is_back_in_time_takes_it(journal: Journal, clock: Clock) -> None:
    port = free_port()
    with contextlib.ExitStack() as until:
        clock.on_sleep = lambda: until.enter_context(Simulator(port=port)).start()
        submit(service_at(f"http://127.0.0.1:{port}"), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert len(clock.slept) == 1
    assert journal.recent()[0].state is State.ACCEPTED


def test_an_unknown_host_is_tried_up_to_twice_more(
    journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def unknown(*where: Any, **_: Any) -> Any:
        asked.append(where)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match="host name is unknown"):
        submit(service_at("https://api.cometapi.invalid"), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert (len(asked), journal.recent()[0].state) == (3, State.REFUSED)


@pytest.mark.parametrize(("answer", "tries"), [(b"", 3), (b"HTTP/1.1 400 Bad Request\r\n\r\n", 1)])
def test_a_connection_that_does_not_become_secure_is_tried_again_unless_it_never_will(
    journal: Journal, clock: Clock, answer: bytes, tries: int
) -> None:
    """A handshake that breaks off may come about the next time; a server that speaks no TLS never will."""
    greeted: list[bytes] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                greeted.append(connection.recv(1000))
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoAnswer):
            submit(service_at(url), a_creation(), journal, sleep=clock.sleep, clock=clock)
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    assert len(greeted) == tries
    assert journal.recent()[0].state is State.REFUSED


# Certainly not taken, and not sent again


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http('{"error":"bad"}', "400 Bad Request"), ServiceError),
        (http(HTML, "400 Bad Request"), ServiceError),
        (http('{"code":"task_not_exist","message":"?"}', "400 Bad Request"), ServiceError),
        (http("{}", "401 Unauthorized"), AuthenticationError),
        (http("", "402 Payment Required"), AccessDenied),
        (http('{"code":"quota_not_enough","message":"user quota is not enough"}', "403 Forbidden"), AccessDenied),
        (http('{"code":"quota_not_enough","message":"user quota is not enough"}'), AccessDenied),
        (http('{"code":"quota_not_enough","message":"no"}', "429 Too Many Requests"), AccessDenied),
        (http('{"error":"Not Found"}', "404 Not Found"), ServiceError),
        (http("", "405 Method Not Allowed"), ServiceError),
        (http("", "413 Content Too Large"), ServiceError),
        (http('{"error":"no"}', "422 Unprocessable Content"), ServiceError),
        (http('{"error":{"message":"field prompt","code":"invalid_request"}}', "500 Oh"), ServiceError),
        (NO_CHANNEL, ServiceError),
        (http(HTML, "301 Moved Permanently", "Location: /"), ServiceError),
        (http("", "308 Permanent Redirect", "Location: /"), ServiceError),
    ],
)
def test_a_clear_refusal_is_raised_as_its_own_error(answers: Answers, answer: bytes, kind: type[ServiceError]) -> None:
    case = answers(answer, TAKEN)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert type(caught.value) is kind
    assert (case.sent, case.clock.slept, case.row_state) == (1, [], State.REFUSED)


def test_a_missing_route_is_not_reported_as_a_missing_task(answers: Answers) -> None:
    with pytest.raises(ServiceError, match="has no route 'image_to_video'"):
        answers(http('{"error":"Not Found"}', "404 Not Found")).submit()
