"""Anything at all may come over the wire: what `_payload` makes of it, and that `parse` answers and never raises."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runway_widget._errors import ServiceError
from runway_widget._payload import (
    ACCOUNT_KEYS,
    MAX_DEPTH,
    MAX_ITEMS,
    Unreadable,
    decode,
    line,
    tidy,
    unsigned,
    web_url,
)
from runway_widget._state import Status, TaskState, parse

# Text as bad as it gets: lone surrogates, control characters, right-to-left marks, and words that mean something.
words = st.sampled_from(
    [
        *("success", "SUCCESS", "FAILURE", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "3", "task_not_exist", ""),
        *("30%", "100%", "0.3", "1e400", "nan", "2026-03-13T09:52:46+08:00", "0001-01-01T00:00:00+23:59", "\ud800"),
        *(
            "https://a.example/x.mp4",
            "javascript:alert(1)",
            "http://[::1",
            "https://a.example/\ud800",
            "\x00",
            "A" * 3000,
        ),
    ]
)
texts = words | st.text(st.characters(exclude_categories=()), max_size=12)
huge = st.sampled_from([2**63, -(2**63) - 1, 2**200, 10**400, 1773366766, 1773366766351, 30, 100, 0, 1, -1])
numbers = huge | st.integers() | st.floats()
scalars = st.none() | st.booleans() | numbers | texts
# The names that the parser looks for, so that random objects are read rather than ignored.
names = st.sampled_from(
    [
        *(
            "code",
            "message",
            "msg",
            "data",
            "task_id",
            "id",
            "status",
            "state",
            "progress",
            "action",
            "error",
            "issues",
        ),
        *("fail_reason", "failure", "failureCode", "output", "result_url", "video_url", "url", "task_result", "videos"),
        *("submit_time", "start_time", "finish_time", "createdAt", "create_time", "type", "path", "detail", "user_id"),
    ]
)
keys = names | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=20
)
# Nearly right: an envelope around a task around a provider's task, each with fields missing, wrong or to spare.
providers = st.fixed_dictionaries(
    {},
    optional={
        "id": texts | scalars,
        "status": words | scalars,
        "createdAt": texts | scalars,
        "progress": scalars,
        "output": st.lists(texts, max_size=3) | values,
        "failure": texts,
        "failureCode": scalars,
        "error": texts | values,
        "data": values,
    },
)
tasks = st.fixed_dictionaries(
    {"task_id": texts, "status": words},
    optional={
        "action": scalars,
        "progress": scalars,
        "fail_reason": texts | scalars,
        "result_url": texts,
        "submit_time": scalars,
        "start_time": scalars,
        "finish_time": scalars,
        "quota": scalars,
        "data": providers | values,
    },
)
envelopes = st.fixed_dictionaries(
    {"data": st.deferred(lambda: tasks | envelopes | values)}, optional={"code": scalars, "message": texts}
)
errors = st.fixed_dictionaries(
    {"error": texts | st.fixed_dictionaries({}, optional={"code": scalars, "message": texts, "type": scalars})},
    optional={"issues": st.lists(st.fixed_dictionaries({"message": texts, "path": values}), max_size=3) | values},
)
answers = values | tasks | providers | envelopes | errors
statuses = st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503]) | st.integers(100, 599)


def check(said: TaskState | ServiceError) -> None:
    """What holds for every answer that there is."""
    if isinstance(said, ServiceError):
        assert isinstance(str(said), str)
        json.dumps([said.message, said.code, said.request_id]).encode()
        str(said).encode()
        return
    assert 0.0 <= said.progress <= 1.0
    assert (said.progress == 1.0) == (said.status is Status.SUCCESS)
    for at in (said.submit_time, said.start_time, said.finish_time):
        assert math.isfinite(at)
        assert at >= 0
    for output in said.outputs:
        assert output.url.startswith(("http://", "https://"))
        assert output.kind in {"video", "image", "audio", "unknown"}
        output.url.encode()
    assert said.status is Status.SUCCESS or not said.outputs
    assert said.status in {Status.FAILURE, Status.CANCELLED} or not (said.fail_reason or said.failure_code)
    assert isinstance(said.data, dict)
    sent = json.dumps(asdict(said), allow_nan=False, ensure_ascii=False)
    sent.encode()
    assert json.loads(sent)["data"] == said.data, "what the front end gets is what Python holds"
    assert not any(f'"{key}":' in sent for key in ACCOUNT_KEYS)


class TestParseNeverRaises:
    @given(answers, statuses)
    @example(float("nan"), 200)
    @example({"data": {"task_id": "x", "status": "SUCCESS", "fail_reason": "https://\ud800.example/"}}, 200)
    @settings(max_examples=600, deadline=None)
    def test_on_any_json_under_any_status(self, value: Any, http_status: int) -> None:
        check(parse(value, http_status))
        check(parse(json.dumps(value).encode(), http_status))

    @given(st.binary(max_size=200) | st.text(st.characters(exclude_categories=()), max_size=200), statuses)
    @settings(max_examples=300, deadline=None)
    def test_on_any_bytes_and_any_text(self, body: bytes | str, http_status: int) -> None:
        check(parse(body, http_status))

    @given(answers, st.data())
    @settings(max_examples=200, deadline=None)
    def test_on_an_answer_that_is_cut_anywhere(self, value: Any, data: st.DataObject) -> None:
        body = json.dumps(value).encode()
        check(parse(body[: data.draw(st.integers(0, len(body)))]))

    @given(tasks | envelopes | providers, tasks | envelopes | providers)
    @settings(max_examples=300, deadline=None)
    def test_nor_does_what_follows_from_two_answers_break_the_rules(self, first: Any, second: Any) -> None:
        before, now = parse(first), parse(second)
        if isinstance(before, TaskState) and isinstance(now, TaskState) and not before.ended:
            check(now.after(before))

    @pytest.mark.parametrize(
        "body",
        [
            '{"a":' * 100_000,
            "[" * 100_000 + "]" * 100_000,
            '{"data":' * 5_000 + "{}" + "}" * 5_000,
            '{"task_id": "x", "status": "RUNNING", "data": ' + "[" * 900 + "]" * 900 + "}",
            '{"task_id": "x", "status": "RUNNING", "n": ' + "9" * 5_000 + "}",
            '{"task_id": "x", "status": "RUNNING", "n": ' + "9" * 4_000 + "}",
            '{"task_id": "x", "progress": NaN, "submit_time": -Infinity}',
            '{"task_id": "\\ud800", "status": "\\udfff", "data": {"\\ud800": "\\ud800"}}',
            '{"task_id": "x", "task_id": "y"}',
            "nul",
            "NaN",
            "\ufeff\ufeff{}",
        ],
    )
    def test_on_json_that_is_meant_to_hurt(self, body: str) -> None:
        check(parse(body))
        check(parse(body.encode("utf-8", "surrogatepass")))

    def test_on_values_that_are_no_json_at_all(self) -> None:
        odd: dict[Any, Any] = {1: object(), None: {2.5: {3, 4}}, ("a",): b"bytes", "task_id": "x", "status": "RUNNING"}
        said = parse(odd)
        assert isinstance(said, TaskState)
        check(replace(said))

    def test_on_an_object_that_holds_itself(self) -> None:
        value: dict[str, Any] = {"task_id": "x", "status": "RUNNING"}
        value["data"] = {"again": value}
        check(parse(value))


class TestDecode:
    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"", "an empty answer"),
            (b" \r\n", "an empty answer"),
            (b"<!DOCTYPE html><html>", "HTML instead of JSON"),
            (b'{"code": "suc', "an answer cut short"),
            (b"[1, 2", "an answer cut short"),
            (b"404 page not found", "text instead of JSON"),
        ],
    )
    def test_says_what_was_there_instead_of_json(self, body: bytes, why: str) -> None:
        told = decode(body)
        assert isinstance(told, Unreadable)
        assert told.why == why

    def test_reads_through_a_byte_order_mark_and_broken_utf_8(self) -> None:
        assert decode(b'\xef\xbb\xbf {"a": "\xff"} ') == {"a": "\ufffd"}


class TestLine:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("  a b  ", "a b"),
            (200, "200"),
            (0.5, "0.5"),
            (True, ""),
            (None, ""),
            ([], ""),
            ({}, ""),
            (float("nan"), ""),
            (float("inf"), ""),
            (2**70, ""),
            ("a\ud800b", "a?b"),
        ],
    )
    def test_gives_text_that_any_encoder_takes(self, value: Any, text: str) -> None:
        assert line(value) == text

    def test_elides_what_is_too_long(self) -> None:
        assert line("x" * 2_000) == "x" * 2_000
        assert line("x" * 2_001) == "x" * 2_000 + "… (2001 characters)"


class TestTidy:
    def test_bounds_lists_and_objects_and_says_how_much_is_left_out(self) -> None:
        assert tidy(list(range(MAX_ITEMS)))[-1] == MAX_ITEMS - 1
        assert tidy(list(range(MAX_ITEMS + 5)))[MAX_ITEMS:] == ["… 5 more"]
        wide = tidy({str(i): i for i in range(MAX_ITEMS + 5)})
        assert len(wide) == MAX_ITEMS + 1
        assert wide["…"] == "5 more"

    def test_bounds_the_depth(self) -> None:
        deep: Any = "bottom"
        for _ in range(50):
            deep = [deep]
        found, depth = tidy(deep), 0
        while isinstance(found, list):
            found, depth = found[0], depth + 1
        assert (found, depth) == ("…", MAX_DEPTH)

    def test_keeps_what_javascript_and_sqlite_can_hold(self) -> None:
        told = [2**63 - 1, -(2**63), 2**63, float("inf"), float("nan"), 1.5, True, None]
        assert tidy(told) == [2**63 - 1, -(2**63), None, None, None, 1.5, True, None]

    def test_leaves_its_argument_alone(self) -> None:
        value = {"user_id": 1, "a": [" x "]}
        assert tidy(value) == {"a": ["x"]}
        assert value == {"user_id": 1, "a": [" x "]}


class TestUrls:
    @pytest.mark.parametrize(
        "url",
        [
            "https://a.example/x.mp4",
            "HTTP://127.0.0.1:8866/media/x",
            "https://a.example",
            "https://a.example/%20/ü?_jwt=a.b.c#t=1",
            "https://[::1]/x",
        ],
    )
    def test_absolute_http_urls_pass(self, url: str) -> None:
        assert web_url(f" {url}\n") == url

    @pytest.mark.parametrize(
        "url",
        [
            *("", "x", "/x", "//a.example/x", "https:", "https://", "https:///x", "https://:80/", "https://[::1/x"),
            *(
                "javascript:alert(1)",
                "JaVaScRiPt://a.example/%0aalert(1)",
                "data:text/html,x",
                "blob:https://a.example/x",
            ),
            *("ftp://a.example/x", "file:///etc/passwd", "runway://upload/x", "https://a.example/a b"),
            *(
                "https://a.example/\x00",
                "https://a.exa\nmple/",
                "https://a.example/\u2028x",
                "https://a.example/\ud800",
            ),
            "https://a.example/" + "x" * 8_192,
            *(None, 7, ["https://a.example/"], b"https://a.example/"),
        ],
    )
    def test_nothing_else_does(self, url: Any) -> None:
        assert web_url(url) == ""

    def test_the_signature_is_cut_off_for_what_is_kept(self) -> None:
        assert unsigned("https://a.example/x.mp4?_jwt=secret#t=1") == "https://a.example/x.mp4"
        assert unsigned("https://[bad/x.mp4?_jwt=secret") == "https://[bad/x.mp4"
