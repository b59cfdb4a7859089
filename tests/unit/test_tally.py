"""The sum over a grid's takes, which is kept up to date take by take."""

from __future__ import annotations

import random

import pytest

from runway_widget._widgets.tally import Take, Tally

STATUSES = ["NOT_START", "SUBMITTED", "QUEUED", "IN_PROGRESS", "SUCCESS", "FAILURE", "CANCELLED", "UNKNOWN"]


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_that_was_kept_up_to_date_is_the_sum_made_anew(seed: int) -> None:
    chance = random.Random(seed)
    takes: dict[int, Take] = {}
    tally = Tally()
    for _ in range(300):
        number, end = chance.randrange(12), chance.choice([None, 10.0, 20.0, 30.0])
        takes[number] = Take(chance.choice(STATUSES), chance.random() < 0.3, end)
        tally.count(number, takes[number])
        anew = Tally()
        for each, take in takes.items():
            anew.count(each, take)
        assert tally.summary(15.0) == anew.summary(15.0)


def test_the_words_are_in_one_order_whatever_ends_first() -> None:
    tally = Tally()
    for number, status in enumerate(["CANCELLED", "UNKNOWN", "FAILURE", "SUCCESS", "FAILURE"]):
        tally.count(number, Take(status, over=True))
    tally.count(5, Take("QUEUED", over=False))
    tally.count(6, Take("IN_PROGRESS", over=False))
    words = "1 running · 1 waiting · 1 done · 2 failed · 1 cancelled · 1 not watched"
    assert tally.summary(7.0) == {"words": words, "left": None, "at": 7.0, "ticking": True, "number": 0, "cost": ""}


def test_the_time_left_is_that_of_the_last_take_and_unknown_while_one_is() -> None:
    tally = Tally()
    tally.count(0, Take("IN_PROGRESS", over=False, end=60.0))
    tally.count(1, Take("QUEUED", over=False))
    assert tally.summary(10.0)["left"] is None
    tally.count(1, Take("IN_PROGRESS", over=False, end=90.0))
    assert tally.summary(10.0)["left"] == 80.0
    tally.count(1, Take("SUCCESS", over=True, end=90.0))
    assert tally.summary(10.0)["left"] == 50.0
    assert tally.summary(100.0)["left"] == 0.0
    tally.count(0, Take("SUCCESS", over=True, end=60.0))
    assert tally.summary(100.0) == {
        "words": "2 done",
        "left": None,
        "at": 100.0,
        "ticking": False,
        "number": 0,
        "cost": "",
    }
