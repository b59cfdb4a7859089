"""The table of what was submitted: in a notebook, on a terminal, and as a list to go on from."""

from __future__ import annotations

import argparse
import io
import sys
import time
from dataclasses import replace
from unittest.mock import Mock, call

import pytest

from runway_widget import ConfigurationError
from runway_widget._cli.recent import add_arguments, serve
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._widgets.recent import Recent
from runway_widget._widgets.recent_table import MAX_PROMPT
from runway_widget.simulator import Simulator

from .journals import HERE, a_row, accepted, uncertain
from .tables import Outline, prompted

pytestmark = pytest.mark.usefixtures("wide")


def command(journal: Journal, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return serve(parser.parse_args(arguments), journal)


# As a list


def test_the_table_is_a_sequence_of_entries_newest_first(journal: Journal) -> None:
    for number in range(3):
        accepted(journal, f"t-{number}")
    recent = Recent.of(journal.recent())
    assert [entry.task_id for entry in recent] == ["t-2", "t-1", "t-0"]
    assert len(recent) == 3
    assert recent[-1].task_id == "t-0"
    assert isinstance(recent[:2], Recent)
    assert [entry.task_id for entry in recent[:2]] == ["t-2", "t-1"]


def test_an_entry_holds_the_request_its_time_and_the_end_of_the_task(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", 78.4)
    journal.record_files(HERE, "t-1", ["renders/a.mp4"])
    (entry,) = Recent.of(journal.recent())
    assert (entry.title, entry.action, entry.model) == ("Image to video", "IMAGE_TO_VIDEO", "gen4_turbo")
    assert (entry.prompt, entry.word, entry.took) == ("the kite lifts", "Done", 78.4)
    assert (entry.base_url, entry.service, entry.files) == (HERE, "CometAPI", ("renders/a.mp4",))
    assert entry.parameters["seed"] == 421
    assert entry.submitted.tzinfo is not None
    assert abs(entry.submitted.timestamp() - time.time()) < 60


def test_task_calls_attach_with_the_row(journal: Journal) -> None:
    row = accepted(journal, "t-1")
    attach = Mock(return_value="the card")
    task: object = Recent.of(journal.recent(), attach)[0].task()
    assert task == "the card"
    assert attach.call_args == call(replace(row, state=State.ACCEPTED, task_id="t-1", outcome="taken"))


def test_an_entry_without_a_task_raises_and_says_why(journal: Journal) -> None:
    uncertain(journal)
    with pytest.raises(ConfigurationError, match=r"uncertain \(the connection broke\)"):
        Recent.of(journal.recent(), Mock())[0].task()
    accepted(journal, "t-1")
    with pytest.raises(ConfigurationError, match="without a client"):
        Recent.of(journal.recent())[0].task()


@pytest.mark.parametrize(
    ("status", "word"), [("SUCCESS", "Done"), ("FAILURE", "Failed"), ("CANCELLED", "Cancelled"), ("", "Submitted")]
)
def test_each_status_of_a_task_has_its_word(journal: Journal, status: str, word: str) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", status, 1.0)
    entry = Recent.of(journal.recent())[0]
    assert entry.word == word
    assert entry.took == (1.0 if status else None)
    assert (" in 0:01" in str(Recent([entry]))) is (status == "SUCCESS")


def test_each_state_of_a_submission_has_its_word(journal: Journal) -> None:
    begun, refused = a_row(), a_row()
    journal.begin(begun)
    journal.begin(refused)
    journal.record_refusal(refused, "HTTP 401")
    uncertain(journal)
    assert [entry.word for entry in Recent.of(journal.recent())] == ["Uncertain", "Refused", "Being sent"]


def test_an_entry_holds_the_seed_and_the_reason_of_what_did_not_succeed(journal: Journal) -> None:
    refused = a_row(parameters={"promptText": "no seed"})
    journal.begin(refused)
    journal.record_refusal(refused, "your balance is used up")
    uncertain(journal)
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "FAILURE", 3.0, "No faces. [SAFETY.INPUT.IMAGE]")
    accepted(journal, "t-2")
    journal.record_end(HERE, "t-2", "SUCCESS", 3.0)
    told = [(entry.seed, entry.reason) for entry in Recent.of(journal.recent())]
    assert told == [
        (421, ""),
        (421, "No faces. [SAFETY.INPUT.IMAGE]"),
        (421, "the connection broke"),
        (None, "your balance is used up"),
    ]


# In a notebook


def test_the_html_uses_only_tags_and_attributes_that_sanitisers_allow(journal: Journal) -> None:
    accepted(journal, "t-1")
    uncertain(journal)
    page = Outline(Recent.of(journal.recent())._repr_html_())
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert page.attributes <= {"style", "title"}
    assert {"t-1", "Image to video", "the kite lifts", "Uncertain"} <= set(page.texts)


def test_every_value_is_escaped_in_the_html(journal: Journal) -> None:
    evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
    accepted(journal, "t-1", request=prompted(evil), model=evil, action=evil, base_url=f"https://x.example/{evil}")
    accepted(journal, "t-2")
    journal.record_files(HERE, "t-2", [evil])
    page = Outline(Recent.of(journal.recent())._repr_html_())
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.attributes == {"style", "title"}
    assert evil in page.texts


def test_a_submission_without_a_time_is_shown(journal: Journal) -> None:
    accepted(journal, "t-1", submitted_at=-1e10)
    assert "1970-01-01" in str(Recent.of(journal.recent())) or "1969-12-31" in str(Recent.of(journal.recent()))


@pytest.mark.parametrize("length", [MAX_PROMPT - 1, MAX_PROMPT, MAX_PROMPT + 1])
def test_a_prompt_is_cut_only_where_it_is_too_long(journal: Journal, length: int) -> None:
    accepted(journal, "t-1", request=prompted("x" * length))
    assert ("…" in Recent.of(journal.recent())._repr_html_()) is (length > MAX_PROMPT)


def test_a_long_prompt_is_cut_and_complete_in_the_title(journal: Journal) -> None:
    prompt = "the kite lifts " * 10
    accepted(journal, "t-1", request=prompted(prompt))
    html = Recent.of(journal.recent())._repr_html_()
    assert f'title="{prompt.strip()}"' in html
    assert f">{prompt.strip()}<" not in html


# The command


def test_the_command_shows_up_to_a_limit(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(25):
        accepted(journal, f"t-{number}")
    assert command(journal) == 0
    assert len(capsys.readouterr().out.splitlines()) == 21
    assert command(journal, "--limit", "2") == 0
    assert [line for line in capsys.readouterr().out.splitlines() if "t-22" in line] == []


def test_the_command_shows_what_is_picked(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        accepted(journal, f"t-{number}")
    assert command(journal, "--picked") == 0
    assert capsys.readouterr().out.startswith("Nothing is picked yet")
    journal.record_pick(a_row(task_id="t-1"), True)
    assert command(journal, "--picked") == 0
    out = capsys.readouterr().out
    assert ("t-1" in out, "t-0" in out, "★ picked" in out) == (True, False, True)


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_the_command_refuses_a_limit_that_is_not_positive(
    journal: Journal, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command(journal, "--limit", limit)
    assert "--limit" in capsys.readouterr().err


def test_the_command_forgets_a_task_a_submission_or_all(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(4):
        accepted(journal, f"t-{number}")
    attempt = uncertain(journal)
    assert command(journal, "--forget", "t-0") == 0
    assert command(journal, "--forget", f"({attempt.id})") == 0
    assert [row.task_id for row in journal.recent()] == ["t-3", "t-2", "t-1"]
    assert command(journal, "--forget", "t-0") == 1
    assert "holds no 't-0'" in capsys.readouterr().out
    assert command(journal, "--forget", "all") == 0
    assert "3 forgotten" in capsys.readouterr().out
    assert journal.recent() == []


def test_a_terminal_without_a_character_shows_a_question_mark(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(journal, "t-1", request=prompted("凧 lifts"))
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", newline="")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert command(journal) == 0
    narrow.flush()
    assert b"? lifts" in narrow.buffer.getvalue()


def test_where_the_journal_is_off_that_is_what_is_said(sim: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    off = sim.client(journal="off")
    assert "The journal is off" in str(off.recent())
    assert "The journal is off" in off.recent()._repr_html_()
    assert str(sim.client().recent()) == f"Nothing submitted to {sim.url} yet."
    assert command(Journal.off()) == 0
    assert command(Journal.off(), "--forget", "t-1") == 1
    assert capsys.readouterr().out.count("The journal is off") == 2
