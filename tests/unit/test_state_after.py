"""What follows from two answers, and from those that hold no task."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._service.parse import parse
from runway_widget._service.state import Status, TaskState

from .answers import ID, QUEUED, parse_body, state_of, wrapped


class TestAfter:
    RUNNING = TaskState(
        task_id=ID,
        action="IMAGE_TO_VIDEO",
        status=Status.IN_PROGRESS,
        word="RUNNING",
        progress=0.62,
        progress_known=True,
        submit_time=100.0,
        start_time=110.0,
        data={"seed": 1},
    )

    def test_the_first_answer_is_taken_as_it_is(self) -> None:
        assert self.RUNNING.after(None) is self.RUNNING

    def test_what_an_answer_leaves_out_stays_as_it_was(self) -> None:
        state = TaskState(status=Status.IN_PROGRESS, word="RUNNING", progress=0.7, progress_known=True)
        state = state.after(self.RUNNING)
        assert (state.task_id, state.action) == (ID, "IMAGE_TO_VIDEO")
        assert (state.submit_time, state.start_time, state.data) == (100.0, 110.0, {"seed": 1})
        assert state.progress == 0.7

    def test_what_an_answer_does_say_replaces_what_was(self) -> None:
        state = TaskState("other", action="B", submit_time=1.0, start_time=2.0, data={"x": 2}, status=Status.QUEUED)
        assert state.after(self.RUNNING) == state

    def test_an_answer_that_says_nothing_changes_nothing(self) -> None:
        state = parse({"code": "success", "message": "", "data": None})
        assert isinstance(state, TaskState)
        state = state.after(self.RUNNING)
        assert (state.status, state.word) == (Status.IN_PROGRESS, "RUNNING")
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_an_unknown_word_is_not_covered_up(self) -> None:
        state = TaskState(status=Status.UNKNOWN, word="PAUSED").after(self.RUNNING)
        assert (state.status, state.word) == (Status.UNKNOWN, "PAUSED")

    @pytest.mark.parametrize("status", ["PAUSED", 9])
    def test_an_answer_whose_word_nobody_knows_throws_no_progress_away(self, status: Any) -> None:
        state = state_of({"id": ID, "status": status, "progress": []}).after(self.RUNNING)
        assert (state.progress, state.progress_known) == (0.62, True)

    @pytest.mark.parametrize("word", ["FAILURE", "CANCELLED"])
    def test_a_failure_keeps_the_last_progress(self, word: str) -> None:
        state = state_of(wrapped(status=word, progress="100%")).after(self.RUNNING)
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_a_failure_with_a_progress_of_its_own_keeps_that(self) -> None:
        state = state_of({"id": ID, "status": "FAILED", "progress": 0.8}).after(self.RUNNING)
        assert (state.progress, state.progress_known) == (0.8, True)

    def test_a_measured_progress_that_passes_exactly_through_a_step_stays_measured(self) -> None:
        before = state_of(wrapped(status="IN_PROGRESS", progress="27%", inner={}))
        state = state_of(wrapped(status="IN_PROGRESS", progress="30%", inner={})).after(before)
        assert (state.progress, state.progress_known) == (0.3, True)

    def test_the_gateways_steps_alone_never_become_a_measurement(self) -> None:
        state: TaskState | None = None
        for step in ("10%", "20%", "30%", "30%"):
            state = state_of(wrapped(status="IN_PROGRESS", progress=step, inner={})).after(state)
            assert not state.progress_known

    @pytest.mark.parametrize("value", [None, "0%", "30%"])
    def test_a_measurement_is_not_thrown_away_for_a_step_that_lies_behind_it(self, value: Any) -> None:
        """The provider's object, and its progress with it, may be missing from one of the gateway's answers."""
        state = state_of(wrapped(status="IN_PROGRESS", progress=value, inner={})).after(self.RUNNING)
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_a_real_step_back_is_shown(self) -> None:
        state = state_of({"id": ID, "status": "RUNNING", "progress": 0.05}).after(self.RUNNING)
        assert state.progress == 0.05


class TestWhatIsNoTask:
    @pytest.mark.parametrize(
        "body", [b"", b"  \n", b"<html><body>502</body></html>", b'{"code": "succ', b"ok", b"\xff\xfe"]
    )
    def test_an_ok_without_json_is_transient(self, body: bytes) -> None:
        state = parse_body(body, 200)
        assert isinstance(state, NoAnswer)
        assert state.transient

    @pytest.mark.parametrize("value", [None, [], [QUEUED], 7, "hello", True, {}, {"data": {}}, {"data": []}])
    def test_an_ok_without_a_task_is_transient(self, value: Any) -> None:
        state = parse_body(json.dumps(value), 200)
        assert isinstance(state, ServiceError)
        assert state.transient

    def test_a_task_under_an_error_status_is_no_state(self) -> None:
        assert isinstance(parse_body(json.dumps(QUEUED), 503), ServiceError)

    def test_a_string_is_no_task_whatever_it_holds(self) -> None:
        assert isinstance(parse_body(json.dumps(json.dumps(QUEUED))), ServiceError)
        assert isinstance(parse(json.dumps(QUEUED)), ServiceError)

    def test_a_byte_order_mark_does_no_harm(self) -> None:
        assert isinstance(parse_body(b"\xef\xbb\xbf" + json.dumps(QUEUED).encode()), TaskState)
