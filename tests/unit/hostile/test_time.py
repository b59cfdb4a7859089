"""Texts that are made to keep their reader busy: each takes time as it has characters, and no more.

Nothing else runs in a kernel while a pattern is looked for. What takes thousandths of a second here took minutes where
each beginning was read to its end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from runway_widget._create.outcome import named_id
from runway_widget._journal.row import empty_request, facts_of, ratio_of
from runway_widget._media.file_names import safe
from runway_widget._media.kept_outputs import KeptOutputs
from runway_widget._service.error_answers import advise, error_from, says_not_visible
from runway_widget._service.headers import AnswerHeaders
from runway_widget._service.link_expiry import link_expiry
from runway_widget._service.media_types import format_of_url
from runway_widget._service.outputs import Output
from runway_widget._service.parse import parse
from runway_widget._service.payload import (
    clean_text,
    decode,
    unix_seconds,
    web_url,
    without_logins,
    without_queries,
    without_query,
)
from runway_widget._service.provider import COMETAPI, stored_route
from runway_widget._service.state import TaskState
from runway_widget._service.text import one_line, printable
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import markup, static_card
from runway_widget._widgets.card_state import card_state

LENGTH = 10_000  # characters
MOST = 1.0  # seconds of the processor; what grows with the square of the length takes more, and all else a fiftieth
PIECES = (
    *("a", "a.", "://", "a://", "http://", "//", "@", "?", "#", "&", "<", ">", '"', "'", "=", "~exp=1", "exp=", "1"),
    *("-", "_", " ", "\n", " \n", "\n ", "\t", "\r", "\x1b", "\x1b[", "\x1b]", "\x1b(", "\x9d", "\x9b0", "\ud800"),
    *("é", "\u0301", "%", "%2e", "{", "{id}", "[", "\\", "$", "*", "`", "\0", '"id":', '"id":"', "request id:"),
    *("(request id:", "task_not_exist", ".a", "a=1&"),
)  # fmt: skip

READERS: dict[str, Callable[[str], object]] = {
    "a text is cleaned": printable,
    "it is put on one line": one_line,
    "it is cut": clean_text,
    "its links lose their queries": without_queries,
    "its links lose their logins": without_logins,
    "its query is cut off": without_query,
    "it is taken for an address": web_url,
    "it is taken for a moment": unix_seconds,
    "it is looked through for a word": says_not_visible,
    "it is an error": lambda text: error_from({"error": {"message": text, "code": text}}, 400),
    "it is a code": advise,
    "it is a broken answer to a create": named_id,
    "it is a route": stored_route,
    "it is a size": ratio_of,
    "it is a model": lambda text: facts_of({"model": text, "duration": text}),
    "it is a header": lambda text: AnswerHeaders.read({"Retry-After": text, "Date": text, "X-Request-Id": text}),
    "it is the query of a link": lambda text: link_expiry(f"https://a.example/b?c={text}"),
    "it is the path of a link": lambda text: (
        format_of_url(f"https://a.example/{text}"),
        Output(f"https://a/{text}").name,
    ),
    "it is a part of a page": markup.escape,
    "it is a part of code": markup.verbatim,
    "it is an attribute": lambda text: markup.element("p", title=text),
    "it is made short": lambda text: markup.shorten(printable(text), 400),
    "it is a part of a file's name": safe,
    "it is a body": decode,
}


@pytest.mark.parametrize("name", READERS)
def test_a_text_costs_no_more_time_than_it_has_characters(name: str) -> None:
    for piece in PIECES:
        for end in ("", "!"):
            text = piece * (LENGTH // len(piece)) + end
            begun = time.thread_time()
            READERS[name](text)
            assert time.thread_time() - begun < MOST, repr(piece)


@pytest.mark.parametrize("piece", ["a", "http://", "\x1b]", "<", "\n"])
def test_nor_does_an_answer_that_is_full_of_them(piece: str) -> None:
    """It took minutes, on the one thread that sets all cards' traits."""
    texts = [piece * (2_000 // len(piece))] * 400
    logs = {str(at): texts[at : at + 100] for at in range(0, 400, 100)}
    task = {"id": "x", "status": "FAILED", "failure": texts[0], "logs": logs}
    body = json.dumps(task).encode()
    begun = time.thread_time()
    state = parse(decode(body))
    assert isinstance(state, TaskState)
    report = Report(state, Phase.ENDED)
    card = card_state(report, KeptOutputs(), COMETAPI, empty_request(), 1.0, 2.0)
    static_card.html(card.frozen_card())
    assert time.thread_time() - begun < 10
