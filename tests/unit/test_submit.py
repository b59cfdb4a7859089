"""When a create is sent again, when it is not, and what the journal says of it."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runway_widget import AccessDenied, AuthenticationError, NoAnswer, ServiceError, SubmissionUncertain
from runway_widget._address import COMETAPI, RUNWAY
from runway_widget._create import Creation, prepare
from runway_widget._http import DEFAULT_VERSION, Reply, Secret, Service
from runway_widget._journal import Journal
from runway_widget._journal_row import State
from runway_widget._submit import submit
from runway_widget.simulator import Simulator

from .conftest import RawServer, Script, http

KEY = "k-Zx81Qw77Lm"
TASK = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
TAKEN = http(json.dumps({"id": TASK}))
TOO_MANY = http('{"code":"","message":"saturated","data":null}', "429 Too Many Requests")
BUSY = http('{"error":{"message":"overloaded","code":"busy"}}', "503 Service Unavailable")
NO_CHANNEL = http(
    '{"error":{"message":"no available channel for group default and model x (distributor)","code":"model_not_found"}}',
    "503 Service Unavailable",
)
HTML = "<!DOCTYPE html><title>503</title>"


@dataclass
class Clock:
    """A time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.on_sleep()


def service_at(url: str, key: str = KEY) -> Service:
    return Service(COMETAPI, Secret(key), url, DEFAULT_VERSION)


def a_creation(prompt: str = "the kite lifts", **told: Any) -> Creation:
    arguments = {"model": "gen4_turbo", "prompt_image": "https://e.example/a.png", "prompt_text": prompt, "seed": 421}
    return prepare(COMETAPI, "image_to_video", {**arguments, **told}, check=False, base_url=COMETAPI.url)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite3")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Case:
    """A service with a script for each request in turn, and a submission to it."""

    server: RawServer
    journal: Journal
    clock: Clock

    def submit(self, **told: Any) -> str:
        service = service_at(self.server.url)
        return submit(service, a_creation(), self.journal, sleep=self.clock.sleep, clock=self.clock, **told)

    @property
    def sent(self) -> int:
        return len(self.server.received)

    @property
    def row_state(self) -> State:
        (row,) = self.journal.recent()
        return row.state


@pytest.fixture
def answers(serve: Callable[[Script], RawServer], journal: Journal, clock: Clock) -> Callable[..., Case]:
    """``answers(a, b, …)``: a service that answers its first request with ``a``, the second with ``b``, …"""

    def make(*scripts: Script) -> Case:
        left = list(scripts)

        def next_one(connection: socket.socket) -> None:
            script = left.pop(0)
            if isinstance(script, bytes):
                connection.sendall(script)
            else:
                script(connection)

        return Case(serve(next_one), journal, clock)

    return make


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


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
def test_the_id_is_found_wherever_the_service_puts_it(answers: Callable[..., Case], body: Any) -> None:
    case = answers(http(json.dumps(body)))
    assert case.submit() == TASK
    assert (case.sent, case.row_state) == (1, State.TAKEN)
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
    assert [(row.state, row.task_id) for row in seen] == [(State.BEGUN, "")]
    row = journal.find(TASK, server.url)
    assert row is not None
    assert (row.state, row.service, row.action, row.model) == (State.TAKEN, "CometAPI", "IMAGE_TO_VIDEO", "gen4_turbo")
    assert row.parameters["promptText"] == row.request["prompt"] == "the kite lifts"
    assert row.fingerprint == a_creation().fingerprint


def test_neither_the_key_nor_a_local_picture_nor_a_signature_reaches_the_disk(
    answers: Callable[..., Case], tmp_path: Path
) -> None:
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
def test_a_busy_service_is_asked_up_to_twice_more(answers: Callable[..., Case], busy: bytes) -> None:
    case = answers(busy, busy, TAKEN)
    assert case.submit() == TASK
    assert (case.sent, len(case.clock.slept), case.row_state) == (3, 2, State.TAKEN)
    assert all(1 <= pause <= 5 for pause in case.clock.slept)
    assert len(case.journal.recent()) == 1


@pytest.mark.parametrize(("busy", "status"), [(TOO_MANY, 429), (http("", "429 Slow Down"), 429), (BUSY, 503)])
def test_a_service_that_stays_busy_ends_in_its_own_error_which_leaves_no_doubt(
    answers: Callable[..., Case], busy: bytes, status: int
) -> None:
    case = answers(*[busy] * 9)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert (type(caught.value), caught.value.http_status) == (ServiceError, status)
    assert (case.sent, case.row_state) == (3, State.REFUSED)


def test_the_service_s_own_word_on_when_to_come_back_is_heeded(answers: Callable[..., Case]) -> None:
    case = answers(http("{}", "429 Too Many Requests", "Retry-After: 17"), TAKEN)
    assert case.submit() == TASK
    assert case.clock.slept == [17.0]


@pytest.mark.parametrize("waits", [[31], [16, 16], [86_400]])
def test_but_not_beyond_thirty_seconds_altogether(answers: Callable[..., Case], waits: list[int]) -> None:
    case = answers(*[http("{}", "429 Too Many Requests", f"Retry-After: {wait}") for wait in waits], TAKEN)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert caught.value.retry_after == waits[-1]
    assert (case.sent, case.row_state) == (len(waits), State.REFUSED)
    assert sum(case.clock.slept) <= 30


def test_time_spent_on_a_request_counts_too(answers: Callable[..., Case], clock: Clock) -> None:
    def slow(connection: socket.socket) -> None:
        clock.now += 29
        connection.sendall(TOO_MANY)

    case = answers(slow, TAKEN)
    with pytest.raises(ServiceError):
        case.submit()
    assert case.sent == 1


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_is_tried_up_to_twice_more(journal: Journal, clock: Clock) -> None:
    with pytest.raises(NoAnswer, match="refused") as caught:
        submit(service_at(f"http://127.0.0.1:{closed_port()}"), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert caught.value.sent is False
    assert len(clock.slept) == 2
    assert journal.recent()[0].state is State.REFUSED


def test_a_service_that_is_back_in_time_takes_it(journal: Journal, clock: Clock) -> None:
    port = closed_port()
    with contextlib.ExitStack() as until:
        clock.on_sleep = lambda: until.enter_context(Simulator(port=port)).start()
        submit(service_at(f"http://127.0.0.1:{port}"), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert len(clock.slept) == 1
    assert journal.recent()[0].state is State.TAKEN


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


def test_a_connection_that_does_not_become_secure_is_tried_up_to_twice_more(journal: Journal, clock: Clock) -> None:
    greeted: list[bytes] = []

    def answer_in_plain() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                greeted.append(connection.recv(5))
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_in_plain, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoAnswer, match="secure"):
            submit(service_at(url), a_creation(), journal, sleep=clock.sleep, clock=clock)
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    assert len(greeted) == 3
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
def test_a_clear_refusal_is_told_as_what_it_is(
    answers: Callable[..., Case], answer: bytes, kind: type[ServiceError]
) -> None:
    case = answers(answer, TAKEN)
    with pytest.raises(ServiceError) as caught:
        case.submit()
    assert type(caught.value) is kind
    assert (case.sent, case.clock.slept, case.row_state) == (1, [], State.REFUSED)


def test_a_route_that_the_service_does_not_have_is_not_called_a_task(answers: Callable[..., Case]) -> None:
    with pytest.raises(ServiceError, match="has no route 'image_to_video'"):
        answers(http('{"error":"Not Found"}', "404 Not Found")).submit()


# Doubt


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda connection: None, id="closed without a word"),
        pytest.param(reset, id="reset"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + b'{"id":', id="cut short"),
        pytest.param(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 99\r\n\r\n{", id="a 429 cut short"),
        pytest.param(b"HTTP/1.1 503 Busy\r\nContent-Length: 99\r\n\r\n{", id="a 503 cut short"),
        pytest.param(b"no http at all", id="no http"),
        pytest.param(http(""), id="an empty 200"),
        pytest.param(http(HTML), id="a page with 200"),
        pytest.param(http("{}"), id="a 200 without an id"),
        pytest.param(http("[]"), id="a 200 with a list"),
        pytest.param(http('{"id":""}'), id="an empty id"),
        pytest.param(http('{"id":"a/b"}'), id="an id that is none"),
        pytest.param(http('{"id":7}'), id="a number for an id"),
        pytest.param(http('{"error":{"message":"odd","code":"odd"}}'), id="an error with 200"),
        pytest.param(http("", "204 No Content"), id="204"),
        pytest.param(http("", "302 Found", "Location: /"), id="302"),
        pytest.param(http("", "303 See Other", "Location: /"), id="303"),
        pytest.param(http("{}", "408 Request Timeout"), id="408"),
        pytest.param(http('{"error":"exists"}', "409 Conflict"), id="409"),
        pytest.param(http('{"error":{"message":"oh","code":"do_request_failed"}}', "500 Oh"), id="500"),
        pytest.param(http(HTML, "502 Bad Gateway"), id="502"),
        pytest.param(http('{"error":"upstream"}', "502 Bad Gateway"), id="502 in JSON"),
        pytest.param(http(HTML, "503 Service Unavailable"), id="503 with a page"),
        pytest.param(http("", "503 Service Unavailable"), id="503 without a word"),
        pytest.param(http('{"message":"Service Unavailable"}', "503 Oh"), id="503 of some other gateway"),
        pytest.param(http('{"error":"oh","task_id":"t-1"}', "503 Oh"), id="503 with an id"),
        pytest.param(http("{}", "504 Gateway Timeout"), id="504"),
        pytest.param(http("", "524 A Timeout Occurred"), id="524"),
    ],
)
def test_whatever_leaves_doubt_is_sent_once_and_says_that_it_may_be_charged(
    answers: Callable[..., Case], answer: Script
) -> None:
    case = answers(answer, TAKEN)
    with pytest.raises(SubmissionUncertain) as caught:
        case.submit()
    assert (case.sent, case.clock.slept, case.row_state) == (1, [], State.UNCERTAIN)
    (row,) = case.journal.recent()
    for word in ("may exist", "charged", "CometAPI", f"--forget {row.id}"):
        assert word in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_doubt_after_a_busy_answer_is_doubt_all_the_same(answers: Callable[..., Case]) -> None:
    case = answers(TOO_MANY, reset, TAKEN)
    with pytest.raises(SubmissionUncertain):
        case.submit()
    assert (case.sent, case.row_state) == (2, State.UNCERTAIN)


def test_the_details_of_an_unclear_answer_are_kept(answers: Callable[..., Case]) -> None:
    case = answers(http('{"error":{"message":"oh","code":"odd"}}', "500 Oh", "X-Request-Id: r-17"))
    with pytest.raises(SubmissionUncertain, match=r"\(oh\)") as caught:
        case.submit()
    assert (caught.value.http_status, caught.value.code, caught.value.request_id) == (500, "odd", "r-17")


class Stub(Service):
    """The service's client, with something else in the place of the POST."""

    def __init__(self, post: Callable[[], Reply]) -> None:
        super().__init__(RUNWAY, Secret(KEY), "http://127.0.0.1:9", DEFAULT_VERSION)
        self.post = post

    def create(self, endpoint: str, body: dict[str, Any]) -> Reply:
        return self.post()


def raising(error: BaseException) -> Callable[[], Reply]:
    def post() -> Reply:
        raise error

    return post


def test_ctrl_c_during_the_post_leaves_an_uncertain_row_and_says_so(journal: Journal) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        submit(Stub(raising(KeyboardInterrupt())), a_creation(), journal)
    (row,) = journal.recent()
    assert (row.state, row.outcome) == (State.UNCERTAIN, "it was interrupted")
    assert "may exist" in caught.value.__notes__[0]


def test_ctrl_c_during_a_second_post_is_doubt_whatever_the_first_answer_was(journal: Journal, clock: Clock) -> None:
    posts = iter([raising(NoAnswer("the connection was refused", sent=False)), raising(KeyboardInterrupt())])
    with pytest.raises(KeyboardInterrupt):
        submit(Stub(lambda: next(posts)()), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert journal.recent()[0].state is State.UNCERTAIN


def test_ctrl_c_between_two_sends_leaves_no_doubt(journal: Journal) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        submit(
            Stub(raising(NoAnswer("the connection was refused", sent=False))), a_creation(), journal, sleep=interrupted
        )
    assert journal.recent()[0].state is State.REFUSED
    assert not hasattr(caught.value, "__notes__")


def test_ctrl_c_after_the_answer_does_not_lose_the_id(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    complete, calls = Journal.complete, []

    def interrupted(*told: Any) -> None:
        calls.append(told)
        if len(calls) == 1:
            raise KeyboardInterrupt
        complete(*told)

    monkeypatch.setattr(Journal, "complete", interrupted)
    with pytest.raises(KeyboardInterrupt):
        submit(Stub(lambda: Reply(200, {"id": TASK})), a_creation(), journal)
    assert journal.recent()[0].task_id == TASK


def test_an_error_that_nobody_foresaw_is_doubt_and_shows_nothing_of_what_it_held(journal: Journal) -> None:
    with pytest.raises(SubmissionUncertain, match="RecursionError") as caught:
        submit(Stub(raising(RecursionError(f"Bearer {KEY}"))), a_creation(), journal)
    assert KEY not in str(caught.value)
    assert caught.value.__context__ is None
    assert journal.recent()[0].state is State.UNCERTAIN


# Reuse, and a journal that does not work


def test_the_same_create_with_reuse_takes_up_the_first_one(answers: Callable[..., Case]) -> None:
    case = answers(TAKEN, http('{"id":"another"}'))
    assert case.submit(reuse=True) == case.submit(reuse=True) == TASK
    assert (case.sent, len(case.journal.recent())) == (1, 1)
    assert case.submit() == "another"


def test_reuse_sends_nothing_while_an_earlier_one_is_in_doubt(answers: Callable[..., Case]) -> None:
    case = answers(reset, TAKEN)
    with pytest.raises(SubmissionUncertain):
        case.submit(reuse=True)
    with pytest.raises(SubmissionUncertain, match="sent already") as caught:
        case.submit(reuse=True)
    assert case.sent == 1
    assert len(case.journal.recent()) == 1
    case.journal.forget(str(caught.value).partition("--forget ")[2].split("`")[0])
    assert case.submit(reuse=True) == TASK


def test_a_journal_that_does_not_work_costs_no_task(
    answers: Callable[..., Case], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    case = answers(TAKEN, TAKEN, reset)
    case.journal = Journal(tmp_path / "file" / "journal.sqlite3")
    assert case.submit() == case.submit(reuse=True) == TASK
    assert len(caplog.records) == 1
    case.journal = Journal.off()
    with pytest.raises(SubmissionUncertain) as caught:
        case.submit()
    assert "--forget" not in str(caught.value), "there is nothing to forget"
