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
        ("text", "expected"),
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
    def test_every_six_characters_of_the_key_are_removed(self, text: str, expected: str) -> None:
        assert self.cut(text) == expected

    def test_the_key_is_removed_from_names_and_values_at_any_depth(self) -> None:
        assert self.cut({KEY: [KEY, {"a": (f"x{KEY}")}], "n": 1, "t": True, "z": None}) == {
            "[key]": ["[key]", {"a": "x[key]"}],
            "n": 1,
            "t": True,
            "z": None,
        }

    @given(st.text("abcSK-12[]key", max_size=60), st.text("abcSK-12[]key", min_size=6, max_size=20))
    @settings(deadline=None)
    def test_no_six_characters_of_a_key_are_left_in_any_text(self, text: str, key: str) -> None:
        left = Bearer(Secret(key), "K").cut_from(text)
        slices = {key[i : i + 6] for i in range(len(key) - 5)}
        pieces = left.split("[key]") if "[key]" not in key else []
        assert not any(part in piece for part in slices for piece in pieces)

    def test_a_short_key_leaves_the_answers_readable(self, serve: Serve) -> None:
        """A simulator accepts any key, such as "a". The names of the fields must stay."""
        server = serve(http(RUNNING))
        state = Service(COMETAPI, Secret("s"), server.url, None).ask(ID).result
        assert isinstance(state, TaskState)
        assert (state.task_id, state.status) == (ID, Status.IN_PROGRESS)
