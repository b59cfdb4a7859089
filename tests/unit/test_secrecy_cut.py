"""How the key is cut out of what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._service.key import Bearer, Secret
from runway_widget._service.provider import COMETAPI
from runway_widget._service.service import Service
from runway_widget._service.state import Status, TaskState

from .conftest import http
from .wire import ID, KEY, RUNNING, Serve


class TestCuttingTheKey:
    """What comes back is searched for the key before anybody reads it."""

    def cut(self, value: Any) -> Any:
        return Bearer(Secret(KEY), "COMETAPI_KEY").cut_from(value)

    @pytest.mark.parametrize(
        ("told", "left"),
        [
            (KEY, "[key]"),
            (f"Bearer {KEY}!", "Bearer [key]!"),
            (f"{KEY[:6]}***{KEY[-6:]}", "[key]***[key]"),
            (f"{KEY[:5]}***{KEY[-5:]}", f"{KEY[:5]}***{KEY[-5:]}"),
            (f"a{KEY[10:17]}b", "a[key]b"),
            (KEY + KEY, "[key]"),
            ("nothing of it", "nothing of it"),
            ("", ""),
        ],
    )
    def test_every_run_of_six_characters_is_taken_out(self, told: str, left: str) -> None:
        assert self.cut(told) == left

    def test_wherever_it_stands(self) -> None:
        assert self.cut({KEY: [KEY, {"a": (f"x{KEY}")}], "n": 1, "t": True, "z": None}) == {
            "[key]": ["[key]", {"a": "x[key]"}],
            "n": 1,
            "t": True,
            "z": None,
        }

    @given(st.text("abcSK-12[]key", max_size=60), st.text("abcSK-12[]key", min_size=6, max_size=20))
    @settings(deadline=None)
    def test_nothing_of_six_characters_is_left_however_text_and_key_overlap(self, text: str, key: str) -> None:
        left = Bearer(Secret(key), "K").cut_from(text)
        slices = {key[i : i + 6] for i in range(len(key) - 5)}
        pieces = left.split("[key]") if "[key]" not in key else []
        assert not any(part in piece for part in slices for piece in pieces)

    def test_a_short_key_does_not_take_the_answers_apart(self, serve: Serve) -> None:
        """Against a simulator any key will do, such as "a"; the names of the fields must survive it."""
        server = serve(http(RUNNING))
        said = Service(COMETAPI, Secret("s"), server.url, None).ask(ID).result
        assert isinstance(said, TaskState)
        assert (said.task_id, said.status) == (ID, Status.IN_PROGRESS)
