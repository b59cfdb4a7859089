"""A real kernel whose display machinery fails: nobody who waits loses a result, and the next cell works as before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runway_widget.simulator import Simulator

from ..kernel import Kernel

SET_UP = """
import comm, sys
ip = get_ipython()

class Broken:
    def __getattribute__(self, name):
        raise RuntimeError("no " + name)
    def __setattr__(self, name, value):
        raise RuntimeError("no " + name)

def fail(*_, **__):
    raise OSError("refused")

class trouble:
    '''Puts `value` in a part's place while a block runs.'''
    def __init__(self, of, name, value):
        self.of, self.name, self.value = of, name, value
    def __enter__(self):
        self.usual = getattr(self.of, self.name)
        setattr(self.of, self.name, self.value)
    def __exit__(self, *error):
        setattr(self.of, self.name, self.usual)
"""

TROUBLE = {
    "a publisher of which nothing can be had": "ip, 'display_pub', Broken()",
    "no publisher": "ip, 'display_pub', None",
    "a publisher that fails": "ip.display_pub, 'publish', fail",
    "a socket that is closed": "ip.display_pub, 'pub_socket', None",
    "no session": "ip.display_pub, 'session', None",
    "no formatter": "ip, 'display_formatter', None",
    "no displayhook": "ip, 'displayhook', None",
    "no events": "ip, 'events', None",
    "comms that are refused": "comm, 'create_comm', fail",
    "comms that fail": "__import__('ipykernel.comm.comm').comm.comm.BaseComm, 'publish_msg', fail",
    "no stderr": "sys, 'stderr', None",
    "a stderr that fails": "sys, 'stderr', Broken()",
}


@pytest.fixture(scope="module")
def shared(sim: Simulator) -> Iterator[Kernel]:
    with Kernel(sim.url, sim.key) as kernel:
        kernel.run(SET_UP)
        yield kernel


def watch(sim: Simulator, task_id: str = "") -> str:
    return f"client.task({task_id or sim.add_task(queued=1, duration=6)!r}, poll_interval=0.1)"


@pytest.mark.parametrize("part", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("before", [True, False], ids=["shown before", "shown meanwhile"])
def test_whoever_waits_gets_the_result(kernel: Kernel, sim: Simulator, part: str, before: bool) -> None:
    first, then = ("display(card)", "card.show()") if before else ("", "card.show(); display(grid[0]) if ok else None")
    kernel.run(
        f"card = {watch(sim)}\ngrid = runway_widget.TaskGrid([{watch(sim)}, {watch(sim)}])\n"
        f"ok = {'display_formatter' not in part and 'display_pub' not in part}\n{first}\n"
        f"with trouble({part}):\n    {then}\n    grid.show()\n    card.wait(20)\n    grid.wait(20)"
    )
    assert kernel.value("[task.status.value for task in [card, *grid]]") == "['SUCCESS', 'SUCCESS', 'SUCCESS']"
    cell = kernel.run("card")
    assert "Done" in kernel.outputs(cell)[0]["text/html"]


def test_a_task_is_awaited_downloaded_and_in_the_journal_all_the_same(
    kernel: Kernel, sim: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    sim.next(queued=1, duration=6)
    kernel.run(
        f"kept = runway_widget.Client(journal={str(folder / 'journal.db')!r})\n"
        f"with trouble(ip, 'display_pub', Broken()), trouble(comm, 'create_comm', fail):\n"
        f"    card = kept.image_to_video(model='gen4_turbo', prompt_image={sim.media_url()!r}, ratio='1280:720',\n"
        f"        duration=5, poll_interval=0.1, save_to={str(folder)!r})\n"
        "    card.show()\n    await card\n    (path,) = card.download("
        f"{str(folder / 'again')!r})"
    )
    assert kernel.value("path.stat().st_size > 0") == "True"
    assert "SUCCESS" in kernel.value("[row.status for row in kept._journal.recent(9)]")


def test_a_slot_holds_the_card_although_comms_are_refused(kernel: Kernel, sim: Simulator) -> None:
    """Then there is no model; the output is known by its HTML."""
    task_id = sim.add_task(queued=1, duration=6)
    kernel.run(
        f"card = {watch(sim, task_id)}\nhandle = display('nothing yet', display_id='slot')\n"
        "with trouble(comm, 'create_comm', fail):\n    handle.update(card)\n_ = card.wait()"
    )
    updates = kernel.updates(task_id)
    assert {content["transient"]["display_id"] for content in updates} == {"slot"}
    assert "Done" in updates[-1]["data"]["text/html"]


def test_a_kernel_may_end_while_a_card_is_waited_for(sim: Simulator, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What runs at the interpreter's exit may still wait; the shell is gone by then."""
    result = tmp_path_factory.mktemp("exit") / "result"
    kernel = Kernel(sim.url, sim.key)
    kernel.run(
        "import atexit\nfrom IPython import get_ipython\nip = get_ipython()\n"
        f"card = {watch(sim)}\ndisplay(card)\n_ = card.wait()\ndef leave():\n    type(ip).clear_instance()\n"
        f"    open({str(result)!r}, 'w').write(str((get_ipython(), card.wait(9).status.value)))\n"
        "atexit.register(leave)"
    )
    kernel.close()
    assert result.read_text() == "(None, 'SUCCESS')"
