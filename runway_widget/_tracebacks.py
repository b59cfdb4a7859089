"""Tracebacks that fit on a screen: what lies between the user's line and an error of this package is hidden.

IPython and pytest leave out each frame that has a local ``__tracebackhide__``. The frames are marked from outside, in
one place: comprehensions and generated methods have no line in which they could do it themselves. A frame keeps such an
extra local in every Python from 3.11 on (PEP 667 promises it from 3.13 on; the tests see to the others). Nothing is
taken away: a debugger still goes through all frames.

IPython always shows the last frame, hidden or not, with five lines of code. So the last one is `refuse`, a short one
(IPython 8.12 to 9.18).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, NoReturn, TypeVar, cast

from ._errors import RunwayWidgetError

Method = TypeVar("Method", bound=Callable[..., Any])


# Raises ``error``, as the last frame. Its docstring would be one more line in a notebook.
def refuse(error: BaseException) -> NoReturn:
    raise error from None


class ShortTraceback:
    """``with ShortTraceback():`` hides the frames from here on, of errors that are meant for the user.

    These are the errors of this package, and those of other types that are raised by `refuse`: a `TypeError` that was
    raised elsewhere is a fault of the package, and is shown whole. So is what went through somebody else's code.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: TracebackType | None) -> None:
        if traceback is not None and _is_meant(error, traceback):
            _hide(traceback)
        del error, traceback  # the last frame leads back to this one: a circle would keep all that they hold


def short_traceback(method: Method) -> Method:
    """The same for a whole method. Not for one that is given a key: the arguments are kept in a frame."""

    @wraps(method)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with ShortTraceback():
            return method(*args, **kwargs)

    return cast(Method, wrapper)


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """The traceback's entries, one for each frame, from the outside in."""
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _last(traceback: TracebackType) -> TracebackType:
    return deque(_entries(traceback), maxlen=1)[0]


def _is_meant(error: BaseException | None, traceback: TracebackType) -> bool:
    meant = isinstance(error, RunwayWidgetError) or _last(traceback).tb_frame.f_code is refuse.__code__
    packages = (entry.tb_frame.f_globals.get("__name__", "").split(".")[0] for entry in _entries(traceback))
    return meant and all(package == __package__ for package in packages)


def _hide(traceback: TracebackType) -> None:
    """Mark every frame as hidden, and let `refuse` be the last one."""
    entry = _last(traceback)
    if entry.tb_frame.f_code is not refuse.__code__:
        try:
            refuse(RunwayWidgetError())
        except RunwayWidgetError as error:
            entry.tb_next = error.__traceback__ and _last(error.__traceback__)
            error.__traceback__ = error.__context__ = None
    for entry in _entries(traceback):
        entry.tb_frame.f_locals["__tracebackhide__"] = True
    del traceback, entry  # as above
