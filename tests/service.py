"""A clock for the simulator that a test can set forward, so that a task stays as it is until the test has seen it."""

from __future__ import annotations

import time


class ServiceTime:
    """The service's clock: real time plus the seconds that a test has added."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += seconds
