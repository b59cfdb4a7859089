"""The table of what was submitted as text: on a wide terminal, on a narrow one, and with odd characters."""

from __future__ import annotations

import re
import unicodedata

import pytest

from runway_widget._journal.journal import Journal
from runway_widget._widgets.recent import Recent

from .journals import HERE, accepted, uncertain
from .tables import Outline, prompted, table

pytestmark = pytest.mark.usefixtures("wide")


@pytest.mark.parametrize("columns", ["60", "200"])
def test_each_row_shows_the_number_by_which_its_table_gives_it(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for number in range(12):
        accepted(journal, f"t-{number}", parameters={"seed": 70 + number})
    for recent in (Recent.of(journal.recent()), Recent.of(journal.recent())[3:5]):
        shown = re.findall(r"^\[(\d+)\].*?(\d\d)\D*?(t-\d+)$", _without_prompts(str(recent)), re.M | re.S)
        assert [(int(n), int(seed), name) for n, seed, name in shown] == [
            (n, entry.seed, entry.task_id) for n, entry in enumerate(recent)
        ]
        page = Outline(recent._repr_html_())
        assert [text for text in page.texts if text.startswith("[")] == ["[n]", *(f"[{n}]" for n in range(len(recent)))]
        assert {"Seed", *(str(entry.seed) for entry in recent)} <= set(page.texts)


def _without_prompts(text: str) -> str:
    return re.sub(r"\s+the kite lifts", "", text)


def test_on_a_narrow_terminal_no_line_is_too_long_and_every_id_is_whole(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    task_id = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
    accepted(journal, task_id, request=prompted("凧が上がる " * 40))
    journal.record_end(HERE, task_id, "FAILURE", 3.0, "a face was found in the picture that was sent " * 5)
    lines = table(Recent.of(journal.recent()))
    assert lines[0].startswith("[0] ")
    assert f"    {task_id}" in lines
    assert [line[:12] for line in lines if line.endswith("…")] == ["    a face w", "    凧が上がる 凧が"]
    assert max(sum(2 if c > "\u2e80" else 1 for c in line) for line in lines) == 50


@pytest.mark.parametrize("columns", ["100", "160"])
def test_the_reason_of_a_failure_is_told_where_there_is_one(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    accepted(journal, "t-1")
    assert "REASON" not in str(Recent.of(journal.recent()))
    journal.record_end(HERE, "t-1", "FAILURE", 3.0, "a face was found\nin the picture")
    assert "a face was found in" in str(Recent.of(journal.recent()))
    assert {"Reason", "a face was found in the picture"} <= set(
        Outline(Recent.of(journal.recent())._repr_html_()).texts
    )


def test_columns_are_aligned_under_wide_and_combining_characters(journal: Journal) -> None:
    for number, model in enumerate(["gen4", "模型模型", "mode\u0301le", "m"]):
        accepted(journal, f"task-{number}", model=model)
    head, *lines = table(Recent.of(journal.recent()))
    at = head.index("TASK")
    for text in lines:
        start = text.index("task-")
        columns = sum(
            0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text[:start]
        )
        assert columns == at


def test_a_long_prompt_is_cut_at_the_end_of_the_line(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "130")
    accepted(journal, "t-1", request=prompted("x" * 200))
    assert len(table(Recent.of(journal.recent()))[1]) == 130
    accepted(journal, "t-2", request=prompted("凧が上がる " * 40))
    line = table(Recent.of(journal.recent()))[1]
    assert line.endswith("…")
    assert 120 <= sum(2 if c > "\u2e80" else 1 for c in line) <= 130


def test_control_characters_and_whole_escape_sequences_of_a_prompt_are_removed(journal: Journal) -> None:
    accepted(journal, "t-1", request=prompted("kite\x1b[31m\x07\r\nlifts\u202e\tfar"))
    text = str(Recent.of(journal.recent()))
    assert len(text.splitlines()) == 2
    assert "kite lifts far" in text


def test_an_uncertain_row_shows_its_id_and_how_to_forget_it(journal: Journal) -> None:
    row = uncertain(journal)
    text = str(Recent.of(journal.recent()))
    assert f"({row.id})" in text
    assert "--forget" in text
    journal.forget(row.id)
    accepted(journal, "t-1")
    assert "--forget" not in str(Recent.of(journal.recent()))


def test_the_service_is_a_column_only_where_there_are_several(journal: Journal) -> None:
    accepted(journal, "t-0")
    accepted(journal, "t-1")
    assert HERE not in str(Recent.of(journal.recent()))
    accepted(journal, "t-2", base_url="https://elsewhere.example")
    assert HERE in str(Recent.of(journal.recent()))


def test_the_duration_and_the_files_are_in_the_table(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", 78.4)
    journal.record_files(HERE, "t-1", ["renders/a.mp4", "renders/b.mp4"])
    text = str(Recent.of(journal.recent()))
    assert "Done in 1:18" in text
    assert "renders/a.mp4, renders/b.mp4" in text
    assert repr(Recent.of(journal.recent())) == text


def test_an_empty_part_of_a_table_does_not_say_that_nothing_was_submitted(journal: Journal) -> None:
    accepted(journal, "t-1")
    assert str(Recent.of(journal.recent())[5:]) == "No submission is in this slice."


def test_an_empty_table_says_so() -> None:
    assert str(Recent([])) == "Nothing submitted yet."
    assert "Nothing submitted yet." in Recent([])._repr_html_()
