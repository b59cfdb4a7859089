"""After a resume with a new key, files and fresh links are asked for with that key."""

from __future__ import annotations

from pathlib import Path

import pytest

from runway_widget import AuthenticationError, RunwayTask
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, KEY, QUICK, press
from ..fakes import until


@pytest.fixture
def resumed(sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch) -> RunwayTask:
    """A task whose first key was refused, and which has succeeded since it was resumed with a good one."""
    monkeypatch.setenv("COMETAPI_BASE_URL", sim.url)
    monkeypatch.setenv("COMETAPI_KEY", "test-key-that-is-wrong")
    task = RunwayTask(sim.add_task(variant="dusk"), **QUICK)
    with pytest.raises(AuthenticationError):
        task.wait(10)
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    task.resume()
    clock.forward(1000)
    return task.wait(10)


def test_an_expired_link_is_renewed_with_the_new_key_for_a_download(
    sim: Simulator, resumed: RunwayTask, tmp_path: Path
) -> None:
    sim.expire_links()
    (path,) = resumed.download(tmp_path)
    assert path.read_bytes() == DUSK


def test_a_player_that_fails_gets_a_link_that_was_asked_for_with_the_new_key(
    sim: Simulator, resumed: RunwayTask
) -> None:
    old = resumed.outputs
    sim.expire_links()
    press(resumed, "renew")
    until(lambda: resumed.outputs != old)
