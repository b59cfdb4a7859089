"""Every way in which the services are known to say no, and what each of them means for a watch."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.error_answers import NO_CHANNEL, NOT_VISIBLE, Asked, error_from, without_route

from .answers import parse_body


def error_of(body: Any, http_status: int) -> ServiceError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = parse_body(raw, http_status)
    assert isinstance(error, ServiceError), error
    assert error.http_status == http_status
    return error


def gateway(message: str, code: str = "", kind: str = "comet_api_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": "", "code": code}}


class TestNotVisible:
    @pytest.mark.parametrize("http_status", [200, 400, 404, 403, 422])
    @pytest.mark.parametrize(
        "body",
        [
            {"code": "task_not_exist", "message": "task_not_exist", "data": None},
            {"code": "task_not_exist", "message": "", "data": None},
            {"code": "task_not_exist", "message": "", "data": {}},
            {"code": "task_not_exist", "message": "", "data": {"task_id": "3d95", "status": ""}},
            {"code": None, "message": "task_not_exist", "data": None},
            {"code": None, "message": "task_not_exist"},
            {"code": "success", "message": "task_not_exist", "data": None},
            {"code": 400, "msg": "Task_Not_Exist"},
            {"status": "task_not_exist"},
            {"id": "3d95", "status": "TASK_NOT_EXIST"},
            {"code": "success", "message": "", "data": {"task_id": "3d95", "status": "task_not_exist"}},
            {"error": {"code": "task_not_exist", "message": "", "type": "comet_api_error"}},
            {"error": {"code": "", "message": "task_not_exist", "type": "comet_api_error"}},
            {"error": {"code": "", "message": "task_not_exist (request id: 20260313)", "type": "comet_api_error"}},
            {"error": "task_not_exist"},
            {"detail": "task_not_exist"},
            "task_not_exist",
            b"task_not_exist",
            b"error: task_not_exist\n",
        ],
        ids=repr,
    )
    def test_the_word_counts_wherever_it_stands(self, body: Any, http_status: int) -> None:
        error = error_of(body, http_status)
        assert isinstance(error, TaskNotFound)
        assert error.code == NOT_VISIBLE
        assert "another account's key" in str(error)

    def test_under_a_5xx_it_is_a_fault_of_the_service(self) -> None:
        error = error_of({"code": "task_not_exist", "message": "task_not_exist"}, 503)
        assert not isinstance(error, TaskNotFound)
        assert error.transient
        assert isinstance(error_of(b"<html>task_not_exist</html>", 502), NoAnswer)

    def test_a_prompt_that_holds_the_word_hides_no_task(self) -> None:
        state = parse_body(json.dumps({"id": "3d95", "status": "RUNNING", "promptText": "task_not_exist"}))
        assert not isinstance(state, ServiceError)


class TestKeyAndAccount:
    @pytest.mark.parametrize(
        "body",
        [
            gateway("无效的令牌 (request id: 2026abc)", kind="new_api_error"),
            gateway("该令牌额度已用尽"),
            {"error": "The API key is missing or not valid."},
            {"code": "x", "message": "y"},
            {},
            b"",
            b"<html>401</html>",
            b"unauthorized",
        ],
        ids=repr,
    )
    def test_401_is_final_whatever_the_body(self, body: Any) -> None:
        error = error_of(body, 401)
        assert isinstance(error, AuthenticationError)
        assert not error.transient

    @pytest.mark.parametrize(
        "body",
        [
            {"code": "quota_not_enough", "message": "user quota is not enough", "data": None},
            gateway("用户额度不足", "insufficient_user_quota"),
            gateway("预扣费额度失败", "pre_consume_token_quota_failed"),
            gateway("this token is not allowed to use this model"),
            b"",
        ],
        ids=repr,
    )
    def test_403_is_final(self, body: Any) -> None:
        error = error_of(body, 403)
        assert isinstance(error, AccessDenied)
        assert not error.transient

    @pytest.mark.parametrize("http_status", [200, 402, 429, 500])
    def test_an_empty_balance_is_told_by_its_code_under_any_status(self, http_status: int) -> None:
        error = error_of({"code": "quota_not_enough", "message": "user quota is not enough"}, http_status)
        assert isinstance(error, AccessDenied)
        assert not error.transient

    def test_the_error_has_the_services_words_and_request_id(self) -> None:
        error = error_of(gateway("无效的令牌 (request id: 20260313-ab.c)", kind="new_api_error"), 401)
        assert error.message == "无效的令牌 (request id: 20260313-ab.c)"
        assert error.request_id == "20260313-ab.c"
        assert str(error).startswith("the service refused the key. It is wrong, expired or used up: ")
        assert str(error).endswith(
            " The service says: “无效的令牌 (request id: 20260313-ab.c)” (HTTP 401, new_api_error)"
        )

    @pytest.mark.parametrize("http_status", [200, 400, 401, 402, 403, 404, 405, 409, 418, 429, 500, 502, 503, 524])
    @pytest.mark.parametrize(
        "words", ["当前分组上游负载已饱和。", "Invalid API key.", "Invalid URL (GET /x)", "No available channel for x"]
    )
    def test_the_services_words_come_after_ours_and_in_quotation_marks(self, words: str, http_status: int) -> None:
        error = error_from({"error": words}, http_status, asked=Asked("CometAPI"))
        ours, quoted, rest = str(error).partition(f"“{words}”")
        assert quoted
        assert re.match(r"(CometAPI|too many requests, says CometAPI|the answer holds no task)\b", ours)
        assert re.search(r"\w: $", ours), "one colon before them, and no full stop that was theirs"
        assert re.fullmatch(r" \(HTTP \d+(, \w+)?\)", rest)
        assert error.message == words
        assert not re.search(r"\.[;,.:]|。[;.,]", str(error).replace(words, ""))

    @pytest.mark.parametrize("http_status", [400, 401, 403, 404, 405, 429, 500, 503])
    @pytest.mark.parametrize("body", [{"error": {"code": "oh"}}, {}, [], b"", b"<html>"], ids=repr)
    def test_where_the_service_says_nothing_nothing_is_quoted(self, body: Any, http_status: int) -> None:
        error = error_of(body, http_status)
        assert "“" not in str(error)
        assert error.message
        assert not re.search(r"\.[;,.:]|\.\)", str(error))


class TestRetrySet:
    @pytest.mark.parametrize("http_status", [408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
    @pytest.mark.parametrize("body", [{"code": "get_task_failed", "message": "x"}, b"", b"<html>", {}], ids=repr)
    def test_which_errors_are_transient(self, http_status: int, body: Any) -> None:
        assert error_of(body, http_status).transient

    @pytest.mark.parametrize("http_status", [400, 405, 406, 410, 413, 422])
    @pytest.mark.parametrize("body", [{"code": "invalid_relay_mode", "message": "x"}, b"", b"<html>", {}], ids=repr)
    def test_which_errors_are_final(self, http_status: int, body: Any) -> None:
        assert not error_of(body, http_status).transient

    def test_an_invalid_request_under_500_is_final(self) -> None:
        assert not error_of(gateway("field prompt is required", "invalid_request"), 500).transient
        assert error_of(gateway("busy", "invalid_request"), 503).transient

    @pytest.mark.parametrize("code", ["model_not_found", ""])
    def test_a_missing_channel_is_transient_and_marked(self, code: str) -> None:
        """The watch counts these: a model that was withdrawn never comes back."""
        error = error_of(gateway("No available channel for group default and model x (distributor)", code), 503)
        assert error.code == NO_CHANNEL
        assert error.transient

    def test_429_with_an_empty_body_says_so(self) -> None:
        error = error_of(b"", 429)
        assert isinstance(error, NoAnswer)
        assert error.message == "too many requests"

    def test_429_in_the_gateways_words(self) -> None:
        error = error_of({"code": "fail", "message": "当前分组上游负载已饱和，请稍后再试", "data": None}, 429)
        assert (error.code, error.message) == ("fail", "当前分组上游负载已饱和，请稍后再试")
        assert error.transient


class TestAddresses:
    def test_404_in_runways_words_is_no_such_task(self) -> None:
        error = error_of({"error": "Not Found"}, 404)
        assert isinstance(error, TaskNotFound)
        assert error.code != NOT_VISIBLE, "Runway's own 404 is final: the task was deleted, or never was"

    @pytest.mark.parametrize(
        "body", [gateway("Invalid URL (GET /x)", kind="invalid_request_error"), b"<html>404</html>"]
    )
    def test_404_for_the_address_is_not_about_the_task(self, body: Any) -> None:
        error = error_of(body, 404)
        assert type(error) is ServiceError
        assert not error.transient

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({"error": "Not Found"}, ": “Not Found”"),
            (b"<html>404</html>", ": HTML instead of JSON; check the base URL"),
            ({}, ""),
            ({"error": {"code": "task_not_exist"}}, ""),
        ],
        ids=repr,
    )
    def test_404_to_a_create_names_the_route_and_says_nothing_of_a_task(self, body: Any, said: str) -> None:
        error = without_route(error_of(body, 404), "CometAPI", "image_to_video")
        assert type(error) is ServiceError
        assert error.message == f"CometAPI has no route 'image_to_video' at this base URL{said}"

    @pytest.mark.parametrize("http_status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("body", [b"", b"<html>moved</html>", {"id": "x", "status": "SUCCEEDED"}], ids=repr)
    def test_a_redirect_is_a_wrong_base_url(self, http_status: int, body: Any) -> None:
        error = error_of(body, http_status)
        assert "check the base URL" in error.message
        assert not error.transient

    def test_html_under_200_may_be_a_proxys_page_that_goes_away(self) -> None:
        error = error_of(b"<html>Welcome</html>", 200)
        assert isinstance(error, NoAnswer)
        assert error.transient
        assert error.message == "HTML instead of JSON"

    def test_html_under_502_is_the_gateways_own(self) -> None:
        assert error_of(b"<html>502 Bad Gateway</html>", 502).message == "bad gateway"


class TestWords:
    def test_the_message_names_the_field_of_each_of_runways_issues(self) -> None:
        body = {
            "error": "Validation of body failed",
            "issues": [
                {"path": ["promptText"], "message": "Too big"},
                {"path": ["promptImage", 0, "uri"], "message": "Required"},
                {"message": "No field"},
                "odd",
                {"path": "odd"},
            ],
        }
        message = "Validation of body failed; promptText: Too big; promptImage.0.uri: Required; No field"
        assert error_of(body, 400).message == message

    def test_issues_without_an_error(self) -> None:
        assert error_of({"issues": [{"path": ["seed"], "message": "odd"}]}, 400).message == "seed: odd"

    def test_a_flood_of_issues_is_bounded(self) -> None:
        issues = [{"path": ["x"], "message": "y" * 1_000}] * 200
        assert len(error_of({"error": "no", "issues": issues}, 400).message) < 25_000

    def test_a_task_error(self) -> None:
        error = error_of({"code": "get_task_failed", "message": "sql: no rows", "data": None}, 500)
        assert (error.code, error.message) == ("get_task_failed", "sql: no rows")

    def test_a_gateway_error_with_an_empty_code_takes_its_type(self) -> None:
        assert error_of(gateway("busy"), 503).code == "comet_api_error"

    @pytest.mark.parametrize("body", [{}, [], None, 0, {"error": {}}, {"error": None}, {"error": []}], ids=repr)
    def test_there_is_always_something_to_read(self, body: Any) -> None:
        assert len(str(error_of(body, 500))) > 10
        assert len(str(error_of(body, 200))) > 10
