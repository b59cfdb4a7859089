"""Comms that end in the test, and the widgets that have one, with ipywidgets 8 and with 7."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import comm
import pytest
from ipywidgets.widgets import widget

SEVEN = not hasattr(widget, "_instances")

if TYPE_CHECKING or not SEVEN:
    from comm.base_comm import BaseComm as Base
else:  # it makes its comms itself, of ipykernel's own class, and sends only where that has a kernel
    from ipykernel.comm import Comm

    class Base(Comm):
        kernel = object()

        def __init__(self, **known: Any) -> None:
            super().__init__(show_warning=False, **known)


class RecordingComm(Base):
    """A comm to a front end that only listens."""

    messages: list[tuple[str, str, Any]] = []  # noqa: RUF012 - one for all, as there is one front end

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any) -> None:
        self.messages.append((self.comm_id, msg_type, data))


def make_comms(make: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
    """Have widgets get their comms from ``make``."""
    patch.setattr(comm, "create_comm", make)
    if SEVEN:
        patch.setattr(widget, "Comm", make)


@contextmanager
def front_end() -> Iterator[list[tuple[str, str, Any]]]:
    """Give every widget made meanwhile a `RecordingComm`; yields the messages: (comm id, type, data)."""
    RecordingComm.messages = []
    with pytest.MonkeyPatch.context() as patch:
        make_comms(RecordingComm, patch)
        yield RecordingComm.messages


def open_models() -> set[str]:
    """The ids of all widgets that have a comm."""
    return set(widget.Widget.widgets if SEVEN else widget._instances)
