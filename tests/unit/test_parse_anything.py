"""Anything at all may come over the wire: `parse` gives an answer, and never raises."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runway_widget._errors import ServiceError
from runway_widget._service.parse import parse
from runway_widget._service.payload import ACCOUNT_KEYS
from runway_widget._service.state import Status, TaskState

from .answers import parse_body

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
tasks: st.SearchStrategy[Any] = st.fixed_dictionaries(
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
envelopes: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"data": st.deferred(lambda: tasks | envelopes | values)}, optional={"code": scalars, "message": texts}
)
errors = st.fixed_dictionaries(
    {"error": texts | st.fixed_dictionaries({}, optional={"code": scalars, "message": texts, "type": scalars})},
    optional={"issues": st.lists(st.fixed_dictionaries({"message": texts, "path": values}), max_size=3) | values},
)
answers = values | tasks | providers | envelopes | errors
statuses = st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503]) | st.integers(100, 599)


def check(result: TaskState | ServiceError) -> None:
    """What holds for every answer that there is."""
    if isinstance(result, ServiceError):
        assert isinstance(str(result), str)
        json.dumps([result.message, result.code, result.request_id]).encode()
        str(result).encode()
        return
    assert 0.0 <= result.progress <= 1.0
    assert (result.progress == 1.0) == (result.status is Status.SUCCESS)
    for at in (result.submit_time, result.start_time, result.finish_time):
        assert math.isfinite(at)
        assert at >= 0
    for output in result.outputs:
        assert output.url.startswith(("http://", "https://"))
        assert output.kind in {"video", "image", "audio", "unknown"}
        output.url.encode()
    assert result.status is Status.SUCCESS or not result.outputs
    assert result.status in {Status.FAILURE, Status.CANCELLED} or not (result.fail_reason or result.failure_code)
    assert isinstance(result.data, dict)
    sent = json.dumps(asdict(result), allow_nan=False, ensure_ascii=False)
    sent.encode()
    assert json.loads(sent)["data"] == result.data, "what the front end gets is what Python holds"
    assert not any(f'"{key}":' in sent for key in ACCOUNT_KEYS)


class TestParseNeverRaises:
    @given(answers, statuses)
    @example(float("nan"), 200)
    @example({"data": {"task_id": "x", "status": "SUCCESS", "fail_reason": "https://\ud800.example/"}}, 200)
    @settings(max_examples=300, deadline=None)
    def test_on_any_json_under_any_status(self, value: Any, http_status: int) -> None:
        check(parse(value, http_status))
        check(parse_body(json.dumps(value).encode(), http_status))

    @given(st.binary(max_size=200) | st.text(st.characters(exclude_categories=()), max_size=200), statuses)
    @settings(max_examples=200, deadline=None)
    def test_on_any_bytes_and_any_text(self, body: bytes | str, http_status: int) -> None:
        check(parse_body(body, http_status))

    @given(answers, st.data())
    @settings(max_examples=100, deadline=None)
    def test_on_an_answer_that_is_cut_anywhere(self, value: Any, data: st.DataObject) -> None:
        body = json.dumps(value).encode()
        check(parse_body(body[: data.draw(st.integers(0, len(body)))]))

    @given(tasks | envelopes | providers, tasks | envelopes | providers)
    @settings(max_examples=200, deadline=None)
    def test_two_answers_in_a_row_give_a_valid_state_too(self, first: Any, second: Any) -> None:
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
    def test_on_hostile_json(self, body: str) -> None:
        check(parse_body(body))
        check(parse_body(body.encode("utf-8", "surrogatepass")))

    def test_on_values_that_are_not_json(self) -> None:
        odd: dict[Any, Any] = {1: object(), None: {2.5: {3, 4}}, ("a",): b"bytes", "task_id": "x", "status": "RUNNING"}
        result = parse(odd)
        assert isinstance(result, TaskState)
        check(replace(result))

    def test_on_an_object_that_holds_itself(self) -> None:
        value: dict[str, Any] = {"task_id": "x", "status": "RUNNING"}
        value["data"] = value
        check(parse(value))
        value["data"] = {"again": [value]}
        check(parse(value))
