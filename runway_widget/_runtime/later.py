"""What is logged later, because a lock is held at the moment: log handlers are the user's, and may do anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from .._log import log


@contextmanager
def log_errors_later() -> Iterator[Callable[[str], AbstractContextManager[None]]]:
    """Give what does as `log_errors`, but logs when the block is over: for one that holds a lock meanwhile."""
    caught: list[tuple[str, Exception]] = []

    @contextmanager
    def catch(label: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            caught.append((label, error))

    try:
        yield catch
    finally:
        for label, error in caught:
            log.error("%s met an error", label, exc_info=error)


class MissingThread:
    """Why a thread could not be started, until the next one says so: who asks for a thread may hold any lock."""

    def __init__(self) -> None:
        self._why = ""

    def note(self, error: RuntimeError) -> None:
        """None could be started, because of ``error``."""
        self._why = str(error)

    def log(self, name: str) -> None:
        """Log, on a thread that was started, that one like it could not be before."""
        why, self._why = self._why, ""
        if why:
            log.error("%s could not start before: %s", name, why)
