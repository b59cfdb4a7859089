"""The part of a row that a card shows: what is written, what is read back, and what an older version left behind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Request, Row, empty_request, facts_of, filled_request, ratio_of

from .journals import HERE, accepted, path_of

# As they were written when facts were strings.
OLD_PARAMETERS = (
    '{"model":"gen4_turbo","promptText":"the kite lifts","ratio":"1280:720","duration":5,"seed":421,"promptImage":'
    '"https://e.example/a.png"}'
)
OLD_REQUEST = (
    '{"prompt":"the kite lifts","facts":["gen4_turbo","1280:720","5 s","seed 421"],"ratio":"1280:720","still":'
    '"https://e.example/a.png"}'
)


def read(request: str, parameters: str = OLD_PARAMETERS) -> dict[str, Any]:
    return {**Row.read({"request": request, "parameters": parameters}, 0.0).request}


def test_a_row_of_an_older_version_is_read_with_the_name_of_each_fact(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    accepted(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as older:
        older.execute("UPDATE submissions SET request = ?, parameters = ?", (OLD_REQUEST, OLD_PARAMETERS))
        older.commit()
    row = journal.find("t-1", HERE)
    assert row is not None
    assert row.request == {
        "prompt": "the kite lifts",
        "facts": [
            {"name": "model", "text": "gen4_turbo"},
            {"name": "size", "text": "1280:720"},
            {"name": "duration", "text": "5 s"},
            {"name": "seed", "text": "seed 421"},
        ],
        "ratio": 16 / 9,
        "still": "https://e.example/a.png",
    }


def test_an_older_fact_that_the_parameters_do_not_explain_keeps_its_words() -> None:
    assert read(OLD_REQUEST, "{}")["facts"][-1] == {"name": "", "text": "seed 421"}


def test_a_row_is_read_as_it_was_written() -> None:
    request = read(OLD_REQUEST)
    row = Row("https://e.example", "CometAPI", "image_to_video", request=request)  # type: ignore[arg-type]
    assert Row.read(row.columns(), 0.0).request == request


@pytest.mark.parametrize(
    ("request_", "field", "value"),
    [
        ('{"prompt":["no text"]}', "prompt", ""),
        ('{"facts":"gen4_turbo"}', "facts", []),
        ('{"facts":[null,7.5,["x"],{"name":"seed"},{"name":"odd","text":"x"}]}', "facts", ["7.5", "x"]),
        ('{"ratio":"wide"}', "ratio", None),
        ('{"ratio":-1.5}', "ratio", None),
        ('{"ratio":NaN}', "ratio", None),
        ('{"ratio":[16,9]}', "ratio", None),
        ('{"still":{"uri":"https://e.example/a.png"}}', "still", ""),
    ],
)
def test_an_odd_value_costs_no_more_than_itself(request_: str, field: str, value: Any) -> None:
    known = read(request_)[field]
    assert ([fact["text"] for fact in known] if field == "facts" else known) == value
    if field == "facts":
        assert {fact["name"] for fact in known} <= {""}


@pytest.mark.parametrize("stored", ["", "[]", "null", '"text"', "{"])
def test_what_is_no_request_is_an_empty_one(stored: str) -> None:
    assert read(stored) == empty_request()


def test_no_two_empty_requests_share_their_facts() -> None:
    empty_request()["facts"].append({"name": "seed", "text": "seed 1"})
    assert empty_request()["facts"] == []


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"model": "upscale_v1", "resolution": "4k"}, ["upscale_v1", "4k"]),
        ({"targetAspectRatio": "16:9", "resolution": "4k"}, ["16:9"]),
        ({"ratio": "1280:720", "targetAspectRatio": "16:9"}, ["1280:720"]),
        ({"duration": "2.5"}, ["2.5 s"]),
        ({"duration": "auto"}, []),
        ({"seed": 0}, ["seed 0"]),
        ({"seed": True}, []),
        ({"seed": "421"}, []),
        ({"model": {"a": 1}, "ratio": [1]}, []),
    ],
)
def test_facts_are_what_the_body_says_in_the_order_of_the_card(body: dict[str, Any], texts: list[str]) -> None:
    assert [fact["text"] for fact in facts_of(body)] == texts


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("1280:720", 16 / 9), ("720:1280", 9 / 16), ("9:1", 9.0)]
    + [(text, None) for text in ("", "1280", "0:5", "5:0", "a:b", "1:2:3", "1280:720 wide", "999999:1", None, 7)],
)
def test_a_ratio_is_a_width_and_a_height(text: Any, ratio: float | None) -> None:
    assert ratio_of(text) == ratio


def test_what_an_earlier_request_left_empty_is_taken_from_the_later_one() -> None:
    facts = facts_of({"seed": 3})
    earlier: Request = {**empty_request(), "prompt": "earlier", "facts": facts}
    later: Request = {**empty_request(), "prompt": "later", "ratio": 1.0, "still": "https://e.example/a.png"}
    assert filled_request(earlier, later) == {**later, "prompt": "earlier", "facts": facts}
