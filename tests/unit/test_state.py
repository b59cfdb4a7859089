"""`parse` against every shape of answer that is documented or was seen."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState

from .answers import ID, QUEUED, URL, state_of, wrapped


class TestShapes:
    def test_the_documented_wrapper(self) -> None:
        assert asdict(state_of(QUEUED)) == {
            "task_id": ID,
            "code": "success",
            "message": "",
            "action": "IMAGE_TO_VIDEO",
            "status": Status.QUEUED,
            "word": "QUEUED",
            "progress": 0.0,
            "progress_known": False,
            "fail_reason": "",
            "failure_detail": "",
            "failure_code": "",
            "submit_time": 1773366766.0,
            "start_time": 0.0,
            "finish_time": 0.0,
            "cost": None,
            "cost_is_estimate": False,
            "data": {"id": ID, "status": "PENDING", "createdAt": "2026-03-13T09:52:46+08:00"},
            "outputs": (),
        }

    def test_a_bare_task(self) -> None:
        answer = {
            "id": "d0658ae1",
            "status": "SUCCEEDED",
            "createdAt": "2026-05-01T12:47:47.351Z",
            "output": ["https://example.com/output.mp4"],
        }
        state = state_of(answer)
        assert (state.task_id, state.code, state.message, state.status) == ("d0658ae1", None, "", Status.SUCCESS)
        assert state.submit_time == pytest.approx(1777639667.351)
        assert state.data == answer, "in the bare shape, data is the whole task"
        assert state.outputs == (Output("https://example.com/output.mp4", "video"),)
        assert (state.progress, state.progress_known) == (1.0, True)

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("PENDING", Status.QUEUED),
            ("THROTTLED", Status.QUEUED),
            ("RUNNING", Status.IN_PROGRESS),
            ("SUCCEEDED", Status.SUCCESS),
            ("FAILED", Status.FAILURE),
            ("CANCELLED", Status.CANCELLED),
        ],
    )
    def test_each_of_runways_own_statuses(self, word: str, status: Status) -> None:
        state = state_of({"id": ID, "status": word, "createdAt": "2024-06-27T19:49:32.335Z"})
        assert (state.status, state.word) == (status, word)

    def test_a_wrapper_around_a_wrapper(self) -> None:
        """A gateway in front of a gateway stores the whole upstream envelope as its provider's data."""
        upstream = wrapped(
            status="IN_PROGRESS", progress="30%", inner={"id": "u", "status": "RUNNING", "progress": 0.6}
        )
        state = state_of(wrapped(status="IN_PROGRESS", progress="30%", inner=upstream, message="outer"))
        assert (state.code, state.message) == ("success", "outer")
        assert (state.status, state.progress, state.progress_known) == (Status.IN_PROGRESS, 0.6, True)
        assert state.data == {"id": "u", "status": "RUNNING", "progress": 0.6}

    def test_wrappers_without_end_are_cut_at_a_depth(self) -> None:
        """What lies deeper than any gateway nests is not believed to be about this task."""
        answer: dict[str, Any] = wrapped(status="FAILURE", inner={})
        for _ in range(400):
            answer = wrapped(status="IN_PROGRESS", inner=answer)
        assert state_of(answer).status is Status.IN_PROGRESS

    def test_the_feeds_unwrapped_task(self) -> None:
        state = state_of({**QUEUED["data"], "status": "SUCCESS", "result_url": URL, "data": {"model": "gen4"}})
        assert (state.task_id, state.code, state.status) == (ID, None, Status.SUCCESS)
        assert state.outputs == (Output(URL, "video"),)
        assert state.data == {"model": "gen4"}

    def test_the_feeds_documented_sample_which_holds_an_id_and_nothing_else(self) -> None:
        state = state_of({"task_id": "4156043d"})
        assert (state.task_id, state.status, state.word) == ("4156043d", Status.UNKNOWN, "")

    def test_the_legacy_feed_with_numbers_for_words(self) -> None:
        task = {
            "task_id": ID,
            "status": "3",
            "prompt": "a kite",
            "video_url": "https://cdn.example/v.mp4",
            "poster": "https://cdn.example/p.jpg",
            "last_frame": "",
            "msg": None,
            "point": 5,
            "refund": "0",
            "create_time": "1728622596",
            "update_time": "1728622700",
        }
        state = state_of({"code": 200, "msg": "成功", "data": task})
        assert (state.code, state.message, state.status) == ("200", "成功", Status.SUCCESS)
        assert state.submit_time == 1728622596.0
        assert state.outputs == (Output("https://cdn.example/v.mp4", "video"),)
        assert state_of(task).outputs == state.outputs, "its webhook sends the same without the envelope"

    @pytest.mark.parametrize(
        ("digit", "status"),
        [("0", Status.QUEUED), (1, Status.IN_PROGRESS), ("2", Status.FAILURE), (3, Status.SUCCESS)],
    )
    def test_the_legacy_feeds_digits(self, digit: Any, status: Status) -> None:
        assert state_of({"code": 200, "msg": "", "data": {"task_id": ID, "status": digit}}).status is status

    def test_another_providers_success_through_the_same_gateway(self) -> None:
        answer = {
            "code": "success",
            "message": "",
            "data": {
                "task_id": "4b2c",
                "action": "VIDEO_GENERATION",
                "status": "SUCCESS",
                "fail_reason": "https://vidgen.x.ai/a/x.mp4",
                "submit_time": 1773297002,
                "start_time": 0,
                "finish_time": 1773297014,
                "progress": "100%",
                "data": {
                    "model": "grok-imagine-video",
                    "video": {"url": "https://vidgen.x.ai/a/x.mp4", "duration": 1},
                    "status": "done",
                },
            },
        }
        state = state_of(answer)
        assert (state.status, state.start_time, state.finish_time) == (Status.SUCCESS, 0.0, 1773297014.0)
        assert state.outputs == (Output("https://vidgen.x.ai/a/x.mp4", "video"),)
        assert state.fail_reason == "", "on a success it holds the URL, which is no reason for a failure"
        assert state.data["model"] == "grok-imagine-video"

    def test_a_url_in_a_providers_task_result(self) -> None:
        inner = {"task_result": {"videos": [{"id": "1", "url": "https://k.example/v.mp4"}]}}
        assert state_of(wrapped(status="SUCCESS", inner=inner)).outputs == (Output("https://k.example/v.mp4", "video"),)

    def test_a_gateway_that_says_state_instead_of_status(self) -> None:
        state = state_of({"id": ID, "state": "pending", "video": None, "estimate_wait_seconds": 12})
        assert (state.status, state.word) == (Status.QUEUED, "pending")

    def test_a_providers_own_data_is_part_of_it_and_no_further_layer(self) -> None:
        inner = {"id": "u", "status": "RUNNING", "progress": 0.4, "data": {"status": "FAILED", "frames": 3}}
        state = state_of(wrapped(status="IN_PROGRESS", inner=inner))
        assert (state.status, state.progress) == (Status.IN_PROGRESS, 0.4)
        assert state.data == inner
        assert state_of(inner).data == inner


class TestNulls:
    def test_a_null_code(self) -> None:
        state = state_of(wrapped(code=None))
        assert (state.code, state.status) == (None, Status.QUEUED)

    def test_null_data_in_the_envelope_is_a_task_of_which_nothing_is_known(self) -> None:
        state = state_of({"code": "success", "message": "", "data": None})
        assert (state.code, state.status, state.word, state.data) == ("success", Status.UNKNOWN, "", {})

    @pytest.mark.parametrize(
        ("inner", "data"),
        [
            ([1, "two"], {"value": [1, "two"]}),
            ("queued upstream", {"value": "queued upstream"}),
            ({}, {}),
            (7, {"value": 7}),
        ],
    )
    def test_inner_data_of_any_type(self, inner: Any, data: dict[str, Any]) -> None:
        state = state_of(wrapped(inner=inner))
        assert (state.task_id, state.status, state.data) == (ID, Status.QUEUED, data)

    def test_null_inner_data(self) -> None:
        answer = wrapped()
        answer["data"]["data"] = None
        assert state_of(answer).data == {}

    def test_nulls_in_every_field_of_a_task(self) -> None:
        answer = wrapped(**dict.fromkeys([key for key in QUEUED["data"] if key != "task_id"]), inner={})
        assert state_of(answer) == TaskState(task_id=ID, code="success")


class TestStatus:
    @pytest.mark.parametrize("word", ["success", "Success", " SUCCEEDED ", "succeed", "Completed", "done", "3"])
    def test_words_for_success_in_any_case(self, word: str) -> None:
        state = state_of(wrapped(status=word))
        assert (state.status, state.word) == (Status.SUCCESS, word.strip())

    @pytest.mark.parametrize("word", ["failure", "Failed", "error", "2"])
    def test_words_for_failure_in_any_case(self, word: str) -> None:
        assert state_of(wrapped(status=word)).status is Status.FAILURE

    @pytest.mark.parametrize("word", ["cancelled", "Canceled", "CANCELED"])
    def test_both_spellings_of_cancelled(self, word: str) -> None:
        assert state_of(wrapped(status=word)).status is Status.CANCELLED

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("not_start", Status.NOT_START),
            ("Submitted", Status.SUBMITTED),
            ("queued", Status.QUEUED),
            ("pending", Status.QUEUED),
            ("throttled", Status.QUEUED),
            ("in_progress", Status.IN_PROGRESS),
            ("processing", Status.IN_PROGRESS),
        ],
    )
    def test_words_for_a_task_that_goes_on(self, word: str, status: Status) -> None:
        state = state_of(wrapped(status=word, inner={}))
        assert state.status is status
        assert not state.ended

    def test_an_unknown_word_is_stored_and_ends_nothing(self) -> None:
        state = state_of({"id": ID, "status": "Paused by moon"})
        assert (state.status, state.word, state.ended) == (Status.UNKNOWN, "Paused by moon", False)

    @pytest.mark.parametrize(
        ("outer", "inner", "agreed"),
        [
            ("IN_PROGRESS", "SUCCEEDED", Status.SUCCESS),
            ("SUCCESS", "RUNNING", Status.SUCCESS),
            ("SUCCESS", "FAILED", Status.FAILURE),
            ("FAILURE", "SUCCEEDED", Status.FAILURE),
            ("FAILURE", "CANCELLED", Status.CANCELLED),
            ("IN_PROGRESS", "PENDING", Status.IN_PROGRESS),
            ("QUEUED", "RUNNING", Status.QUEUED),
            ("moonlit", "RUNNING", Status.IN_PROGRESS),
            ("QUEUED", "moonlit", Status.QUEUED),
        ],
    )
    def test_an_end_beats_no_end_and_failure_beats_success(self, outer: str, inner: str, agreed: Status) -> None:
        state = state_of(wrapped(status=outer, inner={"id": "u", "status": inner}))
        assert state.status is agreed
        assert state.data["status"] == inner, "the provider's own word stays visible"

    @pytest.mark.parametrize("odd", [{"a": 1}, ["SUCCESS"], True])
    def test_a_status_that_is_no_word(self, odd: Any) -> None:
        state = state_of({"id": ID, "status": odd})
        assert (state.status, state.word) == (Status.UNKNOWN, "")
