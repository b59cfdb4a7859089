"""`parse` against every answer that is documented or was seen, and `TaskState.after`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._state import Output, Status, TaskState, parse

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
URL = "https://dnznrvs05pmza.cloudfront.net/x/take.mp4?_jwt=a.b.c"

# The gateway's documented answer, as it was validated on 2026-03-13.
QUEUED: dict[str, Any] = {
    "code": "success",
    "message": "",
    "data": {
        "task_id": ID,
        "action": "IMAGE_TO_VIDEO",
        "status": "QUEUED",
        "fail_reason": "",
        "submit_time": 1773366766,
        "start_time": 0,
        "finish_time": 0,
        "progress": "0%",
        "data": {"id": ID, "status": "PENDING", "createdAt": "2026-03-13T09:52:46+08:00"},
    },
}


def wrapped(*, inner: Any = None, code: Any = "success", message: str = "", **task: Any) -> dict[str, Any]:
    """The documented wrapper with another task, or another provider's object, in it."""
    told: dict[str, Any] = {**QUEUED["data"], **task}
    told["data"] = told["data"] if inner is None else inner
    return {"code": code, "message": message, "data": told}


def state_of(answer: Any, http_status: int = 200) -> TaskState:
    """What ``answer`` says, sent as bytes; the same as when it comes decoded."""
    said = parse(json.dumps(answer).encode(), http_status)
    assert said == parse(answer, http_status)
    assert isinstance(said, TaskState), said
    return said


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
            "failure_code": "",
            "submit_time": 1773366766.0,
            "start_time": 0.0,
            "finish_time": 0.0,
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
        answer: dict[str, Any] = wrapped(status="IN_PROGRESS")
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
    def test_words_for_what_is_no_end(self, word: str, status: Status) -> None:
        state = state_of(wrapped(status=word, inner={}))
        assert state.status is status
        assert not state.ended

    def test_an_unknown_word_is_kept_and_is_no_end(self) -> None:
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


class TestProgress:
    @pytest.mark.parametrize(
        ("told", "progress", "known"),
        [
            ("30%", 0.3, False),
            ("30", 0.3, False),
            (30, 0.3, False),
            (30.0, 0.3, False),
            ("0%", 0.0, False),
            ("10%", 0.1, False),
            ("20 %", 0.2, False),
            (0.3, 0.3, True),
            (0.275, 0.275, True),
            ("0.275", 0.275, True),
            ("42%", 0.42, True),
            (42, 0.42, True),
            ("0.5%", 0.005, True),
            ("1%", 0.01, True),
            (1, 0.99, True),
            (1.0, 0.99, True),
            ("100%", 0.99, False),
            (250, 0.99, True),
            (0, 0.0, False),
        ],
    )
    def test_every_way_to_write_it(self, told: Any, progress: float, known: bool) -> None:
        """Numbers up to 1 are fractions; the gateway's own steps measure nothing; only SUCCESS is 1.0."""
        state = state_of(wrapped(status="IN_PROGRESS", progress=told, inner={}))
        assert state.progress == pytest.approx(progress)
        assert state.progress_known is known

    @pytest.mark.parametrize("told", [None, "", "soon", "%", "-5%", -1, "nan", "inf%", "1e400", True, [30], {"p": 30}])
    def test_what_is_no_progress(self, told: Any) -> None:
        state = state_of(wrapped(status="IN_PROGRESS", progress=told, inner={}))
        assert (state.progress, state.progress_known) == (0.0, False)

    def test_the_inner_measurement_counts_more_than_the_gateways_step(self) -> None:
        state = state_of(wrapped(status="IN_PROGRESS", progress="30%", inner={"status": "RUNNING", "progress": 0.62}))
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_an_outer_measurement_counts_more_than_an_inner_nothing(self) -> None:
        state = state_of(wrapped(status="IN_PROGRESS", progress="45%", inner={"status": "RUNNING", "progress": 0}))
        assert (state.progress, state.progress_known) == (0.45, True)

    @pytest.mark.parametrize("status", ["FAILURE", "CANCELLED"])
    def test_a_hundred_percent_of_what_failed_is_not_success(self, status: str) -> None:
        state = state_of(wrapped(status=status, progress="100%"))
        assert (state.progress, state.progress_known) == (0.0, False)

    def test_a_success_is_whole_whatever_it_says(self) -> None:
        assert state_of(wrapped(status="SUCCESS", progress="30%")).progress == 1.0


class TestFailure:
    def test_the_providers_reason_counts_more_than_the_gateways(self) -> None:
        inner = {"id": "u", "status": "FAILED", "failure": "Moderated", "failureCode": "SAFETY.INPUT.TEXT"}
        state = state_of(wrapped(status="FAILURE", fail_reason="upstream returned error", progress="100%", inner=inner))
        assert (state.fail_reason, state.failure_code) == ("Moderated", "SAFETY.INPUT.TEXT")

    def test_the_gateways_reason_when_the_provider_gives_none(self) -> None:
        inner = {"id": "u", "status": "FAILED", "failure": None, "failureCode": None}
        state = state_of(wrapped(status="FAILURE", fail_reason="任务超时（30分钟）", inner=inner))
        assert (state.fail_reason, state.failure_code) == ("任务超时（30分钟）", "")

    def test_a_bare_failure(self) -> None:
        state = state_of({"id": ID, "status": "FAILED", "failure": "An error", "failureCode": "INTERNAL"})
        assert (state.status, state.fail_reason, state.failure_code) == (Status.FAILURE, "An error", "INTERNAL")

    def test_a_failure_told_as_error(self) -> None:
        """The vendor's own example code reads ``result.get("error")``, and does not say of what type it is."""
        assert state_of({"id": ID, "status": "failed", "error": "out of frames"}).fail_reason == "out of frames"
        told = {"id": ID, "status": "failed", "error": {"message": "out of frames", "code": "x"}}
        assert state_of(told).fail_reason == "out of frames"

    def test_a_failure_has_no_outputs_even_if_a_field_says_so(self) -> None:
        text = "upstream returned error"
        state = state_of(wrapped(status="FAILURE", fail_reason=text, result_url=text, inner={"output": [URL]}))
        assert (state.outputs, state.fail_reason) == ((), text)

    def test_no_reason_while_nothing_failed(self) -> None:
        state = state_of(wrapped(status="IN_PROGRESS", fail_reason="stale", inner={"failureCode": "INTERNAL"}))
        assert (state.fail_reason, state.failure_code) == ("", "")


class TestOutputs:
    def outputs(self, **task: Any) -> list[str]:
        return [output.url for output in state_of(wrapped(status="SUCCESS", **task)).outputs]

    def test_the_providers_output_comes_first(self) -> None:
        inner = {"id": "u", "status": "SUCCEEDED", "output": [URL]}
        told = self.outputs(fail_reason="https://a.example/f", result_url="https://a.example/r", inner=inner)
        assert told == [URL]

    def test_several_outputs_keep_their_order_and_none_comes_twice(self) -> None:
        urls = [f"https://cdn.example/{name}.png" for name in "abca"]
        assert self.outputs(inner={"status": "SUCCEEDED", "output": urls}) == urls[:3]

    def test_outputs_as_objects(self) -> None:
        assert self.outputs(inner={"status": "SUCCEEDED", "output": [{"url": URL}, {"uri": URL + "2"}]}) == [
            URL,
            URL + "2",
        ]

    @pytest.mark.parametrize("field", ["result_url", "video_url", "fail_reason", "url"])
    def test_a_url_in_the_gateways_fields(self, field: str) -> None:
        assert self.outputs(**{field: URL}) == [URL]

    def test_result_url_counts_more_than_video_url_and_both_more_than_fail_reason(self) -> None:
        told = {"video_url": "https://a.example/v", "fail_reason": "https://a.example/f"}
        assert self.outputs(**told) == ["https://a.example/v"]
        assert self.outputs(**told, result_url="https://a.example/r") == ["https://a.example/r"]

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "data:video/mp4;base64,AAAA",
            "ftp://a.example/x.mp4",
            "file:///etc/passwd",
            "//a.example/x.mp4",
            "/v1/videos/x/content",
            "https://",
            "https:///x.mp4",
            "https://[::1/x.mp4",
            "https://a.example/x y.mp4",
            "https://a.example/x\n.mp4",
            "java\tscript:alert(1)",
            "done",
            "",
            None,
            7,
        ],
    )
    def test_only_http_and_https_count(self, url: Any) -> None:
        assert self.outputs(fail_reason=url, result_url=url, inner={"status": "SUCCEEDED", "output": [url]}) == []

    def test_a_success_may_have_no_output(self) -> None:
        state = state_of({"id": ID, "status": "SUCCEEDED"})
        assert (state.status, state.outputs) == (Status.SUCCESS, ())

    @pytest.mark.parametrize(
        ("url", "action", "kind"),
        [
            ("https://a.example/x.MP4?_jwt=1.png", "", "video"),
            ("https://a.example/x.webm", "TEXT_TO_IMAGE", "video"),
            ("https://a.example/x.jpeg", "IMAGE_TO_VIDEO", "image"),
            ("https://a.example/x.wav", "", "audio"),
            ("https://a.example/x", "IMAGE_TO_VIDEO", "video"),
            ("https://a.example/x", "text_to_image", "image"),
            ("https://a.example/v1/videos/1/content", "VIDEO_GENERATION", "video"),
            ("https://a.example/x", "CHARACTER_PERFORMANCE", "video"),
            ("https://a.example/x", "", "unknown"),
            ("https://a.example/x.exe", "generate", "unknown"),
        ],
    )
    def test_kinds_by_ending_and_else_by_action(self, url: str, action: str, kind: str) -> None:
        answer = wrapped(status="SUCCESS", action=action, result_url=url)
        assert state_of(answer).outputs == (Output(url, kind),)


class TestTimes:
    @pytest.mark.parametrize(
        ("told", "seconds"),
        [
            (1773366766, 1773366766.0),
            (1773366766.5, 1773366766.5),
            ("1773366766", 1773366766.0),
            (1773366766351, 1773366766.351),
            ("2026-03-13T09:52:46+08:00", 1773366766.0),
            ("2026-03-13T01:52:46Z", 1773366766.0),
            ("2026-03-13T01:52:46.351Z", 1773366766.351),
            ("2026-03-13T01:52:46", 1773366766.0),
            (0, 0.0),
            (-5, 0.0),
            ("0001-01-01T00:00:00+23:59", 0.0),
            ("9999-12-31T23:59:59-23:59", 0.0),
            ("yesterday", 0.0),
            ("nan", 0.0),
            ("inf", 0.0),
            (10**30, 0.0),
            (True, 0.0),
            (None, 0.0),
            ([1773366766], 0.0),
        ],
    )
    def test_seconds_milliseconds_and_iso_8601(self, told: Any, seconds: float) -> None:
        state = state_of({"task_id": ID, "status": "QUEUED", "submit_time": told, "finish_time": told})
        assert state.submit_time == pytest.approx(seconds)
        assert state.finish_time == pytest.approx(seconds)

    def test_created_at_stands_in_for_a_missing_submit_time(self) -> None:
        answer = wrapped(submit_time=0, status="IN_PROGRESS")
        assert state_of(answer).submit_time == 1773366766.0


class TestPrivacy:
    def test_the_accounts_own_keys_are_dropped_at_any_depth(self) -> None:
        private = {"user_id": 7, "username": "me", "quota": 500, "group": "vip", "channel_id": 3}
        inner = {"id": "u", "status": "RUNNING", **private, "meta": [{**private, "seed": 1}]}
        state = state_of(wrapped(status="IN_PROGRESS", inner=inner, **private))
        assert state.data == {"id": "u", "status": "RUNNING", "meta": [{"seed": 1}]}
        bare = state_of({"task_id": ID, "status": "IN_PROGRESS", **private})
        assert bare.data == {"task_id": ID, "status": "IN_PROGRESS"}

    def test_long_strings_are_elided(self) -> None:
        state = state_of(wrapped(inner={"status": "RUNNING", "image": "data:" + "A" * 5_000, "short": "B" * 2_000}))
        assert len(state.data["image"]) < 2_100
        assert "5005 characters" in state.data["image"]
        assert state.data["short"] == "B" * 2_000


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

    def test_the_first_answer_stands_for_itself(self) -> None:
        assert self.RUNNING.after(None) is self.RUNNING

    def test_what_an_answer_leaves_out_stays_as_it_was(self) -> None:
        state = TaskState(status=Status.IN_PROGRESS, word="RUNNING", progress=0.7, progress_known=True)
        state = state.after(self.RUNNING)
        assert (state.task_id, state.action) == (ID, "IMAGE_TO_VIDEO")
        assert (state.submit_time, state.start_time, state.data) == (100.0, 110.0, {"seed": 1})
        assert state.progress == 0.7

    def test_what_an_answer_does_say_replaces_what_was(self) -> None:
        said = TaskState("other", action="B", submit_time=1.0, start_time=2.0, data={"x": 2}, status=Status.QUEUED)
        assert said.after(self.RUNNING) == said

    def test_an_answer_that_says_nothing_changes_nothing(self) -> None:
        said = parse({"code": "success", "message": "", "data": None})
        assert isinstance(said, TaskState)
        state = said.after(self.RUNNING)
        assert (state.status, state.word) == (Status.IN_PROGRESS, "RUNNING")
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_an_unknown_word_is_not_covered_up(self) -> None:
        state = TaskState(status=Status.UNKNOWN, word="PAUSED").after(self.RUNNING)
        assert (state.status, state.word) == (Status.UNKNOWN, "PAUSED")

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

    @pytest.mark.parametrize("told", [None, "0%", "30%"])
    def test_a_measurement_is_not_thrown_away_for_a_step_that_lies_behind_it(self, told: Any) -> None:
        """The provider's object, and its progress with it, may be missing from one of the gateway's answers."""
        state = state_of(wrapped(status="IN_PROGRESS", progress=told, inner={})).after(self.RUNNING)
        assert (state.progress, state.progress_known) == (0.62, True)

    def test_a_real_step_back_is_shown(self) -> None:
        state = state_of({"id": ID, "status": "RUNNING", "progress": 0.05}).after(self.RUNNING)
        assert state.progress == 0.05


class TestWhatIsNoTask:
    @pytest.mark.parametrize(
        "body", [b"", b"  \n", b"<html><body>502</body></html>", b'{"code": "succ', b"ok", b"\xff\xfe"]
    )
    def test_no_json_under_ok_may_pass(self, body: bytes) -> None:
        said = parse(body, 200)
        assert isinstance(said, NoAnswer)
        assert said.transient

    @pytest.mark.parametrize("value", [None, [], [QUEUED], 7, "hello", True, {}, {"data": {}}, {"data": []}])
    def test_json_without_a_task_under_ok_may_pass(self, value: Any) -> None:
        said = parse(json.dumps(value), 200)
        assert isinstance(said, ServiceError)
        assert said.transient

    def test_a_task_under_an_error_status_is_no_state(self) -> None:
        assert isinstance(parse(json.dumps(QUEUED), 503), ServiceError)

    def test_a_byte_order_mark_does_no_harm(self) -> None:
        assert isinstance(parse(b"\xef\xbb\xbf" + json.dumps(QUEUED).encode()), TaskState)
