"""Who wants to know that a task has changed: the grids that show it. A grid that nobody needs any more is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod

from .._runtime import process
from .._runtime.threads import log_errors


class Watchers:
    """Methods to call after each change, as long as their objects live."""

    def __init__(self) -> None:
        self._lock = process.Lock()  # of the list
        self._methods: list[WeakMethod[Callable[[Any], None]]] = []

    def add(self, method: Callable[[Any], None]) -> None:
        """Have ``method`` called from now on. Its object is not kept alive by this."""
        with self._lock:
            self._methods.append(WeakMethod(method))

    def owners(self) -> list[Any]:
        """The objects whose methods are called."""
        with self._lock:
            methods = [method for reference in self._methods if (method := reference()) is not None]
        return [method.__self__ for method in methods]  # type: ignore[attr-defined]  # each is a bound method

    def notify(self, changed: Any) -> None:
        """Call each method with ``changed``; what one raises is logged and hurts no other."""
        with self._lock:
            alive = [(reference, method) for reference in self._methods if (method := reference()) is not None]
            self._methods = [reference for reference, _ in alive]
        for _, method in alive:
            with log_errors("a grid"):
                method(changed)
