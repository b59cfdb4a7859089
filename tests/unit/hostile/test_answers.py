"""A hostile service: an attack in each place of each answer that is known, followed to each place where it is read."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ServiceError
from runway_widget._errors import RunwayWidgetError
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import empty_request
from runway_widget._media.kept_outputs import KeptOutputs
from runway_widget._service.parse import parse
from runway_widget._service.payload import decode
from runway_widget._service.provider import COMETAPI
from runway_widget._service.state import Answer, Status, TaskState
from runway_widget._watch.watch import Subscription, Terms, Watch
from runway_widget._widgets import static_card
from runway_widget._widgets.card_state import CardState, card_state
from tests.fuzz import page
from tests.fuzz.answers import ID, SHAPES, leaves, paths, with_name, with_value
from tests.fuzz.payloads import ADDRESSES, NUMBERS, PRIVATE
from tests.fuzz.target import CONTROLS, check_result, check_shown

from ..conftest import http
from ..fakes import until
from ..journals import HERE, accepted, path_of
from ..origin import KEY, service
from ..static_cards import Page
from ..wire import Serve

MARKUP = "</p></div><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
NASTY = f"{MARKUP}\x1b[2J\x00\u202e\ud800$x$ [y](javascript:alert(4))\n\n# z"


def parsed(answer: Any, status: int = 200) -> TaskState | ServiceError:
    result = parse(decode(json.dumps(answer).encode("utf-8", "surrogatepass")), status)
    check_result(result)
    return result


def shown(answer: Any, status: int = 200) -> CardState:
    """The card of a task of which this is the first answer, after it was looked through for what must not be there."""
    result = parsed(answer, status)
    if isinstance(result, TaskState):
        outputs = service("https://api.example")._outputs(result, "") if result.status is Status.SUCCESS else ()
        result = TaskState(**{**{name: getattr(result, name) for name in TaskState.__slots__}, "outputs": outputs})
    watch = Watch(ID, [Subscription(lambda _: None, Terms(), 0.0)], state=TaskState(task_id=ID))
    watch.process(1.0, Answer(result), 1_773_366_900.0)
    state = card_state(watch.report(1.0), KeptOutputs(), COMETAPI, empty_request(), 1.0, 1_773_366_900.0)
    check_shown(state, grid=True, columns=2)
    return state


def everywhere(answer: Any, new: Any) -> Any:
    """``answer`` with ``new`` in each leaf, but for the words by which it is known what kind of answer it is."""
    for path in leaves(answer):
        if path and path[-1] not in {"status", "task_status", "state", "object"}:
            answer = with_value(answer, path, new)
    return answer


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_markup_in_any_place_of_any_answer_stays_text(number: int) -> None:
    shape = SHAPES[number]
    for path in paths(shape):
        for status in (200, 400):
            shown(with_value(shape, path, NASTY), status)
        if path and isinstance(path[-1], str):
            shown(with_name(shape, path, NASTY))
    for status in (200, 400, 401, 403, 404, 429, 500):
        shown(everywhere(shape, NASTY), status)


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_an_odd_value_in_any_place_of_any_answer_breaks_nothing(number: int) -> None:
    for path in leaves(SHAPES[number]):
        odd: tuple[Any, ...] = (*NUMBERS, [], {}, [[]], {"url": []}, [None] * 300, "x" * 5_000)
        for value in odd:
            parsed(with_value(SHAPES[number], path, value))


@pytest.mark.parametrize(
    "number", [number for number, shape in enumerate(SHAPES) if "cdn.example" in json.dumps(shape)]
)
def test_an_address_that_is_none_of_the_web_or_leads_inside_is_neither_shown_nor_linked(number: int) -> None:
    shape = SHAPES[number]
    for address in ADDRESSES:
        state = shown(everywhere(shape, address))
        if address in PRIVATE:
            elements = Page(static_card.html(state.frozen_card())).elements
            assert not [name for name, attributes in elements if address in attributes.values()]


def test_instead_of_what_leads_inside_the_card_says_so_and_the_task_still_names_it() -> None:
    answer = with_value(SHAPES[3], ("status",), "SUCCEEDED") | {"output": ["https://10.0.0.7/a.mp4"]}
    state = shown(answer)
    assert [output.inside for output in state.report.state.outputs] == [True]
    assert state.traits()["outputs"] == [{"url": "https://10.0.0.7/a.mp4", "kind": "video"}]
    (instead,) = state.face["instead"]
    assert (instead["words"], instead["link"]) == ("Its link leads into a private network, and is not followed", False)
    card = static_card.html(state.frozen_card())
    assert "private network" in Page(card).text
    assert "10.0.0.7" not in "".join(str(each) for each in Page(card).elements)


def test_what_was_said_can_be_read_as_it_was_said() -> None:
    state = shown({"id": ID, "status": "FAILED", "failure": MARKUP, "failureCode": "<b>"})
    assert MARKUP in Page(static_card.html(state.frozen_card())).text
    assert state.face["note"] == MARKUP


DEEP = "[" * 100_000 + "]" * 100_000


RUNNING = '{"id": "x", "status": "RUNNING", "progress": %s}'
HOSTILE_JSON = {
    "deep lists": DEEP,
    "deep objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "a deep reason": '{"id": "x", "status": "FAILED", "failure": ' + DEEP + "}",
    "a number without end": RUNNING % ("9" * 100_000),
    **{number: RUNNING % number for number in ("NaN", "-Infinity", "1e999", "-1e999")},
    "halves of characters": '{"id": "\\ud800", "status": "FAILED", "failure": "\\udfff\\ud83d", "\\ud800": "\\ud800"}',
    "two of a name": '{"status": "FAILED", "status": "SUCCEEDED", "output": ["javascript:x"], "output": ["a", "b"]}',
    "names that mean something to a page": '{"__proto__": {"status": "FAILED"}, "constructor": 1, "id": "x"}',
    "several": '{"id": "x"}{}',
    "many": "[" + "{}," * 100_000 + "{}]",
    "marks of order": "\ufeff\ufeff{}",
    "nothing": "\x00",
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_json_that_is_made_to_break_its_reader_does_not(name: str) -> None:
    for status in (200, 400, 500):
        check_result(parse(decode(HOSTILE_JSON[name].encode("utf-8", "surrogatepass")), status))


# With a real client: the log, the exceptions, the journal, and the tables


def attacks() -> list[tuple[int, str]]:
    nasty = {"id": ID, "failure": NASTY, "failureCode": NASTY, NASTY: [NASTY]}
    answers = [{**nasty, "status": word} for word in ("FAILED", "CANCELLED", NASTY)]
    addresses = ("javascript:alert(1)", "data:text/html,x")
    successes = [{"id": ID, "status": "SUCCEEDED", "output": [address]} for address in addresses]
    errors = [{"error": {"message": NASTY, "code": NASTY}, "issues": [{"message": NASTY, "path": [NASTY]}]}, NASTY]
    return [
        *((200, json.dumps(answer)) for answer in (*answers, *successes)),
        *((status, json.dumps(error)) for status in (400, 401, 403, 404) for error in errors),
        *((status, f"<html>{MARKUP}\x1b[2J") for status in (200, 400, 502)),
    ]


@pytest.mark.parametrize("number", range(len(attacks())))
def test_neither_an_exception_nor_the_log_nor_a_card_nor_a_table_obeys_it(
    serve: Serve, number: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", str(tmp_path / "journal.sqlite3"))
    caplog.set_level(logging.DEBUG)
    status, body = attacks()[number]
    header = f"X-Request-Id: {MARKUP}\x1b[2J"
    client = Client(KEY, serve(http(body, f"{status} {MARKUP}", header, f"Retry-After: {MARKUP}")).url)
    task = client.task(ID, poll_interval=0.05, give_up_after=0.3, not_found_after=0.1)
    texts = []
    try:
        task.wait(30)
    except (RunwayWidgetError, TimeoutError) as error:
        texts += [str(error), repr(error), *map(str, vars(error).values())]
    until(lambda: task._report.phase.over)
    with pytest.raises(RunwayWidgetError):
        task.download(tmp_path / "renders")
    task.pick()  # which writes into the journal all that is known
    recent = client.recent()
    html = [task._make_bundle()["text/html"], recent._repr_html_()]
    bundle = task._make_bundle()["text/plain"]
    texts += [
        str(task),
        repr(task),
        bundle,
        str(recent),
        json.dumps(task.get_state(), default=str, ensure_ascii=False),
        *html,
    ]
    texts += [record.getMessage() for record in caplog.records]
    for text in texts:
        assert not CONTROLS.search(text)
    page.check(html[0], {task._twin})
    page.check(html[1], set())
    assert "\n" not in str(task) + bundle
    names = {path.name for path in tmp_path.rglob("*")}
    assert names <= {"journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm", "renders"}
    task.close()


def test_the_journal_holds_what_was_said_as_text(serve: Serve, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    accepted(journal, ID)
    journal.record_end(HERE, ID, "FAILURE", 3.0, "'; DROP TABLE submissions; --" + MARKUP)
    with closing(sqlite3.connect(path_of(journal))) as file:
        (reason,) = file.execute("SELECT reason FROM submissions").fetchone()
    assert reason == "'; DROP TABLE submissions; --" + MARKUP
