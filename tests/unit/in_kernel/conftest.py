"""One kernel and one simulator for the tests of a file: starting a kernel takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..kernel import Kernel


@pytest.fixture(scope="module")
def clock() -> ServiceTime:
    return ServiceTime()


@pytest.fixture(scope="module")
def sim(clock: ServiceTime) -> Iterator[Simulator]:
    with Simulator(speed=20, clock=clock) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def shared(sim: Simulator) -> Iterator[Kernel]:
    with Kernel(sim.url, sim.key) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: Kernel) -> Iterator[Kernel]:
    """A kernel in which no thread may die."""
    shared.messages.clear()
    yield shared
    assert shared.value("died") == "[]"
