"""The gateways' other video routes answer in shapes that come close to the documented ones: each documented answer."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._service.state import Status, TaskState

from .answers import state_of

VIDEO = "https://media.example/clip.mp4"


def urls(state: TaskState) -> list[str]:
    return [output.url for output in state.outputs]


def kling(status: str, **task: Any) -> dict[str, Any]:
    data = {"task_id": "7", "task_status": status, "created_at": 1722769557708, "updated_at": 1722769557808, **task}
    return {"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}


class TestKling:
    def test_it_runs_and_succeeds(self) -> None:
        assert state_of(kling("submitted")).status is Status.SUBMITTED
        assert state_of(kling("processing")).status is Status.IN_PROGRESS
        state = state_of(kling("succeed", task_result={"videos": [{"id": "v", "url": VIDEO, "duration": "5"}]}))
        assert (state.task_id, state.status, urls(state)) == ("7", Status.SUCCESS, [VIDEO])
        assert state.submit_time == pytest.approx(1722769557.7, abs=1)

    def test_its_reason_is_kept(self) -> None:
        state = state_of(kling("failed", task_status_msg="Failure to pass the risk control system"))
        assert (state.status, state.fail_reason) == (Status.FAILURE, "Failure to pass the risk control system")


class TestLuma:
    @pytest.mark.parametrize(
        ("word", "status"), [("queued", Status.QUEUED), ("dreaming", Status.IN_PROGRESS), ("failed", Status.FAILURE)]
    )
    def test_its_words(self, word: str, status: Status) -> None:
        assert state_of({"id": "7", "state": word, "created_at": "2026-05-01T10:00:00Z"}).status is status

    def test_its_assets_are_the_output_and_its_reason_is_kept(self) -> None:
        state = state_of({"id": "7", "state": "completed", "assets": {"video": VIDEO}, "failure_reason": None})
        assert (state.status, urls(state)) == (Status.SUCCESS, [VIDEO])
        state = state_of({"id": "7", "state": "failed", "failure_reason": "no such image"})
        assert state.fail_reason == "no such image"


class TestMiniMax:
    @pytest.mark.parametrize(
        ("word", "status"),
        [
            *[("Preparing", Status.QUEUED), ("Queueing", Status.QUEUED), ("Processing", Status.IN_PROGRESS)],
            *[("Success", Status.SUCCESS), ("Fail", Status.FAILURE)],
        ],
    )
    def test_its_words(self, word: str, status: Status) -> None:
        base = {"status_code": 0, "status_msg": "success"}
        assert state_of({"task_id": "7", "status": word, "file_id": "", "base_resp": base}).status is status

    def test_its_reason_is_kept(self) -> None:
        base = {"status_code": 1026, "status_msg": "the prompt is not allowed"}
        state = state_of({"task_id": "7", "status": "Fail", "base_resp": base})
        assert state.fail_reason == "the prompt is not allowed"


class TestXai:
    def test_it_succeeds(self) -> None:
        state = state_of({"status": "done", "video": {"url": VIDEO, "duration": 6}, "model": "grok-imagine-video"})
        assert (state.status, urls(state)) == (Status.SUCCESS, [VIDEO])

    def test_what_expired_has_ended(self) -> None:
        state = state_of({"status": "expired"})
        assert (state.status, state.fail_reason) == (Status.FAILURE, "the service let it expire")


class TestDashScope:
    def test_its_task_lies_under_output(self) -> None:
        output = {"task_id": "7", "task_status": "RUNNING", "submit_time": "2026-05-01 10:00:00.000"}
        state = state_of({"request_id": "r", "output": output})
        assert (state.task_id, state.status) == ("7", Status.IN_PROGRESS)
        output |= {"task_status": "SUCCEEDED", "video_url": VIDEO, "end_time": "2026-05-01 10:01:00.000"}
        state = state_of({"request_id": "r", "output": output, "usage": {"video_duration": 5}})
        assert (state.status, urls(state)) == (Status.SUCCESS, [VIDEO])

    def test_its_reason_is_kept(self) -> None:
        output = {"task_id": "7", "task_status": "FAILED", "code": "InvalidParameter", "message": "the size is wrong"}
        state = state_of({"request_id": "r", "output": output})
        assert (state.status, state.fail_reason) == (Status.FAILURE, "the size is wrong")


class TestOthers:
    def test_the_unified_route_says_when_it_was_completed(self) -> None:
        task = {"id": "7", "object": "video", "status": "completed", "progress": 100, "video_url": VIDEO}
        state = state_of({**task, "created_at": 1773366766, "completed_at": 1773366800})
        assert (state.status, state.submit_time, state.finish_time, urls(state)) == (
            *(Status.SUCCESS, 1773366766, 1773366800, [VIDEO]),
        )

    def test_a_task_in_a_list(self) -> None:
        state = state_of({"code": 200, "data": [{"task_id": "7", "status": "completed", "url": VIDEO}]})
        assert (state.task_id, state.status, urls(state)) == ("7", Status.SUCCESS, [VIDEO])

    def test_replicates_output_is_no_further_layer(self) -> None:
        state = state_of({"id": "7", "status": "succeeded", "output": {"video": VIDEO, "status": "ignored"}})
        assert (state.status, urls(state)) == (Status.SUCCESS, [VIDEO])
