"""Where each card is shown, known from the outputs themselves: each is seen on its way to the page.

Whichever way something is shown (`display`, a display handle, `update_display`, a captured output that is shown later),
it goes through `publish` of the kernel's publisher. So that is where a card gets a display id if it has none, and where
its place is noted, or crossed out when something else takes it.

ipykernel has hooks for messages, but one for each thread: a slot that another thread fills would go unseen.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakValueDictionary

from .._runtime.threads import log_errors

Bundle = dict[str, Any]

VIEW = "application/vnd.jupyter.widget-view+json"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the notebook where a card is shown.

    Args:
        display_id: names the place; what is shown twice under one id is one place.
        request: the header of the request of the cell it is in.
        publisher: what sent it; None for the kernel's own.
        metadata: of the output, which stays when the card is replaced.
        prefix: stands before each MIME type, as with ``glue(…, display=False)`` of myst-nb.
    """

    display_id: str
    request: Bundle
    publisher: Any = None
    metadata: Bundle = field(default_factory=dict)
    prefix: str = ""


class Card(Protocol):
    """A widget whose places are noted."""

    def _static_by_now(self) -> Bundle | None:
        """The static card, if that is to be shown from now on instead of the live one."""
        ...

    @property
    def _may_change(self) -> bool:
        """Whether a static card may still be replaced by another one."""
        ...

    def _add_place(self, place: Place) -> None: ...
    def _remove_place(self, display_id: str) -> None: ...
    def _freeze_now(self) -> None: ...


_cards: WeakValueDictionary[str, Card] = WeakValueDictionary()  # by what an output of theirs holds
_holders: WeakValueDictionary[str, Card] = WeakValueDictionary()  # by display id
_replacing: ContextVar[bool] = ContextVar("runway_widget_replacing", default=False)


def expect(card: Card, bundle: Bundle) -> None:
    """Know an output with this ``bundle`` as the card's: by its model, or where it has none, by its HTML."""
    _cards[bundle[VIEW]["model_id"] if VIEW in bundle else bundle[HTML]] = card


@contextmanager
def replacing() -> Iterator[None]:
    """What is published meanwhile takes nobody's place: it is the card's own end."""
    token = _replacing.set(True)
    try:
        yield
    finally:
        _replacing.reset(token)


def watch(publisher: Any, request: Callable[[], Bundle]) -> bool:
    """See each output of ``publisher``'s from now on; False where that cannot be had. ``request`` gives the cell's."""
    try:
        if type(publisher.publish) is not _Publish:
            publisher.publish = _Publish(publisher, publisher.publish, request)
        return type(publisher.publish) is _Publish
    except Exception:  # whatever stands there
        return False


class _Publish:
    """Takes the place of a publisher's ``publish``, notes what goes through, and hands it on."""

    def __init__(self, publisher: Any, publish: Callable[..., None], request: Callable[[], Bundle]) -> None:
        functools.update_wrapper(self, publish)
        self._publisher, self._publish, self._request = publisher, publish, request

    def __call__(self, data: Any, metadata: Any = None, *args: Any, **options: Any) -> None:
        __tracebackhide__ = True
        publish(self._publish, self._publisher, self._request, data, metadata, *args, **options)


def publish(
    send: Callable[..., None],
    publisher: Any,
    request: Callable[[], Bundle],
    data: Any,
    metadata: Any = None,
    *args: Any,
    **options: Any,
) -> None:
    """Have ``send`` publish an output, and note whose place that is now. Raises nothing where it is a card's."""
    __tracebackhide__ = True
    card, prefix = None, ""
    transient = dict(options.get("transient") or {})
    if not _replacing.get():
        with log_errors("noting where a card is shown"):
            card, prefix = _card_in(data, metadata)
            _leave(transient.get("display_id"), card)
    if card is None:
        send(data, metadata, *args, **options)
        return
    kept = {name: value for name, value in (metadata or {}).items() if not name.endswith(VIEW)}
    with log_errors("showing a card"):
        static = card._static_by_now()
        if static is not None and not card._may_change:
            send(_prefixed(prefix, static), kept, *args, **options)
            return
        display_id = transient["display_id"] = transient.get("display_id") or uuid.uuid4().hex
        _holders[display_id] = card
        with log_errors("noting where a card is shown"):
            card._add_place(Place(display_id, request(), publisher, kept, prefix))
        shown = (data, metadata) if static is None else (_prefixed(prefix, static), kept)
        with log_errors("showing a card", lambda: _forget(display_id, card)):
            send(*shown, *args, **{**options, "transient": transient})
        if static is None:
            card._freeze_now()  # it may have ended since


def replacement(place: Place, bundle: Bundle) -> Bundle:
    """The content of a message that puts ``bundle`` there."""
    transient = {"display_id": place.display_id}
    return {"data": _prefixed(place.prefix, bundle), "metadata": place.metadata, "transient": transient}


def _prefixed(prefix: str, bundle: Bundle) -> Bundle:
    return {f"{prefix}{mime}": value for mime, value in bundle.items()}


def _card_in(data: Any, metadata: Any) -> tuple[Card | None, str]:
    """Whose card an output shows that may be replaced, and what stands before its MIME types."""
    if not isinstance(data, dict) or (metadata or {}).get("runway_widget", {}).get("live"):
        return None, ""
    for mime, value in data.items():
        ending = VIEW if mime.endswith(VIEW) else HTML
        key = value.get("model_id") if ending is VIEW else value
        if mime.endswith(ending) and isinstance(key, str) and (card := _cards.get(key)) is not None:
            return card, mime[: -len(ending)]
    return None, ""


def _leave(display_id: Any, card: Card | None) -> None:
    """Something takes this place: it is no longer another card's, which would overwrite it at its end."""
    holder = _holders.get(display_id)
    if holder is not None and holder is not card:
        _forget(display_id, holder)


def _forget(display_id: str, card: Card) -> None:
    _holders.pop(display_id, None)
    card._remove_place(display_id)
