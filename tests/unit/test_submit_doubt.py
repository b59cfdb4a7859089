"""What leaves doubt whether a create was taken, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, NoAnswer, SubmissionUncertain
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.key import Secret
from runway_widget._service.provider import RUNWAY
from runway_widget._service.service import DEFAULT_VERSION, Reply, Service

from .conftest import RawServer, Script, http
from .submitting import (
    HTML,
    KEY,
    TAKEN,
    TASK,
    TOO_MANY,
    Answers,
    Case,
    Clock,
    a_creation,
    reset,
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
def test_a_create_without_a_clear_answer_is_sent_once_and_the_error_says_that_it_may_be_charged(
    answers: Answers, answer: Script
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


def test_no_clear_answer_after_a_busy_one_is_uncertain_too(answers: Answers) -> None:
    case = answers(TOO_MANY, reset, TAKEN)
    with pytest.raises(SubmissionUncertain):
        case.submit()
    assert (case.sent, case.row_state) == (2, State.UNCERTAIN)


def test_the_error_has_the_details_of_an_unclear_answer(answers: Answers) -> None:
    case = answers(http('{"error":{"message":"oh","code":"odd"}}', "500 Oh", "X-Request-Id: r-17"))
    with pytest.raises(SubmissionUncertain, match=r"\(CometAPI has trouble: “oh”\)") as caught:
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


def test_ctrl_c_during_a_second_post_is_uncertain_whatever_the_first_answer_was(journal: Journal, clock: Clock) -> None:
    posts = iter([raising(NoAnswer("the connection was refused", sent=False)), raising(KeyboardInterrupt())])
    with pytest.raises(KeyboardInterrupt):
        submit(Stub(lambda: next(posts)()), a_creation(), journal, sleep=clock.sleep, clock=clock)
    assert journal.recent()[0].state is State.UNCERTAIN


def test_ctrl_c_between_two_sends_is_a_refusal(journal: Journal) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        submit(
            Stub(raising(NoAnswer("the connection was refused", sent=False))), a_creation(), journal, sleep=interrupted
        )
    assert journal.recent()[0].state is State.REFUSED
    assert not hasattr(caught.value, "__notes__")


def test_ctrl_c_after_the_answer_does_not_lose_the_id(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    record_task, calls = Journal.record_task, []

    def interrupted(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        record_task(*arguments)

    monkeypatch.setattr(Journal, "record_task", interrupted)
    with pytest.raises(KeyboardInterrupt):
        submit(Stub(lambda: Reply(200, {"id": TASK})), a_creation(), journal)
    assert journal.recent()[0].task_id == TASK


def test_a_journal_that_raises_again_and_again_does_not_lose_the_id(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(Journal, "record_task", fail)
    with pytest.raises(MemoryError) as caught:
        submit(Stub(lambda: Reply(200, {"id": TASK})), a_creation(), journal)
    assert TASK in caught.value.__notes__[0]
    assert caught.value.task_id == TASK  # type: ignore[attr-defined]


def test_an_unexpected_error_is_uncertain_and_none_of_its_text_is_shown(journal: Journal) -> None:
    with pytest.raises(SubmissionUncertain, match="RecursionError") as caught:
        submit(Stub(raising(RecursionError(f"Bearer {KEY}"))), a_creation(), journal)
    assert KEY not in str(caught.value)
    assert caught.value.__context__ is None
    assert journal.recent()[0].state is State.UNCERTAIN


# Reuse, and a journal that does not work


def test_the_same_create_with_reuse_takes_up_the_first_one(answers: Answers) -> None:
    case = answers(TAKEN, http('{"id":"another"}'))
    assert case.submit(reuse=True) == case.submit(reuse=True) == TASK
    assert (case.sent, len(case.journal.recent())) == (1, 1)
    assert case.submit() == "another"


def test_reuse_sends_nothing_while_an_earlier_one_is_uncertain(answers: Answers) -> None:
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
    answers: Answers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    case = answers(TAKEN, reset)
    case.journal = Journal(tmp_path / "file" / "journal.sqlite3")
    assert case.submit() == TASK
    assert len(caplog.records) == 1
    with pytest.raises(ConfigurationError, match="cannot be written"):
        case.submit(reuse=True)
    assert case.sent == 1, "what was asked for and cannot be had is found out before anything is sent"
    case.journal = Journal.off()
    with pytest.raises(SubmissionUncertain) as caught:
        case.submit()
    assert "--forget" not in str(caught.value), "there is nothing to forget"
