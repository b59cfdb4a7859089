"""The ways of being shown on kernels other than the newest ipykernel: the oldest that is kept, and one by others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.ports import Manager

from ..kernel import PATIENCE, WIDGET, Kernel

pytestmark = [
    pytest.mark.hosts,
    pytest.mark.xdist_group("other kernels"),
]

SHOWN = {
    "a display": "display(card)",
    "a last expression": "card",
    "a slot": "handle = display(0, display_id=True); handle.update(card)",
    "a capture that is shown": "with capture_output() as captured: display(card)\ncaptured.show()",
}


@pytest.fixture(
    scope="module",
    params=[
        "ipykernel-6.29.5",
        pytest.param(kernels.XEUS, marks=pytest.mark.skipif(sys.platform != "linux", reason="has wheels for Linux")),
    ],
)
def shared(request: pytest.FixtureRequest, sim: Simulator) -> Iterator[Kernel]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(kernels.jupyter_path()))
        name = kernels.ensure(request.param)
        kind = KernelManager if name == kernels.XEUS else Manager  # xeus-python 0.19 knows no sockets that are files
        with Kernel(sim.url, sim.key, kind(kernel_name=name, shutdown_wait_time=PATIENCE)) as kernel:
            kernel.run("from IPython.utils.capture import capture_output")
            yield kernel


def watch(sim: Simulator, **scenario: Any) -> str:
    return f"client.task({sim.add_task(**{'queued': 1, 'duration': 20, **scenario})!r}, poll_interval=0.1)"


@pytest.mark.parametrize("shows", SHOWN.values(), ids=SHOWN)
def test_a_card_is_live_and_then_frozen_in_its_place(kernel: Kernel, sim: Simulator, shows: str) -> None:
    kernel.run(f"card = {watch(sim)}\n{shows}")
    kernel.run("_ = card.wait()")
    sent = [m["content"] for m in kernel.of("display_data", "update_display_data")]
    (live,) = (content for content in sent if WIDGET in content["data"])
    assert {content["transient"]["display_id"] for content in sent} == {live["transient"]["display_id"]}
    assert WIDGET not in sent[-1]["data"]
    assert "Done" in sent[-1]["data"]["text/html"]
    assert [m for m in kernel.of("execute_result") if m["content"]["data"]] == []


def test_a_wait_as_a_last_line_shows_no_second_card(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"card = {watch(sim)}\ncard")
    cell = kernel.run("card.wait()")
    assert kernel.of("display_data", cell=cell) == []


def test_a_slot_that_is_given_something_else_is_left_alone_at_the_end(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(
        f"card = {watch(sim)}\nhandle = display(card, display_id='slot')\nhandle.update('mine')\n_ = card.wait()"
    )
    assert kernel.of("update_display_data")[-1]["content"]["data"] == {"text/plain": "'mine'"}


def test_comms_that_are_refused_cost_no_result(kernel: Kernel, sim: Simulator) -> None:
    """Nor does the log that says so. On ipykernel 6.29 what a thread prints may take for ever (ipykernel#1269)."""
    kernel.run(
        "import comm\ndef fail(*_, **__): raise OSError('refused')\n"
        f"usual, comm.create_comm = comm.create_comm, fail\ncard = {watch(sim)}\ndisplay(card)\n"
        "grid = runway_widget.TaskGrid([card])\ndisplay(grid)\ngrid.wait()\ncomm.create_comm = usual"
    )
    assert "Done" in kernel.of("update_display_data")[-1]["content"]["data"]["text/html"]


def test_a_thread_may_wait(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"card = {watch(sim)}\nthread = threading.Thread(target=card.wait)\nthread.start()\nthread.join()")
    assert kernel.value("card.status.value") == "SUCCESS"


def test_the_buttons_of_a_page_are_heard(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"card = {watch(sim, duration=10_000)}\ncard")
    model = kernel.value("card.model_id")
    for request, heard in (("stop", "card.error is not None"), ("resume", "card.error is None")):
        data = {"method": "custom", "content": {"ask": request}}
        kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", {"comm_id": model, "data": data}))
        kernel.run(f"for _ in range(600):\n    if {heard}: break\n    threading.Event().wait(0.05)")
        assert kernel.value(heard) == "True", request
    kernel.run("card.close()")
