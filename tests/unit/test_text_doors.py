"""No text from outside brings a control character to a terminal, a page or a file, whatever door it takes."""

from __future__ import annotations

import html as html_module
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runway_widget import ServiceError, TaskFailed
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import empty_request
from runway_widget._media.kept_outputs import KeptOutputs
from runway_widget._service.key import Bearer, Secret
from runway_widget._service.payload import decode
from runway_widget._service.provider import COMETAPI
from runway_widget._service.state import TaskState
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import static_card, static_grid
from runway_widget._widgets.card_state import card_state
from runway_widget._widgets.recent import Recent
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .answers import parse_body
from .conftest import RawServer, Script, http
from .creating import created, film
from .journals import HERE, accepted, path_of
from .vault import Vault

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
NASTY = "\x1b[2Ja\x00b\x9b31m\u202ec\x1b]0;owned\x07\ud800d\x85e"
CLEAN = "abc?d\ne"
ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"

Serve = Callable[[Script], RawServer]

odd = st.text(
    st.sampled_from("ab \n\x1b[2J]\x07\x9b\x00\x7f\u202e\ud800\r$\\<&") | st.characters(exclude_categories=[]),
    max_size=20,
)
values = st.recursive(
    odd | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd, inner, max_size=3)
)
tasks = st.fixed_dictionaries(
    {"id": st.just(ID), "status": st.sampled_from(["FAILED", "RUNNING", "SUCCEEDED", "CANCELLED"]) | odd},
    optional={
        **dict.fromkeys(["failure", "failureCode", "action", "progress", "createdAt", "fail_reason", "message"], odd),
        "output": st.lists(odd | odd.map(lambda text: f"https://a.example/{text}.mp4"), max_size=2),
        "more": values,
    },
)
answers = (
    tasks
    | st.fixed_dictionaries({"code": odd, "message": odd, "data": tasks})
    | st.fixed_dictionaries(
        {"error": odd | st.fixed_dictionaries({"message": odd, "code": odd})},
        optional={
            "issues": st.lists(st.fixed_dictionaries({"message": odd, "path": st.lists(odd, max_size=2)}), max_size=2)
        },
    )
)


def shown(result: TaskState | ServiceError) -> list[str]:
    """Everything that a user may come to see of an answer."""
    if isinstance(result, ServiceError):
        report = Report(TaskState(task_id=ID), Phase.REFUSED, result)
        texts = [str(result), result.message, result.code, str(result.request_id)]
    else:
        report = Report(result, Phase.ENDED if result.ended else Phase.WATCHING)
        texts = [json.dumps(asdict(result), ensure_ascii=False), *_strings(asdict(result))]
    state = card_state(report, KeptOutputs(), COMETAPI, empty_request(), 1.0, 2.0)
    card = state.frozen_card()
    page = static_card.html(card) + static_grid.html("1 done", [card], None)
    return [*texts, static_card.text(card), state.line(), page, html_module.unescape(page), *_strings(state.traits())]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in _strings(each)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _strings(item)]
    return [str(value)]


@given(answers, st.sampled_from([200, 400, 401, 403, 404, 429, 500]))
@example({"id": ID, "status": "FAILED", "failure": NASTY, "failureCode": NASTY, NASTY: {NASTY: [NASTY]}}, 200)
@example({"error": {"message": NASTY, "code": NASTY}, "issues": [{"message": NASTY, "path": [NASTY]}]}, 400)
@settings(max_examples=300, deadline=None)
def test_no_answer_brings_a_control_character_to_whoever_looks_at_it(answer: Any, status: int) -> None:
    result = parse_body(json.dumps(answer).encode(), status)
    assert [text for text in shown(result) if CONTROLS.search(text)] == []


@given(st.binary(max_size=60) | odd.map(lambda text: text.encode("utf-8", "surrogatepass")), st.integers(200, 599))
@example(NASTY.encode("utf-8", "replace"), 502)
@settings(deadline=None)
def test_nor_does_a_body_that_is_no_json(body: bytes, status: int) -> None:
    assert [text for text in shown(parse_body(body, status)) if CONTROLS.search(text)] == []


def test_a_failure_s_reason_is_clean_in_the_task_its_error_its_data_and_its_html(
    sim: Simulator, clock: ServiceTime
) -> None:
    nasty, clean = NASTY.replace("\ud800", ""), CLEAN.replace("?", "")  # the simulator, too, encodes what it sends
    task = sim.client().task(sim.add_task(outcome="failure", failure=nasty, failure_code=f"SAFETY.{nasty}"))
    clock.forward(1000)
    with pytest.raises(TaskFailed) as caught:
        task.wait(30)
    assert task.fail_reason == caught.value.reason == clean
    assert task.failure_code == f"SAFETY.{clean}"
    texts = [str(task), repr(task), str(caught.value), *_strings(dict(task.data)), *_strings(task._make_bundle())]
    assert [text for text in texts if CONTROLS.search(text)] == []
    assert "abcd e" in str(task)


def test_headers_are_cleaned_as_well(serve: Serve, vault: Vault) -> None:
    answer = http("not now", "500 X", "X-Request-Id: \x1b[2Jreq\x9b31m-7" + "x" * 500)
    with pytest.raises(ServiceError) as caught:
        vault.client(serve(answer).url).retrieve(ID)
    assert not CONTROLS.search(str(caught.value))
    assert str(caught.value.request_id).startswith("req-7x")
    assert len(str(caught.value.request_id)) < 240


@pytest.mark.parametrize("apart", ["\x00", "\x7f", "\x9b", "\u202e", "\x1b[0m", "\x1b]0;t\x07", "\ufeff"])
def test_a_key_that_such_characters_part_is_found_all_the_same(serve: Serve, vault: Vault, apart: str) -> None:
    parted = apart.join(vault.key)
    for body in (json.dumps({"error": parted}), json.dumps({"error": parted}, ensure_ascii=False), f"<p>{parted}"):
        client = vault.client(serve(http(body, "400 X")).url)
        with pytest.raises(ServiceError) as caught:
            client.retrieve(ID)
        assert not vault.found_in(str(caught.value), caught.value.message)
    header = http("{}", "400 X", f"X-Request-Id: {parted.encode().decode('latin-1')}")
    with pytest.raises(ServiceError) as caught:
        vault.client(serve(header).url).retrieve(ID)
    assert not vault.found_in(str(caught.value))


def test_a_body_in_which_the_key_may_be_parted_is_searched_for_it() -> None:
    key = Bearer(Secret("sk-0123456789abcdef"), "X")
    assert not key.may_be_in(b'{"status": "RUNNING"}')
    for body in ('{"a": "\x7f"}', '{"a": "\u202e"}', '{"a": "\\u0000"}', '{"a": "sk-012"}'):
        assert key.may_be_in(body.encode())


def test_a_row_of_the_journal_that_somebody_edited_is_shown_clean(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    accepted(journal, ID)
    journal.record_end(HERE, ID, "FAILURE", 3.0, NASTY)
    request = json.dumps({"prompt": NASTY, "facts": [{"name": "", "text": NASTY}], "still": NASTY})
    columns = ("base_url", "service", "action", "model", "task_id", "outcome", "reason")
    with closing(sqlite3.connect(path_of(journal))) as edited:
        nasty = NASTY.encode("utf-8", "replace").decode()
        edited.execute(f"UPDATE submissions SET {', '.join(f'{name} = ?' for name in columns)}", [nasty] * len(columns))
        edited.execute(
            "UPDATE submissions SET request = ?, files = ?, parameters = ?",
            (request, json.dumps([NASTY]), json.dumps({NASTY: NASTY})),
        )
        edited.commit()
    recent = Recent.of(journal.recent())
    (entry,) = recent
    fields = [getattr(entry, name) for name in entry.__slots__ if name not in {"_row", "_attach"}]
    assert [text for field in fields for text in _strings(field) if CONTROLS.search(text)] == []
    assert (entry.prompt, entry.reason) == (CLEAN, CLEAN)
    assert not CONTROLS.search(f"{recent}{recent._repr_html_()}{html_module.unescape(recent._repr_html_())}")


def test_the_user_s_own_prompt_is_sent_as_it_is_now_and_again_and_shown_clean(sim: Simulator, tmp_path: Path) -> None:
    prompt = "  a kite\r\n\u202elifts\x1b[1m \u2067here\u2069 " + "w" * 30
    client = sim.client()
    task = film(sim, client, prompt_text=prompt)
    assert created(sim)[-1].body["promptText"] == prompt
    assert task._request["prompt"] == "a kite\nlifts here " + "w" * 30
    assert client.recent()[0].prompt == task._request["prompt"]
    assert not CONTROLS.search(task._make_bundle()["text/html"])
    client.recent()[0].task().again(prompt_image="https://a.example/a.png")
    assert created(sim)[-1].body["promptText"] == prompt


def test_all_of_a_body_is_cleaned_names_too() -> None:
    assert decode(json.dumps({NASTY: [NASTY, {NASTY: NASTY}]})) == {CLEAN: [CLEAN, {CLEAN: CLEAN}]}
