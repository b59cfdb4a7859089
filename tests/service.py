"""A service whose time a test can move, so that nothing is a race: a task stays as it is until the test has seen it."""

from __future__ import annotations

import time


class ServiceTime:
    """The service's clock: real time, and as far ahead of it as a test wants it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += seconds
