"""The static card: what it says, and in which order."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import static_card, static_grid
from runway_widget._widgets.static_card import Card
from runway_widget._widgets.static_stage import Picture
from runway_widget._widgets.view import Face
from runway_widget._widgets.words import face

from .static_cards import REQUEST, SIGNED, TASK, THUMBNAIL, Page, card, page_of, under_player


def test_it_says_what_the_live_card_says_in_the_same_order() -> None:
    page = Page(static_card.html(card()))
    words = ["Image to video", "Done in 1:18", "the kite lifts", "gen4_turbo · 5 s · seed 421"]
    words += ["link until 24 Nov 2026, 22:08", f'Client().task("{TASK}")', "2026-11-23 22:10", "open video"]
    places = [page.text.index(word) for word in words]
    assert places == sorted(places)
    (video,) = page.all("video")
    assert video["src"] == SIGNED
    assert {"controls", "muted", "loop"} <= video.keys()
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL] == [under_player(static_card.html(card()))]


def test_a_failure_says_why_and_what_to_do_about_it() -> None:
    state = TaskState(status=Status.FAILURE, fail_reason="No faces.", failure_code="SAFETY.INPUT.IMAGE")
    said = face(Report(state, Phase.ENDED), "CometAPI")
    page = Page(static_card.html(card(Status.FAILURE, face=said, state=state)))
    for words in ("Failed", "No faces.", "Change the prompt or the picture", "SAFETY.INPUT.IMAGE"):
        assert page.text.count(words) == 1


def test_a_task_that_still_runs_says_how_to_take_it_up_again() -> None:
    assert f'Take it up again: Client().task("{TASK}")' in Page(static_card.html(card(Status.IN_PROGRESS))).text
    assert "Take it up again" not in Page(static_card.html(card())).text


def test_until_when_a_link_lasts_stands_where_something_depends_on_it_and_else_beside_the_link() -> None:
    saved = Picture(Output(SIGNED, "video"), THUMBNAIL, local="renders/take.mp4")
    independent = {**card().face, "link": "", "note": "saved to renders/take.mp4"}
    page = Page(static_card.html(card(face=independent, pictures=(saved,))))
    assert "link until" not in page.text
    assert page.text.count("original video (until 24 Nov 2026, 22:08)") == 1
    assert Page(static_card.html(card())).text.count("until 24 Nov 2026, 22:08") == 1
    assert "until" not in Page(static_card.html(card(Status.FAILURE))).text


def test_text_is_one_line_that_tells() -> None:
    assert static_card.text(card()) == f"Image to video: Done in 1:18 · link until 24 Nov 2026, 22:08 ({TASK})"
    said: Face = {**card().face, "note": "one\n\ntwo  " + "three " * 200}
    line = static_card.text(card(face=said))
    assert "\n" not in line
    assert line.startswith("Image to video: Done in 1:18 · one two three")
    assert line.endswith(f"… ({TASK})")
    assert len(line) < 300


@pytest.mark.parametrize(("code", "message"), [("0", "OK"), ("SUCCESS", "success"), ("200", ""), (None, "")])
def test_a_wrapper_that_says_that_all_is_well_is_not_quoted(code: str | None, message: str) -> None:
    assert page_of(wrapped(code, message)).text == page_of(wrapped("success", "")).text


def test_a_wrapper_that_says_more_is_quoted_as_on_the_live_card() -> None:
    assert "fail_to_fetch_task: upstream is full" in page_of(wrapped("fail_to_fetch_task", "upstream is full")).text


def wrapped(code: str | None, message: str) -> Card:
    state = TaskState(status=Status.FAILURE, fail_reason="No faces.", code=code, message=message)
    return card(Status.FAILURE, face=face(Report(state, Phase.ENDED), "CometAPI"), state=state)


def test_each_standing_has_a_sign_of_its_own_beside_its_colour() -> None:
    signs = {
        status: page_of(card(status)).text.partition("Image to video ")[2].strip()[0]
        for status in (Status.SUCCESS, Status.FAILURE, Status.CANCELLED, Status.IN_PROGRESS, Status.QUEUED)
    }
    assert len(set(signs.values())) == len(signs), signs


def test_a_prompt_that_may_be_longer_than_two_lines_unfolds_where_it_stands() -> None:
    assert page_of(card(request={**REQUEST, "prompt": "the kite"})).all("summary") == []
    assert len(page_of(card(request={**REQUEST, "prompt": "the kite lifts " * 6})).all("summary")) == 1


def test_what_is_cut_ends_with_a_sign_that_there_was_more() -> None:
    whole, cut = "word " * 20, "word " * 400
    assert "…" not in page_of(card(request={**REQUEST, "prompt": whole})).text
    assert "word …" in page_of(card(request={**REQUEST, "prompt": cut})).text
    assert "&…" in page_of(card(request={**REQUEST, "prompt": "&" * 2000})).text


def test_data_are_folded_away_and_absent_where_there_are_none() -> None:
    assert "data" not in page_of(card()).text
    assert '"id": "t-1"' in page_of(card(state=replace(card().state, data={"id": "t-1"}))).text


def test_a_grid_names_what_is_common_once_and_else_each() -> None:
    alike = Page(static_grid.html("2 done", [card(), card()], None)).text
    assert alike.count("Image to video") == 1
    other = card(face={**card().face, "title": "Text to image"})
    mixed = Page(static_grid.html("2 done", [card(), other], 2)).text
    assert mixed.startswith("2 done")
    assert (mixed.count("Image to video"), mixed.count("Text to image")) == (1, 1)


def test_a_grid_has_its_lines_of_code_and_its_links_folded_away_under_it() -> None:
    failed = replace(card(Status.FAILURE), face={**card(Status.FAILURE).face, "advice": "Change the prompt."})
    page = Page(static_grid.html("1 done · 1 failed", [card(), failed], None))
    assert [tag for tag, _ in page.elements].count("details") == 1
    folded = page.text.partition("Image to video · code and links")[2]
    assert folded.startswith(f' [0] Client().task("{TASK}") · open video · 2026-11-23 22:10 · link until 24 Nov 2026')
    assert folded.partition("[1] ")[2] == f'Client().task("{TASK}") · 2026-11-23 22:10 · Change the prompt.'
    assert "Client()" not in page.text.partition("Image to video")[0]


def test_a_grid_has_as_many_columns_as_asked_for_or_as_fit() -> None:
    three, free = (static_grid.html("2 done", [card(), card()], columns) for columns in (3, None))
    assert "max(160px,(100% + 12px)/3 - 12.1px)" in three
    assert "minmax(min(100%,max(220px)),1fr)" in free


def test_a_grid_s_takes_are_told_apart_by_their_seeds_and_say_no_other_fact() -> None:
    text = Page(static_grid.html("1 done", [card()], None)).text
    assert "seed 421" in text
    assert "gen4_turbo" not in text


def test_a_grid_in_words_names_each_take_s_id() -> None:
    failed = replace(card(Status.FAILURE), face={**card(Status.FAILURE).face, "note": "No\nfaces."}, task_id="other")
    assert static_grid.text([card(), failed]).splitlines() == [
        f"[0] Image to video: Done in 1:18 ({TASK})",
        "[1] Image to video: Failed: No faces. (other)",
    ]


def test_there_is_no_blank_line_and_each_line_begins_with_a_tag_or_within_one() -> None:
    state = replace(card().state, data={"id": "t-1", "said": "one\n\n# two"})
    said: Face = {**card().face, "note": "# one\n\n- two", "advice": "1. three", "wrapper": "> four"}
    whole = card(state=state, face=said, request={**REQUEST, "prompt": "# one\n\n- two\n\n" * 9})
    for html in (static_card.html(whole), static_grid.html("# 2 done", [whole, replace(whole, face=card().face)], 2)):
        assert not re.search(r"^\s*$", html, re.MULTILINE)
        outside = re.sub(r"<pre.*?</pre>", "<pre>", html, flags=re.DOTALL)
        assert [
            line
            for line in outside.splitlines()
            if not re.match(r"<|(src|href|poster|alt|target)=|controls|width", line)
        ] == []


def test_a_run_with_other_links_and_times_changes_the_lines_of_these_and_no_others() -> None:
    def lines(signature: str, day: str) -> list[str]:
        output = Output(f"https://cdn.example/video.mp4?_jwt={signature}", "video")
        made = card(pictures=(Picture(output, THUMBNAIL),), link_end=f"until {day} Nov 2026, 22:08")
        made = replace(made, state=replace(made.state, data={"createdAt": f"2026-11-{day}", "id": "t-1"}))
        return [*static_card.html(made, "a-1").splitlines(), *static_grid.html("2 done", [made, made], 2).splitlines()]

    before, after = lines("a" * 300, "24"), lines("b" * 300, "25")
    changed = [line for line, other in zip(before, after, strict=True) if line != other]
    assert all(re.search("_jwt=|until|createdAt", line) for line in changed), changed
    assert len(changed) == 4 + 2 * 3, changed
    assert max(map(len, changed)) < 500, "no picture is in such a line"
