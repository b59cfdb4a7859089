"""Handlers of users, as `observe` gets them, run on a thread of their own: see `callbacks`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

import traitlets as t
from traitlets.utils.sentinel import Sentinel

from .callbacks import Observer

Names: TypeAlias = Sentinel | str | Collection[Sentinel | str]


class Observed(t.HasTraits):
    """Traits whose observers may raise or block without harm.

    Those of traitlets and ipywidgets themselves run as usual, on the thread that sets the trait.
    """

    def observe(self, handler: Callable[..., object], names: Names = t.All, type: Sentinel | str = "change") -> None:
        """As in traitlets, but ``handler`` runs on a thread of its own: it may raise or block without harm."""
        if not isinstance(handler, t.EventHandler | Observer):
            handler = Observer(handler)
        super().observe(handler, names=names, type=type)

    def unobserve(self, handler: Callable[..., object], names: Names = t.All, type: Sentinel | str = "change") -> None:
        """As in traitlets."""
        if handler is not None and not isinstance(handler, t.EventHandler | Observer):
            handler = Observer(handler)
        super().unobserve(handler, names=names, type=type)
