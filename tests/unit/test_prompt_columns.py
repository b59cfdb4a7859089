"""Prompts out of tables: a column makes a grid, and an empty cell is no prompt, nor anything else."""

from __future__ import annotations

from collections import UserString
from typing import Any

import numpy
import pytest

from runway_widget import Client, ConfigurationError, TaskGrid
from runway_widget.simulator import Simulator

from .cells import MISSING, Series, Table, bodies, create

missing = pytest.mark.parametrize("given", MISSING, ids=ascii)


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.client()


class TestPrompts:
    @missing
    def test_an_empty_cell_is_no_prompt(self, client: Client, sim: Simulator, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=r"^prompt_text: \S+ is no prompt \(an empty cell\?\)"):
            create(client, prompt_text=given)
        with pytest.raises(ConfigurationError, match=r"^prompt_text\[1\]: .* is no prompt \(an empty cell\?\)"):
            create(client, prompt_text=["a kite", given])
        with pytest.raises(ConfigurationError, match=r"is no prompt \(an empty cell\?\)"):
            create(client, prompt_text=given, check=False)
        assert bodies(sim) == []

    @pytest.mark.parametrize(
        "given",
        [["a kite", None], Series(["a kite", None]), numpy.array(["a kite", None])],
        ids=lambda value: type(value).__name__,
    )
    def test_nothing_in_a_row_of_prompts_is_an_empty_cell(self, client: Client, sim: Simulator, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=r"^prompt_text\[1\]: None is no prompt \(an empty cell\?\)"):
            create(client, prompt_text=given)
        assert bodies(sim) == []

    @missing
    @pytest.mark.parametrize("name", ["model", "ratio", "seed", "duration", "watermark"])
    def test_an_empty_cell_is_no_other_value_either(self, client: Client, name: str, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=rf"^{name}: .*\(an empty cell\?\)"):
            create(client, **{name: given})

    @missing
    def test_an_empty_cell_is_no_picture(self, client: Client, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=r"^prompt_image: .*\(an empty cell\?\)"):
            create(client, prompt_image=given)

    @pytest.mark.parametrize(
        "given",
        [
            Series(["dawn", "dusk"]),
            numpy.array(["dawn", "dusk"]),
            numpy.array(["dawn", "dusk"], dtype=object),
            ("dawn", "dusk"),
            {"a": "dawn", "b": "dusk"}.values(),
            (prompt for prompt in ("dawn", "dusk")),
            map(str, ["dawn", "dusk"]),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_a_column_or_a_row_of_prompts_makes_a_grid(self, client: Client, sim: Simulator, given: Any) -> None:
        grid = create(client, prompt_text=given)
        assert isinstance(grid, TaskGrid)
        assert [body["promptText"] for body in bodies(sim)] == ["dawn", "dusk"]
        assert all(type(body["promptText"]) is str for body in bodies(sim))

    @pytest.mark.parametrize("given", [numpy.str_("dawn"), numpy.array("dawn")], ids=lambda value: type(value).__name__)
    def test_a_text_of_numpy_is_one_prompt(self, client: Client, sim: Simulator, given: Any) -> None:
        task = create(client, prompt_text=given)
        assert [body["promptText"] for body in bodies(sim)] == ["dawn"]
        assert task._request["prompt"] == "dawn"

    @pytest.mark.parametrize(
        "given",
        [
            Table(["dawn"]),
            numpy.array([["dawn"]]),
            {"dawn"},
            {"dawn": 1},
            b"dawn",
            7,
            numpy.int64(7),
            UserString("a"),
        ],
        ids=ascii,
    )
    def test_what_is_neither_a_prompt_nor_a_row_of_them_is_refused(
        self, client: Client, sim: Simulator, given: Any
    ) -> None:
        with pytest.raises(ConfigurationError, match=r"^prompt_text"):
            create(client, prompt_text=given)
        assert bodies(sim) == []

    @pytest.mark.parametrize(
        "given", [[], Series([]), numpy.array([]), iter(())], ids=lambda value: type(value).__name__
    )
    def test_no_prompts_are_an_error(self, client: Client, given: Any) -> None:
        with pytest.raises(ConfigurationError, match=r"^prompt_text: an empty list of prompts"):
            create(client, prompt_text=given)

    def test_a_row_without_an_end_is_not_read_to_it(self, client: Client) -> None:
        with pytest.raises(ConfigurationError, match="101 tasks at once, and 100 are the most"):
            create(client, prompt_text=iter(lambda: "dawn", ""))
