"""What pandas puts into tables, as far as this package can tell: pandas itself is not among the tests' packages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy

from runway_widget import Client, TaskGrid
from runway_widget.simulator import Simulator

from .creating import all_sent

IMAGE = "https://a.example/still.png"


class NAType:
    """As pandas has it: neither true nor false, and equal to nothing."""

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __eq__(self, other: object) -> Any:
        return self

    def __repr__(self) -> str:
        return "<NA>"

    __hash__ = object.__hash__


class NaTType:
    """As pandas has it: equal to nothing."""

    def __repr__(self) -> str:
        return "NaT"


class Series:
    """A column of a table, as far as pandas' is known here."""

    ndim = 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__dict__})"  # in the names of tests, which are the same in each process

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Any:
        return iter(self._items)

    def __bool__(self) -> bool:
        raise ValueError("The truth value of a Series is ambiguous")


class Table(Series):
    """A whole one: iterating it gives the names of its columns."""

    ndim = 2


#: What stands for an empty cell.
MISSING = [math.nan, numpy.nan, numpy.float32("nan"), Decimal("nan"), Decimal("sNaN"), NAType(), NaTType()]


def create(client: Client, **arguments: Any) -> Any:
    wanted = {"model": "gen4_turbo", "prompt_image": IMAGE, "prompt_text": "a kite", "ratio": "1280:720", "duration": 5}
    made = client.image_to_video(**{**wanted, **arguments})
    if isinstance(made, TaskGrid):
        all_sent(made)
    return made


def bodies(sim: Simulator) -> list[Mapping[str, Any]]:
    return [request.body for request in sim.requests if request.method == "POST"]
