"""The errors themselves: what they say, and what handling them leaves."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from runway_widget import RunwayWidgetError, ServiceError, TakesFailed, TaskCancelled, TaskFailed

TASK: Any = None  # no test here looks at it


def failed(reason: str = "too dark") -> TaskFailed:
    return TaskFailed(reason, TASK)


def test_each_reason_is_told_once_with_the_numbers_of_its_takes() -> None:
    errors = {1: failed(), 2: ServiceError("no room", http_status=429), 3: failed(), 5: failed(), 6: failed("too long")}
    group = TakesFailed.of("5 of 7 takes failed", errors)
    assert group.message == (
        "5 of 7 takes failed: takes 1, 3 and 5: too dark; take 2: no room (HTTP 429); take 6: too long"
    )
    assert group.exceptions == tuple(errors.values())


def test_two_takes_with_one_reason_are_joined() -> None:
    assert TakesFailed.of("all failed", {0: failed(), 1: failed()}).message == "all failed: takes 0 and 1: too dark"


def test_what_except_star_leaves_is_still_of_the_family() -> None:
    group = TakesFailed.of("2 of 2 takes failed", {0: failed(), 1: ServiceError("no room")})
    caught: list[BaseException] = []

    def handle_failures() -> None:
        try:
            raise group
        except* TaskFailed as part:
            caught.append(part)

    with pytest.raises(RunwayWidgetError) as rest:
        handle_failures()
    assert isinstance(caught[0], TakesFailed)
    assert isinstance(rest.value, TakesFailed)
    assert rest.value.exceptions == group.exceptions[1:]


def test_parts_of_a_group_are_groups_of_the_family() -> None:
    group = TakesFailed.of("2 of 2 takes failed", {0: failed(), 1: TaskCancelled("cancelled", TASK)})
    match, rest = group.split(TaskFailed)
    assert isinstance(match, TakesFailed)
    assert isinstance(rest, TakesFailed)
    assert (match.message, rest.message) == (group.message, group.message)
    assert isinstance(group.subgroup(TaskCancelled), TakesFailed)
    assert "take 1: cancelled" in "".join(traceback.format_exception(group))


def test_the_errors_of_takes_are_known_by_the_numbers_of_the_takes() -> None:
    first, second = failed(), ServiceError("no room")
    group = TakesFailed.of("2 of 3 takes failed", {0: first, 2: second})
    assert group.failures == {0: first, 2: second}
    rest = group.subgroup(ServiceError)
    assert isinstance(rest, TakesFailed)
    assert rest.failures == {2: second}
