"""The quick way that a poll takes through requests and past the search for the key gives what the long way gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from runway_widget import Client
from runway_widget._service.connection import pooled_session
from runway_widget._service.key import Bearer, Secret
from runway_widget.simulator import Simulator

KEY = "test-key-9Zq4Lm7Tb2Wd"
SLICES = [KEY[i : i + 6] for i in range(len(KEY) - 5)]


def prepared(method: str, url: str, **more: Any) -> tuple[requests.PreparedRequest, requests.PreparedRequest]:
    """One request as our session prepares it, and as requests does."""
    auth = Bearer(Secret(KEY), "SOME_KEY")
    request = requests.Request(method, url, headers={"Accept": "application/json", "X-Some": "1"}, auth=auth, **more)
    with pooled_session() as session:
        return session.prepare_request(request), requests.Session.prepare_request(session, request)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.cometapi.com/runwayml/v1/tasks/3d957031-9a2a-45e2-9dc7-bc8513059c50",
        "http://127.0.0.1:8001/v1/tasks/a.b_c~d-e",
        "https://bücher.example/v1/tasks/t",
        "https://EXAMPLE.com/v1/tasks/t",
        "https://example.com/v1/tasks/t?x=1",
        "https://example.com/a b/%7e",
        "https://example.com",
        "http://[::1]:8001/v1/tasks/t",
    ],
)
def test_a_get_is_prepared_as_requests_would_prepare_it(url: str) -> None:
    ours, theirs = prepared("GET", url)
    assert (ours.method, ours.url, ours.body, ours.hooks) == (theirs.method, theirs.url, theirs.body, theirs.hooks)
    assert dict(ours.headers) == dict(theirs.headers)


def test_a_post_is_prepared_as_requests_would_prepare_it() -> None:
    ours, theirs = prepared("POST", "https://example.com/runway/feed", json={"task_id": "t"})
    assert (ours.url, ours.body, dict(ours.headers)) == (theirs.url, theirs.body, dict(theirs.headers))


def test_nothing_of_the_environment_reaches_a_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Simulator(key=KEY) as sim, pooled_session() as session:
        service = Client(KEY, sim.url)._service
        answer = service.ask(sim.add_task(), "task", session)
        assert not isinstance(answer.result, Exception)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(SLICES),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(SLICES), inner),
)


@given(value=ANY_JSON, ascii_only=st.booleans())
def test_where_the_quick_search_sees_no_key_the_long_one_finds_none(value: Any, ascii_only: bool) -> None:
    bearer = Bearer(Secret(KEY), "SOME_KEY")
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")
    if not bearer.may_be_in(body):
        assert bearer.cut_from(json.loads(body)) == json.loads(body)


@pytest.mark.parametrize("text", [KEY, KEY[3:9], f"x{KEY[:6]}y", "".join(f"\\u{ord(c):04x}" for c in KEY)])
def test_the_quick_search_sees_the_key_also_where_it_is_escaped(text: str) -> None:
    assert Bearer(Secret(KEY), "SOME_KEY").may_be_in(f'{{"a": ["{text}"]}}'.encode())
