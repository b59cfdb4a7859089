"""Notebooks that are run without a page: by nbclient on every kernel, by papermill, and by nbconvert."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.ports import KERNELS

from .kernel import WIDGET

pytestmark = pytest.mark.checkout  # most of the kernels have the checkout installed


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(speed=20) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def service(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kernel that a test starts finds the simulator, and every kernel of the matrix is found."""
    monkeypatch.setenv("COMETAPI_BASE_URL", sim.url)
    monkeypatch.setenv("COMETAPI_KEY", sim.key)
    monkeypatch.setenv("JUPYTER_PATH", str(kernels.jupyter_path()))


@pytest.fixture
def kernel(request: pytest.FixtureRequest) -> str:
    """Made by a fixture, before the test's tasks begin to run."""
    return kernels.ensure(request.param)


ELSEWHERE = [pytest.param(name, marks=pytest.mark.hosts) for name in kernels.PINNED]
each_kernel = pytest.mark.parametrize("kernel", [*ELSEWHERE, kernels.CURRENT], indirect=True)


def notebook(*cells: str, kernel: str = kernels.CURRENT) -> Any:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": kernels.ensure(kernel), "display_name": kernel, "language": "python"}
    return made


def show(task_id: str, options: str = "poll_interval=0.1") -> str:
    return f"from runway_widget import Client\ntask = Client().task({task_id!r}, {options})\ntask"


def shown(executed: Any, cell: int = 0) -> Any:
    """The one bundle that the cell showed."""
    (output,) = (output for output in executed.cells[cell].outputs if "data" in output)
    return output.data


def is_finished(bundle: Any) -> bool:
    return WIDGET not in bundle and "> Done" in bundle["text/html"] and ": Done" in bundle["text/plain"]


@each_kernel
def test_the_result_is_kept_where_a_cell_waits_or_another_one_runs_and_in_whatever_place_the_card_was_given(
    sim: Simulator, kernel: str
) -> None:
    waits, awaits, placed = (sim.add_task(queued=5, duration=n) for n in (10, 20, 40))
    sim.next(queued=5, duration=30)
    asked = f"model='gen4_turbo', prompt_image={sim.media_url()!r}, ratio='1280:720', duration=5, poll_interval=0.1"
    create = f"from runway_widget import Client\ntask = Client(journal='off').image_to_video({asked})\ntask"
    busy = "import time\nwhile not other._completion.wait(0): time.sleep(0.01)\ntime.sleep(0.3)"
    cells = [
        *(show(waits), "task.wait();"),
        *(show(awaits), "await task;"),
        *(create, f"other = task\n{busy}"),  # created here, so that it still runs when the next cell does
        f"{show(placed)[:-5]}\nslot = display('nothing yet', display_id=True)",
        "slot.update(task)",
        "%%capture captured\ndisplay(task)",
        "captured.show()",
        "gone = display(task, display_id=True)",
        "gone.update('mine')",
        "task.wait();",
    ]
    executed = NotebookClient(notebook(*cells, kernel=kernel), timeout=60, kernel_name=kernel, config=KERNELS).execute()
    assert [is_finished(shown(executed, cell)) for cell in (0, 2, 4)] == [True] * 3
    assert [is_finished(shown(executed, cell)) for cell in (6, 9)] == [True] * 2
    assert shown(executed, 10) == {"text/plain": "'mine'"}
    assert [executed.cells[number].outputs for number in (7, 8, 11, 12)] == [[]] * 4
    assert "the task has failed" not in str(executed)


def test_a_grid_shows_in_the_file_what_a_later_cell_saved_of_it(sim: Simulator, tmp_path: Path) -> None:
    ids = [sim.add_task(queued=1, duration=5) for _ in range(2)]
    grid = f"TaskGrid([Client(journal='off').task(each, poll_interval=0.1) for each in {ids!r}])"
    cells = [
        f"from runway_widget import Client, TaskGrid\ngrid = {grid}\ngrid",
        "grid.wait();",
        f"grid[1].download({str(tmp_path)!r});",  # and the kernel ends at once
    ]
    executed = NotebookClient(notebook(*cells), timeout=60, config=KERNELS).execute()
    html = shown(executed)["text/html"]
    assert html.count("> Done") == 2
    assert html.count("saved to") == 1


@pytest.mark.parametrize("imported", ["before", "after"])
def test_a_notebook_that_changes_its_directory_links_the_file_that_was_saved_beside_it(
    sim: Simulator, tmp_path: Path, imported: str
) -> None:
    (tmp_path / "sub").mkdir()
    task_id, other = (sim.add_task(queued=1, duration=5) for _ in range(2))
    code = f"task = Client().task({task_id!r}, poll_interval=0.1, save_to='my renders')\ntask"
    away = f"other = Client().task({other!r}, poll_interval=0.1, save_to='../../out')\nother"
    cells = ["from runway_widget import Client", code, "%cd -q sub", "task.wait();", away, "other.wait();"]
    if imported == "after":  # the kernel knows where it began
        cells[0], cells[1] = "%cd -q sub", f"{cells[0]}\n{code.replace('my renders', '../my renders')}"
        cells[2] = ""
    client = NotebookClient(
        notebook(*cells), timeout=60, resources={"metadata": {"path": str(tmp_path)}}, config=KERNELS
    )
    executed = client.execute()
    html = shown(executed, 1)["text/html"]
    file = tmp_path / "my renders" / f"{task_id}-1.mp4"
    assert file.is_file()
    assert f'src="my%20renders/{file.name}"' in html
    assert f"saved to my renders/{file.name}" in html
    html = shown(executed, 4)["text/html"]
    assert (tmp_path.parent / "out" / f"{other}-1.mp4").is_file()
    assert f'src="{sim.url}/media/{other}' in html
    assert "beside this notebook" not in html


def test_where_nothing_waits_the_file_tells_what_was_known_and_how_to_go_on(sim: Simulator) -> None:
    task_id = sim.add_task(outcome="never")
    executed = NotebookClient(notebook(show(task_id)), timeout=60, store_widget_state=False, config=KERNELS).execute()
    bundle = shown(executed)
    assert "Take it up again: <code" in bundle["text/html"]
    assert f'Client().task("{task_id}")' in bundle["text/html"]
    assert task_id in bundle["text/plain"]


@pytest.mark.parametrize("by", ["papermill", "nbconvert"])
def test_a_file_with_widget_state_opens_again(sim: Simulator, tmp_path: Path, by: str) -> None:
    """Both store it unasked, and a part of it makes GitHub and nbconvert refuse a file."""
    done, running = sim.add_task(queued=5, duration=20), sim.add_task(outcome="never")
    written = notebook(show(done), "task.wait();", show(running))
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    if by == "papermill":
        nbformat.write(written, source)
        papermill.execute_notebook(source, target, progress_bar=False, log_output=False, config=KERNELS)
    else:
        ExecutePreprocessor(timeout=60, config=KERNELS).preprocess(written)
        nbformat.write(written, target)
    executed = nbformat.read(target, as_version=4)
    assert is_finished(shown(executed))
    assert "state" in executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]
    told, _ = HTMLExporter().from_filename(str(target))
    assert "> Done" in told
    assert running in told


def test_thumbnails_are_small_enough_and_embedded_media_whole(sim: Simulator) -> None:
    """A card adds at most 60 kB, also with four outputs, each of which has its own thumbnail."""
    cells = []
    for kind in ("video", "image"):
        cells += [show(sim.add_task(queued=1, duration=5, outputs=(kind,) * 4)), "task.wait();"]
    cells += [show(sim.add_task(queued=1, duration=5), "poll_interval=0.1, embed=True"), "task.wait();"]
    cells += [show(sim.add_task(queued=1, duration=5), "poll_interval=0.1, embed=1000"), "task.wait();"]
    executed = NotebookClient(notebook(*cells), timeout=60, config=KERNELS).execute()
    for cell in (0, 2):
        html = shown(executed, cell)["text/html"]
        assert html.count('<img\nsrc="data:image/') == 4
        assert len(html.encode()) < 60_000
    assert 'src="data:video/mp4;base64,' in shown(executed, 4)["text/html"]
    refused = shown(executed, 6)["text/html"]
    assert 'src="data:video' not in refused
    assert "save_to=" in refused
