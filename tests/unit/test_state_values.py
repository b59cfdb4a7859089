"""What `parse` makes of the values in an answer: progress, reasons, outputs, times, and what is private."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._service.endpoint import Kind
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status

from .answers import ID, URL, state_of, wrapped


class TestProgress:
    @pytest.mark.parametrize(
        ("value", "progress", "known"),
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
    def test_every_way_to_write_it(self, value: Any, progress: float, known: bool) -> None:
        """Numbers up to 1 are fractions; the gateway's own steps measure nothing; only SUCCESS is 1.0."""
        state = state_of(wrapped(status="IN_PROGRESS", progress=value, inner={}))
        assert state.progress == pytest.approx(progress)
        assert state.progress_known is known

    @pytest.mark.parametrize("value", [None, "", "soon", "%", "-5%", -1, "nan", "inf%", "1e400", True, [30], {"p": 30}])
    def test_values_that_are_no_progress(self, value: Any) -> None:
        state = state_of(wrapped(status="IN_PROGRESS", progress=value, inner={}))
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
    def test_the_reason_is_the_gateways_and_the_providers_stands_beside_it(self) -> None:
        inner = {"id": "u", "status": "FAILED", "failure": "Moderated", "failureCode": "SAFETY.INPUT.TEXT"}
        state = state_of(wrapped(status="FAILURE", fail_reason="upstream returned error", progress="100%", inner=inner))
        assert (state.fail_reason, state.failure_detail) == ("upstream returned error", "Moderated")
        assert state.failure == "upstream returned error: Moderated [SAFETY.INPUT.TEXT]"

    def test_the_gateways_reason_when_the_provider_gives_none(self) -> None:
        inner = {"id": "u", "status": "FAILED", "failure": None, "failureCode": None}
        state = state_of(wrapped(status="FAILURE", fail_reason="任务超时（30分钟）", inner=inner))
        assert (state.fail_reason, state.failure_code) == ("任务超时（30分钟）", "")

    def test_a_bare_failure(self) -> None:
        state = state_of({"id": ID, "status": "FAILED", "failure": "An error", "failureCode": "INTERNAL"})
        assert (state.status, state.fail_reason, state.failure_code) == (Status.FAILURE, "An error", "INTERNAL")

    def test_a_failure_whose_reason_is_in_error(self) -> None:
        """The vendor's own example code reads ``result.get("error")``, and does not say of what type it is."""
        assert state_of({"id": ID, "status": "failed", "error": "out of frames"}).fail_reason == "out of frames"
        value = {"id": ID, "status": "failed", "error": {"message": "out of frames", "code": "x"}}
        assert state_of(value).fail_reason == "out of frames"

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
        value = self.outputs(fail_reason="https://a.example/f", result_url="https://a.example/r", inner=inner)
        assert value == [URL]

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
        value = {"video_url": "https://a.example/v", "fail_reason": "https://a.example/f"}
        assert self.outputs(**value) == ["https://a.example/v"]
        assert self.outputs(**value, result_url="https://a.example/r") == ["https://a.example/r"]

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
            *(("https://a.example/x.avi", "", "video"), ("https://a.example/x.ogv", "", "video")),
            *(("https://a.example/x.heic", "", "image"), ("https://a.example/x.weba", "", "audio")),
            ("https://a.example/x", "IMAGE_TO_VIDEO", "video"),
            ("https://a.example/x", "text_to_image", "image"),
            ("https://a.example/v1/videos/1/content", "VIDEO_GENERATION", "video"),
            ("https://a.example/x", "CHARACTER_PERFORMANCE", "video"),
            ("https://a.example/x", "", "unknown"),
            ("https://a.example/x.exe", "generate", "unknown"),
            ("https://a.example/x", "AUDIO_GENERATION", "audio"),
            ("https://a.example/x", "AUDIO_TO_VIDEO", "video"),
            ("https://a.example/x", "IMAGE_TO_3D", "unknown"),
        ],
    )
    def test_kinds_by_ending_and_else_by_action(self, url: str, action: str, kind: Kind) -> None:
        answer = wrapped(status="SUCCESS", action=action, result_url=url)
        assert state_of(answer).outputs == (Output(url, kind),)


class TestTimes:
    @pytest.mark.parametrize(
        ("value", "seconds"),
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
    def test_seconds_milliseconds_and_iso_8601(self, value: Any, seconds: float) -> None:
        state = state_of({"task_id": ID, "status": "QUEUED", "submit_time": value, "finish_time": value})
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
        image = str(state.data["image"])
        assert len(image) < 2_100
        assert "5005 characters" in image
        assert state.data["short"] == "B" * 2_000
