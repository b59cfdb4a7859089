"""A wrong argument fits on a screen: what a notebook and a shell show of an error, and what a debugger still has."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import traceback
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayWidgetError, TaskFailed, TaskGrid
from runway_widget._tracebacks import ShortTraceback, short_traceback
from runway_widget.simulator import Simulator

from .creating import KEY, QUICK, simulated
from .kernel import Kernel

MOST_LINES = 12
URL = "https://media.example/still.png"
CREATE = f'client.image_to_video(model="gen4_turbo", prompt_image="{URL}", '
CASES = {
    "a value": (f'{CREATE}ratio="1:1")', "ConfigurationError: ratio: gen4_turbo at CometAPI takes"),
    "a seed": (f"{CREATE}seed=-1)", "ConfigurationError: seed: must be an int"),
    "a file that is not there": (
        'client.image_to_video(model="gen4_turbo", prompt_image="nothing.png")',
        "ConfigurationError: prompt_image: 'nothing.png' is no URL",
    ),
    "a medium that is none": (
        'client.image_to_video(model="gen4_turbo", prompt_image=b"no picture")',
        "ConfigurationError: prompt_image: it is no image",
    ),
    "a part of a list": (
        'client.text_to_image(model="gen4_image", prompt_text="a kite", reference_images=[{"uri": 5}])',
        "ConfigurationError: reference_images",
    ),
    "an option": (f'{CREATE}embed="all")', "ConfigurationError: embed must be"),
    "an option of a watch": (f'{CREATE}poll_interval="3")', "ConfigurationError: poll_interval must be"),
    "the number of takes": (f"{CREATE}takes=0)", "ConfigurationError: takes: must be"),
    "an unknown keyword": (f'{CREATE}ratoi="1:1")', "unexpected keyword argument 'ratoi'; did you mean 'ratio'?"),
    "a keyword of a task": ('runway_widget.RunwayTask("x", client, poll_intervall=3)', "mean 'poll_interval'?"),
    "an argument without its name": (
        'client.image_to_video("gen4_turbo")',
        "too many positional arguments; did you mean model=…?",
    ),
    "a keyword that is missing": ("client.image_to_video()", "TypeError: image_to_video() missing a required"),
    "an unknown route": ('client.create("a route", x=1)', "ConfigurationError: endpoint"),
    "an option of other methods": ('client.create("sound_effect", takes=2)', "TypeError: create() does not take takes"),
    "a task id": ('client.task("../x")', "ConfigurationError: this is no task id (it holds '/'"),
    "a keyword of a watch": ('client.task("x", poll_intervall=3)', "did you mean 'poll_interval'?"),
    "no client": ('runway_widget.RunwayTask("x", 5)', "ConfigurationError: client must be a Client"),
    "no key": ('runway_widget.Client("")', "ConfigurationError: no key"),
    "a journal that is no path": ("runway_widget.Client(journal=5)", "ConfigurationError: journal must be a file"),
    "a folder that is none": ('client.task("x", save_to=5)', "ConfigurationError: save_to must be a folder, not int"),
    "a folder of a task that is none": (
        'runway_widget.RunwayTask("x", client, save_to=5)',
        "ConfigurationError: save_to must be a folder, not int",
    ),
    "a grid of nothing that is in order": ("runway_widget.TaskGrid(5)", "ConfigurationError: a grid shows RunwayTasks"),
    "a timeout": ('failed.wait("x")', "ConfigurationError: timeout must be a number of seconds"),
    "a timeout of a grid": ('grid.wait("x")', "ConfigurationError: timeout must be a number of seconds"),
    "a cancel where there is none": ("running.cancel()", "RunwayWidgetError: CometAPI"),
    "a grid that failed": ("grid.wait()", "TakesFailed: 2 of 2 takes failed: takes 0 and 1: The generation did not"),
    "an empty grid": ("runway_widget.TaskGrid([])", "ConfigurationError: a grid needs"),
    "a failed wait": ("failed.wait()", "TaskFailed: The generation did not"),
    "a failed await": ("await failed", "TaskFailed: The generation did not"),
    "nothing to download": ('failed.download("renders")', "RunwayWidgetError: there is nothing to download"),
    "an impatient wait": ("running.wait(0.05)", "WaitTimeout: no end within 0.05 s"),
}
SET_UP = """
import runway_widget
client = runway_widget.Client(journal="off")
failed, running = (client.task(task_id, poll_interval=0.05) for task_id in ("failed", "running"))
grid = runway_widget.TaskGrid([failed, failed.__class__("failed", client, poll_interval=0.05)])
"""
SHELL = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
set_up, cases = json.load(sys.stdin)
shell.run_cell(set_up)
results = {}
for name, code in cases.items():
    with contextlib.redirect_stdout(io.StringIO()) as output:
        shell.run_cell(code)
    results[name] = output.getvalue()
print(json.dumps(results))
"""


def plain(text: str) -> str:
    """Without a terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text).strip()


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        simulator.add_task(task_id="failed", outcome="failure", submitted_ago=1000)
        simulator.add_task(task_id="running", outcome="never")
        yield simulator


@pytest.fixture(scope="module")
def in_a_kernel(sim: Simulator) -> dict[str, str]:
    """The traceback of each case, as a kernel sends it to a notebook."""
    with Kernel(sim.url, KEY) as kernel:
        kernel.run(SET_UP)
        return {name: plain("\n".join(kernel.error(code)["traceback"])) for name, (code, _) in CASES.items()}


@pytest.fixture(scope="module")
def in_a_shell(sim: Simulator) -> dict[str, str]:
    """The same as IPython prints it on a terminal."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL],
        input=json.dumps([SET_UP, {name: code for name, (code, _) in CASES.items()}]),
        env={**os.environ, "COMETAPI_BASE_URL": sim.url, "COMETAPI_KEY": KEY},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: plain(text) for name, text in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("place", ["in_a_kernel", "in_a_shell"])
@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_shown_in_a_few_lines(name: str, place: str, request: pytest.FixtureRequest) -> None:
    shown: str = request.getfixturevalue(place)[name]
    code, words = CASES[name]
    assert words in shown.splitlines()[-1]
    assert code in shown
    assert len(shown.splitlines()) <= MOST_LINES, shown
    assert "During handling" not in shown
    assert "direct cause" not in shown


# What a debugger has


def frames(found: TracebackType | None) -> Iterator[tuple[str, bool]]:
    """The names of the functions from the outside in, each with whether it is hidden."""
    while found is not None:
        yield found.tb_frame.f_code.co_name, bool(found.tb_frame.f_locals.get("__tracebackhide__"))
        found = found.tb_next


def test_all_frames_are_still_there_for_a_debugger(tmp_path: Path) -> None:
    client = Client("sk-a-key-of-nobody", journal="off")
    with pytest.raises(ConfigurationError) as caught:
        client.image_to_video(model="gen4_turbo", prompt_image=tmp_path / "nothing.png")
    own, *rest = frames(caught.value.__traceback__)
    assert own == (test_all_frames_are_still_there_for_a_debugger.__name__, False)
    assert all(hidden for _, hidden in rest)
    assert {"image_to_video", "_create", "prepare", "argument", "resolve"} <= {name for name, _ in rest}
    assert [name for name, _ in rest].count("refuse") == 1
    assert "in prepare" in "".join(traceback.format_exception(caught.value))


def test_what_was_given_is_free_again_when_the_error_is_handled() -> None:
    class Picture:
        """Stands for megabytes."""

    def handle() -> weakref.ref[Picture]:
        picture: Any = Picture()
        with suppress(ConfigurationError):
            Client("sk-a-key-of-nobody", journal="off").image_to_video(model="gen4_turbo", prompt_image=picture)
        return weakref.ref(picture)

    gc.disable()  # without looking for circles
    try:
        assert handle()() is None
    finally:
        gc.enable()


def test_an_error_that_goes_through_somebody_elses_code_keeps_its_traceback() -> None:
    def of_the_user() -> None:
        raise RunwayWidgetError("from a callback")

    with pytest.raises(RunwayWidgetError) as caught, ShortTraceback():
        of_the_user()
    assert not any(hidden for _, hidden in frames(caught.value.__traceback__))


def test_a_fault_of_this_package_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runway_widget._create.request.find_faults", len)  # which is called with three arguments
    with pytest.raises(TypeError, match="len") as caught:
        Client("sk-a-key-of-nobody", journal="off").image_to_video(model="m", prompt_image=URL)
    shown = [name for name, hidden in frames(caught.value.__traceback__) if not hidden and name != "<listcomp>"]
    assert shown[1:] == ["wrapper", "image_to_video", "_begin", "_create", "prepare"]


def test_a_type_error_that_is_meant_is_short_however_deep_it_was_raised() -> None:
    with pytest.raises(TypeError, match="does not take takes") as caught:
        Client("sk-a-key-of-nobody", journal="off").create("sound_effect", takes=2)  # type: ignore[call-overload]
    _, *rest = frames(caught.value.__traceback__)
    assert ("prepare_raw", True) in rest
    assert all(hidden for _, hidden in rest)


def test_a_short_traceback_changes_nothing_else_about_a_method() -> None:
    @short_traceback
    def double(number: int) -> int:
        """Twice."""
        return 2 * number

    assert double(4) == 8
    assert (double.__name__, double.__doc__) == ("double", "Twice.")


def test_the_takes_of_a_grid_fail_with_their_own_errors(sim: Simulator) -> None:
    grid = TaskGrid([sim.client().task("failed", **QUICK)])
    with pytest.raises(ExceptionGroup) as caught:
        grid.wait(20)
    assert isinstance(caught.value.exceptions[0], TaskFailed)
    own, *rest = frames(caught.value.__traceback__)
    assert not own[1]
    assert all(hidden for _, hidden in rest)
