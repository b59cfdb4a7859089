"""What the routes answer when nothing is wrong, read off the wire."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from runway_widget.simulator import Simulator

START = 1_773_366_766.5
VERSION = {"X-Runway-Version": "2024-11-06"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Caller:
    """Somebody with a key, and a simulator whose clock they can move."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.sim = Simulator(**{"speed": 1, "clock": self.clock, **options})
        self.http = requests.Session()
        self.http.headers.update({"Authorization": "Bearer k-123456", **VERSION})

    def get(self, path: str, **keywords: Any) -> requests.Response:
        return self.http.get(self.sim.url + path, timeout=5, **keywords)

    def post(self, path: str, body: Any, **keywords: Any) -> requests.Response:
        return self.http.post(self.sim.url + path, json=body, timeout=5, **keywords)

    def task(self, task_id: str) -> Any:
        return self.get(f"/runwayml/v1/tasks/{task_id}").json()

    def at(self, seconds: float) -> None:
        self.clock.now = START + seconds

    def close(self) -> None:
        self.http.close()
        self.sim.close()


@pytest.fixture
def call() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


@pytest.fixture
def bare() -> Iterator[Caller]:
    caller = Caller(shape="bare")
    yield caller
    caller.close()


def test_a_queued_task_is_wrapped_as_documented(call: Caller) -> None:
    made = call.sim.add_task("IMAGE_TO_VIDEO", "3d957031-9a2a-45e2-9dc7-bc8513059c50", queued=10)
    call.at(5)
    assert call.task(made) == {
        "code": "success",
        "message": "",
        "data": {
            "task_id": made,
            "action": "IMAGE_TO_VIDEO",
            "status": "QUEUED",
            "fail_reason": "",
            "submit_time": 1773366766,
            "start_time": 0,
            "finish_time": 0,
            "progress": "20%",
            "data": {"id": made, "status": "PENDING", "createdAt": "2026-03-13T09:52:46+08:00"},
        },
    }


def test_a_running_task_holds_the_providers_fraction_inside_the_gateways_steps(call: Caller) -> None:
    made = call.sim.add_task(queued=10, duration=60)
    call.at(40)
    data = call.task(made)["data"]
    assert (data["status"], data["progress"], data["start_time"]) == ("IN_PROGRESS", "30%", 1773366776)
    assert data["data"]["status"] == "RUNNING"
    assert 0.3 < data["data"]["progress"] < 0.7
    assert data["data"]["createdAt"] == "2026-03-13T01:52:46.500Z"


def test_a_finished_task_names_its_output_inside_and_in_the_fail_reason(call: Caller) -> None:
    made = call.sim.add_task(queued=10, duration=60, outputs=["video", "image"])
    call.at(100)
    data = call.task(made)["data"]
    assert (data["status"], data["progress"], data["finish_time"]) == ("SUCCESS", "100%", 1773366836)
    video, image = data["data"]["output"]
    assert data["fail_reason"] == video
    assert (".mp4?_jwt=" in video, ".jpg?_jwt=" in image) == (True, True)


def test_a_newer_build_puts_the_result_elsewhere_and_sends_internal_fields() -> None:
    caller = Caller(result_in="result_url", progress="percent")
    made = caller.sim.add_task(queued=0, duration=60)
    caller.at(30)
    assert caller.task(made)["data"]["progress"] == "49%"
    caller.at(100)
    data = caller.task(made)["data"]
    assert data["fail_reason"] == ""
    assert data["result_url"] == data["data"]["output"][0]
    assert data["user_id"]
    caller.close()


def test_a_nested_envelope_holds_the_task_once_more() -> None:
    caller = Caller(nested=True)
    made = caller.sim.add_task()
    inner = caller.task(made)["data"]["data"]
    assert (inner["code"], inner["data"]["data"]["id"]) == ("success", made)
    caller.close()


def test_a_failure_says_why_in_both_places(call: Caller) -> None:
    made = call.sim.add_task(outcome="failure", failure_code="SAFETY.INPUT.TEXT")
    call.at(100)
    data = call.task(made)["data"]
    assert (data["status"], data["progress"]) == ("FAILURE", "100%")
    assert data["data"]["failureCode"] == "SAFETY.INPUT.TEXT"
    assert data["fail_reason"] == data["data"]["failure"] == "The prompt was rejected by content moderation."


@pytest.mark.parametrize("word", ["CANCELLED", "FAILURE"])
def test_a_cancelled_task_surfaces_in_either_way(word: Any) -> None:
    caller = Caller(cancelled_as=word)
    made = caller.sim.add_task(outcome="cancelled")
    caller.at(100)
    data = caller.task(made)["data"]
    assert (data["status"], data["data"]["status"]) == (word, "CANCELLED")
    caller.close()


def test_the_bare_shape_is_runways_own(bare: Caller) -> None:
    made = bare.sim.add_task(queued=10, duration=60, throttled=4)
    created = {"id": made, "createdAt": "2026-03-13T01:52:46.500Z"}
    seen = []
    for second in (1, 6, 40, 100):
        bare.at(second)
        seen.append(bare.task(made))
    assert seen[0] == {**created, "status": "THROTTLED"}
    assert seen[1] == {**created, "status": "PENDING"}
    assert seen[2] == {**created, "status": "RUNNING", "progress": seen[2]["progress"]}
    assert seen[3] == {**created, "status": "SUCCEEDED", "output": seen[3]["output"]}


def test_runway_sends_the_cost_of_a_bare_task(bare: Caller) -> None:
    made = bare.sim.add_task(queued=10, duration=60)
    own = bare.get(f"/v1/tasks/{made}").json()
    assert own == {**bare.task(made), "estimatedCost": {"credits": 25}}
    bare.at(100)
    assert bare.get(f"/v1/tasks/{made}").json()["cost"] == {"credits": 25}


@pytest.mark.parametrize(("code", "credits"), [("SAFETY.INPUT.TEXT", 25), ("INTERNAL", 0), (None, 0)])
def test_only_a_moderated_input_is_not_refunded(bare: Caller, code: str | None, credits: int) -> None:
    made = bare.sim.add_task(outcome="failure", failure_code=code, queued=0, duration=0)
    task = bare.get(f"/v1/tasks/{made}").json()
    assert (task["failureCode"], task["cost"]["credits"]) == (code, credits)


def test_an_unknown_status_is_a_word_of_its_own(bare: Caller) -> None:
    made = bare.sim.add_task(outcome="unknown_status", status_word="DREAMING", queued=0)
    assert bare.task(made)["status"] == "DREAMING"


def test_outputs_can_come_later_than_the_success(bare: Caller) -> None:
    made = bare.sim.add_task(queued=0, duration=0, late_outputs=2)
    assert [len(bare.task(made)["output"]) for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("shape", ["wrapped", "bare"])
def test_the_feed_answers_in_its_own_form(shape: Any) -> None:
    caller = Caller(shape=shape)
    made = caller.sim.add_task(queued=0, duration=0)
    body = caller.post("/runway/feed", {"task_id": made}).json()
    record = body["data"] if shape == "wrapped" else body
    assert (record["task_id"], record["status"]) == (made, "SUCCESS")
    assert ("result_url" in record) == (shape == "bare")
    caller.close()


def test_an_unknown_task_does_not_exist_on_either_service(call: Caller) -> None:
    comet, runway = call.get("/runwayml/v1/tasks/nobody"), call.get("/v1/tasks/nobody")
    assert (comet.status_code, comet.json()) == (
        400,
        {"code": "task_not_exist", "message": "task_not_exist", "data": None},
    )
    assert (runway.status_code, runway.json()) == (404, {"error": "Not Found"})


def test_task_not_exist_can_come_with_200() -> None:
    caller = Caller(not_exist=200)
    answer = caller.get("/runwayml/v1/tasks/nobody")
    assert (answer.status_code, answer.json()["code"]) == (200, "task_not_exist")
    caller.close()


def test_a_task_can_stay_invisible_for_a_while(call: Caller) -> None:
    made = call.sim.add_task(invisible=8)
    assert call.task(made)["code"] == "task_not_exist"
    call.at(8)
    assert call.task(made)["code"] == "success"


def test_delete_cancels_or_deletes_and_leaves_nothing(call: Caller) -> None:
    for seconds in (1, 1000):
        made = call.sim.add_task(submitted_ago=seconds)
        link = (call.task(made)["data"]["data"].get("output") or [None])[0]
        assert call.http.delete(f"{call.sim.url}/v1/tasks/{made}", timeout=5).status_code == 204
        assert call.get(f"/v1/tasks/{made}").status_code == 404
        assert call.http.delete(f"{call.sim.url}/v1/tasks/{made}", timeout=5).status_code == 404
        assert link is None or requests.get(link, timeout=5).status_code == 404


def test_the_gateway_has_no_route_to_cancel(call: Caller) -> None:
    made = call.sim.add_task()
    answer = call.http.delete(f"{call.sim.url}/runwayml/v1/tasks/{made}", timeout=5)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"Invalid URL (DELETE /runwayml/v1/tasks/{made})"
    assert call.task(made)["code"] == "success"


def test_speed_shortens_a_task_and_its_times_agree_with_the_clock() -> None:
    caller = Caller(speed=10)
    made = caller.sim.add_task(queued=20, duration=60, submitted_ago=10)
    caller.at(2)
    assert caller.task(made)["data"]["status"] == "IN_PROGRESS"
    caller.at(8)
    data = caller.task(made)["data"]
    assert [data[name] for name in ("submit_time", "start_time", "finish_time")] == [
        int(START - 1), int(START + 1), int(START + 7),
    ]  # fmt: skip
    caller.close()


def test_a_skewed_service_shows_it_in_its_date_and_its_times() -> None:
    caller = Caller(skew=300)
    made = caller.sim.add_task()
    answer = caller.get(f"/v1/tasks/{made}")
    assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == int(START + 300)
    assert datetime.fromisoformat(answer.json()["createdAt"]).timestamp() == START + 300
    caller.close()


def test_one_connection_serves_many_requests(call: Caller) -> None:
    connection = http.client.HTTPConnection(call.sim.url.removeprefix("http://"), timeout=5)
    connection.connect()
    own = connection.sock
    for _ in range(3):
        connection.request("GET", "/v1/tasks/x")
        assert connection.getresponse().read()
    assert connection.sock is own
    connection.close()
