"""A card by itself, and a kernel that shows it: what the tests of showing and freezing put in the place of both."""

from __future__ import annotations

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

    def make_bundle(self) -> dict[str, Any]:
        return {"text/html": f"<p>done: {self.done}</p>", "text/plain": "a card"}


class Host:
    """A kernel that shows cards: what was shown, and what was replaced where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.replaced: list[tuple[str, dict[str, Any]]] = []
        self.cell, self.last_expression = "cell 1", False
        monkeypatch.setattr(display, "kernel_shell", object)
        monkeypatch.setattr(display, "show", self.show)
        monkeypatch.setattr(display, "replace", self.replace)
        monkeypatch.setattr(display, "current_cell", lambda: self.cell)
        monkeypatch.setattr(display, "is_last_expression", lambda: self.last_expression)

    def show(self, bundle: dict[str, Any], metadata: dict[str, Any]) -> display.Place:
        self.shown.append((bundle, metadata))
        return display.Place(str(len(self.shown)), {})

    def replace(self, place: display.Place, bundle: dict[str, Any]) -> None:
        self.replaced.append((place.display_id, bundle))

    @property
    def live(self) -> list[bool]:
        """Of each card that was shown, whether it was the live one."""
        return [WIDGET in bundle for bundle, _ in self.shown]
