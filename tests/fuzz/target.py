"""One input, all the way: an answer, the state that is read from it, and what a reader sees of that."""

from __future__ import annotations

import json
import math
import re
from base64 import b64decode
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any

from runway_widget._errors import ServiceError
from runway_widget._journal.row import Request, Row, State, read_request
from runway_widget._media.kept_outputs import KeptOutput, KeptOutputs
from runway_widget._media.small_pictures import picture_uri
from runway_widget._service.key import Secret
from runway_widget._service.outputs import Output
from runway_widget._service.parse import parse
from runway_widget._service.payload import ACCOUNT_KEYS, decode
from runway_widget._service.provider import COMETAPI, RUNWAY
from runway_widget._service.service import Service
from runway_widget._service.state import Answer, Status, TaskState
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Subscription, Terms, Watch
from runway_widget._widgets import contact_sheet, recent_table, static_card, static_grid
from runway_widget._widgets.card_state import CardState, card_state
from runway_widget._widgets.recent_entry import Entry

from . import answers, page
from .payloads import ADDRESSES, NUMBERS, text, value

TWIN = "5b0e1d9c-7a42-4f0e-9c53-0d6f2c1a8e11"
WALL, NOW = 1_773_366_900.0, 5_000.0
MOST_BYTES = 60_000  # of a card with its pictures; more only where its addresses are long
THUMBNAIL = "data:image/webp;base64,UklGRhIAAABXRUJQVlA4TAYAAAAvQUAAAA=="
PICTURE = b64decode(THUMBNAIL.partition(",")[2])
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")

GATEWAY = "https://gateway.corp/api"  # in a private network, whose hosts it may name

_SERVICES = [
    Service(provider, Secret("sk-fTq8Zr2LmW5xVb9NcY3dQx"), url, None)
    for provider, url in ((COMETAPI, None), (RUNWAY, None), (COMETAPI, GATEWAY))
]


def run(seed: int, number: int) -> None:
    """Raises AssertionError for what must not come out of this input, and whatever the package raises over it."""
    random = Random(f"{seed} {number}")
    service = random.choice(_SERVICES)
    watch = Watch(answers.ID, [Subscription(lambda _: None, Terms(), NOW)], state=TaskState(task_id=answers.ID))
    now = NOW
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        now += random.choice((0.0, 5.0, 400.0))
        headers = answers.headers(random)
        result = parse(decode(answers.body(random)), random.choice(answers.STATUSES), headers)
        check_result(result)
        if isinstance(result, TaskState) and result.status is Status.SUCCESS:
            result = replace(result, outputs=service._outputs(result, ""))
        ahead = None if headers.date is None else headers.date - WALL
        watch.process(now, Answer(result, ahead), WALL)
        if watch.phase.over:
            break
    phase = random.choice(
        (None, None, None, Phase.STOPPED, Phase.GAVE_UP, Phase.UNWATCHED, Phase.DENIED, Phase.REFUSED)
    )
    report = watch.report(now, phase)
    state = card_state(
        *(report, _kept(random, report.state.outputs), service.provider, _request(random), now + 1, WALL),
        route=random.choice(("task", "feed", "/v1/videos/{id}")),
        picked=random.random() < 0.2,
    )
    if random.random() < 0.1:
        check_submitted([_row(random) for _ in range(random.randrange(1, 4))])
    neighbours = service.base_url == GATEWAY
    check_shown(state, grid=random.random() < 0.1, columns=random.choice((None, 1, 3)), neighbours=neighbours)


def check_result(result: TaskState | ServiceError) -> None:
    """What holds of every answer that is read."""
    if isinstance(result, ServiceError):
        texts = [str(result), result.message, result.code, result.request_id or ""]
        assert result.retry_after is None or 0 <= result.retry_after < math.inf
    else:
        assert 0.0 <= result.progress <= 1.0
        assert (result.progress == 1.0) == (result.status is Status.SUCCESS)
        assert all(0 <= at < 1e10 for at in (result.submit_time, result.start_time, result.finish_time))
        assert all(output.url.startswith(("http://", "https://")) for output in _lowered(result.outputs))
        assert result.status is Status.SUCCESS or not result.outputs
        written = json.dumps(asdict(result), allow_nan=False, ensure_ascii=False)
        assert json.loads(written)["data"] == result.data
        assert not any(f'"{key}":' in written for key in ACCOUNT_KEYS)
        texts = [*_strings(asdict(result))]
    _check_texts(texts)


def check_shown(state: CardState, *, grid: bool, columns: int | None, neighbours: bool = False) -> None:
    """What holds of every card. ``neighbours``: see `page.check`."""
    traits = state.traits()
    json.dumps(traits, allow_nan=False).encode()
    card = state.frozen_card()
    one_line = static_card.text(card)
    _check_texts([*_strings(traits), state.line(), one_line])
    assert "\n" not in one_line
    assert state.reattach.count(answers.ID) == 1, "the line of code names the task that was asked for"
    html = static_card.html(card, TWIN)
    page.check(html, {TWIN}, neighbours=neighbours)
    addresses = sum(len(output.url.encode()) for output in state.report.state.outputs)
    assert len(html.encode()) <= MOST_BYTES + 12 * addresses
    if grid:
        page.check(static_grid.html(one_line, [card, card], columns, TWIN), {TWIN}, neighbours=neighbours)


def check_submitted(rows: list[Row]) -> None:
    """What holds of the tables of what was submitted, in a notebook, on a terminal and as a page of its own."""
    entries = [Entry.of(row) for row in rows]
    page.check(recent_table.html(entries), set())
    for room in (40, 200):
        _check_texts(recent_table.text(entries, room).split("\n"))
    for number, entry in enumerate(entries):
        page.check(contact_sheet._take(number, entry, picture_uri(entry.picture)), set())


def _check_texts(texts: list[str]) -> None:
    for each in texts:
        assert not (found := CONTROLS.search(each)), f"{found[0]!r} in {each[:80]!r}"
        each.encode()


def _lowered(outputs: tuple[Output, ...]) -> list[Output]:
    return [replace(output, url=output.url.lower()) for output in outputs]


def _strings(anything: Any) -> list[str]:
    if isinstance(anything, dict):
        return [each for pair in anything.items() for item in pair for each in _strings(item)]
    if isinstance(anything, list | tuple):
        return [each for item in anything for each in _strings(item)]
    return [anything] if isinstance(anything, str) else []


def _kept(random: Random, outputs: tuple[Output, ...]) -> KeptOutputs:
    """What is kept of the outputs, as this package makes it: files have names of its own."""
    items = tuple(
        KeptOutput(
            replace(output, size=random.choice((None, 0, 12_400_000))),
            thumbnail=random.choice(("", THUMBNAIL)),
            embedded=random.choice(("", "", THUMBNAIL)),
            file=random.choice((None, None, Path("renders") / f"{answers.ID}-{number}.mp4")),
        )
        for number, output in enumerate(outputs[:8])
    )
    return KeptOutputs(items if random.random() < 0.7 and len(outputs) <= 8 else ())


def _request(random: Random) -> Request:
    """A request as a journal that somebody has edited holds it."""
    facts = [
        {"name": random.choice(("seed", "model", text(random))), "text": text(random)}
        for _ in range(random.randrange(4))
    ]
    stored = {
        "prompt": text(random),
        "facts": facts if random.random() < 0.9 else value(random),
        "ratio": random.choice((None, 1.7, "1280:720", "0:0", 1e308, -1, 5e-324, float("nan"), text(random))),
        "still": random.choice(("", THUMBNAIL, *ADDRESSES, text(random))),
    }
    return read_request(decode(json.dumps(stored)), {})


def _row(random: Random) -> Row:
    """A row of a journal that somebody has edited."""
    texts = ("base_url", "service", "endpoint", "action", "model", "id", "task_id", "outcome", "reason", "route")
    stored: dict[str, Any] = {name: text(random) for name in texts}
    stored |= {name: random.choice(NUMBERS) for name in ("submitted_at", "seconds", "cost", "picked")}
    stored |= {"state": random.choice((*State, text(random))), "status": random.choice((*Status, text(random)))}
    stored["picture"] = random.choice((b"", b"<svg onload='x'>", text(random).encode("utf-8", "replace"), PICTURE))
    request = {"prompt": text(random), "facts": [{"name": "seed", "text": text(random)}, text(random)]}
    for name, held in (
        ("request", request),
        ("parameters", {"seed": random.choice(NUMBERS), "model": text(random)}),
        ("files", [text(random)]),
        ("inputs", [text(random), value(random, 1)]),
    ):
        stored[name] = json.dumps(held if random.random() < 0.9 else value(random))
    return Row.read(stored, WALL)
