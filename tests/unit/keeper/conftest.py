"""Tasks that come to their end when the test says so, with and without a kernel that shows cards."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._widgets import display as _display
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import finished
from .helpers import Finish


@pytest.fixture
def finish(sim: Simulator, clock: ServiceTime) -> Finish:
    """``finish(scenario, **options)``: a task that is watched and then comes to its end."""
    return partial(finished, sim, clock)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A kernel that shows cards; the static ones that it was given."""
    frozen: list[dict[str, Any]] = []
    shell = SimpleNamespace(kernel=object(), display_pub=SimpleNamespace(parent_header={}))
    monkeypatch.setattr(_display, "kernel_shell", lambda: shell)
    monkeypatch.setattr(_display, "replace", lambda _, bundle: frozen.append(bundle))
    return frozen
