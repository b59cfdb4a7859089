"""A key for tests, and the search for it, or for six characters of it, in everything else.

A test must not hold the key in a local variable. A traceback with local variables would show it there, and that would
not be a fault of the package. So the key stays in a `Vault`.
"""

from __future__ import annotations

import io
import logging
import random
import string
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from runway_widget import Client

WIDTH = 6


class Vault:
    """Holds a key without showing it, and searches other things for it."""

    def __init__(self) -> None:
        letters = random.Random(WIDTH).choices(string.ascii_letters + string.digits, k=48)  # the same in each run
        self.key = "sk-" + "".join(letters)

    def __repr__(self) -> str:
        return "Vault"

    def client(self, url: str, **keywords: Any) -> Client:
        return Client(self.key, url, **keywords)

    def found_in(self, *things: Any) -> list[str]:
        """The slices of the key that are in the texts of ``things``."""
        slices = {self.key[i : i + WIDTH] for i in range(len(self.key) - WIDTH + 1)}
        texts = [thing if isinstance(thing, str) else f"{thing!r} {thing!s}" for thing in things]
        return sorted(text[i : i + WIDTH] for text in texts for i in range(len(text)) if text[i : i + WIDTH] in slices)


@contextmanager
def debug_log() -> Iterator[io.StringIO]:
    """Everything that is logged in the block by any logger, at DEBUG and with tracebacks."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    names = ["", *(name for name in logging.root.manager.loggerDict if name.startswith(("urllib3", "requests", "run")))]
    levels = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def frames(error: BaseException) -> str:
    """A traceback with the local variables of every frame."""

    def show(value: Any) -> str:
        try:
            return repr(value)
        except Exception:  # as tools that show variables do
            return "?"

    lines = traceback.format_exception(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        lines += [f"{name} = {show(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(lines)


def describe(error: BaseException) -> str:
    """Everything that ``error`` shows: its text, its causes, and its frames."""
    chain = [error]
    for one in chain:
        chain += [other for other in (one.__cause__, one.__context__) if other is not None]
    foreign = [one for one in chain if type(one).__module__.split(".")[0] in {"requests", "urllib3", "http"}]
    assert foreign == [], "an error of requests or urllib3 holds the request, and the request holds the key"
    return "".join(frames(one) + repr(vars(one)) for one in chain)


def raised(call: Callable[[], Any], kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        call()
    return describe(caught.value)
