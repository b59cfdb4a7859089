"""Plans: from requests that were checked to what they would send, as a `Plan` shows it. Nothing is sent here."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from .._create.creation import Creation
from .._create.fits import fit_of
from .._create.inputs import still
from .._create.medium import Medium
from .._create.omissions import is_data_uri
from .._create.submit import row_of
from .._errors import ConfigurationError
from .._journal.row import ratio_of
from .._media.framing import BUDGET, Look, alike, inner, look, preview
from .._media.sources import LINK_LIFE
from .._service.cost import in_words
from .._service.endpoint import endpoint_at
from .._service.link_expiry import link_expiry
from .._service.payload import clean_text, map_strings
from .._service.upload import LIFE
from .._widgets.plan import Plan
from .._widgets.planned import PlannedMedium, PlannedRequest

if TYPE_CHECKING:
    from .._create.budget import Budget
    from .._journal.journal import Journal
    from .._journal.row import Row
    from .._service.service import Service

ResultT = TypeVar("ResultT")

_LONG = 10_000  # characters; longer texts of a body are media, and are counted without being encoded


def make_plan(
    service: Service,
    journal: Journal,
    budget: Budget,
    creations: Sequence[Creation],
    prices: Sequence[float | None],
    options: Mapping[str, Any],
    send: Callable[[], ResultT],
) -> Plan[ResultT]:
    """The plan of ``creations``, of which each may cost what ``prices`` say; ``send`` sends them.

    ``options`` are those of the create: with ``reuse`` the journal is asked what was created before.
    """
    first = creations[0]
    rows = [row_of(service, creation) for creation in creations]
    earlier = [journal.find_same(row) if options.get("reuse", False) else None for row in rows]
    media = _media(creations)

    def send_now() -> ResultT:
        for creation in creations:
            _require_fresh(creation)
        return send()

    return Plan(
        endpoint_at(first.endpoint).title,
        "" if service.provider.tells_cost else service.provider.name,
        [_request(*each) for each in zip(creations, rows, prices, earlier, strict=True)],
        [_planned(*each) for each in media],
        _notes(creations, earlier, budget, options),
        [_picture(*each, BUDGET if len(media) == 1 else BUDGET // 2) for each in media],
        send_now,
    )


def _request(creation: Creation, row: Row, price: float | None, earlier: Row | None) -> PlannedRequest:
    task_id = earlier.task_id if earlier is not None and earlier.accepted else ""
    return PlannedRequest(row.parameters, row.request, creation.seed, _size(creation.body), price, task_id)


def _size(body: Mapping[str, Any]) -> int:
    """The bytes of the JSON that travels."""
    long: list[int] = []

    def count(text: str) -> str:
        if len(text) < _LONG:
            return text
        long.append(len(text.encode()))
        return ""

    return len(json.dumps({name: map_strings(value, count) for name, value in body.items()})) + sum(long)


def _notes(
    creations: Sequence[Creation], earlier: Sequence[Row | None], budget: Budget, options: Mapping[str, Any]
) -> list[str]:
    notes = list(dict.fromkeys(creation.note for creation in creations if creation.note))
    if not options.get("check", True):
        notes.append("not checked: check=False")
    found = [row.task_id for row in earlier if row is not None and row.accepted]
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        notes.append(f"reuse=True takes up {', '.join(found[:3])}{more}, and pays nothing for it")
    if any(row is not None and not row.accepted for row in earlier):
        notes.append("an earlier create of the same may have been taken: send() refuses, see client.recent()")
    if budget.limit is not None:
        left = max(0.0, budget.limit - budget.spent)
        notes.append(f"budget: {in_words(left)} left of {in_words(budget.limit)}")
    return notes


# The media

_Seen = tuple[Creation, str, Medium, Look]


def _media(creations: Sequence[Creation]) -> list[_Seen]:
    """Each medium that travels, with the first creation that it travels for, its field there, and how it looks."""
    each: dict[tuple[str, str], tuple[Creation, Medium]] = {}
    for creation in creations:
        for field, medium in creation.media.items():
            each.setdefault((field, medium.uri), (creation, medium))
    return [(creation, field, medium, _look_at(medium)) for (field, _), (creation, medium) in each.items()]


def _look_at(medium: Medium) -> Look:
    """A local medium as it travels; nothing is known of what is elsewhere, since nobody is asked."""
    if is_data_uri(medium.uri):
        return look(base64.b64decode(medium.uri.partition(",")[2]), medium.kind)
    return Look() if medium.content is None else look(medium.content.source, medium.kind)


def _planned(creation: Creation, field: str, medium: Medium, seen: Look) -> PlannedMedium:
    return PlannedMedium(
        field=clean_text(field),
        name=clean_text(medium.name),
        kind=medium.kind,
        travels=medium.travels,
        size=medium.size,
        pixels=seen.size,
        note=medium.note,
        fit=_fit_words(seen, creation.body, field),
    )


def _fit_words(seen: Look, body: Mapping[str, Any], field: str) -> str:
    fit, asked = fit_of(body, field)
    ratio = ratio_of(asked)
    if ratio is None or (seen.size is not None and alike(seen.size, ratio)):
        return ""
    if seen.size is None:
        return {"crop": f"cropped to {asked}, if it has another ratio", "box": f"boxed into {asked}"}.get(fit, "")
    if fit == "crop":
        width, height = inner(seen.size, ratio)
        return f"cropped to {width} × {height} for {asked}"
    if fit == "box":
        return f"boxed into {asked}"
    return f"not {asked}, and what {clean_text(body.get('model'))} makes of that is not documented"


def _picture(creation: Creation, field: str, medium: Medium, seen: Look, budget: int) -> str:
    """What the plan's card shows of it: a small copy, or of an image elsewhere its address."""
    if seen.image is None:
        return still(medium.uri) if medium.kind == "image" and medium.travels == "url" else ""
    fit, asked = fit_of(creation.body, field)
    return preview(seen.image, ratio_of(asked), fit, budget)


# What may have changed until it is sent


def _require_fresh(creation: Creation) -> None:
    """Raise ConfigurationError for a link that has ended since it was planned: a create from it would be paid for."""
    now = time.time()
    for field, medium in creation.media.items():
        ends = link_expiry(medium.uri) if medium.travels == "url" else None
        if ends is not None and ends <= now:
            raise ConfigurationError(f"{field}: the link has expired since this was planned; plan it again")
        old = now - creation.made_at
        of_a_task = not isinstance(creation.inputs.restored(medium.uri), str)
        if medium.travels == "url" and of_a_task and old > LINK_LIFE:
            raise ConfigurationError(f"{field}: a task's link lasts a day, and this was planned before; plan it again")
        if medium.uri.startswith("runway://") and old > LIFE:
            raise ConfigurationError(f"{field}: it was an upload (runway://), which lasts 24 hours; upload it again")
