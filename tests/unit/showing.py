"""A card by itself, and a kernel that shows it: what the tests of showing and freezing put in the place of both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._widgets import display
from runway_widget._widgets.freezable import FreezableWidget

WIDGET = "application/vnd.jupyter.widget-view+json"


class Card(FreezableWidget):
    """A card that is done when the test says so."""

    def __init__(self, **options: Any) -> None:
        self.done = False
        super().__init__(**{"is_done": lambda: self.done, "static_bundle": self.make_bundle, "freeze": True, **options})

    def __str__(self) -> str:
        return "a card"

    __repr__ = __str__  # as those of real cards, it asks for no trait

    def make_bundle(self) -> dict[str, Any]:
        return {"text/html": f"<p>done: {self.done}</p>", "text/plain": "a card"}


class Host:
    """A kernel that shows cards: what was shown under which display id, and what was replaced where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.ids: list[str | None] = []
        self.replaced: list[tuple[str, dict[str, Any]]] = []
        self.cell, self.last_expression = "cell 1", False
        self.publisher = SimpleNamespace(publish=self.publish)
        shell = SimpleNamespace(kernel=object(), display_pub=self.publisher)
        monkeypatch.setattr(display, "shell", lambda: shell)
        monkeypatch.setattr(display, "current_cell", lambda: self.cell)
        monkeypatch.setattr(display, "is_last_expression", lambda: self.last_expression)
        monkeypatch.setattr("IPython.display.display", self.display)

    def display(self, bundle: dict[str, Any], *, metadata: dict[str, Any], raw: bool, **options: Any) -> None:
        """IPython's own, for what is formatted already."""
        assert raw
        self.publisher.publish(data=bundle, metadata=metadata, **options)

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], transient: Any = None, update: bool = False
    ) -> None:
        display_id = (transient or {}).get("display_id")
        if update:
            assert display_id is not None
            self.replaced.append((display_id, data))
        else:
            self.shown.append((data, metadata))
            self.ids.append(display_id)

    @property
    def live(self) -> list[bool]:
        """Of each card that was shown, whether it was the live one."""
        return [WIDGET in bundle for bundle, _ in self.shown]
