"""The official SDK takes the simulator for Runway: the proof that it is faithful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
import runwayml
from runwayml.lib import polling

from runway_widget._create.models import documented_endpoints, models_of
from runway_widget._create.spelling import snake
from runway_widget._service.provider import RUNWAY
from runway_widget.simulator import Simulator

from .models import minimal


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(shape="bare", speed=600) as simulator:
        yield simulator


@pytest.fixture
def sdk(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[runwayml.RunwayML]:
    monkeypatch.setattr(polling, "POLL_TIME", 0.02)
    monkeypatch.setattr(polling, "POLL_JITTER", 0.01)
    with runwayml.RunwayML(api_key="k-123456", base_url=sim.url, max_retries=0) as client:
        yield client


def create(sdk: runwayml.RunwayML, prompt: str) -> polling.NewTaskCreatedResponse:
    return sdk.image_to_video.create(
        model="gen4_turbo", prompt_image="https://example.com/a.png", prompt_text=prompt, ratio="1280:720", duration=5
    )


def test_the_sdk_creates_a_task_and_waits_for_its_output(sim: Simulator, sdk: runwayml.RunwayML) -> None:
    sim.next(duration=1200)  # two seconds here: time for two polls on a busy machine too
    task = create(sdk, "the kite lifts").wait_for_task_output(timeout=10)
    assert task.status == "SUCCEEDED"
    assert task.output[0].startswith(f"{sim.url}/media/")
    statuses = [received.status for received in sim.requests]
    assert len(statuses) >= 3
    assert set(statuses) == {200}


def test_the_sdk_reads_every_stage(sim: Simulator, sdk: runwayml.RunwayML) -> None:
    stages = {
        "THROTTLED": {"throttled": 1e6, "queued": 1e6},
        "PENDING": {"queued": 1e6},
        "RUNNING": {"outcome": "never", "queued": 0},
        "CANCELLED": {"outcome": "cancelled", "queued": 0, "duration": 0},
    }
    for status, scenario in stages.items():
        task = sdk.tasks.retrieve(sim.add_task(**scenario))  # type: ignore[arg-type]
        assert task.status == status
        assert type(task).__name__.upper() == f"AWAITABLE{status}"


def test_the_sdk_raises_a_failure(sdk: runwayml.RunwayML) -> None:
    with pytest.raises(runwayml.TaskFailedError) as caught:
        create(sdk, "the kite lifts [fail SAFETY.INPUT.TEXT]").wait_for_task_output(timeout=10)
    details = caught.value.task_details
    assert details.status == "FAILED"
    assert details.failure_code == "SAFETY.INPUT.TEXT"


def test_the_sdk_deletes_a_task(sim: Simulator, sdk: runwayml.RunwayML) -> None:
    made = sim.add_task(outcome="never")
    sdk.tasks.delete(made)
    with pytest.raises(runwayml.NotFoundError):
        sdk.tasks.retrieve(made)


def test_the_sdk_names_each_error(sim: Simulator, sdk: runwayml.RunwayML) -> None:
    for kind, error in (
        ("unauthorized", runwayml.AuthenticationError),
        ("forbidden", runwayml.PermissionDeniedError),
        ("rate_limited", runwayml.RateLimitError),
        ("server_error", runwayml.InternalServerError),
    ):
        sim.trouble(kind)
        with pytest.raises(error):
            sdk.tasks.retrieve("x")
    with pytest.raises(runwayml.BadRequestError, match="promptImage"):
        sdk.post("/v1/image_to_video", body={"model": "gen4_turbo"}, cast_to=object)


def method_of(sdk: runwayml.RunwayML, path: str) -> Callable[..., polling.NewTaskCreatedResponse]:
    """The SDK's method for an endpoint: ``sdk.recipes.product_ad``, ``sdk.image_to_video.create``."""
    family, _, name = path.partition("/")
    resource = getattr(sdk, family)
    if family == "recipes":
        return cast("Callable[..., polling.NewTaskCreatedResponse]", getattr(resource, name))
    return cast("Callable[..., polling.NewTaskCreatedResponse]", (getattr(resource, name) if name else resource).create)


@pytest.mark.parametrize("path", sorted(documented_endpoints(RUNWAY) or ()))
def test_the_sdk_creates_a_task_at_every_endpoint_and_waits_for_it(
    sim: Simulator, sdk: runwayml.RunwayML, path: str
) -> None:
    for model in models_of("Runway", path):
        body = {snake(name): value for name, value in minimal(RUNWAY, path, model).items()}
        task = method_of(sdk, path)(**body).wait_for_task_output(timeout=10)
        assert task.status == "SUCCEEDED"
        assert task.output
