"""Numbers, switches and columns of other libraries: taken where they mean what is wanted, else refused by name."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy
import pytest

from runway_widget import Client, ConfigurationError, TaskGrid
from runway_widget._numbers import column, is_missing, plain, real, whole
from runway_widget.simulator import Simulator

from .cells import MISSING, NaTType, NAType, Series, bodies, create


class Seconds(IntEnum):
    FIVE = 5


FIVES = [numpy.int64(5), numpy.uint8(5), numpy.array(5), numpy.array([5, 6])[0], Seconds.FIVE, 5]
NO_FIVES = [
    *("5", 5.0, numpy.float64(5), numpy.float32(5), Decimal(5), Fraction(5), True, numpy.True_, [5], numpy.array([5])),
    *(
        math.nan,
        numpy.nan,
        NAType(),
        NaTType(),
        numpy.datetime64("NaT", "s"),
        numpy.timedelta64(5, "s"),
        timedelta(seconds=5),
    ),
]

same = pytest.mark.parametrize("given", FIVES, ids=lambda value: type(value).__name__)
other = pytest.mark.parametrize("given", NO_FIVES, ids=ascii)
missing = pytest.mark.parametrize("given", MISSING, ids=ascii)


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.client()


class TestWholeNumbers:
    @same
    def test_where_an_int_is_wanted_any_whole_number_will_do(self, client: Client, sim: Simulator, given: Any) -> None:
        grid = create(client, duration=given, seed=given, takes=given)
        assert sorted((body["duration"], body["seed"]) for body in bodies(sim)) == [(5, seed) for seed in range(5, 10)]
        assert all(type(body["seed"]) is int for body in bodies(sim))
        assert len(client.recent(given)) == 5
        shown = TaskGrid(grid, columns=given)
        assert type(shown._columns) is int
        shown.close()

    @other
    @pytest.mark.parametrize("name", ["duration", "seed", "takes"])
    def test_anything_else_is_refused_by_name_and_nothing_is_sent(
        self, client: Client, sim: Simulator, name: str, given: Any
    ) -> None:
        with pytest.raises(ConfigurationError, match=f"^{name}: "):
            create(client, **{name: given})
        assert bodies(sim) == []

    @other
    def test_the_same_of_a_limit_and_of_columns(self, client: Client, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=r"^limit must be a whole number from 1, not "):
            client.recent(given)
        with pytest.raises(ConfigurationError, match=r"^columns must be a whole number from 1, or None, not "):
            TaskGrid([], columns=given)

    def test_a_take_is_found_by_numpys_number_too(self, client: Client) -> None:
        grid = create(client, takes=2)
        assert grid[numpy.int64(1)] is grid[1]


class TestSeconds:
    NAMES = ("poll_interval", "not_found_after", "give_up_after")

    @pytest.mark.parametrize(
        "given",
        [*FIVES, 5.0, numpy.float64(5), numpy.float32(5), numpy.longdouble(5), Decimal(5), Fraction(5)],
        ids=lambda value: type(value).__name__,
    )
    def test_any_real_number_will_do(self, client: Client, sim: Simulator, given: Any) -> None:
        task = client.task(sim.add_task(queued=0, duration=0), **dict.fromkeys(self.NAMES, given))
        assert [getattr(task._terms, name) for name in self.NAMES] == [5, 5, 5]
        assert all(type(getattr(task._terms, name)) in {int, float} for name in self.NAMES)
        assert task.wait(given) is task

    @pytest.mark.parametrize(
        "given",
        [
            "5",
            True,
            numpy.True_,
            math.nan,
            NAType(),
            numpy.timedelta64(5, "s"),
            timedelta(seconds=5),
            [5],
            -1,
            Series([5]),
        ],
        ids=ascii,
    )
    def test_anything_else_is_refused_by_name(self, client: Client, given: Any) -> None:
        for name in self.NAMES:
            with pytest.raises(ConfigurationError, match=f"^{name} must be a number of seconds, not "):
                client.task("task-1", **{name: given})

    def test_a_timedelta_is_told_how_to_become_one(self, client: Client) -> None:
        with pytest.raises(ConfigurationError, match=r"not a timedelta \(give its total_seconds\(\)\)$"):
            client.task("task-1", give_up_after=timedelta(hours=1))  # type: ignore[arg-type]

    def test_infinity_is_as_long_as_it_takes(self, client: Client, sim: Simulator) -> None:
        task = client.task(sim.add_task(queued=0, duration=0), give_up_after=numpy.inf, not_found_after=math.inf)
        assert task.wait(numpy.inf) is task


class TestSwitches:
    @pytest.mark.parametrize("given", [numpy.True_, numpy.bool_(1), numpy.array(True), True])
    def test_numpys_are_switches(self, client: Client, sim: Simulator, given: Any) -> None:
        task = create(client, freeze=given, reuse=given, check=given, embed=given, watermark=given)
        assert bodies(sim)[0]["watermark"] is True
        assert create(client, reuse=given, watermark=given).task_id == task.task_id

    @pytest.mark.parametrize("given", [1, numpy.int64(1), "True", math.nan, NAType()], ids=ascii)
    @pytest.mark.parametrize("name", ["freeze", "reuse", "check"])
    def test_numbers_and_texts_are_none(self, client: Client, name: str, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=f"^{name} must be True or False, not "):
            create(client, **{name: given})

    def test_a_limit_of_what_is_embedded_is_a_number(self, client: Client) -> None:
        create(client, embed=numpy.int64(1000))
        with pytest.raises(ConfigurationError, match=r"^embed must be .* not nan \(an empty cell\?\)"):
            create(client, embed=math.nan)


class TestThePartsOfThis:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (numpy.float32(0.5), 0.5),
            (numpy.longdouble(0.5), 0.5),
            (Fraction(1, 2), 0.5),
            (Decimal("0.5"), 0.5),
            (numpy.bool_(0), False),
            (numpy.str_("a"), "a"),
            (numpy.array(7), 7),
            (Seconds.FIVE, 5),
            (True, True),
        ],
        ids=ascii,
    )
    def test_a_scalar_becomes_pythons_own(self, given: Any, expected: Any) -> None:
        assert plain(given) == expected
        assert type(plain(given)) is type(expected)

    @pytest.mark.parametrize(
        "given",
        [None, b"5", [5], {}, ..., 1j, numpy.datetime64("2026-01-01"), numpy.timedelta64(5, "ns")],
        ids=ascii,
    )
    def test_anything_else_stays_what_it_is(self, given: Any) -> None:
        assert plain(given) is given
        assert whole(given) is None
        assert real(given) is None
        assert not is_missing(given)

    def test_no_number_is_too_large_to_be_looked_at(self) -> None:
        assert real(Fraction(10**400)) is None
        assert real(Decimal("1e999")) == math.inf
        assert whole(10**400) == 10**400

    @pytest.mark.parametrize(
        "given", ["text", b"bytes", {}, set(), None, 7, numpy.array(7), numpy.zeros((2, 2))], ids=ascii
    )
    def test_one_thing_is_no_column(self, given: Any) -> None:
        assert column(given, 10) is None


def test_every_number_of_a_public_call_was_thought_of() -> None:
    """A parameter that takes a number is tested above; whoever adds one finds this list."""

    def numeric(call: Callable[..., Any]) -> set[str]:
        parameters = inspect.signature(call).parameters.values()
        return {p.name for p in parameters if {"int", "float"} & set(str(p.annotation).replace("|", " ").split())}

    calls: list[Callable[..., Any]] = [
        Client.image_to_video,
        Client.task,
        Client.recent,
        TaskGrid,
        Client.create,
        TaskGrid.wait,
    ]
    assert set().union(*map(numeric, calls)) == {
        *("takes", "duration", "seed", "cfg_scale", "embed", "poll_interval", "not_found_after", "give_up_after"),
        *("limit", "columns", "timeout"),
    }
