"""A time that goes fast and may jump, for the whole process. To be imported, and entered, before the package.

`time.time`, `time.monotonic` and `time.sleep` are exchanged, and what waits for a condition waits as much shorter as
time goes faster. What the system measures, such as the time-outs of sockets, stays in real seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

real_monotonic, real_sleep = time.monotonic, time.sleep
_wait = threading.Condition.wait


@dataclass
class World:
    """The time of one process. ``begun`` and ``wall`` are one moment by two clocks; two processes agree on both."""

    begun: float = field(default_factory=real_monotonic)
    wall: float = field(default_factory=time.time)
    speed: float = 1.0
    _since: float = 0.0  # real, since `begun`: the last change of the speed
    _gone: float = 0.0  # seconds that had gone by then
    _jumped: float = 0.0  # seconds by which the wall clock differs from the truth

    @property
    def gone(self) -> float:
        """Seconds since the beginning."""
        return self._gone + (real_monotonic() - self.begun - self._since) * self.speed

    def set_speed(self, speed: float) -> None:
        """How many times faster than real time it goes from now on."""
        self._gone, self._since = self.gone, real_monotonic() - self.begun
        self.speed = speed

    def leap(self, seconds: float) -> None:
        """So much time has passed at once."""
        self._gone += seconds

    def jump(self, seconds: float) -> None:
        """The clock on the wall is set forward or back; nothing else moves."""
        self._jumped += seconds

    def monotonic(self) -> float:
        """Stands in for `time.monotonic`."""
        return self.begun + self.gone

    def time(self) -> float:
        """Stands in for `time.time`."""
        return self.wall + self.gone + self._jumped

    def enter(self) -> None:
        """Have this process live in it."""

        def wait(condition: threading.Condition, timeout: float | None = None) -> bool:
            return _wait(condition, None if timeout is None else timeout / self.speed)

        def sleep(seconds: float, /) -> None:
            real_sleep(seconds / self.speed)

        time.monotonic, time.time = self.monotonic, self.time
        time.sleep = sleep  # type: ignore[assignment]
        threading.Condition.wait = wait  # type: ignore[method-assign, assignment]
