"""The base of both widgets, with types: ipywidgets has none, and on an unknown base a class may have any attribute.

With anywidget's own class as the base a type checker would accept ``task.wiat()``. (anywidget 0.11.0, ipywidgets 8.1.9)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

if TYPE_CHECKING:
    from comm.base_comm import BaseComm
    from ipywidgets import Layout

    class Widget(t.HasTraits):
        """What there is of `anywidget.AnyWidget`, as far as this package and its users need it."""

        comm: BaseComm | None
        layout: Layout

        @property
        def model_id(self) -> str: ...
        def open(self) -> None: ...
        def close(self) -> None: ...
        def send(self, content: object, buffers: object = None) -> None: ...
        def on_msg(self, callback: Callable[[object, object, object], object], remove: bool = False) -> None: ...
        def _send(self, msg: object, buffers: object = None) -> None: ...
        def send_state(self, key: object = None) -> None: ...
        def set_state(self, sync_data: dict[str, object]) -> None: ...
        def hold_sync(self) -> AbstractContextManager[None]: ...
        def get_state(self, key: object = None, drop_defaults: bool = False) -> dict[str, object]: ...
        def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None: ...
        def _handle_custom_msg(self, content: Any, buffers: Any) -> None: ...

else:
    Widget = anywidget.AnyWidget
