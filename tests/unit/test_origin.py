"""A task knows its own request and its files: one that was created, one that the journal recalls, one of neither."""

from __future__ import annotations

from pathlib import Path

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import film
from .test_integration_create import STILL


def test_a_created_task_knows_its_request(sim: Simulator) -> None:
    task = film(sim, seed=421)
    assert (task.prompt, task.model, task.seed) == ("the kite lifts", "gen4_turbo", 421)
    assert task.parameters["duration"] == 5
    assert task.files == []
    assert film(sim).seed is not None, "one that was chosen here"


def test_a_recalled_task_knows_it_too_and_its_saved_files(sim: Simulator, clock: ServiceTime, tmp_path: Path) -> None:
    first = film(sim, seed=421, save_to=tmp_path)
    clock.forward(1000)
    first.wait(10)
    (saved,) = first.files
    assert saved.parent == tmp_path

    for recalled in (sim.client().task(first.task_id), sim.client().recent()[0].task()):
        assert (recalled.prompt, recalled.model, recalled.seed) == ("the kite lifts", "gen4_turbo", 421)
        assert recalled.parameters == first.parameters
        assert recalled.files == [saved]
    saved.unlink()
    assert recalled.files == []


def test_a_picture_of_ones_own_is_told_but_not_held(sim: Simulator, tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    still.write_bytes(STILL)
    assert film(sim, prompt_image=still).parameters["promptImage"]["type"] == "image/jpeg"


def test_a_task_of_elsewhere_knows_nothing_of_its_request(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task())
    assert (task.prompt, task.model, task.seed, task.parameters, task.files) == ("", "", None, {}, [])
