"""What a notebook offers while somebody types: Tab names every keyword, Shift+Tab shows them with their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .creating import KEY, simulated
from .fakes import until
from .kernel import Kernel


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with simulated() as sim, Kernel(sim.url, KEY) as kernel:
        kernel.run(f"task = client.task({sim.add_task(queued=0, outcome='never')!r})")
        yield kernel


def reply(kernel: Kernel, request: str, code: str) -> dict[str, Any]:
    """The answer to a ``complete`` or an ``inspect`` request at the end of ``code``."""
    sent = getattr(kernel.client, request)(code, len(code))
    while True:
        message = kernel.client.get_shell_msg(timeout=30)
        if message["parent_header"].get("msg_id") == sent:
            return dict(message["content"])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("client.image_to_video(ta", {"takes="}),
        ("client.image_to_video(model='gen4_turbo', prompt_", {"prompt_image=", "prompt_text="}),
        ("client.image_to_video(re", {"reuse="}),
        ("client.video_upscale(sa", {"save_to="}),
        ("client.task('x', em", {"embed="}),
        ("client.task('x', poll_", {"poll_interval="}),
        ("client.create('sound_effect', reu", {"reuse="}),
        ("client.text_to_image(ref", {"reference_images="}),
        ("client.text_to_video(neg", {"negative_prompt="}),
        ("client.video_to_video(key", {"keyframes="}),
        ("client.character_performance(exp", {"expression_intensity="}),
        ("client.recent(li", {"limit="}),
        ("task.again(ta", {"takes="}),
        ("task.again(du", {"duration="}),
        ("task.show(li", {"live="}),
        ("task.wait(ti", {"timeout="}),
        ("runway_widget.Client(jo", {"journal="}),
        ("runway_widget.Client.runway(ver", {"version="}),
        ("runway_widget.RunwayTask('x', give", {"give_up_after="}),
        ("runway_widget.TaskGrid([task], col", {"columns="}),
        ("await client.image_to_video(ta", {"takes="}),
        ("x = client.image_to_video(\n    model='gen4_turbo',\n    rat", {"ratio="}),
    ],
)
def test_tab_offers_the_keywords(kernel: Kernel, typed: str, names: set[str]) -> None:
    """Asked again if need be: the first answer of a fresh kernel was empty now and then (seen with IPython 9.18)."""
    until(lambda: names <= set(reply(kernel, "complete", typed)["matches"]))


@pytest.mark.parametrize("typed", ["client.image_to_video(dur", "client.task('x', poll_", "task.again(dur"])
def test_tab_offers_them_without_jedi_too(kernel: Kernel, typed: str) -> None:
    """Many switch it off: it is slow on large tables."""
    kernel.run("%config IPCompleter.use_jedi = False")
    try:
        assert {"duration=", "poll_interval="} & set(reply(kernel, "complete", typed)["matches"])
    finally:
        kernel.run("%config IPCompleter.use_jedi = True")


@pytest.mark.parametrize(
    "typed", ["client.image_to_video(model='m').wa", "client.task('x').aga", "client.recent()[0].ta"]
)
def test_tab_knows_what_a_call_will_return(kernel: Kernel, typed: str) -> None:
    assert {"wait", "again", "task"} & {name.rpartition(".")[2] for name in reply(kernel, "complete", typed)["matches"]}


@pytest.mark.parametrize("method", ["image_to_video", "text_to_image", "character_performance"])
def test_shift_tab_shows_all_options_and_the_docstring(kernel: Kernel, method: str) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", reply(kernel, "inspect", f"client.{method}(")["data"]["text/plain"])
    for words in ("takes: int | None = None", "reuse: bool = False", "save_to: ", "embed: bool | int = False"):
        assert words in shown
    assert "Args:" in shown
    assert "RunwayTask | TaskGrid" in shown


@pytest.mark.parametrize("code", ["runway_widget.RunwayTask(", "runway_widget.TaskGrid("])
def test_shift_tab_shows_no_private_parameter(kernel: Kernel, code: str) -> None:
    kernel.run("import runway_widget")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", reply(kernel, "inspect", code)["data"]["text/plain"])
    signature = shown.split("Docstring:")[0]
    assert "freeze: bool = True" in signature
    assert not re.search(r"\b_\w+:", signature)


def test_shift_tab_shows_what_can_be_changed(kernel: Kernel) -> None:
    kernel.run("import runway_widget")
    inspected = reply(kernel, "inspect", "runway_widget.RunwayTask.again(")["data"]["text/plain"]
    shown = re.sub(r"\x1b\[[0-9;]*m", "", inspected)
    for words in ("prompt_text", "seed", "takes", "save_to", "**changes"):
        assert words in shown
