"""A key that is held out of sight, and what finds it, or six characters of it, in everything else.

A test's own frames must not hold the key either, or a traceback with local variables would show it through no fault of
the package: it stays in a `Vault`, and is used only in passing.
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
    """Holds a key without showing it, and finds it, or a slice of it, in other things."""

    def __init__(self) -> None:
        letters = random.Random(WIDTH).choices(string.ascii_letters + string.digits, k=48)  # the same in each run
        self.key = "sk-" + "".join(letters)

    def __repr__(self) -> str:
        return "Vault"

    def client(self, url: str, **keywords: Any) -> Client:
        return Client(self.key, url, **keywords)

    def found_in(self, *things: Any) -> list[str]:
        """Which slices of the key show in the texts of ``things``."""
        slices = {self.key[i : i + WIDTH] for i in range(len(self.key) - WIDTH + 1)}
        texts = [thing if isinstance(thing, str) else f"{thing!r} {thing!s}" for thing in things]
        return sorted(text[i : i + WIDTH] for text in texts for i in range(len(text)) if text[i : i + WIDTH] in slices)


@contextmanager
def debug_log() -> Iterator[io.StringIO]:
    """All that all loggers say meanwhile, at DEBUG and with tracebacks."""
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
    """A traceback with every local variable on the way, as verbose tracebacks show them."""

    def shown(value: Any) -> str:
        try:
            return repr(value)
        except Exception:  # as tools that show variables do
            return "?"

    lines = traceback.format_exception(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        lines += [f"{name} = {shown(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(lines)


def told(error: BaseException) -> str:
    """All that can be seen of ``error``: its text, its chain, and its frames."""
    chain = [error]
    for one in chain:
        chain += [other for other in (one.__cause__, one.__context__) if other is not None]
    foreign = [one for one in chain if type(one).__module__.split(".")[0] in {"requests", "urllib3", "http"}]
    assert foreign == [], "an error of requests or urllib3 holds the request, and the request holds the key"
    return "".join(frames(one) + repr(vars(one)) for one in chain)


def raised(call: Callable[[], Any], kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        call()
    return told(caught.value)
